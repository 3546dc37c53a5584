//! Today: what an officer has to do now, of every kind in one list. The same list feeds the calendar.

use act::ical;
use act::measure;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use facts::Account;
use jiff::civil::Date;
use judge::Outcome;
use maud::{Markup, html};
use plan::{Modality, Power};
use serde::Serialize;

use crate::error::PageError;
use crate::routes::Ctx;
use crate::view::{answer, frame, register};

/// Days before a date on whose morning a calendar reminds (default of mechanism M01).
const REMIND_DAYS: [u32; 3] = [180, 90, 30];
/// Working days that are soon, and that are next.
const SOON: i32 = 3;
const NEXT: i32 = 10;
/// How many findings without a measure are listed.
const FINDINGS: usize = 30;

/// A thing to do.
#[derive(Debug, Serialize)]
pub(crate) struct Item {
    /// `deadline`, `measure` or `finding`.
    kind: &'static str,
    id: String,
    title: String,
    /// The day it is due; none for what waits for a decision.
    due: Option<String>,
    /// Why it is mine.
    why: String,
    href: String,
    /// An aim, or a date that only needs verifying, is never overdue.
    lenient: bool,
    /// Nothing can be done about it now.
    waits: bool,
    button: &'static str,
    made_up: bool,
}

#[derive(Serialize)]
struct Today {
    as_of: String,
    unit: String,
    groups: Vec<Group>,
}

#[derive(Serialize)]
struct Group {
    group: &'static str,
    items: Vec<Item>,
}

/// `/desk`
pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    let viewer = ctx.signed_in()?;
    let today = ctx.portal.settings.as_of;
    let mut groups: Vec<Group> =
        ["overdue", "today", "soon", "next", "later", "new", "verify", "waiting"].map(|group| Group { group, items: Vec::new() }).into();
    for item in items(ctx, &viewer.account)? {
        let place = match item.due.as_ref().and_then(|due| due.parse::<Date>().ok()) {
            _ if item.waits => 7,
            None => 5,
            Some(due) if due < today && item.lenient => 6,
            Some(due) if due < today => 0,
            Some(due) if due == today => 1,
            Some(due) => match ctx.portal.calendar.working_days_between(today, due).days {
                days if days <= SOON => 2,
                days if days <= NEXT => 3,
                _ => 4,
            },
        };
        groups[place].items.push(item);
    }
    let view = Today { as_of: today.to_string(), unit: viewer.account.unit.clone(), groups };
    let rows = view.groups.iter().flat_map(|group| {
        group.items.iter().map(|item| {
            vec![
                group.group.to_owned(),
                item.kind.to_owned(),
                item.id.clone(),
                item.title.clone(),
                item.due.clone().unwrap_or_default(),
                item.why.clone(),
            ]
        })
    });
    let csv = (&["group", "kind", "id", "title", "due", "why"][..], rows.collect());
    Ok(answer(ctx, frame(ctx, ctx.lang.t("desk.today"), "desk", &["json", "csv"]), &view, Some(csv), None, || draw(ctx, &view)))
}

/// Everything an account has to do, by date.
fn items(ctx: &Ctx, account: &Account) -> Result<Vec<Item>, PageError> {
    let mut items = deadlines(ctx, account);
    items.extend(measures(ctx, account)?);
    items.extend(findings(ctx, account)?);
    items.sort_by(|a, b| (a.due.is_none(), &a.due, &a.id).cmp(&(b.due.is_none(), &b.due, &b.id)));
    Ok(items)
}

/// Dates of tasks that the account's unit leads or answers for, and that are not met yet.
fn deadlines(ctx: &Ctx, account: &Account) -> Vec<Item> {
    let (plan, lang) = (&ctx.portal.plan, ctx.lang);
    let unit = account.unit.as_str();
    let is_city = unit == plan.city();
    let mut items = Vec::new();
    for task in &plan.tasks {
        let named = |list: &[plan::schema::Name]| list.iter().any(|name| name.get_ref() == unit);
        let county = plan.counties().any(|county| county.id.get_ref() == unit);
        let why = if named(&task.lead) {
            "desk.lead"
        } else if named(&task.responsible)
            || named(&task.responsible_departments)
            || (county && task.responsible.iter().any(|name| name.get_ref() == "all"))
        {
            "desk.responsible"
        } else if is_city {
            "desk.city"
        } else {
            continue;
        };
        for (n, deadline) in task.deadline.iter().enumerate().filter(|(_, deadline)| deadline.modality != Modality::Context) {
            let id = format!("{}-{}", task.id.get_ref(), n + 1);
            let judged = ctx.snapshot.of_subject("deadline", &id).next_back();
            if judged.is_some_and(|judged| judged.verdict.outcome == Outcome::Pass) {
                continue;
            }
            let own = deadline.units.is_empty() || deadline.units.iter().any(|name| name.get_ref() == unit) || !county;
            if own {
                items.push(Item {
                    kind: "deadline",
                    title: format!("{} {}", task.id.get_ref(), lang.pick(&deadline.what)),
                    due: Some(deadline.date.0.to_string()),
                    why: lang.t(why).to_owned(),
                    href: ctx.href(&format!("registers/task_report/new?deadline={id}&unit={unit}")),
                    waits: false,
                    lenient: judged.is_some_and(|judged| judged.verdict.outcome == Outcome::Undetermined)
                        && deadline.date.0 < ctx.portal.settings.as_of,
                    button: "desk.report",
                    made_up: judged.is_some_and(|judged| judged.verdict.made_up),
                    id,
                });
            }
        }
    }
    items
}

/// Open measures whose next step the account may take.
fn measures(ctx: &Ctx, account: &Account) -> Result<Vec<Item>, PageError> {
    let mut items = Vec::new();
    for own in ctx.portal.store.measures()?.into_iter().filter(|own| own.closed_at.is_none()) {
        let Some(machine) = ctx.portal.plan.measure(&own.machine) else { continue };
        let county = register::entry::county_of(ctx, &own.subject_kind, &own.subject)?;
        let judged = ctx.snapshot.standing(&own.rule, &own.subject);
        let finding = judged.map(|judged| &judged.verdict);
        let next = measure::steps_from(machine, &own.state)
            .find(|step| measure::allowed(&ctx.portal.plan, &own, step, finding, &county, account).is_ok());
        let person = measure::person(account);
        let later = measure::steps_from(machine, &own.state).find(|step| person.may_step(&ctx.portal.plan, step, &county).is_ok());
        let Some(step) = next.or(later) else { continue };
        let steps = ctx.portal.store.measure_steps(&own.id)?;
        items.push(Item {
            kind: "measure",
            title: format!(
                "{} · {}",
                judged.map_or(own.subject.as_str(), |judged| ctx.lang.pick(&judged.subject_name)),
                ctx.lang.pick(&machine.title)
            ),
            due: steps.last().and_then(|step| step.due.clone()),
            why: ctx.lang.fill(if next.is_some() { "desk.next_step" } else { "desk.waits" }, &[("step", ctx.lang.pick(&step.title))]),
            href: ctx.href(&format!("measures/{}", own.id)),
            lenient: false,
            waits: next.is_none(),
            button: "desk.take",
            made_up: own.made_up,
            id: own.id,
        });
    }
    Ok(items)
}

/// Failing findings for which a measure could be opened and none is, of registers within the account's reach.
fn findings(ctx: &Ctx, account: &Account) -> Result<Vec<Item>, PageError> {
    let plan = &ctx.portal.plan;
    let person = measure::person(account);
    if person.has(plan, Power::Sign).is_err() {
        return Ok(Vec::new());
    }
    let open = ctx.portal.store.measures()?;
    let mut items = Vec::new();
    for machine in &plan.measures {
        for rule in &machine.rules {
            let failing = ctx.snapshot.failing_of(rule.get_ref());
            for judged in failing {
                let verdict = &judged.verdict;
                let taken = open.iter().any(|own| own.rule == verdict.rule && own.subject == verdict.subject && own.closed_at.is_none());
                let county = register::entry::county_of(ctx, &verdict.subject_kind, &verdict.subject)?;
                let first = measure::steps_from(machine, machine.start.get_ref()).any(|step| person.may_step(plan, step, &county).is_ok());
                if taken || !first || FINDINGS <= items.len() {
                    continue;
                }
                items.push(Item {
                    kind: "finding",
                    id: verdict.id.clone(),
                    title: ctx.lang.pick(&judged.sentence).to_owned(),
                    due: None,
                    why: ctx.lang.fill("desk.can_open", &[("measure", ctx.lang.pick(&machine.title))]),
                    href: ctx.href(&format!("why/{}", verdict.id)),
                    lenient: false,
                    waits: false,
                    button: "desk.decide",
                    made_up: verdict.made_up,
                });
            }
        }
    }
    Ok(items)
}

fn draw(ctx: &Ctx, view: &Today) -> Markup {
    let lang = ctx.lang;
    let count = |group: &str| view.groups.iter().find(|own| own.group == group).map_or(0, |own| own.items.len()).to_string();
    let person = ctx.viewer.as_ref().map(|viewer| viewer.person());
    let has = |power| person.is_some_and(|person| person.has(&ctx.portal.plan, power).is_ok());
    html! {
        p.eyebrow { (ctx.portal.plan.unit_name(&view.unit, lang.id())) }
        h1 { (lang.fill("desk.sentence", &[("overdue", &count("overdue")), ("today", &count("today")), ("soon", &count("soon")), ("new", &count("new"))])) }
        p.muted { (lang.fill("home.as_of", &[("day", &view.as_of)])) }
        p {
            a href=(ctx.href("desk/account")) { (lang.t("desk.account")) }
            @if has(Power::Administer) { " · " a href=(ctx.href("desk/people")) { (lang.t("desk.people")) } }
            @if has(Power::Audit) { " · " a href=(ctx.href("desk/ledger")) { (lang.t("desk.ledger")) } }
        }
        @for group in view.groups.iter().filter(|group| !group.items.is_empty()) {
            section aria-labelledby={ "g-" (group.group) } {
                h2 id={ "g-" (group.group) } { (lang.word("group", group.group)) " (" (group.items.len()) ")" }
                ul.todo {
                    @for item in &group.items {
                        li {
                            span.tag { (lang.word("todo", item.kind)) } " "
                            @if let Some(due) = &item.due { strong.nowrap { (due) } " " (super::measure::standing(ctx, due)) " " }
                            span.sentence { (item.title) } " " (crate::html::badge::made_up(lang, item.made_up))
                            p.muted { (item.why) " · " a href=(item.href) { (lang.t(item.button)) span.visually-hidden { ": " (item.title) } } }
                        }
                    }
                }
            }
        }
        @if view.groups.iter().all(|group| group.items.is_empty()) { p.muted { (lang.t("desk.empty")) } }
    }
}

/// The calendar feed behind a token.
pub(crate) fn feed(ctx: &Ctx, token: &str) -> Result<Response, PageError> {
    let now = ctx.portal.now();
    let entered = ctx.portal.store.entered("calendar", token, now)?.ok_or(PageError::NotFound)?;
    let mut feed = Vec::new();
    for item in items(ctx, &entered.account)? {
        let Some(day) = item.due.as_ref().and_then(|due| due.parse::<Date>().ok()) else { continue };
        feed.push(ical::Item {
            uid: format!("{}-{}@{}", item.kind, item.id, ctx.portal.plan.head.id),
            kind: ical::ItemKind::Event,
            day,
            summary: item.title,
            description: item.why,
            url: None,
            categories: vec![ctx.lang.word("todo", item.kind)],
            alarms: act::clock::reminder_days(day, &REMIND_DAYS),
        });
    }
    let stamp = jiff::Timestamp::from_second(now)?;
    let name = format!("{} · {}", ctx.lang.t("site.name"), entered.account.display);
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], ical::write_feed(&name, &feed, stamp)).into_response())
}
