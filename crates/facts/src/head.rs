//! Heads: what the ledger held at the end of a day, in a few lines that can be published or handed to another office.
//!
//! Whoever keeps a head can ask later whether the ledger still holds what it held then, and can check that an observation
//! stood in it without having the store. A head follows from the ledger alone: the same rows give the same bytes.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ledger;
use crate::merkle::{Growing, Hash, hex, leaf, sha256_hex};
use crate::store::{FactsError, Store};
use crate::time;
use crate::verify::{Altered, chain};

/// The form of a head; another form gets another name.
pub const FORMAT: &str = "qingliu-head/1";

/// What the ledger held at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// [`FORMAT`].
    pub format: String,
    /// Which store: the hash of the first row of its ledger.
    pub store: String,
    /// The day, in Shanghai.
    pub day: Date,
    /// The last row of that day.
    pub row: i64,
    /// Its hash.
    pub row_hash: String,
    /// When it was written.
    pub at: String,
    /// Merkle root over all rows up to it.
    pub rows_root: String,
    /// How many of them are batches of observations.
    pub batches: u64,
}

/// Why a head cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    /// It is no head.
    #[error("no head of a ledger: {0} (expected what `qingliu head --out FILE` writes)")]
    Unreadable(#[from] serde_json::Error),
    /// It is one of another form.
    #[error("a head of the form `{0}` (expected `qingliu-head/1`)")]
    Format(String),
}

impl Head {
    /// Reads a head, or the data of a page that carries one as `head`.
    pub fn read(text: &str) -> Result<Self, HeadError> {
        let mut value: Value = serde_json::from_str(text)?;
        let inner = value.get_mut("head").map(Value::take);
        if let Some(inner) = inner {
            value = inner;
        }
        if let Some(other) = value["format"].as_str().filter(|format| *format != FORMAT) {
            return Err(HeadError::Format(other.to_owned()));
        }
        Ok(serde_json::from_value(value)?)
    }

    /// The bytes that are handed on: JSON with its keys in order and without blanks.
    pub fn canonical(&self) -> String {
        let fields: BTreeMap<&str, Value> = BTreeMap::from([
            ("format", self.format.as_str().into()),
            ("store", self.store.as_str().into()),
            ("day", self.day.to_string().into()),
            ("row", self.row.into()),
            ("row_hash", self.row_hash.as_str().into()),
            ("at", self.at.as_str().into()),
            ("rows_root", self.rows_root.as_str().into()),
            ("batches", self.batches.into()),
        ]);
        let fields: Vec<String> = fields.into_iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        format!("{{{}}}", fields.join(","))
    }

    /// SHA-256 of those bytes.
    pub fn digest(&self) -> String {
        sha256_hex(self.canonical().as_bytes())
    }
}

/// What of a row of the ledger goes into a head.
pub(crate) struct Summary {
    pub(crate) seq: i64,
    at: i64,
    pub(crate) hash: String,
    /// The Merkle root it carries, where it is one of observations.
    pub(crate) root: Option<String>,
    /// Whether those are made up.
    made_up: bool,
}

impl Summary {
    /// The day it was written, in Shanghai.
    fn day(&self) -> Date {
        time::day_of(self.at).unwrap_or_default()
    }

    /// Its leaf in the tree over the rows.
    pub(crate) fn leaf(&self) -> Hash {
        row_leaf(self.seq, &self.hash, self.root.as_deref().unwrap_or("-"), self.made_up)
    }
}

/// The leaf of a row in the tree over the rows. Its root and mark stand in it openly, so that an observation can be led to a
/// head without showing who took it in, and why.
pub(crate) fn row_leaf(seq: i64, hash: &str, root: &str, made_up: bool) -> Hash {
    let mark: &[u8] = if made_up { b"made_up" } else { b"-" };
    leaf(&[&seq.to_be_bytes(), hash.as_bytes(), root.as_bytes(), mark])
}

/// Gives what goes into heads, row by row.
pub(crate) fn each_row(store: &Connection, mut take: impl FnMut(Summary)) -> rusqlite::Result<()> {
    let sql = "SELECT seq, at, hash, CASE WHEN told THEN CAST(what ->> '$.root' AS TEXT) END, \
               CASE WHEN told THEN coalesce(what ->> '$.made_up' = 1, 0) ELSE 0 END \
               FROM (SELECT *, action = 'observations' AND json_valid(what) AS told FROM ledger) ORDER BY seq";
    let mut statement = store.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        take(Summary { seq: row.get(0)?, at: row.get(1)?, hash: row.get(2)?, root: row.get(3)?, made_up: row.get(4)? });
    }
    Ok(())
}

/// A walk over the rows that can say the head at any row.
#[derive(Default)]
struct Walk {
    first: String,
    tree: Growing,
    batches: u64,
    day: Date,
    last: Option<Summary>,
}

impl Walk {
    /// Goes on to the next row.
    fn step(&mut self, row: Summary) {
        if self.last.is_none() {
            self.first.clone_from(&row.hash);
        }
        self.day = self.day.max(row.day());
        self.tree.push(row.leaf());
        self.batches += u64::from(row.root.is_some());
        self.last = Some(row);
    }

    /// The head at the row that was reached; none before the first.
    fn head(&self) -> Option<Head> {
        let last = self.last.as_ref()?;
        Some(Head {
            format: FORMAT.to_owned(),
            store: self.first.clone(),
            day: self.day,
            row: last.seq,
            row_hash: last.hash.clone(),
            at: time::print(last.at),
            rows_root: hex(&self.tree.root()),
            batches: self.batches,
        })
    }
}

/// The head of every day that has rows, oldest first. A day ends where a row of a later one comes, so that a clock that
/// was set back changes no head of a day that is over.
fn daily(store: &Connection) -> rusqlite::Result<Vec<Head>> {
    let mut heads: Vec<Head> = Vec::new();
    let mut walk = Walk::default();
    each_row(store, |row| {
        if walk.day < row.day() {
            heads.extend(walk.head());
        }
        walk.step(row);
    })?;
    heads.extend(walk.head());
    Ok(heads)
}

/// What the ledger says today at the row of each head; none where it has no such row.
fn states(store: &Connection, heads: &[Head]) -> rusqlite::Result<Vec<Option<Head>>> {
    let mut now: Vec<Option<Head>> = heads.iter().map(|_| None).collect();
    let mut walk = Walk::default();
    each_row(store, |row| {
        let seq = row.seq;
        walk.step(row);
        for (_, now) in heads.iter().zip(&mut now).filter(|(head, _)| head.row == seq) {
            *now = walk.head();
        }
    })?;
    Ok(now)
}

impl Store {
    /// The head of every day that has rows in the ledger, oldest first.
    pub fn heads(&self) -> Result<Vec<Head>, FactsError> {
        self.read(daily)
    }

    /// The head of a day, or of the last before it that has rows; of the newest where no day is asked for. None where the
    /// ledger has no row yet.
    pub fn head(&self, day: Option<Date>) -> Result<Option<Head>, FactsError> {
        Ok(self.heads()?.into_iter().rev().find(|head| day.is_none_or(|day| head.day <= day)))
    }

    /// Compares heads that were kept elsewhere with the ledger: for each that no longer holds, why, and the first row that
    /// differs or the rows among which it is. Empty where all hold.
    pub fn check_heads(&self, heads: &[Head]) -> Result<Vec<Altered>, FactsError> {
        let (rows, now) = self.read(|store| {
            let still = store.unchecked_transaction()?;
            Ok((ledger::rows(&still)?, states(&still, heads)?))
        })?;
        let mut order: Vec<(&Head, Option<Head>)> = heads.iter().zip(now).collect();
        order.sort_by_key(|(head, _)| head.row);
        let mut altered = Vec::new();
        let mut holds_to = 0;
        let store = rows.first().map_or("", |row| row.hash.as_str());
        for (head, now) in order {
            let until = rows.partition_point(|row| row.seq <= head.row);
            let broken = chain(&rows[..until]).into_iter().next();
            match differs(head, store, now.as_ref(), broken, holds_to) {
                Some(how) => altered.push(Altered { what: format!("head of {}", head.day), how }),
                None => holds_to = head.row,
            }
        }
        Ok(altered)
    }
}

/// How the ledger of a store differs from a head. `broken` is the first row up to it that does not hold by itself, `holds_to`
/// the row of the last older head that holds.
fn differs(head: &Head, store: &str, now: Option<&Head>, broken: Option<Altered>, holds_to: i64) -> Option<String> {
    if let Some(broken) = broken {
        return Some(format!("the first row that differs is {broken}"));
    }
    if store != head.store {
        return Some("ledger row 1 is another: a head of another store, or a ledger rewritten from its first row".to_owned());
    }
    let Some(now) = now else {
        return Some(format!("the ledger has no row {}, which it states", head.row));
    };
    if now.row_hash != head.row_hash || now.rows_root != head.rows_root {
        let (from, to) = (holds_to + 1, head.row);
        return Some(if from == to {
            format!("row {to} is not the one it states, and it is the first that differs")
        } else {
            format!("row {to} is not the one it states; the first row that differs is one of {from} to {to}")
        });
    }
    if now != head {
        return Some("its day, time or number of batches is not that of its row, so the head itself was altered".to_owned());
    }
    None
}
