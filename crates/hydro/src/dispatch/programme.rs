//! The best dispatch for inflows that are known: needs strictly in order, or with weights.

use serde::{Deserialize, Serialize};

use super::result::{Dispatch, StoreSeries, evaporated, finish, past};
use super::system::{Aim, BadSystem, Evaporation, Feed, System, Way};
use crate::lp::{Model, NoOptimum, Objective, Optimum, solve};

/// Volumes inside the programme are in 10⁴ m³, so that its numbers lie near one.
const UNIT_M3: f64 = 1e4;

/// What a m³ counts.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Short of a base flow.
    pub base: f64,
    /// Short of a target flow.
    pub target: f64,
    /// Short of each demand.
    pub demand: Vec<f64>,
    /// Spilled.
    pub spill: f64,
    /// Short of a volume wanted at the end.
    pub end: f64,
    /// Gained for each m³ held at the end of each period, by reservoir.
    pub hold: Vec<f64>,
    /// By which share the weights of flows and demands grow with each period.
    pub growth: f64,
}

/// Why there is no dispatch.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoDispatch {
    /// The system cannot be.
    #[error(transparent)]
    System(#[from] BadSystem),
    /// The programme has no answer; rows are named after what they are about.
    #[error(transparent)]
    Programme(#[from] NoOptimum),
    /// Series that do not fit the system.
    #[error("{what}: {found} given, expected {expected}")]
    Count {
        /// What was given.
        what: &'static str,
        /// How many.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
}

/// Serves the aims strictly one after the other; then spills least, then holds most.
pub fn in_order(system: &System, aims: &[Aim]) -> Result<Dispatch, NoDispatch> {
    system.check()?;
    let programme = Programme::new(system);
    let mut objectives: Vec<Objective> = aims.iter().map(|aim| programme.aim(system, *aim)).collect();
    objectives.extend(programme.tie_breaks());
    let best = solve(&programme.model, &objectives)?;
    Ok(programme.read(system, best))
}

/// The least weighted shortfall, and its value; then spills least, then holds most.
pub fn weighted(system: &System, weights: &Weights) -> Result<(Dispatch, f64), NoDispatch> {
    system.check()?;
    for (what, found, expected) in [
        ("weights of demands", weights.demand.len(), system.demands.len()),
        ("values of water held", weights.hold.len(), system.stores.len()),
    ] {
        if found != expected {
            return Err(NoDispatch::Count { what, found, expected });
        }
    }
    let programme = Programme::new(system);
    let mut costs = Vec::new();
    let mut constant = 0.0;
    for t in 0..system.n_periods() {
        let grown = 1.0 + weights.growth * t as f64;
        for short in &programme.base {
            costs.push((short[t], weights.base * grown));
        }
        for short in &programme.target {
            costs.push((short[t], weights.target * grown));
        }
        for ((supply, demand), weight) in programme.supply.iter().zip(&system.demands).zip(&weights.demand) {
            costs.push((supply[t], -weight * grown));
            constant += weight * grown * demand.wanted_m3[t];
        }
        for (store, hold) in weights.hold.iter().enumerate() {
            costs.push((programme.spill[store][t], weights.spill));
            costs.push((programme.end[store][t], -hold));
        }
    }
    costs.extend(programme.end_short.iter().flatten().map(|column| (*column, weights.end)));
    let mut objectives = vec![Objective::new("weighted shortfall", costs)];
    objectives.extend(programme.tie_breaks());
    let best = solve(&programme.model, &objectives)?;
    let value = best.objectives[0] * UNIT_M3 + constant;
    Ok((programme.read(system, best), value))
}

/// The model with the positions of its variables: of each reservoir, gate, demand and section, period by period.
struct Programme {
    model: Model,
    end: Vec<Vec<usize>>,
    release: Vec<Vec<usize>>,
    spill: Vec<Vec<usize>>,
    divert: Vec<Vec<usize>>,
    supply: Vec<Vec<usize>>,
    base: Vec<Vec<usize>>,
    target: Vec<Vec<usize>>,
    end_short: Vec<Option<usize>>,
    water: Vec<Vec<usize>>,
}

impl Programme {
    fn new(system: &System) -> Self {
        let mut model = Model::default();
        let mut series = |id: &str, what: &str, low: &dyn Fn(usize) -> f64, high: &dyn Fn(usize) -> f64| -> Vec<usize> {
            let name = |t: usize| format!("{what} {id} in period {}", t + 1);
            (0..system.n_periods()).map(|t| model.column(name(t), low(t) / UNIT_M3, high(t) / UNIT_M3)).collect()
        };
        let none = |_: usize| 0.0;
        let (mut end, mut release, mut spill) = (Vec::new(), Vec::new(), Vec::new());
        for store in &system.stores {
            end.push(series(&store.id, "volume of", &|_| store.dead_m3, &|t| store.high_m3[t]));
            release.push(series(&store.id, "release of", &|t| store.least_release_m3[t], &|t| store.most_release_m3[t]));
            spill.push(series(&store.id, "spill of", &none, &|_| f64::INFINITY));
        }
        let divert = system.diversions.iter().map(|gate| series(&gate.id, "diversion", &none, &|t| gate.most_m3[t])).collect();
        let supply = system.demands.iter().map(|demand| series(&demand.id, "supply of", &none, &|t| demand.wanted_m3[t])).collect();
        let (mut base, mut target) = (Vec::new(), Vec::new());
        for section in &system.sections {
            base.push(series(&section.id, "base shortfall at", &none, &|t| section.base_m3[t]));
            target.push(series(&section.id, "target shortfall at", &none, &|t| section.target_m3[t] - section.base_m3[t]));
        }
        let mut programme = Self { model, end, release, spill, divert, supply, base, target, end_short: Vec::new(), water: Vec::new() };
        for store in 0..system.stores.len() {
            programme.store_rows(system, store);
        }
        for section in 0..system.sections.len() {
            programme.section_rows(system, section);
        }
        programme
    }

    /// What of some ways passes in a period: variables with factors, and what is known from before, in the unit of the programme.
    fn passing(&self, system: &System, feeds: &[Feed], t: usize) -> (Vec<(usize, f64)>, f64) {
        let (mut terms, mut known) = (Vec::new(), 0.0);
        for feed in feeds {
            let sign = if feed.away { -1.0 } else { 1.0 };
            for (lag, share) in feed.shares.iter().enumerate() {
                if t < lag {
                    known += sign * share * past(system, feed.way, lag - t - 1) / UNIT_M3;
                    continue;
                }
                match feed.way {
                    Way::Store(store) => {
                        terms.push((self.release[store][t - lag], sign * share));
                        terms.push((self.spill[store][t - lag], sign * share));
                    }
                    Way::Diversion(diversion) => terms.push((self.divert[diversion][t - lag], sign * share)),
                }
            }
        }
        (terms, known)
    }

    fn store_rows(&mut self, system: &System, position: usize) {
        let store = &system.stores[position];
        let mut water = Vec::with_capacity(system.n_periods());
        for t in 0..system.n_periods() {
            let (lost, half) = match &store.evaporation {
                Evaporation::Volume(volume) => (volume[t], 0.0),
                Evaporation::Depth { depth_m, empty_m2, m2_per_m3 } => (depth_m[t] * empty_m2, 0.5 * depth_m[t] * m2_per_m3),
            };
            let (arriving, known) = self.passing(system, &store.feeds, t);
            let mut enters = (store.inflow_m3[t] - lost) / UNIT_M3 + known;
            let mut terms = vec![(self.end[position][t], 1.0 + half), (self.release[position][t], 1.0), (self.spill[position][t], 1.0)];
            match t.checked_sub(1) {
                Some(before) => terms.push((self.end[position][before], half - 1.0)),
                None => enters += (1.0 - half) * store.start_m3 / UNIT_M3,
            }
            terms.extend(arriving.into_iter().map(|(column, factor)| (column, -factor)));
            for (supply, demand) in self.supply.iter().zip(&system.demands) {
                if demand.store == position {
                    terms.push((supply[t], 1.0));
                }
            }
            water.push(self.model.row(format!("water of {} in period {}", store.id, t + 1), enters, enters, terms));
            if let (Some(before), Some(change)) = (t.checked_sub(1), store.most_change_m3[t]) {
                let terms = vec![(self.release[position][t], 1.0), (self.release[position][before], -1.0)];
                let name = format!("change of the release of {} in period {}", store.id, t + 1);
                self.model.row(name, -change / UNIT_M3, change / UNIT_M3, terms);
            }
        }
        self.water.push(water);
        let short = store.end_m3.zip(self.end[position].last().copied()).map(|(wanted, last)| {
            let short = self.model.column(format!("short at the end of {}", store.id), 0.0, wanted / UNIT_M3);
            self.model.row(format!("end of {}", store.id), wanted / UNIT_M3, f64::INFINITY, vec![(last, 1.0), (short, 1.0)]);
            short
        });
        self.end_short.push(short);
    }

    fn section_rows(&mut self, system: &System, position: usize) {
        let section = &system.sections[position];
        for t in 0..system.n_periods() {
            let (mut terms, known) = self.passing(system, &section.feeds, t);
            let there = section.local_m3[t] / UNIT_M3 + known;
            terms.push((self.base[position][t], 1.0));
            let name = |what: &str| format!("{what} flow at {} in period {}", section.id, t + 1);
            self.model.row(name("base"), section.base_m3[t] / UNIT_M3 - there, f64::INFINITY, terms.clone());
            terms.push((self.target[position][t], 1.0));
            self.model.row(name("target"), section.target_m3[t] / UNIT_M3 - there, f64::INFINITY, terms);
        }
    }

    fn aim(&self, system: &System, aim: Aim) -> Objective {
        let all = |of: &[Vec<usize>], cost: f64| of.iter().flatten().map(|column| (*column, cost)).collect::<Vec<_>>();
        match aim {
            Aim::Demand(purpose) => {
                let served = self.supply.iter().zip(&system.demands).filter(|(_, demand)| demand.purpose == purpose);
                let costs = served.flat_map(|(supply, _)| supply.iter().map(|column| (*column, -1.0))).collect();
                Objective::new("supply", costs)
            }
            Aim::Base => Objective::new("base flows", all(&self.base, 1.0)),
            Aim::Target => Objective::new("target flows", all(&self.target, 1.0)),
            Aim::EndStorage => Objective::new("volumes at the end", self.end_short.iter().flatten().map(|column| (*column, 1.0)).collect()),
        }
    }

    fn tie_breaks(&self) -> [Objective; 2] {
        let all = |of: &[Vec<usize>], cost: f64| of.iter().flatten().map(|column| (*column, cost)).collect::<Vec<_>>();
        [Objective::new("least spill", all(&self.spill, 1.0)), Objective::new("most water held", all(&self.end, -1.0))]
    }

    fn read(&self, system: &System, best: Optimum) -> Dispatch {
        let read = |columns: &[usize]| columns.iter().map(|column| best.values[*column] * UNIT_M3).collect::<Vec<f64>>();
        let gain = |row: usize| {
            let mut prices = best.prices.iter().map(|prices| -prices[row]);
            prices.find(|price| 1e-9 < price.abs()).unwrap_or(0.0)
        };
        let mut stores = Vec::with_capacity(system.stores.len());
        for (i, store) in system.stores.iter().enumerate() {
            let end_m3 = read(&self.end[i]);
            let mut evaporated_m3 = Vec::with_capacity(end_m3.len());
            let mut before = store.start_m3;
            for (t, after) in end_m3.iter().enumerate() {
                evaporated_m3.push(evaporated(&store.evaporation, t, before, *after));
                before = *after;
            }
            stores.push(StoreSeries {
                end_m3,
                release_m3: read(&self.release[i]),
                spill_m3: read(&self.spill[i]),
                evaporated_m3,
                water_price: self.water[i].iter().map(|row| gain(*row)).collect(),
            });
        }
        let diverted_m3 = self.divert.iter().map(|columns| read(columns)).collect();
        let supplied_m3 = self.supply.iter().map(|columns| read(columns)).collect();
        finish(system, stores, diverted_m3, supplied_m3, Some(best.account.clone()))
    }
}
