//! Tennant's method: shares of the mean flow, by grade and season. Shares and seasons are data.

use serde::{Deserialize, Serialize};

use crate::input::{BadInput, not_negative, positive};

/// A table of shares with its origin; one comes with the crate as [`crate::reference::TENNANT`].
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TennantTable {
    /// Where the table is from.
    pub origin: String,
    /// How sure it is: checked, known, open.
    pub sure: String,
    /// Months of the second season, 1 to 12.
    pub spawning_months: Vec<u8>,
    /// The grades, the best first.
    pub grade: Vec<TennantGrade>,
}

/// One grade, in percent of the mean flow.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TennantGrade {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: Title,
    /// From so much in the general season.
    pub general_percent: f64,
    /// From so much in the spawning season.
    pub spawning_percent: f64,
    /// Up to so much in the general season, where the grade is a range.
    #[serde(default)]
    pub general_to_percent: Option<f64>,
    /// Up to so much in the spawning season, where the grade is a range.
    #[serde(default)]
    pub spawning_to_percent: Option<f64>,
}

/// A name in two languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// The flows of one grade.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TennantFlow {
    /// The grade.
    pub grade: String,
    /// In the general season, m³/s.
    pub general_m3_s: f64,
    /// In the spawning season, m³/s.
    pub spawning_m3_s: f64,
    /// The upper end of the range in the general season, m³/s.
    pub general_to_m3_s: Option<f64>,
    /// The upper end of the range in the spawning season, m³/s.
    pub spawning_to_m3_s: Option<f64>,
    /// For each month of the year, m³/s.
    pub month_m3_s: [f64; 12],
}

/// The flows of every grade, for a mean flow in m³/s.
pub fn tennant(mean_m3_s: f64, table: &TennantTable) -> Result<Vec<TennantFlow>, BadInput> {
    let mean = positive("mean flow (m³/s)", mean_m3_s)?;
    let mut flows = Vec::with_capacity(table.grade.len());
    for grade in &table.grade {
        let general_m3_s = mean * not_negative("share of the mean flow (%)", grade.general_percent)? / 100.0;
        let spawning_m3_s = mean * not_negative("share of the mean flow (%)", grade.spawning_percent)? / 100.0;
        let mut month_m3_s = [general_m3_s; 12];
        for (month, flow) in (1..=12).zip(&mut month_m3_s) {
            if table.spawning_months.contains(&month) {
                *flow = spawning_m3_s;
            }
        }
        flows.push(TennantFlow {
            grade: grade.id.clone(),
            general_m3_s,
            spawning_m3_s,
            general_to_m3_s: grade.general_to_percent.map(|percent| mean * percent / 100.0),
            spawning_to_m3_s: grade.spawning_to_percent.map(|percent| mean * percent / 100.0),
            month_m3_s,
        });
    }
    Ok(flows)
}
