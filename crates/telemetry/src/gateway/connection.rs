//! One connection: bytes in, frames to the writer, answers and requests out.
//!
//! It reads only while there is room: each frame takes one of its places, which it gives back when the answer is sent, and one of those in
//! the queue to the writer. Where there is none, bytes wait in the device.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::Shared;
use super::exchange::{Asked, Exchanges, Late};
use super::intake::{Follows, Intake, take_in};
use super::readings::kind_of;
use super::registry::Device;
use super::writer::{Outgoing, Queued, Reply, Then};
use crate::hj212::{Found, Frame, Framer, SEGMENT_HOLD, UploadKind};

/// Bytes read at a time.
const READ: usize = 4096;
/// Requests on their way to a connection.
const ASKS: usize = 64;
/// Bytes of noise between two frames after which a connection is of no use.
const NOISE_MAX: usize = 64 * 1024;
const SECOND: Duration = Duration::from_secs(1);

/// The connection is over.
struct Over;

/// A device that spoke on this connection.
struct Speaker {
    device: Arc<Device>,
    /// The system code it named last.
    st: Option<String>,
    /// Kinds whose gaps were looked for.
    looked: Vec<UploadKind>,
}

struct Connection {
    shared: Arc<Shared>,
    id: u64,
    peer: IpAddr,
    framer: Framer,
    noise: usize,
    exchanges: Exchanges,
    speakers: HashMap<String, Speaker>,
    queue: mpsc::Sender<Queued>,
    out: mpsc::UnboundedSender<Outgoing>,
    asks: mpsc::Sender<Asked>,
    places: Arc<Semaphore>,
    /// When it has been silent for too long.
    silent_at: Instant,
    /// The second that runs, and the frames in it.
    pace: (Instant, u32),
}

/// Serves a connection to its end.
pub(super) async fn serve(
    shared: Arc<Shared>,
    id: u64,
    stream: TcpStream,
    peer: IpAddr,
    queue: mpsc::Sender<Queued>,
    mut stop: watch::Receiver<bool>,
) {
    let (mut reader, writer) = stream.into_split();
    let (out, outgoing) = mpsc::unbounded_channel();
    let (asks, mut asked) = mpsc::channel(ASKS);
    let mut writing = tokio::spawn(write(writer, outgoing));
    let mut connection = Connection {
        id,
        peer,
        framer: Framer::new(SEGMENT_HOLD),
        noise: 0,
        exchanges: Exchanges::new(),
        speakers: HashMap::new(),
        queue,
        out,
        asks,
        places: Arc::new(Semaphore::new(shared.settings.in_flight)),
        silent_at: Instant::now() + shared.settings.idle,
        pace: (Instant::now(), 0),
        shared,
    };
    let mut buffer = vec![0; READ];
    loop {
        let (silent_at, deadline) = (connection.silent_at, connection.exchanges.deadline());
        tokio::select! {
            read = reader.read(&mut buffer) => match read {
                Ok(0) | Err(_) => break,
                Ok(n) => {
                    if connection.bytes(buffer.get(..n).unwrap_or_default()).await.is_err() {
                        break;
                    }
                }
            },
            Some(one) = asked.recv() => connection.exchanges.push(one),
            () = sleep_until(deadline.unwrap_or(silent_at)), if deadline.is_some() => {
                if connection.late().is_err() {
                    break;
                }
            }
            () = sleep_until(silent_at) => {
                connection.shared.counters.silent.one();
                break;
            }
            _ = stop.changed() => break,
            // Nobody reads what we write.
            _ = &mut writing => break,
        }
        connection.ask();
    }
    connection.settle().await;
    connection.shared.sessions.leave(connection.speakers.keys(), id);
}

/// Writes what is to be sent; ends with the connection, or when the other end is gone.
async fn write(mut writer: OwnedWriteHalf, mut outgoing: mpsc::UnboundedReceiver<Outgoing>) {
    while let Some(next) = outgoing.recv().await {
        if writer.write_all(&next.bytes).await.is_err() {
            break;
        }
    }
}

impl Connection {
    async fn bytes(&mut self, bytes: &[u8]) -> Result<(), Over> {
        self.shared.counters.bytes.add(bytes.len());
        for found in self.framer.push(bytes) {
            self.found(found).await?;
        }
        Ok(())
    }

    /// The connection is over: what is held may still be a frame.
    async fn settle(&mut self) {
        for found in self.framer.settle() {
            if self.found(found).await.is_err() {
                break;
            }
        }
    }

    async fn found(&mut self, found: Found) -> Result<(), Over> {
        match found {
            Found::Frame(frame) => self.frame(&frame).await,
            Found::Noise(noise) => {
                self.shared.counters.noise.add(noise.len);
                self.noise += noise.len;
                if NOISE_MAX < self.noise { Err(Over) } else { Ok(()) }
            }
        }
    }

    async fn frame(&mut self, frame: &Frame) -> Result<(), Over> {
        let now = (self.shared.clock)();
        let speaks = |mn: &str| self.speakers.contains_key(mn);
        let Intake { arrival, device, st, answer, follows } = take_in(frame, &self.shared.registry(), self.peer, now, speaks);
        self.noise = 0;
        self.silent_at = Instant::now() + self.idle(device.as_deref());
        let mut then = Then::Nothing;
        if let Some(device) = device {
            self.join(&device, st)?;
            then = self.follow(&device, follows);
        }
        self.slow_down().await;
        // A device that takes no answers gets no room for further frames.
        let place = timeout(self.shared.settings.idle, Arc::clone(&self.places).acquire_owned()).await;
        let Ok(Ok(place)) = place else { return Err(Over) };
        let reply = Reply { answer, then, out: self.out.clone(), asks: self.asks.clone(), place };
        self.shared.counters.waiting.one();
        let sent = self.queue.send(Queued { arrival, reply }).await;
        sent.map_err(|_| {
            self.shared.counters.waiting.less_one();
            Over
        })
    }

    /// How long it may be silent: a device that speaks every hour is waited for longer.
    fn idle(&self, device: Option<&Device>) -> Duration {
        let own = device.and_then(|device| device.interval_s).unwrap_or(0).saturating_mul(2);
        self.shared.settings.idle.max(Duration::from_secs(own))
    }

    fn join(&mut self, device: &Arc<Device>, st: Option<String>) -> Result<(), Over> {
        if let Some(speaker) = self.speakers.get_mut(&device.mn) {
            speaker.device = Arc::clone(device);
            // Answers name the system of exchanges, not the device's.
            speaker.st = st.filter(|st| st != "91").or_else(|| speaker.st.take());
            return Ok(());
        }
        if !self.shared.sessions.join(&device.mn, self.id, &self.asks, self.shared.settings.per_device) {
            self.shared.counters.turned_away.one();
            return Err(Over);
        }
        let speaker = Speaker { device: Arc::clone(device), st: st.filter(|st| st != "91"), looked: Vec::new() };
        self.speakers.insert(device.mn.clone(), speaker);
        Ok(())
    }

    fn follow(&mut self, device: &Device, follows: Follows) -> Then {
        let at = Instant::now();
        match follows {
            Follows::Nothing => Then::Nothing,
            Follows::Clock => Then::SetClock,
            Follows::Answered(to, qn, result) => {
                self.exchanges.answered(to, qn.as_deref(), result, at);
                Then::Nothing
            }
            Follows::Data(kind) => {
                self.exchanges.data(kind, at);
                self.fetch(device, kind)
            }
        }
    }

    /// With the first hour or day of a connection, those that are missing before it are asked for.
    fn fetch(&mut self, device: &Device, kind: UploadKind) -> Then {
        let step = match kind {
            UploadKind::Hour => 3600,
            UploadKind::Day => 86_400,
            _ => return Then::Nothing,
        };
        let wanted = !self.shared.settings.history.is_zero();
        let (Some(speaker), Some(place), Some((_, source))) = (self.speakers.get_mut(&device.mn), device.place.clone(), kind_of(kind))
        else {
            return Then::Nothing;
        };
        if !wanted || speaker.looked.contains(&kind) {
            return Then::Nothing;
        }
        speaker.looked.push(kind);
        Then::Fetch { kind, place, source, step }
    }

    /// Frames beyond the limit of a second wait for the next.
    async fn slow_down(&mut self) {
        if SECOND <= self.pace.0.elapsed() {
            self.pace = (Instant::now(), 0);
        }
        self.pace.1 += 1;
        if self.shared.settings.frames_per_second < self.pace.1 {
            sleep_until(self.pace.0 + SECOND).await;
        }
    }

    /// Begins the next request.
    fn ask(&mut self) {
        while let Some(mn) = self.exchanges.next_mn() {
            let Some(speaker) = self.speakers.get(mn) else { return };
            let begun = self.exchanges.begin(&speaker.device, speaker.st.as_deref(), (self.shared.clock)(), Instant::now());
            if let Some(bytes) = begun {
                self.shared.counters.requests.one();
                // Where the other end is gone, the connection ends by itself.
                drop(self.out.send(Outgoing { bytes, _place: None }));
            }
        }
    }

    fn late(&mut self) -> Result<(), Over> {
        match self.exchanges.late(Instant::now()) {
            Late::Resend(bytes) => {
                drop(self.out.send(Outgoing { bytes, _place: None }));
                Ok(())
            }
            Late::Failed => {
                self.shared.counters.requests_failed.one();
                Ok(())
            }
            Late::Unusable => {
                self.shared.counters.requests_failed.one();
                Err(Over)
            }
        }
    }
}
