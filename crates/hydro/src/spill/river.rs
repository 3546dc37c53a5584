//! The masses in the river and how one step moves them.

use super::course::{Course, Period};
use super::disperse::{Cells, Held};
use super::flow::Flow;
use super::run::{Ledger, NoRun, Release, Source};
use super::scheme::{Beyond, Through, advance};
use crate::SECONDS_PER_DAY;
use crate::input::not_negative;

/// The river with what is in it.
pub(super) struct River<'a> {
    course: &'a Course,
    pub(super) cells: Cells,
    pub(super) flow: Flow,
    mass_g: Vec<f64>,
    tank_g: Vec<f64>,
    /// What passed each joint in the last step, mg/L.
    pub(super) joint_mg_l: Vec<f64>,
    ledger: Ledger,
    held: Held,
    scratch: Vec<f64>,
}

impl<'a> River<'a> {
    /// Clean water.
    pub(super) fn new(course: &'a Course, cells: Cells, flow: Flow) -> Self {
        Self {
            course,
            mass_g: vec![0.0; cells.total()],
            tank_g: vec![0.0; course.joints.len()],
            joint_mg_l: vec![0.0; course.joints.len()],
            ledger: Ledger::default(),
            held: vec![None; course.reaches.len()],
            scratch: Vec::new(),
            cells,
            flow,
        }
    }

    /// Where the mass went so far.
    pub(super) fn ledger(&self) -> Ledger {
        let held_g = self.mass_g.iter().sum::<f64>() + self.tank_g.iter().sum::<f64>();
        let Ledger { entered_g, left_g, taken_g, lost_g, .. } = self.ledger;
        Ledger { held_g, residual_g: entered_g - left_g - taken_g - lost_g - held_g, ..self.ledger }
    }

    /// What is there before the first step. What enters at once lies half above and half below its joint, so that it is centred there.
    pub(super) fn begin(&mut self, releases: &[Release], start_mg_l: Option<&[Vec<f64>]>) -> Result<(), NoRun> {
        if let Some(start) = start_mg_l {
            for (reach, given) in start.iter().enumerate() {
                if given.len() != self.cells.count[reach] {
                    let what = "concentrations to begin with in a reach";
                    return Err(NoRun::Count { what, found: given.len(), expected: self.cells.count[reach] });
                }
                let volume = self.flow.after_m3[reach] / self.cells.count[reach] as f64;
                for (cell, mg_l) in self.cells.of(reach).zip(given) {
                    let place = || format!("reach `{}`", self.course.reaches[reach].id);
                    let checked = not_negative("concentration to begin with (mg/L)", *mg_l);
                    self.mass_g[cell] = checked.map_err(|source| NoRun::Input { place: place(), source })? * volume;
                }
            }
        }
        for release in releases {
            let Source::AtOnce { mass_g } = release.source else { continue };
            let joint = release.joint;
            if self.course.joints[joint].tank_m3.is_some() {
                self.tank_g[joint] += mass_g;
                continue;
            }
            let mut above: Option<usize> = None;
            for &reach in &self.course.arriving[joint] {
                if above.is_none_or(|best| self.flow.out_m3_s[best] < self.flow.out_m3_s[reach]) {
                    above = Some(reach);
                }
            }
            match (above.map(|reach| self.cells.of(reach).end - 1), self.course.main_way(joint).map(|reach| self.cells.first[reach])) {
                (Some(last), Some(first)) => {
                    self.mass_g[last] += 0.5 * mass_g;
                    self.mass_g[first] += 0.5 * mass_g;
                }
                (Some(cell), None) | (None, Some(cell)) => self.mass_g[cell] += mass_g,
                (None, None) => self.ledger.left_g += mass_g,
            }
        }
        self.ledger.entered_g = self.mass_g.iter().sum::<f64>() + self.tank_g.iter().sum::<f64>() + self.ledger.left_g;
        Ok(())
    }

    /// Loses what decays in some seconds.
    pub(super) fn decay(&mut self, seconds: f64) {
        for (i, reach) in self.course.reaches.iter().enumerate() {
            if reach.decay_per_d <= 0.0 {
                continue;
            }
            let kept = (-reach.decay_per_d * seconds / SECONDS_PER_DAY).exp();
            for mass in &mut self.mass_g[self.cells.of(i)] {
                self.ledger.lost_g += *mass * (1.0 - kept);
                *mass *= kept;
            }
        }
        for (joint, mass) in self.course.joints.iter().zip(&mut self.tank_g) {
            let kept = (-joint.tank_decay_per_d * seconds / SECONDS_PER_DAY).exp();
            self.ledger.lost_g += *mass * (1.0 - kept);
            *mass *= kept;
        }
    }

    /// Carries everything down with the water of a step.
    pub(super) fn carry(&mut self, period: &Period, releases: &[Release], from_s: f64, seconds: f64) {
        let course = self.course;
        let cell_m3 = |flow: &Flow, cells: &Cells, reach: usize| flow.before_m3[reach] / cells.count[reach] as f64;
        let mut ends = Vec::with_capacity(course.reaches.len());
        for reach in 0..course.reaches.len() {
            let volume = cell_m3(&self.flow, &self.cells, reach);
            let range = self.cells.of(reach);
            ends.push((self.mass_g[range.start] / volume, self.mass_g[range.end - 1] / volume));
        }
        let mut arriving_g = vec![0.0; course.joints.len()];
        let mut above_g_s = vec![0.0; course.joints.len()];
        self.held.fill(None);
        for &joint in &course.order {
            let mut entered = 0.0;
            for release in releases.iter().filter(|release| release.joint == joint) {
                entered += match release.source {
                    Source::AtOnce { .. } => 0.0,
                    Source::Over { from_s: begin, until_s, g_s } => g_s * overlap(begin, until_s, from_s, seconds),
                    Source::Inflow { from_s: begin, until_s, mg_l } => {
                        mg_l * period.inflow_m3_s[joint] * overlap(begin, until_s, from_s, seconds)
                    }
                    Source::Held { from_s: begin, until_s, mg_l } => {
                        let mean = mg_l * overlap(begin, until_s, from_s, seconds) / seconds;
                        if let Some(way) = course.main_way(joint) {
                            self.held[way] = Some(mean);
                        }
                        mean * self.flow.arriving_m3_s[joint] * seconds
                    }
                };
            }
            self.ledger.entered_g += entered;
            let leaving_m3 = self.flow.leaving_m3_s[joint] * seconds;
            let mut mass = arriving_g[joint] + entered;
            if course.joints[joint].tank_m3.is_some() {
                mass = self.mix(joint, mass, seconds);
            }
            let mg_l = if 0.0 < leaving_m3 { mass / leaving_m3 } else { 0.0 };
            self.joint_mg_l[joint] = mg_l;
            let taken = mg_l * period.taken_m3_s[joint] * seconds;
            self.ledger.taken_g += taken;
            if course.leaving[joint].is_empty() {
                self.ledger.left_g += mass - taken;
            }
            let fresh = course.joints[joint].tank_m3.is_some() || course.arriving[joint].is_empty();
            let above = if fresh { mg_l } else { (above_g_s[joint] + entered / seconds) / self.flow.arriving_m3_s[joint] };
            for &way in &course.leaving[joint] {
                let to = course.reaches[way].to;
                let range = self.cells.of(way);
                let cells = &mut self.mass_g[range];
                if mg_l <= 0.0 && cells.iter().all(|mass| *mass <= 0.0) {
                    continue;
                }
                let below = course.main_way(to).filter(|_| course.joints[to].tank_m3.is_none()).map(|next| ends[next].0);
                let through = Through {
                    in_m3_s: self.flow.in_m3_s[way],
                    out_m3_s: self.flow.out_m3_s[way],
                    before_m3: self.flow.before_m3[way],
                    after_m3: self.flow.after_m3[way],
                    seconds,
                };
                arriving_g[to] += advance(cells, &through, &Beyond { entering: mg_l, above, below }, &mut self.scratch);
                above_g_s[to] += through.out_m3_s * ends[way].1;
            }
        }
    }

    /// A mixed reservoir through a step in which its volume changes evenly: `V·dC/dt = Q_in·(C_in − C)`, solved exactly. Gives what leaves, g.
    fn mix(&mut self, joint: usize, entering_g: f64, seconds: f64) -> f64 {
        let (before, after) = (self.flow.tank_before_m3[joint], self.flow.tank_after_m3[joint]);
        let entering_m3 = self.flow.arriving_m3_s[joint] * seconds;
        let change = (after - before) / before;
        let mean_m3 = if change.abs() < 1e-6 { 0.5 * (before + after) } else { (after - before) / (after / before).ln() };
        let entering_mg_l = entering_g / entering_m3;
        let kept = (-entering_m3 / mean_m3).exp();
        let mg_l = entering_mg_l + (self.tank_g[joint] / before - entering_mg_l) * kept;
        let all = self.tank_g[joint] + entering_g;
        self.tank_g[joint] = (mg_l * after).min(all);
        all - self.tank_g[joint]
    }

    /// Spreads everything along the river.
    pub(super) fn spread(&mut self, seconds: f64) {
        /// What is less than this share of all that entered does not spread into a further reach.
        const TRACE: f64 = 1e-15;
        /// Below this mass, g, a cell counts as clean: the processor is slow with numbers at the end of its range.
        const NOTHING_G: f64 = 1e-200;
        let course = self.course;
        if course.reaches.iter().all(|reach| reach.dispersion_m2_s <= 0.0) {
            return;
        }
        let least = TRACE * self.ledger.entered_g;
        let holds = |reach: usize| least < self.mass_g[self.cells.of(reach)].iter().sum::<f64>() || self.held[reach].is_some();
        let holding: Vec<bool> = (0..course.reaches.len()).map(holds).collect();
        let mut wet = holding.clone();
        for (i, reach) in course.reaches.iter().enumerate() {
            if let Some(next) = course.main_way(reach.to) {
                wet[next] |= holding[i];
                wet[i] |= holding[next];
            }
        }
        self.ledger.entered_g += self.cells.spread(course, &mut self.mass_g, &self.flow.after_m3, &wet, &self.held, seconds);
        for mass in &mut self.mass_g {
            if *mass < NOTHING_G {
                *mass = 0.0;
            }
        }
    }

    /// Concentrations in the cells of a reach, mg/L.
    pub(super) fn concentrations(&self, reach: usize) -> Vec<f64> {
        let volume = self.flow.after_m3[reach] / self.cells.count[reach] as f64;
        self.mass_g[self.cells.of(reach)].iter().map(|mass| mass / volume).collect()
    }

    /// The highest concentration in each reach, mg/L.
    pub(super) fn highest(&self) -> Vec<f64> {
        (0..self.course.reaches.len()).map(|reach| self.concentrations(reach).into_iter().fold(0.0, f64::max)).collect()
    }
}

/// Seconds of a step that lie between two times.
fn overlap(begin_s: f64, until_s: f64, from_s: f64, seconds: f64) -> f64 {
    (until_s.min(from_s + seconds) - begin_s.max(from_s)).max(0.0)
}
