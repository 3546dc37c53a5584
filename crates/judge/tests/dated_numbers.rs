//! A number of a rule holds from its day on: each period is judged by the numbers of its own time, and a number nobody
//! confirmed never decides alone.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "small/mod.rs"]
mod small;

use judge::explain;
use small::{AS_OF, Rule, judged, told, world};

/// The amount, 5, against `$limit`, in three years.
const SQL: &str =
    "SELECT t.id AS subject, y.period, CASE WHEN t.amount <= $limit THEN 'pass' ELSE 'fail' END AS outcome, CAST(NULL AS VARCHAR) AS reason
FROM thing AS t CROSS JOIN (VALUES ('2019'), ('2020'), ('2021')) AS y(period)";

fn number(value: &str, more: &str) -> String {
    format!("[[parameter]]\nname = \"limit\"\nvalue = \"{value}\"\nsource = {{ zh = \"条例\" }}\n{more}\n")
}

fn rule<'a>(sql: &'a str, numbers: &'a str) -> Rule<'a> {
    Rule { id: "r", head: "tasks = [\"1.1\"]", sql, numbers }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_period_is_judged_by_the_numbers_of_its_own_time() {
    let asks = SQL.replace("CASE WHEN", "CASE WHEN $limit IS NULL THEN 'pass' WHEN");
    let states = SQL.replace("AS reason", "AS reason, false AS assumed");
    let known = |value: &str| number(value, "sure = \"known\"");
    let from = |value: &str, day: &str| number(value, &format!("sure = \"known\"\nfrom = {day}"));
    let open_from = |value: &str, day: &str| number(value, &format!("sure = \"open\"\nfrom = {day}"));
    let cases = [
        ("one number for ever", SQL, known("4"), "2019 fail; 2020 fail; 2021 fail"),
        ("the last day of the period counts", SQL, known("4") + &from("6", "2020-12-31"), "2019 fail; 2020 pass; 2021 pass"),
        ("a day later is too late for it", SQL, known("4") + &from("6", "2021-01-01"), "2019 fail; 2020 fail; 2021 pass"),
        ("the day as a text, in any order", SQL, from("6", "\"2020-12-31\"") + &known("4"), "2019 fail; 2020 pass; 2021 pass"),
        ("three values", SQL, known("4") + &from("6", "2020-01-01") + &from("4.9", "2021-01-01"), "2019 fail; 2020 pass; 2021 fail"),
        ("no value yet", SQL, from("6", "2020-01-01"), "2019 undetermined (no_value_yet); 2020 pass; 2021 pass"),
        ("no value yet, and the query asks", asks.as_str(), from("4", "2020-01-01"), "2019 pass; 2020 fail; 2021 fail"),
        (
            "a number in doubt decides nothing",
            SQL,
            known("4") + &open_from("6", "2021-01-01"),
            "2019 fail; 2020 fail; 2021 undetermined (unconfirmed_target) would be pass",
        ),
        (
            "unless the query says what is assumed",
            states.as_str(),
            known("4") + &open_from("6", "2021-01-01"),
            "2019 fail; 2020 fail; 2021 pass",
        ),
    ];
    for (what, sql, numbers, expected) in cases {
        let world = world(&[rule(sql, &numbers)]);
        assert_eq!(told(&judged(&world).await.unwrap()), expected, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_names_the_number_it_was_judged_by_and_a_later_one_does_not_touch_it() {
    let before = number("4", "sure = \"known\"");
    let after = before.clone() + &number("6", "sure = \"checked\"\nfrom = 2021-01-01");
    let (old, new) = (world(&[rule(SQL, &before)]), world(&[rule(SQL, &after)]));
    let (first, second) = (judged(&old).await.unwrap(), judged(&new).await.unwrap());
    let same: Vec<bool> = first.verdicts.iter().zip(&second.verdicts).map(|(one, other)| one.content() == other.content()).collect();
    assert_eq!(same, [true, true, false], "only the year of the new number is judged anew");
    let used: Vec<String> = second
        .verdicts
        .into_iter()
        .map(|verdict| {
            let why = explain(&new.store, &new.plan, verdict, AS_OF).unwrap();
            let [number] = &why.parameters[..] else { panic!("{:?}", why.parameters) };
            format!("{} {} {:?} {}", number.value, number.sure, number.from.map(|day| day.to_string()), number.source.zh)
        })
        .collect();
    assert_eq!(used, ["4 known None 条例", "4 known None 条例", "6 checked Some(\"2021-01-01\") 条例"]);
}
