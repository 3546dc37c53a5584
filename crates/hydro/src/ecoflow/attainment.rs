//! How often a required flow was kept, how much water was missing, and how near today is to falling short.
//!
//! Flow and requirement are rounded to declared decimals before one meets the other. A day without a flow attains nothing
//! and fails nothing: it is missing, and counted as such.

use serde::{Deserialize, Serialize};

use crate::SECONDS_PER_DAY;
use crate::day::Day;
use crate::fixed::fixed;
use crate::input::{BadInput, not_negative, positive};
use crate::series::DailyFlows;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AttainmentAsked {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// What must flow in each month of the year, m³/s.
    pub required_m3_s: [f64; 12],
    /// Months that do not count, because the river is frozen.
    #[serde(default)]
    pub excluded_months: Vec<u8>,
    /// Decimals of m³/s to which flow and requirement are rounded.
    pub decimals: u8,
}

/// How often a required flow was kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attainment {
    /// Days between first and last that count.
    pub n_expected: u32,
    /// Days that do not count.
    pub n_excluded: u32,
    /// Days that count and have no flow.
    pub n_missing: u32,
    /// Days on which the flow was kept.
    pub n_attained: u32,
    /// Days kept over days with a flow; nothing where no day has one.
    pub share: Option<f64>,
    /// The water that was missing, m³, on days with a flow.
    pub deficit_m3: f64,
    /// The longest run of days below, broken by days that are missing or do not count.
    pub longest_below_days: u32,
    /// The first day of that run.
    pub longest_below_from: Option<Day>,
    /// The same by month of the year, for months that count.
    pub months: Vec<MonthAttainment>,
}

/// How often a required flow was kept in one month of the year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MonthAttainment {
    /// The month, 1 to 12.
    pub month: u8,
    /// Days with a flow.
    pub n_measured: u32,
    /// Days on which the flow was kept.
    pub n_attained: u32,
    /// The water that was missing, m³.
    pub deficit_m3: f64,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NoAttainment {
    /// A number that cannot be.
    #[error(transparent)]
    Input(#[from] BadInput),
    /// Days the wrong way round.
    #[error("the last day {to} lies before the first, {from}")]
    Days {
        /// The first.
        from: Day,
        /// The last.
        to: Day,
    },
}

/// How often the requirement was kept.
pub fn attainment(flows: &DailyFlows, asked: &AttainmentAsked) -> Result<Attainment, NoAttainment> {
    if asked.to < asked.from {
        return Err(NoAttainment::Days { from: asked.from, to: asked.to });
    }
    for required in &asked.required_m3_s {
        not_negative("required flow (m³/s)", *required)?;
    }
    let counts = |month: u8| !asked.excluded_months.contains(&month);
    let mut months: Vec<MonthAttainment> =
        (1..=12).map(|month| MonthAttainment { month, n_measured: 0, n_attained: 0, deficit_m3: 0.0 }).collect();
    let (mut n_excluded, mut n_missing) = (0, 0);
    let (mut run, mut longest, mut longest_from) = (0, 0, None);
    let mut known = flows.between(asked.from, asked.to.plus(1)).iter().peekable();
    for n in 0..=asked.to.days_since(asked.from) {
        let day = asked.from.plus(n);
        let flow = known.next_if(|(known_day, _)| *known_day == day).map(|(_, flow)| *flow);
        let (_, month, _) = day.year_month_day();
        let place = usize::from(month) - 1;
        let required = asked.required_m3_s[place];
        let Some(flow) = flow.filter(|_| counts(month)) else {
            if counts(month) {
                n_missing += 1;
            } else {
                n_excluded += 1;
            }
            run = 0;
            continue;
        };
        let of_month = &mut months[place];
        of_month.n_measured += 1;
        let short = fixed(flow, asked.decimals) < fixed(required, asked.decimals);
        if !short {
            of_month.n_attained += 1;
            run = 0;
            continue;
        }
        of_month.deficit_m3 += (required - flow).max(0.0) * SECONDS_PER_DAY;
        run += 1;
        if longest < run {
            longest = run;
            longest_from = Some(day.plus(1 - run));
        }
    }
    months.retain(|month| counts(month.month));
    let n_measured: u32 = months.iter().map(|month| month.n_measured).sum();
    let n_attained: u32 = months.iter().map(|month| month.n_attained).sum();
    Ok(Attainment {
        n_expected: n_measured + n_missing,
        n_excluded,
        n_missing,
        n_attained,
        share: (0 < n_measured).then(|| f64::from(n_attained) / f64::from(n_measured)),
        deficit_m3: months.iter().fold(0.0, |sum, month| sum + month.deficit_m3),
        longest_below_days: longest as u32,
        longest_below_from: longest_from,
        months,
    })
}

/// How a flow stands to what is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// There is enough.
    Enough,
    /// There is enough, but not by the margin at which a warning is given.
    Near,
    /// There is too little.
    Short,
}

/// How a flow stands to what is required; `warn_ratio` (such as 1.2) says how near is near.
pub fn standing(flow_m3_s: f64, required_m3_s: f64, warn_ratio: f64, decimals: u8) -> Result<Standing, BadInput> {
    let flow = fixed(not_negative("flow (m³/s)", flow_m3_s)?, decimals);
    let required = not_negative("required flow (m³/s)", required_m3_s)?;
    let warned = fixed(positive("ratio for a warning", warn_ratio)? * required, decimals);
    Ok(if flow < fixed(required, decimals) {
        Standing::Short
    } else if flow < warned {
        Standing::Near
    } else {
        Standing::Enough
    })
}

/// The extra flow that would dilute a section to its target, m³/s: `Q·(C − Cs)/(Cs − Cr)`; zero where the target is kept, nothing
/// where the water released is itself no better than the target. For emergencies; it replaces no cut of loads.
pub fn dilution_m3_s(flow_m3_s: f64, present_mg_l: f64, target_mg_l: f64, released_mg_l: f64) -> Result<Option<f64>, BadInput> {
    let flow = positive("flow (m³/s)", flow_m3_s)?;
    let present = not_negative("concentration (mg/L)", present_mg_l)?;
    let target = not_negative("target (mg/L)", target_mg_l)?;
    let released = not_negative("concentration of the water released (mg/L)", released_mg_l)?;
    if present <= target {
        return Ok(Some(0.0));
    }
    Ok((released < target).then(|| flow * (present - target) / (target - released)))
}
