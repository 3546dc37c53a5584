//! Reminders before a due day and after it, each sent once however often or seldom the program runs.

use jiff::SignedDuration;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The last time reminders were sent: the day, and the due day as it was then. For a new deadline, the day it was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub struct LastRun {
    /// The day.
    pub day: Date,
    /// The due day as it was known then.
    pub due: Date,
}

/// A reminder that is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reminder {
    /// The day it belongs to; earlier than today where the program did not run that day.
    pub day: Date,
    /// What it says.
    pub kind: ReminderKind,
}

/// What a reminder says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReminderKind {
    /// Due in so many days; 0 on the day itself.
    Before(u32),
    /// Late since today.
    Overdue,
    /// Late by so many days: it goes up to whoever watches over it.
    Escalate(u32),
}

/// The reminders that fall after the last run and not after today, in the order of their days.
///
/// Where the due day moved since the last run, a reminder counts as sent only if its day had come under both due days. So an
/// earlier due day loses none, and a later one has reminders of its own.
pub fn reminder_due(due: Date, last: LastRun, today: Date, before: &[u32], escalate_days: u32) -> Vec<Reminder> {
    let later = due.max(last.due);
    let ahead = before.iter().map(|&days| (ReminderKind::Before(days), -i64::from(days)));
    let behind = [(ReminderKind::Overdue, 1), (ReminderKind::Escalate(escalate_days), i64::from(escalate_days))];
    let mut reminders: Vec<Reminder> = ahead
        .chain(behind)
        .filter(|&(_, days)| shifted(due, days) <= today && last.day < shifted(later, days))
        .map(|(kind, days)| Reminder { day: shifted(due, days), kind })
        .collect();
    reminders.sort();
    reminders.dedup();
    reminders
}

/// The days of the reminders before a due day, earliest first.
pub fn reminder_days(due: Date, before: &[u32]) -> Vec<Date> {
    let mut days: Vec<Date> = before.iter().map(|&days| shifted(due, -i64::from(days))).collect();
    days.sort();
    days.dedup();
    days
}

fn shifted(day: Date, days: i64) -> Date {
    day.saturating_add(SignedDuration::from_hours(24 * days))
}
