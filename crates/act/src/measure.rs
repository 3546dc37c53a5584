//! Walking a measure: from a failing finding, step by step, to its end. Each step is signed by somebody who may, rests
//! on a clause and on what the finding says now, and names its document. What nobody signed did not happen.

use facts::measure::{Measure, MeasureStep};
use facts::{Account, Change, FactsError, Store};
use jiff::civil::Date;
use judge::{Outcome, Verdict};
use plan::access::{Denied, Person};
use plan::{Authority, Machine, Plan, Power, State, Step, When};

/// Why a measure is not opened, or a step not taken.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// There is no such measure, machine or step.
    #[error("there is no {0}")]
    Unknown(String),
    /// The person may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Only a failing finding opens a measure.
    #[error("the finding is {found} (expected fail: a measure is opened for nothing else)")]
    NotFailing {
        /// What it says.
        found: Outcome,
    },
    /// The finding rests on what the machine does not speak of.
    #[error("`{machine}` is not opened by findings of `{rule}`")]
    OtherRule {
        /// The machine.
        machine: String,
        /// The rule.
        rule: String,
    },
    /// One is open for the same finding already.
    #[error("measure {0} is open for this finding already")]
    Open(String),
    /// The step does not lead from where the measure is.
    #[error("`{step}` cannot be taken from `{state}` (expected {expected})")]
    NotFrom {
        /// The step.
        step: String,
        /// Where the measure is.
        state: String,
        /// Where it can be taken from.
        expected: String,
    },
    /// The finding does not say what the step needs.
    #[error("`{step}` needs a finding that {expected}; it is {found} now")]
    Finding {
        /// The step.
        step: String,
        /// What it needs: `passes` or `fails`.
        expected: &'static str,
        /// What the finding says.
        found: String,
    },
    /// The step issues a document and its number is missing.
    #[error("`{step}` issues a document (expected its number)")]
    NoDocument {
        /// The step.
        step: String,
    },
    /// Somebody else was faster.
    #[error("the measure is in another state by now; look at it again")]
    Moved,
    /// The store says no.
    #[error(transparent)]
    Facts(#[from] FactsError),
}

/// What whoever takes a step hands in.
#[derive(Debug, Clone, Default)]
pub struct Handed {
    /// Number of the document issued.
    pub document: String,
    /// SHA-256 of the document.
    pub attachment: String,
    /// A note.
    pub note: String,
}

/// The person behind an account, as far as access is concerned.
pub fn person(account: &Account) -> Person<'_> {
    Person { unit: &account.unit, role: &account.role, subject: &account.subject }
}

/// Machines that a failing finding of a rule can open.
pub fn machines<'a>(plan: &'a Plan, rule: &'a str) -> impl Iterator<Item = &'a Machine> {
    plan.measures.iter().filter(move |machine| machine.rules.iter().any(|own| own.get_ref() == rule))
}

/// A state of a machine by id.
pub fn state<'a>(machine: &'a Machine, id: &str) -> Option<&'a State> {
    machine.state.iter().find(|state| state.id.get_ref() == id)
}

/// Steps that lead from a state.
pub fn steps_from<'a>(machine: &'a Machine, state: &'a str) -> impl Iterator<Item = &'a Step> {
    machine.step.iter().filter(move |step| step.from.iter().any(|from| from.get_ref() == state))
}

/// Opens a measure for a failing finding. Its id is that of machine and finding, with a count where one was closed
/// before.
pub fn open(
    store: &Store,
    plan: &Plan,
    machine: &str,
    finding: &Verdict,
    account: &Account,
    today: Date,
    change: &Change,
) -> Result<String, MeasureError> {
    person(account).has(plan, Power::Sign)?;
    let machine = plan.measure(machine).ok_or_else(|| MeasureError::Unknown(format!("measure `{machine}` in the plan pack")))?;
    let machine_id = machine.id.get_ref();
    if !machine.rules.iter().any(|rule| *rule.get_ref() == finding.rule) {
        return Err(MeasureError::OtherRule { machine: machine_id.clone(), rule: finding.rule.clone() });
    }
    if finding.outcome != Outcome::Fail {
        return Err(MeasureError::NotFailing { found: finding.outcome });
    }
    let same: Vec<Measure> = store
        .measures()?
        .into_iter()
        .filter(|own| own.machine == *machine_id && own.rule == finding.rule && own.subject == finding.subject)
        .collect();
    if let Some(open) = same.iter().find(|own| own.closed_at.is_none()) {
        return Err(MeasureError::Open(open.id.clone()));
    }
    let id = format!("{machine_id}-{}-{}", finding.id.get(..12).unwrap_or(&finding.id), same.len() + 1);
    let measure = Measure {
        id: id.clone(),
        machine: machine_id.clone(),
        rule: finding.rule.clone(),
        subject_kind: finding.subject_kind.clone(),
        subject: finding.subject.clone(),
        verdict: finding.id.clone(),
        state: machine.start.get_ref().clone(),
        made_up: finding.made_up,
        opened_at: change.at,
        closed_at: None,
    };
    let step = MeasureStep {
        seq: 1,
        step: "open".to_owned(),
        to_state: machine.start.get_ref().clone(),
        who: change.who.clone(),
        unit: account.unit.clone(),
        on_day: today.to_string(),
        note: change.why.clone(),
        verdict: digest(finding),
        ..MeasureStep::default()
    };
    store.open_measure(&measure, &step, change)?;
    Ok(id)
}

/// Takes a step. `finding` is the newest verdict of the measure's rule on its subject, as it stands now; `county` the
/// one in which the subject lies, empty where it lies in none; `due` works out the day by which the next step is due.
#[expect(clippy::too_many_arguments, reason = "a step rests on all of this")]
pub fn step(
    store: &Store,
    plan: &Plan,
    id: &str,
    step: &str,
    finding: Option<&Verdict>,
    county: &str,
    handed: &Handed,
    account: &Account,
    today: Date,
    change: &Change,
    due: impl FnOnce(&Step) -> Option<Date>,
) -> Result<(), MeasureError> {
    let measure = store.measure(id)?.ok_or_else(|| MeasureError::Unknown(format!("measure `{id}`")))?;
    let machine =
        plan.measure(&measure.machine).ok_or_else(|| MeasureError::Unknown(format!("measure `{}` in the plan pack", measure.machine)))?;
    let step = machine
        .step
        .iter()
        .find(|own| own.id.get_ref() == step)
        .ok_or_else(|| MeasureError::Unknown(format!("step `{step}` of `{}`", measure.machine)))?;
    allowed(plan, &measure, step, finding, county, account)?;
    if step.document.is_some() && handed.document.trim().is_empty() {
        return Err(MeasureError::NoDocument { step: step.id.get_ref().clone() });
    }
    let taken = MeasureStep {
        seq: i64::try_from(store.measure_steps(id)?.len()).unwrap_or(i64::MAX - 1) + 1,
        step: step.id.get_ref().clone(),
        from_state: measure.state.clone(),
        to_state: step.to.get_ref().clone(),
        who: change.who.clone(),
        unit: account.unit.clone(),
        on_day: today.to_string(),
        due: due(step).map(|day| day.to_string()),
        document: handed.document.trim().to_owned(),
        attachment: handed.attachment.clone(),
        note: handed.note.trim().to_owned(),
        verdict: finding.map(digest).unwrap_or_default(),
    };
    let ends = state(machine, step.to.get_ref()).is_some_and(|state| state.r#final);
    if store.take_step(id, &taken, ends, change)? { Ok(()) } else { Err(MeasureError::Moved) }
}

/// Whether a person could take a step now, apart from the document it asks for.
pub fn allowed(
    plan: &Plan,
    measure: &Measure,
    step: &Step,
    finding: Option<&Verdict>,
    county: &str,
    account: &Account,
) -> Result<(), MeasureError> {
    let name = || step.id.get_ref().clone();
    if !step.from.iter().any(|from| *from.get_ref() == measure.state) {
        let expected = step.from.iter().map(|from| from.get_ref().as_str()).collect::<Vec<_>>().join(" or ");
        return Err(MeasureError::NotFrom { step: name(), state: measure.state.clone(), expected });
    }
    person(account).may_step(plan, step, county)?;
    let outcome = finding.map(|finding| finding.outcome);
    // Undetermined neither raises a measure nor lifts one.
    let (fits, expected) = match step.when {
        When::Any => (true, ""),
        When::Failing => (outcome == Some(Outcome::Fail), "fails"),
        When::Passing => (outcome == Some(Outcome::Pass), "passes"),
    };
    if !fits {
        let found = outcome.map_or_else(|| "not there".to_owned(), |outcome| outcome.to_string());
        return Err(MeasureError::Finding { step: name(), expected, found });
    }
    Ok(())
}

/// Whether a step is an act of the city, or only asks somebody else to act.
pub fn is_proposal(step: &Step) -> bool {
    step.proposal || step.authority == Authority::Province
}

fn digest(finding: &Verdict) -> String {
    facts::merkle::sha256_hex(finding.content().as_bytes())
}
