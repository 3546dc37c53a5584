//! The river: network, decay, spill, capacity, allocation, dispatch.
//!
//! Values in, values out: no file, no clock, no network, and the same input gives the same bits, in whatever order its rows
//! come. The crate does not know what a station is or what a limit says; it sees reaches and numbers. Every number that a
//! standard or an assumption sets comes in as an argument, with its origin where it is kept. Inputs are checked at the
//! door, so that no result is ever NaN; results carry what lies between, so that a page can show the working.
//!
//! ```text
//! records ─▶ network ─▶ water (flows, velocities) ─▶ steady quality ─▶ who contributes what ─▶ capacity, cuts
//!  (units)   (faults        │                          (mixing, decay,
//!             named)        └─ hydraulics               settling, oxygen)
//! flows of many days ─▶ design flow, ecological flow ─▶ attainment and deficit
//! network + water ─▶ spill (arrival, peak, clearance, band) ─▶ closure, leads, grade ;  reservoirs and gates ─▶ dispatch
//! ```
//!
//! It is not for floods, tides, stratified lakes or sediment; the limits of each formula stand where the formula is.
//!
//! ```
//! use hydro::capacity::river::{OneDimension, one_dimension};
//!
//! let zone = OneDimension {
//!     flow_m3_s: 8.5,
//!     length_m: 14_200.0,
//!     velocity_m_s: 0.28,
//!     decay_per_d: 0.18,
//!     upstream_mg_l: 15.0,
//!     target_mg_l: 20.0,
//!     unevenness: 0.8,
//! };
//! let found = one_dimension(&zone).unwrap();
//! assert_eq!(format!("{:.4}", found.middle.t_a), "1838.0055");
//! assert!(found.lower_end.g_s < found.uniform.g_s && found.uniform.g_s < found.middle.g_s);
//! ```

pub mod network;

pub mod decay;
pub mod hydraulics;
pub mod spill;
pub mod steady;

pub mod calibrate;
pub mod capacity;
pub mod carrying;
pub mod nonpoint;

pub mod allocate;
pub mod dispatch;
pub mod lp;
pub mod random;

pub mod design_flow;
pub mod ecoflow;

pub mod reference;

mod day;
mod fixed;
mod gamma;
mod input;
mod series;
mod unit;

pub use day::{Day, UnknownDay};
pub use input::BadInput;
pub use series::{BadRecord, DailyFlows, MonthMean};
pub use unit::{Dimension, Quantity, UnknownQuantity, WrongUnit};

/// Seconds of a day.
pub const SECONDS_PER_DAY: f64 = 86_400.0;

/// What 1 g/s is in t/a, for a year of 365 days: 31,536,000 s of a gram each.
pub const T_A_PER_G_S: f64 = 31.536;

/// What 1 g/s is in kg/d.
pub const KG_D_PER_G_S: f64 = 86.4;
