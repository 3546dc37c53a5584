//! Laws that hold for any river: mass is conserved, sources add up, more load never makes water better.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use hydro::calibrate::{Observed, decay_factor};
use hydro::capacity::river::{OneDimension, one_dimension};
use hydro::decay::Season;
use hydro::design_flow::driest::{DriestMonth, DriestMonths, guaranteed};
use hydro::design_flow::low_flow::of_minima;
use hydro::network::{
    End, Flows, HydraulicsRecord, InflowKind, InflowRecord, IntakeRecord, Network, NodeRecord, Place, Plausible, Range, ReachRecord,
    Records, ReservoirRecord, SectionIndex, SectionRecord, SpreadRecord, Water, build, water,
};
use hydro::nonpoint::{Animals, Catchment, EventSample, Land, People, event_mean, load};
use hydro::steady::receptor::{disagreement, source_receptor};
use hydro::steady::{Conditions, Loads, Rates, Steady, steady};
use hydro::{Quantity, hydraulics};
use proptest::prelude::*;
use proptest::sample::Index;

/// One node with what enters there, and the one or two reaches that leave it.
#[derive(Debug, Clone)]
struct Knot {
    to: (Index, Index),
    share: f64,
    flow_m3_s: f64,
    mg_l: f64,
    length_km: f64,
    velocity_m_s: f64,
    decay_per_d: f64,
    spread_g_s: f64,
    mixed_m3: f64,
}

fn knots() -> impl Strategy<Value = Vec<Knot>> {
    let numbers = (0.2..0.8f64, 0.05..5.0f64, 0.0..100.0f64, 0.1..50.0f64, 0.05..2.0f64, 0.0..3.0f64, 0.0..20.0f64, 0.0..1e7f64);
    let knot = (any::<Index>(), any::<Index>(), numbers).prop_map(|(first, second, numbers)| {
        let (share, flow_m3_s, mg_l, length_km, velocity_m_s, decay_per_d, spread_g_s, mixed_m3) = numbers;
        Knot { to: (first, second), share, flow_m3_s, mg_l, length_km, velocity_m_s, decay_per_d, spread_g_s, mixed_m3 }
    });
    prop::collection::vec(knot, 1..14)
}

fn node(n: usize) -> String {
    format!("n{n:02}")
}

/// Reaches lead to later nodes only; the last node is the mouth, with an intake.
fn river(knots: &[Knot]) -> (Network, Water) {
    let mut records = Records::default();
    let mouth = knots.len();
    let substance = |value: f64, unit: &str| BTreeMap::from([("x".to_owned(), Quantity::new(value, unit))]);
    for (n, knot) in knots.iter().enumerate() {
        let later = |index: &Index| n + 1 + index.index(mouth - n);
        let (first, second) = (later(&knot.to.0), later(&knot.to.1));
        let ways = if first == second { vec![(first, 1.0)] } else { vec![(first, knot.share), (second, 1.0 - knot.share)] };
        records.node.push(NodeRecord { id: node(n), end: None });
        for (to, share) in ways {
            let id = format!("{}-{}", node(n), node(to));
            records.spread.push(SpreadRecord {
                id: format!("spread-{id}"),
                reach: id.clone(),
                load: substance(knot.spread_g_s, "g/s"),
                origin: String::new(),
            });
            records.reach.push(ReachRecord {
                id,
                from: node(n),
                to: node(to),
                length: Quantity::new(knot.length_km, "km"),
                share: Some(share),
                hydraulics: Some(HydraulicsRecord::Given { velocity: Quantity::new(knot.velocity_m_s, "m/s"), depth: None }),
                decay: substance(knot.decay_per_d, "1/d"),
                ice_decay: BTreeMap::new(),
                reaeration: None,
                origin: String::new(),
            });
        }
        records.inflow.push(InflowRecord {
            id: format!("in-{}", node(n)),
            kind: InflowKind::Outlet,
            place: Place::Node(node(n)),
            flow: Quantity::new(knot.flow_m3_s, "m³/s"),
            quality: substance(knot.mg_l, "mg/L"),
            origin: String::new(),
        });
        records.section.push(SectionRecord { id: node(n), place: Place::Node(node(n)) });
    }
    records.reservoir.push(ReservoirRecord {
        id: "lake".to_owned(),
        node: node(mouth / 2),
        dead: Quantity::new(0.0, "m³"),
        capacity: Quantity::new(1.0, "亿m³"),
        flood_limit: None,
        mixed: Some(Quantity::new(knots[0].mixed_m3, "m³")),
        decay: substance(knots[0].decay_per_d, "1/d"),
        ice_decay: BTreeMap::new(),
        level_volume: Vec::new(),
    });
    records.node.push(NodeRecord { id: node(mouth), end: Some(End::Mouth) });
    records.section.push(SectionRecord { id: node(mouth), place: Place::Node(node(mouth)) });
    records.intake.push(IntakeRecord { id: "works".to_owned(), place: Place::Node(node(mouth)), flow: Quantity::new(0.02, "m³/s") });
    let range = |low, high| Range { low, high };
    let plausible = Plausible {
        length_m: range(1.0, 1e6),
        velocity_m_s: range(0.001, 10.0),
        flow_m3_s: range(1e-4, 1e5),
        rate_per_d: range(1e-3, 100.0),
        concentration_mg_l: range(1e-6, 1e5),
        origin: "assumed, for tests".to_owned(),
    };
    let network = build(&records, &plausible).unwrap();
    let water = water(&network, &Flows::recorded(&network)).unwrap();
    (network, water)
}

const AS_GIVEN: Conditions = Conditions { season: Season::Open { temperature_c: 20.0 }, theta: 1.047 };

fn rates(network: &Network) -> Rates {
    Rates::recorded(network, "x", &AS_GIVEN).unwrap()
}

fn carried(network: &Network, water: &Water, loads: &Loads) -> Steady {
    steady(network, water, &rates(network), loads).unwrap()
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-11 * one.abs().max(other.abs()).max(1e-9)
}

proptest! {
    #[test]
    fn water_and_mass_are_conserved(knots in knots()) {
        let (network, water) = river(&knots);
        prop_assert!(water.balance.residual_m3_s.abs() <= 1e-12 * water.balance.inflow_m3_s);
        let state = carried(&network, &water, &Loads::recorded(&network, "x").unwrap());
        let balance = state.balance;
        prop_assert!(balance.residual_g_s.abs() <= 1e-12 * balance.entered_g_s.max(1e-9), "{balance:?}");
        prop_assert!(state.node_mg_l.iter().chain(&state.reach_end_mg_l).all(|mg_l| mg_l.is_finite() && 0.0 <= *mg_l));
    }

    #[test]
    fn sources_add_up_and_scale(knots in knots(), factor in 0.0..10.0f64) {
        let (network, water) = river(&knots);
        let whole = Loads::recorded(&network, "x").unwrap();
        let points = Loads { inflow_mg_l: whole.inflow_mg_l.clone(), ..Loads::none(&network) };
        let spread = Loads { spread_g_s: whole.spread_g_s.clone(), ..Loads::none(&network) };
        let times = |values: &[f64]| values.iter().map(|value| value * factor).collect::<Vec<_>>();
        let scaled = Loads { inflow_mg_l: times(&whole.inflow_mg_l), spread_g_s: times(&whole.spread_g_s) };
        let [whole, points, spread, scaled] = [whole, points, spread, scaled].map(|loads| carried(&network, &water, &loads).node_mg_l);
        for (((whole, points), spread), scaled) in whole.iter().zip(points).zip(spread).zip(scaled) {
            prop_assert!(close(*whole, points + spread));
            prop_assert!(close(whole * factor, scaled));
        }
    }

    #[test]
    fn the_matrix_agrees_with_the_run(knots in knots()) {
        let (network, water) = river(&knots);
        let loads = Loads::recorded(&network, "x").unwrap();
        let state = carried(&network, &water, &loads);
        let matrix = source_receptor(&network, &water, &rates(&network));
        for section in &matrix.sections {
            let contributions = matrix.contributions(&network, &water, &loads, *section).unwrap();
            prop_assert!(disagreement(&network, &contributions, &state, *section) < 1e-11);
        }
    }

    #[test]
    fn more_load_never_makes_water_better(knots in knots(), which in any::<Index>(), more in 0.0..100.0f64) {
        let (network, water) = river(&knots);
        let mut loads = Loads::recorded(&network, "x").unwrap();
        let before = carried(&network, &water, &loads).node_mg_l;
        loads.inflow_mg_l[which.index(knots.len())] += more;
        loads.spread_g_s[which.index(network.spreads().len())] += more;
        let after = carried(&network, &water, &loads).node_mg_l;
        prop_assert!(before.iter().zip(&after).all(|(before, after)| *before <= after * (1.0 + 1e-14)));
    }

    #[test]
    fn what_does_not_decay_is_mixed(knots in knots(), everywhere in 0.1..50.0f64) {
        let (network, water) = river(&knots);
        let rates = Rates::conservative(&network);
        let loads = Loads { spread_g_s: vec![0.0; network.spreads().len()], ..Loads::recorded(&network, "x").unwrap() };
        let state = steady(&network, &water, &rates, &loads).unwrap();
        let load: f64 = loads.inflow_mg_l.iter().zip(&water.inflow_m3_s).map(|(mg_l, flow)| mg_l * flow).sum();
        let mouth = network.node_named(&node(knots.len())).unwrap();
        prop_assert!(close(state.at_node(mouth), load / water.balance.inflow_m3_s));
        let loads = Loads { inflow_mg_l: vec![everywhere; network.inflows().len()], ..loads };
        let even = steady(&network, &water, &rates, &loads).unwrap();
        prop_assert!(even.node_mg_l.iter().all(|mg_l| close(*mg_l, everywhere)));
    }

    #[test]
    fn a_decay_factor_is_found_again(knots in knots(), factor in 0.3..3.0f64) {
        let (network, water) = river(&knots);
        let loads = Loads::recorded(&network, "x").unwrap();
        let rates = rates(&network);
        let truth = steady(&network, &water, &rates.scaled(factor), &loads).unwrap();
        let sections = source_receptor(&network, &water, &rates).sections;
        let seen = |section: &SectionIndex| Observed { section: *section, mg_l: truth.at_node(network.sections()[section.position()].node) };
        let observed: Vec<Observed> = sections.iter().map(seen).collect();
        let found = decay_factor(&network, &water, &rates, &loads, &observed, 0.1, 5.0).unwrap();
        prop_assert!(found.fit.rmse <= found.before.rmse + 1e-9);
        prop_assert!(found.fit.rmse <= 1e-6 * truth.node_mg_l.iter().copied().fold(1e-6, f64::max), "{found:?}");
    }

    #[test]
    fn a_higher_guarantee_never_gives_more_water(flows in prop::collection::vec(0.01..50.0f64, 30..60), factor in 0.1..10.0f64) {
        let year = |(n, flow): (usize, &f64)| DriestMonth { year: 1950 + n as i32, month: 2, mean_m3_s: *flow };
        let years = flows.iter().enumerate().map(year).collect();
        let driest = DriestMonths { years, left_out: Vec::new(), excluded_months: Vec::new() };
        let at = |guarantee: f64| guaranteed(&driest, guarantee, 30).unwrap();
        for (low, high) in [(0.5, 0.75), (0.75, 0.9), (0.9, 0.95)] {
            prop_assert!(at(high).weibull_m3_s <= at(low).weibull_m3_s);
            prop_assert!(at(high).pearson3_m3_s <= at(low).pearson3_m3_s * (1.0 + 1e-9));
        }
        let q = |years: f64| of_minima(&flows, years).unwrap().value_m3_s;
        prop_assert!(q(10.0) <= q(5.0) * (1.0 + 1e-9) && q(5.0) <= q(2.0) * (1.0 + 1e-9));
        let more: Vec<f64> = flows.iter().map(|flow| flow * factor).collect();
        let ratio = of_minima(&more, 10.0).unwrap().value_m3_s / q(10.0) / factor;
        prop_assert!((ratio - 1.0).abs() < 1e-6, "{ratio}");
    }

    #[test]
    fn capacity_falls_the_further_down_the_load_enters(
        flow_m3_s in 0.1..100.0f64, length_m in 100.0..50_000.0f64, velocity_m_s in 0.05..2.0f64, decay_per_d in 0.01..1.0f64,
        upstream_mg_l in 0.0..20.0f64,
    ) {
        let zone =
            OneDimension { flow_m3_s, length_m, velocity_m_s, decay_per_d, upstream_mg_l, target_mg_l: 20.0, unevenness: 0.8 };
        let found = one_dimension(&zone).unwrap();
        let down = [found.upper_end, found.middle, found.uniform, found.lower_end];
        prop_assert!(down.windows(2).all(|pair| pair[1].g_s <= pair[0].g_s * (1.0 + 1e-12)));
        let stricter = one_dimension(&OneDimension { target_mg_l: 15.0, ..zone }).unwrap();
        prop_assert!(stricter.uniform.g_s <= found.uniform.g_s);
    }

    #[test]
    fn normal_depth_carries_its_flow(
        flow in 0.01..5000.0f64, bottom_width_m in 0.0..300.0f64, side_slope in 0.1..4.0f64, roughness in 0.01..0.1f64,
        bed_slope in 1e-5..0.02f64,
    ) {
        let channel = hydraulics::Channel { bottom_width_m, side_slope, roughness, bed_slope };
        let normal = channel.normal_flow(flow).unwrap();
        let radius = normal.area_m2 / normal.perimeter_m;
        let carried = radius.powf(2.0 / 3.0) * bed_slope.sqrt() / roughness * normal.area_m2;
        prop_assert!((carried / flow - 1.0).abs() < 1e-10, "{normal:?}");
    }
}

#[test]
fn non_point_loads_add_up() {
    let origin = || "assumed, for tests".to_owned();
    let catchment = Catchment {
        river_entry_share: 0.3,
        land: vec![Land { name: "paddy".to_owned(), area_hm2: 1000.0, export_kg_hm2_a: 20.0, origin: origin() }],
        animals: vec![Animals { name: "pigs".to_owned(), heads: 5000.0, export_kg_head_a: 4.0, treated_share: 0.6, origin: origin() }],
        people: vec![People { name: "villages".to_owned(), persons: 2000.0, export_kg_person_a: 6.0, origin: origin() }],
    };
    let found = load(&catchment).unwrap();
    // 0.3 · (20 + 20·0.4 + 12) t/a
    assert!(close(found.t_a, 12.0), "{found:?}");
    assert!(close(found.g_s, 12.0 / 31.536));
    let sample = |concentration_mg_l, flow_m3_s| EventSample { concentration_mg_l, flow_m3_s, duration_s: 3600.0 };
    let mean = event_mean(&[sample(2.0, 1.0), sample(10.0, 3.0)]).unwrap();
    assert!(close(mean.concentration_mg_l, 8.0) && close(mean.load_kg, 115.2));
    assert!(event_mean(&[]).is_err());
}
