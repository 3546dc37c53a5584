//! What a copy did to a text, undone as far as it can be: readings in brackets, swallowed characters, old forms, wide letters.

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use super::model::Place;
use super::pieces::{LOST, is_han};

/// Letters of Pinyin with a tone mark.
const TONED: &str = "āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹ";

/// The longest syllable has six letters; with a stray sign or two.
const LONGEST_READING: usize = 8;

/// Characters converted in one go.
const RUN: usize = 512;

/// A text that can be read, and where each character of it came from.
#[derive(Debug)]
pub(super) struct Clean {
    pub(super) text: String,
    /// Byte of each character in the text.
    starts: Vec<usize>,
    /// Block and character in it, both from 0.
    origins: Vec<(usize, usize)>,
    /// Readings removed.
    pub(super) readings: usize,
    /// Characters written in the old form.
    pub(super) traditional: usize,
    /// Places where characters are lost.
    pub(super) lost: usize,
}

type Glyph = (char, (usize, usize));

/// Cleans the blocks of a source and joins them, a line each.
pub(super) fn clean(blocks: &[String]) -> Clean {
    let mut glyphs: Vec<Glyph> = Vec::new();
    let mut readings = 0;
    for (n, block) in blocks.iter().enumerate() {
        if n != 0 {
            glyphs.push(('\n', (n, 0)));
        }
        readings += without_readings(block, n, &mut glyphs);
    }
    if readings != 0 {
        glyphs = without_leftovers(&glyphs);
    }
    glyphs.dedup_by(|next, kept| next.0 == LOST && kept.0 == LOST);
    let traditional = simplify(&mut glyphs);
    let mut text = String::with_capacity(glyphs.len() * 3);
    let mut starts = Vec::with_capacity(glyphs.len());
    for (c, _) in &glyphs {
        starts.push(text.len());
        text.push(*c);
    }
    let lost = glyphs.iter().filter(|(c, _)| *c == LOST).count();
    Clean { text, starts, origins: glyphs.into_iter().map(|(_, origin)| origin).collect(), readings, traditional, lost }
}

impl Clean {
    /// Where a stretch of the text stands in the source.
    pub(super) fn place(&self, from: usize, to: usize) -> Place {
        let first = self.origin(from);
        let last = self.origin(to.saturating_sub(1).max(from));
        Place { block: first.0 + 1, from: first.1 + 1, to_block: last.0 + 1, to: last.1 + 1 }
    }

    fn origin(&self, byte: usize) -> (usize, usize) {
        let n = self.starts.partition_point(|start| *start <= byte);
        self.origins.get(n.saturating_sub(1)).copied().unwrap_or_default()
    }
}

/// Copies a block without the readings that follow a character in brackets; returns how many there were.
fn without_readings(block: &str, n: usize, glyphs: &mut Vec<Glyph>) -> usize {
    let chars: Vec<char> = block.chars().collect();
    let mut readings = 0;
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if let Some(end) = reading_end(&chars, at) {
            readings += 1;
            // A lone letter before the bracket is what a broken encoding left of the character.
            if let Some(last) = glyphs.last_mut().filter(|last| last.0.is_ascii_alphabetic()) {
                last.0 = LOST;
            }
            at = end;
            continue;
        }
        glyphs.push((narrow(c), (n, at)));
        at += 1;
    }
    readings
}

fn reading_end(chars: &[char], at: usize) -> Option<usize> {
    if !matches!(chars.get(at)?, '(' | '（') {
        return None;
    }
    let inside: Vec<char> = chars[at + 1..].iter().take(LONGEST_READING + 1).copied().take_while(|c| is_letter(*c) || *c == '^').collect();
    let end = at + 1 + inside.len();
    let closed = matches!(chars.get(end), Some(')' | '）'));
    (closed && inside.iter().any(|c| TONED.contains(*c))).then_some(end + 1)
}

/// Marks what is left of characters whose bracket or body was swallowed.
fn without_leftovers(glyphs: &[Glyph]) -> Vec<Glyph> {
    let mut kept = Vec::with_capacity(glyphs.len());
    let mut at = 0;
    while let Some(&(c, origin)) = glyphs.get(at) {
        let letters: Vec<char> = glyphs[at..].iter().take(LONGEST_READING).map(|(c, _)| *c).take_while(|c| is_letter(*c)).collect();
        let end = at + letters.len();
        let closed = glyphs.get(end).is_some_and(|(c, _)| matches!(c, ')' | '）'));
        if closed && letters.iter().any(|c| TONED.contains(*c)) {
            kept.push((LOST, origin));
            at = end + 1;
            continue;
        }
        let swallowed = matches!(c, '?' | '^' | '\u{fffd}') || ('\u{400}'..='\u{4ff}').contains(&c);
        kept.push((if swallowed { LOST } else { c }, origin));
        at += 1;
    }
    kept
}

fn is_letter(c: char) -> bool {
    c.is_ascii_lowercase() || TONED.contains(c)
}

/// Wide digits, letters, per cent signs and blanks in their narrow form.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\t' | '\r' => ' ',
        c => c,
    }
}

/// Turns old forms into new ones where the text has them; returns how many there were.
fn simplify(glyphs: &mut [Glyph]) -> usize {
    let opencc = OpenCC::from_config(BuiltinConfig::T2s).expect("the dictionary is compiled in");
    let old: Vec<char> = glyphs.iter().map(|(c, _)| *c).collect();
    let mut new = Vec::with_capacity(old.len());
    for run in old.chunk_by(|a, b| is_han(*a) == is_han(*b)).flat_map(|run| run.chunks(RUN)) {
        if run.first().is_some_and(|c| is_han(*c)) {
            new.extend(converted(&opencc, run));
        } else {
            new.extend_from_slice(run);
        }
    }
    let changed = old.iter().zip(&new).filter(|(a, b)| a != b).count();
    let han = old.iter().filter(|c| is_han(**c)).count();
    // A simplified text has a few characters that look old to the dictionary; they stay.
    if changed * 100 <= han || new.len() != glyphs.len() {
        return 0;
    }
    for (glyph, c) in glyphs.iter_mut().zip(new) {
        glyph.0 = c;
    }
    changed
}

/// As many characters as went in, so that places hold.
fn converted(opencc: &OpenCC, run: &[char]) -> Vec<char> {
    let whole: Vec<char> = opencc.convert(&run.iter().collect::<String>()).chars().collect();
    if whole.len() == run.len() {
        return whole;
    }
    run.iter().map(|c| opencc.convert(&c.to_string()).chars().next().unwrap_or(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::clean;

    fn cleaned(text: &str) -> String {
        clean(&[text.to_owned()]).text
    }

    #[test]
    fn readings_in_brackets_go_and_old_forms_become_new_ones() {
        assert_eq!(cleaned("水環(huán)境質量,農(nóng)業(yè)"), "水环境质量,农业");
    }

    #[test]
    fn what_was_swallowed_is_marked_and_not_guessed() {
        assert_eq!(cleaned("開展?jié)竦乇Wo與環(huán)境"), "开展□竦乇Wo与环境");
        assert_eq!(cleaned("運輸?shù)雀攮h(huán)境"), "运输□雀攮□境");
    }

    #[test]
    fn a_simplified_text_stays_as_it_is() {
        let text = "到2020年，污水处理率达到９５％（PPP模式，长度km）";
        assert_eq!(cleaned(text), "到2020年，污水处理率达到95%（PPP模式，长度km）");
    }

    #[test]
    fn every_character_knows_where_it_came_from() {
        let clean = clean(&["一".to_owned(), "水環(huán)境".to_owned()]);
        let at = clean.text.find('境').unwrap();
        let place = clean.place(at, clean.text.len());
        assert_eq!((place.block, place.from, place.to), (2, 9, 9));
    }
}
