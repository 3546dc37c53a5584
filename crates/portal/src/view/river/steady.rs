//! Steady quality: which sections keep their limit, and who makes one fail, by how much.

use judge::river::{SectionRow, SteadyResult};
use maud::{Markup, html};

use super::chart::{self, Bar};
use super::{drawn, item_word, name, or_dash, warnings};
use crate::html::badge;
use crate::routes::Ctx;
use crate::view::CsvTable;

pub(super) fn sentence(ctx: &Ctx, found: &SteadyResult) -> String {
    let count = |meets: Option<bool>| found.sections.iter().filter(|row| row.meets == meets).count().to_string();
    ctx.lang.fill(
        "river.steady_sentence",
        &[
            ("item", &item_word(ctx.lang, &found.item)),
            ("n", &found.sections.len().to_string()),
            ("kept", &count(Some(true))),
            ("missed", &count(Some(false))),
            ("none", &count(None)),
        ],
    )
}

pub(super) fn csv(found: &SteadyResult) -> CsvTable {
    let mut rows = Vec::new();
    for section in &found.sections {
        for source in &section.sources {
            rows.push(vec![
                section.name.id.clone(),
                section.name.zh.clone(),
                section.name.en.clone(),
                found.item.clone(),
                section.flow_m3_s.to_string(),
                section.mg_l.to_string(),
                section.class.clone(),
                section.target_mg_l.map_or_else(String::new, |limit| limit.to_string()),
                section.meets.map_or_else(String::new, |meets| meets.to_string()),
                source.name.id.clone(),
                source.kind.clone(),
                source.load_kg_d.to_string(),
                source.mg_l.to_string(),
                source.share_percent.to_string(),
                source.cut_alone_percent.map_or_else(String::new, |cut| cut.to_string()),
                source.origin.clone(),
                (section.name.made_up || source.name.made_up).to_string(),
            ]);
        }
    }
    let header = &[
        "section",
        "name_zh",
        "name_en",
        "item",
        "flow_m3_s",
        "mg_l",
        "class",
        "target_mg_l",
        "meets",
        "source",
        "source_kind",
        "source_kg_d",
        "source_mg_l",
        "source_share_percent",
        "cut_alone_percent",
        "origin",
        "made_up",
    ];
    (&header[..], rows)
}

pub(super) fn draw(ctx: &Ctx, found: &SteadyResult) -> Markup {
    let lang = ctx.lang;
    let bars: Vec<Bar> = found.sections.iter().map(|row| bar(ctx, row)).collect();
    html! {
        h2 { (lang.t("river.sections")) }
        (chart::bars(lang.t("river.sections_chart"), &bars))
        div.scroll tabindex="0" role="region" aria-label=(lang.t("river.sections")) {
            table {
                thead { tr { th { (lang.t("river.section")) } th.num { (lang.t("river.flow")) } th.num { "mg/L" } th { (lang.t("river.class")) } th.num { (lang.t("river.limit")) } th.num { (lang.t("river.over")) } th { (lang.t("river.kept")) } th.num { (lang.t("river.background")) } } }
                tbody {
                    @for row in &found.sections {
                        tr {
                            th scope="row" { a href={ "#s-" (row.name.id) } { (name(lang, &row.name)) } " " (badge::made_up(lang, row.name.made_up)) }
                            td.num { (row.flow_m3_s) } td.num { (row.mg_l) } td { (judge::class_word(&row.class, lang.id())) } td.num { (or_dash(row.target_mg_l)) } td.num { (or_dash(row.over_mg_l)) }
                            td { (kept(ctx, row.meets)) } td.num { (row.background_mg_l) }
                        }
                    }
                }
            }
        }
        h2 { (lang.t("river.who")) }
        @for row in &found.sections { (sources(ctx, row)) }
        h2 { (lang.t("river.down")) }
        div.charts {
            @for river in &found.rivers {
                @let points: Vec<(f64, f64)> = river.points.iter().map(|point| (drawn(point.km), drawn(point.mg_l))).collect();
                @let title = body_name(ctx, &river.water_body);
                figure { (chart::line(&title, &points, None, "0", &river.points.last().map_or_else(String::new, |point| format!("{} km", point.km)))) figcaption { (title) ", mg/L" } }
            }
        }
        details {
            summary { (lang.t("river.reaches")) }
            div.scroll tabindex="0" role="region" aria-label=(lang.t("river.reaches")) {
                table {
                    thead { tr { th { (lang.t("river.reach")) } th.num { "km" } th.num { "m³/s" } th.num { "m/s" } th.num { (lang.t("river.travel")) } th.num { "K 1/d" } th.num { (lang.t("river.upper")) } th.num { (lang.t("river.lower")) } th { (lang.t("river.origin")) } } }
                    tbody {
                        @for row in &found.reaches {
                            tr { td { (name(lang, &row.name)) br; code { (row.id) } } td.num { (row.length_km) } td.num { (row.flow_m3_s) } td.num { (row.velocity_m_s) } td.num { (row.travel_d) } td.num { (row.rate_per_d) } td.num { (row.upper_mg_l) } td.num { (row.lower_mg_l) } td { (row.origin) } }
                        }
                    }
                }
            }
        }
        p.muted { (lang.fill("river.balance", &[("in", &found.water_m3_s[0].to_string()), ("taken", &found.water_m3_s[1].to_string()), ("out", &found.water_m3_s[2].to_string()), ("entered", &found.mass_kg_d[0].to_string()), ("left", &found.mass_kg_d[1].to_string()), ("drawn", &found.mass_kg_d[2].to_string()), ("lost", &found.mass_kg_d[3].to_string())])) }
        (warnings(ctx, &found.warnings))
    }
}

fn bar(ctx: &Ctx, row: &SectionRow) -> Bar {
    Bar {
        name: name(ctx.lang, &row.name).to_owned(),
        value: drawn(row.mg_l),
        limit: row.target_mg_l.map(drawn),
        word: format!("{} mg/L", row.mg_l),
    }
}

fn kept(ctx: &Ctx, meets: Option<bool>) -> &'static str {
    ctx.lang.t(match meets {
        Some(true) => "river.is_kept",
        Some(false) => "river.is_missed",
        None => "river.no_limit",
    })
}

/// Who adds what at a section; open where the section misses its limit.
fn sources(ctx: &Ctx, row: &SectionRow) -> Markup {
    let lang = ctx.lang;
    html! {
        details id={ "s-" (row.name.id) } open[row.meets == Some(false)] {
            summary { (name(lang, &row.name)) ": " (row.mg_l) " mg/L, " (kept(ctx, row.meets)) }
            @if let (Some(over), Some(false)) = (row.over_mg_l, row.meets) { p { (lang.fill("river.over_by", &[("over", &over.to_string())])) } }
            div.scroll tabindex="0" role="region" aria-label=(name(lang, &row.name)) {
                table {
                    thead { tr { th { (lang.t("river.source_of")) } th { (lang.t("river.kind")) } th.num { "kg/d" } th.num { "mg/L" } th.num { "%" } th.num { (lang.t("river.cut_alone")) } th { (lang.t("river.origin")) } } }
                    tbody {
                        @for source in row.sources.iter().filter(|source| !source.mg_l.is_zero()) {
                            tr { td { (name(lang, &source.name)) " " code { (source.name.id) } " " (badge::made_up(lang, source.name.made_up)) } td { (lang.word("river", &source.kind)) } td.num { (source.load_kg_d) } td.num { (source.mg_l) } td.num { (source.share_percent) } td.num { (or_dash(source.cut_alone_percent)) } td { (source.origin) } }
                        }
                    }
                }
            }
        }
    }
}

/// The name of a water body, by its register.
pub(super) fn body_name(ctx: &Ctx, id: &str) -> String {
    let named = crate::view::register::find(ctx, "water_body")
        .ok()
        .zip(crate::view::register::one(ctx, "water_body", id).ok().flatten())
        .map(|(register, entry)| crate::view::register::name_of(ctx, register, &entry));
    named.unwrap_or_else(|| id.to_owned())
}
