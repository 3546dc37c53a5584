//! One frame: whose it is, whether it is kept, what is answered.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use facts::instrument::{Arrival, FrameState};
use facts::time::SHANGHAI;
use jiff::{SignedDuration, Timestamp};

use super::readings::{kind_of, readings};
use super::registry::{Device, Registry};
use crate::hj212::{self, Body, CrcDialect, Event, Frame, Message, Notice, Side, UploadKind};

/// A time that lies further ahead than this is no measurement: the clock of the device is wrong, and a value of tomorrow would stand as
/// the newest one.
const AHEAD: SignedDuration = SignedDuration::from_mins(10);
/// Ids of notices that are kept of a frame.
const NOTICES: usize = 20;

/// What became of a frame before it is stored.
pub(super) struct Intake {
    pub(super) arrival: Arrival,
    /// The device, where it proved to be one of the register.
    pub(super) device: Option<Arc<Device>>,
    /// The system code it named.
    pub(super) st: Option<String>,
    /// The answer, to be sent once the frame is on disk.
    pub(super) answer: Option<Vec<u8>>,
    /// What else follows.
    pub(super) follows: Follows,
}

/// What a frame asks of the gateway beside its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Follows {
    /// Nothing.
    Nothing,
    /// The device asked for the time.
    Clock,
    /// It answered a request: which answer, to which QN, with which result.
    Answered(hj212::AnswerTo, Option<String>, Option<u32>),
    /// Data of a kind that a history fetch can ask for.
    Data(UploadKind),
}

/// Takes in a frame that came from a peer at a time. `speaks` tells whether a device has proved itself on this connection.
pub(super) fn take_in(frame: &Frame, registry: &Registry, peer: IpAddr, now: Timestamp, speaks: impl Fn(&str) -> bool) -> Intake {
    let mn = peek(&frame.segment, b"MN=");
    let known = registry.device(&mn);
    let stranger = hj212::Device { crc: CrcDialect::Strict, key: None, edition: None, from: Side::Field };
    let line = known.map_or(&stranger, |device| &device.line);
    let opened = hj212::open(frame, line);
    let parsed = opened.read(line);
    let (accepted, message) = (parsed.accepted(), parsed.value);
    let notices = ids(&parsed.notices);
    let (state, reason) = match parsed.notices.iter().find(|notice| notice.refuses()) {
        Some(damage) => (FrameState::Refused, damage.id()),
        None => verdict(&message, known, peer, now, speaks(&mn)),
    };
    let trusted = accepted && (state == FrameState::Kept || matches!(reason, "no-place" | "no-time" | "time-ahead"));
    let device = known.filter(|_| trusted);
    let mut arrival = Arrival {
        bytes: raw(frame),
        received_at: now.as_millisecond(),
        peer: peer.to_string(),
        cn: message.head.cn.as_deref().map_or_else(|| peek(&frame.segment, b"CN="), str::to_owned),
        registered: known.is_some(),
        mn,
        data_time: None,
        state,
        reason,
        notices,
        made_up: known.is_some_and(|device| device.made_up),
        skew_ms: device.and_then(|_| skew(&message, now)),
        kind: "",
        readings: Vec::new(),
    };
    if let Body::Upload(upload) = &message.body {
        arrival.data_time = upload.data_time.as_ref().and_then(|stamp| stamp.at).map(Timestamp::as_second);
        arrival.kind = kind_of(upload.kind).map_or("", |(kind, _)| kind);
        if let (FrameState::Kept, Some(time), Some(place)) = (state, arrival.data_time, device.and_then(|device| device.place.as_deref())) {
            arrival.readings = readings(upload, &arrival.cn, message.edition, place, time);
        }
    }
    let answer = device.and_then(|device| hj212::encode(&hj212::answer(&message)?, device.line.crc).ok());
    let follows = if device.is_some() { follows(&message) } else { Follows::Nothing };
    Intake { arrival, device: device.cloned(), st: message.head.st.map(Cow::into_owned), answer, follows }
}

/// Whether a sound frame is kept, or else why it is set aside.
fn verdict(message: &Message<'_>, device: Option<&Arc<Device>>, peer: IpAddr, now: Timestamp, speaks: bool) -> (FrameState, &'static str) {
    let aside = |reason| (FrameState::Quarantined, reason);
    let Some(device) = device else { return aside("unknown-device") };
    // Answers of 2005 carry no password. They count only behind a message that did: whoever speaks is sent requests, which hold it.
    let bare_answer = speaks && matches!(message.body, Body::Answer(_)) && message.head.pw.is_none();
    let password_right = device.password.is_empty() || message.head.pw.as_deref() == Some(device.password.as_str());
    if !password_right && !bare_answer {
        return aside("wrong-password");
    }
    if !device.may_send_from(peer) {
        return aside("wrong-address");
    }
    if !device.is_active(SHANGHAI.to_datetime(now).date()) {
        return aside("not-active");
    }
    let Body::Upload(upload) = &message.body else { return (FrameState::Kept, "") };
    match upload.data_time.as_ref().and_then(|stamp| stamp.at) {
        None => aside("no-time"),
        Some(time) if AHEAD < time.duration_since(now) => aside("time-ahead"),
        Some(_) if device.place.is_none() => aside("no-place"),
        Some(_) => (FrameState::Kept, ""),
    }
}

fn follows(message: &Message<'_>) -> Follows {
    match &message.body {
        Body::Event(Event::ClockWanted) => Follows::Clock,
        Body::Answer(answer) => Follows::Answered(answer.to, answer.qn.as_deref().map(str::to_owned), answer.result),
        Body::Upload(upload) => Follows::Data(upload.kind),
        _ => Follows::Nothing,
    }
}

/// The clock of the device less ours: QN is the time at which it wrote the message; real-time data of 2005 have their own time only.
/// Answers carry the QN of the request and say nothing.
fn skew(message: &Message<'_>, now: Timestamp) -> Option<i64> {
    let said = match &message.body {
        Body::Answer(_) | Body::Report(_) => None,
        Body::Upload(upload) if message.head.qn.is_none() && upload.kind == UploadKind::RealTime => upload.data_time.as_ref()?.at,
        _ => hj212::instant(message.head.qn.as_deref()?),
    };
    Some(said?.as_millisecond() - now.as_millisecond())
}

/// The frame as it was received, but for what stood around it.
fn raw(frame: &Frame) -> Vec<u8> {
    [format!("##{:04}", frame.declared).as_bytes(), frame.segment.as_slice(), frame.crc.as_slice()].concat()
}

/// The value of a field of the head, which is in the clear even where the data area is not.
fn peek(segment: &[u8], name: &[u8]) -> String {
    let head = segment.windows(3).position(|window| window.eq_ignore_ascii_case(b"CP=")).map_or(segment, |end| &segment[..end]);
    let field = head.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    let value = field.filter(|field| field.len() >= name.len()).find_map(|field| {
        let (own, value) = field.split_at(name.len());
        own.eq_ignore_ascii_case(name).then_some(value)
    });
    String::from_utf8_lossy(value.unwrap_or_default().trim_ascii()).into_owned()
}

fn ids(notices: &[Notice]) -> String {
    let mut ids: Vec<&str> = notices.iter().map(Notice::id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(NOTICES);
    ids.join(" ")
}
