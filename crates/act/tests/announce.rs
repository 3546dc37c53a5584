//! What webhooks are told: what is new and public, once each, and nothing from before they were there.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::path::Path;

use act::announce::announce;
use facts::{Change, Measure, MeasureStep, Store, StoredVerdict};
use judge::{Outcome, Verdict, verdict_id};
use plan::{PackFiles, Plan};
use serde_json::Value;
use tempfile::TempDir;

const HOOKS: [&str; 2] = ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"];
const START: i64 = 1_617_600_000;
const DAY: i64 = 86_400;

fn pack() -> Plan {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plans/hegang");
    let mut files = PackFiles::default();
    let mut folders = vec![dir.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                files.insert(path.strip_prefix(&dir).unwrap().to_string_lossy().into_owned(), text);
            }
        }
    }
    plan::load(&files).unwrap()
}

fn store() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Store::create(&folder.path().join("facts.db")).unwrap(), folder)
}

fn change(at: i64) -> Change {
    Change { who: "li".to_owned(), at, why: "a note of an officer".to_owned() }
}

/// Keeps a judgement of these rules, subjects and periods.
fn judged(store: &Store, at: i64, rows: &[(&str, &str, &str, Outcome)]) {
    let stored = |&(rule, subject, period, outcome): &(&str, &str, &str, Outcome)| {
        let verdict = Verdict {
            id: verdict_id(rule, subject, period),
            rule: rule.to_owned(),
            rule_digest: String::new(),
            standards_digest: String::new(),
            subject_kind: "section".to_owned(),
            subject: subject.to_owned(),
            period: period.to_owned(),
            outcome,
            reason: None,
            would_be: None,
            made_up: true,
            facts: BTreeMap::new(),
            inputs: Vec::new(),
        };
        let content = verdict.content();
        StoredVerdict {
            id: verdict.id,
            version: 1,
            rule: verdict.rule,
            subject: verdict.subject,
            period: verdict.period,
            outcome: outcome.id().to_owned(),
            digest: facts::merkle::sha256_hex(content.as_bytes()),
            content,
            as_of: "2021-04-05".to_owned(),
        }
    };
    let verdicts: Vec<StoredVerdict> = rows.iter().map(stored).collect();
    store.put_judgement(&verdicts, &[], &serde_json::json!({}), &change(at)).unwrap();
    store.set_setting("judged_with", &at.to_string()).unwrap();
}

/// The messages to the first webhook, oldest first.
fn messages(store: &Store) -> Vec<Value> {
    let mut letters = store.outbox(1000).unwrap();
    letters.sort_by_key(|letter| letter.id);
    letters.iter().filter(|letter| letter.recipient == HOOKS[0]).map(|letter| serde_json::from_str(&letter.body).unwrap()).collect()
}

fn told(store: &Store) -> Vec<String> {
    let word = |message: &Value, key: &str| message[key].as_str().unwrap_or_default().to_owned();
    messages(store)
        .iter()
        .map(|message| format!("{} {} {}", word(message, "rule"), word(message, "subject"), word(message, "period")))
        .collect()
}

#[test]
fn promises_that_newly_fail_are_told_once() {
    let (plan, (store, _folder)) = (pack(), store());
    let year = ("no-inferior-v", "s-1", "2019", Outcome::Fail);
    let of_a_day = |period| ("park-central-treatment", "p-1", period, Outcome::Fail);
    judged(&store, START, &[year]);
    assert_eq!(announce(&store, &plan, &HOOKS, START).unwrap(), 0, "what was there before is not told");
    assert_eq!(announce(&store, &plan, &HOOKS, START + 60).unwrap(), 0);
    let passing = ("no-inferior-v", "s-2", "2019", Outcome::Pass);
    judged(&store, START + 120, &[year, passing, of_a_day("2021-04-06")]);
    assert_eq!(announce(&store, &plan, &HOOKS, START + 180).unwrap(), 2, "one message to each of two");
    // The next day the same park fails still, and that is no news.
    judged(&store, START + DAY, &[year, passing, of_a_day("2021-04-07")]);
    assert_eq!(announce(&store, &plan, &HOOKS, START + DAY).unwrap(), 0);
    judged(&store, START + 2 * DAY, &[("no-inferior-v", "s-2", "2019", Outcome::Fail), of_a_day("2021-04-08")]);
    assert_eq!(announce(&store, &plan, &HOOKS, START + 2 * DAY).unwrap(), 2);
    assert_eq!(told(&store), ["park-central-treatment p-1 2021-04-06", "no-inferior-v s-2 2019"]);
    let first = &messages(&store)[0];
    assert_eq!((first["event"].as_str(), first["made_up"].as_bool()), (Some("promise_failing"), Some(true)));
    assert_eq!(first["id"], format!("verdict/{}/{}", first["verdict"].as_str().unwrap(), first["digest"].as_str().unwrap()));
}

#[test]
fn only_steps_into_public_states_are_told_and_without_who_took_them() {
    let (plan, (store, _folder)) = (pack(), store());
    assert_eq!(announce(&store, &plan, &HOOKS, START).unwrap(), 0);
    let measure = Measure {
        id: "accountability-1".to_owned(),
        machine: "accountability".to_owned(),
        rule: "no-inferior-v".to_owned(),
        subject_kind: "section".to_owned(),
        subject: "s-1".to_owned(),
        verdict: "v".to_owned(),
        state: "triggered".to_owned(),
        made_up: false,
        opened_at: START + 10,
        closed_at: None,
    };
    let step = |seq, step: &str, from: &str, to: &str| MeasureStep {
        seq,
        step: step.to_owned(),
        from_state: from.to_owned(),
        to_state: to.to_owned(),
        who: "li".to_owned(),
        unit: "city".to_owned(),
        on_day: "2021-04-05".to_owned(),
        document: "鹤政约〔2021〕1号".to_owned(),
        note: "a note of an officer".to_owned(),
        ..MeasureStep::default()
    };
    store.open_measure(&measure, &step(1, "open", "", "triggered"), &change(START + 10)).unwrap();
    assert_eq!(announce(&store, &plan, &HOOKS, START + 60).unwrap(), 0, "the state is not public");
    assert!(store.take_step("accountability-1", &step(2, "interview", "triggered", "interviewed"), false, &change(START + 70)).unwrap());
    assert_eq!(announce(&store, &plan, &HOOKS, START + 120).unwrap(), 2);
    assert_eq!(announce(&store, &plan, &HOOKS, START + 180).unwrap(), 0);
    let message = &messages(&store)[0];
    assert_eq!(message["id"], "measure/accountability-1/2");
    assert_eq!((message["to_state"].as_str(), message["path"].as_str()), (Some("interviewed"), Some("/zh/measures/accountability-1")));
    let text = message.to_string();
    assert!(!text.contains("\"li\"") && !text.contains("a note of an officer"), "{text}");
}

#[test]
fn without_webhooks_nothing_is_remembered() {
    let (plan, (store, _folder)) = (pack(), store());
    assert_eq!(announce(&store, &plan, &HOOKS, START).unwrap(), 0);
    assert_eq!(announce(&store, &plan, &[], START + 60).unwrap(), 0);
    judged(&store, START + 120, &[("no-inferior-v", "s-1", "2019", Outcome::Fail)]);
    assert_eq!(announce(&store, &plan, &HOOKS[..1], START + 180).unwrap(), 0, "a later webhook is not told of what came before it");
    judged(&store, START + 240, &[("no-inferior-v", "s-1", "2020", Outcome::Fail)]);
    assert_eq!(announce(&store, &plan, &HOOKS[..1], START + 300).unwrap(), 1);
}
