//! Counting a clock out.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::{Clock, ClockError, Due, DueDay, Extension, LastDay, Length, Step, StepWord, Stop, Term};
use crate::calendar::{Calendar, Counted, OutOfRange, Skipped};

/// The due day of a clock and its working.
pub(super) fn due(clock: &Clock, calendar: &Calendar) -> Result<Due, ClockError> {
    let mut count = Count::start(clock, calendar)?;
    for event in in_order(clock) {
        match event {
            Event::Extension(extension) => count.extend(extension)?,
            Event::Stop(stop) => {
                if let Some(since) = count.stop(stop)? {
                    return Ok(count.finish(DueDay::StoppedSince(since)));
                }
            }
        }
    }
    count.leave_days_off()?;
    let due = count.due;
    Ok(count.finish(DueDay::On(due)))
}

/// What happened to a clock.
enum Event<'a> {
    Extension(&'a Extension),
    Stop(&'a Stop),
}

/// Extensions and stops by their days; on the same day the extension goes first.
fn in_order(clock: &Clock) -> Vec<Event<'_>> {
    let extensions = clock.extensions.iter().map(Event::Extension);
    let mut events: Vec<Event<'_>> = extensions.chain(clock.stops.iter().map(Event::Stop)).collect();
    events.sort_by_key(|event| match event {
        Event::Extension(extension) => extension.on,
        Event::Stop(stop) => stop.from,
    });
    events
}

/// A clock being counted out.
struct Count<'a> {
    clock: &'a Clock,
    calendar: &'a Calendar,
    /// The due day so far.
    due: Date,
    /// The first day a stop can take out of the count: neither day zero nor a day of an earlier stop.
    free: Date,
    unknown_years: BTreeSet<i16>,
    steps: Vec<Step>,
}

impl<'a> Count<'a> {
    fn start(clock: &'a Clock, calendar: &'a Calendar) -> Result<Self, OutOfRange> {
        let zero = clock.day_zero;
        let free = zero.tomorrow().map_err(|_| OutOfRange { from: zero, n: 1 })?;
        let steps = vec![Step::new(StepWord::DayZero, zero, Some(zero))];
        let mut count = Self { clock, calendar, due: zero, free, unknown_years: BTreeSet::new(), steps };
        let step = match clock.term {
            Term::Until(day) => count.moved(StepWord::FixedDay, Counted::on(day)),
            Term::After(length) => {
                let counted = after(calendar, zero, length)?;
                Step { n: length.n(), ..count.moved(length.word(), counted) }
            }
        };
        count.steps.push(step);
        Ok(count)
    }

    fn extend(&mut self, extension: &Extension) -> Result<(), OutOfRange> {
        let step = match extension.term {
            Term::Until(day) if day <= self.due => Step::new(StepWord::ExtensionWithoutEffect, self.due, Some(self.due)),
            Term::Until(day) => self.moved(StepWord::ExtendedUntil, Counted::on(day)),
            Term::After(length) => {
                let counted = after(self.calendar, self.due, length)?;
                Step { n: length.n(), ..self.moved(length.extended_word(), counted) }
            }
        };
        let (reason, who) = (extension.reason.clone(), extension.who.clone());
        self.steps.push(Step { since: Some(extension.on), reason, who, ..step });
        Ok(())
    }

    /// Moves the due day by the days the clock stood. Gives the day since when it stands, if it still does.
    fn stop(&mut self, stop: &Stop) -> Result<Option<Date>, ClockError> {
        if let Some(to) = stop.to.filter(|to| *to < stop.from) {
            return Err(ClockError::StopBackwards { from: stop.from, to });
        }
        let told = |step: Step| Step { since: Some(stop.from), until: stop.to, reason: stop.reason.clone(), ..step };
        let first = stop.from.max(self.free);
        let began_too_late = self.last_on_time()? < first;
        let nothing_left = stop.to.is_some_and(|to| to <= first);
        if began_too_late || nothing_left {
            self.steps.push(told(Step::new(StepWord::StopWithoutEffect, self.due, Some(self.due))));
            return Ok(None);
        }
        if self.due < first {
            // It had run out on a day off. The working day that takes its place is the day that waits.
            self.leave_days_off()?;
        }
        let Some(to) = stop.to else {
            self.steps.push(told(Step::new(StepWord::StoppedSince, self.due, None)));
            return Ok(Some(stop.from));
        };
        let (word, length) = if matches!(self.clock.term, Term::After(Length::WorkingDays(_))) {
            let (n, unknown_years) = self.calendar.working_days_among(first.series(1.day()).take_while(|day| *day < to));
            self.unknown_years.extend(unknown_years);
            (StepWord::StoppedWorkingDays, Length::WorkingDays(n))
        } else {
            (StepWord::StoppedCalendarDays, Length::CalendarDays((to - first).get_days().unsigned_abs()))
        };
        let counted = after(self.calendar, self.due, length)?;
        let step = Step { n: length.n(), ..self.moved(word, counted) };
        self.steps.push(told(step));
        self.free = to;
        Ok(None)
    }

    /// The last day that is on time as things stand.
    fn last_on_time(&self) -> Result<Date, OutOfRange> {
        if self.clock.last_day == LastDay::Stays || self.calendar.is_working(self.due).yes {
            return Ok(self.due);
        }
        Ok(self.calendar.add_working_days(self.due, 1)?.day)
    }

    /// Goes on to the next working day, if the rule says so and the last day is not worked.
    fn leave_days_off(&mut self) -> Result<(), OutOfRange> {
        if self.clock.last_day == LastDay::Stays {
            return Ok(());
        }
        let (n, unknown_years) = self.calendar.working_days_among(std::iter::once(self.due));
        self.unknown_years.extend(unknown_years);
        if 0 < n {
            return Ok(());
        }
        let mut counted = self.calendar.add_working_days(self.due, 1)?;
        counted.skipped.insert(0, Skipped { day: self.due, why: self.calendar.is_working(self.due).why });
        let step = self.moved(StepWord::NextWorkingDay, counted);
        self.steps.push(step);
        Ok(())
    }

    /// Makes the day reached the due day, and tells how.
    fn moved(&mut self, word: StepWord, counted: Counted) -> Step {
        let Counted { day, skipped, make_up, unknown_years } = counted;
        let step = Step { skipped, make_up, ..Step::new(word, self.due, Some(day)) };
        self.unknown_years.extend(unknown_years);
        self.due = day;
        step
    }

    fn finish(self, day: DueDay) -> Due {
        Due { day, unknown_years: self.unknown_years, steps: self.steps }
    }
}

/// The day a length of time after another.
fn after(calendar: &Calendar, from: Date, length: Length) -> Result<Counted, OutOfRange> {
    let span = match length {
        Length::WorkingDays(n) => return calendar.add_working_days(from, n),
        Length::CalendarDays(n) => Span::new().try_days(n),
        Length::Months(n) => Span::new().try_months(n),
    };
    let day = span.and_then(|span| from.checked_add(span)).map_err(|_| OutOfRange { from, n: length.n() })?;
    Ok(Counted::on(day))
}

impl Length {
    /// Its number.
    pub const fn n(self) -> u32 {
        match self {
            Self::CalendarDays(n) | Self::WorkingDays(n) | Self::Months(n) => n,
        }
    }

    fn word(self) -> StepWord {
        match self {
            Self::CalendarDays(_) => StepWord::CalendarDays,
            Self::WorkingDays(_) => StepWord::WorkingDays,
            Self::Months(_) => StepWord::Months,
        }
    }

    fn extended_word(self) -> StepWord {
        match self {
            Self::CalendarDays(_) => StepWord::ExtendedCalendarDays,
            Self::WorkingDays(_) => StepWord::ExtendedWorkingDays,
            Self::Months(_) => StepWord::ExtendedMonths,
        }
    }
}
