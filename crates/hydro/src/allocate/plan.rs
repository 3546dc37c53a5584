//! The best loads under a rule, with what each target costs.

use serde::{Deserialize, Serialize};

use super::problem::{CannotBeMet, Problem};
use crate::lp::{Account, Model, NoOptimum, Objective, solve};

/// What is best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Least cost; of equals, the largest load.
    LeastCost,
    /// The largest load that may stay; of equals, the least cost.
    MostLoad,
    /// The source that keeps the smallest share of its load keeps as much as can be; then the largest load, then the least cost.
    Fairest,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The rule.
    pub rule: Rule,
    /// The sources.
    pub sources: Vec<SourcePlan>,
    /// The sections.
    pub sections: Vec<SectionPlan>,
    /// What it costs.
    pub cost: f64,
    /// What may stay, kg/d.
    pub total_kg_d: f64,
    /// The smallest share of its load that a source keeps; nothing where no source has a load.
    pub least_kept: Option<f64>,
    /// Of what the prices are: `cost`, `kg/d`, or `share` for the smallest share kept.
    pub price_of: &'static str,
    /// How it was found.
    pub account: Account,
}

/// A source in a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourcePlan {
    /// Its id.
    pub id: String,
    /// What it has now, kg/d.
    pub present_kg_d: f64,
    /// What it may keep, kg/d.
    pub load_kg_d: f64,
    /// What it cuts, kg/d.
    pub cut_kg_d: f64,
    /// What that costs.
    pub cost: f64,
    /// What one more kg/d from a newcomer at its place would take from the objective (in `price_of`).
    pub price_per_kg_d: f64,
}

/// A section in a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SectionPlan {
    /// Its id.
    pub id: String,
    /// Now, mg/L.
    pub present_mg_l: f64,
    /// Under the plan, mg/L.
    pub mg_l: f64,
    /// Its target, mg/L.
    pub limit_mg_l: f64,
    /// What is left to the target, mg/L.
    pub room_mg_l: f64,
    /// What a target higher by 1 mg/L would gain (in `price_of`), as long as the same bounds bind; zero where it does not bind.
    pub price_per_mg_l: f64,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoPlan {
    /// No cut is enough.
    #[error(transparent)]
    CannotBeMet(#[from] CannotBeMet),
    /// The programme has no answer.
    #[error(transparent)]
    Programme(#[from] NoOptimum),
}

/// The best plan under a rule.
pub fn plan(problem: &Problem, rule: Rule) -> Result<Plan, NoPlan> {
    problem.can_be_met()?;
    let present = problem.present_kg_d();
    let mut model = Model::default();
    let mut cuts = Vec::new();
    let mut costs = Vec::new();
    for (j, source) in problem.sources.iter().enumerate() {
        for segment in &source.curve {
            let column = model.column(format!("cut of {}", source.id), 0.0, segment.cut_kg_d);
            cuts.push((column, j));
            costs.push((column, segment.cost_per_kg_d));
        }
    }
    for (k, target) in problem.targets.iter().enumerate() {
        let factors = problem.factors(k);
        let terms = cuts.iter().map(|(column, j)| (*column, factors[*j])).filter(|(_, factor)| 0.0 < *factor).collect();
        model.row(target.id.clone(), problem.mg_l(k, &present) - target.limit_mg_l, f64::INFINITY, terms);
    }
    let cheapest = Objective::new("cost", costs);
    let largest = Objective::new("cuts (kg/d)", cuts.iter().map(|(column, _)| (*column, 1.0)).collect());
    let objectives = match rule {
        Rule::LeastCost => vec![cheapest, largest],
        Rule::MostLoad => vec![largest, cheapest],
        Rule::Fairest => {
            let most_cut = model.column("largest share cut", 0.0, 1.0);
            for (j, source) in problem.sources.iter().enumerate() {
                let mut terms = vec![(most_cut, source.present_kg_d)];
                terms.extend(cuts.iter().filter(|(_, of)| *of == j).map(|(column, _)| (*column, -1.0)));
                model.row(format!("share of {}", source.id), 0.0, f64::INFINITY, terms);
            }
            vec![Objective::new("largest share cut", vec![(most_cut, 1.0)]), largest, cheapest]
        }
    };
    let best = solve(&model, &objectives)?;
    let mut loads = present.clone();
    for (column, j) in &cuts {
        loads[*j] -= best.values[*column];
    }
    let prices = &best.prices[0][..problem.targets.len()];
    let mut sources = Vec::with_capacity(loads.len());
    for (j, source) in problem.sources.iter().enumerate() {
        let price = prices.iter().enumerate().map(|(k, price)| price * problem.factors(k)[j]).sum();
        sources.push(SourcePlan {
            id: source.id.clone(),
            present_kg_d: present[j],
            load_kg_d: loads[j],
            cut_kg_d: present[j] - loads[j],
            cost: source.cost_of(loads[j]),
            price_per_kg_d: price,
        });
    }
    let mut sections = Vec::with_capacity(problem.targets.len());
    for (k, target) in problem.targets.iter().enumerate() {
        let mg_l = problem.mg_l(k, &loads);
        sections.push(SectionPlan {
            id: target.id.clone(),
            present_mg_l: problem.mg_l(k, &present),
            mg_l,
            limit_mg_l: target.limit_mg_l,
            room_mg_l: target.limit_mg_l - mg_l,
            price_per_mg_l: prices[k],
        });
    }
    let kept = sources.iter().filter(|source| 0.0 < source.present_kg_d).map(|source| source.load_kg_d / source.present_kg_d);
    let price_of = match rule {
        Rule::LeastCost => "cost",
        Rule::MostLoad => "kg/d",
        Rule::Fairest => "share",
    };
    Ok(Plan {
        rule,
        cost: sources.iter().map(|source| source.cost).sum(),
        total_kg_d: loads.iter().sum(),
        least_kept: kept.reduce(f64::min),
        price_of,
        account: best.account,
        sections,
        sources,
    })
}
