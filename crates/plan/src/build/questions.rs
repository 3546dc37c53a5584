//! Rules that answer the same question: they must be comparable, and must not rest on different numbers of one name.

use super::Check;
use crate::schema::{Parameter, RuleFile, stretches};

impl Check<'_> {
    pub(super) fn questions(&mut self, rules: &[(&str, RuleFile)]) {
        for (place, (file, rule)) in rules.iter().enumerate() {
            let Some(question) = &rule.question else { continue };
            let same = |other: &RuleFile| other.question.as_ref().is_some_and(|own| own.get_ref() == question.get_ref());
            if !rules.iter().any(|(_, other)| same(other) && other.id.get_ref() != rule.id.get_ref()) {
                let message =
                    format!("no other rule answers `{}` (expected the same question in another, or none here)", question.get_ref());
                self.problem(file, question, "question", message);
            }
            // A pair is looked at once, at the second of the two.
            for (_, earlier) in rules[..place].iter().filter(|(_, other)| same(other)) {
                let (ours, theirs) = (speaks_of(rule), speaks_of(earlier));
                if ours != theirs {
                    let message = format!("speaks of {ours}, but `{}` of {theirs} (expected the same in both)", earlier.id.get_ref());
                    self.problem(file, question, "question", message);
                }
                for (name, here, there) in differing(&rule.parameter, &earlier.parameter) {
                    let message = format!(
                        "${name} is {here} in `{}` ({}), but {there} in `{}` ({}) (expected one number, or one rule that applies the stricter clause and names both)",
                        rule.id.get_ref(),
                        clauses(rule),
                        earlier.id.get_ref(),
                        clauses(earlier),
                    );
                    self.problem(file, question, "question", message);
                }
            }
        }
    }
}

fn speaks_of(rule: &RuleFile) -> String {
    format!("{} by {}", rule.subject.get_ref(), rule.grain.id())
}

/// The clauses of a rule: its tasks, and the one in words.
fn clauses(rule: &RuleFile) -> String {
    let tasks = rule.tasks.iter().map(|task| task.get_ref().as_str());
    tasks.chain(rule.clause.iter().map(|clause| clause.zh.as_str())).collect::<Vec<_>>().join("; ")
}

/// Names that both have with different values on some day, each once with the first pair of values.
fn differing<'a>(ours: &'a [Parameter], theirs: &'a [Parameter]) -> Vec<(&'a str, String, String)> {
    let mut found: Vec<(&str, String, String)> = Vec::new();
    for here in stretches(ours) {
        for there in stretches(theirs) {
            let meet = here.from.max(there.from);
            let apart = [here.until, there.until].into_iter().flatten().min().is_some_and(|end| meet.is_some_and(|start| end <= start));
            if apart {
                continue;
            }
            for own in &here.in_force {
                let other = there.in_force.iter().find(|other| other.name == own.name && other.value != own.value);
                if let Some(other) = other.filter(|_| !found.iter().any(|(name, _, _)| *name == own.name)) {
                    found.push((own.name.as_str(), own.value.to_string(), other.value.to_string()));
                }
            }
        }
    }
    found
}
