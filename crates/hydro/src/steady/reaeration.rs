//! What the air gives back: formulas for the reaeration coefficient at 20 ℃, and the saturation of oxygen.
//!
//! The formulas are fits to measured streams and hold for open water within the depths and velocities they were made of; a
//! coefficient measured on the spot is better than any. Under ice there is no reaeration to speak of.

use serde::{Deserialize, Serialize};

use crate::input::{BadInput, finite, positive};

/// Where the reaeration coefficient comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reaeration {
    /// From the record of the reach.
    Recorded,
    /// `3.93·u^0.5·H^−1.5`, O'Connor and Dobbins (1958): deep and slow water.
    OConnorDobbins,
    /// `5.026·u·H^−1.67`, Churchill et al. (1962): deep and fast water.
    Churchill,
    /// `5.32·u^0.67·H^−1.85`, Owens, Edwards and Gibbs (1964): shallow water.
    OwensGibbs,
    /// That of the three which Covar (1976) chooses by depth and velocity.
    Covar,
}

impl Reaeration {
    /// The coefficient at 20 ℃, 1/d, for a velocity in m/s and a depth in m; nothing where it comes from the record.
    pub fn per_d(self, velocity_m_s: f64, depth_m: f64) -> Result<Option<f64>, BadInput> {
        let u = positive("velocity (m/s)", velocity_m_s)?;
        let h = positive("depth (m)", depth_m)?;
        Ok(match self {
            Reaeration::Recorded => None,
            Reaeration::OConnorDobbins => Some(3.93 * u.sqrt() * h.powf(-1.5)),
            Reaeration::Churchill => Some(5.026 * u * h.powf(-1.67)),
            Reaeration::OwensGibbs => Some(5.32 * u.powf(0.67) * h.powf(-1.85)),
            Reaeration::Covar => return covar(u, h).per_d(u, h),
        })
    }
}

/// Covar's choice as QUAL2K states it: shallow below 0.61 m; else by whether depth exceeds 3.45·u^2.5.
fn covar(velocity_m_s: f64, depth_m: f64) -> Reaeration {
    if depth_m < 0.61 {
        Reaeration::OwensGibbs
    } else if 3.45 * velocity_m_s.powf(2.5) < depth_m {
        Reaeration::OConnorDobbins
    } else {
        Reaeration::Churchill
    }
}

/// Saturation of oxygen in fresh water at sea level, mg/L: `468/(31.6 + T)`, as HJ 2.3-2018 gives it (recalled).
pub fn saturation_mg_l(temperature_c: f64) -> Result<f64, BadInput> {
    let temperature_c = finite("temperature (℃)", temperature_c)?;
    positive("oxygen saturation (mg/L)", 468.0 / (31.6 + temperature_c))
}
