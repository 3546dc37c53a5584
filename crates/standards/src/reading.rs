//! A reading as records print it: a number, a number below detection, or one of the marks for "nothing here".

use rust_decimal::Decimal;

use crate::scaled::{BadDecimal, decimal};

/// What one cell of a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A measured value.
    Value(Decimal),
    /// Below the detection limit given (`0.00004L`, `<0.01`).
    BelowDetection(Decimal),
    /// Measured at this place, but missing or filtered this time (`--`, an empty cell, `-1`).
    Missing,
    /// Not measured at this place at all (`*`).
    NotMeasured,
}

/// A cell that is none of these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadReading {
    /// Not a number and not a mark.
    #[error("`{0}` is not a reading (expected a number, a number with L or < for below detection, -- or * )")]
    NotANumber(String),
    /// A concentration below zero.
    #[error("`{0}` is negative (expected zero or more; -1 alone means not measured)")]
    Negative(String),
}

impl Reading {
    /// Reads one cell. `may_be_negative` is for the few items that can be (water temperature, redox potential).
    pub fn parse(text: &str, may_be_negative: bool) -> Result<Self, BadReading> {
        let cell = text.trim();
        match cell {
            "" | "--" | "—" | "-" | "-1" => return Ok(Self::Missing),
            "*" => return Ok(Self::NotMeasured),
            _ => {}
        }
        let not_a_number = |_: BadDecimal| BadReading::NotANumber(text.to_owned());
        let (number, below) = if let Some(limit) = cell.strip_suffix(['L', 'l']) {
            (limit, true)
        } else if let Some(limit) = cell.strip_prefix(['<', '＜']) {
            (limit, true)
        } else {
            (cell, false)
        };
        let value = decimal(number).map_err(not_a_number)?;
        if value.is_sign_negative() && !value.is_zero() && (below || !may_be_negative) {
            return Err(BadReading::Negative(text.to_owned()));
        }
        Ok(if below { Self::BelowDetection(value) } else { Self::Value(value) })
    }

    /// The value that enters a mean: half the limit where the reading is below detection.
    pub fn for_mean(&self) -> Option<Decimal> {
        match self {
            Self::Value(value) => Some(*value),
            Self::BelowDetection(limit) => Some(limit / Decimal::TWO),
            Self::Missing | Self::NotMeasured => None,
        }
    }

    /// The value that enters a load: zero where the reading is below detection.
    pub fn for_load(&self) -> Option<Decimal> {
        match self {
            Self::BelowDetection(_) => Some(Decimal::ZERO),
            other => other.for_mean(),
        }
    }
}
