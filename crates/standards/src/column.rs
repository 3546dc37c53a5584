//! What a column name of a table of records stands for: an item, the unit of its values, rounded or not.

use crate::item::Item;
use crate::unit;

/// A column of readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The item.
    pub item: Item,
    /// The unit of its values, by our name for it.
    pub unit: &'static str,
    /// Whether the name says that these are the unrounded values (`do_mgl_raw`).
    pub raw: bool,
}

/// A name that looks like a column of readings but cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadColumn {
    /// The unit is not one of this system.
    #[error("column `{column}`: {found} is not a unit that {item} can be given in (expected {expected} or a unit that converts to it)")]
    Unit {
        /// The column's name.
        column: String,
        /// The item it names.
        item: Item,
        /// The unit in it.
        found: String,
        /// The item's unit.
        expected: &'static str,
    },
}

impl Column {
    /// Reads a column name: an item id, alias, HJ 212 code or Chinese name; with a unit behind it (`do_mgl`,
    /// `溶解氧(mg/L)`) or without; `_raw` at the end for unrounded values. `Ok(None)` where it names no item.
    pub fn parse(name: &str) -> Result<Option<Self>, BadColumn> {
        let trimmed = name.trim();
        let (base, raw) = trimmed.strip_suffix("_raw").map_or((trimmed, false), |base| (base, true));
        if let Ok(item) = Item::by_name(base) {
            return Ok(Some(Self { item, unit: canonical_unit(item), raw }));
        }
        if let Some((label, unit)) = bracketed(base) {
            return match Item::by_name(label) {
                Ok(item) => Self::with_unit(name, item, unit, raw).map(Some),
                Err(_) => Ok(None),
            };
        }
        // The longest head that is an item wins, so that `algae_cells_l` is algae in cells_l.
        for (place, _) in base.rmatch_indices('_') {
            let (head, tail) = (&base[..place], &base[place + 1..]);
            if let Ok(item) = Item::by_name(head) {
                return Self::with_unit(name, item, tail, raw).map(Some);
            }
        }
        Ok(None)
    }

    fn with_unit(column: &str, item: Item, unit_text: &str, raw: bool) -> Result<Self, BadColumn> {
        let expected = canonical_unit(item);
        let refused = || BadColumn::Unit { column: column.to_owned(), item, found: unit_text.to_owned(), expected };
        let unit = unit::canonical(unit_text).map_err(|_| refused())?;
        unit::convert(rust_decimal::Decimal::ONE, unit, expected).map_err(|_| refused())?;
        Ok(Self { item, unit, raw })
    }
}

fn canonical_unit(item: Item) -> &'static str {
    unit::canonical(item.unit()).unwrap_or("1")
}

/// `溶解氧(mg/L)` as (`溶解氧`, `mg/L`), with brackets of either width.
fn bracketed(name: &str) -> Option<(&str, &str)> {
    let inner = name.strip_suffix([')', '）'])?;
    let open = inner.rfind(['(', '（'])?;
    let width = inner[open..].chars().next()?.len_utf8();
    Some((inner[..open].trim(), inner[open + width..].trim()))
}
