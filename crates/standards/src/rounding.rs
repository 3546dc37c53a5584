//! Rounding before comparing: half to even, at the decimals the monitoring rules give each item.

use rust_decimal::Decimal;
use rust_decimal::RoundingStrategy::MidpointNearestEven;

use crate::data::DATA;
use crate::item::Item;
use crate::scaled::Scaled;

/// Whether values are rounded before they meet a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rounding {
    /// As instruments gave them; this is how the automatic stations' own classes are made.
    Raw,
    /// Rounded to the decimals of the item, as the assessment rules ask of means.
    #[default]
    Published,
}

impl std::str::FromStr for Rounding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "raw" => Ok(Self::Raw),
            "published" => Ok(Self::Published),
            other => Err(format!("`{other}` is not a rounding mode (expected raw or published)")),
        }
    }
}

/// Decimals to which a value of this item is rounded before it is compared; `None` where the rules name none.
pub fn decimals(item: Item) -> Option<u32> {
    DATA.decimals(item)
}

/// The value as it is compared in this mode.
pub fn apply(item: Item, value: Decimal, rounding: Rounding) -> Decimal {
    match (rounding, decimals(item)) {
        (Rounding::Published, Some(digits)) => half_even(value, digits),
        _ => value,
    }
}

/// Half to even at `digits` places, printed with all of them. A value that is not 0 never becomes 0: then one
/// significant digit is kept instead.
pub fn half_even(value: Decimal, digits: u32) -> Decimal {
    let mut rounded = value.round_dp_with_strategy(digits, MidpointNearestEven);
    if rounded.is_zero() && !value.is_zero() {
        return value.round_sf_with_strategy(1, MidpointNearestEven).unwrap_or(value).normalize();
    }
    rounded.rescale(digits);
    rounded
}

/// The same as [`apply`] on the layout of a decimal column.
#[inline]
pub fn apply_scaled(digits: Option<u32>, value: Scaled, rounding: Rounding) -> Scaled {
    match (rounding, digits) {
        (Rounding::Published, Some(digits)) if digits < value.scale => {
            let rounded = value.round_half_even(digits);
            if rounded.mantissa != 0 || value.mantissa == 0 {
                return rounded;
            }
            let significant = value.mantissa.unsigned_abs().ilog10();
            value.round_half_even(value.scale - significant)
        }
        _ => value,
    }
}
