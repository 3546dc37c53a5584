//! A record of daily mean flows. Gaps are allowed and known; nothing is filled in.

use serde::Serialize;

use crate::day::{Day, days_of_month};

/// Daily mean flows in m³/s, in the order of their days, each day once.
#[derive(Debug, Clone, PartialEq)]
pub struct DailyFlows {
    days: Vec<(Day, f64)>,
}

/// Why a record is refused.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum BadRecord {
    /// There is no day in it.
    #[error("the flow record has no day")]
    Empty,
    /// A day stands twice, or before an earlier one.
    #[error("{day} stands in the flow record after {before}, expected a later day")]
    Order {
        /// The day.
        day: Day,
        /// The day that stands before it.
        before: Day,
    },
    /// A flow that cannot be.
    #[error("flow of {day} is {found} m³/s, expected zero or more")]
    Flow {
        /// The day.
        day: Day,
        /// What was given.
        found: f64,
    },
}

/// The mean flow of one month of one year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MonthMean {
    /// The year.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u8,
    /// Mean over its days that have a flow, m³/s.
    pub mean_m3_s: f64,
    /// How many days have a flow.
    pub n_days: u32,
    /// Whether every day of the month has one.
    pub complete: bool,
}

impl DailyFlows {
    /// A record, if its days ascend and its flows are zero or more.
    pub fn new(days: Vec<(Day, f64)>) -> Result<Self, BadRecord> {
        if days.is_empty() {
            return Err(BadRecord::Empty);
        }
        for &(day, found) in &days {
            if !(found.is_finite() && 0.0 <= found) {
                return Err(BadRecord::Flow { day, found });
            }
        }
        for pair in days.windows(2) {
            if pair[1].0 <= pair[0].0 {
                return Err(BadRecord::Order { day: pair[1].0, before: pair[0].0 });
            }
        }
        Ok(Self { days })
    }

    /// The days with their flows.
    pub fn days(&self) -> &[(Day, f64)] {
        &self.days
    }

    /// The first day.
    pub fn first(&self) -> Day {
        self.days[0].0
    }

    /// The last day.
    pub fn last(&self) -> Day {
        self.days[self.days.len() - 1].0
    }

    /// How many days between the first and the last have no flow.
    pub fn n_missing(&self) -> usize {
        let span = self.last().days_since(self.first()) as usize + 1;
        span - self.days.len()
    }

    /// The flows alone.
    pub fn flows_m3_s(&self) -> Vec<f64> {
        self.days.iter().map(|(_, flow)| *flow).collect()
    }

    /// Mean of all days that have a flow, m³/s.
    pub fn mean_m3_s(&self) -> f64 {
        let sum: f64 = self.days.iter().map(|(_, flow)| flow).sum();
        sum / self.days.len() as f64
    }

    /// The flows from one day up to, but not with, another.
    pub(crate) fn between(&self, from: Day, until: Day) -> &[(Day, f64)] {
        let start = self.days.partition_point(|(day, _)| *day < from);
        let end = self.days.partition_point(|(day, _)| *day < until);
        &self.days[start..end.max(start)]
    }

    /// The means of months, in their order; a month without any day is left out.
    pub fn month_means(&self) -> Vec<MonthMean> {
        let mut means = Vec::new();
        let mut at = 0;
        while at < self.days.len() {
            let (year, month, _) = self.days[at].0.year_month_day();
            let same = |day: Day| {
                let (other_year, other_month, _) = day.year_month_day();
                (other_year, other_month) == (year, month)
            };
            let n = self.days[at..].iter().take_while(|(day, _)| same(*day)).count();
            let sum: f64 = self.days[at..at + n].iter().map(|(_, flow)| flow).sum();
            let complete = n == usize::from(days_of_month(year, month));
            means.push(MonthMean { year, month, mean_m3_s: sum / n as f64, n_days: n as u32, complete });
            at += n;
        }
        means
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn gaps_are_counted_and_months_with_gaps_are_not_complete() {
        let mut days: Vec<(Day, f64)> = (0..60).map(|n| (day("2016-01-01").plus(n), 2.0)).collect();
        days.remove(40);
        let flows = DailyFlows::new(days).unwrap();
        assert_eq!(flows.n_missing(), 1);
        let months = flows.month_means();
        assert_eq!(months.iter().map(|mean| (mean.month, mean.n_days, mean.complete)).collect::<Vec<_>>(), [(1, 31, true), (2, 28, false)]);
    }

    #[test]
    fn days_twice_and_negative_flows_are_refused_by_name() {
        let twice = DailyFlows::new(vec![(day("2016-01-02"), 1.0), (day("2016-01-02"), 1.0)]).unwrap_err();
        assert_eq!(twice.to_string(), "2016-01-02 stands in the flow record after 2016-01-02, expected a later day");
        let negative = DailyFlows::new(vec![(day("2016-01-02"), -1.0)]).unwrap_err();
        assert_eq!(negative.to_string(), "flow of 2016-01-02 is -1 m³/s, expected zero or more");
        assert_eq!(DailyFlows::new(Vec::new()), Err(BadRecord::Empty));
    }
}
