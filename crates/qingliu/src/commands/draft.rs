//! `qingliu plan draft`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use plan::draft::{Draft, ItemKind, draft, read};

#[derive(Debug, Args)]
pub(crate) struct PlanDraftArgs {
    /// The plan document: docx, HTML or text, in traditional or simplified characters
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Folder to write the draft pack to; it must be new or empty
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

pub(crate) fn run(args: PlanDraftArgs) -> Result<ExitCode> {
    refuse_used(&args.out)?;
    let bytes = fs::read(&args.file).with_context(|| format!("{}", args.file.display()))?;
    let name = args.file.file_name().map_or_else(|| args.file.to_string_lossy(), |name| name.to_string_lossy());
    let draft = draft(&read(&name, &bytes)?);
    if draft.tasks().next().is_none() {
        bail!(
            "{}: no task was found (expected headings such as 一、 and 1. or departments that lead, such as 环保局牵头)",
            args.file.display()
        );
    }
    for (inside, text) in draft.files() {
        write(&args.out.join(inside), &text)?;
    }
    print(&args.out, &draft);
    Ok(ExitCode::SUCCESS)
}

/// A folder that holds something is not written to: it could be a pack that people have worked on.
fn refuse_used(dir: &Path) -> Result<()> {
    match fs::read_dir(dir).map(|entries| entries.count()) {
        Ok(n) if n != 0 => bail!("{}: the folder is not empty (expected a new or an empty one)", dir.display()),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("{}", dir.display())),
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    }
    fs::write(path, text).with_context(|| format!("{}", path.display()))
}

fn print(out: &Path, draft: &Draft) {
    let items = draft.items();
    let count = |kind: ItemKind| {
        let all = items.iter().filter(|item| item.kind == kind).count();
        let unsure = items.iter().filter(|item| item.kind == kind && !item.ground.sure()).count();
        format!("{all} ({unsure} unsure)")
    };
    println!("{}: a draft of {}", out.display(), draft.head.title.value);
    println!(
        "{} chapters, tasks {}, leads {}, participants {}, dates {}, numbers {}, duties {}, consequences {}",
        draft.chapters.len(),
        count(ItemKind::Task),
        count(ItemKind::Lead),
        count(ItemKind::Participant),
        count(ItemKind::Deadline),
        count(ItemKind::Target),
        count(ItemKind::Duty),
        count(ItemKind::Consequence)
    );
    println!("{} things are in doubt: draft/unsure.toml lists them", draft.unsure().len());
    println!(
        "next: read {} beside the document, correct the pack, then qingliu plan check {}",
        out.join("review.html").display(),
        out.display()
    );
}
