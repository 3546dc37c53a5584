//! Travel times, Manning's formula, and dispersion against plug flow.

use hydro::hydraulics::Channel;
use hydro::reference;
use hydro::steady::dispersion::{Discharge, Thresholds, dispersed, regime};
use hydro::steady::travel::{Leg, at_distance, chain};

use crate::case::{near, number, numbers, part, read, rows, tables, text, typed, within};

#[test]
fn travel_times_along_a_chain_to_the_digits() {
    let cases = read(include_str!("../cases/travel.toml"));
    let case = part(&cases, "chain");
    let expected = rows(case, "legs");
    let leg = |row: &Vec<f64>| Leg { length_m: row[0], velocity_m_s: row[1], decay_per_d: row[2] };
    let legs: Vec<Leg> = expected.iter().map(leg).collect();
    for (arrival, row) in chain(&legs).unwrap().iter().zip(&expected) {
        near("hours", arrival.time_h, row[3]);
        near("survival", arrival.survival, row[4]);
    }
    let intake = part(case, "intake");
    let arrival = at_distance(&legs, number(intake, "distance_m")).unwrap().unwrap();
    near("hours to the intake", arrival.time_h, number(intake, "time_h"));
    near("survival at the intake", arrival.survival, number(intake, "survival"));
    assert_eq!(at_distance(&legs, 40_000.0).unwrap(), None);
}

#[test]
fn normal_depths_to_the_digits() {
    let cases = read(include_str!("../cases/travel.toml"));
    for case in tables(&cases, "manning") {
        let shape = numbers(case, "channel");
        let channel = Channel { bottom_width_m: shape[0], side_slope: shape[1], roughness: shape[2], bed_slope: shape[3] };
        let normal = channel.normal_flow(number(case, "flow_m3_s")).unwrap();
        near("depth", normal.depth_m, number(case, "depth_m"));
        near("area", normal.area_m2, number(case, "area_m2"));
        near("velocity", normal.velocity_m_s, number(case, "velocity_m_s"));
        near("Froude number", normal.froude, number(case, "froude"));
        near("hours for a km", 1000.0 / normal.velocity_m_s / 3600.0, number(case, "hours_per_km"));
        near("dispersion", normal.dispersion_m2_s, number(case, "dispersion_m2_s"));
    }
}

#[test]
fn dispersion_says_when_plug_flow_misleads() {
    let thresholds: Thresholds = toml::from_str(reference::DISPERSION).unwrap();
    let cases = read(include_str!("../cases/dispersion.toml"));
    for case in tables(&cases, "case") {
        let name = text(case, "name");
        let discharge: Discharge = typed(case, "discharge");
        let found = dispersed(&discharge, number(case, "x_m")).unwrap();
        near(name, found.alpha, number(case, "alpha"));
        near(name, found.peclet, number(case, "peclet"));
        near(name, found.mixed_mg_l, number(case, "mixed_mg_l"));
        near(name, found.mg_l, number(case, "mg_l"));
        near(name, found.plug_flow_mg_l, number(case, "plug_flow_mg_l"));
        within(name, found.relative_gap.unwrap(), number(case, "relative_gap"), 5e-4);
        let named = format!("{:?}", regime(&discharge, &thresholds).unwrap());
        assert_eq!(named.to_lowercase(), text(case, "regime").replace('_', ""), "{name}");
    }
}
