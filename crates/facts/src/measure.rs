//! Measures and their steps as the store keeps them. What a step needs is for `act` to say; here it is only written
//! down, once, in the ledger's transaction.

use rusqlite::{OptionalExtension as _, params};
use serde_json::json;

use crate::ledger::{self, Change};
use crate::store::{FactsError, Store};

/// A measure that was opened for a finding.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Measure {
    /// Its id.
    pub id: String,
    /// The machine it walks, of the plan pack.
    pub machine: String,
    /// The rule whose finding opened it.
    pub rule: String,
    /// Kind of the subject.
    pub subject_kind: String,
    /// The subject.
    pub subject: String,
    /// The finding.
    pub verdict: String,
    /// The state it is in.
    pub state: String,
    /// Whether it rests on made-up records.
    pub made_up: bool,
    /// When it was opened, in seconds since 1970.
    pub opened_at: i64,
    /// When it was closed.
    pub closed_at: Option<i64>,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct MeasureStep {
    /// Its place, from 1.
    pub seq: i64,
    /// The step, of the machine; `open` for the first.
    pub step: String,
    /// From this state.
    pub from_state: String,
    /// To this one.
    pub to_state: String,
    /// Who took it.
    pub who: String,
    /// For which unit.
    pub unit: String,
    /// On which day.
    pub on_day: String,
    /// The day by which the next step is due.
    pub due: Option<String>,
    /// Number of the document issued.
    pub document: String,
    /// SHA-256 of the document, where it was handed in.
    pub attachment: String,
    /// A note.
    pub note: String,
    /// Digest of the finding it rests on.
    pub verdict: String,
}

impl Store {
    /// Opens a measure with its first step.
    pub fn open_measure(&self, measure: &Measure, step: &MeasureStep, change: &Change) -> Result<(), FactsError> {
        self.write(|store| {
            let sql = "INSERT INTO measure (id, machine, rule, subject_kind, subject, verdict, state, made_up, opened_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
            let Measure { id, machine, rule, subject_kind, subject, verdict, state, made_up, .. } = measure;
            let done = store
                .execute(sql, params![id, machine, rule, subject_kind, subject, verdict, state, made_up, change.at])
                .and_then(|_| write_step(store, id, step, change));
            done.map_err(|error| self.error(error))
        })
    }

    /// Takes a step. Gives `false`, and changes nothing, where the measure is in another state by now.
    pub fn take_step(&self, id: &str, step: &MeasureStep, ends: bool, change: &Change) -> Result<bool, FactsError> {
        self.write(|store| {
            let sql = "UPDATE measure SET state = ?3, closed_at = CASE WHEN ?4 THEN ?5 END WHERE id = ?1 AND state = ?2";
            let moved =
                store.execute(sql, params![id, step.from_state, step.to_state, ends, change.at]).map_err(|error| self.error(error))?;
            if moved == 0 {
                return Ok(false);
            }
            write_step(store, id, step, change).map_err(|error| self.error(error))?;
            Ok(true)
        })
    }

    /// Every measure, newest first.
    pub fn measures(&self) -> Result<Vec<Measure>, FactsError> {
        self.read(|store| store.prepare_cached(&format!("{MEASURE} ORDER BY opened_at DESC, id"))?.query_map([], read)?.collect())
    }

    /// One measure.
    pub fn measure(&self, id: &str) -> Result<Option<Measure>, FactsError> {
        self.read(|store| store.prepare_cached(&format!("{MEASURE} WHERE id = ?1"))?.query_row([id], read).optional())
    }

    /// The steps of a measure, in order.
    pub fn measure_steps(&self, id: &str) -> Result<Vec<MeasureStep>, FactsError> {
        self.read(|store| {
            let sql = "SELECT seq, step, from_state, to_state, who, unit, on_day, due, document, attachment, note, verdict FROM measure_step WHERE measure = ?1 ORDER BY seq";
            let row = |row: &rusqlite::Row<'_>| {
                Ok(MeasureStep {
                    seq: row.get(0)?,
                    step: row.get(1)?,
                    from_state: row.get(2)?,
                    to_state: row.get(3)?,
                    who: row.get(4)?,
                    unit: row.get(5)?,
                    on_day: row.get(6)?,
                    due: row.get(7)?,
                    document: row.get(8)?,
                    attachment: row.get(9)?,
                    note: row.get(10)?,
                    verdict: row.get(11)?,
                })
            };
            store.prepare_cached(sql)?.query_map([id], row)?.collect()
        })
    }
}

const MEASURE: &str = "SELECT id, machine, rule, subject_kind, subject, verdict, state, made_up, opened_at, closed_at FROM measure";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Measure> {
    Ok(Measure {
        id: row.get(0)?,
        machine: row.get(1)?,
        rule: row.get(2)?,
        subject_kind: row.get(3)?,
        subject: row.get(4)?,
        verdict: row.get(5)?,
        state: row.get(6)?,
        made_up: row.get(7)?,
        opened_at: row.get(8)?,
        closed_at: row.get(9)?,
    })
}

fn write_step(store: &rusqlite::Transaction<'_>, id: &str, step: &MeasureStep, change: &Change) -> rusqlite::Result<()> {
    let sql = "INSERT INTO measure_step (measure, seq, step, from_state, to_state, who, unit, on_day, due, document, attachment, note, verdict, recorded_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    let MeasureStep { seq, step: name, from_state, to_state, who, unit, on_day, due, document, attachment, note, verdict } = step;
    store.execute(
        sql,
        params![id, seq, name, from_state, to_state, who, unit, on_day, due, document, attachment, note, verdict, change.at],
    )?;
    let what = json!({"step": name, "from": from_state, "to": to_state, "unit": unit, "day": on_day, "due": due, "document": document, "attachment": attachment, "verdict": verdict});
    ledger::append(store, change, "measure", &format!("measure/{id}"), &what)
}
