//! Entries from a file: tried first, kept only when every cell fits and the person may change every entry.

use axum::response::Response;
use facts::Change;
use facts::register::Draft;
use maud::{Markup, html};
use plan::Power;
use serde_json::json;

use super::{find, one};
use crate::error::PageError;
use crate::post::Form;
use crate::routes::Ctx;
use crate::view::{answer, frame};

/// Refusals shown one by one.
const SHOWN: usize = 100;

/// How a file came out.
pub(crate) struct Tried {
    file: String,
    entries: usize,
    /// Row, column, and what is wrong.
    refused: Vec<(u64, String, String)>,
    /// How many changed, where it was kept.
    kept: Option<usize>,
}

/// The page that asks for a file.
pub(crate) fn respond(ctx: &Ctx, kind: &str) -> Result<Response, PageError> {
    page(ctx, kind, None)
}

fn page(ctx: &Ctx, kind: &str, tried: Option<&Tried>) -> Result<Response, PageError> {
    let viewer = ctx.signed_in()?;
    let register = find(ctx, kind)?;
    viewer.person().may_make(&ctx.portal.plan, register).map_err(|denied| PageError::Denied(denied.to_string()))?;
    let lang = ctx.lang;
    let title = lang.fill("import.title", &[("title", lang.pick(&register.title))]);
    let mut response = answer(ctx, frame(ctx, &title, "registers", &[]), &json!({}), None, None, || {
        html! {
            p.eyebrow { a href=(ctx.href(&format!("registers/{kind}"))) { (lang.pick(&register.title)) } }
            h1 { (title) }
            p { (lang.t("import.note")) " " a href=(ctx.href(&format!("registers/{kind}.csv"))) { "CSV" } " · " a href=(ctx.href(&format!("registers/{kind}.xlsx"))) { "Excel" } " · " a href=(ctx.href(&format!("registers/{kind}.geojson"))) { "GeoJSON" } }
            @if let Some(tried) = tried { (result(ctx, tried)) }
            form.entry method="post" enctype="multipart/form-data" action=(ctx.href(&format!("registers/{kind}/import"))) {
                (viewer.form_fields())
                div.field { label for="f-file" { (lang.t("import.file")) } input type="file" id="f-file" name="file" required; }
                div.field { label for="f-why" { (lang.t("form.why")) " " span.required { (lang.t("form.required")) } } input type="text" id="f-why" name="why" required; }
                p { button type="submit" name="do" value="try" { (lang.t("import.try")) } " " button type="submit" name="do" value="keep" { (lang.t("import.keep")) } }
            }
            p.muted { (lang.t("import.columns")) " " @for field in &register.field { code { (field.id.get_ref()) } " (" (lang.pick(&field.label)) ") " } }
        }
    });
    if tried.is_some_and(|tried| !tried.refused.is_empty()) {
        *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn result(ctx: &Ctx, tried: &Tried) -> Markup {
    let lang = ctx.lang;
    let counted = [("file", tried.file.as_str()), ("n", &tried.entries.to_string())];
    html! {
        div.errors[!tried.refused.is_empty()] role="alert" {
            @match (tried.refused.is_empty(), tried.kept) {
                (true, Some(changed)) => { p { (lang.fill("import.kept", &counted)) " " (lang.fill("import.changed", &[("n", &changed.to_string())])) } },
                (true, None) => { p { (lang.fill("import.fits", &counted)) } },
                (false, _) => {
                    p { (lang.fill("import.refused", &[("file", tried.file.as_str()), ("n", &tried.refused.len().to_string())])) }
                    div.scroll tabindex="0" role="region" aria-label=(lang.t("import.row")) {
                        table {
                            thead { tr { th.num { (lang.t("import.row")) } th { (lang.t("import.column")) } th { (lang.t("import.why")) } } }
                            tbody { @for (row, column, why) in tried.refused.iter().take(SHOWN) { tr { td.num { (row) } td { code { (column) } } td { (why) } } } }
                        }
                    }
                },
            }
        }
    }
}

/// Tries or keeps a file.
pub(crate) fn take(ctx: &Ctx, kind: &str, form: &Form) -> Result<Response, PageError> {
    let viewer = ctx.signed_in()?;
    let register = find(ctx, kind)?;
    let (portal, plan) = (&ctx.portal, &ctx.portal.plan);
    let file = form.files.get("file").ok_or_else(|| PageError::BadRequest(ctx.lang.t("import.no_file").to_owned()))?;
    let read = match facts::entry_table::read(register, &file.name, file.content.clone(), portal.settings.demo, &viewer.acting().unit) {
        Ok(read) => read,
        Err(error) => {
            let refused = vec![(1, String::new(), error.to_string())];
            return page(ctx, kind, Some(&Tried { file: file.name.clone(), entries: 0, refused, kept: None }));
        }
    };
    let mut refused: Vec<(u64, String, String)> = read
        .refused
        .iter()
        .map(|cell| (cell.row, cell.column.clone(), ctx.lang.fill("form.found", &[("found", &cell.found), ("expected", &cell.expected)])))
        .collect();
    let (rows, mut drafts): (Vec<u64>, Vec<Draft>) = read.drafts.into_iter().unzip();
    for (row, draft) in rows.iter().zip(&mut drafts) {
        let old = one(ctx, kind, &draft.id)?;
        let may = |fields| viewer.person().may(plan, Power::Edit, register, &draft.id, fields);
        let denied = old.as_ref().map_or(Ok(()), |old| may(&old.data)).and_then(|()| may(&draft.data));
        for field in register.field.iter() {
            let name = field.id.get_ref();
            let changed = draft.data.get(name) != old.as_ref().and_then(|old| old.data.get(name));
            if let Some(Err(denied)) = field.needs.filter(|_| changed).map(|power| viewer.person().has(plan, power)) {
                refused.push((*row, name.clone(), denied.to_string()));
            }
        }
        if let Err(denied) = denied {
            refused.push((*row, "id".to_owned(), denied.to_string()));
        }
        if let Some(old) = old {
            // Columns that an export did not show, such as private fields, stay as they were.
            for (field, value) in &old.data {
                if !register.field.iter().any(|own| own.public && own.id.get_ref() == field) {
                    draft.data.entry(field.clone()).or_insert_with(|| value.clone());
                }
            }
            draft.known_at = draft.known_at.or_else(|| Some(portal.known_now()));
        }
    }
    if refused.is_empty() {
        for (place, error) in portal.store.check_entries(plan, kind, &drafts)? {
            let column = match &error {
                facts::EntryError::Field { field, .. } => field.clone(),
                _ => String::new(),
            };
            refused.push((rows[place], column, error.to_string()));
        }
    }
    let mut tried = Tried { file: file.name.clone(), entries: drafts.len(), refused, kept: None };
    if tried.refused.is_empty() && form.text("do") == "keep" {
        let change = Change { who: viewer.who(), at: portal.now(), why: form.text("why").to_owned() };
        tried.kept = Some(portal.store.put_entries(plan, kind, &drafts, &change)?);
    }
    page(ctx, kind, Some(&tried))
}
