//! Which days are working days: weekends, public holidays, and the weekend days worked in their place (调休上班).
//!
//! The State Council gives notice of holidays year by year, and a pack carries them in `calendar.toml`. A year that is not
//! there is unknown: only its weekends are left out, and every answer that touched it says so.

mod file;

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use plan::Text;
use serde::{Deserialize, Serialize};

pub use file::{CalendarError, CalendarFile, CalendarYear};

/// Working days, from the notices of some years. Without any, every year is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    years: BTreeMap<i16, YearSource>,
    named: BTreeMap<Date, Why>,
}

/// Where the days of a year come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct YearSource {
    /// The notices.
    pub source: Text,
    /// How far they were checked.
    pub sure: Sure,
}

/// How far a source was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sure {
    /// Compared with the document.
    Checked,
    /// Known, the document not at hand.
    Known,
    /// In doubt.
    Open,
}

/// Whether a day is worked, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Working {
    /// Whether it is worked.
    pub yes: bool,
    /// Why.
    pub why: Why,
}

/// Why a day is worked or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// A Saturday or Sunday.
    Weekend,
    /// A public holiday.
    Holiday,
    /// A Saturday or Sunday worked in place of a holiday.
    MakeUp,
    /// A day like any other.
    Ordinary,
    /// Only the weekday is known, for no notice of its year is.
    UnknownYear,
}

/// A day that was not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The day.
    pub day: Date,
    /// Why it was not counted.
    pub why: Why,
}

/// A day reached by counting, and what was passed on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The day reached.
    pub day: Date,
    /// Days that were not counted.
    pub skipped: Vec<Skipped>,
    /// Saturdays and Sundays that were counted, being worked.
    pub make_up: Vec<Date>,
    /// Years on the way whose holidays are unknown.
    pub unknown_years: BTreeSet<i16>,
}

/// How many working days lie between two days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Between {
    /// The number; negative where the second day is the earlier one.
    pub days: i32,
    /// Years between them whose holidays are unknown.
    pub unknown_years: BTreeSet<i16>,
}

/// A count that leads past the last day there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{n} counted on from {from} leads past the year 9999")]
pub struct OutOfRange {
    /// The day it set out from.
    pub from: Date,
    /// The days or months that were to be counted.
    pub n: u32,
}

impl Calendar {
    /// Reads `calendar.toml`.
    pub fn from_toml(text: &str) -> Result<Self, CalendarError> {
        toml::from_str::<CalendarFile>(text)?.build()
    }

    /// Where the days of a year come from; nothing where the year is unknown.
    pub fn source(&self, year: i16) -> Option<&YearSource> {
        self.years.get(&year)
    }

    /// Whether a day is worked, and why.
    pub fn is_working(&self, day: Date) -> Working {
        if let Some(&why) = self.named.get(&day) {
            return Working { yes: why == Why::MakeUp, why };
        }
        let weekend = is_weekend(day);
        let why = match (self.years.contains_key(&day.year()), weekend) {
            (false, _) => Why::UnknownYear,
            (true, true) => Why::Weekend,
            (true, false) => Why::Ordinary,
        };
        Working { yes: !weekend, why }
    }

    /// The `n`th working day after a day, which is not counted itself. None after it is the day itself.
    pub fn add_working_days(&self, from: Date, n: u32) -> Result<Counted, OutOfRange> {
        let mut counted = Counted::on(from);
        let mut days = from.series(1.day()).skip(1);
        let mut left = n;
        while 0 < left {
            let day = days.next().ok_or(OutOfRange { from, n })?;
            let Working { yes, why } = self.is_working(day);
            match why {
                Why::UnknownYear => _ = counted.unknown_years.insert(day.year()),
                Why::MakeUp => counted.make_up.push(day),
                Why::Weekend | Why::Holiday | Why::Ordinary => {}
            }
            if yes {
                left -= 1;
            } else {
                counted.skipped.push(Skipped { day, why });
            }
            counted.day = day;
        }
        Ok(counted)
    }

    /// The working days after one day up to another, which is counted. Back in time they are negative.
    pub fn working_days_between(&self, from: Date, to: Date) -> Between {
        let (first, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
        let (days, unknown_years) = self.working_days_among(first.series(1.day()).skip(1).take_while(|day| *day <= last));
        Between { days: sign * i32::try_from(days).unwrap_or(i32::MAX), unknown_years }
    }

    /// How many of some days are worked, and the unknown years among them.
    pub(crate) fn working_days_among(&self, days: impl Iterator<Item = Date>) -> (u32, BTreeSet<i16>) {
        let (mut n, mut unknown_years) = (0, BTreeSet::new());
        for day in days {
            let working = self.is_working(day);
            n += u32::from(working.yes);
            if working.why == Why::UnknownYear {
                unknown_years.insert(day.year());
            }
        }
        (n, unknown_years)
    }
}

impl Counted {
    /// A day reached without anything to tell of the way.
    pub(crate) fn on(day: Date) -> Self {
        Self { day, skipped: Vec::new(), make_up: Vec::new(), unknown_years: BTreeSet::new() }
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}
