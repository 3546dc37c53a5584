//! Taking in what arrived: frames, observations, rows of devices and the ledger in one transaction.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Transaction, params};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::frames::frame_leaf;
use super::{Arrival, Done, FrameState};
use crate::import::direct::{Arriving, Known, keep_readings};
use crate::ledger::{self, Change};
use crate::merkle::{self, Hash};
use crate::store::{FactsError, Store};

/// How many frames that are not kept are stored of one day, so that nobody can fill the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// From one address.
    pub per_address: u32,
    /// From all of them.
    pub total: u32,
}

/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;
const HOUR_S: i64 = 3600;

/// What a batch gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ingested {
    /// What became of each arrival, in their order.
    pub done: Vec<Done>,
    /// Observations that are new.
    pub observations: u64,
    /// Observations that correct others.
    pub corrections: u64,
}

/// What a batch adds to a device.
#[derive(Default)]
struct Heard {
    first: i64,
    last: i64,
    data_time: Option<i64>,
    frames: i64,
    again: i64,
    observations: i64,
    quarantined: i64,
    refused: i64,
    skew_ms: Option<i64>,
}

impl Store {
    /// Takes in what arrived: all of it or nothing. When this returns it is on disk.
    pub fn ingest(&self, arrivals: &[Arrival], caps: Caps, change: &Change) -> Result<Ingested, FactsError> {
        self.write(|store| {
            let sqlite = |source| self.error(source);
            let (done, leaves) = put_frames(store, arrivals, caps, change).map_err(sqlite)?;
            let mut ingested = Ingested { done, ..Ingested::default() };
            let digest = merkle::hex(&merkle::root(&leaves));
            let mut of_frame: Vec<u64> = vec![0; arrivals.len()];
            for made_up in [false, true] {
                let fresh = arrivals.iter().zip(&ingested.done).enumerate();
                let fresh = fresh.filter(|(_, (arrival, done))| arrival.made_up == made_up && **done == Done::New);
                let readings: Vec<Known<'_>> = fresh
                    .flat_map(|(at, (arrival, _))| arrival.readings.iter().map(move |reading| (at, arrival.received_at / 1000, reading)))
                    .collect();
                if readings.is_empty() {
                    continue;
                }
                let arriving = Arriving { name: "hj212", digest: &digest, made_up };
                let (observations, corrections) = (&mut ingested.observations, &mut ingested.corrections);
                keep_readings(self, store, &arriving, &readings, change, |at, new, corrects| {
                    *observations += u64::from(new);
                    *corrections += u64::from(corrects);
                    if let Some(n) = of_frame.get_mut(at) {
                        *n += u64::from(new);
                    }
                })?;
            }
            put_devices(store, arrivals, &ingested.done, &of_frame).map_err(sqlite)?;
            Ok(ingested)
        })
    }
}

/// Stores the frames that are new, with their row of the ledger. Gives what became of each, and the leaves of the new ones.
fn put_frames(store: &Transaction<'_>, arrivals: &[Arrival], caps: Caps, change: &Change) -> rusqlite::Result<(Vec<Done>, Vec<Hash>)> {
    let mut aside = SetAside::read(store, arrivals, caps)?;
    let mut insert = store.prepare_cached(
        "INSERT INTO frame (mn, cn, data_time, received_at, peer, state, reason, notices, digest, bytes) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (digest, state) DO NOTHING",
    )?;
    let (mut done, mut leaves) = (Vec::with_capacity(arrivals.len()), Vec::new());
    let mut ids: Option<(i64, i64)> = None;
    for arrival in arrivals {
        if arrival.state != FrameState::Kept && !aside.room(arrival) {
            done.push(Done::Dropped);
            continue;
        }
        let digest: Hash = digest_of(arrival);
        let state = arrival.state.id();
        let inserted = insert.execute(params![
            arrival.mn,
            arrival.cn,
            arrival.data_time,
            arrival.received_at,
            arrival.peer,
            state,
            arrival.reason,
            arrival.notices,
            digest,
            arrival.bytes
        ])?;
        if inserted == 0 {
            done.push(Done::Again);
            continue;
        }
        let id = store.last_insert_rowid();
        let first = ids.map_or(id, |(first, _)| first);
        ids = Some((first, id));
        if arrival.state != FrameState::Kept {
            aside.add(arrival);
        }
        leaves.push(frame_leaf(
            [&arrival.mn, &arrival.cn, &arrival.peer, state, arrival.reason, &arrival.notices],
            arrival.data_time,
            arrival.received_at,
            &arrival.bytes,
        ));
        done.push(Done::New);
    }
    if let Some((first, last)) = ids {
        let what = json!({"first": first, "last": last, "frames": leaves.len(), "root": merkle::hex(&merkle::root(&leaves))});
        ledger::append(store, change, "frames", &format!("frames/{first}-{last}"), &what)?;
    }
    Ok((done, leaves))
}

fn digest_of(arrival: &Arrival) -> Hash {
    let mut hash = Sha256::new();
    hash.update(u64::try_from(arrival.mn.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(arrival.mn.as_bytes());
    hash.update(&arrival.bytes);
    hash.finalize().into()
}

/// How much is set aside already, by address.
struct SetAside<'a> {
    caps: Caps,
    total: i64,
    by_address: HashMap<&'a str, i64>,
}

impl<'a> SetAside<'a> {
    fn read(store: &Transaction<'_>, arrivals: &'a [Arrival], caps: Caps) -> rusqlite::Result<Self> {
        let mut aside = Self { caps, total: 0, by_address: HashMap::new() };
        let of_these = || arrivals.iter().filter(|arrival| arrival.state != FrameState::Kept);
        let Some(newest) = of_these().map(|arrival| arrival.received_at).max() else { return Ok(aside) };
        let since = newest - DAY_MS;
        let all = "SELECT count(*) FROM (SELECT 1 FROM frame WHERE state <> 'kept' AND received_at > ?1 LIMIT ?2)";
        aside.total = store.prepare_cached(all)?.query_row(params![since, caps.total], |row| row.get(0))?;
        let one = "SELECT count(*) FROM (SELECT 1 FROM frame WHERE state <> 'kept' AND peer = ?1 AND received_at > ?2 LIMIT ?3)";
        let mut one = store.prepare_cached(one)?;
        for arrival in of_these() {
            if !aside.by_address.contains_key(arrival.peer.as_str()) {
                let n = one.query_row(params![arrival.peer, since, caps.per_address], |row| row.get(0))?;
                aside.by_address.insert(&arrival.peer, n);
            }
        }
        Ok(aside)
    }

    fn room(&self, arrival: &Arrival) -> bool {
        let of_address = self.by_address.get(arrival.peer.as_str()).copied().unwrap_or(0);
        self.total < i64::from(self.caps.total) && of_address < i64::from(self.caps.per_address)
    }

    fn add(&mut self, arrival: &'a Arrival) {
        self.total += 1;
        *self.by_address.entry(&arrival.peer).or_default() += 1;
    }
}

/// Brings the rows of devices and their hours up to date. Devices that the register does not know have none: their frames are listed
/// as they are, up to the limit.
fn put_devices(store: &Transaction<'_>, arrivals: &[Arrival], done: &[Done], of_frame: &[u64]) -> rusqlite::Result<()> {
    let (mut heard, mut hours) = (BTreeMap::<&str, Heard>::new(), BTreeMap::<(&str, i64, &str), i64>::new());
    for ((arrival, done), observations) in arrivals.iter().zip(done).zip(of_frame).filter(|((arrival, _), _)| arrival.registered) {
        let own = heard.entry(arrival.mn.as_str()).or_insert_with(|| Heard { first: arrival.received_at, ..Heard::default() });
        own.first = own.first.min(arrival.received_at);
        own.last = own.last.max(arrival.received_at);
        own.observations += i64::try_from(*observations).unwrap_or(i64::MAX);
        match (arrival.state, done) {
            (FrameState::Quarantined, _) => own.quarantined += 1,
            (FrameState::Refused, _) => own.refused += 1,
            (FrameState::Kept, Done::Again) => own.again += 1,
            (FrameState::Kept, _) => {
                own.frames += 1;
                own.data_time = own.data_time.max(arrival.data_time);
                own.skew_ms = arrival.skew_ms.or(own.skew_ms);
            }
        }
        if let (Some(time), true) = (arrival.data_time, 0 < *observations && !arrival.kind.is_empty()) {
            *hours.entry((arrival.mn.as_str(), time.div_euclid(HOUR_S), arrival.kind)).or_default() += 1;
        }
    }
    let mut upsert = store.prepare_cached(
        "INSERT INTO instrument (mn, first_seen, last_seen, last_data_time, frames, again, observations, quarantined, refused, skew_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (mn) DO UPDATE SET first_seen = min(first_seen, excluded.first_seen), \
         last_seen = max(last_seen, excluded.last_seen), last_data_time = max(coalesce(last_data_time, excluded.last_data_time), \
         coalesce(excluded.last_data_time, last_data_time)), frames = frames + excluded.frames, again = again + excluded.again, \
         observations = observations + excluded.observations, quarantined = quarantined + excluded.quarantined, \
         refused = refused + excluded.refused, skew_ms = coalesce(excluded.skew_ms, skew_ms)",
    )?;
    for (mn, own) in heard {
        let Heard { first, last, data_time, frames, again, observations, quarantined, refused, skew_ms } = own;
        upsert.execute(params![mn, first, last, data_time, frames, again, observations, quarantined, refused, skew_ms])?;
    }
    let mut hour = store.prepare_cached(
        "INSERT INTO instrument_hour (mn, hour, kind, records) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (mn, hour, kind) DO UPDATE SET records = records + excluded.records",
    )?;
    for ((mn, at, kind), records) in hours {
        hour.execute(params![mn, at, kind, records])?;
    }
    Ok(())
}
