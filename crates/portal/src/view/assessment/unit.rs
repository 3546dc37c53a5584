//! The score sheet of one unit: item by item, each with the verdicts it rests on.

use act::assessment::{Evidence, ItemScore, UnitScore};
use axum::response::Response;
use maud::{Markup, html};
use plan::Text;
use serde::Serialize;

use super::{CSV, Shown, assumed, csv_rows, grade_title, item, item_title, score_text, shown};
use crate::error::PageError;
use crate::html::badge;
use crate::routes::Ctx;
use crate::view::{answer, frame};

#[derive(Serialize)]
struct View<'a> {
    name: &'a str,
    year: i16,
    edition: Option<i64>,
    result: &'a UnitScore,
}

/// `/assessments/ID/YEAR/UNIT`
pub(crate) fn respond(ctx: &Ctx, id: &str, year: &str, unit: &str) -> Result<Response, PageError> {
    let shown = shown(ctx, id, year)?;
    let result = shown.scored.units.iter().find(|own| own.unit == unit).ok_or(PageError::NotFound)?;
    let view = View {
        name: ctx.portal.plan.unit_name(unit, ctx.lang.id()),
        year: shown.year,
        edition: shown.edition.as_ref().map(|edition| edition.number),
        result,
    };
    let title = format!("{} {} {}", ctx.lang.pick(&shown.assessment.title), shown.year, view.name);
    let rows: Vec<Vec<String>> = csv_rows(&shown).into_iter().filter(|row| row.first().is_some_and(|own| own == unit)).collect();
    let page = frame(ctx, &title, "assessments", &["json", "csv"]);
    Ok(answer(ctx, page, &view, Some((CSV, rows)), None, || draw(ctx, &shown, &view)))
}

fn draw(ctx: &Ctx, shown: &Shown<'_>, view: &View<'_>) -> Markup {
    let lang = ctx.lang;
    let unit = view.result;
    let digits = shown.assessment.digits;
    let score = score_text(unit.score, digits);
    let grade = grade_title(ctx, shown.assessment, unit.grade.as_deref());
    let nothing = Text::default();
    html! {
        p.eyebrow { a href=(ctx.href("assessments")) { (lang.t("assessment.title")) } " › " a href=(shown.href(ctx, "")) { (lang.pick(&shown.assessment.title)) " " (shown.year) } }
        h1 { (lang.fill("assessment.unit_sentence", &[("unit", view.name), ("year", &shown.year.to_string()), ("score", &score), ("grade", grade)])) }
        p { strong { (shown.state(ctx)) } " " (assumed(ctx, unit.assumed)) " " (badge::made_up(lang, unit.made_up)) }
        @if unit.floor { p { (lang.t("assessment.floor")) " (" (grade_title(ctx, shown.assessment, unit.grade_by_score.as_deref())) ")" } }
        @if !unit.vetoes.is_empty() {
            ul.list { @for veto in &unit.vetoes { li { (lang.t("assessment.veto")) ": " (veto.reason) " " @if let Some(own) = &veto.evidence { (evidence(ctx, own)) } } } }
        }
        @for own in &unit.sheets {
            @let sheet = shown.assessment.sheet.iter().find(|sheet| *sheet.id.get_ref() == own.id);
            @let title = sheet.map_or(own.id.as_str(), |sheet| lang.pick(&sheet.title));
            h2 { (title) ": " (score_text(own.score, digits)) " / " (own.points) }
            @let left_out = own.items.iter().any(|item| item.score.is_none());
            @if left_out { p.muted { (lang.fill("assessment.counted", &[("counted", &own.counted.to_string())])) } }
            (table(ctx, shown, title, &own.items, &nothing))
        }
        @if !unit.extra.is_empty() {
            h2 { (lang.t("assessment.extra")) }
            (table(ctx, shown, lang.t("assessment.extra"), &unit.extra, &nothing))
        }
    }
}

fn table(ctx: &Ctx, shown: &Shown<'_>, title: &str, items: &[ItemScore], nothing: &Text) -> Markup {
    let lang = ctx.lang;
    html! {
        div.scroll tabindex="0" role="region" aria-label=(title) { table {
            thead { tr { th { (lang.t("assessment.item")) } th.num { (lang.t("assessment.points")) } th.num { (lang.t("assessment.share")) } th.num { (lang.t("assessment.score")) } th { (lang.t("assessment.evidence")) } } }
            tbody { @for own in items { tr {
                @let of_pack = item(shown.assessment, &own.id);
                th scope="row" { (item_title(ctx, shown.assessment, &own.id)) " " (assumed(ctx, own.assumed)) " " (badge::made_up(lang, own.made_up)) p.muted { (lang.pick(of_pack.map_or(nothing, |item| &item.clause))) } }
                td.num { (own.points) @if let Some(of_pack) = of_pack { " (" (lang.word("sure", of_pack.points_mark.id())) ")" } }
                td.num { @if let (Some(ok), Some(total)) = (own.ok, own.total) { (ok) " / " (total) } @else { "–" } }
                td.num { @if own.score.is_some() { (score_text(own.score, shown.assessment.digits)) } @else { (lang.t("assessment.left_out")) } }
                td {
                    @if 0 < own.deducted { p { (lang.fill("assessment.deducted", &[("n", &own.deducted.to_string())])) } }
                    @if own.evidence.is_empty() { span.muted { (lang.t("assessment.no_evidence")) } } @else {
                        details { summary { (lang.fill("assessment.verdicts", &[("n", &own.evidence.len().to_string())])) } ul.list { @for one in &own.evidence { li { (evidence(ctx, one)) } } } }
                    }
                }
            } } }
        } }
    }
}

/// A verdict as it was when the result was made, with the way to its why.
fn evidence(ctx: &Ctx, own: &Evidence) -> Markup {
    let lang = ctx.lang;
    let rule = ctx.portal.plan.rule(&own.rule).map_or(own.rule.as_str(), |rule| lang.pick(&rule.title));
    let subject = ctx.snapshot.verdict(&own.verdict).map_or(own.subject.as_str(), |judged| lang.pick(&judged.subject_name));
    html! {
        (badge::outcome(lang, own.outcome)) " "
        @if let Some(would_be) = own.would_be { span.wouldbe { (lang.t("verdict.would_be")) " " (judge::outcome_word(would_be, lang.id())) } " " }
        a href=(ctx.href(&format!("why/{}", own.verdict))) { (rule) " · " (subject) " · " (own.period) }
    }
}
