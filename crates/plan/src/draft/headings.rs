//! Numbers that could be headings, and which of them are, where punctuation can be trusted.

use super::doubt::Doubt;
use super::pieces::Piece;
use super::words::words;

/// The highest number a heading can have.
const HIGHEST: u32 = 30;

/// More headings than any plan has; a text with more is not read further.
const MOST: usize = 3000;

/// A heading by its number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heading {
    /// 1 for `一、`, 2 for `（一）`, 3 for `1.`, 4 for `（1）`.
    pub(super) level: u8,
    pub(super) number: u32,
    /// The piece that is the number.
    pub(super) piece: usize,
    pub(super) doubt: Option<Doubt>,
}

/// A number that could be that of a heading.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) piece: usize,
    pub(super) number: u32,
    /// Whether it is written 一 rather than 1.
    pub(super) han: bool,
}

/// Every piece that is a small number with words behind it.
pub(super) fn candidates(pieces: &[Piece<'_>]) -> Vec<Candidate> {
    let pairs = pieces.windows(2).enumerate();
    pairs.filter_map(|(n, pair)| candidate(n, pair[0].text, pair[1].text)).take(MOST).collect()
}

fn candidate(piece: usize, text: &str, next: &str) -> Option<Candidate> {
    let (number, han) = match number(text) {
        Some(number) => (number, true),
        None if text.len() <= 2 => (text.parse().ok()?, false),
        None => return None,
    };
    let digits = next.bytes().all(|byte| byte.is_ascii_digit());
    let measured = words().headings.measures.at_start(next).is_some() || next.starts_with(|c: char| c.is_ascii_digit());
    let stands = (han && digits) || !measured;
    ((1..=HIGHEST).contains(&number) && stands).then_some(Candidate { piece, number, han })
}

/// 一 to 九十九, also as 第…章.
fn number(text: &str) -> Option<u32> {
    let inner = text.strip_prefix('第').and_then(|rest| rest.strip_suffix(['章', '部', '条'])).unwrap_or(text);
    let digit = |c: char| "一二三四五六七八九".chars().position(|own| own == c).and_then(|at| u32::try_from(at + 1).ok());
    let one = |text: &str| {
        let mut chars = text.chars();
        let value = digit(chars.next()?)?;
        chars.next().is_none().then_some(value)
    };
    let Some((tens, ones)) = inner.split_once('十') else {
        return one(inner);
    };
    let tens = if tens.is_empty() { 1 } else { one(tens)? };
    let ones = if ones.is_empty() { 0 } else { one(ones)? };
    Some(tens * 10 + ones)
}

/// The headings of a text whose punctuation can be trusted: a number with its mark, where a sentence or line begins.
pub(super) fn by_marks(pieces: &[Piece<'_>]) -> Vec<Heading> {
    candidates(pieces).into_iter().filter_map(|own| marked(own, &pieces[own.piece])).collect()
}

fn marked(own: Candidate, piece: &Piece<'_>) -> Option<Heading> {
    let (before, after) = (piece.before.trim_end_matches(' '), piece.after.trim_start_matches(' '));
    if own.piece != 0 && !before.contains(['\n', '。', '；', ')', '）']) {
        return None;
    }
    let brackets = before.ends_with(['（', '(']) && after.starts_with(['）', ')']);
    if !brackets && !after.starts_with(['、', '.', '．', '，']) && !piece.text.starts_with('第') {
        return None;
    }
    let level = match (own.han, brackets) {
        (true, false) => 1,
        (true, true) => 2,
        (false, false) => 3,
        (false, true) => 4,
    };
    Some(Heading { level, number: own.number, piece: own.piece, doubt: None })
}

#[cfg(test)]
mod tests {
    use super::{by_marks, number};
    use crate::draft::pieces::pieces;

    fn levels(text: &str) -> Vec<(u8, u32)> {
        by_marks(&pieces(text, false)).iter().map(|own| (own.level, own.number)).collect()
    }

    #[test]
    fn marks_tell_the_level() {
        assert_eq!(levels("一、控制\n（二）狠抓\n3.取缔企业。\n（4）整治"), [(1, 1), (2, 2), (3, 3), (4, 4)]);
        assert_eq!(levels("第一章 总则\n第十二章 附则"), [(1, 1), (1, 12)]);
    }

    #[test]
    fn numbers_within_a_sentence_are_no_headings() {
        assert!(levels("达到3、4类标准，建设一、二期工程").is_empty());
    }

    #[test]
    fn chinese_numbers_are_read() {
        assert_eq!(["一", "十", "十二", "二十", "二十三"].map(number), [Some(1), Some(10), Some(12), Some(20), Some(23)]);
        assert_eq!(["一律", "", "十十", "百"].map(number), [None; 4]);
    }
}
