//! Shapes as clients write them in filters (WKT), as GeoJSON.

use serde_json::{Value, json};

/// Positions a shape may have at most.
const POSITIONS: usize = 2000;

/// The GeoJSON of a shape, or what was expected. A leading `SRID=4326;` is passed over, and a third coordinate is dropped.
pub(crate) fn to_geojson(text: &str) -> Result<String, String> {
    let text = text.trim();
    let text = match text.split_once(';') {
        Some((srid, rest)) if srid.trim().eq_ignore_ascii_case("srid=4326") => rest.trim(),
        Some(_) => return Err("longitude and latitude of WGS 84 (SRID=4326, or none)".to_owned()),
        None => text,
    };
    let open = text.find('(').ok_or("a shape such as POINT(130.3 47.3) or POLYGON((…))")?;
    let (name, inner) = text.split_at(open);
    let name = name.trim().to_ascii_uppercase();
    let name = name.trim_end_matches(" Z").trim();
    let (kind, depth) = match name {
        "POINT" => ("Point", 0),
        "LINESTRING" => ("LineString", 1),
        "MULTIPOINT" => ("MultiPoint", 1),
        "POLYGON" => ("Polygon", 2),
        "MULTILINESTRING" => ("MultiLineString", 2),
        "MULTIPOLYGON" => ("MultiPolygon", 3),
        _ => return Err("POINT, LINESTRING, POLYGON or one of these with MULTI".to_owned()),
    };
    if POSITIONS < inner.matches(',').count() {
        return Err(format!("a shape of at most {POSITIONS} positions"));
    }
    let body = bare(inner)?;
    let coordinates = if depth == 0 { position(body)? } else { list(body, depth)? };
    Ok(json!({"type": kind, "coordinates": coordinates}).to_string())
}

/// What stands between the parentheses.
fn bare(text: &str) -> Result<&str, String> {
    text.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).ok_or_else(|| "parentheses around positions".to_owned())
}

fn position(text: &str) -> Result<Value, String> {
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [longitude, latitude] | [longitude, latitude, _] if longitude.is_finite() && latitude.is_finite() => {
            Ok(json!([longitude, latitude]))
        }
        _ => Err("positions of longitude and latitude".to_owned()),
    }
}

fn list(text: &str, depth: u32) -> Result<Value, String> {
    let mut values = Vec::new();
    for part in parts(text) {
        values.push(match depth {
            // The positions of a multipoint may stand in parentheses of their own.
            1 => position(bare(part).unwrap_or(part))?,
            _ => list(bare(part)?, depth - 1)?,
        });
    }
    Ok(Value::Array(values))
}

/// Parts between commas that stand in no parentheses.
fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}
