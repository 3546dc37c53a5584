//! A steady discharge with longitudinal dispersion, and when plug flow would mislead.
//!
//! ```text
//! α = k·E/u²      Pe = u·B/E
//! C(x) = C0/√(1 + 4α) · exp( u·x/(2E) · (1 − √(1 + 4α)) )      x ≥ 0; above the outlet with 1 + √(1 + 4α)
//! ```
//!
//! For one uniform reach. In a slow river behind a sluice α is not small, and plug flow is then wrong by much.

use serde::{Deserialize, Serialize};

use crate::SECONDS_PER_DAY;
use crate::input::{BadInput, finite, not_negative, positive};

/// A discharge into a uniform reach.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Discharge {
    /// Flow of the discharge, m³/s.
    pub effluent_m3_s: f64,
    /// Its concentration, mg/L.
    pub effluent_mg_l: f64,
    /// Flow of the river above it, m³/s.
    pub river_m3_s: f64,
    /// Concentration of the river above it, mg/L.
    pub river_mg_l: f64,
    /// Velocity, m/s.
    pub velocity_m_s: f64,
    /// Width, m.
    pub width_m: f64,
    /// Longitudinal dispersion E, m²/s.
    pub dispersion_m2_s: f64,
    /// Decay, 1/d.
    pub decay_per_d: f64,
}

/// Where which formula holds, as data with its origin.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// α up to which dispersion adds little to decay.
    pub decay_alpha: f64,
    /// α beyond which advection adds little to dispersion.
    pub dispersion_alpha: f64,
    /// Pe from which plug flow holds.
    pub peclet: f64,
    /// Where these are from.
    pub origin: String,
    /// How sure they are: checked, known, open.
    pub sure: String,
}

/// Which formula a discharge needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// Plug flow with decay.
    PlugFlow,
    /// Advection with dispersion, of which only the tail above the outlet shows.
    AdvectionDispersion,
    /// All three.
    Full,
    /// Dispersion with decay.
    Dispersion,
}

/// A discharge at one place, with its working.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Dispersed {
    /// α.
    pub alpha: f64,
    /// Pe.
    pub peclet: f64,
    /// C0: the mixed concentration, mg/L.
    pub mixed_mg_l: f64,
    /// With dispersion, mg/L.
    pub mg_l: f64,
    /// Without, mg/L; above the outlet the river's own.
    pub plug_flow_mg_l: f64,
    /// How far the first is from the second, relative to it; nothing where that is zero.
    pub relative_gap: Option<f64>,
}

/// The concentration so many metres below the outlet, or above it where negative.
pub fn dispersed(discharge: &Discharge, distance_m: f64) -> Result<Dispersed, BadInput> {
    let x = finite("distance (m)", distance_m)?;
    let numbers = numbers(discharge)?;
    let u = discharge.velocity_m_s;
    let root = (1.0 + 4.0 * numbers.alpha).sqrt();
    let decay_per_s = discharge.decay_per_d / SECONDS_PER_DAY;
    // 1 − √(1 + 4α) is −4α/(1 + √(1 + 4α)), which keeps its digits where α is small.
    let below = -4.0 * numbers.alpha / (1.0 + root);
    let factor = if 0.0 <= x { below } else { 1.0 + root };
    let mg_l = numbers.mixed_mg_l / root * (u * x / (2.0 * discharge.dispersion_m2_s) * factor).exp();
    let plug_flow_mg_l = if 0.0 <= x { numbers.mixed_mg_l * (-decay_per_s * x / u).exp() } else { discharge.river_mg_l };
    let relative_gap = (0.0 < plug_flow_mg_l).then(|| mg_l / plug_flow_mg_l - 1.0);
    Ok(Dispersed { mg_l, plug_flow_mg_l, relative_gap, ..numbers })
}

/// Which formula the discharge needs.
pub fn regime(discharge: &Discharge, thresholds: &Thresholds) -> Result<Regime, BadInput> {
    let Dispersed { alpha, peclet, .. } = numbers(discharge)?;
    Ok(if thresholds.dispersion_alpha < alpha {
        Regime::Dispersion
    } else if thresholds.decay_alpha < alpha {
        Regime::Full
    } else if peclet < thresholds.peclet {
        Regime::AdvectionDispersion
    } else {
        Regime::PlugFlow
    })
}

/// α, Pe and the mixed concentration; what depends on the place is left at zero.
fn numbers(discharge: &Discharge) -> Result<Dispersed, BadInput> {
    let u = positive("velocity (m/s)", discharge.velocity_m_s)?;
    let dispersion = positive("dispersion E (m²/s)", discharge.dispersion_m2_s)?;
    let width = positive("width (m)", discharge.width_m)?;
    let decay_per_s = not_negative("decay (1/d)", discharge.decay_per_d)? / SECONDS_PER_DAY;
    let effluent = not_negative("effluent flow (m³/s)", discharge.effluent_m3_s)?;
    let river = not_negative("river flow (m³/s)", discharge.river_m3_s)?;
    let together = positive("river and effluent flow (m³/s)", effluent + river)?;
    let effluent_g_s = effluent * not_negative("effluent concentration (mg/L)", discharge.effluent_mg_l)?;
    let river_g_s = river * not_negative("river concentration (mg/L)", discharge.river_mg_l)?;
    Ok(Dispersed {
        alpha: decay_per_s * dispersion / (u * u),
        peclet: u * width / dispersion,
        mixed_mg_l: (effluent_g_s + river_g_s) / together,
        mg_l: 0.0,
        plug_flow_mg_l: 0.0,
        relative_gap: None,
    })
}
