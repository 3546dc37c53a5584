//! Bytes of a data segment as text.

use std::borrow::Cow;

use encoding_rs::GBK;

use super::notice::Notice;

/// UTF-8, as the standard wants it; else GBK, which devices send although no edition allows it. Where something in it is
/// Chinese in UTF-8 already, or GBK makes no sense of it, it is damaged UTF-8 and what cannot be read becomes U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, Option<Notice>) {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return (Cow::Borrowed(text), None),
        Err(error) => error,
    };
    let (sound, _) = bytes.split_at(error.valid_up_to());
    if sound.is_ascii()
        && let Some(text) = GBK.decode_without_bom_handling_and_without_replacement(bytes)
    {
        return (text, Some(Notice::Gbk));
    }
    (String::from_utf8_lossy(bytes), Some(Notice::TextDamaged { at: error.valid_up_to() }))
}
