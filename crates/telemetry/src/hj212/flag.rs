//! The Flag of a message: version, packets, answer wanted.

use super::edition::Edition;

/// The eight bits of `Flag`. The editions swap the letters of the two low bits but not the bits, so they are named by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Flag(pub u8);

impl Flag {
    const ANSWER: u8 = 0b01;
    const PACKETS: u8 = 0b10;

    /// The flag of an edition, nothing else set.
    pub fn new(edition: Edition) -> Self {
        Self::of_version(edition.version())
    }

    /// The flag with these version bits, nothing else set.
    pub(super) fn of_version(version: u8) -> Self {
        Self(version << 2)
    }

    /// The same with the bit that asks for an answer.
    #[must_use]
    pub fn wanting_answer(self) -> Self {
        Self(self.0 | Self::ANSWER)
    }

    /// The same with the bit that says PNUM and PNO are there.
    #[must_use]
    pub fn with_packets(self) -> Self {
        Self(self.0 | Self::PACKETS)
    }

    /// The same without that bit.
    #[must_use]
    pub fn without_packets(self) -> Self {
        Self(self.0 & !Self::PACKETS)
    }

    /// The upper six bits.
    pub fn version(self) -> u8 {
        self.0 >> 2
    }

    /// Whether an answer is wanted.
    pub fn answer_wanted(self) -> bool {
        self.0 & Self::ANSWER != 0
    }

    /// Whether the message says that it is one packet of several.
    pub fn packets(self) -> bool {
        self.0 & Self::PACKETS != 0
    }
}
