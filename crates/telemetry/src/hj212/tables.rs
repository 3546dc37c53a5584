//! The data files, parsed once.

use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::codes::{FactorCode, InfoCode};
use super::command::Command;
use super::edition::Edition;
use super::mark::MarkMeaning;

/// `data/hj212-tables.toml`.
pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(|| parse("hj212-tables.toml", include_str!("../../data/hj212-tables.toml")));

/// `data/hj212-codes.toml`.
pub(super) static CODES: LazyLock<Codes> = LazyLock::new(|| parse("hj212-codes.toml", include_str!("../../data/hj212-codes.toml")));

/// A file that does not parse is a defect of this crate, found by its own tests.
fn parse<T: DeserializeOwned>(name: &str, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("data/{name}: {error}"))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Codes {
    #[serde(rename = "schema")]
    _schema: u32,
    pub(super) factors: Vec<FactorCode>,
    pub(super) infos: Vec<InfoCode>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tables {
    #[serde(rename = "schema")]
    _schema: u32,
    pub(super) commands: Vec<Command>,
    systems: Vec<System>,
    pub(super) marks: Vec<MarkMeaning>,
    pub(super) returns: Vec<ReturnCode>,
    lengths: Vec<Lengths>,
    pub(super) settings: Settings,
    defaults: Defaults,
}

impl Tables {
    pub(super) fn knows_system(&self, st: &str) -> bool {
        self.systems.iter().any(|system| system.st == st)
    }

    pub(super) fn lengths(&self, edition: Edition) -> &Lengths {
        self.lengths.iter().find(|row| row.edition == edition).expect("a row for each edition; a test looks")
    }
}

/// A kind of monitoring system, the field ST.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// The code.
    pub st: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// The editions that have it.
    #[serde(default)]
    pub editions: Vec<Edition>,
    /// The editions that are said to have it.
    #[serde(default)]
    pub open: Vec<Edition>,
}

/// Every system code.
pub fn systems() -> &'static [System] {
    &TABLES.systems
}

/// One value of QnRtn or ExeRtn.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnCode {
    /// `QnRtn` or `ExeRtn`.
    pub list: String,
    /// The value.
    pub code: u32,
    /// What it means, in Chinese.
    pub zh: String,
    /// What it means, in English.
    pub en: String,
    /// The editions that have it.
    pub editions: Vec<Edition>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lengths {
    edition: Edition,
    pub(super) segment: usize,
    pub(super) cp: usize,
    pub(super) mn: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    pub(super) rtd_interval_s: Range,
    pub(super) min_interval_min: Vec<u32>,
    pub(super) over_time_s: Range,
    pub(super) re_count: Range,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    pub(super) from: u32,
    pub(super) to: u32,
}

/// What holds until the centre sets something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    /// Seconds to wait for an answer.
    pub over_time_s: u32,
    /// How often a message is sent again.
    pub re_count: u32,
}

/// The time-out and number of re-sends that hold until CN 1000 changes them.
pub fn defaults() -> Defaults {
    TABLES.defaults
}
