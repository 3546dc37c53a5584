//! Views: what each page says, as data, and how it is drawn.

pub(crate) mod accept;
pub(crate) mod assessment;
pub(crate) mod beside;
pub(crate) mod credit;
pub(crate) mod data;
pub(crate) mod desk;
pub(crate) mod devices;
pub(crate) mod dispatch;
pub(crate) mod duties;
pub(crate) mod handover;
pub(crate) mod head;
pub(crate) mod home;
pub(crate) mod indicator;
pub(crate) mod item;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod measure;
pub(crate) mod people;
pub(crate) mod plan;
pub(crate) mod proof;
pub(crate) mod register;
pub(crate) mod river;
pub(crate) mod rule;
pub(crate) mod saved;
pub(crate) mod section;
pub(crate) mod standard;
pub(crate) mod status;
pub(crate) mod task_history;
pub(crate) mod units;
pub(crate) mod verdicts;
pub(crate) mod water;
pub(crate) mod why;

use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Serialize;

use crate::error::PageError;
use crate::format::{self, Format};
use crate::html::badge;
use crate::html::layout::{self, Page};
use crate::routes::Ctx;
use crate::snapshot::Judged;

/// A table that a view can be written as.
pub(crate) type CsvTable = (&'static [&'static str], Vec<Vec<String>>);

/// Answers in the form asked for; a form the view does not have is not found.
pub(crate) fn answer(
    ctx: &Ctx,
    page: Page,
    view: &impl Serialize,
    csv: Option<CsvTable>,
    places: Option<Vec<serde_json::Value>>,
    body: impl FnOnce() -> Markup,
) -> Response {
    match ctx.format {
        Format::Html => {
            let body = html! { (body()) (saved::panel(ctx, &page)) };
            layout::render(&page, &body).into_response()
        }
        Format::Json => format::json(view),
        Format::Csv => match csv {
            Some((header, rows)) => format::csv(header, rows),
            None => crate::error::respond(PageError::NotFound, ctx.lang, ctx.format),
        },
        Format::Geojson => match places {
            Some(features) => format::geojson(&features),
            None => crate::error::respond(PageError::NotFound, ctx.lang, ctx.format),
        },
        Format::Xlsx => match csv {
            Some((header, rows)) => {
                let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
                format::xlsx(&page.title, &header, rows.into_iter())
            }
            None => crate::error::respond(PageError::NotFound, ctx.lang, ctx.format),
        },
    }
}

/// The frame of a page.
pub(crate) fn frame(ctx: &Ctx, title: &str, here: &'static str, formats: &'static [&'static str]) -> Page {
    Page {
        title: title.to_owned(),
        lang: ctx.lang,
        here,
        path: ctx.path.clone(),
        query: ctx.query_string(),
        formats,
        demo: ctx.portal.settings.demo,
        credit: credit::line(ctx),
        script: None,
        viewer: ctx.viewer.as_ref().map(|viewer| viewer.display(ctx.lang)),
        behind: ctx.portal.is_behind(),
    }
}

/// A verdict in a list.
#[derive(Debug, Serialize)]
pub(crate) struct VerdictRow {
    id: String,
    rule: String,
    subject_kind: String,
    subject: String,
    subject_name: String,
    period: String,
    outcome: judge::Outcome,
    reason: Option<String>,
    would_be: Option<judge::Outcome>,
    sentence: String,
    made_up: bool,
    why: String,
}

impl VerdictRow {
    pub(crate) fn new(ctx: &Ctx, judged: &Judged) -> Self {
        let verdict = &judged.verdict;
        Self {
            id: verdict.id.clone(),
            rule: verdict.rule.clone(),
            subject_kind: verdict.subject_kind.clone(),
            subject: verdict.subject.clone(),
            subject_name: ctx.lang.pick(&judged.subject_name).to_owned(),
            period: verdict.period.clone(),
            outcome: verdict.outcome,
            reason: verdict.reason.clone(),
            would_be: verdict.would_be,
            sentence: ctx.lang.pick(&judged.sentence).to_owned(),
            made_up: verdict.made_up,
            why: ctx.href(&format!("why/{}", verdict.id)),
        }
    }

    pub(crate) const CSV: &'static [&'static str] =
        &["id", "rule", "subject_kind", "subject", "subject_name", "period", "outcome", "reason", "would_be", "sentence", "made_up"];

    pub(crate) fn csv(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.rule.clone(),
            self.subject_kind.clone(),
            self.subject.clone(),
            self.subject_name.clone(),
            self.period.clone(),
            self.outcome.id().to_owned(),
            self.reason.clone().unwrap_or_default(),
            self.would_be.map_or("", judge::Outcome::id).to_owned(),
            self.sentence.clone(),
            self.made_up.to_string(),
        ]
    }
}

/// Verdicts as a list of sentences, each leading to its why.
pub(crate) fn verdict_list(ctx: &Ctx, rows: &[VerdictRow]) -> Markup {
    html! {
        @if rows.is_empty() {
            p.muted { (ctx.lang.t("verdict.empty")) }
        } @else {
            ul.verdicts {
                @for row in rows {
                    li {
                        (badge::outcome(ctx.lang, row.outcome)) " "
                        span.sentence { (row.sentence) } " "
                        @if let Some(would_be) = row.would_be { span.wouldbe { (ctx.lang.t("verdict.would_be")) " " (judge::outcome_word(would_be, ctx.lang.id())) } " " }
                        (badge::made_up(ctx.lang, row.made_up)) " "
                        a href=(row.why) { (ctx.lang.t("verdict.why")) span.visually-hidden { ": " (row.subject_name) " " (row.period) } }
                    }
                }
            }
        }
    }
}
