//! From rows of text to observations in the store.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::Ordering;

use rusqlite::{Transaction, params};
use serde_json::json;
use standards::reading::{BadReading, Reading};
use standards::{Class, Item, unit};

use super::layout::{Layout, Places, WideColumn};
use super::table::table_of_bytes;
use super::{ImportError, ImportOptions, ImportReport, Progress, Refusal, Table, open_table};
use crate::ledger::{self, Change};
use crate::merkle::{self, Hash};
use crate::observation::{Qualifier, Stored, leaf_of, sample_leaf};
use crate::series::{Tally, summarise};
use crate::store::{FactsError, Store};
use crate::time;

/// How many refusals are listed one by one; more are only counted.
const LISTED: usize = 1000;
/// Of those, how many are looked into for a hint.
const HINTED: usize = 20;
/// Items whose values can be below zero.
pub(super) const MAY_BE_NEGATIVE: [&str; 2] = ["water_temp", "orp"];

impl Store {
    /// Takes in a file: all of it, or none.
    pub fn import(
        &self,
        path: &Path,
        options: &ImportOptions,
        change: &Change,
        progress: &dyn Progress,
    ) -> Result<ImportReport, ImportError> {
        let name = path.file_name().map_or_else(|| path.to_string_lossy().into_owned(), |name| name.to_string_lossy().into_owned());
        let digest = file_digest(path)?;
        self.import_table(&name, path, &digest, open_table(path)?, options, change, progress)
    }

    /// Takes in records that are in memory.
    pub fn import_bytes(
        &self,
        name: &str,
        bytes: Vec<u8>,
        options: &ImportOptions,
        change: &Change,
        progress: &dyn Progress,
    ) -> Result<ImportReport, ImportError> {
        let digest = merkle::sha256_hex(&bytes);
        self.import_table(name, Path::new(name), &digest, table_of_bytes(name, bytes)?, options, change, progress)
    }

    #[expect(clippy::too_many_arguments, reason = "the two public entrances above are what callers see")]
    fn import_table(
        &self,
        name: &str,
        path: &Path,
        digest: &str,
        table: Table,
        options: &ImportOptions,
        change: &Change,
        progress: &dyn Progress,
    ) -> Result<ImportReport, ImportError> {
        let layout = Layout::read(path, &table.header)?;
        let year = options.year.or_else(|| year_in_name(name));
        progress.start(name, table.size);
        let places = self.places(&options.places)?;
        let done = self.write(|store| -> Result<ImportReport, Outcome> {
            let mut loader = Loader::new(self, store, &layout, &places, options, year, name, digest, change).map_err(Outcome::Failed)?;
            for (n, row) in table.rows.enumerate() {
                let (line, cells) = row.map_err(Outcome::Failed)?;
                loader.row(line, &cells).map_err(|source| Outcome::Failed(self.error(source).into()))?;
                if n % 256 == 0 {
                    progress.at(table.at.load(Ordering::Relaxed));
                }
            }
            let mut report = loader.finish(change).map_err(|source| Outcome::Failed(self.error(source).into()))?;
            let refused = report.refused_rows != 0 && !options.accept_rest;
            if options.dry_run || refused || report.new + report.corrections == 0 {
                report.root = None;
                return Err(Outcome::NotKept(Box::new(report)));
            }
            report.kept = true;
            Ok(report)
        });
        progress.finish();
        match done {
            Ok(report) => Ok(report),
            Err(Outcome::NotKept(report)) => Ok(*report),
            Err(Outcome::Failed(error)) => Err(error),
        }
    }

    /// The entries of these kinds, by id and by name.
    fn places(&self, kinds: &[String]) -> Result<Places, FactsError> {
        self.read(|store| {
            let sql = "SELECT id, coalesce(json_extract(data, '$.name_zh'), ''), coalesce(json_extract(data, '$.province'), '') FROM entry AS this \
                       WHERE kind = ?1 AND deleted = 0 AND version = (SELECT max(version) FROM entry WHERE kind = this.kind AND id = this.id)";
            let mut places = Places::default();
            let mut statement = store.prepare(sql)?;
            for kind in kinds {
                let mut rows = statement.query([kind])?;
                while let Some(row) = rows.next()? {
                    let (id, name, province): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
                    places.by_name.entry(name).or_default().push((province, id.clone()));
                    places.by_id.insert(id.clone(), id);
                }
            }
            Ok(places)
        })
    }
}

/// Why a write ends without being kept.
enum Outcome {
    NotKept(Box<ImportReport>),
    Failed(ImportError),
}

impl From<FactsError> for Outcome {
    fn from(error: FactsError) -> Self {
        Self::Failed(error.into())
    }
}

fn file_digest(path: &Path) -> Result<String, ImportError> {
    use sha2::{Digest as _, Sha256};
    let io = |source| ImportError::Io { file: path.to_owned(), cause: source };
    let mut file = std::fs::File::open(path).map_err(io)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 16];
    loop {
        let n = std::io::Read::read(&mut file, &mut buffer).map_err(io)?;
        if n == 0 {
            return Ok(merkle::hex(&hash.finalize()));
        }
        hash.update(&buffer[..n]);
    }
}

/// A year in the name of a file, such as `api_2021-04-05.json`.
fn year_in_name(name: &str) -> Option<i16> {
    let bytes = name.as_bytes();
    let digits = |window: &[u8]| window.iter().all(u8::is_ascii_digit);
    let start = (0..bytes.len().saturating_sub(4)).find(|start| {
        digits(&bytes[*start..*start + 4])
            && bytes.get(*start + 4) == Some(&b'-')
            && start.checked_sub(1).is_none_or(|before| !bytes[before].is_ascii_digit())
    })?;
    name.get(start..start + 4)?.parse().ok().filter(|year| (1900..2200).contains(year))
}

/// A reading about to be stored.
pub(super) struct New<'a> {
    pub(super) item: Item,
    pub(super) text: &'a str,
    pub(super) unit: &'a str,
    pub(super) value: Option<String>,
    pub(super) published: Option<String>,
    pub(super) qualifier: Qualifier,
    pub(super) flag: &'a str,
    pub(super) method: &'a str,
    pub(super) reason: &'a str,
}

pub(super) struct Loader<'a> {
    store: &'a Transaction<'a>,
    layout: &'a Layout,
    places: &'a Places,
    options: &'a ImportOptions,
    year: Option<i16>,
    only: Vec<(usize, &'a [String])>,
    pub(super) batch: i64,
    series: HashMap<(String, Item, String), i64>,
    /// What the batch adds to each series.
    touched: BTreeMap<i64, Tally>,
    /// The source of the row that is being read: its own where a long row names one, else that of the file.
    pub(super) source: String,
    /// Why a value is corrected by another, where the reading does not say.
    pub(super) correction: &'static str,
    leaves: BTreeMap<(i64, i64, i64), Hash>,
    samples: BTreeMap<(String, i64, i64), Hash>,
    pub(super) report: ImportReport,
}

impl<'a> Loader<'a> {
    #[expect(clippy::too_many_arguments, reason = "made in two places, for files and for instruments")]
    pub(super) fn new(
        owner: &Store,
        store: &'a Transaction<'a>,
        layout: &'a Layout,
        places: &'a Places,
        options: &'a ImportOptions,
        year: Option<i16>,
        file: &str,
        digest: &str,
        change: &Change,
    ) -> Result<Self, ImportError> {
        let mut only = Vec::new();
        for (name, values) in &options.only {
            let column = layout.header.iter().position(|own| own.trim() == name);
            let column = column.ok_or_else(|| ImportError::Format {
                file: file.into(),
                what: format!("rows are to be chosen by `{name}`, which is no column; found {}", layout.header.join(", ")),
            })?;
            only.push((column, values.as_slice()));
        }
        let sql = "INSERT INTO batch (file, file_sha256, source, made_up, rows, root, leaves, recorded_at) VALUES (?1, ?2, ?3, ?4, 0, '', x'', ?5)";
        store.execute(sql, params![file, digest, options.source, options.made_up, change.at]).map_err(|source| owner.error(source))?;
        let batch = store.last_insert_rowid();
        let report = ImportReport { file: file.to_owned(), ..ImportReport::default() };
        Ok(Self {
            store,
            layout,
            places,
            options,
            year,
            only,
            batch,
            series: HashMap::new(),
            touched: BTreeMap::new(),
            source: options.source.clone(),
            correction: "",
            leaves: BTreeMap::new(),
            samples: BTreeMap::new(),
            report,
        })
    }

    fn refuse(&mut self, row: u64, column: &str, found: &str, expected: impl Into<String>) {
        if self.report.refused.len() < LISTED {
            let found = if found.chars().count() <= 80 { found.to_owned() } else { found.chars().take(80).chain(['…']).collect() };
            self.report.refused.push(Refusal { row, column: column.to_owned(), found, expected: expected.into() });
        }
    }

    fn row(&mut self, line: u64, cells: &[String]) -> rusqlite::Result<()> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        self.report.rows += 1;
        let chosen =
            self.only.iter().all(|(column, values)| cells.get(*column).is_some_and(|cell| values.iter().any(|value| value == cell.trim())));
        if !chosen {
            self.report.passed_over += 1;
            return Ok(());
        }
        let before = self.report.refused.len();
        let layout = self.layout;
        if cells.len() != layout.header.len() {
            self.refuse(line, "row", &format!("{} cells", cells.len()), format!("{} cells, as the header has", layout.header.len()));
        } else {
            self.cells(line, cells)?;
        }
        self.report.refused_rows += u64::from(before != self.report.refused.len());
        Ok(())
    }

    fn cells(&mut self, line: u64, cells: &[String]) -> rusqlite::Result<()> {
        let layout = self.layout;
        let name = layout.cell(cells, "place");
        let place = match self.places.find(name, layout.cell(cells, "province")) {
            Ok(place) => place.to_owned(),
            Err(expected) => {
                let hint = if self.report.refused.len() < HINTED { self.kind_without_places(name)? } else { String::new() };
                self.refuse(line, &self.column_name("place"), name, format!("{expected}{hint}"));
                return Ok(());
            }
        };
        let written = layout.cell(cells, "time");
        if matches!(written, "" | "*" | "--") {
            self.report.without_time += 1;
            return Ok(());
        }
        let Some(at) = time::parse(written, self.year) else {
            let expected = if self.year.is_none() {
                "a time such as 2020-05-08T15:00+08:00 (times without a year need one: --year)"
            } else {
                "a time such as 2020-05-08T15:00+08:00"
            };
            self.refuse(line, &self.column_name("time"), written, expected);
            return Ok(());
        };
        let known_at = match self.known_at(cells, at) {
            Ok(known_at) => known_at,
            Err(found) => {
                self.refuse(line, "known_at", &found, "a time such as 2020-05-08T15:00+08:00");
                return Ok(());
            }
        };
        if layout.wide.is_empty() {
            let stated = layout.cell(cells, "source");
            self.source.clear();
            self.source.push_str(if stated.is_empty() { &self.options.source } else { stated });
            self.long_row(line, cells, &place, at, known_at)
        } else {
            self.wide_row(line, cells, &place, at, known_at)
        }
    }

    /// Where a name is that of an entry whose kind takes no observations: how to let it.
    fn kind_without_places(&self, name: &str) -> rusqlite::Result<String> {
        let sql = "SELECT kind FROM current_entry JOIN entry USING (kind, id, version) \
                   WHERE deleted = 0 AND (id = ?1 OR json_extract(data, '$.name_zh') = ?1) ORDER BY kind";
        let mut statement = self.store.prepare_cached(sql)?;
        let mut kinds = statement.query([name])?;
        while let Some(row) = kinds.next()? {
            let kind: String = row.get(0)?;
            if !self.options.places.contains(&kind) {
                return Ok(format!("; it is an entry of `{kind}`, which takes observations once its register says place = true"));
            }
        }
        Ok(String::new())
    }

    fn column_name(&self, meaning: &str) -> String {
        self.layout.named.get(meaning).and_then(|column| self.layout.header.get(*column)).cloned().unwrap_or_else(|| meaning.to_owned())
    }

    fn known_at(&self, cells: &[String], at: i64) -> Result<i64, String> {
        let stated = self.layout.cell(cells, "known_at");
        if !stated.is_empty() {
            return time::parse(stated, None).ok_or_else(|| stated.to_owned());
        }
        let fetched = self.layout.cell(cells, "fetched");
        if !fetched.is_empty() {
            // Harvested some time that day: known at its end, and never before it was measured.
            let day: jiff::civil::Date = fetched.parse().map_err(|_| fetched.to_owned())?;
            return Ok(time::end_of(day).max(at));
        }
        Ok(self.options.known_at.unwrap_or(at))
    }

    fn wide_row(&mut self, line: u64, cells: &[String], place: &str, at: i64, known_at: i64) -> rusqlite::Result<()> {
        let layout = self.layout;
        let class = layout.cell(cells, "class_official");
        let class_given = !matches!(class, "" | "-" | "--" | "*");
        if class_given && class.parse::<Class>().is_err() {
            self.refuse(line, &self.column_name("class_official"), class, "a water-quality class: Ⅰ, Ⅱ, Ⅲ, Ⅳ, Ⅴ or 劣Ⅴ");
        }
        let status = layout.cell(cells, "status").to_owned();
        let flags: HashMap<&str, &str> = layout.cell(cells, "qc_flag").split(';').filter_map(|part| part.split_once(':')).collect();
        let mut readings = Vec::with_capacity(layout.wide.len());
        for column in &layout.wide {
            if let Some(reading) = self.wide_reading(line, cells, column, &flags) {
                readings.push(reading);
            }
        }
        if self.report.refused.iter().any(|refusal| refusal.row == line) {
            return Ok(());
        }
        for reading in &readings {
            self.keep(place, at, known_at, reading)?;
        }
        let class = class_given.then_some(class);
        if class.is_some() || !status.is_empty() {
            self.keep_sample(place, at, known_at, class, &status)?;
        }
        Ok(())
    }

    fn wide_reading<'c>(&mut self, line: u64, cells: &'c [String], column: &WideColumn, flags: &HashMap<&str, &'c str>) -> Option<New<'c>> {
        let may_be_negative = MAY_BE_NEGATIVE.contains(&column.item.id());
        let mut read = |slot: Option<(usize, &'static str)>| -> Option<(&'c str, &'static str, Reading)> {
            let (place, in_unit) = slot?;
            let cell = cells[place].trim();
            match Reading::parse(cell, may_be_negative).and_then(|reading| in_item_unit(reading, in_unit, column.item, cell)) {
                Ok(reading) => Some((cell, in_unit, reading)),
                Err(error) => {
                    let name = self.layout.header[place].clone();
                    self.refuse(line, &name, cell, expected(&error, column.item));
                    None
                }
            }
        };
        let published = read(column.published);
        let raw = read(column.raw).filter(|(_, _, reading)| !matches!(reading, Reading::Missing | Reading::NotMeasured));
        let stem = column.published.or(column.raw).map_or("", |(place, _)| self.layout.header[place].as_str());
        let flag = flags.get(stem).copied().unwrap_or("");
        let (text, in_unit, main) = raw.as_ref().or(published.as_ref())?;
        let shown = published.as_ref().and_then(|(_, _, reading)| number(reading));
        Some(New {
            item: column.item,
            text,
            unit: in_unit,
            value: number(main),
            published: shown.or_else(|| number(main)),
            qualifier: qualifier(main),
            flag,
            method: "",
            reason: "",
        })
    }

    fn long_row(&mut self, line: u64, cells: &[String], place: &str, at: i64, known_at: i64) -> rusqlite::Result<()> {
        let layout = self.layout;
        let name = layout.cell(cells, "item");
        let Ok(item) = Item::by_name(name) else {
            self.refuse(line, &self.column_name("item"), name, "an item: an id such as nh3n, a Chinese name or an HJ 212 code");
            return Ok(());
        };
        let stated = layout.cell(cells, "unit");
        let in_unit = if stated.is_empty() { Ok(item.unit()) } else { unit::canonical(stated) };
        let fitting = in_unit.and_then(|in_unit| unit::convert(standards::Decimal::ONE, in_unit, item.unit()).map(|_| in_unit));
        let Ok(in_unit) = fitting else {
            self.refuse(line, &self.column_name("unit"), stated, format!("{} or a unit that converts to it", item.unit()));
            return Ok(());
        };
        let cell = layout.cell(cells, "value");
        let may_be_negative = MAY_BE_NEGATIVE.contains(&item.id());
        match Reading::parse(cell, may_be_negative).and_then(|reading| in_item_unit(reading, in_unit, item, cell)) {
            Ok(reading) => {
                let new = New {
                    item,
                    text: cell,
                    unit: in_unit,
                    value: number(&reading),
                    published: number(&reading),
                    qualifier: qualifier(&reading),
                    flag: layout.cell(cells, "flag"),
                    method: layout.cell(cells, "method"),
                    reason: layout.cell(cells, "reason"),
                };
                self.keep(place, at, known_at, &new)
            }
            Err(error) => {
                self.refuse(line, &self.column_name("value"), cell, expected(&error, item));
                Ok(())
            }
        }
    }

    /// Stores a reading, unless the same is known; one that differs becomes the next version.
    pub(super) fn keep(&mut self, place: &str, at: i64, known_at: i64, new: &New<'_>) -> rusqlite::Result<()> {
        let series = self.series(place, new.item)?;
        let mut known = self.store.prepare_cached(
            "SELECT version, value, published, qualifier, known_at FROM observation WHERE series = ?1 AND time = ?2 ORDER BY version DESC",
        )?;
        let mut rows = known.query(params![series, at])?;
        let mut version = 1;
        while let Some(row) = rows.next()? {
            let own: (i64, Option<String>, Option<String>, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
            let newest = version == 1;
            version = version.max(own.0 + 1);
            let same_number = own.1 == new.value && own.2 == new.published;
            // A source that gives only the rounded value adds nothing to one that is known with more digits.
            let same_as_published = new.value == new.published && new.published == own.2;
            // An older version that says the same and became known at the same moment is this very row, read again.
            if own.3 == new.qualifier.id() && (same_number || same_as_published) && (newest || own.4 == known_at) {
                self.report.known += 1;
                return Ok(());
            }
        }
        drop(rows);
        if 1 < version {
            self.report.corrections += 1;
        } else {
            self.report.new += 1;
            self.report.missing += u64::from(new.qualifier == Qualifier::Missing);
            self.report.not_measured += u64::from(new.qualifier == Qualifier::NotMeasured);
        }
        let reason = if 1 < version && new.reason.is_empty() { self.correction } else { new.reason };
        let stored = Stored {
            place,
            item: new.item.id(),
            source: &self.source,
            time: at,
            version,
            text: new.text,
            unit: new.unit,
            value: new.value.as_deref(),
            published: new.published.as_deref(),
            qualifier: new.qualifier.id(),
            flag: new.flag,
            method: new.method,
            reason,
            known_at,
        };
        let mut insert = self.store.prepare_cached(
            "INSERT INTO observation (series, time, version, text, unit, value, published, qualifier, flag, method, reason, known_at, batch) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?;
        insert.execute(params![
            series,
            at,
            version,
            stored.text,
            stored.unit,
            stored.value,
            stored.published,
            stored.qualifier,
            stored.flag,
            stored.method,
            stored.reason,
            known_at,
            self.batch
        ])?;
        self.leaves.insert((series, at, version), leaf_of(&stored));
        self.touched.entry(series).or_default().add(at, version);
        Ok(())
    }

    fn series(&mut self, place: &str, item: Item) -> rusqlite::Result<i64> {
        let key = (place.to_owned(), item, self.source.clone());
        if let Some(series) = self.series.get(&key) {
            return Ok(*series);
        }
        let source = &self.source;
        self.store
            .prepare_cached("INSERT INTO series (place, item, source) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
            .execute(params![place, item.id(), source])?;
        let mut find = self.store.prepare_cached("SELECT id FROM series WHERE place = ?1 AND item = ?2 AND source = ?3")?;
        let series = find.query_row(params![place, item.id(), source], |row| row.get(0))?;
        self.series.insert(key, series);
        Ok(series)
    }

    fn keep_sample(&mut self, place: &str, at: i64, known_at: i64, class: Option<&str>, status: &str) -> rusqlite::Result<()> {
        let source = &self.options.source;
        let mut last = self.store.prepare_cached(
            "SELECT version, official_class, status, known_at FROM sample WHERE place = ?1 AND time = ?2 AND source = ?3 ORDER BY version DESC",
        )?;
        let mut rows = last.query(params![place, at, source])?;
        let mut version = 1;
        while let Some(row) = rows.next()? {
            let own: (i64, Option<String>, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let newest = version == 1;
            version = version.max(own.0 + 1);
            if own.1.as_deref() == class && own.2 == status && (newest || own.3 == known_at) {
                return Ok(());
            }
        }
        drop(rows);
        let sql = "INSERT INTO sample (place, time, source, version, official_class, status, known_at, batch) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.store.prepare_cached(sql)?.execute(params![place, at, source, version, class, status, known_at, self.batch])?;
        self.samples.insert((place.to_owned(), at, version), sample_leaf(place, source, [at, version, known_at], class, status));
        Ok(())
    }

    /// Seals the batch: its Merkle root, and a row of the ledger.
    pub(super) fn finish(self, change: &Change) -> rusqlite::Result<ImportReport> {
        summarise(self.store, &self.touched, self.options.made_up)?;
        let mut report = self.report;
        let n = i64::try_from(self.leaves.len()).unwrap_or(i64::MAX);
        let leaves: Vec<Hash> = self.leaves.into_values().chain(self.samples.into_values()).collect();
        let root = merkle::hex(&merkle::root(&leaves));
        self.store
            .execute("UPDATE batch SET rows = ?1, root = ?2, leaves = ?3 WHERE id = ?4", params![n, root, leaves.concat(), self.batch])?;
        let what = json!({
            "file": report.file, "source": self.options.source, "made_up": self.options.made_up, "rows": report.rows,
            "new": report.new, "corrections": report.corrections, "root": root,
        });
        ledger::append(self.store, change, "observations", &format!("batch/{}", self.batch), &what)?;
        report.root = Some(root);
        Ok(report)
    }
}

fn number(reading: &Reading) -> Option<String> {
    match reading {
        Reading::Value(value) | Reading::BelowDetection(value) => Some(value.to_string()),
        Reading::Missing | Reading::NotMeasured => None,
    }
}

fn qualifier(reading: &Reading) -> Qualifier {
    match reading {
        Reading::Value(_) => Qualifier::Value,
        Reading::BelowDetection(_) => Qualifier::Below,
        Reading::Missing => Qualifier::Missing,
        Reading::NotMeasured => Qualifier::NotMeasured,
    }
}

fn in_item_unit(reading: Reading, in_unit: &str, item: Item, cell: &str) -> Result<Reading, BadReading> {
    let convert = |value| unit::convert(value, in_unit, item.unit()).map_err(|_| BadReading::NotANumber(cell.to_owned()));
    Ok(match reading {
        Reading::Value(value) => Reading::Value(convert(value)?),
        Reading::BelowDetection(limit) => Reading::BelowDetection(convert(limit)?),
        mark => mark,
    })
}

fn expected(error: &BadReading, item: Item) -> String {
    match error {
        BadReading::NotANumber(_) => {
            format!("a number in {} , one with L or < for below detection, -- or *", item.unit()).replace(" ,", ",")
        }
        BadReading::Negative(_) => "zero or more; a concentration is never negative".to_owned(),
    }
}
