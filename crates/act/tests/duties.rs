//! Duties that come again, and the reminders of what is due.
#![allow(clippy::unwrap_used, missing_docs)]

use act::calendar::Calendar;
use act::clock::{
    ClockError, DueRule, LastDay, LastRun, Length, Occurrence, Reminder, ReminderKind, occurrences, reminder_days, reminder_due,
};
use jiff::civil::Date;
use plan::Every;

fn pack() -> Calendar {
    Calendar::from_toml(include_str!("../../../plans/hegang/calendar.toml")).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

const FIFTEENTH: DueRule = DueRule { length: Length::CalendarDays(15), last_day: LastDay::Stays };

fn all_of(every: Every, from: &str, to: &str, rule: DueRule) -> Vec<Occurrence> {
    occurrences(every, day(from), day(to), rule, &pack()).unwrap()
}

fn due_days(found: &[Occurrence]) -> Vec<(&str, Date)> {
    found.iter().map(|occurrence| (occurrence.period.as_str(), occurrence.due.on().unwrap())).collect()
}

/// Month of 2018; due 15 days after it, that day moved to a working day, and ten working days after it.
const MONTHS: [[&str; 4]; 12] = [
    ["2018-01", "2018-02-15", "2018-02-22", "2018-02-13"],
    ["2018-02", "2018-03-15", "2018-03-15", "2018-03-14"],
    ["2018-03", "2018-04-15", "2018-04-16", "2018-04-16"],
    ["2018-04", "2018-05-15", "2018-05-15", "2018-05-15"],
    ["2018-05", "2018-06-15", "2018-06-15", "2018-06-14"],
    ["2018-06", "2018-07-15", "2018-07-16", "2018-07-13"],
    ["2018-07", "2018-08-15", "2018-08-15", "2018-08-14"],
    ["2018-08", "2018-09-15", "2018-09-17", "2018-09-14"],
    ["2018-09", "2018-10-15", "2018-10-15", "2018-10-19"],
    ["2018-10", "2018-11-15", "2018-11-15", "2018-11-14"],
    ["2018-11", "2018-12-15", "2018-12-17", "2018-12-14"],
    ["2018-12", "2019-01-15", "2019-01-15", "2019-01-15"],
];

#[test]
fn a_monthly_duty_is_due_as_its_rule_says() {
    let moved = DueRule { last_day: LastDay::NextWorkingDay, ..FIFTEENTH };
    let tenth_working_day = DueRule { length: Length::WorkingDays(10), last_day: LastDay::Stays };
    for (rule, column) in [(FIFTEENTH, 1), (moved, 2), (tenth_working_day, 3)] {
        let found = all_of(Every::Monthly, "2018-01-01", "2018-12-31", rule);
        assert_eq!(due_days(&found), MONTHS.map(|row| (row[0], day(row[column]))), "{rule:?}");
    }
}

#[test]
fn quarters_half_years_and_years_have_their_labels_and_days() {
    let quarters = all_of(Every::Quarterly, "2018-01-01", "2018-12-31", FIFTEENTH);
    let expected = [("2018-Q1", "2018-04-15"), ("2018-Q2", "2018-07-15"), ("2018-Q3", "2018-10-15"), ("2018-Q4", "2019-01-15")];
    assert_eq!(due_days(&quarters), expected.map(|(label, due)| (label, day(due))));
    let twenty = DueRule { length: Length::WorkingDays(20), last_day: LastDay::Stays };
    let halves = all_of(Every::HalfYearly, "2018-01-01", "2018-12-31", twenty);
    assert_eq!(due_days(&halves), [("2018-H1", day("2018-07-27")), ("2018-H2", day("2019-01-29"))]);
    let at_once = DueRule { length: Length::CalendarDays(0), last_day: LastDay::Stays };
    let years = all_of(Every::Yearly, "2016-01-01", "2018-12-31", at_once);
    assert_eq!(due_days(&years), ["2016", "2017", "2018"].map(|year| (year, day(&format!("{year}-12-31")))));
    let months_later = DueRule { length: Length::Months(3), last_day: LastDay::Stays };
    assert_eq!(due_days(&all_of(Every::Yearly, "2017-01-01", "2017-12-31", months_later)), [("2017", day("2018-03-31"))]);
}

#[test]
fn a_period_that_began_before_the_duty_is_not_owed() {
    let labels = |from: &str, to: &str| {
        all_of(Every::Quarterly, from, to, FIFTEENTH).into_iter().map(|occurrence| occurrence.period).collect::<Vec<_>>()
    };
    assert_eq!(labels("2018-01-02", "2018-09-30"), ["2018-Q2", "2018-Q3"]);
    assert_eq!(labels("2018-04-01", "2018-04-01"), ["2018-Q2"]);
    assert_eq!(labels("2018-04-02", "2018-06-30"), [""; 0]);
    assert_eq!(labels("2018-11-05", "2019-01-01"), ["2019-Q1"]);
}

#[test]
fn periods_follow_one_another_without_a_gap() {
    for every in [Every::Monthly, Every::Quarterly, Every::HalfYearly, Every::Yearly] {
        let found = all_of(every, "2016-01-01", "2021-12-31", FIFTEENTH);
        for pair in found.windows(2) {
            assert_eq!(pair[0].last.tomorrow().unwrap(), pair[1].first, "{every:?}");
        }
        assert_eq!((found[0].first, found.last().unwrap().last), (day("2016-01-01"), day("2021-12-31")), "{every:?}");
    }
}

#[test]
fn a_duty_without_a_period_is_an_error_and_not_an_empty_list() {
    for every in [Every::Once, Every::Event, Every::Regular] {
        let refused = occurrences(every, day("2018-01-01"), day("2018-12-31"), FIFTEENTH, &pack());
        assert_eq!(refused, Err(ClockError::NotRepeating { every }));
    }
}

fn reminders(due: &str, last: (&str, &str), today: &str) -> Vec<(String, ReminderKind)> {
    let last = LastRun { day: day(last.0), due: day(last.1) };
    let found = reminder_due(day(due), last, day(today), &[180, 90, 30], 30);
    found.into_iter().map(|Reminder { day, kind }| (day.to_string(), kind)).collect()
}

#[test]
fn each_reminder_comes_on_its_day() {
    let due = "2017-12-31";
    for (yesterday, today, kind) in [
        ("2017-07-03", "2017-07-04", ReminderKind::Before(180)),
        ("2017-10-01", "2017-10-02", ReminderKind::Before(90)),
        ("2017-11-30", "2017-12-01", ReminderKind::Before(30)),
        ("2017-12-31", "2018-01-01", ReminderKind::Overdue),
        ("2018-01-29", "2018-01-30", ReminderKind::Escalate(30)),
    ] {
        assert_eq!(reminders(due, (yesterday, due), today), [(today.to_owned(), kind)]);
        assert!(reminders(due, (today, due), today).is_empty(), "a second run on {today}");
    }
    assert!(reminders(due, ("2017-12-30", due), due).is_empty(), "due today is on time");
}

#[test]
fn what_fell_on_days_without_a_run_is_sent_later_with_its_own_day() {
    let due = "2017-12-31";
    let missed = [("2017-10-02".to_owned(), ReminderKind::Before(90)), ("2017-12-01".to_owned(), ReminderKind::Before(30))];
    assert_eq!(reminders(due, ("2017-09-01", due), "2017-12-15"), missed);
}

#[test]
fn a_due_day_that_moves_loses_no_reminder() {
    // Moved to an earlier day, T-90 already lies behind and was never sent.
    let earlier = reminders("2018-05-20", ("2018-03-01", "2018-06-30"), "2018-03-02");
    assert_eq!(earlier, [("2018-02-19".to_owned(), ReminderKind::Before(90))]);
    // Extended when it was late already: the new day has reminders of its own, and is not overdue.
    assert!(reminders("2018-08-31", ("2018-04-05", "2018-03-31"), "2018-04-06").is_empty());
    let later = reminders("2018-08-31", ("2018-07-31", "2018-08-31"), "2018-08-01");
    assert_eq!(later, [("2018-08-01".to_owned(), ReminderKind::Before(30))]);
}

#[test]
fn alarms_have_the_days_of_the_reminders() {
    let days = ["2017-07-04", "2017-10-02", "2017-12-01"].map(day);
    assert_eq!(reminder_days(day("2017-12-31"), &[30, 180, 90]), days);
}
