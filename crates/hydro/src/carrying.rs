//! Carrying capacity: levels by bands, an index by which samples and sections comply, and the colour of a warning.
//!
//! Every band is data with its origin (some come as [`crate::reference::CARRYING`]). Figures are rounded to the decimals of
//! their bands before they meet one.

use serde::{Deserialize, Serialize};

use crate::fixed::fixed;
use crate::input::{BadInput, finite, not_negative, positive};

/// How heavily something is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 未超载.
    Within,
    /// 临界超载.
    Critical,
    /// 超载.
    Overloaded,
    /// 严重超载.
    Severe,
}

/// Where one level ends and the next begins.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    /// Its id.
    pub id: String,
    /// Where it is from.
    pub origin: String,
    /// How sure it is: checked, known, open.
    pub sure: String,
    /// Decimals to which a figure is rounded first.
    pub decimals: u8,
    /// The level below all steps.
    pub below: Level,
    /// The steps, ascending.
    pub step: Vec<Step>,
}

/// From a figure on, a level.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The figure.
    pub from: f64,
    /// Whether the level holds only above it.
    #[serde(default)]
    pub above: bool,
    /// The level.
    pub level: Level,
}

/// Which way things go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// They get worse.
    Worsening,
    /// They get better, or stay.
    Easing,
}

/// The colour of a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// No warning.
    Green,
    /// The lightest.
    Blue,
    /// The next.
    Yellow,
    /// The next.
    Orange,
    /// The gravest.
    Red,
}

/// The colours of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LevelColour {
    /// The level.
    pub level: Level,
    /// While things get worse.
    pub worsening: Colour,
    /// While they get better.
    pub easing: Colour,
}

impl Bands {
    /// The level of a figure.
    pub fn level(&self, figure: f64) -> Result<Level, BadInput> {
        let figure = fixed(finite("figure", figure)?, self.decimals);
        let mut level = self.below;
        for step in &self.step {
            let from = fixed(step.from, self.decimals);
            let reached = if step.above { from < figure } else { from <= figure };
            if reached {
                level = step.level;
            }
        }
        Ok(level)
    }
}

/// The colour of a level and a direction; nothing where the table does not name the level.
pub fn colour(level: Level, direction: Direction, colours: &[LevelColour]) -> Option<Colour> {
    let row = colours.iter().find(|row| row.level == level)?;
    Some(match direction {
        Direction::Worsening => row.worsening,
        Direction::Easing => row.easing,
    })
}

/// An indicator of a section: its limit, and its values in time; a missing value is nothing.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// The item.
    pub item: String,
    /// The limit, in the item's unit.
    pub limit: f64,
    /// Whether more is better, as with oxygen.
    #[serde(default)]
    pub at_least: bool,
    /// Decimals to which values, means and the limit are rounded before they meet.
    pub decimals: u8,
    /// The values, one for each time.
    pub values: Vec<Option<f64>>,
}

/// How one section stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SectionStanding {
    /// Times at which something was measured.
    pub n_measured: usize,
    /// Times at which all that was measured kept its limit.
    pub n_met: usize,
    /// The latter over the former.
    pub share: f64,
    /// The means of the indicators, in their order.
    pub means: Vec<f64>,
    /// Whether all means keep their limits.
    pub mean_meets: bool,
    /// The item that exceeds its limit by most, or stays below it by least.
    pub worst_item: String,
    /// By how much, relative to the limit; below zero where it is kept.
    pub worst_exceedance: f64,
}

/// How several sections stand together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compliance {
    /// A1: mean over sections of the share of times met.
    pub time_share: f64,
    /// A2: the share of sections whose means keep their limits.
    pub section_share: f64,
    /// Rc = (A1 + A2)/2.
    pub index: f64,
    /// Mean over sections of their worst exceedance.
    pub exceedance: f64,
}

/// How a section stands. Every indicator needs a value, and a limit above zero.
pub fn section(indicators: &[Indicator]) -> Result<SectionStanding, BadInput> {
    let n_times = indicators.iter().map(|indicator| indicator.values.len()).max().unwrap_or(0);
    let (mut n_measured, mut n_met) = (0, 0);
    for time in 0..n_times {
        let mut measured = indicators.iter().filter_map(|indicator| Some((indicator, (*indicator.values.get(time)?)?))).peekable();
        if measured.peek().is_none() {
            continue;
        }
        n_measured += 1;
        n_met += usize::from(measured.all(|(indicator, value)| indicator.meets(value)));
    }
    let mut means = Vec::with_capacity(indicators.len());
    let mut mean_meets = true;
    let mut worst: Option<(&str, f64)> = None;
    for indicator in indicators {
        let mean = indicator.mean()?;
        let limit = positive("limit of an indicator", indicator.limit)?;
        let exceedance = if indicator.at_least { limit / positive("mean of an indicator", mean)? - 1.0 } else { mean / limit - 1.0 };
        mean_meets &= indicator.meets(mean);
        means.push(mean);
        if worst.is_none_or(|(_, worst)| worst < exceedance) {
            worst = Some((indicator.item.as_str(), exceedance));
        }
    }
    let Some((worst_item, worst_exceedance)) = worst else {
        return Err(BadInput { name: "number of indicators", found: 0.0, expected: "at least 1" });
    };
    let share = n_met as f64 / n_measured as f64;
    Ok(SectionStanding { n_measured, n_met, share, means, mean_meets, worst_item: worst_item.to_owned(), worst_exceedance })
}

/// How sections stand together.
pub fn compliance(sections: &[SectionStanding]) -> Result<Compliance, BadInput> {
    let n = positive("number of sections", sections.len() as f64)?;
    let time_share = sections.iter().map(|section| section.share).sum::<f64>() / n;
    let section_share = sections.iter().filter(|section| section.mean_meets).count() as f64 / n;
    let exceedance = sections.iter().map(|section| section.worst_exceedance).sum::<f64>() / n;
    Ok(Compliance { time_share, section_share, index: (time_share + section_share) / 2.0, exceedance })
}

/// A use over what may be used, or a load over a capacity: the figure that [`Bands`] of that kind take.
pub fn ratio(used: f64, allowed: f64) -> Result<f64, BadInput> {
    Ok(not_negative("use or load", used)? / positive("what may be used, or capacity", allowed)?)
}

/// The worst of several levels; nothing where there is none.
pub fn worst(levels: impl IntoIterator<Item = Level>) -> Option<Level> {
    levels.into_iter().max()
}

impl Indicator {
    fn meets(&self, value: f64) -> bool {
        let (value, limit) = (fixed(value, self.decimals), fixed(self.limit, self.decimals));
        if self.at_least { limit <= value } else { value <= limit }
    }

    fn mean(&self) -> Result<f64, BadInput> {
        let known: Vec<f64> = self.values.iter().flatten().copied().collect();
        for value in &known {
            not_negative("value of an indicator", *value)?;
        }
        let n = positive("number of values of an indicator", known.len() as f64)?;
        Ok(known.iter().sum::<f64>() / n)
    }
}
