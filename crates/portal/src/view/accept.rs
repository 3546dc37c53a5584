//! Reports to accept: what other units report done, and the form that accepts several at once, all of them or none.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::Response;
use facts::register::Draft;
use facts::{Account, Entry};
use jiff::civil::Date;
use maud::{Markup, html};
use plan::Register;
use serde::Serialize;

use crate::error::PageError;
use crate::html::badge;
use crate::post::Form;
use crate::routes::Ctx;
use crate::view::register::{self, bulk, words};
use crate::view::{answer, frame};
use crate::viewer::Viewer;

/// The register of reports on dates of the plan, and the fields by which one is accepted.
const KIND: &str = "task_report";
const ACCEPTED_ON: &str = "accepted_on";
const ACCEPTED_BY: &str = "accepted_by";

/// Reports that are done, not accepted, and that an account may accept: never those of its own unit. Oldest first.
pub(crate) fn waiting(ctx: &Ctx, account: &Account) -> Result<Vec<Arc<Entry>>, PageError> {
    let plan = &ctx.portal.plan;
    let Some(register) = plan.register(KIND) else { return Ok(Vec::new()) };
    let today = ctx.portal.settings.as_of.to_string();
    let person = act::measure::person(account);
    let fields: Vec<&plan::Field> =
        register.field.iter().filter(|field| [ACCEPTED_ON, ACCEPTED_BY].contains(&field.id.get_ref().as_str())).collect();
    let may = |entry: &Entry| {
        !fields.is_empty() && fields.iter().all(|field| person.may_change(plan, register, &entry.id, &entry.data, field).is_ok())
    };
    let all = register::entries(ctx, KIND)?;
    let mut found: Vec<Arc<Entry>> = all
        .iter()
        .filter(|entry| entry.get("status") == "done" && entry.get(ACCEPTED_ON).is_empty())
        .filter(|entry| entry.get("reported_on") <= today.as_str() && !plan.same_unit(entry.get("unit"), &account.unit))
        .filter(|entry| may(entry))
        .cloned()
        .collect();
    found.sort_by(|a, b| a.get("reported_on").cmp(b.get("reported_on")).then_with(|| a.id.cmp(&b.id)));
    Ok(found)
}

/// Whether a report is first of all for this unit to accept: it leads the task, or is the city.
pub(crate) fn is_for(ctx: &Ctx, unit: &str, report: &Entry) -> bool {
    let plan = &ctx.portal.plan;
    let task = report.get("deadline").rsplit_once('-').and_then(|(task, _)| plan.task(task));
    unit == plan.city() || task.is_some_and(|task| task.lead.iter().any(|lead| plan.same_unit(lead.get_ref(), unit)))
}

#[derive(Serialize)]
struct View {
    as_of: String,
    reports: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    id: String,
    deadline: String,
    what: String,
    unit: String,
    reported_on: String,
    done_on: String,
    document: String,
    made_up: bool,
}

fn row(ctx: &Ctx, register: &Register, report: &Entry) -> Result<Row, PageError> {
    let deadline = register.field.iter().find(|field| field.id.get_ref() == "deadline");
    let own = |field: &str| report.get(field).to_owned();
    Ok(Row {
        id: report.id.clone(),
        deadline: own("deadline"),
        what: deadline.map_or_else(|| Ok(own("deadline")), |field| words(ctx, field, report.get("deadline")))?,
        unit: ctx.portal.plan.unit_name(report.get("unit"), ctx.lang.id()).to_owned(),
        reported_on: own("reported_on"),
        done_on: own("done_on"),
        document: own("document"),
        made_up: report.made_up,
    })
}

/// `/desk/accept`
pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    page(ctx, &BTreeMap::new(), None, &BTreeMap::new())
}

fn page(
    ctx: &Ctx,
    typed: &BTreeMap<String, String>,
    whole: Option<&str>,
    refused: &BTreeMap<String, String>,
) -> Result<Response, PageError> {
    let viewer = ctx.signed_in()?;
    let register = ctx.portal.plan.register(KIND).ok_or(PageError::NotFound)?;
    let mut reports = Vec::new();
    for report in waiting(ctx, viewer.acting())? {
        reports.push(row(ctx, register, &report)?);
    }
    let view = View { as_of: ctx.portal.settings.as_of.to_string(), reports };
    let rows = view.reports.iter().map(|row| {
        let own = [&row.id, &row.deadline, &row.what, &row.unit, &row.reported_on, &row.done_on, &row.document];
        own.into_iter().cloned().chain([row.made_up.to_string()]).collect()
    });
    let csv = (&["id", "deadline", "what", "unit", "reported_on", "done_on", "document", "made_up"][..], rows.collect());
    let failed = whole.is_some() || !refused.is_empty();
    let frame = frame(ctx, ctx.lang.t("accept.title"), "desk", &["json", "csv"]);
    let mut response = answer(ctx, frame, &view, Some(csv), None, || draw(ctx, viewer, &view, typed, whole, refused));
    if failed {
        *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn draw(
    ctx: &Ctx,
    viewer: &Viewer,
    view: &View,
    typed: &BTreeMap<String, String>,
    whole: Option<&str>,
    refused: &BTreeMap<String, String>,
) -> Markup {
    let lang = ctx.lang;
    let text = |name: &str, otherwise: &str| typed.get(name).map_or(otherwise, String::as_str).to_owned();
    html! {
        p.eyebrow { a href=(ctx.href("desk")) { (lang.t("menu.desk")) } }
        h1 { (lang.fill("accept.sentence", &[("n", &view.reports.len().to_string())])) }
        p.muted { (lang.fill("home.as_of", &[("day", &view.as_of)])) " " (lang.t("accept.note")) }
        @if whole.is_some() || !refused.is_empty() {
            div.errors role="alert" tabindex="-1" {
                h2 { (lang.t("form.wrong")) }
                ul {
                    @if let Some(whole) = whole { li { (whole) } }
                    @for (id, why) in refused { li { a href={ "#e-" (id) } { (id) } ": " (why) } }
                }
                p { (lang.t("bulk.nothing_kept")) }
            }
        }
        @if view.reports.is_empty() { p.muted { (lang.t("accept.empty")) } } @else {
            form.picks method="post" action=(ctx.href("desk/accept")) {
                (viewer.form_fields())
                div.scroll tabindex="0" role="region" aria-label=(lang.t("accept.title")) { table {
                    thead { tr {
                        th data-pick-all=(lang.t("bulk.all")) { span.visually-hidden { (lang.t("bulk.chosen")) } }
                        th { (lang.t("accept.date")) } th { (lang.t("people.unit")) } th { (lang.t("accept.reported")) } th { (lang.t("accept.done")) } th { (lang.t("measure.document")) }
                    } }
                    tbody { @for row in &view.reports {
                        tr id={ "e-" (row.id) } {
                            td { (pick(ctx, typed, row)) }
                            th scope="row" { a href=(ctx.href(&format!("registers/{KIND}/{}", row.id))) { (row.what) } " " (badge::made_up(lang, row.made_up)) @if let Some(why) = refused.get(&row.id) { p.error { (why) } } }
                            td { (row.unit) } td.nowrap { (row.reported_on) } td.nowrap { (row.done_on) } td { (row.document) }
                        }
                    } }
                } }
                div.bulk {
                    div { label for="accepted-on" { (lang.t("accept.on")) } input type="date" id="accepted-on" name=(ACCEPTED_ON) value=(text(ACCEPTED_ON, &view.as_of)) required; }
                    div { label for="accept-why" { (lang.t("form.why")) } input type="text" id="accept-why" name="why" value=(text("why", "")) required; }
                    button type="submit" { (lang.t("accept.accept")) }
                }
            }
        }
    }
}

/// The checkbox of a report; one that was ticked before stays so.
fn pick(ctx: &Ctx, typed: &BTreeMap<String, String>, row: &Row) -> Markup {
    let name = format!("{}{}", bulk::PICK, row.id);
    html! { input type="checkbox" name=(name) value="1" checked[typed.contains_key(&name)] aria-label=(ctx.lang.fill("bulk.pick", &[("name", &row.what)])); }
}

/// Accepts the reports that were ticked, all or none. Gives the page to go to.
pub(crate) fn take(ctx: &Ctx, form: &Form) -> Result<Result<String, Response>, PageError> {
    let viewer = ctx.signed_in()?;
    let lang = ctx.lang;
    let register = ctx.portal.plan.register(KIND).ok_or(PageError::NotFound)?;
    let ids = bulk::picked(&form.fields);
    let why = form.text("why").trim();
    let day: Option<Date> = form.text(ACCEPTED_ON).trim().parse().ok();
    let today = ctx.portal.settings.as_of;
    let whole = match day {
        _ if ids.is_empty() => Some(lang.t("bulk.none")),
        _ if why.is_empty() => Some(lang.t("form.why_missing")),
        Some(day) if day <= today => None,
        _ => Some(lang.t("accept.day")),
    };
    let (Some(day), None) = (day, whole) else {
        return Ok(Err(page(ctx, &form.fields, whole.or(Some(lang.t("accept.day"))), &BTreeMap::new())?));
    };
    // Asked again for each: what was shown may have changed, and a form can name anything.
    let open = waiting(ctx, viewer.acting())?;
    let mut refused = BTreeMap::new();
    let mut drafts = Vec::new();
    for id in ids {
        let Some(report) = open.iter().find(|report| report.id == id) else {
            refused.insert(id.to_owned(), lang.t("accept.not_yours").to_owned());
            continue;
        };
        if day.to_string().as_str() < report.get("done_on") {
            refused.insert(id.to_owned(), lang.t("accept.before_done").to_owned());
        }
        let mut data = report.data.clone();
        data.insert(ACCEPTED_ON.to_owned(), day.to_string());
        data.insert(ACCEPTED_BY.to_owned(), viewer.acting().unit.clone());
        drafts.push(Draft {
            id: id.to_owned(),
            data,
            made_up: report.made_up || ctx.portal.settings.demo,
            source: report.source.clone(),
            known_at: Some(ctx.portal.known_now()),
        });
    }
    if refused.is_empty() {
        refused = bulk::keep_all(ctx, register, &drafts, why)?;
    }
    if refused.is_empty() {
        return Ok(Ok(ctx.href_acting("desk/accept")));
    }
    Ok(Err(page(ctx, &form.fields, None, &refused)?))
}
