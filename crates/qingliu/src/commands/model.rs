//! `qingliu model`: runs a model of the river on files or on the store, keeps runs and runs them again.

mod print;
mod read;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use facts::model_run::ModelRun;
use judge::river::{self, Asked, Inputs, Model, Run, Tables};
use serde_json::{Value, json};

use crate::cli::{DataArg, exit};
use crate::folder::{Folder, change, now};

#[derive(Debug, Subcommand)]
pub(crate) enum ModelCommand {
    /// Concentrations at sections, and what each source adds
    Steady(ModelArgs),
    /// What each reach bears, beside what is put in
    Capacity(ModelArgs),
    /// What each gauge must keep, and how often it did
    Ecoflow(ModelArgs),
    /// Run a kept run again and compare it byte for byte
    Replay(ReplayArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ModelArgs {
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Take the river from files KIND.csv or KIND.geojson in this folder (river_node, river_reach, inflow …), not from the store
    #[arg(long, value_name = "DIR")]
    pub(crate) network: Option<PathBuf>,
    /// A parameter, such as item=nh3n or flow_factor=0.8 (repeatable); the output lists all of them
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Do not keep the run in the store; a run on files is only kept with --keep
    #[arg(long, conflicts_with = "keep")]
    pub(crate) no_keep: bool,
    /// Keep a run on files in the store
    #[arg(long)]
    pub(crate) keep: bool,
    /// Who runs it, for the ledger
    #[arg(long, env = "QINGLIU_WHO", default_value = "operator", value_name = "NAME")]
    pub(crate) who: String,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// Id of the run, or the beginning of it
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(command: ModelCommand) -> Result<ExitCode> {
    match command {
        ModelCommand::Steady(args) => model(Model::Steady, &args),
        ModelCommand::Capacity(args) => model(Model::Capacity, &args),
        ModelCommand::Ecoflow(args) => model(Model::Ecoflow, &args),
        ModelCommand::Replay(args) => replay(&args),
    }
}

fn model(model: Model, args: &ModelArgs) -> Result<ExitCode> {
    let asked = Asked::new(model, given(&args.set)?)?;
    let keeps = if args.network.is_some() { args.keep } else { !args.no_keep };
    let folder = if args.network.is_none() || keeps { Some(Folder::open(&args.data.data)?) } else { None };
    let tables = match (&args.network, &folder) {
        (Some(network), _) => read::tables(network)?,
        (None, Some(folder)) => of_store(folder)?,
        (None, None) => bail!("there is neither a folder of files nor a store"),
    };
    let run = match river::run(&Inputs { model, asked: asked.clone(), tables }) {
        Ok(run) => run,
        Err(error) => {
            eprintln!("{error}");
            return Ok(ExitCode::from(exit::REFUSED));
        }
    };
    let kept = match folder.filter(|_| keeps) {
        Some(folder) => keep(&folder, &run, &args.who)?,
        None => false,
    };
    if args.json {
        println!("{}", serde_json::to_string_pretty(&document(&run, &asked, keeps)?)?);
        return Ok(ExitCode::SUCCESS);
    }
    print::run(&run, &asked);
    match (keeps, kept) {
        (true, true) => println!("kept as run {}", run.id),
        (true, false) => println!("run {} was kept already", run.id),
        (false, _) => println!("run {}, not kept", run.id),
    }
    Ok(ExitCode::SUCCESS)
}

fn replay(args: &ReplayArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.data.data)?;
    let kept = folder.store.model_run(&args.id)?;
    let kept = kept.with_context(|| format!("no kept run begins with `{}`, or several do", args.id))?;
    let replayed = river::replay(&kept.inputs, &kept.result)?;
    if args.json {
        println!("{}", replayed.run.result);
    } else {
        println!("run {} ({}, as of {}), kept by {}", kept.id, kept.kind, kept.as_of, kept.program);
        if replayed.run.program != kept.program {
            println!("this program is {}", replayed.run.program);
        }
        println!("{}", if replayed.same { "the same result, byte for byte" } else { "another result than was kept" });
    }
    Ok(if replayed.same { ExitCode::SUCCESS } else { ExitCode::from(exit::DOES_NOT_HOLD) })
}

/// Parameters out of `NAME=VALUE`.
fn given(set: &[String]) -> Result<BTreeMap<String, String>> {
    let mut given = BTreeMap::new();
    for text in set {
        let Some((name, value)) = text.split_once('=') else { bail!("--set `{text}` (expected NAME=VALUE)") };
        given.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    Ok(given)
}

fn of_store(folder: &Folder) -> Result<Tables> {
    Ok(river::tables_of(&folder.plan, |kind| folder.store.entries(kind))?)
}

fn keep(folder: &Folder, run: &Run, who: &str) -> Result<bool> {
    let kept = ModelRun {
        id: run.id.clone(),
        kind: run.model.id().to_owned(),
        program: run.program.clone(),
        as_of: folder.as_of(None)?.to_string(),
        inputs: run.inputs.clone(),
        result: run.result.clone(),
        made_up: run.found.made_up(),
        recorded_at: now(),
    };
    Ok(folder.store.keep_model_run(&kept, &change(who, "model run"))?)
}

/// The run as one document: parameters with where they are from, inputs, result.
fn document(run: &Run, asked: &Asked, kept: bool) -> Result<Value> {
    let parameters: Vec<Value> = river::parameters(run.model)
        .map(|parameter| {
            let origin = if asked.is_default(parameter) { "default" } else { "asked" };
            json!({"id": parameter.id, "value": asked.value(parameter), "unit": parameter.unit, "origin": origin, "source": parameter.source, "sure": parameter.sure})
        })
        .collect();
    let inputs: Value = serde_json::from_str(&run.inputs)?;
    let result: Value = serde_json::from_str(&run.result)?;
    Ok(
        json!({"run": run.id, "model": run.model, "program": run.program, "kept": kept, "parameters": parameters, "result": result, "inputs": inputs}),
    )
}

/// Keeps runs of the capacity model over the store's river as it is registered, one for each item; nothing where there is no river.
pub(crate) fn keep_capacity(folder: &Folder, items: &[&str], who: &str) -> Result<()> {
    let tables = of_store(folder)?;
    if tables.get("river_reach").is_none_or(Vec::is_empty) {
        return Ok(());
    }
    for item in items {
        let given = BTreeMap::from([("item".to_owned(), (*item).to_owned())]);
        let inputs = Inputs { model: Model::Capacity, asked: Asked::new(Model::Capacity, given)?, tables: tables.clone() };
        keep(folder, &river::run(&inputs)?, who)?;
    }
    Ok(())
}
