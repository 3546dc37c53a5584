//! Coordinates as they are given and as they are kept. Kept are degrees of WGS 84 / CGCS 2000, which differ by less than
//! a metre; maps of the web shops give GCJ-02 (some hundreds of metres off) or BD-09, surveyors Gauss–Krüger metres. The
//! pair that was given stays beside the converted one.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use crate::gauss_kruger::Grid;

/// Systems that can be given; Gauss–Krüger has more names, see [`Grid::find`].
pub const SYSTEMS: [&str; 5] = ["wgs84", "cgcs2000", "gcj02", "bd09", "gk"];
/// Parts of the names of systems before CGCS 2000, which need parameters of the city to be converted.
const OLD: [&str; 6] = ["beijing", "北京", "bj54", "xian", "西安", "xa80"];

/// Semi-major axis and squared eccentricity of the ellipsoid that GCJ-02 is made with (Krasovsky 1940).
const GCJ_A: f64 = 6_378_245.0;
const GCJ_EE: f64 = 0.006_693_421_622_965_943;
/// The angle by which BD-09 turns.
const BD_X_PI: f64 = PI * 3000.0 / 180.0;
/// Rounds until the way back stands still; three are enough for a millimetre.
const ROUNDS: usize = 6;

/// What was expected of a pair that cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Expected {
    /// A system that is known.
    #[error("one of {}, gk-cm75 … gk-cm135, gk3-25 … gk3-45, gk6-13 … gk6-23, epsg:4491 … epsg:4554", SYSTEMS.join(", "))]
    System,
    /// A system of today.
    #[error("a system of CGCS 2000: from Beijing 1954 and Xi'an 1980 it takes the city's own parameters, so convert before")]
    Today,
    /// A number.
    #[error("a decimal number")]
    Number,
    /// The number of a zone.
    #[error("an easting in metres with the number of its zone before it (13 to 23 or 25 to 45), as the system says")]
    Zone,
    /// An easting.
    #[error("an easting of 100000 to 900000 m, after the number of its zone if it has one")]
    Easting,
    /// A northing.
    #[error("a northing of 0 to 6000000 m; the easting goes into the longitude")]
    Northing,
    /// Degrees of a line or an area.
    #[error("wgs84 or cgcs2000 where the entry has a line or an area: only pairs are converted")]
    Degrees,
}

impl Expected {
    /// Its id, for texts in other languages.
    pub fn id(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Today => "today",
            Self::Number => "number",
            Self::Zone => "zone",
            Self::Easting => "easting",
            Self::Northing => "northing",
            Self::Degrees => "degrees",
        }
    }
}

/// A column that does not fit: what stood there and what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The column.
    pub field: String,
    /// What stood there.
    pub found: String,
    /// What was expected.
    pub expected: Expected,
}

/// Where degrees come from.
enum System {
    Gcj02,
    Bd09,
    Grid(Grid),
}

/// Converts the pair of an entry where it was given in another system, keeping what was given. An entry without a pair,
/// or one in WGS 84 or CGCS 2000, stays as it is.
pub fn settle(data: &mut BTreeMap<String, String>, crs: &str) -> Result<(), Misfit> {
    let name = crs.trim().to_lowercase().replace(['-', ' ', '\''], "");
    let misfit = |field: &str, found: &str, expected| Misfit { field: field.to_owned(), found: found.to_owned(), expected };
    let (system, id) = match name.as_str() {
        "" | "wgs84" | "cgcs2000" | "epsg:4326" | "epsg:4490" => return Ok(()),
        "gcj02" => (System::Gcj02, "gcj02".to_owned()),
        "bd09" => (System::Bd09, "bd09".to_owned()),
        old if OLD.iter().any(|part| old.contains(*part)) => return Err(misfit("crs", crs, Expected::Today)),
        _ => match Grid::find(&name) {
            Some(grid) => (System::Grid(grid), grid.id()),
            None => return Err(misfit("crs", crs, Expected::System)),
        },
    };
    if data.values().any(|value| value.starts_with('{') && value.contains("\"coordinates\"")) {
        return Err(misfit("crs", crs, Expected::Degrees));
    }
    let number = |field: &str| -> Result<Option<f64>, Misfit> {
        let Some(text) = data.get(field) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| misfit(field, text, Expected::Number))
    };
    let (Some(x), Some(y)) = (number("longitude")?, number("latitude")?) else { return Ok(()) };
    let (longitude, latitude) = match system {
        System::Gcj02 => gcj02_to_wgs84(x, y),
        System::Bd09 => {
            let (x, y) = bd09_to_gcj02(x, y);
            gcj02_to_wgs84(x, y)
        }
        System::Grid(grid) => {
            grid.to_degrees(x, y).map_err(|(field, expected)| misfit(field, data.get(field).map_or("", String::as_str), expected))?
        }
    };
    data.insert("given_crs".to_owned(), id);
    for (given, field, value) in [("given_x", "longitude", longitude), ("given_y", "latitude", latitude)] {
        if let Some(old) = data.insert(field.to_owned(), format!("{value:.6}")) {
            data.insert(given.to_owned(), old);
        }
    }
    Ok(())
}

/// Outside the box around the country GCJ-02 is the same as WGS 84.
fn outside(lon: f64, lat: f64) -> bool {
    !(72.004..=137.8347).contains(&lon) || !(0.8293..=55.8271).contains(&lat)
}

/// From WGS 84 to GCJ-02.
pub fn wgs84_to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    if outside(lon, lat) {
        return (lon, lat);
    }
    let (x, y) = (lon - 105.0, lat - 35.0);
    let root = x.abs().sqrt();
    let waves = (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0;
    let mut d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves;
    d_lat += (20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0;
    d_lat += (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let mut d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves;
    d_lon += (20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin()) * 2.0 / 3.0;
    d_lon += (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    let radians = lat / 180.0 * PI;
    let magic = 1.0 - GCJ_EE * radians.sin().powi(2);
    let d_lat = d_lat * 180.0 / ((GCJ_A * (1.0 - GCJ_EE)) / (magic * magic.sqrt()) * PI);
    let d_lon = d_lon * 180.0 / (GCJ_A / magic.sqrt() * radians.cos() * PI);
    (lon + d_lon, lat + d_lat)
}

/// From GCJ-02 back to WGS 84, by going there until the difference is gone.
pub fn gcj02_to_wgs84(lon: f64, lat: f64) -> (f64, f64) {
    let (mut wgs_lon, mut wgs_lat) = (lon, lat);
    for _ in 0..ROUNDS {
        let (there_lon, there_lat) = wgs84_to_gcj02(wgs_lon, wgs_lat);
        (wgs_lon, wgs_lat) = (wgs_lon + lon - there_lon, wgs_lat + lat - there_lat);
    }
    (wgs_lon, wgs_lat)
}

/// From BD-09 to GCJ-02.
pub fn bd09_to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    let (x, y) = (lon - 0.0065, lat - 0.006);
    let radius = x.hypot(y) - 0.00002 * (y * BD_X_PI).sin();
    let angle = y.atan2(x) - 0.000003 * (x * BD_X_PI).cos();
    (radius * angle.cos(), radius * angle.sin())
}

/// From GCJ-02 to BD-09.
pub fn gcj02_to_bd09(lon: f64, lat: f64) -> (f64, f64) {
    let radius = lon.hypot(lat) + 0.00002 * (lat * BD_X_PI).sin();
    let angle = lat.atan2(lon) + 0.000003 * (lon * BD_X_PI).cos();
    (radius * angle.cos() + 0.0065, radius * angle.sin() + 0.006)
}
