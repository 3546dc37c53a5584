//! What is known: registers, observations, ledger.
//!
//! The only crate that speaks to the store. One file of SQLite, one writer and many readers; every change to a register
//! entry or a decision stands in the ledger with the hash of the row before it, and observations enter it a batch at a
//! time by Merkle root. Corrections add; nothing is overwritten.
//!
//! ```text
//! file ─▶ import (dry run, refusals by row) ─▶ batch ─▶ observations ─▶ ledger
//! form ─▶ register entry ──────────────────────────────────────────────▶ ledger ─▶ verify
//! ```
//!
//! ```
//! use facts::{Change, Store};
//!
//! let folder = tempfile::tempdir().unwrap();
//! let store = Store::create(&folder.path().join("facts.db")).unwrap();
//! assert!(store.verify().unwrap().is_empty());
//! ```

pub mod account;
pub mod attachment;
pub mod coordinates;
pub mod edition;
pub mod entry_table;
pub mod gauss_kruger;
pub mod geometry;
pub mod head;
pub mod import;
pub mod instrument;
pub mod ledger;
pub mod measure;
pub mod merkle;
pub mod model_run;
pub mod news;
pub mod observation;
pub mod outbox;
pub mod proof;
pub mod register;
mod sample;
pub mod saved_view;
pub mod series;
pub mod sheet;
mod store;
pub mod time;
pub mod verdict;
mod verify;

pub use account::{Account, AccountError, Handover, NewAccount};
pub use edition::Edition;
pub use ledger::{Change, LedgerRow};
pub use measure::{Measure, MeasureStep};
pub use observation::{Observation, ObservationQuery, Qualifier};
pub use register::{Entry, EntryError};
pub use sample::Sample;
pub use saved_view::{SavedView, SavedViewError};
pub use store::{FactsError, Store};
pub use verdict::{IndicatorValue, StoredVerdict};
pub use verify::Altered;
