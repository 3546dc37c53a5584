//! Making a proof from the store.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{FORMAT, PartValue, Proof, ProofError, ProvedLeaf, ProvedPart, ProvedRow, ProvedSibling, RowContent, hash_of};
use crate::head::{Head, each_row};
use crate::merkle::{Hash, LEAF_ENCODING, Sibling, hex, root, siblings};
use crate::observation::Stored;
use crate::observation::leaf::LeafPart;
use crate::store::Store;

/// What the store has on an observation.
struct Found {
    parts: Vec<ProvedPart>,
    batch: i64,
    /// The leaves of its batch as they were sealed, and its place among them.
    sealed: Vec<Hash>,
    place: usize,
    /// The leaves of the rows of the ledger, up to that of the head.
    rows: Vec<Hash>,
    made_up: bool,
}

impl Store {
    /// Proves that an observation, by its [name](crate::Observation::name), stood in the ledger as a head of this store states.
    pub fn prove(&self, name: &str, head: &Head) -> Result<Proof, ProofError> {
        let named = parse(name).ok_or_else(|| ProofError::Name(name.to_owned()))?;
        let found = self.read(|store| find(store, named, head.row))?;
        let Found { parts, batch, sealed, place, rows, made_up } = found.ok_or_else(|| ProofError::Unknown(name.to_owned()))?;
        let altered = ProofError::Altered;
        let told = self.ledger_of(&format!("batch/{batch}"))?.into_iter().rev().find(|row| row.action == "observations");
        let row = told.ok_or_else(|| altered(format!("batch {batch}")))?;
        if head.row < row.seq {
            return Err(ProofError::Later { row: row.seq, day: head.day, last: head.row });
        }
        let leaf = hash_of(&parts);
        if sealed.get(place) != Some(&leaf) {
            return Err(altered(format!("observation {name}")));
        }
        let row_place = usize::try_from(row.seq - 1).unwrap_or(usize::MAX);
        let content = RowContent {
            at: row.at,
            who: row.who,
            action: row.action,
            subject: row.subject,
            what: row.what,
            why: row.why,
            prev_hash: row.prev_hash,
        };
        let proof = Proof {
            format: FORMAT.to_owned(),
            leaf: ProvedLeaf { encoding: LEAF_ENCODING, parts, hash: hex(&leaf) },
            siblings: show(siblings(&sealed, place).unwrap_or_default()),
            root: hex(&root(&sealed)),
            row: ProvedRow { seq: row.seq, hash: row.hash, made_up, content: Some(content) },
            row_siblings: show(siblings(&rows, row_place).unwrap_or_default()),
            head: head.digest(),
        };
        // What was altered since, in the batch or in the ledger, would give a proof that holds nowhere.
        proof.check(head).map_err(|_| altered(format!("what leads from observation {name} to the head of {}", head.day)))?;
        Ok(proof)
    }
}

/// Series, time and version of a name; the time may be before 1970.
fn parse(name: &str) -> Option<[i64; 3]> {
    let (series, rest) = name.split_once('-')?;
    let (time, version) = rest.rsplit_once('-')?;
    Some([series.parse().ok()?, time.parse().ok()?, version.parse().ok()?])
}

fn find(store: &Connection, named: [i64; 3], last: i64) -> rusqlite::Result<Option<Found>> {
    let [series, time, version] = named;
    let columns = Stored::COLUMNS;
    let sql = format!(
        "SELECT {columns}, o.batch FROM observation AS o JOIN series AS s ON s.id = o.series \
         WHERE o.series = ?1 AND o.time = ?2 AND o.version = ?3"
    );
    let mut statement = store.prepare_cached(&sql)?;
    let found: Option<(Vec<ProvedPart>, i64)> =
        statement.query_row(named, |row| Ok((parts(&Stored::read(row)?), row.get(14)?))).optional()?;
    let Some((parts, batch)) = found else { return Ok(None) };
    let (sealed, made_up): (Vec<u8>, bool) =
        store.query_row("SELECT leaves, made_up FROM batch WHERE id = ?1", [batch], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let before: i64 = store.query_row(
        "SELECT count(*) FROM observation WHERE batch = ?1 AND (series, time, version) < (?2, ?3, ?4)",
        params![batch, series, time, version],
        |row| row.get(0),
    )?;
    let mut rows = Vec::new();
    each_row(store, |row| {
        if row.seq <= last {
            rows.push(row.leaf());
        }
    })?;
    let (sealed, _) = sealed.as_chunks::<32>();
    let place = usize::try_from(before).unwrap_or(usize::MAX);
    Ok(Some(Found { parts, batch, sealed: sealed.to_vec(), place, rows, made_up }))
}

fn parts(stored: &Stored<'_>) -> Vec<ProvedPart> {
    let part = |(name, part): (&str, LeafPart<'_>)| {
        let value = match part {
            LeafPart::Text(text) => PartValue::Text(text.to_owned()),
            LeafPart::Number(number) => PartValue::Number(number),
        };
        ProvedPart { name: name.to_owned(), value }
    };
    stored.leaf_parts().into_iter().map(part).collect()
}

fn show(siblings: Vec<Sibling>) -> Vec<ProvedSibling> {
    siblings.into_iter().map(|own| ProvedSibling { side: own.side, hash: hex(&own.hash) }).collect()
}
