//! Steady quality: concentrations at sections and along reaches, and what each source adds.

use std::collections::BTreeMap;

use hydro::network::{InflowKind, SectionIndex};
use hydro::steady::receptor::{Source, SourceReceptor, source_receptor};
use serde::{Deserialize, Serialize};
use standards::Decimal;

use super::asked::{Asked, Model};
use super::error::RiverError;
use super::figure::{FINE, LOAD, M3_S, MG_L, PERCENT, figure};
use super::names::Named;
use super::rows::Tables;
use super::scene::Scene;

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct SteadyResult {
    /// The item.
    pub item: String,
    /// Sections, by id.
    pub sections: Vec<SectionRow>,
    /// Reaches in their pieces, from the springs to the mouth.
    pub reaches: Vec<ReachRow>,
    /// The way down each river.
    pub rivers: Vec<RiverProfile>,
    /// What comes in, is taken and leaves, m³/s.
    pub water_m3_s: [Decimal; 3],
    /// What entered, left, was taken and was lost, kg/d.
    pub mass_kg_d: [Decimal; 4],
    /// What looks odd without being wrong.
    pub warnings: Vec<String>,
    /// Whether a number in it is assumed.
    pub assumed: bool,
    /// Whether a row in it was made up.
    pub made_up: bool,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct SectionRow {
    /// Its names.
    pub name: Named,
    /// The monitoring section it stands for, empty where there is none.
    pub section: String,
    /// What arrives, m³/s.
    pub flow_m3_s: Decimal,
    /// The concentration, mg/L.
    pub mg_l: Decimal,
    /// The class it is to reach.
    pub class: String,
    /// The limit of that class, mg/L; none where the standard has none.
    pub target_mg_l: Option<Decimal>,
    /// Concentration less limit, mg/L.
    pub over_mg_l: Option<Decimal>,
    /// Whether the limit is kept.
    pub meets: Option<bool>,
    /// What headwaters and tributaries alone bring, mg/L.
    pub background_mg_l: Decimal,
    /// What each source adds, the greatest first.
    pub sources: Vec<SourceRow>,
}

/// What a source adds at a section.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct SourceRow {
    /// Its names.
    pub name: Named,
    /// headwater, tributary, outlet or spread.
    pub kind: String,
    /// Its load, kg/d.
    pub load_kg_d: Decimal,
    /// What it adds, mg/L.
    pub mg_l: Decimal,
    /// That as a share of the concentration, per cent.
    pub share_percent: Decimal,
    /// By how much of its load it alone would have to fall for the section to keep its limit, per cent; none where the limit is
    /// kept, or where all of the load would not be enough.
    pub cut_alone_percent: Option<Decimal>,
    /// Where its numbers are from.
    pub origin: String,
}

/// A piece of a reach.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct ReachRow {
    /// Its id.
    pub id: String,
    /// The row it is of.
    pub name: Named,
    /// Its length, km.
    pub length_km: Decimal,
    /// Flow, m³/s.
    pub flow_m3_s: Decimal,
    /// Velocity, m/s.
    pub velocity_m_s: Decimal,
    /// Travel time, d.
    pub travel_d: Decimal,
    /// Mean depth, m.
    pub depth_m: Option<Decimal>,
    /// Decay, 1/d.
    pub rate_per_d: Decimal,
    /// Concentration at its upper end, mg/L.
    pub upper_mg_l: Decimal,
    /// Concentration at its lower end, mg/L.
    pub lower_mg_l: Decimal,
    /// Where its parameters are from.
    pub origin: String,
}

/// The way down a river.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct RiverProfile {
    /// The water body, empty where reaches name none.
    pub water_body: String,
    /// Points from its upper end.
    pub points: Vec<ProfilePoint>,
}

/// A point on the way down a river.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct ProfilePoint {
    /// Distance from where the river begins in the model, km.
    pub km: Decimal,
    /// The concentration, mg/L.
    pub mg_l: Decimal,
}

/// Runs the model.
pub(super) fn run(tables: &Tables, asked: &Asked) -> Result<SteadyResult, RiverError> {
    let scene = Scene::new(Model::Steady, tables, asked)?;
    let matrix = source_receptor(&scene.network, &scene.water, &scene.rates);
    let mut sections = Vec::new();
    for section in scene.network.sections() {
        if let Some(index) = scene.network.section(&section.id) {
            sections.push(section_row(&scene, &matrix, index)?);
        }
    }
    let balance = scene.water.balance;
    let mass = scene.state.balance;
    let kg_d = |what: &str, g_s: f64| figure(what, g_s * hydro::KG_D_PER_G_S, LOAD);
    Ok(SteadyResult {
        item: scene.item.id().to_owned(),
        sections,
        reaches: reaches(&scene)?,
        rivers: rivers(&scene)?,
        water_m3_s: [
            figure("water that comes in", balance.inflow_m3_s, M3_S)?,
            figure("water that is taken", balance.taken_m3_s, M3_S)?,
            figure("water that leaves", balance.outflow_m3_s, M3_S)?,
        ],
        mass_kg_d: [
            kg_d("what entered", mass.entered_g_s)?,
            kg_d("what left", mass.left_g_s)?,
            kg_d("what was taken", mass.taken_g_s)?,
            kg_d("what was lost", mass.lost_g_s)?,
        ],
        warnings: scene.network.warnings().iter().map(ToString::to_string).collect(),
        assumed: scene.assumed,
        made_up: scene.made_up,
    })
}

fn section_row(scene: &Scene<'_>, matrix: &SourceReceptor, index: SectionIndex) -> Result<SectionRow, RiverError> {
    let section = &scene.network.sections()[index.position()];
    let target = scene.target("river_section", &section.id);
    let mg_l = figure(&section.id, scene.state.at_node(section.node), MG_L)?;
    let over_mg_l = target.mg_l.map(|limit| mg_l - limit);
    let parts = parts(scene, matrix, index)?;
    let mut background = 0.0;
    let mut sources = Vec::with_capacity(parts.len());
    for part in parts {
        if matches!(part.kind, "headwater" | "tributary") {
            background += part.mg_l;
        }
        sources.push(part.row(scene, over_mg_l)?);
    }
    sources.sort_by(|a, b| b.mg_l.cmp(&a.mg_l).then_with(|| a.name.id.cmp(&b.name.id)));
    Ok(SectionRow {
        name: scene.names.of("river_section", &section.id),
        section: scene.names.field("river_section", &section.id, "section"),
        flow_m3_s: figure(&section.id, scene.water.at_node(section.node), M3_S)?,
        mg_l,
        class: target.class.id().to_owned(),
        target_mg_l: target.mg_l,
        over_mg_l,
        meets: over_mg_l.map(|over| over <= Decimal::ZERO),
        background_mg_l: figure(&section.id, background, MG_L)?,
        sources,
    })
}

/// What a source, in all its pieces, adds at a section.
struct Part {
    table: &'static str,
    id: String,
    kind: &'static str,
    load_g_s: f64,
    mg_l: f64,
    share: f64,
    origin: String,
}

/// What each source adds; the pieces of a load along a reach that was cut are one source again.
fn parts(scene: &Scene<'_>, matrix: &SourceReceptor, index: SectionIndex) -> Result<Vec<Part>, RiverError> {
    let network = &scene.network;
    let mut parts: BTreeMap<(&'static str, String), Part> = BTreeMap::new();
    for contribution in matrix.contributions(network, &scene.water, &scene.loads, index)? {
        let (table, id, kind, origin) = match contribution.source {
            Source::Inflow(inflow) => {
                let inflow = &network.inflows()[inflow.position()];
                let kind = match inflow.kind {
                    InflowKind::Headwater => "headwater",
                    InflowKind::Tributary => "tributary",
                    InflowKind::Outlet => "outlet",
                };
                ("inflow", inflow.id.clone(), kind, inflow.origin.clone())
            }
            Source::Spread(spread) => {
                let spread = &network.spreads()[spread.position()];
                ("reach_load", spread.record.clone(), "spread", spread.origin.clone())
            }
        };
        let part = parts.entry((table, id.clone())).or_insert(Part { table, id, kind, load_g_s: 0.0, mg_l: 0.0, share: 0.0, origin });
        part.load_g_s += contribution.load_g_s;
        part.mg_l += contribution.mg_l;
        part.share += contribution.share;
    }
    Ok(parts.into_values().collect())
}

impl Part {
    fn row(self, scene: &Scene<'_>, over_mg_l: Option<Decimal>) -> Result<SourceRow, RiverError> {
        let mg_l = figure(&self.id, self.mg_l, MG_L)?;
        let over = over_mg_l.filter(|over| Decimal::ZERO < *over);
        // All of its load is enough where it adds at least what is over.
        let cut_alone = over.filter(|over| *over <= mg_l).and_then(|over| (over * Decimal::ONE_HUNDRED).checked_div(mg_l));
        Ok(SourceRow {
            name: scene.names.of(self.table, &self.id),
            kind: self.kind.to_owned(),
            load_kg_d: figure(&self.id, self.load_g_s * hydro::KG_D_PER_G_S, LOAD)?,
            mg_l,
            share_percent: figure(&self.id, self.share * 100.0, PERCENT)?,
            // Rounded up: a cut of what is shown is enough.
            cut_alone_percent: cut_alone.map(|percent| (percent * Decimal::TEN).ceil() / Decimal::TEN),
            origin: self.origin,
        })
    }
}

fn reaches(scene: &Scene<'_>) -> Result<Vec<ReachRow>, RiverError> {
    let (network, water) = (&scene.network, &scene.water);
    let mut rows = Vec::with_capacity(network.reaches().len());
    for &node in network.order() {
        for index in network.outgoing(node) {
            let (i, reach) = (index.position(), network.reach(index));
            let id = reach.id.as_str();
            rows.push(ReachRow {
                id: id.to_owned(),
                name: scene.names.of("river_reach", &reach.record),
                length_km: figure(id, reach.length_m / 1000.0, 3)?,
                flow_m3_s: figure(id, water.reach_m3_s[i], M3_S)?,
                velocity_m_s: figure(id, water.velocity_m_s[i], FINE)?,
                travel_d: figure(id, water.travel_d[i], FINE)?,
                depth_m: water.depth_m[i].map(|depth| figure(id, depth, 3)).transpose()?,
                rate_per_d: figure(id, scene.rates.reach_per_d[i], FINE)?,
                upper_mg_l: figure(id, scene.state.at_node(node), MG_L)?,
                lower_mg_l: figure(id, scene.state.at_end(index), MG_L)?,
                origin: reach.origin.clone(),
            });
        }
    }
    Ok(rows)
}

/// The way down each water body: its reaches as the water meets them, one after the other. Where a river divides, its arms stand
/// one behind the other.
fn rivers(scene: &Scene<'_>) -> Result<Vec<RiverProfile>, RiverError> {
    let network = &scene.network;
    let mut rivers: BTreeMap<String, (f64, Vec<ProfilePoint>)> = BTreeMap::new();
    for &node in network.order() {
        for index in network.outgoing(node) {
            let reach = network.reach(index);
            let water_body = scene.names.field("river_reach", &reach.record, "water_body");
            let (length_m, points) = rivers.entry(water_body).or_default();
            for (at_m, mg_l) in [(*length_m, scene.state.at_node(node)), (*length_m + reach.length_m, scene.state.at_end(index))] {
                points.push(ProfilePoint { km: figure(&reach.id, at_m / 1000.0, 3)?, mg_l: figure(&reach.id, mg_l, MG_L)? });
            }
            *length_m += reach.length_m;
        }
    }
    Ok(rivers.into_iter().map(|(water_body, (_, points))| RiverProfile { water_body, points }).collect())
}
