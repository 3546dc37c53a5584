//! The clock of a deadline, which shows its working.
//!
//! The day a period starts on is not counted. A period of months ends on the day of the same number, or on the last day of a
//! month that has no such day (民法典 第201、202条; until 2020 民法通则 第154条). Extensions and stops act in the order of their
//! days. While the clock stands still there is no due day, only a day since when.
//!
//! ```text
//! day zero ─▶ period or fixed day ─▶ extensions and stops, in their order ─▶ next working day, if the rule says so ─▶ due
//! ```

mod count;
mod remind;
mod repeat;
mod step;

use std::collections::BTreeSet;

use facts::time::SHANGHAI;
use jiff::Timestamp;
use jiff::civil::Date;
use plan::Every;
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, OutOfRange};

pub use remind::{LastRun, Reminder, ReminderKind, reminder_days, reminder_due};
pub use repeat::{DueRule, Occurrence, occurrences};
pub use step::{Step, StepWord};

/// A deadline: where it starts, how long it runs, and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// The day it starts from, which is not counted.
    pub day_zero: Date,
    /// How long it runs.
    pub term: Term,
    /// What happens where the last day is not worked.
    #[serde(default)]
    pub last_day: LastDay,
    /// Extensions that were granted.
    #[serde(default)]
    pub extensions: Vec<Extension>,
    /// Times it stood still.
    #[serde(default)]
    pub stops: Vec<Stop>,
}

/// How long a clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// For so long.
    After(Length),
    /// To this day, which is the last that is on time.
    Until(Date),
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// Days of the calendar.
    CalendarDays(u32),
    /// Working days.
    WorkingDays(u32),
    /// Months.
    Months(u32),
}

/// What happens where the last day is not worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LastDay {
    /// It stays the last day.
    #[default]
    Stays,
    /// The next working day takes its place.
    NextWorkingDay,
}

/// More time. One to a day that is not later than the due day changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The day it was granted.
    pub on: Date,
    /// How much longer, counted from the due day as it was; or to which day.
    pub term: Term,
    /// Why.
    pub reason: String,
    /// Who granted it.
    pub who: String,
}

/// A time the clock stands still. It has no effect where it begins after the due day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// The first day it stands still.
    pub from: Date,
    /// The day it runs again; none while it stands.
    #[serde(default)]
    pub to: Option<Date>,
    /// Why.
    pub reason: String,
}

/// The due day, and how it was worked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The due day, or since when the clock stands still.
    pub day: DueDay,
    /// Years whose holidays are unknown, so that only weekends were left out of the count.
    pub unknown_years: BTreeSet<i16>,
    /// The working, in the order in which it was done.
    pub steps: Vec<Step>,
}

/// A due day, or none yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DueDay {
    /// The last day that is on time.
    On(Date),
    /// The clock stands still since this day.
    StoppedSince(Date),
}

/// How a day stands to a due day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum Standing {
    /// There is time left.
    Left {
        /// Days of the calendar, the due day being the last of them.
        days: i32,
        /// Working days among them.
        working_days: i32,
        /// Years among them whose holidays are unknown.
        unknown_years: BTreeSet<i16>,
    },
    /// It is due today, and on time.
    Today,
    /// It is late.
    Overdue {
        /// By so many days; 1 on the day after the due day.
        days: i32,
    },
    /// Nobody can be late while the clock stands still.
    Stopped {
        /// Since this day.
        since: Date,
    },
}

/// A due day that cannot be worked out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// The count leads too far.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
    /// A stop ends before it begins.
    #[error("the clock stopped on {from} and ran again on {to}, which is earlier (expected {from} or a later day)")]
    StopBackwards {
        /// The first day it stood still.
        from: Date,
        /// The day it ran again.
        to: Date,
    },
    /// Nothing says when it is due again.
    #[error("`{every:?}` names no period (expected monthly, quarterly, half_yearly or yearly)")]
    NotRepeating {
        /// How often, as the plan says it.
        every: Every,
    },
}

impl Clock {
    /// A clock to which nothing has happened.
    pub fn new(day_zero: Date, term: Term) -> Self {
        Self { day_zero, term, last_day: LastDay::Stays, extensions: Vec::new(), stops: Vec::new() }
    }

    /// The due day and its working.
    pub fn due(&self, calendar: &Calendar) -> Result<Due, ClockError> {
        count::due(self, calendar)
    }
}

impl Due {
    /// The due day; none while the clock stands still.
    pub fn on(&self) -> Option<Date> {
        match self.day {
            DueDay::On(day) => Some(day),
            DueDay::StoppedSince(_) => None,
        }
    }

    /// How a day stands to it.
    pub fn standing(&self, today: Date, calendar: &Calendar) -> Standing {
        let day = match self.day {
            DueDay::On(day) => day,
            DueDay::StoppedSince(since) => return Standing::Stopped { since },
        };
        let days = (day - today).get_days();
        match days {
            0 => Standing::Today,
            ..0 => Standing::Overdue { days: -days },
            _ => {
                let between = calendar.working_days_between(today, day);
                Standing::Left { days, working_days: between.days, unknown_years: between.unknown_years }
            }
        }
    }
}

/// The day it is in Shanghai at an instant: deadlines end there at midnight, wherever the program runs.
pub fn today(now: Timestamp) -> Date {
    SHANGHAI.to_datetime(now).date()
}
