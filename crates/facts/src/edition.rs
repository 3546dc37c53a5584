//! Editions that were published: frozen, byte for byte. A correction is the next edition; none is ever changed.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Value, json};

use crate::ledger::{self, Change, LedgerRow};
use crate::merkle;
use crate::store::{FactsError, Store};
use crate::verify::Altered;

/// An edition.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Edition {
    /// What it is an edition of, such as `assessment/county/2019`.
    pub id: String,
    /// Its number, from 1.
    pub number: i64,
    /// Its content.
    #[serde(skip)]
    pub content: String,
    /// SHA-256 of the content.
    pub digest: String,
    /// Why it was made, where it corrects one.
    pub note: String,
    /// When it was published, in seconds since 1970.
    pub published_at: i64,
}

const COLUMNS: &str = "id, number, content, digest, note, published_at";

fn read(row: &Row<'_>) -> rusqlite::Result<Edition> {
    Ok(Edition {
        id: row.get(0)?,
        number: row.get(1)?,
        content: row.get(2)?,
        digest: row.get(3)?,
        note: row.get(4)?,
        published_at: row.get(5)?,
    })
}

impl Store {
    /// Publishes an edition. Gives `false`, and keeps nothing, where the number is not the next one by now.
    pub fn publish_edition(&self, id: &str, number: i64, content: &str, change: &Change) -> Result<bool, FactsError> {
        self.write(|store| {
            let put = || -> rusqlite::Result<bool> {
                let last: i64 = store.query_row("SELECT coalesce(max(number), 0) FROM edition WHERE id = ?1", [id], |row| row.get(0))?;
                if number != last + 1 {
                    return Ok(false);
                }
                let digest = merkle::sha256_hex(content.as_bytes());
                let sql = format!("INSERT INTO edition ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
                store.execute(&sql, params![id, number, content, digest, change.why, change.at])?;
                ledger::append(store, change, "edition", &format!("edition/{id}"), &json!({"number": number, "digest": digest}))?;
                Ok(true)
            };
            put().map_err(|source| self.error(source))
        })
    }

    /// The editions of one thing, oldest first.
    pub fn editions(&self, id: &str) -> Result<Vec<Edition>, FactsError> {
        self.read(|store| {
            let sql = format!("SELECT {COLUMNS} FROM edition WHERE id = ?1 ORDER BY number");
            store.prepare_cached(&sql)?.query_map([id], read)?.collect()
        })
    }

    /// The editions of everything whose id begins with a prefix, by id, oldest first.
    pub fn editions_below(&self, prefix: &str) -> Result<Vec<Edition>, FactsError> {
        self.read(|store| {
            let sql = format!("SELECT {COLUMNS} FROM edition WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id, number");
            store.prepare_cached(&sql)?.query_map([prefix], read)?.collect()
        })
    }

    /// One edition.
    pub fn edition(&self, id: &str, number: i64) -> Result<Option<Edition>, FactsError> {
        self.read(|store| {
            let sql = format!("SELECT {COLUMNS} FROM edition WHERE id = ?1 AND number = ?2");
            store.prepare_cached(&sql)?.query_row(params![id, number], read).optional()
        })
    }
}

/// Editions against the rows of the ledger, one each.
pub(crate) fn altered(store: &Connection, rows: &[LedgerRow]) -> rusqlite::Result<Vec<Altered>> {
    let mut altered = Vec::new();
    let mut told: BTreeMap<(String, i64), (String, &str, i64)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.action == "edition") {
        let what: Value = serde_json::from_str(&row.what).unwrap_or_default();
        let key = (row.subject.trim_start_matches("edition/").to_owned(), what["number"].as_i64().unwrap_or_default());
        told.insert(key, (what["digest"].as_str().unwrap_or_default().to_owned(), row.why.as_str(), row.at));
    }
    let mut statement = store.prepare(&format!("SELECT {COLUMNS} FROM edition ORDER BY id, number"))?;
    for edition in statement.query_map([], read)? {
        let edition = edition?;
        let name = format!("edition {} of {}", edition.number, edition.id);
        match told.remove(&(edition.id, edition.number)) {
            None => altered.push(Altered { what: name, how: "the ledger does not know it".to_owned() }),
            Some((digest, why, at)) => {
                if digest != edition.digest || digest != merkle::sha256_hex(edition.content.as_bytes()) {
                    altered.push(Altered { what: name.clone(), how: "its content is not what was published".to_owned() });
                }
                if why != edition.note || at != edition.published_at {
                    altered.push(Altered { what: name, how: "its note or time is not what the ledger says".to_owned() });
                }
            }
        }
    }
    for (id, number) in told.into_keys() {
        altered.push(Altered { what: format!("edition {number} of {id}"), how: "the ledger tells of it, but it is gone".to_owned() });
    }
    Ok(altered)
}
