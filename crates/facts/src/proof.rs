//! Proofs: that one observation stood in the ledger as a head states, checked without the store.
//!
//! ```text
//! observation ─▶ leaf ─ siblings ─▶ root of its batch ─▶ row of the ledger ─ siblings ─▶ root over the rows ─▶ head
//! ```

mod make;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::head::{Head, row_leaf};
use crate::ledger::LedgerRow;
use crate::merkle::{Hash, LEAF_ENCODING, Leaf, Sibling, Side, climb, hex, unhex};
use crate::observation::Stored;
use crate::store::FactsError;

/// The form of a proof; another form gets another name.
pub const FORMAT: &str = "qingliu-proof/1";

/// That an observation stood in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// [`FORMAT`].
    pub format: String,
    /// The observation.
    pub leaf: ProvedLeaf,
    /// From its leaf to the root of its batch, the lowest first.
    pub siblings: Vec<ProvedSibling>,
    /// That root.
    pub root: String,
    /// The row of the ledger that carries it.
    pub row: ProvedRow,
    /// From that row to the root over all rows of the head, the lowest first.
    pub row_siblings: Vec<ProvedSibling>,
    /// Digest of the head.
    pub head: String,
}

/// An observation as it is hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvedLeaf {
    /// Version of the encoding.
    pub encoding: u8,
    /// Its parts in their order.
    pub parts: Vec<ProvedPart>,
    /// Its hash.
    pub hash: String,
}

/// A part of a leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvedPart {
    /// Its name.
    pub name: String,
    /// What is hashed.
    pub value: PartValue,
}

/// What is hashed of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PartValue {
    /// A number, in eight bytes, the highest first.
    Number(i64),
    /// A text, in UTF-8.
    Text(String),
}

/// The hash beside the way up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvedSibling {
    /// Where it stands.
    pub side: Side,
    /// The hash.
    pub hash: String,
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvedRow {
    /// Its number.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
    /// Whether its observations are made up for a demonstration.
    pub made_up: bool,
    /// What it says. It names who took the batch in, so it is left out of what is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<RowContent>,
}

/// What a row of the ledger says, beside its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowContent {
    /// When, in seconds since 1970.
    pub at: i64,
    /// Who.
    pub who: String,
    /// `observations`.
    pub action: String,
    /// The batch.
    pub subject: String,
    /// What was taken in, with the root.
    pub what: String,
    /// Why.
    pub why: String,
    /// Hash of the row before.
    pub prev_hash: String,
}

/// Why there is no proof, or why one does not hold.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The name cannot be read.
    #[error("`{0}` names no observation (expected series, time and version, such as 12-1596412800-1; `qingliu why` lists them)")]
    Name(String),
    /// There is no such observation.
    #[error("there is no observation `{0}`")]
    Unknown(String),
    /// It came after the head.
    #[error("the observation came with row {row} of the ledger, but the head of {day} ends with row {last} (expected a later head)")]
    Later {
        /// The row.
        row: i64,
        /// The day of the head.
        day: jiff::civil::Date,
        /// Its last row.
        last: i64,
    },
    /// The store is not as the ledger says.
    #[error("{0} is not as the ledger says, so nothing can be proved of it (`qingliu verify` names what was altered)")]
    Altered(String),
    /// A proof that does not hold.
    #[error("the proof does not hold: {0}")]
    DoesNotHold(&'static str),
    /// The store says no.
    #[error(transparent)]
    Facts(#[from] FactsError),
}

impl Proof {
    /// The same without what its row of the ledger says, which names a person.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.row.content = None;
        self
    }

    /// Checks every step from the observation to the head.
    pub fn check(&self, head: &Head) -> Result<(), ProofError> {
        let need = |holds: bool, what: &'static str| if holds { Ok(()) } else { Err(ProofError::DoesNotHold(what)) };
        need(self.format == FORMAT && self.leaf.encoding == LEAF_ENCODING, "it has another form")?;
        let names = Stored::default().leaf_parts().map(|(name, _)| name);
        need(self.leaf.parts.iter().map(|part| part.name.as_str()).eq(names), "the leaf has other parts")?;
        let leaf = hash_of(&self.leaf.parts);
        need(hex(&leaf) == self.leaf.hash, "the leaf is not what its hash says")?;
        let root = climb(leaf, &read(&self.siblings)?);
        need(hex(&root) == self.root, "the leaf does not lead to the root of the batch")?;
        if let Some(content) = &self.row.content {
            let told: Value = serde_json::from_str(&content.what).unwrap_or_default();
            need(content.action == "observations" && told["root"].as_str() == Some(self.root.as_str()), "the row does not carry the root")?;
            need(told["made_up"].as_bool() == Some(self.row.made_up), "the mark of the row is not what it says")?;
            need(self.row.with(content).computed_hash() == self.row.hash, "the row is not what its hash says")?;
        }
        let rows_root = climb(row_leaf(self.row.seq, &self.row.hash, &self.root, self.row.made_up), &read(&self.row_siblings)?);
        need(hex(&rows_root) == head.rows_root, "the row does not lead to the root of the head")?;
        need(head.digest() == self.head, "it leads to another head")
    }
}

impl ProvedRow {
    fn with(&self, content: &RowContent) -> LedgerRow {
        let content = content.clone();
        LedgerRow {
            seq: self.seq,
            at: content.at,
            who: content.who,
            action: content.action,
            subject: content.subject,
            what: content.what,
            why: content.why,
            prev_hash: content.prev_hash,
            hash: self.hash.clone(),
        }
    }
}

fn hash_of(parts: &[ProvedPart]) -> Hash {
    let mut leaf = Leaf::begin();
    for part in parts {
        match &part.value {
            PartValue::Number(number) => leaf.add(&number.to_be_bytes()),
            PartValue::Text(text) => leaf.add(text.as_bytes()),
        }
    }
    leaf.hash()
}

fn read(shown: &[ProvedSibling]) -> Result<Vec<Sibling>, ProofError> {
    let read = |own: &ProvedSibling| Some(Sibling { side: own.side, hash: unhex(&own.hash)? });
    shown.iter().map(read).collect::<Option<_>>().ok_or(ProofError::DoesNotHold("a sibling is no hash"))
}
