//! Clocks of deadlines: worked cases, and the traps that systems of this kind fall into.
#![allow(clippy::unwrap_used, missing_docs)]

use act::calendar::{Calendar, Why};
use act::clock::{Clock, ClockError, Due, DueDay, Extension, LastDay, Length, Standing, StepWord, Stop, Term, today};
use jiff::Timestamp;
use jiff::civil::Date;

const PACK: &str = include_str!("../../../plans/hegang/calendar.toml");

fn pack() -> Calendar {
    Calendar::from_toml(PACK).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn stop(from: Date, to: Option<Date>) -> Stop {
    Stop { from, to, reason: "补正材料".to_owned() }
}

fn extension(on: Date, term: Term) -> Extension {
    Extension { on, term, reason: "案情复杂".to_owned(), who: "分管局长".to_owned() }
}

/// Day zero, the term (`d` days, `w` working days, `m` months, `=` a day); what happened to it; the due day; the steps after
/// day zero. A stop is `from/to`, open without a second day; `more` is an extension granted on a day.
const CASES: &str = "
2018-03-01 15d | | 2018-03-16 | calendar_days
2018-01-26 20w | | 2018-02-28 | working_days
2018-09-03 45w | | 2018-11-09 | working_days
2018-01-31 1m | | 2018-02-28 | months
2016-01-31 1m | | 2016-02-29 | months
2018-03-15 6m | | 2018-09-15 | months
2016-01-01 =2017-12-31 | | 2017-12-31 | fixed_day
# Sixty days, and thirty more that were granted before they had run out.
2018-05-10 60d | more 2018-07-02 30d | 2018-08-08 | calendar_days extended_calendar_days
2018-03-01 30d | more 2018-03-20 =2018-03-25; more 2018-03-21 =2018-04-30 | 2018-04-30 | calendar_days extension_without_effect extended_until
2018-03-01 30d | stop 2018-03-10/2018-03-20 | 2018-04-10 | calendar_days stopped_calendar_days
2018-03-01 20w | stop 2018-03-12/2018-03-26 | 2018-04-13 | working_days stopped_working_days
# Over Spring Festival, running again on a Saturday that is worked.
2018-01-26 20w | stop 2018-02-12/2018-02-24 | 2018-03-07 | working_days stopped_working_days
# Days that two stops share are taken out once.
2018-03-01 30d | stop 2018-03-15/2018-03-25; stop 2018-03-10/2018-03-20 | 2018-04-15 | calendar_days stopped_calendar_days stopped_calendar_days
2018-03-01 30d | stop 2018-03-10/2018-03-20; stop 2018-03-12/2018-03-15 | 2018-04-10 | calendar_days stopped_calendar_days stop_without_effect
# Day zero is not counted, so it cannot be stopped either.
2018-03-01 30d | stop 2018-02-20/2018-03-11 | 2018-04-09 | calendar_days stopped_calendar_days
# A stop on the due day still counts; one on the day after is too late.
2018-03-01 30d | stop 2018-03-31/2018-04-05 | 2018-04-05 | calendar_days stopped_calendar_days
2018-03-01 30d | stop 2018-04-01/2018-04-05 | 2018-03-31 | calendar_days stop_without_effect
2018-03-01 30d | stop 2018-04-01/ | 2018-03-31 | calendar_days stop_without_effect
2018-03-01 30d | stop 2018-03-10/2018-03-20; stop 2018-04-05/2018-04-15 | 2018-04-20 | calendar_days stopped_calendar_days stopped_calendar_days
# A day that was named after a stop is not moved by it.
2018-03-01 30d | stop 2018-03-10/2018-03-20; more 2018-04-02 =2018-04-30 | 2018-04-30 | calendar_days stopped_calendar_days extended_until
2018-03-01 30d | stop 2018-03-10/2018-03-20; stop 2018-04-05/ | stopped since 2018-04-05 | calendar_days stopped_calendar_days stopped_since
";

fn term(text: &str) -> Term {
    if let Some(named) = text.strip_prefix('=') {
        return Term::Until(day(named));
    }
    let (n, unit) = text.split_at(text.len() - 1);
    let length = match unit {
        "d" => Length::CalendarDays,
        "w" => Length::WorkingDays,
        "m" => Length::Months,
        _ => panic!("{text} has no unit"),
    };
    Term::After(length(n.parse().unwrap()))
}

fn clock(start: &str, happened: &str) -> Clock {
    let (zero, length) = start.split_once(' ').unwrap();
    let mut clock = Clock::new(day(zero), term(length));
    for event in happened.split(';').map(str::trim).filter(|event| !event.is_empty()) {
        if let Some((from, to)) = event.strip_prefix("stop ").and_then(|stop| stop.split_once('/')) {
            clock.stops.push(stop(day(from), (!to.is_empty()).then(|| day(to))));
        } else {
            let (on, more) = event.strip_prefix("more ").unwrap().split_once(' ').unwrap();
            clock.extensions.push(extension(day(on), term(more)));
        }
    }
    clock
}

fn told(due: &Due) -> String {
    match due.day {
        DueDay::On(day) => day.to_string(),
        DueDay::StoppedSince(since) => format!("stopped since {since}"),
    }
}

fn words(due: &Due) -> Vec<&'static str> {
    due.steps.iter().map(|step| step.word.id()).collect()
}

#[test]
fn each_case_has_its_due_day_and_its_working() {
    let calendar = pack();
    for line in CASES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let [start, happened, day, steps] = line.split('|').map(str::trim).collect::<Vec<_>>()[..] else { panic!("{line}") };
        let due = clock(start, happened).due(&calendar).unwrap();
        assert_eq!(told(&due), day, "{line}");
        assert_eq!(words(&due)[1..], steps.split(' ').collect::<Vec<_>>(), "{line}");
        // The steps hang together: each sets out from where the one before arrived, and the last arrives at the due day.
        for pair in due.steps.windows(2) {
            assert_eq!(Some(pair[1].from), pair[0].to, "{line}");
        }
        assert_eq!(due.steps.last().unwrap().to, due.on(), "{line}");
    }
}

#[test]
fn a_step_tells_what_a_page_prints() {
    let due = clock("2018-01-26 10w", "stop 2018-02-06/2018-02-08; more 2018-02-13 5w").due(&pack()).unwrap();
    let [_, base, stopped, extended] = &due.steps[..] else { panic!("four steps, found {}", due.steps.len()) };
    assert_eq!((base.n, base.to), (10, Some(day("2018-02-09"))));
    assert_eq!((stopped.since, stopped.until, stopped.n), (Some(day("2018-02-06")), Some(day("2018-02-08")), 2));
    assert_eq!((stopped.to, stopped.reason.as_str()), (Some(day("2018-02-12")), "补正材料"));
    // Sunday the 11th is worked for Spring Festival.
    assert_eq!(stopped.make_up, [day("2018-02-11")]);
    assert_eq!((extended.n, extended.to, extended.who.as_str()), (5, Some(day("2018-02-24")), "分管局长"));
    assert_eq!(extended.skipped.iter().filter(|skipped| skipped.why == Why::Holiday).count(), 7);
}

#[test]
fn the_last_day_moves_to_a_working_day_only_if_the_rule_says_so() {
    let calendar = pack();
    let staying = clock("2018-09-20 15d", "");
    assert_eq!(staying.due(&calendar).unwrap().on(), Some(day("2018-10-05")));
    let moving = Clock { last_day: LastDay::NextWorkingDay, ..staying };
    let due = moving.due(&calendar).unwrap();
    assert_eq!((told(&due), words(&due)), ("2018-10-08".to_owned(), vec!["day_zero", "calendar_days", "next_working_day"]));
    // Stopped on a day off after the fifteenth day: it is the working day that moves, and lands on a Sunday.
    let stopped = Clock { stops: vec![stop(day("2018-10-06"), Some(day("2018-10-12")))], ..moving };
    let due = stopped.due(&calendar).unwrap();
    assert_eq!(told(&due), "2018-10-15");
    assert_eq!(words(&due)[2..], ["next_working_day", "stopped_calendar_days", "next_working_day"]);
}

#[test]
fn due_today_is_on_time_and_late_only_tomorrow() {
    let calendar = pack();
    let due = clock("2016-01-01 =2017-12-31", "").due(&calendar).unwrap();
    let standing = |text: &str| due.standing(day(text), &calendar);
    let left = |days, working_days| Standing::Left { days, working_days, unknown_years: [].into() };
    assert_eq!(standing("2017-12-18"), left(13, 9));
    assert_eq!(standing("2017-12-30"), left(1, 0));
    assert_eq!(standing("2017-12-31"), Standing::Today);
    assert_eq!(standing("2018-01-01"), Standing::Overdue { days: 1 });
    assert_eq!(standing("2018-01-30"), Standing::Overdue { days: 30 });
}

#[test]
fn the_day_flips_at_midnight_in_shanghai() {
    let calendar = pack();
    let due = clock("2016-01-01 =2017-12-31", "").due(&calendar).unwrap();
    let standing = |instant: &str| due.standing(today(instant.parse::<Timestamp>().unwrap()), &calendar);
    assert!(matches!(standing("2017-12-30T15:59:59Z"), Standing::Left { days: 1, .. }));
    assert_eq!(standing("2017-12-30T16:00:00Z"), Standing::Today);
    assert_eq!(standing("2017-12-31T15:59:59Z"), Standing::Today);
    assert_eq!(standing("2017-12-31T16:00:00Z"), Standing::Overdue { days: 1 });
}

#[test]
fn nobody_is_late_while_the_clock_stands_still() {
    let calendar = pack();
    let since = day("2018-03-10");
    let due = clock("2018-03-01 30d", "stop 2018-03-10/").due(&calendar).unwrap();
    assert_eq!(due.on(), None);
    assert_eq!(due.standing(day("2019-01-01"), &calendar), Standing::Stopped { since });
}

#[test]
fn a_change_of_the_calendar_moves_what_is_open() {
    // As it was known before 26 January 2020.
    let before = PACK.replace("2020-01-24/2020-02-02", "2020-01-24/2020-01-30").replace("\"2020-01-19\"", "\"2020-01-19\", \"2020-02-01\"");
    let open = clock("2020-01-17 10w", "");
    assert_eq!(open.due(&Calendar::from_toml(&before).unwrap()).unwrap().on(), Some(day("2020-02-05")));
    assert_eq!(open.due(&pack()).unwrap().on(), Some(day("2020-02-07")));
}

#[test]
fn a_year_without_a_notice_is_named() {
    let calendar = pack();
    let unknown = |clock: &Clock| clock.due(&calendar).unwrap().unknown_years.into_iter().collect::<Vec<_>>();
    assert_eq!(unknown(&clock("2021-12-30 5w", "")), [2022]);
    // Days of the calendar and a named day need no notice, unless the last day may be a day off.
    let named = clock("2021-12-30 =2022-03-31", "");
    assert!(unknown(&named).is_empty());
    assert_eq!(unknown(&Clock { last_day: LastDay::NextWorkingDay, ..named }), [2022]);
}

#[test]
fn a_stop_that_ends_before_it_begins_is_refused() {
    let (from, to) = (day("2018-03-10"), day("2018-03-09"));
    let backwards = clock("2018-03-01 30d", "stop 2018-03-10/2018-03-09");
    assert_eq!(backwards.due(&pack()), Err(ClockError::StopBackwards { from, to }));
}

#[test]
fn every_word_of_a_step_is_its_own() {
    let ids: std::collections::BTreeSet<&str> = StepWord::ALL.iter().map(|word| word.id()).collect();
    assert_eq!(ids.len(), StepWord::ALL.len());
}
