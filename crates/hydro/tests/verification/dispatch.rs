//! Reservoirs and a gate together: the best plan to the digits, strict order, a rule curve and rolling plans beside it.

use hydro::dispatch::{
    Aim, Curve, Demand, Dispatch, Diversion, Evaporation, Feed, Section, Store, System, Use, Way, Weights, in_order, rolling, rule_curve,
    weighted,
};
use toml::Table;

use crate::case::{near, number, numbers, part, read, tables, text};

const MILLION_M3: f64 = 1e6;

pub(crate) fn case() -> Table {
    read(include_str!("../cases/dispatch.toml"))
}

fn series(table: &Table, key: &str) -> Vec<f64> {
    numbers(table, key).iter().map(|value| value * MILLION_M3).collect()
}

fn feed(way: Way, away: bool) -> Feed {
    Feed { way, away, shares: vec![1.0] }
}

pub(crate) fn system(case: &Table) -> System {
    let (upper, gate) = (Way::Store(0), Way::Diversion(0));
    let store = |id: &str, feeds: Vec<Feed>| {
        let table = part(case, id);
        let of = |key: &str| number(table, key) * MILLION_M3;
        Store {
            id: id.to_owned(),
            dead_m3: of("dead"),
            capacity_m3: of("capacity"),
            high_m3: vec![of("capacity"); 12],
            start_m3: of("start"),
            end_m3: Some(of("end")),
            inflow_m3: series(table, "inflow"),
            evaporation: Evaporation::Volume(series(table, "evaporation")),
            least_release_m3: vec![0.0; 12],
            most_release_m3: vec![of("most_release"); 12],
            most_change_m3: vec![None; 12],
            feeds,
            past_m3: Vec::new(),
        }
    };
    let demand = |id: &str, store: usize, purpose: Use| {
        let wanted_m3 = series(part(case, id), "demand");
        Demand { id: id.to_owned(), store, purpose, wanted_m3 }
    };
    let feeds = [vec![feed(upper, false), feed(gate, true)], vec![feed(Way::Store(1), false)], vec![feed(gate, false)]];
    let sections = tables(case, "section").into_iter().zip(feeds).map(|(table, feeds)| Section {
        id: text(table, "id").to_owned(),
        local_m3: series(table, "local"),
        feeds,
        base_m3: series(table, "base"),
        target_m3: series(table, "target"),
    });
    System {
        period_s: vec![30.0 * 86_400.0; 12],
        stores: vec![store("A", Vec::new()), store("B", vec![feed(upper, false), feed(gate, true)])],
        diversions: vec![Diversion { id: "G".to_owned(), most_m3: vec![3.0 * MILLION_M3; 12], past_m3: Vec::new() }],
        demands: vec![demand("A", 0, Use::Drinking), demand("B", 1, Use::Irrigation)],
        sections: sections.collect(),
    }
}

const AIMS: [Aim; 5] = [Aim::Demand(Use::Drinking), Aim::Base, Aim::Demand(Use::Irrigation), Aim::Target, Aim::EndStorage];

fn weights(case: &Table) -> Weights {
    let of = |key: &str| ["A", "B"].into_iter().map(|id| number(part(case, id), key)).collect();
    Weights { base: 20.0, target: 5.0, demand: of("weight"), spill: 0.01, end: 8.0, hold: of("hold"), growth: 0.002 }
}

fn closes(found: &Dispatch) {
    let balance = found.balance;
    assert!(balance.residual_m3.abs() <= 1e-9 * (balance.start_m3 + balance.inflow_m3), "{balance:?}");
}

fn totals(found: &Dispatch) -> [f64; 5] {
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    let all = &found.totals;
    [all.drinking_m3, sum(&all.base_m3), all.irrigation_m3, sum(&all.target_m3), sum(&all.end_m3)].map(|value| value / MILLION_M3)
}

#[test]
fn the_weighted_optimum_and_its_schedule_to_the_digits() {
    let case = case();
    let system = system(&case);
    let (found, value) = weighted(&system, &weights(&case)).unwrap();
    near("optimum", value / MILLION_M3, number(&case, "weighted"));
    closes(&found);
    let expected = part(&case, "expected");
    let is = |what: &str, found: &[f64]| {
        for (found, expected) in found.iter().zip(numbers(expected, what)) {
            assert!((found / MILLION_M3 - expected).abs() < 1e-6, "{what}: expected {expected}, found {}", found / MILLION_M3);
        }
    };
    is("end_A", &found.stores[0].end_m3);
    is("end_B", &found.stores[1].end_m3);
    is("release_A", &found.stores[0].release_m3);
    is("release_B", &found.stores[1].release_m3);
    is("supply_A", &found.supplied_m3[0]);
    is("supply_B", &found.supplied_m3[1]);
    is("diverted", &found.diverted_m3[0]);
    let no_ecology = Weights { base: 0.0, target: 0.0, ..weights(&case) };
    near("without ecology", weighted(&system, &no_ecology).unwrap().1 / MILLION_M3, number(&case, "without_ecology"));
    let no_end = Weights { end: 0.0, ..weights(&case) };
    near("without the end", weighted(&system, &no_end).unwrap().1 / MILLION_M3, number(&case, "without_end"));
}

#[test]
fn needs_in_strict_order_to_the_digits() {
    let case = case();
    let found = in_order(&system(&case), &AIMS).unwrap();
    for (found, expected) in totals(&found).into_iter().zip(numbers(&case, "in_order")) {
        assert!((found - expected).abs() < 1e-6, "expected {expected}, found {found}");
    }
    closes(&found);
    assert_eq!(found.account.unwrap().tie_break, "most water held");
}

#[test]
fn no_rule_serves_the_first_need_better_than_the_plan() {
    let case = case();
    let system = system(&case);
    let best = in_order(&system, &AIMS).unwrap();
    let base = |section: usize| system.sections[section].base_m3.clone();
    let curve = Curve {
        release_m3: vec![base(0), base(1)],
        divert_m3: vec![base(2)],
        keep_m3: vec![vec![20.0 * MILLION_M3; 12], vec![15.0 * MILLION_M3; 12]],
        kept_share: 0.5,
    };
    let rule = rule_curve(&system, &curve).unwrap();
    closes(&rule);
    let forecast = |t: usize| system.stores.iter().map(|store| store.inflow_m3[t..].to_vec()).collect::<Vec<_>>();
    let keep = vec![vec![25.0 * MILLION_M3; 12], vec![15.0 * MILLION_M3; 12]];
    let again = rolling(&system, &AIMS, 4, &keep, &forecast).unwrap();
    closes(&again);
    let whole = rolling(&system, &AIMS, 12, &keep, &forecast).unwrap();
    for other in [&rule, &again, &whole] {
        assert!(best.totals.drinking_m3 <= other.totals.drinking_m3 + 1.0);
    }
    // With the whole year known, planning again every month finds the same totals.
    for (again, best) in totals(&whole).into_iter().zip(totals(&best)) {
        assert!((again - best).abs() < 1e-6, "{again} {best}");
    }
}
