//! Low flows of n-day means by log-Pearson III: 7Q10 is the 7-day mean that a year falls short of once in ten.

use serde::{Deserialize, Serialize};

use super::NoDesignFlow;
use super::frequency::{Moments, Reading, exceeded, moments, pearson3, wilson_hilferty};
use crate::day::Day;
use crate::input::{BadInput, not_negative, positive};
use crate::series::DailyFlows;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LowFlowAsked {
    /// Days of the mean: 7.
    pub window_days: usize,
    /// Years between shortfalls: 10.
    pub return_period_a: f64,
    /// The month a year begins with: 4 for climatic years, 1 for calendar years.
    pub first_month: u8,
    /// The least number of complete years.
    pub min_years: usize,
}

/// The least n-day mean of one year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct YearMinimum {
    /// The year, by the calendar year it begins in.
    pub year: i32,
    /// The mean, m³/s.
    pub mean_m3_s: f64,
    /// The first day of its window.
    pub from: Day,
}

/// The minima of all complete years.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Minima {
    /// Complete years.
    pub years: Vec<YearMinimum>,
    /// Years that lack days, with how many. A window spans no gap, so such a year could hide its minimum.
    pub left_out: Vec<(i32, usize)>,
}

/// A low flow with its working.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LowFlow {
    /// By log-Pearson III, m³/s; zero where years without flow alone are more frequent than what is asked for.
    pub value_m3_s: f64,
    /// 1 over the return period.
    pub non_exceedance: f64,
    /// The share of years whose minimum is zero.
    pub zero_share: f64,
    /// The non-exceedance among the other years; nothing where zero years alone suffice.
    pub adjusted: Option<f64>,
    /// Moments of the logarithms (base 10) of the minima above zero.
    pub log_moments: Option<Moments>,
    /// The frequency factor.
    pub factor: Option<f64>,
    /// The same by Wilson and Hilferty, m³/s, for comparison with older tools.
    pub wilson_hilferty_m3_s: Option<f64>,
    /// Read from the sample by Weibull, m³/s, as a check on the fit.
    pub weibull_m3_s: f64,
}

/// The least means of each complete year, windows lying wholly inside the year.
pub fn minima(flows: &DailyFlows, window_days: usize, first_month: u8) -> Result<Minima, NoDesignFlow> {
    if !(1..=365).contains(&window_days) {
        return Err(NoDesignFlow::Window { found: window_days });
    }
    let (first_year, ..) = flows.first().year_month_day();
    let (last_year, ..) = flows.last().year_month_day();
    let mut found = Minima { years: Vec::new(), left_out: Vec::new() };
    for year in first_year - 1..=last_year {
        let bounds = Day::new(year, first_month, 1).zip(Day::new(year + 1, first_month, 1));
        let Some((from, until)) = bounds else { return Err(NoDesignFlow::Months { found: first_month.to_string() }) };
        let days = flows.between(from, until);
        let missing = until.days_since(from) as usize - days.len();
        if missing == 0 {
            found.years.push(least_mean(year, days, window_days));
        } else if !days.is_empty() {
            found.left_out.push((year, missing));
        }
    }
    Ok(found)
}

/// The low flow of a record.
pub fn low_flow(flows: &DailyFlows, asked: &LowFlowAsked) -> Result<(LowFlow, Minima), NoDesignFlow> {
    let minima = minima(flows, asked.window_days, asked.first_month)?;
    let values: Vec<f64> = minima.years.iter().map(|year| year.mean_m3_s).collect();
    if values.len() < asked.min_years {
        return Err(NoDesignFlow::TooFewYears { found: values.len(), expected: asked.min_years });
    }
    Ok((of_minima(&values, asked.return_period_a)?, minima))
}

/// The low flow of yearly minima in m³/s. Years without flow count by conditional probability.
pub fn of_minima(minima_m3_s: &[f64], return_period_a: f64) -> Result<LowFlow, BadInput> {
    let non_exceedance = 1.0 / positive("return period (a)", return_period_a)?;
    for minimum in minima_m3_s {
        not_negative("yearly minimum (m³/s)", *minimum)?;
    }
    let weibull_m3_s = exceeded(minima_m3_s, 1.0 - non_exceedance, Reading::Weibull)?.value;
    let logs: Vec<f64> = minima_m3_s.iter().filter(|value| 0.0 < **value).map(|value| value.log10()).collect();
    let zero_share = 1.0 - logs.len() as f64 / minima_m3_s.len() as f64;
    let nothing = LowFlow {
        value_m3_s: 0.0,
        non_exceedance,
        zero_share,
        adjusted: None,
        log_moments: None,
        factor: None,
        wilson_hilferty_m3_s: None,
        weibull_m3_s,
    };
    if non_exceedance <= zero_share {
        return Ok(nothing);
    }
    let adjusted = (non_exceedance - zero_share) / (1.0 - zero_share);
    let log_moments = moments(&logs)?;
    let factor = pearson3(adjusted, log_moments.skew)?;
    let flow = |factor: f64| 10f64.powf(log_moments.mean + factor * log_moments.deviation);
    Ok(LowFlow {
        value_m3_s: flow(factor),
        adjusted: Some(adjusted),
        log_moments: Some(log_moments),
        factor: Some(factor),
        wilson_hilferty_m3_s: Some(flow(wilson_hilferty(adjusted, log_moments.skew)?)),
        ..nothing
    })
}

/// The least mean of a year without gaps.
fn least_mean(year: i32, days: &[(Day, f64)], window_days: usize) -> YearMinimum {
    let mut least = YearMinimum { year, mean_m3_s: f64::INFINITY, from: days[0].0 };
    for window in days.windows(window_days) {
        let mean_m3_s = window.iter().map(|(_, flow)| flow).sum::<f64>() / window_days as f64;
        if mean_m3_s < least.mean_m3_s {
            least = YearMinimum { year, mean_m3_s, from: window[0].0 };
        }
    }
    least
}
