//! `roles.toml` and `measures/*.toml`: who may do what, and what is done about a finding.

use serde::{Deserialize, Serialize};

use super::{Name, Text};

/// `roles.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolesFile {
    /// The roles.
    #[serde(default)]
    pub role: Vec<Role>,
}

/// What a person may do, and over what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its id.
    pub id: Name,
    /// Its title.
    pub title: Text,
    /// Over what its powers reach.
    pub scope: Scope,
    /// Its powers; what is not named is denied.
    pub can: Vec<Power>,
}

/// Over what a role's powers reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The person's own unit.
    Own,
    /// The person's unit and every unit below it.
    Subtree,
    /// The whole city.
    All,
    /// The one entry the person speaks for, such as an enterprise.
    Subject,
}

/// Something a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Power {
    /// See fields that are not public.
    See,
    /// Make and change entries.
    Edit,
    /// Accept what others report.
    Accept,
    /// Open measures and take their steps.
    Sign,
    /// Publish.
    Publish,
    /// Read the ledger.
    Audit,
    /// Make and close accounts.
    Administer,
}

/// `measures/*.toml`, one machine each.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Its id, the name of the file.
    pub id: Name,
    /// Its title.
    pub title: Text,
    /// Mechanisms it carries.
    #[serde(default)]
    pub mechanisms: Vec<String>,
    /// Rules whose failing findings can open it.
    pub rules: Vec<Name>,
    /// What it does and why.
    pub card: Text,
    /// The state it begins in.
    pub start: Name,
    /// Its states.
    pub state: Vec<State>,
    /// Its steps.
    pub step: Vec<Step>,
}

/// A state of a measure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Its id.
    pub id: Name,
    /// Its title.
    pub title: Text,
    /// Whether the measure is over in it.
    #[serde(default)]
    pub r#final: bool,
    /// Whether everybody may see a measure in this state.
    #[serde(default)]
    pub public: bool,
}

/// Whose power a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// The city's own.
    City,
    /// The province's: the city can only propose it, with evidence.
    Province,
}

/// What the finding must say now for a step to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Whatever it says.
    Any,
    /// That it still fails.
    Failing,
    /// That it passes: nothing else lifts a measure.
    Passing,
}

/// A step from one state to another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its id.
    pub id: Name,
    /// Its title.
    pub title: Text,
    /// The states it can be taken from.
    pub from: Vec<Name>,
    /// The state it leads to.
    pub to: Name,
    /// Units that may sign it; `county` for the county or district of the subject.
    pub by: Vec<Name>,
    /// Whose power it is.
    pub authority: Authority,
    /// Whether it is only a proposal to whoever has the power.
    #[serde(default)]
    pub proposal: bool,
    /// What it rests on.
    pub clause: Text,
    /// The document it issues; a step that names one cannot be taken without its number.
    #[serde(default)]
    pub document: Option<Text>,
    /// What the finding must say.
    pub when: When,
    /// Within how many days the next step is due.
    #[serde(default)]
    pub days: Option<u32>,
    /// Whether those are working days.
    #[serde(default)]
    pub working_days: bool,
    /// Within how many days it can be appealed against.
    #[serde(default)]
    pub appeal_days: Option<u32>,
    /// How far its numbers were checked: `checked`, `known` or `open`.
    pub sure: String,
}
