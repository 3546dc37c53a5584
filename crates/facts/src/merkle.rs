//! Merkle roots, so that a batch of a million observations is one row of the ledger.
//!
//! Leaves and nodes are hashed with different first bytes, as RFC 6962 does, so that no node can pass for a leaf.

use sha2::{Digest, Sha256};

/// A hash.
pub type Hash = [u8; 32];

/// Version of the leaf encoding; it is the first byte of every leaf.
const LEAF_ENCODING: u8 = 1;

/// The hash of a row: its parts, each with its length before it.
pub fn leaf(parts: &[&[u8]]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0, LEAF_ENCODING]);
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The root over leaves in order; of nothing it is the hash of nothing.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [only] => *only,
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            let mut hash = Sha256::new();
            hash.update([1]);
            hash.update(root(&leaves[..split]));
            hash.update(root(&leaves[split..]));
            hash.finalize().into()
        }
    }
}

/// A hash in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of bytes, in hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
