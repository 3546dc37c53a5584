//! Assimilative capacity reach by reach, beside what is discharged and what the sections show. Neither is derived from the other:
//! a reach can pass its capacity and keep its target, and the other way round.

use std::sync::LazyLock;

use hydro::capacity::headroom::headroom;
use hydro::capacity::month;
use hydro::capacity::river::{OneDimension, one_dimension};
use hydro::carrying::{Bands, Level};
use hydro::network::{InflowKind, Place, ReachIndex};
use serde::{Deserialize, Serialize};
use standards::Decimal;

use super::asked::{Asked, Model};
use super::error::RiverError;
use super::figure::{FINE, LOAD, M3_S, MG_L, figure};
use super::flows;
use super::names::Named;
use super::rows::{Tables, of};
use super::scene::Scene;

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct CapacityResult {
    /// The item.
    pub item: String,
    /// Reaches, by id.
    pub zones: Vec<ZoneRow>,
    /// What looks odd without being wrong.
    pub warnings: Vec<String>,
    /// Whether a number in it is assumed.
    pub assumed: bool,
    /// Whether a row in it was made up.
    pub made_up: bool,
}

/// A reach as a zone with a target.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct ZoneRow {
    /// The reach.
    pub name: Named,
    /// Its water body.
    pub water_body: String,
    /// Its water function zone.
    pub zone: String,
    /// The class it is to reach.
    pub class: String,
    /// Cs, mg/L.
    pub target_mg_l: Decimal,
    /// C0, mg/L.
    pub upstream_mg_l: Decimal,
    /// Q, m³/s.
    pub flow_m3_s: Decimal,
    /// u, m/s.
    pub velocity_m_s: Decimal,
    /// L, km.
    pub length_km: Decimal,
    /// K, 1/d.
    pub rate_per_d: Decimal,
    /// b.
    pub unevenness: Decimal,
    /// Capacity for a load at the upper end, in the middle, evenly spread and at the lower end, t/a.
    pub forms_t_a: [Decimal; 4],
    /// Evenly spread, times b, less the margin of safety, t/a: the figure that load is held against.
    pub capacity_t_a: Decimal,
    /// What outlets and fields put in, t/a.
    pub load_t_a: Decimal,
    /// Capacity less load, t/a.
    pub left_t_a: Decimal,
    /// Load over capacity; none where there is no capacity at all.
    pub ratio: Option<Decimal>,
    /// within, critical, overloaded; none where there is no ratio.
    pub level: Option<String>,
    /// By how much the water from above must first get better, mg/L, where it alone misses the target.
    pub upstream_cut_mg_l: Option<Decimal>,
    /// Sections in it, with their modelled concentration, mg/L.
    pub sections: Vec<(String, Decimal)>,
    /// The same by month, where a gauge has flows of enough years; else empty.
    pub months: Vec<MonthRow>,
    /// Where its parameters are from.
    pub origin: String,
}

/// A month of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct MonthRow {
    /// The month, 1 to 12.
    pub month: u8,
    /// Its design flow, m³/s.
    pub flow_m3_s: Decimal,
    /// Its capacity, t.
    pub capacity_t: Decimal,
}

#[derive(Deserialize)]
struct Carrying {
    bands: Vec<Bands>,
}

static LOAD_BANDS: LazyLock<Option<Bands>> = LazyLock::new(|| {
    let carrying: Carrying = toml::from_str(hydro::reference::CARRYING).ok()?;
    carrying.bands.into_iter().find(|bands| bands.id == "load")
});

/// Runs the model.
pub(super) fn run(tables: &Tables, asked: &Asked) -> Result<CapacityResult, RiverError> {
    let scene = Scene::new(Model::Capacity, tables, asked)?;
    let given = Given {
        unevenness: asked.number("unevenness", 0.01, 1.0)?,
        kept: 1.0 - asked.number("safety_margin", 0.0, 0.9)?,
        from_target: asked.text("background") == "target",
        guarantee: asked.number("guarantee", 0.01, 0.99)?,
        min_years: asked.number("min_years", 1.0, 1000.0)? as usize,
    };
    let mut records: Vec<&str> = scene.records.reach.iter().map(|record| record.id.as_str()).collect();
    records.sort_unstable();
    let mut zones = Vec::with_capacity(records.len());
    for record in records {
        zones.push(zone(&scene, tables, &given, record)?);
    }
    let warnings = scene.network.warnings().iter().map(ToString::to_string).collect();
    Ok(CapacityResult { item: scene.item.id().to_owned(), zones, warnings, assumed: scene.assumed, made_up: scene.made_up })
}

/// What was asked, as numbers.
struct Given {
    unevenness: f64,
    /// 1 less the margin of safety.
    kept: f64,
    from_target: bool,
    guarantee: f64,
    min_years: usize,
}

fn zone(scene: &Scene<'_>, tables: &Tables, given: &Given, record: &str) -> Result<ZoneRow, RiverError> {
    let at = |source| RiverError::Input { place: format!("reach `{record}`"), source };
    let first = upper_piece(scene, record).ok_or(RiverError::Nothing { kind: "river_reach" })?;
    let i = first.position();
    let length_m: f64 = scene.network.reaches().iter().filter(|reach| reach.record == record).map(|reach| reach.length_m).sum();
    let target = scene.target("river_reach", record);
    let target_mg_l = target.mg_l.ok_or_else(|| RiverError::Parameter {
        id: "item".to_owned(),
        found: scene.item.id().to_owned(),
        expected: "an item that GB 3838 limits in rivers".to_owned(),
    })?;
    let unevenness = match scene.names.field("river_reach", record, "unevenness").as_str() {
        "" => given.unevenness,
        text => text.parse::<f64>().map_err(|_| RiverError::Parameter {
            id: format!("unevenness of reach {record}"),
            found: text.to_owned(),
            expected: "a number of at most 1".to_owned(),
        })?,
    };
    let form = OneDimension {
        flow_m3_s: scene.water.reach_m3_s[i],
        length_m,
        velocity_m_s: scene.water.velocity_m_s[i],
        decay_per_d: scene.rates.reach_per_d[i],
        upstream_mg_l: upstream(scene, first, given.from_target),
        target_mg_l: float(target_mg_l),
        unevenness,
    };
    let found = one_dimension(&form).map_err(at)?;
    let load_t_a = load_g_s(scene, record) * hydro::T_A_PER_G_S;
    let left = headroom(found.uneven.t_a * given.kept, load_t_a).map_err(at)?;
    let level = match (left.ratio, LOAD_BANDS.as_ref()) {
        (Some(ratio), Some(bands)) => Some(level_word(bands.level(ratio).map_err(at)?).to_owned()),
        _ => None,
    };
    let t_a = |value: f64| figure(record, value, LOAD);
    let mg_l = |value: f64| figure(record, value, MG_L);
    Ok(ZoneRow {
        name: scene.names.of("river_reach", record),
        water_body: scene.names.field("river_reach", record, "water_body"),
        zone: scene.names.field("river_reach", record, "zone"),
        class: target.class.id().to_owned(),
        target_mg_l,
        upstream_mg_l: mg_l(form.upstream_mg_l)?,
        flow_m3_s: figure(record, form.flow_m3_s, M3_S)?,
        velocity_m_s: figure(record, form.velocity_m_s, FINE)?,
        length_km: figure(record, length_m / 1000.0, 3)?,
        rate_per_d: figure(record, form.decay_per_d, FINE)?,
        unevenness: figure(record, unevenness, 3)?,
        forms_t_a: [t_a(found.upper_end.t_a)?, t_a(found.middle.t_a)?, t_a(found.uniform.t_a)?, t_a(found.lower_end.t_a)?],
        capacity_t_a: t_a(left.capacity_t_a)?,
        load_t_a: t_a(left.load_t_a)?,
        left_t_a: t_a(left.left_t_a)?,
        ratio: left.ratio.map(|ratio| figure(record, ratio, 4)).transpose()?,
        level,
        upstream_cut_mg_l: found.upstream_cut_mg_l.map(mg_l).transpose()?,
        sections: sections(scene, record)?,
        months: months(scene, tables, given, &form, first)?,
        origin: scene.network.reach(first).origin.clone(),
    })
}

/// The first piece of a reach.
fn upper_piece(scene: &Scene<'_>, record: &str) -> Option<ReachIndex> {
    let network = &scene.network;
    let mut pieces = network.order().iter().flat_map(|&node| network.outgoing(node));
    pieces.find(|&piece| network.reach(piece).record == record)
}

/// C0: what comes from above, without the outlets at the upper node, which are loads of the zone; modelled, or the target of the
/// greatest reach above.
fn upstream(scene: &Scene<'_>, first: ReachIndex, from_target: bool) -> f64 {
    let (network, water) = (&scene.network, &scene.water);
    let node = network.reach(first).from;
    let greatest = network.incoming(node).max_by(|a, b| water.in_reach(*a).total_cmp(&water.in_reach(*b)));
    if let Some(above) = greatest.filter(|_| from_target) {
        let record = network.reach(above).record.as_str();
        // An own piece above means that the reach was cut; a zone begins at its first piece, so this is another reach.
        if let Some(limit) = scene.target("river_reach", record).mg_l {
            return float(limit);
        }
    }
    let (mut flow, mut load) = (0.0, 0.0);
    for reach in network.incoming(node) {
        flow += water.in_reach(reach);
        load += water.in_reach(reach) * scene.state.at_end(reach);
    }
    for inflow in network.inflows_at(node) {
        let i = inflow.position();
        if network.inflows()[i].kind != InflowKind::Outlet {
            flow += water.inflow_m3_s[i];
            load += water.inflow_m3_s[i] * scene.loads.inflow_mg_l[i];
        }
    }
    if 0.0 < flow { load / flow } else { 0.0 }
}

/// What outlets and loads along it put into a reach, g/s. An outlet at a node belongs to the reach that leaves it.
fn load_g_s(scene: &Scene<'_>, record: &str) -> f64 {
    let network = &scene.network;
    let mut load = 0.0;
    for (i, inflow) in network.inflows().iter().enumerate().filter(|(_, inflow)| inflow.kind == InflowKind::Outlet) {
        let place = scene.records.inflow.iter().find(|own| own.id == inflow.id).map(|own| &own.place);
        let here = match place {
            Some(Place::Along(along)) => along.reach == record,
            _ => network.outgoing(inflow.node).next().is_some_and(|reach| network.reach(reach).record == record),
        };
        if here {
            load += scene.water.inflow_m3_s[i] * scene.loads.inflow_mg_l[i];
        }
    }
    for (spread, g_s) in network.spreads().iter().zip(&scene.loads.spread_g_s) {
        if network.reach(spread.reach).record == record {
            load += g_s;
        }
    }
    load
}

/// Sections along a reach or at its lower end.
fn sections(scene: &Scene<'_>, record: &str) -> Result<Vec<(String, Decimal)>, RiverError> {
    let network = &scene.network;
    let mut found = Vec::new();
    for section in network.sections() {
        let above = network.incoming(section.node).any(|reach| network.reach(reach).record == record);
        if above {
            found.push((section.id.clone(), figure(&section.id, scene.state.at_node(section.node), MG_L)?));
        }
    }
    Ok(found)
}

fn months(scene: &Scene<'_>, tables: &Tables, given: &Given, form: &OneDimension, first: ReachIndex) -> Result<Vec<MonthRow>, RiverError> {
    let reach = scene.network.reach(first);
    let record = reach.record.as_str();
    let Some(gauge) = of(tables, "flow_gauge").iter().find(|row| row.get("reach") == Some(record)) else { return Ok(Vec::new()) };
    let known = flows::of_gauge(tables, &gauge.id)?;
    let Some(design) = flows::of_months(&known.months, given.guarantee, given.min_years) else { return Ok(Vec::new()) };
    // A river that stands still in a month has no velocity, and no form of this kind.
    if design.iter().any(|flow| *flow <= 0.0) {
        return Ok(Vec::new());
    }
    let at = |source| RiverError::Input { place: format!("reach `{record}`, by month"), source };
    let year = month::months(form, &reach.hydraulics, &design).map_err(at)?;
    let mut rows = Vec::with_capacity(12);
    for month in &year.months {
        rows.push(MonthRow {
            month: month.month,
            flow_m3_s: figure(record, month.flow_m3_s, M3_S)?,
            capacity_t: figure(record, month.uneven_t * given.kept, LOAD)?,
        });
    }
    Ok(rows)
}

fn level_word(level: Level) -> &'static str {
    match level {
        Level::Within => "within",
        Level::Critical => "critical",
        Level::Overloaded => "overloaded",
        Level::Severe => "severe",
    }
}

/// A limit as the formulas take it; only drawn from a table, never compared.
fn float(limit: Decimal) -> f64 {
    limit.to_string().parse().unwrap_or(0.0)
}
