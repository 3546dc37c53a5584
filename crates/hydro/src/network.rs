//! The river as reaches between nodes.
//!
//! Records, as registers give them, become a network in which every name is resolved, every unit known and every reach
//! ordered from the springs to the mouth; or a list of all that is wrong with them. Things that lie along a reach
//! (outlets, intakes, sections) cut it in two there, which changes nothing about the water.
//!
//! The lists are sorted by id, so that the order of the records cannot show in any bit of a result.

mod build;
mod cut;
mod fault;
mod index;
mod lists;
mod record;
mod report;
mod shape;
mod things;
mod water;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::hydraulics::Hydraulics;
use lists::Lists;

pub use build::build;
pub use fault::{Fault, Faults, Warning};
pub use index::{GateIndex, InflowIndex, IntakeIndex, NodeIndex, ReachIndex, ReservoirIndex, SectionIndex, SpreadIndex};
pub use record::{
    Along, End, GateRecord, HydraulicsRecord, InflowKind, InflowRecord, IntakeRecord, LevelVolume, NodeRecord, Place, Plausible, Range,
    ReachRecord, Records, ReservoirRecord, SectionRecord, SpreadRecord,
};
pub use water::{Balance, Flows, NoWater, Water, water};

/// A river network that hangs together.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    nodes: Vec<Node>,
    reaches: Vec<Reach>,
    inflows: Vec<Inflow>,
    spreads: Vec<Spread>,
    intakes: Vec<Intake>,
    reservoirs: Vec<Reservoir>,
    gates: Vec<Gate>,
    sections: Vec<Section>,
    order: Vec<NodeIndex>,
    outgoing: Lists,
    incoming: Lists,
    inflows_at: Lists,
    intakes_at: Lists,
    spreads_on: Lists,
    reservoir_at: Vec<Option<ReservoirIndex>>,
    warnings: Vec<Warning>,
}

/// A place where reaches meet, begin or end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// Its id; `REACH@METRES` where a thing along a reach made it.
    pub id: String,
    /// Whether and how the network ends here.
    pub end: Option<End>,
}

/// A stretch of river with one hydraulics.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reach {
    /// Its id; `REACH@METRES` for the pieces of one that was cut.
    pub id: String,
    /// The id of the record it is from.
    pub record: String,
    /// Where it begins along that record, m.
    pub start_m: f64,
    /// Its upper end.
    pub from: NodeIndex,
    /// Its lower end.
    pub to: NodeIndex,
    /// Its length, m.
    pub length_m: f64,
    /// The share it takes of the water that leaves its upper end.
    pub share: f64,
    /// Velocity and depth.
    pub hydraulics: Hydraulics,
    /// Decay at 20 ℃ by substance, 1/d.
    pub decay_per_d: BTreeMap<String, f64>,
    /// Decay under ice by substance, 1/d.
    pub ice_decay_per_d: BTreeMap<String, f64>,
    /// Reaeration at 20 ℃, 1/d, where it is given and not computed.
    pub reaeration_per_d: Option<f64>,
    /// Where its parameters are from.
    pub origin: String,
}

/// Water that enters at a node: a spring, a tributary that is not modelled, an outlet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inflow {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: InflowKind,
    /// Where it enters.
    pub node: NodeIndex,
    /// Its flow, m³/s.
    pub flow_m3_s: f64,
    /// Its concentrations by substance, mg/L.
    pub quality_mg_l: BTreeMap<String, f64>,
    /// Where its numbers are from.
    pub origin: String,
}

/// A load that enters evenly along a reach, with no water to speak of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spread {
    /// Its id.
    pub id: String,
    /// The reach (a piece, where it was cut).
    pub reach: ReachIndex,
    /// The id of its record; a load on a reach that was cut is shared among the pieces by length.
    pub record: String,
    /// Its loads by substance, g/s.
    pub load_g_s: BTreeMap<String, f64>,
    /// Where its numbers are from.
    pub origin: String,
}

/// Water that is taken out at a node.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Intake {
    /// Its id.
    pub id: String,
    /// Where it is taken.
    pub node: NodeIndex,
    /// How much, m³/s.
    pub flow_m3_s: f64,
}

/// A reservoir at a node.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reservoir {
    /// Its id.
    pub id: String,
    /// Where it lies.
    pub node: NodeIndex,
    /// Volume below which nothing can be released, m³.
    pub dead_m3: f64,
    /// Volume at its full level, m³.
    pub capacity_m3: f64,
    /// Volume it may hold in the flood season, m³.
    pub flood_limit_m3: Option<f64>,
    /// Volume that the water mixes with in the steady model, m³; none where it runs through unchanged.
    pub mixed_m3: Option<f64>,
    /// Decay at 20 ℃ by substance, 1/d.
    pub decay_per_d: BTreeMap<String, f64>,
    /// Decay under ice by substance, 1/d.
    pub ice_decay_per_d: BTreeMap<String, f64>,
    /// Level in m and volume in m³, ascending in both.
    pub level_volume: Vec<(f64, f64)>,
}

/// A gate on a reach.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gate {
    /// Its id.
    pub id: String,
    /// The reach whose flow it sets (the first piece, where it was cut).
    pub reach: ReachIndex,
    /// The most that passes it, m³/s.
    pub capacity_m3_s: Option<f64>,
}

/// A control section: the mixed water at a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its id.
    pub id: String,
    /// Where it is.
    pub node: NodeIndex,
}

impl Network {
    /// Nodes, by id.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Reaches, by id.
    pub fn reaches(&self) -> &[Reach] {
        &self.reaches
    }

    /// Inflows, by id.
    pub fn inflows(&self) -> &[Inflow] {
        &self.inflows
    }

    /// Loads spread along reaches, by id.
    pub fn spreads(&self) -> &[Spread] {
        &self.spreads
    }

    /// Intakes, by id.
    pub fn intakes(&self) -> &[Intake] {
        &self.intakes
    }

    /// Reservoirs, by id.
    pub fn reservoirs(&self) -> &[Reservoir] {
        &self.reservoirs
    }

    /// Gates, by id.
    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    /// Control sections, by id.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Nodes from the springs to the mouth: every reach leads from an earlier to a later one.
    pub fn order(&self) -> &[NodeIndex] {
        &self.order
    }

    /// What looks odd without being wrong.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// A node.
    pub fn node(&self, index: NodeIndex) -> &Node {
        &self.nodes[index.position()]
    }

    /// A reach.
    pub fn reach(&self, index: ReachIndex) -> &Reach {
        &self.reaches[index.position()]
    }

    /// Reaches that leave a node.
    pub fn outgoing(&self, node: NodeIndex) -> impl Iterator<Item = ReachIndex> {
        self.outgoing.of(node.position()).map(ReachIndex::new)
    }

    /// Reaches that arrive at a node.
    pub fn incoming(&self, node: NodeIndex) -> impl Iterator<Item = ReachIndex> {
        self.incoming.of(node.position()).map(ReachIndex::new)
    }

    /// Water that enters at a node.
    pub fn inflows_at(&self, node: NodeIndex) -> impl Iterator<Item = InflowIndex> {
        self.inflows_at.of(node.position()).map(InflowIndex::new)
    }

    /// Water that is taken at a node.
    pub fn intakes_at(&self, node: NodeIndex) -> impl Iterator<Item = IntakeIndex> {
        self.intakes_at.of(node.position()).map(IntakeIndex::new)
    }

    /// Loads spread along a reach.
    pub fn spreads_on(&self, reach: ReachIndex) -> impl Iterator<Item = SpreadIndex> {
        self.spreads_on.of(reach.position()).map(SpreadIndex::new)
    }

    /// The reservoir at a node.
    pub fn reservoir_at(&self, node: NodeIndex) -> Option<ReservoirIndex> {
        self.reservoir_at[node.position()]
    }

    /// The section of this id.
    pub fn section(&self, id: &str) -> Option<SectionIndex> {
        self.sections.binary_search_by(|section| section.id.as_str().cmp(id)).ok().map(SectionIndex::new)
    }

    /// The node of this id.
    pub fn node_named(&self, id: &str) -> Option<NodeIndex> {
        self.nodes.binary_search_by(|node| node.id.as_str().cmp(id)).ok().map(NodeIndex::new)
    }

    /// The reach of this id.
    pub fn reach_named(&self, id: &str) -> Option<ReachIndex> {
        self.reaches.binary_search_by(|reach| reach.id.as_str().cmp(id)).ok().map(ReachIndex::new)
    }

    /// The reservoir of this id.
    pub fn reservoir_named(&self, id: &str) -> Option<ReservoirIndex> {
        self.reservoirs.binary_search_by(|reservoir| reservoir.id.as_str().cmp(id)).ok().map(ReservoirIndex::new)
    }

    /// The gate of this id.
    pub fn gate_named(&self, id: &str) -> Option<GateIndex> {
        self.gates.binary_search_by(|gate| gate.id.as_str().cmp(id)).ok().map(GateIndex::new)
    }
}
