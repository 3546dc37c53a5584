//! `qingliu outbox`: what waits to be sent, what was, and what was given up. It shows no address of a person.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use facts::outbox::Queued;
use serde_json::{Value, json};

use crate::cli::DataArg;
use crate::folder::{Folder, now};
use crate::post_office::{self, PostOffice};
use crate::table;

#[derive(Debug, Args)]
pub(crate) struct OutboxArgs {
    #[command(flatten)]
    pub(crate) data: DataArg,
    /// Queue what is to be told today and send what is due, once; `serve` does so every minute
    #[arg(long)]
    pub(crate) send: bool,
    /// How many letters to list; those that were not sent come first
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub(crate) limit: usize,
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: OutboxArgs) -> Result<ExitCode> {
    let mut folder = Folder::open(&args.data.data)?;
    let report = if args.send {
        let post = PostOffice::open(&folder)?;
        folder.plan.set_day(post_office::today());
        Some(post_office::run_once(&folder.store, &folder.plan, &post, post_office::today(), &now, &|| false)?)
    } else {
        None
    };
    let letters = folder.store.outbox(args.limit)?;
    if args.json {
        let rows: Vec<Value> = letters.iter().map(row).collect();
        println!("{}", serde_json::to_string_pretty(&json!({"round": report, "letters": rows}))?);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(report) = report {
        println!(
            "{} reminders and {} announcements queued; {} sent, {} to be tried again, {} given up",
            report.reminders, report.announcements, report.delivered.sent, report.delivered.failed, report.delivered.given_up
        );
    }
    if letters.is_empty() {
        println!("the outbox is empty");
        return Ok(ExitCode::SUCCESS);
    }
    let header = ["id", "state", "to", "about", "queued", "next", "failed", "last error"].map(str::to_owned);
    let rows: Vec<Vec<String>> = letters.iter().map(cells).collect();
    print!("{}", table::render(&header, &rows));
    Ok(ExitCode::SUCCESS)
}

/// When a letter is tried next; only for one that waits.
fn next(letter: &Queued) -> Option<i64> {
    letter.next_at.filter(|_| letter.sent_at.is_none())
}

fn row(letter: &Queued) -> Value {
    json!({
        "id": letter.id,
        "state": letter.state().id(),
        "to": letter.shown_recipient(),
        "key": letter.key,
        "subject": letter.subject,
        "queued_at": facts::time::print(letter.queued_at),
        "attempts": letter.attempts,
        "next_at": next(letter).map(facts::time::print),
        "sent_at": letter.sent_at.map(facts::time::print),
        "last_error": letter.last_error,
    })
}

fn cells(letter: &Queued) -> Vec<String> {
    vec![
        letter.id.to_string(),
        letter.state().id().to_owned(),
        letter.shown_recipient(),
        letter.key.clone(),
        facts::time::print(letter.queued_at),
        next(letter).map(facts::time::print).unwrap_or_default(),
        letter.attempts.to_string(),
        letter.last_error.clone(),
    ]
}
