//! Observations: what was measured, where, when, and what is known of it.

pub(crate) mod leaf;

use rusqlite::Row;
use standards::Decimal;

use crate::store::{FactsError, Store};

pub(crate) use leaf::{Stored, each_leaf, leaf_of, sample_leaf};

/// What kind of reading it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Qualifier {
    /// A value.
    Value,
    /// Below the detection limit, which is the value.
    Below,
    /// Measured here, but missing or filtered this time (`--`).
    Missing,
    /// Not measured here (`*`).
    NotMeasured,
}

impl Qualifier {
    /// The word in the store and in SQL.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Below => "below",
            Self::Missing => "missing",
            Self::NotMeasured => "not_measured",
        }
    }

    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "value" => Self::Value,
            "below" => Self::Below,
            "not_measured" => Self::NotMeasured,
            _ => Self::Missing,
        }
    }
}

/// An observation, named by its series, time and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The series: a place, an item and a source.
    pub series: i64,
    /// The place.
    pub place: String,
    /// The item.
    pub item: String,
    /// The source.
    pub source: String,
    /// When.
    pub time: i64,
    /// 1, and more for corrections.
    pub version: i64,
    /// As the source printed it.
    pub text: String,
    /// In this unit.
    pub unit: String,
    /// In the item's unit, unrounded where the source gives that; the detection limit where it is below.
    pub value: Option<Decimal>,
    /// In the item's unit, as published.
    pub published: Option<Decimal>,
    /// What kind of reading.
    pub qualifier: Qualifier,
    /// Flag of the source, such as `极值过滤`.
    pub flag: String,
    /// Method of analysis.
    pub method: String,
    /// Why it was corrected.
    pub reason: String,
    /// When this version became known.
    pub known_at: i64,
    /// The batch it came with.
    pub batch: i64,
    /// Whether it was made up for a demonstration.
    pub made_up: bool,
}

impl Observation {
    /// Its name: series, time and version, which it keeps for ever.
    pub fn name(&self) -> String {
        format!("{}-{}-{}", self.series, self.time, self.version)
    }
}

/// Which observations are wanted.
#[derive(Debug, Clone, Default)]
pub struct ObservationQuery {
    /// The place; every place where empty.
    pub place: Option<String>,
    /// The items; every item where empty.
    pub items: Vec<String>,
    /// From this second on.
    pub from: Option<i64>,
    /// To this second, included.
    pub to: Option<i64>,
    /// As known at this second.
    pub known_at: Option<i64>,
    /// Every version, not only the newest.
    pub all_versions: bool,
}

pub(crate) const COLUMNS: &str = "o.series, s.place, s.item, s.source, o.time, o.version, o.text, o.unit, o.value, o.published, o.qualifier, \
                       o.flag, o.method, o.reason, o.known_at, o.batch, b.made_up";

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Observation> {
    let number = |column: usize| -> rusqlite::Result<Option<Decimal>> {
        let text = row
            .get_ref(column)?
            .as_str_or_null()
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error)))?;
        text.map(standards::decimal)
            .transpose()
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error)))
    };
    Ok(Observation {
        series: row.get(0)?,
        place: row.get(1)?,
        item: row.get(2)?,
        source: row.get(3)?,
        time: row.get(4)?,
        version: row.get(5)?,
        text: row.get(6)?,
        unit: row.get(7)?,
        value: number(8)?,
        published: number(9)?,
        qualifier: Qualifier::parse(row.get_ref(10)?.as_str().unwrap_or_default()),
        flag: row.get(11)?,
        method: row.get(12)?,
        reason: row.get(13)?,
        known_at: row.get(14)?,
        batch: row.get(15)?,
        made_up: row.get(16)?,
    })
}

impl Store {
    /// Observations in the order of series and time: of each the newest version known, unless all are wanted.
    pub fn observations(&self, query: &ObservationQuery) -> Result<Vec<Observation>, FactsError> {
        let mut found: Vec<Observation> = Vec::new();
        self.each_observation(query, |observation| found.push(observation))?;
        Ok(found)
    }

    /// The same, one by one, without holding them all.
    pub fn each_observation(&self, query: &ObservationQuery, mut take: impl FnMut(Observation)) -> Result<(), FactsError> {
        let mut sql = format!(
            "SELECT {COLUMNS} FROM observation AS o JOIN series AS s ON s.id = o.series JOIN batch AS b ON b.id = o.batch WHERE o.known_at <= ?1 AND ?2 <= o.time AND o.time <= ?3"
        );
        let mut texts: Vec<&str> = Vec::new();
        if let Some(place) = &query.place {
            texts.push(place);
            sql.push_str(" AND s.place = ?4");
        }
        if !query.items.is_empty() {
            let places: Vec<String> = (0..query.items.len()).map(|n| format!("?{}", n + 4 + texts.len())).collect();
            sql.push_str(&format!(" AND s.item IN ({})", places.join(", ")));
            texts.extend(query.items.iter().map(String::as_str));
        }
        sql.push_str(" ORDER BY o.series, o.time, o.version");
        self.read(|store| {
            let mut statement = store.prepare_cached(&sql)?;
            let bounds = [query.known_at.unwrap_or(i64::MAX), query.from.unwrap_or(i64::MIN), query.to.unwrap_or(i64::MAX)];
            for (place, bound) in bounds.iter().enumerate() {
                statement.raw_bind_parameter(place + 1, bound)?;
            }
            for (place, text) in texts.iter().enumerate() {
                statement.raw_bind_parameter(place + 4, *text)?;
            }
            let mut rows = statement.raw_query();
            let mut held: Option<Observation> = None;
            while let Some(row) = rows.next()? {
                let next = read(row)?;
                if let Some(before) = held.take() {
                    let superseded = before.series == next.series && before.time == next.time;
                    if query.all_versions || !superseded {
                        take(before);
                    }
                }
                held = Some(next);
            }
            if let Some(last) = held {
                take(last);
            }
            Ok(())
        })
    }

    /// The day of the last observation known, in Shanghai.
    pub fn last_day(&self) -> Result<Option<jiff::civil::Date>, FactsError> {
        let last: Option<i64> = self.read(|store| store.query_row("SELECT max(time) FROM observation", [], |row| row.get(0)))?;
        Ok(last.and_then(crate::time::day_of))
    }

    /// The sources that gave observations, by name.
    pub fn sources(&self) -> Result<Vec<String>, FactsError> {
        self.read(|store| {
            store.prepare_cached("SELECT DISTINCT source FROM series ORDER BY source")?.query_map([], |row| row.get(0))?.collect()
        })
    }

    /// How many observations there are, every version counted.
    pub fn count_observations(&self) -> Result<u64, FactsError> {
        let n: i64 = self.read(|store| store.query_row("SELECT count(*) FROM observation", [], |row| row.get(0)))?;
        Ok(u64::try_from(n).unwrap_or(0))
    }
}
