//! One substance through the whole network, conservative or with first-order loss.

use serde::Serialize;

use super::Rates;
use crate::SECONDS_PER_DAY;
use crate::network::{Network, NodeIndex, ReachIndex, Water};

/// What enters, in the order of the network's lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Loads {
    /// Concentration of each inflow, mg/L.
    pub inflow_mg_l: Vec<f64>,
    /// Each load spread along a reach, g/s.
    pub spread_g_s: Vec<f64>,
}

/// Why there are no loads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoLoads {
    /// An inflow without a concentration.
    #[error("inflow `{inflow}` has no concentration of {substance}")]
    MissingConcentration {
        /// The inflow.
        inflow: String,
        /// The substance.
        substance: String,
    },
    /// Numbers of another network, or numbers that cannot be.
    #[error("{what}: {found} numbers that are zero or more, expected {expected}")]
    Count {
        /// What was given.
        what: &'static str,
        /// How many of them are zero or more.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
}

impl Loads {
    /// Nothing enters.
    pub fn none(network: &Network) -> Self {
        Self { inflow_mg_l: vec![0.0; network.inflows().len()], spread_g_s: vec![0.0; network.spreads().len()] }
    }

    /// What the records say. An inflow without a concentration is an error; a spread load that does not name the substance
    /// has none of it.
    pub fn recorded(network: &Network, substance: &str) -> Result<Self, NoLoads> {
        let mut inflow_mg_l = Vec::with_capacity(network.inflows().len());
        for inflow in network.inflows() {
            let missing = || NoLoads::MissingConcentration { inflow: inflow.id.clone(), substance: substance.to_owned() };
            inflow_mg_l.push(inflow.quality_mg_l.get(substance).copied().ok_or_else(missing)?);
        }
        let spread_g_s = network.spreads().iter().map(|spread| spread.load_g_s.get(substance).copied().unwrap_or(0.0)).collect();
        Ok(Self { inflow_mg_l, spread_g_s })
    }

    /// Whether there are as many numbers as the network has places for, none of them negative.
    pub(super) fn check(&self, network: &Network) -> Result<(), NoLoads> {
        all_fit("concentrations of inflows (mg/L)", &self.inflow_mg_l, network.inflows().len())?;
        all_fit("loads spread along reaches (g/s)", &self.spread_g_s, network.spreads().len())
    }
}

/// One substance in all the water, in the order of the network's lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Steady {
    /// At each node, mg/L, mixed and before intakes; in a mixed reservoir, what leaves it.
    pub node_mg_l: Vec<f64>,
    /// At the lower end of each reach, mg/L.
    pub reach_end_mg_l: Vec<f64>,
    /// Where the substance went.
    pub balance: MassBalance,
}

/// Where a substance went, g/s.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MassBalance {
    /// What entered.
    pub entered_g_s: f64,
    /// What left at the ends of the network.
    pub left_g_s: f64,
    /// What went into intakes.
    pub taken_g_s: f64,
    /// What was lost on the way.
    pub lost_g_s: f64,
    /// What is left over; of the size of rounding.
    pub residual_g_s: f64,
}

impl Steady {
    /// At a node, mg/L.
    pub fn at_node(&self, node: NodeIndex) -> f64 {
        self.node_mg_l[node.position()]
    }

    /// At the lower end of a reach, mg/L.
    pub fn at_end(&self, reach: ReachIndex) -> f64 {
        self.reach_end_mg_l[reach.position()]
    }
}

/// Carries a substance through the network.
pub fn steady(network: &Network, water: &Water, rates: &Rates, loads: &Loads) -> Result<Steady, NoLoads> {
    loads.check(network)?;
    all_fit("rates of reaches (1/d)", &rates.reach_per_d, network.reaches().len())?;
    all_fit("rates of reservoirs (1/d)", &rates.reservoir_per_d, network.reservoirs().len())?;
    let mut node_mg_l = vec![0.0; network.nodes().len()];
    let mut reach_end_mg_l = vec![0.0; network.reaches().len()];
    let (mut entered, mut left, mut taken, mut lost) = (0.0, 0.0, 0.0, 0.0);
    for &node in network.order() {
        let mut load_g_s = 0.0;
        for inflow in network.inflows_at(node) {
            let load = water.inflow_m3_s[inflow.position()] * loads.inflow_mg_l[inflow.position()];
            load_g_s += load;
            entered += load;
        }
        for reach in network.incoming(node) {
            load_g_s += water.in_reach(reach) * reach_end_mg_l[reach.position()];
        }
        let flow_m3_s = water.at_node(node);
        let kept = kept_at(network, water, rates, node);
        let mg_l = kept * load_g_s / flow_m3_s;
        lost += (1.0 - kept) * load_g_s;
        let taken_here = water.taken_m3_s[node.position()];
        taken += taken_here * mg_l;
        node_mg_l[node.position()] = mg_l;
        let mut ends_here = true;
        for reach in network.outgoing(node) {
            ends_here = false;
            let exponent = rates.reach_per_d[reach.position()] * water.travel_d[reach.position()];
            let flow = water.in_reach(reach);
            let spread_g_s = network.spreads_on(reach).fold(0.0, |sum, spread| sum + loads.spread_g_s[spread.position()]);
            let spread_kept = even(exponent);
            reach_end_mg_l[reach.position()] = mg_l * (-exponent).exp() + spread_g_s * spread_kept / flow;
            entered += spread_g_s;
            lost += flow * mg_l * -(-exponent).exp_m1() + spread_g_s * (1.0 - spread_kept);
        }
        if ends_here {
            left += (flow_m3_s - taken_here) * mg_l;
        }
    }
    let residual_g_s = entered - left - taken - lost;
    let balance = MassBalance { entered_g_s: entered, left_g_s: left, taken_g_s: taken, lost_g_s: lost, residual_g_s };
    Ok(Steady { node_mg_l, reach_end_mg_l, balance })
}

/// The share of a load that leaves a node again: all of it, but in a mixed reservoir `Q/(Q + K·V)`.
pub(super) fn kept_at(network: &Network, water: &Water, rates: &Rates, node: NodeIndex) -> f64 {
    let Some(reservoir) = network.reservoir_at(node) else { return 1.0 };
    let Some(mixed_m3) = network.reservoirs()[reservoir.position()].mixed_m3 else { return 1.0 };
    let flow = water.at_node(node);
    flow / (flow + rates.reservoir_per_d[reservoir.position()] / SECONDS_PER_DAY * mixed_m3)
}

/// `(1 − e^−x)/x`: what is left of a load that joins evenly, and the mean of what decays; 1 for no decay.
pub(crate) fn even(exponent: f64) -> f64 {
    if exponent.abs() < f64::MIN_POSITIVE { 1.0 } else { -(-exponent).exp_m1() / exponent }
}

fn all_fit(what: &'static str, numbers: &[f64], expected: usize) -> Result<(), NoLoads> {
    let found = numbers.iter().filter(|number| number.is_finite() && 0.0 <= **number).count();
    if found == expected && numbers.len() == expected { Ok(()) } else { Err(NoLoads::Count { what, found, expected }) }
}
