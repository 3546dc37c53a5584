//! A spill on its way down the river: when it arrives, how strong it is, when it is over.
//!
//! One-dimensional transport with dispersion and first-order loss, on a network with mixed reservoirs, under flows that change
//! with time. In each step the water is carried by ULTIMATE-QUICKEST (third order where smooth, bounded where sharp), then
//! spreads by an implicit scheme that can neither go below zero nor lose mass, with half of the decay before and half after.
//! Mass is kept to rounding, and nothing is ever negative.
//!
//! It is for substances that mix over the section: not for floating oil, not for a heavy liquid on the bed, not within the first
//! kilometres of a bank discharge, and not for the flood wave itself. [`closed`] has the closed forms for one uniform reach.

pub mod closed;
pub mod response;

mod band;
mod check;
mod course;
mod disperse;
mod flow;
mod of_network;
mod river;
mod run;
mod scheme;
mod watch;

pub use band::{Band, NoBand, Span, Uncertainty, bands};
pub use course::{BadCourse, Course, Joint, Period, Reach, Shape};
pub use of_network::{Dispersion, Elsewhere, NoCourse, Watched, WatchedKind, course, steady_period, watched};
pub use run::{Frame, Ledger, NoRun, Release, Settings, Source, Spilled, run};
pub use watch::{Passage, Sample, passage};
