//! Periods a judgement can speak of: a day, a month, a quarter, a year.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};

use crate::schema::Grain;

/// A day, month, quarter or year: `2020-08-03`, `2020-08`, `2020-Q3`, `2020`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    first: Date,
    grain: Grain,
}

/// A text that is no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a period (expected a day 2020-08-03, a month 2020-08, a quarter 2020-Q3 or a year 2020)")]
pub struct BadPeriod {
    /// What stood there.
    pub found: String,
}

impl Period {
    /// The period of this grain that a day lies in. A rule that is not of a period is as of the day itself.
    pub fn of(day: Date, grain: Grain) -> Self {
        let first = match grain {
            Grain::Day | Grain::AsOf => day,
            Grain::Month => day.first_of_month(),
            Grain::Quarter => date(day.year(), (day.month() - 1) / 3 * 3 + 1, 1),
            Grain::Year => date(day.year(), 1, 1),
        };
        Self { first, grain }
    }

    /// Its first day.
    pub fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    pub fn last(self) -> Date {
        match self.grain {
            Grain::Day | Grain::AsOf => self.first,
            Grain::Month => self.first.last_of_month(),
            Grain::Quarter => date(self.first.year(), self.first.month() + 2, 1).last_of_month(),
            Grain::Year => date(self.first.year(), 12, 31),
        }
    }

    /// Its grain.
    pub fn grain(self) -> Grain {
        self.grain
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), self.first.month());
        match self.grain {
            Grain::Day | Grain::AsOf => write!(f, "{}", self.first),
            Grain::Month => write!(f, "{year:04}-{month:02}"),
            Grain::Quarter => write!(f, "{year:04}-Q{}", (month - 1) / 3 + 1),
            Grain::Year => write!(f, "{year:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = BadPeriod;

    fn from_str(text: &str) -> Result<Self, BadPeriod> {
        let bad = || BadPeriod { found: text.to_owned() };
        let year = |part: &str| if part.len() == 4 { part.parse::<i16>().map_err(|_| bad()) } else { Err(bad()) };
        match text.len() {
            4 => Date::new(year(text)?, 1, 1).map(|first| Self { first, grain: Grain::Year }).map_err(|_| bad()),
            7 => {
                let (head, tail) = text.split_once('-').ok_or_else(bad)?;
                let (month, grain) = match tail.strip_prefix('Q') {
                    Some(quarter) => (quarter.parse::<i8>().map_err(|_| bad())? * 3 - 2, Grain::Quarter),
                    None => (tail.parse().map_err(|_| bad())?, Grain::Month),
                };
                Date::new(year(head)?, month, 1).map(|first| Self { first, grain }).map_err(|_| bad())
            }
            10 => text.parse::<Date>().map(|first| Self { first, grain: Grain::Day }).map_err(|_| bad()),
            _ => Err(bad()),
        }
    }
}
