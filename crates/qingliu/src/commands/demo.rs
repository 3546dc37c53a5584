//! `qingliu demo`: from nothing to a judged plan on a web page.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use facts::import::ImportOptions;

use crate::bundle::{self, Demo};
use crate::cli::DemoArgs;
use crate::commands::serve::{judge_if_needed, serve};
use crate::folder::{Folder, change};
use crate::progress::Bars;

/// Name of the setting that says that everything is loaded, and so that the store is a demonstration.
pub(crate) const LOADED: &str = "demo_loaded";

pub(crate) fn run(args: DemoArgs) -> Result<ExitCode> {
    let demo = bundle::demo()?;
    let path = args.data.clone().unwrap_or_else(|| PathBuf::from(&demo.folder));
    let folder = open_or_make(&path, &demo)?;
    if folder.store.setting(LOADED)?.is_none() {
        load(&folder, &demo)?;
    }
    let as_of = match args.as_of {
        Some(day) => day,
        None => folder.last_day()?,
    };
    judge_if_needed(&folder, as_of)?;
    if args.no_serve {
        println!("{}: ready as of {as_of}", folder.path.display());
        return Ok(ExitCode::SUCCESS);
    }
    if !demo.accounts.is_empty() {
        let names: Vec<&str> = demo.accounts.iter().map(|account| account.name.as_str()).collect();
        println!("the desk: sign in as {} with the password {}", names.join(", "), demo.password);
    }
    serve(folder, as_of, args.addr.unwrap_or(demo.addr), None, true)?;
    Ok(ExitCode::SUCCESS)
}

fn open_or_make(path: &Path, demo: &Demo) -> Result<Folder> {
    if path.join("facts.db").exists() {
        return Folder::open(path);
    }
    Folder::create(path, &bundle::pack(&demo.pack)).with_context(|| format!("{}", path.display()))
}

/// Loads registers and records. Running it again after it was stopped is harmless: what is there is left alone.
fn load(folder: &Folder, demo: &Demo) -> Result<()> {
    let who = "qingliu demo";
    for register in &demo.registers {
        let kind = folder
            .plan
            .register(&register.kind)
            .with_context(|| format!("demo.toml: `{}` is not a register of the pack", register.kind))?;
        let bytes = bundle::file(demo, &register.file)?;
        let read = facts::entry_table::read(kind, &register.file, bytes, register.made_up, &register.file)?;
        if let Some(refused) = read.refused.first() {
            bail!("{}: {refused}", register.file);
        }
        let drafts: Vec<facts::register::Draft> = read.drafts.into_iter().map(|(_, draft)| draft).collect();
        let put = folder.store.put_entries(&folder.plan, &register.kind, &drafts, &change(who, "demonstration"));
        put.with_context(|| register.file.clone())?;
    }
    for records in &demo.records {
        let options = ImportOptions {
            made_up: records.made_up,
            only: records.only.iter().map(|(column, values)| (column.clone(), values.clone())).collect(),
            ..ImportOptions::of(&folder.plan, &records.source)
        };
        let name = records.file.rsplit('/').next().unwrap_or(&records.file).to_owned();
        let report = folder.store.import_bytes(
            &name,
            bundle::file(demo, &records.file)?,
            &options,
            &change(who, "demonstration"),
            &Bars::default(),
        )?;
        if let Some(refused) = report.refused.first() {
            bail!("{}: {refused}", report.file);
        }
        println!("{name}: {} observations", report.new + report.corrections);
    }
    for account in &demo.accounts {
        if folder.store.account(&account.name)?.is_none() {
            let new = facts::NewAccount {
                name: account.name.clone(),
                display: account.display.clone(),
                unit: account.unit.clone(),
                role: account.role.clone(),
                subject: account.subject.clone(),
                email: String::new(),
            };
            folder.store.add_account(&new, &demo.password, &change(who, "demonstration"))?;
        }
    }
    // So that the rule of headroom has a run to read.
    crate::commands::model::keep_capacity(folder, &["cod", "nh3n"], who)?;
    folder.store.set_setting(LOADED, "true")?;
    Ok(())
}
