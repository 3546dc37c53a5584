//! Capacity beside load: what is left, and what works take away.

use serde::Serialize;

use crate::input::{BadInput, finite, not_negative};

/// What a cap or a capacity leaves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Headroom {
    /// Capacity or cap, t/a.
    pub capacity_t_a: f64,
    /// Load, t/a.
    pub load_t_a: f64,
    /// Capacity less load, t/a; below zero where it is passed.
    pub left_t_a: f64,
    /// Load over capacity; nothing where there is no capacity at all.
    pub ratio: Option<f64>,
}

/// What is left of a capacity.
pub fn headroom(capacity_t_a: f64, load_t_a: f64) -> Result<Headroom, BadInput> {
    let capacity_t_a = not_negative("capacity (t/a)", capacity_t_a)?;
    let load_t_a = not_negative("load (t/a)", load_t_a)?;
    let ratio = (0.0 < capacity_t_a).then(|| load_t_a / capacity_t_a);
    Ok(Headroom { capacity_t_a, load_t_a, left_t_a: capacity_t_a - load_t_a, ratio })
}

/// What a treatment plant takes away, t/a: `Q·(C_in − C_out)` with Q in m³/a and C in mg/L.
pub fn plant_cut_t_a(flow_m3_a: f64, inlet_mg_l: f64, outlet_mg_l: f64) -> Result<f64, BadInput> {
    let flow_m3_a = not_negative("flow (m³/a)", flow_m3_a)?;
    let inlet = not_negative("inlet (mg/L)", inlet_mg_l)?;
    let outlet = not_negative("outlet (mg/L)", outlet_mg_l)?;
    finite("cut (t/a)", flow_m3_a * (inlet - outlet) / 1e6)
}
