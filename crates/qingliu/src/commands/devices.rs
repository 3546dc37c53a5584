//! `qingliu devices`: what was heard of each device of the register. It shows no password and no address.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use facts::instrument::DeviceSummary;
use serde_json::json;

use crate::cli::DataArg;
use crate::folder::{Folder, now};
use crate::table;

/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;
/// Rows of what was not kept.
const ASIDE: usize = 100;

#[derive(Debug, Args)]
pub(crate) struct DevicesArgs {
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: DevicesArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.data.data)?;
    let now_ms = now() * 1000;
    let (devices, aside) = (folder.store.devices(now_ms)?, folder.store.set_aside(now_ms - DAY_MS, ASIDE)?);
    if args.json {
        println!("{}", serde_json::to_string_pretty(&json!({"devices": devices, "not_kept_last_day": aside}))?);
        return Ok(ExitCode::SUCCESS);
    }
    let header = [
        "device",
        "mn",
        "place",
        "state",
        "last seen",
        "silent s",
        "last day",
        "frames",
        "again",
        "observations",
        "set aside",
        "refused",
        "clock ms",
    ];
    let rows: Vec<Vec<String>> = devices.iter().map(cells).collect();
    print!("{}", table::render(&header.map(str::to_owned), &rows));
    if !aside.is_empty() {
        println!("\nnot kept in the last day:");
        let rows: Vec<Vec<String>> = aside
            .into_iter()
            .map(|row| vec![row.mn, row.state, row.reason, row.frames.to_string(), facts::time::print(row.last)])
            .collect();
        print!("{}", table::render(&["mn", "state", "reason", "frames", "last"].map(str::to_owned), &rows));
    }
    Ok(ExitCode::SUCCESS)
}

fn cells(device: &DeviceSummary) -> Vec<String> {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    vec![
        device.id.clone(),
        device.mn.clone(),
        format!("{}/{}", device.place_kind, device.place),
        device.state.id().to_owned(),
        device.last_seen.map(facts::time::print).unwrap_or_default(),
        number(device.silent_s),
        device.availability.map(|day| format!("{}/{}", day.received, day.expected)).unwrap_or_default(),
        device.frames.to_string(),
        device.again.to_string(),
        device.observations.to_string(),
        device.quarantined.to_string(),
        device.refused.to_string(),
        number(device.skew_ms),
    ]
}
