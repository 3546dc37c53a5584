//! What the document, its parts and its tasks are called, and when it was issued.

use super::pieces::{Piece, han_count};
use super::reading::Reading;
use super::words::words;

/// How far from the beginning a title can stand: lines, and pieces where there are no lines.
const LINES: usize = 20;
const PIECES: usize = 40;

/// The shortest and the longest title, in Chinese characters.
const SHORTEST: usize = 6;
const LONGEST: usize = 60;

/// Characters that a heading has at least, and those at which its end is certain, where no mark tells the end.
const HEADING_LEAST: usize = 5;
const HEADING_SURE: usize = 6;
const HEADING_MOST: usize = 18;

/// A heading with sound punctuation ends with its sentence, but not later than this many characters.
const SENTENCE_MOST: usize = 45;

/// A piece this short behind a heading may still belong to it.
const FRAGMENT: usize = 5;

/// A verb of beginning this far into a heading tells that the clause has begun.
const VERB_FROM: usize = 4;

/// The columns of a table in which the name of the task is looked for.
const COLUMNS: usize = 8;

/// What a heading says, in pieces `first` up to `last`.
#[derive(Debug, Clone)]
pub(super) struct Title {
    pub(super) text: String,
    pub(super) first: usize,
    /// The piece after it.
    pub(super) last: usize,
    pub(super) sure: bool,
    /// Whether a column such as 项目名称 names it.
    pub(super) labelled: bool,
}

/// The title that begins at a piece and ends before another.
pub(super) fn of_heading(reading: &Reading<'_>, from: usize, to: usize) -> Title {
    if to <= from {
        return Title { text: String::new(), first: from, last: from, sure: false, labelled: false };
    }
    if reading.random {
        return by_length(reading, from, to);
    }
    labelled(reading, from, to).unwrap_or_else(|| by_sentence(reading, from, to))
}

/// Where no mark tells the end: pieces until it has the length of a heading.
fn by_length(reading: &Reading<'_>, from: usize, to: usize) -> Title {
    let mut text = String::new();
    let mut last = from;
    while last < to && han_count(&text) < HEADING_LEAST {
        text.push_str(reading.pieces[last].text);
        last += 1;
    }
    let length = han_count(&text);
    let tail: String = text.chars().skip(VERB_FROM).collect();
    let begun = words().dates.fresh.iter().any(|word| 1 < word.chars().count() && tail.contains(word));
    let fragment = last < to && han_count(reading.pieces[last].text) <= FRAGMENT;
    let whole = last == from + 1 && (HEADING_SURE..=HEADING_MOST).contains(&length);
    let sure = whole && !begun && !fragment && !reading.damaged(from, last);
    Title { text, first: from, last, sure, labelled: false }
}

/// The first sentence or line.
fn by_sentence(reading: &Reading<'_>, from: usize, to: usize) -> Title {
    let ends = |piece: usize| reading.ends_sentence(piece) || SENTENCE_MOST <= han_count(reading.slice(from, piece + 1));
    let last = (from..to).find(|piece| ends(*piece)).unwrap_or(to - 1);
    let text = reading.slice(from, last + 1);
    let sure = han_count(text) < SENTENCE_MOST && reading.pieces[last].after.contains(['。', '\n']);
    Title { text: text.to_owned(), first: from, last: last + 1, sure, labelled: false }
}

/// The cell of a table that names the task; the row stays its text.
fn labelled(reading: &Reading<'_>, from: usize, to: usize) -> Option<Title> {
    let labels = &words().headings.title_labels;
    let label = |piece: &usize| labels.holds(reading.pieces[*piece].text) && reading.pieces[*piece].after.contains('：');
    let found = (from..to.saturating_sub(1)).take(COLUMNS).find(label)?;
    let text = reading.pieces[found + 1].text.to_owned();
    Some(Title { text, first: found + 1, last: from, sure: true, labelled: true })
}

/// The title, with the byte it begins at.
pub(super) fn title(text: &str, pieces: &[Piece<'_>]) -> (usize, String) {
    let endings = &words().headings.titles;
    let fits = |line: &str| (SHORTEST..=LONGEST).contains(&han_count(line)) && endings.at_end(line).is_some() && !line.contains('。');
    let mut at = 0;
    for line in text.split('\n').take(LINES) {
        let title = line.trim().trim_start_matches('#').trim();
        if fits(title) {
            let offset = line.find(title).unwrap_or_default();
            return (at + offset, title.to_owned());
        }
        at += line.len() + 1;
    }
    let named = pieces.iter().take(PIECES).find(|piece| fits(piece.text));
    named.or(pieces.first()).map_or((0, String::new()), |piece| (piece.start, piece.text.to_owned()))
}

/// The year of issue: that of the title, or the latest in a document number such as 〔2016〕3号.
pub(super) fn year(title: &str, pieces: &[Piece<'_>]) -> Option<i16> {
    let in_title = title.match_indices('年').find_map(|(at, _)| year_before(title, at));
    in_title.or_else(|| pieces.windows(3).filter_map(number_year).max())
}

fn year_before(text: &str, at: usize) -> Option<i16> {
    text.get(at.checked_sub(4)?..at).and_then(year_of)
}

fn number_year(three: &[Piece<'_>]) -> Option<i16> {
    let number = |piece: &Piece<'_>| {
        let rest = piece.text.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < piece.text.len() && rest.starts_with('号')
    };
    three.iter().skip(1).any(number).then(|| year_of(three[0].text)).flatten()
}

fn year_of(digits: &str) -> Option<i16> {
    (digits.len() == 4 && digits.starts_with("20")).then(|| digits.parse().ok()).flatten()
}
