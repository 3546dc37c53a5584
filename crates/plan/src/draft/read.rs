//! From the bytes of a file to paragraphs of text: docx, HTML, plain text, in the encodings Chinese files have.

use std::collections::BTreeSet;

use encoding_rs::{Encoding, GB18030, UTF_8};

use super::pieces::is_han;
use super::{docx, html};

/// The largest file that is read, in bytes. A plan of a province with pictures has a few million.
const MOST_BYTES: usize = 64 << 20;

/// The longest text that is read, in bytes. The longest plan known has 120 thousand.
const MOST_TEXT: usize = 4 << 20;

/// The fewest different Chinese characters of a plan. A page of one has three hundred.
const FEWEST_CHARACTERS: usize = 20;

/// How far into a file a declaration of HTML stands, in bytes.
const HEAD: usize = 2048;

/// Why a document cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DraftError {
    /// There is nothing in it.
    #[error("{name}: the file is empty (expected a plan document: docx, HTML or text)")]
    Empty {
        /// The file.
        name: String,
    },
    /// It is too large.
    #[error("{name}: {what} has more than {limit} bytes (expected a plan document, not a collection)")]
    TooLarge {
        /// The file.
        name: String,
        /// What is too large: the file, the text, or a part of a docx.
        what: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// It is of a kind that is not read.
    #[error("{name}: found {found} (expected docx, HTML or text; open it and save it as one of these)")]
    Kind {
        /// The file.
        name: String,
        /// What it is.
        found: &'static str,
    },
    /// It is a docx that cannot be opened.
    #[error("{name}: the docx cannot be read: {message}")]
    Docx {
        /// The file.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// It is no text of a plan.
    #[error("{name}: found {found} different Chinese characters (expected the text of a plan, with {expected} or more)", expected = FEWEST_CHARACTERS)]
    NoPlan {
        /// The file.
        name: String,
        /// How many different Chinese characters it has.
        found: usize,
    },
}

/// Kinds of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A document of a word processor (Office Open XML).
    Docx,
    /// A page of the web.
    Html,
    /// Plain text.
    Text,
}

/// A document as paragraphs.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name of the file.
    pub name: String,
    /// What it was.
    pub kind: Kind,
    /// Paragraphs, and rows of tables, in their order; empty ones are left out.
    pub blocks: Vec<String>,
    /// Paragraphs whose number the word processor makes, so that it is not in the text.
    pub numbered_by_machine: usize,
}

/// Reads a document.
pub fn read(name: &str, bytes: &[u8]) -> Result<Source, DraftError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(DraftError::Empty { name: name.to_owned() });
    }
    if MOST_BYTES < bytes.len() {
        return Err(too_large(name, "the file", MOST_BYTES));
    }
    let source = if bytes.starts_with(b"PK\x03\x04") {
        let (blocks, numbered_by_machine) = docx::blocks(name, bytes)?;
        Source { name: name.to_owned(), kind: Kind::Docx, blocks, numbered_by_machine }
    } else {
        let text = decode(name, bytes)?;
        if MOST_TEXT < text.len() {
            return Err(too_large(name, "the text", MOST_TEXT));
        }
        let (kind, blocks) = if is_html(name, &text) { (Kind::Html, html::blocks(&text)) } else { (Kind::Text, lines(&text)) };
        Source { name: name.to_owned(), kind, blocks, numbered_by_machine: 0 }
    };
    check(source)
}

fn check(source: Source) -> Result<Source, DraftError> {
    if MOST_TEXT < source.blocks.iter().map(String::len).sum::<usize>() {
        return Err(too_large(&source.name, "the text", MOST_TEXT));
    }
    let different: BTreeSet<char> = source.blocks.iter().flat_map(|block| block.chars()).filter(|c| is_han(*c)).collect();
    if different.len() < FEWEST_CHARACTERS {
        return Err(DraftError::NoPlan { name: source.name, found: different.len() });
    }
    Ok(source)
}

pub(super) fn too_large(name: &str, what: &str, limit: usize) -> DraftError {
    DraftError::TooLarge { name: name.to_owned(), what: what.to_owned(), limit }
}

fn decode(name: &str, bytes: &[u8]) -> Result<String, DraftError> {
    let kind = |found| Err(DraftError::Kind { name: name.to_owned(), found });
    if bytes.starts_with(b"%PDF") {
        return kind("a PDF");
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return kind("a document of an old word processor (.doc)");
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned());
    }
    if bytes.contains(&0) {
        return kind("a binary file");
    }
    for encoding in [Some(UTF_8), declared(bytes), Some(GB18030)].into_iter().flatten() {
        let (text, failed) = encoding.decode_without_bom_handling(bytes);
        if !failed {
            return Ok(text.into_owned());
        }
    }
    kind("a file that is neither UTF-8 nor GB18030 text")
}

/// The encoding that a page declares for itself.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let (_, rest) = head.split_once("charset=")?;
    let label: String =
        rest.trim_start_matches(['"', '\'']).chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    Encoding::for_label(label.as_bytes())
}

fn is_html(name: &str, text: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let head: String = text.chars().take(HEAD).collect::<String>().to_ascii_lowercase();
    let tags = ["<!doctype html", "<html", "<body", "<div", "<p>", "<table"];
    name.ends_with(".html") || name.ends_with(".htm") || tags.iter().any(|tag| head.contains(tag))
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The first row of a table names its columns if its cells are no longer than this, in characters.
const LONGEST_LABEL: usize = 12;

/// A cell longer than this is no cell of a list, but text laid out in a table, in characters.
const LONGEST_CELL: usize = 400;

/// The rows of a table as paragraphs: `项目名称：…；牵头部门：…`. Tables that only lay out text give their paragraphs.
pub(super) fn table_blocks(rows: &[Vec<String>]) -> Vec<String> {
    let long = |cell: &String| LONGEST_CELL < cell.chars().count();
    if rows.iter().flatten().any(long) || rows.iter().all(|row| row.len() < 2) {
        return rows.iter().flatten().flat_map(|cell| lines(cell)).collect();
    }
    // A row of one cell above the others is the title of the table.
    let (titles, rows) = rows.split_at(rows.iter().take_while(|row| row.len() < 2).count());
    let mut blocks: Vec<String> = titles.iter().flatten().flat_map(|cell| lines(cell)).collect();
    let short = |cell: &String| !cell.trim().is_empty() && cell.chars().count() <= LONGEST_LABEL;
    let labels = rows.split_first().filter(|(first, rest)| !rest.is_empty() && first.iter().all(short));
    let Some((labels, rows)) = labels else {
        blocks.extend(rows.iter().map(|row| row.join("；").replace('\n', "")));
        return blocks;
    };
    let cell = |(n, cell): (usize, &String)| {
        let label = labels.get(n).map_or("", |label| label.trim());
        let cell = cell.replace('\n', "");
        if label.is_empty() { cell } else { format!("{label}：{cell}") }
    };
    blocks.extend(rows.iter().map(|row| row.iter().enumerate().map(cell).collect::<Vec<_>>().join("；")));
    blocks
}

#[cfg(test)]
mod tests {
    use super::table_blocks;

    #[test]
    fn a_row_of_a_table_says_what_its_columns_are() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        assert_eq!(table_blocks(&[row(["项目名称", "牵头部门"]), row(["截污纳管", "水务局"])]), ["项目名称：截污纳管；牵头部门：水务局"]);
        assert_eq!(table_blocks(&[vec!["第一段\n第二段".to_owned()]]), ["第一段", "第二段"]);
    }
}
