//! The ledger, for those who may read it: who changed what, when and why. Private fields stand in it as hashes.

use axum::response::Response;
use facts::LedgerRow;
use maud::{Markup, html};
use plan::Power;
use serde::Serialize;

use crate::error::PageError;
use crate::routes::Ctx;
use crate::view::water::encode;
use crate::view::{answer, frame};

/// Rows on a page.
const PAGE: usize = 100;

#[derive(Serialize)]
struct View {
    total: usize,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    seq: i64,
    at: String,
    who: String,
    /// The person who was away, where somebody stood in.
    #[serde(rename = "for")]
    stood_in_for: Option<String>,
    action: String,
    subject: String,
    why: String,
    what: String,
    hash: String,
}

/// `/desk/ledger`
pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    ctx.signed_in()?.need(&ctx.portal.plan, Power::Audit)?;
    let page: usize = ctx.asked("page").and_then(|page| page.parse().ok()).filter(|page| 0 < *page).unwrap_or(1);
    let mut rows = match ctx.asked("subject") {
        Some(subject) => ctx.portal.store.ledger_of(subject)?,
        None => ctx.portal.store.ledger()?,
    };
    let by = |row: &LedgerRow, who: &str| row.who == who || row.stood_in_for().as_deref() == Some(who);
    rows.retain(|row| ctx.asked("who").is_none_or(|who| by(row, who)) && ctx.asked("action").is_none_or(|action| row.action == action));
    rows.reverse();
    let total = rows.len();
    let html_only = ctx.format == crate::format::Format::Html;
    let (skip, take) = if html_only { ((page - 1).saturating_mul(PAGE), PAGE) } else { (0, usize::MAX) };
    let rows = rows.into_iter().skip(skip).take(take);
    let rows = rows.map(|row| Row {
        seq: row.seq,
        at: facts::time::print(row.at),
        stood_in_for: row.stood_in_for(),
        who: row.who,
        action: row.action,
        subject: row.subject,
        why: row.why,
        what: row.what,
        hash: row.hash,
    });
    let view = View { total, rows: rows.collect() };
    let csv = view.rows.iter().map(|row| {
        vec![
            row.seq.to_string(),
            row.at.clone(),
            row.who.clone(),
            row.stood_in_for.clone().unwrap_or_default(),
            row.action.clone(),
            row.subject.clone(),
            row.why.clone(),
            row.what.clone(),
            row.hash.clone(),
        ]
    });
    let csv = (&["seq", "at", "who", "for", "action", "subject", "why", "what", "hash"][..], csv.collect());
    Ok(answer(ctx, frame(ctx, ctx.lang.t("desk.ledger"), "desk", &["json", "csv"]), &view, Some(csv), None, || draw(ctx, &view, page)))
}

fn draw(ctx: &Ctx, view: &View, page: usize) -> Markup {
    let lang = ctx.lang;
    // The filter stays when the page is turned.
    let turned = |page: usize| {
        let kept = ctx.query.iter().filter(|(key, _)| key.as_str() != "page").map(|(key, value)| format!("&{key}={}", encode(value)));
        ctx.href(&format!("desk/ledger?page={page}{}", kept.collect::<String>()))
    };
    html! {
        p.eyebrow { a href=(ctx.href("desk")) { (lang.t("menu.desk")) } }
        h1 { (lang.fill("ledger.sentence", &[("n", &view.total.to_string())])) }
        p.muted { (lang.t("ledger.note")) }
        form.filters method="get" action=(ctx.href("desk/ledger")) {
            div { label for="subject" { (lang.t("ledger.subject")) } input type="text" id="subject" name="subject" value=(ctx.asked("subject").unwrap_or_default()); }
            div { label for="who" { (lang.t("ledger.who")) } input type="text" id="who" name="who" value=(ctx.asked("who").unwrap_or_default()); }
            button type="submit" { (lang.t("filter.apply")) }
            @if !ctx.query.is_empty() { a href=(ctx.href("desk/ledger")) { (lang.t("filter.clear")) } }
        }
        div.scroll tabindex="0" role="region" aria-label=(lang.t("desk.ledger")) {
            table {
                thead { tr { th.num { "#" } th { (lang.t("ledger.at")) } th { (lang.t("ledger.who")) } th { (lang.t("ledger.subject")) } th { (lang.t("ledger.why")) } th { (lang.t("ledger.what")) } th { (lang.t("ledger.hash")) } } }
                tbody { @for row in &view.rows {
                    tr {
                        td.num { (row.seq) } td.nowrap { (row.at) } td { (row.who) @if let Some(absent) = &row.stood_in_for { " " (lang.fill("ledger.for", &[("name", absent)])) } } td { (lang.word("action_of", &row.action)) " " code { (row.subject) } } td { (row.why) }
                        td { details { summary { (lang.t("ledger.what")) } code { (row.what) } } } td { code { (row.hash.get(..12).unwrap_or(&row.hash)) } }
                    }
                } }
            }
        }
        nav.pages aria-label=(lang.t("verdict.pages")) {
            @if 1 < page { a href=(turned(page - 1)) rel="prev" { (lang.t("verdict.previous")) } " " }
            @if page * PAGE < view.total { a href=(turned(page + 1)) rel="next" { (lang.t("verdict.next")) } }
        }
    }
}
