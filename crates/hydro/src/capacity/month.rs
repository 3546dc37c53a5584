//! Capacity month by month: the same zone with the design flow of each month.

use serde::Serialize;

use super::river::{OneDimension, OneDimensionCapacity, one_dimension};
use crate::hydraulics::Hydraulics;
use crate::input::BadInput;

/// Days of the months of a year of 365 days.
const DAYS: [f64; 12] = [31.0, 28.0, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0];

/// Capacity of one month.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MonthCapacity {
    /// The month, 1 to 12.
    pub month: u8,
    /// Its design flow, m³/s.
    pub flow_m3_s: f64,
    /// The velocity at that flow, m/s.
    pub velocity_m_s: f64,
    /// By where the load enters; t/a as if the month lasted a year.
    pub capacity: OneDimensionCapacity,
    /// For a load in the middle, what the month bears, t.
    pub middle_t: f64,
    /// For a load spread along the zone, times b, what the month bears, t.
    pub uneven_t: f64,
}

/// Capacity of all months.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Year {
    /// The months.
    pub months: Vec<MonthCapacity>,
    /// Sum for a load in the middle, t/a.
    pub middle_t_a: f64,
    /// Sum for a load spread along the zone, times b, t/a.
    pub uneven_t_a: f64,
    /// Twelve times the least month, for a load in the middle, t/a.
    pub twelve_times_least_t_a: f64,
}

/// The zone with the design flows of the months; velocities follow from the flows.
pub fn months(zone: &OneDimension, hydraulics: &Hydraulics, flows_m3_s: &[f64; 12]) -> Result<Year, BadInput> {
    let mut months = Vec::with_capacity(12);
    for (i, (flow, days)) in flows_m3_s.iter().zip(DAYS).enumerate() {
        let state = hydraulics.state(*flow)?;
        let (flow_m3_s, velocity_m_s) = (state.flow_m3_s, state.velocity_m_s);
        let capacity = one_dimension(&OneDimension { flow_m3_s, velocity_m_s, ..*zone })?;
        let tonnes_per_g_s = days * crate::SECONDS_PER_DAY / 1e6;
        let (middle_t, uneven_t) = (capacity.middle.g_s * tonnes_per_g_s, capacity.uneven.g_s * tonnes_per_g_s);
        months.push(MonthCapacity { month: i as u8 + 1, flow_m3_s, velocity_m_s, capacity, middle_t, uneven_t });
    }
    let least = months.iter().map(|month| month.middle_t).fold(f64::INFINITY, f64::min);
    Ok(Year {
        middle_t_a: months.iter().map(|month| month.middle_t).sum(),
        uneven_t_a: months.iter().map(|month| month.uneven_t).sum(),
        twelve_times_least_t_a: 12.0 * least,
        months,
    })
}
