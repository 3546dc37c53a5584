//! Requests of the centre on one connection: one at a time, sent again where no answer comes, given up where nothing helps.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::registry::Device;
use crate::hj212::{self, AnswerTo, EncodeError, Request, UploadKind, digits17};

/// Requests that wait on one connection.
const WAITING: usize = 64;
/// QnRtn and ExeRtn: ready, done.
const WELL: u32 = 1;

/// What a device said to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// QnRtn of 9011; nothing for what is only notified.
    pub ready: Option<u32>,
    /// ExeRtn of 9012; nothing where the device did not get that far.
    pub done: Option<u32>,
    /// Messages with data that came in between.
    pub data: u32,
}

impl Outcome {
    /// Whether it was carried out.
    pub fn went_well(&self) -> bool {
        self.ready.is_none_or(|ready| ready == WELL) && self.done.is_none_or(|done| done == WELL)
    }
}

/// Why a request was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The device is not connected.
    #[error("the device is not connected")]
    NotConnected,
    /// Too many requests wait for it already.
    #[error("too many requests wait for the device already")]
    Busy,
    /// It cannot be written.
    #[error(transparent)]
    Cannot(#[from] EncodeError),
    /// No answer came, however often it was sent.
    #[error("the device did not answer")]
    Silent,
    /// It answered that it is ready, and then nothing came.
    #[error("the device said it was ready, but no result came")]
    TimedOut,
    /// The connection ended.
    #[error("the connection ended before the device answered")]
    Closed,
}

/// Who hears how it ended.
pub(super) type Tell = oneshot::Sender<Result<Outcome, AskError>>;

/// A request for a device.
pub(super) struct Asked {
    pub(super) mn: String,
    pub(super) request: Request,
    /// Nobody, where the gateway asks by itself.
    pub(super) tell: Option<Tell>,
}

/// What to do when a time has come.
pub(super) enum Late {
    /// Send this again.
    Resend(Vec<u8>),
    /// The link is of no use.
    Unusable,
    /// Nothing: the request has failed, the link may be sound.
    Failed,
}

struct Open {
    tell: Option<Tell>,
    qn: String,
    kind: Option<UploadKind>,
    bytes: Vec<u8>,
    sent: u32,
    ready: Option<u32>,
    data: u32,
    deadline: Instant,
}

/// The requests of a connection.
pub(super) struct Exchanges {
    over_time: Duration,
    re_count: u32,
    waiting: VecDeque<Asked>,
    open: Option<Open>,
    last_qn: Option<Timestamp>,
}

impl Exchanges {
    /// With the time-out and number of re-sends that devices have by default.
    pub(super) fn new() -> Self {
        let defaults = hj212::defaults();
        let over_time = Duration::from_secs(defaults.over_time_s.into());
        Self { over_time, re_count: defaults.re_count, waiting: VecDeque::new(), open: None, last_qn: None }
    }

    pub(super) fn push(&mut self, asked: Asked) {
        if self.waiting.len() < WAITING {
            self.waiting.push_back(asked);
        } else {
            tell(asked.tell, Err(AskError::Busy));
        }
    }

    /// The device of the request that is next, where none is under way.
    pub(super) fn next_mn(&self) -> Option<&str> {
        if self.open.is_some() { None } else { self.waiting.front().map(|asked| asked.mn.as_str()) }
    }

    /// Begins the next request; gives what is to be sent. `now` is the time of the request, `at` the moment from which its answer is waited for.
    pub(super) fn begin(&mut self, device: &Device, st: Option<&str>, now: Timestamp, at: Instant) -> Option<Vec<u8>> {
        let asked = self.waiting.pop_front()?;
        // No two requests have the same number, though the clock stand still.
        let after = self.last_qn.and_then(|last| last.checked_add(jiff::SignedDuration::from_millis(1)).ok());
        let qn = after.map_or(now, |after| after.max(now));
        self.last_qn = Some(qn);
        let address = device.address(st);
        let written = asked.request.segment(&address, qn).and_then(|segment| hj212::encode(&segment, device.line.crc));
        let bytes = match written {
            Ok(bytes) => bytes,
            Err(error) => {
                tell(asked.tell, Err(without_password(error).into()));
                return None;
            }
        };
        let kind = match asked.request {
            Request::History { kind, .. } => Some(kind),
            _ => None,
        };
        let open = Open {
            tell: asked.tell,
            qn: digits17(qn),
            kind,
            bytes: bytes.clone(),
            sent: 1,
            ready: None,
            data: 0,
            deadline: at + self.over_time,
        };
        self.open = Some(open);
        Some(bytes)
    }

    /// An answer came.
    pub(super) fn answered(&mut self, to: AnswerTo, qn: Option<&str>, result: Option<u32>, at: Instant) {
        let deadline = at + self.over_time;
        let Some(open) = self.open.as_mut().filter(|open| qn == Some(open.qn.as_str())) else { return };
        match to {
            AnswerTo::Request if result == Some(WELL) => {
                open.ready = result;
                open.deadline = deadline;
            }
            AnswerTo::Request => {
                open.ready = result;
                self.end(None);
            }
            AnswerTo::Execution => self.end(result),
            AnswerTo::Notification => self.end(None),
            AnswerTo::Data => {}
        }
    }

    /// Data came: those of a history fetch keep it alive. They may have a QN of their own, so they are told by their kind.
    pub(super) fn data(&mut self, kind: UploadKind, at: Instant) {
        let deadline = at + self.over_time;
        if let Some(open) = self.open.as_mut().filter(|open| open.ready.is_some() && open.kind == Some(kind)) {
            open.data += 1;
            open.deadline = deadline;
        }
    }

    /// When to look again.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.open.as_ref().map(|open| open.deadline)
    }

    /// The deadline has come.
    pub(super) fn late(&mut self, at: Instant) -> Late {
        let deadline = at + self.over_time;
        if let Some(open) = self.open.as_mut().filter(|open| open.ready.is_none() && open.sent <= self.re_count) {
            open.sent += 1;
            open.deadline = deadline;
            return Late::Resend(open.bytes.clone());
        }
        match self.open.take() {
            Some(open) if open.ready.is_some() => {
                tell(open.tell, Err(AskError::TimedOut));
                Late::Failed
            }
            Some(open) => {
                tell(open.tell, Err(AskError::Silent));
                Late::Unusable
            }
            None => Late::Failed,
        }
    }

    fn end(&mut self, done: Option<u32>) {
        if let Some(open) = self.open.take() {
            tell(open.tell, Ok(Outcome { ready: open.ready, done, data: open.data }));
        }
    }
}

/// An error may quote what it could not write, but never the password of a device.
fn without_password(error: EncodeError) -> EncodeError {
    match error {
        EncodeError::Text { place, .. } if place == "PW" => EncodeError::Text { place, found: "…".to_owned() },
        other => other,
    }
}

/// Whoever asked may have gone.
fn tell(to: Option<Tell>, how: Result<Outcome, AskError>) {
    if let Some(to) = to {
        drop(to.send(how));
    }
}
