//! Rivers, basins and regions: by means of their sections where there are few, by shares of classes otherwise.

use rust_decimal::Decimal;

use crate::class::{Class, Status};
use crate::data::DATA;
use crate::item::Item;
use crate::mean;
use crate::rounding::Rounding;
use crate::surface::{self, Body, Judged};

/// The state of a basin by the shares of its sections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares {
    /// Sections assessed.
    pub n: u32,
    /// Per cent of sections in classes I to III.
    pub i_iii_pct: Decimal,
    /// Per cent of sections inferior to V.
    pub v_plus_pct: Decimal,
    /// The state.
    pub status: Status,
}

/// How a basin was judged; which rule was used is part of the answer, since a fifth section can change it.
#[derive(Debug, Clone, PartialEq)]
pub enum BasinState {
    /// Fewer sections than the minimum: each item averaged over the sections, then judged as one section.
    ByMeans(Judged),
    /// By shares of classes.
    ByShares(Shares),
}

/// From how many sections on shares decide.
pub fn sections_min() -> usize {
    DATA.assessment.basin.sections_min
}

/// The state by shares; `None` of no sections. It does not ask whether there are enough for it.
pub fn by_shares(classes: &[Class]) -> Option<Shares> {
    let n = u32::try_from(classes.len()).ok().filter(|n| 0 < *n)?;
    let share = |count: usize| Decimal::ONE_HUNDRED * Decimal::from(count) / Decimal::from(n);
    let good = share(classes.iter().filter(|class| **class <= Class::III).count());
    let bad = share(classes.iter().filter(|class| **class == Class::InferiorV).count());
    let status = DATA
        .assessment
        .basin_status
        .items
        .iter()
        .find(|row| row.i_iii_min.is_none_or(|min| min <= good) && row.v_plus_below.is_none_or(|limit| bad < limit))?;
    Some(Shares { n, i_iii_pct: good, v_plus_pct: bad, status: status.status })
}

/// The state of a river by its sections' values, whichever rule their number calls for.
pub fn judge(sections: &[Vec<(Item, Decimal)>], body: Body, rounding: Rounding) -> Option<BasinState> {
    if sections.len() < sections_min() {
        let mut items: Vec<Item> = sections.iter().flatten().map(|(item, _)| *item).collect();
        items.sort();
        items.dedup();
        let means: Option<Vec<(Item, Decimal)>> = items
            .into_iter()
            .map(|item| {
                let of_item = sections.iter().flatten().filter(|(other, _)| *other == item);
                let values: Vec<Decimal> = of_item.map(|(_, value)| *value).collect();
                let mean = if item == "ph" { mean::ph(&values) } else { mean::arithmetic(&values) };
                Some((item, mean?))
            })
            .collect();
        return surface::judge_values(&means?, body, rounding).map(BasinState::ByMeans);
    }
    let classes: Option<Vec<Class>> =
        sections.iter().map(|values| surface::judge_values(values, body, rounding).map(|judged| judged.class)).collect();
    by_shares(&classes?).map(BasinState::ByShares)
}

/// The main pollutants of a basin: items by the share of sections in which they are worse than class III, at most
/// three; ties keep the order of the table. Each comes with its share in per cent.
pub fn main_pollutants(over: &[(Item, u32)], sections: u32) -> Vec<(Item, Decimal)> {
    let mut sorted: Vec<(Item, u32)> = over.iter().copied().filter(|(_, n)| 0 < *n).collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    sorted.truncate(DATA.assessment.main_pollutant.max_items);
    sorted.into_iter().map(|(item, n)| (item, Decimal::ONE_HUNDRED * Decimal::from(n) / Decimal::from(sections.max(1)))).collect()
}
