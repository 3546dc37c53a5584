//! `tasks/*.toml` and `duties.toml`: what is to be done, by whom, by when, and what follows from a failure.

use serde::{Deserialize, Serialize};

use super::{Name, Op, Text, TomlDate};

/// `tasks/*.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TasksFile {
    /// The tasks of a chapter.
    #[serde(default)]
    pub task: Vec<TaskEntry>,
}

/// A task as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskEntry {
    /// Its number, such as `1.2.3`.
    pub id: Name,
    /// Its title.
    pub title: Text,
    /// The task of the plan before that it carries on, by its number there.
    #[serde(default)]
    pub carries: Option<Name>,
    /// What it asks, in plain English.
    #[serde(default)]
    pub summary_en: String,
    /// The clause, as written.
    pub text: String,
    /// Departments that lead.
    #[serde(default)]
    pub lead: Vec<Name>,
    /// The word for it in the text.
    #[serde(default)]
    pub lead_phrase: String,
    /// Departments that take part.
    #[serde(default)]
    pub participants: Vec<Name>,
    /// Departments that assist.
    #[serde(default)]
    pub assist: Vec<Name>,
    /// Counties and districts responsible; `all` for every one.
    pub responsible: Vec<Name>,
    /// Departments named beside the counties.
    #[serde(default)]
    pub responsible_departments: Vec<Name>,
    /// Who does it, as written.
    #[serde(default)]
    pub responsibility_text: String,
    /// once, project, standing, periodic, capacity.
    #[serde(default)]
    pub nature: Vec<String>,
    /// `safeguard` where it is one.
    #[serde(default)]
    pub kind: Option<String>,
    /// Named objects.
    #[serde(default)]
    pub objects: Vec<Name>,
    /// Kinds of objects meant.
    #[serde(default)]
    pub object_kinds: Vec<String>,
    /// Pollutants meant.
    #[serde(default)]
    pub pollutants: Vec<String>,
    /// What is forbidden.
    #[serde(default)]
    pub prohibitions: Vec<String>,
    /// Offences it names.
    #[serde(default)]
    pub offences: Vec<String>,
    /// Plans to be made.
    #[serde(default)]
    pub plans_to_make: Vec<String>,
    /// Registers to be built.
    #[serde(default)]
    pub registers_to_build: Vec<String>,
    /// Rules to be made.
    #[serde(default)]
    pub rules_to_make: Vec<String>,
    /// Mechanisms that carry it.
    #[serde(default)]
    pub mechanisms: Vec<String>,
    /// Dates.
    #[serde(default)]
    pub deadline: Vec<Deadline>,
    /// Quantified targets.
    #[serde(default)]
    pub target: Vec<TaskTarget>,
    /// What follows from a failure.
    #[serde(default)]
    pub consequence: Vec<Consequence>,
    /// Conditions on others.
    #[serde(default)]
    pub condition: Vec<Condition>,
    /// Whether the reading of the clause is in doubt.
    #[serde(default)]
    pub uncertain: bool,
    /// How it was restored.
    #[serde(default)]
    pub restored: Option<String>,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

/// How much force a date has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    /// Must be done; can be overdue.
    Must,
    /// Aimed at ("力争"); reported against its date, never overdue.
    Aim,
    /// "Basically" ("基本"); needs a pass rule set by the city.
    Basically,
    /// "About" ("左右"); needs a pass rule set by the city.
    About,
    /// Speaks of somebody else, such as the province; no duty of this city.
    Context,
}

/// A date a task names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// The last day.
    pub date: TomlDate,
    /// What is due.
    pub what: Text,
    /// How much force it has.
    pub modality: Modality,
    /// Units it holds for, where not for all.
    #[serde(default)]
    pub units: Vec<Name>,
    /// Whether it lay before the plan was issued.
    #[serde(default)]
    pub past_at_issue: bool,
    /// Whether the date is in doubt.
    #[serde(default)]
    pub uncertain: bool,
}

/// A number a task names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskTarget {
    /// The indicator it belongs to.
    #[serde(default)]
    pub indicator: Option<Name>,
    /// Its name, where no indicator carries it.
    #[serde(default)]
    pub name: Option<String>,
    /// By the end of this year.
    #[serde(default)]
    pub year: Option<i16>,
    /// How it is met.
    pub op: Op,
    /// The number, or the words.
    pub value: String,
    /// Its unit.
    #[serde(default)]
    pub unit: Option<String>,
    /// Whether the number is in doubt.
    #[serde(default)]
    pub uncertain: bool,
    /// Other readings.
    #[serde(default)]
    pub candidates: Vec<String>,
}

/// What follows from a failure.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Consequence {
    /// What sets it off.
    pub trigger: Text,
    /// The kind of act, such as `suspend_approval`.
    pub action: String,
    /// As written.
    pub text: Text,
    /// What it holds for.
    #[serde(default)]
    pub scope: Option<String>,
}

/// A condition the clause sets on others.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// On whom or what.
    pub applies_to: String,
    /// A word for it.
    pub rule: String,
    /// As written.
    pub text: String,
    /// From this year on.
    #[serde(default)]
    pub from: Option<i16>,
}

/// `duties.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutiesFile {
    /// The duties.
    #[serde(default)]
    pub duty: Vec<Duty>,
}

/// How often a duty recurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Each month.
    Monthly,
    /// Each quarter.
    Quarterly,
    /// Each half-year.
    HalfYearly,
    /// Each year.
    Yearly,
    /// Once.
    Once,
    /// When something happens.
    Event,
    /// "Regularly" (定期): the text names no period.
    Regular,
}

/// Something to be published or reported.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Its id.
    pub id: Name,
    /// The task that asks for it.
    pub task: Name,
    /// What.
    pub what: Text,
    /// By whom.
    pub who: Vec<Name>,
    /// How often.
    pub period: Every,
    /// The period proposed where the text names none.
    #[serde(default)]
    pub suggested: Option<Every>,
    /// From this year on.
    #[serde(default)]
    pub from: Option<i16>,
    /// For these units.
    #[serde(default)]
    pub units: Vec<Name>,
    /// Whether it is owed to the public.
    #[serde(default)]
    pub publish: bool,
    /// Whether the period is in doubt.
    #[serde(default)]
    pub period_uncertain: bool,
}
