//! Verdicts as a table, for what is made of them: score sheets. Rules do not see it, so that no rule rests on another.

use std::collections::HashMap;

use plan::{FieldType, Grain, Plan, Register, UnitKind};

use crate::session::{JudgeError, Session};
use crate::tables::NewTable;
use crate::verdict::Verdict;

/// The county in which an entry lies, by kind and id.
type Counties = HashMap<(String, String), String>;

impl Session {
    /// Adds the table `verdicts`.
    pub async fn with_verdicts(&mut self, plan: &Plan, verdicts: &[&Verdict]) -> Result<(), JudgeError> {
        let counties = self.counties(plan).await?;
        self.add(table(plan, verdicts, &counties))
    }

    /// Where the entries of the registers lie: as their own field `county` says, or that of the entry they belong to.
    async fn counties(&self, plan: &Plan) -> Result<Counties, JudgeError> {
        let mut direct = Counties::new();
        let mut owned = Vec::new();
        for register in &plan.registers {
            let kind = register.kind.get_ref();
            if has_county(register) {
                for (id, county) in self.pairs(kind, "county").await? {
                    direct.insert((kind.clone(), id), county);
                }
            } else if let Some((field, of)) = owner(plan, register) {
                let pairs = self.pairs(kind, field).await?;
                owned.extend(pairs.into_iter().map(|(id, owner)| ((kind.clone(), id), (of.to_owned(), owner))));
            }
        }
        let through: Vec<_> = owned.into_iter().filter_map(|(entry, owner)| Some((entry, direct.get(&owner)?.clone()))).collect();
        direct.extend(through);
        Ok(direct)
    }

    /// The entries of a register with one of their fields, where it is filled in.
    async fn pairs(&self, kind: &str, field: &str) -> Result<Vec<(String, String)>, JudgeError> {
        let answer = self.sql(&format!("SELECT id, \"{field}\" AS field FROM \"{kind}\"")).await?;
        let pair = |row: usize| Some((answer.get(row, "id")?.to_owned(), answer.get(row, "field")?.to_owned()));
        Ok((0..answer.rows.len()).filter_map(pair).collect())
    }
}

/// The first field by which an entry belongs to one that has a county, and the kind of that one.
fn owner<'a>(plan: &'a Plan, register: &'a Register) -> Option<(&'a str, &'a str)> {
    let mut fields = register.field.iter().filter(|field| field.public && field.kind == FieldType::Reference);
    fields.find_map(|field| {
        let of = field.reference.as_ref()?.get_ref().as_str();
        plan.register(of).is_some_and(has_county).then_some((field.id.get_ref().as_str(), of))
    })
}

fn has_county(register: &Register) -> bool {
    register.field.iter().any(|field| field.public && field.id.get_ref() == "county")
}

fn table(plan: &Plan, verdicts: &[&Verdict], counties: &Counties) -> NewTable {
    let own = |pick: fn(&Verdict) -> &String| verdicts.iter().map(move |verdict| Some(pick(verdict).clone()));
    let grain = |verdict: &Verdict| plan.rule(&verdict.rule).map_or(Grain::AsOf, |rule| rule.grain).id();
    let county = |verdict: &Verdict| {
        if verdict.subject_kind == "unit" {
            let unit = plan.unit(&verdict.subject).filter(|unit| matches!(unit.kind, UnitKind::County | UnitKind::District));
            return unit.map(|unit| unit.id.get_ref().clone());
        }
        counties.get(&(verdict.subject_kind.clone(), verdict.subject.clone())).cloned()
    };
    NewTable::new("verdicts", "What the rules found: a row for each rule, subject and period. Only score sheets ask it; for rules it is not there.")
        .text("id", "its id, by which a page and `qingliu why` tell what it rests on", own(|verdict| &verdict.id))
        .text("rule", "the rule", own(|verdict| &verdict.rule))
        .text("subject_kind", "a register kind, or task, deadline, duty, basin, unit", own(|verdict| &verdict.subject_kind))
        .text("subject", "the subject", own(|verdict| &verdict.subject))
        .text("period", "the period; the day itself for rules that are as of a day", own(|verdict| &verdict.period))
        .text("grain", "day, month, quarter, year or as_of", verdicts.iter().map(|verdict| Some(grain(verdict).to_owned())))
        .text("year", "the year the period lies in, 2020", verdicts.iter().map(|verdict| verdict.period.get(..4).map(str::to_owned)))
        .text(
            "county",
            "the county or district in which the subject lies: itself, by its own field, or by that of the entry it belongs to; NULL where none is known",
            verdicts.iter().map(|verdict| county(verdict)),
        )
        .text("outcome", "pass, fail, undetermined or not_applicable", verdicts.iter().map(|verdict| Some(verdict.outcome.id().to_owned())))
        .text("reason", "why, where it cannot be said or does not apply", verdicts.iter().map(|verdict| verdict.reason.clone()))
        .text(
            "would_be",
            "what it would be if the assumed target were confirmed; NULL where nothing is assumed",
            verdicts.iter().map(|verdict| verdict.would_be.map(|outcome| outcome.id().to_owned())),
        )
        .text(
            "said",
            "the outcome, or what it would be where the target is assumed; who counts this counts assumptions",
            verdicts.iter().map(|verdict| Some(verdict.would_be.unwrap_or(verdict.outcome).id().to_owned())),
        )
        .boolean("made_up", "whether made-up facts went into it", verdicts.iter().map(|verdict| Some(verdict.made_up)))
}
