//! What registers and files say about a river, before anything is resolved. Numbers carry their units.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::unit::Quantity;

/// All records of a network.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Records {
    /// Nodes.
    pub node: Vec<NodeRecord>,
    /// Reaches.
    pub reach: Vec<ReachRecord>,
    /// Springs, tributaries and outlets.
    pub inflow: Vec<InflowRecord>,
    /// Loads spread along reaches.
    pub spread: Vec<SpreadRecord>,
    /// Intakes.
    pub intake: Vec<IntakeRecord>,
    /// Reservoirs.
    pub reservoir: Vec<ReservoirRecord>,
    /// Gates.
    pub gate: Vec<GateRecord>,
    /// Control sections.
    pub section: Vec<SectionRecord>,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeRecord {
    /// Its id.
    pub id: String,
    /// Whether water leaves the network here.
    #[serde(default)]
    pub end: Option<End>,
}

/// How water leaves the network at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The mouth of the river; one for each part that hangs together.
    Mouth,
    /// Another way out: a diversion to a lake or a canal.
    Side,
}

/// A reach.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReachRecord {
    /// Its id.
    pub id: String,
    /// The node at its upper end.
    pub from: String,
    /// The node at its lower end.
    pub to: String,
    /// Its length.
    pub length: Quantity,
    /// The share it takes where several reaches leave a node.
    #[serde(default)]
    pub share: Option<f64>,
    /// Velocity and depth.
    #[serde(default)]
    pub hydraulics: Option<HydraulicsRecord>,
    /// Decay at 20 ℃ by substance.
    #[serde(default)]
    pub decay: BTreeMap<String, Quantity>,
    /// Decay under ice by substance.
    #[serde(default)]
    pub ice_decay: BTreeMap<String, Quantity>,
    /// Reaeration at 20 ℃.
    #[serde(default)]
    pub reaeration: Option<Quantity>,
    /// Where the parameters are from.
    #[serde(default)]
    pub origin: String,
}

/// Velocity and depth of a reach.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "form", deny_unknown_fields)]
pub enum HydraulicsRecord {
    /// The same at every flow.
    Given {
        /// Velocity.
        velocity: Quantity,
        /// Mean depth.
        depth: Option<Quantity>,
    },
    /// `u = α·Q^β` in m/s for m³/s, and the depth in m alike.
    Power {
        /// α of the velocity.
        alpha: f64,
        /// β of the velocity.
        beta: f64,
        /// α of the depth.
        depth_alpha: Option<f64>,
        /// β of the depth.
        depth_beta: Option<f64>,
    },
    /// Manning's formula for a trapezoid.
    Manning {
        /// Width of the bottom.
        bottom_width: Quantity,
        /// Horizontal over vertical of the banks.
        side_slope: f64,
        /// Manning's n, s/m^(1/3).
        roughness: f64,
        /// Slope of the bed, m per m.
        bed_slope: f64,
    },
}

/// Where a thing lies: at a node, or along a reach.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Place {
    /// The id of a node.
    Node(String),
    /// Along a reach.
    Along(Along),
}

/// A place along a reach.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Along {
    /// The id of the reach.
    pub reach: String,
    /// How far from its upper end.
    pub distance: Quantity,
}

/// Water that enters.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InflowRecord {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: InflowKind,
    /// Where it enters.
    pub place: Place,
    /// Its flow.
    pub flow: Quantity,
    /// Its concentrations by substance.
    #[serde(default)]
    pub quality: BTreeMap<String, Quantity>,
    /// Where its numbers are from.
    #[serde(default)]
    pub origin: String,
}

/// What kind of water enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InflowKind {
    /// Where the modelled river begins.
    Headwater,
    /// A tributary that is not modelled.
    Tributary,
    /// An outlet into the river.
    Outlet,
}

/// A load spread evenly along a reach.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpreadRecord {
    /// Its id.
    pub id: String,
    /// The id of the reach.
    pub reach: String,
    /// Its loads by substance.
    pub load: BTreeMap<String, Quantity>,
    /// Where its numbers are from.
    #[serde(default)]
    pub origin: String,
}

/// Water that is taken out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntakeRecord {
    /// Its id.
    pub id: String,
    /// Where it is taken.
    pub place: Place,
    /// How much.
    pub flow: Quantity,
}

/// A reservoir.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReservoirRecord {
    /// Its id.
    pub id: String,
    /// The id of its node.
    pub node: String,
    /// Dead volume.
    pub dead: Quantity,
    /// Volume at its full level.
    pub capacity: Quantity,
    /// Volume it may hold in the flood season.
    #[serde(default)]
    pub flood_limit: Option<Quantity>,
    /// Volume that water mixes with in the steady model.
    #[serde(default)]
    pub mixed: Option<Quantity>,
    /// Decay at 20 ℃ by substance.
    #[serde(default)]
    pub decay: BTreeMap<String, Quantity>,
    /// Decay under ice by substance.
    #[serde(default)]
    pub ice_decay: BTreeMap<String, Quantity>,
    /// Level and volume, ascending.
    #[serde(default)]
    pub level_volume: Vec<LevelVolume>,
}

/// A point of a curve of level and volume.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelVolume {
    /// Level.
    pub level: Quantity,
    /// Volume at that level.
    pub volume: Quantity,
}

/// A gate.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateRecord {
    /// Its id.
    pub id: String,
    /// The id of the reach whose flow it sets.
    pub reach: String,
    /// The most that passes it.
    #[serde(default)]
    pub capacity: Option<Quantity>,
}

/// A control section.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionRecord {
    /// Its id.
    pub id: String,
    /// Where it is.
    pub place: Place,
}

/// What numbers are to be expected; one outside is probably a slip of the unit, and is said so without being refused.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plausible {
    /// Lengths of reaches, m.
    pub length_m: Range,
    /// Velocities, m/s.
    pub velocity_m_s: Range,
    /// Flows, m³/s.
    pub flow_m3_s: Range,
    /// Decay and reaeration, 1/d.
    pub rate_per_d: Range,
    /// Concentrations, mg/L.
    pub concentration_mg_l: Range,
    /// Where these are from.
    pub origin: String,
}

/// From, to, both included.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The least.
    pub low: f64,
    /// The most.
    pub high: f64,
}
