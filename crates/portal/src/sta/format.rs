//! Other forms of a collection: arrays of observations, CSV and GeoJSON.

use axum::response::Response;
use serde_json::{Map, Value, json};

use super::kind::{Kind, Version};
use super::page::page;
use super::query::Options;
use super::refusal::{Refusal, unreadable};
use super::render::{next_link, remark};
use super::world::{Set, Thing, World};

/// Components of an array where none are chosen; the last carries the mark of what was made up.
const COMPONENTS: [&str; 6] = ["id", "phenomenonTime", "resultTime", "result", "resultQuality", "parameters"];

/// Observations as arrays of values, series by series.
pub(crate) fn data_array(world: &World<'_>, set: &Set, options: &Options, address: &str) -> Result<Map<String, Value>, Refusal> {
    if set.kind() != Kind::Observation || world.version != Version::V1 {
        return Err(unreadable(
            "$resultFormat",
            0,
            "dataArray",
            "CSV, GeoJSON or json; dataArray is a form of Observations in version 1.1",
        ));
    }
    let components: Vec<&str> = match options.select[..] {
        [] => COMPONENTS.to_vec(),
        _ => options.select.iter().map(|(_, name)| name.as_str()).collect(),
    };
    let own = Kind::Observation.properties(world.version);
    if let Some((position, name)) = options.select.iter().find(|(_, name)| !own.contains(&name.as_str()) && !is_id(name)) {
        return Err(unreadable("$select", *position, name, format!("id, {}", own.join(", "))));
    }
    let found = page(world, set, options)?;
    let mut groups: Vec<(usize, Vec<Value>)> = Vec::new();
    for thing in &found.things {
        world.write_one()?;
        let Thing::Observation(stream, _) = thing else { continue };
        let mut own = world.own(thing);
        let values = components
            .iter()
            .map(|name| if is_id(name) { world.id(thing).json() } else { own.get_mut(*name).map_or(Value::Null, Value::take) });
        let row = Value::Array(values.collect());
        match groups.iter_mut().find(|(own, _)| own == stream) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((*stream, vec![row])),
        }
    }
    let arrays: Vec<Value> = groups
        .into_iter()
        .map(|(stream, rows)| {
            let link = world.link(&Thing::Stream(stream));
            json!({"Datastream@iot.navigationLink": link, "components": components, "dataArray@iot.count": rows.len(), "dataArray": rows})
        })
        .collect();
    let mut out = Map::new();
    if let Some(count) = found.count {
        out.insert(remark(world.version, "count"), json!(count));
    }
    out.insert("value".to_owned(), Value::Array(arrays));
    if let Some(token) = &found.next {
        out.insert(remark(world.version, "nextLink"), json!(next_link(address, &options.given, token)));
    }
    Ok(out)
}

fn is_id(name: &str) -> bool {
    matches!(name, "id" | "@iot.id")
}

/// Things as a table; what lies in them stands behind slashes, as in `Datastream/name`.
pub(crate) fn csv(things: &[Value]) -> Response {
    let rows: Vec<Vec<(String, String)>> = things.iter().map(flat).collect();
    let mut columns: Vec<String> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    let cells = rows.into_iter().map(|row| {
        let cell = |column: &String| row.iter().find(|(name, _)| name == column).map_or_else(String::new, |(_, text)| text.clone());
        columns.iter().map(cell).collect::<Vec<String>>()
    });
    let header: Vec<&str> = columns.iter().map(String::as_str).collect();
    crate::format::csv(&header, cells)
}

/// Values with their names, without links.
fn flat(thing: &Value) -> Vec<(String, String)> {
    let mut cells = Vec::new();
    flatten("", thing, &mut cells);
    cells
}

fn flatten(name: &str, value: &Value, cells: &mut Vec<(String, String)>) {
    match value {
        Value::Object(parts) => {
            for (key, inner) in parts.iter().filter(|(key, _)| !key.ends_with("Link")) {
                let key = if key == "@iot.id" { "id" } else { key.as_str() };
                let path = if name.is_empty() { key.to_owned() } else { format!("{name}/{key}") };
                // A shape is one cell.
                if matches!(key, "location" | "feature" | "observedArea") {
                    cells.push((path, inner.to_string()));
                } else {
                    flatten(&path, inner, cells);
                }
            }
        }
        Value::Null => cells.push((name.to_owned(), String::new())),
        Value::String(text) => cells.push((name.to_owned(), text.clone())),
        other => cells.push((name.to_owned(), other.to_string())),
    }
}

/// Things as features, each with the shape that it, its place or what it observes has.
pub(crate) fn geojson(world: &World<'_>, found: &[Thing], written: &[Value], next: Option<String>) -> Value {
    let features: Vec<Value> = found
        .iter()
        .zip(written)
        .map(|(thing, value)| {
            let place = match thing {
                Thing::Place(no) | Thing::Location(no) | Thing::Feature(no) => Some(*no),
                Thing::Stream(no) | Thing::Observation(no, _) | Thing::AnyOf(no) => world.model.streams.get(*no).map(|stream| stream.place),
                Thing::Sensor(_) | Thing::Item(_) => None,
            };
            let geometry = place.and_then(|no| world.model.places.get(no)).and_then(|place| place.geometry.clone());
            let shapeless =
                |(name, _): &(String, String)| !name.ends_with("location") && !name.ends_with("feature") && !name.ends_with("observedArea");
            let properties: Map<String, Value> =
                flat(value).into_iter().filter(shapeless).map(|(name, text)| (name, Value::String(text))).collect();
            json!({"type": "Feature", "id": world.id(thing).json(), "geometry": geometry, "properties": properties})
        })
        .collect();
    let mut out = json!({"type": "FeatureCollection", "features": features});
    if let Some(next) = next {
        out[remark(world.version, "nextLink")] = json!(next);
    }
    out
}
