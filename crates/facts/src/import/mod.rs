//! Taking in files of records: wide and long CSV, Excel, and the two forms of the national stations.
//!
//! A file is a batch: all of it is taken, or none. Every row that is refused is named with row, column, what was found
//! and what was expected; a dry run tells the same without keeping anything.

pub(crate) mod direct;
mod layout;
mod load;
mod table;

use std::path::PathBuf;

use crate::store::FactsError;

pub use table::{MAX_LINE, Rows, Table, open_table, table_of_bytes};

/// What to take in, and how.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// Name of the source, such as `cnemc`; a row of the long form may name another.
    pub source: String,
    /// Register kinds whose entries the records can be of.
    pub places: Vec<String>,
    /// Keep nothing, only tell.
    pub dry_run: bool,
    /// Take the rows that are good although others are refused.
    pub accept_rest: bool,
    /// The year of times that carry none.
    pub year: Option<i16>,
    /// Whether the file is made up for a demonstration.
    pub made_up: bool,
    /// Take only rows whose column has one of these values.
    pub only: Vec<(String, Vec<String>)>,
    /// When the file became known, where its rows do not say; otherwise their own time.
    pub known_at: Option<i64>,
}

impl ImportOptions {
    /// A whole file of a source, kept, with the places that the plan names.
    pub fn of(plan: &plan::Plan, source: &str) -> Self {
        let places = plan.registers.iter().filter(|register| register.place);
        Self {
            source: source.to_owned(),
            places: places.map(|register| register.kind.get_ref().clone()).collect(),
            dry_run: false,
            accept_rest: false,
            year: None,
            made_up: false,
            only: Vec::new(),
            known_at: None,
        }
    }
}

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct ImportReport {
    /// The file.
    pub file: String,
    /// Rows read.
    pub rows: u64,
    /// Observations that are new.
    pub new: u64,
    /// Observations that differ from what was known; the first value is kept.
    pub corrections: u64,
    /// Observations that were known already.
    pub known: u64,
    /// Of the new ones: measured here, but missing this time (`--`).
    pub missing: u64,
    /// Of the new ones: not measured here (`*`).
    pub not_measured: u64,
    /// Rows without a time: the station reported nothing.
    pub without_time: u64,
    /// Rows passed over by the choice of rows.
    pub passed_over: u64,
    /// Rows refused.
    pub refused: Vec<Refusal>,
    /// How many rows were refused, where the list was cut.
    pub refused_rows: u64,
    /// Merkle root of the batch.
    pub root: Option<String>,
    /// Whether anything was kept.
    pub kept: bool,
}

/// A cell that was refused.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Refusal {
    /// The row of the file, the header being row 1.
    pub row: u64,
    /// The column.
    pub column: String,
    /// What stood there.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row {}, {}: `{}` (expected {})", self.row, self.column, self.found, self.expected)
    }
}

/// Why a whole file is refused.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It cannot be opened.
    #[error("{file}: {cause}")]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// It is not what its name or its first bytes say.
    #[error("{file}: {what}")]
    Format {
        /// The file.
        file: PathBuf,
        /// What is wrong, and what was expected.
        what: String,
    },
    /// The store says no.
    #[error(transparent)]
    Facts(#[from] FactsError),
}

/// Told how far an import is.
pub trait Progress {
    /// The size of the file, in bytes.
    fn start(&self, file: &str, bytes: u64);
    /// Bytes read so far.
    fn at(&self, bytes: u64);
    /// Done with the file.
    fn finish(&self);
}

/// For whoever does not want to know.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _: &str, _: u64) {}
    fn at(&self, _: u64) {}
    fn finish(&self) {}
}
