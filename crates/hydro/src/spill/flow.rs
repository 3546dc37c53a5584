//! Water under changing flows: every reach holds as much as the steady flow of what leaves it would, and keeps the balance.
//!
//! So a wave of water is late and flattened by the storage of each reach; the momentum of a dam break is not in it.

use super::course::{Course, Period, Shape};
use super::run::NoRun;
use crate::input::BadInput;

/// Flows and volumes of one step, in the order of reaches and joints.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    /// Into each reach, m³/s.
    pub(super) in_m3_s: Vec<f64>,
    /// Out of each reach, m³/s.
    pub(super) out_m3_s: Vec<f64>,
    /// Volume of each reach before, m³.
    pub(super) before_m3: Vec<f64>,
    /// Volume of each reach after, m³.
    pub(super) after_m3: Vec<f64>,
    /// At each joint, m³/s.
    pub(super) arriving_m3_s: Vec<f64>,
    /// What leaves each joint, with what is taken, m³/s.
    pub(super) leaving_m3_s: Vec<f64>,
    /// Volume of the reservoir at each joint before, m³; zero where there is none.
    pub(super) tank_before_m3: Vec<f64>,
    /// Volume of the reservoir at each joint after, m³.
    pub(super) tank_after_m3: Vec<f64>,
}

impl Flow {
    /// The steady flow of a period. Reservoirs let out what arrives.
    pub(super) fn steady(course: &Course, period: &Period) -> Result<Self, NoRun> {
        let (n_reaches, n_joints) = (course.reaches.len(), course.joints.len());
        let tanks: Vec<f64> = course.joints.iter().map(|joint| joint.tank_m3.unwrap_or(0.0)).collect();
        let mut flow = Self {
            in_m3_s: vec![0.0; n_reaches],
            out_m3_s: vec![0.0; n_reaches],
            before_m3: vec![0.0; n_reaches],
            after_m3: vec![0.0; n_reaches],
            arriving_m3_s: vec![0.0; n_joints],
            leaving_m3_s: vec![0.0; n_joints],
            tank_before_m3: tanks.clone(),
            tank_after_m3: tanks,
        };
        for &joint in &course.order {
            flow.pass_joint(course, period, joint, None)?;
            for &way in &course.leaving[joint] {
                let reach = &course.reaches[way];
                flow.out_m3_s[way] = flow.in_m3_s[way] + reach.lateral_m3_s_m * reach.length_m;
                let area = course.area_m2(way, flow.out_m3_s[way]).map_err(|source| bad(course, way, source))?;
                flow.after_m3[way] = area * reach.length_m;
                flow.before_m3[way] = flow.after_m3[way];
            }
        }
        Ok(flow)
    }

    /// Goes on by some seconds with the flows of a period at the springs.
    pub(super) fn step(&mut self, course: &Course, period: &Period, seconds: f64) -> Result<(), NoRun> {
        self.before_m3.clone_from(&self.after_m3);
        self.tank_before_m3.clone_from(&self.tank_after_m3);
        for &joint in &course.order {
            self.pass_joint(course, period, joint, Some(seconds))?;
            for &way in &course.leaving[joint] {
                let reach = &course.reaches[way];
                let entering = self.in_m3_s[way] + reach.lateral_m3_s_m * reach.length_m;
                self.route(course, way, entering, seconds).map_err(|source| bad(course, way, source))?;
            }
        }
        Ok(())
    }

    /// What arrives at a joint, what leaves it, and what each reach takes of that.
    fn pass_joint(&mut self, course: &Course, period: &Period, joint: usize, seconds: Option<f64>) -> Result<(), NoRun> {
        let id = || course.joints[joint].id.clone();
        let from_above: f64 = course.arriving[joint].iter().map(|reach| self.out_m3_s[*reach]).sum();
        let arriving = period.inflow_m3_s[joint] + from_above;
        if arriving <= 0.0 {
            return Err(NoRun::DryJoint { joint: id() });
        }
        let mut leaving = arriving;
        if let (Some(_), Some(release), Some(seconds)) = (course.joints[joint].tank_m3, period.release_m3_s[joint], seconds) {
            leaving = release;
            let after = self.tank_before_m3[joint] + (arriving - leaving) * seconds;
            if after <= 0.0 {
                return Err(NoRun::TankEmpty { joint: id() });
            }
            self.tank_after_m3[joint] = after;
        }
        let left = leaving - period.taken_m3_s[joint];
        if left < 0.0 || (left <= 0.0 && !course.leaving[joint].is_empty()) {
            return Err(NoRun::TakenTooMuch { joint: id(), taken_m3_s: period.taken_m3_s[joint], leaving_m3_s: leaving });
        }
        self.arriving_m3_s[joint] = arriving;
        self.leaving_m3_s[joint] = leaving;
        for &way in &course.leaving[joint] {
            self.in_m3_s[way] = left * course.reaches[way].share;
            if self.in_m3_s[way] <= 0.0 {
                return Err(NoRun::DryReach { reach: course.reaches[way].id.clone() });
            }
        }
        Ok(())
    }

    /// Storage of one reach: `V + Q·dt` after is what was there and what entered.
    fn route(&mut self, course: &Course, way: usize, entering: f64, seconds: f64) -> Result<(), BadInput> {
        let before = self.before_m3[way];
        let unchanged = (entering - self.out_m3_s[way]).abs() <= 1e-12 * entering;
        if unchanged || matches!(course.reaches[way].shape, Shape::Area(_)) {
            self.out_m3_s[way] = entering;
            self.after_m3[way] = before;
            return Ok(());
        }
        let length = course.reaches[way].length_m;
        let held = before + entering * seconds;
        let too_much = |flow: f64| course.area_m2(way, flow).map(|area| area * length + flow * seconds - held);
        let (mut low, mut high) = (0.0, held / seconds);
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if 0.0 < too_much(middle)? {
                high = middle;
            } else {
                low = middle;
            }
            if high - low <= 1e-14 * high {
                break;
            }
        }
        let out = 0.5 * (low + high);
        self.out_m3_s[way] = out;
        self.after_m3[way] = held - out * seconds;
        Ok(())
    }
}

fn bad(course: &Course, way: usize, source: BadInput) -> NoRun {
    NoRun::Input { place: format!("reach `{}`", course.reaches[way].id), source }
}
