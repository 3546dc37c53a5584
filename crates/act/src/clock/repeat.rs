//! Duties that come again: the periods of a duty, and when each is due.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use plan::Every;
use serde::{Deserialize, Serialize};

use super::{Clock, ClockError, Due, LastDay, Length, Term};
use crate::calendar::{Calendar, OutOfRange};

/// When what repeats is due, counted from the last day of its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DueRule {
    /// How long after; no days at all for the last day of the period itself.
    pub length: Length,
    /// What happens where that day is not worked.
    #[serde(default)]
    pub last_day: LastDay,
}

/// One period of a duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Occurrence {
    /// The period: `2018-03`, `2018-Q1`, `2018-H1` or `2018`.
    pub period: String,
    /// Its first day.
    pub first: Date,
    /// Its last day.
    pub last: Date,
    /// When it is due, and why then.
    pub due: Due,
}

/// The periods that begin on a day from `from` to `to`, each with its due day. A period that began before a duty did is not
/// owed. Once, on an event and "regularly" name no period, which is an error and not an empty list.
pub fn occurrences(every: Every, from: Date, to: Date, rule: DueRule, calendar: &Calendar) -> Result<Vec<Occurrence>, ClockError> {
    let months: i8 = match every {
        Every::Monthly => 1,
        Every::Quarterly => 3,
        Every::HalfYearly => 6,
        Every::Yearly => 12,
        Every::Once | Every::Event | Every::Regular => return Err(ClockError::NotRepeating { every }),
    };
    let next = |first: Date| first.checked_add(months.months()).map_err(|_| OutOfRange { from: first, n: months.unsigned_abs().into() });
    let mut first = date(from.year(), (from.month() - 1) / months * months + 1, 1);
    if first < from {
        first = next(first)?;
    }
    let mut found = Vec::new();
    while first <= to {
        let after = next(first)?;
        let last = after.saturating_sub(1.day());
        let clock = Clock { last_day: rule.last_day, ..Clock::new(last, Term::After(rule.length)) };
        found.push(Occurrence { period: label(every, first), first, last, due: clock.due(calendar)? });
        first = after;
    }
    Ok(found)
}

fn label(every: Every, first: Date) -> String {
    let (year, month) = (first.year(), first.month());
    match every {
        Every::Monthly => format!("{year:04}-{month:02}"),
        Every::Quarterly => format!("{year:04}-Q{}", (month - 1) / 3 + 1),
        Every::HalfYearly => format!("{year:04}-H{}", (month - 1) / 6 + 1),
        Every::Yearly | Every::Once | Every::Event | Every::Regular => format!("{year:04}"),
    }
}
