//! People: accounts, what lets them in, and when it does not.
//!
//! A password is kept as an argon2id hash, whatever lets somebody in as a SHA-256 of random 256 bits. Wrong passwords
//! lock an account for a while; each change of an account is in the ledger, without any secret.

mod handover;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde_json::json;
use totp_rs::{Builder, Secret};

use crate::ledger::{self, Change};
use crate::merkle::{hex, sha256_hex};
use crate::store::{FactsError, Store};

pub use handover::Handover;

/// Characters a password must have at least (GB/T 39786 and common practice ask for eight and more; length beats rules).
pub const PASSWORD_MIN: usize = 10;
/// Wrong passwords in a row before the account is locked.
const FAILURES: i64 = 5;
/// How long it is locked then, in seconds.
const LOCK_S: i64 = 15 * 60;
/// How long a session lasts, in seconds: a working day.
const SESSION_S: i64 = 12 * 3600;
/// Bytes of a key that lets somebody in.
const KEY_BYTES: usize = 32;

/// A person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What is typed at the door.
    pub name: String,
    /// The person's name as shown to colleagues.
    pub display: String,
    /// The unit the person belongs to.
    pub unit: String,
    /// The role.
    pub role: String,
    /// The entry the person speaks for, `kind/id`; empty for officers.
    pub subject: String,
    /// Where mail goes; empty where none is given.
    pub email: String,
    /// Whether a second factor is asked for.
    pub totp: bool,
    /// Who stands in while the person is away.
    pub deputy: String,
    /// First day of absence, empty for none.
    pub away_from: String,
    /// Last day of absence.
    pub away_to: String,
    /// Whether the account is closed.
    pub closed: bool,
}

impl Account {
    /// Whether the person is away on a day, so that the deputy stands in.
    pub fn is_away(&self, day: jiff::civil::Date) -> bool {
        let day = day.to_string();
        !self.away_from.is_empty() && self.away_from <= day && (self.away_to.is_empty() || day <= self.away_to)
    }
}

/// The people for whom somebody stands in on a day: those who are away and name that person, and those whose deputy is
/// away too and names that person in turn.
pub fn stood_in_for<'a>(accounts: &'a [Account], deputy: &str, day: jiff::civil::Date) -> Vec<&'a Account> {
    let mut found: Vec<&Account> = Vec::new();
    let mut open = vec![deputy.to_owned()];
    while let Some(name) = open.pop() {
        for account in accounts.iter().filter(|own| own.deputy == name && !own.closed && own.is_away(day)) {
            // Somebody who was met before is not followed again, so deputies of each other come to an end.
            if account.name != deputy && !found.iter().any(|own| own.name == account.name) {
                found.push(account);
                open.push(account.name.clone());
            }
        }
    }
    found
}

/// What a new account is made of.
#[derive(Debug, Clone, Default)]
pub struct NewAccount {
    /// What is typed at the door.
    pub name: String,
    /// The person's name.
    pub display: String,
    /// The unit.
    pub unit: String,
    /// The role.
    pub role: String,
    /// The entry the person speaks for.
    pub subject: String,
    /// Where mail goes.
    pub email: String,
}

/// Why an account is not made or a person not let in.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The name cannot be one.
    #[error("`{0}` cannot name an account (expected 2 to 40 of the letters a-z, digits, -, _ and .)")]
    Name(String),
    /// There is one of that name.
    #[error("there is an account `{0}` already")]
    Exists(String),
    /// There is none.
    #[error("there is no account `{0}`")]
    Unknown(String),
    /// The password is too weak.
    #[error("the password has {0} characters (expected at least {PASSWORD_MIN}, and not the account's own name)")]
    WeakPassword(usize),
    /// Name, password or code is wrong; which of them is not told.
    #[error("name, password or code is wrong")]
    Wrong,
    /// Too many wrong passwords.
    #[error("the account is locked after {FAILURES} wrong passwords (try again in {} minutes)", .0.div_euclid(60) + 1)]
    Locked(i64),
    /// What was bound to a person cannot go to that account.
    #[error("`{heir}` cannot take over from `{from}` (expected another account that is open and speaks for the same entry, if any)")]
    Heir {
        /// Who was named.
        heir: String,
        /// Whose account is closed.
        from: String,
    },
    /// The machine gives no random numbers, or the hash cannot be worked out.
    #[error("no secret could be made: {0}")]
    Secret(String),
    /// The store says no.
    #[error(transparent)]
    Facts(#[from] FactsError),
}

/// A session that was opened: its key goes to the browser and nowhere else.
#[derive(Debug, Clone)]
pub struct SessionKey(pub String);

/// Somebody who is in.
#[derive(Debug, Clone)]
pub struct Entered {
    /// Who.
    pub account: Account,
    /// What must come back with every form.
    pub form_key: String,
    /// Hash of what let the person in, to end it.
    pub access: String,
}

/// What let somebody in, without its key.
#[derive(Debug, Clone)]
pub struct AccessRow {
    /// Its hash, which names it.
    pub hash: String,
    /// `session`, `token` or `calendar`.
    pub kind: String,
    /// What its owner calls it.
    pub label: String,
    /// When it was made.
    pub created_at: i64,
    /// When it ends.
    pub expires_at: i64,
}

impl Store {
    /// Whether an account could have a name: so that nobody is asked for a password in vain.
    pub fn check_account_name(&self, name: &str) -> Result<(), AccountError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        if !(2..=40).contains(&name.len()) || !name.chars().all(plain) {
            return Err(AccountError::Name(name.to_owned()));
        }
        match self.account(name)? {
            Some(_) => Err(AccountError::Exists(name.to_owned())),
            None => Ok(()),
        }
    }

    /// Makes an account.
    pub fn add_account(&self, new: &NewAccount, password: &str, change: &Change) -> Result<(), AccountError> {
        self.check_account_name(&new.name)?;
        let hash = password_hash(&new.name, password)?;
        self.write(|store| {
            if find(store, &new.name).map_err(|error| self.error(error))?.is_some() {
                return Err(AccountError::Exists(new.name.clone()));
            }
            let sql = "INSERT INTO account (name, display, unit, role, subject, email, password_hash, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            let done = store.execute(sql, params![new.name, new.display, new.unit, new.role, new.subject, new.email, hash, change.at]);
            let what = json!({"unit": new.unit, "role": new.role, "subject": new.subject});
            done.and_then(|_| ledger::append(store, change, "account", &format!("account/{}", new.name), &what))
                .map_err(|error| self.error(error))?;
            Ok(())
        })
    }

    /// Every account, by name.
    pub fn accounts(&self) -> Result<Vec<Account>, FactsError> {
        self.read(|store| store.prepare_cached(&format!("{ACCOUNT} ORDER BY name"))?.query_map([], read)?.collect())
    }

    /// One account.
    pub fn account(&self, name: &str) -> Result<Option<Account>, FactsError> {
        self.read(|store| find(store, name))
    }

    /// Lets somebody in, or says no without saying why. `now` is the instant of asking.
    pub fn sign_in(&self, name: &str, password: &str, code: &str, now: i64) -> Result<SessionKey, AccountError> {
        let known: Option<(String, Option<String>, i64, bool)> = self.read(|store| {
            let sql = "SELECT password_hash, totp_secret, locked_until, closed FROM account WHERE name = ?1";
            store.query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).optional()
        })?;
        let Some((hash, totp, locked_until, closed)) = known else {
            // As long as with an account, so that the time does not tell which names there are.
            password_hash("", "no such account").map(|_| ()).unwrap_or_default();
            return Err(AccountError::Wrong);
        };
        if now < locked_until {
            return Err(AccountError::Locked(locked_until - now));
        }
        let right = PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        let code_right = totp.is_none_or(|secret| code_fits(&secret, code, now));
        if !right || !code_right || closed {
            self.write(|store| {
                let sql = "UPDATE account SET failures = failures + 1, locked_until = CASE WHEN failures + 1 >= ?2 THEN ?3 ELSE locked_until END WHERE name = ?1";
                store.execute(sql, params![name, FAILURES, now + LOCK_S]).map_err(|error| self.error(error))
            })?;
            return Err(AccountError::Wrong);
        }
        self.write(|store| {
            let sql = "UPDATE account SET failures = 0, locked_until = 0 WHERE name = ?1";
            store.execute(sql, [name]).map_err(|error| self.error(error))
        })?;
        self.open_access(name, "session", "", now, now + SESSION_S).map(SessionKey)
    }

    /// Makes a key for a program (`token`) or a calendar feed (`calendar`). It is shown once.
    pub fn make_token(&self, name: &str, kind: &str, label: &str, expires_at: i64, change: &Change) -> Result<String, AccountError> {
        let key = self.open_access(name, kind, label, change.at, expires_at)?;
        self.write(|store| {
            let what = json!({"kind": kind, "label": label, "expires_at": expires_at});
            ledger::append(store, change, "access", &format!("account/{name}"), &what).map_err(|error| self.error(error))
        })?;
        Ok(key)
    }

    fn open_access(&self, name: &str, kind: &str, label: &str, now: i64, expires_at: i64) -> Result<String, AccountError> {
        let (key, form_key) = (random_hex()?, random_hex()?);
        self.write(|store| {
            let sql =
                "INSERT INTO access (hash, account, kind, label, form_key, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            store
                .execute(sql, params![sha256_hex(key.as_bytes()), name, kind, label, form_key, now, expires_at])
                .map_err(|error| self.error(error))
        })?;
        Ok(key)
    }

    /// Who a key of a kind belongs to, while it holds.
    pub fn entered(&self, kind: &str, key: &str, now: i64) -> Result<Option<Entered>, FactsError> {
        let hash = sha256_hex(key.as_bytes());
        self.read(|store| {
            let sql = "SELECT account, form_key FROM access WHERE hash = ?1 AND kind = ?2 AND revoked_at IS NULL AND ?3 < expires_at";
            let found: Option<(String, String)> =
                store.prepare_cached(sql)?.query_row(params![hash, kind, now], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((name, form_key)) = found else { return Ok(None) };
            let account = find(store, &name)?.filter(|account| !account.closed);
            Ok(account.map(|account| Entered { account, form_key, access: hash.clone() }))
        })
    }

    /// Ends what let somebody in; only its owner's.
    pub fn revoke(&self, account: &str, access: &str, now: i64) -> Result<(), FactsError> {
        self.write(|store| {
            let sql = "UPDATE access SET revoked_at = ?3 WHERE hash = ?1 AND account = ?2 AND revoked_at IS NULL";
            store.execute(sql, params![access, account, now]).map(|_| ()).map_err(|error| self.error(error))
        })
    }

    /// What lets an account in now, newest first.
    pub fn accesses(&self, account: &str, now: i64) -> Result<Vec<AccessRow>, FactsError> {
        self.read(|store| {
            let sql = "SELECT hash, kind, label, created_at, expires_at FROM access WHERE account = ?1 AND revoked_at IS NULL AND ?2 < expires_at ORDER BY created_at DESC";
            let row = |row: &rusqlite::Row<'_>| {
                Ok(AccessRow { hash: row.get(0)?, kind: row.get(1)?, label: row.get(2)?, created_at: row.get(3)?, expires_at: row.get(4)? })
            };
            store.prepare_cached(sql)?.query_map(params![account, now], row)?.collect()
        })
    }

    /// Changes a password and ends every session and token of the account.
    pub fn set_password(&self, name: &str, password: &str, change: &Change) -> Result<(), AccountError> {
        let hash = password_hash(name, password)?;
        self.change_account(name, change, json!({"password": "changed"}), |store| {
            store.execute("UPDATE account SET password_hash = ?2, failures = 0, locked_until = 0 WHERE name = ?1", params![name, hash])?;
            store.execute("UPDATE access SET revoked_at = ?2 WHERE account = ?1 AND revoked_at IS NULL", params![name, change.at])
        })
    }

    /// Asks for a second factor from now on. Gives the secret, to be typed into the person's app once.
    pub fn set_totp(&self, name: &str, change: &Change) -> Result<String, AccountError> {
        let mut secret = [0_u8; 20];
        getrandom::fill(&mut secret).map_err(|error| AccountError::Secret(error.to_string()))?;
        let shown = Secret::from(secret).to_base32();
        self.change_account(name, change, json!({"second_factor": "set"}), |store| {
            store.execute("UPDATE account SET totp_secret = ?2 WHERE name = ?1", params![name, shown])
        })?;
        Ok(shown)
    }

    /// Moves a person to another unit and role.
    pub fn move_account(&self, name: &str, unit: &str, role: &str, change: &Change) -> Result<(), AccountError> {
        self.change_account(name, change, json!({"unit": unit, "role": role}), |store| {
            store.execute("UPDATE account SET unit = ?2, role = ?3 WHERE name = ?1", params![name, unit, role])
        })
    }

    /// Says who stands in, and from when to when; empty days for nobody.
    pub fn set_absence(&self, name: &str, deputy: &str, from: &str, to: &str, change: &Change) -> Result<(), AccountError> {
        self.change_account(name, change, json!({"deputy": deputy, "from": from, "to": to}), |store| {
            store.execute("UPDATE account SET deputy = ?2, away_from = ?3, away_to = ?4 WHERE name = ?1", params![name, deputy, from, to])
        })
    }

    fn change_account(
        &self,
        name: &str,
        change: &Change,
        what: serde_json::Value,
        act: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<usize>,
    ) -> Result<(), AccountError> {
        self.write(|store| {
            if find(store, name).map_err(|error| self.error(error))?.is_none() {
                return Err(AccountError::Unknown(name.to_owned()));
            }
            let done = act(store).and_then(|_| ledger::append(store, change, "account", &format!("account/{name}"), &what));
            done.map_err(|error| self.error(error).into())
        })
    }
}

const ACCOUNT: &str =
    "SELECT name, display, unit, role, subject, email, totp_secret IS NOT NULL, deputy, away_from, away_to, closed FROM account";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        name: row.get(0)?,
        display: row.get(1)?,
        unit: row.get(2)?,
        role: row.get(3)?,
        subject: row.get(4)?,
        email: row.get(5)?,
        totp: row.get(6)?,
        deputy: row.get(7)?,
        away_from: row.get(8)?,
        away_to: row.get(9)?,
        closed: row.get(10)?,
    })
}

fn find(store: &Connection, name: &str) -> rusqlite::Result<Option<Account>> {
    store.prepare_cached(&format!("{ACCOUNT} WHERE name = ?1"))?.query_row([name], read).optional()
}

fn password_hash(name: &str, password: &str) -> Result<String, AccountError> {
    let length = password.chars().count();
    if length < PASSWORD_MIN || password == name {
        return Err(AccountError::WeakPassword(length));
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| AccountError::Secret(error.to_string()))
}

fn random_hex() -> Result<String, AccountError> {
    let mut bytes = [0_u8; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| AccountError::Secret(error.to_string()))?;
    Ok(hex(&bytes))
}

fn code_fits(secret: &str, code: &str, now: i64) -> bool {
    let (Ok(secret), Ok(now)) = (Secret::try_from_base32(secret), u64::try_from(now)) else { return false };
    let totp = Builder::new().with_secret(secret).build();
    totp.is_ok_and(|totp| totp.check(code.trim(), now).is_some())
}
