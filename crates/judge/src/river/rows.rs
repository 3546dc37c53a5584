//! What a run is made of: rows by kind, whether they come from registers or from files.

use std::collections::BTreeMap;

use facts::Entry;
use plan::Plan;
use serde::{Deserialize, Serialize};

/// The kinds that the model reads. Each is a register of the pack, or a file `KIND.csv`; `flow_day` is a file only, since no
/// register holds a day a row.
pub const KINDS: [&str; 12] = [
    "river_node",
    "river_reach",
    "inflow",
    "reach_load",
    "intake",
    "reservoir",
    "reservoir_level",
    "dam_gate",
    "river_section",
    "flow_gauge",
    "flow_month",
    "flow_day",
];

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Its fields; one without a value is not there.
    pub fields: BTreeMap<String, String>,
    /// Whether it was made up for a demonstration.
    #[serde(default)]
    pub made_up: bool,
}

impl Row {
    /// A field's text, without spaces around it; nothing where it is empty.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(|text| text.trim()).filter(|text| !text.is_empty())
    }
}

/// Rows by kind.
pub type Tables = BTreeMap<String, Vec<Row>>;

/// The rows of registers: `entries` gives those of a kind. Only fields that everybody may see are taken, since what a run
/// rests on can be read by everybody; kinds that the pack does not have are left out.
pub fn tables_of<E>(plan: &Plan, mut entries: impl FnMut(&str) -> Result<Vec<Entry>, E>) -> Result<Tables, E> {
    let mut tables = Tables::new();
    for kind in KINDS {
        let Some(register) = plan.register(kind) else { continue };
        let mut rows: Vec<Row> = Vec::new();
        for entry in entries(kind)? {
            let Entry { id, data, made_up, .. } = entry.public(register);
            rows.push(Row { id, fields: data, made_up });
        }
        // By id, so that the order in which entries came cannot show in the id of a run.
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        tables.insert(kind.to_owned(), rows);
    }
    Ok(tables)
}

/// The rows of a kind.
pub(super) fn of<'a>(tables: &'a Tables, kind: &str) -> &'a [Row] {
    tables.get(kind).map_or(&[], Vec::as_slice)
}
