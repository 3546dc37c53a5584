//! Ecological flow of each gauge: what the methods ask for, what was kept, and which months fell short.

use judge::river::{EcoflowResult, GaugeRow};
use maud::{Markup, html};

use super::chart;
use super::steady::body_name;
use super::{drawn, name, or_dash};
use crate::html::badge;
use crate::routes::Ctx;
use crate::view::CsvTable;

/// Months below that are listed; the JSON has them all.
const SHOWN: usize = 24;

pub(super) fn sentence(ctx: &Ctx, found: &EcoflowResult) -> String {
    let judged: usize = found.gauges.iter().map(|gauge| gauge.n_judged).sum();
    let kept: usize = found.gauges.iter().map(|gauge| gauge.n_kept).sum();
    let fixed = found.gauges.iter().filter(|gauge| gauge.fixed_m3_s.is_some()).count();
    ctx.lang.fill(
        "river.ecoflow_sentence",
        &[
            ("n", &found.gauges.len().to_string()),
            ("fixed", &fixed.to_string()),
            ("judged", &judged.to_string()),
            ("kept", &kept.to_string()),
        ],
    )
}

pub(super) fn csv(found: &EcoflowResult) -> CsvTable {
    let mut rows = Vec::new();
    for gauge in &found.gauges {
        for need in &gauge.needs {
            rows.push(vec![
                gauge.name.id.clone(),
                gauge.name.zh.clone(),
                gauge.name.en.clone(),
                need.month.to_string(),
                need.required_m3_s.to_string(),
                need.method.clone(),
                need.natural_m3_s.to_string(),
                need.capped.to_string(),
                gauge.excluded_months.contains(&need.month).to_string(),
                gauge.fixed_m3_s.map_or_else(String::new, |fixed| fixed.to_string()),
                gauge.name.made_up.to_string(),
            ]);
        }
    }
    let header =
        &["gauge", "name_zh", "name_en", "month", "required_m3_s", "method", "natural_m3_s", "capped", "excluded", "fixed_m3_s", "made_up"];
    (&header[..], rows)
}

pub(super) fn draw(ctx: &Ctx, found: &EcoflowResult) -> Markup {
    html! { @for gauge in &found.gauges { (one(ctx, gauge)) } }
}

fn one(ctx: &Ctx, gauge: &GaugeRow) -> Markup {
    let lang = ctx.lang;
    let title = name(lang, &gauge.name);
    let points: Vec<(f64, f64)> = gauge.flows.iter().enumerate().map(|(n, (_, flow))| (n as f64, drawn(*flow))).collect();
    let excluded = gauge.excluded_months.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    html! {
        h2 id={ "g-" (gauge.name.id) } { (title) " " (badge::made_up(lang, gauge.name.made_up)) }
        p { (body_name(ctx, &gauge.water_body)) " · " (lang.fill("river.gauge_sentence", &[("n", &gauge.n_months.to_string()), ("from", &gauge.from), ("to", &gauge.to), ("mean", &or_dash(gauge.mean_m3_s)), ("excluded", if excluded.is_empty() { "–" } else { &excluded })])) }
        p {
            @match gauge.basis.as_str() {
                "fixed" => { (lang.fill("river.basis_fixed", &[("flow", &or_dash(gauge.fixed_m3_s))])) @if gauge.fixed_assumed { " " span.uncertain { (lang.t("river.unsure")) } } },
                "computed" => { (lang.t("river.basis_computed")) " " span.uncertain { (lang.t("river.assumed")) } },
                _ => { (lang.t("river.basis_nothing")) },
            }
            " "
            (lang.fill("river.kept_sentence", &[("kept", &gauge.n_kept.to_string()), ("judged", &gauge.n_judged.to_string()), ("percent", &or_dash(gauge.kept_percent)), ("missing", &gauge.n_missing.to_string()), ("deficit", &gauge.deficit_10k_m3.to_string())]))
        }
        @if 1 < points.len() { (chart::line(title, &points, gauge.fixed_m3_s.map(drawn), &gauge.from, &gauge.to)) }
        div.scroll tabindex="0" role="region" aria-label=(lang.t("river.methods")) {
            table {
                thead { tr { th { (lang.t("river.methods")) " (m³/s)" } @for month in 1..=12 { th.num { (month) } } } }
                tbody {
                    @for method in &gauge.methods {
                        tr {
                            th scope="row" { (lang.word("river", &format!("method_{}", method.method))) }
                            @if method.why_not.is_empty() { @for flow in &method.month_m3_s { td.num { (flow) } } }
                            @else { td colspan="12" { (lang.word("river", &format!("why_not_{}", method.why_not))) " (" (lang.fill("river.years", &[("n", &method.n_years.to_string())])) ")" } }
                        }
                    }
                    @if !gauge.needs.is_empty() {
                        tr { th scope="row" { (lang.t("river.needed")) } @for need in &gauge.needs { td.num { b { (need.required_m3_s) } @if need.capped { "*" } } } }
                        tr { th scope="row" { (lang.t("river.natural")) } @for need in &gauge.needs { td.num { (need.natural_m3_s) } } }
                    }
                }
            }
        }
        @if gauge.needs.iter().any(|need| need.capped) { p.muted { (lang.t("river.capped")) } }
        @if !gauge.shortfalls.is_empty() {
            details {
                summary { (lang.fill("river.shortfalls", &[("n", &gauge.shortfalls.len().to_string())])) }
                table {
                    thead { tr { th { (lang.t("river.month")) } th.num { "m³/s" } th.num { (lang.t("river.needed")) } th.num { (lang.t("river.short")) } } }
                    tbody { @for row in gauge.shortfalls.iter().take(SHOWN) { tr { td { (row.month) } td.num { (row.flow_m3_s) } td.num { (row.required_m3_s) } td.num { @if row.short_m3_s.is_zero() { (lang.t("river.near")) } @else { (row.short_m3_s) } } } } }
                }
            }
        }
    }
}
