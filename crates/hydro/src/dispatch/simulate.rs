//! Period by period: a rule curve for comparison, and plans made again from what was observed.

use serde::{Deserialize, Serialize};

use super::programme::{NoDispatch, in_order};
use super::result::{Dispatch, StoreSeries, fed, finish};
use super::system::{Aim, Evaporation, System, Use, Way};

/// A rule: what to let out and divert, and below which volume supply is cut back.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Curve {
    /// What each reservoir lets out in each period, m³.
    pub release_m3: Vec<Vec<f64>>,
    /// What each gate diverts in each period, m³.
    pub divert_m3: Vec<Vec<f64>>,
    /// Below these volumes of each reservoir, at the start of each period, irrigation and industry are cut back, m³.
    pub keep_m3: Vec<Vec<f64>>,
    /// The share that irrigation and industry then still get.
    pub kept_share: f64,
}

/// What is wanted of a period; what is possible of it is done.
struct Wish {
    release_m3: Vec<f64>,
    divert_m3: Vec<f64>,
    supply_m3: Vec<f64>,
}

/// Simulates a rule. Within a reservoir people are served first, then the river, then fields, then works; what is too much is spilled.
pub fn rule_curve(system: &System, curve: &Curve) -> Result<Dispatch, NoDispatch> {
    system.check()?;
    let n = system.n_periods();
    fits("releases", &curve.release_m3, system.stores.len(), n)?;
    fits("diversions", &curve.divert_m3, system.diversions.len(), n)?;
    fits("volumes to keep", &curve.keep_m3, system.stores.len(), n)?;
    let mut state = State::new(system);
    for t in 0..n {
        let mut supply_m3 = Vec::with_capacity(system.demands.len());
        for demand in &system.demands {
            let low = state.volume_m3[demand.store] < curve.keep_m3[demand.store][t];
            let share = if low && demand.purpose != Use::Drinking { curve.kept_share.clamp(0.0, 1.0) } else { 1.0 };
            supply_m3.push(demand.wanted_m3[t] * share);
        }
        let of_period = |series: &[Vec<f64>]| series.iter().map(|series| series[t]).collect::<Vec<f64>>();
        let wish = Wish { release_m3: of_period(&curve.release_m3), divert_m3: of_period(&curve.divert_m3), supply_m3 };
        state.step(system, t, &wish);
    }
    Ok(state.finish(system))
}

/// Plans each period afresh for some periods ahead, from the volumes that came of the inflows of `system`, which are those observed.
/// `forecast(t)` gives the inflows of each reservoir from period t on, as known at its start; `keep_m3` the volumes of each reservoir
/// wanted at the end of each period, of which a plan minds the one at its own end.
pub fn rolling(
    system: &System,
    aims: &[Aim],
    n_ahead: usize,
    keep_m3: &[Vec<f64>],
    forecast: &dyn Fn(usize) -> Vec<Vec<f64>>,
) -> Result<Dispatch, NoDispatch> {
    system.check()?;
    let n = system.n_periods();
    fits("volumes to keep", keep_m3, system.stores.len(), n)?;
    let mut state = State::new(system);
    for t in 0..n {
        let until = (t + n_ahead.max(1)).min(n);
        let mut ahead = window(system, &state, t, until);
        let inflows = forecast(t);
        if inflows.len() != ahead.stores.len() {
            return Err(NoDispatch::Count { what: "forecast reservoirs", found: inflows.len(), expected: ahead.stores.len() });
        }
        for ((store, inflow), keep) in ahead.stores.iter_mut().zip(inflows).zip(keep_m3) {
            if inflow.len() < until - t {
                return Err(NoDispatch::Count { what: "forecast periods", found: inflow.len(), expected: until - t });
            }
            store.inflow_m3 = inflow[..until - t].to_vec();
            store.end_m3 = if until == n { store.end_m3 } else { Some(keep[until - 1]) };
        }
        let plan = in_order(&ahead, aims)?;
        let first = |series: &[Vec<f64>]| series.iter().map(|series| series[0]).collect::<Vec<f64>>();
        let release_m3 = plan.stores.iter().map(|store| store.release_m3[0]).collect();
        state.step(system, t, &Wish { release_m3, divert_m3: first(&plan.diverted_m3), supply_m3: first(&plan.supplied_m3) });
    }
    Ok(state.finish(system))
}

/// The periods from one up to, but not with, another, starting from a state.
fn window(system: &System, state: &State, from: usize, until: usize) -> System {
    let mut ahead = system.clone();
    let cut = |series: &mut Vec<f64>| *series = series[from..until].to_vec();
    cut(&mut ahead.period_s);
    for (i, store) in ahead.stores.iter_mut().enumerate() {
        for series in [&mut store.high_m3, &mut store.inflow_m3, &mut store.least_release_m3, &mut store.most_release_m3] {
            cut(series);
        }
        store.most_change_m3 = store.most_change_m3[from..until].to_vec();
        match &mut store.evaporation {
            Evaporation::Volume(series) | Evaporation::Depth { depth_m: series, .. } => cut(series),
        }
        let done = &state.stores[i];
        let mut past: Vec<f64> = (0..from).rev().map(|t| done.release_m3[t] + done.spill_m3[t]).collect();
        past.append(&mut store.past_m3);
        store.past_m3 = past;
        store.start_m3 = state.volume_m3[i];
        // Evaporation alone can bring a reservoir below its dead volume; it then has nothing to give until it is above it again.
        store.dead_m3 = store.dead_m3.min(store.start_m3);
    }
    for (i, gate) in ahead.diversions.iter_mut().enumerate() {
        cut(&mut gate.most_m3);
        let mut past: Vec<f64> = (0..from).rev().map(|t| state.diverted_m3[i][t]).collect();
        past.append(&mut gate.past_m3);
        gate.past_m3 = past;
    }
    for demand in &mut ahead.demands {
        cut(&mut demand.wanted_m3);
    }
    for section in &mut ahead.sections {
        for series in [&mut section.local_m3, &mut section.base_m3, &mut section.target_m3] {
            cut(series);
        }
    }
    ahead
}

struct State {
    volume_m3: Vec<f64>,
    stores: Vec<StoreSeries>,
    diverted_m3: Vec<Vec<f64>>,
    supplied_m3: Vec<Vec<f64>>,
}

impl State {
    fn new(system: &System) -> Self {
        Self {
            volume_m3: system.stores.iter().map(|store| store.start_m3).collect(),
            stores: vec![StoreSeries::default(); system.stores.len()],
            diverted_m3: vec![Vec::new(); system.diversions.len()],
            supplied_m3: vec![Vec::new(); system.demands.len()],
        }
    }

    fn finish(self, system: &System) -> Dispatch {
        finish(system, self.stores, self.diverted_m3, self.supplied_m3, None)
    }

    /// What a way carried in a period; nothing where it is not decided yet.
    fn way_m3(&self, way: Way, t: usize) -> f64 {
        let done = |series: &[f64]| series.get(t).copied().unwrap_or(0.0);
        match way {
            Way::Store(store) => done(&self.stores[store].release_m3) + done(&self.stores[store].spill_m3),
            Way::Diversion(diversion) => done(&self.diverted_m3[diversion]),
        }
    }

    fn step(&mut self, system: &System, t: usize, wish: &Wish) {
        for (i, store) in system.stores.iter().enumerate() {
            for feed in &store.feeds {
                let Way::Diversion(gate) = feed.way else { continue };
                if feed.away && self.diverted_m3[gate].len() <= t {
                    let river = fed(system, &store.feeds, t, &|way, t| self.way_m3(way, t)).max(0.0);
                    let diverted = wish.divert_m3[gate].min(system.diversions[gate].most_m3[t]).min(river);
                    self.diverted_m3[gate].push(diverted);
                }
            }
            let arriving = store.inflow_m3[t] + fed(system, &store.feeds, t, &|way, t| self.way_m3(way, t));
            let (lost, half) = match &store.evaporation {
                Evaporation::Volume(volume) => (volume[t], 0.0),
                Evaporation::Depth { depth_m, empty_m2, m2_per_m3 } => (depth_m[t] * empty_m2, 0.5 * depth_m[t] * m2_per_m3),
            };
            // After: (1 + half)·volume + outflow = there.
            let before = self.volume_m3[i];
            let there = before * (1.0 - half) + arriving - lost;
            let mut left = (there - store.dead_m3 * (1.0 + half)).max(0.0);
            let mut out = 0.0;
            let mut give = |wanted: f64| {
                let given = wanted.min(left);
                left -= given;
                out += given;
                given
            };
            let supply = |purpose: Use, supplied: &mut [Vec<f64>], give: &mut dyn FnMut(f64) -> f64| {
                for (d, demand) in system.demands.iter().enumerate() {
                    if demand.store == i && demand.purpose == purpose {
                        supplied[d].push(give(wish.supply_m3[d].min(demand.wanted_m3[t])));
                    }
                }
            };
            supply(Use::Drinking, &mut self.supplied_m3, &mut give);
            let release = give(wish.release_m3[i].clamp(store.least_release_m3[t], store.most_release_m3[t]));
            supply(Use::Irrigation, &mut self.supplied_m3, &mut give);
            supply(Use::Industry, &mut self.supplied_m3, &mut give);
            let spill = (there - out - store.high_m3[t] * (1.0 + half)).max(0.0);
            // No more evaporates than is there, and after a spill it is full to the last digit.
            let after = if 0.0 < spill { store.high_m3[t] } else { ((there - out) / (1.0 + half)).max(0.0) };
            let series = &mut self.stores[i];
            series.release_m3.push(release);
            series.spill_m3.push(spill);
            series.end_m3.push(after);
            series.evaporated_m3.push(before + arriving - out - spill - after);
            self.volume_m3[i] = after;
        }
        // Gates that no reservoir feels take what is wished.
        for (gate, diversion) in system.diversions.iter().enumerate() {
            if self.diverted_m3[gate].len() <= t {
                self.diverted_m3[gate].push(wish.divert_m3[gate].min(diversion.most_m3[t]));
            }
        }
    }
}

fn fits(what: &'static str, series: &[Vec<f64>], expected: usize, n_periods: usize) -> Result<(), NoDispatch> {
    if series.len() != expected {
        return Err(NoDispatch::Count { what, found: series.len(), expected });
    }
    match series.iter().find(|series| series.len() != n_periods) {
        Some(found) => Err(NoDispatch::Count { what, found: found.len(), expected: n_periods }),
        None => Ok(()),
    }
}
