//! `qingliu sql`

use std::io::Read as _;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use judge::{Answer, Limits, Session};

use crate::cli::{Format, SqlArgs};
use crate::folder::Folder;
use crate::table;

pub(crate) fn run(args: SqlArgs) -> Result<ExitCode> {
    let question = if args.sql == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        args.sql.clone()
    };
    let limits = Limits { time: Duration::from_secs(args.timeout), memory: args.memory << 20 };
    let runtime = tokio::runtime::Runtime::new()?;
    let answer = runtime.block_on(async {
        let session = if args.no_store {
            Session::without_store()?
        } else {
            let folder = Folder::open(&args.data.data)?;
            let as_of = folder.as_of(args.as_of)?;
            Session::open(&folder.store, &folder.plan, as_of, limits).await?
        };
        anyhow::Ok(session.sql(&question).await?)
    });
    // A query that was stopped may still hold a worker; nobody waits for it.
    runtime.shutdown_background();
    print(&answer?, args.format)?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn print(answer: &Answer, format: Format) -> Result<()> {
    match format {
        Format::Json => {
            let rows: Vec<serde_json::Map<String, serde_json::Value>> = answer
                .rows
                .iter()
                .map(|row| answer.columns.iter().cloned().zip(row.iter().map(|cell| cell.clone().into())).collect())
                .collect();
            println!("{}", serde_json::to_string_pretty(&rows)?);
        }
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(std::io::stdout().lock());
            writer.write_record(&answer.columns)?;
            for row in &answer.rows {
                writer.write_record(row.iter().map(|cell| cell.as_deref().unwrap_or_default()))?;
            }
            writer.flush()?;
        }
        Format::Table => {
            let rows: Vec<Vec<String>> =
                answer.rows.iter().map(|row| row.iter().map(|cell| cell.clone().unwrap_or_else(|| "∅".to_owned())).collect()).collect();
            print!("{}", table::render(&answer.columns, &rows));
            println!("({} rows)", answer.rows.len());
        }
    }
    Ok(())
}
