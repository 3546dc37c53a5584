//! Rows become records of [`hydro::network`]: numbers get the unit that their field says, or the one that stands in the cell.

use std::collections::BTreeMap;

use hydro::Quantity;
use hydro::network::{
    Along, End, GateRecord, HydraulicsRecord, InflowKind, InflowRecord, IntakeRecord, LevelVolume, NodeRecord, Place, ReachRecord, Records,
    ReservoirRecord, SectionRecord, SpreadRecord,
};

use super::error::Problem;
use super::rows::{Row, Tables, of};

/// The records of these rows, or every cell that cannot be used. A gate that names no reach is no part of the model.
pub fn records(tables: &Tables) -> Result<Records, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut records = Records::default();
    for row in of(tables, "river_node") {
        let mut cells = Cells { kind: "river_node", row, problems: &mut problems };
        let end = cells.choice("end", &[("mouth", End::Mouth), ("side", End::Side)]);
        records.node.push(NodeRecord { id: row.id.clone(), end });
    }
    for row in of(tables, "river_reach") {
        records.reach.push(reach(&mut Cells { kind: "river_reach", row, problems: &mut problems }));
    }
    for row in of(tables, "inflow") {
        let mut cells = Cells { kind: "inflow", row, problems: &mut problems };
        let kinds = [("headwater", InflowKind::Headwater), ("tributary", InflowKind::Tributary), ("outlet", InflowKind::Outlet)];
        if row.get("kind").is_none() {
            cells.missing("kind", "headwater, tributary or outlet");
        }
        let kind = cells.choice("kind", &kinds).unwrap_or(InflowKind::Headwater);
        let (place, flow) = (cells.place(), cells.needed("flow_m3_s", "m3/s"));
        let quality = cells.by_substance("", "_mg_l", "mg/L");
        records.inflow.push(InflowRecord { id: row.id.clone(), kind, place, flow, quality, origin: origin(row) });
    }
    for row in of(tables, "reach_load") {
        let mut cells = Cells { kind: "reach_load", row, problems: &mut problems };
        let (reach, load) = (cells.needed_text("reach", "the id of a reach"), cells.by_substance("", "_t_a", "t/a"));
        records.spread.push(SpreadRecord { id: row.id.clone(), reach, load, origin: origin(row) });
    }
    for row in of(tables, "intake") {
        let mut cells = Cells { kind: "intake", row, problems: &mut problems };
        let (place, flow) = (cells.place(), cells.needed("flow_m3_s", "m3/s"));
        records.intake.push(IntakeRecord { id: row.id.clone(), place, flow });
    }
    let curves = curves(tables, &mut problems);
    for row in of(tables, "reservoir") {
        records.reservoir.push(reservoir(&mut Cells { kind: "reservoir", row, problems: &mut problems }, &curves));
    }
    for row in of(tables, "dam_gate") {
        let Some(reach) = row.get("reach").map(str::to_owned) else { continue };
        let mut cells = Cells { kind: "dam_gate", row, problems: &mut problems };
        let capacity = cells.quantity("capacity_m3_s", "m3/s");
        records.gate.push(GateRecord { id: row.id.clone(), reach, capacity });
    }
    for row in of(tables, "river_section") {
        let place = Cells { kind: "river_section", row, problems: &mut problems }.place();
        records.section.push(SectionRecord { id: row.id.clone(), place });
    }
    if problems.is_empty() { Ok(records) } else { Err(problems) }
}

fn reach(cells: &mut Cells<'_>) -> ReachRecord {
    let row = cells.row;
    ReachRecord {
        id: row.id.clone(),
        from: cells.needed_text("from_node", "the id of a node"),
        to: cells.needed_text("to_node", "the id of a node"),
        length: cells.needed("length_km", "km"),
        share: cells.number("share"),
        hydraulics: hydraulics(cells),
        decay: cells.by_substance("decay_", "_per_d", "1/d"),
        ice_decay: cells.by_substance("ice_decay_", "_per_d", "1/d"),
        reaeration: cells.quantity("reaeration_per_d", "1/d"),
        origin: origin(row),
    }
}

/// The form is the one whose fields are filled in; two at once are a problem, none is a fault of the network.
fn hydraulics(cells: &mut Cells<'_>) -> Option<HydraulicsRecord> {
    let forms: Vec<&str> =
        ["velocity_m_s", "velocity_alpha", "bottom_width_m"].into_iter().filter(|field| cells.row.get(field).is_some()).collect();
    if let [_, second, ..] = forms[..] {
        let found = forms.join(" and ");
        cells.problem(second, &format!("filled in together with others ({found})"), "one form of hydraulics");
        return None;
    }
    match *forms.first()? {
        "velocity_m_s" => {
            Some(HydraulicsRecord::Given { velocity: cells.needed("velocity_m_s", "m/s"), depth: cells.quantity("depth_m", "m") })
        }
        "velocity_alpha" => Some(HydraulicsRecord::Power {
            alpha: cells.needed_number("velocity_alpha"),
            beta: cells.needed_number("velocity_beta"),
            depth_alpha: cells.number("depth_alpha"),
            depth_beta: cells.number("depth_beta"),
        }),
        _ => Some(HydraulicsRecord::Manning {
            bottom_width: cells.needed("bottom_width_m", "m"),
            side_slope: cells.needed_number("side_slope"),
            roughness: cells.needed_number("roughness"),
            bed_slope: cells.needed_number("bed_slope"),
        }),
    }
}

fn reservoir(cells: &mut Cells<'_>, curves: &BTreeMap<String, Vec<LevelVolume>>) -> ReservoirRecord {
    let row = cells.row;
    ReservoirRecord {
        id: row.id.clone(),
        node: cells.needed_text("node", "the id of a node"),
        dead: cells.needed("dead_10k_m3", "万m3"),
        capacity: cells.needed("capacity_10k_m3", "万m3"),
        flood_limit: cells.quantity("flood_limit_10k_m3", "万m3"),
        mixed: cells.quantity("mixed_10k_m3", "万m3"),
        decay: cells.by_substance("decay_", "_per_d", "1/d"),
        ice_decay: cells.by_substance("ice_decay_", "_per_d", "1/d"),
        level_volume: curves.get(&row.id).cloned().unwrap_or_default(),
    }
}

/// Points of the curves by reservoir, the lowest first.
fn curves(tables: &Tables, problems: &mut Vec<Problem>) -> BTreeMap<String, Vec<LevelVolume>> {
    let mut curves: BTreeMap<String, Vec<LevelVolume>> = BTreeMap::new();
    for row in of(tables, "reservoir_level") {
        let mut cells = Cells { kind: "reservoir_level", row, problems: &mut *problems };
        let reservoir = cells.needed_text("reservoir", "the id of a reservoir");
        let (level, volume) = (cells.needed("level_m", "m"), cells.needed("volume_10k_m3", "万m3"));
        curves.entry(reservoir).or_default().push(LevelVolume { level, volume });
    }
    for points in curves.values_mut() {
        points.sort_by(|a, b| a.level.value().total_cmp(&b.level.value()));
    }
    curves
}

/// Where the numbers of a row are from: its `origin`, with the note where there is one.
pub(super) fn origin(row: &Row) -> String {
    [row.get("origin"), row.get("origin_note")].into_iter().flatten().collect::<Vec<_>>().join(": ")
}

/// The cells of one row, and what is wrong with them.
struct Cells<'a> {
    kind: &'static str,
    row: &'a Row,
    problems: &'a mut Vec<Problem>,
}

impl Cells<'_> {
    fn problem(&mut self, field: &str, found: &str, expected: &str) {
        self.problems.push(Problem {
            kind: self.kind.to_owned(),
            id: self.row.id.clone(),
            field: field.to_owned(),
            found: found.to_owned(),
            expected: expected.to_owned(),
        });
    }

    fn missing(&mut self, field: &str, expected: &str) {
        self.problem(field, "empty", expected);
    }

    /// A plain number.
    fn number(&mut self, field: &str) -> Option<f64> {
        let text = self.row.get(field)?;
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        if number.is_none() {
            self.problem(field, &format!("`{text}`"), "a number");
        }
        number
    }

    /// A plain number that must be there. What stands in for a missing one is never seen: the problem ends the reading.
    fn needed_number(&mut self, field: &str) -> f64 {
        if self.row.get(field).is_none() {
            self.missing(field, "a number");
        }
        self.number(field).unwrap_or(1.0)
    }

    /// A number in the unit of its field, or with its own unit behind it, such as `5200 m`.
    fn quantity(&mut self, field: &str, unit: &str) -> Option<Quantity> {
        let text = self.row.get(field)?;
        if let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) {
            return Some(Quantity::new(number, unit));
        }
        let quantity = Quantity::parse(text).ok();
        if quantity.is_none() {
            self.problem(field, &format!("`{text}`"), &format!("a number in {unit}, or one with its unit"));
        }
        quantity
    }

    fn needed(&mut self, field: &str, unit: &str) -> Quantity {
        if self.row.get(field).is_none() {
            self.missing(field, &format!("a number in {unit}"));
        }
        self.quantity(field, unit).unwrap_or_else(|| Quantity::new(1.0, unit))
    }

    fn needed_text(&mut self, field: &str, expected: &str) -> String {
        let text = self.row.get(field).map(str::to_owned);
        if text.is_none() {
            self.missing(field, expected);
        }
        text.unwrap_or_default()
    }

    fn choice<T: Copy>(&mut self, field: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.row.get(field)?;
        let chosen = choices.iter().find(|(id, _)| *id == text).map(|(_, value)| *value);
        if chosen.is_none() {
            let known = choices.iter().map(|(id, _)| *id).collect::<Vec<_>>().join(", ");
            self.problem(field, &format!("`{text}`"), &format!("one of {known}"));
        }
        chosen
    }

    /// A node, or a reach with a distance along it.
    fn place(&mut self) -> Place {
        match (self.row.get("node"), self.row.get("reach")) {
            (Some(node), None) => Place::Node(node.to_owned()),
            (None, Some(reach)) => {
                let reach = reach.to_owned();
                Place::Along(Along { reach, distance: self.needed("chainage_km", "km") })
            }
            (node, _) => {
                let found = if node.is_some() { "filled in together with reach" } else { "empty, and so is reach" };
                self.problem("node", found, "either a node, or a reach with a chainage");
                Place::Node(String::new())
            }
        }
    }

    /// Numbers by substance, out of fields such as `decay_cod_per_d`: what stands between the two ends is the substance.
    fn by_substance(&mut self, before: &str, behind: &str, unit: &str) -> BTreeMap<String, Quantity> {
        let mut numbers = BTreeMap::new();
        let fields: Vec<String> = self.row.fields.keys().cloned().collect();
        for field in fields {
            let Some(substance) = field.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind)) else { continue };
            if substance.is_empty() || substance.contains('_') {
                continue;
            }
            if let Some(quantity) = self.quantity(&field, unit) {
                numbers.insert(substance.to_owned(), quantity);
            }
        }
        numbers
    }
}
