//! Walking the ledger and naming what was altered behind its back.

mod batches;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use rusqlite::Connection;
use serde_json::Value;

use crate::ledger::{self, FOR, LedgerRow, genesis};
use crate::merkle::{self, hex};
use crate::store::{FactsError, Store};
use crate::verdict::IndicatorValue;

/// Something that is not as the ledger says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Altered {
    /// What: a row of the ledger, an observation, an entry, a verdict.
    pub what: String,
    /// How it differs.
    pub how: String,
}

impl std::fmt::Display for Altered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.what, self.how)
    }
}

impl Store {
    /// Walks the ledger from its first row and compares with it everything that could alter an answer. Empty where
    /// all is as it was; else the first place that was altered comes first.
    pub fn verify(&self) -> Result<Vec<Altered>, FactsError> {
        self.verify_on(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN), &|_, _| {})
    }

    /// The same on so many threads; what is found does not depend on how many. `progress` is told how many batches of
    /// observations are done, of how many.
    pub fn verify_on(&self, threads: NonZeroUsize, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Vec<Altered>, FactsError> {
        let (rows, held, rest, summaries) = self.read(|store| {
            // In one transaction, so that what is written meanwhile is not taken for altered.
            let still = store.unchecked_transaction()?;
            let rows = ledger::rows(&still)?;
            let held = batches::held(&still)?;
            let mut rest = entries(&still, &rows)?;
            rest.extend(measures(&still, &rows)?);
            rest.extend(crate::edition::altered(&still, &rows)?);
            rest.extend(crate::model_run::altered(&still, &rows)?);
            rest.extend(crate::instrument::altered(&still, &rows)?);
            rest.extend(judgements(&still, &rows)?);
            Ok((rows, held, rest, crate::series::altered(&still)?))
        })?;
        let mut altered = chain(&rows);
        let observations = batches::altered(self, &rows, &held, threads, progress)?;
        // Where observations were altered their summaries differ too; what tells then is the observation.
        if observations.is_empty() {
            altered.extend(summaries);
        }
        altered.extend(observations);
        altered.extend(rest);
        Ok(altered)
    }
}

/// Rows that do not follow from those before them, or whose content is not what their hash says.
pub(crate) fn chain(rows: &[LedgerRow]) -> Vec<Altered> {
    let mut altered = Vec::new();
    let mut say = |row: &LedgerRow, how: &str| {
        altered.push(Altered { what: format!("ledger row {} ({} {})", row.seq, row.action, row.subject), how: how.to_owned() })
    };
    let (mut before, mut seq) = (genesis(), 0);
    for row in rows {
        if row.seq != seq + 1 {
            say(row, &format!("rows {} to {} before it are gone", seq + 1, row.seq - 1));
        } else if row.prev_hash != before {
            say(row, "does not follow from the row before it");
        }
        if row.computed_hash() != row.hash {
            say(row, "its content is not what its hash says");
        }
        (before, seq) = (&row.hash, row.seq);
    }
    altered
}

fn what(row: &LedgerRow) -> Value {
    let mut what = serde_json::from_str(&row.what).unwrap_or(Value::Null);
    // For whom somebody stood in is told of the one who acted, not of what was done.
    if let Some(fields) = what.as_object_mut() {
        fields.remove(FOR);
    }
    what
}

/// Entries against the newest row of the ledger on each. Private fields stand in it as hashes, so a private value that
/// was erased is not an alteration, but one that was changed is.
fn entries(store: &Connection, rows: &[LedgerRow]) -> rusqlite::Result<Vec<Altered>> {
    let mut altered = Vec::new();
    let mut told: BTreeMap<(String, String, i64), Value> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.action == "entry") {
        let Some((kind, id)) = row.subject.split_once('/') else { continue };
        let content = what(row);
        let version = content["version"].as_i64().unwrap_or(0);
        told.insert((kind.to_owned(), id.to_owned(), version), content);
    }
    let mut statement =
        store.prepare("SELECT kind, id, version, data, made_up, source, known_at, deleted FROM entry ORDER BY kind, id, version")?;
    let mut held = statement.query([])?;
    let mut seen = 0;
    while let Some(row) = held.next()? {
        let key: (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let name = format!("entry {}/{} (version {})", key.0, key.1, key.2);
        let Some(content) = told.get(&key) else {
            altered.push(Altered { what: name, how: "the ledger does not know it".to_owned() });
            continue;
        };
        seen += 1;
        let data: BTreeMap<String, String> = serde_json::from_str(&row.get::<_, String>(3)?).unwrap_or_default();
        let (made_up, source, known_at): (bool, String, i64) = (row.get(4)?, row.get(5)?, row.get(6)?);
        if content["made_up"].as_bool() != Some(made_up)
            || content["source"].as_str() != Some(&source)
            || content["known_at"].as_i64() != Some(known_at)
        {
            altered.push(Altered { what: name.clone(), how: "its mark, source or time is not what the ledger says".to_owned() });
        }
        if content["after"].is_null() != row.get::<_, bool>(7)? {
            altered
                .push(Altered { what: name.clone(), how: "whether it was taken off the register is not what the ledger says".to_owned() });
        }
        let after = content["after"].as_object();
        for (field, value) in &data {
            let told = after.and_then(|after| after.get(field));
            let same = match told {
                Some(Value::String(public)) => public == value,
                Some(Value::Object(private)) => {
                    private.get("salted_hash").and_then(Value::as_str) == salted(store, &key.0, &key.1, field, value)?.as_deref()
                }
                _ => false,
            };
            if !same {
                altered.push(Altered { what: name.clone(), how: format!("field {field} is not what the ledger says") });
            }
        }
        for field in after.into_iter().flatten().filter(|(field, told)| told.is_string() && !data.contains_key(*field)) {
            altered.push(Altered { what: name.clone(), how: format!("field {} is gone", field.0) });
        }
    }
    let mut stray = store.prepare(
        "SELECT c.kind, c.id FROM current_entry AS c WHERE c.version <> (SELECT max(version) FROM entry AS e WHERE e.kind = c.kind AND e.id = c.id) ORDER BY c.kind, c.id",
    )?;
    for row in stray.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))? {
        let (kind, id) = row?;
        altered.push(Altered { what: format!("entry {kind}/{id}"), how: "an older version stands as the newest".to_owned() });
    }
    if seen != told.len() {
        altered.push(Altered { what: "entries".to_owned(), how: format!("the ledger tells of {}, {seen} are there", told.len()) });
    }
    Ok(altered)
}

/// Steps of measures against the rows of the ledger, one each, and the state of each measure against its last step.
fn measures(store: &Connection, rows: &[LedgerRow]) -> rusqlite::Result<Vec<Altered>> {
    let mut altered = Vec::new();
    let mut told: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.action == "measure") {
        told.entry(row.subject.trim_start_matches("measure/")).or_default().push(what(row));
    }
    let mut held: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let sql = "SELECT measure, step, from_state, to_state, unit, on_day, due, document, attachment, verdict FROM measure_step ORDER BY measure, seq";
    let mut statement = store.prepare(sql)?;
    let mut steps = statement.query([])?;
    while let Some(row) = steps.next()? {
        let text = |place: usize| row.get::<_, String>(place);
        let due: Option<String> = row.get(6)?;
        let step = serde_json::json!({"step": text(1)?, "from": text(2)?, "to": text(3)?, "unit": text(4)?, "day": text(5)?, "due": due, "document": text(7)?, "attachment": text(8)?, "verdict": text(9)?});
        held.entry(text(0)?).or_default().push(step);
    }
    let states: BTreeMap<String, String> =
        store.prepare("SELECT id, state FROM measure")?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (id, steps) in &held {
        if told.get(id.as_str()) != Some(steps) {
            altered.push(Altered { what: format!("measure {id}"), how: "its steps are not what the ledger says".to_owned() });
        }
        if states.get(id).map(String::as_str) != steps.last().and_then(|step| step["to"].as_str()) {
            altered.push(Altered { what: format!("measure {id}"), how: "its state is not where its last step led".to_owned() });
        }
    }
    for id in told.keys().filter(|id| !held.contains_key(**id)) {
        altered.push(Altered { what: format!("measure {id}"), how: "the ledger tells of it, but it is gone".to_owned() });
    }
    Ok(altered)
}

fn value_leaves(store: &Connection) -> rusqlite::Result<Vec<merkle::Hash>> {
    let mut statement =
        store.prepare("SELECT indicator, unit, period, value, made_up FROM indicator_value ORDER BY indicator, unit, period")?;
    statement
        .query_map([], |row| {
            Ok(IndicatorValue { indicator: row.get(0)?, unit: row.get(1)?, period: row.get(2)?, value: row.get(3)?, made_up: row.get(4)? })
        })?
        .map(|value| value.map(|value| value.leaf()))
        .collect()
}

fn salted(store: &Connection, kind: &str, id: &str, field: &str, value: &str) -> rusqlite::Result<Option<String>> {
    use rusqlite::OptionalExtension as _;
    let sql = "SELECT salt FROM private_salt WHERE kind = ?1 AND id = ?2 AND field = ?3";
    let salt: Option<Vec<u8>> = store.query_row(sql, [kind, id, field], |row| row.get(0)).optional()?;
    Ok(salt.map(|salt| hex(&merkle::leaf(&[&salt, value.as_bytes()]))))
}

/// Verdicts: the content of each against its own digest, the current set against the last judgement in the ledger.
fn judgements(store: &Connection, rows: &[LedgerRow]) -> rusqlite::Result<Vec<Altered>> {
    let mut altered = Vec::new();
    let mut statement = store.prepare("SELECT id, version, digest, content FROM verdict ORDER BY id, version")?;
    let mut held = statement.query([])?;
    while let Some(row) = held.next()? {
        let (id, version, digest, content): (String, i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        if merkle::sha256_hex(content.as_bytes()) != digest {
            altered.push(Altered {
                what: format!("verdict {id} (version {version})"),
                how: "its content is not what its digest says".to_owned(),
            });
        }
    }
    let Some(last) = rows.iter().rev().find(|row| row.action == "judgement") else { return Ok(altered) };
    let sql = "SELECT v.id, v.digest FROM verdict AS v JOIN current_verdict AS c ON c.id = v.id AND c.version = v.version ORDER BY v.rule, v.subject, v.period";
    let mut current = store.prepare(sql)?;
    let mut leaves: Vec<merkle::Hash> = current
        .query_map([], |row| {
            Ok(merkle::leaf(&[row.get_ref(0)?.as_bytes().unwrap_or_default(), row.get_ref(1)?.as_bytes().unwrap_or_default()]))
        })?
        .collect::<Result<_, _>>()?;
    leaves.extend(value_leaves(store)?);
    if what(last)["root"].as_str() != Some(&hex(&merkle::root(&leaves))) {
        altered.push(Altered {
            what: "the current verdicts and indicator values".to_owned(),
            how: format!("not the set that row {} of the ledger sealed", last.seq),
        });
    }
    Ok(altered)
}
