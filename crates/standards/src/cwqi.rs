//! CWQI, the index by which cities are ranked (城市地表水环境质量排名技术规定(试行), 2017). The smaller the better.
//!
//! It is a sum of 21 parts: a missing item would make it smaller, that is better, so a set with fewer than 21 is
//! refused. Limits are those of class III of GB 3838-2002.

use rust_decimal::Decimal;

use crate::class::Class;
use crate::data::DATA;
use crate::item::Item;
use crate::surface::{self, Body};

/// Why there is no index.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CwqiError {
    /// An item has no part of its own: it is not one of the 21.
    #[error("{0} is not one of the 21 items of the index")]
    NotAnItem(Item),
    /// Not all 21 are there.
    #[error("the index needs all 21 items; missing: {}", .0.iter().map(|item| item.id()).collect::<Vec<_>>().join(", "))]
    Missing(Vec<Item>),
    /// Dissolved oxygen of zero has no index.
    #[error("dissolved oxygen is 0, which has no index")]
    NoOxygen,
}

/// The part of one item: value over limit; limit over value for dissolved oxygen; distance from neutral for pH.
pub fn part(item: Item, value: Decimal, body: Body) -> Result<Decimal, CwqiError> {
    let limit = surface::limit(item, Class::III, body).filter(|_| surface::decides_class(item)).ok_or(CwqiError::NotAnItem(item))?;
    let number = |text: &str| crate::scaled::decimal(text).map_err(|_| CwqiError::NotAnItem(item));
    if let Some((low, high)) = limit.split_once('~') {
        let neutral = DATA.assessment.cwqi.neutral_ph;
        let bound = if value <= neutral { number(low)? } else { number(high)? };
        return Ok((value - neutral) / (bound - neutral));
    }
    let limit = number(limit)?;
    if surface::lower_is_worse(item) {
        return limit.checked_div(value).ok_or(CwqiError::NoOxygen);
    }
    Ok(value / limit)
}

/// The index of a city's rivers or of its lakes: the sum of the 21 parts.
pub fn index(values: &[(Item, Decimal)], body: Body) -> Result<Decimal, CwqiError> {
    let missing: Vec<Item> = surface::deciding_items().filter(|item| !values.iter().any(|(given, _)| given == item)).collect();
    if !missing.is_empty() {
        return Err(CwqiError::Missing(missing));
    }
    let deciding = values.iter().filter(|(item, _)| surface::decides_class(*item));
    deciding.map(|(item, value)| part(*item, *value, body)).sum()
}

/// The index of a city from those of its rivers and lakes, weighted by how many sections each has.
pub fn city(river: Option<(Decimal, u32)>, lake: Option<(Decimal, u32)>) -> Option<Decimal> {
    let parts: Vec<(Decimal, u32)> = [river, lake].into_iter().flatten().collect();
    let n: u32 = parts.iter().map(|(_, n)| n).sum();
    let sum: Decimal = parts.iter().map(|(index, n)| index * Decimal::from(*n)).sum();
    sum.checked_div(Decimal::from(n))
}

/// Change against the base period in per cent; negative is better.
pub fn change_pct(base: Decimal, now: Decimal) -> Option<Decimal> {
    ((now - base) * Decimal::ONE_HUNDRED).checked_div(base)
}

/// Decimals of a published index.
pub const DIGITS: u32 = 4;
