//! One frame as it came from the line, and what stood between frames.

/// `##`, four digits of length, a data segment, four hexadecimal digits of checksum, CR LF. What is kept here are the parts
/// that can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The bytes between the length field and the checksum.
    pub segment: Vec<u8>,
    /// What the length field says. It should be the number of bytes of the segment.
    pub declared: usize,
    /// Where the checksum should be: four characters, fewer where they are missing.
    pub crc: Vec<u8>,
}

impl Frame {
    /// The checksum, where it is four hexadecimal digits of either case.
    pub fn crc_value(&self) -> Option<u16> {
        read_crc(&self.crc)
    }
}

/// Reads four hexadecimal digits.
pub(super) fn read_crc(digits: &[u8]) -> Option<u16> {
    if digits.len() != 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    std::str::from_utf8(digits).ok().and_then(|text| u16::from_str_radix(text, 16).ok())
}

/// What the framer found in the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A frame. Whether it is accepted is decided when it is opened.
    Frame(Frame),
    /// Bytes that belong to no frame.
    Noise(Noise),
}

/// Bytes that belong to no frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noise {
    /// What they look like.
    pub kind: NoiseKind,
    /// How many there are.
    pub len: usize,
    /// The first of them, at most [`Noise::EXCERPT`].
    pub excerpt: Vec<u8>,
}

impl Noise {
    /// How many bytes of noise are kept for the log.
    pub const EXCERPT: usize = 64;
    /// Noise is reported at the latest when there is this much of it.
    pub const REPORT: usize = 4096;
}

/// What noise looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoiseKind {
    /// Between two frames stands something other than CR LF: nothing, one of the two, more line ends or spaces.
    Tail,
    /// Bytes without the head of a frame: another protocol, a registration string, a heartbeat of a modem.
    Foreign,
    /// A frame began and came to no end.
    CutShort,
    /// The length field says more than is accepted.
    Oversized {
        /// What it says.
        declared: usize,
    },
}

impl NoiseKind {
    /// A short stable name for logs and counters.
    pub fn id(self) -> &'static str {
        match self {
            Self::Tail => "tail",
            Self::Foreign => "foreign",
            Self::CutShort => "cut-short",
            Self::Oversized { .. } => "oversized",
        }
    }
}
