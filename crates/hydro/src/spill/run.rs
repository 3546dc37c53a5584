//! Runs a spill down its course, with a ledger of where the mass went.

use serde::Serialize;

use super::check::check;
use super::course::{Course, Period};
use super::disperse::Cells;
use super::flow::Flow;
use super::river::River;
use super::watch::Sample;
use crate::input::BadInput;

/// What enters at a joint.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Release {
    /// Position of the joint.
    pub joint: usize,
    /// What and when.
    pub source: Source,
}

/// How a substance enters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// All at the start.
    AtOnce {
        /// The mass, g.
        mass_g: f64,
    },
    /// At a constant rate.
    Over {
        /// From, s.
        from_s: f64,
        /// Until, s.
        until_s: f64,
        /// The rate, g/s.
        g_s: f64,
    },
    /// With the water that enters at the joint.
    Inflow {
        /// From, s.
        from_s: f64,
        /// Until, s.
        until_s: f64,
        /// Its concentration, mg/L.
        mg_l: f64,
    },
    /// The concentration at a spring is held; it also spreads into the river.
    Held {
        /// From, s.
        from_s: f64,
        /// Until, s.
        until_s: f64,
        /// The concentration, mg/L.
        mg_l: f64,
    },
}

/// How finely and how long.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// Longest cell, m.
    pub cell_m: f64,
    /// Until when, s.
    pub until_s: f64,
    /// Share of a cell that runs out in a step where the water is fastest; 0.8 is good, at most 1.
    pub courant: f64,
    /// Longest step, s: the interval of the samples.
    pub longest_step_s: f64,
    /// Joints whose concentration is recorded.
    pub watch: Vec<usize>,
    /// How often the whole river is recorded, s; never where nothing is said.
    pub frame_every_s: Option<f64>,
    /// Concentrations to begin with, reach after reach and cell after cell, mg/L; clean where nothing is said.
    pub start_mg_l: Option<Vec<Vec<f64>>>,
}

/// Where the mass went, g.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Ledger {
    /// What entered, or was there.
    pub entered_g: f64,
    /// What left at the ends.
    pub left_g: f64,
    /// What went into intakes.
    pub taken_g: f64,
    /// What decayed.
    pub lost_g: f64,
    /// What is in the river.
    pub held_g: f64,
    /// What is left over; of the size of rounding.
    pub residual_g: f64,
}

/// The whole river at a moment, for a map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Frame {
    /// Since the start, s.
    pub time_s: f64,
    /// Highest concentration in each reach, mg/L.
    pub reach_mg_l: Vec<f64>,
}

/// What came of a spill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spilled {
    /// The step, s.
    pub step_s: f64,
    /// How many cells there are.
    pub n_cells: usize,
    /// Samples at each joint that was to be recorded, in that order.
    pub samples: Vec<Vec<Sample>>,
    /// The whole river now and then.
    pub frames: Vec<Frame>,
    /// Concentrations at the end, reach after reach and cell after cell, mg/L.
    pub end_mg_l: Vec<Vec<f64>>,
    /// Where the mass went.
    pub ledger: Ledger,
}

/// Why a spill cannot be run.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoRun {
    /// A number that cannot be.
    #[error("{place}: {source}")]
    Input {
        /// Where.
        place: String,
        /// What cannot be.
        source: BadInput,
    },
    /// Lists that do not fit the course.
    #[error("{what}: {found} numbers, expected {expected}")]
    Count {
        /// What was given.
        what: &'static str,
        /// How many.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// Periods that do not begin at zero and ascend.
    #[error("flow periods must begin at 0 s and ascend; found one from {from_s} s at place {place}")]
    Periods {
        /// Its start.
        from_s: f64,
        /// Its place in the list.
        place: usize,
    },
    /// A place that is not there.
    #[error("joint {joint} does not exist, there are {n_joints}")]
    Joint {
        /// The position given.
        joint: usize,
        /// How many there are.
        n_joints: usize,
    },
    /// A held concentration below the springs.
    #[error("a concentration can only be held where the river begins, not at `{joint}`")]
    NotASpring {
        /// The joint.
        joint: String,
    },
    /// No water arrives.
    #[error("no water arrives at `{joint}`")]
    DryJoint {
        /// The joint.
        joint: String,
    },
    /// Nothing is left for a reach.
    #[error("no water is left for reach `{reach}`")]
    DryReach {
        /// The reach.
        reach: String,
    },
    /// More is taken than leaves.
    #[error("intakes at `{joint}` take {taken_m3_s} m³/s, but only {leaving_m3_s} m³/s leave it")]
    TakenTooMuch {
        /// The joint.
        joint: String,
        /// What they take.
        taken_m3_s: f64,
        /// What leaves.
        leaving_m3_s: f64,
    },
    /// A reservoir that runs dry.
    #[error("the reservoir at `{joint}` runs empty with the releases given")]
    TankEmpty {
        /// The joint.
        joint: String,
    },
}

/// Carries a spill down its course.
pub fn run(course: &Course, periods: &[Period], releases: &[Release], settings: &Settings) -> Result<Spilled, NoRun> {
    check(course, periods, releases, settings)?;
    let cells = Cells::new(course, settings.cell_m);
    let flow = Flow::steady(course, &periods[0])?;
    let step_s = step(course, periods, settings, &cells)?;
    let n_steps = (settings.until_s / step_s).round() as usize;
    let mut river = River::new(course, cells, flow);
    river.begin(releases, settings.start_mg_l.as_deref())?;
    let mut samples = vec![Vec::with_capacity(n_steps); settings.watch.len()];
    let mut frames = Vec::new();
    for i in 0..n_steps {
        let from_s = i as f64 * step_s;
        if settings.frame_every_s.is_some_and(|every| frames.len() as f64 * every <= from_s) {
            frames.push(Frame { time_s: from_s, reach_mg_l: river.highest() });
        }
        let now = periods.partition_point(|period| period.from_s <= from_s + 0.5 * step_s).max(1) - 1;
        river.decay(0.5 * step_s);
        river.flow.step(course, &periods[now], step_s)?;
        river.carry(&periods[now], releases, from_s, step_s);
        river.spread(step_s);
        river.decay(0.5 * step_s);
        for (samples, joint) in samples.iter_mut().zip(&settings.watch) {
            samples.push(Sample { time_s: from_s + 0.5 * step_s, mg_l: river.joint_mg_l[*joint] });
        }
    }
    let end_mg_l = (0..course.reaches.len()).map(|reach| river.concentrations(reach)).collect();
    Ok(Spilled { step_s, n_cells: river.cells.total(), samples, frames, end_mg_l, ledger: river.ledger() })
}

/// The step: so that the fastest whole cell keeps its Courant number. Single short cells are carried in parts of a step.
fn step(course: &Course, periods: &[Period], settings: &Settings, cells: &Cells) -> Result<f64, NoRun> {
    let mut longest = settings.longest_step_s;
    for period in periods {
        let flow = Flow::steady(course, period)?;
        for (reach, count) in cells.count.iter().enumerate() {
            if 1 < *count {
                let passing_s = flow.after_m3[reach] / *count as f64 / flow.out_m3_s[reach];
                longest = longest.min(settings.courant * passing_s);
            }
        }
    }
    Ok(settings.until_s / (settings.until_s / longest - 1e-9).ceil().max(1.0))
}
