//! The gateway: instruments connect and send, and what is acknowledged is on disk.
//!
//! ```text
//! connection ─▶ Framer ─▶ take_in (whose, kept or set aside, answer) ─▶ bounded queue ─▶ one writer ─▶ Store::ingest
//!      ▲                                                                                    │ after the commit
//!      └────────────────────── answers, requests (clock, gaps, what a person asks) ◀────────┘
//! ```
//!
//! The writer commits what gathered while its last commit ran. Where it falls behind, the queue fills, connections stop reading, and
//! bytes wait in the devices: memory stays bounded. A frame that could not be stored is not answered, so its device sends it again.
//! Packets of one record are stored one by one, each with its readings, so that nothing that was acknowledged waits in memory for
//! another packet. There is no TLS: devices do not speak it; a network that is not guarded needs a tunnel.

mod connection;
mod exchange;
mod gaps;
mod intake;
mod metrics;
mod readings;
mod registry;
mod sessions;
mod writer;

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use facts::instrument::Caps;
use facts::{FactsError, Store};
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::time::MissedTickBehavior;

use crate::hj212::Request;
use exchange::Asked;
use metrics::Counters;
use registry::Registry;
use sessions::Sessions;
use writer::Queued;

pub use exchange::{AskError, Outcome};

/// What tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Limits and waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Connections at a time.
    pub connections: usize,
    /// Connections of one device at a time; a device that was cut off comes back before the old one has ended.
    pub per_device: usize,
    /// Frames of one connection that wait to be stored and answered.
    pub in_flight: usize,
    /// Frames of one connection in a second.
    pub frames_per_second: u32,
    /// Frames of all connections that wait to be stored.
    pub queue: usize,
    /// Frames of one commit.
    pub batch: usize,
    /// How long frames gather before a commit. Nothing commits at once; more makes fewer rows of the ledger and later answers.
    pub gather: Duration,
    /// After so long without a frame a connection ends; for a device that speaks less often, after two of its intervals.
    pub idle: Duration,
    /// How far back missing hours and days are fetched from a device; zero fetches nothing.
    pub history: SignedDuration,
    /// Frames that are set aside in a day.
    pub caps: Caps,
    /// How often the register is looked at.
    pub refresh: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connections: 10_000,
            per_device: 4,
            in_flight: 64,
            frames_per_second: 100,
            queue: 8192,
            batch: 8192,
            gather: Duration::from_millis(200),
            idle: Duration::from_secs(300),
            history: SignedDuration::from_hours(72),
            caps: Caps { per_address: 500, total: 20_000 },
            refresh: Duration::from_secs(5),
        }
    }
}

/// Why the gateway cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The network says no.
    #[error("{addr}: {cause}")]
    Bind {
        /// Where it was to listen.
        addr: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The store says no.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// The thread that writes could not be started.
    #[error("the thread that stores frames could not be started: {0}")]
    Thread(std::io::Error),
    /// The thread that writes is gone, so that nothing could be acknowledged.
    #[error("the thread that stores frames broke off")]
    Writer,
}

/// What all connections share.
struct Shared {
    store: Arc<Store>,
    settings: Settings,
    clock: Clock,
    counters: Counters,
    registry: RwLock<Arc<Registry>>,
    sessions: Sessions,
    /// Numbers of connections.
    numbers: AtomicU64,
}

impl Shared {
    fn registry(&self) -> Arc<Registry> {
        Arc::clone(&self.registry.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn refresh(&self) {
        match self.registry().newer(&self.store) {
            Ok(Some(newer)) => *self.registry.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(newer),
            Ok(None) => {}
            Err(error) => tracing::error!("the register of devices could not be read: {error}"),
        }
    }
}

/// The gateway, listening.
pub struct Gateway {
    shared: Arc<Shared>,
    listener: TcpListener,
    queue: mpsc::Sender<Queued>,
    writer: JoinHandle<()>,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("settings", &self.shared.settings).finish_non_exhaustive()
    }
}

impl Gateway {
    /// Listens at an address and starts the writer.
    pub async fn bind(addr: SocketAddr, store: Arc<Store>, settings: Settings, clock: Clock) -> Result<Self, GatewayError> {
        let listener = TcpListener::bind(addr).await.map_err(|cause| GatewayError::Bind { addr, cause })?;
        let registry = Registry::read(&store)?;
        let shared = Arc::new(Shared {
            store,
            settings,
            clock,
            counters: Counters::default(),
            registry: RwLock::new(Arc::new(registry)),
            sessions: Sessions::default(),
            numbers: AtomicU64::new(0),
        });
        let (queue, queued) = mpsc::channel(settings.queue.max(1));
        let own = Arc::clone(&shared);
        let writer = std::thread::Builder::new().name("hj212 writer".to_owned()).spawn(move || writer::run(&own, queued));
        Ok(Self { shared, listener, queue, writer: writer.map_err(GatewayError::Thread)? })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// What others may ask of it while it runs.
    pub fn handle(&self) -> Handle {
        Handle(Arc::clone(&self.shared))
    }

    /// Takes connections until told to stop; then what was received is stored and answered, and the writer ends.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) -> Result<(), GatewayError> {
        let Self { shared, listener, queue, writer } = self;
        let (stopping, stopped) = watch::channel(false);
        let rooms = Arc::new(Semaphore::new(shared.settings.connections));
        let mut ticks = tokio::time::interval(shared.settings.refresh);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut stop = std::pin::pin!(stop);
        let ended = loop {
            tokio::select! {
                () = &mut stop => break Ok(()),
                () = queue.closed() => break Err(GatewayError::Writer),
                _ = ticks.tick() => {
                    let shared = Arc::clone(&shared);
                    drop(tokio::task::spawn_blocking(move || shared.refresh()));
                }
                taken = listener.accept() => match taken {
                    Ok((stream, peer)) => {
                        let Ok(room) = Arc::clone(&rooms).try_acquire_owned() else {
                            shared.counters.turned_away.one();
                            continue;
                        };
                        let id = shared.numbers.fetch_add(1, Ordering::Relaxed);
                        let (shared, queue, stopped) = (Arc::clone(&shared), queue.clone(), stopped.clone());
                        tokio::spawn(async move {
                            shared.counters.connections.one();
                            shared.counters.open.one();
                            connection::serve(Arc::clone(&shared), id, stream, peer.ip().to_canonical(), queue, stopped).await;
                            shared.counters.open.less_one();
                            drop(room);
                        });
                    }
                    Err(error) => {
                        // Mostly too many open files: wait for some to close.
                        tracing::error!("a connection could not be taken: {error}");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
            }
        };
        let _ = stopping.send(true);
        drop((listener, queue));
        // The writer ends when the last connection has let go of the queue.
        let joined = tokio::task::spawn_blocking(move || writer.join()).await;
        match (ended, joined) {
            (Ok(()), Ok(Ok(()))) => Ok(()),
            _ => Err(GatewayError::Writer),
        }
    }
}

/// A way to the gateway while it runs.
#[derive(Clone)]
pub struct Handle(Arc<Shared>);

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(…)")
    }
}

impl Handle {
    /// Asks a device and waits for what it says, for as long as the protocol waits.
    pub async fn ask(&self, mn: &str, request: Request) -> Result<Outcome, AskError> {
        let asks = self.0.sessions.newest(mn).ok_or(AskError::NotConnected)?;
        let (tell, told) = oneshot::channel();
        asks.try_send(Asked { mn: mn.to_owned(), request, tell: Some(tell) }).map_err(|_| AskError::Busy)?;
        drop(asks);
        told.await.unwrap_or(Err(AskError::Closed))
    }

    /// The devices that are connected, by MN.
    pub fn connected(&self) -> Vec<String> {
        self.0.sessions.connected()
    }

    /// Looks at the register now.
    pub fn refresh(&self) {
        self.0.refresh();
    }

    /// Counters as Prometheus reads them. They name no device.
    pub fn metrics(&self) -> String {
        self.0.counters.text()
    }
}
