//! Heads: what the ledger held at the end of a day, for whoever wants to keep it.

use axum::response::Response;
use facts::head::Head;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Serialize;

use crate::error::PageError;
use crate::routes::Ctx;
use crate::view::{answer, frame};

/// Days on a page; the data has them all.
const SHOWN: usize = 60;

#[derive(Serialize)]
struct View {
    /// The newest, or that of the day asked for.
    head: Option<Head>,
    digest: Option<String>,
    /// Newest first.
    days: Vec<Day>,
}

#[derive(Serialize)]
struct Day {
    day: Date,
    row: i64,
    at: String,
    batches: u64,
    row_hash: String,
    rows_root: String,
    digest: String,
}

/// `/data/head`
pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    let asked: Option<Date> =
        ctx.asked("day").map(|day| day.parse().map_err(|error: jiff::Error| PageError::BadRequest(format!("day: {error}")))).transpose()?;
    let mut heads = ctx.portal.store.heads()?;
    heads.reverse();
    let days = heads.iter().map(|head| Day {
        day: head.day,
        row: head.row,
        at: head.at.clone(),
        batches: head.batches,
        row_hash: head.row_hash.clone(),
        rows_root: head.rows_root.clone(),
        digest: head.digest(),
    });
    let days: Vec<Day> = days.collect();
    let head = heads.into_iter().find(|head| asked.is_none_or(|day| head.day <= day));
    if head.is_none() && asked.is_some() {
        return Err(PageError::NotFound);
    }
    let view = View { digest: head.as_ref().map(Head::digest), head, days };
    let csv = view.days.iter().map(|own| {
        vec![
            own.day.to_string(),
            own.row.to_string(),
            own.at.clone(),
            own.batches.to_string(),
            own.row_hash.clone(),
            own.rows_root.clone(),
            own.digest.clone(),
        ]
    });
    let csv = (&["day", "row", "at", "batches", "row_hash", "rows_root", "digest"][..], csv.collect());
    let page = frame(ctx, ctx.lang.t("head.title"), "data", &["json", "csv"]);
    Ok(answer(ctx, page, &view, Some(csv), None, || draw(ctx, &view)))
}

fn draw(ctx: &Ctx, view: &View) -> Markup {
    let lang = ctx.lang;
    html! {
        p.eyebrow { a href=(ctx.href("data")) { (lang.t("menu.data")) } }
        @match &view.head {
            None => { h1 { (lang.t("head.none")) } }
            Some(head) => {
                h1 { (lang.fill("head.sentence", &[("day", &head.day.to_string()), ("row", &head.row.to_string()), ("batches", &head.batches.to_string())])) }
                p { (lang.t("head.note")) }
                dl.fields {
                    div { dt { (lang.t("head.day")) } dd { (head.day) } }
                    div { dt { (lang.t("head.row")) } dd { (head.row) " · " (head.at) } }
                    div { dt { (lang.t("head.row_hash")) } dd { code { (head.row_hash) } } }
                    div { dt { (lang.t("head.rows_root")) } dd { code { (head.rows_root) } } }
                    div { dt { (lang.t("head.batches")) } dd { (head.batches) } }
                    div { dt { (lang.t("head.store")) } dd { code { (head.store) } } }
                    div { dt { (lang.t("head.digest")) } dd { code { (view.digest.as_deref().unwrap_or_default()) } } }
                }
                p { a href={ (ctx.href("data/head.json?day=")) (head.day) } download={ "head-" (head.day) ".json" } { (lang.t("head.take")) } }
                p.muted { (lang.t("head.check")) " " code { "qingliu verify --head head-" (head.day) ".json" } }
            }
        }
        @if !view.days.is_empty() {
            h2 { (lang.t("head.days")) }
            div.scroll tabindex="0" role="region" aria-label=(lang.t("head.days")) {
                table {
                    thead { tr { th { (lang.t("head.day")) } th.num { (lang.t("head.row")) } th.num { (lang.t("head.batches")) } th { (lang.t("head.row_hash")) } th { (lang.t("head.digest")) } } }
                    tbody {
                        @for own in view.days.iter().take(SHOWN) {
                            tr {
                                th scope="row" { a href={ (ctx.href("data/head?day=")) (own.day) } { (own.day) } }
                                td.num { (own.row) } td.num { (own.batches) } td { code { (own.row_hash) } } td { code { (own.digest) } }
                            }
                        }
                    }
                }
            }
            @if SHOWN < view.days.len() { p.muted { (lang.fill("head.more", &[("n", &(view.days.len() - SHOWN).to_string())])) } }
        }
    }
}
