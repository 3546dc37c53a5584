//! A whole judgement, kept: what the command, the demonstration and the desk all call.

use std::collections::BTreeMap;

use facts::verdict::JudgementChange;
use facts::{Change, Store};
use jiff::civil::Date;
use plan::Plan;

use crate::rules::judge;
use crate::session::{JudgeError, Limits, Session};

/// How a judgement came out.
#[derive(Debug, Clone)]
pub struct Counts {
    /// Verdicts by outcome.
    pub outcomes: BTreeMap<&'static str, usize>,
    /// What is new against the judgement before.
    pub change: JudgementChange,
}

/// Judges everything as of a day and keeps it. `told` hears the name of each rule and indicator before it runs.
pub async fn judge_and_keep(store: &Store, plan: &Plan, as_of: Date, change: &Change, told: impl Fn(&str)) -> Result<Counts, JudgeError> {
    // What is written down is what was there before it began: a fact that comes in meanwhile calls for another judgement.
    let with = made_with(store, plan, as_of)?;
    let session = Session::open(store, plan, as_of, Limits::default()).await?;
    let judgement = judge(&session, plan, told).await?;
    let mut outcomes: BTreeMap<&'static str, usize> = BTreeMap::new();
    for verdict in &judgement.verdicts {
        *outcomes.entry(verdict.outcome.id()).or_default() += 1;
    }
    let kept = judgement.keep(store, plan, &session, change)?;
    store.set_setting("judged_as_of", &as_of.to_string())?;
    store.set_setting("judged_with", &with)?;
    Ok(Counts { outcomes, change: kept })
}

/// Everything a judgement depends on: where it is the same, judging again gives the same.
pub fn made_with(store: &Store, plan: &Plan, as_of: Date) -> Result<String, JudgeError> {
    let facts = store.facts_head()?;
    Ok(format!("{} {} {as_of} {facts} {}", plan.digest, standards::digest(), env!("CARGO_PKG_VERSION")))
}
