//! What a task says will follow from a failure: approvals stopped, works closed, officials called to account.

use super::doubt::Doubt;
use super::reading::Reading;
use super::words::{Act, words};

/// How many pieces the words of an act can be spread over: 黄牌、警示.
const SPREAD: usize = 3;

/// How many pieces before the act its condition is looked for.
const NEAR: usize = 4;

/// Words before the act in its own piece, from this length on, are its condition.
const CONDITION: usize = 6;

/// Signs between a condition and its act.
const LINKING: [char; 10] = ['予', '以', '一', '律', '并', '要', '责', '令', '依', '法'];

/// A consequence in pieces `first` to `last`.
#[derive(Debug)]
pub(super) struct Consequence {
    pub(super) trigger: String,
    pub(super) action: String,
    pub(super) text: String,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) doubts: Vec<Doubt>,
}

/// The consequences in pieces `from` up to `to`.
pub(super) fn consequences(reading: &Reading<'_>, from: usize, to: usize) -> Vec<Consequence> {
    (from..to).flat_map(|at| words().consequence.iter().filter_map(move |act| consequence(reading, from, at, to, act))).collect()
}

fn consequence(reading: &Reading<'_>, from: usize, at: usize, to: usize, act: &Act) -> Option<Consequence> {
    let (text, place, end) = act.words.iter().find_map(|word| spread(reading, at, to, word))?;
    let mut doubts = Vec::new();
    let own = text[..place].trim_end_matches(LINKING);
    let whole = CONDITION <= own.chars().count() && !own.contains('该') && !own.starts_with('并');
    let trigger = if whole { own.to_owned() } else { before(reading, from, at) };
    // A condition that begins with 对 is said to be one.
    if !trigger.starts_with('对') {
        doubts.push(Doubt::Trigger);
    }
    if !act.sure {
        doubts.push(Doubt::Act);
    }
    if reading.damaged(at, end) {
        doubts.push(Doubt::Damaged);
    }
    Some(Consequence { trigger, action: act.action.clone(), text, first: at, last: end - 1, doubts })
}

/// The pieces in which a word that begins in one piece is whole, where in them it begins, and the piece after them.
fn spread(reading: &Reading<'_>, at: usize, to: usize, word: &str) -> Option<(String, usize, usize)> {
    let mut text = String::new();
    for end in at + 1..=to.min(at + SPREAD) {
        text.push_str(reading.pieces[end - 1].text);
        if let Some(place) = text.find(word) {
            return (place < reading.pieces[at].text.len()).then_some((text, place, end));
        }
    }
    None
}

/// The condition in the pieces before.
fn before(reading: &Reading<'_>, from: usize, at: usize) -> String {
    let words = &words().triggers;
    let condition = |piece: &usize| {
        let text = reading.pieces[*piece].text;
        words.begins.at_start(text).is_some() || words.ends.at_end(text).is_some()
    };
    let first = (from.max(at.saturating_sub(NEAR))..at).rev().find(condition).or_else(|| at.checked_sub(1).filter(|piece| from <= *piece));
    first.map_or_else(String::new, |first| reading.slice(first, at).to_owned())
}
