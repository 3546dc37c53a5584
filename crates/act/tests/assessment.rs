//! Score sheets: grades at their edges, floor and veto, what is left out, and what changed between two results.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;

use act::assessment::{Amount, Evidence, Found, Scored, UnitScore, VetoFound, difference, rank, score_unit};
use judge::Outcome;
use plan::schema::Assessment;
use proptest::prelude::*;
use rust_decimal::Decimal;

const TEXT: &str = r#"
id = "x"
title = { zh = "考核" }
units = "counties"
from_year = 2016
digits = 2
card = { what = { zh = "…" }, why = { zh = "…" }, example = { zh = "…" }, limits = { zh = "…" }, sure = "known" }
band = [
  { id = "excellent", title = { zh = "优秀" }, from = "90", sure = "known", allocation = "1.2" },
  { id = "good", title = { zh = "良好" }, from = "80", sure = "known", allocation = "1.0" },
  { id = "passed", title = { zh = "合格" }, from = "60", sure = "known" },
  { id = "failed", title = { zh = "不合格" }, from = "0", sure = "known" },
]
floor = { sheet = "tasks", score = "60", until_year = 2019, sure = "known" }
veto = { sql = "SELECT 1", clause = { zh = "…" }, sure = "known" }

[[extra]]
id = "bonus"
title = { zh = "奖扣分" }
clause = { zh = "…" }
points = "10"
least = "-5"
points_mark = "checked"
rules = ["r"]

[[sheet]]
id = "quality"
title = { zh = "水质" }
decides_grade = true
points = "100"
item = [
  { id = "a", title = { zh = "甲" }, clause = { zh = "…" }, points = "60", points_mark = "checked", rules = ["r"] },
  { id = "b", title = { zh = "乙" }, clause = { zh = "…" }, points = "40", points_mark = "open", rules = ["r"] },
]

[[sheet]]
id = "tasks"
title = { zh = "工作" }
decides_grade = false
points = "100"
item = [{ id = "c", title = { zh = "丙" }, clause = { zh = "…" }, points = "100", points_mark = "checked", rules = ["r"] }]
"#;

fn assessment() -> Assessment {
    toml::from_str(TEXT).unwrap()
}

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn score(points: &str) -> Amount {
    Amount::Score(d(points))
}

fn share(ok: u32, total: u32) -> Amount {
    Amount::Share { ok: ok.into(), total: total.into() }
}

fn in_year(year: i16, amounts: &[(&str, Amount)], vetoes: Vec<VetoFound>) -> UnitScore {
    let found: BTreeMap<String, Found> =
        amounts.iter().map(|(item, amount)| ((*item).to_owned(), Found { amount: Some(amount.clone()), ..Found::default() })).collect();
    score_unit(&assessment(), year, "u", &found, vetoes).unwrap()
}

fn scored(amounts: &[(&str, Amount)]) -> UnitScore {
    in_year(2019, amounts, Vec::new())
}

#[test]
fn grades_begin_at_the_rounded_score() {
    let cases = [
        ("40", "100.00", "excellent"),
        ("30", "90.00", "excellent"),
        ("29.995", "90.00", "excellent"),
        ("29.985", "89.98", "good"),
        ("20", "80.00", "good"),
        ("19.994", "79.99", "passed"),
        ("0", "60.00", "passed"),
    ];
    for (b, expected, grade) in cases {
        let unit = scored(&[("a", score("60")), ("b", score(b)), ("c", score("100"))]);
        assert_eq!((unit.score.unwrap().to_string().as_str(), unit.grade.as_deref()), (expected, Some(grade)), "{b}");
    }
    let lowest = scored(&[("a", score("59.99")), ("b", score("0")), ("c", score("100"))]);
    assert_eq!((lowest.score, lowest.grade.as_deref()), (Some(d("59.99")), Some("failed")));
}

#[test]
fn a_share_is_rounded_once_and_at_the_end() {
    // 60/7 + 240/7 = 300/7 = 42.857142…
    let unit = scored(&[("a", share(1, 7)), ("b", share(6, 7))]);
    assert_eq!(unit.score, Some(d("42.86")));
    // 60/3 + 40/3 is 33.333…, and two thirds beside it make the whole again.
    assert_eq!(scored(&[("a", share(1, 3)), ("b", share(1, 3))]).score, Some(d("33.33")));
    assert_eq!(scored(&[("a", share(2, 3)), ("b", share(2, 3))]).score, Some(d("66.67")));
}

#[test]
fn the_floor_takes_one_grade_and_only_in_its_years() {
    let quality = [("a", score("60")), ("b", score("25"))];
    let with = |year: i16, c: &str| in_year(year, &[quality[0].clone(), quality[1].clone(), ("c", score(c))], Vec::new());
    let cases = [(2019, "60", "good", false), (2019, "59.99", "passed", true), (2019, "59.996", "good", false), (2020, "0", "good", false)];
    for (year, c, grade, floor) in cases {
        let unit = with(year, c);
        assert_eq!((unit.grade.as_deref(), unit.floor, unit.grade_by_score.as_deref()), (Some(grade), floor, Some("good")), "{year} {c}");
    }
    // There is none below the lowest, and a sheet without a score lowers nothing.
    let lowest = scored(&[("a", score("0")), ("b", score("0")), ("c", score("0"))]);
    assert_eq!((lowest.grade.as_deref(), lowest.floor), (Some("failed"), false));
    assert_eq!(scored(&quality).grade.as_deref(), Some("good"));
}

#[test]
fn a_veto_gives_the_lowest_grade_whatever_the_score_is() {
    let veto = VetoFound { reason: "造假".to_owned(), evidence: None };
    let unit = in_year(2020, &[("a", score("60")), ("b", score("40"))], vec![veto.clone()]);
    assert_eq!((unit.score, unit.grade.as_deref(), unit.grade_by_score.as_deref()), (Some(d("100.00")), Some("failed"), Some("excellent")));
    assert_eq!(in_year(2020, &[], vec![veto]).grade.as_deref(), Some("failed"));
}

#[test]
fn what_is_missing_is_left_out_and_its_points_are_not_counted() {
    let unit = scored(&[("a", share(3, 4))]);
    assert_eq!((unit.sheets[0].counted, unit.sheets[0].score, unit.score), (d("60"), Some(d("75.00")), Some(d("75.00"))));
    assert_eq!(unit.sheets[0].items[1].score, None);
    // Nothing to look at is missing too; zero of something is not.
    assert_eq!(scored(&[("a", share(3, 4)), ("b", share(0, 0))]).score, Some(d("75.00")));
    assert_eq!(scored(&[("a", share(3, 4)), ("b", share(0, 1))]).score, Some(d("45.00")));
    let nothing = scored(&[]);
    assert_eq!((nothing.score, nothing.grade, nothing.rank), (None, None, None));
}

#[test]
fn what_is_added_at_the_end_stays_within_the_points() {
    let with = |a: &str, b: &str, bonus: &str| scored(&[("a", score(a)), ("b", score(b)), ("bonus", score(bonus))]).score.unwrap();
    let cases = [("60", "35", "10", "100.00"), ("50", "20", "12", "80.00"), ("2", "0", "-7", "0.00"), ("20", "10", "-7", "25.00")];
    for (a, b, bonus, expected) in cases {
        assert_eq!(with(a, b, bonus).to_string(), expected, "{a} {b} {bonus}");
    }
}

#[test]
fn a_share_of_more_than_all_is_refused() {
    let found = BTreeMap::from([("a".to_owned(), Found { amount: Some(share(5, 4)), ..Found::default() })]);
    let error = score_unit(&assessment(), 2019, "u", &found, Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), "item `a`, u: 5 of 4 (expected a number from 0 to the total)");
}

fn verdict(id: &str, rule: &str, outcome: Outcome, would_be: Option<Outcome>) -> Evidence {
    let own = |text: &str| text.to_owned();
    let digest = format!("{outcome} {would_be:?}");
    Evidence { verdict: own(id), digest, rule: own(rule), subject: own("s"), period: own(id), outcome, would_be, made_up: false }
}

#[test]
fn what_is_assumed_marks_the_total() {
    let only_a = |evidence: Vec<Evidence>| {
        let found = BTreeMap::from([("a".to_owned(), Found { amount: Some(share(1, 1)), deducted: 0, evidence })]);
        score_unit(&assessment(), 2019, "u", &found, Vec::new()).unwrap()
    };
    assert!(!only_a(vec![verdict("1", "r", Outcome::Pass, None)]).assumed);
    assert!(only_a(vec![verdict("1", "r", Outcome::Undetermined, Some(Outcome::Pass))]).assumed);
    // The points of b are open.
    assert!(scored(&[("a", score("60")), ("b", score("1"))]).assumed);
}

#[test]
fn places_go_by_grade_then_score_and_equals_share_one() {
    let unit = |a: &str, c: &str| scored(&[("a", score(a)), ("b", score("40")), ("c", score(c))]);
    let mut units = vec![unit("50", "0"), unit("45", "100"), unit("55", "100"), unit("45", "100"), scored(&[])];
    rank(&assessment(), &mut units);
    // 90 points with a floor is good, as 85 is; it has more points.
    assert_eq!(units.iter().map(|unit| unit.rank).collect::<Vec<_>>(), [Some(2), Some(3), Some(1), Some(3), None]);
}

fn result(evidence: Vec<Evidence>, ok: u32, total: u32) -> Scored {
    let found = BTreeMap::from([("a".to_owned(), Found { amount: Some(share(ok, total)), deducted: 0, evidence })]);
    let units = vec![score_unit(&assessment(), 2019, "u", &found, Vec::new()).unwrap()];
    Scored { assessment: "x".to_owned(), year: 2019, as_of: "2020-04-01".to_owned(), pack: String::new(), units }
}

#[test]
fn a_difference_names_the_item_and_the_verdict() {
    let before = result(vec![verdict("1", "r", Outcome::Pass, None), verdict("2", "r", Outcome::Pass, None)], 2, 2);
    let after = result(vec![verdict("1", "r", Outcome::Pass, None), verdict("2", "r", Outcome::Fail, None)], 1, 2);
    assert!(difference(&before, &before).units.is_empty());
    let changed = difference(&before, &after);
    let [unit] = &changed.units[..] else { panic!("{changed:?}") };
    assert_eq!((unit.score.before, unit.score.after), (Some(d("100")), Some(d("50"))));
    assert_eq!((unit.grade.before.as_deref(), unit.grade.after.as_deref()), (Some("excellent"), Some("failed")));
    let [item] = &unit.items[..] else { panic!("{unit:?}") };
    assert_eq!((item.item.as_str(), item.score.before, item.score.after), ("a", Some(d("60")), Some(d("30"))));
    let [own] = &item.verdicts[..] else { panic!("{item:?}") };
    assert_eq!((own.verdict.as_str(), own.said.before, own.said.after), ("2", Some(Outcome::Pass), Some(Outcome::Fail)));
    // A unit that is gone is told of too.
    let gone = difference(&before, &Scored { units: Vec::new(), ..after });
    assert_eq!((gone.units.len(), gone.units[0].score.after), (1, None));
}

#[test]
fn a_rule_as_of_a_day_is_the_same_verdict_on_another_day() {
    let first = result(vec![verdict("2020-04-01", "r", Outcome::Pass, None)], 1, 1);
    let next = result(vec![verdict("2020-04-02", "r", Outcome::Pass, None)], 1, 1);
    assert!(difference(&first, &next).units.is_empty());
    let failed = result(vec![verdict("2020-04-02", "r", Outcome::Fail, None)], 0, 1);
    assert_eq!(difference(&first, &failed).units[0].items[0].verdicts.len(), 1);
}

#[test]
fn what_is_published_reads_back_as_it_was() {
    let scored = result(vec![verdict("1", "r", Outcome::Undetermined, Some(Outcome::Pass))], 1, 3);
    let text = serde_json::to_string(&scored).unwrap();
    let read: Scored = serde_json::from_str(&text).unwrap();
    assert_eq!((serde_json::to_string(&read).unwrap(), read), (text, scored));
}

fn any_amount() -> impl Strategy<Value = Option<Amount>> {
    prop_oneof![
        Just(None),
        (0_u32..50, 0_u32..50).prop_map(|(ok, more)| Some(share(ok, ok + more))),
        (-2_000_i64..20_000).prop_map(|cents| Some(Amount::Score(Decimal::new(cents, 2)))),
    ]
}

proptest! {
    #[test]
    fn no_sum_goes_over_its_points(a in any_amount(), b in any_amount(), c in any_amount(), bonus in any_amount()) {
        let given = [("a", a), ("b", b), ("c", c), ("bonus", bonus)];
        let amounts: Vec<(&str, Amount)> = given.into_iter().filter_map(|(item, amount)| Some((item, amount?))).collect();
        let unit = scored(&amounts);
        for sheet in &unit.sheets {
            prop_assert!(sheet.counted <= sheet.points);
            prop_assert!(sheet.score.is_none_or(|score| Decimal::ZERO <= score && score <= sheet.points));
            for item in &sheet.items {
                prop_assert!(item.score.is_none_or(|score| Decimal::ZERO <= score && score <= item.points));
            }
        }
        prop_assert!(unit.score.is_none_or(|score| Decimal::ZERO <= score && score <= Decimal::ONE_HUNDRED));
        prop_assert_eq!(unit.score.is_some(), unit.grade.is_some());
    }

    #[test]
    fn one_more_in_order_never_lowers_the_score(ok in 0_u32..50, more in 1_u32..50, b in 0_u32..40) {
        let with = |ok: u32| scored(&[("a", share(ok, 100)), ("b", share(b, 40))]).score.unwrap();
        prop_assert!(with(ok) <= with(ok + more));
    }
}
