//! What lies on a river: inflows, loads along reaches, intakes, reservoirs, gates, control sections. Each list by id.

use std::collections::BTreeMap;

use super::build::Nodes;
use super::cut::{Cuts, Piece};
use super::fault::Fault;
use super::record::{Place, Records};
use super::report::{Report, named};
use super::{Gate, Inflow, Intake, NodeIndex, ReachIndex, Reservoir, Section, Spread};
use crate::unit::Dimension;

/// Finds nodes and reaches by what records call them.
pub(super) struct Finder<'a, 'b> {
    cuts: &'a Cuts<'b>,
    pieces: &'a [Piece<'b>],
    nodes: &'a Nodes,
    by_record: BTreeMap<&'b str, Vec<usize>>,
}

impl<'a, 'b> Finder<'a, 'b> {
    pub(super) fn new(cuts: &'a Cuts<'b>, pieces: &'a [Piece<'b>], nodes: &'a Nodes) -> Self {
        let mut by_record: BTreeMap<&'b str, Vec<usize>> = BTreeMap::new();
        for (i, piece) in pieces.iter().enumerate() {
            by_record.entry(piece.record.id.as_str()).or_default().push(i);
        }
        for found in by_record.values_mut() {
            found.sort_by(|a, b| pieces[*a].start_m.total_cmp(&pieces[*b].start_m));
        }
        Self { cuts, pieces, nodes, by_record }
    }

    /// The node of a place. A place along a reach that cannot be was named when reaches were cut.
    fn place(&self, what: &str, place: &Place, report: &mut Report<'_>) -> Option<NodeIndex> {
        let id = self.cuts.node_of(place)?;
        match place {
            Place::Node(_) => self.nodes.find(what, &id, report),
            Place::Along(_) => self.nodes.find(what, &id, &mut Report::new(report.plausible())),
        }
    }

    /// The pieces of a reach, from its upper end on.
    fn pieces_of(&self, what: &str, reach: &str, report: &mut Report<'_>) -> &[usize] {
        if let Some(found) = self.by_record.get(reach) {
            return found;
        }
        report.fault(Fault::UnknownReach { what: what.to_owned(), reach: reach.to_owned() });
        &[]
    }
}

pub(super) fn inflows(records: &Records, finder: &Finder<'_, '_>, report: &mut Report<'_>) -> Vec<Inflow> {
    let mut inflows = Vec::new();
    for record in &records.inflow {
        let what = named("inflow", &record.id);
        let flow_m3_s = report.number(&what, "flow (m³/s)", &record.flow, Dimension::Flow);
        let quality_mg_l = report.numbers(&what, "concentration (mg/L)", &record.quality, Dimension::Concentration);
        let Some(node) = finder.place(&what, &record.place, report) else { continue };
        let (id, origin) = (record.id.clone(), record.origin.clone());
        inflows.push(Inflow { id, kind: record.kind, node, flow_m3_s, quality_mg_l, origin });
    }
    inflows.sort_by(|a, b| a.id.cmp(&b.id));
    inflows
}

pub(super) fn spreads(records: &Records, finder: &Finder<'_, '_>, report: &mut Report<'_>) -> Vec<Spread> {
    let mut spreads = Vec::new();
    for record in &records.spread {
        let what = named("spread", &record.id);
        let load_g_s = report.numbers(&what, "load (g/s)", &record.load, Dimension::Load);
        let pieces = finder.pieces_of(&what, &record.reach, report);
        let whole = pieces.len() == 1;
        for &piece in pieces {
            let Piece { start_m, part, .. } = &finder.pieces[piece];
            spreads.push(Spread {
                id: if whole { record.id.clone() } else { format!("{}@{start_m}", record.id) },
                reach: ReachIndex::new(piece),
                record: record.id.clone(),
                load_g_s: load_g_s.iter().map(|(substance, load)| (substance.clone(), load * part)).collect(),
                origin: record.origin.clone(),
            });
        }
    }
    spreads.sort_by(|a, b| a.id.cmp(&b.id));
    spreads
}

pub(super) fn intakes(records: &Records, finder: &Finder<'_, '_>, report: &mut Report<'_>) -> Vec<Intake> {
    let mut intakes = Vec::new();
    for record in &records.intake {
        let what = named("intake", &record.id);
        let flow_m3_s = report.number(&what, "flow (m³/s)", &record.flow, Dimension::Flow);
        let Some(node) = finder.place(&what, &record.place, report) else { continue };
        intakes.push(Intake { id: record.id.clone(), node, flow_m3_s });
    }
    intakes.sort_by(|a, b| a.id.cmp(&b.id));
    intakes
}

pub(super) fn reservoirs(records: &Records, finder: &Finder<'_, '_>, report: &mut Report<'_>) -> Vec<Reservoir> {
    let mut reservoirs = Vec::new();
    for record in &records.reservoir {
        let what = named("reservoir", &record.id);
        let dead_m3 = report.number(&what, "dead volume (m³)", &record.dead, Dimension::Volume);
        let capacity_m3 = report.number(&what, "capacity (m³)", &record.capacity, Dimension::Volume);
        if capacity_m3 < dead_m3 {
            report.bad(&what, "capacity (m³)", capacity_m3, "at least the dead volume");
        }
        let flood_limit_m3 = record.flood_limit.as_ref().map(|limit| {
            let limit = report.number(&what, "flood-season limit (m³)", limit, Dimension::Volume);
            let possible = (dead_m3..=capacity_m3).contains(&limit);
            if possible { limit } else { report.bad(&what, "flood-season limit (m³)", limit, "between dead volume and capacity") }
        });
        let mixed_m3 = record.mixed.as_ref().map(|mixed| report.number(&what, "mixed volume (m³)", mixed, Dimension::Volume));
        let decay_per_d = report.numbers(&what, "decay (1/d)", &record.decay, Dimension::Rate);
        let ice_decay_per_d = report.numbers(&what, "decay under ice (1/d)", &record.ice_decay, Dimension::Rate);
        let mut level_volume: Vec<(f64, f64)> = Vec::new();
        for point in &record.level_volume {
            let level = report.any(&what, "level (m)", &point.level, Dimension::Length);
            let volume = report.number(&what, "volume (m³)", &point.volume, Dimension::Volume);
            if level_volume.last().is_some_and(|before| level <= before.0 || volume <= before.1) {
                report.bad(&what, "level of the curve (m)", level, "levels and volumes that ascend");
            }
            level_volume.push((level, volume));
        }
        let Some(node) = finder.nodes.find(&what, &record.node, report) else { continue };
        reservoirs.push(Reservoir {
            id: record.id.clone(),
            node,
            dead_m3,
            capacity_m3,
            flood_limit_m3,
            mixed_m3,
            decay_per_d,
            ice_decay_per_d,
            level_volume,
        });
    }
    reservoirs.sort_by(|a, b| a.id.cmp(&b.id));
    reservoirs
}

pub(super) fn gates(records: &Records, finder: &Finder<'_, '_>, report: &mut Report<'_>) -> Vec<Gate> {
    let mut gates = Vec::new();
    for record in &records.gate {
        let what = named("gate", &record.id);
        let capacity_m3_s = record.capacity.as_ref().map(|flow| report.number(&what, "capacity (m³/s)", flow, Dimension::Flow));
        let Some(first) = finder.pieces_of(&what, &record.reach, report).first().copied() else { continue };
        gates.push(Gate { id: record.id.clone(), reach: ReachIndex::new(first), capacity_m3_s });
    }
    gates.sort_by(|a, b| a.id.cmp(&b.id));
    gates
}

pub(super) fn sections(records: &Records, finder: &Finder<'_, '_>, report: &mut Report<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    for record in &records.section {
        let what = named("section", &record.id);
        let Some(node) = finder.place(&what, &record.place, report) else { continue };
        sections.push(Section { id: record.id.clone(), node });
    }
    sections.sort_by(|a, b| a.id.cmp(&b.id));
    sections
}
