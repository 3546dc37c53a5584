//! What was written down since an instant: steps of measures and published editions, for those who are told of them.

use rusqlite::params;

use crate::store::{FactsError, Store};

/// A step that was taken, with the measure it belongs to; without who took it and what they noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepNews {
    /// The measure.
    pub measure: String,
    /// The machine it walks.
    pub machine: String,
    /// Kind of its subject.
    pub subject_kind: String,
    /// Its subject.
    pub subject: String,
    /// Whether it rests on made-up records.
    pub made_up: bool,
    /// The step's place, from 1.
    pub seq: i64,
    /// The step, of the machine; `open` for the first.
    pub step: String,
    /// From this state.
    pub from_state: String,
    /// To this one.
    pub to_state: String,
    /// For which unit.
    pub unit: String,
    /// On which day.
    pub on_day: String,
    /// The day by which the next step is due.
    pub due: Option<String>,
    /// Number of the document issued.
    pub document: String,
}

/// An edition that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionNews {
    /// Its id, such as `assessment/2019`.
    pub id: String,
    /// Its number, from 1.
    pub number: i64,
    /// Digest of its content.
    pub digest: String,
    /// When it was published, in seconds since 1970.
    pub published_at: i64,
}

impl Store {
    /// Steps of measures that were taken since an instant, oldest first.
    pub fn steps_since(&self, since: i64) -> Result<Vec<StepNews>, FactsError> {
        self.read(|store| {
            let sql = "SELECT m.id, m.machine, m.subject_kind, m.subject, m.made_up, s.seq, s.step, s.from_state, s.to_state, s.unit, s.on_day, s.due, s.document \
                       FROM measure_step AS s JOIN measure AS m ON m.id = s.measure WHERE ?1 <= s.recorded_at ORDER BY s.recorded_at, m.id, s.seq";
            let row = |row: &rusqlite::Row<'_>| {
                Ok(StepNews {
                    measure: row.get(0)?,
                    machine: row.get(1)?,
                    subject_kind: row.get(2)?,
                    subject: row.get(3)?,
                    made_up: row.get(4)?,
                    seq: row.get(5)?,
                    step: row.get(6)?,
                    from_state: row.get(7)?,
                    to_state: row.get(8)?,
                    unit: row.get(9)?,
                    on_day: row.get(10)?,
                    due: row.get(11)?,
                    document: row.get(12)?,
                })
            };
            store.prepare_cached(sql)?.query_map(params![since], row)?.collect()
        })
    }

    /// Editions that were published since an instant, oldest first.
    pub fn editions_since(&self, since: i64) -> Result<Vec<EditionNews>, FactsError> {
        self.read(|store| {
            let sql = "SELECT id, number, digest, published_at FROM edition WHERE ?1 <= published_at ORDER BY published_at, id, number";
            let row = |row: &rusqlite::Row<'_>| {
                Ok(EditionNews { id: row.get(0)?, number: row.get(1)?, digest: row.get(2)?, published_at: row.get(3)? })
            };
            store.prepare_cached(sql)?.query_map(params![since], row)?.collect()
        })
    }
}
