//! Data marks: what stands behind `-Flag` of a factor.

use std::borrow::Cow;

use serde::Deserialize;

use super::edition::Edition;
use super::tables::TABLES;

/// The mark of a value as it was sent, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark<'a> {
    /// As it was sent.
    pub text: Cow<'a, str>,
    /// What it means in the edition, where that is known.
    pub meaning: Option<&'static MarkMeaning>,
}

/// A row of the table of marks.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkMeaning {
    /// The mark.
    pub mark: String,
    /// What it means, in Chinese.
    pub zh: String,
    /// What it means, in English.
    pub en: String,
    /// Whether the value is a measurement.
    #[serde(rename = "use")]
    pub usable: Usable,
    /// The editions that have it.
    pub editions: Vec<Edition>,
    /// The system code it holds for, where it holds for one only.
    pub system: Option<String>,
}

/// Whether a marked value may be used as a measurement. Our reading; the standard leaves it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Usable {
    /// It is one.
    Measurement,
    /// The centre decides.
    Judge,
    /// It is none.
    No,
}

impl<'a> Mark<'a> {
    /// Looks a mark up. A row of the system comes before one of all systems.
    pub(super) fn new(text: Cow<'a, str>, edition: Option<Edition>, st: &str) -> Self {
        let meaning = edition.and_then(|edition| find(&text, edition, Some(st)).or_else(|| find(&text, edition, None)));
        Self { text, meaning }
    }

    /// Whether the value may be used. A mark nobody knows leaves it to the centre.
    pub fn usable(&self) -> Usable {
        self.meaning.map_or(Usable::Judge, |meaning| meaning.usable)
    }
}

fn find(mark: &str, edition: Edition, system: Option<&str>) -> Option<&'static MarkMeaning> {
    TABLES.marks.iter().find(|row| row.mark == mark && row.editions.contains(&edition) && row.system.as_deref() == system)
}
