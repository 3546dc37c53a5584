//! `qingliu judge`

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use jiff::civil::Date;
use judge::{Counts, Outcome};
use serde_json::json;

use crate::cli::JudgeArgs;
use crate::folder::{Folder, change};
use crate::progress::spinner;

pub(crate) fn run(args: JudgeArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.data.data)?;
    let as_of = match args.as_of {
        Some(day) => day,
        None => folder.last_day()?,
    };
    let (counts, seconds) = judge_folder(&folder, as_of, &args.who)?;
    if args.json {
        println!(
            "{}",
            json!({"as_of": as_of.to_string(), "outcomes": counts.outcomes, "new": counts.change.new, "changed": counts.change.changed})
        );
    } else {
        println!(
            "judged as of {as_of} in {seconds:.1} s: {} verdicts ({} new, {} changed)",
            counts.change.given, counts.change.new, counts.change.changed
        );
        for outcome in Outcome::ALL {
            println!("  {:15} {}", outcome.id(), counts.outcomes.get(outcome.id()).copied().unwrap_or(0));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Judges everything and keeps it; gives how it came out and the seconds it took.
pub(crate) fn judge_folder(folder: &Folder, as_of: Date, who: &str) -> Result<(Counts, f64)> {
    let started = Instant::now();
    let runtime = tokio::runtime::Runtime::new()?;
    let bar = spinner(folder.plan.rules.len() + folder.plan.indicators.len());
    let told = |name: &str| {
        bar.set_message(name.to_owned());
        bar.inc(1);
    };
    let counts = runtime.block_on(judge::judge_and_keep(&folder.store, &folder.plan, as_of, &change(who, "judgement"), told))?;
    bar.finish_and_clear();
    Ok((counts, started.elapsed().as_secs_f64()))
}
