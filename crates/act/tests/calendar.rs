//! Working days, over the years that a pack knows and beyond them.
#![allow(clippy::unwrap_used, missing_docs)]

use act::calendar::{Calendar, Sure, Why, Working};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const PACK: &str = include_str!("../../../plans/hegang/calendar.toml");

fn pack() -> Calendar {
    Calendar::from_toml(PACK).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn days(text: &str) -> Vec<Date> {
    text.split_whitespace().map(day).collect()
}

/// Day, whether it is worked, why.
const DAYS: &[(&str, bool, Why)] = &[
    ("2016-02-05", true, Why::Ordinary),
    ("2016-02-06", true, Why::MakeUp),
    ("2016-02-07", false, Why::Holiday),
    ("2016-02-13", false, Why::Holiday),
    ("2016-02-14", true, Why::MakeUp),
    ("2016-10-08", true, Why::MakeUp),
    ("2016-12-31", false, Why::Weekend),
    ("2017-01-02", false, Why::Holiday),
    ("2017-09-30", true, Why::MakeUp),
    // The notice for 2019 reaches into 2018.
    ("2018-12-29", true, Why::MakeUp),
    ("2018-12-30", false, Why::Holiday),
    ("2018-12-31", false, Why::Holiday),
    // Labour Day of 2019 as the second notice has it.
    ("2019-04-28", true, Why::MakeUp),
    ("2019-05-02", false, Why::Holiday),
    ("2019-05-05", true, Why::MakeUp),
    // Spring Festival of 2020 as extended.
    ("2020-01-31", false, Why::Holiday),
    ("2020-02-01", false, Why::Holiday),
    ("2020-02-02", false, Why::Holiday),
    ("2020-02-03", true, Why::Ordinary),
    ("2021-10-09", true, Why::MakeUp),
    ("2021-10-10", false, Why::Weekend),
    // Nothing is known of these years but the weekday.
    ("2015-12-31", true, Why::UnknownYear),
    ("2015-12-26", false, Why::UnknownYear),
    ("2022-02-01", true, Why::UnknownYear),
    ("2022-10-01", false, Why::UnknownYear),
];

#[test]
fn each_kind_of_day_is_told_apart() {
    let calendar = pack();
    for &(text, yes, why) in DAYS {
        assert_eq!(calendar.is_working(day(text)), Working { yes, why }, "{text}");
    }
}

#[test]
fn a_year_has_the_days_the_law_leaves() {
    // Days less weekends less eleven public holidays; in 2020 two days less by the extension of Spring Festival.
    let calendar = pack();
    for (year, working_days) in [(2016, 250), (2017, 249), (2018, 250), (2019, 250), (2020, 249), (2021, 250)] {
        let before = date(year, 1, 1).yesterday().unwrap();
        assert_eq!(calendar.working_days_between(before, date(year, 12, 31)).days, working_days, "{year}");
        assert_eq!(calendar.source(year).unwrap().sure, Sure::Known);
        assert!(calendar.source(year).unwrap().source.zh.contains("国办发明电"));
    }
    assert_eq!(calendar.source(2022), None);
}

/// Day, working days added, day reached, number of days skipped, make-up days counted, unknown years.
#[expect(clippy::type_complexity, reason = "a table of cases")]
const ADDED: &[(&str, u32, &str, usize, &str, &[i16])] = &[
    ("2018-03-09", 0, "2018-03-09", 0, "", &[]),
    ("2018-03-10", 0, "2018-03-10", 0, "", &[]),
    ("2018-02-14", 1, "2018-02-22", 7, "", &[]),
    ("2018-02-09", 5, "2018-02-22", 8, "2018-02-11", &[]),
    ("2018-01-26", 20, "2018-02-28", 13, "2018-02-11 2018-02-24", &[]),
    ("2018-09-28", 5, "2018-10-10", 7, "2018-09-29 2018-09-30", &[]),
    ("2018-09-03", 45, "2018-11-09", 22, "2018-09-29 2018-09-30", &[]),
    ("2018-12-28", 1, "2018-12-29", 0, "2018-12-29", &[]),
    ("2018-12-28", 3, "2019-01-03", 3, "2018-12-29", &[]),
    ("2016-01-01", 60, "2016-03-30", 29, "2016-02-06 2016-02-14", &[]),
    ("2016-09-30", 10, "2016-10-19", 9, "2016-10-08 2016-10-09", &[]),
    ("2017-12-29", 1, "2018-01-02", 3, "", &[]),
    ("2019-04-22", 10, "2019-05-07", 5, "2019-04-28 2019-05-05", &[]),
    ("2020-01-23", 1, "2020-02-03", 10, "", &[]),
    ("2020-01-17", 10, "2020-02-07", 11, "2020-01-19", &[]),
    ("2021-12-30", 5, "2022-01-06", 2, "", &[2022]),
    ("2015-12-30", 3, "2016-01-05", 3, "", &[2015]),
];

#[test]
fn working_days_are_added_and_the_way_is_told() {
    let calendar = pack();
    for &(from, n, to, skipped, make_up, unknown) in ADDED {
        let counted = calendar.add_working_days(day(from), n).unwrap();
        assert_eq!(counted.day, day(to), "{from} + {n}");
        assert_eq!(counted.skipped.len(), skipped, "{from} + {n}");
        assert_eq!(counted.make_up, days(make_up), "{from} + {n}");
        assert_eq!(counted.unknown_years.into_iter().collect::<Vec<_>>(), unknown, "{from} + {n}");
    }
}

#[test]
fn days_between_are_counted_forwards_and_backwards() {
    let calendar = pack();
    for (from, to, n) in [
        ("2018-03-05", "2018-03-05", 0),
        ("2018-02-14", "2018-02-22", 1),
        ("2018-09-28", "2018-10-08", 3),
        ("2017-12-18", "2017-12-31", 9),
        ("2018-03-09", "2018-03-05", -4),
        ("2020-01-23", "2020-02-03", 1),
    ] {
        assert_eq!(calendar.working_days_between(day(from), day(to)).days, n, "{from} {to}");
    }
    let far = calendar.working_days_between(day("2015-12-30"), day("2022-01-04"));
    assert_eq!(far.unknown_years.into_iter().collect::<Vec<_>>(), [2015, 2022]);
}

#[test]
fn without_any_notice_only_weekends_are_left_out() {
    let counted = Calendar::default().add_working_days(day("2018-02-14"), 5).unwrap();
    assert_eq!(counted.day, day("2018-02-21"));
    assert_eq!(counted.unknown_years.into_iter().collect::<Vec<_>>(), [2018]);
}

#[test]
fn a_count_past_the_last_day_there_is_stops() {
    let error = Calendar::default().add_working_days(date(9999, 12, 30), 9).unwrap_err();
    assert_eq!(error.to_string(), "9 counted on from 9999-12-30 leads past the year 9999");
}

/// A key of the year 2018, and the message it gives.
const REFUSED: &[(&str, &str)] = &[
    (
        "holidays = [\"2018-02-30\"]",
        "calendar.toml, 2018, holidays: `2018-02-30` is no day and no range (expected 2016-02-07 or 2016-02-07/2016-02-13)",
    ),
    (
        "holidays = [\"2018-02-21/2018-02-15\"]",
        "calendar.toml, 2018, holidays: `2018-02-21/2018-02-15` is no day and no range (expected 2016-02-07 or 2016-02-07/2016-02-13)",
    ),
    ("holidays = [\"2019-01-01\"]", "calendar.toml, 2018, holidays: 2019-01-01 lies neither in 2018 nor in the December before"),
    ("holidays = [\"2017-11-30\"]", "calendar.toml, 2018, holidays: 2017-11-30 lies neither in 2018 nor in the December before"),
    ("holidays = [\"2018-01-01\"]\nmake_up = [\"2018-02-12\"]", "calendar.toml, 2018, make_up: 2018-02-12 is no Saturday or Sunday"),
    ("holidays = [\"2018-02-24\"]\nmake_up = [\"2018-02-24\"]", "calendar.toml, 2018: 2018-02-24 is listed twice"),
    (
        "holidays = []\n[[year]]\nyear = 2018\nsource.zh = \"通知\"\nsure = \"open\"\nholidays = []",
        "calendar.toml: the year 2018 is listed twice",
    ),
];

#[test]
fn days_that_cannot_be_are_refused_by_name() {
    for (keys, message) in REFUSED {
        let text = format!("[[year]]\nyear = 2018\nsource.zh = \"通知\"\nsure = \"known\"\n{keys}\n");
        assert_eq!(Calendar::from_toml(&text).unwrap_err().to_string(), *message);
    }
    let unknown_key = "[[year]]\nyear = 2018\nsource.zh = \"通知\"\nsure = \"known\"\nholiday = []\n";
    assert!(Calendar::from_toml(unknown_key).unwrap_err().to_string().contains("unknown field `holiday`"));
}

fn any_day() -> impl Strategy<Value = Date> {
    (0i64..3000).prop_map(|n| date(2015, 1, 1).checked_add(n.days()).unwrap())
}

proptest! {
    #[test]
    fn adding_working_days_and_counting_them_gives_the_number(from in any_day(), n in 0u32..300) {
        let calendar = pack();
        let to = calendar.add_working_days(from, n).unwrap().day;
        prop_assert_eq!(calendar.working_days_between(from, to).days, i32::try_from(n).unwrap());
        prop_assert!(n == 0 || calendar.is_working(to).yes);
    }

    #[test]
    fn counting_back_is_counting_forwards_with_another_sign(from in any_day(), to in any_day()) {
        let calendar = pack();
        prop_assert_eq!(calendar.working_days_between(from, to).days, -calendar.working_days_between(to, from).days);
    }

    #[test]
    fn every_day_on_the_way_is_counted_or_told(from in any_day(), n in 0u32..100) {
        let calendar = pack();
        let counted = calendar.add_working_days(from, n).unwrap();
        let passed = u32::try_from((counted.day - from).get_days()).unwrap();
        prop_assert_eq!(passed, n + u32::try_from(counted.skipped.len()).unwrap());
    }
}
