//! What was noticed while reading: the standard was departed from, or something was not understood.
//!
//! A notice has a short stable id, the place, and the values that were found. It stops nothing; only those that
//! [refuse](Notice::refuses) a frame say that it must not be answered or stored.

use super::cipher::SealError;
use super::crc::CrcDialect;
use super::edition::Edition;

/// Something understood, and what was noticed on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<T> {
    /// What was understood.
    pub value: T,
    /// What was noticed.
    pub notices: Vec<Notice>,
}

impl<T> Parsed<T> {
    /// Whether the frame may be used and answered. One that may not is still understood as far as it goes, for the log.
    pub fn accepted(&self) -> bool {
        !self.notices.iter().any(Notice::refuses)
    }
}

/// Something noticed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Notice {
    /// The length field is wrong.
    #[error("the length field says {declared}, the data segment has {found} bytes")]
    LengthWrong {
        /// What the length field says.
        declared: usize,
        /// How many bytes there are.
        found: usize,
        /// Whether the frame is refused for it.
        refused: bool,
    },
    /// The length field of an encrypted frame counts the plain text, as the official examples do.
    #[error("the length field says {declared}, the length of the plain text; {sent} bytes were sent")]
    LengthOfPlainText {
        /// What the length field says.
        declared: usize,
        /// How many bytes were sent.
        sent: usize,
    },
    /// The data segment is longer than the standard allows.
    #[error("the data segment has {found} bytes, the standard allows {limit}")]
    SegmentLong {
        /// How many bytes there are.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// The checksum is wrong or missing.
    #[error("the checksum is `{given}`, computed is {computed:04X}")]
    CrcWrong {
        /// The characters where it should be.
        given: String,
        /// What it should be.
        computed: u16,
        /// The dialect in which it would be right.
        looks_like: Option<CrcDialect>,
        /// Whether the frame is refused for it.
        refused: bool,
    },
    /// The data area is encrypted and no key is known.
    #[error("the data area is encrypted and the device has no key")]
    NoKey,
    /// The encrypted data area cannot be opened.
    #[error(transparent)]
    SealBroken(SealError),
    /// The text is GBK.
    #[error("the text is GBK, expected UTF-8")]
    Gbk,
    /// The text is damaged.
    #[error("the text cannot be read from byte {at} on")]
    TextDamaged {
        /// Byte of the data segment.
        at: usize,
    },
    /// There is no data area.
    #[error("there is no CP")]
    NoArea,
    /// The data area has no `&&` before it.
    #[error("the data area does not begin with &&")]
    AreaNotOpened,
    /// The data area has no `&&` behind it.
    #[error("the data area is not closed by &&")]
    AreaNotClosed,
    /// Something stands behind the data area.
    #[error("`{found}` stands behind the data area")]
    BehindArea {
        /// What stands there.
        found: String,
    },
    /// No `;` stands before CP.
    #[error("no ; stands before CP")]
    NoSeparator,
    /// A field is missing.
    #[error("{field} is missing")]
    FieldMissing {
        /// Its name.
        field: &'static str,
    },
    /// A field has no value.
    #[error("{field} is empty")]
    FieldEmpty {
        /// Its name.
        field: String,
    },
    /// A field stands twice; the first is taken.
    #[error("{field} stands twice, again as `{found}`")]
    FieldTwice {
        /// Its name.
        field: String,
        /// The value that was not taken.
        found: String,
    },
    /// A field that the standard does not have.
    #[error("{field} is not a field of the standard")]
    FieldUnknown {
        /// Its name.
        field: String,
    },
    /// A name in the wrong case.
    #[error("`{found}` is written {expected}")]
    NameCase {
        /// As found.
        found: String,
        /// As the standard writes it.
        expected: &'static str,
    },
    /// A field that has not the form it should have.
    #[error("{field} is `{found}`, expected {expected}")]
    FieldShape {
        /// Its name.
        field: &'static str,
        /// As found.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// Between two separators stands something without `=`.
    #[error("`{found}` has no =")]
    TokenWithoutValue {
        /// What stands there.
        found: String,
    },
    /// Between two separators stands nothing.
    #[error("nothing stands between two separators")]
    TokenEmpty,
    /// A value holds a further `=`.
    #[error("{key} holds a further =")]
    EqualsInValue {
        /// The key.
        key: String,
    },
    /// Spaces were taken away.
    #[error("spaces stand around `{place}`")]
    Spaces {
        /// Beside what.
        place: String,
    },
    /// A control character.
    #[error("{key} holds a control character")]
    Control {
        /// The key.
        key: String,
    },
    /// A text that `//` opens and nothing closes.
    #[error("the text of {key} is not closed by //")]
    TextNotClosed {
        /// The key.
        key: String,
    },
    /// A key stands twice; both are kept.
    #[error("{key} stands twice")]
    KeyTwice {
        /// The key.
        key: String,
    },
    /// A factor code that is in no table.
    #[error("{code} is in no table of codes")]
    CodeUnknown {
        /// The code.
        code: String,
    },
    /// A factor code of another edition.
    #[error("{code} is a code of {}", .edition.code())]
    CodeOfOtherEdition {
        /// The code.
        code: String,
        /// Whose code it is.
        edition: Edition,
    },
    /// The unit differs between editions and the message does not say which holds.
    #[error("the unit of {code} differs between editions and is not known here")]
    UnitUnsure {
        /// The code.
        code: String,
    },
    /// A suffix that no edition has.
    #[error("{key} has an unknown suffix")]
    SuffixUnknown {
        /// The key.
        key: String,
    },
    /// A value that is no decimal number; its text is kept.
    #[error("{key} is `{found}`, expected a decimal number")]
    NotANumber {
        /// The key.
        key: String,
        /// As found.
        found: String,
    },
    /// The number that HJ 212-2025 gives for a converted value that cannot be computed.
    #[error("{key} is {found}, which stands for a value that could not be computed")]
    NotComputed {
        /// The key.
        key: String,
        /// As found.
        found: String,
    },
    /// A data mark that the edition's table does not have.
    #[error("{key} is `{found}`, which is in no table of data marks that is known for the edition")]
    MarkUnknown {
        /// The key.
        key: String,
        /// As found.
        found: String,
    },
    /// Digits that are no time.
    #[error("{place} is `{found}`, which is no time")]
    TimeUnreadable {
        /// The key or field.
        place: String,
        /// As found.
        found: String,
    },
    /// PNUM, PNO and the Flag do not fit together.
    #[error("PNUM {pnum:?}, PNO {pno:?} and the packet bit {flagged} do not fit together")]
    PacketNumbers {
        /// PNUM.
        pnum: Option<u32>,
        /// PNO.
        pno: Option<u32>,
        /// The packet bit of the Flag.
        flagged: bool,
    },
    /// Version bits 2 from a surface-water station, which may follow a profile older than HJ 212-2025.
    #[error("Flag {flag} with ST 21 is HJ 212-2025 or an older profile of surface-water stations")]
    EditionUnsure {
        /// The Flag.
        flag: u8,
    },
    /// Version bits of no edition.
    #[error("version {version} in the Flag is no edition")]
    VersionUnknown {
        /// The version bits.
        version: u8,
    },
    /// A command of no edition.
    #[error("{cn} is no command of the standard")]
    CommandUnknown {
        /// The command.
        cn: String,
    },
    /// A command of another edition.
    #[error("{cn} is no command of {}", .edition.code())]
    CommandOfOtherEdition {
        /// The command.
        cn: String,
        /// The edition the message follows.
        edition: Edition,
    },
    /// A command that only the other side sends.
    #[error("{cn} is not sent by this side")]
    WrongSide {
        /// The command.
        cn: String,
    },
    /// A system code that is in no table.
    #[error("{st} is no system code of the standard")]
    SystemUnknown {
        /// The code.
        st: String,
    },
    /// Something of an edition whose text was not available. It is kept as it came.
    #[error("{what} is not known for {}", .edition.code())]
    NotKnown {
        /// What it is.
        what: String,
        /// The edition.
        edition: Edition,
    },
    /// More was noticed than is kept.
    #[error("{count} more were noticed")]
    More {
        /// How many.
        count: usize,
    },
}

impl Notice {
    /// A short stable name for logs and counters.
    pub fn id(&self) -> &'static str {
        match self {
            Self::LengthWrong { .. } => "length-wrong",
            Self::LengthOfPlainText { .. } => "length-of-plain-text",
            Self::SegmentLong { .. } => "segment-long",
            Self::CrcWrong { .. } => "crc-wrong",
            Self::NoKey => "no-key",
            Self::SealBroken(_) => "seal-broken",
            Self::Gbk => "gbk",
            Self::TextDamaged { .. } => "text-damaged",
            Self::NoArea => "no-area",
            Self::AreaNotOpened => "area-not-opened",
            Self::AreaNotClosed => "area-not-closed",
            Self::BehindArea { .. } => "behind-area",
            Self::NoSeparator => "no-separator",
            Self::FieldMissing { .. } => "field-missing",
            Self::FieldEmpty { .. } => "field-empty",
            Self::FieldTwice { .. } => "field-twice",
            Self::FieldUnknown { .. } => "field-unknown",
            Self::NameCase { .. } => "name-case",
            Self::FieldShape { .. } => "field-shape",
            Self::TokenWithoutValue { .. } => "token-without-value",
            Self::TokenEmpty => "token-empty",
            Self::EqualsInValue { .. } => "equals-in-value",
            Self::Spaces { .. } => "spaces",
            Self::Control { .. } => "control",
            Self::TextNotClosed { .. } => "text-not-closed",
            Self::KeyTwice { .. } => "key-twice",
            Self::CodeUnknown { .. } => "code-unknown",
            Self::CodeOfOtherEdition { .. } => "code-of-other-edition",
            Self::UnitUnsure { .. } => "unit-unsure",
            Self::SuffixUnknown { .. } => "suffix-unknown",
            Self::NotANumber { .. } => "not-a-number",
            Self::NotComputed { .. } => "not-computed",
            Self::MarkUnknown { .. } => "mark-unknown",
            Self::TimeUnreadable { .. } => "time-unreadable",
            Self::PacketNumbers { .. } => "packet-numbers",
            Self::EditionUnsure { .. } => "edition-unsure",
            Self::VersionUnknown { .. } => "version-unknown",
            Self::CommandUnknown { .. } => "command-unknown",
            Self::CommandOfOtherEdition { .. } => "command-of-other-edition",
            Self::WrongSide { .. } => "wrong-side",
            Self::SystemUnknown { .. } => "system-unknown",
            Self::NotKnown { .. } => "not-known",
            Self::More { .. } => "more",
        }
    }

    /// Whether the frame must be neither answered nor stored.
    pub fn refuses(&self) -> bool {
        match self {
            Self::LengthWrong { refused, .. } | Self::CrcWrong { refused, .. } => *refused,
            Self::NoKey | Self::SealBroken(_) => true,
            _ => false,
        }
    }
}

/// Gathers notices. A frame of ten thousand oddities is one frame; what is beyond [`Notices::MAX`] is counted.
#[derive(Debug, Default)]
pub(super) struct Notices {
    kept: Vec<Notice>,
    more: usize,
}

impl Notices {
    const MAX: usize = 100;

    pub(super) fn add(&mut self, notice: Notice) {
        // What refuses a frame is found first, but must never be lost.
        if self.kept.len() < Self::MAX || notice.refuses() {
            self.kept.push(notice);
        } else {
            self.more += 1;
        }
    }

    pub(super) fn into_vec(mut self) -> Vec<Notice> {
        if 0 < self.more {
            self.kept.push(Notice::More { count: self.more });
        }
        self.kept
    }
}
