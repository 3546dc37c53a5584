//! Driest months: the least monthly mean of each year, at a guarantee or over the last years.
//!
//! Months in which the river is frozen or dry by nature can be left out, as SL/T 712 asks for ecological flow; then the
//! driest month is that of the others.

use serde::Serialize;

use super::NoDesignFlow;
use super::frequency::{Moments, Reading, exceeded, moments, pearson3};
use crate::input::probability;
use crate::series::MonthMean;

/// The driest month of one calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DriestMonth {
    /// The year.
    pub year: i32,
    /// The month.
    pub month: u8,
    /// Its mean, m³/s.
    pub mean_m3_s: f64,
}

/// The driest months of all years in which every month that counts is complete.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DriestMonths {
    /// Complete years, in their order.
    pub years: Vec<DriestMonth>,
    /// Years that lack months, with how many.
    pub left_out: Vec<(i32, usize)>,
    /// Months that do not count.
    pub excluded_months: Vec<u8>,
}

/// The driest month of each calendar year; `excluded_months` are those that do not count.
pub fn driest_months(means: &[MonthMean], excluded_months: &[u8]) -> Result<DriestMonths, NoDesignFlow> {
    let known = excluded_months.iter().all(|month| (1..=12).contains(month));
    let counting: Vec<u8> = (1..=12).filter(|month| !excluded_months.contains(month)).collect();
    if !known || counting.is_empty() {
        return Err(NoDesignFlow::Months { found: format!("{excluded_months:?}") });
    }
    let mut found = DriestMonths { years: Vec::new(), left_out: Vec::new(), excluded_months: excluded_months.to_vec() };
    let mut years: Vec<i32> = means.iter().map(|mean| mean.year).collect();
    years.sort_unstable();
    years.dedup();
    for year in years {
        let counts = |mean: &&MonthMean| mean.year == year && mean.complete && counting.contains(&mean.month);
        let of_year: Vec<&MonthMean> = means.iter().filter(counts).collect();
        let missing = counting.len().saturating_sub(of_year.len());
        let driest = of_year.into_iter().min_by(|a, b| a.mean_m3_s.total_cmp(&b.mean_m3_s).then(a.month.cmp(&b.month)));
        match driest {
            Some(mean) if missing == 0 => found.years.push(DriestMonth { year, month: mean.month, mean_m3_s: mean.mean_m3_s }),
            _ => found.left_out.push((year, missing)),
        }
    }
    Ok(found)
}

/// The driest month at a guarantee, with its working.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Guaranteed {
    /// The guarantee: the share of years with at least as much.
    pub guarantee: f64,
    /// Read from the sample by Weibull, m³/s.
    pub weibull_m3_s: f64,
    /// Whether the sample is too short for the guarantee, so that its least value stands in.
    pub at_the_edge: bool,
    /// Moments of the driest months.
    pub moments: Moments,
    /// Cv: deviation over mean.
    pub cv: f64,
    /// By Pearson III with the moments of the sample, m³/s, not below zero.
    pub pearson3_m3_s: f64,
}

/// The driest month at a guarantee: 0.9 for design, 0.9 or 0.95 for ecological flow. `min_years` says how long a record must be.
pub fn guaranteed(driest: &DriestMonths, guarantee: f64, min_years: usize) -> Result<Guaranteed, NoDesignFlow> {
    let guarantee = probability("guarantee", guarantee)?;
    let values = values(driest, min_years)?;
    let read = exceeded(&values, guarantee, Reading::Weibull)?;
    let moments = moments(&values)?;
    let cv = if 0.0 < moments.mean { moments.deviation / moments.mean } else { 0.0 };
    let fitted = moments.mean + moments.deviation * pearson3(1.0 - guarantee, moments.skew)?;
    Ok(Guaranteed { guarantee, weibull_m3_s: read.value, at_the_edge: read.at_the_edge, moments, cv, pearson3_m3_s: fitted.max(0.0) })
}

/// The driest months of the last years.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LastYears {
    /// The first of them.
    pub from: i32,
    /// The last of them.
    pub to: i32,
    /// Their mean, m³/s.
    pub mean_m3_s: f64,
    /// The least of them, m³/s.
    pub least_m3_s: f64,
}

/// The driest months of the last `n_years` complete years: their mean and the least of them, since codes take either.
pub fn last_years(driest: &DriestMonths, n_years: usize) -> Result<LastYears, NoDesignFlow> {
    let expected = n_years.max(1);
    values(driest, expected)?;
    let last = &driest.years[driest.years.len() - expected..];
    let sum: f64 = last.iter().map(|year| year.mean_m3_s).sum();
    let least_m3_s = last.iter().map(|year| year.mean_m3_s).fold(f64::INFINITY, f64::min);
    Ok(LastYears { from: last[0].year, to: last[expected - 1].year, mean_m3_s: sum / expected as f64, least_m3_s })
}

fn values(driest: &DriestMonths, min_years: usize) -> Result<Vec<f64>, NoDesignFlow> {
    if driest.years.len() < min_years {
        return Err(NoDesignFlow::TooFewYears { found: driest.years.len(), expected: min_years });
    }
    Ok(driest.years.iter().map(|year| year.mean_m3_s).collect())
}
