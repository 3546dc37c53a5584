//! Cases with known answers, as data in `tests/cases`; each must come out to the digits it was printed with.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

mod allocation;
mod bad_input;
mod capacity;
mod carrying;
mod case;
mod dispatch;
mod low_flow;
mod network;
mod oxygen;
mod spill;
mod travel;
mod tree;
