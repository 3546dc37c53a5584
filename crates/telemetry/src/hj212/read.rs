//! From a frame to a message: length, checksum, encryption, encoding, fields, meaning.

use std::borrow::Cow;

use serde::Deserialize;

use super::cipher::{self, Key};
use super::command::Side;
use super::crc::{CrcDialect, crc};
use super::edition::Edition;
use super::frame::Frame;
use super::message::{Message, cn, message};
use super::notice::{Notice, Notices, Parsed};
use super::segment::{Head, Segment};
use super::tables::TABLES;
use super::text;

/// What is known of a device before it says anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Which checksum it sends.
    pub crc: CrcDialect,
    /// Its SM4 key.
    pub key: Option<Key>,
    /// The edition it follows. `None` takes what its Flag claims.
    pub edition: Option<Edition>,
    /// Which end it is.
    pub from: Side,
}

/// What the length field of an encrypted frame counts: the standard's text and examples disagree, so it is a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SealedLength {
    /// The plain data segment, as the official examples do.
    Plain,
    /// The bytes that are sent.
    Sent,
}

/// The text of a data segment, with what was noticed about the frame around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened<'f> {
    /// The text, deciphered.
    pub text: Cow<'f, str>,
    /// What was noticed.
    pub notices: Vec<Notice>,
}

/// Checks length and checksum of a frame, deciphers its data area if it is encrypted, and reads its text.
pub fn open<'f>(frame: &'f Frame, device: &Device) -> Opened<'f> {
    let mut notices = Notices::default();
    let segment = match cipher::sealed_area(&frame.segment) {
        None => {
            check_length(frame, device.crc, &mut notices);
            check_crc(frame, &frame.segment, device.crc, &mut notices);
            Cow::Borrowed(frame.segment.as_slice())
        }
        Some(area) => match unseal(frame, area.clone(), device, &mut notices) {
            Some(plain) => Cow::Owned(plain),
            // The head is in the clear, so that the log can say whose frame it was.
            None => Cow::Owned([&frame.segment[..area.start], b"&&".as_slice()].concat()),
        },
    };
    let (text, noticed) = match segment {
        Cow::Borrowed(bytes) => text::decode(bytes),
        Cow::Owned(bytes) => {
            let (text, noticed) = text::decode(&bytes);
            (Cow::Owned(text.into_owned()), noticed)
        }
    };
    if let Some(noticed) = noticed {
        notices.add(noticed);
    }
    Opened { text, notices: notices.into_vec() }
}

/// The plain segment of an encrypted frame, with its length and checksum checked.
fn unseal(frame: &Frame, area: std::ops::Range<usize>, device: &Device, notices: &mut Notices) -> Option<Vec<u8>> {
    let Some(key) = &device.key else {
        notices.add(Notice::NoKey);
        return None;
    };
    let plain_area = match cipher::unseal(&frame.segment[area.clone()], key) {
        Ok(plain_area) => plain_area,
        Err(error) => {
            notices.add(Notice::SealBroken(error));
            return None;
        }
    };
    let plain = [&frame.segment[..area.start], plain_area.as_slice(), &frame.segment[area.end..]].concat();
    if frame.declared == plain.len() {
        notices.add(Notice::LengthOfPlainText { declared: frame.declared, sent: frame.segment.len() });
    } else {
        check_length(frame, device.crc, notices);
    }
    check_crc(frame, &plain, device.crc, notices);
    Some(plain)
}

fn check_length(frame: &Frame, dialect: CrcDialect, notices: &mut Notices) {
    let found = frame.segment.len();
    if found != frame.declared {
        notices.add(Notice::LengthWrong { declared: frame.declared, found, refused: dialect != CrcDialect::Lenient });
    }
    let limit = TABLES.lengths(Edition::V2025).segment;
    if limit < found && cipher::sealed_area(&frame.segment).is_none() {
        notices.add(Notice::SegmentLong { found, limit });
    }
}

fn check_crc(frame: &Frame, segment: &[u8], dialect: CrcDialect, notices: &mut Notices) {
    let given = frame.crc_value();
    if given == Some(dialect.of(segment)) {
        return;
    }
    notices.add(Notice::CrcWrong {
        given: String::from_utf8_lossy(&frame.crc).into_owned(),
        computed: crc(segment),
        looks_like: given.and_then(|given| CrcDialect::recognise(given, segment)),
        refused: dialect != CrcDialect::Lenient,
    });
}

impl Opened<'_> {
    /// Its fields and data area.
    pub fn segment(&self) -> Parsed<Segment<'_>> {
        let Parsed { value, notices } = Segment::parse(&self.text);
        Parsed { value, notices: [self.notices.clone(), notices].concat() }
    }

    /// The message, for a segment that is no packet of several.
    pub fn read(&self, device: &Device) -> Parsed<Message<'_>> {
        let segment = self.segment();
        let understood = understand(segment.value, device);
        Parsed { value: understood.value, notices: [segment.notices, understood.notices].concat() }
    }
}

/// Tells what a segment is for: one that was read, or one that was put together from packets.
pub fn understand<'a>(segment: Segment<'a>, device: &Device) -> Parsed<Message<'a>> {
    let mut notices = Notices::default();
    let edition = edition(&segment.head, device, &mut notices);
    check_head(&segment.head, edition, device, &mut notices);
    let value = message(segment, edition, device.from, &mut notices);
    Parsed { value, notices: notices.into_vec() }
}

fn edition(head: &Head<'_>, device: &Device, notices: &mut Notices) -> Option<Edition> {
    if device.edition.is_some() {
        return device.edition;
    }
    let claimed = Edition::claimed(head.flag);
    match (claimed, head.flag) {
        (None, Some(flag)) => notices.add(Notice::VersionUnknown { version: flag.version() }),
        (Some(Edition::V2025), Some(flag)) if head.st.as_deref() == Some("21") => {
            notices.add(Notice::EditionUnsure { flag: flag.0 });
        }
        _ => {}
    }
    claimed
}

/// What the edition says of the head as a whole.
fn check_head(head: &Head<'_>, edition: Option<Edition>, device: &Device, notices: &mut Notices) {
    let old = edition == Some(Edition::V2005);
    // Uploads of 2005 have no QN, its examples no Flag, and its 9014 neither PW nor MN.
    let bare_answer = old && cn(head) == "9014";
    let wanted = [
        ("QN", head.qn.is_some() || (old && (device.from == Side::Field || cn(head).starts_with('9')))),
        ("ST", head.st.is_some()),
        ("CN", head.cn.is_some()),
        ("PW", head.pw.is_some() || bare_answer),
        ("MN", head.mn.is_some() || bare_answer),
        ("Flag", head.flag.is_some() || old),
    ];
    for (field, there) in wanted {
        if !there {
            notices.add(Notice::FieldMissing { field });
        }
    }
    if let Some(st) = head.st.as_deref().filter(|st| !TABLES.knows_system(st)) {
        notices.add(Notice::SystemUnknown { st: st.to_owned() });
    }
    if let (Some(mn), Some(edition)) = (head.mn.as_deref(), edition) {
        check_mn(mn, edition, notices);
    }
    let flagged = head.flag.is_some_and(|flag| flag.packets());
    let numbered = head.pnum.is_some() && head.pno.is_some();
    let fits = match (head.pno, head.pnum) {
        (None, None) => true,
        (Some(pno), Some(pnum)) => 1 <= pno && pno <= pnum,
        _ => false,
    };
    if !fits || flagged != numbered {
        notices.add(Notice::PacketNumbers { pnum: head.pnum, pno: head.pno, flagged });
    }
}

fn check_mn(mn: &str, edition: Edition, notices: &mut Notices) {
    let hexadecimal = mn.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte));
    let expected = match edition {
        Edition::V2005 => "14 characters",
        Edition::V2017 | Edition::V2025 => "24 characters of 0-9 and A-F",
    };
    let right = mn.len() == TABLES.lengths(edition).mn && (edition == Edition::V2005 || hexadecimal);
    if !right && !mn.is_empty() {
        notices.add(Notice::FieldShape { field: "MN", found: mn.to_owned(), expected });
    }
}
