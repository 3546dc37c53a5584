//! `qingliu simulate hj212`: made-up devices of the register connect to a gateway and send.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use facts::Entry;
use facts::instrument::REGISTER;
use jiff::{SignedDuration, Timestamp};
use telemetry::hj212::{CrcDialect, Edition};
use telemetry::simulate::{self, Instrument, Load};

use crate::cli::DataArg;
use crate::folder::{Folder, now};

/// Sent by a device for which the register has no password; the gateway takes any then.
const ANY_PASSWORD: &str = "123456";
/// How long the last answers are waited for.
const WAIT: Duration = Duration::from_secs(10);

#[derive(Debug, Subcommand)]
pub(crate) enum SimulateCommand {
    /// Devices that speak HJ 212: entries of the register that are marked as made up
    Hj212(SimulateArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Where the gateway listens
    #[arg(long, value_name = "ADDR")]
    pub(crate) to: SocketAddr,
    /// How many devices [default: all that are made up]
    #[arg(long, value_name = "N")]
    pub(crate) devices: Option<usize>,
    /// Frames a second, of all together
    #[arg(long, default_value_t = 1.0, value_name = "R")]
    pub(crate) rate: f64,
    /// How long
    #[arg(long, default_value_t = 1.0, value_name = "M")]
    pub(crate) minutes: f64,
    /// Frames a device sends before the first is answered
    #[arg(long, default_value_t = 16, value_name = "N")]
    pub(crate) in_flight: usize,
}

pub(crate) fn run(command: SimulateCommand) -> Result<ExitCode> {
    let SimulateCommand::Hj212(args) = command;
    let folder = Folder::open(&args.data.data)?;
    let entries = folder.store.entries(REGISTER)?;
    let instruments: Vec<Instrument> =
        entries.iter().filter(|entry| entry.made_up).filter_map(instrument).take(args.devices.unwrap_or(usize::MAX)).collect();
    let positive = |number: f64| number.is_finite() && 0.0 < number;
    if instruments.is_empty() || !positive(args.rate) || !positive(args.minutes) {
        bail!(
            "nothing to send: {} devices of the register `{REGISTER}` are made up; --rate {} and --minutes {} must be above zero",
            instruments.len(),
            args.rate,
            args.minutes
        );
    }
    let load = load(instruments, &args)?;
    let devices = load.instruments.len();
    println!("{devices} devices send {} frames each to {}", load.frames, args.to);
    let report = tokio::runtime::Runtime::new()?.block_on(simulate::run(args.to, load));
    let ms = |percent| report.within(percent).map_or_else(|| "–".to_owned(), |us| format!("{}.{:03} ms", us / 1000, us % 1000));
    println!(
        "{} sent, {} answered, {} requests of the gateway answered, {} connections broke; answers within {} (50 of 100) and {} (99 of 100)",
        report.sent,
        report.acknowledged,
        report.requests,
        report.broken,
        ms(50),
        ms(99)
    );
    Ok(if report.broken == 0 && report.acknowledged == report.sent { ExitCode::SUCCESS } else { ExitCode::from(crate::cli::exit::FAILED) })
}

fn load(instruments: Vec<Instrument>, args: &SimulateArgs) -> Result<Load> {
    #[expect(clippy::cast_precision_loss, reason = "a count of devices is far below the digits of a float")]
    let count = instruments.len() as f64;
    let every = Duration::try_from_secs_f64(count / args.rate)?;
    let length = Duration::try_from_secs_f64(args.minutes * 60.0)?;
    let frames = u64::try_from(length.as_nanos() / every.as_nanos().max(1))?.max(1);
    // Two frames of a device never speak of the same second, and none speaks of a time to come.
    let step_s = i64::try_from(every.as_secs())?.max(1);
    let spoken = step_s.saturating_mul(i64::try_from(frames)?);
    let early = (spoken - i64::try_from(length.as_secs())?).max(0);
    let start = Timestamp::from_second(now())?.checked_sub(SignedDuration::from_secs(early))?;
    Ok(Load { instruments, frames, every, start, step_s, in_flight: args.in_flight, wait: WAIT })
}

fn instrument(entry: &Entry) -> Option<Instrument> {
    let edition = match entry.get("protocol") {
        "2005" => Edition::V2005,
        "" | "2017" => Edition::V2017,
        // What is not known of 2025 is not made up.
        _ => return None,
    };
    let crc = match entry.get("crc") {
        "modbus_low" => CrcDialect::ModbusLowFirst,
        "modbus_high" => CrcDialect::ModbusHighFirst,
        _ => CrcDialect::Strict,
    };
    let password = Some(entry.get("password")).filter(|password| !password.is_empty()).unwrap_or(ANY_PASSWORD);
    Some(Instrument { mn: entry.get("mn").to_owned(), password: password.to_owned(), edition, crc })
}
