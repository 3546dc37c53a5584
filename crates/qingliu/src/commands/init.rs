//! `qingliu init`

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::InitArgs;
use crate::folder::{Folder, read_pack_bytes};

pub(crate) fn run(args: InitArgs) -> Result<ExitCode> {
    let folder = Folder::create(&args.data.data, &read_pack_bytes(&args.pack)?)?;
    let plan = &folder.plan;
    println!(
        "{}: a store for {} ({} tasks, {} indicators, {} rules)",
        folder.path.display(),
        plan.head.title.zh,
        plan.tasks.len(),
        plan.indicators.len(),
        plan.rules.len()
    );
    println!("next: qingliu import --data {} --register section sections.csv", folder.path.display());
    Ok(ExitCode::SUCCESS)
}
