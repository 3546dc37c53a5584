//! Water: search, list and map of sections.

use axum::response::Response;
use judge::Outcome;
use maud::{Markup, html};
use serde::Serialize;
use serde_json::json;
use standards::Class;

use crate::error::PageError;
use crate::html::{badge, layout::Page, map};
use crate::routes::Ctx;
use crate::snapshot::Section;
use crate::view::{answer, frame};

#[derive(Serialize)]
struct Water {
    as_of: String,
    sentence: String,
    sections: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    id: String,
    name: String,
    name_zh: String,
    name_en: String,
    water_body: String,
    basin: String,
    county: String,
    level: String,
    body: String,
    month: Option<String>,
    class: Option<Class>,
    deciding: String,
    main_pollutants: String,
    target: Option<Class>,
    target_assumed: bool,
    outcome: Option<Outcome>,
    longitude: String,
    latitude: String,
    position: String,
    made_up: bool,
}

pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    let chosen = choose(ctx)?;
    let view = build(ctx, &chosen);
    let page = Page { script: Some("map"), ..frame(ctx, ctx.lang.t("water.title"), "water", &["json", "csv", "geojson"]) };
    let csv = (
        &[
            "id",
            "name_zh",
            "name_en",
            "water_body",
            "basin",
            "county",
            "level",
            "body",
            "month",
            "class",
            "deciding",
            "main_pollutants",
            "target",
            "target_assumed",
            "outcome",
            "longitude",
            "latitude",
            "position",
            "made_up",
        ][..],
        view.sections.iter().map(csv_row).collect(),
    );
    let features = view.sections.iter().filter(|row| !row.longitude.is_empty()).filter_map(feature).collect();
    Ok(answer(ctx, page, &view, Some(csv), Some(features), || draw(ctx, &view, &chosen)))
}

fn csv_row(row: &Row) -> Vec<String> {
    let class = |class: Option<Class>| class.map_or_else(String::new, |class| class.id().to_owned());
    vec![
        row.id.clone(),
        row.name_zh.clone(),
        row.name_en.clone(),
        row.water_body.clone(),
        row.basin.clone(),
        row.county.clone(),
        row.level.clone(),
        row.body.clone(),
        row.month.clone().unwrap_or_default(),
        class(row.class),
        row.deciding.clone(),
        row.main_pollutants.clone(),
        class(row.target),
        row.target_assumed.to_string(),
        row.outcome.map_or("", Outcome::id).to_owned(),
        row.longitude.clone(),
        row.latitude.clone(),
        row.position.clone(),
        row.made_up.to_string(),
    ]
}

fn feature(row: &Row) -> Option<serde_json::Value> {
    let (longitude, latitude): (f64, f64) = (row.longitude.parse().ok()?, row.latitude.parse().ok()?);
    Some(json!({"type": "Feature", "id": row.id, "geometry": {"type": "Point", "coordinates": [longitude, latitude]}, "properties": row}))
}

/// The sections that the filters of the address leave.
fn choose(ctx: &Ctx) -> Result<Vec<&Section>, PageError> {
    let query = ctx.asked("q").map(str::to_lowercase);
    let class = match ctx.asked("class") {
        None => None,
        Some("none") => Some(None),
        Some(text) => Some(Some(text.parse::<Class>().map_err(|error| PageError::BadRequest(error.to_string()))?)),
    };
    let scope = ctx.asked("scope");
    if let Some(scope) = scope.filter(|scope| !["own", "all"].contains(scope)) {
        return Err(PageError::BadRequest(format!("scope=`{scope}` (expected own or all)")));
    }
    let fits = |section: &&Section| {
        let text = |query: &String| {
            let entry = &section.entry;
            let names = [
                &section.name.zh,
                &section.name.en,
                &section.water_body.zh,
                &section.water_body.en,
                &section.county.zh,
                &section.county.en,
            ];
            names.into_iter().any(|name| name.to_lowercase().contains(query.as_str()))
                || entry.get("city").to_lowercase().contains(query.as_str())
                || entry.id.contains(query.as_str())
        };
        query.as_ref().is_none_or(text)
            && class.is_none_or(|class| section.latest("month").map(|(_, own)| own.class) == class)
            && (scope != Some("own") || section.own())
    };
    let mut chosen: Vec<&Section> = ctx.snapshot.sections.iter().filter(fits).collect();
    chosen.sort_by_key(|section| (!section.own(), section.latest("month").is_none(), section.id().to_owned()));
    Ok(chosen)
}

fn build(ctx: &Ctx, chosen: &[&Section]) -> Water {
    let lang = ctx.lang;
    let rows: Vec<Row> = chosen
        .iter()
        .map(|section| {
            let latest = section.latest("month");
            let target = latest.and_then(|(period, _)| section.targets.get(period.get(..4)?));
            let judged = latest.and_then(|(period, _)| ctx.snapshot.verdict_of("section-attainment-month", section.id(), period));
            Row {
                id: section.id().to_owned(),
                name: lang.pick(&section.name).to_owned(),
                name_zh: section.name.zh.clone(),
                name_en: section.name.en.clone(),
                water_body: lang.pick(&section.water_body).to_owned(),
                basin: section.entry.get("basin").to_owned(),
                county: lang.pick(&section.county).to_owned(),
                level: section.entry.get("level").to_owned(),
                body: section.entry.get("body").to_owned(),
                month: latest.map(|(period, _)| period.to_owned()),
                class: latest.map(|(_, class)| class.class),
                deciding: latest.map_or_else(String::new, |(_, class)| class.deciding.clone()),
                main_pollutants: latest.map_or_else(String::new, |(_, class)| class.main.clone()),
                target: target.map(|(class, _)| *class),
                target_assumed: target.is_some_and(|(_, assumed)| *assumed),
                outcome: judged.map(|judged| judged.verdict.outcome),
                longitude: section.entry.get("longitude").to_owned(),
                latitude: section.entry.get("latitude").to_owned(),
                position: section.entry.get("position").to_owned(),
                made_up: section.entry.made_up || latest.is_some_and(|(_, class)| class.made_up),
            }
        })
        .collect();
    let count = |outcome: Outcome| rows.iter().filter(|row| row.outcome == Some(outcome)).count().to_string();
    let classed = rows.iter().filter(|row| row.class.is_some()).count();
    let sentence = lang.fill(
        "water.sentence",
        &[
            ("n", &rows.len().to_string()),
            ("classed", &classed.to_string()),
            ("pass", &count(Outcome::Pass)),
            ("fail", &count(Outcome::Fail)),
            ("unknown", &count(Outcome::Undetermined)),
        ],
    );
    Water { as_of: ctx.portal.settings.as_of.to_string(), sentence, sections: rows }
}

fn draw(ctx: &Ctx, view: &Water, chosen: &[&Section]) -> Markup {
    let lang = ctx.lang;
    let places: Vec<map::Place<'_>> = chosen
        .iter()
        .zip(&view.sections)
        .map(|(section, row)| map::Place {
            section,
            class: row.class,
            word: row.class.map_or_else(|| lang.t("class.none").to_owned(), |class| judge::class_word(class.id(), lang.id())),
        })
        .collect();
    let query: String = ctx.query.iter().map(|(key, value)| format!("{key}={}", encode(value))).collect::<Vec<_>>().join("&");
    html! {
        h1 { (view.sentence) }
        p.muted { (lang.fill("home.as_of", &[("day", &view.as_of)])) }
        form.filters method="get" action=(ctx.href("water")) role="search" {
            div { label for="q" { (lang.t("water.search")) } input type="search" id="q" name="q" value=(ctx.asked("q").unwrap_or_default()); }
            div {
                label for="class" { (lang.t("water.class")) }
                select id="class" name="class" {
                    option value="" { (lang.t("filter.all")) }
                    @for class in Class::ALL { option value=(class.id()) selected[ctx.asked("class") == Some(class.id())] { (judge::class_word(class.id(), lang.id())) } }
                    option value="none" selected[ctx.asked("class") == Some("none")] { (lang.t("class.none")) }
                }
            }
            div {
                label for="scope" { (lang.t("water.scope")) }
                select id="scope" name="scope" {
                    option value="all" { (lang.t("water.scope_all")) }
                    option value="own" selected[ctx.asked("scope") == Some("own")] { (lang.t("water.scope_own")) }
                }
            }
            button type="submit" { (lang.t("filter.apply")) }
            @if !ctx.query.is_empty() { a href=(ctx.href("water")) { (lang.t("filter.clear")) } }
        }
        (map::render(ctx, &places, &format!("{}?{query}", ctx.href("water.geojson"))))
        @if view.sections.is_empty() {
            p.muted { (lang.t("water.empty")) }
        } @else {
            div.scroll tabindex="0" role="region" aria-label=(lang.t("water.title")) {
                table {
                    thead { tr { th { (lang.t("water.section")) } th { (lang.t("water.body")) } th { (lang.t("water.class")) } th { (lang.t("water.month")) } th { (lang.t("water.deciding")) } th { (lang.t("water.target")) } th { (lang.t("water.outcome")) } } }
                    tbody {
                        @for row in &view.sections {
                            tr {
                                th scope="row" { a href=(ctx.href(&format!("water/{}", row.id))) { (row.name) } " " (badge::made_up(lang, row.made_up)) }
                                td { (row.water_body) }
                                td { @match row.class { Some(class) => { (badge::class(lang, class)) }, None => { (badge::no_class(lang)) } } }
                                td.nowrap { (row.month.as_deref().unwrap_or("–")) }
                                td { (items_in_words(ctx, &row.deciding)) }
                                td { @match row.target { Some(class) => { (judge::class_word(class.id(), lang.id())) @if row.target_assumed { " " span.uncertain { (lang.t("mark.assumed")) } } }, None => { "–" } } }
                                td { @match row.outcome { Some(outcome) => { (badge::outcome(lang, outcome)) }, None => { "–" } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Items of a list in the words of the language.
pub(crate) fn items_in_words(ctx: &Ctx, list: &str) -> String {
    let names = list
        .split(',')
        .filter_map(|id| standards::Item::by_id(id).ok())
        .map(|item| if ctx.lang == crate::lang::Lang::Zh { item.zh() } else { item.en() });
    names.collect::<Vec<_>>().join(if ctx.lang == crate::lang::Lang::Zh { "、" } else { ", " })
}

/// Main pollutants of a list `item(how much),…` in the words of the language.
pub(crate) fn pollutants_in_words(ctx: &Ctx, list: &str) -> String {
    let named = list.split(',').filter_map(|part| {
        let (id, rest) = part.split_once('(').map_or((part, String::new()), |(id, rest)| (id, format!(" ({rest}")));
        let item = standards::Item::by_id(id).ok()?;
        Some(format!("{}{rest}", if ctx.lang == crate::lang::Lang::Zh { item.zh() } else { item.en() }))
    });
    named.collect::<Vec<_>>().join(if ctx.lang == crate::lang::Lang::Zh { "、" } else { ", " })
}

/// A value in an address.
pub(crate) fn encode(value: &str) -> String {
    value
        .bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect()
}
