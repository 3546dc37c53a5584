//! Leaves of the Merkle tree of a batch: what of an observation or a sample is sealed, and in which order.

use rusqlite::{Connection, Row, params};

use crate::merkle::{Hash, Leaf, leaf};

/// An observation as its row holds it.
#[derive(Default)]
pub(crate) struct Stored<'a> {
    pub(crate) place: &'a str,
    pub(crate) item: &'a str,
    pub(crate) source: &'a str,
    pub(crate) time: i64,
    pub(crate) version: i64,
    pub(crate) text: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) value: Option<&'a str>,
    pub(crate) published: Option<&'a str>,
    pub(crate) qualifier: &'a str,
    pub(crate) flag: &'a str,
    pub(crate) method: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) known_at: i64,
}

/// A part of a leaf, as it is hashed: texts in UTF-8, numbers in eight bytes, the highest first.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LeafPart<'a> {
    Text(&'a str),
    Number(i64),
}

impl<'a> Stored<'a> {
    /// The columns that [`Stored::read`] takes, of `observation AS o JOIN series AS s`.
    pub(crate) const COLUMNS: &'static str = "s.place, s.item, s.source, o.time, o.version, o.text, o.unit, o.value, o.published, \
                                              o.qualifier, o.flag, o.method, o.reason, o.known_at";

    /// Reads a row.
    pub(crate) fn read(row: &'a Row<'_>) -> rusqlite::Result<Self> {
        let text = |column: usize| -> rusqlite::Result<&'a str> { Ok(row.get_ref(column)?.as_str().unwrap_or_default()) };
        let maybe = |column: usize| -> rusqlite::Result<Option<&'a str>> { Ok(row.get_ref(column)?.as_str_or_null().unwrap_or_default()) };
        Ok(Self {
            place: text(0)?,
            item: text(1)?,
            source: text(2)?,
            time: row.get(3)?,
            version: row.get(4)?,
            text: text(5)?,
            unit: text(6)?,
            value: maybe(7)?,
            published: maybe(8)?,
            qualifier: text(9)?,
            flag: text(10)?,
            method: text(11)?,
            reason: text(12)?,
            known_at: row.get(13)?,
        })
    }

    /// The parts of its leaf with their names, in the order in which they are hashed. A value that is not there is `-`.
    pub(crate) fn leaf_parts(&self) -> [(&'static str, LeafPart<'a>); 14] {
        [
            ("place", LeafPart::Text(self.place)),
            ("item", LeafPart::Text(self.item)),
            ("source", LeafPart::Text(self.source)),
            ("time", LeafPart::Number(self.time)),
            ("version", LeafPart::Number(self.version)),
            ("known_at", LeafPart::Number(self.known_at)),
            ("text", LeafPart::Text(self.text)),
            ("unit", LeafPart::Text(self.unit)),
            ("value", LeafPart::Text(self.value.unwrap_or("-"))),
            ("published", LeafPart::Text(self.published.unwrap_or("-"))),
            ("qualifier", LeafPart::Text(self.qualifier)),
            ("flag", LeafPart::Text(self.flag)),
            ("method", LeafPart::Text(self.method)),
            ("reason", LeafPart::Text(self.reason)),
        ]
    }

    /// How it is spoken of.
    fn name(&self) -> String {
        let time = crate::time::print(self.time);
        format!("{}/{} at {time} (version {}, {})", self.place, self.item, self.version, self.source)
    }
}

/// The leaf of an observation in the Merkle tree of its batch: everything that could alter an answer.
pub(crate) fn leaf_of(row: &Stored<'_>) -> Hash {
    let mut leaf = Leaf::begin();
    for (_, part) in row.leaf_parts() {
        match part {
            LeafPart::Text(text) => leaf.add(text.as_bytes()),
            LeafPart::Number(number) => leaf.add(&number.to_be_bytes()),
        }
    }
    leaf.hash()
}

/// The leaf of a sample: what its source said of it. `[time, version, known_at]`.
pub(crate) fn sample_leaf(place: &str, source: &str, numbers: [i64; 3], class: Option<&str>, status: &str) -> Hash {
    let numbers = numbers.map(i64::to_be_bytes);
    leaf(&[
        b"sample",
        place.as_bytes(),
        source.as_bytes(),
        &numbers[0],
        &numbers[1],
        &numbers[2],
        class.unwrap_or("-").as_bytes(),
        status.as_bytes(),
    ])
}

/// Gives the leaves of a batch as the store holds them now, in the order of the batch, each with what tells its name.
pub(crate) fn each_leaf(store: &Connection, batch: i64, mut take: impl FnMut(&dyn Fn() -> String, Hash)) -> rusqlite::Result<()> {
    let columns = Stored::COLUMNS;
    let sql = format!(
        "SELECT {columns} FROM observation AS o JOIN series AS s ON s.id = o.series WHERE o.batch = ?1 ORDER BY o.series, o.time, o.version"
    );
    let mut statement = store.prepare_cached(&sql)?;
    let mut rows = statement.query(params![batch])?;
    while let Some(row) = rows.next()? {
        let stored = Stored::read(row)?;
        take(&|| stored.name(), leaf_of(&stored));
    }
    let mut statement = store.prepare_cached(
        "SELECT place, source, time, version, known_at, official_class, status FROM sample WHERE batch = ?1 ORDER BY place, time, version",
    )?;
    let mut rows = statement.query(params![batch])?;
    while let Some(row) = rows.next()? {
        let (place, source, time, version, known_at): (String, String, i64, i64, i64) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
        let (class, status): (Option<String>, String) = (row.get(5)?, row.get(6)?);
        let leaf = sample_leaf(&place, &source, [time, version, known_at], class.as_deref(), &status);
        take(&|| format!("sample of {place} at {} (version {version}, {source})", crate::time::print(time)), leaf);
    }
    Ok(())
}
