//! What a pack's files say, word for word. A key that is not here is refused.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// A text in Chinese and, where the makers of the pack gave one, in English.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English; empty where there is none.
    #[serde(default)]
    pub en: String,
}

impl Text {
    /// The text in a language (`zh` or `en`), Chinese where there is no English.
    pub fn get(&self, lang: &str) -> &str {
        if lang == "en" && !self.en.is_empty() { &self.en } else { &self.zh }
    }
}

/// A name that must stand for something defined in the pack; the place is kept for messages.
pub type Name = Spanned<String>;

/// `plan.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// Version of the pack format; 1.
    pub schema: Spanned<i64>,
    /// Id of the plan.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// The unit that is the city.
    pub city: Name,
    /// The unit that issued it.
    pub issuer: Name,
    /// What is known of that.
    #[serde(default)]
    pub issuer_note: String,
    /// The year it was issued.
    pub issue_year: i16,
    /// Whether the day is known.
    #[serde(default)]
    pub issue_date_known: bool,
    /// How the year is known.
    #[serde(default)]
    pub issue_year_note: String,
    /// Years the plan speaks of.
    #[serde(default)]
    pub horizon: Vec<i16>,
    /// Opening words.
    #[serde(default)]
    pub preamble: Text,
    /// Guiding thought, as written.
    #[serde(default)]
    pub guiding_text: String,
    /// The goals, as written.
    #[serde(default)]
    pub goals_text: Text,
    /// The main indicators, as written.
    #[serde(default)]
    pub indicators_text: Text,
    /// Who is responsible where a clause does not say.
    #[serde(default)]
    pub default_responsible_text: String,
    /// Units.
    #[serde(default)]
    pub unit: Vec<Unit>,
    /// Documents.
    #[serde(default)]
    pub document: Vec<Document>,
    /// Named objects.
    #[serde(default)]
    pub object: Vec<Object>,
    /// Goals.
    #[serde(default)]
    pub goal: Vec<Goal>,
    /// Chapters.
    #[serde(default)]
    pub chapter: Vec<Chapter>,
    /// Sections of chapters.
    #[serde(default)]
    pub section: Vec<Section>,
    /// What was restored.
    #[serde(default)]
    pub restoration: Vec<Restoration>,
    /// Where the text contradicts itself.
    #[serde(default)]
    pub inconsistency: Vec<Inconsistency>,
}

/// Kinds of unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// The city.
    City,
    /// A county of it.
    County,
    /// A district of it.
    District,
    /// A department of its government.
    Department,
    /// Another body that duties name.
    Actor,
}

/// Who the plan speaks to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Its id.
    pub id: Name,
    /// What it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: Text,
    /// Administrative code (GB/T 2260).
    #[serde(default)]
    pub code: Option<String>,
    /// The unit above it.
    #[serde(default)]
    pub parent: Option<Name>,
    /// Other names the text uses.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it became later.
    #[serde(default)]
    pub successor: Option<String>,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

/// A document the plan rests on or cites.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Its number.
    #[serde(default)]
    pub number: String,
    /// `basis` or `cited`.
    pub role: String,
    /// Who issued it.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Tasks that cite it.
    #[serde(default)]
    pub clauses: Vec<Name>,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

/// A river, reservoir, plant or park that the text names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// Its id.
    pub id: Name,
    /// What it is.
    pub kind: String,
    /// Its name.
    pub name: Text,
    /// Tasks that name it.
    #[serde(default)]
    pub clauses: Vec<Name>,
    /// Where it lies.
    #[serde(default)]
    pub unit: Option<Name>,
    /// Whether it is a border water.
    #[serde(default)]
    pub transboundary: bool,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

/// What should be reached by a year.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// The year.
    pub year: i16,
    /// The year in words.
    #[serde(default)]
    pub year_text: Option<String>,
    /// What.
    pub text: Text,
}

/// A chapter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// Its number.
    pub number: u32,
    /// Its title.
    pub title: Text,
    /// `safeguards` where the chapter is not one of measures.
    #[serde(default)]
    pub kind: Option<String>,
}

/// A section of a chapter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its number, such as `1.2`.
    pub id: String,
    /// Its title.
    pub title: Text,
}

/// A place in the source that was damaged and how it was read.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Restoration {
    /// Its id.
    pub id: String,
    /// Where.
    #[serde(rename = "where")]
    pub place: String,
    /// As found.
    pub garbled: String,
    /// As read.
    pub restored: String,
    /// `high`, `medium` or `low`.
    pub confidence: String,
    /// Why.
    pub reason: String,
}

/// Two clauses that disagree and the rule proposed.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Inconsistency {
    /// Its id.
    pub id: String,
    /// Clauses concerned.
    pub clauses: Vec<String>,
    /// How they disagree.
    pub text: String,
    /// How to go about it.
    pub suggested_rule: String,
}

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

/// A day, written as a TOML date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TomlDate(pub Date);

impl<'de> Deserialize<'de> for TomlDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = toml::value::Datetime::deserialize(deserializer)?;
        let day = written.date.filter(|_| written.time.is_none() && written.offset.is_none());
        let day = day.ok_or_else(|| serde::de::Error::custom(format!("`{written}` is not a day (expected one such as 2017-12-31)")))?;
        let parts = (i16::try_from(day.year), i8::try_from(day.month), i8::try_from(day.day));
        let (Ok(year), Ok(month), Ok(of_month)) = parts else {
            return Err(serde::de::Error::custom(format!("`{written}` is not a day")));
        };
        Date::new(year, month, of_month).map(Self).map_err(serde::de::Error::custom)
    }
}

/// How a value meets its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// At least.
    Ge,
    /// More than.
    Gt,
    /// At most.
    Le,
    /// Equal.
    Eq,
    /// "About": needs a pass rule set by the city.
    Approx,
    /// Water of this class or better.
    ClassAtLeast,
    /// In words; needs a finding.
    Qualitative,
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

/// Which way an indicator should go. It is required: it is never guessed from data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Reached or not.
    State,
}

/// `indicators/*.toml`, one each.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorFile {
    /// Its id, the name of the file.
    pub id: Name,
    /// Its name.
    pub name: Text,
    /// Its unit.
    pub unit: Text,
    /// Where the plan names it.
    pub clause: String,
    /// Tasks it belongs to.
    #[serde(default)]
    pub tasks: Vec<Name>,
    /// Which way is better.
    pub direction: Direction,
    /// The unit that answers for it.
    pub owner: Name,
    /// How it is worked out.
    #[serde(default)]
    pub definition: Option<Text>,
    /// What it is taken over.
    #[serde(default)]
    pub scope: Option<String>,
    /// The year it is compared with.
    #[serde(default)]
    pub baseline_year: Option<i16>,
    /// Whether its target is in doubt.
    #[serde(default)]
    pub uncertain: bool,
    /// How it was restored.
    #[serde(default)]
    pub restored: Option<String>,
    /// The query that gives its value: columns `unit`, `period`, `value`.
    #[serde(default)]
    pub sql: Option<Spanned<String>>,
    /// Decimals its value is given to.
    #[serde(default)]
    pub digits: Option<u32>,
    /// The fact that is missing where it cannot be worked out yet.
    #[serde(default)]
    pub missing_fact: Option<Text>,
    /// Targets by year.
    #[serde(default)]
    pub target: Vec<IndicatorTarget>,
}

/// A target of an indicator.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorTarget {
    /// By the end of this year; none where the text gives none.
    #[serde(default)]
    pub year: Option<i16>,
    /// How it is met.
    pub op: Op,
    /// The number, the class or the words; empty where the source lost it.
    pub value: String,
    /// Whether it is in doubt.
    #[serde(default)]
    pub uncertain: bool,
    /// Whether it was restored with good reason.
    #[serde(default)]
    pub restored: bool,
    /// Other readings.
    #[serde(default)]
    pub candidates: Vec<String>,
    /// Units it holds for.
    #[serde(default)]
    pub units: Vec<Name>,
    /// As written.
    #[serde(default)]
    pub text: Option<Text>,
}

/// What one row of a rule speaks of in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// A day.
    Day,
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// A year.
    Year,
    /// The day the judgement is made for.
    AsOf,
}

impl Grain {
    /// The word used in files, SQL and addresses.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::AsOf => "as_of",
        }
    }
}

/// `rules/*.toml`, one each.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Its id, the name of the file.
    pub id: Name,
    /// Its title.
    pub title: Text,
    /// The mechanisms it carries.
    #[serde(default)]
    pub mechanisms: Vec<String>,
    /// Tasks whose words it applies.
    #[serde(default)]
    pub tasks: Vec<Name>,
    /// The clause in words, where it is not a task (the main indicators, a law).
    #[serde(default)]
    pub clause: Option<Text>,
    /// The kind of subject: a register kind, `task`, `deadline`, `duty`, `basin`.
    pub subject: Name,
    /// What a row speaks of in time.
    pub grain: Grain,
    /// `info`, `warning` or `failure`: what a failing row is.
    #[serde(default = "failure")]
    pub severity: String,
    /// Whether a failing row is the failure of a promise of the plan, counted as such.
    #[serde(default)]
    pub promise: bool,
    /// The query: a row for every subject in scope.
    pub sql: Spanned<String>,
    /// A query with the inputs of each row, keyed by `subject` and `period`.
    #[serde(default)]
    pub inputs_sql: Option<Spanned<String>>,
    /// The standard whose rows the items of the inputs are judged by: `gb3838` or `gbt14848`.
    #[serde(default)]
    pub cites: Option<String>,
    /// What it does, why, and how sure it is.
    pub card: Card,
    /// A sentence for each outcome, with `{column}` for what the query gave.
    pub sentence: Sentences,
    /// Words for reasons the query gives.
    #[serde(default)]
    pub reason: BTreeMap<String, Text>,
    /// Numbers it uses, each with its source.
    #[serde(default)]
    pub parameter: Vec<Parameter>,
}

fn failure() -> String {
    "failure".to_owned()
}

/// The documentation card of a rule.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// What it does.
    pub what: Text,
    /// Why.
    pub why: Text,
    /// An example.
    pub example: Text,
    /// What it does not see.
    pub limits: Text,
    /// How far it was checked: `checked`, `known` or `open`.
    pub sure: String,
}

/// A sentence for each outcome.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sentences {
    /// When it passes.
    pub pass: Text,
    /// When it fails.
    pub fail: Text,
    /// When it cannot be said.
    pub undetermined: Text,
    /// When it does not apply.
    #[serde(default)]
    pub not_applicable: Option<Text>,
}

/// A number a rule uses.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name, written `$name` in the SQL.
    pub name: String,
    /// Its value.
    pub value: Decimal,
    /// Where it comes from.
    pub source: Text,
    /// `checked`, `known` or `open`.
    pub sure: String,
    /// From this day on.
    #[serde(default)]
    pub from: Option<String>,
}

/// `registers/*.toml`, one kind each.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The kind, the name of the file.
    pub kind: Name,
    /// Its title.
    pub title: Text,
    /// The unit that keeps it.
    pub owner: Name,
    /// Its fields; `id` is always there.
    pub field: Vec<Field>,
    /// Fields that together make two entries the same thing.
    #[serde(default)]
    pub duplicate: Vec<Name>,
}

/// Types of field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Free text.
    Text,
    /// A decimal number, with a unit.
    Decimal,
    /// A whole number.
    Integer,
    /// A day.
    Date,
    /// Yes or no.
    Boolean,
    /// One of a list.
    Choice,
    /// An entry of another register, or a unit.
    Reference,
    /// Degrees of longitude.
    Longitude,
    /// Degrees of latitude.
    Latitude,
}

/// A field of a register.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its id; the name of its column everywhere.
    pub id: Name,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Its label.
    pub label: Text,
    /// Whether an entry must have it.
    #[serde(default)]
    pub required: bool,
    /// Whether everybody may see it. A field is private unless this says otherwise.
    #[serde(default)]
    pub public: bool,
    /// Its unit, for numbers.
    #[serde(default)]
    pub unit: Option<String>,
    /// The kind it refers to, or `unit`.
    #[serde(default, rename = "ref")]
    pub reference: Option<Name>,
    /// What may be chosen.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

/// One thing that may be chosen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: Text,
}
