//! A year of an assessment: every unit with score and grade, the editions, and what changed since the last one.

use act::assessment::{Difference, difference, ready};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use facts::edition::Edition;
use maud::{Markup, html};
use plan::Power;
use serde::Serialize;

use super::{CSV, Shown, assumed, changes, csv_rows, finding, grade_title, published_on, read, score_text, shown};
use crate::error::PageError;
use crate::format::Format;
use crate::html::badge;
use crate::routes::Ctx;
use crate::view::{answer, frame};

#[derive(Serialize)]
struct View<'a> {
    title: &'a str,
    published: bool,
    result: &'a act::assessment::Scored,
    editions: &'a [Edition],
    /// Against the last edition.
    difference: Option<Difference>,
    /// Rules and units that stand in the way of publishing.
    not_ready: Vec<String>,
}

/// `/assessments/ID/YEAR`
pub(crate) fn respond(ctx: &Ctx, id: &str, year: &str) -> Result<Response, PageError> {
    let shown = shown(ctx, id, year)?;
    // A published edition is what was published, byte for byte.
    if let (Some(edition), Format::Json) = (&shown.edition, ctx.format) {
        return Ok(([(header::CONTENT_TYPE, "application/json")], edition.content.clone()).into_response());
    }
    let last = shown.editions.last().filter(|_| shown.edition.is_none());
    let view = View {
        title: ctx.lang.pick(&shown.assessment.title),
        published: shown.edition.is_some(),
        result: &shown.scored,
        editions: &shown.editions,
        difference: last.map(read).transpose()?.map(|last| difference(&last, &shown.scored)),
        not_ready: if shown.edition.is_none() { ready(shown.assessment, &shown.scored, finding(ctx)) } else { Vec::new() },
    };
    let title = format!("{} {}", view.title, shown.year);
    let csv = (CSV, csv_rows(&shown));
    Ok(answer(ctx, frame(ctx, &title, "assessments", &["json", "csv"]), &view, Some(csv), None, || draw(ctx, &shown, &view)))
}

fn draw(ctx: &Ctx, shown: &Shown<'_>, view: &View<'_>) -> Markup {
    let lang = ctx.lang;
    let units = &shown.scored.units;
    let graded = units.iter().filter(|unit| unit.grade.is_some()).count();
    let digits = shown.assessment.digits;
    html! {
        p.eyebrow { a href=(ctx.href("assessments")) { (lang.t("assessment.title")) } }
        h1 { (lang.fill("assessment.sentence", &[("title", view.title), ("year", &shown.year.to_string()), ("n", &units.len().to_string()), ("graded", &graded.to_string())])) }
        p { strong { (shown.state(ctx)) } @if units.iter().any(|unit| unit.assumed) { " " (lang.t("assessment.assumed_note")) } }
        p { (lang.pick(&shown.assessment.card.what)) }
        div.scroll tabindex="0" role="region" aria-label=(lang.t("assessment.grades")) { table {
            thead { tr {
                th.num { (lang.t("assessment.rank")) } th { (lang.t("assessment.unit")) } th { (lang.t("assessment.grade")) } th.num { (lang.t("assessment.score")) }
                @for sheet in &shown.assessment.sheet { th.num { (lang.pick(&sheet.title)) } }
                th { (lang.t("assessment.remarks")) }
            } }
            tbody { @for unit in units { tr {
                td.num { @if let Some(rank) = unit.rank { (rank) } @else { "–" } }
                th scope="row" { a href=(shown.href(ctx, &format!("/{}", unit.unit))) { (ctx.portal.plan.unit_name(&unit.unit, lang.id())) } }
                td { (grade_title(ctx, shown.assessment, unit.grade.as_deref())) }
                td.num { (score_text(unit.score, digits)) }
                @for sheet in &shown.assessment.sheet {
                    @let own = unit.sheets.iter().find(|own| own.id == *sheet.id.get_ref());
                    td.num { (score_text(own.and_then(|own| own.score), digits)) @if let Some(own) = own { " " span.muted { (lang.fill("assessment.counted", &[("counted", &own.counted.to_string())])) } } }
                }
                td {
                    @if unit.floor { span.tag { (lang.t("assessment.floor")) } " " }
                    @if !unit.vetoes.is_empty() { span.tag { (lang.t("assessment.veto")) } " " }
                    (assumed(ctx, unit.assumed)) " " (badge::made_up(lang, unit.made_up))
                }
            } } }
        } }
        (limits(ctx, shown))
        @if let Some(difference) = &view.difference { (changes::draw(ctx, shown.assessment, difference)) }
        (editions(ctx, shown))
        (publish_form(ctx, shown, view))
    }
}

/// Where grades begin, and how sure that is.
fn limits(ctx: &Ctx, shown: &Shown<'_>) -> Markup {
    let lang = ctx.lang;
    html! {
        section aria-labelledby="limits-title" {
            h2 id="limits-title" { (lang.t("assessment.limits")) }
            ul.list {
                @for band in &shown.assessment.band { li { (lang.pick(&band.title)) " ≥ " (band.from) " (" (lang.word("sure", band.sure.id())) ")" @if let Some(factor) = band.allocation { " · " (lang.t("assessment.allocation")) " " (factor) } } }
                @if let Some(floor) = &shown.assessment.floor { li { (lang.fill("assessment.floor_rule", &[("score", &floor.score.to_string())])) " (" (lang.word("sure", floor.sure.id())) ")" } }
                @if let Some(veto) = &shown.assessment.veto { li { (lang.t("assessment.veto_rule")) " " (lang.pick(&veto.clause)) " (" (lang.word("sure", veto.sure.id())) ")" } }
            }
            @if !shown.assessment.parameter.is_empty() { ul.list { @for own in &shown.assessment.parameter { li { code { "$" (own.name) } " = " (own.value) @if let Some(from) = own.from { " · " (lang.t("rule.from")) " " (from) } " · " (lang.pick(&own.source)) " (" (lang.word("sure", &own.sure)) ")" } } } }
        }
    }
}

fn editions(ctx: &Ctx, shown: &Shown<'_>) -> Markup {
    let lang = ctx.lang;
    let address = format!("assessments/{}/{}", shown.assessment.id.get_ref(), shown.year);
    html! {
        section aria-labelledby="editions-title" {
            h2 id="editions-title" { (lang.t("assessment.editions")) }
            ul.list {
                @for edition in &shown.editions {
                    li {
                        a href=(ctx.href(&format!("{address}?edition={}", edition.number))) { (lang.fill("assessment.published", &[("n", &edition.number.to_string()), ("day", &published_on(edition))])) }
                        " " code { (edition.digest.get(..12).unwrap_or(&edition.digest)) } @if !edition.note.is_empty() { " " (edition.note) }
                    }
                }
                li { a href=(ctx.href(&address)) { (lang.t("assessment.now")) } }
            }
        }
    }
}

fn publish_form(ctx: &Ctx, shown: &Shown<'_>, view: &View<'_>) -> Markup {
    let lang = ctx.lang;
    let may = ctx.viewer.as_ref().filter(|viewer| viewer.person().has(&ctx.portal.plan, Power::Publish).is_ok());
    let same = view.difference.as_ref().is_some_and(|difference| difference.units.is_empty());
    html! {
        @if let Some(viewer) = may.filter(|_| shown.edition.is_none()) {
            section aria-labelledby="publish-title" {
                h2 id="publish-title" { (lang.t("assessment.publish")) }
                @if !view.not_ready.is_empty() {
                    p { (lang.t("assessment.not_ready")) }
                    ul.list { @for missing in &view.not_ready { li { (missing_text(ctx, missing, shown.year)) } } }
                } @else if same { p.muted { (lang.t("assessment.same")) } } @else {
                    form.entry method="post" action=(ctx.href(&format!("assessments/{}/{}/publish", shown.assessment.id.get_ref(), shown.year))) {
                        (viewer.form_fields())
                        div.field { label for="note" { (lang.t("assessment.note_label")) } input type="text" id="note" name="note" required[!shown.editions.is_empty()]; }
                        p { button type="submit" { (lang.t("assessment.publish")) } }
                    }
                }
            }
        }
    }
}

/// `rule unit` as a sentence that leads to its why, where there is a verdict.
fn missing_text(ctx: &Ctx, missing: &str, year: i16) -> Markup {
    let (rule, unit) = missing.split_once(' ').unwrap_or((missing, ""));
    let judged = ctx.snapshot.verdict_of(rule, unit, &format!("{year:04}"));
    html! {
        @match judged {
            Some(judged) => { a href=(ctx.href(&format!("why/{}", judged.verdict.id))) { (ctx.lang.pick(&judged.sentence)) } },
            None => { (ctx.portal.plan.unit_name(unit, ctx.lang.id())) ": " code { (rule) } },
        }
    }
}
