//! Times: stored in UTC, spoken of in Shanghai.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// The offset of all days, months and seals: Shanghai's, which has not changed since 1991.
pub const SHANGHAI: Offset = Offset::constant(8);

/// The day in Shanghai that an instant lies in.
pub fn day_of(seconds: i64) -> Option<Date> {
    local(seconds).map(|time| time.date())
}

/// The wall clock in Shanghai at an instant.
pub fn local(seconds: i64) -> Option<DateTime> {
    Some(SHANGHAI.to_datetime(Timestamp::from_second(seconds).ok()?))
}

/// An instant as pages and files print it: `2020-05-08T15:00+08:00`.
pub fn print(seconds: i64) -> String {
    local(seconds).map_or_else(|| seconds.to_string(), |time| format!("{}+08:00", time.strftime("%Y-%m-%dT%H:%M")))
}

/// The first second of a day in Shanghai.
pub fn start_of(day: Date) -> i64 {
    SHANGHAI.to_timestamp(day.at(0, 0, 0, 0)).map_or(i64::MAX, Timestamp::as_second)
}

/// The last second of a day in Shanghai.
pub fn end_of(day: Date) -> i64 {
    day.tomorrow().map_or(i64::MAX, |next| start_of(next) - 1)
}

/// Reads a time as records write it. Without an offset it is Shanghai's; without a year, `year` is taken.
pub fn parse(text: &str, year: Option<i16>) -> Option<i64> {
    let text = text.trim().replace('/', "-");
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant.as_second());
    }
    // `2020-05-08T15:00+08:00` has no seconds, which the strict form wants.
    if let Some((head, offset)) = text.rsplit_once('+')
        && let Ok(instant) = format!("{head}:00+{offset}").parse::<Timestamp>()
    {
        return Some(instant.as_second());
    }
    let with_year = match year {
        Some(year) if text.len() == 11 && text.as_bytes().get(2) == Some(&b'-') => format!("{year:04}-{text}"),
        _ => text,
    };
    for form in ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H"] {
        if let Ok(time) = DateTime::strptime(form, &with_year) {
            return SHANGHAI.to_timestamp(time).ok().map(Timestamp::as_second);
        }
    }
    Date::strptime("%Y-%m-%d", &with_year).ok().map(start_of)
}
