//! Units that end: who stands in their place, and that the chain of successors leads somewhere.

use jiff::civil::Date;

use super::{Check, Plan};
use crate::schema::{PlanFile, Unit};

impl Plan {
    /// Looks at the plan on a day: units that ended by then are succeeded.
    pub fn set_day(&mut self, day: Date) {
        self.day = Some(day);
    }

    /// The unit that stands in a unit's place on a day; the unit itself while it has not ended.
    pub fn unit_on<'a>(&'a self, id: &'a str, day: Date) -> &'a str {
        let mut here = id;
        // A pack with a circle of successors is refused; this ends even so.
        for _ in 0..self.head.unit.len() {
            let ended = self.unit(here).filter(|unit| unit.ended.is_some_and(|ended| ended.0 <= day));
            match ended.and_then(|unit| unit.successor.as_ref()) {
                Some(successor) => here = successor.get_ref(),
                None => break,
            }
        }
        here
    }

    /// The unit that stands in a unit's place on the day the plan is looked at.
    pub fn unit_now<'a>(&'a self, id: &'a str) -> &'a str {
        match self.day {
            Some(day) => self.unit_on(id, day),
            None => id,
        }
    }

    /// Whether two units are the same one by now.
    pub fn same_unit(&self, a: &str, b: &str) -> bool {
        self.unit_now(a) == self.unit_now(b)
    }
}

impl Check<'_> {
    /// A unit that ended has a successor of the pack, and nobody succeeds oneself in the end.
    pub(super) fn units(&mut self, head: &PlanFile) {
        let file = "plan.toml";
        let find = |id: &str| head.unit.iter().find(|unit| unit.id.get_ref() == id);
        for unit in &head.unit {
            let id = unit.id.get_ref();
            match (&unit.successor, unit.ended) {
                (None, Some(day)) => {
                    let message = format!("unit `{id}` ended on {} without one (expected the id of a unit)", day.0);
                    self.problem(file, &unit.id, "successor", message);
                }
                (Some(successor), Some(_)) if find(successor.get_ref()).is_none() => {
                    let message = format!("`{}` is not defined (expected the id of a unit, since `{id}` has ended)", successor.get_ref());
                    self.problem(file, successor, "successor", message);
                }
                (Some(successor), _) if leads_back(unit, head.unit.len(), find) => {
                    let message = format!("`{id}` is succeeded by itself in the end (expected a chain that ends)");
                    self.problem(file, successor, "successor", message);
                }
                _ => {}
            }
        }
    }
}

/// Whether the successors of a unit lead back to it.
fn leads_back<'u>(unit: &'u Unit, units: usize, find: impl Fn(&str) -> Option<&'u Unit>) -> bool {
    let mut here = unit;
    for _ in 0..units {
        let Some(next) = here.successor.as_ref().and_then(|name| find(name.get_ref())) else { return false };
        if next.id.get_ref() == unit.id.get_ref() {
            return true;
        }
        here = next;
    }
    false
}
