//! Capacity of each reach beside its load, what its sections show, and what was measured there. None is derived from another.

use judge::river::{CapacityResult, ZoneRow};
use maud::{Markup, html};

use super::chart::{self, Bar};
use super::steady::body_name;
use super::{drawn, item_word, name, or_dash, warnings};
use crate::html::badge;
use crate::routes::Ctx;
use crate::view::{CsvTable, register};

pub(super) fn sentence(ctx: &Ctx, found: &CapacityResult) -> String {
    let over = found.zones.iter().filter(|row| row.left_t_a.is_sign_negative() && !row.left_t_a.is_zero()).count();
    let above = found.zones.iter().filter(|row| row.upstream_cut_mg_l.is_some()).count();
    ctx.lang.fill(
        "river.capacity_sentence",
        &[
            ("item", &item_word(ctx.lang, &found.item)),
            ("n", &found.zones.len().to_string()),
            ("over", &over.to_string()),
            ("above", &above.to_string()),
        ],
    )
}

pub(super) fn csv(found: &CapacityResult) -> CsvTable {
    let mut rows = Vec::new();
    for row in &found.zones {
        let mut cells = vec![
            row.name.id.clone(),
            row.name.zh.clone(),
            row.name.en.clone(),
            row.water_body.clone(),
            row.zone.clone(),
            found.item.clone(),
            row.class.clone(),
        ];
        let numbers = [row.target_mg_l, row.upstream_mg_l, row.flow_m3_s, row.velocity_m_s, row.length_km, row.rate_per_d, row.unevenness];
        cells.extend(numbers.iter().chain(&row.forms_t_a).chain(&[row.capacity_t_a, row.load_t_a, row.left_t_a]).map(ToString::to_string));
        cells.push(row.ratio.map_or_else(String::new, |ratio| ratio.to_string()));
        cells.push(row.level.clone().unwrap_or_default());
        cells.push(row.origin.clone());
        cells.push(row.name.made_up.to_string());
        rows.push(cells);
    }
    let header = &[
        "reach",
        "name_zh",
        "name_en",
        "water_body",
        "zone",
        "item",
        "class",
        "target_mg_l",
        "upstream_mg_l",
        "flow_m3_s",
        "velocity_m_s",
        "length_km",
        "rate_per_d",
        "unevenness",
        "upper_end_t_a",
        "middle_t_a",
        "uniform_t_a",
        "lower_end_t_a",
        "capacity_t_a",
        "load_t_a",
        "left_t_a",
        "ratio",
        "level",
        "origin",
        "made_up",
    ];
    (&header[..], rows)
}

pub(super) fn draw(ctx: &Ctx, found: &CapacityResult) -> Markup {
    let lang = ctx.lang;
    let loaded = found.zones.iter().filter(|row| !row.load_t_a.is_zero());
    let bars: Vec<Bar> = loaded
        .map(|row| Bar {
            name: name(lang, &row.name).to_owned(),
            value: drawn(row.load_t_a),
            limit: Some(drawn(row.capacity_t_a)),
            word: format!("{} / {} t/a", row.load_t_a, row.capacity_t_a),
        })
        .collect();
    html! {
        h2 { (lang.t("river.capacity_title")) }
        (chart::bars(lang.t("river.capacity_chart"), &bars))
        p.muted { (lang.t("river.beside")) }
        div.scroll tabindex="0" role="region" aria-label=(lang.t("river.capacity_title")) {
            table {
                thead { tr { th { (lang.t("river.reach")) } th { (lang.t("river.class")) } th.num { (lang.t("river.capacity_t_a")) } th.num { (lang.t("river.load_t_a")) } th.num { (lang.t("river.left_t_a")) } th.num { (lang.t("river.ratio")) } th { (lang.t("river.level")) } th { (lang.t("river.modelled_here")) } th { (lang.t("river.measured_here")) } } }
                tbody { @for row in &found.zones { (zone(ctx, row)) } }
            }
        }
        @for row in found.zones.iter().filter(|row| !row.months.is_empty()) {
            details {
                summary { (lang.t("river.by_month")) ": " (name(lang, &row.name)) }
                table {
                    thead { tr { th { (lang.t("river.month")) } th.num { (lang.t("river.design_flow")) " m³/s" } th.num { (lang.t("river.capacity_t")) } } }
                    tbody { @for month in &row.months { tr { td { (month.month) } td.num { (month.flow_m3_s) } td.num { (month.capacity_t) } } } }
                }
            }
        }
        (warnings(ctx, &found.warnings))
    }
}

fn zone(ctx: &Ctx, row: &ZoneRow) -> Markup {
    let lang = ctx.lang;
    html! {
        tr {
            th scope="row" {
                (name(lang, &row.name)) " " (badge::made_up(lang, row.name.made_up))
                br;
                span.muted { (body_name(ctx, &row.water_body)) }
                details {
                    summary { (lang.t("river.inputs")) }
                    span.muted {
                        "Q " (row.flow_m3_s) " m³/s · u " (row.velocity_m_s) " m/s · L " (row.length_km) " km · K " (row.rate_per_d) " 1/d · C0 " (row.upstream_mg_l) " · Cs " (row.target_mg_l) " mg/L · b " (row.unevenness)
                        br;
                        (lang.t("river.forms")) ": " (row.forms_t_a[0]) " / " (row.forms_t_a[1]) " / " (row.forms_t_a[2]) " / " (row.forms_t_a[3]) " t/a"
                        br;
                        (row.origin)
                    }
                }
            }
            td { (judge::class_word(&row.class, lang.id())) }
            td.num { (row.capacity_t_a) @if let Some(cut) = row.upstream_cut_mg_l { br; span.muted { (lang.fill("river.upstream_over", &[("cut", &cut.to_string())])) } } }
            td.num { (row.load_t_a) } td.num { (row.left_t_a) } td.num { (or_dash(row.ratio)) }
            td { @match &row.level { Some(level) => { (lang.word("river", &format!("level_{level}"))) }, None => { "–" } } }
            td { @for (id, mg_l) in &row.sections { span.nowrap { (section_name(ctx, id)) " " (mg_l) @if *mg_l <= row.target_mg_l { " ✓" } @else { " ✗" } } br; } }
            td { @for (id, _) in &row.sections { (measured(ctx, id)) } }
        }
    }
}

fn section_name(ctx: &Ctx, id: &str) -> String {
    let found = register::find(ctx, "river_section").ok().zip(register::one(ctx, "river_section", id).ok().flatten());
    found.map_or_else(|| id.to_owned(), |(kind, entry)| register::name_of(ctx, kind, &entry))
}

/// The newest class that was measured at the monitoring section a section of the model stands for.
fn measured(ctx: &Ctx, id: &str) -> Markup {
    let entry = register::one(ctx, "river_section", id).ok().flatten();
    let section = entry.as_ref().and_then(|entry| ctx.snapshot.section(entry.get("section")));
    html! {
        @if let Some(section) = section {
            @if let Some((period, class)) = section.latest("month") {
                a href=(ctx.href(&format!("water/{}", section.id()))) { (period) } " " (badge::class(ctx.lang, class.class)) " " (badge::made_up(ctx.lang, class.made_up)) br;
            }
        }
    }
}
