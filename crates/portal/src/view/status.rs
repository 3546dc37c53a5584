//! Four statuses of a date, kept apart: lifecycle (people report it), timeliness (worked out from dates), freshness (from
//! the last report of a person; a judgement of the machine refreshes nothing), outlook (somebody's opinion, with unit
//! and day).

use std::collections::BTreeMap;

use jiff::civil::Date;
use judge::Outcome;
use maud::{Markup, html};
use plan::Modality;
use serde::Serialize;

use crate::error::PageError;
use crate::routes::Ctx;
use crate::view::register;

/// Days after which a report is stale (a quarter; the plan asks for progress quarterly at least).
const STALE_DAYS: i32 = 92;

/// The kinds of status that have a bar, with their words in order.
pub(crate) const BARS: [(&str, &[&str]); 3] = [
    ("lifecycle", &["accepted", "done", "in_progress", "stopped", "not_reported"]),
    ("timeliness", &["in_time", "late", "overdue", "not_due", "not_judged"]),
    ("freshness", &["closed", "fresh", "stale", "never"]),
];

/// The statuses of a date.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Status {
    pub(crate) lifecycle: &'static str,
    pub(crate) timeliness: &'static str,
    pub(crate) freshness: &'static str,
    pub(crate) outlook: Option<Outlook>,
    pub(crate) last_report: Option<String>,
}

/// What somebody expects.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Outlook {
    pub(crate) word: String,
    pub(crate) unit: String,
    pub(crate) day: String,
}

impl Status {
    /// The word of a kind of status.
    pub(crate) fn of(&self, kind: &str) -> &'static str {
        match kind {
            "lifecycle" => self.lifecycle,
            "timeliness" => self.timeliness,
            _ => self.freshness,
        }
    }
}

/// The statuses of every date that is this city's, by its id.
pub(crate) fn all(ctx: &Ctx) -> Result<BTreeMap<String, Status>, PageError> {
    let mut reports: BTreeMap<String, Vec<std::sync::Arc<facts::Entry>>> = BTreeMap::new();
    let today = ctx.portal.settings.as_of;
    if ctx.portal.plan.register("task_report").is_some() {
        for entry in register::entries(ctx, "task_report")?.iter().filter(|entry| entry.get("reported_on") <= today.to_string().as_str()) {
            reports.entry(entry.get("deadline").to_owned()).or_default().push(std::sync::Arc::clone(entry));
        }
    }
    let mut found = BTreeMap::new();
    for task in &ctx.portal.plan.tasks {
        for (n, deadline) in task.deadline.iter().enumerate().filter(|(_, deadline)| deadline.modality != Modality::Context) {
            let id = format!("{}-{}", task.id.get_ref(), n + 1);
            let mut own = reports.remove(&id).unwrap_or_default();
            own.sort_by(|a, b| a.get("reported_on").cmp(b.get("reported_on")).then(a.id.cmp(&b.id)));
            found.insert(id.clone(), status(ctx, &id, deadline.date.0, &own, today));
        }
    }
    Ok(found)
}

fn status(ctx: &Ctx, id: &str, date: Date, reports: &[std::sync::Arc<facts::Entry>], today: Date) -> Status {
    let judged = ctx.snapshot.of_subject("deadline", id).next_back();
    let outcome = judged.map(|judged| judged.verdict.outcome);
    let late = judged.and_then(|judged| judged.verdict.facts.get("days_late")).is_some_and(|days| days != "0");
    let newest = reports.last();
    let lifecycle = match (outcome, newest.map(|report| report.get("status"))) {
        (Some(Outcome::Pass), _) => "accepted",
        (_, Some("done")) => "done",
        (_, Some("stopped")) => "stopped",
        (_, Some(_)) => "in_progress",
        (_, None) => "not_reported",
    };
    let timeliness = match outcome {
        Some(Outcome::Pass) if late => "late",
        Some(Outcome::Pass) => "in_time",
        Some(Outcome::Fail) => "overdue",
        // An extension can move the date; the judgement knows.
        _ if judged.and_then(|judged| judged.verdict.reason.as_deref()) == Some("not_due") => "not_due",
        _ if today <= date => "not_due",
        _ => "not_judged",
    };
    let last: Option<Date> = newest.and_then(|report| report.get("reported_on").parse().ok());
    let freshness = match (outcome, last) {
        (Some(Outcome::Pass), _) => "closed",
        (_, None) => "never",
        (_, Some(day)) if day.until(today).is_ok_and(|span| span.get_days() <= STALE_DAYS) => "fresh",
        (_, Some(_)) => "stale",
    };
    let outlook = reports.iter().rev().find(|report| !report.get("outlook").is_empty()).map(|report| Outlook {
        word: report.get("outlook").to_owned(),
        unit: ctx.portal.plan.unit_name(report.get("unit"), ctx.lang.id()).to_owned(),
        day: report.get("reported_on").to_owned(),
    });
    Status { lifecycle, timeliness, freshness, outlook, last_report: last.map(|day| day.to_string()) }
}

/// Three bars; each segment filters, and carries its number and its word.
pub(crate) fn bars(ctx: &Ctx, statuses: &BTreeMap<String, Status>) -> Markup {
    let lang = ctx.lang;
    html! {
        @if statuses.is_empty() { p.muted { (lang.t("plan.no_dates")) } } @else {
            dl.bars {
                @for (kind, words) in BARS {
                    div {
                        dt { (lang.word("bar", kind)) }
                        dd {
                        (strip(words, statuses, kind))
                        ul.statuskey {
                            @for (place, word) in words.iter().enumerate() {
                                @let n = statuses.values().filter(|status| status.of(kind) == *word).count();
                                @if n != 0 {
                                    li class={ "b" (place) } { a href=(ctx.href(&format!("plan?{kind}={word}"))) aria-current=[(ctx.asked(kind) == Some(word)).then_some("true")] { strong { (n) } " " (lang.word(kind, word)) } }
                                }
                            }
                        } }
                    }
                }
            }
        }
    }
}

/// The bar itself: widths in the proportion of the numbers, which stand in the list below it.
fn strip(words: &[&str], statuses: &BTreeMap<String, Status>, kind: &str) -> Markup {
    let mut at = 0;
    let segments: Vec<(usize, usize, usize)> = words
        .iter()
        .enumerate()
        .map(|(place, word)| {
            let n = statuses.values().filter(|status| status.of(kind) == *word).count();
            at += n;
            (place, at - n, n)
        })
        .collect();
    html! {
        svg.statusbar viewBox={ "0 0 " (statuses.len()) " 1" } preserveAspectRatio="none" aria-hidden="true" {
            @for (place, from, n) in segments { rect class={ "b" (place) } x=(from) y="0" width=(n) height="1" {} }
        }
    }
}

/// The statuses of one date in words.
pub(crate) fn words(ctx: &Ctx, status: &Status) -> Markup {
    let lang = ctx.lang;
    html! {
        @for (kind, _) in BARS { span.tag { (lang.word("bar", kind)) ": " (lang.word(kind, status.of(kind))) } " " }
        @if let Some(outlook) = &status.outlook { span.tag { (lang.t("plan.outlook")) ": " (lang.word("outlook", &outlook.word)) " (" (outlook.unit) " " (outlook.day) ")" } }
    }
}
