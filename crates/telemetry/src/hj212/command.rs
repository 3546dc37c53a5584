//! Commands: the field CN, who sends it, and in which editions.

use serde::Deserialize;

use super::edition::Edition;
use super::tables::TABLES;

/// The two ends of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The data logger, which connects.
    Field,
    /// The monitoring centre, which listens.
    Centre,
}

/// How an exchange that a command begins goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Answered with 9011, then perhaps data, then 9012.
    Request,
    /// Answered with 9014 where an answer is wanted.
    Data,
    /// Answered with 9013.
    Notification,
    /// An answer itself.
    Answer,
}

/// A row of the table of commands. A number that means different things in two editions has two rows.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The number, four digits.
    pub cn: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// What it is when the centre sends it.
    pub down: Option<Kind>,
    /// What it is when the field side sends it.
    pub up: Option<Kind>,
    /// The editions that have it.
    #[serde(default)]
    pub editions: Vec<Edition>,
    /// The editions that are said to have it, by one source or by inference.
    #[serde(default)]
    pub open: Vec<Edition>,
}

impl Command {
    /// Every row, in the order of numbers.
    pub fn all() -> &'static [Self] {
        &TABLES.commands
    }

    /// What a number means in an edition, known or only said.
    pub fn find(cn: &str, edition: Edition) -> Option<&'static Self> {
        let rows = || Self::all().iter().filter(move |row| row.cn == cn);
        rows().find(|row| row.editions.contains(&edition)).or_else(|| rows().find(|row| row.open.contains(&edition)))
    }

    /// What a number means in whichever edition has it, the newest first.
    pub(super) fn find_anywhere(cn: &str) -> Option<&'static Self> {
        Edition::ALL.iter().rev().find_map(|edition| Self::find(cn, *edition))
    }

    /// What it is when this side sends it.
    pub fn kind(&self, from: Side) -> Option<Kind> {
        match from {
            Side::Field => self.up,
            Side::Centre => self.down,
        }
    }
}
