//! Series: what is measured where and by whom, with a summary of each, and walks over observations that can be taken up
//! again where they ended.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params, params_from_iter};
use standards::Decimal;

use crate::observation::{COLUMNS, Observation, Qualifier, read};
use crate::store::{FactsError, Store};
use crate::verify::Altered;

/// Up to so many series are looked up one by one; with more, time leads.
const FEW: usize = 200;

/// A place, an item and a source, with what is known of its observations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its number.
    pub id: i64,
    /// The place.
    pub place: String,
    /// The item.
    pub item: String,
    /// The source.
    pub source: String,
    /// Times at which there is an observation.
    pub n: u64,
    /// The first of them.
    pub first_time: i64,
    /// The last.
    pub last_time: i64,
    /// The newest observation as the source printed it.
    pub last_text: String,
    /// Its value in the item's unit.
    pub last_value: Option<Decimal>,
    /// What kind of reading it is.
    pub last_qualifier: Qualifier,
    /// Whether any of it was made up.
    pub made_up: bool,
}

/// Which observations a walk goes over, and where it takes up.
#[derive(Debug, Clone)]
pub struct Walk<'a> {
    /// Only of these series; of every one where this is not given.
    pub series: Option<&'a [i64]>,
    /// From this second on.
    pub from: i64,
    /// To this second, included.
    pub to: i64,
    /// As known at this second.
    pub known_at: i64,
    /// From the newest to the oldest.
    pub newest_first: bool,
    /// Behind the observation of this time and series.
    pub after: Option<(i64, i64)>,
    /// At most so many.
    pub limit: usize,
}

impl Default for Walk<'_> {
    fn default() -> Self {
        Self { series: None, from: i64::MIN, to: i64::MAX, known_at: i64::MAX, newest_first: false, after: None, limit: 1000 }
    }
}

/// Of each time of a series the newest version that was known.
const NEWEST: &str =
    "o.version = (SELECT max(v.version) FROM observation AS v WHERE v.series = o.series AND v.time = o.time AND v.known_at <= ?1)";

impl Walk<'_> {
    /// The table with its conditions, and what is bound to `?1` to `?3` and the series.
    fn conditions(&self) -> (String, Vec<Value>) {
        let (from, to) = match (self.after, self.newest_first) {
            (Some((time, _)), false) => (self.from.max(time), self.to),
            (Some((time, _)), true) => (self.from, self.to.min(time)),
            (None, _) => (self.from, self.to),
        };
        let mut bound: Vec<Value> = vec![self.known_at.into(), from.into(), to.into()];
        let times = "o.time BETWEEN ?2 AND ?3";
        let sql = match self.series {
            None => format!("observation AS o INDEXED BY observation_time WHERE {times} AND {NEWEST}"),
            Some([one]) => {
                bound.push((*one).into());
                format!("observation AS o WHERE o.series = ?4 AND {times} AND {NEWEST}")
            }
            Some(several) => {
                bound.push(format!("{several:?}").into());
                if several.len() <= FEW {
                    format!("observation AS o WHERE o.series IN (SELECT value FROM json_each(?4)) AND {times} AND {NEWEST}")
                } else {
                    // The sign keeps the query on the index of time.
                    format!(
                        "observation AS o INDEXED BY observation_time WHERE +o.series IN (SELECT value FROM json_each(?4)) AND {times} AND {NEWEST}"
                    )
                }
            }
        };
        (sql, bound)
    }

    /// The order. Several series looked up one by one are sorted; everything else already lies in order.
    fn order(&self) -> &'static str {
        let sorted = self.series.is_some_and(|series| 1 < series.len() && series.len() <= FEW);
        match (sorted, self.newest_first) {
            (false, false) => "o.time, o.series",
            (false, true) => "o.time DESC, o.series DESC",
            (true, false) => "+o.time, +o.series",
            (true, true) => "+o.time DESC, +o.series DESC",
        }
    }
}

impl Store {
    /// The series that have observations, by number, with their summaries.
    pub fn series_list(&self) -> Result<Vec<Series>, FactsError> {
        self.read(|store| {
            let sql = "SELECT s.id, s.place, s.item, s.source, y.n, y.first_time, y.last_time, y.last_text, y.last_value, y.last_qualifier, y.made_up \
                       FROM series_summary AS y JOIN series AS s ON s.id = y.series ORDER BY s.id";
            let row = |row: &rusqlite::Row<'_>| {
                let value: Option<String> = row.get(8)?;
                let qualifier: String = row.get(9)?;
                Ok(Series {
                    id: row.get(0)?,
                    place: row.get(1)?,
                    item: row.get(2)?,
                    source: row.get(3)?,
                    n: u64::try_from(row.get::<_, i64>(4)?).unwrap_or(0),
                    first_time: row.get(5)?,
                    last_time: row.get(6)?,
                    last_text: row.get(7)?,
                    last_value: value.and_then(|text| standards::decimal(&text).ok()),
                    last_qualifier: Qualifier::parse(&qualifier),
                    made_up: row.get(10)?,
                })
            };
            store.prepare_cached(sql)?.query_map([], row)?.collect()
        })
    }

    /// The next observations of a walk, by time and then by series: of each the newest version known.
    pub fn walk(&self, walk: &Walk<'_>) -> Result<Vec<Observation>, FactsError> {
        let (conditions, mut bound) = walk.conditions();
        // Joined in this order: the walk goes along the observations, and looks the rest up.
        let (table, rest) = conditions.split_once(" WHERE ").unwrap_or((conditions.as_str(), "1"));
        let mut sql = format!(
            "SELECT {COLUMNS} FROM {table} CROSS JOIN series AS s ON s.id = o.series CROSS JOIN batch AS b ON b.id = o.batch WHERE {rest}"
        );
        if let Some((time, series)) = walk.after {
            let way = if walk.newest_first { "<" } else { ">" };
            let n = bound.len();
            sql.push_str(&format!(" AND (o.time, o.series) {way} (?{}, ?{})", n + 1, n + 2));
            bound.extend([Value::from(time), Value::from(series)]);
        }
        bound.push(i64::try_from(walk.limit).unwrap_or(i64::MAX).into());
        sql.push_str(&format!(" ORDER BY {} LIMIT ?{}", walk.order(), bound.len()));
        self.read(|store| store.prepare_cached(&sql)?.query_map(params_from_iter(bound), read)?.collect())
    }

    /// How many observations a walk would meet from its beginning to its end.
    pub fn count_walk(&self, walk: &Walk<'_>) -> Result<u64, FactsError> {
        let whole = Walk { after: None, ..walk.clone() };
        let (conditions, bound) = whole.conditions();
        let sql = format!("SELECT count(*) FROM {conditions}");
        let n: i64 = self.read(|store| store.prepare_cached(&sql)?.query_row(params_from_iter(bound), |row| row.get(0)))?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    /// The observation of a series at a time: the version asked for, or the newest one known.
    pub fn observation_at(&self, series: i64, time: i64, version: Option<i64>, known_at: i64) -> Result<Option<Observation>, FactsError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM observation AS o JOIN series AS s ON s.id = o.series JOIN batch AS b ON b.id = o.batch \
             WHERE o.series = ?1 AND o.time = ?2 AND o.known_at <= ?3 AND (?4 IS NULL OR o.version = ?4) ORDER BY o.version DESC LIMIT 1"
        );
        self.read(|store| store.prepare_cached(&sql)?.query_row(params![series, time, known_at, version], read).optional())
    }
}

/// What a batch adds to a series.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    new: i64,
    first: Option<i64>,
    last: Option<i64>,
}

impl Tally {
    /// An observation was added.
    pub(crate) fn add(&mut self, time: i64, version: i64) {
        self.new += i64::from(version == 1);
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
    }
}

/// Brings the summaries up to a batch, in its transaction.
pub(crate) fn summarise(store: &Transaction<'_>, touched: &BTreeMap<i64, Tally>, made_up: bool) -> rusqlite::Result<()> {
    let mut add = store.prepare_cached(
        "INSERT INTO series_summary (series, n, first_time, last_time, last_text, last_value, last_qualifier, made_up) \
         VALUES (?1, ?2, ?3, ?4, '', NULL, 'missing', ?5) ON CONFLICT (series) DO UPDATE SET n = n + excluded.n, \
         first_time = min(first_time, excluded.first_time), last_time = max(last_time, excluded.last_time), made_up = max(made_up, excluded.made_up)",
    )?;
    let mut newest = store.prepare_cached(
        "UPDATE series_summary SET (last_text, last_value, last_qualifier) = (SELECT o.text, o.value, o.qualifier FROM observation AS o \
         WHERE o.series = ?1 AND o.time = series_summary.last_time ORDER BY o.version DESC LIMIT 1) WHERE series = ?1",
    )?;
    for (series, tally) in touched {
        let (Some(first), Some(last)) = (tally.first, tally.last) else { continue };
        add.execute(params![series, tally.new, first, last, made_up])?;
        newest.execute([series])?;
    }
    Ok(())
}

/// Summaries that are not what the observations say.
pub(crate) fn altered(store: &Connection) -> rusqlite::Result<Vec<Altered>> {
    let sql = "WITH held AS (SELECT o.series, count(DISTINCT o.time) AS n, min(o.time) AS first_time, max(o.time) AS last_time, max(b.made_up) AS made_up \
               FROM observation AS o JOIN batch AS b ON b.id = o.batch GROUP BY o.series) \
               SELECT s.place, s.item, s.source FROM held AS h JOIN series AS s ON s.id = h.series \
               LEFT JOIN series_summary AS y ON y.series = h.series \
               LEFT JOIN observation AS o ON o.series = h.series AND o.time = h.last_time AND o.version = \
               (SELECT max(v.version) FROM observation AS v WHERE v.series = h.series AND v.time = h.last_time) \
               WHERE y.series IS NULL OR y.n <> h.n OR y.first_time <> h.first_time OR y.last_time <> h.last_time OR y.made_up <> h.made_up \
               OR y.last_text <> o.text OR y.last_value IS NOT o.value OR y.last_qualifier <> o.qualifier ORDER BY s.id";
    let mut statement = store.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        let (place, item, source): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Altered { what: format!("summary of {place}/{item} ({source})"), how: "not what its observations say".to_owned() })
    })?;
    rows.collect()
}
