//! The gateway beside the portal: `[hj212]` of `qingliu.toml`, and `serve --hj212`.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use facts::Store;
use facts::instrument::Caps;
use jiff::SignedDuration;
use serde::Deserialize;
use telemetry::gateway::{Gateway, Settings};

use crate::folder::Folder;

/// `[hj212]`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Hj212Settings {
    /// Connections at a time.
    connections: usize,
    /// Connections of one device at a time.
    connections_per_device: usize,
    /// Frames of one connection in a second.
    frames_per_second: u32,
    /// Frames of all connections that wait to be stored.
    queue: usize,
    /// Milliseconds that frames gather before a commit.
    gather_ms: u64,
    /// Seconds after which a silent connection ends.
    idle_s: u64,
    /// Hours that missing data are fetched back for; 0 fetches nothing.
    history_hours: u32,
    /// Frames a day that are set aside of one address.
    set_aside_per_address: u32,
    /// Frames a day that are set aside of all.
    set_aside_total: u32,
}

impl Default for Hj212Settings {
    fn default() -> Self {
        let own = Settings::default();
        Self {
            connections: own.connections,
            connections_per_device: own.per_device,
            frames_per_second: own.frames_per_second,
            queue: own.queue,
            gather_ms: u64::try_from(own.gather.as_millis()).unwrap_or(u64::MAX),
            idle_s: own.idle.as_secs(),
            history_hours: u32::try_from(own.history.as_hours()).unwrap_or(u32::MAX),
            set_aside_per_address: own.caps.per_address,
            set_aside_total: own.caps.total,
        }
    }
}

impl Hj212Settings {
    fn settings(self) -> Result<Settings> {
        let limits = [
            ("connections", self.connections),
            ("connections_per_device", self.connections_per_device),
            ("frames_per_second", usize::try_from(self.frames_per_second)?),
            ("queue", self.queue),
            ("idle_s", usize::try_from(self.idle_s)?),
        ];
        if let Some((name, _)) = limits.iter().find(|(_, limit)| *limit == 0) {
            bail!("qingliu.toml: hj212.{name} is 0 (expected one or more)");
        }
        Ok(Settings {
            connections: self.connections,
            per_device: self.connections_per_device,
            frames_per_second: self.frames_per_second,
            queue: self.queue,
            gather: Duration::from_millis(self.gather_ms),
            idle: Duration::from_secs(self.idle_s),
            history: SignedDuration::from_hours(self.history_hours.into()),
            caps: Caps { per_address: self.set_aside_per_address, total: self.set_aside_total },
            ..Settings::default()
        })
    }
}

/// Listens for devices, on a store of its own.
pub(crate) async fn listen(facts: &Path, settings: Hj212Settings, addr: SocketAddr) -> Result<Gateway> {
    let store = Arc::new(Store::open(facts)?);
    let gateway = Gateway::bind(addr, store, settings.settings()?, Arc::new(crate::folder::now_exact)).await?;
    println!("HJ 212 on {}", gateway.local_addr()?);
    Ok(gateway)
}

/// Whether the store has a register of devices; without one nobody would be let in.
pub(crate) fn check(folder: &Folder) -> Result<()> {
    if folder.plan.register(facts::instrument::REGISTER).is_none() {
        bail!("the plan pack has no register `{}` (devices are entered there before they may send)", facts::instrument::REGISTER);
    }
    Ok(())
}
