//! Runs of models, kept with everything they were made of, so that each can be run again. None is ever changed.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Value, json};

use crate::ledger::{self, Change, LedgerRow};
use crate::merkle;
use crate::store::{FactsError, Store};
use crate::verify::Altered;

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRun {
    /// The hash of program and inputs.
    pub id: String,
    /// The model.
    pub kind: String,
    /// The program that ran it.
    pub program: String,
    /// The day it speaks of, 2020-12-31.
    pub as_of: String,
    /// The inputs, as JSON.
    pub inputs: String,
    /// The result, as JSON.
    pub result: String,
    /// Whether made-up facts went into it.
    pub made_up: bool,
    /// When it was kept, in seconds since 1970.
    pub recorded_at: i64,
}

const COLUMNS: &str = "id, kind, program, as_of, inputs, result, made_up, recorded_at";

fn read(row: &Row<'_>) -> rusqlite::Result<ModelRun> {
    Ok(ModelRun {
        id: row.get(0)?,
        kind: row.get(1)?,
        program: row.get(2)?,
        as_of: row.get(3)?,
        inputs: row.get(4)?,
        result: row.get(5)?,
        made_up: row.get(6)?,
        recorded_at: row.get(7)?,
    })
}

fn digest(run: &ModelRun) -> String {
    let made_up: &[u8] = if run.made_up { b"made up" } else { b"" };
    merkle::hex(&merkle::leaf(&[
        b"model_run",
        run.kind.as_bytes(),
        run.program.as_bytes(),
        run.as_of.as_bytes(),
        run.inputs.as_bytes(),
        run.result.as_bytes(),
        made_up,
    ]))
}

impl Store {
    /// Keeps a run, with a row of the ledger. Gives `false` where it is kept already: the same inputs and program.
    pub fn keep_model_run(&self, run: &ModelRun, change: &Change) -> Result<bool, FactsError> {
        self.write(|store| {
            let put = || -> rusqlite::Result<bool> {
                let known: Option<i64> =
                    store.query_row("SELECT 1 FROM model_run WHERE id = ?1", [&run.id], |row| row.get(0)).optional()?;
                if known.is_some() {
                    return Ok(false);
                }
                let sql = format!("INSERT INTO model_run ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
                store.execute(
                    &sql,
                    params![run.id, run.kind, run.program, run.as_of, run.inputs, run.result, run.made_up, run.recorded_at],
                )?;
                let what = json!({"kind": run.kind, "as_of": run.as_of, "made_up": run.made_up, "digest": digest(run)});
                ledger::append(store, change, "model_run", &format!("model_run/{}", run.id), &what)?;
                Ok(true)
            };
            put().map_err(|source| self.error(source))
        })
    }

    /// A run by its id, or by the beginning of it where only one begins so.
    pub fn model_run(&self, id: &str) -> Result<Option<ModelRun>, FactsError> {
        self.read(|store| {
            let sql = format!("SELECT {COLUMNS} FROM model_run WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 2");
            let mut found: Vec<ModelRun> = store.prepare_cached(&sql)?.query_map([id], read)?.collect::<rusqlite::Result<_>>()?;
            Ok(if found.len() == 1 { found.pop() } else { None })
        })
    }

    /// The runs of a model that speak of a day or one before it, the newest first.
    pub fn model_runs(&self, kind: &str, as_of: &str, most: usize) -> Result<Vec<ModelRun>, FactsError> {
        self.read(|store| {
            let sql = format!(
                "SELECT {COLUMNS} FROM model_run WHERE kind = ?1 AND as_of <= ?2 ORDER BY as_of DESC, recorded_at DESC, id LIMIT ?3"
            );
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            store.prepare_cached(&sql)?.query_map(params![kind, as_of, most], read)?.collect()
        })
    }
}

/// Kept runs against the rows of the ledger, one each.
pub(crate) fn altered(store: &Connection, rows: &[LedgerRow]) -> rusqlite::Result<Vec<Altered>> {
    let mut altered = Vec::new();
    let mut told: BTreeMap<&str, String> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.action == "model_run") {
        let what: Value = serde_json::from_str(&row.what).unwrap_or_default();
        told.insert(row.subject.trim_start_matches("model_run/"), what["digest"].as_str().unwrap_or_default().to_owned());
    }
    let mut statement = store.prepare(&format!("SELECT {COLUMNS} FROM model_run ORDER BY id"))?;
    for run in statement.query_map([], read)? {
        let run = run?;
        let name = format!("model run {}", run.id);
        match told.remove(run.id.as_str()) {
            None => altered.push(Altered { what: name, how: "the ledger does not know it".to_owned() }),
            Some(told) if told != digest(&run) => {
                altered.push(Altered { what: name, how: "its inputs or its result are not what was kept".to_owned() });
            }
            Some(_) => {}
        }
    }
    for id in told.into_keys() {
        altered.push(Altered { what: format!("model run {id}"), how: "the ledger tells of it, but it is gone".to_owned() });
    }
    Ok(altered)
}
