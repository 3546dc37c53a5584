//! Charts drawn on the server: they print, work without scripts, and can be compared in tests.

use maud::{Markup, html};
use standards::surface::{self, Body};
use standards::{Class, Item};

use crate::html::badge::class_name;
use crate::lang::Lang;

/// A cell of the twelve-month strip.
pub(crate) struct StripCell {
    pub(crate) period: String,
    pub(crate) class: Option<Class>,
    pub(crate) link: Option<String>,
}

/// Months in a row, each with its class in words for those who cannot see the colour.
pub(crate) fn strip(lang: Lang, cells: &[StripCell]) -> Markup {
    html! {
        ol.strip {
            @for cell in cells {
                li class=(cell.class.map_or("c0", class_name)) {
                    span.month { (cell.period.get(2..).unwrap_or(&cell.period)) }
                    @let word = cell.class.map_or("–", |class| if lang == Lang::Zh { class.zh() } else { class.id() });
                    @match &cell.link {
                        Some(link) => { a href=(link) aria-label={ (cell.period) " " (cell.class.map_or_else(|| lang.t("class.none").to_owned(), |class| judge::class_word(class.id(), lang.id()))) } { (word) } },
                        None => { span { (word) } },
                    }
                }
            }
        }
    }
}

/// A point of an item's chart.
pub(crate) struct Point {
    pub(crate) period: String,
    /// Where it lies, in days.
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) text: String,
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 632.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 190.0;

/// An item over time with the class bands of the standard behind it.
pub(crate) fn item(lang: Lang, item: Item, body: Body, points: &[Point], title: &str) -> Markup {
    let limits: Vec<(Class, f64)> =
        Class::ALL[..5].iter().filter_map(|class| Some((*class, surface::limit(item, *class, body)?.parse::<f64>().ok()?))).collect();
    let highest = points.iter().map(|point| point.y).fold(f64::MIN, f64::max);
    let lowest = points.iter().map(|point| point.y).fold(f64::MAX, f64::min);
    let (bottom, top) = range(item, lowest, highest, &limits);
    let (first, last) = (points.first().map_or(0.0, |point| point.x), points.last().map_or(1.0, |point| point.x));
    let span = if last <= first { 1.0 } else { last - first };
    let x = |day: f64| if last <= first { f64::midpoint(LEFT, RIGHT) } else { LEFT + (day - first) / span * (RIGHT - LEFT) };
    let y = |value: f64| BOTTOM - ((value - bottom) / (top - bottom)).clamp(0.0, 1.0) * (BOTTOM - TOP);
    let line: Vec<String> = points.iter().map(|point| format!("{:.1},{:.1}", x(point.x), y(point.y))).collect();
    html! {
        svg.chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(title) {
            title { (title) }
            @for (class, from, to) in bands(item, &limits, bottom, top) {
                @let (high, low) = (y(to), y(from));
                rect class={ "band " (class_name(class)) } x=(LEFT) y=(format!("{high:.1}")) width=(RIGHT - LEFT) height=(format!("{:.1}", low - high)) {}
                @if 12.0 < low - high { text.bandname x=(RIGHT - 4.0) y=(format!("{:.1}", f64::midpoint(high, low) + 4.0)) text-anchor="end" { (if lang == Lang::Zh { class.zh() } else { class.id() }) } }
            }
            @for (_, limit) in limits.iter().filter(|(_, limit)| bottom < *limit && *limit < top) {
                text.axis x=(LEFT - 6.0) y=(format!("{:.1}", y(*limit) + 4.0)) text-anchor="end" { (limit) }
            }
            polyline.line points=(line.join(" ")) fill="none" {}
            @for point in points {
                circle.dot cx=(format!("{:.1}", x(point.x))) cy=(format!("{:.1}", y(point.y))) r="3.2" { title { (point.period) ": " (point.text) } }
            }
            @for point in ticks(points) {
                text.axis x=(format!("{:.1}", x(point.x))) y=(BOTTOM + 18.0) text-anchor="middle" { (point.period) }
            }
            line.axisline x1=(LEFT) y1=(BOTTOM) x2=(RIGHT) y2=(BOTTOM) {}
        }
    }
}

/// From where to where the chart reaches: all points, and a band or two around them.
fn range(item: Item, lowest: f64, highest: f64, limits: &[(Class, f64)]) -> (f64, f64) {
    if item == "ph" {
        return (lowest.min(5.5), highest.max(9.5));
    }
    let next = limits.iter().map(|(_, limit)| *limit).filter(|limit| highest < *limit).fold(f64::MAX, f64::min);
    let top = if next < highest * 2.5 { next } else { highest };
    (0.0, if top <= 0.0 { 1.0 } else { top * 1.12 })
}

/// The band of each class between the edges of the chart.
fn bands(item: Item, limits: &[(Class, f64)], bottom: f64, top: f64) -> Vec<(Class, f64, f64)> {
    if item == "ph" {
        return vec![(Class::I, 6.0, 9.0), (Class::InferiorV, bottom, 6.0), (Class::InferiorV, 9.0, top)];
    }
    if limits.is_empty() {
        return Vec::new();
    }
    let mut bands = Vec::new();
    if surface::lower_is_worse(item) {
        let mut above = top;
        for (class, limit) in limits {
            bands.push((*class, *limit, above));
            above = *limit;
        }
        bands.push((Class::InferiorV, bottom, above));
    } else {
        let mut below = bottom;
        for (class, limit) in limits {
            bands.push((*class, below, *limit));
            below = *limit;
        }
        bands.push((Class::InferiorV, below, top));
    }
    bands.into_iter().map(|(class, from, to)| (class, from.max(bottom), to.min(top))).filter(|(_, from, to)| from < to).collect()
}

/// At most seven points carry their name below the axis.
fn ticks(points: &[Point]) -> impl Iterator<Item = &Point> {
    let step = points.len().div_ceil(7).max(1);
    points.iter().step_by(step)
}
