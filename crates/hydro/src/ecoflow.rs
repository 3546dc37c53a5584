//! Ecological flow: how much water a river must keep, and how often and by how much it did not.
//!
//! The flow is determined by several methods (Tennant's shares of the mean, driest months at a guarantee, low flows, flow
//! duration; those of [`crate::design_flow`]), of which the greatest is taken, but never more than flows by nature.

pub mod attainment;
pub mod envelope;
pub mod tennant;

pub use attainment::{Attainment, AttainmentAsked, MonthAttainment, NoAttainment, Standing, attainment, dilution_m3_s, standing};
pub use envelope::{MethodFlow, MonthRequirement, envelope};
pub use tennant::{TennantFlow, TennantGrade, TennantTable, Title, tennant};
