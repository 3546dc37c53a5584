//! The greatest of what several methods ask for, month by month, but never more than flows by nature.

use serde::{Deserialize, Serialize};

use crate::input::{BadInput, not_negative};

/// What one method asks for in each month.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MethodFlow {
    /// The method.
    pub method: String,
    /// For each month of the year, m³/s.
    pub month_m3_s: [f64; 12],
}

/// What a month must keep.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MonthRequirement {
    /// The month, 1 to 12.
    pub month: u8,
    /// What must be kept, m³/s.
    pub required_m3_s: f64,
    /// The method that asks for most; nothing where no method asks for anything.
    pub method: Option<String>,
    /// What that method asks for, m³/s.
    pub asked_m3_s: f64,
    /// Whether less flows by nature, which then is what must be kept.
    pub capped: bool,
}

/// What each month must keep, for the natural flow of the month in m³/s.
pub fn envelope(methods: &[MethodFlow], natural_m3_s: &[f64; 12]) -> Result<Vec<MonthRequirement>, BadInput> {
    let mut months = Vec::with_capacity(12);
    for (i, natural) in natural_m3_s.iter().enumerate() {
        let natural = not_negative("natural flow of the month (m³/s)", *natural)?;
        let mut asked_m3_s = 0.0;
        let mut method = None;
        for candidate in methods {
            let flow = not_negative("flow a method asks for (m³/s)", candidate.month_m3_s[i])?;
            if asked_m3_s < flow {
                asked_m3_s = flow;
                method = Some(candidate.method.clone());
            }
        }
        let capped = natural < asked_m3_s;
        let required_m3_s = asked_m3_s.min(natural);
        months.push(MonthRequirement { month: i as u8 + 1, required_m3_s, method, asked_m3_s, capped });
    }
    Ok(months)
}
