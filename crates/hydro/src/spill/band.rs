//! How sure an arrival is: the same spill with faster and slower water, more and less dispersion, more and less load.

use serde::{Deserialize, Serialize};

use super::course::{Course, Period};
use super::run::{NoRun, Release, Settings, Spilled, run};
use super::watch::{Passage, Sample, passage};
use crate::input::{BadInput, positive, share};

/// How far the inputs may be off.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Uncertainty {
    /// Of the velocity, as a share: 0.2 for ±20 %.
    pub velocity: f64,
    /// Of the dispersion, as a factor both ways; 1 for none.
    pub dispersion_factor: f64,
    /// Of the load, as a share.
    pub load: f64,
    /// Where these are from.
    pub origin: String,
}

/// From the least to the most; nothing where it may not happen at all, or is not over at the end of the run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Span {
    /// The least.
    pub least: Option<f64>,
    /// The most.
    pub most: Option<f64>,
}

/// What passes a place, and how far it may be off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Band {
    /// With the inputs as given.
    pub central: Passage,
    /// First above the threshold, s.
    pub arrival_s: Span,
    /// Highest concentration, mg/L.
    pub peak_mg_l: Span,
    /// When it is highest, s.
    pub peak_s: Span,
    /// Last above the threshold, s. The most is nothing where some run is still above at its end.
    pub clear_s: Span,
}

/// Why there is no band.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoBand {
    /// A number that cannot be.
    #[error(transparent)]
    Input(#[from] BadInput),
    /// A run that cannot be.
    #[error(transparent)]
    Run(#[from] NoRun),
}

/// The central run, and the band at each watched joint: the extremes over five runs and the load both ways.
pub fn bands(
    course: &Course,
    periods: &[Period],
    releases: &[Release],
    settings: &Settings,
    threshold_mg_l: f64,
    uncertainty: &Uncertainty,
) -> Result<(Spilled, Vec<Band>), NoBand> {
    let velocity = share("uncertainty of the velocity", uncertainty.velocity)?;
    positive("1 less the uncertainty of the velocity", 1.0 - velocity)?;
    let load = share("uncertainty of the load", uncertainty.load)?;
    positive("1 less the uncertainty of the load", 1.0 - load)?;
    let dispersion = positive("uncertainty of the dispersion (factor)", uncertainty.dispersion_factor)?;
    let central = run(course, periods, releases, settings)?;
    let plain = Settings { frame_every_s: None, ..settings.clone() };
    let mut runs = vec![central.samples.clone()];
    for velocity_factor in [1.0 - velocity, 1.0 + velocity] {
        for dispersion_factor in [1.0 / dispersion, dispersion] {
            let varied = course.varied(velocity_factor, dispersion_factor)?;
            runs.push(run(&varied, periods, releases, &plain)?.samples);
        }
    }
    let mut found = Vec::with_capacity(settings.watch.len());
    for place in 0..settings.watch.len() {
        let series: Vec<&[Sample]> = runs.iter().map(|run| run[place].as_slice()).collect();
        if let Some(band) = band(&series, threshold_mg_l, load)? {
            found.push(band);
        }
    }
    Ok((central, found))
}

/// The band over several series of one place, the first of them the central one. More load is a lower threshold.
fn band(series: &[&[Sample]], threshold_mg_l: f64, load: f64) -> Result<Option<Band>, BadInput> {
    let mut passages = Vec::new();
    for samples in series {
        for factor in [1.0 - load, 1.0, 1.0 + load] {
            let Some(mut passed) = passage(samples, threshold_mg_l / factor)? else { return Ok(None) };
            passed.peak_mg_l *= factor;
            passages.push(passed);
        }
    }
    let Some(central) = series.first().map(|samples| passage(samples, threshold_mg_l)).transpose()?.flatten() else { return Ok(None) };
    let always = |value: fn(&Passage) -> Option<f64>| passages.iter().map(value).collect::<Option<Vec<f64>>>();
    let least = |value: fn(&Passage) -> Option<f64>| passages.iter().filter_map(value).reduce(f64::min);
    let most = |values: Option<Vec<f64>>| values.and_then(|values| values.into_iter().reduce(f64::max));
    let arrival: fn(&Passage) -> Option<f64> = |passed| passed.arrival_s;
    let peak: fn(&Passage) -> Option<f64> = |passed| Some(passed.peak_mg_l);
    let peak_time: fn(&Passage) -> Option<f64> = |passed| Some(passed.peak_s);
    let clear: fn(&Passage) -> Option<f64> = |passed| passed.clear_s;
    let last_clear =
        if passages.iter().any(|passed| passed.still_above) { None } else { passages.iter().filter_map(clear).reduce(f64::max) };
    Ok(Some(Band {
        central,
        arrival_s: Span { least: least(arrival), most: most(always(arrival)) },
        peak_mg_l: Span { least: least(peak), most: most(always(peak)) },
        peak_s: Span { least: least(peak_time), most: most(always(peak_time)) },
        clear_s: Span { least: least(clear), most: last_clear },
    }))
}
