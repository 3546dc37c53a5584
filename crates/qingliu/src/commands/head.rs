//! `qingliu head`: what the ledger holds, in a few lines to publish or to hand to another office.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use facts::head::Head;
use jiff::civil::Date;

use crate::cli::DataArg;
use crate::folder::Folder;

#[derive(Debug, Args)]
pub(crate) struct HeadArgs {
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// The day, or where nothing happened on it the last before it on which something did [default: the newest]
    #[arg(long, value_name = "DAY")]
    pub(crate) day: Option<Date>,
    /// File to write it to
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Print it as the file would hold it
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: HeadArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.data.data)?;
    let head = of_day(&folder, args.day)?;
    if let Some(path) = &args.out {
        // Not a byte more than the digest is of.
        std::fs::write(path, head.canonical()).with_context(|| format!("{}", path.display()))?;
    }
    if args.json {
        println!("{}", head.canonical());
    } else {
        println!("head of {}: ledger row {} of {}, batches of observations: {}", head.day, head.row, head.at, head.batches);
        println!("  store     {}", head.store);
        println!("  row hash  {}", head.row_hash);
        println!("  rows root {}", head.rows_root);
        println!("  digest    {}", head.digest());
    }
    Ok(ExitCode::SUCCESS)
}

/// The head of a day, or the newest.
pub(crate) fn of_day(folder: &Folder, day: Option<Date>) -> Result<Head> {
    if let Some(head) = folder.store.head(day)? {
        return Ok(head);
    }
    match day {
        Some(day) => bail!("the ledger has no row on {day} or before it"),
        None => bail!("the ledger has no row yet"),
    }
}

/// Reads a file that holds a head.
pub(crate) fn read(path: &Path) -> Result<Head> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    Head::read(&text).with_context(|| format!("{}", path.display()))
}
