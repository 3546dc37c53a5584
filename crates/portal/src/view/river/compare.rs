//! Two runs of a model side by side: each a kept run by its id, or what stands in an address; empty is the river as registered.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use judge::river::{Found, Model};
use maud::html;
use serde::Serialize;
use standards::Decimal;

use super::{or_dash, run};
use crate::error::PageError;
use crate::routes::Ctx;
use crate::view::{answer, frame};

/// Letters from which on a word is the id of a kept run.
const ID_LETTERS: usize = 12;

#[derive(Serialize)]
struct View {
    model: Model,
    a: Side,
    b: Side,
    unit: &'static str,
    rows: Vec<Row>,
    assumed: bool,
    made_up: bool,
}

#[derive(Serialize)]
struct Side {
    run: String,
    asked: String,
}

#[derive(Serialize)]
struct Row {
    id: String,
    name_zh: String,
    name_en: String,
    a: Option<Decimal>,
    b: Option<Decimal>,
    difference: Option<Decimal>,
}

pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    let model: Model = ctx.asked("model").unwrap_or("steady").parse().map_err(super::said)?;
    if super::is_empty(ctx)? {
        return Ok(super::nothing(ctx));
    }
    let (a, of_a) = side(ctx, model, ctx.asked("a").unwrap_or_default())?;
    let (b, of_b) = side(ctx, model, ctx.asked("b").unwrap_or_default())?;
    let (values_a, values_b) = (values(&of_a), values(&of_b));
    let ids: BTreeSet<&String> = values_a.keys().chain(values_b.keys()).collect();
    let mut rows = Vec::new();
    for id in ids {
        let (left, right) = (values_a.get(id), values_b.get(id));
        let Some((name_zh, name_en, _)) = left.or(right) else { continue };
        let (left, right) = (left.and_then(|row| row.2), right.and_then(|row| row.2));
        let difference = left.zip(right).map(|(left, right)| right - left);
        rows.push(Row { id: id.clone(), name_zh: name_zh.clone(), name_en: name_en.clone(), a: left, b: right, difference });
    }
    let unit = match model {
        Model::Steady => "mg/L",
        Model::Capacity => "t/a",
        Model::Ecoflow => "%",
    };
    let view = View { model, a, b, unit, rows, assumed: of_a.assumed() || of_b.assumed(), made_up: of_a.made_up() || of_b.made_up() };
    let cells = |row: &Row| {
        let text = |value: Option<Decimal>| value.map_or_else(String::new, |value| value.to_string());
        vec![row.id.clone(), row.name_zh.clone(), row.name_en.clone(), text(row.a), text(row.b), text(row.difference)]
    };
    let csv = (&["id", "name_zh", "name_en", "a", "b", "difference"][..], view.rows.iter().map(cells).collect());
    let lang = ctx.lang;
    let page = frame(ctx, lang.t("river.compare"), "river", &["json", "csv"]);
    Ok(answer(ctx, page, &view, Some(csv), None, || {
        html! {
            p.eyebrow { a href=(ctx.href("river")) { (lang.t("river.title")) } " › " a href=(ctx.href(&format!("river/{}", model.id()))) { (lang.word("river", model.id())) } }
            h1 { (lang.t("river.compare")) ": " (lang.word("river", model.id())) }
            (super::marks(ctx, &of_b))
            form.filters method="get" action=(ctx.href("river/compare")) {
                input type="hidden" name="model" value=(model.id());
                div { label for="a" { "A" } input id="a" name="a" value=(ctx.asked("a").unwrap_or_default()); }
                div { label for="b" { "B" } input id="b" name="b" value=(ctx.asked("b").unwrap_or_default()); }
                button type="submit" { (lang.t("river.compare")) }
            }
            p.muted { (lang.t("river.compare_note")) }
            p { "A: " (view.a.asked) " " code { (view.a.run) } br; "B: " (view.b.asked) " " code { (view.b.run) } }
            div.scroll tabindex="0" role="region" aria-label=(lang.t("river.compare")) {
                table {
                    thead { tr { th { (lang.word("river", &format!("compared_{}", model.id()))) } th.num { "A " (view.unit) } th.num { "B " (view.unit) } th.num { "B − A" } } }
                    tbody { @for row in &view.rows { tr { th scope="row" { (if lang == crate::lang::Lang::Zh { &row.name_zh } else { &row.name_en }) } td.num { (or_dash(row.a)) } td.num { (or_dash(row.b)) } td.num { (or_dash(row.difference)) } } } }
                }
            }
        }
    }))
}

/// A side: a kept run, or a run of what stands in an address.
fn side(ctx: &Ctx, model: Model, text: &str) -> Result<(Side, Found), PageError> {
    let is_id = ID_LETTERS <= text.len() && text.chars().all(|letter| letter.is_ascii_hexdigit());
    if is_id {
        let kept = ctx.portal.store.model_run(text)?.filter(|kept| kept.kind == model.id()).ok_or(PageError::NotFound)?;
        let found = Found::read(model, &kept.result).map_err(super::said)?;
        return Ok((Side { run: kept.id, asked: String::new() }, found));
    }
    let given: BTreeMap<String, String> =
        serde_urlencoded::from_str(text).map_err(|error| PageError::BadRequest(format!("`{text}`: {error}")))?;
    let (run, asked) = run(ctx, model, given)?;
    let words: Vec<String> = asked.given().iter().map(|(id, value)| format!("{id}={value}")).collect();
    Ok((Side { run: run.id, asked: words.join(", ") }, run.found))
}

/// The figure of each row that is compared: mg/L of sections, t/a left of reaches, per cent kept of gauges.
fn values(found: &Found) -> BTreeMap<String, (String, String, Option<Decimal>)> {
    let mut values = BTreeMap::new();
    let mut put = |named: &judge::river::Named, value: Option<Decimal>| {
        values.insert(named.id.clone(), (named.zh.clone(), named.en.clone(), value));
    };
    match found {
        Found::Steady(found) => found.sections.iter().for_each(|row| put(&row.name, Some(row.mg_l))),
        Found::Capacity(found) => found.zones.iter().for_each(|row| put(&row.name, Some(row.left_t_a))),
        Found::Ecoflow(found) => found.gauges.iter().for_each(|row| put(&row.name, row.kept_percent)),
    }
    values
}
