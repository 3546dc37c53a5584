//! Urban black-odorous water: grading by four indicators (城市黑臭水体整治工作指南, 2015).

use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::data::{self, Table};
use crate::item::Item;
use crate::unit;

/// How bad a water is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Not black-odorous.
    None,
    /// 轻度黑臭
    Mild,
    /// 重度黑臭
    Severe,
}

impl Grade {
    /// `none`, `mild` or `severe`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Mild => "mild",
            Self::Severe => "severe",
        }
    }
}

#[derive(Deserialize)]
struct File {
    bands: Table<Band>,
    point: Point,
    roll_up: RollUp,
}

#[derive(Deserialize)]
struct Band {
    id: String,
    unit: String,
    none_min: Option<Decimal>,
    severe_below: Option<Decimal>,
    none_max: Option<Decimal>,
    severe_above: Option<Decimal>,
}

#[derive(Deserialize)]
struct Point {
    severe_if_any_one_indicator_share: Decimal,
    severe_if_two_indicators_share: Decimal,
}

#[derive(Deserialize)]
struct RollUp {
    segment_severe_consecutive_points: usize,
    body_severe_share_of_points: Decimal,
}

static GUIDE: LazyLock<File> = LazyLock::new(|| data::parse("black-odorous-2015.toml"));

/// The four items, each with the unit its bands are printed in (transparency in cm here).
pub fn items() -> impl Iterator<Item = (Item, &'static str)> {
    GUIDE.bands.items.iter().filter_map(|band| Some((Item::by_id(&band.id).ok()?, band.unit.as_str())))
}

/// The grade of one reading, given in the unit named; `None` where the guide does not grade the item or the unit
/// cannot become the printed one.
pub fn grade_of(item: Item, value: Decimal, in_unit: &str) -> Option<Grade> {
    let band = GUIDE.bands.items.iter().find(|band| band.id == item.id())?;
    let value = unit::convert(value, in_unit, &band.unit).ok()?;
    if let (Some(none_min), Some(severe_below)) = (band.none_min, band.severe_below) {
        return Some(if none_min <= value {
            Grade::None
        } else if severe_below <= value {
            Grade::Mild
        } else {
            Grade::Severe
        });
    }
    let (none_max, severe_above) = (band.none_max?, band.severe_above?);
    Some(if value <= none_max {
        Grade::None
    } else if value <= severe_above {
        Grade::Mild
    } else {
        Grade::Severe
    })
}

/// The grade of one set of readings: the worst of those given, in the printed units. `None` of nothing.
pub fn grade(readings: &[(Item, Decimal)]) -> Option<Grade> {
    let printed = |item: Item| GUIDE.bands.items.iter().find(|band| band.id == item.id()).map(|band| band.unit.as_str());
    readings.iter().filter_map(|(item, value)| grade_of(*item, *value, printed(*item)?)).max()
}

/// The grade of a point over several rounds of readings in the printed units, with each item's share of severe
/// readings. A point on the list is at least mild.
pub fn grade_point(rounds: &[(Item, Vec<Decimal>)]) -> (Grade, Vec<(Item, Decimal)>) {
    let mut shares = Vec::new();
    for (item, values) in rounds {
        let grades: Vec<Grade> = values.iter().filter_map(|value| grade(&[(*item, *value)])).collect();
        if grades.is_empty() {
            continue;
        }
        let severe = grades.iter().filter(|grade| **grade == Grade::Severe).count();
        shares.push((*item, Decimal::from(severe) / Decimal::from(grades.len())));
    }
    let rule = &GUIDE.point;
    let any = shares.iter().any(|(_, share)| rule.severe_if_any_one_indicator_share <= *share);
    let two = 2 <= shares.iter().filter(|(_, share)| rule.severe_if_two_indicators_share <= *share).count();
    (if any || two { Grade::Severe } else { Grade::Mild }, shares)
}

/// The grade of a water body from its points in order along the stream, and whether a reach of it is severe.
pub fn grade_body(points: &[Grade]) -> Option<(Grade, bool)> {
    let worst = points.iter().copied().max()?;
    let severe = points.iter().filter(|grade| **grade == Grade::Severe).count();
    let share = Decimal::from(severe) / Decimal::from(points.len());
    let reach = points
        .chunk_by(|a, b| a == b)
        .any(|run| run.first() == Some(&Grade::Severe) && GUIDE.roll_up.segment_severe_consecutive_points <= run.len());
    let whole = GUIDE.roll_up.body_severe_share_of_points <= share;
    let grade = if whole { Grade::Severe } else { worst.min(Grade::Mild) };
    Some((grade, reach))
}
