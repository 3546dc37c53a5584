//! What is dispatched: stores with what they feed, diversions, demands, and sections that want their flow.

use serde::{Deserialize, Serialize};

use crate::input::BadInput;

/// Reservoirs, gates, needs. All series have one number for each period; volumes are in m³.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct System {
    /// Length of each period, s.
    pub period_s: Vec<f64>,
    /// Reservoirs, upstream ones first.
    pub stores: Vec<Store>,
    /// Gates that divert.
    pub diversions: Vec<Diversion>,
    /// Who takes water out of a reservoir.
    pub demands: Vec<Demand>,
    /// Where ecology wants a flow.
    pub sections: Vec<Section>,
}

/// A reservoir.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Store {
    /// Its id.
    pub id: String,
    /// Volume below which nothing can be let out.
    pub dead_m3: f64,
    /// Volume when it is full.
    pub capacity_m3: f64,
    /// The most it may hold at the end of each period: its capacity, or the limit of the flood season.
    pub high_m3: Vec<f64>,
    /// Volume at the start.
    pub start_m3: f64,
    /// Volume wanted at the end, if any.
    pub end_m3: Option<f64>,
    /// What flows in from outside.
    pub inflow_m3: Vec<f64>,
    /// What evaporates.
    pub evaporation: Evaporation,
    /// The least let out in each period, as where a pipe must not freeze.
    pub least_release_m3: Vec<f64>,
    /// The most let out in each period; less under ice.
    pub most_release_m3: Vec<f64>,
    /// The most by which the release may change from the period before, where that is bounded, as under ice.
    pub most_change_m3: Vec<Option<f64>>,
    /// What arrives from above.
    pub feeds: Vec<Feed>,
    /// Releases and spills before the start together, the latest first, for water that is still on its way.
    pub past_m3: Vec<f64>,
}

/// What evaporates from a reservoir.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evaporation {
    /// So much in each period, m³.
    Volume(Vec<f64>),
    /// So high a layer in each period, from an area that grows evenly with the mean volume of the period.
    Depth {
        /// The layers, m.
        depth_m: Vec<f64>,
        /// The area of the empty reservoir, m².
        empty_m2: f64,
        /// What each m³ adds to it, m².
        m2_per_m3: f64,
    },
}

/// A way that water goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// What a reservoir lets out into its river, spill included, by its position.
    Store(usize),
    /// What a gate diverts, by its position.
    Diversion(usize),
}

/// Water of a way that passes a place.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// The way.
    pub way: Way,
    /// Whether it is taken away here, as a diversion is from the river below it.
    pub away: bool,
    /// Which share arrives in the same period, in the next, and so on: the lag of the river between. They make one, or less where
    /// some is lost.
    pub shares: Vec<f64>,
}

/// A gate that diverts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diversion {
    /// Its id.
    pub id: String,
    /// The most in each period.
    pub most_m3: Vec<f64>,
    /// What it diverted before the start, the latest first.
    pub past_m3: Vec<f64>,
}

/// What water is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// People.
    Drinking,
    /// Fields.
    Irrigation,
    /// Works.
    Industry,
}

/// Who takes water out of a reservoir.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Demand {
    /// Its id.
    pub id: String,
    /// Position of the reservoir.
    pub store: usize,
    /// What it is for.
    pub purpose: Use,
    /// What it wants.
    pub wanted_m3: Vec<f64>,
}

/// A place where ecology wants a flow.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// Its id.
    pub id: String,
    /// Water that joins between.
    pub local_m3: Vec<f64>,
    /// What passes.
    pub feeds: Vec<Feed>,
    /// The flow it must have.
    pub base_m3: Vec<f64>,
    /// The flow it should have.
    pub target_m3: Vec<f64>,
}

/// What is served, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// Demands of a use.
    Demand(Use),
    /// The base flow of all sections.
    Base,
    /// Their target flow.
    Target,
    /// The volumes wanted at the end.
    EndStorage,
}

/// Why a system is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BadSystem {
    /// A number that cannot be.
    #[error("`{id}`: {source}")]
    Input {
        /// Whose.
        id: String,
        /// What cannot be.
        source: BadInput,
    },
    /// A series of another length.
    #[error("`{id}`: {what} has {found} numbers, expected one for each of {expected} periods")]
    Length {
        /// Whose.
        id: String,
        /// Which series.
        what: &'static str,
        /// How many it has.
        found: usize,
        /// How many periods there are.
        expected: usize,
    },
    /// Something that is not there.
    #[error("`{id}` names {what} {position}, of which there are {n}")]
    Missing {
        /// Who names it.
        id: String,
        /// What kind of thing.
        what: &'static str,
        /// The position named.
        position: usize,
        /// How many there are.
        n: usize,
    },
    /// A reservoir that is fed by one that stands after it.
    #[error("reservoir `{id}` is fed by `{from}`, which must stand before it")]
    Order {
        /// The reservoir.
        id: String,
        /// What feeds it.
        from: String,
    },
    /// Water that would be made.
    #[error("{what} would bring {shares} times its water into reservoirs, expected at most once")]
    MakesWater {
        /// Which way.
        what: String,
        /// How often its water would arrive.
        shares: f64,
    },
}

impl System {
    /// How many periods there are.
    pub fn n_periods(&self) -> usize {
        self.period_s.len()
    }
}

/// The line of areas over volumes that a curve of level (m) and volume (m³) gives between its ends: m² when empty, m² for each m³.
/// The area is the slope of volume over level, at the middle of each stretch; the line is the least-squares one. Nothing where the
/// curve has fewer than three points.
pub fn area_line(level_volume: &[(f64, f64)]) -> Option<(f64, f64)> {
    let stretch = |pair: &[(f64, f64)]| (0.5 * (pair[0].1 + pair[1].1), (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0));
    let points: Vec<(f64, f64)> = level_volume.windows(2).map(stretch).collect();
    let n = points.len() as f64;
    let (mean_v, mean_a) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
    let spread: f64 = points.iter().map(|p| (p.0 - mean_v) * (p.0 - mean_v)).sum();
    if points.len() < 2 || spread <= 0.0 {
        return None;
    }
    let slope = points.iter().map(|p| (p.0 - mean_v) * (p.1 - mean_a)).sum::<f64>() / spread;
    Some((mean_a - slope * mean_v, slope))
}

/// The level at a volume, between the points of the curve; nothing outside it.
pub fn level_m(level_volume: &[(f64, f64)], volume_m3: f64) -> Option<f64> {
    let inside = |pair: &&[(f64, f64)]| pair[0].1 <= volume_m3 && volume_m3 <= pair[1].1;
    let pair = level_volume.windows(2).find(inside)?;
    let share = if pair[0].1 < pair[1].1 { (volume_m3 - pair[0].1) / (pair[1].1 - pair[0].1) } else { 0.0 };
    Some(pair[0].0 + share * (pair[1].0 - pair[0].0))
}
