//! What to do about a spill: when an intake closes and opens again, which boom or gate is ready in time, how grave it is and by
//! when it is reported. Grades and hours are data.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::band::Band;
use crate::input::{BadInput, not_negative};

/// When an intake closes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Closure {
    /// By when it must be shut, s since the release: the earliest arrival less the margin; zero where that is past.
    pub close_s: f64,
    /// From when it may open again, after a sample says so: the latest clearance and the margin; nothing where the run ends before.
    pub open_s: Option<f64>,
    /// Whether the margin is already cut at the release.
    pub at_once: bool,
}

/// When an intake closes and opens; nothing where the threshold is not passed in any run.
pub fn closure(band: &Band, margin_s: f64) -> Result<Option<Closure>, BadInput> {
    let margin_s = not_negative("margin (s)", margin_s)?;
    let Some(earliest) = band.arrival_s.least else { return Ok(None) };
    let open_s = band.clear_s.most.map(|clear| clear + margin_s);
    Ok(Some(Closure { close_s: (earliest - margin_s).max(0.0), open_s, at_once: earliest < margin_s }))
}

/// A place where a boom can be laid or a gate shut.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// Its id.
    pub id: String,
    /// From the alarm until it is ready, s.
    pub ready_s: f64,
}

/// Whether a post is ready in time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lead {
    /// The post.
    pub id: String,
    /// The earliest arrival there, s; nothing where the threshold is not passed.
    pub arrival_s: Option<f64>,
    /// What is left between being ready and the earliest arrival, s; below zero it comes too late.
    pub lead_s: Option<f64>,
    /// The alarm must go out by then, s; below zero it should have gone out before the release was known.
    pub alarm_by_s: Option<f64>,
}

/// The lead of each post, the longest first, those that nothing reaches last. `alarm_s` is when the alarm goes out.
pub fn leads(posts: &[(Post, Band)], alarm_s: f64) -> Result<Vec<Lead>, BadInput> {
    let alarm_s = not_negative("time of the alarm (s)", alarm_s)?;
    let mut leads = Vec::with_capacity(posts.len());
    for (post, band) in posts {
        let ready_s = not_negative("time to be ready (s)", post.ready_s)?;
        let arrival_s = band.arrival_s.least;
        let alarm_by_s = arrival_s.map(|arrival| arrival - ready_s);
        leads.push(Lead { id: post.id.clone(), arrival_s, lead_s: alarm_by_s.map(|by| by - alarm_s), alarm_by_s });
    }
    let rank = |lead: &Lead| lead.lead_s.unwrap_or(f64::NEG_INFINITY);
    leads.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then_with(|| a.id.cmp(&b.id)));
    Ok(leads)
}

/// Grades of an event, the gravest first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Grades {
    /// Where they are from.
    pub origin: String,
    /// How sure they are.
    pub sure: String,
    /// The grades.
    pub grade: Vec<Grade>,
}

/// One grade: any of its counts reached or any of its marks given is enough.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// Its id.
    pub id: String,
    /// By when it must be reported, hours after it is known.
    pub report_hours: u32,
    /// Counts from which on it holds.
    #[serde(default)]
    pub at_least: BTreeMap<String, u64>,
    /// What else makes it hold.
    #[serde(default)]
    pub marks: BTreeSet<String>,
    /// Who is told.
    #[serde(default)]
    pub tell: Vec<String>,
}

/// What is known of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Impact {
    /// Counts: dead, poisoned, evacuated, yuan.
    pub counts: BTreeMap<String, u64>,
    /// Marks: which supply is cut, which border is crossed.
    pub marks: BTreeSet<String>,
}

/// The gravest grade that holds, with what makes it hold.
pub fn graded<'a>(grades: &'a Grades, impact: &Impact) -> Option<(&'a Grade, Vec<String>)> {
    for grade in &grades.grade {
        let reached = grade.at_least.iter().filter(|(name, least)| impact.counts.get(*name).is_some_and(|found| *least <= found));
        let mut because: Vec<String> = reached.map(|(name, _)| name.clone()).collect();
        because.extend(grade.marks.intersection(&impact.marks).cloned());
        if !because.is_empty() {
            return Some((grade, because));
        }
    }
    None
}
