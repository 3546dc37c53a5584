//! Rows of a river out of a folder: `KIND.csv` with a header of fields, or `KIND.geojson` whose properties are the fields.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use judge::river::{KINDS, Row, Tables};
use serde_json::Value;

/// All files of the folder that are kinds of the model.
pub(super) fn tables(folder: &Path) -> Result<Tables> {
    if !folder.is_dir() {
        bail!("{}: there is no such folder (expected files such as river_reach.csv)", folder.display());
    }
    let mut tables = Tables::new();
    for kind in KINDS {
        let (csv, geojson) = (folder.join(format!("{kind}.csv")), folder.join(format!("{kind}.geojson")));
        let mut rows = match (csv.exists(), geojson.exists()) {
            (true, true) => bail!("{}: there is also {} (expected one of them)", csv.display(), geojson.display()),
            (true, false) => of_csv(&csv)?,
            (false, true) => of_geojson(&geojson)?,
            (false, false) => continue,
        };
        // By id, so that the order of rows cannot show in the id of a run.
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        tables.insert(kind.to_owned(), rows);
    }
    if tables.is_empty() {
        bail!("{}: no file of the model (expected {})", folder.display(), KINDS.map(|kind| format!("{kind}.csv")).join(", "));
    }
    Ok(tables)
}

fn of_csv(path: &Path) -> Result<Vec<Row>> {
    let text = fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().with_context(|| format!("{}", path.display()))?.clone();
    let mut rows = Vec::new();
    for (n, record) in reader.records().enumerate() {
        let record = record.with_context(|| format!("{}", path.display()))?;
        let cells = header.iter().zip(record.iter()).map(|(field, cell)| (field.to_owned(), cell.to_owned()));
        // The header is the first line.
        rows.push(row(path, n + 2, cells.collect())?);
    }
    Ok(rows)
}

fn of_geojson(path: &Path) -> Result<Vec<Row>> {
    let text = fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    let document: Value = serde_json::from_str(&text).with_context(|| format!("{}", path.display()))?;
    let Some(features) = document["features"].as_array() else {
        bail!("{}: no `features` (expected a FeatureCollection of GeoJSON)", path.display());
    };
    let mut rows = Vec::new();
    for (n, feature) in features.iter().enumerate() {
        let mut fields = BTreeMap::new();
        for (field, value) in feature["properties"].as_object().into_iter().flatten() {
            if let Some(text) = text_of(value) {
                fields.insert(field.clone(), text);
            }
        }
        if let Some(id) = text_of(&feature["id"]) {
            fields.insert("id".to_owned(), id);
        }
        let geometry = &feature["geometry"];
        if geometry["type"] == "Point" {
            for (field, place) in [("longitude", 0), ("latitude", 1)] {
                if let Some(degrees) = text_of(&geometry["coordinates"][place]) {
                    fields.insert(field.to_owned(), degrees);
                }
            }
        }
        rows.push(row(path, n + 1, fields)?);
    }
    Ok(rows)
}

/// A row of cells; what is empty is not there.
fn row(path: &Path, number: usize, mut cells: BTreeMap<String, String>) -> Result<Row> {
    let id = cells.remove("id").unwrap_or_default().trim().to_owned();
    if id.is_empty() {
        bail!("{}, row {number}: id is empty (expected the id of the row)", path.display());
    }
    let made_up = cells.remove("made_up").is_some_and(|text| text.trim() == "true");
    cells.remove("source");
    cells.retain(|_, text| !text.trim().is_empty());
    Ok(Row { id, fields: cells, made_up })
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
