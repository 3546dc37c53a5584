//! `qingliu import`

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use facts::import::{ImportOptions, ImportReport, Progress as _};

use crate::cli::{ImportArgs, exit};
use crate::folder::{Folder, change};
use crate::progress::Bars;

/// Refusals printed one by one.
const SHOWN: usize = 20;

pub(crate) fn run(args: ImportArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.data.data)?;
    if let Some(kind) = &args.register {
        return entries(&folder, kind, &args);
    }
    let options = ImportOptions {
        dry_run: args.dry_run,
        accept_rest: args.accept_rest,
        year: args.year,
        made_up: args.made_up,
        only: args.only.iter().map(|text| choice(text)).collect::<Result<_>>()?,
        ..ImportOptions::of(&folder.plan, &args.source)
    };
    let mut reports = Vec::new();
    for file in &args.files {
        let report = folder.store.import(file, &options, &change(&args.who, &args.why), &Bars::default())?;
        if !args.json {
            print(&report, &options);
        }
        reports.push(report);
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
    }
    let refused = reports.iter().any(|report| report.refused_rows != 0 && !args.accept_rest);
    Ok(if refused { ExitCode::from(exit::REFUSED) } else { ExitCode::SUCCESS })
}

fn choice(text: &str) -> Result<(String, Vec<String>)> {
    let (column, values) = text.split_once('=').with_context(|| format!("--only {text} (expected COLUMN=VALUE[,VALUE…])"))?;
    Ok((column.to_owned(), values.split(',').map(str::to_owned).collect()))
}

fn print(report: &ImportReport, options: &ImportOptions) {
    println!(
        "{}: {} rows, {} new observations ({} missing, {} not measured), {} corrections, {} known already",
        report.file, report.rows, report.new, report.missing, report.not_measured, report.corrections, report.known
    );
    if report.passed_over != 0 {
        println!("  {} rows passed over by --only", report.passed_over);
    }
    if report.without_time != 0 {
        println!("  {} rows without a time: the station reported nothing", report.without_time);
    }
    for refusal in report.refused.iter().take(SHOWN) {
        println!("  refused: {refusal}");
    }
    if SHOWN < report.refused.len() {
        println!("  … and {} more refused cells (--json lists them)", report.refused.len() - SHOWN);
    }
    if report.refused_rows != 0 && !options.accept_rest {
        println!("  {} rows refused, so nothing of this file was kept (--accept-rest keeps the others)", report.refused_rows);
    } else if options.dry_run {
        println!("  dry run: nothing was kept");
    } else if let Some(root) = &report.root {
        println!("  kept; the batch's root in the ledger is {}…", &root[..12]);
    } else {
        println!("  nothing new to keep");
    }
}

fn entries(folder: &Folder, kind: &str, args: &ImportArgs) -> Result<ExitCode> {
    let Some(register) = folder.plan.register(kind) else {
        let kinds: Vec<&str> = folder.plan.registers.iter().map(|register| register.kind.get_ref().as_str()).collect();
        bail!("`{kind}` is not a register of the pack (expected one of {})", kinds.join(", "));
    };
    for file in &args.files {
        let bytes = std::fs::read(file).with_context(|| format!("{}", file.display()))?;
        let read = facts::entry_table::read(register, &file.to_string_lossy(), bytes, args.made_up, &args.source)?;
        let (rows, drafts): (Vec<u64>, Vec<facts::register::Draft>) = read.drafts.into_iter().unzip();
        let bars = Bars::default();
        let mut refused: Vec<String> = read.refused.iter().map(ToString::to_string).collect();
        if refused.is_empty() && !args.dry_run {
            bars.start(&file.to_string_lossy(), 0);
            let put = folder.store.put_entries(&folder.plan, kind, &drafts, &change(&args.who, &args.why));
            bars.finish();
            match put {
                Ok(changed) => {
                    println!("{}: {} entries, {changed} new or changed", file.display(), drafts.len());
                    continue;
                }
                Err(facts::EntryError::Facts(error)) => return Err(error.into()),
                // The first that is refused stops it; all of them are told below.
                Err(_) => {}
            }
        }
        let unfit = folder.store.check_entries(&folder.plan, kind, &drafts)?;
        refused.extend(unfit.iter().map(|(place, error)| format!("row {}: {error}", rows[*place])));
        for line in refused.iter().take(SHOWN) {
            println!("{}: refused: {line}", file.display());
        }
        if SHOWN < refused.len() {
            println!("  … and {} more", refused.len() - SHOWN);
        }
        if !refused.is_empty() {
            println!("{}: nothing of this file was kept", file.display());
            return Ok(ExitCode::from(exit::REFUSED));
        }
        println!("{}: {} entries could be taken; dry run: nothing was kept", file.display(), drafts.len());
    }
    Ok(ExitCode::SUCCESS)
}
