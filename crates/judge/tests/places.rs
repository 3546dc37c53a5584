//! Places in SQL: points in areas, metres to lines, and what is refused. A geometry is read once for every distinct text.
#![allow(clippy::unwrap_used, missing_docs)]

use judge::Session;

const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[130.2,47.2],[130.4,47.2],[130.4,47.4],[130.2,47.4],[130.2,47.2]]]}"#;
const LINE: &str = r#"{"type":"LineString","coordinates":[[130.2,47.2],[130.4,47.2]]}"#;
const POINT: &str = r#"{"type":"Point","coordinates":[130.3,47.3]}"#;
const OPEN: &str = r#"{"type":"Polygon","coordinates":[[[130.2,47.2],[130.4,47.2],[130.4,47.4],[130.2,47.4]]]}"#;

async fn answered(session: &Session, sql: &str) -> String {
    let sql = [("$square", SQUARE), ("$line", LINE), ("$point", POINT), ("$open", OPEN)]
        .iter()
        .fold(sql.to_owned(), |sql, (name, text)| sql.replace(name, &format!("'{text}'")));
    match session.sql(&sql).await {
        Ok(answer) => answer.rows[0].iter().map(|cell| cell.as_deref().unwrap_or("NULL")).collect::<Vec<_>>().join(" "),
        Err(error) => format!("refused: {error}"),
    }
}

#[tokio::test]
async fn each_function_of_places_answers_and_refuses_as_documented() {
    let session = Session::without_store().unwrap();
    let cases = [
        (
            "st_contains($square, '130.3', '47.3'), st_contains($square, 130.2, 47.4), st_contains($square, '130.400000001', '47.3')",
            "true true false",
        ),
        (
            "st_contains($line, 130.3, 47.2), st_contains($line, 130.3, 47.200001), st_contains($point, '130.300', '47.3')",
            "true false true",
        ),
        ("st_contains(NULL, 130.3, 47.3), st_contains($square, NULL, 47.3), st_contains($square, 130.3, NULL)", "NULL NULL NULL"),
        (
            "st_intersects($square, $line), st_intersects($line, $point), st_intersects($point, $square), st_intersects(NULL, $line)",
            "true false true NULL",
        ),
        (
            "st_distance_to_m($point, 130.3, 47.31), st_distance_to_m($point, 130.32, 47.3), st_distance_to_m($square, 130.4, 47.2)",
            "1111.8 1512.6 0",
        ),
        ("st_distance_to_m($line, 130.3, 47.21) <= 1111.7, st_distance_to_m($line, 130.3, 47.21)", "true 1111.7"),
        (
            "st_area_m2($square), st_area_m2($line), st_length_m($square), st_length_m($line), st_area_m2(NULL)",
            "336328155.8 0 0 15154.3 NULL",
        ),
    ];
    for (question, expected) in cases {
        assert_eq!(answered(&session, &format!("SELECT {question}")).await, expected, "{question}");
    }
    let refused = [
        ("st_contains('here', 130.3, 47.3)", "st_contains: `here` is no geometry: it is not JSON"),
        ("st_area_m2($open)", "is no geometry: it has a ring that does not end where it begins"),
        ("st_contains($square, 47.3, 130.3)", "st_contains: 47.3, 130.3 is no place (expected a longitude and a latitude in degrees)"),
        ("st_contains($square, CAST(130.3 AS DOUBLE), 47.3)", "longitude is a binary float"),
        ("st_distance_to_m($square, 130.3)", "st_distance_to_m was given 2 arguments"),
    ];
    for (question, expected) in refused {
        let told = answered(&session, &format!("SELECT {question}")).await;
        assert!(told.starts_with("refused: ") && told.contains(expected), "{question}: {told}");
    }
}

#[tokio::test]
async fn a_column_of_points_against_a_column_of_areas_gets_what_each_alone_gets() {
    let session = Session::without_store().unwrap();
    let areas: Vec<String> = (0..5)
        .map(|nth| {
            let (west, east) = (130.0 + f64::from(nth) / 10.0, 130.15 + f64::from(nth) / 10.0);
            format!(r#"{{"type":"Polygon","coordinates":[[[{west:.2},47],[{east:.2},47],[{east:.2},48],[{west:.2},48],[{west:.2},47]]]}}"#)
        })
        .collect();
    let rows: Vec<String> = areas.iter().map(|area| format!("('{area}')")).collect();
    let sql = format!(
        "SELECT count(*) FILTER (WHERE st_contains(a.g, 130 + CAST(p.n AS DECIMAL(10, 2)) / 100, 47.5)),
                count(*) FILTER (WHERE st_distance_to_m(a.g, 130 + CAST(p.n AS DECIMAL(10, 2)) / 100, 47.5) = 0),
                count(*) FILTER (WHERE st_contains(a.g, 130 + CAST(p.n AS DECIMAL(10, 2)) / 100, 48.5)), count(*)
         FROM (VALUES {}) AS a(g) CROSS JOIN generate_series(0, 99) AS p(n)",
        rows.join(", ")
    );
    // Each area holds 16 of the hundredths: both its ends count.
    assert_eq!(answered(&session, &sql).await, "80 80 0 500");
}
