//! Records in several packets.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use telemetry::hj212::{CrcDialect, Edition, EncodeError, Flag, Limits, Pair, Reassembly, Segment, Taken, encode, split};

use crate::device;

const LIMITS: Limits = Limits { sets: 3, packets: 50, bytes: 100_000, wait: SignedDuration::from_secs(60) };

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_470_000_000 + second).unwrap()
}

/// A minute record with so many factors.
fn record(edition: Edition, minute: u32, factors: usize) -> Segment<'static> {
    let mut segment = Segment::default();
    segment.head.qn = Some("20160801085857534".into());
    segment.head.st = Some("32".into());
    segment.head.cn = Some("2051".into());
    segment.head.pw = Some("123456".into());
    segment.head.mn = Some("010000A8900016F000169DC0".into());
    segment.head.flag = Some(Flag::new(edition).wanting_answer());
    segment.area.groups = vec![vec![Pair::new("DataTime", format!("2016080108{minute:02}00"))]];
    for factor in 0..factors {
        let pair = |suffix: &str, value: &str| Pair::new(format!("w{factor:05}-{suffix}"), value.to_owned());
        segment.area.groups.push(vec![pair("Min", "16.4"), pair("Avg", "17.5"), pair("Max", "20.1"), pair("Flag", "N")]);
    }
    segment
}

fn packets(minute: u32, factors: usize) -> Vec<Segment<'static>> {
    split(&record(Edition::V2017, minute, factors), Edition::V2017).unwrap()
}

proptest! {
    #[test]
    fn what_was_split_is_put_together_as_it_was_in_any_order(factors in 0..120_usize, turn in any::<usize>(), turned in any::<bool>(), new in any::<bool>()) {
        let edition = if new { Edition::V2017 } else { Edition::V2005 };
        let whole = record(edition, 40, factors);
        let mut packets = split(&whole, edition).unwrap();
        let count = packets.len();
        for packet in &packets {
            prop_assert!(encode(packet, CrcDialect::Strict).unwrap().len() <= 1036);
            prop_assert_eq!(count == 1, packet.head.packet().is_none());
        }
        packets.rotate_left(turn % count);
        if turned {
            packets.reverse();
        }
        let mut reassembly = Reassembly::new(LIMITS);
        for (place, packet) in packets.into_iter().enumerate() {
            let taken = reassembly.take(packet, at(0));
            prop_assert_eq!(taken, if place + 1 == count { Taken::Whole(whole.clone()) } else { Taken::Kept });
        }
        prop_assert_eq!(reassembly.open_sets(), 0);
    }
}

#[test]
fn packets_with_their_own_qn_and_of_two_records_mixed_are_told_apart() {
    let (mut one, two) = (packets(40, 30), packets(50, 30));
    assert!(1 < one.len());
    for (packet, qn) in one.iter_mut().zip(0..) {
        packet.head.qn = Some(format!("2016080108585{qn:04}").into());
    }
    let count = one.len();
    let mut reassembly = Reassembly::new(LIMITS);
    let mut wholes = Vec::new();
    for packet in one.into_iter().zip(two).flat_map(|(one, two)| [two, one]) {
        if let Taken::Whole(whole) = reassembly.take(packet, at(0)) {
            wholes.push(whole.area.groups.len());
        }
    }
    assert!(2 <= count);
    assert_eq!(wholes, [31, 31]);
}

#[test]
fn a_packet_sent_again_is_told_from_one_with_other_data() {
    let packets = packets(40, 30);
    let mut reassembly = Reassembly::new(LIMITS);
    assert_eq!(reassembly.take(packets[0].clone(), at(0)), Taken::Kept);
    assert_eq!(reassembly.take(packets[0].clone(), at(1)), Taken::Again);
    let mut other = packets[0].clone();
    other.area.groups[1][0] = Pair::new("w00000-Min", "99");
    assert_eq!(reassembly.take(other.clone(), at(2)), Taken::Conflict(other));
}

#[test]
fn a_set_that_waits_too_long_is_given_up_and_says_what_is_missing() {
    let packets = packets(40, 60);
    let count = u32::try_from(packets.len()).unwrap();
    assert!(2 < count);
    let mut reassembly = Reassembly::new(LIMITS);
    reassembly.take(packets[1].clone(), at(0));
    assert!(reassembly.expire(at(60)).is_empty());
    let given_up = reassembly.expire(at(61));
    let missing: Vec<u32> = (1..=count).filter(|pno| *pno != 2).collect();
    assert_eq!((given_up[0].missing.clone(), given_up[0].key.time.as_str()), (missing, "20160801084000"));
    assert_eq!((given_up[0].packets.len(), reassembly.open_sets()), (1, 0));
    reassembly.take(packets[0].clone(), at(62));
    assert_eq!(reassembly.close().len(), 1);
}

#[test]
fn limits_hold_and_what_does_not_fit_is_given_back() {
    let mut reassembly = Reassembly::new(LIMITS);
    for minute in 0..3 {
        assert_eq!(reassembly.take(packets(minute, 30).remove(0), at(0)), Taken::Kept);
    }
    assert!(matches!(reassembly.take(packets(4, 30).remove(0), at(0)), Taken::Full { limit: "sets", .. }));
    let mut many = packets(1, 30).remove(0);
    many.head.pnum = Some(9999);
    assert!(matches!(reassembly.take(many, at(0)), Taken::Full { limit: "packets", .. }));
    let mut small = Reassembly::new(Limits { bytes: 100, ..LIMITS });
    assert!(matches!(small.take(packets(4, 30).remove(0), at(0)), Taken::Full { limit: "bytes", .. }));
}

#[test]
fn senseless_packet_numbers_make_no_packet() {
    for (pno, pnum) in [(0, 2), (3, 2), (1, 1), (1, 0)] {
        let mut segment = record(Edition::V2017, 40, 1);
        (segment.head.pno, segment.head.pnum) = (Some(pno), Some(pnum));
        assert!(matches!(Reassembly::new(LIMITS).take(segment, at(0)), Taken::Whole(_)));
    }
}

#[test]
fn one_group_that_fits_no_packet_cannot_be_split() {
    let mut segment = record(Edition::V2017, 40, 1);
    segment.area.groups[1] = (0..200).map(|_| Pair::new("w01018-Avg", "1.1")).collect();
    assert!(matches!(split(&segment, Edition::V2017), Err(EncodeError::GroupTooLong { .. })));
    assert!(matches!(encode(&segment, device(CrcDialect::Strict).crc), Err(EncodeError::TooLong { .. })));
}
