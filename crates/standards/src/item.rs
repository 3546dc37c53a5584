//! Items: the pollutants and properties that are measured, each under one id.

use std::fmt;

use crate::data::DATA;

/// One pollutant or property of water, such as `nh3n`. Two items are equal when their ids are.
#[derive(Clone, Copy)]
pub struct Item(pub(crate) &'static ItemData);

/// What `data/items.toml` says of an item.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemData {
    pub(crate) id: String,
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) unit: String,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    #[serde(default)]
    pub(crate) codes: Vec<String>,
    #[serde(skip)]
    pub(crate) no: usize,
}

/// A name that stands for no item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not an item (expected an id such as nh3n, a Chinese name such as 氨氮, or an HJ 212 code such as w21003)")]
pub struct UnknownItem {
    /// What stood there.
    pub found: String,
}

impl Item {
    /// The item with exactly this id.
    pub fn by_id(id: &str) -> Result<Self, UnknownItem> {
        DATA.item_by_id(id).ok_or_else(|| UnknownItem { found: id.to_owned() })
    }

    /// The item that records call by this id, Chinese or English name, alias or HJ 212 code; case does not matter.
    pub fn by_name(name: &str) -> Result<Self, UnknownItem> {
        DATA.item_by_name(name).ok_or_else(|| UnknownItem { found: name.to_owned() })
    }

    /// Every item, in the order of the tables.
    pub fn all() -> impl Iterator<Item = Self> {
        DATA.items.iter().map(Self)
    }

    /// The id used in data, code and addresses.
    pub fn id(self) -> &'static str {
        &self.0.id
    }

    /// The Chinese name.
    pub fn zh(self) -> &'static str {
        &self.0.zh
    }

    /// The English name.
    pub fn en(self) -> &'static str {
        &self.0.en
    }

    /// The unit in which values of this item are kept; `1` means dimensionless.
    pub fn unit(self) -> &'static str {
        &self.0.unit
    }

    /// HJ 212 codes that carry this item.
    pub fn codes(self) -> &'static [String] {
        &self.0.codes
    }

    /// Other names under which records carry it.
    pub fn aliases(self) -> &'static [String] {
        &self.0.aliases
    }

    /// Place in the order of the tables.
    pub fn no(self) -> usize {
        self.0.no
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.0.no == other.0.no
    }
}

impl Eq for Item {}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.no.cmp(&other.0.no)
    }
}

impl std::hash::Hash for Item {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.no.hash(state);
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl PartialEq<&str> for Item {
    fn eq(&self, other: &&str) -> bool {
        self.id() == *other
    }
}
