//! The entries of the registers, held in memory and brought up to date by what changed since.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use facts::{Entry, FactsError, Store};

/// Entries by kind.
#[derive(Debug, Default)]
pub(crate) struct Registers {
    held: RwLock<HashMap<String, Held>>,
}

#[derive(Debug, Clone)]
struct Held {
    revision: i64,
    /// By id.
    entries: Arc<Vec<Arc<Entry>>>,
}

impl Registers {
    /// The entries of a kind as they are now, by id.
    pub(crate) fn of(&self, store: &Store, kind: &str) -> Result<Arc<Vec<Arc<Entry>>>, FactsError> {
        let revision = store.register_revision(kind)?;
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner).get(kind).cloned();
        if let Some(held) = held.as_ref().filter(|held| held.revision == revision) {
            return Ok(Arc::clone(&held.entries));
        }
        let (since, old) = held.map_or_else(|| (0, Arc::default()), |held| (held.revision, held.entries));
        let entries = Arc::new(merge(&old, store.entries_since(kind, since)?));
        let fresh = Held { revision, entries: Arc::clone(&entries) };
        self.held.write().unwrap_or_else(PoisonError::into_inner).insert(kind.to_owned(), fresh);
        Ok(entries)
    }
}

/// Two lists in the order of ids; what changed takes the place of what was there, or takes it away.
fn merge(old: &[Arc<Entry>], changed: Vec<(String, Option<Entry>)>) -> Vec<Arc<Entry>> {
    let mut merged = Vec::with_capacity(old.len() + changed.len());
    let mut left = old.iter().peekable();
    for (id, entry) in changed {
        while let Some(own) = left.next_if(|own| own.id < id) {
            merged.push(Arc::clone(own));
        }
        left.next_if(|own| own.id == id);
        merged.extend(entry.map(Arc::new));
    }
    merged.extend(left.map(Arc::clone));
    merged
}
