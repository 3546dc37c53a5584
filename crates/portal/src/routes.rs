//! All routes, in the order in which people meet them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::error::{PageError, respond};
use crate::format::Format;
use crate::lang::Lang;
use crate::server::Portal;
use crate::snapshot::Snapshot;
use crate::view::{
    accept, assessment, data, desk, dispatch, head, home, indicator, item, keys, ledger, measure, people, plan, proof, register, river,
    rule, section, standard, verdicts, water, why,
};
use crate::viewer::{self, Viewer};
use crate::{assets, openapi, post};

/// The route table. Pages are dispatched by [`page`], since each comes in several forms at one address.
pub(crate) fn all() -> Router<Arc<Portal>> {
    Router::new()
        .route("/", get(front))
        .route("/static/{*path}", get(assets::file))
        .route("/map/{file}", get(map_layer))
        .route("/api/openapi.json", get(openapi::document))
        .route("/healthz", get(async || "ok"))
        .route("/metrics", get(crate::counters::respond))
        .route("/{lang}", get(page_of_language))
        .route("/{lang}/", get(page_of_language))
        .route("/{lang}/{*rest}", get(page).post(post::receive))
        .route("/calendar/{token}", get(calendar_feed))
        .merge(crate::api::routes())
        .merge(crate::sta::routes())
        .layer(DefaultBodyLimit::max(facts::attachment::LARGEST + (1 << 20)))
}

/// What a page is made from.
pub(crate) struct Ctx {
    pub(crate) portal: Arc<Portal>,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) lang: Lang,
    pub(crate) format: Format,
    /// Who is asking, where they are signed in.
    pub(crate) viewer: Option<Viewer>,
    /// The address behind the language, without ending.
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
}

impl Ctx {
    /// A parameter of the address that is there and not empty.
    pub(crate) fn asked(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// The parameters as they stand in the address, with the question mark.
    pub(crate) fn query_string(&self) -> String {
        let pairs: Vec<String> = self.query.iter().map(|(key, value)| format!("{}={}", water::encode(key), water::encode(value))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }

    /// An address in the visitor's language.
    pub(crate) fn href(&self, path: &str) -> String {
        format!("/{}/{path}", self.lang.id())
    }
}

impl Ctx {
    /// Who is signed in, or the page that asks for it.
    pub(crate) fn signed_in(&self) -> Result<&Viewer, PageError> {
        self.viewer.as_ref().ok_or(PageError::SignIn)
    }
}

fn dispatch(ctx: &Ctx) -> Result<Response, PageError> {
    let parts: Vec<&str> = ctx.path.split('/').filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [] | ["home"] => Ok(home::respond(ctx)),
        ["water"] => water::respond(ctx),
        ["water", id] => section::respond(ctx, id),
        ["water", id, item] => item::respond(ctx, id, item),
        ["river"] => river::respond(ctx),
        ["river", "compare"] => river::respond_compare(ctx),
        ["river", model] => river::respond_model(ctx, model),
        ["plan"] => plan::respond(ctx),
        ["plan", "dispatch"] => dispatch::respond(ctx),
        ["plan", "dispatch", unit] => dispatch::respond_unit(ctx, unit),
        ["plan", task] => plan::respond_task(ctx, task),
        ["indicators"] => Ok(indicator::respond(ctx)),
        ["indicators", id] => indicator::respond_one(ctx, id),
        ["verdicts"] => verdicts::respond(ctx),
        ["why", id] => why::respond(ctx, id),
        ["registers"] => register::list::respond_kinds(ctx),
        ["registers", kind] => register::list::respond(ctx, kind),
        ["registers", kind, "new"] => register::form::respond(ctx, kind, None),
        ["registers", kind, "import"] => register::import::respond(ctx, kind),
        ["registers", kind, "bulk"] => register::bulk::respond(ctx, kind),
        ["registers", kind, id] => register::entry::respond(ctx, kind, id),
        ["registers", kind, id, "edit"] => register::form::respond(ctx, kind, Some(id)),
        ["files", sha256] => register::entry::respond_file(ctx, sha256),
        ["measures"] => measure::respond(ctx),
        ["measures", id] => measure::respond_one(ctx, id),
        ["assessments"] => assessment::respond(ctx),
        ["assessments", id, year] => assessment::respond_year(ctx, id, year),
        ["assessments", id, year, unit] => assessment::respond_unit(ctx, id, year, unit),
        ["rules"] => Ok(rule::respond(ctx)),
        ["rules", id] => rule::respond_one(ctx, id),
        ["sign-in"] => Ok(people::respond_sign_in(ctx, None)),
        ["desk"] => desk::respond(ctx),
        ["desk", "accept"] => accept::respond(ctx),
        ["desk", "devices"] => crate::view::devices::respond(ctx),
        ["desk", "account"] => people::respond_account(ctx, None),
        ["desk", "people"] => people::respond(ctx, None),
        ["desk", "ledger"] => ledger::respond(ctx),
        ["standards"] => Ok(standard::respond(ctx)),
        ["standards", code] => standard::respond_one(ctx, code),
        ["keys"] => Ok(keys::respond(ctx)),
        ["data"] => Ok(data::respond(ctx)),
        ["data", "head"] => head::respond(ctx),
        ["data", "proof", observation] => proof::respond(ctx, observation),
        _ => Err(PageError::NotFound),
    }
}

/// The front door: the visitor's language, Chinese unless the browser prefers English.
async fn front(headers: HeaderMap) -> Redirect {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_lowercase();
    let (zh, en) = (wanted.find("zh"), wanted.find("en"));
    let english = match (zh, en) {
        (None, Some(_)) => true,
        (Some(zh), Some(en)) => en < zh,
        _ => false,
    };
    Redirect::temporary(if english { "/en/" } else { "/zh/" })
}

async fn page_of_language(
    state: State<Arc<Portal>>,
    Path(lang): Path<String>,
    query: Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    page(state, Path((lang, String::new())), query, headers).await
}

async fn page(
    State(portal): State<Arc<Portal>>,
    Path((lang, rest)): Path<(String, String)>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let (lang, format, ctx) = match context(portal, &lang, &rest, query, &headers).await {
        Ok(ctx) => (ctx.lang, ctx.format, ctx),
        Err(response) => return *response,
    };
    // Pages read the store; that is not for the threads that answer the network.
    match tokio::task::spawn_blocking(move || dispatch(&ctx).unwrap_or_else(|error| respond(error, ctx.lang, ctx.format))).await {
        Ok(response) => response,
        Err(error) => respond(PageError::Internal(error.to_string()), lang, format),
    }
}

/// What a page is made from, or the answer where that cannot be said.
pub(crate) async fn context(
    portal: Arc<Portal>,
    lang: &str,
    rest: &str,
    query: BTreeMap<String, String>,
    headers: &HeaderMap,
) -> Result<Ctx, Box<Response>> {
    let rest = rest.trim_end_matches('/');
    let (folder, last) = rest.rsplit_once('/').map_or(("", rest), |(folder, last)| (folder, last));
    let (stem, format) = Format::split(last);
    let path = if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") };
    let Some(lang) = Lang::parse(lang) else { return Err(Box::new(respond(PageError::NotFound, Lang::Zh, format))) };
    let internal = |error: String| Box::new(respond(PageError::Internal(error), lang, format));
    let snapshot = portal.snapshot().await.map_err(|error| internal(error.to_string()))?;
    let viewer = viewer::of_request(&portal, headers).map_err(|error| internal(error.to_string()))?;
    let absent = query.get("for").map_or("", String::as_str);
    let viewer = viewer::standing_in(&portal, lang, viewer, absent).map_err(|error| Box::new(respond(error, lang, format)))?;
    Ok(Ctx { portal, snapshot, lang, format, viewer, path, query })
}

/// The calendar feed of whoever a token belongs to.
async fn calendar_feed(State(portal): State<Arc<Portal>>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    let token = token.trim_end_matches(".ics").to_owned();
    let ctx = match context(portal, "zh", "", BTreeMap::new(), &headers).await {
        Ok(ctx) => ctx,
        Err(response) => return *response,
    };
    let made = tokio::task::spawn_blocking(move || desk::feed(&ctx, &token).unwrap_or_else(|error| respond(error, ctx.lang, ctx.format)));
    made.await.unwrap_or_else(|error| respond(PageError::Internal(error.to_string()), Lang::Zh, Format::Html))
}

/// Base layers of the map, from the pack.
async fn map_layer(State(portal): State<Arc<Portal>>, Path(file): Path<String>) -> Response {
    match portal.files.get(&format!("map/{file}")).filter(|_| file.ends_with(".geojson")) {
        Some(text) => ([(header::CONTENT_TYPE, "application/geo+json")], text.to_owned()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
