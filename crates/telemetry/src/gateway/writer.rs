//! The one thread that writes: it commits what gathered while the last commit ran, and only then are answers sent.

use std::sync::Arc;
use std::time::{Duration, Instant};

use facts::Change;
use facts::instrument::{Arrival, Done, FrameState};
use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::Shared;
use super::exchange::Asked;
use super::gaps::gaps;
use crate::hj212::{Request, UploadKind};

/// Who changes the facts, for the ledger.
const WHO: &str = "hj212 gateway";
/// After a commit that failed: a full disk is not asked a thousand times a second.
const PAUSE: Duration = Duration::from_secs(1);
/// Histories that are fetched at a time, the newest gaps.
const FETCHES: usize = 8;

/// Bytes on their way to a device.
pub(super) struct Outgoing {
    pub(super) bytes: Vec<u8>,
    /// Gives its place back when the bytes are sent.
    pub(super) _place: Option<OwnedSemaphorePermit>,
}

/// A frame on its way to the store, and what follows once it is there.
pub(super) struct Queued {
    pub(super) arrival: Arrival,
    pub(super) reply: Reply,
}

/// What follows a commit.
pub(super) struct Reply {
    pub(super) answer: Option<Vec<u8>>,
    pub(super) then: Then,
    pub(super) out: mpsc::UnboundedSender<Outgoing>,
    pub(super) asks: mpsc::Sender<Asked>,
    pub(super) place: OwnedSemaphorePermit,
}

/// What is asked of the device after the answer.
pub(super) enum Then {
    Nothing,
    /// The time is set: it asked for it.
    SetClock,
    /// Periods that are missing before this one are fetched.
    Fetch {
        kind: UploadKind,
        place: String,
        source: &'static str,
        step: i64,
    },
}

/// Runs until nobody can send frames any more.
pub(super) fn run(shared: &Arc<Shared>, mut queue: mpsc::Receiver<Queued>) {
    while let Some(first) = queue.blocking_recv() {
        if !shared.settings.gather.is_zero() {
            std::thread::sleep(shared.settings.gather);
        }
        let (mut arrivals, mut replies) = (vec![first.arrival], vec![first.reply]);
        while arrivals.len() < shared.settings.batch {
            let Ok(next) = queue.try_recv() else { break };
            arrivals.push(next.arrival);
            replies.push(next.reply);
        }
        commit(shared, &arrivals, replies);
    }
}

fn commit(shared: &Shared, arrivals: &[Arrival], replies: Vec<Reply>) {
    let counters = &shared.counters;
    let now = (shared.clock)();
    let change = Change { who: WHO.to_owned(), at: now.as_second(), why: "sent by instruments".to_owned() };
    let began = Instant::now();
    let ingested = shared.store.ingest(arrivals, shared.settings.caps, &change);
    counters.commit_us.add(usize::try_from(began.elapsed().as_micros()).unwrap_or(usize::MAX));
    for _ in arrivals {
        counters.waiting.less_one();
    }
    let ingested = match ingested {
        Ok(ingested) => ingested,
        Err(error) => {
            // Nothing is answered, so the devices send it again.
            counters.commits_failed.one();
            tracing::error!(frames = arrivals.len(), "{} frames could not be stored and were not acknowledged: {error}", arrivals.len());
            drop(replies);
            std::thread::sleep(PAUSE);
            return;
        }
    };
    counters.commits.one();
    counters.observations.add(usize::try_from(ingested.observations).unwrap_or(usize::MAX));
    counters.corrections.add(usize::try_from(ingested.corrections).unwrap_or(usize::MAX));
    for ((arrival, done), reply) in arrivals.iter().zip(ingested.done).zip(replies) {
        match (done, arrival.state) {
            (Done::Dropped, _) => counters.dropped.one(),
            (Done::Again, _) => counters.again.one(),
            (Done::New, FrameState::Kept) => counters.kept.one(),
            (Done::New, FrameState::Quarantined) => counters.quarantined.one(),
            (Done::New, FrameState::Refused) => counters.refused.one(),
        }
        if done != Done::Dropped {
            follow(shared, arrival, done, reply, now);
        }
    }
}

/// Sends the answer and asks what follows. A connection that ended meanwhile hears nothing; its device sends the frame again.
fn follow(shared: &Shared, arrival: &Arrival, done: Done, reply: Reply, now: Timestamp) {
    let Reply { answer, then, out, asks, place } = reply;
    if let Some(bytes) = answer
        && out.send(Outgoing { bytes, _place: Some(place) }).is_ok()
    {
        shared.counters.acknowledged.one();
    }
    let ask = |request| drop(asks.try_send(Asked { mn: arrival.mn.clone(), request, tell: None }));
    match then {
        Then::Nothing => {}
        Then::SetClock => ask(Request::SetClock { of: None, at: now }),
        Then::Fetch { kind, place, source, step } if done == Done::New => {
            let Some(to) = arrival.data_time else { return };
            let from = to - shared.settings.history.as_secs();
            match shared.store.times_of(&place, source, from, to) {
                Ok(times) => {
                    for (begin, end) in gaps(&times, step, FETCHES) {
                        let (Ok(begin), Ok(end)) = (Timestamp::from_second(begin), Timestamp::from_second(end)) else { continue };
                        ask(Request::History { kind, begin, end });
                    }
                }
                Err(error) => tracing::warn!("gaps could not be looked for: {error}"),
            }
        }
        Then::Fetch { .. } => {}
    }
}
