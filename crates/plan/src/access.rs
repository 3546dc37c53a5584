//! Who may do what: role × part of the city × field. What nothing allows is denied, and a denial says why.

use std::collections::BTreeMap;

use crate::build::Plan;
use crate::schema::{Field, Power, Register, Scope, Step};

/// Somebody who asks.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// The unit the person belongs to.
    pub unit: &'a str,
    /// The person's role.
    pub role: &'a str,
    /// The entry the person speaks for, as `kind/id`; empty for officers.
    pub subject: &'a str,
}

/// Why something is denied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The person's role is not in the pack any more.
    #[error("the role `{0}` is not in the plan pack")]
    UnknownRole(String),
    /// The role lacks the power.
    #[error("the role `{role}` does not have the power to {power}")]
    NoPower {
        /// The role.
        role: String,
        /// The power.
        power: &'static str,
    },
    /// The role has the power, but not over this.
    #[error("`{what}` is kept by {kept_by}; the powers of `{unit}` do not reach there")]
    OutOfReach {
        /// What was asked for.
        what: String,
        /// Who keeps it.
        kept_by: String,
        /// The person's unit.
        unit: String,
    },
}

impl Power {
    /// The word used in files and messages.
    pub const fn id(self) -> &'static str {
        match self {
            Self::See => "see",
            Self::Edit => "edit",
            Self::Accept => "accept",
            Self::Sign => "sign",
            Self::Publish => "publish",
            Self::Audit => "audit",
            Self::Administer => "administer",
        }
    }
}

impl Person<'_> {
    /// Whether the role has a power at all.
    pub fn has(&self, plan: &Plan, power: Power) -> Result<Scope, Denied> {
        let role = plan.role(self.role).ok_or_else(|| Denied::UnknownRole(self.role.to_owned()))?;
        if !role.can.contains(&power) {
            return Err(Denied::NoPower { role: self.role.to_owned(), power: power.id() });
        }
        Ok(role.scope)
    }

    /// Whether the person's powers reach a unit.
    fn reaches(&self, plan: &Plan, scope: Scope, unit: &str) -> bool {
        match scope {
            Scope::All => true,
            Scope::Own => plan.same_unit(unit, self.unit),
            Scope::Subtree => plan.is_within(unit, self.unit),
            Scope::Subject => false,
        }
    }

    /// Whether a power reaches an entry of a register; `fields` are the entry's, or those of one about to be made.
    pub fn may(&self, plan: &Plan, power: Power, register: &Register, id: &str, fields: &BTreeMap<String, String>) -> Result<(), Denied> {
        let scope = self.has(plan, power)?;
        let kind = register.kind.get_ref();
        let mut keepers: Vec<&str> = Vec::from([register.owner.get_ref().as_str()]);
        for editor in &register.editors {
            match (editor.get_ref().as_str(), fields.get("county")) {
                ("county", Some(county)) => keepers.push(county),
                ("county", None) => {}
                (unit, _) => keepers.push(unit),
            }
        }
        let own_entry = || {
            let (own_kind, own_id) = self.subject.split_once('/').unwrap_or_default();
            let refers = |field: &Field| {
                field.reference.as_ref().is_some_and(|name| name.get_ref() == own_kind)
                    && fields.get(field.id.get_ref()).is_some_and(|value| value == own_id)
            };
            !own_id.is_empty() && ((kind == own_kind && id == own_id) || register.field.iter().any(refers))
        };
        if keepers.iter().any(|unit| self.reaches(plan, scope, unit)) || (scope == Scope::Subject && own_entry()) {
            return Ok(());
        }
        let kept_by = keepers.iter().map(|unit| plan.unit_name(plan.unit_now(unit), "zh")).collect::<Vec<_>>().join("、");
        Err(Denied::OutOfReach { what: format!("{kind}/{id}"), kept_by, unit: self.unit.to_owned() })
    }

    /// Whether the person may change a field of an entry: with the power to edit it, and the power the field itself needs
    /// beside that. The field's own power alone is enough for the field: whoever accepts need not be able to edit.
    pub fn may_change(
        &self,
        plan: &Plan,
        register: &Register,
        id: &str,
        fields: &BTreeMap<String, String>,
        field: &Field,
    ) -> Result<(), Denied> {
        match field.needs {
            Some(power) => self.may(plan, power, register, id, fields),
            None => self.may(plan, Power::Edit, register, id, fields),
        }
    }

    /// Whether the person may change anything of an entry.
    pub fn may_change_some(&self, plan: &Plan, register: &Register, id: &str, fields: &BTreeMap<String, String>) -> Result<(), Denied> {
        let denied = match self.may(plan, Power::Edit, register, id, fields) {
            Ok(()) => return Ok(()),
            Err(denied) => denied,
        };
        let own = register.field.iter().filter(|field| field.needs.is_some());
        if own.into_iter().any(|field| self.may_change(plan, register, id, fields, field).is_ok()) { Ok(()) } else { Err(denied) }
    }

    /// Whether the person may make entries of a register at all, before anything of one is known.
    pub fn may_make(&self, plan: &Plan, register: &Register) -> Result<(), Denied> {
        let mut fields = BTreeMap::new();
        let own = plan.unit_now(self.unit);
        if plan.counties().any(|county| county.id.get_ref() == own) {
            fields.insert("county".to_owned(), own.to_owned());
        }
        let (own_kind, own_id) = self.subject.split_once('/').unwrap_or_default();
        for field in &register.field {
            if field.reference.as_ref().is_some_and(|name| name.get_ref() == own_kind) {
                fields.insert(field.id.get_ref().clone(), own_id.to_owned());
            }
        }
        self.may(plan, Power::Edit, register, "", &fields)
    }

    /// Whether the person may see a field of an entry.
    pub fn may_see(&self, plan: &Plan, register: &Register, id: &str, fields: &BTreeMap<String, String>, field: &Field) -> bool {
        if field.public || self.may(plan, Power::See, register, id, fields).is_ok() {
            return true;
        }
        let Ok(scope) = self.has(plan, Power::See) else { return false };
        field.seen_by.iter().any(|unit| self.reaches(plan, scope, unit.get_ref()))
    }

    /// Whether the person may take a step of a measure on a subject that lies in a county.
    pub fn may_step(&self, plan: &Plan, step: &Step, county: &str) -> Result<(), Denied> {
        let scope = self.has(plan, Power::Sign)?;
        let signers = || step.by.iter().map(|unit| if unit.get_ref() == "county" { county } else { unit.get_ref() });
        let signs = |unit: &str| self.reaches(plan, scope, unit) && scope != Scope::All || plan.same_unit(unit, self.unit);
        if signers().any(|unit| !unit.is_empty() && signs(unit)) {
            return Ok(());
        }
        let kept_by = signers().map(|unit| plan.unit_name(plan.unit_now(unit), "zh")).collect::<Vec<_>>().join("、");
        Err(Denied::OutOfReach { what: step.id.get_ref().clone(), kept_by, unit: self.unit.to_owned() })
    }
}
