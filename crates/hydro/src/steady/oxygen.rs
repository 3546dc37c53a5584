//! Oxygen and its demand through the whole network: the sag of each reach, mixed at each node.
//!
//! Reservoirs are passed unchanged: their oxygen is a matter of layers and light, which this does not know.

use serde::Serialize;

use super::rates::NoRates;
use super::reaeration::Reaeration;
use super::sag::{Sag, Worst};
use super::{Conditions, Loads, NoLoads, Rates};
use crate::decay::{Season, temperature_factor};
use crate::input::BadInput;
use crate::network::{Network, Water};

/// How fast demand is used up and the air gives back, for each reach.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OxygenRates {
    /// kd, 1/d.
    pub deoxygenation_per_d: Vec<f64>,
    /// ka, 1/d.
    pub reaeration_per_d: Vec<f64>,
    /// Saturation, mg/L, one for the whole network.
    pub saturation_mg_l: f64,
}

/// What enters, in the order of the inflows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OxygenLoads {
    /// Ultimate carbonaceous demand; spread loads count.
    pub demand: Loads,
    /// Oxygen, mg/L; more than saturation is possible.
    pub oxygen_mg_l: Vec<f64>,
}

/// Oxygen in all the water, in the order of the network's lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OxygenState {
    /// Demand at each node, mg/L.
    pub node_demand_mg_l: Vec<f64>,
    /// Oxygen at each node, mg/L.
    pub node_oxygen_mg_l: Vec<f64>,
    /// Demand at the lower end of each reach, mg/L.
    pub reach_end_demand_mg_l: Vec<f64>,
    /// Oxygen at the lower end of each reach, mg/L.
    pub reach_end_oxygen_mg_l: Vec<f64>,
    /// The worst point of each reach.
    pub worst: Vec<Worst>,
}

/// Why oxygen cannot be worked out.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoOxygen {
    /// Something about the loads.
    #[error(transparent)]
    Loads(#[from] NoLoads),
    /// A number that cannot be.
    #[error("reach `{reach}`: {source}")]
    Reach {
        /// The reach.
        reach: String,
        /// What cannot be.
        source: BadInput,
    },
    /// A load of demand along a reach.
    #[error("a load of oxygen demand is spread along reach `{reach}`, expected it as an outlet")]
    SpreadDemand {
        /// The reach.
        reach: String,
    },
}

impl OxygenRates {
    /// kd from the records of `demand`, ka from the records or a formula, both for the temperature of open water.
    ///
    /// Under ice, kd is the ice value and ka must be recorded; it is taken as it stands.
    pub fn recorded(
        network: &Network,
        water: &Water,
        demand: &str,
        conditions: &Conditions,
        reaeration: Reaeration,
        theta_reaeration: f64,
        saturation_mg_l: f64,
    ) -> Result<Self, NoRates> {
        let deoxygenation_per_d = Rates::recorded(network, demand, conditions)?.reach_per_d;
        let factor = match conditions.season {
            Season::Open { temperature_c } => temperature_factor(theta_reaeration, temperature_c)?,
            Season::Ice => 1.0,
        };
        let from_record = reaeration == Reaeration::Recorded || conditions.season == Season::Ice;
        let mut reaeration_per_d = Vec::with_capacity(network.reaches().len());
        for (i, reach) in network.reaches().iter().enumerate() {
            let at_20_c = if from_record {
                reach.reaeration_per_d
            } else {
                let missing = || NoRates::MissingDepth { reach: reach.id.clone(), wanted_for: "reaeration" };
                reaeration.per_d(water.velocity_m_s[i], water.depth_m[i].ok_or_else(missing)?)?
            };
            let missing = || NoRates::MissingReaeration { reach: reach.id.clone() };
            reaeration_per_d.push(at_20_c.ok_or_else(missing)? * factor);
        }
        Ok(Self { deoxygenation_per_d, reaeration_per_d, saturation_mg_l })
    }
}

/// Carries oxygen and its demand through the network.
pub fn oxygen(network: &Network, water: &Water, rates: &OxygenRates, loads: &OxygenLoads) -> Result<OxygenState, NoOxygen> {
    loads.demand.check(network)?;
    let oxygen_as_loads = Loads { inflow_mg_l: loads.oxygen_mg_l.clone(), spread_g_s: loads.demand.spread_g_s.clone() };
    oxygen_as_loads.check(network)?;
    for (spread, load) in network.spreads().iter().zip(&loads.demand.spread_g_s) {
        if 0.0 < *load {
            return Err(NoOxygen::SpreadDemand { reach: network.reach(spread.reach).id.clone() });
        }
    }
    let (n_nodes, n_reaches) = (network.nodes().len(), network.reaches().len());
    let mut state = OxygenState {
        node_demand_mg_l: vec![0.0; n_nodes],
        node_oxygen_mg_l: vec![0.0; n_nodes],
        reach_end_demand_mg_l: vec![0.0; n_reaches],
        reach_end_oxygen_mg_l: vec![0.0; n_reaches],
        worst: Vec::with_capacity(n_reaches),
    };
    let mut worst: Vec<Option<Worst>> = vec![None; n_reaches];
    for &node in network.order() {
        let (mut demand, mut oxygen) = (0.0, 0.0);
        for inflow in network.inflows_at(node) {
            let flow = water.inflow_m3_s[inflow.position()];
            demand += flow * loads.demand.inflow_mg_l[inflow.position()];
            oxygen += flow * loads.oxygen_mg_l[inflow.position()];
        }
        for reach in network.incoming(node) {
            demand += water.in_reach(reach) * state.reach_end_demand_mg_l[reach.position()];
            oxygen += water.in_reach(reach) * state.reach_end_oxygen_mg_l[reach.position()];
        }
        let cbod_mg_l = demand / water.at_node(node);
        let oxygen_mg_l = oxygen / water.at_node(node);
        state.node_demand_mg_l[node.position()] = cbod_mg_l;
        state.node_oxygen_mg_l[node.position()] = oxygen_mg_l;
        for reach in network.outgoing(node) {
            let i = reach.position();
            let sag = Sag {
                cbod_mg_l,
                deficit_mg_l: rates.saturation_mg_l - oxygen_mg_l,
                saturation_mg_l: rates.saturation_mg_l,
                deoxygenation_per_d: rates.deoxygenation_per_d[i],
                reaeration_per_d: rates.reaeration_per_d[i],
                settling_per_d: 0.0,
                nbod_mg_l: 0.0,
                nitrification_per_d: 0.0,
                bed_demand_mg_l_d: 0.0,
            };
            let named = |source| NoOxygen::Reach { reach: network.reach(reach).id.clone(), source };
            worst[i] = Some(sag.worst(water.travel_d[i]).map_err(named)?);
            let end = sag.at(water.travel_d[i]);
            state.reach_end_demand_mg_l[i] = end.cbod_mg_l;
            state.reach_end_oxygen_mg_l[i] = end.oxygen_mg_l;
        }
    }
    state.worst = worst.into_iter().flatten().collect();
    Ok(state)
}
