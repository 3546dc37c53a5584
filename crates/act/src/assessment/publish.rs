//! Publishing a result: signed by somebody who may, when the steps before it are done, and never the same thing twice.
//! What is published is frozen; a correction is the next edition and says why.

use facts::{Account, Change, FactsError, Store};
use judge::Outcome;
use plan::access::Denied;
use plan::schema::Assessment;
use plan::{Plan, Power};

use super::Scored;
use crate::measure::person;

/// Why a result is not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The person may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A step before it is not done.
    #[error("not ready: {} (expected them to pass)", .0.join(", "))]
    NotReady(Vec<String>),
    /// Nothing changed since the last edition.
    #[error("the last edition says the same")]
    Same,
    /// A correction without a reason.
    #[error("a correction needs a reason (expected a note)")]
    NoReason,
    /// Somebody else was faster.
    #[error("another edition was published meanwhile; look at it first")]
    Moved,
    /// What is to be published, or was, cannot be written or read.
    #[error("the edition cannot be read or written: {0}")]
    Content(#[from] serde_json::Error),
    /// The store says no.
    #[error(transparent)]
    Facts(#[from] FactsError),
}

/// The id under which the editions of a year are kept.
pub fn edition_id(assessment: &str, year: i16) -> String {
    format!("assessment/{assessment}/{year:04}")
}

/// The rules and units that stand in the way of publishing, as `rule unit`. `finding` gives the outcome of a rule on a unit in
/// a year.
pub fn ready(assessment: &Assessment, scored: &Scored, finding: impl Fn(&str, &str, &str) -> Option<Outcome>) -> Vec<String> {
    let year = format!("{:04}", scored.year);
    let needed = assessment.publish_needs.iter().flat_map(|rule| scored.units.iter().map(move |unit| (rule.get_ref(), &unit.unit)));
    needed.filter(|(rule, unit)| finding(rule, unit, &year) != Some(Outcome::Pass)).map(|(rule, unit)| format!("{rule} {unit}")).collect()
}

/// Publishes a result as the next edition, and gives its number.
pub fn publish(
    store: &Store,
    plan: &Plan,
    assessment: &Assessment,
    scored: &Scored,
    finding: impl Fn(&str, &str, &str) -> Option<Outcome>,
    account: &Account,
    change: &Change,
) -> Result<i64, PublishError> {
    person(account).has(plan, Power::Publish)?;
    let missing = ready(assessment, scored, finding);
    if !missing.is_empty() {
        return Err(PublishError::NotReady(missing));
    }
    let id = edition_id(&scored.assessment, scored.year);
    let editions = store.editions(&id)?;
    if let Some(last) = editions.last() {
        let last: Scored = serde_json::from_str(&last.content)?;
        if last.units == scored.units {
            return Err(PublishError::Same);
        }
        if change.why.trim().is_empty() {
            return Err(PublishError::NoReason);
        }
    }
    let number = editions.last().map_or(1, |last| last.number + 1);
    let kept = store.publish_edition(&id, number, &serde_json::to_string(scored)?, change)?;
    if kept { Ok(number) } else { Err(PublishError::Moved) }
}
