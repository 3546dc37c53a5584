//! Makes a network of records: names resolved, units read, reaches cut and ordered; or names all that is wrong.

use std::collections::BTreeMap;

use super::cut::{Cuts, Piece};
use super::fault::{Fault, Faults};
use super::lists::Lists;
use super::record::{End, HydraulicsRecord, Plausible, Records};
use super::report::{Report, named};
use super::shape::Shape;
use super::things::{self, Finder};
use super::{Network, Node, NodeIndex, Reach};
use crate::hydraulics::{Channel, Hydraulics, PowerLaw};
use crate::unit::Dimension;

/// The network of these records. `plausible` says which numbers are to be expected; others only give a warning.
///
/// Ends, circles and shares are looked at once every name stands for something; all other faults are named at once.
pub fn build(records: &Records, plausible: &Plausible) -> Result<Network, Faults> {
    let mut report = Report::new(plausible);
    if records.reach.is_empty() {
        report.fault(Fault::Empty);
    }
    check_ids(records, &mut report);
    let cuts = Cuts::new(records, &mut report);
    let nodes = nodes(records, &cuts, &mut report);
    let pieces = cuts.pieces();
    let reaches: Vec<Reach> = pieces.iter().map(|piece| reach(piece, &nodes, &mut report)).collect();
    let finder = Finder::new(&cuts, &pieces, &nodes);
    let inflows = things::inflows(records, &finder, &mut report);
    let spreads = things::spreads(records, &finder, &mut report);
    let intakes = things::intakes(records, &finder, &mut report);
    let reservoirs = things::reservoirs(records, &finder, &mut report);
    let gates = things::gates(records, &finder, &mut report);
    let sections = things::sections(records, &finder, &mut report);

    if report.names_missing() {
        return Err(report.into_faults());
    }

    let n = nodes.list.len();
    let from: Vec<usize> = reaches.iter().map(|reach| reach.from.position()).collect();
    let to: Vec<usize> = reaches.iter().map(|reach| reach.to.position()).collect();
    let (outgoing, incoming) = (Lists::new(n, &from), Lists::new(n, &to));
    let inflows_at = Lists::new(n, &inflows.iter().map(|inflow| inflow.node.position()).collect::<Vec<_>>());
    let intakes_at = Lists::new(n, &intakes.iter().map(|intake| intake.node.position()).collect::<Vec<_>>());
    let spreads_on = Lists::new(reaches.len(), &spreads.iter().map(|spread| spread.reach.position()).collect::<Vec<_>>());

    let mut on = vec![Vec::new(); n];
    for inflow in &inflows {
        on[inflow.node.position()].push(named("inflow", &inflow.id));
    }
    for intake in &intakes {
        on[intake.node.position()].push(named("intake", &intake.id));
    }
    for section in &sections {
        on[section.node.position()].push(named("section", &section.id));
    }
    let mut reservoir_at = vec![None; n];
    for (i, reservoir) in reservoirs.iter().enumerate() {
        let here = &mut reservoir_at[reservoir.node.position()];
        if here.replace(super::ReservoirIndex::new(i)).is_some() {
            report.fault(Fault::SeveralReservoirs { node: nodes.list[reservoir.node.position()].id.clone() });
        }
    }
    let shape = Shape {
        ids: nodes.list.iter().map(|node| node.id.as_str()).collect(),
        ends: nodes.list.iter().map(|node| node.end).collect(),
        on,
        fed: (0..n).map(|node| inflows_at.of(node).next().is_some()).collect(),
        reaches: reaches.iter().map(|reach| reach.id.as_str()).collect(),
        from,
        to,
        outgoing: &outgoing,
        incoming: &incoming,
    };
    let order = shape.check(&mut report).into_iter().map(NodeIndex::new).collect();
    check_shares(&nodes.list, &pieces, &reaches, &outgoing, &mut report);

    let warnings = report.finish()?;
    let nodes = nodes.list;
    Ok(Network {
        nodes,
        reaches,
        inflows,
        spreads,
        intakes,
        reservoirs,
        gates,
        sections,
        order,
        outgoing,
        incoming,
        inflows_at,
        intakes_at,
        spreads_on,
        reservoir_at,
        warnings,
    })
}

/// Nodes by id, and where each stands.
pub(super) struct Nodes {
    pub(super) list: Vec<Node>,
    at: BTreeMap<String, usize>,
}

impl Nodes {
    /// The node of an id; where there is none, that is a fault.
    pub(super) fn find(&self, what: &str, id: &str, report: &mut Report<'_>) -> Option<NodeIndex> {
        let found = self.at.get(id).copied();
        if found.is_none() {
            report.fault(Fault::UnknownNode { what: what.to_owned(), node: id.to_owned() });
        }
        found.map(NodeIndex::new)
    }
}

fn nodes(records: &Records, cuts: &Cuts<'_>, report: &mut Report<'_>) -> Nodes {
    let mut ends: BTreeMap<String, Option<End>> = records.node.iter().map(|node| (node.id.clone(), node.end)).collect();
    for id in cuts.nodes() {
        if ends.insert(id.clone(), None).is_some() {
            report.fault(Fault::Twice { what: named("node", &id) });
        }
    }
    let list: Vec<Node> = ends.into_iter().map(|(id, end)| Node { id, end }).collect();
    let at = list.iter().enumerate().map(|(i, node)| (node.id.clone(), i)).collect();
    Nodes { list, at }
}

fn reach(piece: &Piece<'_>, nodes: &Nodes, report: &mut Report<'_>) -> Reach {
    let record = piece.record;
    let what = named("reach", &record.id);
    // What is wrong with a reach is said once, not for each of its pieces.
    let mut unheard = Report::new(report.plausible());
    let first = piece.start_m <= 0.0;
    let report = if first { report } else { &mut unheard };
    let stand_in = NodeIndex::new(0); // never seen: a name that stands for nothing ends the building
    let from = nodes.find(&what, &piece.from, report).unwrap_or(stand_in);
    let to = nodes.find(&what, &piece.to, report).unwrap_or(stand_in);
    let reaeration_per_d = record.reaeration.as_ref().map(|rate| report.number(&what, "reaeration (1/d)", rate, Dimension::Rate));
    Reach {
        id: piece.id.clone(),
        record: record.id.clone(),
        start_m: piece.start_m,
        from,
        to,
        length_m: piece.length_m,
        share: if first { record.share.unwrap_or(1.0) } else { 1.0 },
        hydraulics: hydraulics(&what, record.hydraulics.as_ref(), &record.id, report),
        decay_per_d: report.numbers(&what, "decay (1/d)", &record.decay, Dimension::Rate),
        ice_decay_per_d: report.numbers(&what, "decay under ice (1/d)", &record.ice_decay, Dimension::Rate),
        reaeration_per_d,
        origin: record.origin.clone(),
    }
}

fn hydraulics(what: &str, record: Option<&HydraulicsRecord>, reach: &str, report: &mut Report<'_>) -> Hydraulics {
    match record {
        None => {
            report.fault(Fault::MissingHydraulics { reach: reach.to_owned() });
            Hydraulics::Given { velocity_m_s: 1.0, depth_m: None }
        }
        Some(HydraulicsRecord::Given { velocity, depth }) => Hydraulics::Given {
            velocity_m_s: report.number(what, "velocity (m/s)", velocity, Dimension::Velocity),
            depth_m: depth.as_ref().map(|depth| {
                let depth = report.any(what, "depth (m)", depth, Dimension::Length);
                report.above_zero(what, "depth (m)", depth)
            }),
        },
        Some(HydraulicsRecord::Power { alpha, beta, depth_alpha, depth_beta }) => {
            let velocity = power_law(what, "velocity", *alpha, *beta, report);
            let depth = match (depth_alpha, depth_beta) {
                (Some(alpha), Some(beta)) => Some(power_law(what, "depth", *alpha, *beta, report)),
                (None, None) => None,
                (given, _) => {
                    let found = given.or(*depth_beta).unwrap_or(0.0);
                    report.bad(what, "α and β of the depth", found, "both or neither");
                    None
                }
            };
            Hydraulics::Power { velocity, depth }
        }
        Some(HydraulicsRecord::Manning { bottom_width, side_slope, roughness, bed_slope }) => {
            let bottom_width_m = report.any(what, "bottom width (m)", bottom_width, Dimension::Length);
            let channel = Channel { bottom_width_m, side_slope: *side_slope, roughness: *roughness, bed_slope: *bed_slope };
            if let Err(bad) = channel.check() {
                report.bad(what, bad.name, bad.found, bad.expected);
            }
            Hydraulics::Manning(channel)
        }
    }
}

fn power_law(what: &str, field: &str, alpha: f64, beta: f64, report: &mut Report<'_>) -> PowerLaw {
    let alpha = report.above_zero(what, &format!("α of the {field}"), alpha);
    let beta = if beta.is_finite() { beta } else { report.bad(what, &format!("β of the {field}"), beta, "a finite number") };
    PowerLaw { alpha, beta }
}

fn check_ids(records: &Records, report: &mut Report<'_>) {
    report.unique("node", records.node.iter().map(|node| node.id.as_str()));
    report.unique("reach", records.reach.iter().map(|reach| reach.id.as_str()));
    report.unique("inflow", records.inflow.iter().map(|inflow| inflow.id.as_str()));
    report.unique("spread", records.spread.iter().map(|spread| spread.id.as_str()));
    report.unique("intake", records.intake.iter().map(|intake| intake.id.as_str()));
    report.unique("reservoir", records.reservoir.iter().map(|reservoir| reservoir.id.as_str()));
    report.unique("gate", records.gate.iter().map(|gate| gate.id.as_str()));
    report.unique("section", records.section.iter().map(|section| section.id.as_str()));
}

/// Shares of the reaches that leave a node add up to one; a reach that leaves alone needs none.
fn check_shares(nodes: &[Node], pieces: &[Piece<'_>], reaches: &[Reach], outgoing: &Lists, report: &mut Report<'_>) {
    /// How far from one a sum of printed shares may be.
    const CLOSE_ENOUGH: f64 = 1e-9;
    for (i, node) in nodes.iter().enumerate() {
        let several = 1 < outgoing.count(i);
        let mut sum = 0.0;
        for reach in outgoing.of(i) {
            let given = pieces[reach].record.share.is_some();
            let share = if several && !given { 0.0 } else { reaches[reach].share };
            let possible = 0.0 < share && share <= 1.0;
            if given && !possible {
                report.bad(&named("reach", &reaches[reach].record), "share", share, "more than 0 and at most 1");
            }
            sum += share;
        }
        if 0 < outgoing.count(i) && CLOSE_ENOUGH < (sum - 1.0).abs() {
            report.fault(Fault::Shares { node: node.id.clone(), sum });
        }
    }
}
