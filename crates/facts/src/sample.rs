//! What a source says of a whole sample: its own class of the water and the state of the station.

use rusqlite::params;

use crate::store::{FactsError, Store};

/// A sample as its source sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The place.
    pub place: String,
    /// When it was taken.
    pub time: i64,
    /// Who says so.
    pub source: String,
    /// The class the source gave, as it prints it.
    pub official_class: Option<String>,
    /// The state of the station: normal, maintenance, stopped, as the source prints it.
    pub status: String,
    /// When this became known.
    pub known_at: i64,
}

impl Store {
    /// The samples known at an instant, newest version each, by place and time.
    pub fn samples(&self, known_at: i64) -> Result<Vec<Sample>, FactsError> {
        self.read(|store| {
            let sql = "SELECT place, time, source, official_class, status, known_at FROM sample AS this WHERE version = \
                       (SELECT max(version) FROM sample WHERE place = this.place AND time = this.time AND source = this.source AND known_at <= ?1) \
                       ORDER BY place, time, source";
            let mut rows = store.prepare_cached(sql)?;
            rows.query_map(params![known_at], |row| {
                Ok(Sample {
                    place: row.get(0)?,
                    time: row.get(1)?,
                    source: row.get(2)?,
                    official_class: row.get(3)?,
                    status: row.get(4)?,
                    known_at: row.get(5)?,
                })
            })?
            .collect()
        })
    }
}
