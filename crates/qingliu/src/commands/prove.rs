//! `qingliu prove`: that one observation stood in the ledger, to be checked without the store.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use jiff::civil::Date;

use super::head;
use crate::cli::DataArg;
use crate::folder::Folder;

#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    /// The observation: series, time and version, as `qingliu why` and the pages print it
    #[arg(value_name = "OBSERVATION")]
    pub(crate) observation: String,
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Lead to the head of this day [default: the newest]
    #[arg(long, value_name = "DAY", conflicts_with = "head")]
    pub(crate) day: Option<Date>,
    /// Lead to the head in this file
    #[arg(long, value_name = "FILE")]
    pub(crate) head: Option<PathBuf>,
    /// Leave out what the row of the ledger says, which names who took the batch in
    #[arg(long)]
    pub(crate) public: bool,
    /// File to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

pub(crate) fn run(args: ProveArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.data.data)?;
    let head = match &args.head {
        Some(path) => head::read(path)?,
        None => head::of_day(&folder, args.day)?,
    };
    let proof = folder.store.prove(&args.observation, &head)?;
    let proof = if args.public { proof.public() } else { proof };
    let text = serde_json::to_string_pretty(&proof)? + "\n";
    match &args.out {
        Some(path) => {
            std::fs::write(path, text).with_context(|| format!("{}", path.display()))?;
            let (row, day, last) = (proof.row.seq, head.day, head.row);
            println!("observation {} came with ledger row {row} and stands in the head of {day} (row {last})", args.observation);
        }
        None => print!("{text}"),
    }
    Ok(ExitCode::SUCCESS)
}
