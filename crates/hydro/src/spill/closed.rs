//! Closed forms for one uniform reach: a first answer, and what the scheme is measured against.
//!
//! They do not hold across confluences, changes of area or gates.

use crate::input::{BadInput, not_negative, positive};
use serde::{Deserialize, Serialize};

/// Water, spreading and loss in a uniform channel.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Velocity, m/s.
    pub velocity_m_s: f64,
    /// Longitudinal dispersion, m²/s.
    pub dispersion_m2_s: f64,
    /// First-order loss, 1/s.
    pub decay_per_s: f64,
}

impl Channel {
    fn check(&self) -> Result<(), BadInput> {
        positive("velocity (m/s)", self.velocity_m_s)?;
        positive("dispersion (m²/s)", self.dispersion_m2_s)?;
        not_negative("decay (1/s)", self.decay_per_s).map(|_| ())
    }

    /// γ = √(u² + 4·k·D).
    fn gamma(&self) -> f64 {
        (self.velocity_m_s * self.velocity_m_s + 4.0 * self.decay_per_s * self.dispersion_m2_s).sqrt()
    }

    /// The two terms of a front that began so long ago: `e^((u−γ)x/2D)·erfc(…−γt…)` and `e^((u+γ)x/2D)·erfc(…+γt…)`.
    fn fronts(&self, x_m: f64, time_s: f64) -> (f64, f64) {
        if time_s <= 0.0 {
            return (0.0, 0.0);
        }
        let (u, d, gamma) = (self.velocity_m_s, self.dispersion_m2_s, self.gamma());
        let width = (4.0 * d * time_s).sqrt();
        let first = ((u - gamma) * x_m / (2.0 * d)).exp() * erfc((x_m - gamma * time_s) / width);
        // The product of a huge exponential and a vanishing erfc, with the exponents added before either is taken.
        let place = (x_m + gamma * time_s) / width;
        let second = ((u + gamma) * x_m / (2.0 * d) - place * place).exp() * erfcx(place);
        (first, second)
    }
}

/// Concentration after Ogata and Banks where the upper end is held at one from the start on, with decay; as a share of it.
pub fn held_front(channel: &Channel, x_m: f64, time_s: f64) -> Result<f64, BadInput> {
    channel.check()?;
    let x_m = not_negative("distance (m)", x_m)?;
    let (first, second) = channel.fronts(x_m, not_negative("time (s)", time_s)?);
    Ok(0.5 * (first + second))
}

/// Concentration of a mass released at once, mg/L: `M/(A·√(4πDt))·e^(−(x−ut)²/4Dt − kt)`.
pub fn at_once(channel: &Channel, mass_g: f64, area_m2: f64, x_m: f64, time_s: f64) -> Result<f64, BadInput> {
    channel.check()?;
    let mass_g = not_negative("mass (g)", mass_g)?;
    let area_m2 = positive("area (m²)", area_m2)?;
    let time_s = positive("time (s)", time_s)?;
    let spread = 4.0 * channel.dispersion_m2_s * time_s;
    let off = x_m - channel.velocity_m_s * time_s;
    let decayed = channel.decay_per_s * time_s;
    Ok(mass_g / (area_m2 * (std::f64::consts::PI * spread).sqrt()) * (-off * off / spread - decayed).exp())
}

/// When a mass released at once is highest at a place below, s. The peak passes before `x/u`.
pub fn at_once_peak_s(channel: &Channel, x_m: f64) -> Result<f64, BadInput> {
    channel.check()?;
    let x_m = positive("distance (m)", x_m)?;
    let (d, gamma) = (channel.dispersion_m2_s, channel.gamma());
    Ok((-d + (d * d + x_m * x_m * gamma * gamma).sqrt()) / (gamma * gamma))
}

/// Concentration times time at a place below a mass released at once, mg·s/L.
pub fn at_once_dose(channel: &Channel, mass_g: f64, area_m2: f64, x_m: f64) -> Result<f64, BadInput> {
    channel.check()?;
    let (u, gamma) = (channel.velocity_m_s, channel.gamma());
    let area_m2 = positive("area (m²)", area_m2)?;
    Ok(not_negative("mass (g)", mass_g)? / (area_m2 * gamma) * ((u - gamma) * x_m / (2.0 * channel.dispersion_m2_s)).exp())
}

/// Concentration of a release at a constant rate for some time into an infinite channel, mg/L.
pub fn over_time(channel: &Channel, rate_g_s: f64, area_m2: f64, lasting_s: f64, x_m: f64, time_s: f64) -> Result<f64, BadInput> {
    channel.check()?;
    let scale = not_negative("rate (g/s)", rate_g_s)? / (2.0 * positive("area (m²)", area_m2)? * channel.gamma());
    let lasting_s = not_negative("duration (s)", lasting_s)?;
    let x_m = not_negative("distance (m)", x_m)?;
    let part = |time_s: f64| {
        let (first, second) = channel.fronts(x_m, time_s);
        first - second
    };
    Ok((scale * (part(time_s) - part(time_s - lasting_s))).max(0.0))
}

/// The complementary error function.
fn erfc(x: f64) -> f64 {
    if x < 0.0 { 2.0 - erfc(-x) } else { (-x * x).exp() * erfcx(x) }
}

/// `e^(x²)·erfc(x)` for zero or more: a series below 2.5, a continued fraction above.
fn erfcx(x: f64) -> f64 {
    const N_TERMS: u32 = 120;
    if x < 2.5 {
        // erf(x) = 2/√π·e^(−x²)·Σ 2ⁿ·x^(2n+1)/(1·3·…·(2n+1)), all terms of one sign
        let (mut term, mut sum) = (x, x);
        for n in 1..N_TERMS {
            term *= 2.0 * x * x / f64::from(2 * n + 1);
            sum += term;
        }
        return (x * x).exp() - 2.0 / std::f64::consts::PI.sqrt() * sum;
    }
    let mut tail = x;
    for n in (1..=N_TERMS).rev() {
        tail = x + 0.5 * f64::from(n) / tail;
    }
    1.0 / (std::f64::consts::PI.sqrt() * tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_function_is_good_to_eleven_digits() {
        let known = [(0.0, 1.0), (0.5, 0.479_500_122_186_953_5), (1.0, 0.157_299_207_050_285_13), (2.4, 6.885_138_966_450_789e-4)];
        for (x, expected) in known.into_iter().chain([(3.0, 2.209_049_699_858_544e-5), (5.0, 1.537_459_794_428_035e-12)]) {
            assert!((erfc(x) / expected - 1.0).abs() < 1e-11, "{x}: {}", erfc(x));
            assert!((erfc(x) + erfc(-x) - 2.0).abs() < 1e-15);
        }
        assert!((erfcx(2.5 - 1e-12) / erfcx(2.5) - 1.0).abs() < 1e-10);
    }
}
