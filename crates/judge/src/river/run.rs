//! A run: its inputs as a text, its result as a text, and an id that is the hash of the inputs and the program.

use facts::merkle::sha256_hex;
use serde::{Deserialize, Serialize};

use super::asked::{Asked, Model};
use super::capacity::{self, CapacityResult};
use super::ecoflow::{self, EcoflowResult};
use super::error::RiverError;
use super::rows::Tables;
use super::steady::{self, SteadyResult};

/// The program that runs models, as kept runs name it.
const PROGRAM: &str = concat!("qingliu ", env!("CARGO_PKG_VERSION"));

/// Everything that a run depends on, beside the program.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// The model.
    pub model: Model,
    /// What was asked beside the defaults.
    pub asked: Asked,
    /// The rows.
    pub tables: Tables,
}

/// What a model gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Found {
    /// Steady quality.
    Steady(SteadyResult),
    /// Capacity.
    Capacity(CapacityResult),
    /// Ecological flow.
    Ecoflow(EcoflowResult),
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// SHA-256 of program and inputs.
    pub id: String,
    /// The model.
    pub model: Model,
    /// The program that ran it.
    pub program: String,
    /// The inputs, as JSON.
    pub inputs: String,
    /// The result, as JSON.
    pub result: String,
    /// The result.
    pub found: Found,
}

/// How a kept run came out again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// The run as it is now.
    pub run: Run,
    /// Whether its result is the same, byte for byte.
    pub same: bool,
}

impl Found {
    /// Whether a number in it is assumed.
    pub const fn assumed(&self) -> bool {
        match self {
            Self::Steady(found) => found.assumed,
            Self::Capacity(found) => found.assumed,
            Self::Ecoflow(found) => found.assumed,
        }
    }

    /// Whether a row in it was made up.
    pub const fn made_up(&self) -> bool {
        match self {
            Self::Steady(found) => found.made_up,
            Self::Capacity(found) => found.made_up,
            Self::Ecoflow(found) => found.made_up,
        }
    }

    /// The result of a model, read back.
    pub fn read(model: Model, result: &str) -> Result<Self, RiverError> {
        let read = match model {
            Model::Steady => serde_json::from_str(result).map(Self::Steady),
            Model::Capacity => serde_json::from_str(result).map(Self::Capacity),
            Model::Ecoflow => serde_json::from_str(result).map(Self::Ecoflow),
        };
        read.map_err(|error| unreadable("the result of a run", &error))
    }
}

/// Runs a model.
pub fn run(inputs: &Inputs) -> Result<Run, RiverError> {
    let (tables, asked) = (&inputs.tables, &inputs.asked);
    let found = match inputs.model {
        Model::Steady => Found::Steady(steady::run(tables, asked)?),
        Model::Capacity => Found::Capacity(capacity::run(tables, asked)?),
        Model::Ecoflow => Found::Ecoflow(ecoflow::run(tables, asked)?),
    };
    let text = serde_json::to_string(inputs).map_err(|error| unreadable("what the run is made of", &error))?;
    let result = serde_json::to_string(&found).map_err(|error| unreadable("what the run gave", &error))?;
    let id = sha256_hex(format!("{PROGRAM}\n{text}").as_bytes());
    Ok(Run { id, model: inputs.model, program: PROGRAM.to_owned(), inputs: text, result, found })
}

/// Runs a kept run again, from its inputs alone. With another program the id differs and the result may.
pub fn replay(inputs: &str, result: &str) -> Result<Replayed, RiverError> {
    let inputs: Inputs = serde_json::from_str(inputs).map_err(|error| unreadable("the inputs of the run", &error))?;
    let run = run(&inputs)?;
    let same = run.result == result;
    Ok(Replayed { run, same })
}

fn unreadable(what: &str, error: &serde_json::Error) -> RiverError {
    RiverError::Unreadable { what: what.to_owned(), why: error.to_string() }
}
