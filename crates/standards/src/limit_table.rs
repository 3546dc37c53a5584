//! Standards that set one limit an item and grade: drinking water (GB 5749-2022), municipal treatment plants
//! (GB 18918-2002) and integrated wastewater (GB 8978-1996).

use std::collections::HashMap;
use std::sync::LazyLock;

use rust_decimal::Decimal;

use crate::data;
use crate::item::Item;
use crate::scaled::{Scaled, decimal};
use crate::unit::{self, UnitError};

/// A limit as a standard prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// `-`: the grade sets none.
    None,
    /// `ND`: must not be detected.
    NotDetected,
    /// At most.
    AtMost(Decimal),
    /// Less than (`<1`).
    LessThan(Decimal),
    /// More than (`>3`, residual chlorine).
    MoreThan(Decimal),
    /// At least (`≥0.05`, residual disinfectant at the tap).
    AtLeast(Decimal),
    /// Between, bounds included.
    Between(Decimal, Decimal),
}

impl Limit {
    /// Reads a printed limit.
    pub fn parse(printed: &str) -> Option<Self> {
        let number = |text: &str| decimal(text).ok();
        Some(match printed.trim() {
            "-" => Self::None,
            "ND" => Self::NotDetected,
            text => {
                if let Some((low, high)) = text.split_once('~') {
                    Self::Between(number(low)?, number(high)?)
                } else if let Some(bound) = text.strip_prefix('<') {
                    Self::LessThan(number(bound)?)
                } else if let Some(bound) = text.strip_prefix('>') {
                    Self::MoreThan(number(bound)?)
                } else if let Some(bound) = text.strip_prefix('≥') {
                    Self::AtLeast(number(bound)?)
                } else {
                    Self::AtMost(number(text)?)
                }
            }
        })
    }

    /// Whether a value in the unit of the limit complies; `None` where there is no limit.
    pub fn complies(&self, value: Decimal) -> Option<bool> {
        let value = Scaled::from(value);
        let bound = |limit: &Decimal| Scaled::from(*limit);
        Some(match self {
            Self::None => return None,
            Self::NotDetected => value.mantissa == 0,
            Self::AtMost(limit) => value <= bound(limit),
            Self::LessThan(limit) => value < bound(limit),
            Self::MoreThan(limit) => bound(limit) < value,
            Self::AtLeast(limit) => bound(limit) <= value,
            Self::Between(low, high) => bound(low) <= value && value <= bound(high),
        })
    }
}

/// One row of a table: an item, a grade, its limit, and how sure it is.
#[derive(Debug, Clone)]
pub struct LimitRow {
    /// The standard's code, such as `GB 5749-2022`.
    pub standard: String,
    /// The table.
    pub table: u8,
    /// Number of the row.
    pub no: u32,
    /// The item.
    pub item: Item,
    /// The grade the limit is for; empty where the table has none.
    pub grade: String,
    /// When it applies: `""`, `cold` (water at or below 12 °C), `old` (plants built before the amendment), `small`
    /// (small supplies), or the scope of industries in GB 8978.
    pub condition: String,
    /// The limit as printed.
    pub printed: String,
    /// The limit read.
    pub limit: Limit,
    /// Unit of the limit.
    pub unit: String,
    /// Whether a second public source was seen.
    pub verified: bool,
}

impl LimitRow {
    /// Whether a value given in some unit complies; `Ok(None)` where the row sets no limit.
    pub fn complies(&self, value: Decimal, in_unit: &str) -> Result<Option<bool>, UnitError> {
        Ok(self.limit.complies(unit::convert(value, in_unit, &self.unit)?))
    }
}

static ROWS: LazyLock<Vec<LimitRow>> = LazyLock::new(|| {
    let mut rows = Vec::new();
    for file in ["gb5749-2022.toml", "gb18918-2002.toml", "gb8978-1996.toml"] {
        read_file(file, &mut rows);
    }
    rows
});

static BY_ITEM: LazyLock<HashMap<(String, usize), Vec<usize>>> = LazyLock::new(|| {
    let mut index: HashMap<(String, usize), Vec<usize>> = HashMap::new();
    for (place, row) in ROWS.iter().enumerate() {
        index.entry((row.standard.clone(), row.item.no())).or_default().push(place);
    }
    index
});

/// Every row of the three standards.
pub fn rows() -> &'static [LimitRow] {
    &ROWS
}

/// The rows of one standard for one item.
pub fn find(standard: &str, item: Item) -> Vec<&'static LimitRow> {
    let places = BY_ITEM.get(&(standard.to_owned(), item.no()));
    places.into_iter().flatten().map(|place| &ROWS[*place]).collect()
}

fn read_file(file: &str, rows: &mut Vec<LimitRow>) {
    let text: toml::Table = data::parse(file);
    let standard = text["standard"]["code"].as_str().unwrap_or_default().to_owned();
    let grades: Vec<String> = text["standard"]
        .get("grades")
        .and_then(toml::Value::as_array)
        .map_or_else(Vec::new, |list| list.iter().filter_map(|grade| grade.as_str().map(str::to_owned)).collect());
    for table in 1..=4_u8 {
        let name = format!("table{table}");
        let Some(section) = text.get(&name).and_then(toml::Value::as_table) else { continue };
        let sure = section
            .get("verified")
            .or_else(|| text["verification"].get(&name))
            .or_else(|| text["verification"].get("verified"))
            .and_then(toml::Value::as_bool)
            .unwrap_or(false);
        let default_unit = section.get("unit").and_then(toml::Value::as_str).unwrap_or("mg/L");
        let items = section.get("items").and_then(toml::Value::as_array).into_iter().flatten();
        for entry in items.filter_map(toml::Value::as_table) {
            let word = |key: &str| entry.get(key).and_then(toml::Value::as_str);
            let id = word("id").unwrap_or_default();
            let item = Item::by_id(id).unwrap_or_else(|_| panic!("{file}: unknown item `{id}`"));
            let base = LimitRow {
                standard: standard.clone(),
                table,
                no: entry.get("no").and_then(toml::Value::as_integer).and_then(|no| u32::try_from(no).ok()).unwrap_or(0),
                item,
                grade: String::new(),
                condition: word("scope").unwrap_or_default().to_owned(),
                printed: String::new(),
                limit: Limit::None,
                unit: word("unit").unwrap_or(default_unit).to_owned(),
                verified: entry.get("verified").and_then(toml::Value::as_bool).unwrap_or(sure),
            };
            if word("rule") == Some("nd") {
                rows.push(with_limit(&base, "", "", "ND", file));
            }
            for (key, condition) in
                [("limit", ""), ("limit_max", ""), ("limit_small", "small"), ("residual_works_min", "works"), ("residual_tap_min", "tap")]
            {
                let Some(printed) = word(key) else { continue };
                let printed = if key.starts_with("residual") && printed != "-" { format!("≥{printed}") } else { printed.to_owned() };
                rows.push(with_limit(&base, "", condition, &printed, file));
            }
            for (key, condition) in [("limits", ""), ("limits_cold", "cold"), ("limits_old", "old")] {
                let Some(list) = entry.get(key).and_then(toml::Value::as_array) else { continue };
                for (grade, printed) in grades.iter().zip(list.iter().filter_map(toml::Value::as_str)) {
                    let condition = if condition.is_empty() { base.condition.clone() } else { condition.to_owned() };
                    rows.push(with_limit(&base, grade, &condition, printed, file));
                }
            }
        }
    }
}

fn with_limit(base: &LimitRow, grade: &str, condition: &str, printed: &str, file: &str) -> LimitRow {
    let limit = Limit::parse(printed).unwrap_or_else(|| panic!("{file}: `{printed}` is no limit ({})", base.item));
    let condition = if condition.is_empty() { base.condition.clone() } else { condition.to_owned() };
    LimitRow { grade: grade.to_owned(), condition, printed: printed.to_owned(), limit, ..base.clone() }
}
