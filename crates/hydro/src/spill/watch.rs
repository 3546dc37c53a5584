//! What passes a place: first above a threshold, highest, last above it.

use serde::Serialize;

use crate::input::{BadInput, positive};

/// Concentration at a place, mean over a step and given for its middle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Sample {
    /// Since the start, s.
    pub time_s: f64,
    /// The concentration, mg/L.
    pub mg_l: f64,
}

/// How a cloud passes a place. Its front, its peak and its mean pass at different times.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Passage {
    /// First above the threshold, s.
    pub arrival_s: Option<f64>,
    /// When it is highest, s.
    pub peak_s: f64,
    /// How high, mg/L.
    pub peak_mg_l: f64,
    /// Last above the threshold, s; nothing where it never was, or still is at the end.
    pub clear_s: Option<f64>,
    /// Whether it is still above the threshold at the end of the run.
    pub still_above: bool,
    /// Concentration times time, mg·h/L.
    pub dose_mg_h_l: f64,
}

/// Reads a passage off samples in equal steps; nothing where there is no sample.
pub fn passage(samples: &[Sample], threshold_mg_l: f64) -> Result<Option<Passage>, BadInput> {
    let threshold = positive("threshold (mg/L)", threshold_mg_l)?;
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return Ok(None) };
    let mut arrival_s = (threshold < first.mg_l).then_some(first.time_s);
    let mut clear_s = None;
    let mut highest = 0;
    let mut sum = 0.0;
    for (i, sample) in samples.iter().enumerate() {
        sum += sample.mg_l;
        if samples[highest].mg_l < sample.mg_l {
            highest = i;
        }
        let Some(next) = samples.get(i + 1) else { continue };
        let crossing = sample.time_s + (next.time_s - sample.time_s) * (threshold - sample.mg_l) / (next.mg_l - sample.mg_l);
        if sample.mg_l <= threshold && threshold < next.mg_l {
            arrival_s = arrival_s.or(Some(crossing));
        }
        if threshold < sample.mg_l && next.mg_l <= threshold {
            clear_s = Some(crossing);
        }
    }
    let still_above = threshold < last.mg_l;
    let step_s = samples.get(1).map_or(2.0 * first.time_s, |second| second.time_s - first.time_s);
    let (peak_s, peak_mg_l) = top(samples, highest);
    let dose_mg_h_l = sum * step_s / 3600.0;
    Ok(Some(Passage { arrival_s, peak_s, peak_mg_l, clear_s: clear_s.filter(|_| !still_above), still_above, dose_mg_h_l }))
}

/// The top of the parabola through the highest sample and its neighbours.
fn top(samples: &[Sample], highest: usize) -> (f64, f64) {
    let here = samples[highest];
    if highest == 0 || highest + 1 == samples.len() {
        return (here.time_s, here.mg_l);
    }
    let (before, after) = (samples[highest - 1], samples[highest + 1]);
    let bend = before.mg_l - 2.0 * here.mg_l + after.mg_l;
    if 0.0 <= bend {
        return (here.time_s, here.mg_l);
    }
    let rise = before.mg_l - after.mg_l;
    (here.time_s + 0.5 * (after.time_s - here.time_s) * rise / bend, here.mg_l - rise * rise / (8.0 * bend))
}
