//! The forms a page comes in: HTML, or its data as JSON, CSV or GeoJSON at the same address with an ending.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Html,
    Json,
    Csv,
    Geojson,
    Xlsx,
}

impl Format {
    /// Splits the ending off the last part of an address.
    pub(crate) fn split(last: &str) -> (&str, Self) {
        for (ending, format) in [(".json", Self::Json), (".csv", Self::Csv), (".geojson", Self::Geojson), (".xlsx", Self::Xlsx)] {
            if let Some(stem) = last.strip_suffix(ending) {
                return (stem, format);
            }
        }
        (last, Self::Html)
    }
}

/// A table as CSV, with the mark that lets spreadsheets read Chinese.
pub(crate) fn csv(header_row: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Response {
    let mut writer = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
    let mut written = writer.write_record(header_row);
    for row in rows {
        written = written.and_then(|()| writer.write_record(row.iter().map(|cell| guarded(cell))));
    }
    match written.map_err(|error| error.to_string()).and_then(|()| writer.into_inner().map_err(|error| error.to_string())) {
        Ok(bytes) => ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response(),
        Err(error) => {
            tracing::error!("a table could not be written as CSV: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A cell that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers.
pub(crate) fn guarded(cell: &str) -> String {
    let formula = cell.starts_with(['=', '@', '\t']) || (cell.starts_with(['+', '-']) && standards::decimal(cell).is_err());
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

/// Data as JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => ([(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Err(error) => {
            tracing::error!("a view could not be written as JSON: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Places as GeoJSON.
pub(crate) fn geojson(features: &[serde_json::Value]) -> Response {
    let collection = serde_json::json!({"type": "FeatureCollection", "features": features});
    ([(header::CONTENT_TYPE, "application/geo+json")], collection.to_string()).into_response()
}

/// A table as an Excel workbook.
pub(crate) fn xlsx(title: &str, header_row: &[String], rows: impl Iterator<Item = Vec<String>>) -> Response {
    match facts::sheet::workbook(title, header_row, rows) {
        Ok(bytes) => ([(header::CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")], bytes).into_response(),
        Err(error) => {
            tracing::error!("a table could not be written as a workbook: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
