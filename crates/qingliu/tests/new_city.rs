//! `docs/new-city.md` and its Chinese twin, followed word for word: files are saved, commands typed, answers compared.
//!
//! A fenced block says what it is after its language: `file=PATH` is a file to save; `console` holds lines to type, which begin
//! with `$ `, each with its answer under it, and all of them end with 0 unless it says `exit=N`; `untested` is left out. In
//! an answer `…` stands for anything within a line, and a line of its own for any number of lines.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;
use std::process::{Command, Output, Stdio};

const ENGLISH: &str = include_str!("../../../docs/new-city.md");
const CHINESE: &str = include_str!("../../../docs/new-city.zh-CN.md");

/// What a block asks of the reader.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Save { path: String, text: String },
    Type { commands: Vec<Typed>, exit: i32 },
    Untested { text: String },
}

/// A line to type and the lines of its answer.
#[derive(Debug, PartialEq, Eq)]
struct Typed {
    command: String,
    answer: Vec<String>,
}

/// The blocks of a page. The line above a file must name it, since no reader sees the mark.
fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut above = "";
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(mark) = line.strip_prefix("```") else {
            if !line.is_empty() {
                above = line;
            }
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|own| *own != "```").collect();
        steps.push(step(mark, &block, above));
    }
    steps
}

fn step(mark: &str, block: &[&str], above: &str) -> Step {
    let text: String = block.iter().map(|line| format!("{line}\n")).collect();
    match mark.split_once(' ') {
        None if mark == "console" => Step::Type { commands: typed(block), exit: 0 },
        Some(("console", "untested")) => Step::Untested { text },
        Some(("console", mark)) => {
            let exit = mark.strip_prefix("exit=").and_then(|code| code.parse().ok());
            Step::Type { commands: typed(block), exit: exit.unwrap_or_else(|| panic!("`{mark}` is no mark (expected exit=N or untested)")) }
        }
        Some((_, mark)) => {
            let path = mark.strip_prefix("file=").unwrap_or_else(|| panic!("`{mark}` is no mark (expected file=PATH)"));
            assert!(above.contains(&format!("`{path}`")), "the line above the block does not name `{path}`: {above}");
            Step::Save { path: path.to_owned(), text }
        }
        None => panic!("a block of `{mark}` without a mark (expected file=PATH, or console)"),
    }
}

fn typed(block: &[&str]) -> Vec<Typed> {
    let mut commands: Vec<Typed> = Vec::new();
    for line in block {
        if let Some(command) = line.strip_prefix("$ ") {
            commands.push(Typed { command: command.to_owned(), answer: Vec::new() });
            continue;
        }
        let last = commands.last_mut().unwrap_or_else(|| panic!("an answer before any command: {line}"));
        last.answer.push((*line).to_owned());
    }
    commands
}

/// Whether an answer is the one the page shows.
fn fits(expected: &[String], found: &[&str]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((line, rest)) if line == "…" => (0..=found.len()).any(|skipped| fits(rest, &found[skipped..])),
        Some((line, rest)) => found.split_first().is_some_and(|(own, after)| line_fits(line, own) && fits(rest, after)),
    }
}

fn line_fits(pattern: &str, line: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('…') else { return pattern == line };
    let Some(mut left) = line.strip_prefix(start) else { return false };
    let (between, end) = rest.rsplit_once('…').map_or((None, rest), |(between, end)| (Some(between), end));
    for part in between.into_iter().flat_map(|between| between.split('…')) {
        let Some((_, after)) = left.split_once(part) else { return false };
        left = after;
    }
    left.ends_with(end)
}

/// Types a line into a shell, in which the built program is `qingliu`.
fn shell(command: &str, folder: &Path) -> (i32, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_qingliu")).parent().unwrap().to_owned();
    let others = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(program).chain(std::env::split_paths(&others))).unwrap();
    let mut shell = Command::new("sh");
    for variable in ["QINGLIU_DATA", "QINGLIU_WHO", "RUST_BACKTRACE", "QINGLIU_LOG"] {
        shell.env_remove(variable);
    }
    let Output { status, stdout, stderr } =
        shell.args(["-c", command]).current_dir(folder).env("PATH", path).stdin(Stdio::null()).output().unwrap();
    (status.code().unwrap_or(-1), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

fn follow(page: &str, folder: &Path) {
    for step in steps(page) {
        match step {
            Step::Save { path, text } => {
                let path = folder.join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
            Step::Type { commands, exit } => {
                for Typed { command, answer } in commands {
                    let (code, found) = shell(&command, folder);
                    assert_eq!(code, exit, "$ {command}\n{found}");
                    let lines: Vec<&str> = found.lines().collect();
                    assert!(fits(&answer, &lines), "$ {command}\nthe page shows:\n{}\nthe program says:\n{found}", answer.join("\n"));
                }
            }
            Step::Untested { .. } => {}
        }
    }
}

#[test]
fn a_newcomer_who_follows_the_page_has_a_judged_plan() {
    let folder = tempfile::tempdir().unwrap();
    follow(ENGLISH, folder.path());
}

#[test]
fn both_languages_ask_for_the_same_files_and_commands() {
    let (english, chinese) = (steps(ENGLISH), steps(CHINESE));
    for (own, other) in english.iter().zip(&chinese) {
        assert_eq!(own, other);
    }
    assert_eq!(english.len(), chinese.len());
}

#[test]
fn the_page_shows_each_part_of_a_pack_and_each_step() {
    let steps = steps(ENGLISH);
    let saved: Vec<&str> =
        steps.iter().filter_map(|step| if let Step::Save { path, .. } = step { Some(path.as_str()) } else { None }).collect();
    for part in ["plan/plan.toml", "plan/roles.toml", "plan/tasks/", "plan/registers/", "plan/rules/", "plan/tests/", "plan/indicators/"] {
        assert!(saved.iter().any(|path| path.starts_with(part)), "no file of {part}");
    }
    let lines: Vec<&str> = steps
        .iter()
        .filter_map(|step| if let Step::Type { commands, .. } = step { Some(commands) } else { None })
        .flatten()
        .map(|typed| typed.command.as_str())
        .collect();
    for command in [
        "plan check",
        "plan test",
        "init --pack",
        "import --register",
        "import --made-up",
        "judge --as-of",
        "why",
        "sql",
        "user add",
        "plan draft",
    ] {
        assert!(lines.iter().any(|line| line.contains(&format!("qingliu {command} "))), "no line with qingliu {command}");
    }
}

#[test]
fn the_dots_stand_for_what_differs_and_for_nothing_else() {
    let cases: [(&str, &str, bool); 12] = [
        ("a", "a", true),
        ("a", "b", false),
        ("a", "a\nb", false),
        ("a\nb", "a", false),
        ("in … s: 5", "in 1.2 s: 5", true),
        ("in … s: 5", "in 1.2 s: 6", false),
        ("a…a", "a", false),
        ("…,x,…", "1,x,2", true),
        ("…,x,…", "1,y,2", false),
        ("a\n…", "a\nb\nc", true),
        ("…\nc", "a\nb\nc", true),
        ("…\nb", "a\nb\nc", false),
    ];
    for (shown, found, expected) in cases {
        let shown: Vec<String> = shown.lines().map(str::to_owned).collect();
        let found: Vec<&str> = found.lines().collect();
        assert_eq!(fits(&shown, &found), expected, "{shown:?} against {found:?}");
    }
}
