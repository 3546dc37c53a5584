//! Verdicts: what follows for one subject and period, and what it rests on.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The four outcomes. Missing is not a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is so.
    Pass,
    /// It is not.
    Fail,
    /// It cannot be said, and there is a reason.
    Undetermined,
    /// It is not a question here.
    NotApplicable,
}

impl Outcome {
    /// All four, as pages list them.
    pub const ALL: [Self; 4] = [Self::Fail, Self::Undetermined, Self::Pass, Self::NotApplicable];

    /// The word in data.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Undetermined => "undetermined",
            Self::NotApplicable => "not_applicable",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl FromStr for Outcome {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.id() == text)
            .ok_or_else(|| format!("`{text}` is not an outcome (expected pass, fail, undetermined or not_applicable)"))
    }
}

/// The reason of a verdict that waits for its target to be confirmed.
pub(crate) const UNCONFIRMED_TARGET: &str = "unconfirmed_target";

/// The reason of a verdict of a time in which a number of its rule had no value yet.
pub(crate) const NO_VALUE_YET: &str = "no_value_yet";

/// A verdict. Its id stays; its content has a digest, and everything here but the id is content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Hash of rule, subject and period.
    #[serde(skip)]
    pub id: String,
    /// The rule.
    pub rule: String,
    /// Digest of the rule's text and numbers.
    pub rule_digest: String,
    /// Digest of the standards.
    pub standards_digest: String,
    /// Kind of the subject.
    pub subject_kind: String,
    /// The subject.
    pub subject: String,
    /// The period; the day itself for rules that are as of a day.
    pub period: String,
    /// The outcome.
    pub outcome: Outcome,
    /// Why, where it cannot be said or does not apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it would be if the assumed target were confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub would_be: Option<Outcome>,
    /// Whether made-up facts went into it.
    pub made_up: bool,
    /// What the rule's query gave besides.
    pub facts: BTreeMap<String, String>,
    /// The inputs, row by row.
    pub inputs: Vec<BTreeMap<String, String>>,
}

impl Verdict {
    /// The content, byte for byte the same for the same facts: keys sorted, numbers as text.
    pub fn content(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// A verdict from the store.
    pub fn read(id: &str, content: &str) -> Result<Self, serde_json::Error> {
        let verdict: Self = serde_json::from_str(content)?;
        Ok(Self { id: id.to_owned(), ..verdict })
    }
}

/// The id of a verdict: it names rule, subject and period for good.
pub fn verdict_id(rule: &str, subject: &str, period: &str) -> String {
    let mut hash = Sha256::new();
    for part in [rule, subject, period] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
