//! `qingliu verify`

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use crate::cli::{VerifyArgs, exit};
use crate::folder::Folder;

pub(crate) fn run(args: VerifyArgs) -> Result<ExitCode> {
    let folder = Folder::open(&args.data.data)?;
    let altered = folder.store.verify()?;
    if args.json {
        let rows: Vec<_> = altered.iter().map(|altered| json!({"what": altered.what, "how": altered.how})).collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else if altered.is_empty() {
        println!(
            "the ledger holds: {} rows, {} observations, nothing altered",
            folder.store.ledger()?.len(),
            folder.store.count_observations()?
        );
    } else {
        for altered in &altered {
            println!("altered: {altered}");
        }
    }
    Ok(if altered.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(exit::DOES_NOT_HOLD) })
}
