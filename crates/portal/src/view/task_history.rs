//! What a task was in plans before: its words, dates and what changed, with the reports and verdicts of that time under the
//! number it had then.

use std::sync::Arc;

use facts::Entry;
use maud::{Markup, html};
use plan::succession::{Past, history};
use plan::{Modality, Task};
use serde::Serialize;

use crate::error::PageError;
use crate::html::badge;
use crate::routes::Ctx;
use crate::view::plan::{ReportRow, report_line, report_row};

/// The rule of the pack that judges dates of the plan.
const DEADLINE_RULE: &str = "deadline";

/// A task as it was.
#[derive(Serialize)]
pub(crate) struct PastTask {
    plan: String,
    version: String,
    /// Title of the plan before, where the pack keeps it.
    title: Option<String>,
    /// Whether it was a version of the same plan.
    amended: bool,
    /// Until this day.
    until: String,
    document: String,
    /// The number it had.
    id: String,
    text: Option<String>,
    changed: Vec<&'static str>,
    deadlines: Vec<PastDate>,
}

/// A date as it was.
#[derive(Serialize)]
struct PastDate {
    id: String,
    date: String,
    what: String,
    verdict: Option<PastVerdict>,
    reports: Vec<ReportRow>,
}

/// How a date stood when the plan before ended.
#[derive(Serialize)]
struct PastVerdict {
    outcome: judge::Outcome,
    as_of: String,
    why: String,
    made_up: bool,
}

/// What a task was before, newest first. `reports` are those on all dates, each with its date's id.
pub(crate) fn past(ctx: &Ctx, task: &Task, reports: &[(String, Arc<Entry>)]) -> Result<Vec<PastTask>, PageError> {
    history(&ctx.portal.plan, task).into_iter().map(|past| past_task(ctx, &past, task.id.get_ref(), reports)).collect()
}

fn past_task(ctx: &Ctx, past: &Past<'_>, now: &str, reports: &[(String, Arc<Entry>)]) -> Result<PastTask, PageError> {
    let until = past.until.on.0;
    let mut deadlines = Vec::new();
    let dates = past.task.into_iter().flat_map(|task| task.deadline.iter().enumerate());
    for (place, deadline) in dates.filter(|(_, deadline)| deadline.modality != Modality::Context) {
        let id = format!("{}-{}", past.id, place + 1);
        let stored = ctx.portal.store.last_verdict(DEADLINE_RULE, &id, until)?;
        let verdict = match &stored {
            Some(stored) => Some(judge::Verdict::read(&stored.id, &stored.content)?),
            None => None,
        };
        // Under a number that goes on, later reports are on the date as it is now.
        let own =
            |(of, entry): &&(String, Arc<Entry>)| *of == id && (past.id != now || entry.get("reported_on") < until.to_string().as_str());
        deadlines.push(PastDate {
            date: deadline.date.0.to_string(),
            what: ctx.lang.pick(&deadline.what).to_owned(),
            verdict: verdict.zip(stored).map(|(verdict, stored)| PastVerdict {
                outcome: verdict.outcome,
                as_of: stored.as_of,
                why: ctx.href(&format!("why/{}", verdict.id)),
                made_up: verdict.made_up,
            }),
            reports: reports.iter().filter(own).map(|(_, entry)| report_row(ctx, entry)).collect(),
            id,
        });
    }
    Ok(PastTask {
        plan: past.until.plan.get_ref().clone(),
        version: past.until.version.clone(),
        title: past.head.map(|head| ctx.lang.pick(&head.title).to_owned()),
        amended: past.amended,
        until: until.to_string(),
        document: past.until.document.clone(),
        id: past.id.to_owned(),
        text: past.task.map(|task| task.text.clone()),
        changed: past.changes.iter().map(|change| change.field).collect(),
        deadlines,
    })
}

/// The history of a task on its page.
pub(crate) fn draw(ctx: &Ctx, past: &[PastTask]) -> Markup {
    let lang = ctx.lang;
    html! {
        @if !past.is_empty() {
            section aria-labelledby="before" {
                h2 id="before" { (lang.t("succession.history")) }
                @for own in past {
                    h3 { (heading(ctx, own)) }
                    p.muted { (lang.fill("succession.until", &[("day", &own.until), ("document", &own.document)])) }
                    @if !own.changed.is_empty() {
                        p { (lang.t("succession.changed")) " " (own.changed.iter().map(|field| lang.word("succession_field", field)).collect::<Vec<_>>().join(lang.t("form.comma"))) }
                    }
                    @if let Some(text) = &own.text { blockquote lang="zh-CN" { p { (text) } } }
                    @if !own.deadlines.is_empty() { ul.list { @for date in &own.deadlines { (past_date(ctx, date)) } } }
                }
            }
        }
    }
}

fn heading(ctx: &Ctx, own: &PastTask) -> String {
    let plan = own.title.as_deref().unwrap_or(&own.plan);
    let key = if own.version.is_empty() { "succession.task_of" } else { "succession.task_of_version" };
    ctx.lang.fill(key, &[("id", &own.id), ("plan", plan), ("version", &own.version)])
}

fn past_date(ctx: &Ctx, date: &PastDate) -> Markup {
    let lang = ctx.lang;
    html! {
        li {
            strong { (date.date) } " " (date.what) " "
            @if let Some(verdict) = &date.verdict {
                (badge::outcome(lang, verdict.outcome)) " " (badge::made_up(lang, verdict.made_up)) " "
                a href=(verdict.why) { (lang.fill("succession.judged", &[("day", &verdict.as_of)])) span.visually-hidden { ": " (date.what) } }
            }
            @if !date.reports.is_empty() { ul.plain { @for report in &date.reports { (report_line(ctx, report)) } } }
        }
    }
}
