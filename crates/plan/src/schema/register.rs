//! `registers/*.toml`: kinds of thing the city keeps a list of, with typed fields.

use serde::{Deserialize, Serialize};

use super::{Name, Text};

/// `registers/*.toml`, one kind each.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The kind, the name of the file.
    pub kind: Name,
    /// Its title.
    pub title: Text,
    /// The unit that keeps it.
    pub owner: Name,
    /// Its fields; `id` is always there.
    pub field: Vec<Field>,
    /// Fields that together make two entries the same thing.
    #[serde(default)]
    pub duplicate: Vec<Name>,
    /// Units that may edit it beside its owner; `county` for the county or district that the entry's field `county`
    /// names.
    #[serde(default)]
    pub editors: Vec<Name>,
    /// Whether records of measurements can be of its entries.
    #[serde(default)]
    pub place: bool,
}

/// Types of field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Free text.
    Text,
    /// A decimal number, with a unit.
    Decimal,
    /// A whole number.
    Integer,
    /// A day.
    Date,
    /// Yes or no.
    Boolean,
    /// One of a list.
    Choice,
    /// An entry of another register, or a unit.
    Reference,
    /// Degrees of longitude.
    Longitude,
    /// Degrees of latitude.
    Latitude,
    /// A line or an area, as a GeoJSON geometry in WGS 84 or CGCS 2000.
    Geometry,
    /// A stored file, by its SHA-256.
    Attachment,
}

/// A field of a register.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its id; the name of its column everywhere.
    pub id: Name,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Its label.
    pub label: Text,
    /// Whether an entry must have it.
    #[serde(default)]
    pub required: bool,
    /// Whether everybody may see it. A field is private unless this says otherwise.
    #[serde(default)]
    pub public: bool,
    /// A power that changing this field needs besides that of editing, such as `accept`.
    #[serde(default)]
    pub needs: Option<super::Power>,
    /// Units that may see it beside those that keep the register, where it is not public.
    #[serde(default)]
    pub seen_by: Vec<Name>,
    /// Its unit, for numbers.
    #[serde(default)]
    pub unit: Option<String>,
    /// The kind it refers to, or one of `unit`, `task`, `deadline`, `duty`.
    #[serde(default, rename = "ref")]
    pub reference: Option<Name>,
    /// What may be chosen.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

/// One thing that may be chosen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: Text,
}
