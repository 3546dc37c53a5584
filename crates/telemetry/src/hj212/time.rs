//! Times of HJ 212: digits without a zone, which by practice are those of China Standard Time.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// The offset of all times of the protocol.
pub const CHINA: Offset = Offset::constant(8);

/// A time as it was sent. `at` is empty where the digits are no time, such as 30 February or 24:00:00; nothing is guessed then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp<'a> {
    /// The digits.
    pub text: Cow<'a, str>,
    /// The instant.
    pub at: Option<Timestamp>,
}

impl<'a> Stamp<'a> {
    /// Reads 14 digits (YYYYMMDDhhmmss) or 17 (with milliseconds).
    pub fn parse(text: Cow<'a, str>) -> Self {
        let at = instant(&text);
        Self { text, at }
    }
}

/// The instant that 14 or 17 digits say.
pub fn instant(text: &str) -> Option<Timestamp> {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits || !matches!(text.len(), 14 | 17) {
        return None;
    }
    let two = |from: usize| text.get(from..from + 2)?.parse::<i8>().ok();
    let year: i16 = text.get(..4)?.parse().ok()?;
    let milliseconds: i32 = text.get(14..).filter(|rest| !rest.is_empty()).map_or(Some(0), |rest| rest.parse().ok())?;
    let civil = DateTime::new(year, two(4)?, two(6)?, two(8)?, two(10)?, two(12)?, milliseconds * 1_000_000).ok()?;
    CHINA.to_timestamp(civil).ok()
}

/// YYYYMMDDhhmmss.
pub fn digits14(at: Timestamp) -> String {
    let civil = CHINA.to_datetime(at);
    let (date, time) = (civil.date(), civil.time());
    format!("{:04}{:02}{:02}{:02}{:02}{:02}", date.year(), date.month(), date.day(), time.hour(), time.minute(), time.second())
}

/// YYYYMMDDhhmmsszzz, the form of QN.
pub fn digits17(at: Timestamp) -> String {
    format!("{}{:03}", digits14(at), CHINA.to_datetime(at).time().millisecond())
}
