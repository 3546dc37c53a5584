//! Who makes a section fail, and by how much: what a load of each source adds at each control section.
//!
//! With the flows held, concentrations are linear in the loads. One sweep from a section up to the springs gives what of a
//! load at every node arrives there, so the matrix costs one sweep for each section and none for each source.

use serde::Serialize;

use super::substance::{Loads, NoLoads, even, kept_at};
use super::{Rates, Steady};
use crate::network::{InflowIndex, Network, NodeIndex, SectionIndex, SpreadIndex, Water};

/// What enters the river somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// With its water.
    Inflow(InflowIndex),
    /// Spread along a reach.
    Spread(SpreadIndex),
}

/// Coefficients of every source at every section.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceReceptor {
    /// The sources: inflows, then spread loads, each in the order of the network.
    pub sources: Vec<Source>,
    /// The sections, in the order of the network.
    pub sections: Vec<SectionIndex>,
    /// mg/L for each g/s, section after section, within a section source after source.
    pub mg_l_per_g_s: Vec<f64>,
}

/// What one source adds at a section.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contribution {
    /// The source.
    pub source: Source,
    /// Its id.
    pub id: String,
    /// What it gives, g/s.
    pub load_g_s: f64,
    /// What one g/s of it would add, mg/L.
    pub mg_l_per_g_s: f64,
    /// What it adds, mg/L.
    pub mg_l: f64,
    /// The share of that in the concentration of the section; zero where that is zero.
    pub share: f64,
}

/// The coefficients, for the flows and rates given.
pub fn source_receptor(network: &Network, water: &Water, rates: &Rates) -> SourceReceptor {
    let inflows = (0..network.inflows().len()).map(|i| Source::Inflow(InflowIndex::new(i)));
    let spreads = (0..network.spreads().len()).map(|i| Source::Spread(SpreadIndex::new(i)));
    let sources: Vec<Source> = inflows.chain(spreads).collect();
    let sections: Vec<SectionIndex> = (0..network.sections().len()).map(SectionIndex::new).collect();
    let mut rank = vec![0; network.nodes().len()];
    for (i, node) in network.order().iter().enumerate() {
        rank[node.position()] = i;
    }
    let passed = passed_on(network, water, rates);
    let mut arriving = vec![0.0; network.nodes().len()];
    let mut mg_l_per_g_s = Vec::with_capacity(sources.len() * sections.len());
    for section in network.sections() {
        sweep(network, &passed, section.node, rank[section.node.position()], &mut arriving);
        let scale = kept_at(network, water, rates, section.node) / water.at_node(section.node);
        for inflow in network.inflows() {
            mg_l_per_g_s.push(scale * arriving[inflow.node.position()]);
        }
        for spread in network.spreads() {
            let reach = network.reach(spread.reach);
            let exponent = rates.reach_per_d[spread.reach.position()] * water.travel_d[spread.reach.position()];
            mg_l_per_g_s.push(scale * even(exponent) * arriving[reach.to.position()]);
        }
    }
    SourceReceptor { sources, sections, mg_l_per_g_s }
}

/// For each reach the share of a load at its upper node that arrives at its lower one through it.
fn passed_on(network: &Network, water: &Water, rates: &Rates) -> Vec<f64> {
    let mut passed = Vec::with_capacity(network.reaches().len());
    for (i, reach) in network.reaches().iter().enumerate() {
        let share = water.reach_m3_s[i] / water.at_node(reach.from);
        let survival = (-rates.reach_per_d[i] * water.travel_d[i]).exp();
        passed.push(kept_at(network, water, rates, reach.from) * share * survival);
    }
    passed
}

/// For each node the share of a load there that arrives at the target.
fn sweep(network: &Network, passed: &[f64], target: NodeIndex, rank: usize, arriving: &mut [f64]) {
    arriving.fill(0.0);
    arriving[target.position()] = 1.0;
    for &node in network.order()[..=rank].iter().rev() {
        let share = arriving[node.position()];
        if share <= 0.0 {
            continue;
        }
        for reach in network.incoming(node) {
            arriving[network.reach(reach).from.position()] += passed[reach.position()] * share;
        }
    }
}

impl SourceReceptor {
    /// The coefficients of all sources at a section.
    pub fn at(&self, section: SectionIndex) -> &[f64] {
        let n = self.sources.len();
        &self.mg_l_per_g_s[section.position() * n..(section.position() + 1) * n]
    }

    /// What each source gives, g/s, in the order of the sources.
    pub fn loads_g_s(&self, water: &Water, loads: &Loads) -> Vec<f64> {
        let load = |source: &Source| match source {
            Source::Inflow(inflow) => water.inflow_m3_s[inflow.position()] * loads.inflow_mg_l[inflow.position()],
            Source::Spread(spread) => loads.spread_g_s[spread.position()],
        };
        self.sources.iter().map(load).collect()
    }

    /// What each source adds at a section, the greatest first.
    pub fn contributions(
        &self,
        network: &Network,
        water: &Water,
        loads: &Loads,
        section: SectionIndex,
    ) -> Result<Vec<Contribution>, NoLoads> {
        loads.check(network)?;
        let loads_g_s = self.loads_g_s(water, loads);
        let parts = loads_g_s.iter().zip(self.at(section)).map(|(load, coefficient)| load * coefficient);
        let total: f64 = parts.clone().sum();
        let mut contributions = Vec::with_capacity(self.sources.len());
        for (i, mg_l) in parts.enumerate() {
            let share = if 0.0 < total { mg_l / total } else { 0.0 };
            let source = self.sources[i];
            let id = id_of(network, source).to_owned();
            contributions.push(Contribution { source, id, load_g_s: loads_g_s[i], mg_l_per_g_s: self.at(section)[i], mg_l, share });
        }
        contributions.sort_by(|a, b| b.mg_l.total_cmp(&a.mg_l).then_with(|| a.id.cmp(&b.id)));
        Ok(contributions)
    }
}

/// The id of a source.
pub fn id_of(network: &Network, source: Source) -> &str {
    match source {
        Source::Inflow(inflow) => &network.inflows()[inflow.position()].id,
        Source::Spread(spread) => &network.spreads()[spread.position()].id,
    }
}

/// By how much sum and carried concentration of a section differ, relative to the latter: a check, of the size of rounding.
pub fn disagreement(network: &Network, contributions: &[Contribution], steady: &Steady, section: SectionIndex) -> f64 {
    let carried = steady.at_node(network.sections()[section.position()].node);
    let summed: f64 = contributions.iter().map(|contribution| contribution.mg_l).sum();
    if 0.0 < carried { (summed - carried).abs() / carried } else { summed.abs() }
}
