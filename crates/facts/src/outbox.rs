//! The outbox: what is still to be sent, and what was. A letter is on disk before anybody tries to send it, so a restart
//! loses none; its key is unique, so the same thing is never queued twice.
//!
//! Whoever sends a letter first claims it for a while. Where the program stops in between, the claim runs out and the
//! letter is tried again. Nothing of it enters the ledger: letters are no facts, and their addresses belong to people.

use rusqlite::{OptionalExtension as _, Row, params};

use crate::store::{FactsError, Store};

/// Something to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What it is about and for whom, without the address; the same key is queued once.
    pub key: String,
    /// `mailto:` with an address, or the address of a webhook.
    pub recipient: String,
    /// The subject.
    pub subject: String,
    /// The text; for a webhook JSON.
    pub body: String,
}

/// A letter of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Its number.
    pub id: i64,
    /// What it is about.
    pub key: String,
    /// Where it goes.
    pub recipient: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// When it was queued, in seconds since 1970.
    pub queued_at: i64,
    /// Attempts that failed.
    pub attempts: i64,
    /// When it is tried next; none where it was given up.
    pub next_at: Option<i64>,
    /// Why the last attempt failed.
    pub last_error: String,
    /// When it was sent.
    pub sent_at: Option<i64>,
}

/// Where a letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterState {
    /// It waits for its next attempt.
    Waiting,
    /// It was sent.
    Sent,
    /// It failed too often and is not tried any more.
    GivenUp,
}

impl LetterState {
    /// The word in data.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
        }
    }
}

impl Queued {
    /// Where it stands.
    pub fn state(&self) -> LetterState {
        match (self.sent_at, self.next_at) {
            (Some(_), _) => LetterState::Sent,
            (None, Some(_)) => LetterState::Waiting,
            (None, None) => LetterState::GivenUp,
        }
    }

    /// Where it goes as lists may show it: `mail`, or scheme and host of a webhook; never a person's address.
    pub fn shown_recipient(&self) -> String {
        let Some((scheme, rest)) = self.recipient.split_once("://") else { return "mail".to_owned() };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        format!("{scheme}://{host}")
    }
}

/// Stands in `next_at` for a letter that was given up.
const NEVER: i64 = i64::MAX;

const COLUMNS: &str = "id, key, recipient, subject, body, queued_at, attempts, next_at, last_error, sent_at";

fn read(row: &Row<'_>) -> rusqlite::Result<Queued> {
    let next_at: i64 = row.get(7)?;
    Ok(Queued {
        id: row.get(0)?,
        key: row.get(1)?,
        recipient: row.get(2)?,
        subject: row.get(3)?,
        body: row.get(4)?,
        queued_at: row.get(5)?,
        attempts: row.get(6)?,
        next_at: (next_at != NEVER).then_some(next_at),
        last_error: row.get(8)?,
        sent_at: row.get(9)?,
    })
}

impl Store {
    /// Queues letters whose keys are not known yet, all of them or none. Gives how many they were.
    pub fn queue(&self, letters: &[Letter], now: i64) -> Result<usize, FactsError> {
        // Most calls bring nothing new, and then no writer is kept waiting.
        let new = self.read(|store| {
            let mut known = store.prepare_cached("SELECT 1 FROM outbox WHERE key = ?1")?;
            let mut new = Vec::new();
            for letter in letters {
                if known.query_row([&letter.key], |_| Ok(())).optional()?.is_none() {
                    new.push(letter);
                }
            }
            Ok(new)
        })?;
        if new.is_empty() {
            return Ok(0);
        }
        self.write(|store| {
            let put = || -> rusqlite::Result<usize> {
                let sql = "INSERT INTO outbox (key, recipient, subject, body, queued_at, next_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT (key) DO NOTHING";
                let mut insert = store.prepare(sql)?;
                let mut queued = 0;
                for letter in new {
                    queued += insert.execute(params![letter.key, letter.recipient, letter.subject, letter.body, now])?;
                }
                Ok(queued)
            };
            put().map_err(|error| self.error(error))
        })
    }

    /// Letters that are to be tried now, at most `n`, those that waited longest first.
    pub fn outbox_due(&self, now: i64, n: usize) -> Result<Vec<Queued>, FactsError> {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        self.read(|store| {
            let sql = format!(
                "SELECT {COLUMNS} FROM outbox WHERE sent_at IS NULL AND next_at <= ?1 AND next_at < ?2 ORDER BY next_at, id LIMIT ?3"
            );
            store.prepare_cached(&sql)?.query_map(params![now, NEVER, n], read)?.collect()
        })
    }

    /// Claims a letter that is due, so that nobody else sends it until `until`. Gives `false` where somebody did already.
    pub fn outbox_claim(&self, letter: &Queued, until: i64) -> Result<bool, FactsError> {
        let Some(seen) = letter.next_at else { return Ok(false) };
        self.write(|store| {
            let sql = "UPDATE outbox SET next_at = ?3 WHERE id = ?1 AND next_at = ?2 AND sent_at IS NULL";
            let claimed = store.execute(sql, params![letter.id, seen, until]).map_err(|error| self.error(error))?;
            Ok(claimed == 1)
        })
    }

    /// Notes that a letter was sent.
    pub fn outbox_sent(&self, id: i64, now: i64) -> Result<(), FactsError> {
        self.write(|store| {
            let sql = "UPDATE outbox SET sent_at = ?2, last_error = '' WHERE id = ?1 AND sent_at IS NULL";
            store.execute(sql, params![id, now]).map(|_| ()).map_err(|error| self.error(error))
        })
    }

    /// Notes that an attempt failed, why, and when the next one is; none where the letter is given up. The reason must
    /// not name the recipient.
    pub fn outbox_failed(&self, id: i64, error: &str, next_at: Option<i64>) -> Result<(), FactsError> {
        self.write(|store| {
            let sql = "UPDATE outbox SET attempts = attempts + 1, last_error = ?2, next_at = ?3 WHERE id = ?1 AND sent_at IS NULL";
            store.execute(sql, params![id, error, next_at.unwrap_or(NEVER)]).map(|_| ()).map_err(|error| self.error(error))
        })
    }

    /// Letters for a list, at most `limit`: first those that were not sent, then the newest.
    pub fn outbox(&self, limit: usize) -> Result<Vec<Queued>, FactsError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|store| {
            let sql = format!("SELECT {COLUMNS} FROM outbox ORDER BY sent_at IS NOT NULL, id DESC LIMIT ?1");
            store.prepare_cached(&sql)?.query_map([limit], read)?.collect()
        })
    }
}
