//! Flow-duration: the flow that is exceeded in a share of the days, of all days or of one month's.

use serde::Serialize;

use super::frequency::{Reading, exceeded};
use crate::input::BadInput;
use crate::series::DailyFlows;

/// The flow exceeded on this share of the days, m³/s.
pub fn duration(flows: &DailyFlows, exceedance: f64, reading: Reading) -> Result<f64, BadInput> {
    Ok(exceeded(&flows.flows_m3_s(), exceedance, reading)?.value)
}

/// One month of the year over all years.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MonthDuration {
    /// The month, 1 to 12.
    pub month: u8,
    /// Mean of its days, m³/s.
    pub mean_m3_s: f64,
    /// Exceeded on this share of its days, m³/s.
    pub of_days_m3_s: f64,
    /// Exceeded in this share of the years by the mean of the month, m³/s; complete months only.
    pub of_means_m3_s: Option<f64>,
    /// Mean of the complete months' means, m³/s.
    pub mean_of_means_m3_s: Option<f64>,
}

/// The same for each month that has days, by Weibull.
pub fn by_month(flows: &DailyFlows, exceedance: f64) -> Result<Vec<MonthDuration>, BadInput> {
    let means = flows.month_means();
    let mut months = Vec::new();
    for month in 1..=12 {
        let of_month = flows.days().iter().filter(|(day, _)| day.year_month_day().1 == month);
        let days: Vec<f64> = of_month.map(|(_, flow)| *flow).collect();
        if days.is_empty() {
            continue;
        }
        let complete = means.iter().filter(|mean| mean.month == month && mean.complete);
        let of_years: Vec<f64> = complete.map(|mean| mean.mean_m3_s).collect();
        let (mut of_means_m3_s, mut mean_of_means_m3_s) = (None, None);
        if !of_years.is_empty() {
            of_means_m3_s = Some(exceeded(&of_years, exceedance, Reading::Weibull)?.value);
            mean_of_means_m3_s = Some(mean(&of_years));
        }
        let of_days_m3_s = exceeded(&days, exceedance, Reading::Weibull)?.value;
        months.push(MonthDuration { month, mean_m3_s: mean(&days), of_days_m3_s, of_means_m3_s, mean_of_means_m3_s });
    }
    Ok(months)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
