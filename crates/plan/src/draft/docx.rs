//! The paragraphs of a docx: a zip whose `word/document.xml` holds the text.

use std::io::{Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use zip::ZipArchive;

use super::read::{DraftError, table_blocks, too_large};

/// The part of the zip that holds the text.
const PART: &str = "word/document.xml";

/// The largest text part that is unpacked, in bytes. Markup is a dozen times the text; a small file that unpacks to more is
/// no plan.
const MOST_XML: usize = 48 << 20;

/// The paragraphs, and how many of them have a number that the word processor makes.
pub(super) fn blocks(name: &str, bytes: &[u8]) -> Result<(Vec<String>, usize), DraftError> {
    let fail = |message: String| DraftError::Docx { name: name.to_owned(), message };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| fail(error.to_string()))?;
    let part = archive.by_name(PART).map_err(|error| fail(format!("{PART}: {error} (expected a document of a word processor)")))?;
    let mut xml = Vec::new();
    let limit = u64::try_from(MOST_XML).unwrap_or(u64::MAX);
    part.take(limit + 1).read_to_end(&mut xml).map_err(|error| fail(format!("{PART}: {error}")))?;
    if MOST_XML < xml.len() {
        return Err(too_large(name, PART, MOST_XML));
    }
    let xml = String::from_utf8(xml).map_err(|_| fail(format!("{PART}: the text is not UTF-8")))?;
    paragraphs(&xml).map_err(|error| fail(format!("{PART}: {error}")))
}

/// What has been read so far.
#[derive(Default)]
struct Page {
    blocks: Vec<String>,
    numbered: usize,
    /// The paragraph being read.
    text: String,
    /// The rows of the outermost table being read; tables inside its cells are part of the cell.
    rows: Vec<Vec<String>>,
    tables: usize,
    /// Whether the words of a run are being read.
    in_text: bool,
    /// Levels of an alternative for old readers, whose words come twice.
    fallback: usize,
}

fn paragraphs(xml: &str) -> Result<(Vec<String>, usize), quick_xml::Error> {
    let mut reader = Reader::from_str(xml);
    let mut page = Page::default();
    loop {
        match reader.read_event()? {
            Event::Start(tag) => page.open(tag.local_name().as_ref()),
            Event::Empty(tag) => {
                page.open(tag.local_name().as_ref());
                page.close(tag.local_name().as_ref());
            }
            Event::End(tag) => page.close(tag.local_name().as_ref()),
            Event::Text(text) if page.reads() => page.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) if page.reads() => page.text.extend(character(&reference)),
            Event::Eof => break,
            _ => {}
        }
    }
    Ok((page.blocks, page.numbered))
}

/// The character that `&amp;` or `&#x4e00;` stands for.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    match &**reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}

impl Page {
    fn reads(&self) -> bool {
        self.in_text && self.fallback == 0
    }

    fn open(&mut self, tag: &str) {
        match tag {
            "Fallback" => self.fallback += 1,
            "t" => self.in_text = true,
            "tab" | "br" | "cr" => self.text.push(' '),
            "numPr" => self.numbered += 1,
            "tbl" => self.tables += 1,
            "tr" if self.tables == 1 => self.rows.push(Vec::new()),
            "tc" if self.tables == 1 => {
                if let Some(row) = self.rows.last_mut() {
                    row.push(String::new());
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, tag: &str) {
        match tag {
            "Fallback" => self.fallback = self.fallback.saturating_sub(1),
            "t" => self.in_text = false,
            "p" => self.paragraph(),
            "tbl" => {
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    self.blocks.extend(table_blocks(&std::mem::take(&mut self.rows)));
                }
            }
            _ => {}
        }
    }

    fn paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        match self.rows.last_mut().and_then(|row| row.last_mut()) {
            Some(cell) if self.tables != 0 => {
                if !cell.is_empty() {
                    cell.push('\n');
                }
                cell.push_str(text);
            }
            _ => self.blocks.push(text.to_owned()),
        }
    }
}
