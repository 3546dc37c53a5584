//! Names of what a network has, for people.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::rows::{Row, Tables};

/// An id with its names; where a row has none, its id stands in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Named {
    /// The id.
    pub id: String,
    /// The Chinese name.
    pub zh: String,
    /// The English name.
    pub en: String,
    /// Whether its row was made up.
    pub made_up: bool,
}

/// Rows by kind and id.
pub(super) struct Names<'a> {
    rows: HashMap<&'a str, HashMap<&'a str, &'a Row>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(tables: &'a Tables) -> Self {
        let by_id = |rows: &'a Vec<Row>| rows.iter().map(|row| (row.id.as_str(), row)).collect();
        Self { rows: tables.iter().map(|(kind, rows)| (kind.as_str(), by_id(rows))).collect() }
    }

    pub(super) fn row(&self, kind: &str, id: &str) -> Option<&'a Row> {
        self.rows.get(kind)?.get(id).copied()
    }

    /// The names of a row.
    pub(super) fn of(&self, kind: &str, id: &str) -> Named {
        let row = self.row(kind, id);
        let zh = row.and_then(|row| row.get("name_zh")).unwrap_or(id).to_owned();
        let en = row.and_then(|row| row.get("name_en")).unwrap_or(&zh).to_owned();
        Named { id: id.to_owned(), zh, en, made_up: row.is_some_and(|row| row.made_up) }
    }

    /// A field of a row, empty where there is none.
    pub(super) fn field(&self, kind: &str, id: &str, field: &str) -> String {
        self.row(kind, id).and_then(|row| row.get(field)).unwrap_or_default().to_owned()
    }
}
