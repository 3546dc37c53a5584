//! Rules that answer the same question must not contradict each other: then nothing is judged, and both clauses are named.

use std::collections::BTreeMap;

use plan::{Plan, Rule};

use crate::session::JudgeError;
use crate::verdict::{Outcome, Verdict};

/// What is asked of whom and when.
type Asked<'a> = (&'a str, &'a str, &'a str);

/// Stops where one rule passes and another fails what both declare to be the same question. What is undetermined, or only
/// assumed, contradicts nothing.
pub(super) fn refuse(plan: &Plan, verdicts: &[Verdict]) -> Result<(), JudgeError> {
    let question_of: BTreeMap<&str, &str> =
        plan.rules.iter().filter_map(|rule| Some((rule.id.get_ref().as_str(), rule.question.as_ref()?.get_ref().as_str()))).collect();
    let mut answers: BTreeMap<Asked<'_>, Vec<&Verdict>> = BTreeMap::new();
    for verdict in verdicts.iter().filter(|verdict| matches!(verdict.outcome, Outcome::Pass | Outcome::Fail)) {
        if let Some(question) = question_of.get(verdict.rule.as_str()) {
            answers.entry((*question, verdict.subject.as_str(), verdict.period.as_str())).or_default().push(verdict);
        }
    }
    let mut found = answers.into_iter().filter_map(|(asked, given)| {
        let first = |outcome: Outcome| given.iter().copied().find(|verdict| verdict.outcome == outcome);
        Some((asked, first(Outcome::Pass)?, first(Outcome::Fail)?))
    });
    let Some(((question, subject, period), passing, failing)) = found.next() else { return Ok(()) };
    let more = match found.count() {
        0 => String::new(),
        n => format!("; {n} more of this kind"),
    };
    let message = format!(
        "{} {subject} in {period} passes by {} but fails by {}{more} (expected one answer: let one rule apply the stricter clause and name both clauses, or ask different questions)",
        passing.subject_kind,
        with_clauses(plan, &passing.rule),
        with_clauses(plan, &failing.rule),
    );
    Err(JudgeError::Contradiction { question: question.to_owned(), message })
}

/// A rule with the clauses it applies: `well-close (3.1.2 Groundwater)`.
fn with_clauses(plan: &Plan, id: &str) -> String {
    let clauses = plan.rule(id).map_or_else(Vec::new, |rule| clauses(plan, rule));
    format!("`{id}` ({})", clauses.join("; "))
}

fn clauses(plan: &Plan, rule: &Rule) -> Vec<String> {
    let tasks = rule.tasks.iter().map(|task| {
        let id = task.get_ref();
        plan.task(id).map_or_else(|| id.clone(), |task| format!("{id} {}", task.title.get("en")))
    });
    tasks.chain(rule.clause.iter().map(|clause| clause.get("en").to_owned())).collect()
}
