//! The network with mixing, decay, abstraction, bifurcation and oxygen; and who makes its sections fail.

use hydro::decay::Season;
use hydro::network::{Flows, InflowKind, Network, Plausible, Range, Records, Water, build, water};
use hydro::steady::oxygen::{OxygenLoads, OxygenRates, oxygen};
use hydro::steady::reaeration::Reaeration;
use hydro::steady::receptor::{disagreement, source_receptor};
use hydro::steady::{Conditions, Loads, Rates, steady};
use hydro::{KG_D_PER_G_S, network};
use toml::Table;

use crate::case::{near, number, numbers, part, read, tables, text, typed, within};

/// Rates stand in the cases as they hold, so the temperature changes nothing.
pub(crate) const AS_GIVEN: Conditions = Conditions { season: Season::Open { temperature_c: 20.0 }, theta: 1.047 };

/// Wide enough for every case.
pub(crate) fn plausible() -> Plausible {
    let range = |low, high| Range { low, high };
    Plausible {
        length_m: range(1.0, 1e6),
        velocity_m_s: range(0.001, 10.0),
        flow_m3_s: range(1e-4, 1e5),
        rate_per_d: range(1e-3, 100.0),
        concentration_mg_l: range(1e-6, 1e5),
        origin: "assumed, for tests".to_owned(),
    }
}

struct Case {
    network: Network,
    water: Water,
    expected: Table,
    saturation_mg_l: f64,
}

fn case() -> Case {
    let case = read(include_str!("../cases/network.toml"));
    let records: Records = typed(&case, "network");
    let network = build(&records, &plausible()).unwrap();
    let water = water(&network, &Flows::recorded(&network)).unwrap();
    Case { network, water, expected: part(&case, "expected").clone(), saturation_mg_l: number(&case, "saturation_mg_l") }
}

#[test]
fn water_runs_to_the_digits() {
    let Case { network, water, expected, .. } = case();
    assert!(network.warnings().is_empty(), "{:?}", network.warnings());
    for node in tables(&expected, "node") {
        let id = text(node, "id");
        near(id, water.at_node(network.node_named(id).unwrap()), number(node, "flow_m3_s"));
    }
    for reach in tables(&expected, "reach") {
        let id = text(reach, "id");
        let at = network.reach_named(id).unwrap().position();
        near(id, water.reach_m3_s[at], number(reach, "flow_m3_s"));
        near(id, water.velocity_m_s[at], number(reach, "velocity_m_s"));
        near(id, water.travel_d[at], number(reach, "travel_d"));
    }
    let balance = part(&expected, "balance");
    near("inflow", water.balance.inflow_m3_s, number(balance, "inflow_m3_s"));
    near("outflow", water.balance.outflow_m3_s, number(balance, "outflow_m3_s"));
    near("taken", water.balance.taken_m3_s, number(balance, "taken_m3_s"));
    assert!(water.balance.residual_m3_s.abs() < 1e-12 * water.balance.inflow_m3_s);
}

#[test]
fn substances_run_to_the_digits() {
    let Case { network, water, expected, .. } = case();
    for substance in ["cod", "nh3n", "tp"] {
        let rates = Rates::recorded(&network, substance, &AS_GIVEN).unwrap();
        let loads = Loads::recorded(&network, substance).unwrap();
        let state = steady(&network, &water, &rates, &loads).unwrap();
        for node in tables(&expected, "node") {
            let id = text(node, "id");
            near(&format!("{substance} at {id}"), state.at_node(network.node_named(id).unwrap()), number(node, substance));
        }
        for reach in tables(&expected, "reach") {
            let id = text(reach, "id");
            near(&format!("{substance} at the end of {id}"), state.at_end(network.reach_named(id).unwrap()), number(reach, substance));
        }
        near(substance, state.balance.left_g_s, number(part(&expected, "balance"), &format!("{substance}_out_g_s")));
        assert!(state.balance.residual_g_s.abs() < 1e-12 * state.balance.entered_g_s);
    }
}

#[test]
fn oxygen_runs_to_the_digits() {
    let Case { network, water, expected, saturation_mg_l } = case();
    let rates = OxygenRates::recorded(&network, &water, "bod", &AS_GIVEN, Reaeration::Recorded, 1.024, saturation_mg_l).unwrap();
    let demand = Loads::recorded(&network, "bod").unwrap();
    let oxygen_mg_l = Loads::recorded(&network, "do").unwrap().inflow_mg_l;
    let state = oxygen(&network, &water, &rates, &OxygenLoads { demand, oxygen_mg_l }).unwrap();
    for node in tables(&expected, "node") {
        let (id, at) = (text(node, "id"), network.node_named(text(node, "id")).unwrap().position());
        near(&format!("demand at {id}"), state.node_demand_mg_l[at], number(node, "bod"));
        near(&format!("oxygen at {id}"), state.node_oxygen_mg_l[at], number(node, "do"));
    }
    for reach in tables(&expected, "reach") {
        let (id, at) = (text(reach, "id"), network.reach_named(text(reach, "id")).unwrap().position());
        near(&format!("demand at the end of {id}"), state.reach_end_demand_mg_l[at], number(reach, "bod"));
        near(&format!("oxygen at the end of {id}"), state.reach_end_oxygen_mg_l[at], number(reach, "do"));
        let worst = state.worst[at];
        assert_eq!(worst.interior, reach.contains_key("interior"), "{id}");
        if worst.interior {
            near(id, worst.at.time_d, numbers(reach, "interior")[0]);
            near(id, worst.at.oxygen_mg_l, numbers(reach, "interior")[1]);
        }
    }
}

#[test]
fn who_makes_a_section_fail_to_the_digits() {
    let Case { network, water, expected, .. } = case();
    let rates = Rates::recorded(&network, "nh3n", &AS_GIVEN).unwrap();
    let loads = Loads::recorded(&network, "nh3n").unwrap();
    let state = steady(&network, &water, &rates, &loads).unwrap();
    let matrix = source_receptor(&network, &water, &rates);
    for section in tables(&expected, "section") {
        let id = text(section, "id");
        let index = network.section(id).unwrap();
        near(id, state.at_node(network.sections()[index.position()].node), number(section, "present_mg_l"));
        for (inflow, coefficient) in network.inflows().iter().zip(matrix.at(index)) {
            if inflow.kind == InflowKind::Outlet {
                let expected = number(section, &inflow.id);
                near(&format!("{} at {id}", inflow.id), coefficient / KG_D_PER_G_S, expected);
            }
        }
        let contributions = matrix.contributions(&network, &water, &loads, index).unwrap();
        let of_headwaters = contributions.iter().filter(|part| part.id.starts_with('H'));
        near(&format!("background at {id}"), of_headwaters.map(|part| part.mg_l).sum(), number(section, "background_mg_l"));
        assert!(contributions.windows(2).all(|pair| pair[1].mg_l <= pair[0].mg_l));
        assert!(disagreement(&network, &contributions, &state, index) < 1e-12);
    }
}

#[test]
fn loads_of_a_plan_give_what_the_matrix_promised() {
    let Case { network, water, expected, .. } = case();
    let plan = part(part(&expected, "forward"), "load_kg_d");
    let mut loads = Loads::recorded(&network, "nh3n").unwrap();
    for (i, inflow) in network.inflows().iter().enumerate() {
        if plan.contains_key(&inflow.id) {
            loads.inflow_mg_l[i] = number(plan, &inflow.id) / KG_D_PER_G_S / inflow.flow_m3_s;
        }
    }
    let rates = Rates::recorded(&network, "nh3n", &AS_GIVEN).unwrap();
    let state = steady(&network, &water, &rates, &loads).unwrap();
    let sections = part(part(&expected, "forward"), "mg_l");
    for section in network.sections() {
        within(&section.id, state.at_node(section.node), number(sections, &section.id), 1e-6);
    }
}

#[test]
fn cutting_reaches_and_turning_the_records_round_changes_nothing() {
    let case = read(include_str!("../cases/network.toml"));
    let mut records: Records = typed(&case, "network");
    let whole = build(&records, &plausible()).unwrap();
    let along = network::Along { reach: "R2".to_owned(), distance: hydro::Quantity::new(3.1, "km") };
    records.section.push(network::SectionRecord { id: "between".to_owned(), place: network::Place::Along(along) });
    let cut = build(&records, &plausible()).unwrap();
    records.section.pop();
    records.node.reverse();
    records.reach.reverse();
    records.inflow.reverse();
    records.intake.reverse();
    let turned = build(&records, &plausible()).unwrap();
    assert_eq!(whole, turned);
    assert_eq!(cut.reaches().len(), whole.reaches().len() + 1);

    let outlet = |network: &Network| {
        let water = water(network, &Flows::recorded(network)).unwrap();
        let rates = Rates::recorded(network, "cod", &AS_GIVEN).unwrap();
        let state = steady(network, &water, &rates, &Loads::recorded(network, "cod").unwrap()).unwrap();
        state.at_node(network.node_named("N8").unwrap())
    };
    assert_eq!(outlet(&whole).to_bits(), outlet(&turned).to_bits());
    within("outlet of the cut network", outlet(&cut), outlet(&whole), 1e-13);
}
