//! A text cut at its breaks, whatever they are.

/// Stands for what a broken encoding swallowed.
pub(super) const LOST: char = '□';

/// Marks that end a piece, besides blanks, points and [`LOST`].
const BREAKS: &str = "，。、；：！？,;:!?·…—()（）【】[]《》〈〉“”\"‘’'「」『』〔〕{}|";

/// Of a hundred breaks, how many may be a point or a blank between two Chinese characters before the punctuation counts
/// as random. Written Chinese has neither there; in texts of the State Council it is none, in broken copies a quarter.
const RANDOM_PERCENT: usize = 5;

/// A run of text between two breaks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'t> {
    /// First byte in the text.
    pub(super) start: usize,
    /// The byte after the last.
    pub(super) end: usize,
    pub(super) text: &'t str,
    /// The breaks before it.
    pub(super) before: &'t str,
    /// The breaks after it.
    pub(super) after: &'t str,
}

/// Cuts a text. Where punctuation can be trusted, a point between digits is part of a number.
pub(super) fn pieces(text: &str, random: bool) -> Vec<Piece<'_>> {
    let spans = spans(text, random);
    let piece = |(n, &(start, end)): (usize, &(usize, usize))| {
        let from = if n == 0 { 0 } else { spans[n - 1].1 };
        let to = spans.get(n + 1).map_or(text.len(), |next| next.0);
        Piece { start, end, text: &text[start..end], before: &text[from..start], after: &text[end..to] }
    };
    spans.iter().enumerate().map(piece).collect()
}

fn spans(text: &str, random: bool) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut open = None;
    let mut previous = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        if is_break(previous, c, next, random) {
            spans.extend(open.take().map(|start| (start, at)));
        } else if open.is_none() {
            open = Some(at);
        }
        previous = Some(c);
    }
    spans.extend(open.map(|start| (start, text.len())));
    spans
}

fn is_break(previous: Option<char>, c: char, next: Option<char>, random: bool) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    match c {
        ',' | ':' | '.' | '．' => random || !digit(previous) || !digit(next),
        LOST => true,
        c => c.is_whitespace() || BREAKS.contains(c),
    }
}

/// Whether the punctuation says nothing.
pub(super) fn is_random(text: &str) -> bool {
    let (mut all, mut odd) = (0_usize, 0_usize);
    let mut previous = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '.' || c == ' ' || BREAKS.contains(c) {
            all += 1;
            let between_han = is_han(previous) && chars.peek().is_some_and(|next| is_han(*next));
            odd += usize::from((c == '.' || c == ' ') && between_han);
        }
        previous = c;
    }
    all * RANDOM_PERCENT < odd * 100
}

/// Removes breaks from both ends.
pub(super) fn trim_breaks(text: &str) -> &str {
    text.trim_matches(|c: char| c == '.' || c == LOST || c.is_whitespace() || BREAKS.contains(c))
}

/// Whether it is a Chinese character.
pub(super) fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c) || ('\u{3400}'..='\u{4dbf}').contains(&c)
}

/// How many Chinese characters a text has.
pub(super) fn han_count(text: &str) -> usize {
    text.chars().filter(|c| is_han(*c)).count()
}

#[cfg(test)]
mod tests {
    use super::{is_random, pieces};

    #[test]
    fn a_point_belongs_to_a_number_only_where_points_can_be_trusted() {
        let cut = |text, random| pieces(text, random).iter().map(|piece| piece.text).collect::<Vec<_>>();
        assert_eq!(cut("下降17.5%，完成", false), ["下降17.5%", "完成"]);
        assert_eq!(cut("下降17.5 完成", true), ["下降17", "5", "完成"]);
    }

    #[test]
    fn what_stands_around_a_piece_is_kept() {
        let cut = pieces("（一）强化。", false);
        assert_eq!((cut[0].before, cut[0].after, cut[1].after), ("（", "）", "。"));
    }

    #[test]
    fn points_and_blanks_between_characters_tell_a_broken_text() {
        assert!(is_random("环保局牵头.工信委 国土资源局。发改委等参与,"));
        assert!(!is_random("（环保局牵头，工信委、国土资源局、发改委等参与）"));
        assert!(!is_random(""));
    }
}
