//! Cuts reaches where things lie along them, so that everything lies at a node.

use std::collections::BTreeMap;

use super::fault::Fault;
use super::record::{Along, Place, ReachRecord, Records};
use super::report::{Report, named};
use crate::unit::Dimension;

/// A reach with the places where it is cut.
struct Cut<'a> {
    record: &'a ReachRecord,
    length_m: f64,
    at_m: Vec<f64>,
}

/// A piece of a reach, or all of it.
pub(super) struct Piece<'a> {
    pub(super) id: String,
    pub(super) record: &'a ReachRecord,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) start_m: f64,
    pub(super) length_m: f64,
    /// Its share of the length of the whole reach.
    pub(super) part: f64,
}

/// All reaches, cut.
pub(super) struct Cuts<'a> {
    reaches: BTreeMap<&'a str, Cut<'a>>,
}

impl<'a> Cuts<'a> {
    /// Finds where to cut.
    pub(super) fn new(records: &'a Records, report: &mut Report<'_>) -> Self {
        let mut reaches = BTreeMap::new();
        for record in &records.reach {
            let length_m = report.number(&named("reach", &record.id), "length (m)", &record.length, Dimension::Length);
            reaches.insert(record.id.as_str(), Cut { record, length_m, at_m: Vec::new() });
        }
        let mut cuts = Self { reaches };
        for inflow in &records.inflow {
            cuts.note(&named("inflow", &inflow.id), &inflow.place, report);
        }
        for intake in &records.intake {
            cuts.note(&named("intake", &intake.id), &intake.place, report);
        }
        for section in &records.section {
            cuts.note(&named("section", &section.id), &section.place, report);
        }
        for cut in cuts.reaches.values_mut() {
            cut.at_m.sort_by(f64::total_cmp);
            cut.at_m.dedup_by(|a, b| a.total_cmp(b).is_eq());
        }
        cuts
    }

    /// The nodes that the cuts make.
    pub(super) fn nodes(&self) -> impl Iterator<Item = String> {
        self.reaches.iter().flat_map(|(reach, cut)| cut.at_m.iter().map(move |at| piece_id(reach, *at)))
    }

    /// The pieces of all reaches, by id.
    pub(super) fn pieces(&self) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        for (reach, cut) in &self.reaches {
            let whole = cut.at_m.is_empty();
            let ends = cut.at_m.iter().copied().chain([cut.length_m]);
            let mut start_m = 0.0;
            let mut from = cut.record.from.clone();
            for (i, end_m) in ends.enumerate() {
                let last = i == cut.at_m.len();
                let to = if last { cut.record.to.clone() } else { piece_id(reach, end_m) };
                let length_m = end_m - start_m;
                pieces.push(Piece {
                    id: if whole { (*reach).to_owned() } else { piece_id(reach, start_m) },
                    record: cut.record,
                    from,
                    to: to.clone(),
                    start_m,
                    length_m,
                    part: if whole { 1.0 } else { length_m / cut.length_m },
                });
                start_m = end_m;
                from = to;
            }
        }
        pieces.sort_by(|a, b| a.id.cmp(&b.id));
        pieces
    }

    /// The id of the node where a thing lies.
    pub(super) fn node_of(&self, place: &Place) -> Option<String> {
        match place {
            Place::Node(node) => Some(node.clone()),
            Place::Along(Along { reach, distance }) => {
                let cut = self.reaches.get(reach.as_str())?;
                let at = distance.base(Dimension::Length).ok()?;
                if at <= 0.0 {
                    return Some(cut.record.from.clone());
                }
                Some(if cut.length_m <= at { cut.record.to.clone() } else { piece_id(reach, at) })
            }
        }
    }

    fn note(&mut self, what: &str, place: &Place, report: &mut Report<'_>) {
        let Place::Along(Along { reach, distance }) = place else { return };
        let distance_m = report.any(what, "distance (m)", distance, Dimension::Length);
        let Some(cut) = self.reaches.get_mut(reach.as_str()) else {
            report.fault(Fault::UnknownReach { what: what.to_owned(), reach: reach.clone() });
            return;
        };
        let length_m = cut.length_m;
        if !(0.0..=length_m).contains(&distance_m) {
            report.fault(Fault::BeyondReach { what: what.to_owned(), reach: reach.clone(), distance_m, length_m });
        } else if 0.0 < distance_m && distance_m < length_m {
            cut.at_m.push(distance_m);
        }
    }
}

/// The id of a piece by where it begins, and of the node there.
fn piece_id(reach: &str, start_m: f64) -> String {
    format!("{reach}@{start_m}")
}
