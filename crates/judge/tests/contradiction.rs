//! Two rules that answer the same question stop the judgement where they contradict each other, with both clauses named.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "small/mod.rs"]
mod small;

use small::{Rule, judged, world};

const SQL: &str = "SELECT t.id AS subject, '2020' AS period, CASE WHEN t.amount <= 4 THEN 'pass' ELSE 'fail' END AS outcome, CAST(NULL AS VARCHAR) AS reason FROM thing AS t";

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_contradict_each_other_stop_with_both_clauses_named() {
    let passes = SQL.replace("<= 4", "<= 6");
    let elsewhere = passes.replace("'2020'", "'2021'");
    let assumed = passes.replace("AS reason", "AS reason, true AS assumed");
    let unknown = "SELECT t.id AS subject, '2020' AS period, 'undetermined' AS outcome, 'no_report' AS reason FROM thing AS t";
    let asking = "tasks = [\"1.1\"]\nquestion = \"closed\"";
    let other = "tasks = [\"1.2\"]\nclause = { zh = \"条例\", en = \"the regulation\" }\nquestion = \"closed\"";
    let alone = "tasks = [\"1.2\"]";
    let stops = "the rules contradict each other on the question `closed`: thing a in 2020 passes by `other` (1.2 Closing by and by; the regulation) \
                 but fails by `one` (1.1 Closing)";
    let cases = [
        ("pass and fail", asking, SQL, other, passes.as_str(), Some(stops)),
        ("both fail", asking, SQL, other, SQL, None),
        ("different questions", alone, SQL, alone, passes.as_str(), None),
        ("different periods", asking, SQL, other, elsewhere.as_str(), None),
        ("one is only assumed", asking, SQL, other, assumed.as_str(), None),
        ("one cannot say", asking, SQL, other, unknown, None),
    ];
    for (what, head, sql, other_head, other_sql, expected) in cases {
        let rules = [Rule { id: "one", head, sql, numbers: "" }, Rule { id: "other", head: other_head, sql: other_sql, numbers: "" }];
        let world = world(&rules);
        let found = judged(&world).await.err().map(|error| error.to_string());
        match (found, expected) {
            (None, None) => {}
            (Some(found), Some(expected)) => {
                assert!(found.starts_with(expected) && found.contains("the stricter clause"), "{what}: {found}")
            }
            (found, _) => panic!("{what}: {found:?}"),
        }
    }
}
