//! Numbers of the model as they are shown, compared and hashed: decimals of a declared number of places.

use standards::Decimal;

use super::error::RiverError;

/// Places of concentrations, mg/L.
pub(super) const MG_L: usize = 4;
/// Places of flows, m³/s.
pub(super) const M3_S: usize = 4;
/// Places of loads in t/a and kg/d.
pub(super) const LOAD: usize = 3;
/// Places of velocities, depths, rates, travel times and shares.
pub(super) const FINE: usize = 5;
/// Places of per cent.
pub(super) const PERCENT: usize = 1;

/// A number of the model with so many places. One that is none at all is an error, never a NaN on a page.
pub(super) fn figure(what: &str, value: f64, places: usize) -> Result<Decimal, RiverError> {
    let not_a_number = || RiverError::Number { what: what.to_owned(), found: value.to_string() };
    if !value.is_finite() {
        return Err(not_a_number());
    }
    let text = format!("{value:.places$}");
    let parsed = standards::decimal(&text).map_err(|_| not_a_number())?;
    // Minus zero is zero.
    Ok(if parsed.is_zero() { Decimal::ZERO } else { parsed })
}
