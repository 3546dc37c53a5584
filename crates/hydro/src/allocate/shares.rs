//! Sharing by a formula: the same share for all, or by contribution.

use serde::Serialize;

use super::problem::{CannotBeMet, Problem, Unavoidable};

/// Loads by a formula.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shared {
    /// Loads that may stay, kg/d, in the order of the sources.
    pub loads_kg_d: Vec<f64>,
    /// The sections that set them, by id.
    pub binding: Vec<String>,
    /// Sources that would have to go below what techniques allow, by id.
    pub below_floor: Vec<String>,
    /// Concentration of each section, mg/L.
    pub sections_mg_l: Vec<f64>,
}

/// Every source keeps the same share of its load: the largest that all sections bear. Floors are not minded, but named where broken.
pub fn equal_share(problem: &Problem) -> Result<Shared, CannotBeMet> {
    let present = problem.present_kg_d();
    let mut kept: f64 = 1.0;
    let mut binding = Vec::new();
    let mut hopeless = Vec::new();
    for (k, target) in problem.targets.iter().enumerate() {
        let added = problem.mg_l(k, &present) - target.background_mg_l;
        let room = target.limit_mg_l - target.background_mg_l;
        if room < 0.0 {
            hopeless.push(Unavoidable {
                id: target.id.clone(),
                least_mg_l: target.background_mg_l,
                background_mg_l: target.background_mg_l,
                limit_mg_l: target.limit_mg_l,
                excess_mg_l: -room,
                background_alone: true,
            });
        } else if room < added * kept {
            kept = room / added;
            binding = vec![target.id.clone()];
        }
    }
    if !hopeless.is_empty() {
        return Err(CannotBeMet { sections: hopeless });
    }
    Ok(shared(problem, present.iter().map(|load| load * kept).collect(), binding))
}

/// Where a section fails, sources cut in proportion to what they add there, down to their floors; section after section as given.
pub fn by_contribution(problem: &Problem) -> Result<Shared, CannotBeMet> {
    /// An excess below this share of the target is rounding.
    const ROUNDING: f64 = 1e-12;
    problem.can_be_met()?;
    let floors = problem.floors_kg_d();
    let mut loads = problem.present_kg_d();
    let mut binding = Vec::new();
    for (k, target) in problem.targets.iter().enumerate() {
        let factors = problem.factors(k);
        // Each round brings the section to its target or a source to its floor.
        for round in 0..=loads.len() {
            let excess = problem.mg_l(k, &loads) - target.limit_mg_l;
            if excess <= ROUNDING * target.limit_mg_l {
                break;
            }
            if round == 0 {
                binding.push(target.id.clone());
            }
            let open = |j: usize, load: f64| floors[j] < load && 0.0 < factors[j];
            let weight = |j: usize, load: f64| if open(j, load) { load * factors[j] } else { 0.0 };
            let effect: f64 = loads.iter().enumerate().map(|(j, load)| weight(j, *load) * factors[j]).sum();
            if effect <= 0.0 {
                break;
            }
            let mut scale = excess / effect;
            for (j, load) in loads.iter().enumerate() {
                if open(j, *load) {
                    scale = scale.min((load - floors[j]) / weight(j, *load));
                }
            }
            let cut: Vec<f64> = loads.iter().enumerate().map(|(j, load)| scale * weight(j, *load)).collect();
            for ((load, cut), floor) in loads.iter_mut().zip(cut).zip(&floors) {
                // A source that all but meets its floor is put there, so that the next round passes it over.
                let left = *load - cut;
                *load = if left - floor <= 1e-12 * floor.max(cut) { *floor } else { left };
            }
        }
    }
    Ok(shared(problem, loads, binding))
}

fn shared(problem: &Problem, loads_kg_d: Vec<f64>, binding: Vec<String>) -> Shared {
    let floors = problem.floors_kg_d();
    let broken = problem.sources.iter().zip(&loads_kg_d).zip(&floors).filter(|((_, load), floor)| **load < **floor * (1.0 - 1e-12));
    let below_floor = broken.map(|((source, _), _)| source.id.clone()).collect();
    let sections_mg_l = (0..problem.targets.len()).map(|k| problem.mg_l(k, &loads_kg_d)).collect();
    Shared { loads_kg_d, binding, below_floor, sections_mg_l }
}
