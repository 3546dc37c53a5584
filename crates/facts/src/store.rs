//! The store: one SQLite file, one writer at a time, readers that never wait for it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

/// The migrations, oldest first; the schema version of a store is how many of them it has had.
const MIGRATIONS: [&str; 6] = [
    include_str!("../migrations/0001_facts.sql"),
    include_str!("../migrations/0002_people.sql"),
    include_str!("../migrations/0003_saved_views.sql"),
    include_str!("../migrations/0004_series_summary.sql"),
    include_str!("../migrations/0005_instruments.sql"),
    include_str!("../migrations/0006_model_runs.sql"),
];

/// How long a writer waits for another process to finish.
const BUSY: Duration = Duration::from_secs(30);

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// There is no store there.
    #[error("{0}: there is no store (make one with `qingliu init`)")]
    NoStore(PathBuf),
    /// There is one already.
    #[error("{0}: there is a store already")]
    Exists(PathBuf),
    /// The file is of a newer version of the program.
    #[error("{path}: the store has schema {found}, this program knows up to {known} (use a newer program)")]
    Newer {
        /// The file.
        path: PathBuf,
        /// The schema it has.
        found: usize,
        /// The schema this program has.
        known: usize,
    },
    /// SQLite says no.
    #[error("{path}: {cause}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What it said.
        cause: rusqlite::Error,
    },
    /// What the store holds cannot be read back.
    #[error("the store holds {what} that cannot be read: {why}")]
    Damaged {
        /// What.
        what: String,
        /// Why.
        why: String,
    },
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Store {
    /// Makes a new store.
    pub fn create(path: &Path) -> Result<Self, FactsError> {
        if path.exists() {
            return Err(FactsError::Exists(path.to_owned()));
        }
        Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
    }

    /// Opens a store that is there, bringing it up to this program's schema.
    pub fn open(path: &Path) -> Result<Self, FactsError> {
        if !path.exists() {
            return Err(FactsError::NoStore(path.to_owned()));
        }
        Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Self, FactsError> {
        let sqlite = |source| FactsError::Sqlite { path: path.to_owned(), cause: source };
        let mut writer = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(sqlite)?;
        writer.busy_timeout(BUSY).map_err(sqlite)?;
        writer.pragma_update(None, "journal_mode", "WAL").map_err(sqlite)?;
        // Full, so that nothing is acknowledged before it is on disk.
        writer.pragma_update(None, "synchronous", "FULL").map_err(sqlite)?;
        writer.pragma_update(None, "foreign_keys", true).map_err(sqlite)?;
        migrate(path, &mut writer)?;
        Ok(Self { path: path.to_owned(), writer: Mutex::new(writer), readers: Mutex::new(Vec::new()) })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs a change: all of it is kept, or none.
    pub(crate) fn write<T, E: From<FactsError>>(&self, change: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut writer = lock(&self.writer);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|source| self.error(source))?;
        let done = change(&transaction)?;
        transaction.commit().map_err(|source| self.error(source))?;
        Ok(done)
    }

    /// Runs a query on a read-only connection.
    pub(crate) fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, FactsError> {
        let idle = lock(&self.readers).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let reader = Connection::open_with_flags(&self.path, flags).map_err(|source| self.error(source))?;
                reader.busy_timeout(BUSY).map_err(|source| self.error(source))?;
                reader
            }
        };
        let answer = query(&reader).map_err(|source| self.error(source));
        lock(&self.readers).push(reader);
        answer
    }

    pub(crate) fn error(&self, source: rusqlite::Error) -> FactsError {
        FactsError::Sqlite { path: self.path.clone(), cause: source }
    }

    /// The hash of the newest row of the ledger that changed a fact: a register entry, observations, or a result that was published.
    pub fn facts_head(&self) -> Result<String, FactsError> {
        use rusqlite::OptionalExtension as _;
        let sql = "SELECT hash FROM ledger WHERE action IN ('entry', 'observations', 'edition', 'model_run') ORDER BY seq DESC LIMIT 1";
        Ok(self.read(|store| store.query_row(sql, [], |row| row.get(0)).optional())?.unwrap_or_default())
    }

    /// A setting of the store itself, such as the pack it was made with.
    pub fn setting(&self, key: &str) -> Result<Option<String>, FactsError> {
        use rusqlite::OptionalExtension as _;
        self.read(|store| store.query_row("SELECT value FROM setting WHERE key = ?1", [key], |row| row.get(0)).optional())
    }

    /// Sets it.
    pub fn set_setting(&self, key: &str, value: &str) -> Result<(), FactsError> {
        self.write(|store| {
            let sql = "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
            store.execute(sql, [key, value]).map(|_| ()).map_err(|source| self.error(source))
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while the lock was held cannot leave the connection half-way: transactions roll back when dropped.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn migrate(path: &Path, store: &mut Connection) -> Result<(), FactsError> {
    let sqlite = |source| FactsError::Sqlite { path: path.to_owned(), cause: source };
    let version =
        |store: &Connection| store.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0)).map(|found| found as usize);
    let found = version(store).map_err(sqlite)?;
    if MIGRATIONS.len() < found {
        return Err(FactsError::Newer { path: path.to_owned(), found, known: MIGRATIONS.len() });
    }
    if found == MIGRATIONS.len() {
        return Ok(());
    }
    let transaction = store.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sqlite)?;
    // Another process may have done it while this one waited for the lock.
    let found = version(&transaction).map_err(sqlite)?;
    for sql in MIGRATIONS.iter().skip(found) {
        transaction.execute_batch(sql).map_err(sqlite)?;
    }
    transaction.pragma_update(None, "user_version", u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)).map_err(sqlite)?;
    transaction.commit().map_err(sqlite)
}
