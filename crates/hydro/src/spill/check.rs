//! Whether flows, releases and settings can be.

use super::course::{Course, Period};
use super::run::{NoRun, Release, Settings, Source};
use crate::input::{BadInput, not_negative, positive};

/// Names the first thing that cannot be.
pub(super) fn check(course: &Course, periods: &[Period], releases: &[Release], settings: &Settings) -> Result<(), NoRun> {
    let n_joints = course.joints.len();
    let input = |place: &str, checked: Result<f64, BadInput>| {
        checked.map(|_| ()).map_err(|source| NoRun::Input { place: place.to_owned(), source })
    };
    input("settings", positive("length of a cell (m)", settings.cell_m))?;
    input("settings", positive("duration (s)", settings.until_s))?;
    input("settings", positive("longest step (s)", settings.longest_step_s))?;
    input("settings", positive("Courant number", settings.courant))?;
    input("settings", not_negative("1 less the Courant number", 1.0 - settings.courant))?;
    if let Some(every) = settings.frame_every_s {
        input("settings", positive("time between frames (s)", every))?;
    }
    if periods.is_empty() {
        return Err(NoRun::Count { what: "flow periods", found: 0, expected: 1 });
    }
    for (place, period) in periods.iter().enumerate() {
        let ascends = if place == 0 { period.from_s.abs() <= 0.0 } else { periods[place - 1].from_s < period.from_s };
        if !ascends {
            return Err(NoRun::Periods { from_s: period.from_s, place });
        }
        for (what, found) in [("inflows", &period.inflow_m3_s), ("takings", &period.taken_m3_s)] {
            if found.len() != n_joints {
                return Err(NoRun::Count { what, found: found.len(), expected: n_joints });
            }
            for (flow, joint) in found.iter().zip(&course.joints) {
                input(&format!("{what} at `{}`", joint.id), not_negative("flow (m³/s)", *flow))?;
            }
        }
        if period.release_m3_s.len() != n_joints {
            return Err(NoRun::Count { what: "releases of reservoirs", found: period.release_m3_s.len(), expected: n_joints });
        }
        for (release, joint) in period.release_m3_s.iter().zip(&course.joints) {
            input(&format!("reservoir at `{}`", joint.id), not_negative("release (m³/s)", release.unwrap_or(0.0)))?;
        }
    }
    for joint in settings.watch.iter().copied().chain(releases.iter().map(|release| release.joint)) {
        if n_joints <= joint {
            return Err(NoRun::Joint { joint, n_joints });
        }
    }
    for release in releases {
        let joint = &course.joints[release.joint];
        let (amount, times) = match release.source {
            Source::AtOnce { mass_g } => (mass_g, (0.0, 0.0)),
            Source::Over { from_s, until_s, g_s: amount }
            | Source::Inflow { from_s, until_s, mg_l: amount }
            | Source::Held { from_s, until_s, mg_l: amount } => (amount, (from_s, until_s)),
        };
        input(&format!("release at `{}`", joint.id), not_negative("amount (g, g/s or mg/L)", amount))?;
        input(&format!("release at `{}`", joint.id), not_negative("begin (s)", times.0))?;
        input(&format!("release at `{}`", joint.id), not_negative("duration (s)", times.1 - times.0))?;
        let held = matches!(release.source, Source::Held { .. });
        if held && (!course.arriving[release.joint].is_empty() || joint.tank_m3.is_some()) {
            return Err(NoRun::NotASpring { joint: joint.id.clone() });
        }
    }
    if let Some(start) = &settings.start_mg_l
        && start.len() != course.reaches.len()
    {
        return Err(NoRun::Count { what: "reaches with concentrations to begin with", found: start.len(), expected: course.reaches.len() });
    }
    Ok(())
}
