//! Water-quality classes and the status words that go with them.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A water-quality class. Better classes come first, so the worst of several is their maximum.
///
/// Surface water has six outcomes: a value that meets no class is [`Class::InferiorV`] (劣Ⅴ). Groundwater has five: its
/// class V is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Ⅰ
    I,
    /// Ⅱ
    II,
    /// Ⅲ
    III,
    /// Ⅳ
    IV,
    /// Ⅴ
    V,
    /// 劣Ⅴ, inferior to class V
    InferiorV,
}

/// The five states of a water, from the section's class or from the shares of a basin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 优
    Excellent,
    /// 良好
    Good,
    /// 轻度污染
    Light,
    /// 中度污染
    Moderate,
    /// 重度污染
    Heavy,
}

/// A word that is no class.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a water-quality class (expected Ⅰ, Ⅱ, Ⅲ, Ⅳ, Ⅴ or 劣Ⅴ; I, II, III, IV, V or V+)")]
pub struct UnknownClass {
    /// What stood there.
    pub found: String,
}

impl Class {
    /// All six, best first.
    pub const ALL: [Self; 6] = [Self::I, Self::II, Self::III, Self::IV, Self::V, Self::InferiorV];

    /// 1 for class I up to 6 for inferior V.
    #[inline]
    pub const fn rank(self) -> u8 {
        self as u8 + 1
    }

    /// The class of a rank from 1 to 6.
    pub fn from_rank(rank: u8) -> Option<Self> {
        Self::ALL.get(usize::from(rank).checked_sub(1)?).copied()
    }

    /// As bulletins print it: Ⅰ … Ⅴ, 劣Ⅴ.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::I => "Ⅰ",
            Self::II => "Ⅱ",
            Self::III => "Ⅲ",
            Self::IV => "Ⅳ",
            Self::V => "Ⅴ",
            Self::InferiorV => "劣Ⅴ",
        }
    }

    /// As data carries it: I … V, V+.
    pub const fn id(self) -> &'static str {
        match self {
            Self::I => "I",
            Self::II => "II",
            Self::III => "III",
            Self::IV => "IV",
            Self::V => "V",
            Self::InferiorV => "V+",
        }
    }

    /// The state of a section of this class.
    pub fn status(self) -> Status {
        crate::data::DATA.section_status(self)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl FromStr for Class {
    type Err = UnknownClass;

    fn from_str(text: &str) -> Result<Self, UnknownClass> {
        let word = text.trim();
        let word = word.strip_suffix('类').unwrap_or(word);
        let rank = match word {
            "Ⅰ" | "I" | "1" => 1,
            "Ⅱ" | "II" | "2" => 2,
            "Ⅲ" | "III" | "3" => 3,
            "Ⅳ" | "IV" | "4" => 4,
            "Ⅴ" | "V" | "5" => 5,
            "劣Ⅴ" | "劣V" | "劣五" | "V+" | "6" => 6,
            _ => 0,
        };
        Self::from_rank(rank).ok_or_else(|| UnknownClass { found: text.to_owned() })
    }
}

impl Serialize for Class {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> serde::Deserialize<'de> for Class {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Status {
    /// All five, best first.
    pub const ALL: [Self; 5] = [Self::Excellent, Self::Good, Self::Light, Self::Moderate, Self::Heavy];

    /// The identifier used in data.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Excellent => "excellent",
            Self::Good => "good",
            Self::Light => "light",
            Self::Moderate => "moderate",
            Self::Heavy => "heavy",
        }
    }

    /// The word of the bulletins.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Excellent => "优",
            Self::Good => "良好",
            Self::Light => "轻度污染",
            Self::Moderate => "中度污染",
            Self::Heavy => "重度污染",
        }
    }
}
