//! The data segment: head fields, then the data area.

use std::borrow::Cow;

use super::data_area::DataArea;
use super::flag::Flag;
use super::notice::{Notice, Notices, Parsed};

/// A data segment as understood. This is what is encoded, too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Segment<'a> {
    /// The fields before CP.
    pub head: Head<'a>,
    /// What stands in CP.
    pub area: DataArea<'a>,
}

/// The fields before CP. They are read by name, since devices and the standards' own examples order them as they like.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head<'a> {
    /// Number of the exchange: a time to the millisecond.
    pub qn: Option<Cow<'a, str>>,
    /// Kind of system.
    pub st: Option<Cow<'a, str>>,
    /// Command.
    pub cn: Option<Cow<'a, str>>,
    /// Access password. It is sent in the clear and proves nothing.
    pub pw: Option<Cow<'a, str>>,
    /// Id of the device.
    pub mn: Option<Cow<'a, str>>,
    /// Version, packets, answer wanted.
    pub flag: Option<Flag>,
    /// Number of packets.
    pub pnum: Option<u32>,
    /// Which packet this is, from 1.
    pub pno: Option<u32>,
    /// `RF=1`: sent again after an outage (2025).
    pub backfill: bool,
    /// Fields that no edition has, in their order.
    pub other: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl Head<'_> {
    pub(super) fn into_owned(self) -> Head<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Head {
            qn: self.qn.map(owned),
            st: self.st.map(owned),
            cn: self.cn.map(owned),
            pw: self.pw.map(owned),
            mn: self.mn.map(owned),
            flag: self.flag,
            pnum: self.pnum,
            pno: self.pno,
            backfill: self.backfill,
            other: self.other.into_iter().map(|(name, value)| (owned(name), owned(value))).collect(),
        }
    }

    /// Which packet of how many this is. `None` where it is the only one, or the numbers make no sense.
    pub fn packet(&self) -> Option<(u32, u32)> {
        let (pno, pnum) = (self.pno?, self.pnum?);
        (1 < pnum && 1 <= pno && pno <= pnum).then_some((pno, pnum))
    }
}

impl<'a> Segment<'a> {
    /// The same without borrowing, to be kept.
    pub fn into_owned(self) -> Segment<'static> {
        Segment { head: self.head.into_owned(), area: self.area.into_owned() }
    }

    /// Reads the text of a data segment.
    pub fn parse(text: &'a str) -> Parsed<Self> {
        let mut notices = Notices::default();
        let value = Self::read(text, &mut notices);
        Parsed { value, notices: notices.into_vec() }
    }

    pub(super) fn read(text: &'a str, notices: &mut Notices) -> Self {
        let (head, area) = split(text, notices);
        let head = read_head(head, notices);
        let area = DataArea::parse(area, notices);
        Self { head, area }
    }
}

/// The head and the data area. Field names of 2 and 3 letters in the wrong case are understood, and so is a missing `;`.
fn split<'a>(text: &'a str, notices: &mut Notices) -> (&'a str, &'a str) {
    let find = |name: &[u8]| text.as_bytes().windows(name.len()).position(|window| window.eq_ignore_ascii_case(name));
    let (at, body_at) = match (find(b"CP=&&"), find(b"CP=")) {
        (Some(at), _) => (at, at + b"CP=&&".len()),
        (None, Some(at)) => {
            notices.add(Notice::AreaNotOpened);
            (at, at + b"CP=".len())
        }
        (None, None) => {
            notices.add(Notice::NoArea);
            return (text, "");
        }
    };
    if !text[at..].starts_with("CP") {
        notices.add(Notice::NameCase { found: text[at..at + 2].to_owned(), expected: "CP" });
    }
    let (head, body) = (&text[..at], &text[body_at..]);
    if !head.is_empty() && !head.trim_end().ends_with(';') {
        notices.add(Notice::NoSeparator);
    }
    let Some((area, behind)) = body.rsplit_once("&&") else {
        notices.add(Notice::AreaNotClosed);
        return (head, body);
    };
    if !behind.is_empty() {
        notices.add(Notice::BehindArea { found: behind.to_owned() });
    }
    (head, area)
}

const FIELDS: [&str; 9] = ["QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "RF"];

fn read_head<'a>(text: &'a str, notices: &mut Notices) -> Head<'a> {
    let mut head = Head::default();
    let mut seen: [bool; FIELDS.len()] = [false; FIELDS.len()];
    let text = text.trim_end();
    for token in text.strip_suffix(';').unwrap_or(text).split(';') {
        if token.trim().is_empty() {
            if !text.is_empty() {
                notices.add(Notice::TokenEmpty);
            }
            continue;
        }
        if token.trim() != token {
            notices.add(Notice::Spaces { place: token.trim().to_owned() });
        }
        let Some((name, value)) = token.split_once('=') else {
            notices.add(Notice::TokenWithoutValue { found: token.trim().to_owned() });
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        let Some(place) = FIELDS.iter().position(|field| field.eq_ignore_ascii_case(name)) else {
            notices.add(Notice::FieldUnknown { field: name.to_owned() });
            head.other.push((Cow::Borrowed(name), Cow::Borrowed(value)));
            continue;
        };
        let field = FIELDS[place];
        if field != name {
            notices.add(Notice::NameCase { found: name.to_owned(), expected: field });
        }
        if std::mem::replace(&mut seen[place], true) {
            notices.add(Notice::FieldTwice { field: field.to_owned(), found: value.to_owned() });
            continue;
        }
        if value.is_empty() {
            notices.add(Notice::FieldEmpty { field: field.to_owned() });
        }
        set(&mut head, field, value, notices);
    }
    head
}

fn set<'a>(head: &mut Head<'a>, field: &'static str, value: &'a str, notices: &mut Notices) {
    let text = Some(Cow::Borrowed(value));
    let digits = |count: usize| value.len() == count && value.bytes().all(|byte| byte.is_ascii_digit());
    let expected = match field {
        "QN" => {
            head.qn = text;
            (!digits(17)).then_some("17 digits")
        }
        "ST" => {
            head.st = text;
            (value.chars().count() != 2).then_some("2 characters")
        }
        "CN" => {
            head.cn = text;
            (!digits(4)).then_some("4 digits")
        }
        "PW" => {
            head.pw = text;
            (value.len() != 6 || !value.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some("6 letters or digits")
        }
        "MN" => {
            head.mn = text;
            None // Its length depends on the edition.
        }
        "Flag" => {
            head.flag = number(value).and_then(|flag| u8::try_from(flag).ok()).map(Flag);
            head.flag.is_none().then_some("a number from 0 to 255")
        }
        "PNUM" => {
            head.pnum = number(value);
            (!head.pnum.is_some_and(is_packet_number)).then_some("a number from 1 to 9999")
        }
        "PNO" => {
            head.pno = number(value);
            (!head.pno.is_some_and(is_packet_number)).then_some("a number from 1 to 9999")
        }
        _ => {
            head.backfill = value == "1";
            (value != "1").then_some("1")
        }
    };
    if let Some(expected) = expected
        && !value.is_empty()
    {
        notices.add(Notice::FieldShape { field, found: value.to_owned(), expected });
    }
}

fn is_packet_number(number: u32) -> bool {
    (1..=9999).contains(&number)
}

/// Digits without a sign.
pub(super) fn number(text: &str) -> Option<u32> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
