//! Frequencies: moments, plotting positions, and the Pearson III distribution.

use serde::{Deserialize, Serialize};

use crate::gamma::{gamma_quantile, normal_quantile};
use crate::input::{BadInput, finite, probability};

/// Mean, spread and skew of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Moments {
    /// How many values.
    pub n: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation, over n − 1.
    pub deviation: f64,
    /// Skew, `n·Σ(x − x̄)³/((n − 1)(n − 2)s³)`; zero where all values are equal.
    pub skew: f64,
}

/// Moments of three values or more.
pub fn moments(values: &[f64]) -> Result<Moments, BadInput> {
    let n = values.len();
    if n < 3 {
        return Err(BadInput { name: "number of values", found: n as f64, expected: "at least 3" });
    }
    for value in values {
        finite("value", *value)?;
    }
    let count = n as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let cubes: f64 = values.iter().map(|value| (value - mean).powi(3)).sum();
    let deviation = (squares / (count - 1.0)).sqrt();
    // Equal values leave a rounding of the mean; a spread of that size is none.
    let spread = mean.abs() * 1e-14 < deviation;
    let skew = if spread { count * cubes / ((count - 1.0) * (count - 2.0) * deviation.powi(3)) } else { 0.0 };
    Ok(Moments { n, mean, deviation: if spread { deviation } else { 0.0 }, skew })
}

/// How a share of a sample is read from its sorted values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Weibull's plotting position m/(n + 1), straight lines between.
    Weibull,
    /// Position 1 + p·(n − 1), straight lines between; what many programs call type 7.
    Linear,
    /// The value at rank ⌈p·n⌉.
    Ranked,
}

/// A value read from a sample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Read {
    /// The value.
    pub value: f64,
    /// Whether the sample is too short for the share, so that its outermost value stands in.
    pub at_the_edge: bool,
}

/// The value that is exceeded in this share of the cases.
pub fn exceeded(values: &[f64], exceedance: f64, reading: Reading) -> Result<Read, BadInput> {
    let p = probability("exceedance", exceedance)?;
    if values.is_empty() {
        return Err(BadInput { name: "number of values", found: 0.0, expected: "at least 1" });
    }
    for value in values {
        finite("value", *value)?;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let n = sorted.len() as f64;
    let rank = match reading {
        Reading::Weibull => p * (n + 1.0),
        Reading::Linear => 1.0 + p * (n - 1.0),
        Reading::Ranked => settled(p * n).ceil(),
    };
    let rank = settled(rank);
    let at_the_edge = !(1.0..=n).contains(&rank);
    let rank = rank.clamp(1.0, n);
    let below = rank.floor();
    let first = sorted[below as usize - 1];
    let second = sorted[(below as usize).min(sorted.len() - 1)];
    Ok(Read { value: first + (rank - below) * (second - first), at_the_edge })
}

/// A rank that rounding moved off a whole number is put back, so that 0.95 of 20 is 19 and not a little more.
fn settled(rank: f64) -> f64 {
    let whole = rank.round();
    if (rank - whole).abs() < 1e-9 * rank.abs().max(1.0) { whole } else { rank }
}

/// The frequency factor K of Pearson III for a share below, exact.
pub fn pearson3(non_exceedance: f64, skew: f64) -> Result<f64, BadInput> {
    /// Below this skew the gamma distribution has a shape over four million, and Kite's series in the skew is as exact.
    const SERIES_BELOW: f64 = 1e-3;
    let p = probability("non-exceedance", non_exceedance)?;
    let skew = finite("skew", skew)?;
    if skew < 0.0 {
        return pearson3(1.0 - p, -skew).map(|k| -k);
    }
    if skew < SERIES_BELOW {
        let (z, k) = (normal_quantile(p), skew / 6.0);
        return Ok(z + (z * z - 1.0) * k + (z.powi(3) - 6.0 * z) * k * k / 3.0);
    }
    let shape = 4.0 / (skew * skew);
    Ok(skew / 2.0 * gamma_quantile(shape, p) - 2.0 / skew)
}

/// The frequency factor as Wilson and Hilferty approximate it.
pub fn wilson_hilferty(non_exceedance: f64, skew: f64) -> Result<f64, BadInput> {
    let p = probability("non-exceedance", non_exceedance)?;
    let skew = finite("skew", skew)?;
    let z = normal_quantile(p);
    if skew.abs() < 1e-9 {
        return Ok(z);
    }
    Ok(2.0 / skew * ((1.0 + skew * z / 6.0 - skew * skew / 36.0).powi(3) - 1.0))
}
