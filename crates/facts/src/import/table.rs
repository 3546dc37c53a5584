//! Files as tables: a header and rows of text, whatever the format and the encoding.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use calamine::{Data, Reader as _};
use encoding_rs::GBK;

use super::ImportError;

/// The longest line a text file may have.
pub const MAX_LINE: usize = 1 << 20;
/// How much of a file is looked at before its format and encoding are decided.
const PEEK: usize = 1 << 16;
/// Excel and JSON are read whole; larger ones must come as CSV.
const MAX_WHOLE: u64 = 64 << 20;

/// A row with its number in the file, or why reading stopped.
pub type Rows = Box<dyn Iterator<Item = Result<(u64, Vec<String>), ImportError>>>;

/// A table that is being read.
pub struct Table {
    /// The names of its columns.
    pub header: Vec<String>,
    /// Its rows.
    pub rows: Rows,
    /// Bytes of the file read so far.
    pub at: Arc<AtomicU64>,
    /// Size of the file in bytes.
    pub size: u64,
}

/// Opens a file as a table: CSV (plain or gzip, UTF-8 or GBK), Excel, or a stored response of the national stations.
pub fn open_table(path: &Path) -> Result<Table, ImportError> {
    let io = |source| ImportError::Io { file: path.to_owned(), cause: source };
    let file = File::open(path).map_err(io)?;
    let meta = file.metadata().map_err(io)?;
    if meta.is_dir() {
        return Err(refuse(path, "this is a folder (expected a file)"));
    }
    let at = Arc::new(AtomicU64::new(0));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    table_of(path, &name, Counted { inner: file, at: Arc::clone(&at) }, meta.len(), at)
}

/// The same over bytes that are in memory, such as records that are part of the program.
pub fn table_of_bytes(name: &str, bytes: Vec<u8>) -> Result<Table, ImportError> {
    let at = Arc::new(AtomicU64::new(0));
    let size = bytes.len() as u64;
    table_of(Path::new(name), name, Counted { inner: Cursor::new(bytes), at: Arc::clone(&at) }, size, at)
}

fn table_of(path: &Path, name: &str, file: impl Read + 'static, size: u64, at: Arc<AtomicU64>) -> Result<Table, ImportError> {
    let io = |source| ImportError::Io { file: path.to_owned(), cause: source };
    let mut plain: Box<dyn BufRead> = Box::new(BufReader::with_capacity(PEEK, file));
    let mut stem = name.to_owned();
    if plain.fill_buf().map_err(io)?.starts_with(&[0x1f, 0x8b]) {
        plain = Box::new(BufReader::with_capacity(PEEK, flate2::bufread::MultiGzDecoder::new(plain)));
        stem = stem.trim_end_matches(".gz").to_owned();
    }
    let first = plain.fill_buf().map_err(|source| refuse(path, &format!("the compressed file is damaged: {source}")))?;
    if first.is_empty() {
        return Err(refuse(path, "the file is empty (expected CSV, Excel or JSON)"));
    }
    let excel = first.starts_with(b"PK\x03\x04")
        || first.starts_with(&[0xd0, 0xcf, 0x11, 0xe0])
        || stem.ends_with(".xlsx")
        || stem.ends_with(".xls");
    if excel {
        return excel_table(path, plain, size, at);
    }
    if first.contains(&0) {
        return Err(refuse(path, "the file holds zero bytes, so it is no text (expected CSV, Excel or JSON)"));
    }
    if first.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
        return api_table(path, plain, size, at);
    }
    csv_table(path, plain, size, at)
}

fn refuse(path: &Path, what: &str) -> ImportError {
    ImportError::Format { file: path.to_owned(), what: what.to_owned() }
}

/// Counts the bytes of the file as they are read, for progress.
struct Counted<R> {
    inner: R,
    at: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.at.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Stops at a line that is too long or at a zero byte, before either fills the memory.
struct Guarded {
    inner: Box<dyn BufRead>,
    since_newline: usize,
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        for byte in buffer.iter().take(n) {
            match byte {
                b'\n' => self.since_newline = 0,
                0 => return Err(std::io::Error::other("a zero byte, so it is no text (expected CSV)")),
                _ => self.since_newline += 1,
            }
            if MAX_LINE < self.since_newline {
                return Err(std::io::Error::other(format!("a line longer than {MAX_LINE} bytes (expected rows of a table)")));
            }
        }
        Ok(n)
    }
}

fn csv_table(path: &Path, mut plain: Box<dyn BufRead>, size: u64, at: Arc<AtomicU64>) -> Result<Table, ImportError> {
    let first = plain.fill_buf().map_err(|source| ImportError::Io { file: path.to_owned(), cause: source })?;
    // A character may be cut at the end of what was looked at; anything before that decides.
    let utf8 = match std::str::from_utf8(first) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    let file: PathBuf = path.to_owned();
    let guarded = Guarded { inner: plain, since_newline: 0 };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(guarded);
    let mut record = csv::ByteRecord::new();
    let mut next = move || -> Option<Result<(u64, Vec<String>), ImportError>> {
        match reader.read_byte_record(&mut record) {
            Ok(false) => None,
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                let cells: Option<Vec<String>> = record.iter().map(|cell| decode(cell, utf8)).collect();
                let wrong = || ImportError::Format {
                    file: file.clone(),
                    what: format!(
                        "line {line}: the text is {} (expected UTF-8 or GBK throughout)",
                        if utf8 { "not UTF-8, as the lines before are" } else { "neither UTF-8 nor GBK" }
                    ),
                };
                Some(cells.map(|cells| (line, cells)).ok_or_else(wrong))
            }
            Err(error) => {
                let line = error.position().map_or_else(String::new, |position| format!("line {}: ", position.line()));
                let what = match error.into_kind() {
                    csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::Other => error.to_string(),
                    csv::ErrorKind::Io(error) => format!("reading stopped: {error} (is the file cut off?)"),
                    other => format!("{other:?}"),
                };
                Some(Err(ImportError::Format { file: file.clone(), what: format!("{line}{what}") }))
            }
        }
    };
    let header = next().ok_or_else(|| refuse(path, "there is no header (expected names of columns)"))??.1;
    let mut header: Vec<String> = header;
    if let Some(first) = header.first_mut() {
        *first = first.trim_start_matches('\u{feff}').to_owned();
    }
    let rows = std::iter::from_fn(next);
    Ok(Table { header, rows: Box::new(rows), at, size })
}

fn decode(cell: &[u8], utf8: bool) -> Option<String> {
    if utf8 {
        return std::str::from_utf8(cell).ok().map(str::to_owned);
    }
    GBK.decode_without_bom_handling_and_without_replacement(cell).map(std::borrow::Cow::into_owned)
}

fn whole(path: &Path, plain: Box<dyn BufRead>) -> Result<Vec<u8>, ImportError> {
    let mut bytes = Vec::new();
    plain.take(MAX_WHOLE + 1).read_to_end(&mut bytes).map_err(|source| ImportError::Io { file: path.to_owned(), cause: source })?;
    if MAX_WHOLE < bytes.len() as u64 {
        return Err(refuse(path, &format!("more than {} MiB (expected less; larger files as CSV)", MAX_WHOLE >> 20)));
    }
    Ok(bytes)
}

fn excel_table(path: &Path, plain: Box<dyn BufRead>, size: u64, at: Arc<AtomicU64>) -> Result<Table, ImportError> {
    let bytes = whole(path, plain)?;
    let damaged = |error: &dyn std::fmt::Display| refuse(path, &format!("the Excel file is damaged or cut off: {error}"));
    let mut book = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let sheet = book.sheet_names().first().cloned().ok_or_else(|| refuse(path, "the workbook has no sheet"))?;
    let range = book.worksheet_range(&sheet).map_err(|error| damaged(&error))?;
    let mut rows = range.rows().map(|row| row.iter().map(cell_text).collect::<Vec<String>>()).collect::<Vec<_>>().into_iter();
    let header =
        rows.next().ok_or_else(|| refuse(path, &format!("sheet `{sheet}` is empty (expected names of columns in its first row)")))?;
    let rows = rows.enumerate().map(|(place, row)| Ok((place as u64 + 2, row)));
    Ok(Table { header, rows: Box::new(rows), at, size })
}

fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.trim().to_owned(),
        Data::Int(n) => n.to_string(),
        // The shortest text that reads back as the same number: what the person typed.
        Data::Float(number) => number.to_string(),
        Data::Bool(yes) => yes.to_string(),
        Data::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        Data::Error(error) => format!("{error:?}"),
    }
}

/// A stored response of the national release: `thead` with HTML in it, `tbody` with the unrounded value in a title.
fn api_table(path: &Path, plain: Box<dyn BufRead>, size: u64, at: Arc<AtomicU64>) -> Result<Table, ImportError> {
    #[derive(serde::Deserialize)]
    struct Response {
        thead: Vec<String>,
        tbody: Vec<Vec<Option<String>>>,
    }
    let bytes = whole(path, plain)?;
    let response: Response = serde_json::from_slice(&bytes)
        .map_err(|error| refuse(path, &format!("not a stored response of the stations: {error} (expected JSON with thead and tbody)")))?;
    let mut header: Vec<String> = response.thead.iter().map(|cell| plain_text(cell)).collect();
    let names = header.len();
    let raw: Vec<String> = header.iter().map(|name| format!("{name}_raw")).collect();
    header.extend(raw);
    let rows = response.tbody.into_iter().enumerate().map(move |(place, row)| {
        let mut cells: Vec<String> = row.iter().map(|cell| cell.as_deref().map(plain_text).unwrap_or_default()).collect();
        cells.resize(names, String::new());
        let raw = row.iter().map(|cell| cell.as_deref().and_then(original).unwrap_or_default());
        cells.extend(raw);
        cells.resize(names * 2, String::new());
        Ok((place as u64 + 2, cells))
    });
    Ok(Table { header, rows: Box::new(rows), at, size })
}

/// The text of a cell without its tags.
fn plain_text(cell: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in cell.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if in_tag => {}
            other => text.push(other),
        }
    }
    text.trim().to_owned()
}

/// The unrounded value in `title='原始值：8.675'`.
fn original(cell: &str) -> Option<String> {
    let (_, rest) = cell.split_once("原始值")?;
    let rest = rest.trim_start_matches(['：', ':']);
    let end = rest.find(['\'', '"', '&'])?;
    Some(rest[..end].trim().to_owned())
}
