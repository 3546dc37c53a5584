//! What is done about what follows: measures walked step by step, clocks that show their working, calendars, mail that
//! is not lost.
//!
//! ```text
//! failing finding ─▶ measure (a machine of the plan pack) ─▶ steps, each signed, each in the ledger ─▶ lifted
//! date or duty ────▶ clock (working days, extensions, stops) ─▶ reminders, calendar feed, outbox
//! ```
//!
//! It decides nothing by itself: detection is the judge's, every step a person's.

pub mod announce;
pub mod assessment;
pub mod calendar;
pub mod clock;
pub mod ical;
pub mod measure;
pub mod outbox;
pub mod reminders;

pub use measure::{Handed, MeasureError};
