//! What a spill runs through: joints and reaches with an area, from the springs to the mouth.

use serde::Serialize;

use crate::hydraulics::Hydraulics;
use crate::input::{BadInput, not_negative, positive, share};

/// Where reaches meet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Joint {
    /// Its id.
    pub id: String,
    /// Volume of the mixed reservoir here at the start, m³.
    pub tank_m3: Option<f64>,
    /// What the substance loses in that reservoir, 1/d.
    pub tank_decay_per_d: f64,
}

/// How the area of a reach follows from its flow.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// The same area at every flow, m².
    Area(f64),
    /// Flow over velocity.
    Hydraulics(Hydraulics),
}

/// A reach that carries a spill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reach {
    /// Its id.
    pub id: String,
    /// Position of the joint at its upper end.
    pub from: usize,
    /// Position of the joint at its lower end.
    pub to: usize,
    /// Its length, m.
    pub length_m: f64,
    /// Its area.
    pub shape: Shape,
    /// Clean water that joins along it, m³/s for each m.
    pub lateral_m3_s_m: f64,
    /// Longitudinal dispersion, m²/s.
    pub dispersion_m2_s: f64,
    /// First-order loss, 1/d.
    pub decay_per_d: f64,
    /// The share it takes of the water that leaves its upper joint.
    pub share: f64,
}

/// Flows that hold from a time on, in the order of the joints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Period {
    /// From when, s; the first begins at zero.
    pub from_s: f64,
    /// Water that enters at each joint, m³/s.
    pub inflow_m3_s: Vec<f64>,
    /// Water that is taken at each joint, m³/s.
    pub taken_m3_s: Vec<f64>,
    /// What leaves the reservoir at a joint with what is taken there, m³/s; where nothing is said, all that arrives.
    pub release_m3_s: Vec<Option<f64>>,
}

/// Joints and reaches that hang together, with an order from the springs down.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    pub(super) joints: Vec<Joint>,
    pub(super) reaches: Vec<Reach>,
    /// Joints, each after all above it.
    pub(super) order: Vec<usize>,
    /// Reaches that leave each joint.
    pub(super) leaving: Vec<Vec<usize>>,
    /// Reaches that arrive at each joint.
    pub(super) arriving: Vec<Vec<usize>>,
    /// What areas are multiplied with; below one the water is faster.
    pub(super) area_factor: f64,
}

/// Why a course is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BadCourse {
    /// A number that cannot be.
    #[error("{place}: {source}")]
    Input {
        /// Reach or joint.
        place: String,
        /// What cannot be.
        source: BadInput,
    },
    /// A reach that ends nowhere.
    #[error("reach `{reach}` names joint {joint}, but there are {n_joints}")]
    Joint {
        /// The reach.
        reach: String,
        /// The position it names.
        joint: usize,
        /// How many there are.
        n_joints: usize,
    },
    /// Shares of a fork that do not make one.
    #[error("shares of the reaches that leave `{joint}` make {found}, expected 1")]
    Shares {
        /// The joint.
        joint: String,
        /// Their sum.
        found: f64,
    },
    /// Water that would run in a circle.
    #[error("reaches around `{joint}` form a circle")]
    Circle {
        /// A joint of it.
        joint: String,
    },
}

impl Course {
    /// A course, if its numbers can be and its reaches lead down.
    pub fn new(joints: Vec<Joint>, mut reaches: Vec<Reach>) -> Result<Self, BadCourse> {
        let n = joints.len();
        let (mut leaving, mut arriving) = (vec![Vec::new(); n], vec![Vec::new(); n]);
        for (i, reach) in reaches.iter().enumerate() {
            check_reach(reach)?;
            for joint in [reach.from, reach.to] {
                if n <= joint {
                    return Err(BadCourse::Joint { reach: reach.id.clone(), joint, n_joints: n });
                }
            }
            leaving[reach.from].push(i);
            arriving[reach.to].push(i);
        }
        for (joint, ways) in joints.iter().zip(&leaving) {
            let place = || format!("joint `{}`", joint.id);
            if let Some(volume) = joint.tank_m3 {
                positive("reservoir volume (m³)", volume).map_err(|source| BadCourse::Input { place: place(), source })?;
            }
            not_negative("decay (1/d)", joint.tank_decay_per_d).map_err(|source| BadCourse::Input { place: place(), source })?;
            let found: f64 = ways.iter().map(|way| reaches[*way].share).sum();
            if !ways.is_empty() && 1e-9 < (found - 1.0).abs() {
                return Err(BadCourse::Shares { joint: joint.id.clone(), found });
            }
            for way in ways {
                reaches[*way].share /= found;
            }
        }
        let mut open: Vec<usize> = arriving.iter().map(Vec::len).collect();
        let mut order: Vec<usize> = (0..n).filter(|joint| open[*joint] == 0).collect();
        let mut at = 0;
        while at < order.len() {
            for way in &leaving[order[at]] {
                let to = reaches[*way].to;
                open[to] -= 1;
                if open[to] == 0 {
                    order.push(to);
                }
            }
            at += 1;
        }
        if let Some(joint) = (0..n).find(|joint| 0 < open[*joint]) {
            return Err(BadCourse::Circle { joint: joints[joint].id.clone() });
        }
        Ok(Self { joints, reaches, order, leaving, arriving, area_factor: 1.0 })
    }

    /// The joints.
    pub fn joints(&self) -> &[Joint] {
        &self.joints
    }

    /// The reaches.
    pub fn reaches(&self) -> &[Reach] {
        &self.reaches
    }

    /// The position of a joint by its id.
    pub fn joint_named(&self, id: &str) -> Option<usize> {
        self.joints.iter().position(|joint| joint.id == id)
    }

    /// The same with other velocities (the flows stay) and dispersion, both as factors.
    pub fn varied(&self, velocity_factor: f64, dispersion_factor: f64) -> Result<Self, BadInput> {
        let mut course = self.clone();
        course.area_factor = self.area_factor / positive("factor of the velocity", velocity_factor)?;
        let dispersion_factor = not_negative("factor of the dispersion", dispersion_factor)?;
        for reach in &mut course.reaches {
            reach.dispersion_m2_s *= dispersion_factor;
        }
        Ok(course)
    }

    /// The reach into which most of the water goes on; the first of equals.
    pub(super) fn main_way(&self, joint: usize) -> Option<usize> {
        let mut main: Option<usize> = None;
        for way in &self.leaving[joint] {
            if main.is_none_or(|best| self.reaches[best].share < self.reaches[*way].share) {
                main = Some(*way);
            }
        }
        main
    }

    /// Area of a reach at a flow, m².
    pub(super) fn area_m2(&self, reach: usize, flow_m3_s: f64) -> Result<f64, BadInput> {
        let area = match &self.reaches[reach].shape {
            Shape::Area(area) => *area,
            Shape::Hydraulics(hydraulics) => hydraulics.state(flow_m3_s)?.area_m2,
        };
        Ok(area * self.area_factor)
    }
}

fn check_reach(reach: &Reach) -> Result<(), BadCourse> {
    let checked = || {
        positive("length (m)", reach.length_m)?;
        if let Shape::Area(area) = reach.shape {
            positive("area (m²)", area)?;
        }
        not_negative("lateral inflow (m³/s per m)", reach.lateral_m3_s_m)?;
        not_negative("dispersion (m²/s)", reach.dispersion_m2_s)?;
        not_negative("decay (1/d)", reach.decay_per_d)?;
        share("share", reach.share)
    };
    checked().map(|_| ()).map_err(|source| BadCourse::Input { place: format!("reach `{}`", reach.id), source })
}
