//! Laws that hold for any clock, and for reminders however often the program runs.
#![allow(clippy::unwrap_used, missing_docs)]

use act::calendar::Calendar;
use act::clock::{Clock, Extension, LastRun, Length, Stop, Term, reminder_due};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn pack() -> Calendar {
    Calendar::from_toml(include_str!("../../../plans/hegang/calendar.toml")).unwrap()
}

fn stop(from: Date, to: Date) -> Stop {
    Stop { from, to: Some(to), reason: String::new() }
}

const fn days(n: u32) -> Term {
    Term::After(Length::CalendarDays(n))
}

const fn working_days(n: u32) -> Term {
    Term::After(Length::WorkingDays(n))
}

fn any_day() -> impl Strategy<Value = Date> {
    (0i64..1500).prop_map(|n| date(2016, 1, 1).checked_add(n.days()).unwrap())
}

fn any_length() -> impl Strategy<Value = Length> {
    prop_oneof![(0u32..120).prop_map(Length::CalendarDays), (0u32..90).prop_map(Length::WorkingDays), (0u32..12).prop_map(Length::Months),]
}

/// Counts a clock out a day at a time, which is slow and plain.
fn day_by_day(clock: &Clock, n: u32, counts: impl Fn(Date) -> bool) -> Date {
    let stopped = |day: Date| clock.stops.iter().any(|stop| stop.from <= day && stop.to.is_none_or(|to| day < to));
    let mut left = n;
    let mut day = clock.day_zero;
    while 0 < left {
        day = day.tomorrow().unwrap();
        if counts(day) && !stopped(day) {
            left -= 1;
        }
    }
    day
}

proptest! {
    #[test]
    fn an_extension_never_makes_it_due_earlier(
        zero in any_day(), base in any_length(), on in any_day(), more in any_length(), to in any_day(),
    ) {
        let calendar = pack();
        let clock = Clock::new(zero, Term::After(base));
        let due = clock.due(&calendar).unwrap().on();
        for term in [Term::After(more), Term::Until(to)] {
            let extension = Extension { on, term, reason: String::new(), who: String::new() };
            let extended = Clock { extensions: vec![extension], ..clock.clone() };
            prop_assert!(due <= extended.due(&calendar).unwrap().on());
        }
    }

    #[test]
    fn a_stop_moves_the_due_day_by_exactly_its_length(zero in any_day(), n in 1u32..90, start in 1i64..200, length in 0i64..60) {
        let calendar = pack();
        let from = zero.checked_add(start.days()).unwrap();
        let to = from.checked_add(length.days()).unwrap();
        for term in [days(n), working_days(n)] {
            let clock = Clock::new(zero, term);
            let due = clock.due(&calendar).unwrap().on().unwrap();
            let stopped = Clock { stops: vec![stop(from, to)], ..clock };
            let moved = stopped.due(&calendar).unwrap().on().unwrap();
            let (stood, by) = match term {
                Term::After(Length::WorkingDays(_)) => (
                    calendar.working_days_between(from.yesterday().unwrap(), to.yesterday().unwrap()).days,
                    calendar.working_days_between(due, moved).days,
                ),
                _ => ((to - from).get_days(), (moved - due).get_days()),
            };
            prop_assert_eq!(by, if due < from { 0 } else { stood });
        }
    }

    #[test]
    fn stops_in_any_order_give_what_counting_day_by_day_gives(
        zero in any_day(), n in 1u32..60, spans in prop::collection::vec((-5i64..100, 0i64..30), 0..4),
    ) {
        let calendar = pack();
        let stops = spans.iter().map(|&(start, length)| {
            let from = zero.checked_add(start.days()).unwrap();
            stop(from, from.checked_add(length.days()).unwrap())
        });
        let clock = Clock { stops: stops.collect(), ..Clock::new(zero, days(n)) };
        prop_assert_eq!(clock.due(&calendar).unwrap().on(), Some(day_by_day(&clock, n, |_| true)));
        let clock = Clock { term: working_days(n), ..clock };
        prop_assert_eq!(clock.due(&calendar).unwrap().on(), Some(day_by_day(&clock, n, |day| calendar.is_working(day).yes)));
    }

    #[test]
    fn no_reminder_is_lost_and_none_is_sent_twice(
        set in any_day(), ahead in 0i64..400, mut runs in prop::collection::vec(0i64..600, 0..20),
    ) {
        let due = set.checked_add(ahead.days()).unwrap();
        let end = set.checked_add(600.days()).unwrap();
        let at_once = reminder_due(due, LastRun { day: set, due }, end, &[180, 90, 30], 30);
        runs.sort();
        let mut last = LastRun { day: set, due };
        let mut sent = Vec::new();
        for day in runs.into_iter().map(|n| set.checked_add(n.days()).unwrap()).chain([end]) {
            sent.extend(reminder_due(due, last, day, &[180, 90, 30], 30));
            last.day = day;
        }
        prop_assert_eq!(sent, at_once);
    }
}
