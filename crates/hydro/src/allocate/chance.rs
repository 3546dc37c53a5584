//! How sure a plan is when the table is not: the same loads under many drawn tables.

use serde::{Deserialize, Serialize};

use super::problem::Problem;
use crate::fixed::fixed;
use crate::input::{BadInput, not_negative, positive};
use crate::random::Random;

/// How far the table may be off, as coefficients of variation.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Variation {
    /// Of each factor: flow, decay and travel time.
    pub factor: f64,
    /// Of each background.
    pub background: f64,
    /// Of each load around what was allowed.
    pub load: f64,
    /// Where these are from.
    pub origin: String,
}

/// A section over all draws.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chance {
    /// Its id.
    pub id: String,
    /// In how many draws its target was met, at the digits of the target.
    pub n_met: u32,
    /// How many draws there were.
    pub n_draws: u32,
    /// Concentration that 5, 50 and 95 of 100 draws stay below, mg/L.
    pub mg_l: [f64; 3],
}

/// Draws tables around the given one. One factor for each source holds at all its sections, since it is the same water that carries it.
/// The seed and the order of sources and sections decide every draw. `decimals` are those of the targets.
pub fn chance(
    problem: &Problem,
    loads_kg_d: &[f64],
    variation: &Variation,
    n_draws: u32,
    seed: u64,
    decimals: u8,
) -> Result<Vec<Chance>, BadInput> {
    positive("number of draws", f64::from(n_draws))?;
    positive("loads, as many as sources", if loads_kg_d.len() == problem.sources.len() { 1.0 } else { 0.0 })?;
    for load in loads_kg_d {
        not_negative("load (kg/d)", *load)?;
    }
    let factor = not_negative("variation of the factors", variation.factor)?;
    let background = not_negative("variation of the background", variation.background)?;
    let load = not_negative("variation of the loads", variation.load)?;
    let mut random = Random::seeded(seed);
    let mut drawn = vec![Vec::with_capacity(n_draws as usize); problem.targets.len()];
    for _ in 0..n_draws {
        let loads: Vec<f64> = loads_kg_d.iter().map(|kg_d| kg_d * random.factor(factor) * random.factor(load)).collect();
        for (k, target) in problem.targets.iter().enumerate() {
            let added = problem.mg_l(k, &loads) - target.background_mg_l;
            drawn[k].push(added + target.background_mg_l * random.factor(background));
        }
    }
    let mut chances = Vec::with_capacity(problem.targets.len());
    for (target, mut values) in problem.targets.iter().zip(drawn) {
        let limit = fixed(target.limit_mg_l, decimals);
        let n_met = values.iter().filter(|mg_l| fixed(**mg_l, decimals) <= limit).count() as u32;
        values.sort_by(f64::total_cmp);
        let below = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
        chances.push(Chance { id: target.id.clone(), n_met, n_draws, mg_l: [below(0.05), below(0.5), below(0.95)] });
    }
    Ok(chances)
}
