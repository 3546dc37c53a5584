//! Readings of instruments, kept by the code and the rules that hold for files.

use std::collections::HashMap;

use rusqlite::Transaction;

use super::layout::{Layout, Places};
use super::load::{Loader, MAY_BE_NEGATIVE, New};
use super::{ImportError, ImportOptions};
use crate::instrument::Measured;
use crate::ledger::Change;
use crate::observation::Qualifier;
use crate::store::{FactsError, Store};

/// Why a value of an instrument is followed by another for the same time.
const SENT_AGAIN: &str = "the device sent another value";

/// What arrives together: its name, the digest of what was sent, and whether it was made up.
pub(crate) struct Arriving<'a> {
    pub(crate) name: &'a str,
    pub(crate) digest: &'a str,
    pub(crate) made_up: bool,
}

/// A reading, the place of its frame in the batch, and when it became known in seconds since 1970.
pub(crate) type Known<'a> = (usize, i64, &'a Measured);

/// Keeps readings as one batch with its row of the ledger; where none of them is new, nothing is kept. `told` hears for each whether
/// it is the first of its time, and whether it corrects another.
pub(crate) fn keep_readings(
    owner: &Store,
    store: &Transaction<'_>,
    arriving: &Arriving<'_>,
    readings: &[Known<'_>],
    change: &Change,
    mut told: impl FnMut(usize, bool, bool),
) -> Result<(), FactsError> {
    let (layout, places) = (Layout { named: HashMap::new(), wide: Vec::new(), header: Vec::new() }, Places::default());
    let options = ImportOptions {
        source: arriving.name.to_owned(),
        places: Vec::new(),
        dry_run: false,
        accept_rest: false,
        year: None,
        made_up: arriving.made_up,
        only: Vec::new(),
        known_at: None,
    };
    let begun = Loader::new(owner, store, &layout, &places, &options, None, arriving.name, arriving.digest, change);
    let mut loader = begun.map_err(|error| match error {
        ImportError::Facts(error) => error,
        other => FactsError::Damaged { what: "a batch of readings".to_owned(), why: other.to_string() },
    })?;
    loader.correction = SENT_AGAIN;
    for (frame, known_at, reading) in readings {
        let (new, corrections) = (loader.report.new, loader.report.corrections);
        loader.report.rows += 1;
        loader.source.clear();
        loader.source.push_str(&reading.source);
        // As in files: a concentration below zero is no value, but what was sent stays.
        let negative = |value: &standards::Decimal| value.is_sign_negative() && !value.is_zero();
        let value = reading.value.filter(|value| !negative(value) || MAY_BE_NEGATIVE.contains(&reading.item.id()));
        let value = value.map(|value| value.to_string());
        let kept = New {
            item: reading.item,
            text: &reading.text,
            unit: reading.unit,
            published: value.clone(),
            qualifier: if value.is_some() { Qualifier::Value } else { Qualifier::Missing },
            value,
            flag: &reading.flag,
            method: &reading.method,
            reason: "",
        };
        loader.keep(&reading.place, reading.time, *known_at, &kept).map_err(|source| owner.error(source))?;
        told(*frame, loader.report.new != new, loader.report.corrections != corrections);
    }
    if loader.report.new + loader.report.corrections == 0 {
        let batch = loader.batch;
        return store.execute("DELETE FROM batch WHERE id = ?1", [batch]).map(drop).map_err(|source| owner.error(source));
    }
    loader.finish(change).map(drop).map_err(|source| owner.error(source))
}
