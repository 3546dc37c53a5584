//! How long water takes down a chain of reaches, and what of a first-order substance is left on the way.
//!
//! This is the plug-flow time. With dispersion the peak passes earlier and the mean later; those are other figures.

use serde::{Deserialize, Serialize};

use crate::SECONDS_PER_DAY;
use crate::input::{BadInput, not_negative, positive};

/// One stretch of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Leg {
    /// Length, m.
    pub length_m: f64,
    /// Velocity, m/s.
    pub velocity_m_s: f64,
    /// Decay, 1/d.
    pub decay_per_d: f64,
}

/// A place down the chain.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Arrival {
    /// How far down, m.
    pub distance_m: f64,
    /// Plug-flow time, h.
    pub time_h: f64,
    /// The share of a first-order substance that is left.
    pub survival: f64,
}

/// The ends of all legs of a chain.
pub fn chain(legs: &[Leg]) -> Result<Vec<Arrival>, BadInput> {
    let mut arrivals = Vec::with_capacity(legs.len());
    let mut here = START;
    for leg in legs {
        here = after(here, leg, leg.length_m)?;
        arrivals.push(here);
    }
    Ok(arrivals)
}

/// A place so far down a chain; nothing where the chain is shorter.
pub fn at_distance(legs: &[Leg], distance_m: f64) -> Result<Option<Arrival>, BadInput> {
    let distance_m = not_negative("distance (m)", distance_m)?;
    let mut here = START;
    for leg in legs {
        let left_m = distance_m - here.distance_m;
        if left_m <= 0.0 {
            break;
        }
        here = after(here, leg, left_m.min(leg.length_m))?;
    }
    Ok((distance_m <= here.distance_m).then_some(here))
}

const START: Arrival = Arrival { distance_m: 0.0, time_h: 0.0, survival: 1.0 };

fn after(here: Arrival, leg: &Leg, length_m: f64) -> Result<Arrival, BadInput> {
    positive("length (m)", leg.length_m)?;
    let seconds = length_m / positive("velocity (m/s)", leg.velocity_m_s)?;
    let decay_per_d = not_negative("decay (1/d)", leg.decay_per_d)?;
    Ok(Arrival {
        distance_m: here.distance_m + length_m,
        time_h: here.time_h + seconds / 3600.0,
        survival: here.survival * (-decay_per_d * seconds / SECONDS_PER_DAY).exp(),
    })
}
