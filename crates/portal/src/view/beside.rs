//! What stands beside a date of the plan: how far time and progress are, and what indicators and rules of its task say. That a
//! date was reported done and accepted is a person's word; the numbers of the same task stand next to it.

use judge::Outcome;
use maud::{Markup, html};
use plan::Task;
use serde::Serialize;

use crate::html::badge;
use crate::routes::Ctx;
use crate::view::indicator;

/// Beside one date.
#[derive(Debug, Serialize)]
pub(crate) struct Beside {
    /// Where progress is behind the time gone, by the default margin: both in per cent.
    at_risk: Option<AtRisk>,
    /// Indicators with a target for the year of the date, and how they stand to it.
    indicators: Vec<OfIndicator>,
    /// Rules of the task that something fails now.
    failing: Vec<OfRule>,
}

#[derive(Debug, Serialize)]
struct AtRisk {
    time_gone_pct: String,
    progress_pct: String,
}

#[derive(Debug, Serialize)]
struct OfIndicator {
    id: String,
    name: String,
    outcome: Outcome,
}

#[derive(Debug, Serialize)]
struct OfRule {
    id: String,
    title: String,
    subjects: usize,
}

/// What stands beside a date, by its id, that is of a year.
pub(crate) fn of(ctx: &Ctx, task: &Task, deadline: &str, year: i16) -> Beside {
    let plan = &ctx.portal.plan;
    let facts = ctx.snapshot.of_subject("deadline", deadline).next_back().map(|judged| &judged.verdict.facts);
    let fact = |name: &str| facts.and_then(|facts| facts.get(name)).cloned();
    let at_risk = || Some(AtRisk { time_gone_pct: fact("time_gone_pct")?, progress_pct: fact("progress_pct")? });
    let targets = task.target.iter().filter(|target| target.year.is_none_or(|own| own == year));
    let mut indicators: Vec<&str> = targets.filter_map(|target| target.indicator.as_ref()).map(|name| name.get_ref().as_str()).collect();
    indicators.dedup();
    let of_indicator = |id: &str| {
        let own = plan.indicator(id)?;
        Some(OfIndicator { id: id.to_owned(), name: ctx.lang.pick(&own.name).to_owned(), outcome: indicator::outcome(ctx, own) })
    };
    let rules = plan.rules.iter().filter(|rule| rule.tasks.iter().any(|name| name.get_ref() == task.id.get_ref()));
    let failing = rules.filter_map(|rule| {
        let id = rule.id.get_ref();
        let subjects = ctx.snapshot.failing_of(id).len();
        (subjects != 0).then(|| OfRule { id: id.clone(), title: ctx.lang.pick(&rule.title).to_owned(), subjects })
    });
    Beside {
        at_risk: if fact("pace").as_deref() == Some("at_risk") { at_risk() } else { None },
        indicators: indicators.into_iter().filter_map(of_indicator).collect(),
        failing: failing.collect(),
    }
}

/// In words, below the statuses of the date.
pub(crate) fn draw(ctx: &Ctx, beside: &Beside) -> Markup {
    let lang = ctx.lang;
    html! {
        @if let Some(own) = &beside.at_risk {
            p { span.tag { (lang.fill("plan.at_risk", &[("gone", &own.time_gone_pct), ("progress", &own.progress_pct)])) } }
        }
        @if !beside.indicators.is_empty() || !beside.failing.is_empty() {
            p.muted { (lang.t("plan.beside")) }
            ul.plain {
                @for own in &beside.indicators {
                    li { a href=(ctx.href(&format!("indicators/{}", own.id))) { (own.id) " " (own.name) } " " (badge::outcome(lang, own.outcome)) }
                }
                @for own in &beside.failing {
                    li { a href=(ctx.href(&format!("rules/{}", own.id))) { (own.title) } ": " (lang.fill("plan.failing_now", &[("n", &own.subjects.to_string())])) }
                }
            }
        }
    }
}
