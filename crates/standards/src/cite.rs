//! Where a number comes from, so that every judgement can say so.

use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::data::{self, FILES};
use crate::item::Item;
use crate::surface;

/// A row of a standard's table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// The standard's code with edition, such as `GB 3838-2002`.
    pub standard: String,
    /// Its Chinese title.
    pub title_zh: String,
    /// Its English title.
    pub title_en: String,
    /// The table.
    pub table: u8,
    /// Number of the row.
    pub no: u32,
    /// The day the edition took effect.
    pub effective: String,
    /// Whether the row agrees with a public source besides the compiler's own knowledge.
    pub verified: bool,
}

/// What a data file says of its standard, read once.
struct Head {
    code: String,
    zh: String,
    en: String,
    effective: String,
    /// Rows of table 3 from this number on have a second source; only GB 3838 tells.
    table3_second_source_from: i64,
}

impl Head {
    fn read(file: &str) -> Self {
        let text: toml::Table = data::parse(file);
        let word = |key: &str| text["standard"].get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        let from = text["verification"].get("table3_second_source_from").and_then(toml::Value::as_integer).unwrap_or(i64::MAX);
        Self { code: word("code"), zh: word("zh"), en: word("en"), effective: word("effective"), table3_second_source_from: from }
    }
}

static GB3838: LazyLock<Head> = LazyLock::new(|| Head::read("gb3838-2002.toml"));
static GBT14848: LazyLock<Head> = LazyLock::new(|| Head::read("gbt14848-2017.toml"));

impl Citation {
    /// The row of GB 3838-2002 that limits an item.
    pub fn gb3838(item: Item) -> Option<Self> {
        let (table, no) = surface::place(item)?;
        let verified = table != 3 || GB3838.table3_second_source_from <= i64::from(no);
        Some(Self::of(&GB3838, table, no, verified))
    }

    /// The row of GB/T 14848-2017 that limits an item.
    pub fn gbt14848(item: Item) -> Option<Self> {
        let (table, no) = crate::groundwater::place(item)?;
        Some(Self::of(&GBT14848, table, no, true))
    }

    fn of(head: &Head, table: u8, no: u32, verified: bool) -> Self {
        Self {
            standard: head.code.clone(),
            title_zh: head.zh.clone(),
            title_en: head.en.clone(),
            table,
            no,
            effective: head.effective.clone(),
            verified,
        }
    }
}

/// The digest of every data file of the standards: SHA-256 over names and contents, in hexadecimal.
pub fn digest() -> &'static str {
    static DIGEST: LazyLock<String> = LazyLock::new(|| {
        let mut hash = Sha256::new();
        for (name, text) in FILES {
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(text.as_bytes());
        }
        hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    });
    &DIGEST
}
