//! Files handed in as evidence, named by their SHA-256.

use rusqlite::{OptionalExtension as _, params};
use serde_json::json;

use crate::ledger::{self, Change};
use crate::merkle::sha256_hex;
use crate::store::{FactsError, Store};

/// The largest file that is taken, in bytes.
pub const LARGEST: usize = 20 << 20;

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its SHA-256.
    pub sha256: String,
    /// The name it was handed in under.
    pub name: String,
    /// What kind of file it says it is.
    pub media_type: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

impl Store {
    /// Keeps a file; the same bytes are kept once. Gives its SHA-256.
    pub fn attach(&self, name: &str, media_type: &str, content: &[u8], change: &Change) -> Result<String, FactsError> {
        let sha256 = sha256_hex(content);
        self.write(|store| {
            let sql = "INSERT INTO attachment (sha256, name, media_type, size, content, recorded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
            let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
            let new = store.execute(sql, params![sha256, name, media_type, size, content, change.at]).map_err(|error| self.error(error))?;
            if new == 1 {
                let what = json!({"sha256": sha256, "size": size});
                ledger::append(store, change, "attachment", &format!("attachment/{sha256}"), &what).map_err(|error| self.error(error))?;
            }
            Ok(sha256.clone())
        })
    }

    /// A stored file.
    pub fn attachment(&self, sha256: &str) -> Result<Option<Attachment>, FactsError> {
        self.read(|store| {
            let sql = "SELECT sha256, name, media_type, content FROM attachment WHERE sha256 = ?1";
            let row = |row: &rusqlite::Row<'_>| {
                Ok(Attachment { sha256: row.get(0)?, name: row.get(1)?, media_type: row.get(2)?, content: row.get(3)? })
            };
            store.query_row(sql, [sha256], row).optional()
        })
    }
}
