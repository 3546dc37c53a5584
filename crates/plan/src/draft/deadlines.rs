//! The dates of a task: which day, what is due, with how much force, and for whom.

use jiff::civil::Date;

use super::dates::{DateMark, Kind, marks};
use super::doubt::Doubt;
use super::pieces::trim_breaks;
use super::places::is_place;
use super::reading::Reading;
use super::words::{Dates, words};
use crate::schema::Modality;

/// The longest tail of an enumeration that is taken into a clause, in pieces.
const LONGEST_TAIL: usize = 12;

/// A date found in pieces `first` to `last`.
#[derive(Debug)]
pub(super) struct Deadline {
    pub(super) date: Date,
    pub(super) what: String,
    pub(super) modality: Modality,
    /// Names of the places it holds for.
    pub(super) units: Vec<String>,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) doubts: Vec<Doubt>,
}

/// The dates in pieces `from` up to `to`, in their order.
pub(super) fn deadlines(reading: &Reading<'_>, from: usize, to: usize, title: &str) -> Vec<Deadline> {
    let mut found: Vec<Deadline> = Vec::new();
    let mut last: Option<usize> = None;
    let mut at = from;
    while at < to {
        let marks = marks(reading.pieces[at].text);
        let mark = marks.iter().find(|mark| matches!(mark.kind, Kind::Until | Kind::Bare));
        let Some(deadline) = mark.and_then(|mark| dated(reading, at, to, mark, last.map(|n| &found[n]), title)) else {
            at += 1;
            continue;
        };
        at = deadline.last + 1;
        last = Some(found.len());
        found.push(deadline);
        at = sharing(reading, at, to, &mut found);
    }
    found
}

/// The clause that a date stands before.
fn dated(reading: &Reading<'_>, at: usize, to: usize, mark: &DateMark, last: Option<&Deadline>, title: &str) -> Option<Deadline> {
    let words = &words().dates;
    let piece = &reading.pieces[at];
    let (before, after) = (&piece.text[..mark.start], &piece.text[mark.end..]);
    let end = if !after.is_empty() {
        clause_end(reading, at, to).max(at + 1)
    } else if reading.ends_sentence(at) || to <= at + 1 {
        at + 1
    } else {
        clause_end(reading, at + 1, to)
    };
    let text = trim_breaks(reading.text.get(piece.start + mark.end..reading.pieces[end - 1].end)?);
    if mark.kind == Kind::Bare && !words.strong.within(text) {
        return None;
    }
    let date = mark.date(reading.year)?;
    let aimed = words.aim.at_end(before);
    let subject = without_linking(aimed.and_then(|aimed| before.strip_suffix(aimed)).unwrap_or(before));
    let mut doubts = Vec::new();
    let mut modality = force(words, subject, text, aimed.is_some());
    if modality == Modality::Must && reading.pieces.get(end).is_some_and(|next| end < to && words.about.at_start(next.text).is_some()) {
        modality = Modality::About;
    }
    let before_elsewhere = last.is_some_and(|last| last.modality == Modality::Context);
    if modality == Modality::Must && before_elsewhere && subject.is_empty() && words.verbs.at_start(text).is_some() {
        modality = Modality::Context;
        doubts.push(Doubt::ElsewhereBefore);
    }
    let what =
        if text.is_empty() && subject.is_empty() { title.to_owned() } else { format!("{subject}{}{text}", aimed.unwrap_or_default()) };
    let units = match places_before(reading, at, before) {
        Some(units) if units.is_empty() => match last.filter(|last| !last.units.is_empty() && subject.is_empty()) {
            Some(last) => {
                doubts.push(Doubt::PlacesBefore);
                last.units.clone()
            }
            None => units,
        },
        Some(units) => units,
        None => {
            doubts.push(Doubt::WhichPlaces);
            Vec::new()
        }
    };
    let reasons = [
        (mark.kind == Kind::Bare, Doubt::BareDate),
        (mark.year.is_none(), Doubt::NoYear),
        (text.is_empty() || !words.verbs.within(&what), Doubt::NoVerb),
        (reading.damaged(at, end), Doubt::Damaged),
    ];
    doubts.extend(reasons.into_iter().filter_map(|(holds, doubt)| holds.then_some(doubt)));
    Some(Deadline { date, what, modality, units, first: at, last: end - 1, doubts })
}

/// Adds the clauses after a date that may share it; returns the piece after them.
fn sharing(reading: &Reading<'_>, from: usize, to: usize, found: &mut Vec<Deadline>) -> usize {
    let words = &words().dates;
    let Some((date, modality, units)) = found.last().map(|own| (own.date, own.modality, own.units.clone())) else { return from };
    let mut at = from;
    while at < to && !reading.dated(at) && !reading.ends_sentence(at - 1) {
        let first = reading.pieces[at].text;
        if words.fresh.at_start(first).is_some() || words.negative.within(first) {
            break;
        }
        let end = clause_end(reading, at, to);
        if !reading.pieces[at..end].iter().any(|piece| is_predicate(piece.text)) {
            break;
        }
        let what = reading.slice(at, end).to_owned();
        let modality = if modality == Modality::Context { modality } else { force(words, "", &what, false) };
        let doubts = vec![Doubt::SharedDate];
        found.push(Deadline { date, what, modality, units: units.clone(), first: at, last: end - 1, doubts });
        at = end;
    }
    at
}

fn force(words: &Dates, subject: &str, text: &str, aimed: bool) -> Modality {
    if words.elsewhere.at_start(text).is_some() || words.elsewhere.at_start(subject).is_some() {
        Modality::Context
    } else if aimed || words.aim.within(text) {
        Modality::Aim
    } else if words.basically.within(text) {
        Modality::Basically
    } else if words.about.within(text) {
        Modality::About
    } else {
        Modality::Must
    }
}

/// The piece after the clause that begins at a piece.
fn clause_end(reading: &Reading<'_>, from: usize, to: usize) -> usize {
    let mut at = from;
    while at < to {
        if from < at && reading.dated(at) {
            return at;
        }
        let complete = is_predicate(reading.pieces[at].text);
        at += 1;
        if reading.ends_sentence(at - 1) {
            return at;
        }
        if complete {
            break;
        }
    }
    tail_end(reading, at, to)
}

/// After the verb: the rest of an enumeration belongs to the clause, the subject of the next clause does not.
fn tail_end(reading: &Reading<'_>, from: usize, to: usize) -> usize {
    let goes_on = |at: usize| {
        let piece = &reading.pieces[at];
        let joined = reading.random || piece.before.contains(['、', '“', '”', '《', '》', '（', '）', '(', ')']);
        joined && !is_predicate(piece.text) && !reading.dated(at) && !is_fresh(piece.text)
    };
    let mut end = from;
    while end < to && end - from < LONGEST_TAIL && goes_on(end) {
        end += 1;
        if reading.ends_sentence(end - 1) {
            return end;
        }
    }
    if !reading.random || to <= end {
        return end;
    }
    let next = reading.pieces[end].text;
    let needs_subject = is_predicate(next) && words().dates.verbs.at_start(next).is_none() && !reading.dated(end) && !is_fresh(next);
    if !needs_subject {
        return end;
    }
    // What is left of a number stays in any case.
    let targets = &words().targets;
    let lists = [&targets.at_least, &targets.at_most, &targets.about];
    let measure = |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) || lists.iter().any(|list| list.at_start(text).is_some());
    from + reading.pieces[from..end].iter().take_while(|piece| measure(piece.text)).count()
}

/// Whether a piece says that something will have been done.
fn is_predicate(text: &str) -> bool {
    let words = &words().dates;
    let named = words.nominal.at_end(text).is_some() && words.verbs.at_start(text).is_none();
    words.strong.within(text) || (words.verbs.within(text) && !named)
}

fn is_fresh(text: &str) -> bool {
    words().dates.fresh.at_start(text).is_some()
}

fn without_linking(subject: &str) -> &str {
    words().dates.linking.at_end(subject).and_then(|word| subject.strip_suffix(word)).unwrap_or(subject)
}

/// The places a date holds for: none named is empty, and nothing where it cannot be said.
fn places_before(reading: &Reading<'_>, at: usize, before: &str) -> Option<Vec<String>> {
    let own = without_linking(before);
    if own.is_empty() {
        return Some(Vec::new());
    }
    if !reading.units.contains(own) {
        let some = ["两县", "两区", "各县"].iter().any(|word| own.contains(word)) || reading.units.iter().any(|unit| own.starts_with(unit));
        let part = is_place(own) && own.chars().count() <= 6;
        return if some || part { None } else { Some(Vec::new()) };
    }
    let earlier = reading.pieces[..at].iter().rev().map(|piece| piece.text);
    let mut names: Vec<String> = earlier.take_while(|text| is_place(text) && text.chars().count() <= 6).map(str::to_owned).collect();
    names.reverse();
    names.push(own.to_owned());
    names.iter().all(|name| reading.units.contains(name)).then_some(names)
}
