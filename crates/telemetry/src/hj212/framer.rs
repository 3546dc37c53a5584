//! From bytes to frames, however the bytes are cut.
//!
//! Every decision is taken at one byte of the stream, so frames do not depend on how reads were split. The rules:
//!
//! 1. A frame begins at `##` and four digits. It ends where its length field says, if `&&` and a checksum stand there, or four
//!    hexadecimal digits and a line end.
//! 2. Where they do not, the length is wrong. The frame then ends at the first `&&`, four hexadecimal digits and line end behind
//!    its head, unless another head comes first: then it was cut short and the other one counts.
//! 3. A length that is too large does not hold up what follows. The frame ends early if the checksum at such an end is
//!    right or another head follows it; and a whole frame with right length and checksum inside it proves that it was cut short.
//!
//! Heads and ends are noted once, when their last byte comes, and each checksum is worked out over bytes that belong to
//! one head only, so hostile input costs no more time than other input. Memory is bounded by the cap.

use std::collections::VecDeque;

use super::crc::CrcDialect;
use super::frame::{Found, Frame, Noise, NoiseKind, read_crc};

/// The longest data segment that is taken by default, in bytes. The standard allows 1,024; 1,623 were seen unsplit; and a full
/// one is 4,842 when encrypted, since a byte then takes five characters.
pub const SEGMENT_HOLD: usize = 5120;

/// `##` and four digits.
const HEAD: usize = 6;
/// Head, checksum and CR LF.
const AROUND: usize = HEAD + 6;
/// The most that a length field can say.
const DECLARED_MAX: usize = 9999;

/// Finds frames in a stream of bytes. One for each connection.
#[derive(Debug)]
pub struct Framer {
    segment_max: usize,
    /// Bytes that are not decided on. Its first byte is at `base` in the stream, and is that of the first head if there is one.
    held: Vec<u8>,
    base: u64,
    heads: VecDeque<Head>,
    noise: Noise,
    after_frame: bool,
}

/// A place where a frame may begin.
#[derive(Debug)]
struct Head {
    at: u64,
    declared: usize,
    length_failed: bool,
    /// A whole frame stands behind it.
    overtaken: bool,
    end: Option<End>,
}

/// The first end behind a head and before the next: `&&`, four hexadecimal digits, and a line end or the next head.
#[derive(Debug, Clone, Copy)]
struct End {
    /// Place of the first digit.
    at: u64,
    /// The checksum is right in one of the dialects.
    crc_right: bool,
    /// Only line ends and spaces stand between it and the next head.
    before_head: bool,
}

/// What is known of the first head.
enum Verdict {
    /// A frame with this many bytes of segment and checksum.
    Frame(usize, usize),
    /// No frame.
    No,
    /// No frame, and of all heads only the last begins one.
    OnlyLast,
    /// More bytes are needed.
    Wait,
}

impl Framer {
    /// A framer that takes data segments of up to so many bytes (at most 9,999).
    pub fn new(segment_max: usize) -> Self {
        Self {
            segment_max: segment_max.min(DECLARED_MAX),
            held: Vec::new(),
            base: 0,
            heads: VecDeque::new(),
            noise: no_noise(),
            after_frame: false,
        }
    }

    /// Takes bytes as they were read and gives what they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        for byte in bytes {
            self.held.push(*byte);
            self.note_head();
            self.note_end();
            self.decide(&mut found);
        }
        found
    }

    /// Nothing more will come, or nothing came for too long: what is held is given as a frame if it has an end, else as noise.
    pub fn settle(&mut self) -> Vec<Found> {
        let mut found = Vec::new();
        while let Some(head) = self.heads.front() {
            let (at, end) = (head.at, head.end);
            self.shed_until(at);
            match (self.verdict(), end) {
                (Verdict::Frame(segment, crc), _) => self.take(segment, crc, &mut found),
                (_, Some(end)) => self.take(offset(at, end.at) - HEAD, 4, &mut found),
                _ => self.give_up_head(),
            }
        }
        self.shed_until(self.base + self.held.len() as u64);
        self.report_noise(&mut found);
        found
    }

    /// How many bytes are held. Never more than [`Framer::cap`].
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// The most bytes that are ever held.
    pub fn cap(&self) -> usize {
        self.segment_max + AROUND
    }

    /// Notes that the last six bytes are the head of a frame.
    fn note_head(&mut self) {
        let Some(start) = self.held.len().checked_sub(HEAD) else { return };
        let Some(digits) = self.held[start..].strip_prefix(b"##") else { return };
        if !digits.iter().all(u8::is_ascii_digit) {
            return;
        }
        let declared = digits.iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
        let at = self.base + start as u64;
        self.note_end_before(start);
        if let Some(before) = self.heads.back_mut()
            && let Some(end) = &mut before.end
        {
            let gap = offset(self.base, end.at) + 4..start;
            end.before_head = self.held.get(gap).is_some_and(|gap| !gap.is_empty() && gap.iter().all(is_filler));
        }
        if self.segment_max < declared {
            if self.heads.is_empty() {
                self.noise.kind = NoiseKind::Oversized { declared };
            }
            return;
        }
        self.heads.push_back(Head { at, declared, length_failed: false, overtaken: false, end: None });
    }

    /// Notes an end before the last byte, if that is a line end.
    fn note_end(&mut self) {
        if let Some((b'\r' | b'\n', before)) = self.held.split_last() {
            let place = before.len();
            self.note_end_before(place);
        }
    }

    /// Notes that `&&` and four hexadecimal digits stand before a place in the bytes that are held, if they belong to the last head.
    fn note_end_before(&mut self, place: usize) {
        let Some(digits_at) = place.checked_sub(4) else { return };
        let Some(given) = read_crc(&self.held[digits_at..place]) else { return };
        let Some(head) = self.heads.back_mut() else { return };
        let segment_at = offset(self.base, head.at) + HEAD;
        let Some(segment) = self.held.get(segment_at..digits_at) else { return };
        if head.end.is_some() || !segment.ends_with(b"&&") {
            return;
        }
        let crc_right = CrcDialect::recognise(given, segment).is_some();
        head.end = Some(End { at: self.base + digits_at as u64, crc_right, before_head: false });
        if crc_right && segment.len() == head.declared {
            // A whole frame: whatever began before it and has not ended yet was cut short.
            let before = self.heads.len() - 1;
            self.heads.iter_mut().take(before).for_each(|head| head.overtaken = true);
        }
    }

    /// Gives every frame that is complete, and lets go of what can be none.
    fn decide(&mut self, found: &mut Vec<Found>) {
        loop {
            let Some(head) = self.heads.front() else {
                // The last five bytes may be a head that is not complete.
                let keep_from = self.held.len().saturating_sub(HEAD - 1);
                self.shed_until(self.base + keep_from as u64);
                break;
            };
            let at = head.at;
            self.shed_until(at);
            match self.verdict() {
                Verdict::Frame(segment, crc) => self.take(segment, crc, found),
                Verdict::No => self.give_up_head(),
                Verdict::OnlyLast => {
                    while 1 < self.heads.len() {
                        self.give_up_head();
                    }
                }
                Verdict::Wait if self.cap() <= self.held.len() => self.give_up_head(),
                Verdict::Wait => break,
            }
        }
        if Noise::REPORT <= self.noise.len {
            self.report_noise(found);
        }
    }

    /// Looks at the first head, which stands at the first byte that is held.
    fn verdict(&mut self) -> Verdict {
        let more_heads = 1 < self.heads.len();
        let Some(head) = self.heads.front_mut() else { return Verdict::Wait };
        if !head.length_failed {
            match by_length(&self.held[HEAD..], head.declared) {
                Verdict::No => head.length_failed = true,
                Verdict::Wait | Verdict::OnlyLast => head.length_failed = head.overtaken,
                Verdict::Frame(segment, _) if self.only_last_is_whole(HEAD + segment) => return Verdict::OnlyLast,
                frame @ Verdict::Frame(..) => return frame,
            }
        }
        let Some(head) = self.heads.front() else { return Verdict::Wait };
        match head.end {
            Some(end) if head.length_failed || end.crc_right || end.before_head => Verdict::Frame(offset(head.at, end.at) - HEAD, 4),
            None if head.length_failed && more_heads => Verdict::No,
            _ => Verdict::Wait,
        }
    }

    /// Whether the last head, and not the first, begins a frame with right length and checksum that ends at a place: a frame that was cut
    /// short may by its length end where a later one does.
    fn only_last_is_whole(&self, digits_at: usize) -> bool {
        let Some(last) = self.heads.iter().skip(1).next_back() else { return false };
        let segment_at = offset(self.base, last.at) + HEAD;
        let Some(given) = self.held.get(digits_at..digits_at + 4).and_then(read_crc) else { return false };
        let right = |from: usize| self.held.get(from..digits_at).is_some_and(|segment| CrcDialect::recognise(given, segment).is_some());
        segment_at + last.declared == digits_at && right(segment_at) && !right(HEAD)
    }

    /// Gives the first frame.
    fn take(&mut self, segment: usize, crc: usize, found: &mut Vec<Found>) {
        let Some(head) = self.heads.pop_front() else { return };
        self.report_noise(found);
        let (digits_at, behind) = (HEAD + segment, HEAD + segment + crc);
        found.push(Found::Frame(Frame {
            segment: self.held[HEAD..digits_at].to_vec(),
            declared: head.declared,
            crc: self.held[digits_at..behind].to_vec(),
        }));
        self.held.drain(..behind);
        self.base += behind as u64;
        while self.heads.front().is_some_and(|head| head.at < self.base) {
            self.heads.pop_front();
        }
        self.after_frame = true;
    }

    /// The first head begins no frame; its bytes become noise.
    fn give_up_head(&mut self) {
        self.heads.pop_front();
        self.noise.kind = NoiseKind::CutShort;
    }

    /// Turns what is held before a place in the stream into noise.
    fn shed_until(&mut self, at: u64) {
        let len = offset(self.base, at);
        if len == 0 {
            return;
        }
        let room = Noise::EXCERPT.saturating_sub(self.noise.excerpt.len());
        self.noise.excerpt.extend(self.held.iter().take(len.min(room)));
        self.noise.len += len;
        self.held.drain(..len);
        self.base = at;
    }

    /// Gives the noise so far, unless it is the CR LF behind a frame.
    fn report_noise(&mut self, found: &mut Vec<Found>) {
        let mut noise = std::mem::replace(&mut self.noise, no_noise());
        let after_frame = std::mem::replace(&mut self.after_frame, false);
        let whole = noise.len == noise.excerpt.len();
        if whole && (noise.excerpt == b"\r\n" || (noise.len == 0 && !after_frame)) {
            return;
        }
        if whole && noise.kind == NoiseKind::Foreign && noise.excerpt.iter().all(is_filler) {
            noise.kind = NoiseKind::Tail;
        }
        found.push(Found::Noise(noise));
    }
}

/// Whether a frame ends where its length field says; `rest` begins behind the head.
fn by_length(rest: &[u8], declared: usize) -> Verdict {
    let Some((segment, behind)) = rest.split_at_checked(declared) else { return Verdict::Wait };
    let line_end = |place: usize| behind.get(place).map(|byte| matches!(byte, b'\r' | b'\n'));
    if !segment.ends_with(b"&&") {
        if !behind.iter().take(4).all(u8::is_ascii_hexdigit) {
            return Verdict::No;
        }
        return match line_end(4) {
            Some(true) => Verdict::Frame(declared, 4),
            Some(false) => Verdict::No,
            None => Verdict::Wait,
        };
    }
    let crc = behind.iter().take(4).take_while(|byte| !matches!(byte, b'\r' | b'\n' | b'#')).count();
    if crc < 4 {
        // The checksum is missing or short, or has not come yet.
        return if crc < behind.len() { Verdict::Frame(declared, crc) } else { Verdict::Wait };
    }
    if read_crc(&behind[..4]).is_some() {
        return Verdict::Frame(declared, 4);
    }
    match line_end(4) {
        Some(true) => Verdict::Frame(declared, 4),
        Some(false) => Verdict::No,
        None => Verdict::Wait,
    }
}

fn is_filler(byte: &u8) -> bool {
    matches!(byte, b'\r' | b'\n' | b' ')
}

fn no_noise() -> Noise {
    Noise { kind: NoiseKind::Foreign, len: 0, excerpt: Vec::new() }
}

/// The distance between two places of the stream, of which the second is not before the first.
fn offset(from: u64, to: u64) -> usize {
    usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX)
}
