//! A day of the calendar, and nothing else about time.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A day of the Gregorian calendar; written `1979-10-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(i32);

/// Text that is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no day, expected something like 2016-04-01")]
pub struct UnknownDay(String);

impl Day {
    /// The day of this year, month and day of the month, if there is one.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let exists = (-9999..=9999).contains(&year) && (1..=12).contains(&month) && (1..=days_of_month(year, month)).contains(&day);
        exists.then(|| Self(days_from_civil(year, month, day)))
    }

    /// Year, month and day of the month.
    pub fn year_month_day(self) -> (i32, u8, u8) {
        civil_from_days(self.0)
    }

    /// The day that lies so many days later, or earlier.
    pub fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// How many days it lies after the other.
    pub fn days_since(self, other: Self) -> i32 {
        self.0 - other.0
    }
}

/// How many days a month has.
pub(crate) fn days_of_month(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01. Years are counted from March, so that the leap day is the last of its year; eras have 400 years
/// of 146,097 days.
fn days_from_civil(year: i32, month: u8, day: u8) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i32::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i32::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The way back.
fn civil_from_days(days: i32) -> (i32, u8, u8) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i32::from(month <= 2);
    (year, month as u8, day as u8)
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.year_month_day();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = UnknownDay;

    fn from_str(text: &str) -> Result<Self, UnknownDay> {
        let mut parts = text.trim().splitn(3, '-');
        let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(UnknownDay(text.to_owned()));
        };
        let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse()) else {
            return Err(UnknownDay(text.to_owned()));
        };
        Self::new(year, month, day).ok_or_else(|| UnknownDay(text.to_owned()))
    }
}

impl TryFrom<String> for Day {
    type Error = UnknownDay;

    fn try_from(text: String) -> Result<Self, UnknownDay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_eight_centuries_survives_the_round_trip() {
        let mut day = Day::new(1600, 1, 1).unwrap();
        let end = Day::new(2400, 12, 31).unwrap();
        while day < end {
            let (year, month, number) = day.year_month_day();
            assert_eq!(Day::new(year, month, number), Some(day));
            assert!(day.plus(1).days_since(day) == 1);
            day = day.plus(1);
        }
        assert_eq!(Day::new(1970, 1, 1).unwrap().plus(0), Day(0));
        assert_eq!(Day::new(2000, 2, 29).unwrap().plus(1).to_string(), "2000-03-01");
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        for text in ["1900-02-29", "2016-13-01", "2016-04-31", "2016-04", "April"] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }
}
