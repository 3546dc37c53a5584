//! Devices as pages and lists show them: what the register says in public, and what was heard of each. No password, no address.

use std::collections::BTreeMap;

use rusqlite::{Row, params};
use serde::Serialize;

use super::REGISTER;
use crate::register::Entry;
use crate::store::{FactsError, Store};

/// A device is late when it was silent for so many of its intervals: one may fall on the very edge.
const LATE_INTERVALS: i64 = 2;
/// Hours that availability looks back on.
const HOURS: i64 = 24;
const HOUR_MS: i64 = 3_600_000;

/// Whether a device speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// It was heard of within two of its intervals.
    OnTime,
    /// It was not.
    Late,
    /// It was never heard of.
    Never,
    /// Its interval is not known.
    Unknown,
}

impl DeviceState {
    /// Its word.
    pub const fn id(self) -> &'static str {
        match self {
            Self::OnTime => "on_time",
            Self::Late => "late",
            Self::Never => "never",
            Self::Unknown => "unknown",
        }
    }
}

/// Records of the last day against those that the interval lets expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Availability {
    /// Records of the kind that came most often, at most the expected ones.
    pub received: i64,
    /// A day over the interval.
    pub expected: i64,
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceSummary {
    /// Its entry.
    pub id: String,
    /// Its id on the line.
    pub mn: String,
    /// Register of its place.
    pub place_kind: String,
    /// Its place.
    pub place: String,
    /// Seconds between two records.
    pub interval_s: Option<i64>,
    /// Whether it speaks.
    pub state: DeviceState,
    /// When it was first heard of, in seconds since 1970.
    pub first_seen: Option<i64>,
    /// When it was last heard of.
    pub last_seen: Option<i64>,
    /// How long ago that is, in seconds.
    pub silent_s: Option<i64>,
    /// The newest time that its data speak of.
    pub last_data_time: Option<i64>,
    /// The last day.
    pub availability: Option<Availability>,
    /// Its clock less ours, in milliseconds.
    pub skew_ms: Option<i64>,
    /// Frames kept.
    pub frames: i64,
    /// Frames that came again.
    pub again: i64,
    /// Observations.
    pub observations: i64,
    /// Frames set aside.
    pub quarantined: i64,
    /// Frames refused.
    pub refused: i64,
    /// Whether it was made up.
    pub made_up: bool,
}

/// Frames that were not kept, by reason and device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aside {
    /// Id of the device as it was sent; only a device's own password or address is private.
    pub mn: String,
    /// `quarantined` or `refused`.
    pub state: String,
    /// Why.
    pub reason: String,
    /// How many.
    pub frames: i64,
    /// When the last one came, in seconds since 1970.
    pub last: i64,
}

/// The row of a device.
#[derive(Default)]
struct Heard {
    first_seen: Option<i64>,
    last_seen: Option<i64>,
    last_data_time: Option<i64>,
    frames: i64,
    again: i64,
    observations: i64,
    quarantined: i64,
    refused: i64,
    skew_ms: Option<i64>,
}

impl Heard {
    fn read(row: &Row<'_>) -> rusqlite::Result<(String, Self)> {
        let heard = Self {
            first_seen: row.get(1)?,
            last_seen: row.get(2)?,
            last_data_time: row.get(3)?,
            frames: row.get(4)?,
            again: row.get(5)?,
            observations: row.get(6)?,
            quarantined: row.get(7)?,
            refused: row.get(8)?,
            skew_ms: row.get(9)?,
        };
        Ok((row.get(0)?, heard))
    }
}

impl Store {
    /// The devices of the register at a moment in milliseconds since 1970, by entry.
    pub fn devices(&self, now_ms: i64) -> Result<Vec<DeviceSummary>, FactsError> {
        let (mut heard, records) = self.read(|store| {
            let sql = "SELECT mn, first_seen, last_seen, last_data_time, frames, again, observations, quarantined, refused, skew_ms FROM instrument";
            let heard: BTreeMap<String, Heard> = store.prepare_cached(sql)?.query_map([], Heard::read)?.collect::<Result<_, _>>()?;
            let hour = now_ms.div_euclid(HOUR_MS);
            let sql = "SELECT mn, max(n) FROM (SELECT mn, kind, sum(records) AS n FROM instrument_hour WHERE hour > ?1 AND hour <= ?2 GROUP BY mn, kind) \
                       GROUP BY mn";
            let mut of_day = store.prepare_cached(sql)?;
            let records = of_day.query_map(params![hour - HOURS, hour], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok((heard, records.collect::<Result<BTreeMap<String, i64>, _>>()?))
        })?;
        let summary = |entry: Entry| {
            let heard = heard.remove(entry.get("mn")).unwrap_or_default();
            let records = records.get(entry.get("mn")).copied().unwrap_or(0);
            summary_of(&entry, heard, records, now_ms)
        };
        Ok(self.entries(REGISTER)?.into_iter().map(summary).collect())
    }

    /// What was not kept since a moment in milliseconds since 1970, the most frequent first.
    pub fn set_aside(&self, since_ms: i64, limit: usize) -> Result<Vec<Aside>, FactsError> {
        self.read(|store| {
            let sql = "SELECT mn, state, reason, count(*), max(received_at) / 1000 FROM frame WHERE state <> 'kept' AND received_at > ?1 \
                       GROUP BY mn, state, reason ORDER BY 4 DESC, 1, 2, 3 LIMIT ?2";
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let row = |row: &Row<'_>| {
                Ok(Aside { mn: row.get(0)?, state: row.get(1)?, reason: row.get(2)?, frames: row.get(3)?, last: row.get(4)? })
            };
            store.prepare_cached(sql)?.query_map(params![since_ms, limit], row)?.collect()
        })
    }
}

fn summary_of(entry: &Entry, heard: Heard, records: i64, now_ms: i64) -> DeviceSummary {
    let seconds = |ms: i64| ms.div_euclid(1000);
    let interval_s = entry.get("interval_s").parse().ok().filter(|interval: &i64| 0 < *interval);
    let silent_s = heard.last_seen.map(|last| seconds(now_ms - last).max(0));
    let state = match (silent_s, interval_s) {
        (None, _) => DeviceState::Never,
        (Some(_), None) => DeviceState::Unknown,
        (Some(silent), Some(interval)) if silent <= LATE_INTERVALS * interval => DeviceState::OnTime,
        (Some(_), Some(_)) => DeviceState::Late,
    };
    let expected = |interval: i64| (HOURS * HOUR_MS / 1000 / interval).max(1);
    let availability = interval_s.map(|interval| Availability { received: records.min(expected(interval)), expected: expected(interval) });
    DeviceSummary {
        id: entry.id.clone(),
        mn: entry.get("mn").to_owned(),
        place_kind: entry.get("place_kind").to_owned(),
        place: entry.get("place").to_owned(),
        interval_s,
        state,
        first_seen: heard.first_seen.map(seconds),
        last_seen: heard.last_seen.map(seconds),
        silent_s,
        last_data_time: heard.last_data_time,
        availability,
        skew_ms: heard.skew_ms,
        frames: heard.frames,
        again: heard.again,
        observations: heard.observations,
        quarantined: heard.quarantined,
        refused: heard.refused,
        made_up: entry.made_up,
    }
}
