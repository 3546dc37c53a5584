//! A store with devices, a gateway over it, and a device that speaks to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use facts::instrument::Frame;
use facts::register::Draft;
use facts::{Change, Observation, ObservationQuery, Store};
use jiff::Timestamp;
use plan::{PackFiles, Plan};
use telemetry::gateway::{Clock, Gateway, GatewayError, Handle, Settings};
use telemetry::hj212::{Found, Framer, SEGMENT_HOLD, crc};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub const MN: &str = "010000A8900016F000169DC0";
pub const OLD_MN: &str = "88888880000001";

const PACK: &str = "schema = 1\nid = \"x\"\ntitle = { zh = \"测试\" }\ncity = \"city\"\nissuer = \"city\"\nissue_year = 2016\n\n[[unit]]\nid = \"city\"\nkind = \"city\"\nname = { zh = \"市\" }\n";
const OUTLET: &str = "kind = \"outlet\"\ntitle = { zh = \"排污口\" }\nowner = \"city\"\nplace = true\nfield = [\n  { id = \"name_zh\", type = \"text\", label = { zh = \"名称\" }, required = true, public = true },\n]\n";

fn device_register() -> String {
    let mut text = "kind = \"device\"\ntitle = { zh = \"设备\" }\nowner = \"city\"\nfield = [\n".to_owned();
    let fields = [
        ("mn", true),
        ("password", false),
        ("addresses", false),
        ("place_kind", true),
        ("place", true),
        ("protocol", true),
        ("crc", true),
        ("interval_s", true),
        ("active_from", true),
        ("active_to", true),
        ("encryption_key", false),
    ];
    for (id, public) in fields {
        text.push_str(&format!("  {{ id = \"{id}\", type = \"text\", label = {{ zh = \"{id}\" }}, public = {public} }},\n"));
    }
    text.push_str("]\n");
    text
}

fn draft(id: &str, fields: &[(&str, &str)]) -> Draft {
    let data = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    Draft { id: id.to_owned(), data, source: "test".to_owned(), ..Draft::default() }
}

/// A time as the protocol writes it.
pub fn time(digits: &str) -> Timestamp {
    telemetry::hj212::instant(digits).unwrap()
}

pub struct World {
    pub store: Arc<Store>,
    pub plan: Plan,
    clock: Arc<AtomicI64>,
    _folder: TempDir,
}

impl World {
    /// With an outlet, a device of 2017 and one of 2005, on 1 August 2016 at 09:00.
    pub fn new() -> Self {
        let mut files = PackFiles::default();
        files.insert("plan.toml", PACK);
        files.insert("registers/outlet.toml", OUTLET);
        files.insert("registers/device.toml", device_register());
        let plan = plan::load(&files).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::create(&folder.path().join("facts.db")).unwrap());
        let world = Self { store, plan, clock: Arc::new(AtomicI64::new(time("20160801090000").as_millisecond())), _folder: folder };
        world.put("outlet", &[draft("o1", &[("name_zh", "一号口")]), draft("o2", &[("name_zh", "二号口")])]);
        let common = [("password", "123456"), ("place_kind", "outlet"), ("interval_s", "30")];
        let of = |id, mn, place, protocol| draft(id, &[&common[..], &[("mn", mn), ("place", place), ("protocol", protocol)]].concat());
        world.put("device", &[of("d1", MN, "o1", "2017"), of("d2", OLD_MN, "o2", "2005")]);
        world
    }

    fn put(&self, kind: &str, drafts: &[Draft]) {
        let change = Change { who: "tester".to_owned(), at: 1_470_000_000, why: "test".to_owned() };
        self.store.put_entries(&self.plan, kind, drafts, &change).unwrap();
    }

    /// Changes fields of the device of 2017.
    pub fn change_device(&self, fields: &[(&str, &str)]) {
        let mut data = self.store.entry("device", "d1").unwrap().unwrap().data;
        data.extend(fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())));
        self.put("device", &[Draft { id: "d1".to_owned(), data, source: "test".to_owned(), ..Draft::default() }]);
    }

    pub fn set_clock(&self, digits: &str) {
        self.clock.store(time(digits).as_millisecond(), Ordering::SeqCst);
    }

    pub async fn gateway_with(&self, settings: Settings) -> Running {
        let clock = Arc::clone(&self.clock);
        let clock: Clock = Arc::new(move || Timestamp::from_millisecond(clock.load(Ordering::SeqCst)).unwrap());
        let gateway = Gateway::bind("127.0.0.1:0".parse().unwrap(), Arc::clone(&self.store), settings, clock).await.unwrap();
        let (addr, handle) = (gateway.local_addr().unwrap(), gateway.handle());
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(gateway.run(async move { drop(stopped.await) }));
        Running { addr, handle, stop: Some(stop), task }
    }

    pub fn frames(&self) -> Vec<Frame> {
        self.store.frames(0, 100_000).unwrap()
    }

    /// State and reason of every frame.
    pub fn states(&self) -> Vec<String> {
        self.frames().into_iter().map(|frame| format!("{} {}", frame.state, frame.reason).trim().to_owned()).collect()
    }

    pub fn observations(&self) -> Vec<Observation> {
        self.store.observations(&ObservationQuery { all_versions: true, ..ObservationQuery::default() }).unwrap()
    }

    /// Every observation in a line.
    pub fn told(&self) -> Vec<String> {
        let line = |o: &Observation| {
            let value = o.value.map_or_else(|| o.qualifier.id().to_owned(), |value| value.to_string());
            format!("{} {} {} v{} {value} {}", o.place, o.item, o.source, o.version, o.flag)
        };
        self.observations().iter().map(line).collect()
    }
}

/// Settings without waits of their own.
pub fn at_once() -> Settings {
    Settings { gather: Duration::ZERO, frames_per_second: u32::MAX, ..Settings::default() }
}

pub struct Running {
    pub addr: SocketAddr,
    pub handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    pub task: JoinHandle<Result<(), GatewayError>>,
}

impl Running {
    /// Tells it to stop, and waits until all is written.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        (&mut self.task).await.unwrap().unwrap();
    }

    pub async fn connect(&self) -> Line {
        Line { stream: TcpStream::connect(self.addr).await.unwrap(), framer: Framer::new(SEGMENT_HOLD), held: Vec::new() }
    }
}

/// A device's end of a connection.
pub struct Line {
    stream: TcpStream,
    framer: Framer,
    held: Vec<String>,
}

impl Line {
    pub async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    pub async fn say(&mut self, segment: &str) {
        self.send(&framed(segment)).await;
    }

    /// The data segment that comes next; nothing where the connection ended.
    pub async fn hear(&mut self) -> Option<String> {
        let mut buffer = vec![0; 4096];
        while self.held.is_empty() {
            let n = self.stream.read(&mut buffer).await.unwrap_or(0);
            if n == 0 {
                return None;
            }
            for found in self.framer.push(&buffer[..n]) {
                if let Found::Frame(frame) = found {
                    self.held.push(String::from_utf8(frame.segment).unwrap());
                }
            }
        }
        Some(self.held.remove(0))
    }

    /// Says something and gives the command of the answer.
    pub async fn ask(&mut self, segment: &str) -> String {
        self.say(segment).await;
        field(&self.hear().await.unwrap(), "CN").to_owned()
    }
}

/// A field of a data segment.
pub fn field<'a>(segment: &'a str, name: &str) -> &'a str {
    segment.split([';', '&']).find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
}

pub fn framed(segment: &str) -> Vec<u8> {
    format!("##{:04}{segment}{:04X}\r\n", segment.len(), crc(segment.as_bytes())).into_bytes()
}

/// An upload of the device of 2017 that wants an answer.
pub fn upload(cn: &str, qn: &str, data_time: &str, items: &str) -> String {
    format!("QN={qn};ST=32;CN={cn};PW=123456;MN={MN};Flag=5;CP=&&DataTime={data_time};{items}&&")
}
