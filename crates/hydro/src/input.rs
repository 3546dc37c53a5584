//! What a number must be before a formula may use it.

/// A number that a formula cannot be used with.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{name} is {found}, expected {expected}")]
pub struct BadInput {
    /// Its name, with its unit.
    pub name: &'static str,
    /// What was given.
    pub found: f64,
    /// What would do.
    pub expected: &'static str,
}

/// The value, if it is a number at all.
pub(crate) fn finite(name: &'static str, value: f64) -> Result<f64, BadInput> {
    if value.is_finite() { Ok(value) } else { Err(BadInput { name, found: value, expected: "a finite number" }) }
}

/// The value, if it is above zero.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<f64, BadInput> {
    if value.is_finite() && 0.0 < value { Ok(value) } else { Err(BadInput { name, found: value, expected: "a number above zero" }) }
}

/// The value, if it is zero or more.
pub(crate) fn not_negative(name: &'static str, value: f64) -> Result<f64, BadInput> {
    if value.is_finite() && 0.0 <= value { Ok(value) } else { Err(BadInput { name, found: value, expected: "zero or more" }) }
}

/// The value, if it is a share between zero and one, both allowed.
pub(crate) fn share(name: &'static str, value: f64) -> Result<f64, BadInput> {
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(BadInput { name, found: value, expected: "a share from 0 to 1" }) }
}

/// The value, if it is strictly between zero and one.
pub(crate) fn probability(name: &'static str, value: f64) -> Result<f64, BadInput> {
    if 0.0 < value && value < 1.0 { Ok(value) } else { Err(BadInput { name, found: value, expected: "a number between 0 and 1" }) }
}
