//! Published results of assessments, unit by unit, out of the frozen editions. What a result would be now is not here:
//! rules rest on what was published, and on that alone.

use facts::{Edition, FactsError};
use jiff::civil::Date;
use serde_json::Value;
use standards::Decimal;

use super::{FIELD_SCALE, NewTable, Sources, TableError};

/// Where editions of assessments are kept; the layer above writes them there, with `assessment`, `year`, `as_of` and `units`.
const EDITIONS: &str = "assessment/";

/// An edition as far as it was known: its content read, and whether none of the same year came after it.
struct Known<'a> {
    edition: &'a Edition,
    content: Value,
    as_of: Date,
    newest: bool,
}

pub(super) fn table(sources: &Sources<'_>) -> Result<NewTable, TableError> {
    let editions = match sources.store {
        Some(store) => store.editions_below(EDITIONS)?,
        None => Vec::new(),
    };
    let known = known(&editions, sources.as_of)?;
    let rows: Vec<(&Known<'_>, &Value)> =
        known.iter().flat_map(|own| own.content["units"].as_array().into_iter().flatten().map(move |unit| (own, unit))).collect();
    let word = |key: &'static str| rows.iter().map(move |(_, unit)| unit[key].as_str().map(str::to_owned));
    let truth = |key: &'static str| rows.iter().map(move |(_, unit)| unit[key].as_bool());
    let amount = |key: &'static str| rows.iter().map(move |(_, unit)| number(&unit[key]));
    let of_edition = |key: &'static str| rows.iter().map(move |(own, _)| own.content[key].as_str().map(str::to_owned));
    let table = NewTable::new(
        "assessment_results",
        "Results of the yearly assessments as they were published: a row for each unit of each edition that was made for the day asked for, or a day before it.",
    )
    .text("assessment", "the assessment", of_edition("assessment"))
    .integer("year", "the year assessed", rows.iter().map(|(own, _)| own.content["year"].as_i64()))
    .text("unit", "the unit", word("unit"))
    .integer("edition", "number of the edition, from 1", rows.iter().map(|(own, _)| Some(own.edition.number)))
    .boolean("newest", "whether it is the newest of these editions of its year", rows.iter().map(|(own, _)| Some(own.newest)))
    .date("as_of", "the day it was made for", rows.iter().map(|(own, _)| Some(own.as_of)))
    .date("published_on", "the day it was published", rows.iter().map(|(own, _)| facts::time::day_of(own.edition.published_at)))
    .text("grade", "its grade; NULL where nothing could be scored", word("grade"))
    .decimal("score", "its score", FIELD_SCALE, amount("score"))?
    .integer("rank", "its place", rows.iter().map(|(_, unit)| unit["rank"].as_i64()))
    .decimal("allocation", "the factor of its grade in the allocation of funds, for reference", FIELD_SCALE, amount("allocation"))?
    .boolean("vetoed", "whether something gave it the lowest grade", rows.iter().map(|(_, unit)| Some(is_vetoed(unit))))
    .boolean("assumed", "whether points, limits or targets in it are assumed", truth("assumed"))
    .boolean("made_up", "whether made-up facts went into it", truth("made_up"));
    Ok(table)
}

/// The editions that were made for a day or one before it. They come by id, oldest first.
fn known(editions: &[Edition], day: Date) -> Result<Vec<Known<'_>>, FactsError> {
    let mut known: Vec<Known<'_>> = Vec::new();
    for edition in editions {
        let damaged = |why: String| FactsError::Damaged { what: format!("edition {} of {}", edition.number, edition.id), why };
        let content: Value = serde_json::from_str(&edition.content).map_err(|error| damaged(error.to_string()))?;
        let as_of = content["as_of"].as_str().and_then(|day| day.parse::<Date>().ok());
        let as_of = as_of.ok_or_else(|| damaged("it does not say for which day it was made (expected `as_of`)".to_owned()))?;
        if day < as_of {
            continue;
        }
        if let Some(before) = known.last_mut().filter(|before| before.edition.id == edition.id) {
            before.newest = false;
        }
        known.push(Known { edition, content, as_of, newest: true });
    }
    Ok(known)
}

fn is_vetoed(unit: &Value) -> bool {
    unit["vetoes"].as_array().is_some_and(|vetoes| !vetoes.is_empty())
}

/// A decimal, as editions write it: in quotes.
fn number(value: &Value) -> Option<Decimal> {
    value.as_str().and_then(|text| standards::decimal(text).ok())
}
