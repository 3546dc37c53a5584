//! Surface water: GB 3838-2002 and the assessment method of 2011 (环办〔2011〕22号).
//!
//! The class of a section is the worst class among the 21 items that decide it. Dissolved oxygen is the only lower
//! limit, pH is a range, total phosphorus has a row of limits for lakes, equal limits give the better class.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::class::{Class, Status};
use crate::data::{DATA, Ladder, Rule, Table1Row};
use crate::item::{Item, UnknownItem};
use crate::rounding::{self, Rounding};
use crate::scaled::{BadDecimal, Scaled, decimal};

/// The kind of water body, which decides the limits of total phosphorus and whether total nitrogen has any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// A river, or a reservoir that is like one.
    River,
    /// A lake or reservoir.
    Lake,
}

/// A word that is no kind of water body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a kind of water body (expected river or lake)")]
pub struct UnknownBody {
    /// What stood there.
    pub found: String,
}

impl Body {
    /// `river` or `lake`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::River => "river",
            Self::Lake => "lake",
        }
    }
}

impl FromStr for Body {
    type Err = UnknownBody;

    fn from_str(text: &str) -> Result<Self, UnknownBody> {
        match text.trim() {
            "river" | "河流" | "河" => Ok(Self::River),
            "lake" | "reservoir" | "湖库" | "湖泊" | "水库" => Ok(Self::Lake),
            other => Err(UnknownBody { found: other.to_owned() }),
        }
    }
}

/// Judges values of one item in one kind of water; look it up once, use it for a column of values.
#[derive(Debug, Clone, Copy)]
pub struct ItemJudge {
    ladder: &'static Ladder,
    digits: Option<u32>,
    rounding: Rounding,
}

impl ItemJudge {
    /// The judge of an item; `None` where table 1 has no class limits for it in this kind of water.
    pub fn new(item: Item, body: Body, rounding: Rounding) -> Option<Self> {
        let ladder = ladder(item, body)?;
        Some(Self { ladder, digits: rounding::decimals(item), rounding })
    }

    /// The best class whose limit the value meets.
    #[inline]
    pub fn class(&self, value: impl Into<Scaled>) -> Class {
        self.ladder.class(rounding::apply_scaled(self.digits, value.into(), self.rounding))
    }
}

fn row(item: Item) -> Option<&'static Table1Row> {
    DATA.gb3838.table1[item.no()].as_ref()
}

fn ladder(item: Item, body: Body) -> Option<&'static Ladder> {
    let row = row(item)?;
    match body {
        Body::River => row.river.as_ref(),
        Body::Lake => row.lake.as_ref(),
    }
}

/// Whether this is one of the 21 items that decide the class of a section.
pub fn decides_class(item: Item) -> bool {
    row(item).is_some_and(|row| row.decides_class)
}

/// The 21 items that decide the class of a section, in the order of table 1.
pub fn deciding_items() -> impl Iterator<Item = Item> {
    Item::all().filter(|item| decides_class(*item))
}

/// The class of one value, compared as it stands; `None` where table 1 has no class limits for the item.
pub fn class_of(item: Item, value: impl Into<Scaled>, body: Body) -> Option<Class> {
    Some(ItemJudge::new(item, body, Rounding::Raw)?.class(value))
}

/// The limit as printed: `0.2`, or `6~9` for pH. Inferior V has no limit.
pub fn limit(item: Item, class: Class, body: Body) -> Option<&'static str> {
    let ladder = ladder(item, body)?;
    ladder.printed.get(usize::from(class.rank()) - 1).map(String::as_str)
}

/// Where the limits of an item stand: table and number of the row.
pub fn place(item: Item) -> Option<(u8, u32)> {
    if let Some(row) = row(item) {
        return Some((1, row.no));
    }
    DATA.gb3838.sources[item.no()].as_ref().map(|row| (row.table, row.no))
}

/// The limit of tables 2 and 3, which hold only for drinking-water sources.
pub fn source_limit(item: Item) -> Option<&'static str> {
    DATA.gb3838.sources[item.no()].as_ref().map(|row| row.printed.as_str())
}

/// Whether a value complies with tables 2 and 3; `None` where they do not limit the item.
pub fn source_complies(item: Item, value: impl Into<Scaled>) -> Option<bool> {
    let row = DATA.gb3838.sources[item.no()].as_ref()?;
    Some(value.into() <= row.limit)
}

/// Whether a smaller value is the worse one (dissolved oxygen).
pub fn lower_is_worse(item: Item) -> bool {
    row(item).and_then(|row| row.river.as_ref().or(row.lake.as_ref())).is_some_and(|ladder| ladder.rule == Rule::Min)
}

/// How many times over the limit of a class a value is: `value / limit - 1`. It is not computed for water temperature,
/// pH and dissolved oxygen, nor where there is no limit.
pub fn exceedance(item: Item, value: Decimal, class: Class, body: Body) -> Option<Decimal> {
    if DATA.assessment.main_pollutant.no_multiple.iter().any(|id| id == item.id()) {
        return None;
    }
    let ladder = ladder(item, body)?;
    let limit = ladder.limits.get(usize::from(class.rank()) - 1)?.to_decimal()?;
    value.checked_div(limit)?.checked_sub(Decimal::ONE)
}

/// A multiple as bulletins print it: one decimal, half to even.
pub fn print_multiple(multiple: Decimal) -> Decimal {
    rounding::half_even(multiple, DATA.assessment.main_pollutant.multiple_decimals)
}

/// One item of a judged section.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemClass {
    /// The item.
    pub item: Item,
    /// The value as it was compared.
    pub value: Decimal,
    /// The class of the value.
    pub class: Class,
    /// How many times over the class III limit it is, where that is defined.
    pub multiple: Option<Decimal>,
}

/// A pollutant named beside a section's class, with its multiple over class III.
#[derive(Debug, Clone, PartialEq)]
pub struct MainPollutant {
    /// The item.
    pub item: Item,
    /// The multiple as printed, where the item has one.
    pub multiple: Option<Decimal>,
}

impl fmt::Display for MainPollutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.multiple {
            Some(multiple) => write!(f, "{}({multiple})", self.item.zh()),
            None => f.write_str(self.item.zh()),
        }
    }
}

/// A section judged by its worst item.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The class of the section.
    pub class: Class,
    /// The items of that class, in the order of table 1.
    pub deciding: Vec<Item>,
    /// Every item that took part, in the order of table 1.
    pub items: Vec<ItemClass>,
    /// At most three pollutants, named only where the class is worse than III.
    pub main_pollutants: Vec<MainPollutant>,
}

impl Judged {
    /// The state that goes with the class.
    pub fn status(&self) -> Status {
        self.class.status()
    }
}

/// Why a list of texts could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JudgeError {
    /// A name that stands for no item.
    #[error(transparent)]
    Item(#[from] UnknownItem),
    /// A text that is no number.
    #[error("{item}: {source}")]
    Value {
        /// The item it was given for.
        item: String,
        /// What is wrong with it.
        source: BadDecimal,
    },
    /// None of the 21 items is there.
    #[error("no value of the 21 items that decide the class (expected at least one)")]
    Nothing,
}

/// Judges values given as text; items by any of their names.
pub fn judge<'a>(values: impl IntoIterator<Item = (&'a str, &'a str)>, body: Body, rounding: Rounding) -> Result<Judged, JudgeError> {
    let mut parsed = Vec::new();
    for (name, text) in values {
        let item = Item::by_name(name)?;
        let value = decimal(text).map_err(|source| JudgeError::Value { item: name.to_owned(), source })?;
        parsed.push((item, value));
    }
    judge_values(&parsed, body, rounding).ok_or(JudgeError::Nothing)
}

/// Judges values; items that do not decide the class are passed over. `None` where none is left.
pub fn judge_values(values: &[(Item, Decimal)], body: Body, rounding: Rounding) -> Option<Judged> {
    let mut items: Vec<ItemClass> = Vec::with_capacity(values.len());
    for (item, value) in values.iter().filter(|(item, _)| decides_class(*item)) {
        let value = rounding::apply(*item, *value, rounding);
        let class = class_of(*item, value, body)?;
        items.push(ItemClass { item: *item, value, class, multiple: exceedance(*item, value, Class::III, body) });
    }
    items.sort_by_key(|judged| judged.item);
    let class = items.iter().map(|judged| judged.class).max()?;
    let deciding = items.iter().filter(|judged| judged.class == class).map(|judged| judged.item).collect();
    let main_pollutants = main_pollutants(&items);
    Some(Judged { class, deciding, items, main_pollutants })
}

/// The items worse than class III: cyanide and heavy metals first, then by class, then by multiple; pH and dissolved
/// oxygen, which have no multiple, come last within their class.
fn main_pollutants(items: &[ItemClass]) -> Vec<MainPollutant> {
    let rules = &DATA.assessment.main_pollutant;
    let mut over: Vec<&ItemClass> = items.iter().filter(|judged| Class::III < judged.class).collect();
    over.sort_by(|a, b| {
        let first = |judged: &ItemClass| !rules.priority.iter().any(|id| id == judged.item.id());
        first(a)
            .cmp(&first(b))
            .then(b.class.cmp(&a.class))
            .then(a.multiple.is_none().cmp(&b.multiple.is_none()))
            .then(b.multiple.cmp(&a.multiple))
            .then(a.item.cmp(&b.item))
    });
    let named = over.into_iter().take(rules.max_items);
    named.map(|judged| MainPollutant { item: judged.item, multiple: judged.multiple.map(print_multiple) }).collect()
}

/// How many readings a period needs before it is judged: `(quarter, year, year where ice stops sampling)`.
pub fn rounds_needed() -> (u32, u32, u32) {
    let rule = &DATA.assessment.averaging;
    (rule.season_rounds_min, rule.year_rounds, rule.year_rounds_min_frozen)
}

/// How many of the 21 items a section needs before it is given a class.
pub fn section_items_needed() -> u32 {
    DATA.assessment.averaging.section_items_min
}
