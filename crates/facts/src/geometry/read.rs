//! Reading a geometry and a place.

use rust_decimal::Decimal;
use serde_json::Value;

use super::{Geometry, PARTS, PLACES, Part, Place, Shape};

/// Positions that a line needs, and a ring with its first position repeated at the end.
const LINE: usize = 2;
const RING: usize = 4;

/// Why a text is no geometry.
#[derive(Debug, thiserror::Error)]
pub enum GeometryError {
    /// It is not JSON.
    #[error("it is not JSON ({0})")]
    Json(#[from] serde_json::Error),
    /// It is another thing than a geometry.
    #[error("its type is `{0}` (expected Point, MultiPoint, LineString, MultiLineString, Polygon or MultiPolygon)")]
    Type(String),
    /// A list is not there or empty.
    #[error("`{0}` is no list with anything in it")]
    Empty(String),
    /// A position is not one.
    #[error("`{0}` is no position (expected [longitude, latitude] in degrees)")]
    Position(String),
    /// A line or ring has too few positions.
    #[error("it has a line or ring of {0} positions (expected {1} and more)")]
    Short(usize, usize),
    /// A ring does not come back to where it began.
    #[error("it has a ring that does not end where it begins")]
    Open,
}

impl Geometry {
    /// Reads a GeoJSON geometry.
    pub fn parse(text: &str) -> Result<Self, GeometryError> {
        let value: Value = serde_json::from_str(text)?;
        let inner = &value["coordinates"];
        let shapes = match value["type"].as_str() {
            Some("Point") => vec![Shape::Point(place(inner)?)],
            Some("MultiPoint") => list(inner)?.iter().map(|value| place(value).map(Shape::Point)).collect::<Result<_, _>>()?,
            Some("LineString") => vec![Shape::Line(line(inner)?)],
            Some("MultiLineString") => list(inner)?.iter().map(|value| line(value).map(Shape::Line)).collect::<Result<_, _>>()?,
            Some("Polygon") => vec![area(inner)?],
            Some("MultiPolygon") => list(inner)?.iter().map(area).collect::<Result<_, _>>()?,
            _ => return Err(GeometryError::Type(shorten(&value["type"]))),
        };
        Ok(Self { parts: shapes.into_iter().filter_map(Part::new).collect() })
    }
}

impl Place {
    /// A place of degrees; nothing where there are no such degrees.
    pub fn new(longitude: Decimal, latitude: Decimal) -> Option<Self> {
        let parts = |degrees: Decimal, most: i64| {
            let mut rounded = degrees.round_dp(PLACES);
            if rounded.abs() > most.into() {
                return None;
            }
            rounded.rescale(PLACES);
            i64::try_from(rounded.mantissa()).ok()
        };
        Some(Self { longitude: parts(longitude, 180)?, latitude: parts(latitude, 90)? })
    }
}

fn list(value: &Value) -> Result<&Vec<Value>, GeometryError> {
    value.as_array().filter(|list| !list.is_empty()).ok_or_else(|| GeometryError::Empty(shorten(value)))
}

fn place(value: &Value) -> Result<Place, GeometryError> {
    let parts = |nth: usize, most: f64| {
        let degrees = value.get(nth).and_then(Value::as_f64).filter(|degrees| degrees.abs() <= most)?;
        Some((degrees * PARTS).round() as i64)
    };
    match (parts(0, 180.0), parts(1, 90.0)) {
        (Some(longitude), Some(latitude)) => Ok(Place { longitude, latitude }),
        _ => Err(GeometryError::Position(shorten(value))),
    }
}

fn places(value: &Value, least: usize) -> Result<Vec<Place>, GeometryError> {
    let places: Vec<Place> = list(value)?.iter().map(place).collect::<Result<_, _>>()?;
    if places.len() < least {
        return Err(GeometryError::Short(places.len(), least));
    }
    Ok(places)
}

fn line(value: &Value) -> Result<Vec<Place>, GeometryError> {
    places(value, LINE)
}

fn area(value: &Value) -> Result<Shape, GeometryError> {
    let mut rings = Vec::new();
    for ring in list(value)? {
        let ring = places(ring, RING)?;
        if ring.first() != ring.last() {
            return Err(GeometryError::Open);
        }
        rings.push(ring);
    }
    Ok(Shape::Area(rings))
}

fn shorten(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if text.chars().count() <= 40 { text } else { text.chars().take(40).chain(['…']).collect() }
}
