//! Spills: closed forms to the digits, and the scheme against them.

use hydro::spill::closed::{Channel, at_once, at_once_dose, at_once_peak_s, held_front, over_time};
use hydro::spill::response::{Grades, Impact, Post, closure, graded, leads};
use hydro::spill::{Course, Joint, Passage, Period, Reach, Release, Settings, Shape, Source, Spilled, Uncertainty, bands, passage, run};
use toml::Table;

use crate::case::{near, number, part, read, rows, tables, text, typed, within};

fn cases() -> Table {
    read(include_str!("../cases/spill.toml"))
}

/// Reaches one after the other: length, area, dispersion, lateral inflow.
fn chain(rows: &[[f64; 4]], decay_per_d: f64) -> Course {
    let joints = (0..=rows.len()).map(|i| Joint { id: format!("j{i}"), tank_m3: None, tank_decay_per_d: 0.0 }).collect();
    let reach = |(i, row): (usize, &[f64; 4])| Reach {
        id: format!("r{i}"),
        from: i,
        to: i + 1,
        length_m: row[0],
        shape: Shape::Area(row[1]),
        lateral_m3_s_m: row[3],
        dispersion_m2_s: row[2],
        decay_per_d,
        share: 1.0,
    };
    Course::new(joints, rows.iter().enumerate().map(reach).collect()).unwrap()
}

fn flows(course: &Course, flow_m3_s: f64) -> Vec<Period> {
    let n = course.joints().len();
    let mut inflow_m3_s = vec![0.0; n];
    inflow_m3_s[0] = flow_m3_s;
    vec![Period { from_s: 0.0, inflow_m3_s, taken_m3_s: vec![0.0; n], release_m3_s: vec![None; n] }]
}

fn settings(cell_m: f64, hours: f64, watch: &[usize]) -> Settings {
    let watch = watch.to_vec();
    Settings { cell_m, until_s: hours * 3600.0, courant: 0.8, longest_step_s: 900.0, watch, frame_every_s: None, start_mg_l: None }
}

fn passages(spilled: &Spilled, threshold_mg_l: f64) -> Vec<Passage> {
    spilled.samples.iter().map(|samples| passage(samples, threshold_mg_l).unwrap().unwrap()).collect()
}

fn closes(spilled: &Spilled) {
    let ledger = spilled.ledger;
    assert!(ledger.residual_g.abs() <= 1e-10 * ledger.entered_g, "{ledger:?}");
    assert!(spilled.samples.iter().flatten().all(|sample| 0.0 <= sample.mg_l));
    assert!(spilled.end_mg_l.iter().flatten().all(|mg_l| 0.0 <= *mg_l));
}

/// When a rising function first reaches a value.
fn reached(value: f64, mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if f(middle) < value {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

#[test]
fn a_held_front_to_the_digits() {
    let cases = cases();
    let case = part(&cases, "front");
    let plain: Channel = typed(case, "channel");
    let decaying = Channel { decay_per_s: number(case, "decay_per_s"), ..plain };
    let held = number(case, "held_mg_l");
    for row in rows(case, "rows") {
        let at = |channel: &Channel| held * held_front(channel, row[0], row[1] * 3600.0).unwrap();
        near("without decay", at(&plain), row[2]);
        near("with decay", at(&decaying), row[3]);
    }
    for row in rows(case, "arrivals") {
        for (share, hours) in [0.01, 0.1, 0.5, 0.9].into_iter().zip(&row[1..]) {
            let found = reached(share, 1.0, 10.0 * 3600.0, |time_s| held_front(&plain, row[0], time_s).unwrap());
            near("arrival", found / 3600.0, *hours);
        }
    }
}

#[test]
fn a_release_at_once_to_the_digits() {
    let cases = cases();
    let case = part(&cases, "at_once");
    let channel: Channel = typed(case, "channel");
    let (mass, area) = (number(case, "mass_g"), number(case, "area_m2"));
    let at = |x: f64, hours: f64| at_once(&channel, mass, area, x, hours * 3600.0).unwrap();
    for row in rows(case, "rows") {
        let peak_h = at_once_peak_s(&channel, row[0]).unwrap() / 3600.0;
        near("peak time", peak_h, row[1]);
        near("peak", at(row[0], peak_h), row[2]);
        near("first above", reached(0.05, 0.01, peak_h, |hours| at(row[0], hours)), row[3]);
        near("last above", reached(-0.05, peak_h, 40.0, |hours| -at(row[0], hours)), row[4]);
        near("dose", at_once_dose(&channel, mass, area, row[0]).unwrap() / 3600.0, row[5]);
    }
    for row in rows(case, "times") {
        for (x, expected) in [2000.0, 5000.0, 10_000.0, 25_000.0].into_iter().zip(&row[1..]) {
            if 0.0 < *expected {
                near("concentration", at(x, row[0]), *expected);
            } else {
                assert!(at(x, row[0]) < 1e-8);
            }
        }
    }
}

#[test]
fn a_release_over_two_hours_to_the_digits() {
    let cases = cases();
    let channel: Channel = typed(part(&cases, "at_once"), "channel");
    let case = part(&cases, "over_time");
    let (rate, lasting) = (number(case, "rate_g_s"), number(case, "lasting_s"));
    for row in rows(case, "times") {
        for (x, expected) in [5000.0, 10_000.0, 25_000.0].into_iter().zip(&row[1..]) {
            let found = over_time(&channel, rate, 35.0, lasting, x, row[0] * 3600.0).unwrap();
            if 0.0 < *expected {
                near("concentration", found, *expected);
            } else {
                assert!(found < 1e-7, "{found}");
            }
        }
    }
}

#[test]
fn the_scheme_meets_releases_in_one_channel() {
    let cases = cases();
    let case = part(&cases, "at_once");
    let channel: Channel = typed(case, "channel");
    let row = |length| [length, number(case, "area_m2"), channel.dispersion_m2_s, 0.0];
    let course = chain(&[row(5000.0), row(5000.0), row(5000.0), row(15_000.0), row(5000.0)], channel.decay_per_s * 86_400.0);
    let periods = flows(&course, number(case, "flow_m3_s"));
    let settings = settings(100.0, 24.0, &[2, 3, 4]);
    let check = |source: Source, expected: &[Vec<f64>]| {
        let spilled = run(&course, &periods, &[Release { joint: 1, source }], &settings).unwrap();
        closes(&spilled);
        for (found, row) in passages(&spilled, 0.05).iter().zip(expected) {
            within("peak time", found.peak_s / 3600.0, row[1], 0.005);
            within("peak", found.peak_mg_l, row[2], 0.005);
            within("first above", found.arrival_s.unwrap() / 3600.0, row[3], 0.005);
            within("last above", found.clear_s.unwrap() / 3600.0, row[4], 0.005);
        }
    };
    check(Source::AtOnce { mass_g: number(case, "mass_g") }, &rows(case, "rows")[1..]);
    let case = part(&cases, "over_time");
    let source = Source::Over { from_s: 0.0, until_s: number(case, "lasting_s"), g_s: number(case, "rate_g_s") };
    check(source, &rows(case, "rows"));
}

#[test]
fn reaches_of_different_area_with_lateral_inflow() {
    let cases = cases();
    let case = part(&cases, "reaches");
    let shapes: Vec<[f64; 4]> = rows(case, "rows").iter().map(|row| [row[0], row[1], row[2], row[3]]).collect();
    let course = chain(&shapes, number(case, "decay_per_d"));
    let source = Source::Held { from_s: 0.0, until_s: 3600.0, mg_l: number(case, "held_mg_l") };
    let settings = settings(number(case, "cell_m"), 14.0, &[1, 2, 3]);
    let spilled = run(&course, &flows(&course, number(case, "flow_m3_s")), &[Release { joint: 0, source }], &settings).unwrap();
    closes(&spilled);
    for (found, row) in passages(&spilled, number(case, "threshold_mg_l")).iter().zip(rows(case, "expected")) {
        within("peak time", found.peak_s / 3600.0, row[0], row[5]);
        within("peak", found.peak_mg_l, row[1], row[5]);
        within("first above", found.arrival_s.unwrap() / 3600.0, row[2], row[5]);
        within("last above", found.clear_s.unwrap() / 3600.0, row[3], row[5]);
        within("dose", found.dose_mg_h_l, row[4], row[5]);
    }
}

const VELOCITY_M_S: f64 = 0.5;
const LENGTH_M: f64 = 40_000.0;
const UNTIL_S: f64 = 40_000.0;

/// Cell values of a shape after some time: means for the Gauss curve and the moving square, middles where the square spreads.
fn profile(shape: &str, dispersion: f64, time_s: f64, cell_m: f64) -> Vec<f64> {
    let n = (LENGTH_M / cell_m) as usize;
    let moved = VELOCITY_M_S * time_s;
    let edges = |i: usize| (i as f64 * cell_m, (i + 1) as f64 * cell_m);
    let spread = Channel { velocity_m_s: VELOCITY_M_S, dispersion_m2_s: dispersion.max(1e-9), decay_per_s: 0.0 };
    let value = |i: usize| {
        let (left, right) = edges(i);
        match shape {
            "gauss" => {
                let sigma = (1e6 + 2.0 * dispersion * time_s).sqrt();
                let at = |x: f64| 1000.0 / sigma * (-0.5 * ((x - 6000.0 - moved) / sigma).powi(2)).exp();
                // Simpson's rule, far below the tolerances at these widths
                (at(left) + 4.0 * at(0.5 * (left + right)) + at(right)) / 6.0
            }
            // Many small releases at once make a spreading square.
            _ if 0.0 < dispersion * time_s => {
                let middle = 0.5 * (left + right);
                let part = |k: usize| at_once(&spread, 10.0, 1.0, middle - 4005.0 - 10.0 * k as f64, time_s).unwrap();
                (0..400).map(part).sum()
            }
            _ => ((right.min(8000.0 + moved) - left.max(4000.0 + moved)) / cell_m).max(0.0),
        }
    };
    (0..n).map(value).collect()
}

/// Relative L1 error, and by how many metres the centre is off.
fn carried(shape: &str, dispersion: f64, cell_m: f64) -> (f64, f64) {
    let course = chain(&[[LENGTH_M, 10.0, dispersion, 0.0]], 0.0);
    let start_mg_l = Some(vec![profile(shape, dispersion, 0.0, cell_m)]);
    let settings = Settings { courant: 0.4, until_s: UNTIL_S, start_mg_l, ..settings(cell_m, 1.0, &[]) };
    let spilled = run(&course, &flows(&course, VELOCITY_M_S * 10.0), &[], &settings).unwrap();
    closes(&spilled);
    let exact = profile(shape, dispersion, UNTIL_S, cell_m);
    let sum: f64 = exact.iter().sum();
    let error: f64 = spilled.end_mg_l[0].iter().zip(&exact).map(|(found, exact)| (found - exact).abs()).sum();
    let centre = |values: &[f64]| {
        let moment: f64 = values.iter().enumerate().map(|(i, value)| (i as f64 + 0.5) * cell_m * value).sum();
        moment / values.iter().sum::<f64>()
    };
    (error / sum, centre(&spilled.end_mg_l[0]) - centre(&exact))
}

#[test]
fn the_scheme_is_as_good_as_it_is_said_to_be() {
    for case in tables(&cases(), "scheme") {
        let (error, off_m) = carried(text(case, "shape"), number(case, "dispersion_m2_s"), number(case, "cell_m"));
        let name = format!("{} with D = {}", text(case, "shape"), number(case, "dispersion_m2_s"));
        assert!(error <= number(case, "most"), "{name}: {error}");
        within(&name, error, number(case, "reached"), 0.02);
        assert!(off_m.abs() <= 0.5, "{name}: the centre is off by {off_m} m");
    }
}

#[test]
fn the_scheme_converges() {
    let (coarse, fine) = (carried("gauss", 15.0, 125.0).0, carried("gauss", 15.0, 62.5).0);
    assert!(3.5 <= coarse / fine, "{coarse} {fine}");
}

#[test]
fn faster_water_arrives_earlier_and_the_band_holds_the_central_run() {
    let course = chain(&[[5000.0, 35.0, 12.0, 0.0], [10_000.0, 35.0, 12.0, 0.0], [5000.0, 35.0, 12.0, 0.0]], 0.1);
    let periods = flows(&course, 14.0);
    let releases = [Release { joint: 1, source: Source::AtOnce { mass_g: 5e5 } }];
    let uncertainty = Uncertainty { velocity: 0.2, dispersion_factor: 2.0, load: 0.3, origin: "assumed, for tests".to_owned() };
    let (central, found) = bands(&course, &periods, &releases, &settings(200.0, 20.0, &[2]), 0.05, &uncertainty).unwrap();
    closes(&central);
    let band = &found[0];
    let arrival = band.central.arrival_s.unwrap();
    assert!(band.arrival_s.least.unwrap() < arrival && arrival < band.arrival_s.most.unwrap());
    assert!(band.peak_mg_l.least.unwrap() < band.central.peak_mg_l && band.central.peak_mg_l < band.peak_mg_l.most.unwrap());
    assert!(band.central.clear_s.unwrap() < band.clear_s.most.unwrap());
    let shut = closure(band, 3600.0).unwrap().unwrap();
    within("shut", shut.close_s, band.arrival_s.least.unwrap() - 3600.0, 1e-12);
    let post = Post { id: "boom".to_owned(), ready_s: 7200.0 };
    let lead = &leads(&[(post, *band)], 1800.0).unwrap()[0];
    within("lead", lead.lead_s.unwrap(), band.arrival_s.least.unwrap() - 9000.0, 1e-12);
}

#[test]
fn a_reservoir_delays_and_keeps_what_a_closed_form_says() {
    // A tank of 1e6 m³ with 10 m³/s: 100 kg at once leave as e^(−t/T) with T = 1e5 s.
    let joint = |id: &str, tank_m3| Joint { id: id.to_owned(), tank_m3, tank_decay_per_d: 0.0 };
    let reach = |from, to| Reach {
        id: format!("r{from}"),
        from,
        to,
        length_m: 1000.0,
        shape: Shape::Area(20.0),
        lateral_m3_s_m: 0.0,
        dispersion_m2_s: 0.0,
        decay_per_d: 0.0,
        share: 1.0,
    };
    let joints = vec![joint("above", None), joint("lake", Some(1e6)), joint("below", None)];
    let course = Course::new(joints, vec![reach(0, 1), reach(1, 2)]).unwrap();
    let releases = [Release { joint: 1, source: Source::AtOnce { mass_g: 1e5 } }];
    let spilled = run(&course, &flows(&course, 10.0), &releases, &settings(200.0, 48.0, &[1])).unwrap();
    closes(&spilled);
    for sample in &spilled.samples[0] {
        // the sample is the mean of its step
        let half = 0.5 * spilled.step_s / 1e5;
        within("leaving the lake", sample.mg_l, 0.1 * (-sample.time_s / 1e5).exp() * half.sinh() / half, 1e-9);
    }
}

#[test]
fn the_gravest_grade_that_holds_decides_the_clock() {
    let grades: Grades = toml::from_str(include_str!("../../data/spill-grades.toml")).unwrap();
    let of = |counts: &[(&str, u64)], marks: &[&str]| {
        let counts = counts.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect();
        let impact = Impact { counts, marks: marks.iter().map(|mark| (*mark).to_owned()).collect() };
        graded(&grades, &impact).map(|(grade, because)| (grade.id.clone(), grade.report_hours, because))
    };
    assert_eq!(of(&[("dead", 9)], &["any"]).unwrap(), ("larger".to_owned(), 4, vec!["dead".to_owned()]));
    assert_eq!(of(&[("dead", 10)], &[]).unwrap().1, 2);
    assert_eq!(of(&[], &["across_the_state_border", "any"]).unwrap().0, "special");
    assert_eq!(of(&[], &["any"]).unwrap().0, "general");
    assert_eq!(of(&[], &[]), None);
}
