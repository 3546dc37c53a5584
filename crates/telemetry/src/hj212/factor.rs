//! Factors: the pairs of a data area, grouped by the code before the dash.
//!
//! They are grouped by code and not by `;`, since devices put the values of one factor into several groups, or several factors
//! into one.

use std::borrow::Cow;
use std::collections::HashMap;

use rust_decimal::Decimal;
use standards::Item;

use super::codes::{self, Meaning};
use super::data_area::{DataArea, Pair, Value, part};
use super::edition::Edition;
use super::mark::Mark;
use super::notice::{Notice, Notices};
use super::segment::number;
use super::suffix::Suffix;
use super::time::Stamp;

/// One factor with everything that was sent of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor<'a> {
    /// The code as it was sent.
    pub code: Cow<'a, str>,
    /// What it stands for.
    pub meaning: Option<Meaning>,
    /// Our item, where we have it.
    pub item: Option<Item>,
    /// The unit of its concentrations or levels, as the edition has it. `None` where it is not known: never a guess.
    pub unit: Option<&'static str>,
    /// The unit of its amounts (`-Cou`).
    pub total_unit: Option<&'static str>,
    /// Its values, in their order. A suffix that was sent twice stands here twice.
    pub values: Vec<Quantity<'a>>,
    /// Its data mark.
    pub flag: Option<Mark<'a>>,
    /// The instrument's own mark.
    pub eflag: Option<Cow<'a, str>>,
    /// When the sample was taken.
    pub sample_time: Option<Stamp<'a>>,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity<'a> {
    /// What it is.
    pub suffix: Suffix<'a>,
    /// As it was sent.
    pub text: Cow<'a, str>,
    /// The number, where it is a decimal number. Digits are kept as they are.
    pub number: Option<Decimal>,
}

/// A treatment facility, `SB1` and so on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facility<'a> {
    /// Its number.
    pub no: u32,
    /// Its state and hours, as they were sent.
    pub values: Vec<Quantity<'a>>,
}

impl<'a> Factor<'a> {
    /// The first value of a suffix.
    pub fn value(&self, suffix: Suffix<'_>) -> Option<&Quantity<'a>> {
        self.values.iter().find(|value| value.suffix == suffix)
    }
}

impl<'a> Facility<'a> {
    /// The first value of a suffix: `Rs` the state, `Rt` the hours.
    pub fn value(&self, suffix: Suffix<'_>) -> Option<&Quantity<'a>> {
        self.values.iter().find(|value| value.suffix == suffix)
    }
}

/// What is needed to read factors.
pub(super) struct Reading<'r> {
    pub(super) edition: Option<Edition>,
    pub(super) st: &'r str,
    pub(super) notices: &'r mut Notices,
}

/// The factors and facilities of a data area.
pub(super) fn group<'a>(area: &DataArea<'a>, reading: &mut Reading<'_>) -> (Vec<Factor<'a>>, Vec<Facility<'a>>) {
    let (mut factors, mut facilities) = (Vec::<Factor<'a>>::new(), Vec::<Facility<'a>>::new());
    let (mut factor_places, mut facility_places) = (HashMap::new(), HashMap::new());
    for pair in area.pairs() {
        let Some(dash) = pair.key.find('-') else { continue };
        let code = &pair.key[..dash];
        let suffix = Suffix::parse(part(&pair.key, dash + 1..pair.key.len()));
        if let Some(no) = facility_no(code) {
            let place = *facility_places.entry(no).or_insert(facilities.len());
            if place == facilities.len() {
                facilities.push(Facility { no, values: Vec::new() });
            }
            let quantity = quantity(pair, suffix, reading);
            push(&mut facilities[place].values, quantity, pair, reading);
            continue;
        }
        let place = *factor_places.entry(code).or_insert(factors.len());
        if place == factors.len() {
            factors.push(new_factor(part(&pair.key, 0..dash), reading));
        }
        add(&mut factors[place], pair, suffix, reading);
    }
    (factors, facilities)
}

fn facility_no(code: &str) -> Option<u32> {
    let (letters, digits) = code.split_at_checked(2)?;
    if !letters.eq_ignore_ascii_case("SB") || digits.is_empty() {
        return None;
    }
    number(digits)
}

fn new_factor<'a>(code: Cow<'a, str>, reading: &mut Reading<'_>) -> Factor<'a> {
    let meaning = codes::meaning(&code);
    let mut factor =
        Factor { code, meaning, item: None, unit: None, total_unit: None, values: Vec::new(), flag: None, eflag: None, sample_time: None };
    let name = &*factor.code;
    match meaning {
        None => reading.notices.add(Notice::CodeUnknown { code: name.to_owned() }),
        Some(Meaning::Item(item)) => factor.item = Some(item),
        Some(Meaning::Info(info)) => factor.unit = info.unit.as_deref(),
        Some(Meaning::Factor { row, edition: of_code }) => {
            factor.item = row.item();
            // 2025 keeps the codes of 2017 as far as is known.
            let agrees = reading.edition.is_some_and(|edition| (edition == Edition::V2005) == (of_code == Edition::V2005));
            if !agrees {
                reading.notices.add(Notice::CodeOfOtherEdition { code: name.to_owned(), edition: of_code });
            }
            factor.unit = if agrees || row.unit_agrees() { Some(row.unit(of_code)) } else { None };
            factor.total_unit = if agrees || row.total_agrees() { row.total(of_code) } else { None };
            if factor.unit.is_none() {
                reading.notices.add(Notice::UnitUnsure { code: name.to_owned() });
            }
        }
    }
    factor
}

fn add<'a>(factor: &mut Factor<'a>, pair: &Pair<'a>, suffix: Suffix<'a>, reading: &mut Reading<'_>) {
    let key = || pair.key.clone().into_owned();
    let text = pair.value.as_cow().clone();
    let twice = match suffix {
        Suffix::Flag => {
            let mark = Mark::new(text, reading.edition, reading.st);
            if mark.meaning.is_none() {
                reading.notices.add(Notice::MarkUnknown { key: key(), found: mark.text.clone().into_owned() });
            }
            set_once(&mut factor.flag, mark)
        }
        Suffix::EFlag => set_once(&mut factor.eflag, text),
        Suffix::SampleTime => {
            let stamp = Stamp::parse(text);
            if stamp.at.is_none() {
                reading.notices.add(Notice::TimeUnreadable { place: key(), found: stamp.text.clone().into_owned() });
            }
            set_once(&mut factor.sample_time, stamp)
        }
        suffix => {
            let quantity = quantity(pair, suffix, reading);
            push(&mut factor.values, quantity, pair, reading);
            return;
        }
    };
    if twice {
        reading.notices.add(Notice::KeyTwice { key: key() });
    }
}

/// Keeps the first; says whether there was one.
fn set_once<T>(place: &mut Option<T>, value: T) -> bool {
    if place.is_some() {
        return true;
    }
    *place = Some(value);
    false
}

fn push<'a>(values: &mut Vec<Quantity<'a>>, quantity: Quantity<'a>, pair: &Pair<'a>, reading: &mut Reading<'_>) {
    if values.iter().any(|value| value.suffix == quantity.suffix) {
        reading.notices.add(Notice::KeyTwice { key: pair.key.clone().into_owned() });
    }
    values.push(quantity);
}

fn quantity<'a>(pair: &Pair<'a>, suffix: Suffix<'a>, reading: &mut Reading<'_>) -> Quantity<'a> {
    /// HJ 212-2025, 8.1.1 d (one source): sent for a converted value that cannot be computed.
    const NOT_COMPUTED: &str = "9999.99";
    let text = pair.value.as_cow().clone();
    let key = || pair.key.clone().into_owned();
    let found = || text.clone().into_owned();
    if matches!(suffix, Suffix::Other(_)) {
        reading.notices.add(Notice::SuffixUnknown { key: key() });
    }
    if let Some(edition) = suffix.open_in() {
        reading.notices.add(Notice::NotKnown { what: format!("the suffix {}", suffix.name()), edition });
    }
    let number = match pair.value {
        Value::Plain(_) => decimal(&text),
        Value::Text(_) => None,
    };
    if suffix.wants_number() && number.is_none() {
        reading.notices.add(Notice::NotANumber { key: key(), found: found() });
    }
    if reading.edition == Some(Edition::V2025) && suffix.is_converted() && text == NOT_COMPUTED {
        reading.notices.add(Notice::NotComputed { key: key(), found: found() });
    }
    Quantity { suffix, text, number }
}

/// Digits with at most one point and a sign. Anything else, such as `1e308` or `NaN`, is not what the standard calls a number;
/// neither are more digits than a decimal holds exactly.
fn decimal(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}
