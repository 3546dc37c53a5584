//! Batches against the ledger, several at a time: the marks of each, its root, and where that differs each leaf.

use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::{Altered, what};
use crate::ledger::LedgerRow;
use crate::merkle::{self, Hash, hex};
use crate::observation::each_leaf;
use crate::store::{FactsError, Store};

/// The marks of a batch: made up, source, file.
type Marks = (Option<bool>, String, String);

/// A batch as its row holds it.
pub(super) struct Held {
    id: i64,
    root: String,
    marks: Marks,
}

/// The batches there are, by number.
pub(super) fn held(store: &Connection) -> rusqlite::Result<Vec<Held>> {
    let mut statement = store.prepare("SELECT id, root, made_up, source, file FROM batch ORDER BY id")?;
    statement
        .query_map([], |row| Ok(Held { id: row.get(0)?, root: row.get(1)?, marks: (row.get(2)?, row.get(3)?, row.get(4)?) }))?
        .collect()
}

/// What the ledger tells of a batch.
struct Told {
    root: String,
    marks: Marks,
}

fn told(rows: &[LedgerRow]) -> BTreeMap<i64, Told> {
    let mut told = BTreeMap::new();
    for row in rows.iter().filter(|row| row.action == "observations") {
        let Some(id) = row.subject.strip_prefix("batch/").and_then(|id| id.parse().ok()) else { continue };
        let content = what(row);
        let word = |key: &str| content[key].as_str().unwrap_or_default().to_owned();
        told.insert(id, Told { root: word("root"), marks: (content["made_up"].as_bool(), word("source"), word("file")) });
    }
    told
}

/// Compares every batch with the ledger, on so many threads; each reads by itself. What is found comes in the order of the
/// batches, whichever thread found it. `progress` is told how many batches are done, of how many.
pub(super) fn altered(
    store: &Store,
    rows: &[LedgerRow],
    held: &[Held],
    threads: NonZeroUsize,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<Altered>, FactsError> {
    let told = told(rows);
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let found: Mutex<BTreeMap<usize, Result<Vec<Altered>, FactsError>>> = Mutex::new(BTreeMap::new());
    let work = || {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(batch) = held.get(place) else { break };
            let altered = store.read(|store| one(store, batch, told.get(&batch.id)));
            found.lock().unwrap_or_else(PoisonError::into_inner).insert(place, altered);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, held.len());
        }
    };
    std::thread::scope(|scope| {
        // This thread is one of them.
        for _ in 1..threads.get().min(held.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut altered = Vec::new();
    for of_batch in found.into_inner().unwrap_or_else(PoisonError::into_inner).into_values() {
        altered.extend(of_batch?);
    }
    let there: HashSet<i64> = held.iter().map(|batch| batch.id).collect();
    for id in told.keys().filter(|id| !there.contains(*id)) {
        altered.push(Altered { what: format!("batch {id}"), how: "the ledger tells of it, but it is gone".to_owned() });
    }
    Ok(altered)
}

fn one(store: &Connection, batch: &Held, told: Option<&Told>) -> rusqlite::Result<Vec<Altered>> {
    let name = format!("batch {}", batch.id);
    let mut altered = Vec::new();
    let mut say = |how: &str| altered.push(Altered { what: name.clone(), how: how.to_owned() });
    if told.is_some_and(|told| told.marks != batch.marks) {
        say("its file, source or made-up mark is not what the ledger says");
    }
    match told {
        None => say("the ledger does not know it"),
        Some(told) if told.root != batch.root => say("its root is not the one in the ledger"),
        Some(_) => {}
    }
    let mut now: Vec<Hash> = Vec::new();
    each_leaf(store, batch.id, |_, hash| now.push(hash))?;
    if told.is_some_and(|told| told.root == hex(&merkle::root(&now))) {
        return Ok(altered);
    }
    // Only here are the leaves as they were sealed, and the names of those that are now, worth their room.
    let sealed: Vec<u8> = store.query_row("SELECT leaves FROM batch WHERE id = ?1", [batch.id], |row| row.get(0))?;
    let n_sealed = sealed.len() / size_of::<Hash>();
    let sealed: HashSet<&[u8]> = sealed.chunks(size_of::<Hash>()).collect();
    if n_sealed != now.len() {
        altered.push(Altered { what: name, how: format!("{} observations, sealed with {n_sealed}", now.len()) });
    }
    each_leaf(store, batch.id, |name, hash| {
        if !sealed.contains(hash.as_slice()) {
            let how = format!("not as it was sealed (its hash is now {})", &hex(&hash)[..12]);
            altered.push(Altered { what: format!("observation {}", name()), how });
        }
    })?;
    Ok(altered)
}
