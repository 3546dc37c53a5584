//! What changed since the last edition, unit by unit and item by item, with the verdicts it changed because of.

use act::assessment::{Difference, ItemDifference, UnitDifference, VerdictDifference};
use judge::Outcome;
use maud::{Markup, html};
use plan::schema::Assessment;

use super::{grade_title, item_title, score_text};
use crate::routes::Ctx;

pub(super) fn draw(ctx: &Ctx, assessment: &Assessment, difference: &Difference) -> Markup {
    let lang = ctx.lang;
    html! {
        section aria-labelledby="changes-title" {
            h2 id="changes-title" { (lang.t("assessment.changes")) }
            @if difference.units.is_empty() { p.muted { (lang.t("assessment.same")) } }
            @for unit in &difference.units { (of_unit(ctx, assessment, unit)) }
        }
    }
}

fn of_unit(ctx: &Ctx, assessment: &Assessment, unit: &UnitDifference) -> Markup {
    let lang = ctx.lang;
    let digits = assessment.digits;
    html! {
        h3 { (ctx.portal.plan.unit_name(&unit.unit, lang.id())) }
        p {
            (lang.t("assessment.score")) " " (score_text(unit.score.before, digits)) " → " strong { (score_text(unit.score.after, digits)) }
            " · " (lang.t("assessment.grade")) " " (grade_title(ctx, assessment, unit.grade.before.as_deref())) " → " strong { (grade_title(ctx, assessment, unit.grade.after.as_deref())) }
            @if unit.floor.before != unit.floor.after { " · " (lang.t("assessment.floor")) " " (yes(ctx, unit.floor.before)) " → " (yes(ctx, unit.floor.after)) }
            @if unit.vetoes.before != unit.vetoes.after { " · " (lang.t("assessment.veto")) " " (unit.vetoes.before.join("; ")) " → " (unit.vetoes.after.join("; ")) }
        }
        ul.list { @for item in &unit.items { (of_item(ctx, assessment, item)) } }
    }
}

fn of_item(ctx: &Ctx, assessment: &Assessment, item: &ItemDifference) -> Markup {
    let lang = ctx.lang;
    let digits = assessment.digits;
    html! {
        li {
            (item_title(ctx, assessment, &item.item)) ": " (score_text(item.score.before, digits)) " → " (score_text(item.score.after, digits))
            @if item.points.before != item.points.after { " · " (lang.t("assessment.points")) " " (item.points.before) " → " (item.points.after) }
            @if !item.verdicts.is_empty() { ul.list { @for own in &item.verdicts { li { (of_verdict(ctx, own)) } } } }
        }
    }
}

fn of_verdict(ctx: &Ctx, own: &VerdictDifference) -> Markup {
    let lang = ctx.lang;
    let rule = ctx.portal.plan.rule(&own.rule).map_or(own.rule.as_str(), |rule| lang.pick(&rule.title));
    let subject = ctx.snapshot.verdict(&own.verdict).map_or(own.subject.as_str(), |judged| lang.pick(&judged.subject_name));
    let word =
        |outcome: Option<Outcome>| outcome.map_or_else(|| "–".to_owned(), |outcome| judge::outcome_word(outcome, lang.id()).to_owned());
    html! {
        a href=(ctx.href(&format!("why/{}", own.verdict))) { (rule) " · " (subject) " · " (own.period) } ": "
        @if own.said.before == own.said.after { (word(own.said.after)) " (" (lang.t("assessment.same_outcome")) ")" } @else { (word(own.said.before)) " → " strong { (word(own.said.after)) } }
    }
}

fn yes(ctx: &Ctx, is: bool) -> &'static str {
    ctx.lang.t(if is { "boolean.true" } else { "boolean.false" })
}
