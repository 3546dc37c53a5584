//! Collects what is wrong while records are read, so that one look names all of it.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::{Fault, Faults, Warning};
use super::record::{Plausible, Range};
use crate::unit::{Dimension, Quantity};

/// What stands in for a number that was refused. The network is then refused as well, so nobody sees it.
const STAND_IN: f64 = 1.0;

/// Faults and warnings so far.
pub(super) struct Report<'a> {
    plausible: &'a Plausible,
    faults: Vec<Fault>,
    warnings: Vec<Warning>,
}

impl<'a> Report<'a> {
    pub(super) fn new(plausible: &'a Plausible) -> Self {
        Self { plausible, faults: Vec::new(), warnings: Vec::new() }
    }

    pub(super) fn plausible(&self) -> &'a Plausible {
        self.plausible
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    pub(super) fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }

    /// Whether something was named that is not there.
    pub(super) fn names_missing(&self) -> bool {
        let missing = |fault: &Fault| matches!(fault, Fault::UnknownNode { .. } | Fault::UnknownReach { .. } | Fault::Empty);
        self.faults.iter().any(missing)
    }

    /// The faults.
    pub(super) fn into_faults(self) -> Faults {
        Faults(self.faults)
    }

    /// The warnings, if there is no fault.
    pub(super) fn finish(self) -> Result<Vec<Warning>, Faults> {
        if self.faults.is_empty() { Ok(self.warnings) } else { Err(Faults(self.faults)) }
    }

    /// Names every id that stands twice.
    pub(super) fn unique<'b>(&mut self, kind: &str, ids: impl Iterator<Item = &'b str>) {
        let mut seen = BTreeSet::new();
        for id in ids {
            if !seen.insert(id) {
                self.fault(Fault::Twice { what: named(kind, id) });
            }
        }
    }

    /// A number in the crate's unit, of whatever sign.
    pub(super) fn any(&mut self, what: &str, field: &str, quantity: &Quantity, dimension: Dimension) -> f64 {
        match quantity.base(dimension) {
            Ok(value) if value.is_finite() => value,
            Ok(found) => self.bad(what, field, found, "a finite number"),
            Err(source) => {
                self.fault(Fault::Unit { what: what.to_owned(), field: field.to_owned(), source });
                STAND_IN
            }
        }
    }

    /// A number in the crate's unit: lengths and velocities above zero, all else zero or more.
    pub(super) fn number(&mut self, what: &str, field: &str, quantity: &Quantity, dimension: Dimension) -> f64 {
        let value = self.any(what, field, quantity, dimension);
        let value = match dimension {
            Dimension::Length | Dimension::Velocity => self.above_zero(what, field, value),
            _ if value < 0.0 => self.bad(what, field, value, "zero or more"),
            _ => value,
        };
        if let Some(range) = self.expected(dimension) {
            self.look(what, field, value, range);
        }
        value
    }

    /// A number above zero.
    pub(super) fn above_zero(&mut self, what: &str, field: &str, value: f64) -> f64 {
        if value.is_finite() && 0.0 < value { value } else { self.bad(what, field, value, "a number above zero") }
    }

    /// Numbers by substance.
    pub(super) fn numbers(
        &mut self,
        what: &str,
        field: &str,
        quantities: &BTreeMap<String, Quantity>,
        dimension: Dimension,
    ) -> BTreeMap<String, f64> {
        let mut numbers = BTreeMap::new();
        for (substance, quantity) in quantities {
            let value = self.number(what, &format!("{field} of {substance}"), quantity, dimension);
            numbers.insert(substance.clone(), value);
        }
        numbers
    }

    /// Notes a number that cannot be.
    pub(super) fn bad(&mut self, what: &str, field: &str, found: f64, expected: &'static str) -> f64 {
        self.fault(Fault::Value { what: what.to_owned(), field: field.to_owned(), found, expected });
        STAND_IN
    }

    /// What is to be expected of a kind of number. Zero is no slip of a unit.
    fn expected(&self, dimension: Dimension) -> Option<Range> {
        match dimension {
            Dimension::Length => Some(self.plausible.length_m),
            Dimension::Velocity => Some(self.plausible.velocity_m_s),
            Dimension::Flow => Some(self.plausible.flow_m3_s),
            Dimension::Rate => Some(self.plausible.rate_per_d),
            Dimension::Concentration => Some(self.plausible.concentration_mg_l),
            Dimension::Area | Dimension::Volume | Dimension::Load => None,
        }
    }

    fn look(&mut self, what: &str, field: &str, found: f64, Range { low, high }: Range) {
        let expected = (low..=high).contains(&found) || found == 0.0;
        if !expected {
            self.warn(Warning::Implausible { what: what.to_owned(), field: field.to_owned(), found, low, high });
        }
    }
}

/// Kind and id, as faults say them.
pub(super) fn named(kind: &str, id: &str) -> String {
    format!("{kind} `{id}`")
}
