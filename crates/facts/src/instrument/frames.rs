//! Frames read back, and compared with the ledger.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serde_json::Value;

use crate::ledger::LedgerRow;
use crate::merkle::{self, Hash, Leaf, hex};
use crate::store::{FactsError, Store};
use crate::verify::Altered;

/// A frame of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its number.
    pub id: i64,
    /// Id of the device.
    pub mn: String,
    /// Its command.
    pub cn: String,
    /// The time it speaks of.
    pub data_time: Option<i64>,
    /// When it came, in milliseconds since 1970.
    pub received_at: i64,
    /// `kept`, `quarantined` or `refused`.
    pub state: String,
    /// Why.
    pub reason: String,
    /// What was noticed.
    pub notices: String,
    /// As received.
    pub bytes: Vec<u8>,
}

impl Store {
    /// The frames behind a number, in the order in which they came.
    pub fn frames(&self, after: i64, limit: usize) -> Result<Vec<Frame>, FactsError> {
        self.read(|store| {
            let sql =
                "SELECT id, mn, cn, data_time, received_at, state, reason, notices, bytes FROM frame WHERE id > ?1 ORDER BY id LIMIT ?2";
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let mut rows = store.prepare_cached(sql)?;
            rows.query_map(params![after, limit], |row| {
                Ok(Frame {
                    id: row.get(0)?,
                    mn: row.get(1)?,
                    cn: row.get(2)?,
                    data_time: row.get(3)?,
                    received_at: row.get(4)?,
                    state: row.get(5)?,
                    reason: row.get(6)?,
                    notices: row.get(7)?,
                    bytes: row.get(8)?,
                })
            })?
            .collect()
        })
    }

    /// The times at which a source measured at a place, whatever the item, in order.
    pub fn times_of(&self, place: &str, source: &str, from: i64, to: i64) -> Result<Vec<i64>, FactsError> {
        self.read(|store| {
            let sql = "SELECT DISTINCT o.time FROM series AS s JOIN observation AS o ON o.series = s.id \
                       WHERE s.place = ?1 AND s.source = ?2 AND o.time BETWEEN ?3 AND ?4 ORDER BY o.time";
            store.prepare_cached(sql)?.query_map(params![place, source, from, to], |row| row.get(0))?.collect()
        })
    }
}

/// The leaf of a frame: everything that its row holds. The texts are mn, cn, peer, state, reason, notices.
pub(super) fn frame_leaf(texts: [&str; 6], data_time: Option<i64>, received_at: i64, bytes: &[u8]) -> Hash {
    let mut leaf = Leaf::begin();
    leaf.add(b"frame");
    for text in texts {
        leaf.add(text.as_bytes());
    }
    leaf.add(data_time.map_or_else(Vec::new, |time| time.to_be_bytes().to_vec()).as_slice());
    leaf.add(&received_at.to_be_bytes());
    leaf.add(bytes);
    leaf.hash()
}

/// Frames that are not what the ledger sealed.
pub(crate) fn altered(store: &Connection, rows: &[LedgerRow]) -> rusqlite::Result<Vec<Altered>> {
    let mut told: BTreeMap<i64, (i64, String)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.action == "frames") {
        let what: Value = serde_json::from_str(&row.what).unwrap_or(Value::Null);
        let number = |key: &str| what[key].as_i64().unwrap_or(0);
        told.insert(number("first"), (number("last"), what["root"].as_str().unwrap_or_default().to_owned()));
    }
    let mut altered = Vec::new();
    let mut of_range = store.prepare(
        "SELECT mn, cn, peer, state, reason, notices, data_time, received_at, bytes FROM frame WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
    )?;
    let mut sealed = 0_i64;
    for (first, (last, root)) in &told {
        let mut leaves = Vec::new();
        let mut held = of_range.query([first, last])?;
        while let Some(row) = held.next()? {
            let text = |column: usize| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str().unwrap_or_default()) };
            let texts = [text(0)?, text(1)?, text(2)?, text(3)?, text(4)?, text(5)?];
            leaves.push(frame_leaf(texts, row.get(6)?, row.get(7)?, row.get_ref(8)?.as_bytes().unwrap_or_default()));
        }
        sealed += i64::try_from(leaves.len()).unwrap_or(i64::MAX);
        if hex(&merkle::root(&leaves)) != *root {
            altered.push(Altered { what: format!("frames {first} to {last}"), how: "not as they were sealed".to_owned() });
        }
    }
    let there: i64 = store.query_row("SELECT count(*) FROM frame", [], |row| row.get(0))?;
    if there != sealed {
        altered.push(Altered { what: "frames".to_owned(), how: format!("{there} are there, the ledger tells of {sealed}") });
    }
    Ok(altered)
}
