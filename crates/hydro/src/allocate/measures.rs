//! Whole measures: each source takes one of the techniques on offer, or none.

use serde::{Deserialize, Serialize};

use super::problem::{CannotBeMet, NoProblem, Problem, Unavoidable};
use crate::input::not_negative;

/// A technique that a source can take.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its id.
    pub id: String,
    /// What is left with it, kg/d.
    pub load_kg_d: f64,
    /// What it costs.
    pub cost: f64,
}

/// The measures that were chosen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chosen {
    /// For each source the position of its measure; nothing where it stays as it is.
    pub measure: Vec<Option<usize>>,
    /// Loads that stay, kg/d.
    pub loads_kg_d: Vec<f64>,
    /// What they cost together.
    pub cost: f64,
    /// Whether nothing cheaper is possible; without it the search was cut short, and this is the best that was found.
    pub proved: bool,
    /// How many combinations were looked at.
    pub n_looked_at: u64,
}

/// Why no measures are chosen.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoMeasures {
    /// A number that cannot be.
    #[error(transparent)]
    Input(#[from] NoProblem),
    /// All measures together are not enough.
    #[error(transparent)]
    CannotBeMet(#[from] CannotBeMet),
}

/// The cheapest choice of measures that brings every section to its target; of equals, the one that leaves the first sources as they
/// are. `offers` has a list for each source. The search looks at no more than `most` combinations.
pub fn measures(problem: &Problem, offers: &[Vec<Measure>], most: u64) -> Result<Chosen, NoMeasures> {
    let n = problem.sources.len();
    if offers.len() != n {
        return Err(NoProblem::Count { found: offers.len(), n_sources: n, n_targets: problem.targets.len() }.into());
    }
    let mut options = Vec::with_capacity(n);
    for (source, offers) in problem.sources.iter().zip(offers) {
        let mut of_source = vec![(None, source.present_kg_d, 0.0)];
        for (i, measure) in offers.iter().enumerate() {
            let bad = |source| NoProblem::Input { id: measure.id.clone(), source };
            let load = not_negative("load (kg/d)", measure.load_kg_d).map_err(bad)?;
            of_source.push((Some(i), load, not_negative("cost", measure.cost).map_err(bad)?));
        }
        of_source.sort_by(|a, b| a.2.total_cmp(&b.2));
        options.push(of_source);
    }
    let least: Vec<f64> = options.iter().map(|of_source| of_source.iter().map(|option| option.1).fold(f64::INFINITY, f64::min)).collect();
    let mut search = Search { problem, options: &options, least: &least, most, looked_at: 0, chosen: Vec::new(), best: None };
    let sections = search.missed(&least);
    if !sections.is_empty() {
        return Err(CannotBeMet { sections }.into());
    }
    search.go_on(0.0);
    let proved = search.looked_at < most;
    let (picks, cost) = match search.best {
        Some(best) => best,
        // Cut short before the first full choice: everyone takes what leaves least.
        None => {
            let lowest =
                |of_source: &Vec<Offer>| (0..of_source.len()).min_by(|a, b| of_source[*a].1.total_cmp(&of_source[*b].1)).unwrap_or(0);
            let picks: Vec<usize> = options.iter().map(lowest).collect();
            let cost = picks.iter().zip(&options).map(|(pick, of_source)| of_source[*pick].2).sum();
            (picks, cost)
        }
    };
    let picked = || picks.iter().zip(&options).map(|(pick, of_source)| of_source[*pick]);
    Ok(Chosen {
        measure: picked().map(|option| option.0).collect(),
        loads_kg_d: picked().map(|option| option.1).collect(),
        cost,
        proved,
        n_looked_at: search.looked_at,
    })
}

/// Position of the measure, load, cost.
type Offer = (Option<usize>, f64, f64);

struct Search<'a> {
    problem: &'a Problem,
    options: &'a [Vec<Offer>],
    least: &'a [f64],
    most: u64,
    looked_at: u64,
    chosen: Vec<usize>,
    best: Option<(Vec<usize>, f64)>,
}

impl Search<'_> {
    /// Sections that these loads do not bring to their targets.
    fn missed(&self, loads: &[f64]) -> Vec<Unavoidable> {
        let mut missed = Vec::new();
        for (k, target) in self.problem.targets.iter().enumerate() {
            let least_mg_l = self.problem.mg_l(k, loads);
            let excess_mg_l = least_mg_l - target.limit_mg_l;
            if 1e-12 * target.limit_mg_l < excess_mg_l {
                missed.push(Unavoidable {
                    id: target.id.clone(),
                    least_mg_l,
                    background_mg_l: target.background_mg_l,
                    limit_mg_l: target.limit_mg_l,
                    excess_mg_l,
                    background_alone: target.limit_mg_l < target.background_mg_l,
                });
            }
        }
        missed
    }

    /// Chooses for the next source, the cheapest first; leaves off where it is already too dear or can no longer be met.
    fn go_on(&mut self, cost: f64) {
        if self.best.as_ref().is_some_and(|(_, best)| *best <= cost) || self.most <= self.looked_at {
            return;
        }
        self.looked_at += 1;
        let n_chosen = self.chosen.len();
        let mut loads = self.least.to_vec();
        for (load, (pick, of_source)) in loads.iter_mut().zip(self.chosen.iter().zip(self.options)) {
            *load = of_source[*pick].1;
        }
        if !self.missed(&loads).is_empty() {
            return;
        }
        if n_chosen == self.options.len() {
            self.best = Some((self.chosen.clone(), cost));
            return;
        }
        for pick in 0..self.options[n_chosen].len() {
            let further = cost + self.options[n_chosen][pick].2;
            self.chosen.push(pick);
            self.go_on(further);
            self.chosen.pop();
        }
    }
}
