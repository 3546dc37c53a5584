//! What `calendar.toml` says, word for word, and the calendar made of it.

use jiff::ToSpan;
use jiff::civil::Date;
use plan::Text;
use serde::Deserialize;

use super::{Calendar, Sure, Why, YearSource, is_weekend};

/// `calendar.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarFile {
    /// The years it knows.
    #[serde(default)]
    pub year: Vec<CalendarYear>,
}

/// The days of a year that are not what their weekday says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The year; its notice reaches into the December before.
    pub year: i16,
    /// The notices.
    pub source: Text,
    /// How far they were checked.
    pub sure: Sure,
    /// Days off: `2016-01-01`, or a range with both its ends, `2016-02-07/2016-02-13`.
    pub holidays: Vec<String>,
    /// Saturdays and Sundays that are worked, written the same way.
    #[serde(default)]
    pub make_up: Vec<String>,
}

/// What is wrong with `calendar.toml`.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// It is no TOML, or has a key it should not have.
    #[error("calendar.toml: {0}")]
    Toml(#[from] toml::de::Error),
    /// A day cannot be read.
    #[error("calendar.toml, {year}, {key}: `{found}` is no day and no range (expected 2016-02-07 or 2016-02-07/2016-02-13)")]
    Day {
        /// The year it stands under.
        year: i16,
        /// The list it stands in.
        key: &'static str,
        /// What stood there.
        found: String,
    },
    /// A day lies in another year.
    #[error("calendar.toml, {year}, {key}: {day} lies neither in {year} nor in the December before")]
    Elsewhere {
        /// The year it stands under.
        year: i16,
        /// The list it stands in.
        key: &'static str,
        /// The day.
        day: Date,
    },
    /// A day is listed as worked in place of a holiday although it is worked anyway.
    #[error("calendar.toml, {year}, make_up: {day} is no Saturday or Sunday")]
    MakeUp {
        /// The year it stands under.
        year: i16,
        /// The day.
        day: Date,
    },
    /// A day is listed twice.
    #[error("calendar.toml, {year}: {day} is listed twice")]
    DayTwice {
        /// The year the second stands under.
        year: i16,
        /// The day.
        day: Date,
    },
    /// A year is listed twice.
    #[error("calendar.toml: the year {year} is listed twice")]
    YearTwice {
        /// The year.
        year: i16,
    },
}

impl CalendarFile {
    /// Makes the calendar, or names the first day that cannot be.
    pub fn build(self) -> Result<Calendar, CalendarError> {
        let mut calendar = Calendar::default();
        for CalendarYear { year, source, sure, holidays, make_up } in self.year {
            if calendar.years.insert(year, YearSource { source, sure }).is_some() {
                return Err(CalendarError::YearTwice { year });
            }
            for (key, why, written) in [("holidays", Why::Holiday, holidays), ("make_up", Why::MakeUp, make_up)] {
                for day in read_days(year, key, &written)? {
                    if why == Why::MakeUp && !is_weekend(day) {
                        return Err(CalendarError::MakeUp { year, day });
                    }
                    if calendar.named.insert(day, why).is_some() {
                        return Err(CalendarError::DayTwice { year, day });
                    }
                }
            }
        }
        Ok(calendar)
    }
}

fn read_days(year: i16, key: &'static str, written: &[String]) -> Result<Vec<Date>, CalendarError> {
    let mut days = Vec::new();
    for found in written {
        let bad = || CalendarError::Day { year, key, found: found.clone() };
        let read = |part: &str| Date::strptime("%Y-%m-%d", part).map_err(|_| bad());
        let (first, last) = found.split_once('/').unwrap_or((found.as_str(), found.as_str()));
        let (first, last) = (read(first)?, read(last)?);
        if last < first {
            return Err(bad());
        }
        for day in [first, last] {
            let december_before = day.month() == 12 && day.year() + 1 == year;
            if day.year() != year && !december_before {
                return Err(CalendarError::Elsewhere { year, key, day });
            }
        }
        days.extend(first.series(1.day()).take_while(|day| *day <= last));
    }
    Ok(days)
}
