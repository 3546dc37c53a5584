//! What is asked of a model: its parameters, each with where its value is from.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use plan::Text;
use serde::{Deserialize, Serialize};

use super::error::RiverError;

/// A model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Steady quality, and who contributes what.
    Steady,
    /// Assimilative capacity by reach.
    Capacity,
    /// Ecological flow by gauge.
    Ecoflow,
}

impl Model {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Steady, Self::Capacity, Self::Ecoflow];

    /// Its word in commands, addresses and kept runs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Capacity => "capacity",
            Self::Ecoflow => "ecoflow",
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Model {
    type Err = RiverError;

    fn from_str(text: &str) -> Result<Self, RiverError> {
        Self::ALL.into_iter().find(|model| model.id() == text).ok_or_else(|| RiverError::Model(text.to_owned()))
    }
}

/// A parameter as `data/river.toml` describes it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its id, in addresses and on the command line.
    pub id: String,
    /// The models that take it.
    pub models: Vec<Model>,
    /// Its value where nobody asks for another.
    pub default: String,
    /// Its unit, empty for words.
    pub unit: String,
    /// Its name.
    pub label: Text,
    /// Where the default is from.
    pub source: Text,
    /// How sure the default is: checked, known, open.
    pub sure: String,
    /// What may be chosen; empty for numbers and free text.
    #[serde(default)]
    pub choices: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    plausible: hydro::network::Plausible,
    parameter: Vec<Parameter>,
}

static DESCRIBED: LazyLock<Described> =
    LazyLock::new(|| toml::from_str(include_str!("../../data/river.toml")).expect("data/river.toml is read by a test"));

/// What numbers of a network are to be expected; others give a warning.
pub(super) fn plausible() -> &'static hydro::network::Plausible {
    &DESCRIBED.plausible
}

/// The parameters of a model, in the order in which they are asked.
pub fn parameters(model: Model) -> impl Iterator<Item = &'static Parameter> {
    DESCRIBED.parameter.iter().filter(move |parameter| parameter.models.contains(&model))
}

/// The values of a model's parameters: those that were given; all others stand at their defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Asked {
    given: BTreeMap<String, String>,
}

impl Asked {
    /// What was given, by id of the parameter. A parameter that the model does not take is refused, and so is a word that
    /// is none of its choices; an empty one stands at its default.
    pub fn new(model: Model, given: BTreeMap<String, String>) -> Result<Self, RiverError> {
        let mut kept = BTreeMap::new();
        for (id, value) in given {
            let value = value.trim().to_owned();
            if value.is_empty() {
                continue;
            }
            let refused = |expected: String| RiverError::Parameter { id: id.clone(), found: value.clone(), expected };
            let Some(parameter) = parameters(model).find(|parameter| parameter.id == id) else {
                let known: Vec<&str> = parameters(model).map(|parameter| parameter.id.as_str()).collect();
                return Err(refused(format!("no such parameter: {model} takes {}", known.join(", "))));
            };
            if !parameter.choices.is_empty() && !parameter.choices.contains(&value) {
                return Err(refused(format!("one of {}", parameter.choices.join(", "))));
            }
            // A default that is typed is no other question, so that it makes no other run.
            if value != parameter.default {
                kept.insert(id, value);
            }
        }
        Ok(Self { given: kept })
    }

    /// The value of a parameter.
    pub fn value<'a>(&'a self, parameter: &'a Parameter) -> &'a str {
        self.given.get(&parameter.id).unwrap_or(&parameter.default)
    }

    /// Whether it stands at its default.
    pub fn is_default(&self, parameter: &Parameter) -> bool {
        !self.given.contains_key(&parameter.id)
    }

    /// Whether a default that nobody confirmed goes into the model.
    pub fn is_assumed(&self, model: Model) -> bool {
        parameters(model).any(|parameter| parameter.sure == "open" && self.is_default(parameter))
    }

    /// What was given beside the defaults.
    pub fn given(&self) -> &BTreeMap<String, String> {
        &self.given
    }

    /// The text of a parameter, empty where it has none.
    pub(super) fn text(&self, id: &str) -> &str {
        if let Some(value) = self.given.get(id) {
            return value;
        }
        DESCRIBED.parameter.iter().find(|parameter| parameter.id == id).map_or("", |parameter| parameter.default.as_str())
    }

    /// A parameter that is a number within bounds, both included.
    pub(super) fn number(&self, id: &str, low: f64, high: f64) -> Result<f64, RiverError> {
        let text = self.text(id);
        let number = text.parse::<f64>().ok().filter(|number| (low..=high).contains(number));
        number.ok_or_else(|| self.refused(id, &format!("a number from {low} to {high}")))
    }

    /// Says that a parameter cannot be.
    pub(super) fn refused(&self, id: &str, expected: &str) -> RiverError {
        RiverError::Parameter { id: id.to_owned(), found: self.text(id).to_owned(), expected: expected.to_owned() }
    }

    /// Factors on single sources, out of `a=0.5, b=0`.
    pub(super) fn changes(&self) -> Result<BTreeMap<String, f64>, RiverError> {
        let mut changes = BTreeMap::new();
        for part in self.text("changes").split([',', '\u{ff0c}', ';']).map(str::trim).filter(|part| !part.is_empty()) {
            let factor = part.split_once('=').and_then(|(id, factor)| {
                let factor = factor.trim().parse::<f64>().ok().filter(|factor| factor.is_finite() && 0.0 <= *factor)?;
                Some((id.trim().to_owned(), factor))
            });
            let Some((id, factor)) = factor else {
                return Err(self.refused("changes", "sources with factors, such as in-wwtp-1=0.5, each zero or more"));
            };
            changes.insert(id, factor);
        }
        Ok(changes)
    }

    /// Months as numbers, out of `12,1,2`.
    pub(super) fn months(&self, id: &str) -> Result<Vec<u8>, RiverError> {
        super::flows::months(self.text(id)).ok_or_else(|| self.refused(id, "months as numbers from 1 to 12, with commas"))
    }
}
