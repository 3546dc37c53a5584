//! Assimilative capacity (纳污能力): what load a river or a lake bears without missing its target.
//!
//! The forms of GB/T 25173-2010, recalled and to be compared with its text; which of two figures the standard calls the
//! capacity is the caller's to say, so both are given under their own names. A formula that turns negative gives a capacity
//! of zero together with what must be cut upstream.

pub mod headroom;
pub mod lake;
pub mod month;
pub mod river;

use serde::Serialize;

use crate::T_A_PER_G_S;

/// A load, in g/s and in t/a of 365 days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Allowed {
    /// g/s.
    pub g_s: f64,
    /// t/a.
    pub t_a: f64,
}

impl Allowed {
    /// A load in g/s; a formula that turned negative allows nothing.
    pub(crate) fn of(g_s: f64) -> Self {
        let g_s = g_s.max(0.0);
        Self { g_s, t_a: g_s * T_A_PER_G_S }
    }
}
