//! `qingliu verify`

use std::num::NonZeroUsize;
use std::process::ExitCode;

use anyhow::Result;
use facts::head::Head;
use serde_json::json;

use super::head;
use crate::cli::{VerifyArgs, exit};
use crate::folder::Folder;
use crate::progress::batches;

pub(crate) fn run(args: VerifyArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.data.data)?;
    let heads: Vec<Head> = args.head.iter().map(|path| head::read(path)).collect::<Result<_>>()?;
    let threads = args.threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    let bar = batches();
    let told = |done: usize, total: usize| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let mut altered = folder.store.verify_on(threads, &told)?;
    bar.finish_and_clear();
    let differing = folder.store.check_heads(&heads)?;
    let all_held = differing.is_empty();
    // What is wrong in the store itself comes first: it names the place.
    altered.extend(differing);
    if args.json {
        let rows: Vec<_> = altered.iter().map(|altered| json!({"what": altered.what, "how": altered.how})).collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else {
        if altered.is_empty() {
            println!(
                "the ledger holds: {} rows, {} observations, nothing altered",
                folder.store.ledger()?.len(),
                folder.store.count_observations()?
            );
        }
        for altered in &altered {
            println!("altered: {altered}");
        }
        for head in heads.iter().filter(|_| all_held) {
            println!("it still has what the head of {} states: row {} with hash {}", head.day, head.row, head.row_hash);
        }
    }
    Ok(if altered.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(exit::DOES_NOT_HOLD) })
}
