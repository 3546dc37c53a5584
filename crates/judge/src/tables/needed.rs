//! What the views ask of registers. A pack that lacks such a register, or one of its fields, has it empty: a new city can begin
//! with less.

use datafusion::common::Result;
use plan::FieldType::{self, Boolean, Date, Decimal, Integer, Text};

use super::{NewTable, VALUE_SCALE};

/// A register that views are built on.
pub(super) struct Needed {
    pub(super) kind: &'static str,
    what: &'static str,
    columns: &'static [(&'static str, FieldType)],
}

/// All of them.
pub(super) static NEEDED: [Needed; 6] = [
    Needed {
        kind: "section",
        what: "Monitoring sections",
        columns: &[
            ("water_body", Text),
            ("body", Text),
            ("monitoring", Text),
            ("basin", Text),
            ("county", Text),
            ("first_source", Text),
            ("frozen", Boolean),
            ("made_up", Boolean),
        ],
    },
    Needed {
        kind: "device",
        what: "Monitoring devices",
        columns: &[
            ("place", Text),
            ("protocol", Text),
            ("active_from", Date),
            ("active_to", Date),
            ("accepted_on", Date),
            ("made_up", Boolean),
        ],
    },
    Needed {
        kind: "device_item",
        what: "Items and ranges of devices",
        columns: &[
            ("device", Text),
            ("item", Text),
            ("range_low", Decimal),
            ("range_high", Decimal),
            ("detection_limit", Decimal),
            ("unit", Text),
        ],
    },
    Needed {
        kind: "device_maintenance",
        what: "Maintenance of devices",
        columns: &[
            ("device", Text),
            ("item", Text),
            ("kind", Text),
            ("from_on", Date),
            ("from_hour", Integer),
            ("to_on", Date),
            ("to_hour", Integer),
            ("result", Text),
        ],
    },
    Needed {
        kind: "device_outage",
        what: "Outages of devices",
        columns: &[
            ("device", Text),
            ("kind", Text),
            ("from_on", Date),
            ("from_hour", Integer),
            ("to_on", Date),
            ("to_hour", Integer),
            ("confirmed_on", Date),
        ],
    },
    Needed {
        kind: "data_validation",
        what: "Validation of device data",
        columns: &[
            ("device", Text),
            ("item", Text),
            ("from_on", Date),
            ("from_hour", Integer),
            ("to_on", Date),
            ("to_hour", Integer),
            ("decision", Text),
            ("decided_on", Date),
        ],
    },
];

impl Needed {
    /// The table of a pack that has no such register.
    pub(super) fn empty(&self) -> NewTable {
        NewTable::new(self.kind, &format!("{}; the pack has no such register, so there are none.", self.what)).text("id", "its id", [])
    }

    /// Adds the columns that are missing, empty.
    pub(super) fn complete(&self, mut table: NewTable) -> Result<NewTable> {
        let rows = table.batch()?.num_rows();
        for (column, kind) in self.columns {
            if table.doc.columns.iter().any(|own| own.name == *column) {
                continue;
            }
            let doc = "not a field of this pack's register: always NULL";
            table = match kind {
                Boolean => table.boolean(column, doc, vec![None; rows]),
                Date => table.date(column, doc, vec![None; rows]),
                Integer => table.integer(column, doc, vec![None; rows]),
                Decimal => table.decimal(column, doc, VALUE_SCALE, vec![None; rows])?,
                _ => table.text(column, doc, vec![None; rows]),
            };
        }
        Ok(table)
    }
}
