//! The numbers of a task: what is counted, how much, until when.

use super::dates::{self, Kind};
use super::deadlines::Deadline;
use super::doubt::Doubt;
use super::reading::Reading;
use super::words::{Targets, words};
use crate::schema::Op;

/// The most digits a number has; longer ones are telephone numbers and codes.
const MOST_DIGITS: usize = 9;

/// The longest name of what is counted, in characters.
const LONGEST_NAME: usize = 60;

/// A number found in a piece.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) name: String,
    pub(super) year: Option<i16>,
    pub(super) op: Op,
    pub(super) value: String,
    pub(super) unit: String,
    pub(super) candidates: Vec<String>,
    pub(super) piece: usize,
    pub(super) doubts: Vec<Doubt>,
}

/// Pieces with a bar between them, and where each begins.
struct Flat {
    text: String,
    begins: Vec<(usize, usize)>,
}

impl Flat {
    fn new(reading: &Reading<'_>, from: usize, to: usize) -> Self {
        let mut flat = Self { text: String::new(), begins: Vec::new() };
        for (n, piece) in reading.pieces.iter().enumerate().take(to).skip(from) {
            if !flat.text.is_empty() {
                flat.text.push('|');
            }
            flat.begins.push((flat.text.len(), n));
            flat.text.push_str(piece.text);
        }
        flat
    }

    fn piece(&self, byte: usize) -> usize {
        let after = self.begins.partition_point(|(begin, _)| *begin <= byte);
        self.begins.get(after.saturating_sub(1)).map_or(0, |(_, piece)| *piece)
    }
}

/// The numbers in pieces `from` up to `to`.
pub(super) fn targets(reading: &Reading<'_>, from: usize, to: usize, deadlines: &[Deadline]) -> Vec<Target> {
    let flat = Flat::new(reading, from, to);
    let mut found: Vec<Target> = Vec::new();
    let mut at = 0;
    while let Some(digit) = flat.text[at..].find(|c: char| c.is_ascii_digit()) {
        let begin = at + digit;
        let run = Run::read(&flat.text, begin);
        at = run.end;
        found.extend(number(reading, &flat, &run, deadlines, found.last()));
    }
    found.extend(flat.text.match_indices('类').filter_map(|(at, _)| class(&flat, at, deadlines)));
    found
}

/// A run of numbers: 80%、90%左右.
struct Run {
    begin: usize,
    numbers: Vec<String>,
    unit: Option<&'static str>,
    every_unit: bool,
    qualifier: &'static str,
    /// The byte after the last number and its unit.
    end: usize,
}

impl Run {
    fn read(text: &str, begin: usize) -> Self {
        let words = &words().targets;
        let (mut numbers, mut every_unit, mut at) = (Vec::new(), true, begin);
        let unit = loop {
            let end = number_end(text, at);
            numbers.push(text[at..end].to_owned());
            let unit = words.units.at_start(&text[end..]);
            every_unit &= unit.is_some();
            at = end + unit.map_or(0, str::len);
            match text[at..].strip_prefix('|') {
                Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => at += 1,
                _ => break unit,
            }
        };
        let rest = text[at..].strip_prefix('|').unwrap_or(&text[at..]);
        let lists = [&words.at_least, &words.at_most, &words.about];
        let qualifier = lists.iter().find_map(|list| list.at_start(rest)).unwrap_or_default();
        Self { begin, numbers, unit, every_unit, qualifier, end: at }
    }
}

fn number_end(text: &str, from: usize) -> usize {
    let digits = |from: usize| from + text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let end = digits(from);
    match text[end..].strip_prefix('.') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => digits(end + 1),
        _ => end,
    }
}

fn number(reading: &Reading<'_>, flat: &Flat, run: &Run, deadlines: &[Deadline], last: Option<&Target>) -> Vec<Target> {
    let words = &words().targets;
    let (left, right) = (&flat.text[..run.begin], &flat.text[run.end..]);
    let verb = [&words.within, &words.reach].into_iter().filter_map(|list| list.at_end(left)).max_by_key(|word| word.len());
    let stands_apart = right.is_empty() || right.starts_with('|');
    let counted = run.unit.is_some() && !run.qualifier.is_empty();
    let measured = run.unit.is_some() || !run.qualifier.is_empty() || stands_apart;
    let long = run.numbers.first().is_some_and(|first| MOST_DIGITS < first.len());
    if long || right.starts_with(['年', '月', '日', '号', '类']) || !(counted || (verb.is_some() && measured)) {
        return Vec::new();
    }
    let verb = verb.unwrap_or_default();
    let piece = flat.piece(run.begin);
    let mut doubts = Vec::new();
    let mut name = name_before(left.strip_suffix(verb).unwrap_or(left));
    if name.chars().count() < 2 {
        let Some(last) = last else { return Vec::new() };
        name.clone_from(&last.name);
        doubts.push(Doubt::NameBefore);
    }
    let (values, candidates) = values(reading.random, &name, run, &mut doubts);
    let unit = run.unit.map_or_else(|| likely_unit(words, reading.random, &name, verb, &mut doubts), str::to_owned);
    let deadline = deadline_of(deadlines, piece);
    if deadline.is_some_and(|own| !own.doubts.is_empty()) {
        doubts.push(Doubt::TargetYear);
    }
    if reading.damaged(piece, piece + 1) {
        doubts.push(Doubt::Damaged);
    }
    let year = deadline.map(|own| own.date.year());
    let op = op(words, verb, run.qualifier);
    let target = |value: String| Target {
        name: name.clone(),
        year,
        op,
        value,
        unit: unit.clone(),
        candidates: candidates.clone(),
        piece,
        doubts: doubts.clone(),
    };
    values.into_iter().map(target).collect()
}

fn op(words: &Targets, verb: &str, qualifier: &str) -> Op {
    if words.about.holds(qualifier) {
        Op::Approx
    } else if words.at_most.holds(qualifier) || words.within.holds(verb) {
        Op::Le
    } else {
        Op::Ge
    }
}

/// What is counted: the words of the piece before the verb, without a date.
fn name_before(left: &str) -> String {
    let name = last_words(left);
    let date = dates::marks(name).into_iter().find(|mark| mark.kind != Kind::Other);
    let name = date.map_or_else(|| name.to_owned(), |date| format!("{}{}", &name[..date.start], &name[date.end..]));
    name.trim_matches(['为', '应', '要', '的', '须']).to_owned()
}

/// The end of the last piece, as far as a name reaches.
fn last_words(left: &str) -> &str {
    let near = left.char_indices().rev().nth(LONGEST_NAME).map_or(left, |(at, _)| &left[at..]);
    near.rsplit('|').next().unwrap_or(near)
}

/// The values, and how else numbers that ran together can be read.
fn values(random: bool, name: &str, run: &Run, doubts: &mut Vec<Doubt>) -> (Vec<String>, Vec<String>) {
    let each = name.contains("分别");
    let as_they_are = || (run.numbers.iter().map(|number| plain(number)).collect(), Vec::new());
    match run.numbers.as_slice() {
        [] | [_] => as_they_are(),
        _ if !random => {
            if !each || !run.every_unit {
                doubts.push(Doubt::SeveralNumbers);
            }
            as_they_are()
        }
        numbers => {
            doubts.push(Doubt::NumbersTogether);
            match numbers {
                [zero, rest] if zero == "0" => (vec![plain_decimal(zero, rest)], Vec::new()),
                [_, _] if each => as_they_are(),
                [first, second] => (vec![String::new()], vec![format!("{first}.{second}"), format!("{first}、{second}")]),
                [first, second, .., before, last] => {
                    let candidates = vec![format!("{first}.{second}、…、{last}"), format!("{first}、…、{before}.{last}")];
                    (vec![String::new()], candidates)
                }
                [first, second, last] => {
                    (vec![String::new()], vec![format!("{first}.{second}、{last}"), format!("{first}、{second}.{last}")])
                }
                _ => as_they_are(),
            }
        }
    }
}

fn plain_decimal(whole: &str, fraction: &str) -> String {
    plain(&format!("{whole}.{fraction}"))
}

/// A decimal without the zeros at its end.
fn plain(number: &str) -> String {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.').to_owned() } else { number.to_owned() }
}

/// The unit where none stands: shares are in per cent, coefficients have none; both only likely.
fn likely_unit(words: &Targets, random: bool, name: &str, verb: &str, doubts: &mut Vec<Doubt>) -> String {
    let coefficient = words.coefficients.within(name);
    if random {
        doubts.push(Doubt::UnitLost);
    } else if !coefficient {
        doubts.push(Doubt::NoUnit);
    }
    let unit = if coefficient {
        "1"
    } else if words.shares.within(name) || verb == "下降" {
        "%"
    } else {
        ""
    };
    unit.to_owned()
}

fn deadline_of(deadlines: &[Deadline], piece: usize) -> Option<&Deadline> {
    let after = deadlines.partition_point(|own| own.first <= piece);
    deadlines.get(after.checked_sub(1)?).filter(|own| piece <= own.last)
}

/// A class of water whose 类 stands at a byte: 达到或优于Ⅲ类.
fn class(flat: &Flat, at: usize, deadlines: &[Deadline]) -> Option<Target> {
    let words = &words().targets;
    if flat.text[at..].starts_with("类的") {
        return None;
    }
    let (left, value) = class_before(&flat.text[..at]);
    let left = left.strip_suffix('|').unwrap_or(left);
    let name = last_words(left.strip_suffix(words.class_words.at_end(left)?)?).to_owned();
    let piece = flat.piece(at);
    let deadline = deadline_of(deadlines, piece);
    let reasons = [(value.is_none(), Doubt::ClassLost), (deadline.is_some_and(|own| !own.doubts.is_empty()), Doubt::TargetYear)];
    Some(Target {
        name,
        year: deadline.map(|own| own.date.year()),
        op: Op::ClassAtLeast,
        candidates: if value.is_none() { words.classes.clone() } else { Vec::new() },
        value: value.unwrap_or_default().to_owned(),
        unit: "class".to_owned(),
        piece,
        doubts: reasons.into_iter().filter_map(|(holds, doubt)| holds.then_some(doubt)).collect(),
    })
}

/// The class before 类, in the form Ⅰ … Ⅴ, and what stands before it.
fn class_before(left: &str) -> (&str, Option<&'static str>) {
    let forms = [
        ("III", "Ⅲ"),
        ("II", "Ⅱ"),
        ("IV", "Ⅳ"),
        ("I", "Ⅰ"),
        ("V", "Ⅴ"),
        ("Ⅰ", "Ⅰ"),
        ("Ⅱ", "Ⅱ"),
        ("Ⅲ", "Ⅲ"),
        ("Ⅳ", "Ⅳ"),
        ("Ⅴ", "Ⅴ"),
        ("一", "Ⅰ"),
        ("二", "Ⅱ"),
        ("三", "Ⅲ"),
        ("四", "Ⅳ"),
        ("五", "Ⅴ"),
    ];
    forms.into_iter().find_map(|(form, class)| Some((left.strip_suffix(form)?, Some(class)))).unwrap_or((left, None))
}
