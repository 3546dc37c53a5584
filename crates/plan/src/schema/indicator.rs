//! `indicators/*.toml`: numbers that show whether the plan works.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Name, Text};

/// How a value meets its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// At least.
    Ge,
    /// More than.
    Gt,
    /// At most.
    Le,
    /// Equal.
    Eq,
    /// "About": needs a pass rule set by the city.
    Approx,
    /// Water of this class or better.
    ClassAtLeast,
    /// In words; needs a finding.
    Qualitative,
}

/// Which way an indicator should go. It is required: it is never guessed from data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Reached or not.
    State,
}

/// `indicators/*.toml`, one each.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorFile {
    /// Its id, the name of the file.
    pub id: Name,
    /// Its name.
    pub name: Text,
    /// Its unit.
    pub unit: Text,
    /// Where the plan names it.
    pub clause: String,
    /// Tasks it belongs to.
    #[serde(default)]
    pub tasks: Vec<Name>,
    /// Which way is better.
    pub direction: Direction,
    /// The unit that answers for it.
    pub owner: Name,
    /// How it is worked out.
    #[serde(default)]
    pub definition: Option<Text>,
    /// What it is taken over.
    #[serde(default)]
    pub scope: Option<String>,
    /// The year it is compared with.
    #[serde(default)]
    pub baseline_year: Option<i16>,
    /// Whether its target is in doubt.
    #[serde(default)]
    pub uncertain: bool,
    /// How it was restored.
    #[serde(default)]
    pub restored: Option<String>,
    /// The query that gives its value: columns `unit`, `period`, `value`.
    #[serde(default)]
    pub sql: Option<Spanned<String>>,
    /// Decimals its value is given to.
    #[serde(default)]
    pub digits: Option<u32>,
    /// The fact that is missing where it cannot be worked out yet.
    #[serde(default)]
    pub missing_fact: Option<Text>,
    /// Targets by year.
    #[serde(default)]
    pub target: Vec<IndicatorTarget>,
}

/// A target of an indicator.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorTarget {
    /// By the end of this year; none where the text gives none.
    #[serde(default)]
    pub year: Option<i16>,
    /// How it is met.
    pub op: Op,
    /// The number, the class or the words; empty where the source lost it.
    pub value: String,
    /// Whether it is in doubt.
    #[serde(default)]
    pub uncertain: bool,
    /// Whether it was restored with good reason.
    #[serde(default)]
    pub restored: bool,
    /// Other readings.
    #[serde(default)]
    pub candidates: Vec<String>,
    /// Units it holds for.
    #[serde(default)]
    pub units: Vec<Name>,
    /// As written.
    #[serde(default)]
    pub text: Option<Text>,
}
