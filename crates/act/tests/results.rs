//! Published results of assessments as a table, and what a rule makes of them: a failed county can be interviewed, one that
//! was put right is clear.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../../judge/tests/common/mod.rs"]
mod common;

use act::assessment::{Scored, UnitScore, edition_id};
use common::{World, change, world};
use facts::Change;
use facts::register::Draft;
use jiff::civil::{Date, date};
use judge::{Limits, Outcome, Session, judge_by};
use rust_decimal::Decimal;

fn unit(id: &str, grade: Option<&str>, score: Option<&str>) -> UnitScore {
    let decimal = |text: &str| text.parse::<Decimal>().unwrap();
    UnitScore {
        unit: id.to_owned(),
        score: score.map(decimal),
        grade: grade.map(str::to_owned),
        grade_by_score: grade.map(str::to_owned),
        floor: false,
        vetoes: Vec::new(),
        rank: None,
        allocation: grade.map(|_| decimal("0.5")),
        assumed: true,
        made_up: false,
        sheets: Vec::new(),
        extra: Vec::new(),
    }
}

/// Publishes a result as the next edition of its year.
fn publish(world: &World, year: i16, as_of: Date, units: Vec<UnitScore>) {
    let scored = Scored { assessment: "county".to_owned(), year, as_of: as_of.to_string(), pack: world.plan.digest.clone(), units };
    let id = edition_id("county", year);
    let number = i64::try_from(world.store.editions(&id).unwrap().len()).unwrap() + 1;
    let at = facts::time::end_of(as_of);
    let change = Change { at, ..change() };
    assert!(world.store.publish_edition(&id, number, &serde_json::to_string(&scored).unwrap(), &change).unwrap());
}

async fn rows(world: &World, as_of: Date) -> Vec<String> {
    let session = Session::open(&world.store, &world.plan, as_of, Limits::default()).await.unwrap();
    let sql = "SELECT year, unit, edition, newest, grade, decimal_text(score) AS score, decimal_text(allocation) AS allocation, published_on \
               FROM assessment_results ORDER BY year, edition, unit";
    let answer = session.sql(sql).await.unwrap();
    answer.rows.iter().map(|row| row.iter().map(|cell| cell.as_deref().unwrap_or("-")).collect::<Vec<_>>().join(" ")).collect()
}

async fn standing(world: &World, county: &str, as_of: Date) -> (Outcome, Option<String>) {
    let session = Session::open(&world.store, &world.plan, as_of, Limits::default()).await.unwrap();
    let verdicts = judge_by(&session, &world.plan, |rule| rule == "county-assessment").await.unwrap().verdicts;
    let found = verdicts.into_iter().find(|own| own.subject == county).unwrap();
    (found.outcome, found.reason)
}

#[tokio::test]
async fn rules_see_what_was_published_by_the_day_asked_for_and_which_edition_is_the_newest() {
    let world = world(&[]);
    publish(&world, 2019, date(2020, 6, 12), vec![unit("luobei", Some("failed"), Some("59.5")), unit("suibin", None, None)]);
    publish(&world, 2019, date(2020, 8, 1), vec![unit("luobei", Some("passed"), Some("60"))]);
    assert!(rows(&world, date(2020, 6, 11)).await.is_empty());
    let first = ["2019 luobei 1 true failed 59.5 0.5 2020-06-12", "2019 suibin 1 true - - - 2020-06-12"];
    assert_eq!(rows(&world, date(2020, 6, 12)).await, first);
    let both = [
        "2019 luobei 1 false failed 59.5 0.5 2020-06-12",
        "2019 suibin 1 false - - - 2020-06-12",
        "2019 luobei 2 true passed 60 0.5 2020-08-01",
    ];
    assert_eq!(rows(&world, date(2020, 8, 1)).await, both);
}

#[tokio::test]
async fn a_county_that_failed_fails_until_another_unit_verified_what_it_put_right() {
    let world = world(&[]);
    let undecided = (Outcome::Undetermined, Some("no_result".to_owned()));
    assert_eq!(standing(&world, "luobei", date(2020, 12, 31)).await, undecided);
    let before = world.store.facts_head().unwrap();
    publish(&world, 2019, date(2020, 6, 12), vec![unit("luobei", Some("failed"), Some("59.5"))]);
    assert_ne!(before, world.store.facts_head().unwrap(), "a result that is published makes the plan be judged again");
    assert_eq!(standing(&world, "luobei", date(2020, 12, 31)).await, (Outcome::Fail, None));
    let fields = [
        ("county", "luobei"),
        ("year", "2019"),
        ("opinion_on", "2020-07-01"),
        ("opinion", "1"),
        ("verified_on", "2020-10-01"),
        ("verified_by", "epb"),
        ("verification", "2"),
    ];
    let data = fields.into_iter().map(|(field, value)| (field.to_owned(), value.to_owned())).collect();
    let draft = Draft { id: "put-right".to_owned(), data, made_up: false, source: "test".to_owned(), known_at: None };
    world.store.put_entries(&world.plan, "assessment_rectification", &[draft], &change()).unwrap();
    assert_eq!(standing(&world, "luobei", date(2020, 9, 30)).await, (Outcome::Fail, None));
    assert_eq!(standing(&world, "luobei", date(2020, 10, 1)).await, (Outcome::Pass, None));
}
