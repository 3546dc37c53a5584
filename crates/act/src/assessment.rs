//! The yearly assessment: score sheets filled from verdicts, a grade, and what changed between two results.
//!
//! ```text
//! verdicts ─▶ items (ok of total, or a score) ─▶ sheets ─▶ score ─▶ grade ─▶ floor ─▶ veto
//! ```
//!
//! Here is the arithmetic alone. An item without a row is left out and its points are not counted: missing is not zero.
//! Sums are exact and rounded once; the rounded score, which is the one people see, meets the grades.

mod difference;
mod publish;
mod run;

use std::collections::BTreeMap;

use judge::{Outcome, Verdict};
use plan::schema::{Assessment, Floor, ScoreItem, Sheet, Sure};
use rust_decimal::Decimal;
use rust_decimal::RoundingStrategy::MidpointNearestEven;
use serde::{Deserialize, Serialize};

pub use difference::{Difference, ItemDifference, Pair, UnitDifference, VerdictDifference, difference};
pub use publish::{PublishError, edition_id, publish, ready};
pub use run::{RunError, check_assessments, score_year};

/// Places to which a share is kept before the one rounding: far more than any score has, and fewer than a decimal holds,
/// so that thirds that add up to a whole number do.
const SHARE_PLACES: u32 = 20;

/// What the facts give for an item and a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    /// So many of so many.
    Share {
        /// Of them in order.
        ok: Decimal,
        /// All that were looked at.
        total: Decimal,
    },
    /// Points.
    Score(Decimal),
}

/// What was found for an item and a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The amount; none where there was no row.
    pub amount: Option<Amount>,
    /// How many were not charged because of what came in from upstream.
    pub deducted: u32,
    /// The verdicts it rests on.
    pub evidence: Vec<Evidence>,
}

/// A verdict that an item rests on, as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its id.
    pub verdict: String,
    /// Digest of its content.
    pub digest: String,
    /// The rule.
    pub rule: String,
    /// The subject.
    pub subject: String,
    /// The period.
    pub period: String,
    /// The outcome.
    pub outcome: Outcome,
    /// What it would be if an assumed target were confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub would_be: Option<Outcome>,
    /// Whether made-up facts went into it.
    pub made_up: bool,
}

impl Evidence {
    /// A verdict as evidence.
    pub fn of(verdict: &Verdict) -> Self {
        Self {
            verdict: verdict.id.clone(),
            digest: facts::merkle::sha256_hex(verdict.content().as_bytes()),
            rule: verdict.rule.clone(),
            subject: verdict.subject.clone(),
            period: verdict.period.clone(),
            outcome: verdict.outcome,
            would_be: verdict.would_be,
            made_up: verdict.made_up,
        }
    }

    /// What it says, an assumed target taken as confirmed.
    pub fn said(&self) -> Outcome {
        self.would_be.unwrap_or(self.outcome)
    }
}

/// Something that gives the lowest grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VetoFound {
    /// What.
    pub reason: String,
    /// The verdict it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// A year's result. What is published is this, word for word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    /// The assessment.
    pub assessment: String,
    /// The year.
    pub year: i16,
    /// The day it was made for.
    pub as_of: String,
    /// Digest of the plan pack.
    pub pack: String,
    /// The units, in the order of the pack.
    pub units: Vec<UnitScore>,
}

/// The result of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitScore {
    /// The unit.
    pub unit: String,
    /// The score that sets the grade; none where a sheet that decides has nothing counted.
    pub score: Option<Decimal>,
    /// The grade.
    pub grade: Option<String>,
    /// The grade by the score alone.
    pub grade_by_score: Option<String>,
    /// Whether the floor lowered it.
    pub floor: bool,
    /// What gave it the lowest grade.
    pub vetoes: Vec<VetoFound>,
    /// Its place, by grade and score; equals share one.
    pub rank: Option<usize>,
    /// The factor for the allocation of funds, for reference.
    pub allocation: Option<Decimal>,
    /// Whether points, limits of grades or targets in it are assumed.
    pub assumed: bool,
    /// Whether made-up facts went into it.
    pub made_up: bool,
    /// The sheets.
    pub sheets: Vec<SheetScore>,
    /// What was added or taken at the end.
    pub extra: Vec<ItemScore>,
}

/// The result of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetScore {
    /// The sheet.
    pub id: String,
    /// Its points.
    pub points: Decimal,
    /// The points of the items that could be scored.
    pub counted: Decimal,
    /// Its score, of all its points; none where nothing was counted.
    pub score: Option<Decimal>,
    /// Its items.
    pub items: Vec<ItemScore>,
}

/// The result of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemScore {
    /// The item.
    pub id: String,
    /// Its points.
    pub points: Decimal,
    /// So many in order …
    pub ok: Option<Decimal>,
    /// … of so many.
    pub total: Option<Decimal>,
    /// Its score, not rounded; none where it was left out.
    pub score: Option<Decimal>,
    /// How many were not charged because of what came in from upstream.
    pub deducted: u32,
    /// Whether its points are assumed, or a target under it.
    pub assumed: bool,
    /// Whether made-up facts went into it.
    pub made_up: bool,
    /// The verdicts it rests on.
    pub evidence: Vec<Evidence>,
}

/// An amount that no item can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("item `{item}`, {unit}: {ok} of {total} (expected a number from 0 to the total)")]
pub struct BadShare {
    /// The item.
    pub item: String,
    /// The unit.
    pub unit: String,
    /// What was in order.
    pub ok: Decimal,
    /// Of what.
    pub total: Decimal,
}

/// Scores one unit. `found` has what was found, by item.
pub fn score_unit(
    assessment: &Assessment,
    year: i16,
    unit: &str,
    found: &BTreeMap<String, Found>,
    vetoes: Vec<VetoFound>,
) -> Result<UnitScore, BadShare> {
    let sheets: Vec<SheetScore> =
        assessment.sheet.iter().map(|sheet| score_sheet(sheet, unit, found, assessment.digits)).collect::<Result<_, _>>()?;
    let extra = score_items(&assessment.extra, unit, found)?;
    let score = total(assessment, &sheets, &extra).map(|score| rounded(score, assessment.digits));
    let by_score = score.and_then(|score| assessment.band.iter().position(|band| band.from <= score));
    let floor = assessment.floor.as_ref().filter(|floor| floor.until_year.is_none_or(|last| year <= last));
    let below = floor.is_some_and(|floor| is_below(floor, &sheets));
    let lowest = assessment.band.len().checked_sub(1);
    let place = match (by_score, lowest) {
        (_, Some(lowest)) if !vetoes.is_empty() => Some(lowest),
        (Some(place), Some(lowest)) if below => Some((place + 1).min(lowest)),
        (place, _) => place,
    };
    let counted = || sheets.iter().flat_map(|sheet| &sheet.items).chain(&extra).filter(|item| item.score.is_some());
    let open_limits = assessment.band.iter().map(|band| band.sure).chain(floor.map(|floor| floor.sure)).any(Sure::is_open);
    let open_veto = !vetoes.is_empty() && assessment.veto.as_ref().is_some_and(|veto| veto.sure.is_open());
    let id = |place: Option<usize>| place.and_then(|place| assessment.band.get(place)).map(|band| band.id.get_ref().clone());
    Ok(UnitScore {
        unit: unit.to_owned(),
        score,
        grade: id(place),
        grade_by_score: id(by_score),
        floor: below && place != by_score && vetoes.is_empty(),
        rank: None,
        allocation: place.and_then(|place| assessment.band.get(place)).and_then(|band| band.allocation),
        assumed: open_limits || open_veto || counted().any(|item| item.assumed),
        made_up: counted().any(|item| item.made_up) || vetoes.iter().filter_map(|veto| veto.evidence.as_ref()).any(|own| own.made_up),
        vetoes,
        sheets,
        extra,
    })
}

/// Gives each unit its place: the better grade first, then the higher score.
pub fn rank(assessment: &Assessment, units: &mut [UnitScore]) {
    let key = |unit: &UnitScore| {
        let place = assessment.band.iter().position(|band| Some(band.id.get_ref()) == unit.grade.as_ref())?;
        Some((place, std::cmp::Reverse(unit.score?)))
    };
    let keys: Vec<_> = units.iter().map(key).collect();
    for (unit, own) in units.iter_mut().zip(&keys) {
        unit.rank = own.as_ref().map(|own| 1 + keys.iter().flatten().filter(|other| *other < own).count());
    }
}

/// A score at the places it is published with, rounded half to even.
pub fn rounded(score: Decimal, digits: u32) -> Decimal {
    let mut rounded = score.round_dp_with_strategy(digits, MidpointNearestEven);
    rounded.rescale(digits);
    rounded
}

/// The sum that sets the grade, within what can be reached.
fn total(assessment: &Assessment, sheets: &[SheetScore], extra: &[ItemScore]) -> Option<Decimal> {
    let mut sum = Decimal::ZERO;
    let mut most = Decimal::ZERO;
    for (sheet, own) in sheets.iter().zip(&assessment.sheet).filter(|(_, own)| own.decides_grade) {
        sum += unrounded(sheet)?;
        most += own.points;
    }
    sum += extra.iter().filter_map(|item| item.score).sum::<Decimal>();
    Some(settled(sum).clamp(Decimal::ZERO, most))
}

/// What was earned of the points that were counted, brought to all the points of the sheet.
fn unrounded(sheet: &SheetScore) -> Option<Decimal> {
    let earned: Decimal = sheet.items.iter().filter_map(|item| item.score).sum();
    let score = earned.checked_mul(sheet.points)?.checked_div(sheet.counted)?;
    Some(settled(score).clamp(Decimal::ZERO, sheet.points))
}

fn score_sheet(sheet: &Sheet, unit: &str, found: &BTreeMap<String, Found>, digits: u32) -> Result<SheetScore, BadShare> {
    let items = score_items(&sheet.item, unit, found)?;
    let counted: Decimal = items.iter().filter(|item| item.score.is_some()).map(|item| item.points).sum();
    let mut scored = SheetScore { id: sheet.id.get_ref().clone(), points: sheet.points, counted, score: None, items };
    scored.score = unrounded(&scored).map(|score| rounded(score, digits));
    Ok(scored)
}

fn score_items(items: &[ScoreItem], unit: &str, found: &BTreeMap<String, Found>) -> Result<Vec<ItemScore>, BadShare> {
    let nothing = Found::default();
    let scored = items.iter().filter(|item| item.is_for(unit));
    scored.map(|item| score_item(item, unit, found.get(item.id.get_ref()).unwrap_or(&nothing))).collect()
}

fn score_item(item: &ScoreItem, unit: &str, found: &Found) -> Result<ItemScore, BadShare> {
    let (mut ok_of, mut total_of) = (None, None);
    let score = match found.amount {
        None => None,
        Some(Amount::Score(score)) => Some(settled(score).clamp(item.least, item.points)),
        Some(Amount::Share { ok, total }) => {
            (ok_of, total_of) = (Some(ok), Some(total));
            let bad = || BadShare { item: item.id.get_ref().clone(), unit: unit.to_owned(), ok, total };
            if ok < Decimal::ZERO || total < ok {
                return Err(bad());
            }
            // Nothing to look at is not full marks.
            if total.is_zero() {
                None
            } else {
                Some(item.points.checked_mul(ok).and_then(|points| points.checked_div(total)).map(settled).ok_or_else(bad)?)
            }
        }
    };
    Ok(ItemScore {
        id: item.id.get_ref().clone(),
        points: item.points,
        ok: ok_of,
        total: total_of,
        score,
        deducted: found.deducted,
        assumed: item.points_mark.is_open() || found.evidence.iter().any(|own| own.would_be.is_some()),
        made_up: found.evidence.iter().any(|own| own.made_up),
        evidence: found.evidence.clone(),
    })
}

fn is_below(floor: &Floor, sheets: &[SheetScore]) -> bool {
    let sheet = sheets.iter().find(|sheet| sheet.id == *floor.sheet.get_ref());
    sheet.and_then(|sheet| sheet.score).is_some_and(|score| score < floor.score)
}

fn settled(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(SHARE_PLACES, MidpointNearestEven).normalize()
}
