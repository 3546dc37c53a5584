//! Drawings of the river model: bars against their limits, and lines.

use maud::{Markup, html};

const WIDTH: f64 = 640.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 560.0;
const ROW: f64 = 24.0;

/// A bar with its words and, where there is one, a limit.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) limit: Option<f64>,
    pub(super) word: String,
}

/// Bars one under the other; the limit is a line across each.
pub(super) fn bars(title: &str, rows: &[Bar]) -> Markup {
    let most = rows.iter().flat_map(|row| [Some(row.value), row.limit]).flatten().fold(0.0, f64::max);
    let scale = if 0.0 < most { (RIGHT - LEFT) / most } else { 0.0 };
    let height = ROW * rows.len() as f64 + 10.0;
    html! {
        svg.chart viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(title) {
            title { (title) }
            @for (n, row) in rows.iter().enumerate() {
                @let y = ROW * n as f64 + 6.0;
                @let width = (row.value * scale).max(0.0);
                text.bandname x=(LEFT - 8.0) y=(format!("{:.1}", y + 13.0)) text-anchor="end" { (shortened(&row.name)) }
                rect x=(LEFT) y=(format!("{y:.1}")) width=(format!("{width:.1}")) height="16" fill="#8fa9b8" { title { (row.name) ": " (row.word) } }
                @if let Some(limit) = row.limit {
                    @let x = LEFT + limit * scale;
                    line x1=(format!("{x:.1}")) x2=(format!("{x:.1}")) y1=(format!("{:.1}", y - 3.0)) y2=(format!("{:.1}", y + 19.0)) stroke="#16242e" stroke-width="2" {}
                }
                text.axis x=(format!("{:.1}", LEFT + width + 6.0)) y=(format!("{:.1}", y + 13.0)) { (row.word) }
            }
        }
    }
}

/// A line through points, with a dashed level where there is one.
pub(super) fn line(title: &str, points: &[(f64, f64)], level: Option<f64>, first: &str, last: &str) -> Markup {
    const HEIGHT: f64 = 160.0;
    const BOTTOM: f64 = 130.0;
    const START: f64 = 52.0;
    const END: f64 = 628.0;
    let from = points.first().map_or(0.0, |point| point.0);
    let span = points.last().map_or(1.0, |point| point.0 - from).max(f64::MIN_POSITIVE);
    let most = points.iter().map(|point| point.1).chain(level).fold(0.0, f64::max).max(f64::MIN_POSITIVE) * 1.1;
    let x = |value: f64| START + (value - from) / span * (END - START);
    let y = |value: f64| BOTTOM - value / most * (BOTTOM - 10.0);
    let path: Vec<String> = points.iter().map(|(along, value)| format!("{:.1},{:.1}", x(*along), y(*value))).collect();
    html! {
        svg.chart viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(title) {
            title { (title) }
            polyline.line points=(path.join(" ")) fill="none" {}
            @if let Some(level) = level { line.axisline x1=(START) x2=(END) y1=(format!("{:.1}", y(level))) y2=(format!("{:.1}", y(level))) stroke-dasharray="5 4" {} }
            line.axisline x1=(START) y1=(BOTTOM) x2=(END) y2=(BOTTOM) {}
            text.axis x=(START - 6.0) y=(format!("{:.1}", y(most / 1.1) + 4.0)) text-anchor="end" { (format!("{:.2}", most / 1.1)) }
            text.axis x=(START) y=(BOTTOM + 18.0) { (first) }
            text.axis x=(END) y=(BOTTOM + 18.0) text-anchor="end" { (last) }
        }
    }
}

/// A name that fits before a bar; the whole one is in its title.
fn shortened(name: &str) -> String {
    const MOST: usize = 26;
    // Chinese characters are two wide.
    let mut width = 0;
    let mut short = String::new();
    for letter in name.chars() {
        width += if letter.is_ascii() { 1 } else { 2 };
        if MOST < width {
            short.push('…');
            break;
        }
        short.push(letter);
    }
    short
}
