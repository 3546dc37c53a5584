//! Headings of a text whose marks say nothing, told by counting.
//!
//! `一` and `1` may each be a heading of two levels, or none. The reading taken is the one in which the numbers of every
//! list count up with the fewest breaks. Where another one would do as well, the heading is in doubt.

use std::collections::BTreeMap;

use super::doubt::Doubt;
use super::headings::{Candidate, Heading, candidates};
use super::pieces::Piece;
use super::words::words;

/// The numbers that the open lists of the four levels have reached.
type Counts = [u32; 4];

/// Counts kept at each step: the likeliest. Lists that count up seldom leave more than a dozen open.
const KEPT: usize = 80;

/// What a reading is charged, in tenths; only their order matters. A number that follows the last one is free; one that
/// does not costs more than leaving a number out of the headings where nothing speaks for it, and less than leaving out
/// one that stands where a task ends.
mod cost {
    pub(super) const LEFT_OUT: u32 = 20;
    pub(super) const LEFT_OUT_AFTER_A_TASK: u32 = 60;
    pub(super) const NOT_AFTER_A_TASK: u32 = 5;
    pub(super) const UNUSUAL_TOP: u32 = 4;
    pub(super) const USUAL_TOP_BELOW: u32 = 30;
    pub(super) const SKIP: u32 = 30;
    pub(super) const SKIP_EACH: u32 = 10;
    pub(super) const SKIP_MOST: u32 = 5;
    pub(super) const BEGIN_AGAIN: u32 = 50;
    pub(super) const BACK: u32 = 60;
    /// A reading this much dearer is still a rival.
    pub(super) const RIVAL: u32 = 15;
}

/// A number read as a heading of a level from 0, or as none.
type Step = (Option<usize>, Counts, u32);

/// The headings. `after_task` tells whether a list of departments ends right before a piece.
pub(super) fn by_counting(pieces: &[Piece<'_>], after_task: impl Fn(usize) -> bool) -> Vec<Heading> {
    let candidates = candidates(pieces);
    let steps = |n: usize, counts: Counts| {
        let own = candidates[n];
        let next = pieces.get(own.piece + 1).map_or("", |piece| piece.text);
        steps(counts, own, is_top(next), after_task(own.piece))
    };
    let ahead = ahead(candidates.len(), &steps);
    let behind = behind(&ahead, &steps);
    let mut headings = Vec::new();
    let mut counts = Counts::default();
    for (n, own) in candidates.iter().enumerate() {
        let cheapest = cheapest(&ahead[n], &behind[n + 1], |counts| steps(n, counts));
        let left = |(_, to, price): &Step| behind[n + 1].get(to).map(|rest| price + rest);
        let chosen =
            steps(n, counts).into_iter().filter_map(|step| Some((left(&step)?, step.0, step.1))).min_by_key(|step| (step.0, step.1));
        let Some((_, level, to)) = chosen else { break };
        if let Some(level) = level {
            let best = cheapest.values().min().copied().unwrap_or_default();
            let rival = cheapest.iter().any(|(other, price)| *other != Some(level) && *price < best + cost::RIVAL);
            let doubt = rival.then_some(Doubt::OtherLevel);
            let level = u8::try_from(level + 1).unwrap_or(u8::MAX);
            headings.push(Heading { level, number: own.number, piece: own.piece, doubt });
        }
        counts = to;
    }
    headings
}

/// For each number, the counts that can be reached before it and what reaching them costs.
fn ahead(candidates: usize, steps: &impl Fn(usize, Counts) -> Vec<Step>) -> Vec<BTreeMap<Counts, u32>> {
    let mut layers = vec![BTreeMap::from([(Counts::default(), 0)])];
    for n in 0..candidates {
        let mut next: BTreeMap<Counts, u32> = BTreeMap::new();
        for (counts, spent) in layers.last().into_iter().flatten() {
            for (_, to, price) in steps(n, *counts) {
                let total = spent + price;
                next.entry(to).and_modify(|known| *known = total.min(*known)).or_insert(total);
            }
        }
        let mut kept: Vec<(Counts, u32)> = next.into_iter().collect();
        kept.sort_by_key(|(counts, spent)| (*spent, *counts));
        kept.truncate(KEPT);
        layers.push(kept.into_iter().collect());
    }
    layers
}

/// For each number, what is still to be paid from the counts before it to the end.
fn behind(ahead: &[BTreeMap<Counts, u32>], steps: &impl Fn(usize, Counts) -> Vec<Step>) -> Vec<BTreeMap<Counts, u32>> {
    let mut layers: Vec<BTreeMap<Counts, u32>> = Vec::with_capacity(ahead.len());
    layers.push(ahead.last().into_iter().flat_map(BTreeMap::keys).map(|counts| (*counts, 0)).collect());
    for n in (0..ahead.len().saturating_sub(1)).rev() {
        let after = layers.last().cloned().unwrap_or_default();
        let rest = |counts: Counts| steps(n, counts).into_iter().filter_map(|(_, to, price)| Some(price + after.get(&to)?)).min();
        layers.push(ahead[n].keys().filter_map(|counts| Some((*counts, rest(*counts)?))).collect());
    }
    layers.reverse();
    layers
}

/// The cheapest whole reading for each way to read one number.
fn cheapest(
    before: &BTreeMap<Counts, u32>,
    after: &BTreeMap<Counts, u32>,
    steps: impl Fn(Counts) -> Vec<Step>,
) -> BTreeMap<Option<usize>, u32> {
    let mut cheapest: BTreeMap<Option<usize>, u32> = BTreeMap::new();
    for (counts, spent) in before {
        for (level, to, price) in steps(*counts) {
            if let Some(rest) = after.get(&to) {
                let total = spent + price + rest;
                cheapest.entry(level).and_modify(|known| *known = total.min(*known)).or_insert(total);
            }
        }
    }
    cheapest
}

/// The ways to read a number, with the counts after it and the price.
fn steps(counts: Counts, own: Candidate, top: bool, after_task: bool) -> Vec<Step> {
    let Candidate { number, han, .. } = own;
    let [part, chapter, section, task] = counts;
    let left_out = if after_task || top { cost::LEFT_OUT_AFTER_A_TASK } else { cost::LEFT_OUT };
    let extra = if after_task { 0 } else { cost::NOT_AFTER_A_TASK };
    let mut steps = vec![(None, counts, left_out)];
    if han {
        let unusual = if top { 0 } else { cost::UNUSUAL_TOP };
        let below = if top { cost::USUAL_TOP_BELOW } else { 0 };
        steps.push((Some(0), [number, 0, 0, 0], skip(part, number) + unusual + extra));
        steps.push((Some(1), [part, number, 0, 0], skip(chapter, number) + below + extra));
    } else if part != 0 || chapter != 0 {
        steps.push((Some(2), [part, chapter, number, 0], skip(section, number) + extra));
        if section != 0 {
            steps.push((Some(3), [part, chapter, section, number], skip(task, number) + extra));
        }
    }
    steps
}

/// What it costs that a number follows another in a list.
fn skip(last: u32, number: u32) -> u32 {
    if number == last + 1 {
        0
    } else if last < number {
        cost::SKIP + (number - last - 1).min(cost::SKIP_MOST) * cost::SKIP_EACH
    } else if number == 1 {
        cost::BEGIN_AGAIN
    } else {
        cost::BACK
    }
}

/// Whether a title is one that parts of the highest level have in every plan.
fn is_top(title: &str) -> bool {
    let headings = &words().headings;
    headings.containers.at_start(title).is_some() || headings.safeguards.at_start(title).is_some() || title.starts_with("总体要求")
}

#[cfg(test)]
mod tests {
    use super::by_counting;
    use crate::draft::pieces::pieces;

    fn read(text: &str) -> Vec<(u8, u32, bool)> {
        let cut = pieces(text, true);
        let ends: Vec<usize> = cut.iter().enumerate().filter(|(_, piece)| piece.text.ends_with("参与")).map(|(n, _)| n + 1).collect();
        by_counting(&cut, |piece| ends.contains(&piece)).iter().map(|own| (own.level, own.number, own.doubt.is_none())).collect()
    }

    #[test]
    fn lists_are_told_apart_by_counting() {
        let text =
            "三.主要任务,一。控制排放、1,工业污染 1 取缔企业,甲局参与,2,整治行业 甲局参与。2、生活污染。1 建设设施,甲局参与 二。调整结构";
        let levels: Vec<(u8, u32)> = read(text).into_iter().map(|(level, number, _)| (level, number)).collect();
        assert_eq!(levels, [(1, 3), (2, 1), (3, 1), (4, 1), (4, 2), (3, 2), (4, 1), (2, 2)]);
    }

    #[test]
    fn a_number_that_fits_two_lists_is_in_doubt() {
        let text = "主要任务 一,水源。1 水源安全.1,监管水源,甲局参与 2 保护水源、甲局参与。2,流域。1,治理河流 甲局参与.2.保护湖泊,甲局参与,3 黑臭水体 甲局参与";
        let last = read(text).into_iter().last().unwrap();
        assert_eq!((last.1, last.2), (3, false));
    }
}
