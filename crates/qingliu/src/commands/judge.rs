//! `qingliu judge`

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use jiff::civil::Date;
use judge::{Limits, Outcome, Session};
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
    let counts = judge_folder(&folder, as_of, &args.who)?;
    if args.json {
        println!(
            "{}",
            json!({"as_of": as_of.to_string(), "outcomes": counts.outcomes, "new": counts.change.new, "changed": counts.change.changed})
        );
    } else {
        println!(
            "judged as of {as_of} in {:.1} s: {} verdicts ({} new, {} changed)",
            counts.seconds, counts.change.given, counts.change.new, counts.change.changed
        );
        for outcome in Outcome::ALL {
            println!("  {:15} {}", outcome.id(), counts.outcomes.get(outcome.id()).copied().unwrap_or(0));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// How a judgement came out.
pub(crate) struct Counts {
    pub(crate) outcomes: BTreeMap<&'static str, usize>,
    pub(crate) change: facts::verdict::JudgementChange,
    pub(crate) seconds: f64,
}

/// Judges everything and keeps it.
pub(crate) fn judge_folder(folder: &Folder, as_of: Date, who: &str) -> Result<Counts> {
    let started = Instant::now();
    let runtime = tokio::runtime::Runtime::new()?;
    let bar = spinner(folder.plan.rules.len() + folder.plan.indicators.len());
    let (outcomes, change) = runtime.block_on(async {
        let session = Session::open(&folder.store, &folder.plan, as_of, Limits::default()).await?;
        let told = |name: &str| {
            bar.set_message(name.to_owned());
            bar.inc(1);
        };
        let judgement = judge::judge(&session, &folder.plan, told).await?;
        let mut outcomes: BTreeMap<&'static str, usize> = BTreeMap::new();
        for verdict in &judgement.verdicts {
            *outcomes.entry(verdict.outcome.id()).or_default() += 1;
        }
        let change = judgement.keep(&folder.store, &folder.plan, &session, &change(who, "judgement"))?;
        anyhow::Ok((outcomes, change))
    })?;
    bar.finish_and_clear();
    folder.store.set_setting("judged_as_of", &as_of.to_string())?;
    folder.store.set_setting("judged_with", &made_with(folder, as_of)?)?;
    Ok(Counts { outcomes, change, seconds: started.elapsed().as_secs_f64() })
}

/// Everything a judgement depends on: where it is the same, judging again gives the same.
pub(crate) fn made_with(folder: &Folder, as_of: Date) -> Result<String> {
    let facts = folder.store.facts_head()?;
    Ok(format!("{} {} {as_of} {facts} {}", folder.plan.digest, standards::digest(), env!("CARGO_PKG_VERSION")))
}
