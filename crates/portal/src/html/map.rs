//! The map: drawn on the server for everyone, replaced by a lively one where scripts run. No outside tiles.

use std::fmt::Write as _;
use std::sync::Arc;

use maud::{Markup, PreEscaped, html};
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
    fn around(places: &[Place<'_>]) -> Option<Self> {
        let points: Vec<(f64, f64)> = places.iter().filter_map(|place| place.section.position).collect();
        let (mut west, mut east) = (points.first()?.0, points.first()?.0);
        let (mut south, mut north) = (points.first()?.1, points.first()?.1);
        for (lon, lat) in points {
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
    let Some(frame) = Frame::around(places) else { return html! { p.muted { (ctx.lang.t("map.none")) } } };
    let unplaced = places.iter().filter(|place| place.section.position.is_none()).count();
    html! {
        figure.map {
            div.mapbox data-places=(data) data-lang=(ctx.lang.id()) {
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
