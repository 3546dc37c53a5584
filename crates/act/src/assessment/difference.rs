//! What changed between two results, and because of which verdicts.

use std::collections::BTreeMap;

use judge::Outcome;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{Evidence, ItemScore, Scored, UnitScore};

/// Before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair<T> {
    /// Before.
    pub before: T,
    /// After.
    pub after: T,
}

/// The units that differ; empty where nothing does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// By unit, in the order of the newer result, then those that are gone.
    pub units: Vec<UnitDifference>,
}

/// What changed for a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitDifference {
    /// The unit.
    pub unit: String,
    /// Its score.
    pub score: Pair<Option<Decimal>>,
    /// Its grade.
    pub grade: Pair<Option<String>>,
    /// Whether the floor lowered the grade.
    pub floor: Pair<bool>,
    /// What gave the lowest grade.
    pub vetoes: Pair<Vec<String>>,
    /// The items that differ, or rest on verdicts that do.
    pub items: Vec<ItemDifference>,
}

/// What changed in an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemDifference {
    /// The item.
    pub item: String,
    /// Its points; zero where it was not there.
    pub points: Pair<Decimal>,
    /// Its score.
    pub score: Pair<Option<Decimal>>,
    /// The verdicts that are new, gone, or say something else.
    pub verdicts: Vec<VerdictDifference>,
}

/// What changed in a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictDifference {
    /// Its id; the newer one where both are there.
    pub verdict: String,
    /// The rule.
    pub rule: String,
    /// The subject.
    pub subject: String,
    /// The period.
    pub period: String,
    /// What it said; none where it was not there. The same on both sides: only what it rests on changed.
    pub said: Pair<Option<Outcome>>,
}

/// What changed from one result to another.
pub fn difference(before: &Scored, after: &Scored) -> Difference {
    let empty = |unit: &UnitScore| UnitScore {
        score: None,
        grade: None,
        grade_by_score: None,
        floor: false,
        vetoes: Vec::new(),
        sheets: Vec::new(),
        extra: Vec::new(),
        ..unit.clone()
    };
    let of = |scored: &'_ Scored, id: &str| scored.units.iter().find(|unit| unit.unit == id).cloned();
    let new = after.units.iter().map(|unit| (of(before, &unit.unit).unwrap_or_else(|| empty(unit)), unit.clone()));
    let gone = before.units.iter().filter(|unit| of(after, &unit.unit).is_none()).map(|unit| (unit.clone(), empty(unit)));
    Difference { units: new.chain(gone).filter_map(|(before, after)| of_unit(&before, &after)).collect() }
}

fn of_unit(before: &UnitScore, after: &UnitScore) -> Option<UnitDifference> {
    let reasons = |unit: &UnitScore| unit.vetoes.iter().map(|veto| veto.reason.clone()).collect::<Vec<_>>();
    let unit = UnitDifference {
        unit: after.unit.clone(),
        score: Pair { before: before.score, after: after.score },
        grade: Pair { before: before.grade.clone(), after: after.grade.clone() },
        floor: Pair { before: before.floor, after: after.floor },
        vetoes: Pair { before: reasons(before), after: reasons(after) },
        items: of_items(before, after),
    };
    let same = unit.score.before == unit.score.after
        && unit.grade.before == unit.grade.after
        && unit.floor.before == unit.floor.after
        && unit.vetoes.before == unit.vetoes.after
        && unit.items.is_empty();
    (!same).then_some(unit)
}

fn items(unit: &UnitScore) -> impl Iterator<Item = &ItemScore> {
    unit.sheets.iter().flat_map(|sheet| &sheet.items).chain(&unit.extra)
}

fn of_items(before: &UnitScore, after: &UnitScore) -> Vec<ItemDifference> {
    let mut ids: Vec<&str> = items(after).map(|item| item.id.as_str()).collect();
    ids.extend(items(before).map(|item| item.id.as_str()).filter(|id| items(after).all(|item| item.id != *id)));
    let differences = ids.into_iter().map(|id| {
        let own = |unit| items(unit).find(|item: &&ItemScore| item.id == id);
        let (old, new) = (own(before), own(after));
        let points = |item: Option<&ItemScore>| item.map_or(Decimal::ZERO, |item| item.points);
        let evidence = |item: Option<&ItemScore>| item.map(|item| item.evidence.clone()).unwrap_or_default();
        ItemDifference {
            item: id.to_owned(),
            points: Pair { before: points(old), after: points(new) },
            score: Pair { before: old.and_then(|item| item.score), after: new.and_then(|item| item.score) },
            verdicts: of_verdicts(&evidence(old), &evidence(new)),
        }
    });
    differences
        .filter(|item| item.points.before != item.points.after || item.score.before != item.score.after || !item.verdicts.is_empty())
        .collect()
}

/// Verdicts of the same rule, subject and period are the same one. A rule that is as of a day has a new period with each
/// day, so what is left over of a rule and subject is set against each other in order.
fn of_verdicts(before: &[Evidence], after: &[Evidence]) -> Vec<VerdictDifference> {
    let mut old: BTreeMap<&str, &Evidence> = before.iter().map(|own| (own.verdict.as_str(), own)).collect();
    let mut changed = Vec::new();
    let mut fresh = Vec::new();
    for new in after {
        match old.remove(new.verdict.as_str()) {
            Some(own) if own.digest != new.digest => changed.push(between(Some(own), Some(new))),
            Some(_) => {}
            None => fresh.push(new),
        }
    }
    let mut left: Vec<&Evidence> = before.iter().filter(|own| old.contains_key(own.verdict.as_str())).collect();
    for new in fresh {
        let place = left.iter().position(|own| own.rule == new.rule && own.subject == new.subject);
        let own = place.map(|place| left.remove(place));
        if own.is_none_or(|own| own.said() != new.said()) {
            changed.push(between(own, Some(new)));
        }
    }
    changed.extend(left.into_iter().map(|own| between(Some(own), None)));
    changed.into_iter().flatten().collect()
}

fn between(old: Option<&Evidence>, new: Option<&Evidence>) -> Option<VerdictDifference> {
    let named = new.or(old)?;
    Some(VerdictDifference {
        verdict: named.verdict.clone(),
        rule: named.rule.clone(),
        subject: named.subject.clone(),
        period: named.period.clone(),
        said: Pair { before: old.map(Evidence::said), after: new.map(Evidence::said) },
    })
}
