//! A person leaves: the account is closed, and what was bound to the person ends or goes to a successor.
//!
//! Tasks, dates, duties and measures belong to units and stay with them. Bound to the person are what lets in (sessions,
//! tokens, calendar feeds), standing in for others, an absence of one's own, saved filters, the address of mail, and letters
//! that wait for it.

use rusqlite::{OptionalExtension as _, Transaction, params};
use serde_json::json;

use super::{Account, AccountError, find};
use crate::ledger::{self, Change};
use crate::store::Store;

/// Stands in `next_at` of a letter that is not tried any more.
const NEVER: i64 = i64::MAX;
/// Why it is not.
const CLOSED: &str = "the account it was for is closed";

/// What was bound to a person whose account was closed, and what became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handover {
    /// Sessions, tokens and calendar feeds that ended.
    pub ended: usize,
    /// People for whom the person was to stand in; the successor does now, or nobody.
    pub deputy_of: Vec<String>,
    /// Waiting letters that go to the successor.
    pub letters_moved: usize,
    /// Waiting letters that are not sent any more.
    pub letters_ended: usize,
}

impl Store {
    /// Closes an account and hands over to `heir`, or to nobody. What the account did stays; the ledger tells what went
    /// where.
    pub fn hand_over(&self, name: &str, heir: Option<&str>, change: &Change) -> Result<Handover, AccountError> {
        self.write(|store| {
            let of = |name: &str| find(store, name).map_err(|error| self.error(error));
            let leaving = of(name)?.filter(|own| !own.closed).ok_or_else(|| AccountError::Unknown(name.to_owned()))?;
            let heir = match heir {
                None => None,
                Some(heir) => {
                    let fits = of(heir)?.filter(|own| !own.closed && own.name != leaving.name && own.subject == leaving.subject);
                    Some(fits.ok_or_else(|| AccountError::Heir { heir: heir.to_owned(), from: name.to_owned() })?)
                }
            };
            Ok(close(store, &leaving, heir.as_ref(), change).map_err(|error| self.error(error))?)
        })
    }

    /// Closes an account without a successor.
    pub fn close_account(&self, name: &str, change: &Change) -> Result<(), AccountError> {
        self.hand_over(name, None, change).map(|_| ())
    }
}

fn close(store: &Transaction<'_>, leaving: &Account, heir: Option<&Account>, change: &Change) -> rusqlite::Result<Handover> {
    let name = leaving.name.as_str();
    let sql = "UPDATE account SET closed = 1, deputy = '', away_from = '', away_to = '', email = '' WHERE name = ?1";
    store.execute(sql, [name])?;
    let ended = store.execute("UPDATE access SET revoked_at = ?2 WHERE account = ?1 AND revoked_at IS NULL", params![name, change.at])?;
    store.execute("DELETE FROM saved_view WHERE account = ?1", [name])?;
    let (letters_moved, letters_ended) = letters(store, name, heir)?;
    let done = Handover { ended, deputy_of: deputies(store, name, heir, change)?, letters_moved, letters_ended };
    let what = json!({
        "closed": true,
        "successor": heir.map(|heir| &heir.name),
        "ended": done.ended,
        "deputy_of": done.deputy_of,
        "letters_moved": done.letters_moved,
        "letters_ended": done.letters_ended,
    });
    ledger::append(store, change, "account", &format!("account/{name}"), &what)?;
    Ok(done)
}

/// Whoever named the person as deputy has the successor now; nobody stands in for oneself.
fn deputies(store: &Transaction<'_>, name: &str, heir: Option<&Account>, change: &Change) -> rusqlite::Result<Vec<String>> {
    let mut statement = store.prepare("SELECT name, away_from, away_to FROM account WHERE deputy = ?1 AND closed = 0 ORDER BY name")?;
    let named: Vec<(String, String, String)> =
        statement.query_map([name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<rusqlite::Result<_>>()?;
    for (other, from, to) in &named {
        let deputy = heir.map_or("", |heir| heir.name.as_str());
        let deputy = if deputy == other { "" } else { deputy };
        store.execute("UPDATE account SET deputy = ?2 WHERE name = ?1", [other.as_str(), deputy])?;
        let what = json!({"deputy": deputy, "from": from, "to": to, "because": format!("account/{name} closed")});
        ledger::append(store, change, "account", &format!("account/{other}"), &what)?;
    }
    Ok(named.into_iter().map(|(other, ..)| other).collect())
}

/// Reminders that wait to go to the person: the successor gets those that are not queued for the successor already, where
/// there is an address; the others end, and the address with them.
fn letters(store: &Transaction<'_>, name: &str, heir: Option<&Account>) -> rusqlite::Result<(usize, usize)> {
    let ending = format!("/{name}");
    let sql = "SELECT id, key FROM outbox WHERE sent_at IS NULL AND key LIKE 'reminder/%' AND substr(key, -length(?1)) = ?1 ORDER BY id";
    let mut statement = store.prepare(sql)?;
    let waiting: Vec<(i64, String)> =
        statement.query_map([&ending], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let (mut moved, mut ended) = (0, 0);
    for (id, key) in &waiting {
        let to = heir.filter(|heir| !heir.email.trim().is_empty());
        let new_key = to.map(|heir| format!("{}/{}", key.strip_suffix(&ending).unwrap_or(key), heir.name));
        let known = match &new_key {
            Some(new_key) => store.query_row("SELECT 1 FROM outbox WHERE key = ?1", [new_key], |_| Ok(())).optional()?.is_some(),
            None => false,
        };
        match (to, new_key) {
            (Some(heir), Some(new_key)) if !known => {
                let recipient = format!("mailto:{}", heir.email.trim());
                store.execute("UPDATE outbox SET key = ?2, recipient = ?3 WHERE id = ?1", params![id, new_key, recipient])?;
                moved += 1;
            }
            _ => {
                let sql = "UPDATE outbox SET recipient = 'mailto:', next_at = ?2, last_error = ?3 WHERE id = ?1";
                store.execute(sql, params![id, NEVER, CLOSED])?;
                ended += 1;
            }
        }
    }
    Ok((moved, ended))
}
