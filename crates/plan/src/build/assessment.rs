//! Whether score sheets add up: names, points, grades from best to lowest.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Check, Names};
use crate::schema::{Assessment, PlanFile, ScoreItem, Sheet};

/// Most places of a score.
const MOST_DIGITS: u32 = 6;

impl Check<'_> {
    pub(super) fn assessment(&mut self, file: &str, assessment: &Assessment, head: &PlanFile, names: &Names<'_>) {
        self.named_as_file(file, &assessment.id);
        self.unique("sheet", assessment.sheet.iter().map(|sheet| (file, &sheet.id)));
        self.unique("item", assessment.items().map(|item| (file, &item.id)));
        self.unique("grade", assessment.band.iter().map(|band| (file, &band.id)));
        let is_rule = |id: &str| names.rules.contains_key(id);
        self.known(file, "publish_needs", &assessment.publish_needs, "a rule", is_rule);
        if MOST_DIGITS < assessment.digits {
            self.problem(file, &assessment.id, "digits", format!("{} (expected at most {MOST_DIGITS})", assessment.digits));
        }
        self.sure(file, &assessment.id, "card.sure", &assessment.card.sure);
        self.numbers(file, &assessment.id, &assessment.parameter);
        if !assessment.sheet.iter().any(|sheet| sheet.decides_grade) {
            self.problem(file, &assessment.id, "sheet", "no sheet sets the grade (expected decides_grade = true in one)".to_owned());
        }
        for sheet in &assessment.sheet {
            self.adds_up(file, assessment, sheet, head);
        }
        for item in assessment.items() {
            self.score_item(file, assessment, item, names);
        }
        for item in assessment.sheet.iter().flat_map(|sheet| &sheet.item).filter(|item| !item.least.is_zero()) {
            let message = format!("item `{}`: {} (expected none: only what is extra can be taken off)", item.id.get_ref(), item.least);
            self.problem(file, &item.id, "least", message);
        }
        for (key, sql) in [("sql", &assessment.sql), ("evidence_sql", &assessment.evidence_sql)] {
            if let Some(sql) = sql {
                self.sql(file, key, sql);
            }
        }
        self.bands(file, assessment);
        if let Some(floor) = &assessment.floor {
            self.known(file, "floor.sheet", [&floor.sheet], "a sheet of this assessment", |id| {
                assessment.sheet.iter().any(|sheet| sheet.id.get_ref() == id)
            });
        }
        if let Some(veto) = &assessment.veto {
            self.sql(file, "veto.sql", &veto.sql);
        }
    }

    /// The points of the items scored for a unit are those of the sheet; where units differ, each is looked at.
    fn adds_up(&mut self, file: &str, assessment: &Assessment, sheet: &Sheet, head: &PlanFile) {
        let sums: BTreeMap<Decimal, &str> = head
            .unit
            .iter()
            .filter(|unit| assessment.covers(unit))
            .map(|unit| {
                let id = unit.id.get_ref().as_str();
                (sheet.item.iter().filter(|item| item.is_for(id)).map(|item| item.points).sum::<Decimal>(), id)
            })
            .collect();
        for (sum, unit) in sums.into_iter().filter(|(sum, _)| *sum != sheet.points) {
            let message = format!("the items of `{}` add up to {sum} for {unit} (expected {})", sheet.id.get_ref(), sheet.points);
            self.problem(file, &sheet.id, "points", message);
        }
    }

    fn score_item(&mut self, file: &str, assessment: &Assessment, item: &ScoreItem, names: &Names<'_>) {
        let id = item.id.get_ref();
        self.known(file, "units", &item.units, "a unit", |unit| names.units.contains(unit));
        self.known(file, "rules", &item.rules, "a rule", |rule| names.rules.contains_key(rule));
        if item.points < Decimal::ZERO || Decimal::ZERO < item.least {
            let message =
                format!("item `{id}`: from {} to {} (expected points of 0 and more, and a least of 0 and less)", item.least, item.points);
            self.problem(file, &item.id, "points", message);
        }
        let without = item.rules.is_empty() && assessment.queries(item).is_none();
        if without || (!item.rules.is_empty() && item.sql.is_some()) {
            self.problem(file, &item.id, "sql", format!("item `{id}`: expected either rules to count, or a query"));
        }
        if item.sql.is_some() != item.evidence_sql.is_some() {
            let message = format!("item `{id}`: expected a query for the verdicts beside the one for the score");
            self.problem(file, &item.id, "evidence_sql", message);
        }
        for (key, sql) in [("sql", &item.sql), ("evidence_sql", &item.evidence_sql)] {
            if let Some(sql) = sql {
                self.sql(file, key, sql);
            }
        }
    }

    fn bands(&mut self, file: &str, assessment: &Assessment) {
        for pair in assessment.band.windows(2) {
            let [better, worse] = pair else { continue };
            if better.from <= worse.from {
                let message = format!("`{}` is from {} (expected less than {}: best first)", worse.id.get_ref(), worse.from, better.from);
                self.problem(file, &worse.id, "band.from", message);
            }
        }
        match assessment.band.last() {
            None => self.problem(file, &assessment.id, "band", "missing (expected the grades, best first)".to_owned()),
            Some(lowest) if Decimal::ZERO < lowest.from => {
                let message = format!("the lowest grade is from {} (expected 0: every score has a grade)", lowest.from);
                self.problem(file, &lowest.id, "band.from", message);
            }
            Some(_) => {}
        }
    }
}
