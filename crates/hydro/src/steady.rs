//! Steady quality: what a load makes of the water downstream of it.
//!
//! At a node all arriving water is mixed, flow-weighted; in a reach a substance decays with the travel time, `C·e^(−k·τ)`, and
//! a load spread along it joins evenly; a mixed reservoir loses `Q/(Q + K·V)`. Plug flow: dispersion is left out, which
//! [`dispersion`] says when it matters.

pub mod dispersion;
pub mod oxygen;
pub mod reaeration;
pub mod receptor;
pub mod sag;
pub mod travel;

mod rates;
mod substance;

pub use rates::{Conditions, NoRates, Rates};
pub(crate) use substance::even;
pub use substance::{Loads, MassBalance, NoLoads, Steady, steady};
