//! The map: drawn on the server for everyone, replaced by a lively one where scripts run. No outside tiles.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use facts::Entry;
use maud::{Markup, PreEscaped, html};
use plan::{FieldType, Register};
use serde_json::Value;

use crate::html::badge::{class_name, shape};
use crate::routes::Ctx;
use crate::snapshot::Section;

/// A section on the map.
pub(crate) struct Place<'a> {
    pub(crate) section: &'a Section,
    pub(crate) class: Option<standards::Class>,
    pub(crate) word: String,
}

/// The box drawn, in degrees, and its size on the page.
struct Frame {
    west: f64,
    north: f64,
    scale: f64,
    squeeze: f64,
    width: f64,
    height: f64,
}

impl Frame {
    fn around(points: &[(f64, f64)]) -> Option<Self> {
        let (mut west, mut east) = (points.first()?.0, points.first()?.0);
        let (mut south, mut north) = (points.first()?.1, points.first()?.1);
        for (lon, lat) in points.iter().copied() {
            (west, east) = (west.min(lon), east.max(lon));
            (south, north) = (south.min(lat), north.max(lat));
        }
        let (wide, high) = ((east - west).max(0.3), (north - south).max(0.3));
        (west, east) = (west - wide * 0.08, east + wide * 0.08);
        (south, north) = (south - high * 0.08, north + high * 0.08);
        let squeeze = f64::midpoint(south, north).to_radians().cos();
        let width = 720.0;
        let scale = width / ((east - west) * squeeze);
        Some(Self { west, north, scale, squeeze, width, height: ((north - south) * scale).clamp(200.0, 620.0) })
    }

    fn xy(&self, lon: f64, lat: f64) -> (f64, f64) {
        ((lon - self.west) * self.squeeze * self.scale, (self.north - lat) * self.scale)
    }

    fn path(&self, geometry: &Value) -> String {
        let mut path = String::new();
        let mut line = |points: &Value, close: bool| {
            for (n, point) in points.as_array().into_iter().flatten().enumerate() {
                let (Some(lon), Some(lat)) = (point[0].as_f64(), point[1].as_f64()) else { continue };
                let (x, y) = self.xy(lon, lat);
                let _ = write!(path, "{}{x:.1} {y:.1}", if n == 0 { "M" } else { "L" });
            }
            if close {
                path.push('Z');
            }
        };
        let coordinates = &geometry["coordinates"];
        let each = || coordinates.as_array().into_iter().flatten();
        match geometry["type"].as_str() {
            Some("LineString") => line(coordinates, false),
            Some("MultiLineString") => each().for_each(|part| line(part, false)),
            Some("Polygon") => each().for_each(|ring| line(ring, true)),
            Some("MultiPolygon") => each().for_each(|polygon| polygon.as_array().into_iter().flatten().for_each(|ring| line(ring, true))),
            _ => {}
        }
        path
    }
}

/// The map of sections by class.
pub(crate) fn render(ctx: &Ctx, places: &[Place<'_>], data: &str) -> Markup {
    let points: Vec<(f64, f64)> = places.iter().filter_map(|place| place.section.position).collect();
    let Some(frame) = Frame::around(&points) else { return html! { p.muted { (ctx.lang.t("map.none")) } } };
    let unplaced = places.iter().filter(|place| place.section.position.is_none()).count();
    html! {
        figure.map {
            div.mapbox data-places=(data) data-lang=(ctx.lang.id()) data-page="water" {
                svg viewBox={ "0 0 " (frame.width) " " (format!("{:.0}", frame.height)) } role="group" aria-label=(ctx.lang.t("map.label")) {
                    (base(ctx, &frame))
                    @for place in places {
                        @if let Some((lon, lat)) = place.section.position {
                            @let (x, y) = frame.xy(lon, lat);
                            a href=(ctx.href(&format!("water/{}", place.section.id()))) aria-label={ (ctx.lang.pick(&place.section.name)) ": " (place.word) } {
                                g class={ "place " (place.class.map_or("c0", class_name)) } transform=(format!("translate({x:.1} {y:.1})")) {
                                    title { (ctx.lang.pick(&place.section.name)) ": " (place.word) }
                                    (shape(place.class))
                                }
                            }
                        }
                    }
                }
            }
            figcaption {
                (legend(ctx))
                (ctx.lang.t("map.approximate"))
                @if unplaced != 0 { " " (ctx.lang.fill("map.unplaced", &[("n", &unplaced.to_string())])) }
                @if let Some(number) = &ctx.portal.settings.map_review_number { " " (ctx.lang.t("map.review")) " " (number) }
            }
        }
    }
}

/// Points drawn one by one; more are drawn as cells with their number.
const SINGLE: usize = 400;
/// Cells across the drawing.
const CELLS: f64 = 36.0;

/// Entries that a lively map takes; more stay a drawing, so that no browser is sent a whole large register.
const LIVE: usize = 3_000;

/// The entries whose place everybody may see, each with its degrees.
fn placed<'a>(register: &Register, found: &'a [Arc<Entry>]) -> Vec<(&'a Entry, f64, f64)> {
    let public = |id: &str| register.field.iter().any(|field| field.public && field.id.get_ref() == id);
    if !public("longitude") || !public("latitude") {
        return Vec::new();
    }
    let degrees = |entry: &Entry, field: &str| entry.get(field).parse::<f64>().ok();
    found.iter().filter_map(|entry| Some((entry.as_ref(), degrees(entry, "longitude")?, degrees(entry, "latitude")?))).collect()
}

/// The entries whose line or area everybody may see, up to as many as a lively map takes.
fn shaped<'a>(register: &Register, found: &'a [Arc<Entry>]) -> Vec<(&'a Entry, Value)> {
    let field = register.field.iter().find(|field| field.public && field.kind == FieldType::Geometry);
    let Some(field) = field.filter(|_| found.len() <= LIVE) else { return Vec::new() };
    let shape = |entry: &Entry| serde_json::from_str(entry.get(field.id.get_ref())).ok();
    found.iter().filter_map(|entry| Some((entry.as_ref(), shape(entry)?))).collect()
}

/// Every position of a geometry.
fn positions(coordinates: &Value, found: &mut Vec<(f64, f64)>) {
    match (coordinates[0].as_f64(), coordinates[1].as_f64()) {
        (Some(lon), Some(lat)) => found.push((lon, lat)),
        _ => coordinates.as_array().into_iter().flatten().for_each(|part| positions(part, found)),
    }
}

/// Whether a list of entries has a map that becomes lively where scripts run.
pub(crate) fn is_live(register: &Register, found: &[Arc<Entry>]) -> bool {
    found.len() <= LIVE && !(placed(register, found).is_empty() && shaped(register, found).is_empty())
}

/// The map of a register's entries.
pub(crate) fn entries(ctx: &Ctx, register: &Register, found: &[Arc<Entry>]) -> Markup {
    let (placed, shaped) = (placed(register, found), shaped(register, found));
    let mut points: Vec<(f64, f64)> = placed.iter().map(|(_, lon, lat)| (*lon, *lat)).collect();
    shaped.iter().for_each(|(_, shape)| positions(&shape["coordinates"], &mut points));
    let Some(frame) = Frame::around(&points) else { return html! {} };
    // Something with a place and a shape counts once; registers with many entries have no shapes here.
    let on_it = if shaped.is_empty() {
        placed.len()
    } else {
        let mut ids: BTreeSet<&str> = placed.iter().map(|(entry, _, _)| entry.id.as_str()).collect();
        ids.extend(shaped.iter().map(|(entry, _)| entry.id.as_str()));
        ids.len()
    };
    let kind = register.kind.get_ref();
    let mut cells: BTreeMap<(i64, i64), usize> = BTreeMap::new();
    if SINGLE < placed.len() {
        let size = frame.width / CELLS;
        for (_, lon, lat) in &placed {
            let (x, y) = frame.xy(*lon, *lat);
            *cells.entry(((x / size).floor() as i64, (y / size).floor() as i64)).or_default() += 1;
        }
    }
    let most = cells.values().copied().max().unwrap_or(1);
    let page = format!("registers/{kind}");
    let data = (found.len() <= LIVE).then(|| format!("{}{}", ctx.href(&format!("{page}.geojson")), ctx.query_string()));
    html! {
        figure.map {
            div.mapbox data-places=[data] data-lang=(ctx.lang.id()) data-page=(page) {
                svg viewBox={ "0 0 " (frame.width) " " (format!("{:.0}", frame.height)) } role="group" aria-label=(ctx.lang.pick(&register.title)) {
                    (base(ctx, &frame))
                    @for (entry, shape) in &shaped {
                        @let name = crate::view::register::name_of(ctx, register, entry);
                        a href=(ctx.href(&format!("registers/{kind}/{}", entry.id))) aria-label=(name) {
                            path class={ "shape" @if !is_area(shape) { " line" } } d=(frame.path(shape)) { title { (name) } }
                        }
                    }
                    @if cells.is_empty() {
                        @for (entry, lon, lat) in &placed {
                            @let (x, y) = frame.xy(*lon, *lat);
                            @let name = crate::view::register::name_of(ctx, register, entry);
                            a href=(ctx.href(&format!("registers/{kind}/{}", entry.id))) aria-label=(name) {
                                circle.entry cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="5" { title { (name) } }
                            }
                        }
                    } @else {
                        @for ((column, line), n) in &cells {
                            @let size = frame.width / CELLS;
                            @let radius = size / 2.0 * (*n as f64 / most as f64).sqrt().max(0.2);
                            circle.entry cx=(format!("{:.1}", (*column as f64 + 0.5) * size)) cy=(format!("{:.1}", (*line as f64 + 0.5) * size)) r=(format!("{radius:.1}")) { title { (n) } }
                        }
                    }
                }
            }
            figcaption { (ctx.lang.fill("register.map", &[("n", &on_it.to_string()), ("none", &(found.len() - on_it).to_string())])) }
        }
    }
}

fn is_area(shape: &Value) -> bool {
    matches!(shape["type"].as_str(), Some("Polygon" | "MultiPolygon"))
}

/// The base layers in a frame. Most pages show the same frame, so a drawing is kept until the next judgement.
fn base(ctx: &Ctx, frame: &Frame) -> PreEscaped<Arc<str>> {
    let key = format!("{:.4} {:.4} {:.4} {:.4}", frame.west, frame.north, frame.scale, frame.squeeze);
    PreEscaped(ctx.snapshot.drawn(key, || {
        let drawn = html! {
            @for (class, layer) in &ctx.snapshot.layers {
                g class=(class) {
                    @for feature in layer["features"].as_array().into_iter().flatten() {
                        path d=(frame.path(&feature["geometry"])) {}
                    }
                }
            }
        };
        drawn.into_string()
    }))
}

fn legend(ctx: &Ctx) -> Markup {
    html! {
        span.legend {
            @for class in standards::Class::ALL { (crate::html::badge::class(ctx.lang, class)) " " }
            (crate::html::badge::no_class(ctx.lang))
        }
    }
}
