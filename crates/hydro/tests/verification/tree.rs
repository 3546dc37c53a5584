//! Large trees of rivers with known answers.

use std::collections::BTreeMap;

use hydro::Quantity;
use hydro::network::{
    End, Flows, HydraulicsRecord, InflowKind, InflowRecord, Network, NodeRecord, Place, ReachRecord, Records, build, water,
};
use hydro::steady::{Loads, Rates, steady};

use crate::case::{number, numbers, read, tables, within};
use crate::network::{AS_GIVEN, plausible};

const REACHES_OF_A_RIVER: usize = 100;

/// Rivers of a hundred reaches of 1 km at 0.5 m/s; each but the first runs into an earlier one.
fn tree(rivers: usize) -> Network {
    let id = |river: usize, node: usize| format!("{river:03}-{node:02}");
    let mut records = Records::default();
    records.node.push(NodeRecord { id: "outlet".to_owned(), end: Some(End::Mouth) });
    for river in 0..rivers {
        for node in 0..REACHES_OF_A_RIVER {
            let to = match (river, node + 1 == REACHES_OF_A_RIVER) {
                (0, true) => "outlet".to_owned(),
                (_, true) => id((river - 1) / 3, (37 * river) % 80 + 10),
                (_, false) => id(river, node + 1),
            };
            records.node.push(NodeRecord { id: id(river, node), end: None });
            records.reach.push(ReachRecord {
                id: id(river, node),
                from: id(river, node),
                to,
                length: Quantity::new(1.0, "km"),
                share: None,
                hydraulics: Some(HydraulicsRecord::Given { velocity: Quantity::new(0.5, "m/s"), depth: None }),
                decay: BTreeMap::from([("x".to_owned(), Quantity::new(0.2, "1/d"))]),
                ice_decay: BTreeMap::new(),
                reaeration: None,
                origin: String::new(),
            });
            let (flow, mg_l) = inflow(river, node);
            records.inflow.push(InflowRecord {
                id: id(river, node),
                kind: InflowKind::Tributary,
                place: Place::Node(id(river, node)),
                flow: Quantity::new(flow, "m³/s"),
                quality: BTreeMap::from([("x".to_owned(), Quantity::new(mg_l, "mg/L"))]),
                origin: String::new(),
            });
        }
    }
    build(&records, &plausible()).unwrap()
}

/// Flow in m³/s and concentration in mg/L of the inflow at a node.
fn inflow(river: usize, node: usize) -> (f64, f64) {
    let at = REACHES_OF_A_RIVER * river + node;
    if node == 0 {
        return (0.5 + 0.05 * (river % 5) as f64, 2.0 + 0.5 * (river % 4) as f64);
    }
    let mg_l = if at % 10 == 3 { 20.0 + 5.0 * (at % 5) as f64 } else { 1.0 };
    (0.01 + 0.002 * (at % 7) as f64, mg_l)
}

#[test]
fn trees_of_rivers_to_the_digits() {
    let cases = read(include_str!("../cases/tree.toml"));
    for case in tables(&cases, "tree") {
        let rivers = number(case, "rivers") as usize;
        let network = tree(rivers);
        let water = water(&network, &Flows::recorded(&network)).unwrap();
        let rates = Rates::recorded(&network, "x", &AS_GIVEN).unwrap();
        let state = steady(&network, &water, &rates, &Loads::recorded(&network, "x").unwrap()).unwrap();
        let at = |id: &str| state.at_node(network.node_named(id).unwrap());
        within("flow", water.balance.outflow_m3_s, number(case, "flow_m3_s"), 1e-9);
        within("outlet", at("outlet"), number(case, "outlet_mg_l"), 1e-9);
        let last: Vec<f64> = (0..rivers).map(|river| at(&format!("{river:03}-99"))).collect();
        within("mean", last.iter().sum::<f64>() / rivers as f64, number(case, "mean_mg_l"), 1e-8);
        within("least", last.iter().copied().fold(f64::INFINITY, f64::min), number(case, "least_mg_l"), 1e-8);
        within("greatest", last.iter().copied().fold(0.0, f64::max), number(case, "greatest_mg_l"), 1e-8);
        for (found, expected) in last.iter().zip(numbers(case, "node_mg_l")) {
            within("node", *found, expected, 1e-8);
        }
        assert!(state.balance.residual_g_s.abs() < 1e-12 * state.balance.entered_g_s);
    }
}
