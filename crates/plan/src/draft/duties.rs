//! What a task wants done again and again, or told to the public.

use super::dates::{self, Kind};
use super::doubt::Doubt;
use super::reading::Reading;
use super::words::words;
use crate::schema::Every;

/// How many pieces a duty can be spread over: 每年对各县、区、…进行考核.
const LONGEST: usize = 3;

/// A short piece behind a duty that says where it is published, in characters.
const SHORT: usize = 10;

/// A word for a report that says how often and what in one.
const MONTHLY_REPORT: &str = "月报";

/// A duty in pieces `first` to `last`.
#[derive(Debug)]
pub(super) struct Duty {
    pub(super) what: String,
    pub(super) period: Every,
    pub(super) from: Option<i16>,
    pub(super) publish: bool,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) doubts: Vec<Doubt>,
}

/// The duties in pieces `from` up to `to`.
pub(super) fn duties(reading: &Reading<'_>, from: usize, to: usize) -> Vec<Duty> {
    (from..to).filter_map(|at| duty(reading, from, at, to)).collect()
}

fn duty(reading: &Reading<'_>, from: usize, at: usize, to: usize) -> Option<Duty> {
    let words = &words().duties;
    let (word, period) = how_often(reading.pieces[at].text)?;
    // Who owes it is never said by the words of the duty alone.
    let mut doubts = vec![Doubt::WhoOwes];
    if matches!(period, Every::Regular | Every::Event | Every::Once) {
        doubts.push(Doubt::NoPeriod);
    }
    let owed = |end: usize| {
        let text = reading.slice(at, end);
        word == MONTHLY_REPORT || text.find(word).is_some_and(|place| words.verbs.within(&text[place..]))
    };
    let end = (at + 1..=to.min(at + LONGEST)).take_while(|end| *end == at + 1 || !reading.ends_sentence(end - 2)).find(|end| owed(*end))?;
    if reading.damaged(at, end) {
        doubts.push(Doubt::Damaged);
    }
    let what = reading.slice(at, end).to_owned();
    let next = reading.pieces.get(end).filter(|_| end < to).map_or("", |piece| piece.text);
    let told = words.publish.within(next) && next.chars().count() <= SHORT;
    let publish = told || words.publish.within(&what);
    let before = at.saturating_sub(1).max(from);
    let since = (before..=at).flat_map(|piece| dates::marks(reading.pieces[piece].text)).rfind(|mark| mark.kind == Kind::Since);
    Some(Duty { what, period, from: since.and_then(|mark| mark.year), publish, first: at, last: end - 1, doubts })
}

/// The word that says how often.
fn how_often(text: &str) -> Option<(&'static str, Every)> {
    let words = &words().duties;
    let lists = [
        (&words.half_yearly, Every::HalfYearly),
        (&words.quarterly, Every::Quarterly),
        (&words.monthly, Every::Monthly),
        (&words.yearly, Every::Yearly),
        (&words.regular, Every::Regular),
        (&words.event, Every::Event),
        (&words.once, Every::Once),
    ];
    lists.into_iter().find_map(|(list, every)| Some((list.iter().find(|word| text.contains(*word))?, every)))
}
