//! Geometries: what lies in what, and how far and large things are. Metres were worked out apart from the program, by
//! Vincenty's geodesic and by integrating the element of the ellipsoid with thirty digits.
#![allow(clippy::unwrap_used, missing_docs)]

use facts::geometry::{Geometry, Place};
use proptest::prelude::*;
use standards::Decimal;

const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[130.2,47.2],[130.4,47.2],[130.4,47.4],[130.2,47.4],[130.2,47.2]]]}"#;
const HOLED: &str = r#"{"type":"Polygon","coordinates":[[[130.2,47.2],[130.4,47.2],[130.4,47.4],[130.2,47.4],[130.2,47.2]],[[130.25,47.25],[130.35,47.25],[130.35,47.35],[130.25,47.35],[130.25,47.25]]]}"#;
const SLANTED: &str = r#"{"type":"Polygon","coordinates":[[[130.2,47.2],[130.4,47.2],[130.3,47.4],[130.2,47.2]]]}"#;
const TWO: &str = r#"{"type":"MultiPolygon","coordinates":[[[[130.2,47.2],[130.3,47.2],[130.3,47.3],[130.2,47.2]]],[[[131.2,47.2],[131.3,47.2],[131.3,47.3],[131.2,47.2]]]]}"#;
const LINE: &str = r#"{"type":"LineString","coordinates":[[130.2,47.2],[130.4,47.2],[130.4,47.4]]}"#;
const DIAGONAL: &str = r#"{"type":"LineString","coordinates":[[130,47],[132,48]]}"#;
const POINT: &str = r#"{"type":"Point","coordinates":[130.3,47.3]}"#;

fn geometry(text: &str) -> Geometry {
    Geometry::parse(text).unwrap()
}

fn place(longitude: &str, latitude: &str) -> Place {
    Place::new(standards::decimal(longitude).unwrap(), standards::decimal(latitude).unwrap()).unwrap()
}

#[test]
fn places_lie_inside_on_the_boundary_or_outside() {
    let cases = [
        (SQUARE, "130.3", "47.3", true),
        (SQUARE, "130.2", "47.2", true),
        (SQUARE, "130.2", "47.3", true),
        (SQUARE, "130.3", "47.4", true),
        (SQUARE, "130.199999999", "47.3", false),
        (SQUARE, "130.400000001", "47.4", false),
        (SQUARE, "130.5", "47.2", false),
        (SQUARE, "130.1", "47.4", false),
        (HOLED, "130.3", "47.3", false),
        (HOLED, "130.25", "47.3", true),
        (HOLED, "130.24", "47.3", true),
        (HOLED, "130.250000001", "47.3", false),
        // A third of the way up the left side: not a number that two can write, but one that ten can.
        (SLANTED, "130.23", "47.26", true),
        (SLANTED, "130.229999999", "47.26", false),
        (SLANTED, "130.3", "47.4", true),
        (SLANTED, "130.37", "47.26", true),
        (SLANTED, "130.370000001", "47.26", false),
        (TWO, "131.29", "47.21", true),
        (TWO, "130.75", "47.25", false),
        (LINE, "130.3", "47.2", true),
        (LINE, "130.4", "47.3", true),
        (LINE, "130.3", "47.3", false),
        (DIAGONAL, "130.1", "47.05", true),
        (DIAGONAL, "130.1", "47.050000001", false),
        (POINT, "130.3", "47.3", true),
        (POINT, "130.3", "47.300000001", false),
    ];
    for (text, longitude, latitude, inside) in cases {
        assert_eq!(geometry(text).contains(place(longitude, latitude)), inside, "{longitude} {latitude} in {text}");
    }
}

#[test]
fn two_geometries_meet_or_do_not() {
    let cases = [
        (SQUARE, HOLED, true),
        (SQUARE, LINE, true),
        (SQUARE, POINT, true),
        (HOLED, POINT, false),
        (SLANTED, TWO, true),
        // The corner of the line lies on the other.
        (LINE, DIAGONAL, true),
        // Wholly inside, wholly in the hole, from edge to edge of the hole, and touching at a corner.
        (SQUARE, r#"{"type":"Polygon","coordinates":[[[130.28,47.28],[130.3,47.28],[130.3,47.3],[130.28,47.28]]]}"#, true),
        (HOLED, r#"{"type":"Polygon","coordinates":[[[130.28,47.28],[130.3,47.28],[130.3,47.3],[130.28,47.28]]]}"#, false),
        (HOLED, r#"{"type":"LineString","coordinates":[[130.3,47.3],[130.35,47.3]]}"#, true),
        (HOLED, r#"{"type":"LineString","coordinates":[[130.3,47.3],[130.349999999,47.3]]}"#, false),
        (SQUARE, r#"{"type":"Polygon","coordinates":[[[130.4,47.4],[130.5,47.4],[130.5,47.5],[130.4,47.4]]]}"#, true),
        (SQUARE, r#"{"type":"LineString","coordinates":[[130.1,47.3],[130.5,47.3]]}"#, true),
        (SQUARE, r#"{"type":"LineString","coordinates":[[130.1,47.3],[130.5,47.8]]}"#, false),
        // Along one line: with a stretch in common, end to end, and one after the other.
        (DIAGONAL, r#"{"type":"LineString","coordinates":[[131,47.5],[133,48.5]]}"#, true),
        (DIAGONAL, r#"{"type":"LineString","coordinates":[[132,48],[133,48.5]]}"#, true),
        (DIAGONAL, r#"{"type":"LineString","coordinates":[[132.2,48.1],[133,48.5]]}"#, false),
    ];
    for (one, two, meet) in cases {
        assert_eq!(geometry(one).intersects(&geometry(two)), meet, "{one} and {two}");
        assert_eq!(geometry(two).intersects(&geometry(one)), meet, "{two} and {one}");
    }
}

#[test]
fn metres_are_those_of_the_ellipsoid() {
    let near = |found: f64, known: f64, within: f64| assert!((found - known).abs() <= within, "{found} (known {known})");
    near(geometry(SQUARE).area_m2(), 336_328_155.835, 0.05);
    near(geometry(SLANTED).area_m2(), 168_268_789.126, 0.05);
    near(geometry(HOLED).area_m2(), 252_246_083.870, 0.05);
    near(geometry(LINE).length_m(), 37_389.683, 0.001);
    near(geometry(DIAGONAL).length_m(), 187_262.915, 0.05);
    near(geometry(POINT).area_m2() + geometry(POINT).length_m() + geometry(LINE).area_m2() + geometry(SQUARE).length_m(), 0.0, 0.0);
    near(geometry(POINT).distance_m(place("130.3", "47.31")), 1_111.768, 0.001);
    near(geometry(POINT).distance_m(place("130.32", "47.3")), 1_512.585, 0.001);
    near(geometry(POINT).distance_m(place("130.326", "47.309")), 2_206.150, 0.001);
    near(geometry(SQUARE).distance_m(place("130.4", "47.3")), 0.0, 0.0);
    near(geometry(HOLED).distance_m(place("130.3", "47.35")), 0.0, 0.0);
    // From the south the nearest is the south side; north of the corner it is the corner.
    near(geometry(SQUARE).distance_m(place("130.3", "47.19")), geometry(POINT).distance_m(place("130.3", "47.31")), 0.1);
}

#[test]
fn what_is_no_geometry_says_why() {
    let cases = [
        ("", "it is not JSON"),
        ("{}", "its type is `null`"),
        (r#"{"type":"Feature"}"#, "its type is `Feature`"),
        (r#"{"type":"Polygon","coordinates":[]}"#, "`[]` is no list with anything in it"),
        (r#"{"type":"Point","coordinates":[47.3,130.3]}"#, "`[47.3,130.3]` is no position"),
        (r#"{"type":"Point","coordinates":[43598317.3,5241418.9]}"#, "is no position"),
        (r#"{"type":"LineString","coordinates":[[130,47]]}"#, "it has a line or ring of 1 positions (expected 2 and more)"),
        (r#"{"type":"Polygon","coordinates":[[[130,47],[131,47],[130,47]]]}"#, "of 3 positions (expected 4 and more)"),
        (r#"{"type":"Polygon","coordinates":[[[130,47],[131,47],[131,48],[130,48]]]}"#, "a ring that does not end where it begins"),
    ];
    for (text, why) in cases {
        let told = Geometry::parse(text).unwrap_err().to_string();
        assert!(told.contains(why), "{text}: {told}");
    }
    assert_eq!(Place::new(Decimal::from(181), Decimal::ZERO), None);
    assert_eq!(Place::new(Decimal::ZERO, Decimal::from(-91)), None);
}

fn triangle() -> impl Strategy<Value = String> {
    prop::collection::vec((0_u32..40, 0_u32..40), 3).prop_map(|corners| {
        let [a, b, c] = [0, 1, 2].map(|nth: usize| format!("[130.{:02},47.{:02}]", corners[nth].0, corners[nth].1));
        format!(r#"{{"type":"Polygon","coordinates":[[{a},{b},{c},{a}]]}}"#)
    })
}

proptest! {
    #[test]
    fn a_place_is_inside_exactly_where_the_distance_is_nothing_and_its_point_meets(text in triangle(), x in 0_u32..40, y in 0_u32..40) {
        let area = geometry(&text);
        let at = place(&format!("130.{x:02}"), &format!("47.{y:02}"));
        let point = geometry(&format!(r#"{{"type":"Point","coordinates":[130.{x:02},47.{y:02}]}}"#));
        prop_assert_eq!(area.contains(at), area.distance_m(at) <= 0.0);
        prop_assert_eq!(area.contains(at), area.intersects(&point));
    }

    #[test]
    fn to_meet_is_the_same_from_both_sides(one in triangle(), two in triangle()) {
        prop_assert_eq!(geometry(&one).intersects(&geometry(&two)), geometry(&two).intersects(&geometry(&one)));
    }
}
