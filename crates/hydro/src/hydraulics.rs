//! How fast and how deep water runs: a given velocity, `u = α·Q^β`, or Manning's formula for a trapezoid.
//!
//! Manning's formula is for uniform flow in a channel of constant section; it does not know backwater from a sluice, ice
//! or weeds. `u = α·Q^β` holds over the flows it was fitted to.

use serde::Serialize;

use crate::input::{BadInput, not_negative, positive};

/// Acceleration of free fall, m/s².
pub const GRAVITY_M_S2: f64 = 9.81;

/// How the velocity and the depth of a reach follow from its flow.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "form")]
pub enum Hydraulics {
    /// The same at every flow.
    Given {
        /// Velocity, m/s.
        velocity_m_s: f64,
        /// Mean depth, m, where known.
        depth_m: Option<f64>,
    },
    /// `u = α·Q^β` in m/s for Q in m³/s, and in the same way the depth in m.
    Power {
        /// Of the velocity.
        velocity: PowerLaw,
        /// Of the mean depth, where known.
        depth: Option<PowerLaw>,
    },
    /// Normal depth in a trapezoid.
    Manning(Channel),
}

/// `α·Q^β` for Q in m³/s.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PowerLaw {
    /// The value at 1 m³/s.
    pub alpha: f64,
    /// The exponent.
    pub beta: f64,
}

/// A channel of trapezoidal section; with a side slope of zero it is a rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Channel {
    /// Width of the bottom, m.
    pub bottom_width_m: f64,
    /// Horizontal over vertical of the banks.
    pub side_slope: f64,
    /// Manning's n, s/m^(1/3).
    pub roughness: f64,
    /// Slope of the bed, m per m.
    pub bed_slope: f64,
}

/// Flow in a reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct State {
    /// Flow, m³/s.
    pub flow_m3_s: f64,
    /// Mean velocity, m/s.
    pub velocity_m_s: f64,
    /// Area of the section, m²: flow over velocity.
    pub area_m2: f64,
    /// Mean depth, m, where the form gives one.
    pub depth_m: Option<f64>,
}

/// Uniform flow in a channel, with its working.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NormalFlow {
    /// Depth over the bottom, m.
    pub depth_m: f64,
    /// Area of the section, m².
    pub area_m2: f64,
    /// Wetted perimeter, m.
    pub perimeter_m: f64,
    /// Width at the surface, m.
    pub top_width_m: f64,
    /// Mean depth, m: area over surface width.
    pub mean_depth_m: f64,
    /// Mean velocity, m/s.
    pub velocity_m_s: f64,
    /// Froude number, with the mean depth.
    pub froude: f64,
    /// Shear velocity, m/s.
    pub shear_velocity_m_s: f64,
    /// Longitudinal dispersion as Fischer (1979) estimates it, m²/s: `0.011·u²·B²/(H·u*)`. Good to a factor of about four.
    pub dispersion_m2_s: f64,
}

impl Hydraulics {
    /// Velocity, area and depth at a flow.
    pub fn state(&self, flow_m3_s: f64) -> Result<State, BadInput> {
        let flow_m3_s = positive("flow (m³/s)", flow_m3_s)?;
        let (velocity_m_s, depth_m) = match self {
            Hydraulics::Given { velocity_m_s, depth_m } => (*velocity_m_s, *depth_m),
            Hydraulics::Power { velocity, depth } => (velocity.at(flow_m3_s), depth.map(|depth| depth.at(flow_m3_s))),
            Hydraulics::Manning(channel) => {
                let normal = channel.normal_flow(flow_m3_s)?;
                (normal.velocity_m_s, Some(normal.mean_depth_m))
            }
        };
        let velocity_m_s = positive("velocity (m/s)", velocity_m_s)?;
        let depth_m = depth_m.map(|depth| positive("depth (m)", depth)).transpose()?;
        Ok(State { flow_m3_s, velocity_m_s, area_m2: flow_m3_s / velocity_m_s, depth_m })
    }
}

impl PowerLaw {
    /// The value at a flow.
    pub fn at(&self, flow_m3_s: f64) -> f64 {
        self.alpha * flow_m3_s.powf(self.beta)
    }
}

impl Channel {
    /// The depth at which this flow runs uniformly, and what follows from it.
    ///
    /// Newton's method on the logarithms: ln Q over ln depth is nearly a straight line, its slope lies between 1 and 8/3.
    pub fn normal_flow(&self, flow_m3_s: f64) -> Result<NormalFlow, BadInput> {
        const MOST_STEPS: u32 = 100;
        const CLOSE_ENOUGH: f64 = 1e-15;
        let flow_m3_s = positive("flow (m³/s)", flow_m3_s)?;
        self.check()?;
        let mut depth_m: f64 = 1.0;
        for _ in 0..MOST_STEPS {
            let (area, perimeter, top) = self.section(depth_m);
            let carried = self.velocity(area, perimeter) * area;
            let perimeter_per_depth = 2.0 * (1.0 + self.side_slope * self.side_slope).sqrt();
            let slope = depth_m * (5.0 / 3.0 * top / area - 2.0 / 3.0 * perimeter_per_depth / perimeter);
            let step = (flow_m3_s / carried).ln() / slope;
            depth_m *= step.exp();
            if step.abs() < CLOSE_ENOUGH {
                break;
            }
        }
        let depth_m = positive("normal depth (m)", depth_m)?;
        let (area_m2, perimeter_m, top_width_m) = self.section(depth_m);
        let velocity_m_s = flow_m3_s / area_m2;
        let mean_depth_m = area_m2 / top_width_m;
        let shear_velocity_m_s = (GRAVITY_M_S2 * mean_depth_m * self.bed_slope).sqrt();
        Ok(NormalFlow {
            depth_m,
            area_m2,
            perimeter_m,
            top_width_m,
            mean_depth_m,
            velocity_m_s,
            froude: velocity_m_s / (GRAVITY_M_S2 * mean_depth_m).sqrt(),
            shear_velocity_m_s,
            dispersion_m2_s: 0.011 * velocity_m_s.powi(2) * top_width_m.powi(2) / (mean_depth_m * shear_velocity_m_s),
        })
    }

    /// Whether the numbers make a channel.
    pub(crate) fn check(&self) -> Result<(), BadInput> {
        not_negative("bottom width (m)", self.bottom_width_m)?;
        not_negative("side slope (horizontal over vertical)", self.side_slope)?;
        positive("bottom width + side slope", self.bottom_width_m + self.side_slope)?;
        positive("Manning's n (s/m^(1/3))", self.roughness)?;
        positive("bed slope (m per m)", self.bed_slope).map(|_| ())
    }

    /// Area, wetted perimeter and surface width at a depth.
    fn section(&self, depth_m: f64) -> (f64, f64, f64) {
        let Channel { bottom_width_m, side_slope, .. } = *self;
        let area = (bottom_width_m + side_slope * depth_m) * depth_m;
        let perimeter = bottom_width_m + 2.0 * depth_m * (1.0 + side_slope * side_slope).sqrt();
        (area, perimeter, bottom_width_m + 2.0 * side_slope * depth_m)
    }

    /// Manning's velocity.
    fn velocity(&self, area: f64, perimeter: f64) -> f64 {
        (area / perimeter).powf(2.0 / 3.0) * self.bed_slope.sqrt() / self.roughness
    }
}
