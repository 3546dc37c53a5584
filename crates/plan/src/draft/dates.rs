//! Dates as plans write them: 2017年底前, 到2020年, 2018年10月底前, 自2016年起.

use jiff::civil::Date;

use super::words::{List, words};

/// What a date says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A day until which something is done.
    Until,
    /// A year or month alone.
    Bare,
    /// A year from which something holds.
    Since,
    /// A year to compare with, of an edition, of an event.
    Other,
}

/// A date in a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DateMark {
    /// First byte, with a word such as 到 before it.
    pub(super) start: usize,
    /// The byte after it, with words such as 年底前.
    pub(super) end: usize,
    pub(super) kind: Kind,
    /// None where only a month stands there.
    pub(super) year: Option<i16>,
    pub(super) month: i8,
    /// None for the last day of the month.
    pub(super) day: Option<i8>,
}

impl DateMark {
    /// The last day, in this year where the text has none.
    pub(super) fn date(&self, year: Option<i16>) -> Option<Date> {
        let first = Date::new(self.year.or(year)?, self.month, 1).ok()?;
        match self.day {
            None => Some(first.last_of_month()),
            Some(day) => Date::new(first.year(), self.month, day).ok(),
        }
    }
}

/// The dates in a piece; a month without a year only where no year stands.
pub(super) fn marks(text: &str) -> Vec<DateMark> {
    let mut marks: Vec<DateMark> = text.match_indices('年').filter_map(|(at, _)| with_year(text, at)).collect();
    if marks.is_empty() {
        marks.extend(text.match_indices('月').find_map(|(at, _)| month_alone(text, at)));
    }
    marks
}

/// The date whose 年 stands at a byte.
fn with_year(text: &str, at: usize) -> Option<DateMark> {
    let words = &words().dates;
    let start = at.checked_sub(4)?;
    let year: i16 = text.get(start..at).filter(|digits| digits.starts_with("20")).and_then(number)?;
    let (before, rest) = (&text[..start], &text[at..]);
    let after = at + '年'.len_utf8();
    let until = words.until.at_end(before);
    let first = start - until.map_or(0, str::len);
    let mark = |start, end, kind| Some(DateMark { start, end, kind, year: Some(year), month: 12, day: None });
    let ending = |list: &List| list.at_start(rest).map(|word| at + word.len());
    if words.compared.at_end(before).is_some() {
        return mark(start, after, Kind::Other);
    }
    if let (Some(since), None) = (words.since.at_end(before), ending(&words.ends)) {
        return mark(start - since.len(), after, Kind::Since);
    }
    if words.neither.at_start(rest).is_some() {
        return mark(start, after, Kind::Other);
    }
    if let Some(end) = ending(&words.begins) {
        return mark(first, end, Kind::Since);
    }
    if let Some(end) = ending(&words.ends) {
        return mark(first, end, Kind::Until);
    }
    if let Some(end) = ending(&words.halves) {
        let month = half_end(&text[at..end]);
        let end = if text[end..].starts_with('前') { end + '前'.len_utf8() } else { end };
        return Some(DateMark { month, ..mark(first, end, Kind::Until)? });
    }
    let alone = if until.is_some() { Kind::Until } else { Kind::Bare };
    month_of(text, after, until.is_some())
        .map_or_else(|| mark(first, after, alone), |(month, day, end, kind)| Some(DateMark { month, day, ..mark(first, end, kind)? }))
}

/// The last month of a half-year or quarter.
fn half_end(words: &str) -> i8 {
    let ends = [("上半", 6), ("一季", 3), ("二季", 6), ("三季", 9)];
    ends.iter().find(|(word, _)| words.contains(*word)).map_or(12, |(_, month)| *month)
}

/// Month and day after a year: the month, the day, the byte after them, and what they say.
fn month_of(text: &str, from: usize, until: bool) -> Option<(i8, Option<i8>, usize, Kind)> {
    let (month, at) = digits(text, from)?;
    if !text[at..].starts_with('月') || !(1..=12).contains(&month) {
        return None;
    }
    let after = at + '月'.len_utf8();
    if let Some((day, end)) = digits(text, after).filter(|(_, end)| text[*end..].starts_with('日')) {
        let end = end + '日'.len_utf8();
        let closing = ["以前", "之前", "前", "止"].into_iter().find(|word| text[end..].starts_with(*word));
        let kind = if begins(&text[end..]) {
            Kind::Since
        } else if closing.is_some() || until {
            Kind::Until
        } else {
            Kind::Other
        };
        return Some((month, Some(day), end + closing.map_or(0, str::len), kind));
    }
    let word = words().dates.month_ends.at_start(&text[at..]).unwrap_or("月");
    let end = at + word.len();
    let kind = if begins(&text[end..]) {
        Kind::Since
    } else if word == "月" && !until {
        Kind::Bare
    } else {
        Kind::Until
    };
    Some((month, None, end, kind))
}

/// A month whose year is that of the plan: 10月底前.
fn month_alone(text: &str, at: usize) -> Option<DateMark> {
    let start = text[..at].trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let month = number(text.get(start..at)?).filter(|month| (1..=12).contains(month))?;
    let word = words().dates.month_ends.at_start(&text[at..]).filter(|word| *word != "月")?;
    Some(DateMark { start, end: at + word.len(), kind: Kind::Until, year: None, month, day: None })
}

fn begins(rest: &str) -> bool {
    ["起", "开始", "以来"].iter().any(|word| rest.starts_with(*word))
}

/// One or two digits from a byte on, and the byte after them.
fn digits(text: &str, from: usize) -> Option<(i8, usize)> {
    let rest = text.get(from..)?;
    let end = from + rest.bytes().take_while(u8::is_ascii_digit).count();
    Some((number(&text[from..end])?, end))
}

fn number<N: std::str::FromStr>(digits: &str) -> Option<N> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{Kind, marks};

    fn said(text: &str) -> Vec<(String, Kind)> {
        marks(text).iter().map(|mark| (mark.date(Some(2018)).unwrap().to_string(), mark.kind)).collect()
    }

    #[test]
    fn days_until_which_are_told_from_years_that_are_not() {
        for (text, date, kind) in [
            ("2017年底前完成", "2017-12-31", Kind::Until),
            ("到2020年", "2020-12-31", Kind::Until),
            ("力争到2020年达到", "2020-12-31", Kind::Until),
            ("2018年10月底前", "2018-10-31", Kind::Until),
            ("2018年6月15日前", "2018-06-15", Kind::Until),
            ("2019年上半年", "2019-06-30", Kind::Until),
            ("9月底前完成", "2018-09-30", Kind::Until),
            ("2016年配合完成", "2016-12-31", Kind::Bare),
            ("自2016年起", "2016-12-31", Kind::Since),
            ("2017年开始每年", "2017-12-31", Kind::Since),
            ("用水量比2015年下降", "2015-12-31", Kind::Other),
            ("2011年本", "2011-12-31", Kind::Other),
        ] {
            assert_eq!(said(text), [(date.to_owned(), kind)], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_date_is_none() {
        for text in ["每年", "50年", "1999年底", "2018年13月", "99月底前", "年年"] {
            let found = marks(text);
            assert!(found.iter().all(|mark| mark.kind == Kind::Bare), "{text}: {found:?}");
        }
    }
}
