//! The river with its water, rates and loads for one substance: what steady quality and capacity both begin with.

use hydro::decay::Season;
use hydro::network::{Flows, InflowKind, Network, Records, Water, build, water};
use hydro::steady::{Conditions, Loads, Rates, Steady, steady};
use standards::surface::{self, Body};
use standards::{Class, Decimal, Item};

use super::asked::{Asked, Model, plausible};
use super::error::RiverError;
use super::names::Names;
use super::records::records;
use super::rows::{Tables, of};

/// A river that runs.
pub(super) struct Scene<'a> {
    pub(super) names: Names<'a>,
    pub(super) records: Records,
    pub(super) network: Network,
    pub(super) water: Water,
    pub(super) rates: Rates,
    pub(super) loads: Loads,
    pub(super) state: Steady,
    pub(super) item: Item,
    /// The class where a place has no target of its own.
    pub(super) default_class: Class,
    /// Whether a number in it is assumed: of the registers, or a default that nobody confirmed.
    pub(super) assumed: bool,
    /// Whether a row in it was made up.
    pub(super) made_up: bool,
}

/// What a place is to reach.
pub(super) struct Target {
    pub(super) class: Class,
    /// The limit of that class, mg/L; none where the standard has none.
    pub(super) mg_l: Option<Decimal>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(model: Model, tables: &'a Tables, asked: &Asked) -> Result<Self, RiverError> {
        if of(tables, "river_reach").is_empty() {
            return Err(RiverError::Nothing { kind: "river_reach" });
        }
        let item = Item::by_id(asked.text("item")).map_err(|_| asked.refused("item", "the id of an item, such as cod"))?;
        let default_class = asked.text("class").parse::<Class>().map_err(|_| asked.refused("class", "a class from I to V"))?;
        let season = match asked.text("season") {
            "ice" => Season::Ice,
            _ => Season::Open { temperature_c: asked.number("temperature_c", 0.0, 40.0)? },
        };
        let conditions = Conditions { season, theta: asked.number("theta", 1.0, 1.2)? };
        let records = records(tables).map_err(RiverError::Problems)?;
        let network = build(&records, plausible()).map_err(RiverError::Network)?;
        let water = water(&network, &flows(&network, asked)?)?;
        let rates = Rates::recorded(&network, item.id(), &conditions)?;
        let loads = changed(&network, Loads::recorded(&network, item.id())?, asked)?;
        let state = steady(&network, &water, &rates, &loads)?;
        let used = ["river_reach", "inflow", "reach_load", "intake", "reservoir"];
        let mut rows = used.into_iter().flat_map(|kind| of(tables, kind));
        let assumed = asked.is_assumed(model) || rows.clone().any(|row| row.get("origin").is_none_or(|origin| origin == "assumed"));
        let made_up = rows.any(|row| row.made_up);
        Ok(Self { names: Names::new(tables), records, network, water, rates, loads, state, item, default_class, assumed, made_up })
    }

    /// What a place is to reach: the class its row names, or the default.
    pub(super) fn target(&self, kind: &str, id: &str) -> Target {
        let own = self.names.field(kind, id, "class").parse::<Class>().ok();
        let class = own.unwrap_or(self.default_class);
        let limit = surface::limit(self.item, class, Body::River);
        Target { class, mg_l: limit.and_then(|limit| standards::decimal(limit).ok()) }
    }
}

/// The flows of the records; headwaters and tributaries times the factor asked for.
fn flows(network: &Network, asked: &Asked) -> Result<Flows, RiverError> {
    let factor = asked.number("flow_factor", 0.001, 1000.0)?;
    let mut flows = Flows::recorded(network);
    for (flow, inflow) in flows.inflow_m3_s.iter_mut().zip(network.inflows()) {
        if inflow.kind != InflowKind::Outlet {
            *flow *= factor;
        }
    }
    Ok(flows)
}

/// The loads of outlets and along reaches times the factor asked for, and single sources times theirs.
fn changed(network: &Network, mut loads: Loads, asked: &Asked) -> Result<Loads, RiverError> {
    let factor = asked.number("load_factor", 0.0, 1000.0)?;
    let mut changes = asked.changes()?;
    for (mg_l, inflow) in loads.inflow_mg_l.iter_mut().zip(network.inflows()) {
        if inflow.kind == InflowKind::Outlet {
            *mg_l *= factor;
        }
        *mg_l *= changes.remove(&inflow.id).unwrap_or(1.0);
    }
    let of_spreads = changes.clone();
    for (g_s, spread) in loads.spread_g_s.iter_mut().zip(network.spreads()) {
        *g_s *= factor * of_spreads.get(&spread.record).copied().unwrap_or(1.0);
        changes.remove(&spread.record);
    }
    match changes.into_keys().next() {
        Some(unknown) => Err(asked.refused("changes", &format!("ids of sources; there is no source `{unknown}`"))),
        None => Ok(loads),
    }
}
