//! Register entries: typed by the kinds of the pack, versioned, every change in the ledger.

use std::collections::{BTreeMap, HashSet};

use plan::{Field, FieldType, Plan, Register};
use rusqlite::{OptionalExtension as _, Transaction, params};
use serde_json::{Map, Value, json};

use crate::geometry::Geometry;
use crate::ledger::{self, Change};
use crate::merkle::{hex, leaf};
use crate::store::{FactsError, Store};

/// Fields every entry with a place can carry besides its own: the pair of coordinates as it was given, and in which
/// system. They are never public.
pub const GIVEN: [&str; 3] = ["given_crs", "given_x", "given_y"];

/// An entry of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The kind.
    pub kind: String,
    /// Its id, unique within the kind.
    pub id: String,
    /// The version, from 1.
    pub version: i64,
    /// Fields by id; a field without a value is not there.
    pub data: BTreeMap<String, String>,
    /// Whether it was made up for a demonstration.
    pub made_up: bool,
    /// Where it comes from.
    pub source: String,
}

impl Entry {
    /// A field's value, empty where it has none.
    pub fn get(&self, field: &str) -> &str {
        self.data.get(field).map_or("", String::as_str)
    }

    /// The entry with only the fields that everybody may see.
    pub fn public(&self, register: &Register) -> Self {
        let public = |id: &String| register.field.iter().any(|field| field.public && field.id.get_ref() == id);
        let data = self.data.iter().filter(|(id, _)| public(id)).map(|(id, value)| (id.clone(), value.clone())).collect();
        Self { data, ..self.clone() }
    }
}

/// Why an entry is refused.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// A field has a value that is not of its type.
    #[error("{kind} `{id}`: {field} is `{found}` (expected {expected})")]
    Field {
        /// The kind.
        kind: String,
        /// The entry.
        id: String,
        /// The field.
        field: String,
        /// What stood there.
        found: String,
        /// What should.
        expected: String,
    },
    /// Another entry is the same thing.
    #[error("{kind} `{id}` is the same as `{other}` (both have {fields})")]
    Duplicate {
        /// The kind.
        kind: String,
        /// The entry.
        id: String,
        /// The one that is there.
        other: String,
        /// The fields that make them the same.
        fields: String,
    },
    /// The pack has no such register.
    #[error("`{0}` is not a register of the pack")]
    UnknownKind(String),
    /// The store says no.
    #[error(transparent)]
    Facts(#[from] FactsError),
}

/// Values of a new or changed entry.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// Fields by id.
    pub data: BTreeMap<String, String>,
    /// Whether it was made up.
    pub made_up: bool,
    /// Where it comes from.
    pub source: String,
    /// When it became known, in seconds since 1970. Where this is not given, a first version holds from the beginning
    /// (a section was there before anybody entered it) and a later one from the moment it is entered.
    pub known_at: Option<i64>,
}

impl Store {
    /// Puts entries into a register: new ones as version 1, changed ones as the next version; what is there already
    /// with the same values is left alone. All of them or none. Returns how many changed.
    pub fn put_entries(&self, plan: &Plan, kind: &str, drafts: &[Draft], change: &Change) -> Result<usize, EntryError> {
        let register = plan.register(kind).ok_or_else(|| EntryError::UnknownKind(kind.to_owned()))?;
        self.write(|store| {
            let together: HashSet<&str> = drafts.iter().map(|draft| draft.id.as_str()).collect();
            let mut changed = 0;
            for draft in drafts {
                check(store, self, plan, register, draft, &together)?;
                let done = put(store, register, draft, change).map_err(|source| self.error(source))?;
                changed += usize::from(done);
            }
            Ok(changed)
        })
    }

    /// What would be refused of these entries, without keeping any: each with its place in the list.
    pub fn check_entries(&self, plan: &Plan, kind: &str, drafts: &[Draft]) -> Result<Vec<(usize, EntryError)>, EntryError> {
        let register = plan.register(kind).ok_or_else(|| EntryError::UnknownKind(kind.to_owned()))?;
        let change = Change { who: "dry run".to_owned(), at: 0, why: String::new() };
        let tried = self.write(|store| -> Result<(), Tried> {
            let together: HashSet<&str> = drafts.iter().map(|draft| draft.id.as_str()).collect();
            let mut refused = Vec::new();
            for (place, draft) in drafts.iter().enumerate() {
                match check(store, self, plan, register, draft, &together) {
                    Ok(()) => {
                        put(store, register, draft, &change).map_err(|source| self.error(source))?;
                    }
                    Err(error @ EntryError::Facts(_)) => return Err(Tried::Failed(error)),
                    Err(error) => refused.push((place, error)),
                }
            }
            // Never kept: it was only tried.
            Err(Tried::Done(refused))
        });
        match tried {
            Ok(()) => Ok(Vec::new()),
            Err(Tried::Done(refused)) => Ok(refused),
            Err(Tried::Failed(error)) => Err(error),
        }
    }

    /// Takes an entry off a register. Its versions stay, and so does what was judged by them.
    pub fn remove_entry(&self, plan: &Plan, kind: &str, id: &str, change: &Change) -> Result<bool, EntryError> {
        let register = plan.register(kind).ok_or_else(|| EntryError::UnknownKind(kind.to_owned()))?;
        self.write(|store| remove(store, register, id, change).map_err(|source| self.error(source).into()))
    }

    /// How often a register changed.
    pub fn register_revision(&self, kind: &str) -> Result<i64, FactsError> {
        self.read(|store| {
            let sql = "SELECT revision FROM register_revision WHERE kind = ?1";
            Ok(store.prepare_cached(sql)?.query_row([kind], |row| row.get(0)).optional()?.unwrap_or(0))
        })
    }

    /// Entries that changed after a revision, by id; `None` for one that was taken off the register.
    pub fn entries_since(&self, kind: &str, revision: i64) -> Result<Vec<(String, Option<Entry>)>, FactsError> {
        self.read(|store| {
            let sql = "SELECT e.kind, e.id, e.version, e.data, e.made_up, e.source, e.deleted FROM current_entry AS c \
                       JOIN entry AS e ON e.kind = c.kind AND e.id = c.id AND e.version = c.version WHERE c.kind = ?1 AND c.revision > ?2 ORDER BY c.id";
            let row = |row: &rusqlite::Row<'_>| {
                let deleted: bool = row.get(6)?;
                Ok((row.get(1)?, if deleted { None } else { Some(read_entry(row)?) }))
            };
            store.prepare_cached(sql)?.query_map(params![kind, revision], row)?.collect()
        })
    }

    /// Every version of an entry, oldest first, with the moment it was recorded.
    pub fn versions(&self, kind: &str, id: &str) -> Result<Vec<(Entry, i64, bool)>, FactsError> {
        self.read(|store| {
            let sql = "SELECT kind, id, version, data, made_up, source, recorded_at, deleted FROM entry WHERE kind = ?1 AND id = ?2 ORDER BY version";
            let row = |row: &rusqlite::Row<'_>| Ok((read_entry(row)?, row.get(6)?, row.get(7)?));
            store.prepare_cached(sql)?.query_map([kind, id], row)?.collect()
        })
    }

    /// The current entries of a kind, by id.
    pub fn entries(&self, kind: &str) -> Result<Vec<Entry>, FactsError> {
        self.entries_as_of(kind, i64::MAX)
    }

    /// The entries of a kind as they were known at an instant.
    pub fn entries_as_of(&self, kind: &str, known_at: i64) -> Result<Vec<Entry>, FactsError> {
        self.read(|store| {
            let sql = "SELECT kind, id, version, data, made_up, source FROM entry AS this WHERE kind = ?1 AND deleted = 0 AND version = \
                       (SELECT max(version) FROM entry WHERE kind = this.kind AND id = this.id AND known_at <= ?2) ORDER BY id";
            store.prepare_cached(sql)?.query_map(params![kind, known_at], read_entry)?.collect()
        })
    }

    /// One entry.
    pub fn entry(&self, kind: &str, id: &str) -> Result<Option<Entry>, FactsError> {
        self.read(|store| current(store, kind, id))
    }
}

/// Why a dry run ends.
enum Tried {
    Done(Vec<(usize, EntryError)>),
    Failed(EntryError),
}

impl From<FactsError> for Tried {
    fn from(error: FactsError) -> Self {
        Self::Failed(error.into())
    }
}

fn current(store: &rusqlite::Connection, kind: &str, id: &str) -> rusqlite::Result<Option<Entry>> {
    let sql = "SELECT e.kind, e.id, e.version, e.data, e.made_up, e.source FROM current_entry AS c JOIN entry AS e ON e.kind = c.kind AND e.id = c.id AND e.version = c.version \
               WHERE c.kind = ?1 AND c.id = ?2 AND e.deleted = 0";
    store.prepare_cached(sql)?.query_row([kind, id], read_entry).optional()
}

fn read_entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<Entry> {
    let text: String = row.get(3)?;
    let data = serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, Box::new(error)))?;
    Ok(Entry { kind: row.get(0)?, id: row.get(1)?, version: row.get(2)?, data, made_up: row.get(4)?, source: row.get(5)? })
}

fn put(store: &Transaction<'_>, register: &Register, draft: &Draft, change: &Change) -> rusqlite::Result<bool> {
    let kind = register.kind.get_ref();
    let before = current(store, kind, &draft.id)?;
    let unchanged = before.as_ref().is_some_and(|old| old.data == draft.data && old.made_up == draft.made_up && old.source == draft.source);
    if unchanged {
        return Ok(false);
    }
    let last: Option<i64> = store
        .prepare_cached("SELECT version FROM current_entry WHERE kind = ?1 AND id = ?2")?
        .query_row([kind.as_str(), draft.id.as_str()], |row| row.get(0))
        .optional()?;
    let version = last.map_or(1, |last| last + 1);
    let text = serde_json::to_string(&draft.data).unwrap_or_default();
    let mut insert = store.prepare_cached(
        "INSERT INTO entry (kind, id, version, data, made_up, source, known_at, recorded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let known_at = draft.known_at.unwrap_or(if version == 1 { 0 } else { change.at });
    insert.execute(params![kind, draft.id, version, text, draft.made_up, draft.source, known_at, change.at])?;
    set_current(store, kind, &draft.id, version, duplicate_key(register, &draft.data))?;
    let before_shown = match &before {
        Some(old) => ledger_view(store, register, &draft.id, &old.data)?,
        None => Value::Null,
    };
    let after_shown = ledger_view(store, register, &draft.id, &draft.data)?;
    let what = json!({"version": version, "known_at": known_at, "made_up": draft.made_up, "source": draft.source, "before": before_shown, "after": after_shown});
    ledger::append(store, change, "entry", &format!("{kind}/{}", draft.id), &what)?;
    Ok(true)
}

fn set_current(store: &Transaction<'_>, kind: &str, id: &str, version: i64, duplicate: Option<String>) -> rusqlite::Result<()> {
    let sql = "INSERT INTO register_revision (kind, revision) VALUES (?1, 1) ON CONFLICT (kind) DO UPDATE SET revision = revision + 1 RETURNING revision";
    let revision: i64 = store.prepare_cached(sql)?.query_row([kind], |row| row.get(0))?;
    let sql = "INSERT INTO current_entry (kind, id, version, duplicate, revision) VALUES (?1, ?2, ?3, ?4, ?5) \
               ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, duplicate = excluded.duplicate, revision = excluded.revision";
    store.prepare_cached(sql)?.execute(params![kind, id, version, duplicate, revision]).map(|_| ())
}

fn remove(store: &Transaction<'_>, register: &Register, id: &str, change: &Change) -> rusqlite::Result<bool> {
    let kind = register.kind.get_ref();
    let Some(old) = current(store, kind, id)? else { return Ok(false) };
    let version = old.version + 1;
    let sql = "INSERT INTO entry (kind, id, version, data, made_up, source, deleted, known_at, recorded_at) VALUES (?1, ?2, ?3, '{}', ?4, ?5, 1, ?6, ?6)";
    store.execute(sql, params![kind, id, version, old.made_up, old.source, change.at])?;
    set_current(store, kind, id, version, None)?;
    let before = ledger_view(store, register, id, &old.data)?;
    let what = json!({"version": version, "known_at": change.at, "made_up": old.made_up, "source": old.source, "before": before, "after": Value::Null});
    ledger::append(store, change, "entry", &format!("{kind}/{id}"), &what)?;
    Ok(true)
}

/// The fields that make two entries the same thing, joined so that no two sets of values look alike.
fn duplicate_key(register: &Register, data: &BTreeMap<String, String>) -> Option<String> {
    if register.duplicate.is_empty() {
        return None;
    }
    let values: Vec<&str> = register.duplicate.iter().map(|field| data.get(field.get_ref()).map_or("", String::as_str)).collect();
    Some(values.join("\u{1f}"))
}

/// What the ledger keeps of an entry: public fields as they are, private ones as salted hashes.
pub(crate) fn ledger_view(
    store: &rusqlite::Connection,
    register: &Register,
    id: &str,
    data: &BTreeMap<String, String>,
) -> rusqlite::Result<Value> {
    let mut shown = Map::new();
    for (field, value) in data {
        let public = register.field.iter().any(|own| own.public && own.id.get_ref() == field);
        let kept = if public { json!(value) } else { json!({"salted_hash": salted(store, register.kind.get_ref(), id, field, value)?}) };
        shown.insert(field.clone(), kept);
    }
    Ok(Value::Object(shown))
}

fn salted(store: &rusqlite::Connection, kind: &str, id: &str, field: &str, value: &str) -> rusqlite::Result<String> {
    let sql = "SELECT salt FROM private_salt WHERE kind = ?1 AND id = ?2 AND field = ?3";
    let known: Option<Vec<u8>> = store.query_row(sql, [kind, id, field], |row| row.get(0)).optional()?;
    let salt = match known {
        Some(salt) => salt,
        None => {
            let salt: Vec<u8> = store.query_row("SELECT randomblob(32)", [], |row| row.get(0))?;
            store.execute("INSERT INTO private_salt (kind, id, field, salt) VALUES (?1, ?2, ?3, ?4)", params![kind, id, field, salt])?;
            salt
        }
    };
    Ok(hex(&leaf(&[&salt, value.as_bytes()])))
}

fn check(
    store: &Transaction<'_>,
    owner: &Store,
    plan: &Plan,
    register: &Register,
    draft: &Draft,
    together: &HashSet<&str>,
) -> Result<(), EntryError> {
    let kind = register.kind.get_ref();
    let refuse = |field: &str, found: &str, expected: String| EntryError::Field {
        kind: kind.clone(),
        id: draft.id.clone(),
        field: field.to_owned(),
        found: shorten(found),
        expected,
    };
    let plain_id = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if draft.id.is_empty() || !draft.id.chars().all(plain_id) {
        return Err(refuse("id", &draft.id, "letters, digits, -, _ and .".to_owned()));
    }
    for field in draft.data.keys().filter(|field| !GIVEN.contains(&field.as_str())) {
        if !register.field.iter().any(|own| own.id.get_ref() == field) {
            let known: Vec<&str> = register.field.iter().map(|own| own.id.get_ref().as_str()).collect();
            return Err(refuse(field, draft.data.get(field).map_or("", String::as_str), format!("one of the fields {}", known.join(", "))));
        }
    }
    for field in &register.field {
        let id = field.id.get_ref();
        match draft.data.get(id) {
            None if field.required => return Err(refuse(id, "", "a value: the field is required".to_owned())),
            None => {}
            Some(value) => {
                if let Some(expected) = wrong_type(field, value) {
                    return Err(refuse(id, value, expected));
                }
                if let Some(target) = field.reference.as_ref().map(|name| name.get_ref().as_str()) {
                    let there = match target {
                        built_in if plan.has(built_in, value).is_some() => plan.has(built_in, value) == Some(true),
                        own if own == kind && together.contains(value.as_str()) => true,
                        other => current(store, other, value).map_err(|source| owner.error(source))?.is_some(),
                    };
                    if !there {
                        return Err(refuse(id, value, format!("the id of a {target} that is known")));
                    }
                }
            }
        }
    }
    if let Some(other) = same_thing(store, register, draft).map_err(|source| owner.error(source))? {
        let fields: Vec<String> = register
            .duplicate
            .iter()
            .map(|field| format!("{} `{}`", field.get_ref(), draft.data.get(field.get_ref()).map_or("", String::as_str)))
            .collect();
        return Err(EntryError::Duplicate { kind: kind.clone(), id: draft.id.clone(), other, fields: fields.join(", ") });
    }
    Ok(())
}

fn shorten(found: &str) -> String {
    if found.chars().count() <= 80 { found.to_owned() } else { found.chars().take(80).chain(['…']).collect() }
}

fn wrong_type(field: &Field, value: &str) -> Option<String> {
    let degrees = |limit: i64| standards::decimal(value).is_ok_and(|degrees| degrees.abs() <= limit.into());
    let (fits, expected) = match field.kind {
        FieldType::Text | FieldType::Reference => (!value.is_empty(), "a text".to_owned()),
        FieldType::Decimal => (
            standards::decimal(value).is_ok(),
            format!("a decimal number{}", field.unit.as_ref().map(|unit| format!(" in {unit}")).unwrap_or_default()),
        ),
        FieldType::Integer => (value.parse::<i64>().is_ok(), "a whole number".to_owned()),
        FieldType::Date => (value.parse::<jiff::civil::Date>().is_ok(), "a day such as 2017-12-31".to_owned()),
        FieldType::Boolean => (matches!(value, "true" | "false"), "true or false".to_owned()),
        FieldType::Geometry => (Geometry::parse(value).is_ok(), "a GeoJSON geometry in degrees, its rings closed".to_owned()),
        FieldType::Attachment => (
            value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)),
            "the SHA-256 of a stored file".to_owned(),
        ),
        FieldType::Longitude => (degrees(180), "degrees between -180 and 180".to_owned()),
        FieldType::Latitude => (degrees(90), "degrees between -90 and 90".to_owned()),
        FieldType::Choice => {
            let choices: Vec<&str> = field.choices.iter().map(|choice| choice.id.as_str()).collect();
            (choices.contains(&value), format!("one of {}", choices.join(", ")))
        }
    };
    (!fits).then_some(expected)
}

fn same_thing(store: &Transaction<'_>, register: &Register, draft: &Draft) -> rusqlite::Result<Option<String>> {
    let Some(key) = duplicate_key(register, &draft.data) else { return Ok(None) };
    let sql = "SELECT id FROM current_entry WHERE kind = ?1 AND duplicate = ?2 AND id <> ?3";
    store.prepare_cached(sql)?.query_row(params![register.kind.get_ref(), key, draft.id], |row| row.get(0)).optional()
}
