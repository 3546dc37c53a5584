//! Groundwater: GB/T 14848-2017, and beside it the composite score F of the 1993 edition that older plans speak of.
//!
//! Class V is open: there is no "inferior V". The 2017 edition has no composite score, so a figure by F and a class by
//! the 2017 limits must not be joined into one series.

use std::collections::HashMap;
use std::sync::LazyLock;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;

use crate::class::Class;
use crate::data::{self, DATA, Table};
use crate::item::Item;
use crate::mean::from_float;
use crate::reading::Reading;
use crate::scaled::{Scaled, decimal};
use crate::unit;

/// The kinds of limit the two tables know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Rule {
    Max,
    /// Class I must not be detected at all.
    MaxNd,
    Ph,
    /// "absent" or "present".
    Text,
    /// Three limits; above the third, classes IV and V cannot be told apart.
    Radio,
}

#[derive(Debug, Deserialize)]
struct Row {
    no: u32,
    id: String,
    unit: Option<String>,
    rule: Rule,
    #[serde(default)]
    limits: Vec<String>,
}

#[derive(Debug)]
struct Ladder {
    table: u8,
    no: u32,
    rule: Rule,
    unit: String,
    printed: Vec<String>,
    limits: Vec<Option<Scaled>>,
}

#[derive(Deserialize)]
struct PhBands {
    i_iii: [Decimal; 2],
    iv: [Decimal; 2],
}

struct Groundwater {
    rows: HashMap<usize, Ladder>,
    ph: PhBands,
}

static TABLES: LazyLock<Groundwater> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        ph_limits: PhBands,
        table1: Table<Row>,
        table2: Table<Row>,
    }
    let file: File = data::parse("gbt14848-2017.toml");
    let mut rows = HashMap::new();
    for (table, list) in [(1, file.table1.items), (2, file.table2.items)] {
        for row in list {
            let item = DATA.item_by_id(&row.id).unwrap_or_else(|| panic!("gbt14848-2017.toml: unknown item `{}`", row.id));
            let limits = row.limits.iter().map(|text| decimal(text).ok().map(Scaled::from)).collect();
            let ladder =
                Ladder { table, no: row.no, rule: row.rule, unit: row.unit.unwrap_or_else(|| "1".to_owned()), printed: row.limits, limits };
            rows.insert(item.no(), ladder);
        }
    }
    Groundwater { rows, ph: file.ph_limits }
});

/// A class and whether it is exact: a radioactivity above the third limit, or a detection limit above the class I
/// limit, only proves a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroundwaterClass {
    /// The class.
    pub class: Class,
    /// False where the class is only a bound.
    pub exact: bool,
}

/// The class of one value given in the item's own unit; `None` where the tables have no limits for it.
pub fn class_of(item: Item, value: Decimal) -> Option<Class> {
    class_of_reading(item, &Reading::Value(value)).map(|found| found.class)
}

/// The class of a reading; one below detection is judged by its detection limit.
pub fn class_of_reading(item: Item, reading: &Reading) -> Option<GroundwaterClass> {
    let row = TABLES.rows.get(&item.no())?;
    let (value, below) = match reading {
        Reading::Value(value) => (*value, false),
        Reading::BelowDetection(limit) => (*limit, true),
        Reading::Missing | Reading::NotMeasured => return None,
    };
    if row.rule == Rule::Ph {
        let class = if TABLES.ph.i_iii[0] <= value && value <= TABLES.ph.i_iii[1] {
            Class::I
        } else if TABLES.ph.iv[0] <= value && value <= TABLES.ph.iv[1] {
            Class::IV
        } else {
            Class::V
        };
        return Some(GroundwaterClass { class, exact: true });
    }
    if row.rule == Rule::Text {
        let class = if value.is_zero() { Class::I } else { Class::V };
        return Some(GroundwaterClass { class, exact: true });
    }
    let value = Scaled::from(unit::convert(value, item.unit(), &row.unit).ok()?);
    if below && row.rule == Rule::MaxNd {
        return Some(GroundwaterClass { class: Class::I, exact: true });
    }
    let met = row.limits.iter().position(|limit| limit.is_some_and(|limit| value <= limit));
    let class = met.and_then(|place| Class::ALL.get(place).copied()).unwrap_or(match row.rule {
        Rule::Radio => Class::IV,
        _ => Class::V,
    });
    let only_a_bound = (row.rule == Rule::Radio && met.is_none()) || (below && class != Class::I);
    Some(GroundwaterClass { class, exact: !only_a_bound })
}

/// The limit as printed with its unit; class V has none.
pub fn limit(item: Item, class: Class) -> Option<(&'static str, &'static str)> {
    let row = TABLES.rows.get(&item.no())?;
    let printed = row.printed.get(usize::from(class.rank()) - 1)?;
    Some((printed, &row.unit))
}

/// Where the limits of an item stand: table and number of the row.
pub fn place(item: Item) -> Option<(u8, u32)> {
    TABLES.rows.get(&item.no()).map(|row| (row.table, row.no))
}

/// Every item the two tables limit, in the order of the items.
pub fn items() -> Vec<Item> {
    Item::all().filter(|item| TABLES.rows.contains_key(&item.no())).collect()
}

/// A point judged by its worst item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointClass {
    /// The class of the point.
    pub class: Class,
    /// The items of that class.
    pub worst: Vec<Item>,
    /// Class of every item that took part.
    pub items: Vec<(Item, Class)>,
}

/// The class of a point; values whose class is only a bound are left out, as are items without limits.
pub fn judge(values: &[(Item, Reading)]) -> Option<PointClass> {
    let mut items: Vec<(Item, Class)> = values
        .iter()
        .filter_map(|(item, reading)| class_of_reading(*item, reading).filter(|found| found.exact).map(|found| (*item, found.class)))
        .collect();
    items.sort();
    let class = items.iter().map(|(_, class)| *class).max()?;
    let worst = items.iter().filter(|(_, own)| *own == class).map(|(item, _)| *item).collect();
    Some(PointClass { class, worst, items })
}

/// The composite score F and its grade, by the 1993 edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FScore {
    /// F, to the declared digits.
    pub f: Decimal,
    /// The grade: excellent … very_poor.
    pub grade: &'static str,
    /// The grade in Chinese.
    pub grade_zh: &'static str,
}

#[derive(Deserialize)]
struct ScoreFile {
    score: Score,
    grades: Table<GradeRow>,
}

#[derive(Deserialize)]
struct Score {
    by_class: [Decimal; 5],
    digits: u32,
}

#[derive(Deserialize)]
struct GradeRow {
    grade: String,
    zh: String,
    below: Option<Decimal>,
}

static SCORE: LazyLock<ScoreFile> = LazyLock::new(|| data::parse("gbt14848-1993-score.toml"));

/// F of single-item classes: `sqrt((mean² + max²) / 2)` of their scores. `None` of nothing.
///
/// The grade is found by the exact score, not by the printed one: it compares squares, so no root is rounded first.
pub fn f_score(classes: &[Class]) -> Option<FScore> {
    let scores: Vec<Decimal> = classes.iter().map(|class| SCORE.score.by_class[usize::from(class.rank().min(5)) - 1]).collect();
    let mean = scores.iter().copied().sum::<Decimal>().checked_div(Decimal::from(scores.len()))?;
    let max = scores.iter().copied().max()?;
    let square = (mean * mean + max * max) / Decimal::TWO;
    let row = SCORE.grades.items.iter().find(|row| row.below.is_none_or(|below| square < below * below))?;
    let f = from_float(square.to_f64()?.sqrt(), SCORE.score.digits)?;
    Some(FScore { f, grade: &row.grade, grade_zh: &row.zh })
}
