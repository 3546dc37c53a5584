//! The river model on facts: entries of registers, or rows of files, become a network, and a model is run over it.
//!
//! It lives here because a run says what follows from facts, as a verdict does: rules read the kept results in the table
//! `model_results`, pages and commands show them. The arithmetic is in [`hydro`], which knows no register.
//!
//! ```text
//! rows by kind ─▶ records ─▶ network ─┐
//!            asked (parameters) ──────┴─▶ steady │ capacity │ ecoflow ─▶ result ─▶ run (id = hash of inputs and program)
//! ```
//!
//! A run depends on nothing but its inputs and the program: the same inputs give the same bytes, which [`replay`] checks.

mod asked;
mod capacity;
mod ecoflow;
mod error;
mod figure;
mod flows;
mod held;
mod names;
mod records;
mod rows;
mod run;
mod scene;
mod steady;

pub use asked::{Asked, Model, Parameter, parameters};
pub use capacity::{CapacityResult, MonthRow, ZoneRow};
pub use ecoflow::{EcoflowResult, GaugeRow, MethodRow, MonthNeed, Shortfall};
pub use error::{Problem, RiverError};
pub use names::Named;
pub use records::records;
pub use rows::{KINDS, Row, Tables, tables_of};
pub use run::{Found, Inputs, Replayed, Run, replay, run};
pub use steady::{ProfilePoint, ReachRow, RiverProfile, SectionRow, SourceRow, SteadyResult};
