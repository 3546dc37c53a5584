//! What the river model is made of: its reaches on a map and in a table, its models, and the runs that were kept.

use axum::response::Response;
use judge::river::{Model, Row, Tables};
use maud::{Markup, html};
use serde::Serialize;
use serde_json::json;

use super::steady::body_name;
use crate::error::PageError;
use crate::html::badge;
use crate::lang::Lang;
use crate::routes::Ctx;
use crate::view::{CsvTable, answer, frame};

/// Kept runs of each model that are listed.
const SHOWN: usize = 20;

#[derive(Serialize)]
struct View {
    as_of: String,
    reaches: Vec<Reach>,
    counts: Vec<(String, usize)>,
    kept: Vec<Kept>,
}

#[derive(Serialize)]
struct Reach {
    id: String,
    name: String,
    water_body: String,
    from: String,
    to: String,
    length_km: String,
    class: String,
    origin: String,
    made_up: bool,
    /// Longitude and latitude of both ends, where they are known.
    line: Option<[[f64; 2]; 2]>,
}

#[derive(Serialize)]
struct Kept {
    id: String,
    model: String,
    as_of: String,
    program: String,
    made_up: bool,
}

pub(crate) fn respond(ctx: &Ctx) -> Result<Response, PageError> {
    let tables = super::tables(ctx)?;
    let view = build(ctx, &tables)?;
    let csv_row = |row: &Reach| {
        let cells = [&row.id, &row.name, &row.water_body, &row.from, &row.to, &row.length_km, &row.class, &row.origin];
        cells.into_iter().cloned().chain([row.made_up.to_string()]).collect()
    };
    let header = &["id", "name", "water_body", "from_node", "to_node", "length_km", "class", "origin", "made_up"];
    let csv: CsvTable = (&header[..], view.reaches.iter().map(csv_row).collect());
    let features = view.reaches.iter().filter_map(|row| {
        let line = row.line?;
        Some(json!({"type": "Feature", "id": row.id, "geometry": {"type": "LineString", "coordinates": line}, "properties": row}))
    });
    let features = features.collect();
    let page = frame(ctx, ctx.lang.t("river.title"), "river", &["json", "csv", "geojson"]);
    Ok(answer(ctx, page, &view, Some(csv), Some(features), || draw(ctx, &view)))
}

fn build(ctx: &Ctx, tables: &Tables) -> Result<View, PageError> {
    let nodes: &[Row] = tables.get("river_node").map_or(&[], Vec::as_slice);
    let place = |id: &str| -> Option<[f64; 2]> {
        let node = nodes.iter().find(|node| node.id == id)?;
        Some([node.get("longitude")?.parse().ok()?, node.get("latitude")?.parse().ok()?])
    };
    let text = |row: &Row, field: &str| row.get(field).unwrap_or_default().to_owned();
    let reach = |row: &Row| {
        let (from, to) = (text(row, "from_node"), text(row, "to_node"));
        let names = if ctx.lang == Lang::Zh { ["name_zh", "name_en"] } else { ["name_en", "name_zh"] };
        Reach {
            name: names.into_iter().find_map(|field| row.get(field)).unwrap_or(&row.id).to_owned(),
            water_body: text(row, "water_body"),
            length_km: text(row, "length_km"),
            class: text(row, "class"),
            origin: text(row, "origin"),
            made_up: row.made_up,
            line: place(&from).zip(place(&to)).map(|(from, to)| [from, to]),
            id: row.id.clone(),
            from,
            to,
        }
    };
    let as_of = ctx.portal.settings.as_of.to_string();
    let mut kept = Vec::new();
    for model in Model::ALL {
        for run in ctx.portal.store.model_runs(model.id(), &as_of, SHOWN)? {
            kept.push(Kept { id: run.id, model: run.kind, as_of: run.as_of, program: run.program, made_up: run.made_up });
        }
    }
    Ok(View {
        as_of,
        reaches: tables.get("river_reach").into_iter().flatten().map(reach).collect(),
        counts: tables.iter().map(|(kind, rows)| (kind.clone(), rows.len())).collect(),
        kept,
    })
}

fn draw(ctx: &Ctx, view: &View) -> Markup {
    let lang = ctx.lang;
    let count = |kind: &str| view.counts.iter().find(|(own, _)| own == kind).map_or(0, |(_, n)| *n).to_string();
    html! {
        h1 { (lang.fill("river.sentence", &[("reaches", &count("river_reach")), ("inflows", &count("inflow")), ("sections", &count("river_section")), ("gauges", &count("flow_gauge"))])) }
        p { (lang.fill("home.as_of", &[("day", &view.as_of)])) " " @if view.reaches.iter().any(|row| row.origin == "assumed") { span.uncertain { (lang.t("river.assumed")) } } " " (badge::made_up(lang, view.reaches.iter().any(|row| row.made_up))) }
        ul.list {
            @for model in Model::ALL { li { a href=(ctx.href(&format!("river/{}", model.id()))) { (lang.word("river", model.id())) } ": " (lang.word("river", &format!("about_{}", model.id()))) } }
            li { a href=(ctx.href("river/compare?model=steady")) { (lang.t("river.compare")) } }
        }
        (map(ctx, view))
        div.scroll tabindex="0" role="region" aria-label=(lang.t("river.reaches")) {
            table {
                thead { tr { th { (lang.t("river.reach")) } th { (lang.t("river.body")) } th { (lang.t("river.from_to")) } th.num { "km" } th { (lang.t("river.class")) } th { (lang.t("river.origin")) } } }
                tbody {
                    @for row in &view.reaches {
                        tr {
                            th scope="row" { a href=(ctx.href(&format!("registers/river_reach/{}", row.id))) { (row.name) } " " (badge::made_up(lang, row.made_up)) }
                            td { (body_name(ctx, &row.water_body)) } td { (row.from) " → " (row.to) } td.num { (row.length_km) }
                            td { @if row.class.is_empty() { "–" } @else { (judge::class_word(&row.class, lang.id())) } }
                            td { (lang.word("river", &format!("from_{}", row.origin))) }
                        }
                    }
                }
            }
        }
        h2 { (lang.t("river.registers")) }
        ul.list { @for (kind, n) in &view.counts { li { a href=(ctx.href(&format!("registers/{kind}"))) { (ctx.portal.plan.register(kind).map_or(kind.as_str(), |register| lang.pick(&register.title))) } ": " (n) } } }
        h2 { (lang.t("river.kept_runs")) }
        @if view.kept.is_empty() { p.muted { (lang.t("river.no_kept_runs")) } }
        @else {
            div.scroll tabindex="0" role="region" aria-label=(lang.t("river.kept_runs")) {
                table {
                    thead { tr { th { (lang.t("river.run")) } th { (lang.t("river.model")) } th { (lang.t("river.day")) } th { (lang.t("river.program")) } } }
                    tbody { @for run in &view.kept { tr { td { a href=(ctx.href(&format!("river/compare?model={}&a={}&b=", run.model, run.id))) { code { (run.id.get(..16).unwrap_or(&run.id)) } } " " (badge::made_up(lang, run.made_up)) } td { (lang.word("river", &run.model)) } td { (run.as_of) } td { (run.program) } } } }
                }
            }
        }
    }
}

/// The reaches as straight lines between their nodes. It shows how they hang together, not where they run.
fn map(ctx: &Ctx, view: &View) -> Markup {
    const WIDTH: f64 = 720.0;
    const MARGIN: f64 = 24.0;
    let points: Vec<[f64; 2]> = view.reaches.iter().filter_map(|row| row.line).flatten().collect();
    let Some(first) = points.first() else { return html! { p.muted { (ctx.lang.t("map.none")) } } };
    let (mut west, mut east, mut south, mut north) = (first[0], first[0], first[1], first[1]);
    for [longitude, latitude] in &points {
        (west, east) = (west.min(*longitude), east.max(*longitude));
        (south, north) = (south.min(*latitude), north.max(*latitude));
    }
    let squeeze = f64::midpoint(south, north).to_radians().cos();
    let scale = (WIDTH - 2.0 * MARGIN) / ((east - west) * squeeze).max(0.05);
    let height = ((north - south) * scale).max(60.0) + 2.0 * MARGIN;
    let xy = |point: [f64; 2]| (MARGIN + (point[0] - west) * squeeze * scale, MARGIN + (north - point[1]) * scale);
    html! {
        figure.map {
            div.mapbox {
                svg viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="group" aria-label=(ctx.lang.t("river.map")) {
                    @for row in &view.reaches {
                        @if let Some([from, to]) = row.line {
                            @let ((x1, y1), (x2, y2)) = (xy(from), xy(to));
                            a href=(ctx.href(&format!("registers/river_reach/{}", row.id))) aria-label=(row.name) {
                                line x1=(format!("{x1:.1}")) y1=(format!("{y1:.1}")) x2=(format!("{x2:.1}")) y2=(format!("{y2:.1}")) stroke="#1f6fb5" stroke-width="3" { title { (row.name) } }
                                circle cx=(format!("{x1:.1}")) cy=(format!("{y1:.1}")) r="3.5" fill="#16242e" {}
                            }
                        }
                    }
                }
            }
            figcaption { (ctx.lang.t("river.map_note")) }
        }
    }
}
