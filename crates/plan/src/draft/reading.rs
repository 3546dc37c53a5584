//! A cleaned text under reading: its pieces, what it is called, the city it speaks of, and who is named in it.

use std::collections::BTreeSet;

use super::dates::{self, DateMark, Kind};
use super::groups::{self, Group};
use super::people::Context;
use super::pieces::{self, LOST, Piece};
use super::{places, titles};

/// A text and what is known of all of it.
#[derive(Debug)]
pub(super) struct Reading<'t> {
    pub(super) text: &'t str,
    pub(super) pieces: Vec<Piece<'t>>,
    /// Whether the punctuation says nothing.
    pub(super) random: bool,
    /// The title, with the byte it begins at.
    pub(super) title: (usize, String),
    /// The first piece after the title.
    pub(super) body: usize,
    /// The city, first with its ending (市, 县 …), then without.
    pub(super) places: Vec<String>,
    /// The year of issue, as far as title and document numbers tell.
    pub(super) year: Option<i16>,
    /// Who does what, in the order of the text.
    pub(super) groups: Vec<Group>,
    /// Names of the city and of the counties that the text names.
    pub(super) units: BTreeSet<String>,
    /// Whether a piece names a date that a clause can hang on.
    dated: Vec<bool>,
}

impl<'t> Reading<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let random = pieces::is_random(text);
        let pieces = pieces::pieces(text, random);
        let title = titles::title(text, &pieces);
        let end = title.0 + title.1.len();
        let body = pieces.iter().position(|piece| end <= piece.start).unwrap_or(0);
        let places = places::of_title(&title.1);
        let city = places.first().is_some_and(|place| !place.ends_with('省'));
        let year = titles::year(&title.1, &pieces);
        let groups = groups::groups(&pieces, Context { places: &places, city, random });
        let units = places.iter().take(1).chain(groups.iter().flat_map(|group| &group.counties)).cloned().collect();
        let dated = pieces.iter().map(|piece| dates::marks(piece.text).iter().any(holds)).collect();
        Self { text, pieces, random, title, body, places, year, groups, units, dated }
    }

    /// The text of pieces `from` up to `to`, without that one.
    pub(super) fn slice(&self, from: usize, to: usize) -> &'t str {
        let (from, to) = self.span(from, to);
        &self.text[from..to]
    }

    /// First and last byte of pieces `from` up to `to`, without that one.
    pub(super) fn span(&self, from: usize, to: usize) -> (usize, usize) {
        match (self.pieces.get(from), to.checked_sub(1).and_then(|last| self.pieces.get(last))) {
            (Some(first), Some(last)) if from < to => (first.start, last.end),
            (Some(first), _) => (first.start, first.start),
            _ => (self.text.len(), self.text.len()),
        }
    }

    /// The same as a text to print: with the full stop that follows.
    pub(super) fn sentence(&self, from: usize, to: usize) -> String {
        let mut text = self.slice(from, to).to_owned();
        if from < to && self.pieces[to - 1].after.starts_with('。') {
            text.push('。');
        }
        text
    }

    /// Whether characters are lost in or right beside pieces `from` up to `to`.
    pub(super) fn damaged(&self, from: usize, to: usize) -> bool {
        let beside = |piece: &Piece<'_>| piece.before.ends_with(LOST) || piece.after.starts_with(LOST);
        self.slice(from, to).contains(LOST) || self.pieces.get(from..to).is_some_and(|own| own.iter().any(beside))
    }

    /// Whether a sentence ends after a piece, as far as punctuation can be trusted.
    pub(super) fn ends_sentence(&self, piece: usize) -> bool {
        !self.random && self.pieces.get(piece).is_some_and(|piece| piece.after.contains(['。', '；', '\n']))
    }

    /// Whether a piece begins a line.
    pub(super) fn begins_line(&self, piece: usize) -> bool {
        self.pieces.get(piece).is_some_and(|piece| piece.before.contains('\n'))
    }

    pub(super) fn dated(&self, piece: usize) -> bool {
        self.dated.get(piece).copied().unwrap_or(false)
    }

    /// The groups that lie within pieces `from` up to `to`.
    pub(super) fn groups_in(&self, from: usize, to: usize) -> &[Group] {
        let first = self.groups.partition_point(|group| group.first < from);
        let last = self.groups.partition_point(|group| group.last < to);
        self.groups.get(first..last).unwrap_or_default()
    }
}

fn holds(mark: &DateMark) -> bool {
    mark.kind != Kind::Other
}
