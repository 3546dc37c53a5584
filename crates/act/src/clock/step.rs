//! The working of a clock, step by step: a word, days and numbers, which a page puts into a sentence of its language.

use jiff::civil::Date;
use serde::Serialize;

use crate::calendar::Skipped;

/// One step of the working.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What was done, for the sentence.
    pub word: StepWord,
    /// The day it sets out from: day zero, or the due day so far.
    pub from: Date,
    /// The due day after it; none where the clock stands still.
    pub to: Option<Date>,
    /// Days or months by which the due day moved, as the word counts them; 0 where it names a day.
    pub n: u32,
    /// When an extension was granted, or a stop began.
    pub since: Option<Date>,
    /// When the clock ran again after a stop.
    pub until: Option<Date>,
    /// Days that were not counted.
    pub skipped: Vec<Skipped>,
    /// Saturdays and Sundays that were counted, being worked.
    pub make_up: Vec<Date>,
    /// Why, as a person wrote it.
    pub reason: String,
    /// Who granted it.
    pub who: String,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepWord {
    /// The clock starts.
    DayZero,
    /// Days of the calendar are counted.
    CalendarDays,
    /// Working days are counted.
    WorkingDays,
    /// Months are counted.
    Months,
    /// The day is named.
    FixedDay,
    /// Extended by days of the calendar.
    ExtendedCalendarDays,
    /// Extended by working days.
    ExtendedWorkingDays,
    /// Extended by months.
    ExtendedMonths,
    /// Extended to a day.
    ExtendedUntil,
    /// Extended to a day that is not later than the due day.
    ExtensionWithoutEffect,
    /// The clock stood still, and the due day moved by the days of the calendar it stood.
    StoppedCalendarDays,
    /// The clock stood still, and the due day moved by the working days it stood.
    StoppedWorkingDays,
    /// A stop that began after the due day, or whose days were out of the count already.
    StopWithoutEffect,
    /// The clock stands still.
    StoppedSince,
    /// The last day is not worked, and the next working day takes its place.
    NextWorkingDay,
}

impl StepWord {
    /// Every word, so that a catalogue can be checked for a sentence of each.
    pub const ALL: [Self; 15] = [
        Self::DayZero,
        Self::CalendarDays,
        Self::WorkingDays,
        Self::Months,
        Self::FixedDay,
        Self::ExtendedCalendarDays,
        Self::ExtendedWorkingDays,
        Self::ExtendedMonths,
        Self::ExtendedUntil,
        Self::ExtensionWithoutEffect,
        Self::StoppedCalendarDays,
        Self::StoppedWorkingDays,
        Self::StopWithoutEffect,
        Self::StoppedSince,
        Self::NextWorkingDay,
    ];

    /// The word used in JSON and in the catalogues.
    pub const fn id(self) -> &'static str {
        match self {
            Self::DayZero => "day_zero",
            Self::CalendarDays => "calendar_days",
            Self::WorkingDays => "working_days",
            Self::Months => "months",
            Self::FixedDay => "fixed_day",
            Self::ExtendedCalendarDays => "extended_calendar_days",
            Self::ExtendedWorkingDays => "extended_working_days",
            Self::ExtendedMonths => "extended_months",
            Self::ExtendedUntil => "extended_until",
            Self::ExtensionWithoutEffect => "extension_without_effect",
            Self::StoppedCalendarDays => "stopped_calendar_days",
            Self::StoppedWorkingDays => "stopped_working_days",
            Self::StopWithoutEffect => "stop_without_effect",
            Self::StoppedSince => "stopped_since",
            Self::NextWorkingDay => "next_working_day",
        }
    }
}

impl Step {
    /// A step of which nothing else is to be told.
    pub(super) fn new(word: StepWord, from: Date, to: Option<Date>) -> Self {
        Self {
            word,
            from,
            to,
            n: 0,
            since: None,
            until: None,
            skipped: Vec::new(),
            make_up: Vec::new(),
            reason: String::new(),
            who: String::new(),
        }
    }
}
