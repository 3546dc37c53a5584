//! What is part of the program: the demonstration's settings, its pack and its records.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use rust_embed::RustEmbed;
use serde::Deserialize;

#[derive(RustEmbed)]
#[folder = "../../plans"]
struct Plans;

#[derive(RustEmbed)]
#[folder = "../../data"]
struct Data;

/// `demo.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Demo {
    /// The pack.
    pub(crate) pack: String,
    /// Folder of the store.
    pub(crate) folder: String,
    /// Address to serve on.
    pub(crate) addr: SocketAddr,
    /// Register entries.
    pub(crate) registers: Vec<DemoRegister>,
    /// Records.
    pub(crate) records: Vec<DemoRecords>,
    /// Accounts of the demonstration; their password is known to everybody.
    #[serde(default)]
    pub(crate) accounts: Vec<DemoAccount>,
    /// That password.
    #[serde(default)]
    pub(crate) password: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoAccount {
    pub(crate) name: String,
    pub(crate) display: String,
    pub(crate) unit: String,
    pub(crate) role: String,
    #[serde(default)]
    pub(crate) subject: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoRegister {
    pub(crate) kind: String,
    pub(crate) file: String,
    #[serde(default)]
    pub(crate) made_up: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoRecords {
    pub(crate) file: String,
    pub(crate) source: String,
    #[serde(default)]
    pub(crate) made_up: bool,
    #[serde(default)]
    pub(crate) only: BTreeMap<String, Vec<String>>,
}

/// The demonstration's settings.
pub(crate) fn demo() -> Result<Demo> {
    toml::from_str(include_str!("../../../demo.toml")).context("demo.toml")
}

/// The files of a bundled pack, by path inside it.
pub(crate) fn pack(name: &str) -> BTreeMap<String, Vec<u8>> {
    let prefix = format!("{name}/");
    let paths = Plans::iter().filter_map(|path| path.strip_prefix(&prefix).map(str::to_owned));
    paths.filter_map(|path| Some((path.clone(), Plans::get(&format!("{prefix}{path}"))?.data.into_owned()))).collect()
}

/// The bytes of a bundled file: `data/…`, or `pack/…` inside a pack.
pub(crate) fn file(demo: &Demo, path: &str) -> Result<Vec<u8>> {
    let found = if let Some(rest) = path.strip_prefix("data/") {
        Data::get(rest)
    } else {
        let inside = path.strip_prefix("pack/").unwrap_or(path);
        Plans::get(&format!("{}/{inside}", demo.pack))
    };
    found.map(|file| Cow::into_owned(file.data)).with_context(|| format!("demo.toml names `{path}`, which is not part of the program"))
}
