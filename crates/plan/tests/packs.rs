//! Packs that are sound are read whole; those that are not are refused with file, line, key and what was expected.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};

use plan::period::Period;
use plan::{Grain, PackFiles, Plan, load};

fn read(dir: &Path) -> PackFiles {
    let mut files = PackFiles::default();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                files.insert(path.strip_prefix(dir).unwrap().to_string_lossy().into_owned(), text);
            }
        }
    }
    files
}

fn packs() -> Vec<PathBuf> {
    let plans = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plans");
    std::fs::read_dir(plans).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
}

fn counts(plan: &Plan) -> String {
    let deadlines: usize = plan.tasks.iter().map(|task| task.deadline.len()).sum();
    let consequences: usize = plan.tasks.iter().map(|task| task.consequence.len()).sum();
    let uncertain = plan.indicators.iter().flat_map(|own| &own.target).filter(|target| target.uncertain).count();
    format!(
        "{} tasks, {deadlines} deadlines, {consequences} consequences, {} duties, {} indicators ({uncertain} uncertain targets), {} units, {} counties, {} objects, {} restorations, {} inconsistencies",
        plan.tasks.len(),
        plan.duties.len(),
        plan.indicators.len(),
        plan.head.unit.len(),
        plan.counties().count(),
        plan.head.object.len(),
        plan.head.restoration.len(),
        plan.head.inconsistency.len(),
    )
}

#[test]
fn every_pack_of_the_repository_is_sound_and_whole() {
    let found: Vec<String> = packs().iter().map(|dir| counts(&load(&read(dir)).unwrap())).collect();
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn every_title_of_a_task_indicator_and_unit_has_an_english_side() {
    for dir in packs() {
        let plan = load(&read(&dir)).unwrap();
        let titles = plan
            .tasks
            .iter()
            .map(|own| &own.title)
            .chain(plan.indicators.iter().map(|own| &own.name))
            .chain(plan.head.unit.iter().map(|own| &own.name));
        for title in titles {
            assert!(!title.zh.is_empty() && !title.en.is_empty(), "{title:?}");
        }
    }
}

const HEAD: &str = "schema = 1\nid = \"x\"\ntitle = { zh = \"测试\" }\ncity = \"city\"\nissuer = \"city\"\nissue_year = 2016\n\n[[unit]]\nid = \"city\"\nkind = \"city\"\nname = { zh = \"市\" }\n\n[[chapter]]\nnumber = 1\ntitle = { zh = \"章\" }\n";

/// A pack of one file besides the head, and what is said of it.
fn said(path: &str, text: &str) -> String {
    let mut files = PackFiles::default();
    files.insert("plan.toml", HEAD);
    files.insert(path, text);
    match load(&files) {
        Ok(_) => "sound".to_owned(),
        Err(problems) => problems.to_string(),
    }
}

const MACHINE: &str = "id = \"m\"\ntitle = { zh = \"措施\" }\nrules = []\ncard = { zh = \"…\" }\nstart = \"a\"\n[[state]]\nid = \"a\"\ntitle = { zh = \"甲\" }\n";
const FINAL: &str = "[[state]]\nid = \"z\"\ntitle = { zh = \"终\" }\nfinal = true\n";

/// A step of a measure, with what differs from a sound one.
fn step(from: &str, to: &str, more: &str) -> String {
    format!(
        "[[step]]\nid = \"s-{from}-{to}\"\ntitle = {{ zh = \"步\" }}\nfrom = [\"{from}\"]\nto = \"{to}\"\nby = [\"city\"]\nclause = {{ zh = \"…\" }}\nsure = \"known\"\n{more}\n"
    )
}

/// A machine that cannot be walked to an end, or that claims a power the city does not have, is refused when it is read.
#[test]
fn a_measure_that_cannot_be_walked_is_refused() {
    let city = "authority = \"city\"\nwhen = \"passing\"";
    let cases = [
        ("sound", format!("{MACHINE}{FINAL}{}", step("a", "z", city))),
        ("no end", format!("{MACHINE}{}", step("a", "a", city))),
        ("unreached", format!("{MACHINE}{FINAL}[[state]]\nid = \"b\"\ntitle = {{ zh = \"乙\" }}\n{}", step("a", "z", city))),
        (
            "dead end",
            format!("{MACHINE}{FINAL}[[state]]\nid = \"b\"\ntitle = {{ zh = \"乙\" }}\n{}{}", step("a", "z", city), step("a", "b", city)),
        ),
        ("lifts without a pass", format!("{MACHINE}{FINAL}{}", step("a", "z", "authority = \"city\"\nwhen = \"any\""))),
        ("province's power", format!("{MACHINE}{FINAL}{}", step("a", "z", "authority = \"province\"\nwhen = \"passing\""))),
        (
            "proposed to the province",
            format!("{MACHINE}{FINAL}{}", step("a", "z", "authority = \"province\"\nproposal = true\nwhen = \"passing\"")),
        ),
        ("unknown state", format!("{MACHINE}{FINAL}{}{}", step("a", "z", city), step("a", "q", city))),
        ("leaves the end", format!("{MACHINE}{FINAL}{}{}", step("a", "z", city), step("z", "a", city))),
    ];
    let told: Vec<String> = cases.iter().map(|(name, text)| format!("{name}: {}", said("measures/m.toml", text))).collect();
    insta::assert_snapshot!(told.join("\n"));
}

const TASK: &str = "[[task]]\nid = \"1.1\"\ntitle = { zh = \"任务\" }\ntext = \"…\"\nresponsible = [\"all\"]\n";
const RULE_END: &str = "\n[card]\nwhat = { zh = \"…\" }\nwhy = { zh = \"…\" }\nexample = { zh = \"…\" }\nlimits = { zh = \"…\" }\nsure = \"known\"\n[sentence]\npass = { zh = \"…\" }\nfail = { zh = \"…\" }\nundetermined = { zh = \"…\" }\n";

#[test]
fn what_is_wrong_is_named_with_file_line_key_and_expectation() {
    let rule = |sql: &str| {
        format!(
            "id = \"r\"\ntitle = {{ zh = \"规则\" }}\nsubject = \"unit\"\ngrain = \"year\"\nclause = {{ zh = \"…\" }}\nsql = \"\"\"\n{sql}\n\"\"\"\n{RULE_END}"
        )
    };
    let cases = [
        ("a task that is sound", said("tasks/01.toml", TASK)),
        ("a key that does not exist", said("tasks/01.toml", &format!("{TASK}leed = [\"city\"]\n"))),
        ("a department that does not exist", said("tasks/01.toml", &format!("{TASK}lead = [\"nobody\"]\n"))),
        (
            "a date that is none",
            said("tasks/01.toml", &format!("{TASK}[[task.deadline]]\ndate = 2017-13-31\nwhat = {{ zh = \"…\" }}\nmodality = \"must\"\n")),
        ),
        (
            "a modality that does not exist",
            said("tasks/01.toml", &format!("{TASK}[[task.deadline]]\ndate = 2017-12-31\nwhat = {{ zh = \"…\" }}\nmodality = \"maybe\"\n")),
        ),
        ("the same task twice", said("tasks/01.toml", &format!("{TASK}{TASK}"))),
        (
            "a duty of no task",
            said("duties.toml", "[[duty]]\nid = \"d\"\ntask = \"9.9\"\nwhat = { zh = \"…\" }\nwho = [\"city\"]\nperiod = \"monthly\"\n"),
        ),
        (
            "an indicator without direction",
            said("indicators/I01.toml", "id = \"I01\"\nname = { zh = \"…\" }\nunit = { zh = \"%\" }\nclause = \"…\"\nowner = \"city\"\n"),
        ),
        (
            "an indicator with a class that does not exist",
            said(
                "indicators/I01.toml",
                "id = \"I01\"\nname = { zh = \"…\" }\nunit = { zh = \"%\" }\nclause = \"…\"\nowner = \"city\"\ndirection = \"down\"\nmissing_fact = { zh = \"…\" }\n[[target]]\nop = \"class_at_least\"\nvalue = \"Ⅶ\"\n",
            ),
        ),
        (
            "an indicator named unlike its file",
            said(
                "indicators/I02.toml",
                "id = \"I01\"\nname = { zh = \"…\" }\nunit = { zh = \"%\" }\nclause = \"…\"\nowner = \"city\"\ndirection = \"down\"\nmissing_fact = { zh = \"…\" }\n",
            ),
        ),
        (
            "a register that refers to nothing",
            said(
                "registers/well.toml",
                "kind = \"well\"\ntitle = { zh = \"井\" }\nowner = \"city\"\n[[field]]\nid = \"Area\"\ntype = \"reference\"\nref = \"zone\"\nlabel = { zh = \"区\" }\n",
            ),
        ),
        ("the engine's own average", said("rules/r.toml", &rule("SELECT avg(value) FROM observations"))),
        ("a binary float", said("rules/r.toml", &rule("SELECT CAST(value AS DOUBLE) FROM observations"))),
        ("the engine's own clock", said("rules/r.toml", &rule("SELECT now()"))),
        ("a rule that writes", said("rules/r.toml", &rule("DELETE FROM observations"))),
        ("words of the kind in a text are no matter", said("rules/r.toml", &rule("SELECT 'avg(delete)' -- avg(\n"))),
        ("no TOML at all", said("rules/r.toml", "<html>")),
    ];
    insta::assert_snapshot!(cases.map(|(what, said)| format!("# {what}\n{said}")).join("\n\n"));
}

#[test]
fn a_pack_without_its_head_says_so() {
    assert_eq!(
        load(&PackFiles::default()).unwrap_err().to_string(),
        "plan.toml: there is no such file (expected it at the top of the pack)"
    );
}

#[test]
fn the_digest_follows_what_decides_judgements_and_nothing_else() {
    let mut files = PackFiles::default();
    files.insert("plan.toml", HEAD);
    let before = files.digest();
    files.insert("README.md", "words");
    files.insert("tests/a.toml", "tests");
    assert_eq!(files.digest(), before);
    files.insert("tasks/01.toml", TASK);
    assert_ne!(files.digest(), before);
}

#[test]
fn periods_are_read_and_printed_and_know_their_days() {
    for (text, grain, first, last) in [
        ("2020-02", Grain::Month, "2020-02-01", "2020-02-29"),
        ("2021-Q1", Grain::Quarter, "2021-01-01", "2021-03-31"),
        ("2020-Q4", Grain::Quarter, "2020-10-01", "2020-12-31"),
        ("2020", Grain::Year, "2020-01-01", "2020-12-31"),
        ("2020-08-03", Grain::Day, "2020-08-03", "2020-08-03"),
    ] {
        let period: Period = text.parse().unwrap();
        assert_eq!((period.to_string().as_str(), period.grain()), (text, grain));
        assert_eq!((period.first().to_string().as_str(), period.last().to_string().as_str()), (first, last));
    }
    for text in ["", "20", "2020-13", "2020-Q5", "2020-02-30", "2020/02", "abcd", "２０２０"] {
        assert!(text.parse::<Period>().is_err(), "{text}");
    }
}
