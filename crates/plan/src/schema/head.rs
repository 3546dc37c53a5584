//! `plan.toml`: the plan as a document: units, documents, named objects, goals, chapters.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Name, Text, TomlDate};

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
    /// Which version it is, and what came before it.
    #[serde(default)]
    pub plan: PlanVersion,
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
    /// Whose the data are, as every page says.
    #[serde(default)]
    pub credit: Vec<Credit>,
}

/// Whose data the pages show.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// The source of observations it stands for, as imports name it; without one it is for the pack itself, such as its
    /// map.
    #[serde(default)]
    pub source: Option<String>,
    /// The words at the foot of the page.
    pub text: Text,
    /// More about it: origin, licence.
    #[serde(default)]
    pub note: Text,
}

/// Which version of a plan a pack is, and what came before it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanVersion {
    /// The version; empty where there is only one.
    #[serde(default)]
    pub version: String,
    /// The version of the same plan that it amends. A task of the same number is the same task.
    #[serde(default)]
    pub amends: Option<Before>,
    /// The plan that it follows. A task is carried over only where one says so.
    #[serde(default)]
    pub succeeds: Option<Before>,
    /// Tasks of the plan before that end without being carried over.
    #[serde(default)]
    pub closed: Vec<ClosedTask>,
}

/// The plan, or version of it, that came before.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// Id of the plan.
    pub plan: Name,
    /// Its version; empty where there was only one.
    #[serde(default)]
    pub version: String,
    /// The first day of what came after it.
    pub on: TomlDate,
    /// The document that says so.
    pub document: String,
}

/// A task of the plan before that was ended by a document.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedTask {
    /// The task, by its number in the plan before.
    pub task: Name,
    /// The day it ended.
    pub on: TomlDate,
    /// The document that says so.
    pub document: String,
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
    /// What it became later: a unit of the pack, or only a name where `ended` is not given.
    #[serde(default)]
    pub successor: Option<Name>,
    /// The first day without it. From that day its successor stands in its place.
    #[serde(default)]
    pub ended: Option<TomlDate>,
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
