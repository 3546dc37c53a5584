//! Flows of gauges: means of months as registers hold them, or days as files do.

use hydro::design_flow::frequency::{Reading, exceeded};
use hydro::{DailyFlows, Day, MonthMean};

use super::error::{Problem, RiverError};
use super::rows::{Row, Tables, of};

/// What is known of a gauge.
pub(super) struct GaugeFlows {
    /// Means of months, in their order.
    pub(super) months: Vec<MonthMean>,
    /// The days, where a file has them.
    pub(super) days: Option<DailyFlows>,
}

/// The flows of a gauge; where there are days, the means of months are theirs.
pub(super) fn of_gauge(tables: &Tables, gauge: &str) -> Result<GaugeFlows, RiverError> {
    let mut problems = Vec::new();
    let mut days: Vec<(Day, f64)> = Vec::new();
    for row in of(tables, "flow_day").iter().filter(|row| row.get("gauge") == Some(gauge)) {
        let day = row.get("day").and_then(|text| text.parse::<Day>().ok());
        match (day, flow(row)) {
            (Some(day), Some(flow)) => days.push((day, flow)),
            (None, _) => problems.push(problem("flow_day", row, "day", "a day such as 2016-04-01")),
            (_, None) => problems.push(problem("flow_day", row, "flow_m3_s", "a flow of zero or more, in m³/s")),
        }
    }
    let mut months: Vec<MonthMean> = Vec::new();
    for row in of(tables, "flow_month").iter().filter(|row| row.get("gauge") == Some(gauge)) {
        match (row.get("month").and_then(year_month), flow(row)) {
            (Some((year, month)), Some(mean_m3_s)) => {
                let whole = days_of(year, month);
                let n_days = row.get("days").map_or(Some(whole), |text| text.parse::<u32>().ok());
                let Some(n_days) = n_days.filter(|n_days| *n_days <= whole) else {
                    problems.push(problem("flow_month", row, "days", "how many days of the month were measured"));
                    continue;
                };
                months.push(MonthMean { year, month, mean_m3_s, n_days, complete: n_days == whole });
            }
            (None, _) => problems.push(problem("flow_month", row, "month", "a month such as 2016-04")),
            (_, None) => problems.push(problem("flow_month", row, "flow_m3_s", "a flow of zero or more, in m³/s")),
        }
    }
    months.sort_by_key(|mean| (mean.year, mean.month));
    if let Some(twice) = months.windows(2).find(|pair| (pair[0].year, pair[0].month) == (pair[1].year, pair[1].month)) {
        let month = format!("{}-{:02}", twice[0].year, twice[0].month);
        problems.push(Problem {
            kind: "flow_month".to_owned(),
            id: gauge.to_owned(),
            field: "month".to_owned(),
            found: format!("`{month}` twice"),
            expected: "each month once".to_owned(),
        });
    }
    if !problems.is_empty() {
        return Err(RiverError::Problems(problems));
    }
    if days.is_empty() {
        return Ok(GaugeFlows { months, days: None });
    }
    days.sort_by_key(|(day, _)| *day);
    let days = DailyFlows::new(days).map_err(|source| RiverError::Record { place: format!("flow_gauge `{gauge}`"), source })?;
    Ok(GaugeFlows { months: days.month_means(), days: Some(days) })
}

/// The flow of each month of the year that is kept at a guarantee, over the complete months; nothing where a month has too few.
pub(super) fn of_months(means: &[MonthMean], guarantee: f64, min_years: usize) -> Option<[f64; 12]> {
    let mut flows = [0.0; 12];
    for (month, flow) in (1u8..=12).zip(&mut flows) {
        let values: Vec<f64> = means.iter().filter(|mean| mean.month == month && mean.complete).map(|mean| mean.mean_m3_s).collect();
        if values.len() < min_years.max(1) {
            return None;
        }
        *flow = exceeded(&values, guarantee, Reading::Weibull).ok()?.value;
    }
    Some(flows)
}

/// Months as numbers, out of `12,1,2`.
pub(super) fn months(text: &str) -> Option<Vec<u8>> {
    let mut months = Vec::new();
    for part in text.split([',', '\u{ff0c}', '、']).map(str::trim).filter(|part| !part.is_empty()) {
        months.push(part.parse::<u8>().ok().filter(|month| (1..=12).contains(month))?);
    }
    Some(months)
}

fn flow(row: &Row) -> Option<f64> {
    row.get("flow_m3_s")?.parse::<f64>().ok().filter(|flow| flow.is_finite() && 0.0 <= *flow)
}

fn year_month(text: &str) -> Option<(i32, u8)> {
    let (year, month) = text.split_once('-')?;
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    Day::new(year, month, 1).map(|_| (year, month))
}

fn days_of(year: i32, month: u8) -> u32 {
    let next = if month == 12 { Day::new(year + 1, 1, 1) } else { Day::new(year, month + 1, 1) };
    let days = Day::new(year, month, 1).zip(next).map_or(0, |(first, next)| next.days_since(first));
    days.unsigned_abs()
}

fn problem(kind: &str, row: &Row, field: &str, expected: &str) -> Problem {
    let found = row.get(field).map_or_else(|| "empty".to_owned(), |text| format!("`{text}`"));
    Problem { kind: kind.to_owned(), id: row.id.clone(), field: field.to_owned(), found, expected: expected.to_owned() }
}
