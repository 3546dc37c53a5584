//! The oxygen sag of Streeter and Phelps, with settling, nitrification and the demand of the bed where they are given.
//!
//! ```text
//! D(t) = kd·L0·φ(kr, ka) + kn·N0·φ(kn, ka) + (S/ka)·(1 − e^(−ka·t)) + D0·e^(−ka·t)      kr = kd + ks
//! φ(a, b) = (e^(−a·t) − e^(−b·t)) / (b − a)                                          t·e^(−a·t) where a = b
//! ```
//!
//! The theory is linear and does not know that oxygen runs out: where the deficit would pass saturation it no longer
//! holds. Oxygen is then zero, and the times between which that is so are part of the answer.

use serde::{Deserialize, Serialize};

use super::even;
use crate::input::{BadInput, finite, not_negative, positive};

/// Water at the upper end of a stretch, and what happens in it.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sag {
    /// L0: ultimate carbonaceous demand, mg/L.
    pub cbod_mg_l: f64,
    /// D0: saturation less oxygen, mg/L; below zero where the water is supersaturated.
    pub deficit_mg_l: f64,
    /// Saturation, mg/L.
    pub saturation_mg_l: f64,
    /// kd, 1/d.
    pub deoxygenation_per_d: f64,
    /// ka, 1/d.
    pub reaeration_per_d: f64,
    /// ks: demand that settles, 1/d.
    #[serde(default)]
    pub settling_per_d: f64,
    /// N0: nitrogenous demand, mg/L.
    #[serde(default)]
    pub nbod_mg_l: f64,
    /// kn, 1/d.
    #[serde(default)]
    pub nitrification_per_d: f64,
    /// S: demand of the bed over the depth, mg/(L·d).
    #[serde(default)]
    pub bed_demand_mg_l_d: f64,
}

/// Water some way down.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Oxygen {
    /// Travel time, d.
    pub time_d: f64,
    /// Carbonaceous demand that is left, mg/L.
    pub cbod_mg_l: f64,
    /// Deficit by the theory, mg/L; may pass saturation.
    pub deficit_mg_l: f64,
    /// Oxygen, mg/L; zero where the theory no longer holds.
    pub oxygen_mg_l: f64,
    /// Whether the theory no longer holds here, because oxygen would be below zero.
    pub anoxic: bool,
}

/// The worst point of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Worst {
    /// The water there.
    pub at: Oxygen,
    /// Whether it lies between the ends of the stretch and not at one of them.
    pub interior: bool,
    /// Between which times oxygen would be below zero, d.
    pub anoxic_d: Option<(f64, f64)>,
}

/// How finely a stretch is searched where there is no closed form.
const SEARCH_STEPS: u32 = 400;

/// `(e^(−a·t) − e^(−b·t))/(b − a)`, without cancellation where a and b are close.
fn between(a: f64, b: f64, time_d: f64) -> f64 {
    (-a.min(b) * time_d).exp() * time_d * even((a - b).abs() * time_d)
}

impl Sag {
    /// Whether the numbers can be.
    pub fn check(&self) -> Result<(), BadInput> {
        not_negative("carbonaceous demand L0 (mg/L)", self.cbod_mg_l)?;
        finite("deficit D0 (mg/L)", self.deficit_mg_l)?;
        positive("oxygen saturation (mg/L)", self.saturation_mg_l)?;
        not_negative("deoxygenation kd (1/d)", self.deoxygenation_per_d)?;
        positive("reaeration ka (1/d)", self.reaeration_per_d)?;
        not_negative("settling ks (1/d)", self.settling_per_d)?;
        not_negative("nitrogenous demand N0 (mg/L)", self.nbod_mg_l)?;
        not_negative("nitrification kn (1/d)", self.nitrification_per_d)?;
        not_negative("demand of the bed (mg/(L·d))", self.bed_demand_mg_l_d).map(|_| ())
    }

    /// The water after a travel time.
    pub fn at(&self, time_d: f64) -> Oxygen {
        let deficit_mg_l = self.deficit(time_d);
        let anoxic = self.saturation_mg_l < deficit_mg_l;
        let oxygen_mg_l = if anoxic { 0.0 } else { self.saturation_mg_l - deficit_mg_l };
        Oxygen { time_d, cbod_mg_l: self.cbod(time_d), deficit_mg_l, oxygen_mg_l, anoxic }
    }

    /// The worst point within a travel time.
    pub fn worst(&self, within_d: f64) -> Result<Worst, BadInput> {
        self.check()?;
        let within_d = not_negative("travel time (d)", within_d)?;
        let interior = self.interior_maximum(within_d);
        let end = if self.deficit(0.0) < self.deficit(within_d) { within_d } else { 0.0 };
        let time_d = interior.filter(|time| self.deficit(end) < self.deficit(*time)).unwrap_or(end);
        Ok(Worst { at: self.at(time_d), interior: 0.0 < time_d && time_d < within_d, anoxic_d: self.anoxic_between(time_d, within_d) })
    }

    /// The critical time `tc` of the whole sag, d, where it lies after the start: closed form, for a sag without
    /// nitrification and demand of the bed.
    pub fn critical_time_d(&self) -> Option<f64> {
        let (kd, ka, kr) = (self.deoxygenation_per_d, self.reaeration_per_d, self.deoxygenation_per_d + self.settling_per_d);
        let demand = kd * self.cbod_mg_l;
        if demand <= 0.0 {
            return None;
        }
        // tc = ln(ka/kr·(1 − D0·(ka − kr)/(kd·L0)))/(ka − kr), with what is added to 1 kept apart from it.
        let relative = (ka - kr) / kr;
        let deficit = self.deficit_mg_l * kr / demand;
        let added = relative - relative * deficit - relative * relative * deficit;
        let time_d = if relative.abs() < f64::MIN_POSITIVE {
            (1.0 - deficit) / kr
        } else if added <= -1.0 {
            return None;
        } else {
            added.ln_1p() / (relative * kr)
        };
        (0.0 < time_d).then_some(time_d)
    }

    fn cbod(&self, time_d: f64) -> f64 {
        self.cbod_mg_l * (-(self.deoxygenation_per_d + self.settling_per_d) * time_d).exp()
    }

    fn nbod(&self, time_d: f64) -> f64 {
        self.nbod_mg_l * (-self.nitrification_per_d * time_d).exp()
    }

    fn deficit(&self, time_d: f64) -> f64 {
        let (kd, ka) = (self.deoxygenation_per_d, self.reaeration_per_d);
        let carbon = kd * self.cbod_mg_l * between(kd + self.settling_per_d, ka, time_d);
        let nitrogen = self.nitrification_per_d * self.nbod_mg_l * between(self.nitrification_per_d, ka, time_d);
        let bed = self.bed_demand_mg_l_d * time_d * even(ka * time_d);
        carbon + nitrogen + bed + self.deficit_mg_l * (-ka * time_d).exp()
    }

    /// How fast the deficit grows, mg/(L·d): what is used less what the air gives.
    fn growth(&self, time_d: f64) -> f64 {
        self.deoxygenation_per_d * self.cbod(time_d) + self.nitrification_per_d * self.nbod(time_d) + self.bed_demand_mg_l_d
            - self.reaeration_per_d * self.deficit(time_d)
    }

    /// The time at which the deficit is greatest, if that is between the ends.
    fn interior_maximum(&self, within_d: f64) -> Option<f64> {
        let carbon_only = self.nitrification_per_d * self.nbod_mg_l <= 0.0 && self.bed_demand_mg_l_d <= 0.0;
        if carbon_only {
            return self.critical_time_d().filter(|time| *time < within_d);
        }
        let step = within_d / f64::from(SEARCH_STEPS);
        let mut best: Option<f64> = None;
        for i in 0..SEARCH_STEPS {
            let (from, to) = (f64::from(i) * step, f64::from(i + 1) * step);
            if 0.0 < self.growth(from) && self.growth(to) <= 0.0 {
                let time = crossing(from, to, |time| 0.0 < self.growth(time));
                if best.is_none_or(|best| self.deficit(best) < self.deficit(time)) {
                    best = Some(time);
                }
            }
        }
        best.filter(|time| 0.0 < *time && *time < within_d)
    }

    /// Between which times around the worst one the deficit passes saturation.
    fn anoxic_between(&self, worst_d: f64, within_d: f64) -> Option<(f64, f64)> {
        let over = |time: f64| self.saturation_mg_l < self.deficit(time);
        if !over(worst_d) {
            return None;
        }
        let from = if over(0.0) { 0.0 } else { crossing(0.0, worst_d, |time| !over(time)) };
        let to = if over(within_d) { within_d } else { crossing(worst_d, within_d, over) };
        Some((from, to))
    }
}

/// Where what holds at `from` ceases to hold before `to`, by bisection.
fn crossing(from: f64, to: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (from, to);
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || high <= middle {
            return middle;
        }
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
}
