//! Lakes and reservoirs: fully mixed, phosphorus after Dillon and Vollenweider, Goda's form, and a fan from a shore outfall.
//!
//! All are for a steady year of a lake without layers. Phosphorus forms are statistics of many lakes, good to a factor of
//! about two for one of them.

use serde::{Deserialize, Serialize};

use super::Allowed;
use crate::SECONDS_PER_DAY;
use crate::input::{BadInput, finite, not_negative, positive, share};

/// A lake that is mixed at once, with first-order loss.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MixedLake {
    /// V, m³.
    pub volume_m3: f64,
    /// Q: what flows out, and in, m³/s.
    pub outflow_m3_s: f64,
    /// K, 1/d.
    pub decay_per_d: f64,
}

/// A mixed lake under a load.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MixedLakeState {
    /// Kh = Q/V + K, 1/d.
    pub turnover_per_d: f64,
    /// C(∞) = m/(Kh·V), mg/L.
    pub steady_mg_l: f64,
    /// C at the start, mg/L.
    pub start_mg_l: f64,
}

impl MixedLake {
    /// The lake under a load in g/s, from a concentration in mg/L on.
    pub fn under(&self, load_g_s: f64, start_mg_l: f64) -> Result<MixedLakeState, BadInput> {
        let load_g_s = not_negative("load (g/s)", load_g_s)?;
        let start_mg_l = not_negative("concentration at the start (mg/L)", start_mg_l)?;
        let flushing_m3_s = self.flushing_m3_s()?;
        Ok(MixedLakeState {
            turnover_per_d: flushing_m3_s / self.volume_m3 * SECONDS_PER_DAY,
            steady_mg_l: load_g_s / flushing_m3_s,
            start_mg_l,
        })
    }

    /// What the lake bears at steady state: `Cs·(Q + K·V)`, less what its inflow brings, g/s.
    pub fn allowed(&self, target_mg_l: f64, inflow_load_g_s: f64) -> Result<Allowed, BadInput> {
        let inflow_load_g_s = not_negative("load of the inflow (g/s)", inflow_load_g_s)?;
        let target = not_negative("target (mg/L)", target_mg_l)?;
        Ok(Allowed::of(target * self.flushing_m3_s()? - inflow_load_g_s))
    }

    /// The form without flushing that some tools use for reservoirs: `b·K·V·Cs`.
    pub fn allowed_without_flushing(&self, target_mg_l: f64, unevenness: f64) -> Result<Allowed, BadInput> {
        self.flushing_m3_s()?;
        let target = not_negative("target (mg/L)", target_mg_l)?;
        let unevenness = share("unevenness b", unevenness)?;
        Ok(Allowed::of(unevenness * self.decay_per_d / SECONDS_PER_DAY * self.volume_m3 * target))
    }

    /// Q + K·V, m³/s: the clean water that would flush the lake as fast.
    fn flushing_m3_s(&self) -> Result<f64, BadInput> {
        let volume = positive("volume (m³)", self.volume_m3)?;
        let decay_per_s = not_negative("decay (1/d)", self.decay_per_d)? / SECONDS_PER_DAY;
        positive("Q + K·V (m³/s)", not_negative("outflow (m³/s)", self.outflow_m3_s)? + decay_per_s * volume)
    }
}

impl MixedLakeState {
    /// After so many days, mg/L.
    pub fn after(&self, days: f64) -> Result<f64, BadInput> {
        let days = not_negative("time (d)", days)?;
        let gone = -(-self.turnover_per_d * days).exp_m1();
        Ok(self.start_mg_l + (self.steady_mg_l - self.start_mg_l) * gone)
    }

    /// Days until the concentration is within this share of the steady one; nothing where it never is, zero where it is now.
    pub fn days_to_within(&self, within: f64) -> Result<Option<f64>, BadInput> {
        let within = positive("share of the steady concentration", within)?;
        let allowed = within * self.steady_mg_l;
        let apart = (self.steady_mg_l - self.start_mg_l).abs();
        if apart <= allowed {
            return Ok(Some(0.0));
        }
        Ok((0.0 < allowed).then(|| (apart / allowed).ln() / self.turnover_per_d))
    }
}

/// A lake by its shape and its water of a year.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct YearlyLake {
    /// A, m².
    pub area_m2: f64,
    /// Mean depth h, m.
    pub depth_m: f64,
    /// Qa, m³/a.
    pub outflow_m3_a: f64,
}

/// What a lake bears of phosphorus, with its working.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ArealLoad {
    /// V = A·h, m³.
    pub volume_m3: f64,
    /// ρ = Qa/V, 1/a.
    pub flushing_per_a: f64,
    /// qs = Qa/A, m/a.
    pub overflow_m_a: f64,
    /// τ = V/Qa, a.
    pub residence_a: f64,
    /// Load per area, g/(m²·a).
    pub g_m2_a: f64,
    /// Load of the lake, t/a.
    pub t_a: f64,
}

impl YearlyLake {
    /// Dillon: `Ls = Ps·h·Qa/((1 − R)·V)` for a target in mg/L and the retention R.
    pub fn dillon(&self, target_mg_l: f64, retention: f64) -> Result<ArealLoad, BadInput> {
        let released = self.released(retention)?;
        self.areal(|lake| target_mg_l * lake.depth_m * self.flushing_per_a() / released, target_mg_l)
    }

    /// Vollenweider (1976): `Lc = P·qs·(1 + √τ)` for a target in mg/L.
    pub fn vollenweider(&self, target_mg_l: f64) -> Result<ArealLoad, BadInput> {
        self.areal(|lake| target_mg_l * lake.vollenweider_factor(), target_mg_l)
    }

    /// What a load in g/(m²·a) makes of the lake after Dillon, mg/L.
    pub fn dillon_mg_l(&self, load_g_m2_a: f64, retention: f64) -> Result<f64, BadInput> {
        let released = self.released(retention)?;
        self.check()?;
        Ok(not_negative("load (g/(m²·a))", load_g_m2_a)? * released / (self.flushing_per_a() * self.depth_m))
    }

    /// What a load in g/(m²·a) makes of the lake after Vollenweider, mg/L.
    pub fn vollenweider_mg_l(&self, load_g_m2_a: f64) -> Result<f64, BadInput> {
        self.check()?;
        Ok(not_negative("load (g/(m²·a))", load_g_m2_a)? / self.vollenweider_factor())
    }

    /// Goda (合田健): `f·Cs·H·(Qa/V + 10/Z)·S` in kg/d. The factor turns g/a into kg/d; 2.7·10⁻⁶ is as printed, 1/365000 exact.
    pub fn goda_kg_d(&self, target_mg_l: f64, settling_depth_m: f64, factor: f64) -> Result<f64, BadInput> {
        self.check()?;
        let target = not_negative("target (mg/L)", target_mg_l)?;
        let settling_depth_m = positive("depth Z (m)", settling_depth_m)?;
        let factor = positive("factor from g/a to kg/d", factor)?;
        Ok(factor * target * self.depth_m * (self.flushing_per_a() + 10.0 / settling_depth_m) * self.area_m2)
    }

    fn areal(&self, load: impl Fn(&Self) -> f64, target_mg_l: f64) -> Result<ArealLoad, BadInput> {
        not_negative("target (mg/L)", target_mg_l)?;
        self.check()?;
        let g_m2_a = load(self);
        Ok(ArealLoad {
            volume_m3: self.volume_m3(),
            flushing_per_a: self.flushing_per_a(),
            overflow_m_a: self.outflow_m3_a / self.area_m2,
            residence_a: 1.0 / self.flushing_per_a(),
            g_m2_a,
            t_a: g_m2_a * self.area_m2 / 1e6,
        })
    }

    fn check(&self) -> Result<(), BadInput> {
        positive("area (m²)", self.area_m2)?;
        positive("mean depth (m)", self.depth_m)?;
        positive("outflow (m³/a)", self.outflow_m3_a).map(|_| ())
    }

    /// The share of phosphorus that leaves the lake, 1 − R.
    fn released(&self, retention: f64) -> Result<f64, BadInput> {
        positive("share of phosphorus that leaves, 1 − R", 1.0 - share("retention R", retention)?)
    }

    fn volume_m3(&self) -> f64 {
        self.area_m2 * self.depth_m
    }

    fn flushing_per_a(&self) -> f64 {
        self.outflow_m3_a / self.volume_m3()
    }

    /// qs·(1 + √τ), m/a.
    fn vollenweider_factor(&self) -> f64 {
        self.outflow_m3_a / self.area_m2 * (1.0 + (1.0 / self.flushing_per_a()).sqrt())
    }
}

/// A fan from an outfall at the shore of a lake that is not mixed.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fan {
    /// K, 1/d.
    pub decay_per_d: f64,
    /// Φ: angle of the fan, rad; π at a straight shore.
    pub angle_rad: f64,
    /// H, m.
    pub depth_m: f64,
    /// Qp, m³/s.
    pub effluent_m3_s: f64,
    /// C0: of the lake, mg/L.
    pub lake_mg_l: f64,
}

impl Fan {
    /// So far from the outfall, mg/L: `C0 + Cp·exp(−K·Φ·H·r²/(2·Qp))`.
    pub fn at(&self, effluent_mg_l: f64, radius_m: f64) -> Result<f64, BadInput> {
        let effluent = not_negative("effluent concentration (mg/L)", effluent_mg_l)?;
        Ok(self.lake_mg_l + effluent * (-self.exponent(radius_m)?).exp())
    }

    /// The load that keeps the target at that distance: `(Cs − C0)·exp(K·Φ·H·r²/(2·Qp))·Qp`.
    pub fn allowed(&self, target_mg_l: f64, radius_m: f64) -> Result<Allowed, BadInput> {
        let target = not_negative("target (mg/L)", target_mg_l)?;
        let g_s = (target - self.lake_mg_l) * self.exponent(radius_m)?.exp() * self.effluent_m3_s;
        Ok(Allowed::of(finite("allowed load (g/s)", g_s)?))
    }

    fn exponent(&self, radius_m: f64) -> Result<f64, BadInput> {
        not_negative("concentration of the lake (mg/L)", self.lake_mg_l)?;
        let decay_per_s = not_negative("decay (1/d)", self.decay_per_d)? / SECONDS_PER_DAY;
        let angle = positive("angle of the fan (rad)", self.angle_rad)?;
        let depth = positive("depth (m)", self.depth_m)?;
        let radius = not_negative("distance from the outfall (m)", radius_m)?;
        Ok(decay_per_s * angle * depth * radius * radius / (2.0 * positive("effluent flow (m³/s)", self.effluent_m3_s)?))
    }
}
