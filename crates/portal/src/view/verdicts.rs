//! Verdicts: everything the last judgement said, with filters in the address.

use axum::response::Response;
use judge::Outcome;
use maud::{Markup, html};
use serde::Serialize;

use crate::error::PageError;
use crate::routes::Ctx;
use crate::view::{VerdictRow, answer, frame, verdict_list};

/// Rows on a page; the data forms have them all.
const PAGE: usize = 100;

#[derive(Serialize)]
struct View {
    as_of: String,
    total: usize,
    counts: Vec<(Outcome, usize)>,
    verdicts: Vec<VerdictRow>,
}

pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    let outcome = ctx.asked("outcome").map(str::parse::<Outcome>).transpose().map_err(PageError::BadRequest)?;
    let rule = ctx.asked("rule");
    if let Some(rule) = rule.filter(|rule| ctx.portal.plan.rule(rule).is_none()) {
        return Err(PageError::BadRequest(format!("rule=`{rule}` is no rule of the plan pack")));
    }
    let page: usize = ctx
        .asked("page")
        .map_or(Ok(1), str::parse)
        .ok()
        .filter(|page| 0 < *page)
        .ok_or_else(|| PageError::BadRequest("page: expected a number from 1".to_owned()))?;
    let mut found: Vec<&crate::snapshot::Judged> = ctx
        .snapshot
        .verdicts
        .iter()
        .filter(|judged| {
            rule.is_none_or(|rule| judged.verdict.rule == rule)
                && ctx.asked("subject").is_none_or(|subject| judged.verdict.subject == subject)
                && ctx.asked("period").is_none_or(|period| judged.verdict.period == period)
        })
        .collect();
    let counts = Outcome::ALL
        .into_iter()
        .map(|outcome| (outcome, found.iter().filter(|judged| judged.verdict.outcome == outcome).count()))
        .collect();
    found.retain(|judged| outcome.is_none_or(|outcome| judged.verdict.outcome == outcome));
    found.sort_by(|a, b| {
        b.verdict
            .period
            .cmp(&a.verdict.period)
            .then_with(|| a.verdict.rule.cmp(&b.verdict.rule))
            .then_with(|| a.verdict.subject.cmp(&b.verdict.subject))
    });
    let total = found.len();
    let html_only = ctx.format == crate::format::Format::Html;
    let (skip, take) = if html_only { ((page - 1).saturating_mul(PAGE), PAGE) } else { (0, usize::MAX) };
    let verdicts: Vec<VerdictRow> = found.into_iter().skip(skip).take(take).map(|judged| VerdictRow::new(ctx, judged)).collect();
    let view = View { as_of: ctx.portal.settings.as_of.to_string(), total, counts, verdicts };
    let csv = (VerdictRow::CSV, view.verdicts.iter().map(VerdictRow::csv).collect());
    Ok(answer(ctx, frame(ctx, ctx.lang.t("menu.verdicts"), "verdicts", &["json", "csv"]), &view, Some(csv), None, || {
        draw(ctx, &view, page)
    }))
}

fn draw(ctx: &Ctx, view: &View, page: usize) -> Markup {
    let lang = ctx.lang;
    let with = |name: &str, value: &str| {
        let kept = ctx
            .query
            .iter()
            .filter(|(key, _)| key.as_str() != name && key.as_str() != "page")
            .map(|(key, value)| format!("{key}={}", super::water::encode(value)));
        ctx.href(&format!("verdicts?{}", kept.chain([format!("{name}={value}")]).collect::<Vec<_>>().join("&")))
    };
    html! {
        h1 { (lang.fill("verdict.sentence", &[("n", &view.total.to_string())])) }
        p.muted { (lang.fill("home.as_of", &[("day", &view.as_of)])) " " (lang.t("verdict.note")) }
        ul.counts { @for (outcome, n) in &view.counts { li { a href=(with("outcome", outcome.id())) aria-current=[(ctx.asked("outcome") == Some(outcome.id())).then_some("true")] { strong { (n) } " " (judge::outcome_word(*outcome, lang.id())) } } } }
        form.filters method="get" action=(ctx.href("verdicts")) {
            div {
                label for="rule" { (lang.t("verdict.rule")) }
                select id="rule" name="rule" {
                    option value="" { (lang.t("filter.all")) }
                    @for rule in &ctx.portal.plan.rules { option value=(rule.id.get_ref()) selected[ctx.asked("rule") == Some(rule.id.get_ref())] { (lang.pick(&rule.title)) } }
                }
            }
            div {
                label for="outcome" { (lang.t("water.outcome")) }
                select id="outcome" name="outcome" {
                    option value="" { (lang.t("filter.all")) }
                    @for outcome in Outcome::ALL { option value=(outcome.id()) selected[ctx.asked("outcome") == Some(outcome.id())] { (judge::outcome_word(outcome, lang.id())) } }
                }
            }
            @if let Some(subject) = ctx.asked("subject") { input type="hidden" name="subject" value=(subject); }
            button type="submit" { (lang.t("filter.apply")) }
            @if !ctx.query.is_empty() { a href=(ctx.href("verdicts")) { (lang.t("filter.clear")) } }
        }
        (verdict_list(ctx, &view.verdicts))
        nav.pages aria-label=(lang.t("verdict.pages")) {
            @if 1 < page { a href=(with("page", &(page - 1).to_string())) rel="prev" { (lang.t("verdict.previous")) } " " }
            @if page * PAGE < view.total { a href=(with("page", &(page + 1).to_string())) rel="next" { (lang.t("verdict.next")) } }
        }
    }
}
