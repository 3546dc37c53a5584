//! Means of readings: arithmetic, and for pH over the hydrogen-ion concentration.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Decimal places to which a mean pH is given before it is rounded for assessment. Logarithms are irrational, so the
/// result must be cut somewhere; four places is what the worked example of the method prints.
pub const PH_MEAN_DIGITS: u32 = 4;

/// The arithmetic mean, exact up to 28 significant digits; `None` of nothing.
pub fn arithmetic(values: &[Decimal]) -> Option<Decimal> {
    if values.is_empty() {
        return None;
    }
    let sum: Decimal = values.iter().copied().sum();
    sum.checked_div(Decimal::from(values.len()))
}

/// The mean pH: minus the logarithm of the mean hydrogen-ion concentration, to [`PH_MEAN_DIGITS`] places.
pub fn ph(values: &[Decimal]) -> Option<Decimal> {
    if values.is_empty() {
        return None;
    }
    let ions: f64 = values.iter().map(|value| 10_f64.powf(-value.to_f64().unwrap_or(f64::NAN))).sum();
    ph_of_ions(ions, values.len())
}

/// The pH of `n` readings whose hydrogen-ion concentrations add up to `ions` (mol/L).
pub fn ph_of_ions(ions: f64, n: usize) -> Option<Decimal> {
    let n = f64::from(u32::try_from(n).ok()?);
    from_float(-(ions / n).log10(), PH_MEAN_DIGITS)
}

/// A float at its declared digits: what a model or a logarithm gives must be rounded before anything compares it.
pub fn from_float(value: f64, digits: u32) -> Option<Decimal> {
    let mut rounded = Decimal::from_f64_retain(value)?.round_dp_with_strategy(digits, rust_decimal::RoundingStrategy::MidpointNearestEven);
    rounded.rescale(digits);
    Some(rounded)
}
