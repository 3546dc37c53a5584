//! Results of models as tables for people.

use judge::river::{Asked, CapacityResult, EcoflowResult, Found, Named, Run, SteadyResult, parameters};
use standards::Decimal;

use crate::table;

/// Sources that are listed under a section.
const SOURCES: usize = 5;

pub(super) fn run(run: &Run, asked: &Asked) {
    println!("{} by {}", run.model, run.program);
    let rows = parameters(run.model).map(|parameter| {
        let origin = if asked.is_default(parameter) { format!("default ({})", parameter.sure) } else { "asked".to_owned() };
        vec![parameter.id.clone(), asked.value(parameter).to_owned(), parameter.unit.clone(), origin, parameter.source.get("en").to_owned()]
    });
    show(&["parameter", "value", "unit", "origin", "source"], rows.collect());
    match &run.found {
        Found::Steady(found) => steady(found),
        Found::Capacity(found) => capacity(found),
        Found::Ecoflow(found) => ecoflow(found),
    }
    if run.found.assumed() {
        println!("assumed: numbers in it are assumptions, so it decides nothing");
    }
    if run.found.made_up() {
        println!("made up: rows in it were made up for a demonstration");
    }
}

fn show(header: &[&str], rows: Vec<Vec<String>>) {
    let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
    println!("{}", table::render(&header, &rows));
}

fn name(named: &Named) -> String {
    format!("{} {}", named.id, named.zh)
}

fn or_dash(value: Option<Decimal>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| value.to_string())
}

fn warnings(warnings: &[String]) {
    for warning in warnings {
        println!("warning: {warning}");
    }
}

fn steady(found: &SteadyResult) {
    let rows = found.sections.iter().map(|row| {
        let kept = match row.meets {
            Some(true) => "kept",
            Some(false) => "missed",
            None => "no limit",
        };
        vec![
            name(&row.name),
            row.flow_m3_s.to_string(),
            row.mg_l.to_string(),
            row.class.clone(),
            or_dash(row.target_mg_l),
            or_dash(row.over_mg_l),
            kept.to_owned(),
            row.background_mg_l.to_string(),
        ]
    });
    println!("{} at sections, mg/L", found.item);
    show(&["section", "flow m³/s", "mg/L", "class", "limit", "over", "", "background"], rows.collect());
    let mut sources = Vec::new();
    for section in &found.sections {
        for row in section.sources.iter().take(SOURCES).filter(|row| !row.mg_l.is_zero()) {
            sources.push(vec![
                section.name.id.clone(),
                name(&row.name),
                row.kind.clone(),
                row.load_kg_d.to_string(),
                row.mg_l.to_string(),
                row.share_percent.to_string(),
                or_dash(row.cut_alone_percent),
            ]);
        }
    }
    println!("who adds what (the first {SOURCES} of each section)");
    show(&["section", "source", "kind", "kg/d", "mg/L", "share %", "cut alone %"], sources);
    let reaches = found.reaches.iter().map(|row| {
        let numbers = [row.length_km, row.flow_m3_s, row.velocity_m_s, row.travel_d, row.rate_per_d, row.upper_mg_l, row.lower_mg_l];
        let mut cells = vec![row.id.clone()];
        cells.extend(numbers.iter().map(Decimal::to_string));
        cells.push(row.origin.clone());
        cells
    });
    show(&["reach", "km", "m³/s", "m/s", "d", "K 1/d", "upper", "lower", "origin"], reaches.collect());
    warnings(&found.warnings);
}

fn capacity(found: &CapacityResult) {
    let rows = found.zones.iter().map(|row| {
        let numbers = [row.flow_m3_s, row.upstream_mg_l, row.target_mg_l, row.rate_per_d, row.capacity_t_a, row.load_t_a, row.left_t_a];
        let mut cells = vec![name(&row.name), row.class.clone()];
        cells.extend(numbers.iter().map(Decimal::to_string));
        cells.push(or_dash(row.ratio));
        cells.push(row.level.clone().unwrap_or_else(|| "–".to_owned()));
        cells.push(row.upstream_cut_mg_l.map_or_else(String::new, |cut| format!("water from above is {cut} mg/L over first")));
        cells
    });
    println!("capacity for {}", found.item);
    let header = ["reach", "class", "Q m³/s", "C0 mg/L", "Cs mg/L", "K 1/d", "capacity t/a", "load t/a", "left t/a", "ratio", "level", ""];
    show(&header, rows.collect());
    warnings(&found.warnings);
}

fn ecoflow(found: &EcoflowResult) {
    for gauge in &found.gauges {
        println!(
            "{}: {} months, {} to {}, mean {} m³/s",
            name(&gauge.name),
            gauge.n_months,
            gauge.from,
            gauge.to,
            or_dash(gauge.mean_m3_s)
        );
        let methods = gauge.methods.iter().map(|row| {
            let mut cells = vec![row.method.clone()];
            if row.why_not.is_empty() {
                cells.extend(row.month_m3_s.iter().map(Decimal::to_string));
            } else {
                cells.push(format!("{} ({} years)", row.why_not, row.n_years));
                cells.resize(13, String::new());
            }
            cells
        });
        let months: Vec<String> = (1..=12).map(|month| month.to_string()).collect();
        let mut header = vec!["m³/s"];
        header.extend(months.iter().map(String::as_str));
        show(&header, methods.collect());
        println!(
            "held against: {} {}; {} of {} months kept ({} %), {} without a whole record, {} ·10⁴ m³ missing",
            gauge.basis,
            or_dash(gauge.fixed_m3_s),
            gauge.n_kept,
            gauge.n_judged,
            or_dash(gauge.kept_percent),
            gauge.n_missing,
            gauge.deficit_10k_m3
        );
        let below = gauge
            .shortfalls
            .iter()
            .filter(|row| !row.short_m3_s.is_zero())
            .map(|row| vec![row.month.clone(), row.flow_m3_s.to_string(), row.required_m3_s.to_string(), row.short_m3_s.to_string()]);
        show(&["below in", "m³/s", "needed", "missing"], below.collect());
    }
}
