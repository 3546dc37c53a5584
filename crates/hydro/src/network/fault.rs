//! What can be wrong with the records of a network, each by the names of those it concerns.

use std::fmt;

use crate::unit::WrongUnit;

/// One thing that must be put right.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Fault {
    /// Nothing is there.
    #[error("the network has no reach")]
    Empty,
    /// Two of a kind share an id.
    #[error("{what} stands twice")]
    Twice {
        /// Kind and id.
        what: String,
    },
    /// A node that nobody described.
    #[error("{what}: there is no node `{node}`")]
    UnknownNode {
        /// Kind and id of what names it.
        what: String,
        /// The id that stands for nothing.
        node: String,
    },
    /// A reach that nobody described.
    #[error("{what}: there is no reach `{reach}`")]
    UnknownReach {
        /// Kind and id of what names it.
        what: String,
        /// The id that stands for nothing.
        reach: String,
    },
    /// A unit that does not fit.
    #[error("{what}: {field}: {source}")]
    Unit {
        /// Kind and id.
        what: String,
        /// The field.
        field: String,
        /// What was found and expected.
        source: WrongUnit,
    },
    /// A number that cannot be.
    #[error("{what}: {field} is {found}, expected {expected}")]
    Value {
        /// Kind and id.
        what: String,
        /// The field, with its unit.
        field: String,
        /// What was given.
        found: f64,
        /// What would do.
        expected: &'static str,
    },
    /// A reach without velocity.
    #[error("reach `{reach}` has no hydraulics, expected a velocity, α and β, or a channel for Manning's formula")]
    MissingHydraulics {
        /// The reach.
        reach: String,
    },
    /// Water that would run in a circle.
    #[error("reaches run in a circle: {}", .nodes.join(" → "))]
    Cycle {
        /// The nodes, the first again at the end.
        nodes: Vec<String>,
    },
    /// A node from which water cannot go on.
    #[error("node `{node}` is a dangling end: no reach leaves it and it is no mouth")]
    DanglingEnd {
        /// The node.
        node: String,
    },
    /// A node where the river begins without water.
    #[error("node `{node}` begins a river without water: no reach arrives and nothing flows in")]
    NoSpring {
        /// The node.
        node: String,
    },
    /// A node without reaches.
    #[error("node `{node}` has no reach{}", list_after(.on_it))]
    Disconnected {
        /// The node.
        node: String,
        /// What lies on it: intakes, outlets, sections.
        on_it: Vec<String>,
    },
    /// More than one mouth in a part that hangs together.
    #[error("the network has several mouths: {}; expected one, and the others declared as side ends", .mouths.join(", "))]
    SeveralMouths {
        /// The mouths.
        mouths: Vec<String>,
    },
    /// A part from which water leaves by side ends only.
    #[error("the part of the network around node `{node}` has no mouth")]
    NoMouth {
        /// The first of its nodes.
        node: String,
    },
    /// A mouth that water runs on from.
    #[error("node `{node}` is an end of the network, but reach `{reach}` leaves it")]
    EndFlowsOn {
        /// The node.
        node: String,
        /// The reach.
        reach: String,
    },
    /// Shares that do not make one.
    #[error("the shares of the reaches that leave node `{node}` add up to {sum}, expected 1")]
    Shares {
        /// The node.
        node: String,
        /// What they add up to; a reach without a share counts as zero.
        sum: f64,
    },
    /// Two reservoirs at one place.
    #[error("node `{node}` has several reservoirs")]
    SeveralReservoirs {
        /// The node.
        node: String,
    },
    /// A place that is not on its reach.
    #[error("{what} lies {distance_m} m along reach `{reach}`, which is {length_m} m long")]
    BeyondReach {
        /// Kind and id.
        what: String,
        /// The reach.
        reach: String,
        /// Where it should lie.
        distance_m: f64,
        /// How long the reach is.
        length_m: f64,
    },
}

/// All faults of the records, in the order they were found.
#[derive(Debug, Clone, PartialEq)]
pub struct Faults(pub Vec<Fault>);

/// Something that looks odd without being wrong.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Warning {
    /// A number outside what is to be expected.
    #[error("{what}: {field} is {found}, which is not between {low} and {high}; is the unit right")]
    Implausible {
        /// Kind and id.
        what: String,
        /// The field, with its unit.
        field: String,
        /// What was given.
        found: f64,
        /// The least expected.
        low: f64,
        /// The most expected.
        high: f64,
    },
    /// Parts that do not hang together.
    #[error("the network falls into parts that do not hang together, one at each of {}", .nodes.join(", "))]
    Apart {
        /// The first node of each part.
        nodes: Vec<String>,
    },
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if 0 < i {
                f.write_str("; ")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// What lies on a node, in words, or nothing.
fn list_after(things: &[String]) -> String {
    if things.is_empty() { String::new() } else { format!(", but on it lie {}", things.join(", ")) }
}
