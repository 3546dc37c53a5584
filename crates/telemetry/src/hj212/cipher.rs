//! The encrypted data area of HJ 212-2025: SM4 with a key of 128 bits, block by block (ECB), without padding.
//!
//! Every whole block of 16 bytes is printed as `0xE4,0x3E,…` in braces; the last bytes, fewer than 16, follow in the clear. The
//! checksum is that of the plain segment. Blocks can be swapped or repeated unnoticed: this hides a text, it does not protect it.

use std::fmt;
use std::ops::Range;

use sm4::Sm4;
use sm4::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

const BLOCK: usize = 16;
const OPEN: &[u8] = b"CP=&&{0x";

/// A key of a device. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; BLOCK]);

impl Key {
    /// Sixteen bytes; the standard writes a key as sixteen characters.
    pub fn new(bytes: [u8; BLOCK]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Why an encrypted data area could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// No brace closes the blocks.
    #[error("the encrypted blocks are not closed by a brace")]
    Open,
    /// Something among the blocks is no byte.
    #[error("byte {place} of the encrypted blocks is `{found}`, expected 0x and two hexadecimal digits")]
    Byte {
        /// Which one, from 1.
        place: usize,
        /// What stands there.
        found: String,
    },
    /// The bytes are not whole blocks.
    #[error("{found} encrypted bytes are not whole blocks of 16")]
    Blocks {
        /// How many there are.
        found: usize,
    },
}

/// The data area of a segment, between `CP=&&` and the last `&&`, if it is encrypted.
pub(super) fn sealed_area(segment: &[u8]) -> Option<Range<usize>> {
    let found = segment.windows(OPEN.len()).position(|window| window == OPEN)?;
    let start = found + OPEN.len() - b"{0x".len();
    let end = segment.strip_suffix(b"&&").map_or(segment.len(), <[u8]>::len);
    (start <= end).then_some(start..end)
}

/// The plain text of an encrypted data area.
pub(super) fn unseal(area: &[u8], key: &Key) -> Result<Vec<u8>, SealError> {
    let inner = area.strip_prefix(b"{").unwrap_or(area);
    let close = inner.iter().position(|byte| *byte == b'}').ok_or(SealError::Open)?;
    let (printed, tail) = (&inner[..close], &inner[close + 1..]);
    let mut bytes = Vec::with_capacity(printed.len() / 5 + 1 + tail.len());
    for (place, token) in printed.split(|byte| *byte == b',').enumerate() {
        let bad = || SealError::Byte { place: place + 1, found: String::from_utf8_lossy(token).into_owned() };
        bytes.push(read_byte(token).ok_or_else(bad)?);
    }
    if !bytes.len().is_multiple_of(BLOCK) {
        return Err(SealError::Blocks { found: bytes.len() });
    }
    let cipher = Sm4::new(&key.0.into());
    for chunk in bytes.chunks_exact_mut(BLOCK) {
        let mut block = Block::<Sm4>::default();
        block.copy_from_slice(chunk);
        cipher.decrypt_block(&mut block);
        chunk.copy_from_slice(&block);
    }
    bytes.extend_from_slice(tail);
    Ok(bytes)
}

/// The encrypted form of a data area, or `None` where it holds no whole block: how such a one is written is not known.
pub(super) fn seal(area: &[u8], key: &Key) -> Option<Vec<u8>> {
    let (blocks, tail) = area.split_at(area.len() / BLOCK * BLOCK);
    if blocks.is_empty() {
        return None;
    }
    let cipher = Sm4::new(&key.0.into());
    let mut printed = Vec::with_capacity(blocks.len() * 5 + 2 + tail.len());
    for chunk in blocks.chunks_exact(BLOCK) {
        let mut block = Block::<Sm4>::default();
        block.copy_from_slice(chunk);
        cipher.encrypt_block(&mut block);
        for byte in &block {
            printed.push(if printed.is_empty() { b'{' } else { b',' });
            printed.extend_from_slice(format!("0x{byte:02X}").as_bytes());
        }
    }
    printed.push(b'}');
    printed.extend_from_slice(tail);
    Some(printed)
}

/// `0xE4` as a byte; either case.
fn read_byte(token: &[u8]) -> Option<u8> {
    let digits = token.strip_prefix(b"0x").or_else(|| token.strip_prefix(b"0X"))?;
    if digits.len() != 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
