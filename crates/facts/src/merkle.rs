//! Merkle roots, so that a batch of a million observations is one row of the ledger.
//!
//! Leaves and nodes are hashed with different first bytes, as RFC 6962 does, so that no node can pass for a leaf.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A hash.
pub type Hash = [u8; 32];

/// Version of the leaf encoding; it is the second byte of what is hashed for a leaf, behind the mark of leaves.
pub const LEAF_ENCODING: u8 = 1;

/// What is hashed first for a leaf, and for a node.
const LEAF: u8 = 0;
const NODE: u8 = 1;

/// A leaf whose parts are added one by one, each with its length before it.
#[derive(Debug, Clone)]
pub struct Leaf(Sha256);

impl Leaf {
    /// A leaf without parts.
    pub fn begin() -> Self {
        let mut hash = Sha256::new();
        hash.update([LEAF, LEAF_ENCODING]);
        Self(hash)
    }

    /// Adds a part.
    pub fn add(&mut self, part: &[u8]) {
        self.0.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(part);
    }

    /// The hash of all parts.
    pub fn hash(self) -> Hash {
        self.0.finalize().into()
    }
}

/// The hash of a row: its parts, each with its length before it.
pub fn leaf(parts: &[&[u8]]) -> Hash {
    let mut leaf = Leaf::begin();
    for part in parts {
        leaf.add(part);
    }
    leaf.hash()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([NODE]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// How many leaves stand on the left of the topmost node over `n` leaves, two or more.
fn split(n: usize) -> usize {
    n.next_power_of_two() / 2
}

/// The root over leaves in order; of nothing it is the hash of nothing.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node(&root(left), &root(right))
        }
    }
}

/// On which side a sibling stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Before what it is hashed with.
    Left,
    /// Behind it.
    Right,
}

/// The hash beside the way from a leaf to the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sibling {
    /// Where it stands.
    pub side: Side,
    /// The hash.
    pub hash: Hash,
}

/// The siblings on the way from the leaf at a place to the root, the lowest first. None where there is no such leaf.
pub fn siblings(leaves: &[Hash], place: usize) -> Option<Vec<Sibling>> {
    let mut found = Vec::new();
    let (mut rest, mut place) = (leaves, place);
    if rest.len() <= place {
        return None;
    }
    while 1 < rest.len() {
        let (left, right) = rest.split_at(split(rest.len()));
        if place < left.len() {
            found.push(Sibling { side: Side::Right, hash: root(right) });
            rest = left;
        } else {
            found.push(Sibling { side: Side::Left, hash: root(left) });
            (rest, place) = (right, place - left.len());
        }
    }
    found.reverse();
    Some(found)
}

/// The root that a leaf and its siblings lead to.
pub fn climb(leaf: Hash, siblings: &[Sibling]) -> Hash {
    siblings.iter().fold(leaf, |hash, sibling| match sibling.side {
        Side::Left => node(&sibling.hash, &hash),
        Side::Right => node(&hash, &sibling.hash),
    })
}

/// A tree that grows leaf by leaf and can say its root at any time.
#[derive(Debug, Clone, Default)]
pub struct Growing {
    /// How many leaves there are.
    n: u64,
    /// Roots of the full trees that make it up, the largest first: one for each bit of `n`.
    full: Vec<Hash>,
}

impl Growing {
    /// Adds a leaf behind the others.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        // As carrying when one is added to a number: two full trees of a size make one of twice that size.
        for _ in 0..self.n.trailing_ones() {
            if let Some(left) = self.full.pop() {
                hash = node(&left, &hash);
            }
        }
        self.full.push(hash);
        self.n += 1;
    }

    /// The root, the same that [`root`] gives over the leaves.
    pub fn root(&self) -> Hash {
        let mut full = self.full.iter().rev();
        let Some(last) = full.next() else { return root(&[]) };
        full.fold(*last, |right, left| node(left, &right))
    }
}

/// A hash in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A hash back from hexadecimal: 64 digits, small letters.
pub fn unhex(text: &str) -> Option<Hash> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut hash = Hash::default();
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != hash.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
        *byte = (digit(*high)? << 4) | digit(*low)?;
    }
    Some(hash)
}

/// SHA-256 of bytes, in hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
