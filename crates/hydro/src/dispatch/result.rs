//! What comes of a dispatch: the series a gate can follow, what fell short, and where the water went.

use serde::Serialize;

use super::system::{Evaporation, Feed, System, Use, Way};
use crate::lp::Account;

/// A dispatch. Series have one number for each period, m³.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dispatch {
    /// Reservoirs.
    pub stores: Vec<StoreSeries>,
    /// What each gate diverts.
    pub diverted_m3: Vec<Vec<f64>>,
    /// What each demand gets.
    pub supplied_m3: Vec<Vec<f64>>,
    /// Sections.
    pub sections: Vec<SectionSeries>,
    /// What fell short.
    pub totals: Totals,
    /// Where the water went.
    pub balance: Balance,
    /// How it was found; nothing for a simulation.
    pub account: Option<Account>,
}

/// A reservoir over time.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StoreSeries {
    /// Volume at the end of each period.
    pub end_m3: Vec<f64>,
    /// Let out through the gates.
    pub release_m3: Vec<f64>,
    /// Let out over the spillway.
    pub spill_m3: Vec<f64>,
    /// Evaporated.
    pub evaporated_m3: Vec<f64>,
    /// What one more m³ in the reservoir would gain in the first objective that it changes at all; empty for a simulation.
    pub water_price: Vec<f64>,
}

/// A section over time.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SectionSeries {
    /// What passes.
    pub flow_m3: Vec<f64>,
    /// What lacks to the base flow.
    pub base_short_m3: Vec<f64>,
    /// What lacks from there to the target flow.
    pub target_short_m3: Vec<f64>,
}

/// What fell short, m³ over all periods.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Totals {
    /// Of each demand.
    pub demand_m3: Vec<f64>,
    /// Of all drinking water.
    pub drinking_m3: f64,
    /// Of all irrigation.
    pub irrigation_m3: f64,
    /// Of all industry.
    pub industry_m3: f64,
    /// Of the base flows of each section.
    pub base_m3: Vec<f64>,
    /// Of the target flows of each section.
    pub target_m3: Vec<f64>,
    /// Of the volumes wanted at the end, by reservoir.
    pub end_m3: Vec<f64>,
    /// Spilled.
    pub spill_m3: f64,
}

/// Where the water of all reservoirs went, m³.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Balance {
    /// Held at the start.
    pub start_m3: f64,
    /// Flowed in from outside.
    pub inflow_m3: f64,
    /// Arrived from other reservoirs, diversions taken off.
    pub fed_m3: f64,
    /// Let out and spilled.
    pub out_m3: f64,
    /// Supplied.
    pub supplied_m3: f64,
    /// Evaporated.
    pub evaporated_m3: f64,
    /// Held at the end.
    pub end_m3: f64,
    /// What is left over; of the size of rounding.
    pub residual_m3: f64,
}

/// What of its ways passes a place in a period.
pub(super) fn fed(system: &System, feeds: &[Feed], t: usize, way_m3: &dyn Fn(Way, usize) -> f64) -> f64 {
    let mut sum = 0.0;
    for feed in feeds {
        let mut part = 0.0;
        for (lag, share) in feed.shares.iter().enumerate() {
            part += share * if lag <= t { way_m3(feed.way, t - lag) } else { past(system, feed.way, lag - t - 1) };
        }
        sum += if feed.away { -part } else { part };
    }
    sum
}

/// What a way carried so many periods before the first.
pub(super) fn past(system: &System, way: Way, before: usize) -> f64 {
    let series = match way {
        Way::Store(store) => &system.stores[store].past_m3,
        Way::Diversion(diversion) => &system.diversions[diversion].past_m3,
    };
    series.get(before).copied().unwrap_or(0.0)
}

/// What evaporates between two volumes.
pub(super) fn evaporated(evaporation: &Evaporation, t: usize, before_m3: f64, after_m3: f64) -> f64 {
    match evaporation {
        Evaporation::Volume(volume) => volume[t],
        Evaporation::Depth { depth_m, empty_m2, m2_per_m3 } => depth_m[t] * (empty_m2 + m2_per_m3 * 0.5 * (before_m3 + after_m3)),
    }
}

/// Sections, totals and balance from what the reservoirs and gates do.
pub(super) fn finish(
    system: &System,
    stores: Vec<StoreSeries>,
    diverted_m3: Vec<Vec<f64>>,
    supplied_m3: Vec<Vec<f64>>,
    account: Option<Account>,
) -> Dispatch {
    let way_m3 = |way: Way, t: usize| match way {
        Way::Store(store) => stores[store].release_m3[t] + stores[store].spill_m3[t],
        Way::Diversion(diversion) => diverted_m3[diversion][t],
    };
    let n = system.n_periods();
    let mut sections = Vec::with_capacity(system.sections.len());
    for section in &system.sections {
        let mut series = SectionSeries::default();
        for t in 0..n {
            let flow = section.local_m3[t] + fed(system, &section.feeds, t, &way_m3);
            let base_short = (section.base_m3[t] - flow).max(0.0);
            series.flow_m3.push(flow);
            series.base_short_m3.push(base_short);
            series.target_short_m3.push((section.target_m3[t] - flow).max(0.0) - base_short);
        }
        sections.push(series);
    }
    let sum = |series: &[f64]| series.iter().sum::<f64>();
    let lacking = system.demands.iter().zip(&supplied_m3).map(|(demand, supplied)| sum(&demand.wanted_m3) - sum(supplied));
    let demand_m3: Vec<f64> = lacking.collect();
    let of_use = |purpose: Use| {
        let parts = system.demands.iter().zip(&demand_m3).filter(|(demand, _)| demand.purpose == purpose);
        parts.fold(0.0, |sum, (_, lacking)| sum + lacking)
    };
    let held = |store: usize| stores[store].end_m3.last().copied().unwrap_or(system.stores[store].start_m3);
    let lacking_at_end = |(i, store): (usize, &super::system::Store)| store.end_m3.map_or(0.0, |wanted| (wanted - held(i)).max(0.0));
    let totals = Totals {
        drinking_m3: of_use(Use::Drinking),
        irrigation_m3: of_use(Use::Irrigation),
        industry_m3: of_use(Use::Industry),
        base_m3: sections.iter().map(|section| sum(&section.base_short_m3)).collect(),
        target_m3: sections.iter().map(|section| sum(&section.target_short_m3)).collect(),
        end_m3: system.stores.iter().enumerate().map(lacking_at_end).collect(),
        spill_m3: stores.iter().map(|store| sum(&store.spill_m3)).sum(),
        demand_m3,
    };
    let feeds = system.stores.iter().map(|store| (0..n).map(|t| fed(system, &store.feeds, t, &way_m3)).sum::<f64>());
    let mut balance = Balance {
        start_m3: system.stores.iter().map(|store| store.start_m3).sum(),
        inflow_m3: system.stores.iter().map(|store| sum(&store.inflow_m3)).sum(),
        fed_m3: feeds.sum(),
        out_m3: stores.iter().map(|store| sum(&store.release_m3) + sum(&store.spill_m3)).sum(),
        supplied_m3: supplied_m3.iter().map(|supplied| sum(supplied)).sum(),
        evaporated_m3: stores.iter().map(|store| sum(&store.evaporated_m3)).sum(),
        end_m3: (0..stores.len()).map(held).sum(),
        residual_m3: 0.0,
    };
    balance.residual_m3 = balance.start_m3 + balance.inflow_m3 + balance.fed_m3
        - balance.out_m3
        - balance.supplied_m3
        - balance.evaporated_m3
        - balance.end_m3;
    Dispatch { sections, totals, balance, account, stores, diverted_m3, supplied_m3 }
}

impl Dispatch {
    /// What a gate shall let through in each period as a mean flow, m³/s: the release of a reservoir, or a diversion.
    pub fn order_m3_s(&self, system: &System, way: Way) -> Vec<f64> {
        let volumes = match way {
            Way::Store(store) => &self.stores[store].release_m3,
            Way::Diversion(diversion) => &self.diverted_m3[diversion],
        };
        volumes.iter().zip(&system.period_s).map(|(volume, seconds)| volume / seconds).collect()
    }
}
