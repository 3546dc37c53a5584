//! Figures rounded to declared digits, so that none meets a limit as a float.

/// A figure as a whole number of units of its last declared place, half to even.
pub(crate) fn fixed(value: f64, decimals: u8) -> i128 {
    (value * 10f64.powi(i32::from(decimals))).round_ties_even() as i128
}
