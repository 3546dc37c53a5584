//! Reading what a function was given: words, numbers, lists.

use standards::reading::Reading;
use standards::surface::{self, Body, ItemJudge};
use standards::{Class, Decimal, Item, Rounding, Scaled, Status, groundwater};

use crate::functions::Cell;

pub(super) fn half_even() -> rust_decimal::RoundingStrategy {
    rust_decimal::RoundingStrategy::MidpointNearestEven
}

pub(super) fn item_class(args: &[Cell<'_>]) -> std::result::Result<Option<Class>, String> {
    let (Some(item), Some(value), Some(body)) = (text(args, 0), scaled(args, 1)?, text(args, 2)) else { return Ok(None) };
    let judge = ItemJudge::new(find_item(item)?, find_body(body)?, find_rounding(text(args, 3))?);
    Ok(judge.map(|judge| judge.class(value)))
}

pub(super) fn f_score(args: &[Cell<'_>]) -> std::result::Result<Option<groundwater::FScore>, String> {
    let Some(list) = text(args, 0) else { return Ok(None) };
    let classes: Vec<Class> = list.split(',').map(find_class).collect::<std::result::Result<_, _>>()?;
    Ok(groundwater::f_score(&classes))
}

pub(super) fn judge_list(args: &[Cell<'_>]) -> std::result::Result<Option<surface::Judged>, String> {
    let (Some(list), Some(body)) = (text(args, 0), text(args, 1)) else { return Ok(None) };
    Ok(surface::judge_values(&values_of(list)?, find_body(body)?, Rounding::Raw))
}

/// A list `item=value,…`.
pub(super) fn values_of(list: &str) -> std::result::Result<Vec<(Item, Decimal)>, String> {
    let each = list.split(',').filter(|part| !part.is_empty()).map(|part| {
        let (item, value) = part.split_once('=').ok_or_else(|| format!("`{part}` is not item=value"))?;
        Ok((find_item(item)?, standards::decimal(value).map_err(|error| error.to_string())?))
    });
    each.collect()
}

/// A list of numbers in the order of time.
pub(super) fn decimals(args: &[Cell<'_>], place: usize) -> std::result::Result<Option<Vec<Decimal>>, String> {
    let Some(list) = text(args, place) else { return Ok(None) };
    let each = list.split(',').map(|part| standards::decimal(part.trim()).map_err(|error| error.to_string()));
    each.collect::<std::result::Result<_, _>>().map(Some)
}

pub(super) fn find_status(text: &str) -> std::result::Result<Status, String> {
    let known = || Status::ALL.map(Status::id).join(", ");
    Status::ALL
        .into_iter()
        .find(|status| status.id() == text)
        .ok_or_else(|| format!("`{text}` is not a state (expected one of {})", known()))
}

/// Mean radius of the Earth in metres (IUGG).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

pub(super) fn distance(args: &[Cell<'_>]) -> std::result::Result<Option<Decimal>, String> {
    use rust_decimal::prelude::ToPrimitive as _;
    let mut degrees = [0.0_f64; 4];
    for (place, slot) in degrees.iter_mut().enumerate() {
        let Some(value) = signed_value(args, place)? else { return Ok(None) };
        *slot = value.to_f64().ok_or_else(|| format!("{value} is not an angle"))?.to_radians();
    }
    let [lon1, lat1, lon2, lat2] = degrees;
    let half = |difference: f64| (difference / 2.0).sin().powi(2);
    let h = half(lat2 - lat1) + lat1.cos() * lat2.cos() * half(lon2 - lon1);
    Ok(standards::mean::from_float(2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin(), 1))
}

pub(super) fn text<'a>(args: &[Cell<'a>], place: usize) -> Option<&'a str> {
    match args.get(place) {
        Some(Cell::Text(text)) => Some(text),
        _ => None,
    }
}

pub(super) fn reading(args: &[Cell<'_>], place: usize) -> std::result::Result<Option<Reading>, String> {
    match args.get(place) {
        Some(Cell::Text(text)) => Reading::parse(text, false).map(Some).map_err(|error| error.to_string()),
        Some(Cell::Number(number)) => to_decimal(*number).map(|value| Some(Reading::Value(value))),
        _ => Ok(None),
    }
}

pub(super) fn to_decimal(number: Scaled) -> std::result::Result<Decimal, String> {
    number.to_decimal().ok_or_else(|| format!("{}e-{} has more than 28 digits", number.mantissa, number.scale))
}

/// A value for comparing: one below detection stands as its limit, a mark for "nothing" as NULL.
pub(super) fn value(args: &[Cell<'_>], place: usize) -> std::result::Result<Option<Decimal>, String> {
    Ok(match reading(args, place)? {
        Some(Reading::Value(value) | Reading::BelowDetection(value)) => Some(value),
        _ => None,
    })
}

pub(super) fn signed_value(args: &[Cell<'_>], place: usize) -> std::result::Result<Option<Decimal>, String> {
    match args.get(place) {
        Some(Cell::Text(text)) => match Reading::parse(text, true).map_err(|error| error.to_string())? {
            Reading::Value(value) | Reading::BelowDetection(value) => Ok(Some(value)),
            Reading::Missing | Reading::NotMeasured => Ok(None),
        },
        Some(Cell::Number(number)) => to_decimal(*number).map(Some),
        _ => Ok(None),
    }
}

pub(super) fn scaled(args: &[Cell<'_>], place: usize) -> std::result::Result<Option<Scaled>, String> {
    match args.get(place) {
        Some(Cell::Number(number)) => Ok(Some(*number)),
        _ => value(args, place).map(|found| found.map(Scaled::from)),
    }
}

pub(super) fn find_item(name: &str) -> std::result::Result<Item, String> {
    Item::by_id(name).or_else(|_| Item::by_name(name)).map_err(|error| error.to_string())
}

pub(super) fn find_body(text: &str) -> std::result::Result<Body, String> {
    text.parse().map_err(|error: surface::UnknownBody| error.to_string())
}

pub(super) fn find_class(text: &str) -> std::result::Result<Class, String> {
    text.parse().map_err(|error: standards::UnknownClass| error.to_string())
}

pub(super) fn find_rounding(text: Option<&str>) -> std::result::Result<Rounding, String> {
    text.map_or(Ok(Rounding::Raw), str::parse)
}
