//! Records in several packets: split when they are sent, put together when they come.
//!
//! Each packet is a complete frame with its own data area, and often its own QN, so packets belong together by MN, CN, DataTime and
//! number of packets. Nothing is said in the standard about one that never comes: sets are kept for a time and up to a size, and what was
//! missing is told. There is no clock here; the time comes with each packet.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::edition::Edition;
use super::encode::{EncodeError, area_text, group_text, head_text};
use super::flag::Flag;
use super::segment::Segment;
use super::tables::TABLES;

/// `CP=&&` and `&&`, which count towards the length of the field.
const AROUND_AREA: usize = "CP=&&&&".len();

/// Splits a segment that is too long for one packet, between groups; the first group, if it is the DataTime, is repeated in each. The packets
/// have the QN of the segment; 2017's example gives each its own, which the sender may do.
pub fn split(segment: &Segment<'_>, edition: Edition) -> Result<Vec<Segment<'static>>, EncodeError> {
    let lengths = TABLES.lengths(edition);
    let mut head = segment.head.clone().into_owned();
    head.flag = Some(head.flag.unwrap_or(Flag::new(edition)));
    let whole = area_text(&segment.area)?.len() + AROUND_AREA;
    let head_room = head_text(&segment.head)?.len() + "&&".len();
    if whole <= lengths.cp && head_room + whole - AROUND_AREA <= lengths.segment {
        return Ok(vec![segment.clone().into_owned()]);
    }
    head.flag = head.flag.map(Flag::with_packets);
    (head.pnum, head.pno) = (Some(9999), Some(9999));
    let room = (lengths.cp - AROUND_AREA).min(lengths.segment.saturating_sub(head_text(&head)?.len() + "&&".len()));
    let (time, groups) = match segment.area.groups.split_first() {
        Some((first, rest)) if is_time(first) => (Some(first), rest),
        _ => (None, segment.area.groups.as_slice()),
    };
    let time_len = time.map_or(Ok(0), |time| group_text(time).map(|text| text.len() + 1))?;
    let mut packets: Vec<Vec<_>> = Vec::new();
    let mut left = 0;
    for group in groups {
        let len = group_text(group)?.len() + 1;
        if room < time_len + len {
            return Err(EncodeError::GroupTooLong { found: len, limit: room.saturating_sub(time_len) });
        }
        match packets.last_mut().filter(|_| len <= left) {
            Some(packet) => packet.push(group.clone()),
            None => {
                left = room - time_len;
                packets.push(time.into_iter().chain([group]).cloned().collect());
            }
        }
        left -= len;
    }
    let pnum = u32::try_from(packets.len()).unwrap_or(u32::MAX);
    let numbered = packets.into_iter().zip(1..).map(|(groups, pno)| {
        let mut packet = Segment { head: head.clone(), ..Segment::default() };
        (packet.head.pnum, packet.head.pno) = (Some(pnum), Some(pno));
        packet.area.groups = groups;
        packet.into_owned()
    });
    Ok(numbered.collect())
}

fn is_time(group: &[super::data_area::Pair<'_>]) -> bool {
    matches!(group, [pair] if pair.key == "DataTime")
}

/// How much is kept of sets that are not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Sets at a time.
    pub sets: usize,
    /// Packets that a set may say it has.
    pub packets: u32,
    /// Bytes of keys and values over all sets.
    pub bytes: usize,
    /// How long a set waits for its next packet.
    pub wait: SignedDuration,
}

/// Puts packets together. One for each connection.
#[derive(Debug)]
pub struct Reassembly {
    limits: Limits,
    sets: BTreeMap<Key, Set>,
    bytes: usize,
}

/// What the packets of one record have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Id of the device.
    pub mn: String,
    /// Command.
    pub cn: String,
    /// DataTime; where there is none, the QN.
    pub time: String,
    /// Number of packets.
    pub pnum: u32,
}

#[derive(Debug)]
struct Set {
    packets: BTreeMap<u32, Segment<'static>>,
    bytes: usize,
    last: Timestamp,
}

/// What became of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It was no packet, or the last of its set: here is the whole.
    Whole(Segment<'static>),
    /// It was kept; others are missing.
    Kept,
    /// It had come before with the same data. It is to be answered again.
    Again,
    /// It had come before with other data. The first stays, this one is given back.
    Conflict(Segment<'static>),
    /// A limit was reached. It is given back.
    Full {
        /// Which one.
        limit: &'static str,
        /// The packet.
        packet: Segment<'static>,
    },
}

/// A set that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    /// Of what it was.
    pub key: Key,
    /// Numbers of the packets that did not come.
    pub missing: Vec<u32>,
    /// The packets that did.
    pub packets: Vec<Segment<'static>>,
}

impl Reassembly {
    /// Nothing kept yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, sets: BTreeMap::new(), bytes: 0 }
    }

    /// Takes a segment that came at a time.
    pub fn take(&mut self, segment: Segment<'_>, now: Timestamp) -> Taken {
        let segment = segment.into_owned();
        let Some((pno, pnum)) = segment.head.packet() else { return Taken::Whole(segment) };
        let key = key(&segment, pnum);
        if let Some(set) = self.sets.get_mut(&key)
            && let Some(first) = set.packets.get(&pno)
        {
            set.last = now;
            return if first.area == segment.area { Taken::Again } else { Taken::Conflict(segment) };
        }
        let size = segment.area.size();
        let full = if self.limits.packets < pnum {
            Some("packets")
        } else if self.limits.bytes < self.bytes + size {
            Some("bytes")
        } else if self.limits.sets <= self.sets.len() && !self.sets.contains_key(&key) {
            Some("sets")
        } else {
            None
        };
        if let Some(limit) = full {
            return Taken::Full { limit, packet: segment };
        }
        let set = self.sets.entry(key.clone()).or_insert_with(|| Set { packets: BTreeMap::new(), bytes: 0, last: now });
        set.packets.insert(pno, segment);
        (set.last, set.bytes) = (now, set.bytes + size);
        self.bytes += size;
        if set.packets.len() < usize::try_from(pnum).unwrap_or(usize::MAX) {
            return Taken::Kept;
        }
        let whole = self.remove(&key).and_then(|set| join(set.packets.into_values()));
        whole.map_or(Taken::Kept, Taken::Whole)
    }

    /// Gives up the sets that have waited too long.
    pub fn expire(&mut self, now: Timestamp) -> Vec<GivenUp> {
        let late = |set: &Set| self.limits.wait < now.duration_since(set.last);
        let keys: Vec<Key> = self.sets.iter().filter(|(_, set)| late(set)).map(|(key, _)| key.clone()).collect();
        keys.into_iter().filter_map(|key| self.give_up(key)).collect()
    }

    /// Gives up all sets: the connection is over.
    pub fn close(&mut self) -> Vec<GivenUp> {
        let keys: Vec<Key> = self.sets.keys().cloned().collect();
        keys.into_iter().filter_map(|key| self.give_up(key)).collect()
    }

    /// How many sets wait for packets.
    pub fn open_sets(&self) -> usize {
        self.sets.len()
    }

    fn give_up(&mut self, key: Key) -> Option<GivenUp> {
        let set = self.remove(&key)?;
        let missing = (1..=key.pnum).filter(|pno| !set.packets.contains_key(pno)).collect();
        Some(GivenUp { key, missing, packets: set.packets.into_values().collect() })
    }

    fn remove(&mut self, key: &Key) -> Option<Set> {
        let set = self.sets.remove(key)?;
        self.bytes = self.bytes.saturating_sub(set.bytes);
        Some(set)
    }
}

fn key(segment: &Segment<'_>, pnum: u32) -> Key {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let time = segment.area.get("DataTime").map(|time| &**time).or(segment.head.qn.as_deref());
    Key { mn: text(segment.head.mn.as_deref()), cn: text(segment.head.cn.as_deref()), time: text(time), pnum }
}

/// The whole record: the head of the first packet, the groups of all. Items are merged, not strings glued.
fn join(packets: impl Iterator<Item = Segment<'static>>) -> Option<Segment<'static>> {
    let mut packets = packets;
    let mut whole = packets.next()?;
    (whole.head.pnum, whole.head.pno) = (None, None);
    whole.head.flag = whole.head.flag.map(Flag::without_packets);
    let time = whole.area.groups.first().filter(|group| is_time(group)).cloned();
    for packet in packets {
        let mut groups = packet.area.groups;
        if time.is_some() && groups.first() == time.as_ref() {
            groups.remove(0);
        }
        whole.area.groups.extend(groups);
    }
    Some(whole)
}
