//! `qingliu plan succeed`

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use facts::Store;
use plan::Plan;
use plan::succession::{Carried, Succession, compare, finished};
use serde_json::json;

use crate::cli::exit;
use crate::folder::{read_pack, read_pack_bytes};

/// The rule of a pack that judges dates of the plan.
const DEADLINE_RULE: &str = "deadline";

#[derive(Debug, Args)]
pub(crate) struct PlanSucceedArgs {
    /// Folder of the pack before
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// Folder of the pack that comes after it, and says so in [plan]
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// Folder of a store: a task whose dates its last judgement finds met is finished [default: none is]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Keep the texts of the pack before in NEW/earlier, for the history of tasks
    #[arg(long)]
    pub(crate) keep: bool,
    /// Print the lists as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: PlanSucceedArgs) -> Result<ExitCode> {
    let (old, new) = (load(&args.old)?, load(&args.new)?);
    let met = match &args.data {
        Some(data) => met(data)?,
        None => BTreeSet::new(),
    };
    let done = compare(&old, &new, &finished(&old, &met)).with_context(|| format!("{}", args.new.display()))?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&as_json(&done))?);
    } else {
        print(&old, &new, &done);
    }
    if !done.holds() {
        return Ok(ExitCode::from(exit::DOES_NOT_HOLD));
    }
    if args.keep {
        keep(&args.old, &args.new)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn load(dir: &Path) -> Result<Plan> {
    plan::load(&read_pack(dir)?).map_err(|problems| anyhow::anyhow!("{}: the plan pack has problems:\n{problems}", dir.display()))
}

/// Dates that the last judgement of a store finds met.
fn met(data: &Path) -> Result<BTreeSet<String>> {
    let store = Store::open(&data.join("facts.db"))?;
    let met = store.verdicts()?.into_iter().filter(|own| own.rule == DEADLINE_RULE && own.outcome == judge::Outcome::Pass.id());
    Ok(met.map(|own| own.subject).collect())
}

fn as_json(done: &Succession) -> serde_json::Value {
    let change = |own: &plan::succession::Change| json!({"field": own.field, "before": own.before, "after": own.after});
    let carried = |own: &Carried| json!({"old": own.old, "new": own.new, "changes": own.changes.iter().map(change).collect::<Vec<_>>()});
    json!({
        "carried": done.carried.iter().map(carried).collect::<Vec<_>>(),
        "closed": done.closed,
        "finished": done.finished,
        "undecided": done.undecided,
        "new": done.new,
        "taken": done.taken,
    })
}

fn print(old: &Plan, new: &Plan, done: &Succession) {
    let title = |plan: &Plan, id: &str| plan.task(id).map_or_else(String::new, |task| task.title.zh.clone());
    for own in &done.carried {
        let changed: Vec<&str> = own.changes.iter().map(|change| change.field).collect();
        let changed = if changed.is_empty() { "as it was".to_owned() } else { format!("changed: {}", changed.join(", ")) };
        println!("carried   {} -> {} {} ({changed})", own.old, own.new, title(new, &own.new));
        for change in own.changes.iter().filter(|change| change.field != "text") {
            println!("          {}: {} -> {}", change.field, change.before, change.after);
        }
    }
    for (word, plan, list) in [("closed   ", old, &done.closed), ("finished ", old, &done.finished), ("new      ", new, &done.new)] {
        for id in list {
            println!("{word} {id} {}", title(plan, id));
        }
    }
    for id in &done.undecided {
        println!(
            "ERROR     {id} {} is unfinished, and the new plan neither carries nor closes it (expected carries = \"{id}\" at a task, or [[plan.closed]] with its document)",
            title(old, id)
        );
    }
    for id in &done.taken {
        println!(
            "ERROR     {id} {} has the number of another task of the old plan, whose reports would count for it (expected a number of its own)",
            title(new, id)
        );
    }
    println!(
        "{} carried ({} changed), {} closed, {} finished, {} new, {} undecided",
        done.carried.len(),
        done.carried.iter().filter(|own| !own.changes.is_empty()).count(),
        done.closed.len(),
        done.finished.len(),
        done.new.len(),
        done.undecided.len()
    );
}

/// Copies what history needs of the old pack: its head, its tasks, and what came before it.
fn keep(old: &Path, new: &Path) -> Result<()> {
    let to = new.join("earlier");
    if to.exists() {
        bail!("{}: there is a plan before already (expected to make this folder)", to.display());
    }
    let needed = |inside: &str| inside == "plan.toml" || inside.starts_with("tasks/") || inside.starts_with("earlier/");
    for (inside, bytes) in read_pack_bytes(old)?.into_iter().filter(|(inside, _)| needed(inside)) {
        let path = to.join(inside);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
        }
        fs::write(&path, bytes).with_context(|| format!("{}", path.display()))?;
    }
    println!("kept in {}", to.display());
    Ok(())
}
