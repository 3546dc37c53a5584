//! HJ 212 through its public interface: the samples, the laws, and the oddities that a server must survive.
#![allow(clippy::unwrap_used)]

mod frames;
mod laws;
mod messages;
mod oddities;
mod packets;
mod requests;
mod samples;
mod tables;

use telemetry::hj212::{CrcDialect, Device, Found, Frame, Framer, Key, SEGMENT_HOLD, Side};

/// A device that sends like this. Its key is that of the official example.
fn device(crc: CrcDialect) -> Device {
    Device { crc, key: Some(Key::new([b'0'; 16])), edition: None, from: Side::Field }
}

/// Everything found in bytes that come at once, and nothing after them.
fn found(bytes: &[u8]) -> Vec<Found> {
    let mut framer = Framer::new(SEGMENT_HOLD);
    let mut found = framer.push(bytes);
    found.extend(framer.settle());
    found
}

/// The frames among it.
fn frames(found: Vec<Found>) -> Vec<Frame> {
    found
        .into_iter()
        .filter_map(|found| match found {
            Found::Frame(frame) => Some(frame),
            Found::Noise(_) => None,
        })
        .collect()
}

/// The frame that a data segment makes, with the standard's length and checksum.
fn frame_of(segment: &str) -> Frame {
    let segment = segment.as_bytes().to_vec();
    Frame { declared: segment.len(), crc: format!("{:04X}", telemetry::hj212::crc(&segment)).into_bytes(), segment }
}
