//! The plan: chapters and tasks, with filters in the address; a task with everything it says.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::Response;
use facts::Entry;
use jiff::civil::Date;
use maud::{Markup, html};
use plan::{Modality, Task};
use serde::Serialize;

use crate::error::PageError;
use crate::html::badge;
use crate::lang::Lang;
use crate::routes::Ctx;
use crate::view::beside::{self, Beside};
use crate::view::status::{self, Status};
use crate::view::task_history::{self, PastTask};
use crate::view::{VerdictRow, answer, frame, register, units as unit_names};

/// States a date can be in on the day asked for. Due today is not past.
const STATES: [&str; 3] = ["past", "to_come", "no_date"];

#[derive(Serialize)]
struct View {
    as_of: String,
    title: String,
    sentence: String,
    /// The statuses of each date.
    dates: BTreeMap<String, Status>,
    chapters: Vec<ChapterView>,
}

#[derive(Serialize)]
struct ChapterView {
    number: u32,
    title: String,
    tasks: Vec<TaskRow>,
}

#[derive(Serialize)]
struct TaskRow {
    id: String,
    title: String,
    lead: Vec<String>,
    participants: Vec<String>,
    next_date: Option<String>,
    days_left: Option<i32>,
    modality: Option<Modality>,
    dates: usize,
    past: usize,
    indicators: Vec<String>,
    uncertain: bool,
}

/// The date of a task that matters: the next to come, else the last that passed.
fn date_that_matters(task: &Task, today: Date) -> Option<&plan::Deadline> {
    let mut dates: Vec<&plan::Deadline> = task.deadline.iter().filter(|deadline| deadline.modality != Modality::Context).collect();
    dates.sort_by_key(|deadline| deadline.date);
    dates.iter().find(|deadline| today <= deadline.date.0).or(dates.last()).copied()
}

fn state(task: &Task, today: Date) -> &'static str {
    match date_that_matters(task, today) {
        None => "no_date",
        Some(deadline) if deadline.date.0 < today => "past",
        Some(_) => "to_come",
    }
}

fn row(ctx: &Ctx, task: &Task) -> TaskRow {
    let today = ctx.portal.settings.as_of;
    let names = |list: &[plan::schema::Name]| list.iter().map(|name| unit_names::name(ctx, name.get_ref())).collect();
    let date = date_that_matters(task, today);
    let mut indicators: Vec<String> =
        task.target.iter().filter_map(|target| target.indicator.as_ref()).map(|name| name.get_ref().clone()).collect();
    indicators.dedup();
    TaskRow {
        id: task.id.get_ref().clone(),
        title: ctx.lang.pick(&task.title).to_owned(),
        lead: names(&task.lead),
        participants: names(&task.participants),
        next_date: date.map(|deadline| deadline.date.0.to_string()),
        days_left: date.and_then(|deadline| deadline.date.0.since(today).ok()).map(|span| span.get_days()),
        modality: date.map(|deadline| deadline.modality),
        dates: task.deadline.len(),
        past: task.deadline.iter().filter(|deadline| deadline.date.0 < today).count(),
        indicators,
        uncertain: task.uncertain || task.target.iter().any(|target| target.uncertain),
    }
}

pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    let plan = &ctx.portal.plan;
    let today = ctx.portal.settings.as_of;
    if let Some(asked) = ctx.asked("state").filter(|asked| !STATES.contains(asked)) {
        return Err(PageError::BadRequest(format!("state=`{asked}` (expected past, to_come or no_date)")));
    }
    if let Some(asked) = ctx.asked("unit").filter(|asked| plan.unit(asked).is_none()) {
        return Err(PageError::BadRequest(format!("unit=`{asked}` is no unit of the plan")));
    }
    let statuses = status::all(ctx)?;
    for (kind, words) in status::BARS {
        if let Some(asked) = ctx.asked(kind).filter(|asked| !words.contains(asked)) {
            return Err(PageError::BadRequest(format!("{kind}=`{asked}` (expected one of {})", words.join(", "))));
        }
    }
    // A task is there where one of its dates has every status that is asked for.
    let of_status = |task: &Task| {
        let asked: Vec<(&str, &str)> = status::BARS.iter().filter_map(|(kind, _)| Some((*kind, ctx.asked(kind)?))).collect();
        let own = (1..=task.deadline.len()).filter_map(|n| statuses.get(&format!("{}-{n}", task.id.get_ref())));
        asked.is_empty() || own.into_iter().any(|status| asked.iter().all(|(kind, word)| status.of(kind) == *word))
    };
    let fits = |task: &&Task| {
        let id = task.id.get_ref();
        ctx.asked("unit").is_none_or(|unit| {
            task.lead
                .iter()
                .chain(&task.participants)
                .chain(&task.assist)
                .chain(&task.responsible_departments)
                .any(|name| plan.same_unit(name.get_ref(), unit))
                || task.responsible.iter().any(|name| {
                    plan.same_unit(name.get_ref(), unit)
                        || (name.get_ref() == "all" && plan.counties().any(|county| county.id.get_ref() == unit))
                })
        }) && ctx.asked("chapter").is_none_or(|chapter| id.split('.').next() == Some(chapter))
            && of_status(task)
            && ctx.asked("state").is_none_or(|asked| state(task, today) == asked)
            && ctx.asked("q").is_none_or(|query| {
                task.title.zh.contains(query)
                    || task.text.contains(query)
                    || task.title.en.to_lowercase().contains(&query.to_lowercase())
                    || id == query
            })
    };
    let chapters: Vec<ChapterView> = plan
        .head
        .chapter
        .iter()
        .map(|chapter| ChapterView {
            number: chapter.number,
            title: ctx.lang.pick(&chapter.title).to_owned(),
            tasks: plan
                .tasks
                .iter()
                .filter(|task| task.id.get_ref().split('.').next() == Some(&chapter.number.to_string()))
                .filter(fits)
                .map(|task| row(ctx, task))
                .collect(),
        })
        .filter(|chapter| !chapter.tasks.is_empty())
        .collect();
    let shown: usize = chapters.iter().map(|chapter| chapter.tasks.len()).sum();
    let count = |wanted: &str| plan.tasks.iter().filter(|task| state(task, today) == wanted).count().to_string();
    let view = View {
        as_of: today.to_string(),
        title: ctx.lang.pick(&plan.head.title).to_owned(),
        sentence: ctx.lang.fill(
            "plan.sentence",
            &[
                ("n", &shown.to_string()),
                ("all", &plan.tasks.len().to_string()),
                ("past", &count("past")),
                ("to_come", &count("to_come")),
                ("none", &count("no_date")),
            ],
        ),
        dates: statuses.clone(),
        chapters,
    };
    let rows = view.chapters.iter().flat_map(|chapter| chapter.tasks.iter().map(|task| csv_row(chapter.number, task)));
    let csv = (
        &[
            "chapter",
            "id",
            "title",
            "lead",
            "participants",
            "next_date",
            "days_left",
            "modality",
            "dates",
            "past",
            "indicators",
            "uncertain",
        ][..],
        rows.collect(),
    );
    Ok(answer(ctx, frame(ctx, ctx.lang.t("plan.title"), "plan", &["json", "csv"]), &view, Some(csv), None, || draw(ctx, &view)))
}

fn csv_row(chapter: u32, task: &TaskRow) -> Vec<String> {
    let modality = task
        .modality
        .and_then(|modality| serde_json::to_value(modality).ok())
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default();
    vec![
        chapter.to_string(),
        task.id.clone(),
        task.title.clone(),
        task.lead.join("、"),
        task.participants.join("、"),
        task.next_date.clone().unwrap_or_default(),
        task.days_left.map(|days| days.to_string()).unwrap_or_default(),
        modality,
        task.dates.to_string(),
        task.past.to_string(),
        task.indicators.join(" "),
        task.uncertain.to_string(),
    ]
}

fn draw(ctx: &Ctx, view: &View) -> Markup {
    let lang = ctx.lang;
    let plan = &ctx.portal.plan;
    html! {
        p.eyebrow { (view.title) }
        h1 { (view.sentence) }
        p.muted { (lang.fill("home.as_of", &[("day", &view.as_of)])) " " (lang.t("plan.status_note")) }
        (status::bars(ctx, &view.dates))
        p { a href=(ctx.href("plan/dispatch")) { (lang.t("dispatch.title")) } }
        form.filters method="get" action=(ctx.href("plan")) {
            @for (kind, _) in status::BARS { @if let Some(asked) = ctx.asked(kind) { input type="hidden" name=(kind) value=(asked); } }
            div { label for="q" { (lang.t("plan.search")) } input type="search" id="q" name="q" value=(ctx.asked("q").unwrap_or_default()); }
            div {
                label for="unit" { (lang.t("plan.unit")) }
                select id="unit" name="unit" {
                    option value="" { (lang.t("filter.all")) }
                    @for unit in plan.head.unit.iter().filter(|unit| unit.kind != plan::UnitKind::Actor && unit.kind != plan::UnitKind::City) {
                        option value=(unit.id.get_ref()) selected[ctx.asked("unit") == Some(unit.id.get_ref())] { (lang.pick(&unit.name)) }
                    }
                }
            }
            div {
                label for="chapter" { (lang.t("plan.chapter")) }
                select id="chapter" name="chapter" {
                    option value="" { (lang.t("filter.all")) }
                    @for chapter in &plan.head.chapter { option value=(chapter.number) selected[ctx.asked("chapter") == Some(&chapter.number.to_string())] { (chapter.number) " " (lang.pick(&chapter.title)) } }
                }
            }
            div {
                label for="state" { (lang.t("plan.state")) }
                select id="state" name="state" {
                    option value="" { (lang.t("filter.all")) }
                    @for state in STATES { option value=(state) selected[ctx.asked("state") == Some(state)] { (lang.word("state", state)) } }
                }
            }
            button type="submit" { (lang.t("filter.apply")) }
            @if !ctx.query.is_empty() { a href=(ctx.href("plan")) { (lang.t("filter.clear")) } }
        }
        @if view.chapters.is_empty() { p.muted { (lang.t("plan.empty")) } }
        @for chapter in &view.chapters {
            section aria-labelledby=(format!("c{}", chapter.number)) {
                h2 id=(format!("c{}", chapter.number)) { (chapter.number) " " (chapter.title) }
                div.scroll tabindex="0" role="region" aria-label=(chapter.title) {
                    table.tasks {
                        thead { tr { th { (lang.t("plan.number")) } th { (lang.t("plan.task")) } th { (lang.t("plan.lead")) } th { (lang.t("plan.date")) } th { (lang.t("menu.indicators")) } } }
                        tbody {
                            @for task in &chapter.tasks {
                                tr {
                                    td { (task.id) }
                                    th scope="row" { a href=(ctx.href(&format!("plan/{}", task.id))) { (task.title) } @if task.uncertain { " " span.uncertain { (lang.t("mark.uncertain")) } } }
                                    td { strong { (task.lead.join(sep(lang))) } @if !task.participants.is_empty() { br; span.muted { (task.participants.join(sep(lang))) } } }
                                    td { (date_words(lang, task.next_date.as_deref(), task.days_left, task.modality)) @if 1 < task.dates { br; span.muted { (lang.fill("plan.dates", &[("past", &task.past.to_string()), ("n", &task.dates.to_string())])) } } }
                                    td { @for id in &task.indicators { a href=(ctx.href(&format!("indicators/{id}"))) { (id) } " " } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn sep(lang: Lang) -> &'static str {
    if lang == Lang::Zh { "、" } else { ", " }
}

/// A date with its meaning.
fn date_words(lang: Lang, date: Option<&str>, days: Option<i32>, modality: Option<Modality>) -> Markup {
    html! {
        @match (date, days) {
            (Some(date), Some(days)) => {
                strong { (date) } " "
                @if days < 0 { span.past { (lang.fill("plan.days_past", &[("n", &(-days).to_string())])) } }
                @else if days == 0 { span { (lang.t("plan.today")) } }
                @else { span { (lang.fill("plan.days_left", &[("n", &days.to_string())])) } }
                @if modality == Some(Modality::Aim) { " " span.tag { (lang.t("modality.aim")) } }
                @if modality == Some(Modality::Basically) { " " span.tag { (lang.t("modality.basically")) } }
                @if modality == Some(Modality::About) { " " span.tag { (lang.t("modality.about")) } }
            },
            _ => { span.muted { (lang.t("state.no_date")) } },
        }
    }
}

#[derive(Serialize)]
struct OneTask {
    id: String,
    title: String,
    text: String,
    summary_en: String,
    lead: Vec<String>,
    participants: Vec<String>,
    responsible: Vec<String>,
    responsibility_text: String,
    deadlines: Vec<DeadlineView>,
    targets: Vec<TargetView>,
    duties: Vec<DutyView>,
    consequences: Vec<ConsequenceView>,
    conditions: Vec<plan::schema::Condition>,
    prohibitions: Vec<String>,
    plans_to_make: Vec<String>,
    mechanisms: Vec<String>,
    note: Option<String>,
    restored: Option<String>,
    uncertain: bool,
    rules: Vec<RuleView>,
    /// What the task was in plans before, newest first.
    before: Vec<PastTask>,
}

#[derive(Serialize)]
struct DeadlineView {
    id: String,
    date: String,
    what: String,
    modality: Modality,
    days_left: i32,
    uncertain: bool,
    verdict: Option<VerdictRow>,
    status: Option<Status>,
    beside: Beside,
    reports: Vec<ReportRow>,
}

/// A report on a date.
#[derive(Serialize)]
pub(crate) struct ReportRow {
    id: String,
    day: String,
    unit: String,
    status: String,
    document: String,
    accepted: Option<String>,
    made_up: bool,
}

#[derive(Serialize)]
struct TargetView {
    indicator: Option<String>,
    name: String,
    year: Option<i16>,
    op: plan::Op,
    value: String,
    unit: String,
    uncertain: bool,
}

#[derive(Serialize)]
struct DutyView {
    id: String,
    what: String,
    who: Vec<String>,
    period: plan::Every,
    suggested: Option<plan::Every>,
    publish: bool,
    verdict: Option<VerdictRow>,
}

#[derive(Serialize)]
struct ConsequenceView {
    trigger: String,
    action: String,
    text: String,
}

#[derive(Serialize)]
struct RuleView {
    id: String,
    title: String,
}

pub(crate) fn respond_task(ctx: &Ctx, id: &str) -> Result<Response, PageError> {
    let task = ctx.portal.plan.task(id).ok_or(PageError::NotFound)?;
    let reports = reports(ctx)?;
    let before = task_history::past(ctx, task, &reports)?;
    let view = one(ctx, task, &status::all(ctx)?, &reports, before);
    let rows = view.deadlines.iter().map(|date| {
        let of = |kind: &str| date.status.as_ref().map_or("", |status| status.of(kind)).to_owned();
        let outcome = date.verdict.as_ref().map_or("", |verdict| verdict.outcome.id()).to_owned();
        let last = date.status.as_ref().and_then(|status| status.last_report.clone()).unwrap_or_default();
        let outlook = date.status.as_ref().and_then(|status| status.outlook.as_ref()).map_or_else(String::new, |own| own.word.clone());
        let (lifecycle, timeliness, freshness) = (of("lifecycle"), of("timeliness"), of("freshness"));
        vec![date.id.clone(), date.date.clone(), date.what.clone(), outcome, lifecycle, timeliness, freshness, outlook, last]
    });
    let header = &["id", "date", "what", "outcome", "lifecycle", "timeliness", "freshness", "outlook", "last_report"][..];
    let csv = (header, rows.collect());
    let page = frame(ctx, &format!("{id} {}", view.title), "plan", &["json", "csv"]);
    Ok(answer(ctx, page, &view, Some(csv), None, || draw_one(ctx, &view)))
}

/// Reports on dates that were known on the day asked for, each with its date's id, newest first.
fn reports(ctx: &Ctx) -> Result<Vec<(String, Arc<Entry>)>, PageError> {
    if ctx.portal.plan.register("task_report").is_none() {
        return Ok(Vec::new());
    }
    let today = ctx.portal.settings.as_of.to_string();
    let all = register::entries(ctx, "task_report")?;
    let mut found: Vec<(String, Arc<Entry>)> = all
        .iter()
        .filter(|entry| entry.get("reported_on") <= today.as_str())
        .map(|entry| (entry.get("deadline").to_owned(), Arc::clone(entry)))
        .collect();
    found.sort_by(|a, b| b.1.get("reported_on").cmp(a.1.get("reported_on")));
    Ok(found)
}

pub(crate) fn report_row(ctx: &Ctx, entry: &Entry) -> ReportRow {
    let name = |unit: &str| ctx.portal.plan.unit_name(unit, ctx.lang.id()).to_owned();
    let lifecycle = if entry.get("accepted_on").is_empty() { entry.get("status") } else { "accepted" };
    ReportRow {
        id: entry.id.clone(),
        day: entry.get("reported_on").to_owned(),
        unit: name(entry.get("unit")),
        status: ctx.lang.word("lifecycle", lifecycle),
        document: entry.get("document").to_owned(),
        accepted: Some(entry.get("accepted_by"))
            .filter(|unit| !unit.is_empty())
            .map(|unit| format!("{} {}", name(unit), entry.get("accepted_on"))),
        made_up: entry.made_up,
    }
}

fn one(ctx: &Ctx, task: &Task, statuses: &BTreeMap<String, Status>, reports: &[(String, Arc<Entry>)], before: Vec<PastTask>) -> OneTask {
    let plan = &ctx.portal.plan;
    let lang = ctx.lang;
    let id = task.id.get_ref();
    let today = ctx.portal.settings.as_of;
    let unit = |name: &plan::schema::Name| match name.get_ref().as_str() {
        "all" => lang.t("plan.all_counties").to_owned(),
        id => unit_names::name(ctx, id),
    };
    let units = |list: &[plan::schema::Name]| list.iter().map(unit).collect::<Vec<_>>();
    let verdict = |rule: &str, subject: &str| ctx.snapshot.of_subject(rule, subject).next_back().map(|judged| VerdictRow::new(ctx, judged));
    OneTask {
        id: id.clone(),
        title: lang.pick(&task.title).to_owned(),
        text: task.text.clone(),
        summary_en: task.summary_en.clone(),
        lead: units(&task.lead),
        participants: units(&task.participants),
        responsible: units(&task.responsible).into_iter().chain(units(&task.responsible_departments)).collect(),
        responsibility_text: task.responsibility_text.clone(),
        deadlines: task
            .deadline
            .iter()
            .enumerate()
            .map(|(n, deadline)| {
                let subject = format!("{id}-{}", n + 1);
                DeadlineView {
                    date: deadline.date.0.to_string(),
                    what: lang.pick(&deadline.what).to_owned(),
                    modality: deadline.modality,
                    days_left: deadline.date.0.since(today).map_or(0, |span| span.get_days()),
                    uncertain: deadline.uncertain,
                    verdict: verdict("deadline", &subject),
                    status: statuses.get(&subject).cloned(),
                    beside: beside::of(ctx, task, &subject, deadline.date.0.year()),
                    reports: reports.iter().filter(|(of, _)| *of == subject).map(|(_, entry)| report_row(ctx, entry)).collect(),
                    id: subject,
                }
            })
            .collect(),
        targets: task
            .target
            .iter()
            .map(|target| {
                let indicator = target.indicator.as_ref().map(|name| name.get_ref().clone());
                let name = indicator.as_ref().and_then(|id| plan.indicator(id)).map(|own| lang.pick(&own.name).to_owned());
                TargetView {
                    name: name.or_else(|| target.name.clone()).unwrap_or_default(),
                    indicator,
                    year: target.year,
                    op: target.op,
                    value: target.value.clone(),
                    unit: target.unit.clone().unwrap_or_default(),
                    uncertain: target.uncertain,
                }
            })
            .collect(),
        duties: plan
            .duties
            .iter()
            .filter(|duty| duty.task.get_ref() == id)
            .map(|duty| DutyView {
                id: duty.id.get_ref().clone(),
                what: lang.pick(&duty.what).to_owned(),
                who: units(&duty.who),
                period: duty.period,
                suggested: duty.suggested,
                publish: duty.publish,
                verdict: verdict("duty", duty.id.get_ref()),
            })
            .collect(),
        consequences: task
            .consequence
            .iter()
            .map(|own| ConsequenceView {
                trigger: lang.pick(&own.trigger).to_owned(),
                action: own.action.clone(),
                text: lang.pick(&own.text).to_owned(),
            })
            .collect(),
        conditions: task.condition.clone(),
        prohibitions: task.prohibitions.clone(),
        plans_to_make: task.plans_to_make.clone(),
        mechanisms: task.mechanisms.clone(),
        note: task.note.clone(),
        restored: task.restored.clone(),
        uncertain: task.uncertain,
        rules: plan
            .rules
            .iter()
            .filter(|rule| rule.tasks.iter().any(|name| name.get_ref() == id))
            .map(|rule| RuleView { id: rule.id.get_ref().clone(), title: lang.pick(&rule.title).to_owned() })
            .collect(),
        before,
    }
}

/// A report in a list.
pub(crate) fn report_line(ctx: &Ctx, report: &ReportRow) -> Markup {
    let lang = ctx.lang;
    html! {
        li { a href=(ctx.href(&format!("registers/task_report/{}", report.id))) { (report.day) " " (report.unit) } ": " (report.status) @if !report.document.is_empty() { " · " (report.document) } @if let Some(accepted) = &report.accepted { " · " (lang.fill("plan.accepted", &[("by", accepted)])) } " " (badge::made_up(lang, report.made_up)) }
    }
}

fn word<T: Serialize>(lang: Lang, group: &str, value: T) -> String {
    let word = serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    lang.word(group, &word)
}

fn draw_one(ctx: &Ctx, view: &OneTask) -> Markup {
    let lang = ctx.lang;
    html! {
        p.eyebrow { a href=(ctx.href("plan")) { (lang.t("menu.plan")) } " › " (view.id) }
        h1 { (view.id) " " (view.title) @if view.uncertain { " " span.uncertain { (lang.t("mark.uncertain")) } } }
        @if lang == Lang::En && !view.summary_en.is_empty() { p.lead { (view.summary_en) } p.muted { (lang.t("plan.original")) } }
        blockquote lang="zh-CN" { p { (view.text) } }
        dl.fields {
            div { dt { (lang.t("plan.lead")) } dd { (view.lead.join(sep(lang))) @if view.lead.is_empty() { "–" } } }
            @if !view.participants.is_empty() { div { dt { (lang.t("plan.participants")) } dd { (view.participants.join(sep(lang))) } } }
            div { dt { (lang.t("plan.responsible")) } dd { (view.responsible.join(sep(lang))) } }
            @if !view.mechanisms.is_empty() { div { dt { (lang.t("plan.mechanisms")) } dd { (view.mechanisms.join(" ")) } } }
        }
        @if !view.deadlines.is_empty() {
            section aria-labelledby="dates" {
                h2 id="dates" { (lang.t("plan.deadlines")) }
                ul.list {
                    @for deadline in &view.deadlines {
                        li {
                            (date_words(lang, Some(&deadline.date), Some(deadline.days_left), Some(deadline.modality))) " " (deadline.what) " "
                            @if deadline.uncertain { span.uncertain { (lang.t("mark.uncertain")) } " " }
                            @if let Some(verdict) = &deadline.verdict { (badge::outcome(lang, verdict.outcome)) " " a href=(verdict.why) { (lang.t("verdict.why")) span.visually-hidden { ": " (deadline.what) } } }
                            @if let Some(status) = &deadline.status { p { (status::words(ctx, status)) } }
                            (beside::draw(ctx, &deadline.beside))
                            @if !deadline.reports.is_empty() {
                                ul.plain { @for report in &deadline.reports { (report_line(ctx, report)) } }
                            }
                            @if ctx.viewer.is_some() { p { a href=(ctx.href(&format!("registers/task_report/new?deadline={}", deadline.id))) { (lang.t("desk.report")) span.visually-hidden { " " (deadline.id) } } } }
                        }
                    }
                }
            }
        }
        @if !view.targets.is_empty() {
            section aria-labelledby="targets" {
                h2 id="targets" { (lang.t("plan.targets")) }
                ul.list {
                    @for target in &view.targets {
                        li {
                            @if let Some(id) = &target.indicator { a href=(ctx.href(&format!("indicators/{id}"))) { (id) " " (target.name) } } @else { (target.name) }
                            ": " (word(lang, "op", target.op)) " " (target.value) " " (target.unit) @if let Some(year) = target.year { " (" (year) ")" }
                            @if target.uncertain { " " span.uncertain { (lang.t("mark.uncertain")) } }
                        }
                    }
                }
            }
        }
        @if !view.duties.is_empty() {
            section aria-labelledby="duties" {
                h2 id="duties" { (lang.t("plan.duties")) }
                ul.list {
                    @for duty in &view.duties {
                        li {
                            (duty.what) " — " (duty.who.join(sep(lang))) ", " (word(lang, "every", duty.period))
                            @if let Some(suggested) = duty.suggested { " (" (lang.t("plan.suggested")) " " (word(lang, "every", suggested)) ")" }
                            @if duty.publish { " " span.tag { (lang.t("plan.publish")) } } " "
                            @if let Some(verdict) = &duty.verdict { (badge::outcome(lang, verdict.outcome)) " " a href=(verdict.why) { (lang.t("verdict.why")) span.visually-hidden { ": " (duty.what) } } }
                        }
                    }
                }
            }
        }
        @if !view.consequences.is_empty() {
            section aria-labelledby="consequences" {
                h2 id="consequences" { (lang.t("plan.consequences")) }
                ul.list { @for own in &view.consequences { li { (own.trigger) " → " strong { (own.text) } " " span.tag { (lang.word("action", &own.action)) } } } }
            }
        }
        @if !view.conditions.is_empty() {
            section aria-labelledby="conditions" { h2 id="conditions" { (lang.t("plan.conditions")) } ul.list lang="zh-CN" { @for own in &view.conditions { li { (own.applies_to) ":" (own.text) } } } }
        }
        @if !view.prohibitions.is_empty() {
            section aria-labelledby="prohibitions" { h2 id="prohibitions" { (lang.t("plan.prohibitions")) } ul.list lang="zh-CN" { @for own in &view.prohibitions { li { (own) } } } }
        }
        @if !view.rules.is_empty() {
            section aria-labelledby="rules" { h2 id="rules" { (lang.t("plan.rules")) } ul.list { @for rule in &view.rules { li { a href=(ctx.href(&format!("verdicts?rule={}", rule.id))) { (rule.title) } } } } }
        }
        (task_history::draw(ctx, &view.before))
        @if view.note.is_some() || view.restored.is_some() {
            section aria-labelledby="notes" { h2 id="notes" { (lang.t("plan.notes")) } @if let Some(note) = &view.note { p lang="zh-CN" { (note) } } @if let Some(restored) = &view.restored { p lang="zh-CN" { (restored) } } }
        }
    }
}
