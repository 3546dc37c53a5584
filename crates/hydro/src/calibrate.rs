//! How well a model fits what was observed, and the decay coefficient that fits best.
//!
//! One parameter is fitted, a factor on the decay coefficients: sections along a river rarely tell more than one apart. A fit
//! at the edge of its range is no fit, and says so.

use serde::Serialize;

use crate::input::{BadInput, finite, not_negative, positive};
use crate::network::{Network, SectionIndex, Water};
use crate::steady::{Loads, NoLoads, Rates, steady};

/// How well simulated values fit observed ones.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// How many pairs.
    pub n: usize,
    /// Nash and Sutcliffe: 1 − Σ(o − s)²/Σ(o − ō)²; 1 is perfect, 0 no better than the mean. Nothing where all observed are equal.
    pub nse: Option<f64>,
    /// Percent bias, 100·Σ(o − s)/Σo: above zero where the model gives too little. Nothing where all observed are zero.
    pub pbias_percent: Option<f64>,
    /// Root of the mean square error, in the unit of the values.
    pub rmse: f64,
    /// Observed less simulated, one for each pair.
    pub residuals: Vec<f64>,
}

/// How well simulated values fit observed ones, pair by pair.
pub fn fit(observed: &[f64], simulated: &[f64]) -> Result<Fit, BadInput> {
    let n = observed.len();
    if n == 0 || n != simulated.len() {
        return Err(BadInput {
            name: "number of simulated values",
            found: simulated.len() as f64,
            expected: "one for each observed value",
        });
    }
    for value in observed.iter().chain(simulated) {
        finite("value", *value)?;
    }
    let residuals: Vec<f64> = observed.iter().zip(simulated).map(|(observed, simulated)| observed - simulated).collect();
    let squares: f64 = residuals.iter().map(|residual| residual * residual).sum();
    let total: f64 = observed.iter().sum();
    let mean = total / n as f64;
    let spread: f64 = observed.iter().map(|observed| (observed - mean).powi(2)).sum();
    // Equal values leave a rounding of the mean, which is no spread.
    let varied = (mean * 1e-14).powi(2) * (n as f64) < spread;
    Ok(Fit {
        n,
        nse: varied.then(|| 1.0 - squares / spread),
        pbias_percent: (total != 0.0).then(|| 100.0 * residuals.iter().sum::<f64>() / total),
        rmse: (squares / n as f64).sqrt(),
        residuals,
    })
}

/// A value that was observed at a section.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Observed {
    /// The section.
    pub section: SectionIndex,
    /// Its concentration, mg/L.
    pub mg_l: f64,
}

/// The factor on the decay coefficients that fits best.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibrated {
    /// The factor.
    pub factor: f64,
    /// Whether it lies at an edge of the range that was searched, so that the best may lie beyond.
    pub at_the_edge: bool,
    /// How well it fits.
    pub fit: Fit,
    /// How well the factor 1 fits.
    pub before: Fit,
    /// What the model gives with the factor, mg/L, in the order observed.
    pub simulated_mg_l: Vec<f64>,
}

/// Why there is no fit.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoFit {
    /// A number that cannot be.
    #[error(transparent)]
    Input(#[from] BadInput),
    /// Loads that do not fit the network.
    #[error(transparent)]
    Loads(#[from] NoLoads),
}

/// The factor between `low` and `high` with which the model misses the observed values by the least sum of squares.
pub fn decay_factor(
    network: &Network,
    water: &Water,
    rates: &Rates,
    loads: &Loads,
    observed: &[Observed],
    low: f64,
    high: f64,
) -> Result<Calibrated, NoFit> {
    let low = not_negative("lower end of the factor", low)?;
    let width = positive("range of the factor", high - low)?;
    let values: Vec<f64> = observed.iter().map(|observed| observed.mg_l).collect();
    let simulate = |factor: f64| -> Result<Vec<f64>, NoFit> {
        let state = steady(network, water, &rates.scaled(factor), loads)?;
        Ok(observed.iter().map(|observed| state.at_node(network.sections()[observed.section.position()].node)).collect())
    };
    let misfit = |factor: f64| -> Result<f64, NoFit> { Ok(fit(&values, &simulate(factor)?)?.rmse) };
    let before = fit(&values, &simulate(1.0)?)?;
    let factor = least(low, high, misfit)?;
    let simulated_mg_l = simulate(factor)?;
    let near = 1e-6 * width;
    let at_the_edge = factor - low < near || high - factor < near;
    Ok(Calibrated { factor, at_the_edge, fit: fit(&values, &simulated_mg_l)?, before, simulated_mg_l })
}

/// Where a function is least: the best of a grid, then the golden section around it.
fn least(low: f64, high: f64, of: impl Fn(f64) -> Result<f64, NoFit>) -> Result<f64, NoFit> {
    const GRID: u32 = 40;
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    const MOST_STEPS: u32 = 200;
    let step = (high - low) / f64::from(GRID);
    let (mut best, mut best_value) = (0, f64::INFINITY);
    for i in 0..=GRID {
        let value = of(low + f64::from(i) * step)?;
        if value < best_value {
            (best, best_value) = (i, value);
        }
    }
    let mut from = low + f64::from(best.saturating_sub(1)) * step;
    let mut to = (low + f64::from(best + 1) * step).min(high);
    let (mut inner, mut outer) = (to - GOLDEN * (to - from), from + GOLDEN * (to - from));
    let (mut inner_value, mut outer_value) = (of(inner)?, of(outer)?);
    for _ in 0..MOST_STEPS {
        if to - from < 1e-12 * (high - low) {
            break;
        }
        if inner_value <= outer_value {
            (to, outer, outer_value) = (outer, inner, inner_value);
            inner = to - GOLDEN * (to - from);
            inner_value = of(inner)?;
        } else {
            (from, inner, inner_value) = (inner, outer, outer_value);
            outer = from + GOLDEN * (to - from);
            outer_value = of(outer)?;
        }
    }
    Ok((from + to) / 2.0)
}
