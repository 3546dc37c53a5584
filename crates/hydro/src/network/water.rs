//! Where the water goes: flows of nodes and reaches from the springs to the mouth, and how long the water takes.
//!
//! At a node all that arrives is mixed; intakes take of the mixed water; what is left is shared among the reaches that
//! leave. The flows are steady: a reservoir lets out what comes in.

use serde::Serialize;

use super::{Network, NodeIndex, ReachIndex};
use crate::SECONDS_PER_DAY;
use crate::input::BadInput;

/// Flows that come from outside and go there, in the order of the network's lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flows {
    /// Of each inflow, m³/s.
    pub inflow_m3_s: Vec<f64>,
    /// Of each intake, m³/s.
    pub intake_m3_s: Vec<f64>,
}

impl Flows {
    /// The flows of the records.
    pub fn recorded(network: &Network) -> Self {
        Self {
            inflow_m3_s: network.inflows().iter().map(|inflow| inflow.flow_m3_s).collect(),
            intake_m3_s: network.intakes().iter().map(|intake| intake.flow_m3_s).collect(),
        }
    }
}

/// Water in the whole network, in the order of its lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Water {
    /// Of each inflow, m³/s.
    pub inflow_m3_s: Vec<f64>,
    /// What arrives at each node, m³/s, before intakes.
    pub node_m3_s: Vec<f64>,
    /// What intakes take at each node, m³/s.
    pub taken_m3_s: Vec<f64>,
    /// What runs in each reach, m³/s.
    pub reach_m3_s: Vec<f64>,
    /// Velocity in each reach, m/s.
    pub velocity_m_s: Vec<f64>,
    /// How long water takes through each reach, d.
    pub travel_d: Vec<f64>,
    /// Mean depth of each reach, m, where its hydraulics give one.
    pub depth_m: Vec<Option<f64>>,
    /// The water of the whole network.
    pub balance: Balance,
}

/// The water of a whole network.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Balance {
    /// What comes in, m³/s.
    pub inflow_m3_s: f64,
    /// What intakes take, m³/s.
    pub taken_m3_s: f64,
    /// What leaves at the ends, m³/s.
    pub outflow_m3_s: f64,
    /// What is left over, m³/s; of the size of rounding.
    pub residual_m3_s: f64,
}

/// Why the water cannot run.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoWater {
    /// Flows of another network.
    #[error("{found} flows of {kind} were given, expected {expected}")]
    Count {
        /// Inflows or intakes.
        kind: &'static str,
        /// How many were given.
        found: usize,
        /// How many there are.
        expected: usize,
    },
    /// A flow that cannot be.
    #[error("{kind} `{id}`: flow is {found} m³/s, expected zero or more")]
    Flow {
        /// Inflow or intake.
        kind: &'static str,
        /// Its id.
        id: String,
        /// What was given.
        found: f64,
    },
    /// A node where no water arrives.
    #[error("no water arrives at node `{node}`")]
    DryNode {
        /// The node.
        node: String,
    },
    /// Intakes that take more than there is.
    #[error("intakes at node `{node}` take {taken_m3_s} m³/s, but only {arriving_m3_s} m³/s arrive")]
    TakenTooMuch {
        /// The node.
        node: String,
        /// What they take.
        taken_m3_s: f64,
        /// What arrives.
        arriving_m3_s: f64,
    },
    /// A reach for which nothing is left.
    #[error("no water is left for reach `{reach}`")]
    DryReach {
        /// The reach.
        reach: String,
    },
    /// A flow for which the hydraulics give nothing.
    #[error("reach `{reach}`: {source}")]
    Hydraulics {
        /// The reach.
        reach: String,
        /// What cannot be.
        source: BadInput,
    },
}

/// Lets the water run.
pub fn water(network: &Network, flows: &Flows) -> Result<Water, NoWater> {
    check(network, flows)?;
    let n_reaches = network.reaches().len();
    let mut node_m3_s = vec![0.0; network.nodes().len()];
    let mut taken_m3_s = vec![0.0; network.nodes().len()];
    let mut reach_m3_s = vec![0.0; n_reaches];
    let mut outflow_m3_s = 0.0;
    for &node in network.order() {
        let entering: f64 = network.inflows_at(node).map(|inflow| flows.inflow_m3_s[inflow.position()]).sum();
        let from_above: f64 = network.incoming(node).map(|reach| reach_m3_s[reach.position()]).sum();
        let taken = network.intakes_at(node).fold(0.0, |sum, intake| sum + flows.intake_m3_s[intake.position()]);
        let arriving = entering + from_above;
        let left = left_over(network, node, arriving, taken)?;
        node_m3_s[node.position()] = arriving;
        taken_m3_s[node.position()] = taken;
        let mut ends_here = true;
        for reach in network.outgoing(node) {
            let flow = left * network.reach(reach).share;
            if flow <= 0.0 {
                return Err(NoWater::DryReach { reach: network.reach(reach).id.clone() });
            }
            reach_m3_s[reach.position()] = flow;
            ends_here = false;
        }
        if ends_here {
            outflow_m3_s += left;
        }
    }
    let mut velocity_m_s = Vec::with_capacity(n_reaches);
    let mut travel_d = Vec::with_capacity(n_reaches);
    let mut depth_m = Vec::with_capacity(n_reaches);
    for (reach, flow) in network.reaches().iter().zip(&reach_m3_s) {
        let state = reach.hydraulics.state(*flow).map_err(|source| NoWater::Hydraulics { reach: reach.id.clone(), source })?;
        velocity_m_s.push(state.velocity_m_s);
        travel_d.push(reach.length_m / state.velocity_m_s / SECONDS_PER_DAY);
        depth_m.push(state.depth_m);
    }
    let inflow_m3_s: f64 = flows.inflow_m3_s.iter().sum();
    let all_taken = flows.intake_m3_s.iter().fold(0.0, |sum, flow| sum + flow);
    let residual_m3_s = inflow_m3_s - all_taken - outflow_m3_s;
    let balance = Balance { inflow_m3_s, taken_m3_s: all_taken, outflow_m3_s, residual_m3_s };
    Ok(Water { inflow_m3_s: flows.inflow_m3_s.clone(), node_m3_s, taken_m3_s, reach_m3_s, velocity_m_s, travel_d, depth_m, balance })
}

impl Water {
    /// What arrives at a node, m³/s.
    pub fn at_node(&self, node: NodeIndex) -> f64 {
        self.node_m3_s[node.position()]
    }

    /// What runs in a reach, m³/s.
    pub fn in_reach(&self, reach: ReachIndex) -> f64 {
        self.reach_m3_s[reach.position()]
    }
}

/// What intakes leave of what arrives.
fn left_over(network: &Network, node: NodeIndex, arriving: f64, taken: f64) -> Result<f64, NoWater> {
    let id = || network.node(node).id.clone();
    if arriving <= 0.0 {
        return Err(NoWater::DryNode { node: id() });
    }
    if arriving < taken {
        return Err(NoWater::TakenTooMuch { node: id(), taken_m3_s: taken, arriving_m3_s: arriving });
    }
    Ok(arriving - taken)
}

fn check(network: &Network, flows: &Flows) -> Result<(), NoWater> {
    let count = |kind, found: usize, expected: usize| {
        if found == expected { Ok(()) } else { Err(NoWater::Count { kind, found, expected }) }
    };
    count("inflows", flows.inflow_m3_s.len(), network.inflows().len())?;
    count("intakes", flows.intake_m3_s.len(), network.intakes().len())?;
    let flow = |kind, id: &str, found: f64| {
        if found.is_finite() && 0.0 <= found { Ok(()) } else { Err(NoWater::Flow { kind, id: id.to_owned(), found }) }
    };
    for (inflow, found) in network.inflows().iter().zip(&flows.inflow_m3_s) {
        flow("inflow", &inflow.id, *found)?;
    }
    for (intake, found) in network.intakes().iter().zip(&flows.intake_m3_s) {
        flow("intake", &intake.id, *found)?;
    }
    Ok(())
}
