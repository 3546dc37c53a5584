//! Pieces of pages.

pub(crate) mod badge;
pub(crate) mod chart;
pub(crate) mod layout;
pub(crate) mod map;
