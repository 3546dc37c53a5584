//! What webhooks are told: steps of measures into public states, published editions, promises that newly fail. Nothing in it
//! is more than everybody may read on the pages: no person, no note, no field that is private.
//!
//! Whatever was there before the first webhook is not told. Each event has a key, and each webhook gets it once.

use std::collections::BTreeSet;

use facts::merkle::sha256_hex;
use facts::news::{EditionNews, StepNews};
use facts::outbox::Letter;
use facts::{FactsError, Store, StoredVerdict};
use judge::Verdict;
use plan::{Grain, Plan, Text};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::measure;

/// The setting that keeps what the last look saw.
const SEEN: &str = "webhooks_seen";
/// How far each look goes back behind the one before, in seconds: what is written down carries the instant at which its
/// change began, and a long judgement or import ends later. What was told already is known by its key.
const LOOK_BACK_S: i64 = 24 * 3600;
/// How long the instant of the last look may go unnoted, in seconds; far less than looks go back.
const NOTED_S: i64 = 3600;
/// Characters of a hash that stand for the address of a webhook in keys.
const HOOK_LETTERS: usize = 12;

/// What the last look saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    /// When there was a webhook for the first time.
    from: i64,
    /// When the last look was.
    at: i64,
    /// What the last judgement was made with.
    judged_with: String,
    /// Promises that failed in it.
    failing: BTreeSet<String>,
}

/// Queues, for every webhook, what happened since the last look. Gives how many messages were new.
pub fn announce(store: &Store, plan: &Plan, hooks: &[&str], now: i64) -> Result<usize, FactsError> {
    let known = store.setting(SEEN)?.unwrap_or_default();
    if hooks.is_empty() {
        // With the last webhook goes the memory, so that a later one is not told of years.
        if !known.is_empty() {
            store.set_setting(SEEN, "")?;
        }
        return Ok(0);
    }
    let judged_with = store.setting("judged_with")?.unwrap_or_default();
    let Ok(seen) = serde_json::from_str::<Seen>(&known) else {
        let failing = failing(store, plan)?.into_iter().map(|(mark, _)| mark).collect();
        keep(store, &Seen { from: now, at: now, judged_with, failing })?;
        return Ok(0);
    };
    let since = seen.from.max(seen.at.saturating_sub(LOOK_BACK_S));
    let mut events: Vec<(String, Value)> = store.steps_since(since)?.iter().filter_map(|step| step_event(plan, step)).collect();
    events.extend(store.editions_since(since)?.iter().map(edition_event));
    let mut failing_now = seen.failing.clone();
    if judged_with != seen.judged_with {
        let all = failing(store, plan)?;
        for (_, stored) in all.iter().filter(|(mark, _)| !seen.failing.contains(mark)) {
            events.push(promise_event(stored)?);
        }
        failing_now = all.into_iter().map(|(mark, _)| mark).collect();
    }
    let queued = store.queue(&letters(plan, hooks, &events), now)?;
    let looked = Seen { from: seen.from, at: now, judged_with, failing: failing_now };
    // Not written every minute for the instant alone.
    if looked.judged_with != seen.judged_with || queued != 0 || NOTED_S <= now - seen.at {
        keep(store, &looked)?;
    }
    Ok(queued)
}

fn keep(store: &Store, seen: &Seen) -> Result<(), FactsError> {
    store.set_setting(SEEN, &serde_json::to_string(seen).unwrap_or_default())
}

/// The failing verdicts of promises in the last judgement, each with a mark that stays from judgement to judgement: where
/// a rule is as of a day, its subject fails on and on, and not anew every day.
fn failing(store: &Store, plan: &Plan) -> Result<Vec<(String, StoredVerdict)>, FactsError> {
    let promised = |stored: StoredVerdict| {
        let rule = plan.rule(&stored.rule).filter(|rule| rule.promise && stored.outcome == "fail")?;
        let period: &str = if rule.grain == Grain::AsOf { "" } else { &stored.period };
        Some((format!("{}/{}/{period}", stored.rule, stored.subject), stored))
    };
    Ok(store.verdicts()?.into_iter().filter_map(promised).collect())
}

fn letters(plan: &Plan, hooks: &[&str], events: &[(String, Value)]) -> Vec<Letter> {
    let mut letters = Vec::new();
    for hook in hooks {
        let hash = sha256_hex(hook.as_bytes());
        let hash = hash.get(..HOOK_LETTERS).unwrap_or(&hash);
        for (key, event) in events {
            // The id first: a receiver that gets a message twice knows it by that.
            let mut body = json!({"id": key, "plan": plan.head.id});
            if let (Some(body), Some(event)) = (body.as_object_mut(), event.as_object()) {
                body.extend(event.clone());
            }
            letters.push(Letter {
                key: format!("webhook/{hash}/{key}"),
                recipient: (*hook).to_owned(),
                subject: key.clone(),
                body: body.to_string(),
            });
        }
    }
    letters
}

/// A step that led into a state everybody may see.
fn step_event(plan: &Plan, news: &StepNews) -> Option<(String, Value)> {
    let machine = plan.measure(&news.machine)?;
    let state = measure::state(machine, &news.to_state).filter(|state| state.public)?;
    let step = machine.step.iter().find(|step| *step.id.get_ref() == news.step);
    let key = format!("measure/{}/{}", news.measure, news.seq);
    let event = json!({
        "event": "measure_step",
        "measure": news.measure,
        "machine": news.machine,
        "title": words(&machine.title),
        "step": news.step,
        "proposal": step.is_some_and(measure::is_proposal),
        "from_state": news.from_state,
        "to_state": news.to_state,
        "state_title": words(&state.title),
        "subject_kind": news.subject_kind,
        "subject": news.subject,
        "unit": news.unit,
        "on_day": news.on_day,
        "due": news.due,
        "document": news.document,
        "made_up": news.made_up,
        "path": format!("/zh/measures/{}", news.measure),
    });
    Some((key, event))
}

fn edition_event(news: &EditionNews) -> (String, Value) {
    let key = format!("edition/{}/{}", news.id, news.number);
    let event = json!({
        "event": "edition",
        "edition": news.id,
        "number": news.number,
        "digest": news.digest,
        "published_at": facts::time::print(news.published_at),
    });
    (key, event)
}

fn promise_event(stored: &StoredVerdict) -> Result<(String, Value), FactsError> {
    let damaged = |error: serde_json::Error| FactsError::Damaged { what: format!("verdict {}", stored.id), why: error.to_string() };
    let verdict = Verdict::read(&stored.id, &stored.content).map_err(damaged)?;
    let key = format!("verdict/{}/{}", stored.id, stored.digest);
    let event = json!({
        "event": "promise_failing",
        "verdict": stored.id,
        "digest": stored.digest,
        "rule": stored.rule,
        "subject_kind": verdict.subject_kind,
        "subject": stored.subject,
        "period": stored.period,
        "as_of": stored.as_of,
        "made_up": verdict.made_up,
        "path": format!("/zh/why/{}", stored.id),
    });
    Ok((key, event))
}

fn words(text: &Text) -> Value {
    json!({"zh": text.zh, "en": text.en})
}
