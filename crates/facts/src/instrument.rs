//! What instruments send: every frame as it came, what was understood of it, and a row for each device.
//!
//! ```text
//! frame ─▶ kept ────────▶ observations (as those of files), row and hours of the device ─┐
//!       └▶ quarantined, refused: the bytes stay, up to a limit ──────────────────────────┴▶ ledger
//! ```
//!
//! A frame that comes again, byte for byte, changes nothing. Bytes hold the device's password, and the address a frame came from may
//! be one that the register keeps private: both are read back by [`crate::Store::frames`] alone, which no page asks.

mod devices;
mod frames;
mod ingest;

use standards::{Decimal, Item};

pub use devices::{Aside, Availability, DeviceState, DeviceSummary};
pub use frames::Frame;
pub(crate) use frames::altered;
pub use ingest::{Caps, Ingested};

/// The register of devices. Its fields: `mn`, `password`, `addresses`, `place_kind`, `place`, `protocol`, `crc`, `interval_s`,
/// `active_from`, `active_to`, `encryption_key`.
pub const REGISTER: &str = "device";

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameState {
    /// Understood and stored.
    Kept,
    /// Readable, but from nobody known, or of no use as it stands: a person looks at it.
    Quarantined,
    /// Damaged.
    Refused,
}

impl FrameState {
    /// The word in the store.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Quarantined => "quarantined",
            Self::Refused => "refused",
        }
    }
}

/// A reading of an instrument, in the item's unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// The entry it is of.
    pub place: String,
    /// The item.
    pub item: Item,
    /// The source, which tells the kind of data too: `hj212-rtd`, `hj212-min`, `hj212-hour`, `hj212-day`.
    pub source: String,
    /// When, in seconds since 1970; the beginning of a period.
    pub time: i64,
    /// As it was sent.
    pub text: String,
    /// In this unit.
    pub unit: &'static str,
    /// In the item's unit; nothing where the device itself says that it is no measurement.
    pub value: Option<Decimal>,
    /// The device's mark, as it was sent.
    pub flag: String,
    /// How it came, such as `HJ 212-2017 2061 Avg`.
    pub method: String,
}

/// A frame that arrived, with what was understood of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// As received.
    pub bytes: Vec<u8>,
    /// When, in milliseconds since 1970.
    pub received_at: i64,
    /// The address it came from.
    pub peer: String,
    /// Id of the device, as it was sent.
    pub mn: String,
    /// Its command.
    pub cn: String,
    /// The time it speaks of, in seconds since 1970.
    pub data_time: Option<i64>,
    /// What becomes of it.
    pub state: FrameState,
    /// Why, where it is not kept.
    pub reason: &'static str,
    /// Ids of what was noticed, a blank between.
    pub notices: String,
    /// Whether the register knows the device.
    pub registered: bool,
    /// Whether the device was made up.
    pub made_up: bool,
    /// Its clock less ours, where it says its time.
    pub skew_ms: Option<i64>,
    /// Kind of data: `rtd`, `min`, `hour`, `day`; empty for everything else.
    pub kind: &'static str,
    /// Its readings.
    pub readings: Vec<Measured>,
}

/// What became of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It is in the store now.
    New,
    /// It had been there.
    Again,
    /// It is counted but not stored: enough of what its address sends is set aside already.
    Dropped,
}
