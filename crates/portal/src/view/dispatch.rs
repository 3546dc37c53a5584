//! Dispatch: how the dates of the plan stand, by department and county, and a sheet for each of them to print and send.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use jiff::civil::Date;
use maud::{Markup, html};
use plan::{Deadline, Modality, Plan, Task, UnitKind};
use serde::Serialize;

use crate::error::PageError;
use crate::html::badge;
use crate::routes::Ctx;
use crate::view::duties::{self, Owed};
use crate::view::status::{self, Status};
use crate::view::{answer, frame, register};

/// How a date can stand for a unit, what needs somebody first.
const STANDINGS: [&str; 5] = ["overdue", "at_risk", "on_time", "not_judged", "done"];
/// Days before a date from which on it is at risk while nothing was reported (the middle reminder of mechanism M01).
const RISK_DAYS: i32 = 90;

/// Why a date of a task is a unit's: it leads the task, or answers for it. The key of the words for it.
pub(crate) fn part(plan: &Plan, task: &Task, deadline: &Deadline, unit: &str) -> Option<&'static str> {
    let named = |list: &[plan::schema::Name]| list.iter().any(|name| plan.same_unit(name.get_ref(), unit));
    let county = plan.counties().any(|county| county.id.get_ref() == unit);
    if county && !deadline.units.is_empty() && !named(&deadline.units) {
        return None;
    }
    if named(&task.lead) {
        return Some("desk.lead");
    }
    let every_county = county && task.responsible.iter().any(|name| name.get_ref() == "all");
    let answers = named(&task.responsible) || named(&task.responsible_departments) || every_county;
    answers.then_some("desk.responsible")
}

/// A date of a unit.
#[derive(Debug, Serialize)]
struct Row {
    task: String,
    id: String,
    what: String,
    part: &'static str,
    due: String,
    standing: &'static str,
    status: Status,
    made_up: bool,
}

/// What is looked up once for all units.
struct Known {
    statuses: BTreeMap<String, Status>,
    /// Dates and counties with a report of their own that was accepted.
    accepted: BTreeSet<(String, String)>,
}

impl Known {
    fn read(ctx: &Ctx) -> Result<Self, PageError> {
        let today = ctx.portal.settings.as_of.to_string();
        let mut accepted = BTreeSet::new();
        if ctx.portal.plan.register("task_report").is_some() {
            for report in register::entries(ctx, "task_report")?.iter() {
                let (unit, by, on) = (report.get("unit"), report.get("accepted_by"), report.get("accepted_on"));
                if report.get("status") == "done" && !by.is_empty() && by != unit && !on.is_empty() && on <= today.as_str() {
                    let place = if report.get("county").is_empty() { unit } else { report.get("county") };
                    accepted.insert((report.get("deadline").to_owned(), place.to_owned()));
                }
            }
        }
        Ok(Self { statuses: status::all(ctx)?, accepted })
    }
}

/// The dates of a unit, what needs somebody first.
fn rows(ctx: &Ctx, known: &Known, unit: &str) -> Vec<Row> {
    let plan = &ctx.portal.plan;
    let mut rows = Vec::new();
    for task in &plan.tasks {
        for (n, deadline) in task.deadline.iter().enumerate().filter(|(_, deadline)| deadline.modality != Modality::Context) {
            let id = format!("{}-{}", task.id.get_ref(), n + 1);
            let (Some(part), Some(status)) = (part(plan, task, deadline, unit), known.statuses.get(&id)) else { continue };
            let judged = ctx.snapshot.of_subject("deadline", &id).next_back().map(|judged| &judged.verdict);
            let due: Date = judged.and_then(|verdict| verdict.facts.get("due")).and_then(|due| due.parse().ok()).unwrap_or(deadline.date.0);
            let behind = judged.and_then(|verdict| verdict.facts.get("pace")).is_some_and(|pace| pace == "at_risk");
            let done = known.accepted.contains(&(id.clone(), unit.to_owned()));
            rows.push(Row {
                task: task.id.get_ref().clone(),
                what: ctx.lang.pick(&deadline.what).to_owned(),
                part,
                due: due.to_string(),
                standing: if done { "done" } else { standing(status, behind, due, ctx.portal.settings.as_of) },
                status: status.clone(),
                made_up: judged.is_some_and(|verdict| verdict.made_up),
                id,
            });
        }
    }
    let place = |row: &Row| STANDINGS.iter().position(|own| *own == row.standing);
    rows.sort_by(|a, b| (place(a), &a.due, &a.id).cmp(&(place(b), &b.due, &b.id)));
    rows
}

/// How a date stands on a day. Not yet due, it is at risk where somebody expects so, where its progress is behind the time
/// gone, or where it is near and nobody reported anything.
fn standing(status: &Status, behind: bool, due: Date, today: Date) -> &'static str {
    let feared = status.outlook.as_ref().is_some_and(|outlook| matches!(outlook.word.as_str(), "at_risk" | "off_track"));
    let near = today.until(due).is_ok_and(|span| span.get_days() <= RISK_DAYS);
    match status.timeliness {
        "in_time" | "late" => "done",
        "overdue" => "overdue",
        "not_due" if feared || behind || (near && status.lifecycle == "not_reported") => "at_risk",
        "not_due" => "on_time",
        _ => "not_judged",
    }
}

/// Records that are late for certain.
fn late(ctx: &Ctx, owed: &[Owed]) -> usize {
    owed.iter().filter(|owed| owed.due < ctx.portal.settings.as_of && !owed.proposed).count()
}

#[derive(Serialize)]
struct Matrix {
    as_of: String,
    units: Vec<UnitRow>,
}

#[derive(Serialize)]
struct UnitRow {
    unit: String,
    name: String,
    kind: UnitKind,
    counts: BTreeMap<&'static str, usize>,
    dates: usize,
    /// Records of duties that are late.
    records_late: usize,
}

impl UnitRow {
    fn n(&self, standing: &str) -> usize {
        self.counts.get(standing).copied().unwrap_or(0)
    }
}

/// `/plan/dispatch`
pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    let known = Known::read(ctx)?;
    let mut units = Vec::new();
    for unit in ctx.portal.plan.head.unit.iter().filter(|unit| !matches!(unit.kind, UnitKind::Actor | UnitKind::City)) {
        let id = unit.id.get_ref();
        let rows = rows(ctx, &known, id);
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        for row in &rows {
            *counts.entry(row.standing).or_default() += 1;
        }
        let records_late = late(ctx, &duties::owed(ctx, id)?);
        if !rows.is_empty() || records_late != 0 {
            let name = ctx.lang.pick(&unit.name).to_owned();
            units.push(UnitRow { unit: id.clone(), name, kind: unit.kind, counts, dates: rows.len(), records_late });
        }
    }
    let view = Matrix { as_of: ctx.portal.settings.as_of.to_string(), units };
    let rows = view.units.iter().map(|row| {
        let counts = STANDINGS.iter().map(|standing| row.n(standing).to_string());
        let (head, tail) = ([row.unit.clone(), row.name.clone()], [row.dates.to_string(), row.records_late.to_string()]);
        head.into_iter().chain(counts).chain(tail).collect::<Vec<String>>()
    });
    let header = &["unit", "name", "overdue", "at_risk", "on_time", "not_judged", "done", "dates", "records_late"][..];
    let csv = (header, rows.collect());
    Ok(answer(ctx, frame(ctx, ctx.lang.t("dispatch.title"), "plan", &["json", "csv"]), &view, Some(csv), None, || draw(ctx, &view)))
}

fn draw(ctx: &Ctx, view: &Matrix) -> Markup {
    let lang = ctx.lang;
    let with = |standing: &str| view.units.iter().filter(|row| row.n(standing) != 0).count().to_string();
    let counties = |row: &&UnitRow| matches!(row.kind, UnitKind::County | UnitKind::District);
    let groups: [(&str, Vec<&UnitRow>); 2] = [
        (lang.t("dispatch.departments"), view.units.iter().filter(|row| !counties(row)).collect()),
        (lang.t("dispatch.counties"), view.units.iter().filter(counties).collect()),
    ];
    html! {
        p.eyebrow { a href=(ctx.href("plan")) { (lang.t("menu.plan")) } }
        h1 { (lang.fill("dispatch.sentence", &[("n", &view.units.len().to_string()), ("overdue", &with("overdue")), ("at_risk", &with("at_risk"))])) }
        p.muted { (lang.fill("home.as_of", &[("day", &view.as_of)])) " " (lang.fill("dispatch.note", &[("days", &RISK_DAYS.to_string())])) }
        @for (title, rows) in groups.iter().filter(|(_, rows)| !rows.is_empty()) {
            h2 { (title) }
            div.scroll tabindex="0" role="region" aria-label=(title) { table.matrix {
                thead { tr { th { (lang.t("people.unit")) } @for standing in STANDINGS { th.num { (lang.word("dispatch", standing)) } } th.num { (lang.t("dispatch.dates")) } th.num { (lang.t("dispatch.records_late")) } } }
                tbody { @for row in rows {
                    @let sheet = ctx.href(&format!("plan/dispatch/{}", row.unit));
                    tr {
                        th scope="row" { a href=(sheet) { (row.name) } }
                        @for standing in STANDINGS {
                            @let n = row.n(standing);
                            td.num { @if n == 0 { "0" } @else { a href={ (sheet) "?standing=" (standing) } aria-label={ (row.name) ": " (lang.word("dispatch", standing)) " " (n) } { (n) } } }
                        }
                        td.num { (row.dates) } td.num { (row.records_late) }
                    }
                } }
            } }
        }
    }
}

#[derive(Serialize)]
struct Sheet {
    as_of: String,
    unit: String,
    name: String,
    counts: BTreeMap<&'static str, usize>,
    dates: Vec<Row>,
    records: Vec<Owed>,
}

/// `/plan/dispatch/UNIT`
pub(crate) fn respond_unit(ctx: &Ctx, unit: &str) -> Result<Response, PageError> {
    let known_unit = ctx.portal.plan.unit(unit).ok_or(PageError::NotFound)?;
    if let Some(asked) = ctx.asked("standing").filter(|asked| !STANDINGS.contains(asked)) {
        return Err(PageError::BadRequest(format!("standing=`{asked}` (expected one of {})", STANDINGS.join(", "))));
    }
    let mut dates = rows(ctx, &Known::read(ctx)?, unit);
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for row in &dates {
        *counts.entry(row.standing).or_default() += 1;
    }
    dates.retain(|row| ctx.asked("standing").is_none_or(|asked| row.standing == asked));
    let name = ctx.lang.pick(&known_unit.name).to_owned();
    let as_of = ctx.portal.settings.as_of.to_string();
    let view = Sheet { as_of, unit: unit.to_owned(), name, counts, dates, records: duties::owed(ctx, unit)? };
    let title = format!("{}: {}", ctx.lang.t("dispatch.title"), view.name);
    let header = &["id", "task", "what", "part", "due", "standing", "lifecycle", "freshness", "last_report", "outlook", "made_up"][..];
    let rows = view.dates.iter().map(|row| {
        vec![
            row.id.clone(),
            row.task.clone(),
            row.what.clone(),
            ctx.lang.t(row.part).to_owned(),
            row.due.clone(),
            row.standing.to_owned(),
            row.status.lifecycle.to_owned(),
            row.status.freshness.to_owned(),
            row.status.last_report.clone().unwrap_or_default(),
            row.status.outlook.as_ref().map_or_else(String::new, |outlook| outlook.word.clone()),
            row.made_up.to_string(),
        ]
    });
    let csv = (header, rows.collect());
    Ok(answer(ctx, frame(ctx, &title, "plan", &["json", "csv"]), &view, Some(csv), None, || draw_unit(ctx, &view)))
}

fn draw_unit(ctx: &Ctx, view: &Sheet) -> Markup {
    let lang = ctx.lang;
    let n = |standing: &str| view.counts.get(standing).copied().unwrap_or(0).to_string();
    let sheet = ctx.href(&format!("plan/dispatch/{}", view.unit));
    html! {
        p.eyebrow { a href=(ctx.href("plan/dispatch")) { (lang.t("dispatch.title")) } }
        h1 { (lang.fill("dispatch.unit_sentence", &[("unit", &view.name), ("overdue", &n("overdue")), ("at_risk", &n("at_risk")), ("on_time", &n("on_time")), ("done", &n("done"))])) }
        p.muted { (lang.fill("home.as_of", &[("day", &view.as_of)])) }
        ul.counts {
            @for standing in STANDINGS { @if n(standing) != "0" { li { a href={ (sheet) "?standing=" (standing) } aria-current=[(ctx.asked("standing") == Some(standing)).then_some("true")] { strong { (n(standing)) } " " (lang.word("dispatch", standing)) } } } }
            @if ctx.asked("standing").is_some() { li { a href=(sheet) { (lang.t("filter.clear")) } } }
        }
        @if view.dates.is_empty() { p.muted { (lang.t("plan.empty")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(lang.t("plan.deadlines")) { table {
                thead { tr { th { (lang.t("plan.number")) } th { (lang.t("plan.task")) } th { (lang.t("plan.date")) } th { (lang.t("plan.state")) } th { (lang.t("dispatch.last_report")) } th { (lang.t("plan.outlook")) } th.onpaper { (lang.t("dispatch.reply")) } } }
                tbody { @for row in &view.dates {
                    tr {
                        td.nowrap { (row.id) }
                        th scope="row" { a href=(ctx.href(&format!("plan/{}", row.task))) { (row.what) } " " (badge::made_up(lang, row.made_up)) br; span.muted { (lang.t(row.part)) } }
                        td { strong.nowrap { (row.due) } " " @if row.standing != "done" { (super::measure::standing(ctx, &row.due)) } }
                        td { span.tag.late[row.standing == "overdue"] { (lang.word("dispatch", row.standing)) } }
                        td { (row.status.last_report.as_deref().unwrap_or("–")) }
                        td { @if let Some(outlook) = &row.status.outlook { (lang.word("outlook", &outlook.word)) } @else { "–" } }
                        td.onpaper {}
                    }
                } }
            } }
        }
        @if !view.records.is_empty() {
            h2 { (lang.t("plan.duties")) }
            div.scroll tabindex="0" role="region" aria-label=(lang.t("plan.duties")) { table {
                thead { tr { th { (lang.t("plan.number")) } th { (lang.t("dispatch.duty")) } th { (lang.t("water.month")) } th { (lang.t("plan.date")) } } }
                tbody { @for owed in &view.records {
                    tr {
                        td.nowrap { (owed.duty) } th scope="row" { (owed.what) " " (badge::made_up(lang, owed.made_up)) } td.nowrap { (owed.period) }
                        td { strong.nowrap { (owed.due) } " " @if owed.proposed { span.muted { (lang.t("desk.duty_proposed")) } } @else { (super::measure::standing(ctx, &owed.due.to_string())) } }
                    }
                } }
            } }
        }
        p.onpaper { (lang.fill("dispatch.receipt", &[("day", &view.as_of)])) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_at_risk_where_somebody_says_so_or_where_it_is_near_and_nothing_was_said() {
        let today: Date = "2021-04-05".parse().unwrap();
        for (timeliness, lifecycle, outlook, behind, due, expected) in [
            ("in_time", "accepted", None, false, "2021-01-01", "done"),
            ("late", "accepted", None, false, "2021-01-01", "done"),
            ("overdue", "not_reported", None, false, "2021-04-04", "overdue"),
            ("not_due", "not_reported", None, false, "2021-04-05", "at_risk"),
            ("not_due", "in_progress", None, false, "2021-04-05", "on_time"),
            ("not_due", "in_progress", Some("off_track"), false, "2022-04-05", "at_risk"),
            ("not_due", "in_progress", Some("on_track"), false, "2021-04-05", "on_time"),
            ("not_due", "not_reported", None, false, "2021-07-04", "at_risk"),
            ("not_due", "not_reported", None, false, "2021-07-05", "on_time"),
            ("not_judged", "done", Some("at_risk"), false, "2021-01-01", "not_judged"),
            ("not_due", "in_progress", Some("on_track"), true, "2022-04-05", "at_risk"),
        ] {
            let outlook = outlook.map(|word: &str| status::Outlook { word: word.to_owned(), unit: String::new(), day: String::new() });
            let status = Status { lifecycle, timeliness, freshness: "fresh", outlook, last_report: None };
            assert_eq!(standing(&status, behind, due.parse().unwrap(), today), expected, "{timeliness} {lifecycle} {due}");
        }
    }
}
