//! First-order decay: one coefficient at 20 ℃, corrected for the temperature, and a value of its own under ice.
//!
//! ```text
//! K(T) = K₂₀ · θ^(T − 20)
//! ```
//!
//! Under ice the water is near 0 ℃, without light and without reaeration, where the correction was never measured; so the
//! ice season takes a value of its own, and where there is none it says so.

use serde::{Deserialize, Serialize};

use crate::input::{BadInput, finite, not_negative, positive};

/// What the water is like when a coefficient is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", tag = "season")]
pub enum Season {
    /// Open water.
    Open {
        /// Its temperature, ℃.
        temperature_c: f64,
    },
    /// Water under ice.
    Ice,
}

/// Decay coefficients of one substance in one reach, and where they are from.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RateBook {
    /// At 20 ℃, 1/d.
    pub at_20_c_per_d: f64,
    /// θ of the correction; 1.047 is usual for carbonaceous oxygen demand.
    pub theta: f64,
    /// Under ice, 1/d.
    #[serde(default)]
    pub ice_per_d: Option<f64>,
    /// Where the numbers are from: measured, calibrated, a standard, or assumed.
    pub origin: String,
}

/// A coefficient with its working.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// The coefficient, 1/d.
    pub per_d: f64,
    /// At 20 ℃, 1/d.
    pub at_20_c_per_d: f64,
    /// What the temperature made of it, as a factor; nothing under ice, where the value is its own.
    pub factor: Option<f64>,
    /// The season it holds for.
    pub season: Season,
}

/// Why there is no coefficient.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NoRate {
    /// A number that cannot be.
    #[error(transparent)]
    Input(#[from] BadInput),
    /// Nobody gave a value for the ice season.
    #[error("there is no decay coefficient for the ice season, expected one measured or assumed for water under ice")]
    NoIceValue,
}

impl RateBook {
    /// The coefficient of a season.
    pub fn rate(&self, season: Season) -> Result<Rate, NoRate> {
        let at_20_c_per_d = not_negative("decay coefficient at 20 ℃ (1/d)", self.at_20_c_per_d)?;
        match season {
            Season::Open { temperature_c } => {
                let factor = temperature_factor(self.theta, temperature_c)?;
                Ok(Rate { per_d: at_20_c_per_d * factor, at_20_c_per_d, factor: Some(factor), season })
            }
            Season::Ice => {
                let per_d = not_negative("decay coefficient under ice (1/d)", self.ice_per_d.ok_or(NoRate::NoIceValue)?)?;
                Ok(Rate { per_d, at_20_c_per_d, factor: None, season })
            }
        }
    }
}

/// θ^(T − 20), with which a coefficient at 20 ℃ is multiplied.
pub fn temperature_factor(theta: f64, temperature_c: f64) -> Result<f64, BadInput> {
    let theta = positive("θ of the temperature correction", theta)?;
    let temperature_c = finite("temperature (℃)", temperature_c)?;
    finite("temperature factor", theta.powf(temperature_c - 20.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_value_for_ice_there_is_no_answer() {
        let mut book = RateBook { at_20_c_per_d: 0.2, theta: 1.047, ice_per_d: None, origin: "assumed".into() };
        assert_eq!(book.rate(Season::Ice), Err(NoRate::NoIceValue));
        book.ice_per_d = Some(0.03);
        assert!((book.rate(Season::Ice).unwrap().per_d - 0.03).abs() < 1e-15);
        assert!((book.rate(Season::Open { temperature_c: 20.0 }).unwrap().per_d - 0.2).abs() < 1e-15);
    }
}
