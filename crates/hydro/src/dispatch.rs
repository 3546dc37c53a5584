//! Reservoirs and gates together over days to years: how much to let out, to divert and to supply, period by period.
//!
//! Water is counted in m³ for each period. A linear programme finds the best plan for inflows that are known or forecast, either with
//! needs served strictly one after the other ([`in_order`]) or with weights ([`weighted`]); [`rolling`] plans again each period from
//! what was observed; [`rule_curve`] simulates a fixed rule for comparison. Nothing creates water: every run closes its [`Balance`].
//!
//! It plans volumes. It does not know floods within a period, backwater or the stability of ice; flood rules come in as bounds.

mod checks;
mod programme;
mod result;
mod simulate;
mod system;

pub use programme::{NoDispatch, Weights, in_order, weighted};
pub use result::{Balance, Dispatch, SectionSeries, StoreSeries, Totals};
pub use simulate::{Curve, rolling, rule_curve};
pub use system::{Aim, BadSystem, Demand, Diversion, Evaporation, Feed, Section, Store, System, Use, Way, area_line, level_m};
