//! The three editions of the standard, and how a message tells which one it follows.

use serde::Deserialize;

use super::flag::Flag;

/// An edition of HJ 212.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Edition {
    /// HJ/T 212-2005, in force from 2006-02-01 to 2017-05-01.
    #[serde(rename = "2005")]
    V2005,
    /// HJ 212-2017, in force from 2017-05-01.
    #[serde(rename = "2017")]
    V2017,
    /// HJ 212-2025, in force from 2026-01-01. Its full text was not available; what is not known of it is refused by name.
    #[serde(rename = "2025")]
    V2025,
}

impl Edition {
    /// All of them, oldest first.
    pub const ALL: [Self; 3] = [Self::V2005, Self::V2017, Self::V2025];

    /// The standard's code.
    pub fn code(self) -> &'static str {
        match self {
            Self::V2005 => "HJ/T 212-2005",
            Self::V2017 => "HJ 212-2017",
            Self::V2025 => "HJ 212-2025",
        }
    }

    /// The version bits of its Flag.
    pub fn version(self) -> u8 {
        match self {
            Self::V2005 => 0,
            Self::V2017 => 1,
            Self::V2025 => 2,
        }
    }

    /// The edition that a Flag names. A message without one follows 2005. `None` where no edition has these bits.
    ///
    /// This is a claim: 8 and 9 were seen from surface-water stations years before the edition of 2025 was issued. A device's setting
    /// comes before it.
    pub fn claimed(flag: Option<Flag>) -> Option<Self> {
        let version = flag.map_or(0, Flag::version);
        Self::ALL.into_iter().find(|edition| edition.version() == version)
    }
}
