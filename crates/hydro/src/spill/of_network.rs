//! A course of a network: its nodes as joints, its reaches with velocity, dispersion and decay.

use serde::{Deserialize, Serialize};

use super::course::{BadCourse, Course, Joint, Period, Reach, Shape};
use crate::hydraulics::Hydraulics;
use crate::input::{BadInput, not_negative};
use crate::network::{Network, Water};
use crate::steady::Rates;

/// Longitudinal dispersion of each reach, m²/s, in the order of the network.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dispersion {
    /// The coefficients.
    pub reach_m2_s: Vec<f64>,
    /// How many were estimated after Fischer; the others are the value given for where nothing is known.
    pub n_estimated: usize,
    /// Where the value for the others is from.
    pub origin: String,
}

/// Dispersion where the shape of the channel is not known.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// The coefficient, m²/s.
    pub m2_s: f64,
    /// Measured, calibrated or assumed.
    pub origin: String,
}

/// What kind of place is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchedKind {
    /// An intake.
    Intake,
    /// A control or border section.
    Section,
}

/// A place that wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Watched {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: WatchedKind,
    /// Position of its joint.
    pub joint: usize,
}

/// Why a network gives no course.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoCourse {
    /// A number that cannot be.
    #[error(transparent)]
    Input(#[from] BadInput),
    /// The course that came out cannot be.
    #[error(transparent)]
    Course(#[from] BadCourse),
    /// Numbers of another network.
    #[error("{what}: {found} numbers, expected {expected}")]
    Count {
        /// What was given.
        what: &'static str,
        /// How many.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
}

impl Dispersion {
    /// After Fischer where the channel is known, and this value elsewhere.
    pub fn estimated(network: &Network, water: &Water, elsewhere: &Elsewhere) -> Result<Self, BadInput> {
        let other = not_negative("dispersion (m²/s)", elsewhere.m2_s)?;
        let mut reach_m2_s = Vec::with_capacity(network.reaches().len());
        let mut n_estimated = 0;
        for (reach, flow) in network.reaches().iter().zip(&water.reach_m3_s) {
            reach_m2_s.push(match &reach.hydraulics {
                Hydraulics::Manning(channel) => {
                    n_estimated += 1;
                    channel.normal_flow(*flow)?.dispersion_m2_s
                }
                Hydraulics::Given { .. } | Hydraulics::Power { .. } => other,
            });
        }
        Ok(Self { reach_m2_s, n_estimated, origin: elsewhere.origin.clone() })
    }
}

/// The course of a network. Joints stand in the order of its nodes, reaches in that of its reaches.
pub fn course(network: &Network, rates: &Rates, dispersion: &Dispersion) -> Result<Course, NoCourse> {
    let count = |what, found: usize, expected: usize| {
        if found == expected { Ok(()) } else { Err(NoCourse::Count { what, found, expected }) }
    };
    count("dispersion of reaches", dispersion.reach_m2_s.len(), network.reaches().len())?;
    count("rates of reaches", rates.reach_per_d.len(), network.reaches().len())?;
    count("rates of reservoirs", rates.reservoir_per_d.len(), network.reservoirs().len())?;
    let mut joints: Vec<Joint> =
        network.nodes().iter().map(|node| Joint { id: node.id.clone(), tank_m3: None, tank_decay_per_d: 0.0 }).collect();
    for (reservoir, rate) in network.reservoirs().iter().zip(&rates.reservoir_per_d) {
        if let Some(mixed) = reservoir.mixed_m3.filter(|mixed| 0.0 < *mixed) {
            let joint = &mut joints[reservoir.node.position()];
            joint.tank_m3 = Some(mixed);
            joint.tank_decay_per_d = *rate;
        }
    }
    let mut reaches = Vec::with_capacity(network.reaches().len());
    for (i, reach) in network.reaches().iter().enumerate() {
        reaches.push(Reach {
            id: reach.id.clone(),
            from: reach.from.position(),
            to: reach.to.position(),
            length_m: reach.length_m,
            shape: Shape::Hydraulics(reach.hydraulics),
            lateral_m3_s_m: 0.0,
            dispersion_m2_s: dispersion.reach_m2_s[i],
            decay_per_d: rates.reach_per_d[i],
            share: reach.share,
        });
    }
    Ok(Course::new(joints, reaches)?)
}

/// The steady flows of a network as one period.
pub fn steady_period(network: &Network, water: &Water) -> Period {
    let mut inflow_m3_s = vec![0.0; network.nodes().len()];
    for (inflow, flow) in network.inflows().iter().zip(&water.inflow_m3_s) {
        inflow_m3_s[inflow.node.position()] += flow;
    }
    let release_m3_s = vec![None; network.nodes().len()];
    Period { from_s: 0.0, inflow_m3_s, taken_m3_s: water.taken_m3_s.clone(), release_m3_s }
}

/// All intakes and sections, in the order of the network.
pub fn watched(network: &Network) -> Vec<Watched> {
    let intake = |id: &str, joint| Watched { id: id.to_owned(), kind: WatchedKind::Intake, joint };
    let section = |id: &str, joint| Watched { id: id.to_owned(), kind: WatchedKind::Section, joint };
    let intakes = network.intakes().iter().map(|one| intake(&one.id, one.node.position()));
    let sections = network.sections().iter().map(|one| section(&one.id, one.node.position()));
    intakes.chain(sections).collect()
}
