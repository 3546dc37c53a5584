//! Why there is no result: each names the place, what was found and what was expected.

use std::fmt;

/// A cell that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} `{id}`: {field} is {found}, expected {expected}")]
pub struct Problem {
    /// The kind: a register, or a file.
    pub kind: String,
    /// The row.
    pub id: String,
    /// The field.
    pub field: String,
    /// What stands there, in backquotes, or `empty`.
    pub found: String,
    /// What would do.
    pub expected: String,
}

/// Why a model cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum RiverError {
    /// Cells that cannot be used, all of them.
    #[error("{}", lines(.0))]
    Problems(Vec<Problem>),
    /// A network that does not hang together.
    #[error("{}", fault_lines(.0))]
    Network(hydro::network::Faults),
    /// Nothing to run on.
    #[error("there is no {kind}, expected rows of the register or a file {kind}.csv")]
    Nothing {
        /// The kind.
        kind: &'static str,
    },
    /// A parameter that cannot be.
    #[error("parameter {id} is `{found}`, expected {expected}")]
    Parameter {
        /// The parameter.
        id: String,
        /// What was given.
        found: String,
        /// What would do.
        expected: String,
    },
    /// A model that does not exist.
    #[error("there is no model `{0}`, expected steady, capacity or ecoflow")]
    Model(String),
    /// Water that cannot run.
    #[error(transparent)]
    Water(#[from] hydro::network::NoWater),
    /// A coefficient that nobody gave.
    #[error(transparent)]
    Rates(#[from] hydro::steady::NoRates),
    /// A concentration that nobody gave.
    #[error(transparent)]
    Loads(#[from] hydro::steady::NoLoads),
    /// A number that a formula cannot be used with.
    #[error("{place}: {source}")]
    Input {
        /// Where.
        place: String,
        /// What cannot be.
        source: hydro::BadInput,
    },
    /// A record of flows that cannot be used.
    #[error("{place}: {source}")]
    Record {
        /// Which.
        place: String,
        /// What is wrong.
        source: hydro::BadRecord,
    },
    /// A result that is no number, or too large for one.
    #[error("{what} comes out as {found}, expected a number that can be written")]
    Number {
        /// What.
        what: String,
        /// What came out.
        found: String,
    },
    /// Data of the program, or of a kept run, that cannot be read.
    #[error("{what} cannot be read: {why}")]
    Unreadable {
        /// What.
        what: String,
        /// Why.
        why: String,
    },
}

fn fault_lines(faults: &hydro::network::Faults) -> String {
    lines(&faults.0)
}

fn lines<T: fmt::Display>(list: &[T]) -> String {
    list.iter().map(T::to_string).collect::<Vec<_>>().join("\n")
}
