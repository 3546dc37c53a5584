//! Spreading along the river, implicit, over the whole network in one sweep down and one back.
//!
//! Every cell has at most one neighbour below, so eliminating from the springs down fills nothing in. The weight of the new time
//! is one half (second order) where that keeps the explicit part positive, and as much more as it takes elsewhere.

use super::course::Course;

/// One cell's place in the sweep.
#[derive(Debug, Clone, Copy, Default)]
struct Link {
    /// The cell below, if it exchanges with one.
    below: Option<usize>,
    /// Exchange with it, m³/s.
    exchange: f64,
    /// Weight of the new time.
    implicit: f64,
}

/// The cells of all reaches, in one list.
#[derive(Debug, Clone)]
pub(super) struct Cells {
    /// The first cell of each reach.
    pub(super) first: Vec<usize>,
    /// How many each has.
    pub(super) count: Vec<usize>,
    links: Vec<Link>,
    load: Vec<f64>,
    rhs: Vec<f64>,
    diagonal: Vec<f64>,
}

/// A concentration that is held at the upper end of a reach, mg/L.
pub(super) type Held = Vec<Option<f64>>;

impl Cells {
    /// Cells of about this length.
    pub(super) fn new(course: &Course, cell_m: f64) -> Self {
        let (mut first, mut count, mut total) = (Vec::new(), Vec::new(), 0);
        for reach in &course.reaches {
            let n = ((reach.length_m / cell_m - 1e-9).ceil() as usize).max(1);
            first.push(total);
            count.push(n);
            total += n;
        }
        let zeros = vec![0.0; total];
        Self { first, count, links: vec![Link::default(); total], load: zeros.clone(), rhs: zeros.clone(), diagonal: zeros }
    }

    /// How many there are.
    pub(super) fn total(&self) -> usize {
        self.links.len()
    }

    /// The cells of a reach.
    pub(super) fn of(&self, reach: usize) -> std::ops::Range<usize> {
        self.first[reach]..self.first[reach] + self.count[reach]
    }

    /// Spreads the masses for some seconds; gives what entered from concentrations held at upper ends, g.
    pub(super) fn spread(
        &mut self,
        course: &Course,
        mass_g: &mut [f64],
        volume_m3: &[f64],
        wet: &[bool],
        held: &Held,
        seconds: f64,
    ) -> f64 {
        let half: Vec<f64> = (0..course.reaches.len()).map(|reach| self.half_exchange(course, reach, volume_m3[reach])).collect();
        let sweep: Vec<usize> =
            course.order.iter().flat_map(|joint| course.leaving[*joint].iter().copied()).filter(|reach| wet[*reach]).collect();
        for &reach in &sweep {
            let range = self.of(reach);
            self.load[range].fill(0.0);
        }
        for &reach in &sweep {
            let to = course.reaches[reach].to;
            let next = course.main_way(to).filter(|next| wet[*next] && course.joints[to].tank_m3.is_none());
            for cell in self.of(reach) {
                let last = cell + 1 == self.of(reach).end;
                let (below, exchange) = match (last, next) {
                    (false, _) => (Some(cell + 1), half[reach] / 2.0),
                    (true, Some(next)) if 0.0 < half[reach] + half[next] => {
                        (Some(self.first[next]), half[reach] * half[next] / (half[reach] + half[next]))
                    }
                    (true, _) => (None, 0.0),
                };
                self.links[cell] = Link { below, exchange, implicit: 0.5 };
                self.load[cell] += exchange;
                if let Some(below) = below {
                    self.load[below] += exchange;
                }
            }
            if held[reach].is_some() {
                self.load[self.first[reach]] += half[reach];
            }
        }
        for &reach in &sweep {
            let volume = volume_m3[reach] / self.count[reach] as f64;
            for cell in self.of(reach) {
                self.load[cell] *= seconds / volume;
                self.rhs[cell] = mass_g[cell];
                self.diagonal[cell] = volume;
            }
        }
        self.explicit_part(course, mass_g, volume_m3, &sweep, seconds);
        let mut entered = 0.0;
        for &reach in &sweep {
            if let Some(mg_l) = held[reach] {
                let cell = self.first[reach];
                let implicit = weight(self.load[cell]);
                let exchange = half[reach] * seconds;
                let now = mass_g[cell] / volume_m3[reach] * self.count[reach] as f64;
                let gain = exchange * (mg_l - (1.0 - implicit) * now);
                self.rhs[cell] += gain;
                self.diagonal[cell] += implicit * exchange;
                entered += gain;
            }
        }
        self.eliminate(&sweep, seconds);
        for &reach in &sweep {
            let volume = volume_m3[reach] / self.count[reach] as f64;
            for cell in self.of(reach) {
                mass_g[cell] = self.rhs[cell] * volume;
            }
            if held[reach].is_some() {
                let cell = self.first[reach];
                let exchange = half[reach] * seconds;
                entered -= weight(self.load[cell]) * exchange * self.rhs[cell];
            }
        }
        entered
    }

    /// Twice what two halves of a cell exchange, m³/s: dispersion times area over half a cell's length.
    fn half_exchange(&self, course: &Course, reach: usize, volume_m3: f64) -> f64 {
        let length = course.reaches[reach].length_m;
        let cell_m = length / self.count[reach] as f64;
        2.0 * course.reaches[reach].dispersion_m2_s * (volume_m3 / length) / cell_m
    }

    fn explicit_part(&mut self, course: &Course, mass_g: &[f64], volume_m3: &[f64], sweep: &[usize], seconds: f64) {
        for &reach in sweep {
            let per_m3 = self.count[reach] as f64 / volume_m3[reach];
            for cell in self.of(reach) {
                let Some(below) = self.links[cell].below else { continue };
                let below_per_m3 = if below == cell + 1 && below < self.of(reach).end {
                    per_m3
                } else {
                    let next = course.main_way(course.reaches[reach].to).unwrap_or(reach);
                    self.count[next] as f64 / volume_m3[next]
                };
                let implicit = weight(self.load[cell].max(self.load[below]));
                self.links[cell].implicit = implicit;
                let exchange = self.links[cell].exchange * seconds;
                let moved = exchange * (1.0 - implicit) * (mass_g[cell] * per_m3 - mass_g[below] * below_per_m3);
                self.rhs[cell] -= moved;
                self.rhs[below] += moved;
                self.diagonal[cell] += exchange * implicit;
                self.diagonal[below] += exchange * implicit;
            }
        }
    }

    /// Solves down and back; concentrations then stand in `rhs`.
    fn eliminate(&mut self, sweep: &[usize], seconds: f64) {
        for &reach in sweep {
            for cell in self.of(reach) {
                let Link { below: Some(below), exchange, implicit } = self.links[cell] else { continue };
                let shared = exchange * implicit * seconds;
                let passed = shared / self.diagonal[cell];
                self.diagonal[below] -= shared * passed;
                self.rhs[below] += self.rhs[cell] * passed;
            }
        }
        for &reach in sweep.iter().rev() {
            for cell in self.of(reach).rev() {
                let Link { below, exchange, implicit } = self.links[cell];
                let from_below = below.map_or(0.0, |below| exchange * implicit * seconds * self.rhs[below]);
                self.rhs[cell] = (self.rhs[cell] + from_below) / self.diagonal[cell];
            }
        }
    }
}

/// Weight of the new time where a cell exchanges so much of its volume in a step.
fn weight(load: f64) -> f64 {
    if load <= 2.0 { 0.5 } else { 1.0 - 1.0 / load }
}
