//! What people send: forms, files, steps. Every change is signed by a session and carries its form key; afterwards the
//! plan is judged again, so that the next page tells what follows.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{FromRequest as _, Multipart, Path, Query, RawForm, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::error::{PageError, respond};
use crate::routes::{Ctx, context};
use crate::server::Portal;
use crate::view::{accept, assessment, measure, people, register, saved};
use crate::viewer::{self, Viewer};

/// A form that was sent.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// Fields by name.
    pub(crate) fields: BTreeMap<String, String>,
    /// Files by name of their field.
    pub(crate) files: BTreeMap<String, File>,
}

/// A file that was sent.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) content: Vec<u8>,
}

impl Form {
    /// A field, empty where it is not there.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    async fn read(request: Request) -> Result<Self, PageError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let wrong = |error: String| PageError::BadRequest(error);
        let mut form = Self::default();
        if kind.starts_with("multipart/form-data") {
            let mut parts = Multipart::from_request(request, &()).await.map_err(|error| wrong(error.body_text()))?;
            while let Some(part) = parts.next_field().await.map_err(|error| wrong(error.body_text()))? {
                let Some(field) = part.name().map(str::to_owned) else { continue };
                match part.file_name().map(str::to_owned) {
                    Some(name) => {
                        let media_type = part.content_type().unwrap_or_default().to_owned();
                        let content = part.bytes().await.map_err(|error| wrong(error.body_text()))?.to_vec();
                        form.files.insert(field, File { name, media_type, content });
                    }
                    None => {
                        form.fields.insert(field, part.text().await.map_err(|error| wrong(error.body_text()))?);
                    }
                }
            }
            return Ok(form);
        }
        let RawForm(bytes) = RawForm::from_request(request, &()).await.map_err(|error| wrong(error.body_text()))?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).map_err(|error| wrong(error.to_string()))?;
        form.fields.extend(pairs);
        Ok(form)
    }
}

/// What a form leads to.
enum Done {
    /// Another page; facts may have changed.
    Go(String),
    /// An answer as it is.
    Say(Box<Response>),
}

/// Everything that is sent to a page.
pub(crate) async fn receive(
    State(portal): State<Arc<Portal>>,
    Path((lang, rest)): Path<(String, String)>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let mut ctx = match context(Arc::clone(&portal), &lang, &rest, query, &headers).await {
        Ok(ctx) => ctx,
        Err(response) => return *response,
    };
    let (lang, format) = (ctx.lang, ctx.format);
    // A browser says where a form comes from; one of another site is not read.
    if headers.get("sec-fetch-site").is_some_and(|site| !["same-origin", "none"].iter().any(|own| site == own)) {
        return respond(PageError::Denied(lang.t("error.other_site").to_owned()), lang, format);
    }
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return respond(error, lang, format),
    };
    if let Some(absent) = form.fields.get("for") {
        match viewer::standing_in(&portal, lang, ctx.viewer.take(), absent) {
            Ok(viewer) => ctx.viewer = viewer,
            Err(error) => return respond(error, lang, format),
        }
    }
    let who = ctx.viewer.as_ref().map(Viewer::who).unwrap_or_default();
    let done =
        tokio::task::spawn_blocking(move || act(&ctx, &form).unwrap_or_else(|error| Done::Say(Box::new(respond(error, lang, format)))))
            .await;
    match done {
        Ok(Done::Say(response)) => *response,
        Ok(Done::Go(address)) => {
            portal.judge_again(&who).await;
            Redirect::to(&address).into_response()
        }
        Err(error) => respond(PageError::Internal(error.to_string()), lang, format),
    }
}

fn act(ctx: &Ctx, form: &Form) -> Result<Done, PageError> {
    let parts: Vec<&str> = ctx.path.split('/').filter(|part| !part.is_empty()).collect();
    if parts[..] == ["sign-in"] {
        return sign_in(ctx, form);
    }
    let viewer = ctx.signed_in()?;
    if !viewer.by_token && form.text("form_key") != viewer.form_key {
        return Err(PageError::Denied(ctx.lang.t("error.form_key").to_owned()));
    }
    match parts[..] {
        ["sign-out"] => {
            ctx.portal.store.revoke(&viewer.account.name, &viewer.access, ctx.portal.now())?;
            let headers = [(header::SET_COOKIE, viewer::clear_cookie()), (header::LOCATION, ctx.href(""))];
            Ok(Done::Say(Box::new((StatusCode::SEE_OTHER, headers).into_response())))
        }
        ["registers", kind, "new"] => done_or_form(register::form::save(ctx, kind, None, form)?),
        ["registers", kind, "import"] => Ok(Done::Say(Box::new(register::import::take(ctx, kind, form)?))),
        ["registers", kind, id, "edit"] => done_or_form(register::form::save(ctx, kind, Some(id), form)?),
        ["registers", kind, id, "remove"] => Ok(Done::Go(register::form::remove(ctx, kind, id, form)?)),
        ["registers", kind, "bulk"] => done_or_form(register::bulk::take(ctx, kind, form)?),
        ["measures", "open"] => Ok(Done::Go(measure::open(ctx, form)?)),
        ["measures", id, step] => Ok(Done::Go(measure::step(ctx, id, step, form)?)),
        ["assessments", id, year, "publish"] => Ok(Done::Go(assessment::publish(ctx, id, year, form)?)),
        ["desk", "accept"] => done_or_form(accept::take(ctx, form)?),
        ["desk", "saved"] => Ok(Done::Go(saved::change(ctx, form)?)),
        ["desk", "account"] => Ok(Done::Say(Box::new(people::change_own(ctx, form)?))),
        ["desk", "people"] => Ok(Done::Say(Box::new(people::change(ctx, form)?))),
        _ => Err(PageError::NotFound),
    }
}

fn done_or_form(done: Result<String, Response>) -> Result<Done, PageError> {
    Ok(match done {
        Ok(address) => Done::Go(address),
        Err(form) => Done::Say(Box::new(form)),
    })
}

fn sign_in(ctx: &Ctx, form: &Form) -> Result<Done, PageError> {
    let store = &ctx.portal.store;
    match store.sign_in(form.text("name").trim(), form.text("password"), form.text("code"), ctx.portal.now()) {
        Ok(key) => {
            let headers = [(header::SET_COOKIE, viewer::set_cookie(&ctx.portal, &key.0)), (header::LOCATION, ctx.href("desk"))];
            Ok(Done::Say(Box::new((StatusCode::SEE_OTHER, headers).into_response())))
        }
        Err(error @ (facts::AccountError::Wrong | facts::AccountError::Locked(_))) => {
            Ok(Done::Say(Box::new(people::respond_sign_in(ctx, Some(&error)))))
        }
        Err(error) => Err(error.into()),
    }
}
