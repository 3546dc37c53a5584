//! Measures: what is done about findings, step by step, for everybody to see where the step is public.

use act::measure::{self, Handed, MeasureError};
use axum::response::Response;
use facts::measure::{Measure, MeasureStep};
use facts::{Change, FactsError};
use jiff::civil::Date;
use judge::{Outcome, Verdict};
use maud::{Markup, html};
use plan::{Machine, Power, Step};
use serde::Serialize;

use crate::error::PageError;
use crate::html::badge;
use crate::post::Form;
use crate::routes::Ctx;
use crate::snapshot::Judged;
use crate::view::{VerdictRow, answer, frame, register, verdict_list};
use crate::viewer::{self, Viewer};

#[derive(Serialize)]
struct View {
    as_of: String,
    measures: Vec<Row>,
}

#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) subject: String,
    pub(crate) subject_kind: String,
    pub(crate) subject_name: String,
    pub(crate) state: String,
    pub(crate) state_title: String,
    pub(crate) opened: String,
    pub(crate) closed: Option<String>,
    /// The day by which the next step is due.
    pub(crate) due: Option<String>,
    pub(crate) made_up: bool,
}

/// A refusal as the visitor sees it.
fn refused(error: MeasureError) -> PageError {
    match error {
        MeasureError::Unknown(_) => PageError::NotFound,
        MeasureError::Denied(denied) => PageError::Denied(denied.to_string()),
        MeasureError::Facts(error) => PageError::Internal(error.to_string()),
        other => PageError::BadRequest(other.to_string()),
    }
}

/// The measures the visitor may see: those in a public state, and all for whoever is signed in.
pub(crate) fn rows(ctx: &Ctx) -> Result<Vec<Row>, PageError> {
    let mut rows = Vec::new();
    for measure in ctx.portal.store.measures()? {
        let Some(machine) = ctx.portal.plan.measure(&measure.machine) else { continue };
        if may_see(ctx, machine, &measure) {
            rows.push(row(ctx, machine, &measure)?);
        }
    }
    Ok(rows)
}

fn may_see(ctx: &Ctx, machine: &Machine, measure: &Measure) -> bool {
    ctx.viewer.is_some() || measure::state(machine, &measure.state).is_some_and(|state| state.public)
}

fn row(ctx: &Ctx, machine: &Machine, measure: &Measure) -> Result<Row, FactsError> {
    let steps = ctx.portal.store.measure_steps(&measure.id)?;
    let state = measure::state(machine, &measure.state);
    let day = |at: i64| facts::time::day_of(at).map(|day| day.to_string()).unwrap_or_default();
    Ok(Row {
        id: measure.id.clone(),
        title: ctx.lang.pick(&machine.title).to_owned(),
        subject: measure.subject.clone(),
        subject_kind: measure.subject_kind.clone(),
        subject_name: subject_name(ctx, measure),
        state: measure.state.clone(),
        state_title: state.map_or_else(|| measure.state.clone(), |state| ctx.lang.pick(&state.title).to_owned()),
        opened: steps.first().map_or_else(|| day(measure.opened_at), |step| step.on_day.clone()),
        closed: measure.closed_at.and(steps.last()).map(|step| step.on_day.clone()),
        due: steps.last().and_then(|step| step.due.clone()).filter(|_| measure.closed_at.is_none()),
        made_up: measure.made_up,
    })
}

fn subject_name(ctx: &Ctx, measure: &Measure) -> String {
    let named = ctx.snapshot.of_subject(&measure.rule, &measure.subject).next_back();
    named.map_or_else(|| measure.subject.clone(), |judged| ctx.lang.pick(&judged.subject_name).to_owned())
}

/// `/measures`
pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    let view = View { as_of: ctx.portal.settings.as_of.to_string(), measures: rows(ctx)? };
    let header = &["id", "title", "subject_kind", "subject", "subject_name", "state", "opened", "closed", "due", "made_up"][..];
    let csv = view.measures.iter().map(|row| {
        let or_empty = |value: &Option<String>| value.clone().unwrap_or_default();
        vec![
            row.id.clone(),
            row.title.clone(),
            row.subject_kind.clone(),
            row.subject.clone(),
            row.subject_name.clone(),
            row.state.clone(),
            row.opened.clone(),
            or_empty(&row.closed),
            or_empty(&row.due),
            row.made_up.to_string(),
        ]
    });
    let csv = (header, csv.collect());
    Ok(answer(ctx, frame(ctx, ctx.lang.t("menu.measures"), "measures", &["json", "csv"]), &view, Some(csv), None, || draw(ctx, &view)))
}

fn draw(ctx: &Ctx, view: &View) -> Markup {
    let lang = ctx.lang;
    let open = view.measures.iter().filter(|row| row.closed.is_none()).count();
    html! {
        h1 { (lang.fill("measure.sentence", &[("n", &view.measures.len().to_string()), ("open", &open.to_string())])) }
        p.muted { (lang.fill("home.as_of", &[("day", &view.as_of)])) " " (lang.t("measure.note")) }
        @if view.measures.is_empty() { p.muted { (lang.t("measure.empty")) } } @else {
            div.scroll tabindex="0" role="region" aria-label=(lang.t("menu.measures")) {
                table {
                    thead { tr { th { (lang.t("measure.subject")) } th { (lang.t("measure.measure")) } th { (lang.t("measure.state")) } th { (lang.t("measure.opened")) } th { (lang.t("measure.due")) } } }
                    tbody { @for row in &view.measures {
                        tr {
                            th scope="row" { a href=(ctx.href(&format!("measures/{}", row.id))) { (row.subject_name) } " " (badge::made_up(lang, row.made_up)) }
                            td { (row.title) } td { (row.state_title) } td.nowrap { (row.opened) } td.nowrap { (row.due.as_deref().unwrap_or("–")) }
                        }
                    } }
                }
            }
        }
    }
}

#[derive(Serialize)]
struct Story {
    #[serde(flatten)]
    row: Row,
    clause: Vec<String>,
    finding: Option<VerdictRow>,
    steps: Vec<StepRow>,
}

#[derive(Serialize)]
struct StepRow {
    step: String,
    title: String,
    clause: Option<String>,
    day: String,
    unit: String,
    /// Only told to those who are signed in.
    who: Option<String>,
    proposal: bool,
    document: String,
    due: Option<String>,
    appeal_until: Option<String>,
    note: Option<String>,
}

/// `/measures/ID`
pub(crate) fn respond_one(ctx: &Ctx, id: &str) -> Result<Response, PageError> {
    let store = &ctx.portal.store;
    let measure = store.measure(id)?.ok_or(PageError::NotFound)?;
    let machine = ctx.portal.plan.measure(&measure.machine).ok_or(PageError::NotFound)?;
    if !may_see(ctx, machine, &measure) {
        return Err(PageError::SignIn);
    }
    let steps = store.measure_steps(id)?;
    let judged = newest(ctx, &measure);
    let story = Story {
        row: row(ctx, machine, &measure)?,
        clause: machine.step.iter().map(|step| ctx.lang.pick(&step.clause).to_owned()).collect(),
        finding: judged.map(|judged| VerdictRow::new(ctx, judged)),
        steps: steps.iter().map(|step| step_row(ctx, machine, step)).collect(),
    };
    let county = register::entry::county_of(ctx, &measure.subject_kind, &measure.subject)?;
    let title = format!("{}: {}", story.row.subject_name, story.row.title);
    let rows = story.steps.iter().map(|step| {
        vec![
            step.step.clone(),
            step.title.clone(),
            step.day.clone(),
            step.unit.clone(),
            step.who.clone().unwrap_or_default(),
            step.proposal.to_string(),
            step.document.clone(),
            step.due.clone().unwrap_or_default(),
            step.appeal_until.clone().unwrap_or_default(),
            step.note.clone().unwrap_or_default(),
        ]
    });
    let header = &["step", "title", "day", "unit", "who", "proposal", "document", "due", "appeal_until", "note"][..];
    let csv = (header, rows.collect());
    Ok(answer(ctx, frame(ctx, &title, "measures", &["json", "csv"]), &story, Some(csv), None, || {
        draw_one(ctx, machine, &measure, &story, judged, &county)
    }))
}

/// The newest verdict of the measure's rule on its subject.
fn newest<'a>(ctx: &'a Ctx, measure: &Measure) -> Option<&'a Judged> {
    ctx.snapshot.standing(&measure.rule, &measure.subject)
}

fn step_row(ctx: &Ctx, machine: &Machine, taken: &MeasureStep) -> StepRow {
    let step = machine.step.iter().find(|step| *step.id.get_ref() == taken.step);
    let day: Option<Date> = taken.on_day.parse().ok();
    let appeal = step.and_then(|step| step.appeal_days).zip(day).and_then(|(days, day)| day.checked_add(jiff::Span::new().days(days)).ok());
    StepRow {
        step: taken.step.clone(),
        title: step.map_or_else(|| ctx.lang.t("measure.opened_step").to_owned(), |step| ctx.lang.pick(&step.title).to_owned()),
        clause: step.map(|step| ctx.lang.pick(&step.clause).to_owned()),
        day: taken.on_day.clone(),
        unit: ctx.portal.plan.unit_name(&taken.unit, ctx.lang.id()).to_owned(),
        who: ctx.viewer.as_ref().map(|_| viewer::signed(ctx.lang, &taken.who)),
        proposal: step.is_some_and(measure::is_proposal),
        document: taken.document.clone(),
        due: taken.due.clone(),
        appeal_until: appeal.map(|day| day.to_string()),
        note: ctx.viewer.as_ref().map(|_| taken.note.clone()).filter(|note| !note.is_empty()),
    }
}

fn draw_one(ctx: &Ctx, machine: &Machine, measure: &Measure, story: &Story, judged: Option<&Judged>, county: &str) -> Markup {
    let lang = ctx.lang;
    let finding = judged.map(|judged| &judged.verdict);
    let has_page = ctx.portal.plan.register(&measure.subject_kind).is_some();
    html! {
        p.eyebrow { a href=(ctx.href("measures")) { (lang.t("menu.measures")) } " › " (story.row.title) }
        h1 { (lang.fill("measure.title", &[("subject", &story.row.subject_name), ("state", &story.row.state_title)])) }
        p { (badge::made_up(lang, measure.made_up)) " " (lang.pick(&machine.card)) }
        @if has_page { p { a href=(ctx.href(&format!("registers/{}/{}", measure.subject_kind, measure.subject))) { (story.row.subject_name) } } }
        @if let Some(due) = &story.row.due { p { (lang.t("measure.due")) ": " strong { (due) } " " (standing(ctx, due)) } }
        section aria-labelledby="finding-title" {
            h2 id="finding-title" { (lang.t("measure.finding")) }
            (verdict_list(ctx, story.finding.as_slice()))
        }
        section aria-labelledby="steps-title" {
            h2 id="steps-title" { (lang.t("measure.steps")) }
            ol.history {
                @for step in &story.steps {
                    li {
                        time { (step.day) } " " strong { (step.title) } " " @if step.proposal { span.tag { (lang.t("measure.proposal")) } " " }
                        span.muted { (step.unit) @if let Some(who) = &step.who { " · " (who) } }
                        @if let Some(clause) = &step.clause { p { (lang.t("measure.clause")) ": " (clause) } }
                        @if !step.document.is_empty() { p { (lang.t("measure.document")) ": " (step.document) } }
                        @if let Some(until) = &step.appeal_until { p { (lang.fill("measure.appeal", &[("day", until)])) } }
                        @if let Some(note) = &step.note { p { (note) } }
                    }
                }
            }
        }
        @if let Some(viewer) = ctx.viewer.as_ref().filter(|_| measure.closed_at.is_none()) {
            section aria-labelledby="next-title" {
                h2 id="next-title" { (lang.t("measure.next")) }
                @for step in measure::steps_from(machine, &measure.state) {
                    @match measure::allowed(&ctx.portal.plan, measure, step, finding, county, viewer.acting()) {
                        Ok(()) => { (step_form(ctx, measure, step, viewer)) },
                        Err(error) => { details { summary { (lang.pick(&step.title)) " — " (lang.t("measure.not_now")) } p { (why_not(ctx, &error)) } } },
                    }
                }
            }
        }
    }
}

/// Why a step cannot be taken, in the language of the page.
fn why_not(ctx: &Ctx, error: &MeasureError) -> String {
    match error {
        MeasureError::Finding { expected, .. } if *expected == "passes" => ctx.lang.t("measure.needs_pass").to_owned(),
        MeasureError::Finding { .. } => ctx.lang.t("measure.needs_fail").to_owned(),
        MeasureError::Denied(plan::access::Denied::OutOfReach { kept_by, .. }) => ctx.lang.fill("measure.signed_by", &[("units", kept_by)]),
        other => other.to_string(),
    }
}

/// How a due day stands on the day the pages speak of.
pub(crate) fn standing(ctx: &Ctx, due: &str) -> Markup {
    let today = ctx.portal.settings.as_of;
    let Ok(day) = due.parse::<Date>() else { return html! {} };
    let left = ctx.portal.calendar.working_days_between(today, day).days;
    html! {
        @match day.cmp(&today) {
            std::cmp::Ordering::Less => { span.tag.late { (ctx.lang.fill("due.late", &[("n", &day.until(today).map_or(0, |span| span.get_days()).to_string())])) } },
            std::cmp::Ordering::Equal => { span.tag { (ctx.lang.t("due.today")) } },
            std::cmp::Ordering::Greater => { span.muted { (ctx.lang.fill("due.left", &[("n", &left.to_string())])) } },
        }
    }
}

fn step_form(ctx: &Ctx, measure: &Measure, step: &Step, viewer: &Viewer) -> Markup {
    let lang = ctx.lang;
    let id = step.id.get_ref();
    html! {
        form.entry.step method="post" enctype="multipart/form-data" action=(ctx.href(&format!("measures/{}/{id}", measure.id))) {
            h3 { (lang.pick(&step.title)) " " @if measure::is_proposal(step) { span.tag { (lang.t("measure.proposal")) } } }
            p.muted { (lang.t("measure.clause")) ": " (lang.pick(&step.clause)) }
            (viewer.form_fields())
            @if let Some(document) = &step.document {
                div.field { label for={ "d-" (id) } { (lang.pick(document)) " · " (lang.t("measure.number")) " " span.required { (lang.t("form.required")) } } input type="text" id={ "d-" (id) } name="document" required; }
                div.field { label for={ "a-" (id) } { (lang.t("measure.attach")) } input type="file" id={ "a-" (id) } name="attachment"; }
            }
            div.field { label for={ "n-" (id) } { (lang.t("measure.remark")) } input type="text" id={ "n-" (id) } name="note"; }
            p { button type="submit" { (lang.pick(&step.title)) } }
        }
    }
}

/// Buttons that open a measure for a failing finding, for whoever may.
pub(crate) fn openers(ctx: &Ctx, judged: &Judged) -> Markup {
    let lang = ctx.lang;
    let machines: Vec<&Machine> = measure::machines(&ctx.portal.plan, &judged.verdict.rule).collect();
    let viewer = ctx.viewer.as_ref().filter(|viewer| viewer.person().has(&ctx.portal.plan, Power::Sign).is_ok());
    html! {
        @if judged.verdict.outcome == Outcome::Fail && !machines.is_empty() {
            section aria-labelledby="open-title" {
                h2 id="open-title" { (lang.t("measure.can_open")) }
                ul.list { @for machine in machines {
                    li {
                        strong { (lang.pick(&machine.title)) } " " (lang.pick(&machine.card))
                        @if let Some(viewer) = viewer {
                            form.entry method="post" action=(ctx.href("measures/open")) {
                                (viewer.form_fields())
                                input type="hidden" name="verdict" value=(judged.verdict.id);
                                input type="hidden" name="machine" value=(machine.id.get_ref());
                                p { button type="submit" { (lang.t("measure.open")) } }
                            }
                        }
                    }
                } }
            }
        }
    }
}

/// Opens a measure for the finding that a form names.
pub(crate) fn open(ctx: &Ctx, form: &Form) -> Result<String, PageError> {
    let viewer = ctx.signed_in()?;
    let judged = ctx.snapshot.verdict(form.text("verdict")).ok_or(PageError::NotFound)?;
    let change = change(ctx, form);
    let portal = &ctx.portal;
    let id =
        measure::open(&portal.store, &portal.plan, form.text("machine"), &judged.verdict, viewer.acting(), portal.settings.as_of, &change)
            .map_err(refused)?;
    Ok(ctx.href_acting(&format!("measures/{id}")))
}

/// Takes the step that a form asks for.
pub(crate) fn step(ctx: &Ctx, id: &str, step: &str, form: &Form) -> Result<String, PageError> {
    let viewer = ctx.signed_in()?;
    let portal = &ctx.portal;
    let measure = portal.store.measure(id)?.ok_or(PageError::NotFound)?;
    let county = register::entry::county_of(ctx, &measure.subject_kind, &measure.subject)?;
    let finding: Option<&Verdict> = newest(ctx, &measure).map(|judged| &judged.verdict);
    let change = change(ctx, form);
    let attachment = match form.files.get("attachment").filter(|file| !file.content.is_empty()) {
        Some(file) => portal.store.attach(&file.name, &file.media_type, &file.content, &change)?,
        None => String::new(),
    };
    let handed = Handed { document: form.text("document").to_owned(), attachment, note: form.text("note").to_owned() };
    let today = portal.settings.as_of;
    measure::step(&portal.store, &portal.plan, id, step, finding, &county, &handed, viewer.acting(), today, &change, |step| {
        due_day(ctx, step)
    })
    .map_err(refused)?;
    Ok(ctx.href_acting(&format!("measures/{id}")))
}

/// The day by which the step after this one is due.
fn due_day(ctx: &Ctx, step: &Step) -> Option<Date> {
    let today = ctx.portal.settings.as_of;
    let days = step.days?;
    if step.working_days {
        return ctx.portal.calendar.add_working_days(today, days).ok().map(|counted| counted.day);
    }
    today.checked_add(jiff::Span::new().days(days)).ok()
}

fn change(ctx: &Ctx, form: &Form) -> Change {
    let who = ctx.viewer.as_ref().map(Viewer::who).unwrap_or_default();
    Change { who, at: ctx.portal.now(), why: form.text("note").to_owned() }
}
