//! Trophic state of lakes and reservoirs: the composite index TLI(Σ).

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::data::DATA;
use crate::item::Item;
use crate::mean::from_float;

/// A trophic level index and what it was made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Trophic {
    /// The composite index, to the declared digits.
    pub tli: Decimal,
    /// The grade: oligotrophic … heavy_eutrophic.
    pub grade: &'static str,
    /// The grade in Chinese.
    pub grade_zh: &'static str,
    /// The index of each item.
    pub each: Vec<(Item, Decimal)>,
    /// Items of the five that were not given; the method expects all of them.
    pub missing: Vec<Item>,
}

/// The five items of the index with the unit each is expected in.
pub fn items() -> impl Iterator<Item = (Item, &'static str)> {
    DATA.assessment.tli.items.iter().filter_map(|row| Some((Item::by_id(&row.id).ok()?, row.unit.as_str())))
}

/// The index of values in the units of [`items`]; weights are over the items given. `None` where none is given or one
/// is not above zero, since the index is a logarithm.
pub fn tli(values: &[(Item, Decimal)]) -> Option<Trophic> {
    let rule = &DATA.assessment.tli;
    let mut each = Vec::new();
    let mut missing = Vec::new();
    for row in &rule.items {
        let item = Item::by_id(&row.id).ok()?;
        let Some((_, value)) = values.iter().find(|(given, _)| *given == item) else {
            missing.push(item);
            continue;
        };
        let value = value.to_f64().filter(|value| 0.0 < *value)?;
        let index = 10.0 * (row.a.to_f64()? + row.b.to_f64()? * value.ln());
        each.push((item, index, row.r2.to_f64()?));
    }
    let parts: Vec<(f64, f64)> = each.iter().map(|(_, index, weight)| (*index, *weight)).collect();
    let tli = weighted(&parts)?;
    let grade = grade_of(tli)?;
    let each = each.into_iter().map(|(item, index, _)| Some((item, from_float(index, rule.digits)?))).collect::<Option<_>>()?;
    Some(Trophic { tli, grade: &grade.grade, grade_zh: &grade.zh, each, missing })
}

/// The composite index of part indices that are known already.
pub fn tli_of_parts(parts: &[(Item, Decimal)]) -> Option<Decimal> {
    let weight = |item: Item| DATA.assessment.tli.items.iter().find(|row| row.id == item.id()).map(|row| row.r2);
    let parts: Option<Vec<(f64, f64)>> = parts.iter().map(|(item, index)| Some((index.to_f64()?, weight(*item)?.to_f64()?))).collect();
    weighted(&parts?)
}

fn weighted(parts: &[(f64, f64)]) -> Option<Decimal> {
    let total: f64 = parts.iter().map(|(_, weight)| weight).sum();
    if parts.is_empty() {
        return None;
    }
    let sum: f64 = parts.iter().map(|(index, weight)| index * weight / total).sum();
    from_float(sum, DATA.assessment.tli.digits)
}

fn grade_of(tli: Decimal) -> Option<&'static crate::data::TliGrade> {
    DATA.assessment.tli.grades.iter().find(|row| row.below.is_none_or(|limit| tli < limit) && row.at_most.is_none_or(|limit| tli <= limit))
}

/// The grade of an index, as identifier and in Chinese.
pub fn grade(tli: Decimal) -> Option<(&'static str, &'static str)> {
    grade_of(tli).map(|row| (row.grade.as_str(), row.zh.as_str()))
}
