//! How fast a substance is lost in each reach and each mixed reservoir.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::decay::{Season, temperature_factor};
use crate::input::{BadInput, not_negative};
use crate::network::{Network, Water};

/// Loss of a substance, in the order of the network's lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rates {
    /// In each reach, 1/d.
    pub reach_per_d: Vec<f64>,
    /// In each reservoir, 1/d.
    pub reservoir_per_d: Vec<f64>,
}

/// What the water is like, and how decay follows the temperature.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Open water with its temperature, or ice.
    pub season: Season,
    /// θ of the correction of the decay coefficient.
    pub theta: f64,
}

/// Why there are no rates.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoRates {
    /// A number that cannot be.
    #[error(transparent)]
    Input(#[from] BadInput),
    /// A substance without a coefficient somewhere.
    #[error("{place} has no decay coefficient of {substance} at 20 ℃, expected one, or zero for a conservative substance")]
    Missing {
        /// Reach or reservoir.
        place: String,
        /// The substance.
        substance: String,
    },
    /// A substance without a coefficient for water under ice.
    #[error("{place} has no decay coefficient of {substance} under ice, expected one for the ice season")]
    MissingUnderIce {
        /// Reach or reservoir.
        place: String,
        /// The substance.
        substance: String,
    },
    /// A reach without a depth, where settling or reaeration needs one.
    #[error("reach `{reach}` has no depth, which {wanted_for} needs")]
    MissingDepth {
        /// The reach.
        reach: String,
        /// Settling or reaeration.
        wanted_for: &'static str,
    },
    /// A reach without a reaeration coefficient.
    #[error("reach `{reach}` has no reaeration coefficient, expected one, or a formula")]
    MissingReaeration {
        /// The reach.
        reach: String,
    },
}

impl Rates {
    /// A substance that is never lost.
    pub fn conservative(network: &Network) -> Self {
        Self { reach_per_d: vec![0.0; network.reaches().len()], reservoir_per_d: vec![0.0; network.reservoirs().len()] }
    }

    /// The coefficients of the records, for these conditions. None is ever made up.
    pub fn recorded(network: &Network, substance: &str, conditions: &Conditions) -> Result<Self, NoRates> {
        let mut reach_per_d = Vec::with_capacity(network.reaches().len());
        for reach in network.reaches() {
            let place = || format!("reach `{}`", reach.id);
            reach_per_d.push(rate(&reach.decay_per_d, &reach.ice_decay_per_d, substance, conditions, place)?);
        }
        let mut reservoir_per_d = Vec::with_capacity(network.reservoirs().len());
        for reservoir in network.reservoirs() {
            let place = || format!("reservoir `{}`", reservoir.id);
            reservoir_per_d.push(match reservoir.mixed_m3 {
                Some(_) => rate(&reservoir.decay_per_d, &reservoir.ice_decay_per_d, substance, conditions, place)?,
                None => 0.0,
            });
        }
        Ok(Self { reach_per_d, reservoir_per_d })
    }

    /// The same with settling: a velocity in m/d over the depth of each reach adds to its rate.
    pub fn with_settling(mut self, network: &Network, water: &Water, settling_m_d: f64) -> Result<Self, NoRates> {
        let settling_m_d = not_negative("settling velocity (m/d)", settling_m_d)?;
        for ((rate, depth), reach) in self.reach_per_d.iter_mut().zip(&water.depth_m).zip(network.reaches()) {
            let missing = || NoRates::MissingDepth { reach: reach.id.clone(), wanted_for: "settling" };
            *rate += settling_m_d / depth.ok_or_else(missing)?;
        }
        Ok(self)
    }

    /// All rates times a factor.
    pub fn scaled(&self, factor: f64) -> Self {
        let times = |rates: &[f64]| rates.iter().map(|rate| rate * factor).collect();
        Self { reach_per_d: times(&self.reach_per_d), reservoir_per_d: times(&self.reservoir_per_d) }
    }
}

fn rate(
    open: &BTreeMap<String, f64>,
    ice: &BTreeMap<String, f64>,
    substance: &str,
    conditions: &Conditions,
    place: impl Fn() -> String,
) -> Result<f64, NoRates> {
    match conditions.season {
        Season::Open { temperature_c } => {
            let missing = || NoRates::Missing { place: place(), substance: substance.to_owned() };
            Ok(open.get(substance).ok_or_else(missing)? * temperature_factor(conditions.theta, temperature_c)?)
        }
        Season::Ice => {
            let missing = || NoRates::MissingUnderIce { place: place(), substance: substance.to_owned() };
            ice.get(substance).copied().ok_or_else(missing)
        }
    }
}
