//! Verdicts and indicator values as the store keeps them: a new version only where the content changed.

use rusqlite::{OptionalExtension as _, Row, params};
use serde_json::json;

use crate::ledger::{self, Change};
use crate::merkle;
use crate::store::{FactsError, Store};

/// A verdict as the store holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVerdict {
    /// Hash of rule, subject and period; it stays.
    pub id: String,
    /// The version.
    pub version: i64,
    /// The rule.
    pub rule: String,
    /// The subject.
    pub subject: String,
    /// The period.
    pub period: String,
    /// pass, fail, undetermined, not_applicable.
    pub outcome: String,
    /// Digest of the content.
    pub digest: String,
    /// The content, as JSON.
    pub content: String,
    /// The day it was first given for, in this version.
    pub as_of: String,
}

/// A value of an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorValue {
    /// The indicator.
    pub indicator: String,
    /// The unit it is of.
    pub unit: String,
    /// The period.
    pub period: String,
    /// The value, as decimal text; none where it cannot be said.
    pub value: Option<String>,
    /// Whether made-up facts went into it.
    pub made_up: bool,
}

impl IndicatorValue {
    /// Its leaf in the Merkle tree of a judgement.
    pub(crate) fn leaf(&self) -> merkle::Hash {
        let made_up: &[u8] = if self.made_up { b"made up" } else { b"" };
        merkle::leaf(&[
            b"value",
            self.indicator.as_bytes(),
            self.unit.as_bytes(),
            self.period.as_bytes(),
            self.value.as_deref().unwrap_or("-").as_bytes(),
            made_up,
        ])
    }
}

/// How a judgement changed what is held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JudgementChange {
    /// Verdicts given.
    pub given: usize,
    /// Of them new.
    pub new: usize,
    /// Of them changed.
    pub changed: usize,
}

const COLUMNS: &str = "v.id, v.version, v.rule, v.subject, v.period, v.outcome, v.digest, v.content, v.as_of";

fn read(row: &Row<'_>) -> rusqlite::Result<StoredVerdict> {
    Ok(StoredVerdict {
        id: row.get(0)?,
        version: row.get(1)?,
        rule: row.get(2)?,
        subject: row.get(3)?,
        period: row.get(4)?,
        outcome: row.get(5)?,
        digest: row.get(6)?,
        content: row.get(7)?,
        as_of: row.get(8)?,
    })
}

impl Store {
    /// Keeps a judgement: all its verdicts and values, and one row of the ledger over their digests. `with` names what
    /// it was made with (pack, standards, as of).
    pub fn put_judgement(
        &self,
        verdicts: &[StoredVerdict],
        values: &[IndicatorValue],
        with: &serde_json::Value,
        change: &Change,
    ) -> Result<JudgementChange, FactsError> {
        self.write(|store| {
            let put = || -> rusqlite::Result<JudgementChange> {
                let mut done = JudgementChange { given: verdicts.len(), ..JudgementChange::default() };
                store.execute("DELETE FROM current_verdict", [])?;
                let mut last = store.prepare("SELECT version, digest FROM verdict WHERE id = ?1 ORDER BY version DESC LIMIT 1")?;
                let mut insert = store.prepare("INSERT INTO verdict (id, version, rule, subject, period, outcome, digest, content, as_of, recorded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
                let mut point = store.prepare("INSERT INTO current_verdict (id, version) VALUES (?1, ?2)")?;
                let mut leaves = Vec::with_capacity(verdicts.len());
                for verdict in verdicts {
                    let before: Option<(i64, String)> = last.query_row([&verdict.id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
                    let version = match &before {
                        Some((version, digest)) if *digest == verdict.digest => *version,
                        other => {
                            let version = other.as_ref().map_or(1, |(version, _)| version + 1);
                            done.new += usize::from(version == 1);
                            done.changed += usize::from(version != 1);
                            insert.execute(params![verdict.id, version, verdict.rule, verdict.subject, verdict.period, verdict.outcome, verdict.digest, verdict.content, verdict.as_of, change.at])?;
                            version
                        }
                    };
                    point.execute(params![verdict.id, version])?;
                    leaves.push(merkle::leaf(&[verdict.id.as_bytes(), verdict.digest.as_bytes()]));
                }
                store.execute("DELETE FROM indicator_value", [])?;
                let mut keep = store.prepare("INSERT INTO indicator_value (indicator, unit, period, value, made_up) VALUES (?1, ?2, ?3, ?4, ?5)")?;
                for value in values {
                    keep.execute(params![value.indicator, value.unit, value.period, value.value, value.made_up])?;
                }
                let mut sorted: Vec<&IndicatorValue> = values.iter().collect();
                sorted.sort_by_key(|value| (&value.indicator, &value.unit, &value.period));
                leaves.extend(sorted.into_iter().map(IndicatorValue::leaf));
                let what = json!({"with": with, "verdicts": verdicts.len(), "new": done.new, "changed": done.changed, "root": merkle::hex(&merkle::root(&leaves))});
                ledger::append(store, change, "judgement", "judgement", &what)?;
                Ok(done)
            };
            put().map_err(|source| self.error(source))
        })
    }

    /// The verdicts of the last judgement, in the order of rule, subject and period.
    pub fn verdicts(&self) -> Result<Vec<StoredVerdict>, FactsError> {
        self.read(|store| {
            let sql = format!("SELECT {COLUMNS} FROM verdict AS v JOIN current_verdict AS c ON c.id = v.id AND c.version = v.version ORDER BY v.rule, v.subject, v.period");
            store.prepare_cached(&sql)?.query_map([], read)?.collect()
        })
    }

    /// A verdict by id: its current version, or the newest there is.
    pub fn verdict(&self, id: &str) -> Result<Option<StoredVerdict>, FactsError> {
        self.read(|store| {
            let sql = format!("SELECT {COLUMNS} FROM verdict AS v LEFT JOIN current_verdict AS c ON c.id = v.id AND c.version = v.version WHERE v.id = ?1 ORDER BY c.version IS NULL, v.version DESC LIMIT 1");
            store.prepare_cached(&sql)?.query_row([id], read).optional()
        })
    }

    /// How a rule last judged a subject before a day, whatever the pack was then.
    pub fn last_verdict(&self, rule: &str, subject: &str, before: jiff::civil::Date) -> Result<Option<StoredVerdict>, FactsError> {
        self.read(|store| {
            let sql = format!(
                "SELECT {COLUMNS} FROM verdict AS v WHERE v.rule = ?1 AND v.subject = ?2 AND v.as_of < ?3 ORDER BY v.as_of DESC, v.version DESC LIMIT 1"
            );
            store.prepare_cached(&sql)?.query_row(params![rule, subject, before.to_string()], read).optional()
        })
    }

    /// Every version of a verdict, oldest first.
    pub fn verdict_versions(&self, id: &str) -> Result<Vec<StoredVerdict>, FactsError> {
        self.read(|store| {
            let sql = format!("SELECT {COLUMNS} FROM verdict AS v WHERE v.id = ?1 ORDER BY v.version");
            store.prepare_cached(&sql)?.query_map([id], read)?.collect()
        })
    }

    /// The values of indicators of the last judgement.
    pub fn indicator_values(&self) -> Result<Vec<IndicatorValue>, FactsError> {
        self.read(|store| {
            let sql = "SELECT indicator, unit, period, value, made_up FROM indicator_value ORDER BY indicator, unit, period";
            store
                .prepare_cached(sql)?
                .query_map([], |row| {
                    Ok(IndicatorValue {
                        indicator: row.get(0)?,
                        unit: row.get(1)?,
                        period: row.get(2)?,
                        value: row.get(3)?,
                        made_up: row.get(4)?,
                    })
                })?
                .collect()
        })
    }
}
