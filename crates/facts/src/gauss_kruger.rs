//! Gauss–Krüger coordinates of CGCS 2000: an easting and a northing in metres, in zones of three or six degrees.
//!
//! The number of the zone may stand before the easting (43598317.342 m), or the system names the zone or its central
//! meridian. Only the meridian counts for the plane, so a zone of six degrees and one of three around the same meridian
//! give the same pair; and in this country no number means both a zone of three and one of six degrees.
//!
//! The projection is the series of sixth order of `proj4rs` (`etmerc`), which keeps far below a millimetre here.

use proj4rs::Proj;
use proj4rs::transform::transform;

use crate::coordinates::Expected;

/// Central meridians from the west to the east of the country, in degrees.
const MERIDIANS: std::ops::RangeInclusive<u32> = 75..=135;
/// Zones of three degrees, with the meridian 3 n.
const ZONES_3: std::ops::RangeInclusive<u32> = 25..=45;
/// Zones of six degrees, with the meridian 6 n - 3.
const ZONES_6: std::ops::RangeInclusive<u32> = 13..=23;
/// What the number of a zone is multiplied with before the easting, in metres.
const NUMBER_M: f64 = 1_000_000.0;
/// Eastings that can be: a zone of six degrees at 18° N is 317 km wide to either side of 500 km, and overlaps a little.
const EASTINGS_M: std::ops::RangeInclusive<f64> = 100_000.0..=900_000.0;
/// Northings that can be: the country ends at 5 940 km.
const NORTHINGS_M: std::ops::RangeInclusive<f64> = 0.0..=6_000_000.0;

/// A system of Gauss–Krüger coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grid {
    /// Every easting carries the number of its zone.
    Numbered,
    /// One central meridian, in degrees.
    Meridian(u32),
    /// A zone of three degrees, by number.
    Zone3(u32),
    /// A zone of six degrees, by number.
    Zone6(u32),
}

impl Grid {
    /// The system of a name in small letters without spaces and hyphens: `gk`, `gkcm129`, `gk343` (zone 43 of three
    /// degrees), `gk622`, `epsg:4531`.
    pub fn find(name: &str) -> Option<Self> {
        let found = if name == "gk" {
            Self::Numbered
        } else if let Some(degrees) = name.strip_prefix("gkcm") {
            Self::Meridian(degrees.parse().ok()?)
        } else if let Some(zone) = name.strip_prefix("gk3") {
            Self::Zone3(zone.parse().ok()?)
        } else if let Some(zone) = name.strip_prefix("gk6") {
            Self::Zone6(zone.parse().ok()?)
        } else {
            match name.strip_prefix("epsg:")?.parse::<u32>().ok()? {
                code @ 4491..=4501 => Self::Zone6(13 + code - 4491),
                code @ 4502..=4512 => Self::Meridian(75 + 6 * (code - 4502)),
                code @ 4513..=4533 => Self::Zone3(25 + code - 4513),
                code @ 4534..=4554 => Self::Meridian(75 + 3 * (code - 4534)),
                _ => return None,
            }
        };
        let there = match found {
            Self::Numbered => true,
            Self::Meridian(degrees) => MERIDIANS.contains(&degrees) && degrees.is_multiple_of(3),
            Self::Zone3(zone) => ZONES_3.contains(&zone),
            Self::Zone6(zone) => ZONES_6.contains(&zone),
        };
        there.then_some(found)
    }

    /// The name that is kept with the pair as it was given.
    pub fn id(self) -> String {
        match self {
            Self::Numbered => "gk".to_owned(),
            Self::Meridian(degrees) => format!("gk-cm{degrees}"),
            Self::Zone3(zone) => format!("gk3-{zone}"),
            Self::Zone6(zone) => format!("gk6-{zone}"),
        }
    }

    /// Longitude and latitude in degrees, or which of the two fields does not fit: `longitude` takes the easting.
    pub fn to_degrees(self, easting: f64, northing: f64) -> Result<(f64, f64), (&'static str, Expected)> {
        let (number, easting) = split(easting);
        let meridian = self.meridian(number).ok_or(("longitude", Expected::Zone))?;
        if !EASTINGS_M.contains(&easting) {
            return Err(("longitude", Expected::Easting));
        }
        if !NORTHINGS_M.contains(&northing) {
            return Err(("latitude", Expected::Northing));
        }
        let (longitude, latitude) = project(meridian, (easting, northing), false).ok_or(("longitude", Expected::Easting))?;
        Ok((longitude.to_degrees(), latitude.to_degrees()))
    }

    /// The meridian, where the number before the easting is one this system can have.
    fn meridian(self, number: Option<u32>) -> Option<u32> {
        match (self, number) {
            (Self::Numbered, number) => of_zone(number?),
            (Self::Meridian(own), None) => Some(own),
            (Self::Meridian(own), Some(number)) => of_zone(number).filter(|said| *said == own),
            (Self::Zone3(own) | Self::Zone6(own), Some(number)) if number != own => None,
            (Self::Zone3(own) | Self::Zone6(own), _) => of_zone(own),
        }
    }
}

/// The central meridian of a zone; the numbers of both widths do not meet.
fn of_zone(number: u32) -> Option<u32> {
    if ZONES_3.contains(&number) {
        return Some(3 * number);
    }
    ZONES_6.contains(&number).then(|| 6 * number - 3)
}

/// The central meridians that can be chosen, in degrees.
pub fn meridians() -> impl Iterator<Item = u32> {
    MERIDIANS.step_by(3)
}

/// Easting and northing in metres around a meridian in degrees, without the number of a zone. Nothing for what lies
/// where the plane does not reach.
pub fn from_degrees(meridian: u32, longitude: f64, latitude: f64) -> Option<(f64, f64)> {
    project(meridian, (longitude.to_radians(), latitude.to_radians()), true)
}

/// Takes the number of the zone off an easting; what is no number that fits becomes zone 0, which there is not.
fn split(easting: f64) -> (Option<u32>, f64) {
    if easting.abs() < NUMBER_M {
        return (None, easting);
    }
    let number = (easting / NUMBER_M).floor();
    (Some(number as u32), easting - number * NUMBER_M)
}

/// The projection there (degrees to metres) and back; angles are radians.
fn project(meridian: u32, pair: (f64, f64), there: bool) -> Option<(f64, f64)> {
    let plane = Proj::from_proj_string(&format!("+proj=etmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m"));
    // CGCS 2000 has the axis and the flattening of GRS 80.
    let degrees = Proj::from_proj_string("+proj=longlat +ellps=GRS80");
    let (plane, degrees) = (plane.ok()?, degrees.ok()?);
    let (from, to) = if there { (&degrees, &plane) } else { (&plane, &degrees) };
    let mut point = (pair.0, pair.1, 0.0);
    transform(from, to, &mut point).ok()?;
    let (x, y, _) = point;
    (x.is_finite() && y.is_finite()).then_some((x, y))
}
