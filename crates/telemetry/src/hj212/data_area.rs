//! The data area: what stands between `CP=&&` and `&&`.

use std::borrow::Cow;
use std::ops::Range;

use super::notice::{Notice, Notices};

/// The data area as groups between `;` of pairs between `,`. Keys may occur twice, so it is a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataArea<'a> {
    /// The groups, none of them empty.
    pub groups: Vec<Vec<Pair<'a>>>,
}

/// `key=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The key, such as `DataTime` or `w01018-Rtd`.
    pub key: Cow<'a, str>,
    /// The value.
    pub value: Value<'a>,
}

/// A value, and whether it is a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// Characters up to the next separator.
    Plain(Cow<'a, str>),
    /// Free text that stood between `//` and `//`, where separators mean nothing.
    Text(Cow<'a, str>),
}

impl Value<'_> {
    /// The characters, without the `//`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Text(text) => text,
        }
    }
}

impl<'a> Value<'a> {
    pub(super) fn as_cow(&self) -> &Cow<'a, str> {
        match self {
            Self::Plain(text) | Self::Text(text) => text,
        }
    }
}

impl<'a> Pair<'a> {
    /// A pair with a plain value.
    pub fn new(key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        Self { key: key.into(), value: Value::Plain(value.into()) }
    }

    fn into_owned(self) -> Pair<'static> {
        let value = match self.value {
            Value::Plain(text) => Value::Plain(Cow::Owned(text.into_owned())),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
        };
        Pair { key: Cow::Owned(self.key.into_owned()), value }
    }
}

impl<'a> DataArea<'a> {
    /// One group of each pair.
    pub fn of(pairs: impl IntoIterator<Item = Pair<'a>>) -> Self {
        Self { groups: pairs.into_iter().map(|pair| vec![pair]).collect() }
    }

    /// All pairs in their order.
    pub fn pairs(&self) -> impl Iterator<Item = &Pair<'a>> {
        self.groups.iter().flatten()
    }

    /// The values of a plain item, of which a standard may spell the name in two cases (`PolId`, `PolID`; `Ctime`, `CTime`).
    pub fn all<'s>(&'s self, key: &'s str) -> impl Iterator<Item = &'s Cow<'a, str>> {
        self.pairs().filter(move |pair| pair.key.eq_ignore_ascii_case(key)).map(|pair| pair.value.as_cow())
    }

    /// The first value of a plain item.
    pub fn get<'s>(&'s self, key: &'s str) -> Option<&'s Cow<'a, str>> {
        self.all(key).next()
    }

    /// How many bytes its keys and values have.
    pub(super) fn size(&self) -> usize {
        self.pairs().map(|pair| pair.key.len() + pair.value.as_str().len() + 2).sum()
    }

    pub(super) fn into_owned(self) -> DataArea<'static> {
        let owned = |group: Vec<Pair<'a>>| group.into_iter().map(Pair::into_owned).collect();
        DataArea { groups: self.groups.into_iter().map(owned).collect() }
    }

    pub(super) fn parse(text: &'a str, notices: &mut Notices) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        let (mut groups, mut group) = (Vec::new(), Vec::new());
        let mut rest = text;
        loop {
            let token = Token::read(rest, notices);
            group.extend(token.pair);
            let behind = &rest[token.len..];
            let Some(separator) = behind.as_bytes().first() else { break };
            if *separator == b';' && !group.is_empty() {
                groups.push(std::mem::take(&mut group));
            }
            rest = &behind[1..];
        }
        if !group.is_empty() {
            groups.push(group);
        }
        Self { groups }
    }
}

/// What stands up to the next separator.
struct Token<'a> {
    pair: Option<Pair<'a>>,
    /// Bytes up to the separator or the end.
    len: usize,
}

impl<'a> Token<'a> {
    fn read(rest: &'a str, notices: &mut Notices) -> Self {
        let len = up_to_separator(rest);
        let token = &rest[..len];
        let Some((key, value)) = token.split_once('=') else {
            notices.add(match token.trim() {
                "" if token.is_empty() => Notice::TokenEmpty,
                "" => Notice::Spaces { place: "CP".to_owned() },
                found => Notice::TokenWithoutValue { found: found.to_owned() },
            });
            return Self { pair: None, len };
        };
        let opened = value.trim_start().starts_with("//");
        if opened {
            return Self::read_text(rest, key, notices);
        }
        let (key, value) = (trimmed(key, key, notices), trimmed(value, key, notices));
        if value.contains('=') {
            notices.add(Notice::EqualsInValue { key: key.to_owned() });
        }
        if token.chars().any(char::is_control) {
            notices.add(Notice::Control { key: key.to_owned() });
        }
        Self { pair: Some(Pair::new(key, value)), len }
    }

    /// Reads a value that begins with `//`.
    fn read_text(rest: &'a str, key: &'a str, notices: &mut Notices) -> Self {
        let name = trimmed(key, key, notices);
        let value = &rest[key.len() + 1..];
        let inner_at = rest.len() - value.trim_start().len() + 2;
        let inner = &rest[inner_at..];
        let (text, len) = match inner.find("//") {
            Some(end) => {
                let behind_at = inner_at + end + 2;
                let len = behind_at + up_to_separator(&rest[behind_at..]);
                let behind = rest[behind_at..len].trim();
                if !behind.is_empty() {
                    notices.add(Notice::TokenWithoutValue { found: behind.to_owned() });
                }
                (&inner[..end], len)
            }
            None => {
                // What follows may be further items: the text ends where the next group begins.
                notices.add(Notice::TextNotClosed { key: name.to_owned() });
                let end = inner.find(';').unwrap_or(inner.len());
                (&inner[..end], inner_at + end)
            }
        };
        if text.chars().any(char::is_control) {
            notices.add(Notice::Control { key: name.to_owned() });
        }
        Self { pair: Some(Pair { key: Cow::Borrowed(name), value: Value::Text(Cow::Borrowed(text)) }), len }
    }
}

fn up_to_separator(text: &str) -> usize {
    text.find([';', ',']).unwrap_or(text.len())
}

/// The text without spaces around it, which are noticed.
fn trimmed<'a>(text: &'a str, place: &str, notices: &mut Notices) -> &'a str {
    let trimmed = text.trim();
    if trimmed.len() != text.len() {
        notices.add(Notice::Spaces { place: place.trim().to_owned() });
    }
    trimmed
}

/// A part of a text, without copying where the whole is borrowed.
pub(super) fn part<'a>(whole: &Cow<'a, str>, range: Range<usize>) -> Cow<'a, str> {
    match whole {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
    }
}
