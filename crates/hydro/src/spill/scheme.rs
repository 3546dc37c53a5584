//! ULTIMATE-QUICKEST in one reach: third order where the concentration is smooth, never beyond its neighbours where it is not.
//!
//! After B. P. Leonard (1979, 1991). Cells of a reach hold equal volumes; neighbours are compared along the volume, so a reach
//! that fills or falls changes nothing about water that is everywhere alike.

/// What runs through a reach in one step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Through {
    /// Into its first cell, m³/s.
    pub(super) in_m3_s: f64,
    /// Out of its last cell, m³/s.
    pub(super) out_m3_s: f64,
    /// Its volume before, m³.
    pub(super) before_m3: f64,
    /// Its volume after, m³.
    pub(super) after_m3: f64,
    /// The step, s.
    pub(super) seconds: f64,
}

/// Concentrations beyond the ends of a reach, mg/L.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beyond {
    /// Of the water that enters during the step.
    pub(super) entering: f64,
    /// Above the first cell, before the step.
    pub(super) above: f64,
    /// Below the last cell, before the step; where nothing is below, nothing.
    pub(super) below: Option<f64>,
}

/// Concentration at the face between `centre` and `below`, mean over a step in which `courant` of the cell runs out.
pub(super) fn face(above: f64, centre: f64, below: f64, courant: f64) -> f64 {
    let span = below - above;
    let place = (centre - above) / span;
    if 0.0 < place && place < 1.0 {
        let bend = below - 2.0 * centre + above;
        let third_order = 0.5 * (centre + below) - 0.5 * courant * (below - centre) - (1.0 - courant * courant) / 6.0 * bend;
        let bounded = ((third_order - above) / span).min((place / courant).min(1.0)).max(place);
        above + bounded * span
    } else {
        // Flat (where the place is no number), a peak or a trough: what is in the cell runs out.
        centre
    }
}

/// Carries the masses of a reach (g, cell after cell) through a step; gives what ran out, g.
pub(super) fn advance(mass_g: &mut [f64], through: &Through, beyond: &Beyond, mg_l: &mut Vec<f64>) -> f64 {
    let n = mass_g.len();
    let cells = n as f64;
    let most_m3_s = through.in_m3_s.max(through.out_m3_s);
    let least_m3 = through.before_m3.min(through.after_m3) / cells;
    let n_parts = (most_m3_s * through.seconds / least_m3 - 1e-9).ceil().max(1.0);
    let seconds = through.seconds / n_parts;
    let mut left_g = 0.0;
    for part in 0..n_parts as u64 {
        let volume = (through.before_m3 + (through.after_m3 - through.before_m3) * part as f64 / n_parts) / cells;
        mg_l.clear();
        mg_l.extend(mass_g.iter().map(|mass| mass / volume));
        let mut entering = beyond.entering * through.in_m3_s * seconds;
        for (i, mass) in mass_g.iter_mut().enumerate() {
            let flow = through.in_m3_s + (through.out_m3_s - through.in_m3_s) * (i + 1) as f64 / cells;
            let above = if i == 0 { beyond.above } else { mg_l[i - 1] };
            let below = if i + 1 < n { mg_l[i + 1] } else { beyond.below.unwrap_or(mg_l[i]) };
            let water = flow * seconds;
            // No more leaves a cell than was in it.
            let leaving = (face(above, mg_l[i], below, water / volume) * water).min(*mass);
            *mass = *mass - leaving + entering;
            entering = leaving;
        }
        left_g += entering;
    }
    left_g
}
