//! Results of the newest kept run of the capacity model for each item, reach by reach, for rules about capacity and load.

use std::collections::BTreeSet;

use facts::FactsError;
use standards::Decimal;

use super::{FIELD_SCALE, NewTable, Sources, TableError};
use crate::river::{CapacityResult, Found, Inputs, Model, ZoneRow};

/// Kept runs that are looked through for the newest of each item.
const MOST: usize = 200;

/// A reach of a run.
struct Of<'a> {
    run: &'a str,
    as_of: &'a str,
    season: &'a str,
    found: &'a CapacityResult,
    zone: &'a ZoneRow,
}

/// A run, read.
struct Kept {
    id: String,
    as_of: String,
    season: String,
    found: CapacityResult,
}

pub(super) fn table(sources: &Sources<'_>) -> Result<NewTable, TableError> {
    let kept = kept(sources)?;
    let mut rows: Vec<Of<'_>> = Vec::new();
    for run in &kept {
        let of = |zone| Of { run: &run.id, as_of: &run.as_of, season: &run.season, found: &run.found, zone };
        rows.extend(run.found.zones.iter().map(of));
    }
    let amount = |pick: fn(&ZoneRow) -> Option<Decimal>| rows.iter().map(move |row| pick(row.zone));
    let table = NewTable::new(
        "model_results",
        "Capacity and load of each reach by the newest kept run of the capacity model, for each item; a run that speaks of a later day is not here. Runs with flows, loads or sources changed for a scenario are left out.",
    )
    .text("run", "the run", rows.iter().map(|row| Some(row.run.to_owned())))
    .text("as_of", "the day it speaks of", rows.iter().map(|row| Some(row.as_of.to_owned())))
    .text("reach", "the reach", rows.iter().map(|row| Some(row.zone.name.id.clone())))
    .text("zone", "its water function zone; NULL for none", rows.iter().map(|row| (!row.zone.zone.is_empty()).then(|| row.zone.zone.clone())))
    .text("item", "the item", rows.iter().map(|row| Some(row.found.item.clone())))
    .text("season", "open or ice", rows.iter().map(|row| Some(row.season.to_owned())))
    .text("class", "the class it is to reach", rows.iter().map(|row| Some(row.zone.class.clone())))
    .decimal("capacity_t_a", "what it bears, t/a", FIELD_SCALE, amount(|zone| Some(zone.capacity_t_a)))?
    .decimal("load_t_a", "what is put in, t/a", FIELD_SCALE, amount(|zone| Some(zone.load_t_a)))?
    .decimal("left_t_a", "capacity less load, t/a", FIELD_SCALE, amount(|zone| Some(zone.left_t_a)))?
    .decimal("ratio", "load over capacity; NULL where there is no capacity", FIELD_SCALE, amount(|zone| zone.ratio))?
    .decimal("upstream_cut_mg_l", "by how much the water from above must first get better, mg/L; NULL where it need not", FIELD_SCALE, amount(|zone| zone.upstream_cut_mg_l))?
    .text("level", "within, critical or overloaded; NULL where there is no ratio", rows.iter().map(|row| row.zone.level.clone()))
    .boolean("assumed", "whether a number in it is assumed", rows.iter().map(|row| Some(row.found.assumed)))
    .boolean("made_up", "whether made-up facts went into it", rows.iter().map(|row| Some(row.found.made_up)));
    Ok(table)
}

/// The newest run of each item and season that was made for the day asked for or one before it, with the river as it is.
fn kept(sources: &Sources<'_>) -> Result<Vec<Kept>, FactsError> {
    let Some(store) = sources.store else { return Ok(Vec::new()) };
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for run in store.model_runs(Model::Capacity.id(), &sources.as_of.to_string(), MOST)? {
        let damaged = |why: String| FactsError::Damaged { what: format!("model run {}", run.id), why };
        let inputs: Inputs = serde_json::from_str(&run.inputs).map_err(|error| damaged(error.to_string()))?;
        let given = inputs.asked.given();
        if ["flow_factor", "load_factor", "changes"].iter().any(|scenario| given.contains_key(*scenario)) {
            continue;
        }
        let Found::Capacity(found) = Found::read(Model::Capacity, &run.result).map_err(|error| damaged(error.to_string()))? else {
            continue;
        };
        let season = given.get("season").map_or("open", String::as_str).to_owned();
        if seen.insert((found.item.clone(), season.clone())) {
            kept.push(Kept { id: run.id.clone(), as_of: run.as_of.clone(), season, found });
        }
    }
    Ok(kept)
}
