//! Entries of a register as tables and as GeoJSON: what is exported comes in again unchanged.

use std::path::Path;

use plan::{FieldType, Register};
use serde_json::{Map, Value, json};

use crate::coordinates;
use crate::import::{ImportError, Refusal, Table, table_of_bytes};
use crate::register::{Draft, Entry, GIVEN};

/// Columns of an export beside the fields.
const FIRST: &str = "id";
const LAST: [&str; 2] = ["source", "made_up"];

/// What was read: entries with the row they stood in, and the cells that could not be read.
#[derive(Debug, Default)]
pub struct Read {
    /// The row of the file (the header being row 1) and the entry.
    pub drafts: Vec<(u64, Draft)>,
    /// Cells that could not be read.
    pub refused: Vec<Refusal>,
}

/// Reads entries from CSV (plain or gzip, UTF-8 or GBK), Excel or GeoJSON. A column is named by the field's id or by its
/// label in either language. Coordinates in another system than WGS 84 / CGCS 2000 say so in a column `crs`.
pub fn read(register: &Register, name: &str, bytes: Vec<u8>, made_up: bool, source: &str) -> Result<Read, ImportError> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') {
        return read_geojson(register, name, &bytes, made_up, source);
    }
    let table = table_of_bytes(name, bytes)?;
    read_table(register, name, table, made_up, source)
}

fn read_table(register: &Register, name: &str, table: Table, made_up: bool, source: &str) -> Result<Read, ImportError> {
    let columns: Vec<String> = table.header.iter().map(|column| field_of(register, column.trim())).collect();
    let mut unknown = columns.iter().filter(|column| !is_column(register, column));
    if let Some(column) = unknown.next() {
        let known: Vec<&str> = register.field.iter().map(|field| field.id.get_ref().as_str()).collect();
        let what = format!(
            "`{column}` is no column of `{}` (expected id, {}, source, made_up, known_at, crs)",
            register.kind.get_ref(),
            known.join(", ")
        );
        return Err(ImportError::Format { file: Path::new(name).to_owned(), what });
    }
    let mut read = Read::default();
    for row in table.rows {
        let (line, cells) = row?;
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if cells.len() != columns.len() {
            let found = format!("{} cells", cells.len());
            read.refused.push(Refusal {
                row: line,
                column: "row".to_owned(),
                found,
                expected: format!("{} cells, as the header has", columns.len()),
            });
            continue;
        }
        let pairs = columns.iter().map(String::as_str).zip(cells.iter().map(|cell| cell.trim()));
        match draft(pairs, made_up, source) {
            Ok(draft) => read.drafts.push((line, draft)),
            Err((column, found, expected)) => read.refused.push(Refusal { row: line, column, found, expected }),
        }
    }
    Ok(read)
}

fn read_geojson(register: &Register, name: &str, bytes: &[u8], made_up: bool, source: &str) -> Result<Read, ImportError> {
    let refuse = |what: String| ImportError::Format { file: Path::new(name).to_owned(), what };
    let value: Value = serde_json::from_slice(bytes).map_err(|error| refuse(format!("not JSON: {error}")))?;
    let features =
        value["features"].as_array().ok_or_else(|| refuse("not a GeoJSON FeatureCollection (expected `features`)".to_owned()))?;
    let line_field = register.field.iter().find(|field| field.kind == FieldType::Geometry).map(|field| field.id.get_ref().as_str());
    let mut read = Read::default();
    for (place, feature) in features.iter().enumerate() {
        let row = place as u64 + 1;
        let mut cells: Vec<(String, String)> = Vec::new();
        if let Some(id) = feature["id"].as_str() {
            cells.push((FIRST.to_owned(), id.to_owned()));
        }
        for (key, value) in feature["properties"].as_object().into_iter().flatten() {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let column = field_of(register, key);
            if is_column(register, &column) && !cells.iter().any(|(own, _)| *own == column) {
                cells.push((column, text));
            }
        }
        let geometry = &feature["geometry"];
        match (geometry["type"].as_str(), line_field) {
            (Some("Point"), _) => {
                for (column, place) in [("longitude", 0), ("latitude", 1)] {
                    let has = register.field.iter().any(|field| field.id.get_ref() == column);
                    if let Some(degrees) =
                        geometry["coordinates"][place].as_f64().filter(|_| has && !cells.iter().any(|(own, _)| own == column))
                    {
                        cells.push((column.to_owned(), degrees.to_string()));
                    }
                }
            }
            (Some(_), Some(field)) => cells.push((field.to_owned(), geometry.to_string())),
            _ => {}
        }
        match draft(cells.iter().map(|(column, cell)| (column.as_str(), cell.as_str())), made_up, source) {
            Ok(draft) => read.drafts.push((row, draft)),
            Err((column, found, expected)) => read.refused.push(Refusal { row, column, found, expected }),
        }
    }
    Ok(read)
}

/// The field that a column names, by id or by label; the column itself where it names none.
fn field_of(register: &Register, column: &str) -> String {
    let field = register.field.iter().find(|field| field.id.get_ref() == column || field.label.zh == column || field.label.en == column);
    match (field, column) {
        (Some(field), _) => field.id.get_ref().clone(),
        (None, "编号") => FIRST.to_owned(),
        (None, "来源") => "source".to_owned(),
        (None, other) => other.to_owned(),
    }
}

fn is_column(register: &Register, column: &str) -> bool {
    let own = register.field.iter().any(|field| field.id.get_ref() == column);
    own || column == FIRST || LAST.contains(&column) || GIVEN.contains(&column) || matches!(column, "known_at" | "crs")
}

type Wrong = (String, String, String);

fn draft<'a>(cells: impl Iterator<Item = (&'a str, &'a str)>, made_up: bool, source: &str) -> Result<Draft, Wrong> {
    let mut draft = Draft { made_up, source: source.to_owned(), ..Draft::default() };
    let mut crs = "";
    for (column, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
        match column {
            FIRST => draft.id = cell.to_owned(),
            "source" => draft.source = cell.to_owned(),
            "made_up" => match cell {
                "true" => draft.made_up = true,
                "false" => draft.made_up = made_up,
                _ => return Err((column.to_owned(), cell.to_owned(), "true or false".to_owned())),
            },
            "crs" => crs = cell,
            "known_at" => {
                let instant = crate::time::parse(cell, None);
                let expected = "a time such as 2020-05-08T15:00+08:00";
                draft.known_at = Some(instant.ok_or_else(|| (column.to_owned(), cell.to_owned(), expected.to_owned()))?);
            }
            _ => {
                draft.data.insert(column.to_owned(), cell.to_owned());
            }
        }
    }
    coordinates::settle(&mut draft.data, crs).map_err(|misfit| (misfit.field, misfit.found, misfit.expected.to_string()))?;
    Ok(draft)
}

/// The header of a register's table.
pub fn header(register: &Register, shown: impl Fn(&plan::Field) -> bool) -> Vec<String> {
    let fields = register.field.iter().filter(|field| shown(field)).map(|field| field.id.get_ref().clone());
    [FIRST.to_owned()].into_iter().chain(fields).chain(LAST.map(str::to_owned)).collect()
}

/// An entry as a row of that table.
pub fn row(register: &Register, entry: &Entry, shown: impl Fn(&plan::Field) -> bool) -> Vec<String> {
    let fields = register.field.iter().filter(|field| shown(field)).map(|field| entry.get(field.id.get_ref()).to_owned());
    [entry.id.clone()].into_iter().chain(fields).chain([entry.source.clone(), entry.made_up.to_string()]).collect()
}

/// An entry as a feature of GeoJSON: its line or area where it has one, else its point; one without a place has none.
pub fn feature(register: &Register, entry: &Entry, shown: impl Fn(&plan::Field) -> bool) -> Value {
    let line =
        register.field.iter().find(|field| field.kind == FieldType::Geometry && shown(field)).map(|field| entry.get(field.id.get_ref()));
    let visible = |id: &str| register.field.iter().any(|field| field.id.get_ref() == id && shown(field));
    let degrees = |id: &str| entry.get(id).parse::<f64>().ok().filter(|_| visible(id));
    let geometry = match (line.and_then(|text| serde_json::from_str(text).ok()), degrees("longitude").zip(degrees("latitude"))) {
        (Some(line), _) => line,
        (None, Some((longitude, latitude))) => json!({"type": "Point", "coordinates": [longitude, latitude]}),
        (None, None) => Value::Null,
    };
    let mut properties = Map::new();
    for field in register.field.iter().filter(|field| field.kind != FieldType::Geometry && shown(field)) {
        let id = field.id.get_ref();
        if let Some(value) = entry.data.get(id) {
            properties.insert(id.clone(), json!(value));
        }
    }
    properties.insert("source".to_owned(), json!(entry.source));
    properties.insert("made_up".to_owned(), json!(entry.made_up.to_string()));
    json!({"type": "Feature", "id": entry.id, "geometry": geometry, "properties": properties})
}
