//! Sources that can be cut, sections with targets, and the table between them.

use serde::{Deserialize, Serialize};

use crate::KG_D_PER_G_S;
use crate::input::{BadInput, not_negative, positive};
use crate::network::{Network, SectionIndex, Water};
use crate::steady::Loads;
use crate::steady::receptor::{SourceReceptor, id_of};

/// A stretch of a cost curve: so much can be cut at this price.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// How much, kg/d.
    pub cut_kg_d: f64,
    /// What each kg/d costs, in whatever money and time all curves share.
    pub cost_per_kg_d: f64,
}

/// A source that can be cut.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cuttable {
    /// Its id.
    pub id: String,
    /// Its load now, kg/d.
    pub present_kg_d: f64,
    /// What can be cut, the cheapest first; what is left when all is cut is the floor that techniques set.
    pub curve: Vec<Segment>,
}

/// A section with its target.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its id.
    pub id: String,
    /// What nobody here can cut, mg/L.
    pub background_mg_l: f64,
    /// The target, with any margin already taken off, mg/L.
    pub limit_mg_l: f64,
}

/// The whole table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    pub(super) sources: Vec<Cuttable>,
    pub(super) targets: Vec<Target>,
    /// What a kg/d of each source adds at each section, mg/L: section after section.
    pub(super) mg_l_per_kg_d: Vec<f64>,
}

/// Why a table is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoProblem {
    /// A number that cannot be.
    #[error("`{id}`: {source}")]
    Input {
        /// Source or section.
        id: String,
        /// What cannot be.
        source: BadInput,
    },
    /// A cost curve whose price falls, so that the cheapest would not come first.
    #[error("cost curve of `{id}` falls from {before} to {after} for each kg/d, expected it to rise")]
    Falling {
        /// The source.
        id: String,
        /// A price.
        before: f64,
        /// The next.
        after: f64,
    },
    /// More can be cut than there is.
    #[error("`{id}` can cut {cut_kg_d} kg/d, but has only {present_kg_d} kg/d")]
    TooMuch {
        /// The source.
        id: String,
        /// What its curve cuts.
        cut_kg_d: f64,
        /// What it has.
        present_kg_d: f64,
    },
    /// Factors that do not fit.
    #[error("{found} factors for {n_sources} sources at {n_targets} sections")]
    Count {
        /// How many there are.
        found: usize,
        /// How many sources.
        n_sources: usize,
        /// How many sections.
        n_targets: usize,
    },
    /// A source that the network does not have.
    #[error("no inflow or load of the network is called `{id}`")]
    Unknown {
        /// The source.
        id: String,
    },
}

/// No cut is enough.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[error("cannot be met: {}", listed(.sections))]
pub struct CannotBeMet {
    /// Where, the greatest excess first.
    pub sections: Vec<Unavoidable>,
}

/// A section that fails with everything cut that can be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unavoidable {
    /// The section.
    pub id: String,
    /// What is left with all sources at their floors, mg/L.
    pub least_mg_l: f64,
    /// Its background alone, mg/L.
    pub background_mg_l: f64,
    /// Its target, mg/L.
    pub limit_mg_l: f64,
    /// By how much the target is missed, mg/L.
    pub excess_mg_l: f64,
    /// Whether the background alone is above the target.
    pub background_alone: bool,
}

fn listed(sections: &[Unavoidable]) -> String {
    let one = |section: &Unavoidable| {
        let cause = if section.background_alone { "the background alone exceeds" } else { "all sources at their floors still exceed" };
        format!("{cause} the target at `{}` by {} mg/L", section.id, section.excess_mg_l)
    };
    sections.iter().map(one).collect::<Vec<_>>().join("; ")
}

impl Problem {
    /// A table, if its numbers can be.
    pub fn new(sources: Vec<Cuttable>, targets: Vec<Target>, mg_l_per_kg_d: Vec<f64>) -> Result<Self, NoProblem> {
        if mg_l_per_kg_d.len() != sources.len() * targets.len() {
            return Err(NoProblem::Count { found: mg_l_per_kg_d.len(), n_sources: sources.len(), n_targets: targets.len() });
        }
        for source in &sources {
            source.check()?;
        }
        let bad = |id: &str, source| NoProblem::Input { id: id.to_owned(), source };
        for (k, target) in targets.iter().enumerate() {
            not_negative("background (mg/L)", target.background_mg_l).map_err(|source| bad(&target.id, source))?;
            positive("target (mg/L)", target.limit_mg_l).map_err(|source| bad(&target.id, source))?;
            for factor in &mg_l_per_kg_d[k * sources.len()..(k + 1) * sources.len()] {
                not_negative("factor (mg/L for each kg/d)", *factor).map_err(|source| bad(&target.id, source))?;
            }
        }
        Ok(Self { sources, targets, mg_l_per_kg_d })
    }

    /// The table of a network: curves for the sources that can be cut; all others are background.
    pub fn of_network(
        network: &Network,
        water: &Water,
        loads: &Loads,
        matrix: &SourceReceptor,
        curves: &[(String, Vec<Segment>)],
        limits: &[(SectionIndex, f64)],
    ) -> Result<Self, NoProblem> {
        let loads_g_s = matrix.loads_g_s(water, loads);
        let mut cut = Vec::with_capacity(curves.len());
        let mut sources = Vec::with_capacity(curves.len());
        for (id, curve) in curves {
            let position = matrix.sources.iter().position(|source| id_of(network, *source) == id);
            let position = position.ok_or_else(|| NoProblem::Unknown { id: id.clone() })?;
            cut.push(position);
            sources.push(Cuttable { id: id.clone(), present_kg_d: loads_g_s[position] * KG_D_PER_G_S, curve: curve.clone() });
        }
        let mut targets = Vec::with_capacity(limits.len());
        let mut factors = Vec::with_capacity(limits.len() * curves.len());
        for (section, limit_mg_l) in limits {
            let at = matrix.at(*section);
            let others = (0..at.len()).filter(|source| !cut.contains(source));
            let background_mg_l = others.fold(0.0, |sum, source| sum + at[source] * loads_g_s[source]);
            targets.push(Target { id: network.sections()[section.position()].id.clone(), background_mg_l, limit_mg_l: *limit_mg_l });
            factors.extend(cut.iter().map(|source| at[*source] / KG_D_PER_G_S));
        }
        Self::new(sources, targets, factors)
    }

    /// The sources.
    pub fn sources(&self) -> &[Cuttable] {
        &self.sources
    }

    /// The sections.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Factors of all sources at a section.
    pub fn factors(&self, target: usize) -> &[f64] {
        &self.mg_l_per_kg_d[target * self.sources.len()..(target + 1) * self.sources.len()]
    }

    /// Loads as they are, kg/d.
    pub fn present_kg_d(&self) -> Vec<f64> {
        self.sources.iter().map(|source| source.present_kg_d).collect()
    }

    /// Loads with everything cut that can be, kg/d.
    pub fn floors_kg_d(&self) -> Vec<f64> {
        self.sources.iter().map(Cuttable::floor_kg_d).collect()
    }

    /// Concentration of a section under these loads, mg/L.
    pub fn mg_l(&self, target: usize, loads_kg_d: &[f64]) -> f64 {
        let added = self.factors(target).iter().zip(loads_kg_d).map(|(factor, load)| factor * load);
        self.targets[target].background_mg_l + added.sum::<f64>()
    }

    /// Whether the floors are low enough. All factors are zero or more, so nothing can be lower anywhere.
    pub fn can_be_met(&self) -> Result<(), CannotBeMet> {
        /// Below this share of the target an excess is rounding.
        const ROUNDING: f64 = 1e-12;
        let floors = self.floors_kg_d();
        let mut sections = Vec::new();
        for (k, target) in self.targets.iter().enumerate() {
            let least_mg_l = self.mg_l(k, &floors);
            let excess_mg_l = least_mg_l - target.limit_mg_l;
            if ROUNDING * target.limit_mg_l < excess_mg_l {
                sections.push(Unavoidable {
                    id: target.id.clone(),
                    least_mg_l,
                    background_mg_l: target.background_mg_l,
                    limit_mg_l: target.limit_mg_l,
                    excess_mg_l,
                    background_alone: ROUNDING * target.limit_mg_l < target.background_mg_l - target.limit_mg_l,
                });
            }
        }
        sections.sort_by(|a, b| b.excess_mg_l.total_cmp(&a.excess_mg_l).then_with(|| a.id.cmp(&b.id)));
        if sections.is_empty() { Ok(()) } else { Err(CannotBeMet { sections }) }
    }
}

impl Cuttable {
    /// What is left when all is cut, kg/d.
    pub fn floor_kg_d(&self) -> f64 {
        let cut: f64 = self.curve.iter().map(|segment| segment.cut_kg_d).sum();
        (self.present_kg_d - cut).max(0.0)
    }

    /// What it costs to come down to a load.
    pub fn cost_of(&self, load_kg_d: f64) -> f64 {
        let mut left = self.present_kg_d - load_kg_d;
        let mut cost = 0.0;
        for segment in &self.curve {
            let cut = left.clamp(0.0, segment.cut_kg_d);
            cost += cut * segment.cost_per_kg_d;
            left -= cut;
        }
        cost
    }

    fn check(&self) -> Result<(), NoProblem> {
        let bad = |source| NoProblem::Input { id: self.id.clone(), source };
        not_negative("load (kg/d)", self.present_kg_d).map_err(bad)?;
        for segment in &self.curve {
            not_negative("cut (kg/d)", segment.cut_kg_d).map_err(bad)?;
            not_negative("cost for each kg/d", segment.cost_per_kg_d).map_err(bad)?;
        }
        for pair in self.curve.windows(2) {
            let (before, after) = (pair[0].cost_per_kg_d, pair[1].cost_per_kg_d);
            if after < before {
                return Err(NoProblem::Falling { id: self.id.clone(), before, after });
            }
        }
        let cut_kg_d: f64 = self.curve.iter().map(|segment| segment.cut_kg_d).sum();
        if self.present_kg_d * (1.0 + 1e-9) < cut_kg_d {
            return Err(NoProblem::TooMuch { id: self.id.clone(), cut_kg_d, present_kg_d: self.present_kg_d });
        }
        Ok(())
    }
}
