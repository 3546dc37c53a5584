//! `qingliu plan check` and `qingliu plan test`

use std::process::ExitCode;

use act::calendar::{Calendar, CalendarError};
use anyhow::Result;
use plan::{PackFiles, Problem};
use serde_json::json;

use crate::cli::{PlanCheckArgs, PlanTestArgs, exit};
use crate::folder::read_pack;
use crate::pack_test;

pub(crate) fn check(args: PlanCheckArgs) -> Result<ExitCode> {
    let files = read_pack(&args.dir)?;
    let (summary, mut problems) = match plan::load(&files) {
        Err(problems) => (String::new(), problems.0),
        Ok(plan) => {
            let problems = tokio::runtime::Runtime::new()?.block_on(async {
                let mut problems = judge::check_pack(&plan).await?;
                problems.extend(act::assessment::check_assessments(&plan).await?);
                Ok::<_, judge::JudgeError>(problems)
            })?;
            let summary = format!(
                "{} tasks, {} deadlines, {} duties, {} indicators, {} rules, {} registers, {} units: no problem found",
                plan.tasks.len(),
                plan.tasks.iter().map(|task| task.deadline.len()).sum::<usize>(),
                plan.duties.len(),
                plan.indicators.len(),
                plan.rules.len(),
                plan.registers.len(),
                plan.head.unit.len()
            );
            (summary, problems)
        }
    };
    problems.extend(calendar_problem(&files));
    print(&args, &summary, &problems)?;
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(exit::DOES_NOT_HOLD) })
}

/// What is wrong with the calendar, where the pack has one: its first problem.
fn calendar_problem(files: &PackFiles) -> Option<Problem> {
    const FILE: &str = "calendar.toml";
    let text = files.get(FILE)?;
    let error = Calendar::from_toml(text).err()?;
    let (line, message) = match &error {
        CalendarError::Toml(error) => {
            let line = error.span().map_or(0, |span| text.as_bytes().iter().take(span.start).filter(|byte| **byte == b'\n').count() + 1);
            (line, error.message().trim().replace('\n', "; "))
        }
        // The file is named once, before the message.
        other => (0, other.to_string().trim_start_matches(FILE).trim_start_matches([',', ':', ' ']).to_owned()),
    };
    Some(Problem { file: FILE.to_owned(), line, key: String::new(), message })
}

fn print(args: &PlanCheckArgs, summary: &str, problems: &[Problem]) -> Result<()> {
    if args.json {
        let rows: Vec<_> =
            problems.iter().map(|own| json!({"file": own.file, "line": own.line, "key": own.key, "message": own.message})).collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(());
    }
    for problem in problems {
        println!("{}/{problem}", args.dir.display());
    }
    if problems.is_empty() {
        println!("{}: {summary}", args.dir.display());
    }
    Ok(())
}

pub(crate) fn test(args: PlanTestArgs) -> Result<ExitCode> {
    let files = read_pack(&args.dir)?;
    let plan = plan::load(&files).map_err(|problems| anyhow::anyhow!("the plan pack has problems:\n{problems}"))?;
    let outcome = pack_test::run(&plan, &files)?;
    for failure in &outcome.failures {
        println!("FAILED {failure}");
    }
    if outcome.checked == 0 && outcome.failures.is_empty() {
        println!("{}: no finding is expected, so nothing was tested", args.dir.display());
        println!(
            "hint: a file tests/NAME.toml is one small world: as_of, [[entry]], [[readings]], and [[expect]] with rule, subject and outcome"
        );
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} findings expected, {} failed", outcome.checked, outcome.failures.len());
    Ok(if outcome.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(exit::DOES_NOT_HOLD) })
}
