//! The plan pack: units, registers, indicators, tasks, duties and rules of one city, as data.
//!
//! A pack is a folder of TOML files. This crate reads their texts, resolves every name in them and refuses what does
//! not fit, naming file, line, key and what was expected. It opens no file and asks no clock: the texts come in as
//! [`PackFiles`].
//!
//! ```text
//! texts ─▶ schema (what was written) ─▶ build (names resolved) ─▶ Plan (what the engine uses)
//! ```
//!
//! ```
//! use plan::{PackFiles, load};
//!
//! let mut files = PackFiles::default();
//! files.insert("plan.toml", "schema = 1\nid = \"x\"\ntitel = 3\n");
//! let problems = load(&files).unwrap_err();
//! assert!(problems.to_string().starts_with("plan.toml:3: titel: unknown field `titel`"));
//! ```

pub mod access;
mod build;
pub mod draft;
mod files;
mod lint;
pub mod period;
mod problem;
pub mod schema;
pub mod succession;

pub use build::{Indicator, Plan, Rule, Task, load};
pub use files::PackFiles;
pub use problem::{Problem, Problems};
pub use schema::{
    Authority, Deadline, Direction, Duty, Every, Field, FieldType, Grain, IndicatorTarget, Machine, Modality, Op, Parameter, Power,
    Register, Role, Scope, State, Step, Text, Unit, UnitKind, When,
};
