//! Instruments that are made up: they connect to a gateway and send real-time data, for demonstrations, tests and measurements.
//!
//! What they send is worked out from the instrument and the number of the frame, so two runs send the same values.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, timeout};

use crate::hj212::{
    self, AnswerTo, Body, CrcDialect, DataArea, Device, Edition, EncodeError, Flag, Found, Framer, Head, Pair, SEGMENT_HOLD, Segment, Side,
    digits14, digits17,
};

/// What an instrument measures: code of 2005 (where it has one), code of 2017, lowest value, span, digits behind the point.
const ITEMS: [(&str, &str, i64, u64, u32); 10] = [
    ("011", "w01018", 180, 220, 1),
    ("060", "w21003", 60, 90, 2),
    ("101", "w21011", 10, 30, 2),
    ("001", "w01001", 690, 120, 2),
    ("003", "w01012", 50, 90, 1),
    ("B01", "w00000", 1200, 900, 2),
    ("", "w01010", 120, 60, 1),
    ("", "w01009", 450, 300, 2),
    ("", "w01014", 4000, 900, 1),
    ("065", "w21001", 700, 500, 2),
];

/// A made-up instrument.
#[derive(Clone)]
pub struct Instrument {
    /// Its id.
    pub mn: String,
    /// Its password.
    pub password: String,
    /// The edition it follows.
    pub edition: Edition,
    /// The checksum it sends.
    pub crc: CrcDialect,
}

/// What is sent.
#[derive(Clone)]
pub struct Load {
    /// By whom; each has a connection.
    pub instruments: Vec<Instrument>,
    /// Frames of each.
    pub frames: u64,
    /// Time between two frames of one.
    pub every: Duration,
    /// The time that the first frame speaks of.
    pub start: Timestamp,
    /// Seconds between the times that two frames speak of.
    pub step_s: i64,
    /// Frames that one sends before the first is answered.
    pub in_flight: usize,
    /// How long an answer is waited for at the end.
    pub wait: Duration,
}

/// How it went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Frames sent.
    pub sent: u64,
    /// Frames answered.
    pub acknowledged: u64,
    /// Requests of the centre that were answered.
    pub requests: u64,
    /// Connections that could not be made or broke off.
    pub broken: u64,
    /// Times from sending to the answer in microseconds, in order.
    pub waits_us: Vec<u64>,
}

impl Report {
    /// The time within which so many of a hundred answers came, in microseconds.
    pub fn within(&self, percent: usize) -> Option<u64> {
        let place = (self.waits_us.len() * percent).div_ceil(100).checked_sub(1)?;
        self.waits_us.get(place).copied()
    }
}

/// The frame of an instrument with a number: real-time data, with an answer wanted.
pub fn frame(instrument: &Instrument, seed: u64, n: u64, at: Timestamp) -> Result<Vec<u8>, EncodeError> {
    let old = instrument.edition == Edition::V2005;
    let mut area = DataArea::of([Pair::new("DataTime", digits14(at))]);
    for (place, (code_2005, code_2017, lowest, span, digits)) in (0_u64..).zip(ITEMS) {
        let code = if old { code_2005 } else { code_2017 };
        if code.is_empty() {
            continue;
        }
        let mixed = (seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (n * 31 + place)).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 33;
        let value = Decimal::new(lowest + i64::try_from(mixed % span).unwrap_or(0), digits);
        area.groups.push(vec![Pair::new(format!("{code}-Rtd"), value.to_string()), Pair::new(format!("{code}-Flag"), "N")]);
    }
    let head = Head {
        qn: Some(Cow::Owned(digits17(at))).filter(|_| !old),
        st: Some(Cow::Borrowed("32")),
        cn: Some(Cow::Borrowed("2011")),
        pw: Some(Cow::Borrowed(instrument.password.as_str())),
        mn: Some(Cow::Borrowed(instrument.mn.as_str())),
        flag: Some(Flag::new(instrument.edition).wanting_answer()),
        ..Head::default()
    };
    hj212::encode(&Segment { head, area }, instrument.crc)
}

/// Sends it all and waits for the answers.
pub async fn run(to: SocketAddr, load: Load) -> Report {
    let load = Arc::new(load);
    let count = u32::try_from(load.instruments.len()).unwrap_or(u32::MAX).max(1);
    let mut running = Vec::new();
    for place in 0..load.instruments.len() {
        let load = Arc::clone(&load);
        // Spread over the first interval, so that they do not all speak at once.
        let late = load.every / count * u32::try_from(place).unwrap_or(0);
        running.push(tokio::spawn(async move {
            tokio::time::sleep(late).await;
            one(to, &load, place).await
        }));
    }
    let mut report = Report::default();
    for own in running {
        match own.await {
            Ok(Ok(own)) => {
                report.sent += own.sent;
                report.acknowledged += own.acknowledged;
                report.requests += own.requests;
                report.waits_us.extend(own.waits_us);
            }
            _ => report.broken += 1,
        }
    }
    report.waits_us.sort_unstable();
    report
}

/// What the two halves of a connection share.
struct Line {
    sent_at: Mutex<VecDeque<Instant>>,
    places: Semaphore,
    report: Mutex<Report>,
}

async fn one(to: SocketAddr, load: &Load, place: usize) -> std::io::Result<Report> {
    let Some(instrument) = load.instruments.get(place) else { return Ok(Report::default()) };
    let stream = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    let (reader, mut writer) = stream.into_split();
    let line = Arc::new(Line { sent_at: Mutex::default(), places: Semaphore::new(load.in_flight.max(1)), report: Mutex::default() });
    let (said, mut say) = mpsc::channel::<Vec<u8>>(16);
    let mut reading = tokio::spawn(read(reader, instrument.clone(), Arc::clone(&line), said));
    let mut ticks = tokio::time::interval(load.every.max(Duration::from_micros(1)));
    let mut n = 0;
    while n < load.frames {
        tokio::select! {
            Some(bytes) = say.recv() => writer.write_all(&bytes).await?,
            _ = &mut reading => break,
            room = async { ticks.tick().await; line.places.acquire().await } => {
                let Ok(room) = room else { break };
                room.forget();
                let ahead = SignedDuration::from_secs(load.step_s.saturating_mul(i64::try_from(n).unwrap_or(i64::MAX)));
                let at = load.start.checked_add(ahead).map_err(std::io::Error::other)?;
                let seed = u64::try_from(place).unwrap_or(0);
                let bytes = frame(instrument, seed, n, at).map_err(std::io::Error::other)?;
                lock(&line.sent_at).push_back(Instant::now());
                writer.write_all(&bytes).await?;
                lock(&line.report).sent += 1;
                n += 1;
            }
        }
    }
    // All places free again: everything was answered.
    let all = u32::try_from(load.in_flight.max(1)).unwrap_or(u32::MAX);
    let answered = async {
        loop {
            tokio::select! {
                Some(bytes) = say.recv() => if writer.write_all(&bytes).await.is_err() { break },
                _ = line.places.acquire_many(all) => break,
            }
        }
    };
    // Whoever waited in vain says so by the count of answers.
    drop(timeout(load.wait, answered).await);
    reading.abort();
    let report = std::mem::take(&mut *lock(&line.report));
    Ok(report)
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads answers, and answers what the centre asks.
async fn read(mut reader: OwnedReadHalf, instrument: Instrument, line: Arc<Line>, said: mpsc::Sender<Vec<u8>>) {
    let centre = Device { crc: CrcDialect::Lenient, key: None, edition: Some(instrument.edition), from: Side::Centre };
    let mut framer = Framer::new(SEGMENT_HOLD);
    let mut buffer = vec![0; 4096];
    while let Ok(n @ 1..) = reader.read(&mut buffer).await {
        for found in framer.push(buffer.get(..n).unwrap_or_default()) {
            let Found::Frame(frame) = found else { continue };
            let opened = hj212::open(&frame, &centre);
            let message = opened.read(&centre).value;
            let answers = match &message.body {
                Body::Answer(answer) if answer.to == AnswerTo::Data => {
                    let waited = lock(&line.sent_at).pop_front().map(|sent| sent.elapsed());
                    let mut report = lock(&line.report);
                    report.acknowledged += 1;
                    report.waits_us.extend(waited.and_then(|waited| u64::try_from(waited.as_micros()).ok()));
                    line.places.add_permits(1);
                    continue;
                }
                Body::Request => [AnswerTo::Request, AnswerTo::Execution].map(|to| hj212::answer_to(&message.head, to, Some(1))),
                _ => continue,
            };
            lock(&line.report).requests += 1;
            let bytes: Vec<u8> = answers.iter().filter_map(|answer| hj212::encode(answer, instrument.crc).ok()).flatten().collect();
            drop(said.try_send(bytes));
        }
    }
}
