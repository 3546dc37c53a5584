//! `assessments/*.toml`: score sheets by which units are assessed year by year.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Card, Name, Parameter, Text, Unit, UnitKind};

/// `assessments/*.toml`, one each.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// Its id, the name of the file.
    pub id: Name,
    /// Its title.
    pub title: Text,
    /// Mechanisms it carries.
    #[serde(default)]
    pub mechanisms: Vec<String>,
    /// What it does, why, and how sure it is.
    pub card: Card,
    /// Who is assessed.
    pub units: Assessed,
    /// The first year.
    pub from_year: i16,
    /// The last year; none where it goes on.
    #[serde(default)]
    pub until_year: Option<i16>,
    /// Places of a score; it is rounded to them once, half to even.
    pub digits: u32,
    /// A query for every item that has neither rules nor a query of its own; it tells them apart by `$item`.
    #[serde(default)]
    pub sql: Option<Spanned<String>>,
    /// The verdicts the rows of that query rest on.
    #[serde(default)]
    pub evidence_sql: Option<Spanned<String>>,
    /// Its sheets.
    pub sheet: Vec<Sheet>,
    /// What is added to the sum of the sheets that decide, or taken from it; the sum stays within their points.
    #[serde(default)]
    pub extra: Vec<ScoreItem>,
    /// The grades, best first.
    pub band: Vec<Band>,
    /// A second sheet that can lower the grade.
    #[serde(default)]
    pub floor: Option<Floor>,
    /// What gives the lowest grade whatever the score is.
    #[serde(default)]
    pub veto: Option<Veto>,
    /// Rules that must pass for every unit and the year before a result is published.
    #[serde(default)]
    pub publish_needs: Vec<Name>,
    /// Numbers its queries use, each with its source.
    #[serde(default)]
    pub parameter: Vec<Parameter>,
}

/// Who is assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Assessed {
    /// Counties and districts.
    Counties,
    /// Departments.
    Departments,
}

/// How far a number was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sure {
    /// Checked against a source.
    Checked,
    /// Stated from knowledge of the field.
    Known,
    /// Open: assumed until somebody confirms it.
    Open,
}

/// A sheet: items that add up to its points.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Its id.
    pub id: Name,
    /// Its title.
    pub title: Text,
    /// Whether its score is part of the one that sets the grade.
    pub decides_grade: bool,
    /// Its points; for every unit the items that are scored for it add up to them.
    pub points: Decimal,
    /// Its items.
    pub item: Vec<ScoreItem>,
}

/// An item of a sheet. It is counted from the verdicts of `rules`, or by a query: its own, or that of the assessment. A unit
/// without a row is not scored for it, and its points are then not counted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreItem {
    /// Its id, unlike that of every other item of the assessment.
    pub id: Name,
    /// Its title.
    pub title: Text,
    /// What it rests on.
    pub clause: Text,
    /// The most it gives.
    pub points: Decimal,
    /// The least it gives; below zero only for what is added or taken at the end.
    #[serde(default)]
    pub least: Decimal,
    /// How far its points were checked.
    pub points_mark: Sure,
    /// The units it is scored for; every one where it names none.
    #[serde(default)]
    pub units: Vec<Name>,
    /// Rules whose passing and failing verdicts are counted, by the county in which their subject lies.
    #[serde(default)]
    pub rules: Vec<Name>,
    /// A query that gives `unit, ok, total` or `unit, score`, and where it applies `deducted`.
    #[serde(default)]
    pub sql: Option<Spanned<String>>,
    /// A query that gives `unit, rule, subject, period`: the verdicts each row of the other one rests on.
    #[serde(default)]
    pub evidence_sql: Option<Spanned<String>>,
}

/// A grade.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Its id.
    pub id: Name,
    /// Its title.
    pub title: Text,
    /// From this score on.
    pub from: Decimal,
    /// How far the score was checked.
    pub sure: Sure,
    /// The factor by which the grade weighs in the allocation of funds, for reference.
    #[serde(default)]
    pub allocation: Option<Decimal>,
}

/// A sheet that lowers the grade by one where its score is below a number.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// The sheet.
    pub sheet: Name,
    /// Below this score.
    pub score: Decimal,
    /// The last year it applies to.
    #[serde(default)]
    pub until_year: Option<i16>,
    /// How far it was checked.
    pub sure: Sure,
}

/// What gives the lowest grade.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Veto {
    /// A query that gives `unit, reason`, a row for each thing found, and the `rule, subject, period` of its verdict.
    pub sql: Spanned<String>,
    /// What it rests on.
    pub clause: Text,
    /// How far it was checked.
    pub sure: Sure,
}

impl Assessment {
    /// Whether a unit is one of those that are assessed.
    pub fn covers(&self, unit: &Unit) -> bool {
        match self.units {
            Assessed::Counties => matches!(unit.kind, UnitKind::County | UnitKind::District),
            Assessed::Departments => unit.kind == UnitKind::Department,
        }
    }

    /// Every item: those of the sheets, then what is added or taken at the end.
    pub fn items(&self) -> impl Iterator<Item = &ScoreItem> {
        self.sheet.iter().flat_map(|sheet| &sheet.item).chain(&self.extra)
    }

    /// The queries of an item, its own or those all items share: amounts, and the verdicts they rest on. None where it is
    /// counted from the verdicts of rules.
    pub fn queries<'a>(&'a self, item: &'a ScoreItem) -> Option<(&'a str, &'a str)> {
        if !item.rules.is_empty() {
            return None;
        }
        let own = item.sql.as_ref().zip(item.evidence_sql.as_ref());
        let (amounts, rests_on) = own.or_else(|| self.sql.as_ref().zip(self.evidence_sql.as_ref()))?;
        Some((amounts.get_ref(), rests_on.get_ref()))
    }

    /// A grade by id.
    pub fn grade(&self, id: &str) -> Option<&Band> {
        self.band.iter().find(|band| band.id.get_ref() == id)
    }
}

impl ScoreItem {
    /// Whether it is scored for a unit.
    pub fn is_for(&self, unit: &str) -> bool {
        self.units.is_empty() || self.units.iter().any(|own| own.get_ref() == unit)
    }
}

impl Sure {
    /// The word in files and catalogues.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Known => "known",
            Self::Open => "open",
        }
    }

    /// Whether it is assumed.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open)
    }
}
