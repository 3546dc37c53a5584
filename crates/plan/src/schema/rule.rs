//! `rules/*.toml`: conditions as SQL, each with its documentation card.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Name, Parameter, Text};

/// What one row of a rule speaks of in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// A day.
    Day,
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// A year.
    Year,
    /// The day the judgement is made for.
    AsOf,
}

impl Grain {
    /// The word used in files, SQL and addresses.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::AsOf => "as_of",
        }
    }
}

/// `rules/*.toml`, one each.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Its id, the name of the file.
    pub id: Name,
    /// Its title.
    pub title: Text,
    /// The mechanisms it carries.
    #[serde(default)]
    pub mechanisms: Vec<String>,
    /// Tasks whose words it applies.
    #[serde(default)]
    pub tasks: Vec<Name>,
    /// The clause in words, where it is not a task (the main indicators, a law).
    #[serde(default)]
    pub clause: Option<Text>,
    /// The kind of subject: a register kind, `task`, `deadline`, `duty`, `basin`.
    pub subject: Name,
    /// What a row speaks of in time.
    pub grain: Grain,
    /// `info`, `warning` or `failure`: what a failing row is.
    #[serde(default = "failure")]
    pub severity: String,
    /// Whether a failing row is the failure of a promise of the plan, counted as such.
    #[serde(default)]
    pub promise: bool,
    /// The query: a row for every subject in scope.
    pub sql: Spanned<String>,
    /// A query with the inputs of each row, keyed by `subject` and `period`.
    #[serde(default)]
    pub inputs_sql: Option<Spanned<String>>,
    /// The standard whose rows the items of the inputs are judged by: `gb3838` or `gbt14848`.
    #[serde(default)]
    pub cites: Option<String>,
    /// What it does, why, and how sure it is.
    pub card: Card,
    /// A sentence for each outcome, with `{column}` for what the query gave.
    pub sentence: Sentences,
    /// Words for reasons the query gives.
    #[serde(default)]
    pub reason: BTreeMap<String, Text>,
    /// Numbers it uses, each with its source.
    #[serde(default)]
    pub parameter: Vec<Parameter>,
    /// The question it answers, where other rules answer the same one: for a subject and period they must not disagree.
    #[serde(default)]
    pub question: Option<Name>,
}

fn failure() -> String {
    "failure".to_owned()
}

/// The documentation card of a rule.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// What it does.
    pub what: Text,
    /// Why.
    pub why: Text,
    /// An example.
    pub example: Text,
    /// What it does not see.
    pub limits: Text,
    /// How far it was checked: `checked`, `known` or `open`.
    pub sure: String,
}

/// A sentence for each outcome.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sentences {
    /// When it passes.
    pub pass: Text,
    /// When it fails.
    pub fail: Text,
    /// When it cannot be said.
    pub undetermined: Text,
    /// When it does not apply.
    #[serde(default)]
    pub not_applicable: Option<Text>,
}
