//! Rules: the card of each, its SQL, its numbers with their source, and how it came out. The law of the city can be read.

use std::collections::BTreeMap;

use axum::response::Response;
use judge::Outcome;
use maud::{Markup, html};
use plan::Rule;
use serde::Serialize;

use crate::error::PageError;
use crate::routes::Ctx;
use crate::view::{answer, frame};

#[derive(Serialize)]
struct Row {
    id: String,
    title: String,
    mechanisms: Vec<String>,
    tasks: Vec<String>,
    subject: String,
    severity: String,
    outcomes: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct Card<'a> {
    #[serde(flatten)]
    row: Row,
    card: &'a plan::schema::Card,
    parameters: &'a [plan::Parameter],
    sql: &'a str,
    digest_of_pack: &'a str,
}

fn row(ctx: &Ctx, rule: &Rule) -> Row {
    let mut outcomes: BTreeMap<&'static str, usize> = BTreeMap::new();
    for judged in ctx.snapshot.verdicts.iter().filter(|judged| judged.verdict.rule == *rule.id.get_ref()) {
        *outcomes.entry(judged.verdict.outcome.id()).or_default() += 1;
    }
    Row {
        id: rule.id.get_ref().clone(),
        title: ctx.lang.pick(&rule.title).to_owned(),
        mechanisms: rule.mechanisms.clone(),
        tasks: rule.tasks.iter().map(|task| task.get_ref().clone()).collect(),
        subject: rule.subject.get_ref().clone(),
        severity: rule.severity.clone(),
        outcomes,
    }
}

/// `/rules`
pub(crate) fn respond(ctx: &Ctx) -> Response {
    let rows: Vec<Row> = ctx.portal.plan.rules.iter().map(|rule| row(ctx, rule)).collect();
    let csv = rows.iter().map(|row| {
        let own =
            [row.id.clone(), row.title.clone(), row.mechanisms.join(" "), row.tasks.join(" "), row.subject.clone(), row.severity.clone()];
        let n = |outcome: Outcome| row.outcomes.get(outcome.id()).copied().unwrap_or(0).to_string();
        own.into_iter().chain(Outcome::ALL.into_iter().map(n)).collect::<Vec<String>>()
    });
    let csv = (
        &["id", "title", "mechanisms", "tasks", "subject", "severity", "fail", "undetermined", "pass", "not_applicable"][..],
        csv.collect(),
    );
    answer(ctx, frame(ctx, ctx.lang.t("menu.rules"), "rules", &["json", "csv"]), &rows, Some(csv), None, || draw(ctx, &rows))
}

fn draw(ctx: &Ctx, rows: &[Row]) -> Markup {
    let lang = ctx.lang;
    html! {
        h1 { (lang.fill("rule.sentence", &[("n", &rows.len().to_string())])) }
        p.muted { (lang.t("rule.note")) }
        div.scroll tabindex="0" role="region" aria-label=(lang.t("menu.rules")) {
            table {
                thead { tr { th { (lang.t("verdict.rule")) } th { (lang.t("rule.mechanisms")) } th { (lang.t("rule.tasks")) } @for outcome in Outcome::ALL { th.num { (judge::outcome_word(outcome, lang.id())) } } } }
                tbody { @for row in rows {
                    tr {
                        th scope="row" { a href=(ctx.href(&format!("rules/{}", row.id))) { (row.title) } }
                        td { (row.mechanisms.join(" ")) }
                        td { @for task in &row.tasks { a href=(ctx.href(&format!("plan/{task}"))) { (task) } " " } }
                        @for outcome in Outcome::ALL {
                            @let n = row.outcomes.get(outcome.id()).copied().unwrap_or(0);
                            td.num { @if n == 0 { "0" } @else { a href=(ctx.href(&format!("verdicts?rule={}&outcome={}", row.id, outcome.id()))) { (n) } } }
                        }
                    }
                } }
            }
        }
    }
}

/// `/rules/ID`
pub(crate) fn respond_one(ctx: &Ctx, id: &str) -> Result<Response, PageError> {
    let rule = ctx.portal.plan.rule(id).ok_or(PageError::NotFound)?;
    let card = Card {
        row: row(ctx, rule),
        card: &rule.card,
        parameters: &rule.parameter,
        sql: rule.sql.get_ref(),
        digest_of_pack: &ctx.portal.plan.digest,
    };
    let numbers = rule.parameter.iter().map(|own| {
        let source = ctx.lang.pick(&own.source).to_owned();
        vec![own.name.clone(), own.value.to_string(), own.from.map_or_else(String::new, |day| day.to_string()), source, own.sure.clone()]
    });
    let csv = (&["name", "value", "from", "source", "sure"][..], numbers.collect());
    Ok(answer(ctx, frame(ctx, &card.row.title, "rules", &["json", "csv"]), &card, Some(csv), None, || draw_one(ctx, rule, &card)))
}

fn draw_one(ctx: &Ctx, rule: &Rule, view: &Card<'_>) -> Markup {
    let lang = ctx.lang;
    let part = |key, text: &plan::Text| html! { div { dt { (lang.t(key)) } dd { (lang.pick(text)) } } };
    html! {
        p.eyebrow { a href=(ctx.href("rules")) { (lang.t("menu.rules")) } " › " (view.row.mechanisms.join(" ")) }
        h1 { (view.row.title) }
        p { (lang.pick(&view.card.what)) }
        ul.counts { @for outcome in Outcome::ALL {
            li { a href=(ctx.href(&format!("verdicts?rule={}&outcome={}", view.row.id, outcome.id()))) { strong { (view.row.outcomes.get(outcome.id()).copied().unwrap_or(0)) } " " (judge::outcome_word(outcome, lang.id())) } }
        } }
        dl.card {
            (part("rule.why", &view.card.why)) (part("rule.example", &view.card.example)) (part("rule.limits", &view.card.limits))
            div { dt { (lang.t("rule.sure")) } dd { (lang.word("sure", &view.card.sure)) } }
            @if !view.row.tasks.is_empty() { div { dt { (lang.t("rule.clause")) } dd { @for task in &view.row.tasks { a href=(ctx.href(&format!("plan/{task}"))) { (task) } " " } } } }
            @if let Some(clause) = &rule.clause { (part("rule.clause", clause)) }
        }
        @if !rule.parameter.is_empty() {
            h2 { (lang.t("rule.parameters")) }
            div.scroll tabindex="0" role="region" aria-label=(lang.t("rule.parameters")) { table {
                thead { tr { th { (lang.t("rule.name")) } th.num { (lang.t("item.value")) } th { (lang.t("rule.from")) } th { (lang.t("section.source")) } th { (lang.t("rule.sure")) } } }
                tbody { @for parameter in &rule.parameter { tr { td { code { "$" (parameter.name) } } td.num { (parameter.value) } td { (parameter.from.map_or_else(|| "–".to_owned(), |day| day.to_string())) } td { (lang.pick(&parameter.source)) } td { (lang.word("sure", &parameter.sure)) } } } }
            } }
        }
        h2 { "SQL" }
        pre tabindex="0" { code { (view.sql.trim()) } }
        @if let Some(sql) = &rule.inputs_sql { h2 { (lang.t("rule.inputs")) } pre tabindex="0" { code { (sql.get_ref().trim()) } } }
    }
}
