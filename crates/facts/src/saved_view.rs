//! Filters that people gave a name, to come back to. Each belongs to one account and is no business of any other; none is
//! a fact, so the ledger does not speak of them.

use rusqlite::{OptionalExtension as _, params};

use crate::store::{FactsError, Store};

/// How many an account can keep: a list of more is no help, and nobody fills the store with them.
pub const MOST: usize = 60;
/// Characters a name can have.
pub const NAME_MOST: usize = 60;

/// A page with its filter, under a name.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SavedView {
    /// What its owner calls it.
    pub name: String,
    /// The page, behind the language and without ending.
    pub path: String,
    /// What stands behind the question mark, empty for nothing.
    pub query: String,
}

/// Why a filter is not kept.
#[derive(Debug, thiserror::Error)]
pub enum SavedViewError {
    /// The name cannot be one.
    #[error("`{0}` cannot name a filter (expected 1 to {NAME_MOST} characters)")]
    Name(String),
    /// The account has as many as it can have.
    #[error("there are {MOST} saved filters already (delete one first)")]
    Full,
    /// The store says no.
    #[error(transparent)]
    Facts(#[from] FactsError),
}

impl Store {
    /// Keeps a filter; one of the same name takes the new address.
    pub fn save_view(&self, account: &str, view: &SavedView, now: i64) -> Result<(), SavedViewError> {
        if view.name.trim().is_empty() || NAME_MOST < view.name.chars().count() {
            return Err(SavedViewError::Name(view.name.clone()));
        }
        self.write(|store| {
            let error = |source| SavedViewError::Facts(self.error(source));
            let known: Option<i64> = store
                .query_row("SELECT 1 FROM saved_view WHERE account = ?1 AND name = ?2", [account, view.name.as_str()], |row| row.get(0))
                .optional()
                .map_err(error)?;
            let n: i64 =
                store.query_row("SELECT count(*) FROM saved_view WHERE account = ?1", [account], |row| row.get(0)).map_err(error)?;
            if known.is_none() && usize::try_from(n).is_ok_and(|n| MOST <= n) {
                return Err(SavedViewError::Full);
            }
            let sql = "INSERT INTO saved_view (account, name, path, query, saved_at) VALUES (?1, ?2, ?3, ?4, ?5) \
                       ON CONFLICT (account, name) DO UPDATE SET path = excluded.path, query = excluded.query, saved_at = excluded.saved_at";
            store.execute(sql, params![account, view.name, view.path, view.query, now]).map_err(error)?;
            Ok(())
        })
    }

    /// The filters of an account, by name.
    pub fn saved_views(&self, account: &str) -> Result<Vec<SavedView>, FactsError> {
        self.read(|store| {
            let sql = "SELECT name, path, query FROM saved_view WHERE account = ?1 ORDER BY name";
            let row = |row: &rusqlite::Row<'_>| Ok(SavedView { name: row.get(0)?, path: row.get(1)?, query: row.get(2)? });
            store.prepare_cached(sql)?.query_map([account], row)?.collect()
        })
    }

    /// Forgets a filter of an account. Gives whether there was one.
    pub fn forget_view(&self, account: &str, name: &str) -> Result<bool, FactsError> {
        self.write(|store| {
            let done = store.execute("DELETE FROM saved_view WHERE account = ?1 AND name = ?2", [account, name]);
            done.map(|n| 0 < n).map_err(|source| self.error(source))
        })
    }
}
