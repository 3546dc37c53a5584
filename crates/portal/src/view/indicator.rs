//! Indicators: where each stands against its targets.

use std::collections::BTreeMap;

use axum::response::Response;
use maud::{Markup, html};
use plan::{Direction, Indicator, Op};
use serde::Serialize;

use crate::error::PageError;
use crate::html::badge;
use crate::lang::Lang;
use crate::routes::Ctx;
use crate::view::{answer, frame, units};

#[derive(Serialize)]
struct View {
    as_of: String,
    sentence: String,
    indicators: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    id: String,
    name: String,
    unit: String,
    clause: String,
    tasks: Vec<String>,
    direction: Direction,
    owner: String,
    definition: String,
    restored: Option<String>,
    targets: Vec<Target>,
    values: Vec<Value>,
    /// The newest value of each county and district.
    parts: Vec<Value>,
    latest: Option<Value>,
    missing_fact: Option<String>,
    standing: Standing,
    gap: String,
    sql: Option<String>,
}

#[derive(Clone, Serialize)]
struct Target {
    year: Option<i16>,
    op: Op,
    value: String,
    text: String,
    uncertain: bool,
    restored: bool,
    candidates: Vec<String>,
}

#[derive(Clone, Serialize)]
struct Value {
    period: String,
    unit: String,
    value: Option<String>,
    shown: String,
    made_up: bool,
}

/// How the latest value stands against the target of its time.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Met,
    NotMet,
    Undetermined,
    NoData,
}

impl Standing {
    const fn outcome(self) -> judge::Outcome {
        match self {
            Self::Met => judge::Outcome::Pass,
            Self::NotMet => judge::Outcome::Fail,
            Self::Undetermined | Self::NoData => judge::Outcome::Undetermined,
        }
    }
}

fn row(ctx: &Ctx, indicator: &Indicator) -> Row {
    let lang = ctx.lang;
    let id = indicator.id.get_ref();
    let class_valued = indicator.target.iter().any(|target| target.op == Op::ClassAtLeast);
    let state_valued = indicator.direction == Direction::State;
    let show = |value: &Option<String>| match value {
        None => "–".to_owned(),
        Some(value) if class_valued => value
            .parse::<u8>()
            .ok()
            .and_then(standards::Class::from_rank)
            .map_or_else(|| value.clone(), |class| judge::class_word(class.id(), lang.id())),
        Some(value) if state_valued => lang.word("reached", value),
        Some(value) => value.clone(),
    };
    let city = ctx.portal.plan.city();
    let of = |value: &&facts::IndicatorValue| value.indicator == *id;
    let made = |value: &facts::IndicatorValue| Value {
        period: value.period.clone(),
        unit: ctx.portal.plan.unit_name(&value.unit, lang.id()).to_owned(),
        shown: show(&value.value),
        value: value.value.clone(),
        made_up: value.made_up,
    };
    let values: Vec<Value> = ctx.snapshot.values.iter().filter(of).filter(|value| value.unit == city).map(made).collect();
    // The newest value of each part of the city; the city's own is what the target is held against.
    let mut parts: BTreeMap<&str, &facts::IndicatorValue> = BTreeMap::new();
    for value in ctx.snapshot.values.iter().filter(of).filter(|value| value.unit != city) {
        parts.insert(&value.unit, value);
    }
    let parts: Vec<Value> = parts.into_values().map(made).collect();
    let targets: Vec<Target> = indicator
        .target
        .iter()
        .filter(|target| target.units.is_empty() || target.units.iter().any(|unit| unit.get_ref() == city || unit.get_ref() == "all"))
        .map(|target| Target {
            year: target.year,
            op: target.op,
            value: target.value.clone(),
            text: target.text.as_ref().map_or_else(String::new, |text| lang.pick(text).to_owned()),
            uncertain: target.uncertain,
            restored: target.restored,
            candidates: target.candidates.clone(),
        })
        .collect();
    let latest = values.last().cloned();
    let (standing, gap) = stand(lang, latest.as_ref(), &targets, class_valued, state_valued);
    Row {
        id: id.clone(),
        name: lang.pick(&indicator.name).to_owned(),
        unit: lang.pick(&indicator.unit).to_owned(),
        clause: indicator.clause.clone(),
        tasks: indicator.tasks.iter().map(|name| name.get_ref().clone()).collect(),
        direction: indicator.direction,
        owner: units::name(ctx, indicator.owner.get_ref()),
        definition: indicator.definition.as_ref().map_or_else(String::new, |text| lang.pick(text).to_owned()),
        restored: indicator.restored.clone(),
        targets,
        values,
        parts,
        latest,
        missing_fact: indicator.missing_fact.as_ref().filter(|_| indicator.sql.is_none()).map(|text| lang.pick(text).to_owned()),
        standing,
        gap,
        sql: indicator.sql.as_ref().map(|sql| sql.get_ref().trim().to_owned()),
    }
}

/// How an indicator stands to its target now.
pub(crate) fn outcome(ctx: &Ctx, indicator: &Indicator) -> judge::Outcome {
    row(ctx, indicator).standing.outcome()
}

/// Against the newest target whose year is not after the value's; an uncertain one gives no conclusion.
fn stand(lang: Lang, latest: Option<&Value>, targets: &[Target], class_valued: bool, state_valued: bool) -> (Standing, String) {
    let Some(latest) = latest else { return (Standing::NoData, lang.t("indicator.no_data").to_owned()) };
    let year: i16 = latest.period.get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    let due = targets.iter().rfind(|target| target.year.is_none_or(|own| own <= year)).or(targets.first());
    let (Some(target), Some(value)) = (due, latest.value.as_deref().and_then(|value| standards::decimal(value).ok())) else {
        return (Standing::Undetermined, lang.t("indicator.no_target").to_owned());
    };
    if target.uncertain {
        return (Standing::Undetermined, lang.t("indicator.uncertain").to_owned());
    }
    if state_valued {
        let met = value == 1.into();
        return (if met { Standing::Met } else { Standing::NotMet }, lang.word("reached", if met { "1" } else { "0" }));
    }
    let wanted = if class_valued {
        target.value.parse::<standards::Class>().ok().map(|class| class.rank().into())
    } else {
        standards::decimal(&target.value).ok()
    };
    let Some(wanted) = wanted else { return (Standing::Undetermined, lang.t("indicator.in_words").to_owned()) };
    let met = match target.op {
        Op::Ge => wanted <= value,
        Op::Gt => wanted < value,
        Op::Le | Op::ClassAtLeast => value <= wanted,
        Op::Eq => value == wanted,
        Op::Approx | Op::Qualitative => {
            return (Standing::Undetermined, lang.fill("indicator.about", &[("gap", &(value - wanted).normalize().to_string())]));
        }
    };
    let gap = (value - wanted).abs().normalize().to_string();
    (
        if met { Standing::Met } else { Standing::NotMet },
        lang.fill(if met { "indicator.met" } else { "indicator.not_met" }, &[("gap", &gap)]),
    )
}

pub(crate) fn respond(ctx: &Ctx) -> Response {
    let rows: Vec<Row> = ctx.portal.plan.indicators.iter().map(|indicator| row(ctx, indicator)).collect();
    let count = |standing: Standing| rows.iter().filter(|row| row.standing == standing).count().to_string();
    let sentence = ctx.lang.fill(
        "indicator.sentence",
        &[
            ("n", &rows.len().to_string()),
            ("met", &count(Standing::Met)),
            ("not_met", &count(Standing::NotMet)),
            ("undetermined", &count(Standing::Undetermined)),
            ("no_data", &count(Standing::NoData)),
        ],
    );
    let view = View { as_of: ctx.portal.settings.as_of.to_string(), sentence, indicators: rows };
    let csv_rows = view.indicators.iter().map(|row| {
        let latest = row.latest.as_ref();
        let target = row.targets.last();
        vec![
            row.id.clone(),
            row.name.clone(),
            row.unit.clone(),
            row.owner.clone(),
            latest.map_or_else(String::new, |value| value.period.clone()),
            latest.and_then(|value| value.value.clone()).unwrap_or_default(),
            target.and_then(|target| target.year).map(|year| year.to_string()).unwrap_or_default(),
            target.map_or_else(String::new, |target| target.value.clone()),
            target.is_some_and(|target| target.uncertain).to_string(),
            row.standing.outcome().id().to_owned(),
            row.missing_fact.clone().unwrap_or_default(),
            latest.is_some_and(|value| value.made_up).to_string(),
        ]
    });
    let csv = (
        &[
            "id",
            "name",
            "unit",
            "owner",
            "period",
            "value",
            "target_year",
            "target",
            "target_uncertain",
            "outcome",
            "missing_fact",
            "made_up",
        ][..],
        csv_rows.collect(),
    );
    answer(ctx, frame(ctx, ctx.lang.t("menu.indicators"), "indicators", &["json", "csv"]), &view, Some(csv), None, || draw(ctx, &view))
}

pub(crate) fn respond_one(ctx: &Ctx, id: &str) -> Result<Response, PageError> {
    let indicator = ctx.portal.plan.indicator(id).ok_or(PageError::NotFound)?;
    let view = row(ctx, indicator);
    let rows = view.values.iter().chain(&view.parts).map(|value| {
        vec![
            value.unit.clone(),
            value.period.clone(),
            value.value.clone().unwrap_or_default(),
            value.shown.clone(),
            value.made_up.to_string(),
        ]
    });
    let csv = (&["unit", "period", "value", "shown", "made_up"][..], rows.collect());
    let page = frame(ctx, &format!("{id} {}", view.name), "indicators", &["json", "csv"]);
    Ok(answer(ctx, page, &view, Some(csv), None, || draw_one(ctx, &view)))
}

fn op_word(lang: Lang, op: Op) -> String {
    let word = serde_json::to_value(op).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    lang.word("op", &word)
}

fn target_words(lang: Lang, target: &Target) -> Markup {
    html! {
        @if let Some(year) = target.year { (year) ": " }
        @if target.text.is_empty() { (op_word(lang, target.op)) " " (target.value) } @else { (target.text) }
        @if target.uncertain { " " span.uncertain { (lang.t("mark.uncertain")) } @if !target.candidates.is_empty() { " (" (lang.t("indicator.candidates")) " " (target.candidates.join(" / ")) ")" } }
        @if target.restored { " " span.tag { (lang.t("mark.restored")) } }
    }
}

fn draw(ctx: &Ctx, view: &View) -> Markup {
    let lang = ctx.lang;
    html! {
        h1 { (view.sentence) }
        p.muted { (lang.fill("home.as_of", &[("day", &view.as_of)])) }
        div.scroll tabindex="0" role="region" aria-label=(lang.t("menu.indicators")) {
            table {
                thead { tr { th { "ID" } th { (lang.t("indicator.name")) } th { (lang.t("indicator.latest")) } th { (lang.t("indicator.targets")) } th { (lang.t("indicator.standing")) } th { (lang.t("indicator.owner")) } } }
                tbody {
                    @for row in &view.indicators {
                        tr {
                            td { (row.id) }
                            th scope="row" { a href=(ctx.href(&format!("indicators/{}", row.id))) { (row.name) } br; span.muted { (row.unit) } }
                            td { @match &row.latest { Some(value) => { strong { (value.shown) } " " span.muted { (value.period) } " " (badge::made_up(lang, value.made_up)) }, None => { span.muted { (row.missing_fact.as_deref().map_or_else(|| lang.t("indicator.no_data").to_owned(), |fact| lang.fill("indicator.missing", &[("fact", fact)]))) } } } }
                            td { @for target in &row.targets { div { (target_words(lang, target)) } } }
                            td { (badge::outcome(lang, row.standing.outcome())) br; span.muted { (row.gap) } }
                            td { (row.owner) }
                        }
                    }
                }
            }
        }
    }
}

fn draw_one(ctx: &Ctx, view: &Row) -> Markup {
    let lang = ctx.lang;
    html! {
        p.eyebrow { a href=(ctx.href("indicators")) { (lang.t("menu.indicators")) } " › " (view.id) }
        h1 { (view.id) " " (view.name) }
        p { (badge::outcome(lang, view.standing.outcome())) " " (view.gap) @if let Some(value) = &view.latest { " " (badge::made_up(lang, value.made_up)) } }
        @if let Some(fact) = &view.missing_fact { p.notice { (lang.fill("indicator.missing", &[("fact", fact)])) } }
        section aria-labelledby="trajectory" {
            h2 id="trajectory" { (lang.t("indicator.trajectory")) }
            div.scroll tabindex="0" role="region" aria-label=(lang.t("indicator.trajectory")) {
                table {
                    thead { tr { th { (lang.t("water.month")) } th { (lang.t("indicator.latest")) } th { (lang.t("indicator.target")) } } }
                    tbody {
                        @for (year, value, target) in trajectory(view) {
                            tr {
                                th scope="row" { (year) }
                                td { @match value { Some(value) => { strong { (value.shown) } " " (value.unit) " " (badge::made_up(lang, value.made_up)) }, None => { "–" } } }
                                td { @match target { Some(target) => { (target_words(lang, target)) }, None => { "–" } } }
                            }
                        }
                    }
                }
            }
        }
        @if !view.parts.is_empty() {
            section aria-labelledby="parts" {
                h2 id="parts" { (lang.t("indicator.parts")) }
                div.scroll tabindex="0" role="region" aria-label=(lang.t("indicator.parts")) { table {
                    thead { tr { th { (lang.t("indicator.part")) } th { (lang.t("water.month")) } th { (lang.t("indicator.latest")) } } }
                    tbody { @for value in &view.parts { tr { th scope="row" { (value.unit) } td { (value.period) } td { strong { (value.shown) } " " (badge::made_up(lang, value.made_up)) } } } }
                } }
            }
        }
        dl.fields {
            div { dt { (lang.t("indicator.unit")) } dd { (view.unit) } }
            div { dt { (lang.t("indicator.direction")) } dd { (direction_word(lang, view.direction)) } }
            div { dt { (lang.t("indicator.owner")) } dd { (view.owner) } }
            div { dt { (lang.t("indicator.clause")) } dd { (view.clause) @for task in &view.tasks { " " a href=(ctx.href(&format!("plan/{task}"))) { (task) } } } }
            @if !view.definition.is_empty() { div { dt { (lang.t("indicator.definition")) } dd { (view.definition) } } }
            @if let Some(restored) = &view.restored { div { dt { (lang.t("mark.restored")) } dd lang="zh-CN" { (restored) } } }
        }
        @if let Some(sql) = &view.sql { details { summary { (lang.t("why.sql")) } pre tabindex="0" { code { (sql) } } } }
    }
}

fn direction_word(lang: Lang, direction: Direction) -> String {
    let word = serde_json::to_value(direction).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    lang.word("direction", &word)
}

/// Years with a value or a target, in order.
fn trajectory(view: &Row) -> Vec<(String, Option<&Value>, Option<&Target>)> {
    let mut years: Vec<String> = view
        .values
        .iter()
        .map(|value| value.period.clone())
        .chain(view.targets.iter().filter_map(|target| target.year.map(|year| year.to_string())))
        .collect();
    years.sort();
    years.dedup();
    years
        .into_iter()
        .map(|year| {
            let value = view.values.iter().find(|value| value.period == year);
            let target = view.targets.iter().find(|target| target.year.map(|own| own.to_string()).as_deref() == Some(&year));
            (year, value, target)
        })
        .collect()
}
