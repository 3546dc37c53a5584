//! Factor codes: which item a code stands for, and in which unit its numbers are.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use standards::Item;

use super::edition::Edition;
use super::tables::CODES;

/// A row of the table of factors.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorCode {
    /// The code of 2017.
    pub code: Option<String>,
    /// The code of 2005.
    pub old: Option<String>,
    /// The old code is not in the annex of 2005, 2017 calls it a former code.
    #[serde(default)]
    pub former: bool,
    item: Option<String>,
    zh: Option<String>,
    en: Option<String>,
    unit: String,
    unit_2005: Option<String>,
    total: Option<String>,
    total_2005: Option<String>,
}

/// An information code, sent with `-Info`.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InfoCode {
    /// The code.
    pub code: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// Unit of its numbers.
    pub unit: Option<String>,
    /// What its values mean, in Chinese.
    #[serde(default)]
    pub values: HashMap<String, String>,
}

/// What a code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A factor of the tables of 2005 and 2017.
    Factor {
        /// Its row.
        row: &'static FactorCode,
        /// The edition whose code it is.
        edition: Edition,
    },
    /// An item whose code is known from the codes of our items, but not its unit in HJ 212.
    Item(Item),
    /// A piece of information.
    Info(&'static InfoCode),
}

/// Codes in small letters, since devices write both cases.
static BY_CODE: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let mut by_code = HashMap::new();
    for item in Item::all() {
        for code in item.codes() {
            by_code.insert(code.to_ascii_lowercase(), Meaning::Item(item));
        }
    }
    for info in &CODES.infos {
        by_code.insert(info.code.to_ascii_lowercase(), Meaning::Info(info));
    }
    for row in &CODES.factors {
        for (code, edition) in [(&row.old, Edition::V2005), (&row.code, Edition::V2017)] {
            if let Some(code) = code {
                by_code.insert(code.to_ascii_lowercase(), Meaning::Factor { row, edition });
            }
        }
    }
    by_code
});

/// What a code stands for; `None` where it is in no table. Codes of both editions are understood in any message, since devices mix them.
pub fn meaning(code: &str) -> Option<Meaning> {
    if code.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return BY_CODE.get(&code.to_ascii_lowercase()).copied();
    }
    BY_CODE.get(code).copied()
}

/// Every row of the table of factors.
pub fn factors() -> &'static [FactorCode] {
    &CODES.factors
}

impl FactorCode {
    /// Our item, where we have it.
    pub fn item(&self) -> Option<Item> {
        self.item.as_deref().and_then(|id| Item::by_id(id).ok())
    }

    /// Its Chinese name.
    pub fn zh(&self) -> &str {
        self.item().map_or_else(|| self.zh.as_deref().unwrap_or_default(), |item| item.zh())
    }

    /// Its English name.
    pub fn en(&self) -> &str {
        self.item().map_or_else(|| self.en.as_deref().unwrap_or_default(), |item| item.en())
    }

    /// The unit of a concentration or level in an edition.
    pub fn unit(&self, edition: Edition) -> &str {
        match (edition, &self.unit_2005) {
            (Edition::V2005, Some(unit)) => unit,
            _ => &self.unit,
        }
    }

    /// The unit of an amount in an edition; `None` where it has none or it was not seen.
    pub fn total(&self, edition: Edition) -> Option<&str> {
        let total = match (edition, &self.total_2005) {
            (Edition::V2005, Some(total)) => Some(total),
            _ => self.total.as_ref(),
        };
        total.map(String::as_str).filter(|total| !total.is_empty())
    }

    /// Whether its unit is the same in all editions.
    pub fn unit_agrees(&self) -> bool {
        self.unit_2005.is_none()
    }

    /// Whether the unit of its amounts is the same in all editions.
    pub fn total_agrees(&self) -> bool {
        self.total_2005.is_none()
    }
}
