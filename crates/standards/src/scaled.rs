//! Exact decimal numbers as the comparisons use them.

use std::cmp::Ordering;

use rust_decimal::Decimal;

/// A decimal number kept exactly: `mantissa / 10^scale`.
///
/// This is what a limit and a value become when they meet: comparing two of them is integer work without rounding, and
/// it is also the layout of a decimal column in Arrow, so the same code judges one value and ten million.
#[derive(Debug, Clone, Copy)]
pub struct Scaled {
    /// The digits, as a whole number.
    pub mantissa: i128,
    /// How many of the digits stand behind the point.
    pub scale: u32,
}

/// A text that is not a decimal number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a decimal number (expected digits with at most one point, such as 0.25)")]
pub struct BadDecimal {
    /// What stood there.
    pub found: String,
}

/// Reads a decimal number from text, keeping every digit; `7.79E+07` is read as well, since monitors print it.
pub fn decimal(text: &str) -> Result<Decimal, BadDecimal> {
    let trimmed = text.trim();
    let parsed = if trimmed.contains(['e', 'E']) { Decimal::from_scientific(trimmed) } else { Decimal::from_str_exact(trimmed) };
    parsed.map_err(|_| BadDecimal { found: text.to_owned() })
}

/// Ten to the power of `n`, for every scale two decimals can differ by.
pub(crate) const fn pow10(n: u32) -> i128 {
    10_i128.pow(n)
}

/// The largest power of ten that an `i128` holds.
const MAX_POW10: u32 = 38;

impl Scaled {
    /// The whole numbers.
    pub const fn whole(n: i128) -> Self {
        Self { mantissa: n, scale: 0 }
    }

    /// Compares exactly, whatever the two scales are.
    #[inline]
    pub fn compare(self, other: Self) -> Ordering {
        if self.scale == other.scale {
            return self.mantissa.cmp(&other.mantissa);
        }
        if self.scale < other.scale {
            return match widen(self.mantissa, other.scale - self.scale) {
                Some(mantissa) => mantissa.cmp(&other.mantissa),
                None => self.mantissa.cmp(&0),
            };
        }
        other.compare(self).reverse()
    }

    /// Rounds half to even to `digits` places; a number that already has fewer is left as it is.
    pub fn round_half_even(self, digits: u32) -> Self {
        if self.scale <= digits {
            return self;
        }
        let shift = self.scale - digits;
        if MAX_POW10 < shift {
            return Self { mantissa: 0, scale: digits };
        }
        let unit = pow10(shift);
        let (quotient, remainder) = (self.mantissa / unit, self.mantissa % unit);
        // Compares the remainder with what is missing to the next unit, so that doubling cannot overflow.
        let away = match remainder.abs().cmp(&(unit - remainder.abs())) {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => quotient % 2 != 0,
        };
        let step = if away { self.mantissa.signum() } else { 0 };
        Self { mantissa: quotient + step, scale: digits }
    }

    /// The same number as a [`Decimal`], or `None` where it has more than 28 digits.
    pub fn to_decimal(self) -> Option<Decimal> {
        let mut scaled = self;
        while 28 < scaled.scale || (0 < scaled.scale && Decimal::try_from_i128_with_scale(scaled.mantissa, scaled.scale).is_err()) {
            if scaled.mantissa % 10 != 0 {
                return None;
            }
            scaled = Self { mantissa: scaled.mantissa / 10, scale: scaled.scale - 1 };
        }
        Decimal::try_from_i128_with_scale(scaled.mantissa, scaled.scale).ok()
    }
}

fn widen(mantissa: i128, by: u32) -> Option<i128> {
    if MAX_POW10 < by { None } else { mantissa.checked_mul(pow10(by)) }
}

impl From<Decimal> for Scaled {
    #[inline]
    fn from(value: Decimal) -> Self {
        Self { mantissa: value.mantissa(), scale: value.scale() }
    }
}

impl PartialEq for Scaled {
    fn eq(&self, other: &Self) -> bool {
        self.compare(*other) == Ordering::Equal
    }
}

impl Eq for Scaled {}

impl PartialOrd for Scaled {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Scaled {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.compare(*other)
    }
}
