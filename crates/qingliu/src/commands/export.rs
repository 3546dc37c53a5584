//! `qingliu export`: what is exported imports unchanged.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use facts::ObservationQuery;

use crate::cli::{ExportArgs, ExportWhat};
use crate::folder::Folder;

pub(crate) fn run(args: ExportArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.data.data)?;
    let out: Box<dyn Write> = match &args.out {
        Some(path) => Box::new(std::fs::File::create(path).with_context(|| format!("{}", path.display()))?),
        None => Box::new(std::io::stdout().lock()),
    };
    let mut writer = csv::Writer::from_writer(out);
    match args.what {
        ExportWhat::Register => register(&folder, args.register.as_deref(), &mut writer)?,
        ExportWhat::Observations => observations(&folder, &mut writer)?,
        ExportWhat::Verdicts => {
            writer.write_record([
                "id",
                "rule",
                "subject_kind",
                "subject",
                "period",
                "outcome",
                "reason",
                "would_be",
                "made_up",
                "as_of",
                "digest",
            ])?;
            for stored in folder.store.verdicts()? {
                let verdict = judge::Verdict::read(&stored.id, &stored.content)?;
                let would_be = verdict.would_be.map_or("", judge::Outcome::id);
                let made_up = if verdict.made_up { "true" } else { "false" };
                writer.write_record([
                    verdict.id.as_str(),
                    &verdict.rule,
                    &verdict.subject_kind,
                    &verdict.subject,
                    &verdict.period,
                    verdict.outcome.id(),
                    verdict.reason.as_deref().unwrap_or_default(),
                    would_be,
                    made_up,
                    &stored.as_of,
                    &stored.digest,
                ])?;
            }
        }
        ExportWhat::Indicators => {
            writer.write_record(["indicator", "unit", "period", "value", "made_up"])?;
            for value in folder.store.indicator_values()? {
                writer.write_record([
                    value.indicator.as_str(),
                    &value.unit,
                    &value.period,
                    value.value.as_deref().unwrap_or_default(),
                    if value.made_up { "true" } else { "false" },
                ])?;
            }
        }
    }
    writer.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn register(folder: &Folder, kind: Option<&str>, writer: &mut csv::Writer<Box<dyn Write>>) -> Result<()> {
    let kinds: Vec<&str> = folder.plan.registers.iter().map(|register| register.kind.get_ref().as_str()).collect();
    let Some(register) = kind.and_then(|kind| folder.plan.register(kind)) else {
        bail!("which register? (--register, one of {})", kinds.join(", "));
    };
    // Private fields stay: an export is a file that leaves.
    let fields: Vec<&str> = register.field.iter().filter(|field| field.public).map(|field| field.id.get_ref().as_str()).collect();
    let header = ["id"].into_iter().chain(fields.iter().copied()).chain(["source", "made_up"]);
    writer.write_record(header)?;
    for entry in folder.store.entries(register.kind.get_ref())? {
        let made_up = if entry.made_up { "true" } else { "false" };
        writer.write_record(
            [entry.id.as_str()].into_iter().chain(fields.iter().map(|field| entry.get(field))).chain([entry.source.as_str(), made_up]),
        )?;
    }
    Ok(())
}

fn observations(folder: &Folder, writer: &mut csv::Writer<Box<dyn Write>>) -> Result<()> {
    writer
        .write_record(["place", "time", "item", "value", "unit", "flag", "method", "reason", "known_at", "source", "version", "made_up"])?;
    let mut failed = None;
    folder.store.each_observation(&ObservationQuery { all_versions: true, ..ObservationQuery::default() }, |row| {
        let record = [
            row.place.clone(),
            facts::time::print(row.time),
            row.item.clone(),
            row.text.clone(),
            row.unit.clone(),
            row.flag.clone(),
            row.method.clone(),
            row.reason.clone(),
            facts::time::print(row.known_at),
            row.source.clone(),
            row.version.to_string(),
            row.made_up.to_string(),
        ];
        if let Err(error) = writer.write_record(&record) {
            failed.get_or_insert(error);
        }
    })?;
    failed.map_or(Ok(()), |error| Err(error.into()))
}
