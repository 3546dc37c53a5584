//! Places in the lists of a network. A wrong kind does not compile.

use serde::Serialize;

macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(u32);

        impl $name {
            pub(crate) fn new(position: usize) -> Self {
                Self(u32::try_from(position).expect("a network has fewer than 2^32 things of a kind"))
            }

            /// Its place in the network's list.
            pub fn position(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

indices! {
    /// A node.
    NodeIndex,
    /// A reach.
    ReachIndex,
    /// An inflow.
    InflowIndex,
    /// A load spread along a reach.
    SpreadIndex,
    /// An intake.
    IntakeIndex,
    /// A reservoir.
    ReservoirIndex,
    /// A gate.
    GateIndex,
    /// A control section.
    SectionIndex,
}
