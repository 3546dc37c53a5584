//! Today: what an officer has to do now, of every kind in one list, and what is of those for whom the officer stands in.
//! The same list feeds the calendar.

mod items;
mod standing;

use act::ical;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use plan::Power;
use serde::Serialize;

use crate::error::PageError;
use crate::routes::Ctx;
use crate::view::saved::{self, Saved};
use crate::view::{answer, frame, units};

/// Days before a date on whose morning a calendar reminds (default of mechanism M01).
const REMIND_DAYS: [u32; 3] = [180, 90, 30];
/// Working days that are soon, and that are next.
const SOON: i32 = 3;
const NEXT: i32 = 10;
/// Days within which what is due is counted as near.
const NEAR_DAYS: i32 = 30;
/// Groups in the order of the page.
const GROUPS: [&str; 9] = ["overdue", "today", "soon", "next", "month", "later", "new", "verify", "waiting"];
/// The counts at the top, and the kinds of thing that have one each.
const WHEN: [&str; 4] = ["overdue", "near", "later", "undated"];
const KINDS: [&str; 5] = ["deadline", "duty", "measure", "finding", "report"];

/// A thing to do.
#[derive(Debug, Serialize)]
pub(crate) struct Item {
    /// One of `KINDS`.
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
    /// The person who is away and whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing_in_for: Option<String>,
}

#[derive(Serialize)]
struct Today {
    as_of: String,
    unit: String,
    /// How much there is of each kind, whatever the address asks for.
    counts: Vec<Count>,
    standing_in: Vec<standing::Absence>,
    groups: Vec<Group>,
    saved: Vec<Saved>,
}

#[derive(Serialize)]
struct Count {
    kind: &'static str,
    /// In the order of `WHEN`.
    n: [usize; 4],
}

#[derive(Serialize)]
struct Group {
    group: &'static str,
    items: Vec<Item>,
}

/// The place in `WHEN` of a group.
fn when(group: &str) -> usize {
    match group {
        "overdue" => 0,
        "today" | "soon" | "next" | "month" => 1,
        "later" => 2,
        _ => 3,
    }
}

/// The group of a thing to do.
fn group_of(ctx: &Ctx, item: &Item) -> &'static str {
    let today = ctx.portal.settings.as_of;
    match item.due.as_ref().and_then(|due| due.parse::<Date>().ok()) {
        _ if item.waits => "waiting",
        None => "new",
        Some(due) if due < today && item.lenient => "verify",
        Some(due) if due < today => "overdue",
        Some(due) if due == today => "today",
        Some(due) => match ctx.portal.calendar.working_days_between(today, due).days {
            days if days <= SOON => "soon",
            days if days <= NEXT => "next",
            _ if today.until(due).is_ok_and(|span| span.get_days() <= NEAR_DAYS) => "month",
            _ => "later",
        },
    }
}

/// `/desk`
pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    let viewer = ctx.signed_in()?;
    for (name, words) in [("kind", &KINDS[..]), ("when", &WHEN[..])] {
        if let Some(asked) = ctx.asked(name).filter(|asked| !words.contains(asked)) {
            return Err(PageError::BadRequest(format!("{name}=`{asked}` (expected one of {})", words.join(", "))));
        }
    }
    let mut counts: Vec<Count> = KINDS.map(|kind| Count { kind, n: [0; 4] }).into();
    let mut groups: Vec<Group> = GROUPS.map(|group| Group { group, items: Vec::new() }).into();
    let absent = standing::absent(ctx, &viewer.account)?;
    for item in standing::all_items(ctx, &viewer.account, &absent)? {
        let group = group_of(ctx, &item);
        let place = when(group);
        if let Some(n) = counts.iter_mut().find(|count| count.kind == item.kind).and_then(|count| count.n.get_mut(place)) {
            *n += 1;
        }
        let asked = ctx.asked("kind").is_none_or(|kind| kind == item.kind) && ctx.asked("when").is_none_or(|when| WHEN[place] == when);
        if let Some(own) = groups.iter_mut().find(|own| asked && own.group == group) {
            own.items.push(item);
        }
    }
    let as_of = ctx.portal.settings.as_of.to_string();
    let unit = ctx.portal.plan.unit_now(&viewer.account.unit).to_owned();
    let standing_in = absent.iter().map(standing::Absence::of).collect();
    let view = Today { as_of, unit, counts, standing_in, groups, saved: saved::own(ctx)? };
    let rows = view.groups.iter().flat_map(|group| {
        group.items.iter().map(|item| {
            vec![
                group.group.to_owned(),
                item.kind.to_owned(),
                item.id.clone(),
                item.title.clone(),
                item.due.clone().unwrap_or_default(),
                item.why.clone(),
                item.href.clone(),
                item.made_up.to_string(),
                item.standing_in_for.clone().unwrap_or_default(),
            ]
        })
    });
    let csv = (&["group", "kind", "id", "title", "due", "why", "address", "made_up", "standing_in_for"][..], rows.collect());
    Ok(answer(ctx, frame(ctx, ctx.lang.t("desk.today"), "desk", &["json", "csv"]), &view, Some(csv), None, || draw(ctx, &view)))
}

fn draw(ctx: &Ctx, view: &Today) -> Markup {
    let lang = ctx.lang;
    let sum = |place: usize| view.counts.iter().filter_map(|count| count.n.get(place)).sum::<usize>().to_string();
    let person = ctx.viewer.as_ref().map(|viewer| viewer.person());
    let has = |power| person.is_some_and(|person| person.has(&ctx.portal.plan, power).is_ok());
    let unit = &view.unit;
    html! {
        p.eyebrow { (units::name(ctx, unit)) }
        h1 { (lang.fill("desk.answer", &[("overdue", &sum(0)), ("near", &sum(1)), ("later", &sum(2)), ("undated", &sum(3))])) }
        p.muted { (lang.fill("home.as_of", &[("day", &view.as_of)])) }
        @for absence in &view.standing_in { p.notice { (absence.words(ctx)) } }
        p {
            a href=(ctx.href("desk/account")) { (lang.t("desk.account")) }
            " · " a href=(ctx.href("plan/dispatch")) { (lang.t("dispatch.title")) }
            @if unit != ctx.portal.plan.city() { " · " a href=(ctx.href(&format!("plan/dispatch/{unit}"))) { (lang.t("dispatch.own")) } }
            " · " a href=(ctx.href("desk/devices")) { (lang.t("devices.title")) }
            @if has(Power::Accept) { " · " a href=(ctx.href("desk/accept")) { (lang.t("accept.title")) } }
            @if has(Power::Administer) { " · " a href=(ctx.href("desk/people")) { (lang.t("desk.people")) } }
            @if has(Power::Audit) { " · " a href=(ctx.href("desk/ledger")) { (lang.t("desk.ledger")) } }
            " · " a href=(ctx.href("keys")) { (lang.t("keys.title")) }
        }
        (summary(ctx, view))
        @for group in view.groups.iter().filter(|group| !group.items.is_empty()) {
            section aria-labelledby={ "g-" (group.group) } {
                h2 id={ "g-" (group.group) } { (lang.word("group", group.group)) " (" (group.items.len()) ")" }
                ul.todo {
                    @for item in &group.items {
                        li {
                            span.tag { (lang.word("todo", item.kind)) } " "
                            @if let Some(due) = &item.due { strong.nowrap { (due) } " " (super::measure::standing(ctx, due)) " " }
                            span.sentence { (item.title) } " " (crate::html::badge::made_up(lang, item.made_up))
                            @if let Some(absent) = &item.standing_in_for { " " span.tag { (lang.fill("desk.standing_in", &[("name", absent)])) } }
                            p.muted { (item.why) " · " a href=(item.href) { (lang.t(item.button)) span.visually-hidden { ": " (item.title) } } }
                        }
                    }
                }
            }
        }
        @if view.groups.iter().all(|group| group.items.is_empty()) { p.muted { (lang.t("desk.empty")) } }
        (saved::list(ctx, &view.saved))
    }
}

/// How much there is of each kind, and by when; each number leads to its part of the list.
fn summary(ctx: &Ctx, view: &Today) -> Markup {
    let lang = ctx.lang;
    let has_any = |count: &&Count| count.n.iter().any(|n| *n != 0);
    let asked = |name: &str, word: &str| ctx.asked(name) == Some(word);
    html! {
        @if view.counts.iter().any(|count| has_any(&count)) {
            div.scroll tabindex="0" role="region" aria-label=(lang.t("desk.counts")) { table.matrix {
                thead { tr { th { (lang.t("desk.kind")) } @for when in WHEN { th.num { a href=(ctx.href(&format!("desk?when={when}"))) aria-current=[(ctx.asked("kind").is_none() && asked("when", when)).then_some("true")] { (lang.word("due_when", when)) } } } } }
                tbody { @for count in view.counts.iter().filter(has_any) {
                    tr {
                        th scope="row" { a href=(ctx.href(&format!("desk?kind={}", count.kind))) aria-current=[(ctx.asked("when").is_none() && asked("kind", count.kind)).then_some("true")] { (lang.word("todo", count.kind)) } }
                        @for (when, n) in WHEN.iter().zip(count.n) {
                            td.num { @if n == 0 { "0" } @else { a href=(ctx.href(&format!("desk?kind={}&when={when}", count.kind))) aria-current=[(asked("kind", count.kind) && asked("when", when)).then_some("true")] { (n) } } }
                        }
                    }
                } }
            } }
            @if !ctx.query.is_empty() { p { a href=(ctx.href("desk")) { (lang.t("filter.clear")) } } }
        }
    }
}

/// The calendar feed behind a token.
pub(crate) fn feed(ctx: &Ctx, token: &str) -> Result<Response, PageError> {
    let now = ctx.portal.now();
    let entered = ctx.portal.store.entered("calendar", token, now)?.ok_or(PageError::NotFound)?;
    let mut feed = Vec::new();
    let absent = standing::absent(ctx, &entered.account)?;
    for item in standing::all_items(ctx, &entered.account, &absent)? {
        let Some(day) = item.due.as_ref().and_then(|due| due.parse::<Date>().ok()) else { continue };
        let description = standing::description(ctx, &item);
        feed.push(ical::Item {
            uid: format!("{}-{}{}@{}", item.kind, item.id, standing::mark(&item), ctx.portal.plan.head.id),
            kind: ical::ItemKind::Event,
            day,
            summary: item.title,
            description,
            url: None,
            categories: vec![ctx.lang.word("todo", item.kind)],
            alarms: act::clock::reminder_days(day, &REMIND_DAYS),
        });
    }
    let stamp = jiff::Timestamp::from_second(now)?;
    let name = format!("{} · {}", ctx.lang.t("site.name"), entered.account.display);
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], ical::write_feed(&name, &feed, stamp)).into_response())
}
