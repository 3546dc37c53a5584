//! The ledger: who changed what, when and why, each row carrying the hash of the row before it.

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde_json::Value;

use crate::merkle::{hex, leaf};
use crate::store::{FactsError, Store};

/// Who makes a change, when, and why.
#[derive(Debug, Clone)]
pub struct Change {
    /// Who.
    pub who: String,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Why.
    pub why: String,
}

/// The `who` of a change that somebody makes for a person who is away. The row of the ledger names both: `who` is the
/// deputy, and `for` in what was done the person who is away.
pub fn standing_in(deputy: &str, absent: &str) -> String {
    format!("{deputy} (for {absent})")
}

/// The two of a `who`: who acted and, where somebody stood in, for whom. Names of accounts have neither blanks nor brackets.
pub fn signed_by(who: &str) -> (&str, Option<&str>) {
    let parts = who.strip_suffix(')').and_then(|rest| rest.split_once(" (for "));
    parts.map_or((who, None), |(deputy, absent)| (deputy, Some(absent)))
}

/// The key of what was done that names the person who is away.
pub(crate) const FOR: &str = "for";

/// The hash before the first row.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// Its number, from 1, without gaps.
    pub seq: i64,
    /// When.
    pub at: i64,
    /// Who.
    pub who: String,
    /// `entry`, `observations`, `judgement`, …
    pub action: String,
    /// What it concerns, such as `section/hlj-tongjiang`.
    pub subject: String,
    /// Before and after, as canonical JSON.
    pub what: String,
    /// Why.
    pub why: String,
    /// Hash of the row before.
    pub prev_hash: String,
    /// Hash of this row.
    pub hash: String,
}

impl LedgerRow {
    /// For whom it was done, where somebody stood in for a person who was away.
    pub fn stood_in_for(&self) -> Option<String> {
        let what: Value = serde_json::from_str(&self.what).ok()?;
        Some(what.get(FOR)?.as_str()?.to_owned())
    }

    /// The hash that this row should carry.
    pub(crate) fn computed_hash(&self) -> String {
        let (seq, at) = (self.seq.to_be_bytes(), self.at.to_be_bytes());
        let texts = [&self.who, &self.action, &self.subject, &self.what, &self.why, &self.prev_hash];
        let mut parts: Vec<&[u8]> = vec![&seq, &at];
        parts.extend(texts.iter().map(|text| text.as_bytes()));
        hex(&leaf(&parts))
    }

    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            at: row.get(1)?,
            who: row.get(2)?,
            action: row.get(3)?,
            subject: row.get(4)?,
            what: row.get(5)?,
            why: row.get(6)?,
            prev_hash: row.get(7)?,
            hash: row.get(8)?,
        })
    }
}

/// Adds a row, in the transaction of the change it tells of.
pub(crate) fn append(store: &Transaction<'_>, change: &Change, action: &str, subject: &str, what: &Value) -> rusqlite::Result<()> {
    let last: Option<(i64, String)> =
        store.query_row("SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let mut what = what.clone();
    let who = match (signed_by(&change.who), what.as_object_mut()) {
        ((deputy, Some(absent)), Some(fields)) => {
            fields.insert(FOR.to_owned(), absent.into());
            deputy
        }
        _ => change.who.as_str(),
    };
    let (seq, prev_hash) = last.map_or_else(|| (1, GENESIS.to_owned()), |(seq, hash)| (seq + 1, hash));
    let mut row = LedgerRow {
        seq,
        at: change.at,
        who: who.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        what: what.to_string(),
        why: change.why.clone(),
        prev_hash,
        hash: String::new(),
    };
    row.hash = row.computed_hash();
    let mut insert = store.prepare_cached(
        "INSERT INTO ledger (seq, at, who, action, subject, what, why, prev_hash, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    insert.execute(params![row.seq, row.at, row.who, row.action, row.subject, row.what, row.why, row.prev_hash, row.hash])?;
    Ok(())
}

impl Store {
    /// Every row of the ledger, oldest first.
    pub fn ledger(&self) -> Result<Vec<LedgerRow>, FactsError> {
        self.read(rows)
    }

    /// The rows that concern one subject, oldest first.
    pub fn ledger_of(&self, subject: &str) -> Result<Vec<LedgerRow>, FactsError> {
        self.read(|store| {
            let sql = "SELECT seq, at, who, action, subject, what, why, prev_hash, hash FROM ledger WHERE subject = ?1 ORDER BY seq";
            store.prepare_cached(sql)?.query_map([subject], LedgerRow::read)?.collect()
        })
    }
}

/// Every row, oldest first.
pub(crate) fn rows(store: &Connection) -> rusqlite::Result<Vec<LedgerRow>> {
    let mut rows = store.prepare_cached("SELECT seq, at, who, action, subject, what, why, prev_hash, hash FROM ledger ORDER BY seq")?;
    rows.query_map([], LedgerRow::read)?.collect()
}

/// The hash before the first row, for whoever walks the chain.
pub(crate) fn genesis() -> &'static str {
    GENESIS
}
