//! Capacity of rivers and lakes.

use hydro::capacity::Allowed;
use hydro::capacity::headroom::{headroom, plant_cut_t_a};
use hydro::capacity::lake::{Fan, MixedLake, YearlyLake};
use hydro::capacity::month::months;
use hydro::capacity::river::{
    OneDimension, TwoDimension, ZeroDimension, one_dimension, two_dimension, two_dimension_capacity, zero_dimension,
};
use hydro::hydraulics::{Hydraulics, PowerLaw};
use toml::Table;

use crate::case::{near, number, numbers, part, read, rows, tables, text, tolerance, typed, within};

/// A load as g/s and t/a.
fn load(what: &str, found: Allowed, expected: &[f64], relative: f64) {
    within(&format!("{what}, g/s"), found.g_s, expected[0], relative);
    within(&format!("{what}, t/a"), found.t_a, expected[1], relative);
}

fn cases() -> Table {
    read(include_str!("../cases/capacity.toml"))
}

#[test]
fn capacity_by_mixing_to_the_digits() {
    let cases = cases();
    let case = part(&cases, "zero_dimension");
    let river: ZeroDimension = typed(case, "river");
    let found = zero_dimension(&river).unwrap();
    near("mixed", found.mixed_mg_l, number(case, "mixed_mg_l"));
    load("remaining", found.remaining, &numbers(case, "remaining"), 1e-6);
    load("total", found.total, &numbers(case, "total"), 1e-6);
    near("present", found.present.g_s, number(case, "present_g_s"));
    let other = part(&cases, "mechanism");
    let river: ZeroDimension = typed(other, "zero_dimension");
    load("remaining", zero_dimension(&river).unwrap().remaining, &numbers(other, "zero_dimension_remaining"), 1e-6);
}

#[test]
fn capacity_along_a_zone_to_the_digits() {
    let cases = cases();
    for case in tables(&cases, "one_dimension") {
        let (name, close) = (text(case, "name"), tolerance(case));
        let zone: OneDimension = typed(case, "zone");
        let found = one_dimension(&zone).unwrap();
        for (key, number_found) in [("exponent", found.exponent), ("survival", found.survival)] {
            if case.contains_key(key) {
                within(name, number_found, number(case, key), close);
            }
        }
        load(&format!("{name}: upper end"), found.upper_end, &numbers(case, "upper_end"), close);
        load(&format!("{name}: middle"), found.middle, &numbers(case, "middle"), close);
        load(&format!("{name}: uniform"), found.uniform, &numbers(case, "uniform"), close);
        load(&format!("{name}: lower end"), found.lower_end, &numbers(case, "lower_end"), close);
        load(&format!("{name}: uneven"), found.uneven, &numbers(case, "uneven"), close);
        assert_eq!(found.upstream_cut_mg_l, None);
    }
}

#[test]
fn a_zone_that_fails_without_any_load_bears_none_and_says_what_must_fall_upstream() {
    let cases = cases();
    let mut zone: OneDimension = typed(tables(&cases, "one_dimension")[0], "zone");
    zone.upstream_mg_l = 25.0;
    let found = one_dimension(&zone).unwrap();
    assert!(found.middle.g_s <= 0.0 && found.uniform.t_a <= 0.0);
    zone.upstream_mg_l -= found.upstream_cut_mg_l.unwrap();
    let kept = one_dimension(&zone).unwrap();
    within("what arrives", kept.background_mg_l, zone.target_mg_l, 1e-12);
}

#[test]
fn capacity_of_months_to_the_digits() {
    let cases = cases();
    let case = part(&cases, "months");
    let zone: OneDimension = typed(case, "zone");
    let power = numbers(case, "power");
    let hydraulics = Hydraulics::Power { velocity: PowerLaw { alpha: power[0], beta: power[1] }, depth: None };
    let expected = rows(case, "month");
    let flows: Vec<f64> = expected.iter().map(|row| row[0]).collect();
    let year = months(&zone, &hydraulics, &flows.try_into().unwrap()).unwrap();
    for (month, row) in year.months.iter().zip(&expected) {
        let name = format!("month {}", month.month);
        near(&name, month.velocity_m_s, row[1]);
        near(&name, month.capacity.exponent, row[2]);
        near(&name, month.capacity.middle.g_s, row[3]);
        near(&name, month.middle_t, row[4]);
    }
    near("year", year.middle_t_a, number(case, "year_t_a"));
    near("twelve times the least", year.twelve_times_least_t_a, number(case, "twelve_times_least_t_a"));
}

#[test]
fn capacity_at_the_bank_of_a_wide_river_to_the_digits() {
    let cases = cases();
    let case = part(&cases, "bank");
    let river: TwoDimension = typed(case, "river");
    for row in rows(case, "point") {
        let found = two_dimension(&river, number(case, "load_g_s"), row[0], row[1]).unwrap();
        near(&format!("{} m, {} m", row[0], row[1]), found, row[2]);
    }
    let allowed = part(case, "allowed");
    let (target, x_m) = (number(allowed, "target_mg_l"), number(allowed, "x_m"));
    let found = two_dimension_capacity(&river, target, x_m, 0.0).unwrap();
    near("allowed", found.allowed.g_s, number(allowed, "g_s"));
    near("kept", two_dimension(&river, found.allowed.g_s, x_m, 0.0).unwrap(), target);
}

#[test]
fn mixed_lakes_to_the_digits() {
    let cases = read(include_str!("../cases/lakes.toml"));
    let case = part(&cases, "mixed");
    let lake: MixedLake = typed(case, "lake");
    let state = lake.under(number(case, "load_g_s"), number(case, "start_mg_l")).unwrap();
    near("turnover", state.turnover_per_d, number(case, "turnover_per_d"));
    near("steady", state.steady_mg_l, number(case, "steady_mg_l"));
    for row in rows(case, "after") {
        near(&format!("after {} d", row[0]), state.after(row[0]).unwrap(), row[1]);
    }
    let near_steady = part(case, "within");
    near("days", state.days_to_within(number(near_steady, "share")).unwrap().unwrap(), number(near_steady, "days"));
    let allowed = part(case, "allowed");
    load("allowed", lake.allowed(number(allowed, "target_mg_l"), 0.0).unwrap(), &numbers(allowed, "load"), 1e-6);
    let variant = part(case, "without_flushing");
    let found = lake.allowed_without_flushing(number(variant, "target_mg_l"), number(variant, "unevenness")).unwrap();
    near("without flushing", found.t_a, number(variant, "t_a"));

    let cases = cases_of_mechanisms();
    let lake: MixedLake = typed(&cases, "lake");
    let found = lake.allowed(number(&cases, "lake_target_mg_l"), number(&cases, "lake_inflow_g_s")).unwrap();
    load("lake of the mechanisms", found, &numbers(&cases, "lake_allowed"), 1e-6);
}

fn cases_of_mechanisms() -> Table {
    part(&cases(), "mechanism").clone()
}

#[test]
fn phosphorus_of_lakes_to_the_digits() {
    let cases = read(include_str!("../cases/lakes.toml"));
    let case = part(&cases, "yearly");
    let lake: YearlyLake = typed(case, "lake");
    let (target, retention) = (number(case, "target_mg_l"), number(case, "retention"));
    let dillon = lake.dillon(target, retention).unwrap();
    near("flushing", dillon.flushing_per_a, number(case, "flushing_per_a"));
    near("overflow", dillon.overflow_m_a, number(case, "overflow_m_a"));
    near("residence", dillon.residence_a, number(case, "residence_a"));
    near("Dillon, area", dillon.g_m2_a, numbers(case, "dillon")[0]);
    near("Dillon", dillon.t_a, numbers(case, "dillon")[1]);
    near("Dillon and back", lake.dillon_mg_l(dillon.g_m2_a, retention).unwrap(), target);
    let vollenweider = lake.vollenweider(target).unwrap();
    near("Vollenweider, area", vollenweider.g_m2_a, numbers(case, "vollenweider")[0]);
    near("Vollenweider", vollenweider.t_a, numbers(case, "vollenweider")[1]);
    let predicted = lake.vollenweider_mg_l(dillon.g_m2_a).unwrap();
    near("Vollenweider of Dillon's load", predicted, number(case, "vollenweider_of_dillon_mg_l"));
    let goda = part(case, "goda");
    for key in ["as_printed", "exact"] {
        let expected = numbers(goda, key);
        near(key, lake.goda_kg_d(target, number(goda, "settling_depth_m"), expected[0]).unwrap(), expected[1]);
    }
}

#[test]
fn a_fan_from_the_shore_to_the_digits() {
    let cases = read(include_str!("../cases/lakes.toml"));
    let case = part(&cases, "fan");
    let fan: Fan = typed(case, "fan");
    for row in rows(case, "point") {
        near(&format!("{} m", row[0]), fan.at(number(case, "effluent_mg_l"), row[0]).unwrap(), row[1]);
    }
    let allowed = part(case, "allowed");
    let found = fan.allowed(number(allowed, "target_mg_l"), number(allowed, "radius_m")).unwrap();
    near("allowed", found.g_s, number(allowed, "g_s"));
}

#[test]
fn works_and_headroom() {
    let plant = part(&cases_of_mechanisms(), "plant").clone();
    let cut = plant_cut_t_a(number(&plant, "flow_m3_a"), number(&plant, "inlet_mg_l"), number(&plant, "outlet_mg_l"));
    near("treatment plant", cut.unwrap(), number(&plant, "cut_t_a"));
    let passed = headroom(100.0, 120.0).unwrap();
    near("left", passed.left_t_a, -20.0);
    near("ratio", passed.ratio.unwrap(), 1.2);
    assert_eq!(headroom(0.0, 1.0).unwrap().ratio, None);
}
