//! Observations as programs send them, read into rows for the importer.

use facts::Observation;
use serde_json::{Map, Value};

use super::query::instant;
use super::refusal::{Refusal, unreadable};
use super::world::World;

/// Rows that one request may hold.
const LONGEST: usize = 10_000;
/// What an observation may say.
const FIELDS: [&str; 8] =
    ["phenomenonTime", "result", "resultTime", "resultQuality", "validTime", "parameters", "Datastream", "FeatureOfInterest"];
const PARAMETERS: [&str; 5] = ["reason", "method", "flag", "unit", "made_up"];

/// One observation to be kept.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) stream: usize,
    pub(crate) time: i64,
    /// As the sender wrote the result.
    pub(crate) text: String,
    pub(crate) unit: String,
    pub(crate) method: String,
    pub(crate) flag: String,
    pub(crate) reason: String,
    pub(crate) made_up: bool,
}

/// Reads an observation. The series is that of the address where it names one.
pub(crate) fn of_json(world: &World<'_>, value: &Value, stream: Option<usize>) -> Result<Row, Refusal> {
    let fields = object(value, "the body", "an observation as an object")?;
    known(fields, &FIELDS, "the body")?;
    let stream = match stream {
        Some(stream) => stream,
        None => datastream(world, fields.get("Datastream"))?,
    };
    let time = time(fields.get("phenomenonTime"))?;
    let mut row = empty(world, stream, time);
    let Some(result) = fields.get("result") else {
        return Err(unreadable("result", 0, "nothing", "a number, a text such as <0.02, or null where it is missing"));
    };
    row.text = text_of(result)?;
    take_parameters(&mut row, fields.get("parameters"))?;
    same_place(world, stream, fields.get("FeatureOfInterest"))?;
    Ok(row)
}

/// Reads what a correction changes; what it does not name stays.
pub(crate) fn correction(world: &World<'_>, stream: usize, old: &Observation, body: &Value) -> Result<Row, Refusal> {
    let fields = object(body, "the body", "the properties that change, as an object")?;
    known(fields, &["result", "resultTime", "resultQuality", "parameters"], "the body")?;
    let mut row = empty(world, stream, old.time);
    (row.text, row.unit) = (old.text.clone(), old.unit.clone());
    (row.method, row.flag) = (old.method.clone(), old.flag.clone());
    row.made_up = old.made_up;
    if let Some(result) = fields.get("result") {
        row.text = text_of(result)?;
        row.unit = empty(world, stream, old.time).unit;
    }
    let made_up = row.made_up;
    take_parameters(&mut row, fields.get("parameters"))?;
    row.made_up = row.made_up || made_up;
    if row.reason.is_empty() {
        return Err(unreadable("parameters.reason", 0, "nothing", "the reason of the correction"));
    }
    Ok(row)
}

/// Reads arrays of values: a list of `{Datastream, components, dataArray}`.
pub(crate) fn of_arrays(world: &World<'_>, body: &Value) -> Result<Vec<Result<Row, Refusal>>, Refusal> {
    let groups =
        body.as_array().ok_or_else(|| unreadable("the body", 0, &body.to_string(), "a list of {Datastream, components, dataArray}"))?;
    let mut rows = Vec::new();
    for group in groups {
        let fields = object(group, "the body", "an object {Datastream, components, dataArray}")?;
        let stream = datastream(world, fields.get("Datastream"))?;
        let names: Vec<&str> = fields.get("components").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        if !names.contains(&"phenomenonTime") || !names.contains(&"result") {
            return Err(unreadable("components", 0, &names.join(", "), "phenomenonTime, result and if wanted parameters"));
        }
        for values in fields.get("dataArray").and_then(Value::as_array).into_iter().flatten() {
            if LONGEST <= rows.len() {
                return Err(Refusal::Bad(format!("the request holds more than {LONGEST} observations (send several requests)")));
            }
            rows.push(match values.as_array() {
                Some(values) if values.len() == names.len() => {
                    let pairs = names.iter().zip(values).filter(|(name, _)| **name != "FeatureOfInterest/id");
                    let one: Map<String, Value> = pairs.map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
                    of_json(world, &Value::Object(one), Some(stream))
                }
                _ => Err(unreadable("dataArray", 0, &values.to_string(), format!("a list of {} values", names.len()))),
            });
        }
    }
    Ok(rows)
}

fn empty(world: &World<'_>, stream: usize, time: i64) -> Row {
    let unit = world.model.streams.get(stream).map_or("", |stream| stream.item.unit()).to_owned();
    let own = String::new;
    Row { stream, time, text: own(), unit, method: own(), flag: own(), reason: own(), made_up: false }
}

fn object<'v>(value: &'v Value, place: &str, expected: &str) -> Result<&'v Map<String, Value>, Refusal> {
    value.as_object().ok_or_else(|| unreadable(place, 0, &value.to_string(), expected))
}

fn known(fields: &Map<String, Value>, names: &[&str], place: &str) -> Result<(), Refusal> {
    match fields.keys().find(|key| !names.contains(&key.as_str())) {
        Some(key) => Err(unreadable(place, 0, key, format!("one of {}", names.join(", ")))),
        None => Ok(()),
    }
}

fn datastream(world: &World<'_>, value: Option<&Value>) -> Result<usize, Refusal> {
    let id = value.and_then(|value| value.get("@iot.id")).and_then(Value::as_i64);
    let found = value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let stream = id.and_then(|id| world.model.stream(id));
    stream.ok_or_else(|| unreadable("Datastream", 0, &found, "the id of a Datastream that is there, as {\"@iot.id\": 12}"))
}

fn time(value: Option<&Value>) -> Result<i64, Refusal> {
    let found = value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let time = value.and_then(Value::as_str).and_then(instant);
    time.ok_or_else(|| unreadable("phenomenonTime", 0, &found, "an instant with its offset, such as 2020-05-08T15:00:00+08:00"))
}

/// A result as text; numbers as they were written.
fn text_of(value: &Value) -> Result<String, Refusal> {
    match value {
        Value::Number(number) => Ok(number.to_string()),
        Value::String(text) => Ok(one_line(text)),
        Value::Null => Ok("--".to_owned()),
        other => Err(unreadable("result", 0, &other.to_string(), "a number, a text such as <0.02, or null where it is missing")),
    }
}

fn take_parameters(row: &mut Row, value: Option<&Value>) -> Result<(), Refusal> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(()) };
    let fields = object(value, "parameters", "an object")?;
    known(fields, &PARAMETERS, "parameters")?;
    for (name, value) in fields {
        if name == "made_up" {
            row.made_up = value.as_bool().ok_or_else(|| unreadable("parameters.made_up", 0, &value.to_string(), "true or false"))?;
            continue;
        }
        let text = value.as_str().ok_or_else(|| unreadable(&format!("parameters.{name}"), 0, &value.to_string(), "a text"))?;
        let slot = match name.as_str() {
            "reason" => &mut row.reason,
            "method" => &mut row.method,
            "flag" => &mut row.flag,
            _ => &mut row.unit,
        };
        *slot = one_line(text);
    }
    Ok(())
}

/// What is observed is the place of the series, and no other.
fn same_place(world: &World<'_>, stream: usize, value: Option<&Value>) -> Result<(), Refusal> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(()) };
    let place = world.model.streams.get(stream).and_then(|stream| world.model.places.get(stream.place));
    let own = place.map_or("", |place| place.id.as_str());
    if value.get("@iot.id").and_then(Value::as_str) == Some(own) {
        return Ok(());
    }
    Err(unreadable("FeatureOfInterest", 0, &value.to_string(), format!("nothing, or {{\"@iot.id\": \"{own}\"}}, the place of the series")))
}

/// A cell of a table has one line.
fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}
