//! The numbers of rules and assessments: each value with its mark, and none twice for the same day.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Check;
use crate::lint;
use crate::schema::{Name, Parameter, RuleFile};

impl Check<'_> {
    /// Marks that are known ones, and one value of a name for each day.
    pub(super) fn numbers(&mut self, file: &str, of: &Name, parameters: &[Parameter]) {
        let mut seen: BTreeSet<(&str, Option<Date>)> = BTreeSet::new();
        for own in parameters {
            self.sure(file, of, "parameter.sure", &own.sure);
            if !seen.insert((own.name.as_str(), own.from)) {
                let from = own.from.map_or_else(|| "without a day".to_owned(), |day| format!("from {day}"));
                let message = format!("`{}` has two values {from} (expected another `from` for each value of a name)", own.name);
                self.problem(file, of, "parameter.from", message);
            }
        }
    }

    /// Whether a mark is one of those that there are.
    pub(super) fn sure(&mut self, file: &str, of: &Name, key: &str, sure: &str) {
        if !["checked", "known", "open"].contains(&sure) {
            self.problem(file, of, key, format!("`{sure}` (expected checked, known or open)"));
        }
    }
}

impl RuleFile {
    /// Whether the query of its verdicts uses a number.
    pub fn uses(&self, name: &str) -> bool {
        lint::parameters(self.sql.get_ref()).iter().any(|own| own == name)
    }

    /// Whether that query asks if a number has a value, and so answers for the days before its first one.
    pub fn asks_for_value(&self, name: &str) -> bool {
        lint::asks_for_null(self.sql.get_ref(), name)
    }
}
