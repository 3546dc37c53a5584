//! Rivers: fully mixed at the outfall, decaying along a zone, and wide with an outfall at the bank.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use super::Allowed;
use crate::SECONDS_PER_DAY;
use crate::input::{BadInput, finite, not_negative, positive, share};
use crate::steady::even;

/// A river that is mixed at once.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ZeroDimension {
    /// Q, m³/s.
    pub flow_m3_s: f64,
    /// C0: of the river above, mg/L.
    pub upstream_mg_l: f64,
    /// Qp: of the discharge, m³/s.
    pub effluent_m3_s: f64,
    /// Cp: of the discharge, mg/L.
    pub effluent_mg_l: f64,
    /// Cs: the target, mg/L.
    pub target_mg_l: f64,
}

/// Capacity of a river that is mixed at once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ZeroDimensionCapacity {
    /// C: mixed, with the present discharge, mg/L.
    pub mixed_mg_l: f64,
    /// What is discharged now.
    pub present: Allowed,
    /// What may be added: `(Cs − C)·(Q + Qp)`.
    pub remaining: Allowed,
    /// What may be discharged in all: `Cs·(Q + Qp) − C0·Q`.
    pub total: Allowed,
    /// What must be cut, g/s; zero where the target is kept.
    pub cut_g_s: f64,
}

/// Capacity by full mixing.
pub fn zero_dimension(river: &ZeroDimension) -> Result<ZeroDimensionCapacity, BadInput> {
    let flow = positive("flow (m³/s)", river.flow_m3_s)?;
    let upstream = not_negative("upstream concentration (mg/L)", river.upstream_mg_l)?;
    let effluent = not_negative("effluent flow (m³/s)", river.effluent_m3_s)?;
    let present_g_s = effluent * not_negative("effluent concentration (mg/L)", river.effluent_mg_l)?;
    let target = not_negative("target (mg/L)", river.target_mg_l)?;
    let bearable_g_s = target * (flow + effluent);
    let remaining_g_s = bearable_g_s - (upstream * flow + present_g_s);
    Ok(ZeroDimensionCapacity {
        mixed_mg_l: (upstream * flow + present_g_s) / (flow + effluent),
        present: Allowed::of(present_g_s),
        remaining: Allowed::of(remaining_g_s),
        total: Allowed::of(bearable_g_s - upstream * flow),
        cut_g_s: (-remaining_g_s).max(0.0),
    })
}

/// A zone of a river in which a substance decays. The flow of the effluent is left out; the target is kept at the lower end.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OneDimension {
    /// Q, m³/s.
    pub flow_m3_s: f64,
    /// L, m.
    pub length_m: f64,
    /// u, m/s.
    pub velocity_m_s: f64,
    /// K, 1/d.
    pub decay_per_d: f64,
    /// C0: where the zone begins, mg/L.
    pub upstream_mg_l: f64,
    /// Cs: the target, mg/L.
    pub target_mg_l: f64,
    /// b: how evenly sources really lie, at most 1.
    pub unevenness: f64,
}

/// Capacity of a zone, by where its load is thought to enter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OneDimensionCapacity {
    /// K·L/u.
    pub exponent: f64,
    /// e^(−K·L/u): what is left at the lower end.
    pub survival: f64,
    /// C0·e^(−K·L/u): what the river above brings to the lower end, mg/L.
    pub background_mg_l: f64,
    /// All at the upper end: `(Cs·e^(KL/u) − C0)·Q`.
    pub upper_end: Allowed,
    /// All in the middle: `(Cs − C0·e^(−KL/u))·e^(KL/2u)·Q`.
    pub middle: Allowed,
    /// Evenly along the zone: `(Cs − C0·e^(−KL/u))·Q·(KL/u)/(1 − e^(−KL/u))`.
    pub uniform: Allowed,
    /// All at the lower end: `(Cs − C0·e^(−KL/u))·Q`.
    pub lower_end: Allowed,
    /// Evenly, times b.
    pub uneven: Allowed,
    /// By how much the river above must first fall, mg/L, where it alone misses the target.
    pub upstream_cut_mg_l: Option<f64>,
}

/// Capacity with decay along a zone.
pub fn one_dimension(zone: &OneDimension) -> Result<OneDimensionCapacity, BadInput> {
    let flow = positive("flow (m³/s)", zone.flow_m3_s)?;
    let travel_s = positive("length (m)", zone.length_m)? / positive("velocity (m/s)", zone.velocity_m_s)?;
    let exponent = not_negative("decay (1/d)", zone.decay_per_d)? / SECONDS_PER_DAY * travel_s;
    let upstream = not_negative("upstream concentration (mg/L)", zone.upstream_mg_l)?;
    let target = not_negative("target (mg/L)", zone.target_mg_l)?;
    let unevenness = share("unevenness b", zone.unevenness)?;
    let survival = (-exponent).exp();
    finite("e^(K·L/u)", exponent.exp())?;
    let background_mg_l = upstream * survival;
    // Cs − C0·e^(−x), written so that nothing cancels where the decay is small.
    let lower_g_s = ((target - upstream) - upstream * (-exponent).exp_m1()) * flow;
    let uniform_g_s = lower_g_s / even(exponent);
    let upstream_cut_mg_l = (lower_g_s < 0.0).then(|| upstream - target * exponent.exp());
    Ok(OneDimensionCapacity {
        exponent,
        survival,
        background_mg_l,
        upper_end: Allowed::of(lower_g_s * exponent.exp()),
        middle: Allowed::of(lower_g_s * (exponent / 2.0).exp()),
        uniform: Allowed::of(uniform_g_s),
        lower_end: Allowed::of(lower_g_s),
        uneven: Allowed::of(uniform_g_s * unevenness),
        upstream_cut_mg_l,
    })
}

/// A wide river with an outfall at the bank; the far bank is too far to matter.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TwoDimension {
    /// h, m.
    pub depth_m: f64,
    /// u, m/s.
    pub velocity_m_s: f64,
    /// Ey: transverse mixing, m²/s.
    pub transverse_mixing_m2_s: f64,
    /// K, 1/d.
    pub decay_per_d: f64,
    /// C0: of the river above, mg/L.
    pub upstream_mg_l: f64,
}

/// What a wide river bears at its bank.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TwoDimensionCapacity {
    /// What the river above brings to the point, mg/L.
    pub background_mg_l: f64,
    /// What one g/s at the bank adds at the point, mg/L.
    pub mg_l_per_g_s: f64,
    /// The largest load at the bank.
    pub allowed: Allowed,
    /// By how much the river above must first fall, mg/L, where it alone misses the target.
    pub upstream_cut_mg_l: Option<f64>,
}

/// Concentration at a point x m down and y m from the bank, mg/L, for a load in g/s at the bank:
/// `[C0 + m/(h·√(π·Ey·x·u))·exp(−u·y²/(4·Ey·x))]·exp(−K·x/u)`.
pub fn two_dimension(river: &TwoDimension, load_g_s: f64, x_m: f64, y_m: f64) -> Result<f64, BadInput> {
    let load_g_s = not_negative("load (g/s)", load_g_s)?;
    let parts = plume(river, x_m, y_m)?;
    Ok((river.upstream_mg_l + load_g_s * parts.spread) * parts.survival)
}

/// The largest load at the bank that keeps the target at a point.
pub fn two_dimension_capacity(river: &TwoDimension, target_mg_l: f64, x_m: f64, y_m: f64) -> Result<TwoDimensionCapacity, BadInput> {
    let target = not_negative("target (mg/L)", target_mg_l)?;
    let parts = plume(river, x_m, y_m)?;
    let above_background = target / parts.survival - river.upstream_mg_l;
    let allowed_g_s = finite("allowed load (g/s)", above_background / parts.spread)?;
    Ok(TwoDimensionCapacity {
        background_mg_l: river.upstream_mg_l * parts.survival,
        mg_l_per_g_s: parts.spread * parts.survival,
        allowed: Allowed::of(allowed_g_s),
        upstream_cut_mg_l: (above_background < 0.0).then_some(-above_background),
    })
}

/// What becomes of one g/s at the bank, before decay, and the share that decay leaves.
struct Plume {
    spread: f64,
    survival: f64,
}

fn plume(river: &TwoDimension, x_m: f64, y_m: f64) -> Result<Plume, BadInput> {
    let x = positive("distance along the river (m)", x_m)?;
    let y = not_negative("distance from the bank (m)", y_m)?;
    let depth = positive("depth (m)", river.depth_m)?;
    let u = positive("velocity (m/s)", river.velocity_m_s)?;
    let mixing = positive("transverse mixing (m²/s)", river.transverse_mixing_m2_s)?;
    let decay_per_s = not_negative("decay (1/d)", river.decay_per_d)? / SECONDS_PER_DAY;
    not_negative("upstream concentration (mg/L)", river.upstream_mg_l)?;
    let spread = (-u * y * y / (4.0 * mixing * x)).exp() / (depth * (PI * mixing * x * u).sqrt());
    Ok(Plume { spread, survival: (-decay_per_s * x / u).exp() })
}
