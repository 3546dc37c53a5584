//! A pack's own tests: facts in, findings out. Each file of `tests/` is one small world.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail};
use facts::import::{ImportOptions, Silent};
use facts::register::Draft;
use facts::{Change, Store};
use judge::{Limits, Outcome, Session};
use plan::period::Period;
use plan::schema::TomlDate;
use plan::{PackFiles, Plan};
use serde::Deserialize;
use serde_json::json;

/// One file of `tests/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct World {
    /// The day the rules are judged for.
    as_of: TomlDate,
    /// Register entries, by kind.
    #[serde(default)]
    entry: Vec<EntryIn>,
    /// Readings.
    #[serde(default)]
    readings: Vec<ReadingsIn>,
    /// Hours of automatic devices.
    #[serde(default)]
    hours: Vec<HoursIn>,
    /// Results of assessments that were published, oldest first.
    #[serde(default)]
    result: Vec<ResultIn>,
    /// Findings expected.
    expect: Vec<Expected>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryIn {
    kind: String,
    id: String,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadingsIn {
    place: String,
    /// Months with one reading each, on the fifteenth: `2020-01` or `2020-01..2020-12`.
    months: String,
    /// Values by item.
    values: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HoursIn {
    place: String,
    item: String,
    /// The first hour, `2021-04-01 08:00`, in Shanghai.
    from: String,
    /// Values of one hour after the other, separated by blanks: `31.5` normal, `31.5/M` with another mark, `31.5*6` six hours
    /// alike, `_` or `_*3` hours without any.
    values: String,
    /// The series they come in.
    #[serde(default = "hour_source")]
    source: String,
}

fn hour_source() -> String {
    "hj212-hour".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResultIn {
    assessment: String,
    year: i16,
    /// The day it was made for and published on.
    as_of: TomlDate,
    /// Grades by unit; a unit without one is not there.
    grades: BTreeMap<String, String>,
    /// Factors of the allocation by unit, as decimals.
    #[serde(default)]
    allocation: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    rule: String,
    subject: String,
    #[serde(default)]
    period: Option<String>,
    outcome: Outcome,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    would_be: Option<Outcome>,
    #[serde(default)]
    facts: BTreeMap<String, String>,
}

/// How the tests came out.
pub(crate) struct Tested {
    pub(crate) checked: usize,
    pub(crate) failures: Vec<String>,
}

/// Runs every test of a pack.
pub(crate) fn run(plan: &Plan, files: &PackFiles) -> Result<Tested> {
    let mut tested = Tested { checked: 0, failures: Vec::new() };
    let runtime = tokio::runtime::Runtime::new()?;
    for (path, text) in files.below("tests", ".toml") {
        let world: World = toml::from_str(text).with_context(|| path.to_owned())?;
        let folder = std::env::temp_dir().join(format!("qingliu-pack-test-{}-{}", std::process::id(), tested.checked));
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let done = run_world(plan, &world, &folder, &runtime, path, &mut tested).with_context(|| path.to_owned());
        std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        done?;
    }
    Ok(tested)
}

fn run_world(
    plan: &Plan,
    world: &World,
    folder: &std::path::Path,
    runtime: &tokio::runtime::Runtime,
    path: &str,
    tested: &mut Tested,
) -> Result<()> {
    let store = Store::create(&folder.join("facts.db"))?;
    let change = Change { who: "pack test".to_owned(), at: 0, why: path.to_owned() };
    for entry in &world.entry {
        let draft =
            Draft { id: entry.id.clone(), data: entry.fields.clone(), made_up: false, source: "pack test".to_owned(), known_at: None };
        store.put_entries(plan, &entry.kind, &[draft], &change)?;
    }
    for result in &world.result {
        publish(&store, result, &change)?;
    }
    let mut csv = String::from("place,time,item,value\n");
    for readings in &world.readings {
        for month in months(&readings.months)? {
            for (item, value) in &readings.values {
                let _ = writeln!(csv, "{},{}-15 08:00,{item},{value}", readings.place, month);
            }
        }
    }
    if !world.readings.is_empty() {
        let options = ImportOptions::of(plan, "pack-test");
        let report = store.import_bytes("readings.csv", csv.into_bytes(), &options, &change, &Silent)?;
        if let Some(refused) = report.refused.first() {
            bail!("readings: {refused}");
        }
    }
    if !world.hours.is_empty() {
        let mut csv = String::from("place,time,item,value,flag,source\n");
        for hours in &world.hours {
            add_hours(&mut csv, hours)?;
        }
        let options = ImportOptions::of(plan, "pack-test");
        let report = store.import_bytes("hours.csv", csv.into_bytes(), &options, &change, &Silent)?;
        if let Some(refused) = report.refused.first() {
            bail!("hours: {refused}");
        }
    }
    let judgement = runtime.block_on(async {
        let session = Session::open(&store, plan, world.as_of.0, Limits::default()).await?;
        let asked: BTreeSet<&str> = world.expect.iter().map(|expected| expected.rule.as_str()).collect();
        judge::judge_by(&session, plan, |rule| asked.contains(rule)).await
    });
    let judgement = match judgement {
        // Rules that contradict each other are a failure of this file; the others go on.
        Err(error @ judge::JudgeError::Contradiction { .. }) => {
            tested.failures.push(format!("{path}: {error}"));
            return Ok(());
        }
        judged => judged?,
    };
    for expected in &world.expect {
        tested.checked += 1;
        if plan.rule(&expected.rule).is_none() {
            tested.failures.push(format!("{path}: `{}` is not a rule of the pack", expected.rule));
            continue;
        }
        let period = expected.period.clone().unwrap_or_else(|| world.as_of.0.to_string());
        let name = format!("{path}: {} for {} in {period}", expected.rule, expected.subject);
        let found =
            judgement.verdicts.iter().find(|own| own.rule == expected.rule && own.subject == expected.subject && own.period == period);
        let Some(found) = found else {
            tested.failures.push(format!("{name}: no verdict (expected {})", expected.outcome));
            continue;
        };
        if found.outcome != expected.outcome
            || (expected.reason.is_some() && found.reason != expected.reason)
            || (expected.would_be.is_some() && found.would_be != expected.would_be)
        {
            tested.failures.push(format!(
                "{name}: {} {:?} {:?} (expected {} {:?} {:?})",
                found.outcome, found.reason, found.would_be, expected.outcome, expected.reason, expected.would_be
            ));
        }
        for (fact, value) in &expected.facts {
            if found.facts.get(fact) != Some(value) {
                tested.failures.push(format!("{name}: {fact} is {:?} (expected {value})", found.facts.get(fact)));
            }
        }
    }
    Ok(())
}

/// The rows of one series of hours.
fn add_hours(csv: &mut String, hours: &HoursIn) -> Result<()> {
    let mut at = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M", &hours.from).with_context(|| hours.from.clone())?;
    for word in hours.values.split_whitespace() {
        let (value, times) = match word.split_once('*') {
            Some((value, times)) => (value, times.parse::<u32>().with_context(|| word.to_owned())?),
            None => (word, 1),
        };
        let (value, mark) = value.split_once('/').unwrap_or((value, "N"));
        for _ in 0..times {
            if value != "_" {
                let time = at.strftime("%Y-%m-%d %H:%M");
                let _ = writeln!(csv, "{},{time},{},{value},{mark},{}", hours.place, hours.item, hours.source);
            }
            at = at.checked_add(jiff::Span::new().hours(1))?;
        }
    }
    Ok(())
}

/// Publishes a result with as little in it as rules can ask for.
fn publish(store: &Store, result: &ResultIn, change: &Change) -> Result<()> {
    let units = result.grades.iter().map(|(unit, grade)| json!({"unit": unit, "grade": grade, "allocation": result.allocation.get(unit)}));
    let units: Vec<serde_json::Value> = units.collect();
    let content =
        json!({"assessment": result.assessment, "year": result.year, "as_of": result.as_of.0.to_string(), "units": units}).to_string();
    let id = act::assessment::edition_id(&result.assessment, result.year);
    let number = i64::try_from(store.editions(&id)?.len())? + 1;
    let change = Change { at: facts::time::end_of(result.as_of.0), ..change.clone() };
    store.publish_edition(&id, number, &content, &change)?;
    Ok(())
}

fn months(text: &str) -> Result<Vec<String>> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let (mut month, last): (Period, Period) = (from.parse()?, to.parse()?);
    let mut months = Vec::new();
    while month <= last {
        months.push(month.to_string());
        month = Period::of(month.last().tomorrow()?, month.grain());
    }
    Ok(months)
}
