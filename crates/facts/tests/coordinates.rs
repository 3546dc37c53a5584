//! Coordinates in the systems they can be given in. The known pairs of Gauss–Krüger were worked out without the series of
//! the program: the meridian arc of a complex latitude, integrated with forty digits.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;

use facts::coordinates::{Expected, settle};
use facts::gauss_kruger::{Grid, from_degrees, meridians};
use proptest::prelude::*;

/// Longitude, latitude, meridian, easting, northing.
const KNOWN: [(f64, f64, u32, f64, f64); 9] = [
    (130.3, 47.3, 129, 598_317.342_4, 5_241_418.912_0),
    (130.3, 47.3, 132, 371_431.786_3, 5_242_001.075_1),
    (131.85, 47.28, 132, 488_651.338_1, 5_238_386.522_8),
    (129.836_914, 48.357_422, 129, 562_022.126_0, 5_358_509.227_0),
    (75.989, 39.47, 75, 585_104.650_5, 4_371_150.304_7),
    (109.5, 18.25, 108, 658_646.783_9, 2_019_302.837_0),
    (131.999_999, 47.0, 129, 728_160.753_3, 5_211_617.492_1),
    (134.5, 48.0, 135, 462_687.372_1, 5_318_548.586_0),
    (129.0, 47.3, 129, 500_000.0, 5_240_599.138_9),
];
/// A tenth of a millimetre, to which the pairs are printed.
const CLOSE_M: f64 = 0.000_1;
/// A thousand-millionth of a degree is a tenth of a millimetre.
const CLOSE_DEGREES: f64 = 0.000_000_002;

#[test]
fn known_pairs_are_met_to_a_tenth_of_a_millimetre() {
    for (longitude, latitude, meridian, easting, northing) in KNOWN {
        let (x, y) = from_degrees(meridian, longitude, latitude).unwrap();
        assert!((x - easting).abs() < CLOSE_M && (y - northing).abs() < CLOSE_M, "{longitude} {latitude}: {x} {y}");
        let (lon, lat) = Grid::Meridian(meridian).to_degrees(easting, northing).unwrap();
        assert!((lon - longitude).abs() < CLOSE_DEGREES && (lat - latitude).abs() < CLOSE_DEGREES, "{easting} {northing}: {lon} {lat}");
    }
}

fn entry(longitude: &str, latitude: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("longitude", longitude), ("latitude", latitude)].map(|(field, value)| (field.to_owned(), value.to_owned())))
}

#[test]
fn every_name_of_a_grid_leads_to_the_same_place_and_the_pair_stays_as_it_was_given() {
    let cases = [
        ("gk", "43598317.342", "gk"),
        ("GK", "22598317.342", "gk"),
        ("gk-cm129", "598317.342", "gk-cm129"),
        ("gk-cm129", "43598317.342", "gk-cm129"),
        ("gk3-43", "598317.342", "gk3-43"),
        ("gk3-43", "43598317.342", "gk3-43"),
        ("epsg:4531", "43598317.342", "gk3-43"),
        ("EPSG:4552", "598317.342", "gk-cm129"),
        ("epsg:4500", "22598317.342", "gk6-22"),
    ];
    for (crs, easting, given) in cases {
        let northing = "5241418.912";
        let mut data = entry(easting, northing);
        settle(&mut data, crs).unwrap();
        assert_eq!((data["given_crs"].as_str(), data["given_x"].as_str(), data["given_y"].as_str()), (given, easting, northing));
        assert_eq!((data["longitude"].as_str(), data["latitude"].as_str()), ("130.300000", "47.300000"), "{crs} {easting}");
    }
}

#[test]
fn the_same_pair_around_a_meridian_is_the_same_in_a_zone_of_three_and_of_six_degrees() {
    // The meridian 129 is of zone 43 of three degrees and of zone 22 of six.
    let places = ["gk3-43", "gk6-22", "gk-cm129", "epsg:4500", "epsg:4511"].map(|crs| {
        let mut data = entry("598317.342", "5241418.912");
        settle(&mut data, crs).unwrap();
        (data["longitude"].clone(), data["latitude"].clone())
    });
    assert!(places.iter().all(|place| *place == ("130.300000".to_owned(), "47.300000".to_owned())), "{places:?}");
}

#[test]
fn what_does_not_fit_is_refused_with_the_column_and_what_was_expected() {
    let cases = [
        ("beijing1954", "598317", "5241418", "crs", Expected::Today),
        ("Xi'an 1980", "598317", "5241418", "crs", Expected::Today),
        ("北京54", "598317", "5241418", "crs", Expected::Today),
        ("1980西安坐标系", "598317", "5241418", "crs", Expected::Today),
        ("utm", "598317", "5241418", "crs", Expected::System),
        ("gk-cm130", "598317", "5241418", "crs", Expected::System),
        ("gk3-46", "598317", "5241418", "crs", Expected::System),
        ("gk", "598317", "5241418", "longitude", Expected::Zone),
        ("gk", "24598317", "5241418", "longitude", Expected::Zone),
        ("gk3-43", "42598317", "5241418", "longitude", Expected::Zone),
        ("gk-cm129", "42598317", "5241418", "longitude", Expected::Zone),
        ("gk-cm129", "5241418", "598317", "longitude", Expected::Zone),
        ("gk", "43098317", "5241418", "longitude", Expected::Easting),
        ("gk", "43598317", "52414180", "latitude", Expected::Northing),
        ("gk", "43598317", "-1", "latitude", Expected::Northing),
        ("gk", "NaN", "5241418", "longitude", Expected::Zone),
        ("gk", "east", "5241418", "longitude", Expected::Number),
    ];
    for (crs, x, y, field, expected) in cases {
        let mut data = entry(x, y);
        let misfit = settle(&mut data, crs).unwrap_err();
        assert_eq!((misfit.field.as_str(), misfit.expected), (field, expected), "{crs} {x} {y}");
        assert_eq!(data, entry(x, y), "a refused entry stays as it was");
    }
}

#[test]
fn an_area_is_not_converted_and_says_so() {
    let mut data = BTreeMap::from([("geometry".to_owned(), r#"{"type":"Point","coordinates":[130.3,47.3]}"#.to_owned())]);
    assert_eq!(settle(&mut data, "gcj02").unwrap_err().expected, Expected::Degrees);
    assert!(settle(&mut data, "cgcs2000").is_ok());
}

proptest! {
    #[test]
    fn there_and_back_is_the_same_place(nth in 0_usize..21, off in -3.2_f64..3.2, latitude in 3.0_f64..53.9) {
        let meridian = meridians().nth(nth).unwrap();
        let longitude = f64::from(meridian) + off;
        let (easting, northing) = from_degrees(meridian, longitude, latitude).unwrap();
        let (lon, lat) = Grid::Meridian(meridian).to_degrees(easting, northing).unwrap();
        prop_assert!((lon - longitude).abs() < CLOSE_DEGREES && (lat - latitude).abs() < CLOSE_DEGREES);
    }
}
