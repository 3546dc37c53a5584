//! Functions of filters. What does not fit gives nothing, as a missing property does.

use jiff::Timestamp;
use jiff::tz::Offset;
use standards::Decimal;

use super::value::Val;

/// What a function gives. `now` is the instant of asking.
pub(crate) fn call(name: &str, arguments: &[Val], now: i64) -> Val {
    of_texts(name, arguments)
        .or_else(|| of_times(name, arguments, now))
        .or_else(|| of_numbers(name, arguments))
        .or_else(|| of_shapes(name, arguments))
        .unwrap_or(Val::Null)
}

fn of_texts(name: &str, arguments: &[Val]) -> Option<Val> {
    let text = |nth: usize| arguments.get(nth).and_then(Val::text);
    let count = |text: &str| Val::Number(Decimal::from(text.chars().count() as u64));
    Some(match name {
        // The old function has the part first.
        "substringof" => Val::Bool(text(1)?.contains(&text(0)?)),
        "contains" => Val::Bool(text(0)?.contains(&text(1)?)),
        "startswith" => Val::Bool(text(0)?.starts_with(&text(1)?)),
        "endswith" => Val::Bool(text(0)?.ends_with(&text(1)?)),
        "length" => count(&text(0)?),
        "indexof" => {
            let (whole, part) = (text(0)?, text(1)?);
            match whole.find(&part) {
                Some(at) => count(whole.get(..at)?),
                None => Val::Number(Decimal::NEGATIVE_ONE),
            }
        }
        "substring" => {
            let skip = index(arguments.get(1)?)?;
            let take = arguments.get(2).map_or(Some(usize::MAX), index)?;
            Val::Text(text(0)?.chars().skip(skip).take(take).collect())
        }
        "tolower" => Val::Text(text(0)?.to_lowercase()),
        "toupper" => Val::Text(text(0)?.to_uppercase()),
        "trim" => Val::Text(text(0)?.trim().to_owned()),
        "concat" => Val::Text(format!("{}{}", text(0)?, text(1)?)),
        _ => return None,
    })
}

fn index(value: &Val) -> Option<usize> {
    match value {
        Val::Number(number) if number.is_integer() => usize::try_from(number.trunc().mantissa()).ok(),
        _ => None,
    }
}

fn of_times(name: &str, arguments: &[Val], now: i64) -> Option<Val> {
    let time = |nth: usize| match arguments.get(nth) {
        Some(Val::Time(from, to)) => Some((*from, *to)),
        _ => None,
    };
    // Parts of a time are those of UTC, as the times of the answers are.
    let civil = || Timestamp::from_second(time(0)?.0).ok().map(|instant| Offset::UTC.to_datetime(instant));
    let number = |n: i64| Val::Number(Decimal::from(n));
    Some(match name {
        "now" => Val::Time(now, now),
        "mindatetime" => ends(Timestamp::MIN),
        "maxdatetime" => ends(Timestamp::MAX),
        "year" => number(civil()?.year().into()),
        "month" => number(civil()?.month().into()),
        "day" => number(civil()?.day().into()),
        "hour" => number(civil()?.hour().into()),
        "minute" => number(civil()?.minute().into()),
        "second" => number(civil()?.second().into()),
        "fractionalseconds" | "totaloffsetminutes" => time(0).map(|_| number(0))?,
        "date" => Val::Text(civil()?.date().to_string()),
        "time" => Val::Text(civil()?.time().to_string()),
        "before" => Val::Bool(time(0)?.1 < time(1)?.0),
        "after" => Val::Bool(time(1)?.1 < time(0)?.0),
        "during" => Val::Bool(time(1)?.0 <= time(0)?.0 && time(0)?.1 <= time(1)?.1),
        "overlaps" => Val::Bool(time(0)?.0 <= time(1)?.1 && time(1)?.0 <= time(0)?.1),
        _ => return None,
    })
}

fn ends(instant: Timestamp) -> Val {
    Val::Time(instant.as_second(), instant.as_second())
}

fn of_numbers(name: &str, arguments: &[Val]) -> Option<Val> {
    let Some(Val::Number(number)) = arguments.first() else { return None };
    // The standard rounds a half away from zero.
    let half = Decimal::new(5, 1);
    Some(Val::Number(match name {
        "round" if number.is_sign_negative() => number.checked_sub(half)?.ceil(),
        "round" => number.checked_add(half)?.floor(),
        "floor" => number.floor(),
        "ceiling" => number.ceil(),
        _ => return None,
    }))
}

fn of_shapes(name: &str, arguments: &[Val]) -> Option<Val> {
    let (one, two) = (arguments.first()?.shape()?, arguments.get(1)?.shape()?);
    match name {
        "geo.intersects" | "st_intersects" => Some(Val::Bool(one.intersects(&two))),
        "st_disjoint" => Some(Val::Bool(!one.intersects(&two))),
        _ => None,
    }
}
