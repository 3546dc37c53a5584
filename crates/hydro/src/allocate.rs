//! Who cuts how much, so that every section comes to its target.
//!
//! With the flows held, the concentration of a section is its background plus a factor for each source times its load; the
//! factors are those of [`crate::steady::receptor`]. Every rule of sharing works on that table:
//!
//! - the same share of every load ([`equal_share`]);
//! - by what each source contributes where a section fails ([`by_contribution`]);
//! - the least cost, the largest load that may stay, or the best for whoever is worst off ([`plan()`]);
//! - whole measures, not fractions of them ([`measures()`]).
//!
//! Where no cut is enough, the answer names the sections and what is missing there: [`CannotBeMet`]. A result says what a section's
//! target costs at the margin; [`chance`] says how sure the plan is when the table is not.

pub mod chance;

mod measures;
mod plan;
mod problem;
mod shares;

pub use measures::{Chosen, Measure, NoMeasures, measures};
pub use plan::{NoPlan, Plan, Rule, SectionPlan, SourcePlan, plan};
pub use problem::{CannotBeMet, Cuttable, NoProblem, Problem, Segment, Target, Unavoidable};
pub use shares::{Shared, by_contribution, equal_share};
