//! Design flows: how little water must be reckoned with.
//!
//! Low flows of n-day means by log-Pearson III (7Q10 and its kin), driest months at a guarantee or over the last years, and
//! flow-duration. A report must say how its years begin and how its frequencies are read; so the results do.

pub mod driest;
pub mod duration;
pub mod frequency;
pub mod low_flow;

use crate::input::BadInput;

/// Why there is no design flow.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoDesignFlow {
    /// A number that cannot be.
    #[error(transparent)]
    Input(#[from] BadInput),
    /// Too short a record.
    #[error("the record has {found} complete years, expected at least {expected}")]
    TooFewYears {
        /// How many are complete.
        found: usize,
        /// How many are needed.
        expected: usize,
    },
    /// A month that does not exist, or all of them left out.
    #[error("{found} cannot be a choice of months, expected numbers from 1 to 12 and at least one month left")]
    Months {
        /// What was given.
        found: String,
    },
    /// A window that fits in no year.
    #[error("a window of {found} days, expected 1 to 365")]
    Window {
        /// What was given.
        found: usize,
    },
}
