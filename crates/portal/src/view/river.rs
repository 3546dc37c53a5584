//! The river model: what it is made of, its runs with inputs that can be changed in the address, and two runs side by side.
//!
//! A page runs the model while it is asked for; it keeps nothing. What a page shows can be kept with `qingliu model`, under the
//! id that stands on the page, as long as the registers are as they were.

mod capacity;
mod chart;
mod compare;
mod ecoflow;
mod overview;
mod steady;

use std::collections::BTreeMap;

use axum::response::Response;
use facts::Entry;
use judge::river::{self, Asked, Found, Inputs, Model, Named, RiverError, Run, Tables, parameters};
use maud::{Markup, html};
use serde::Serialize;
use standards::{Decimal, Item};

use crate::error::PageError;
use crate::html::badge;
use crate::lang::Lang;
use crate::routes::Ctx;
use crate::view::{CsvTable, answer, frame, register, water};

pub(crate) use compare::respond as respond_compare;
pub(crate) use overview::respond;

/// A run as a page shows it.
#[derive(Serialize)]
struct View<'a> {
    as_of: String,
    run: &'a str,
    program: &'a str,
    model: Model,
    parameters: Vec<Asking<'a>>,
    result: &'a Found,
}

/// A parameter with its value and where that is from.
#[derive(Serialize)]
struct Asking<'a> {
    id: &'a str,
    value: &'a str,
    unit: &'a str,
    origin: &'static str,
    source: &'a str,
    sure: &'a str,
}

/// A model's page.
pub(crate) fn respond_model(ctx: &Ctx, model: &str) -> Result<Response, PageError> {
    let model: Model = model.parse().map_err(|_| PageError::NotFound)?;
    if is_empty(ctx)? {
        return Ok(nothing(ctx));
    }
    let (run, asked) = run(ctx, model, ctx.query.clone())?;
    let title = ctx.lang.word("river", model.id());
    let page = frame(ctx, &title, "river", &["json", "csv", "xlsx"]);
    let askings = parameters(model).map(|parameter| Asking {
        id: &parameter.id,
        value: asked.value(parameter),
        unit: &parameter.unit,
        origin: if asked.is_default(parameter) { "default" } else { "asked" },
        source: ctx.lang.pick(&parameter.source),
        sure: &parameter.sure,
    });
    let as_of = ctx.portal.settings.as_of.to_string();
    let view = View { as_of, run: &run.id, program: &run.program, model, parameters: askings.collect(), result: &run.found };
    let csv: CsvTable = match &run.found {
        Found::Steady(found) => steady::csv(found),
        Found::Capacity(found) => capacity::csv(found),
        Found::Ecoflow(found) => ecoflow::csv(found),
    };
    Ok(answer(ctx, page, &view, Some(csv), None, || draw(ctx, &run, &asked, &view)))
}

/// Whether no reach is on the register, so that there is no river to run a model on.
fn is_empty(ctx: &Ctx) -> Result<bool, PageError> {
    let is_kept = ctx.portal.plan.register("river_reach").is_some();
    Ok(!is_kept || register::entries(ctx, "river_reach")?.is_empty())
}

/// The page of a model where there is no river yet.
fn nothing(ctx: &Ctx) -> Response {
    let page = frame(ctx, ctx.lang.t("river.title"), "river", &["json", "csv"]);
    let csv: CsvTable = (&["id"][..], Vec::new());
    answer(ctx, page, &serde_json::json!({"reaches": []}), Some(csv), None, || {
        html! {
            p.eyebrow { a href=(ctx.href("river")) { (ctx.lang.t("river.title")) } }
            h1 { (ctx.lang.t("river.none")) }
            @if ctx.portal.plan.register("river_reach").is_some() { p { a href=(ctx.href("registers/river_reach")) { (ctx.lang.t("menu.registers")) } } }
        }
    })
}

fn draw(ctx: &Ctx, run: &Run, asked: &Asked, view: &View<'_>) -> Markup {
    let lang = ctx.lang;
    html! {
        p.eyebrow { a href=(ctx.href("river")) { (lang.t("river.title")) } }
        @match &run.found {
            Found::Steady(found) => { h1 { (steady::sentence(ctx, found)) } },
            Found::Capacity(found) => { h1 { (capacity::sentence(ctx, found)) } },
            Found::Ecoflow(found) => { h1 { (ecoflow::sentence(ctx, found)) } },
        }
        (marks(ctx, &run.found))
        (form(ctx, run.model, asked))
        @match &run.found {
            Found::Steady(found) => { (steady::draw(ctx, found)) },
            Found::Capacity(found) => { (capacity::draw(ctx, found)) },
            Found::Ecoflow(found) => { (ecoflow::draw(ctx, found)) },
        }
        h2 { (lang.t("river.why")) }
        p { (lang.word("river", &format!("formula_{}", run.model.id()))) }
        div.scroll tabindex="0" role="region" aria-label=(lang.t("river.parameters")) {
            table {
                thead { tr { th { (lang.t("river.parameter")) } th.num { (lang.t("river.value")) } th { (lang.t("river.unit")) } th { (lang.t("river.origin")) } th { (lang.t("river.source")) } } }
                tbody {
                    @for (row, parameter) in view.parameters.iter().zip(parameters(run.model)) {
                        tr {
                            td { (lang.pick(&parameter.label)) } td.num { (if row.value.is_empty() { "–" } else { row.value }) } td { (row.unit) }
                            td { (lang.word("river", &format!("origin_{}", row.origin))) @if row.origin == "default" && row.sure == "open" { " " span.uncertain { (lang.t("river.unsure")) } } }
                            td { (row.source) }
                        }
                    }
                }
            }
        }
        p.muted { (lang.t("river.run")) " " code { (run.id) } " · " (run.program) " · " (lang.t("river.keep")) " " code { "qingliu model " (run.model.id()) (set_words(asked)) } }
    }
}

/// What is typed to keep the run of the page.
fn set_words(asked: &Asked) -> String {
    asked.given().iter().map(|(id, value)| format!(" --set '{id}={value}'")).collect()
}

/// Runs a model over the registers. Of the address only what the model takes is taken.
fn run(ctx: &Ctx, model: Model, mut given: BTreeMap<String, String>) -> Result<(Run, Asked), PageError> {
    given.retain(|id, _| parameters(model).any(|parameter| parameter.id == *id));
    let asked = Asked::new(model, given).map_err(said)?;
    let inputs = Inputs { model, asked: asked.clone(), tables: tables(ctx)? };
    let run = river::run(&inputs).map_err(said)?;
    Ok((run, asked))
}

/// What keeps a model from running names places and numbers of public fields, so the visitor may read it.
fn said(error: RiverError) -> PageError {
    PageError::BadRequest(error.to_string())
}

fn tables(ctx: &Ctx) -> Result<Tables, PageError> {
    river::tables_of(&ctx.portal.plan, |kind| -> Result<Vec<Entry>, PageError> {
        Ok(register::entries(ctx, kind)?.iter().map(|entry| (**entry).clone()).collect())
    })
}

/// The form whose fields are the parameters; it works without scripts.
fn form(ctx: &Ctx, model: Model, asked: &Asked) -> Markup {
    let lang = ctx.lang;
    let compare = format!("river/compare?model={}&a=&b={}", model.id(), water::encode(&query(asked)));
    html! {
        form.filters method="get" action=(ctx.href(&format!("river/{}", model.id()))) {
            @for parameter in parameters(model) {
                @let value = asked.value(parameter);
                @let name = format!("p-{}", parameter.id);
                div {
                    label for=(name) { (lang.pick(&parameter.label)) @if !parameter.unit.is_empty() && parameter.unit != "1" { " (" (parameter.unit) ")" } }
                    @if parameter.choices.is_empty() {
                        input id=(name) name=(parameter.id) value=(value) title=(lang.pick(&parameter.source));
                    } @else {
                        select id=(name) name=(parameter.id) title=(lang.pick(&parameter.source)) {
                            @for choice in &parameter.choices { option value=(choice) selected[choice == value] { (choice_word(lang, &parameter.id, choice)) } }
                        }
                    }
                }
            }
            button type="submit" { (lang.t("river.work_out")) }
            a href=(ctx.href(&format!("river/{}", model.id()))) { (lang.t("river.reset")) }
            @if !asked.given().is_empty() { " " a href=(ctx.href(&compare)) { (lang.t("river.compare_base")) } }
        }
    }
}

fn choice_word(lang: Lang, id: &str, choice: &str) -> String {
    match id {
        "item" => item_word(lang, choice),
        "class" => judge::class_word(choice, lang.id()),
        _ => lang.word("river", choice),
    }
}

/// What was asked, as it stands in an address.
fn query(asked: &Asked) -> String {
    asked.given().iter().map(|(id, value)| format!("{}={}", water::encode(id), water::encode(value))).collect::<Vec<_>>().join("&")
}

/// The marks of what is assumed or made up.
fn marks(ctx: &Ctx, found: &Found) -> Markup {
    html! {
        p {
            (ctx.lang.fill("home.as_of", &[("day", &ctx.portal.settings.as_of.to_string())])) " "
            @if found.assumed() { span.uncertain { (ctx.lang.t("river.assumed")) } " " }
            (badge::made_up(ctx.lang, found.made_up()))
        }
    }
}

/// The name of an item in the visitor's language.
fn item_word(lang: Lang, id: &str) -> String {
    Item::by_id(id).map_or_else(|_| id.to_owned(), |item| if lang == Lang::Zh { item.zh() } else { item.en() }.to_owned())
}

/// A name in the visitor's language.
fn name(lang: Lang, named: &Named) -> &str {
    if lang == Lang::Zh { &named.zh } else { &named.en }
}

/// A number, or a dash where there is none.
fn or_dash(value: Option<Decimal>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| value.to_string())
}

/// A number as drawings take it.
fn drawn(value: Decimal) -> f64 {
    value.to_string().parse().unwrap_or(0.0)
}

/// What looks odd in a network, without being wrong.
fn warnings(ctx: &Ctx, list: &[String]) -> Markup {
    html! {
        @if !list.is_empty() {
            h2 { (ctx.lang.t("river.warnings")) }
            ul.plain { @for warning in list { li.notice { (warning) } } }
        }
    }
}
