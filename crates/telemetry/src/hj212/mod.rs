//! HJ 212, the protocol between field data loggers and a monitoring centre, in its editions of 2005, 2017 and 2025.
//!
//! Everything is synchronous and pure. [`Framer`] finds frames in bytes; [`open`] checks one and gives its text; [`Opened::read`]
//! understands it; [`answer()`] and [`Request`] make what the centre sends, [`encode()`] writes it. Records in several packets go through
//! [`Reassembly`] between [`Opened::segment`] and [`understand`]. What the reference of an edition does not say is refused by name
//! ([`Notice::NotKnown`], [`EncodeError::NotKnown`]).
//!
//! Numbers and names of the standard stand in `data/hj212-codes.toml` and `data/hj212-tables.toml`.

mod answer;
mod cipher;
mod codes;
mod command;
mod crc;
mod data_area;
mod edition;
mod encode;
mod factor;
mod flag;
mod frame;
mod framer;
mod mark;
mod message;
mod notice;
mod read;
mod reassembly;
mod request;
mod segment;
mod suffix;
mod tables;
mod text;
mod time;

pub use answer::{answer, answer_to, answer_wanted};
pub use cipher::{Key, SealError};
pub use codes::{FactorCode, InfoCode, Meaning, factors, meaning};
pub use command::{Command, Kind, Side};
pub use crc::{CrcDialect, crc, crc_modbus};
pub use data_area::{DataArea, Pair, Value};
pub use edition::Edition;
pub use encode::{EncodeError, encode, encode_sealed, segment_text};
pub use factor::{Facility, Factor, Quantity};
pub use flag::Flag;
pub use frame::{Found, Frame, Noise, NoiseKind};
pub use framer::{Framer, SEGMENT_HOLD};
pub use mark::{Mark, MarkMeaning, Usable};
pub use message::{Answer, AnswerTo, Body, Event, Message, Report, Upload, UploadKind};
pub use notice::{Notice, Parsed};
pub use read::{Device, Opened, SealedLength, open, understand};
pub use reassembly::{GivenUp, Key as PacketKey, Limits, Reassembly, Taken, split};
pub use request::{Address, Request};
pub use segment::{Head, Segment};
pub use suffix::Suffix;
pub use tables::{Defaults, ReturnCode, System, defaults, systems};
pub use time::{CHINA, Stamp, digits14, digits17, instant};
