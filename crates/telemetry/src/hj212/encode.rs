//! From a segment to bytes. What could not be read back as it was is refused.

use super::cipher::{self, Key};
use super::command::Command;
use super::crc::{CrcDialect, crc};
use super::data_area::{DataArea, Pair, Value};
use super::edition::Edition;
use super::read::SealedLength;
use super::segment::{Head, Segment};
use super::tables::TABLES;

/// Why something cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// A field or value holds what would be read as something else.
    #[error("{place} is `{found}`, which holds a separator, a control character or spaces at an end")]
    Text {
        /// The field or key.
        place: String,
        /// What it holds.
        found: String,
    },
    /// A further head field has the name of one the standard has.
    #[error("{field} is a field of the standard, not a further one")]
    FieldName {
        /// The name.
        field: String,
    },
    /// A group without pairs.
    #[error("a group of the data area has no pairs")]
    EmptyGroup,
    /// The data segment is too long.
    #[error("the data segment has {found} bytes, at most {limit} are allowed: split it into packets")]
    TooLong {
        /// How many bytes it has.
        found: usize,
        /// How many it may have.
        limit: usize,
    },
    /// One group alone is too long for a packet.
    #[error("a group of the data area has {found} bytes, a packet holds {limit}")]
    GroupTooLong {
        /// How many bytes it has.
        found: usize,
        /// How many it may have.
        limit: usize,
    },
    /// A setting outside its range.
    #[error("{name} is {found}, expected {expected}")]
    OutOfRange {
        /// Its name.
        name: &'static str,
        /// What was asked for.
        found: String,
        /// What is allowed.
        expected: String,
    },
    /// A command the edition does not have.
    #[error("{cn} is no command of {}", .edition.code())]
    NotOfEdition {
        /// The command.
        cn: String,
        /// The edition.
        edition: Edition,
    },
    /// Something of an edition whose text was not available. It is not guessed.
    #[error("{what} is not known for {}", .edition.code())]
    NotKnown {
        /// What it is.
        what: String,
        /// The edition.
        edition: Edition,
    },
}

/// The whole frame of a segment.
pub fn encode(segment: &Segment<'_>, dialect: CrcDialect) -> Result<Vec<u8>, EncodeError> {
    let (head, area) = texts(segment)?;
    let plain = [head.as_bytes(), area.as_bytes(), b"&&".as_slice()].concat();
    Ok(framed(&plain, plain.len(), dialect.of(&plain)))
}

/// The whole frame of a segment whose data area is encrypted (2025). The checksum is that of the plain segment.
pub fn encode_sealed(segment: &Segment<'_>, key: &Key, length: SealedLength) -> Result<Vec<u8>, EncodeError> {
    let (head, area) = texts(segment)?;
    let plain = [head.as_bytes(), area.as_bytes(), b"&&".as_slice()].concat();
    let Some(sealed) = cipher::seal(area.as_bytes(), key) else {
        let what = "how a data area of less than 16 bytes is encrypted".to_owned();
        return Err(EncodeError::NotKnown { what, edition: Edition::V2025 });
    };
    let sent = [head.as_bytes(), sealed.as_slice(), b"&&".as_slice()].concat();
    let declared = match length {
        SealedLength::Plain => plain.len(),
        SealedLength::Sent => sent.len(),
    };
    Ok(framed(&sent, declared, crc(&plain)))
}

/// The plain data segment.
pub fn segment_text(segment: &Segment<'_>) -> Result<String, EncodeError> {
    let (head, area) = texts(segment)?;
    Ok(format!("{head}{area}&&"))
}

/// Refuses a command that an edition does not have, or is only said to have.
pub(super) fn check_command(cn: &str, edition: Edition) -> Result<(), EncodeError> {
    let command = Command::find(cn, edition).ok_or_else(|| EncodeError::NotOfEdition { cn: cn.to_owned(), edition })?;
    if command.editions.contains(&edition) {
        return Ok(());
    }
    Err(EncodeError::NotKnown { what: format!("the command {cn}"), edition })
}

fn framed(sent: &[u8], declared: usize, crc: u16) -> Vec<u8> {
    [format!("##{declared:04}").as_bytes(), sent, format!("{crc:04X}\r\n").as_bytes()].concat()
}

/// The head up to `CP=&&`, and the data area.
fn texts(segment: &Segment<'_>) -> Result<(String, String), EncodeError> {
    let (head, area) = (head_text(&segment.head)?, area_text(&segment.area)?);
    let found = head.len() + area.len() + 2;
    let limit = TABLES.lengths(Edition::claimed(segment.head.flag).unwrap_or(Edition::V2017)).segment;
    if limit < found {
        return Err(EncodeError::TooLong { found, limit });
    }
    Ok((head, area))
}

/// The fields in the order of the edition's table.
pub(super) fn head_text(head: &Head<'_>) -> Result<String, EncodeError> {
    let packets = [("PNUM", head.pnum.map(|number| number.to_string())), ("PNO", head.pno.map(|number| number.to_string()))];
    let old = Edition::claimed(head.flag) == Some(Edition::V2005);
    let mut text = String::new();
    let mut field = |name: &str, value: Option<&str>| -> Result<(), EncodeError> {
        if let Some(value) = value {
            check(name, value)?;
            text.extend([name, "=", value, ";"]);
        }
        Ok(())
    };
    field("QN", head.qn.as_deref())?;
    if old {
        for (name, value) in &packets {
            field(name, value.as_deref())?;
        }
    }
    field("ST", head.st.as_deref())?;
    field("CN", head.cn.as_deref())?;
    field("PW", head.pw.as_deref())?;
    field("MN", head.mn.as_deref())?;
    field("Flag", head.flag.map(|flag| flag.0.to_string()).as_deref())?;
    if !old {
        for (name, value) in &packets {
            field(name, value.as_deref())?;
        }
    }
    field("RF", head.backfill.then_some("1"))?;
    for (name, value) in &head.other {
        let ours = ["QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "RF", "CP"].iter().any(|field| field.eq_ignore_ascii_case(name));
        if ours {
            return Err(EncodeError::FieldName { field: name.clone().into_owned() });
        }
        check(name, name)?;
        field(name, Some(&**value))?;
    }
    text.push_str("CP=&&");
    Ok(text)
}

/// The data area between `CP=&&` and `&&`.
pub(super) fn area_text(area: &DataArea<'_>) -> Result<String, EncodeError> {
    let mut text = String::new();
    for (place, group) in area.groups.iter().enumerate() {
        if place != 0 {
            text.push(';');
        }
        text.push_str(&group_text(group)?);
    }
    Ok(text)
}

pub(super) fn group_text(group: &[Pair<'_>]) -> Result<String, EncodeError> {
    if group.is_empty() {
        return Err(EncodeError::EmptyGroup);
    }
    let mut text = String::new();
    for (place, pair) in group.iter().enumerate() {
        if place != 0 {
            text.push(',');
        }
        check(&pair.key, &pair.key)?;
        match &pair.value {
            Value::Plain(value) => {
                check(&pair.key, value)?;
                if value.starts_with("//") {
                    return Err(refused(&pair.key, value));
                }
                text.extend([&*pair.key, "=", &**value]);
            }
            Value::Text(value) => {
                let closes = value.contains("//") || value.contains("&&") || value.starts_with('/') || value.ends_with('/');
                if closes || value.chars().any(char::is_control) {
                    return Err(refused(&pair.key, value));
                }
                text.extend([&*pair.key, "=//", &**value, "//"]);
            }
        }
    }
    Ok(text)
}

fn check(place: &str, text: &str) -> Result<(), EncodeError> {
    let separates = |c: char| matches!(c, ';' | ',' | '=' | '&' | '#') || c.is_control();
    if text.contains(separates) || text.trim() != text {
        return Err(refused(place, text));
    }
    Ok(())
}

fn refused(place: &str, found: &str) -> EncodeError {
    EncodeError::Text { place: place.to_owned(), found: found.to_owned() }
}
