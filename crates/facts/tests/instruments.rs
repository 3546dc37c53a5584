//! What arrives from instruments: whole or not at all, once, sealed, and summed up by device.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{World, change};
use facts::instrument::{Arrival, Caps, Done, FrameState, Measured};
use facts::{ObservationQuery, Qualifier, Store};
use standards::{Decimal, Item};

const MN: &str = "010000A8900016F000169DC0";
/// 1 August 2016, 09:00 in Shanghai.
const NOW: i64 = 1_470_013_200;
const CAPS: Caps = Caps { per_address: 2, total: 3 };

fn reading(item: &str, time: i64, text: &str, flag: &str) -> Measured {
    Measured {
        place: "a".to_owned(),
        item: Item::by_id(item).unwrap(),
        source: "hj212-rtd".to_owned(),
        time,
        text: text.to_owned(),
        unit: "mg/L",
        value: text.parse::<Decimal>().ok(),
        flag: flag.to_owned(),
        method: "HJ 212-2017 2011 Rtd".to_owned(),
    }
}

fn arrival(bytes: &str, time: i64, readings: Vec<Measured>) -> Arrival {
    Arrival {
        bytes: bytes.as_bytes().to_vec(),
        received_at: time * 1000 + 500,
        peer: "192.0.2.1".to_owned(),
        mn: MN.to_owned(),
        cn: "2011".to_owned(),
        data_time: Some(time),
        state: FrameState::Kept,
        reason: "",
        notices: String::new(),
        registered: true,
        made_up: false,
        skew_ms: None,
        kind: "rtd",
        readings,
    }
}

fn aside(bytes: &str, peer: &str) -> Arrival {
    let strange = arrival(bytes, NOW, Vec::new());
    Arrival { state: FrameState::Quarantined, reason: "unknown-device", registered: false, peer: peer.to_owned(), ..strange }
}

/// Changes the store behind its back.
fn tamper(store: &Store, sql: &str) {
    let changed = rusqlite::Connection::open(store.path()).unwrap().execute(sql, []).unwrap();
    assert_eq!(changed, 1, "{sql}");
}

#[test]
fn a_batch_is_kept_once_and_sealed() {
    let world = World::new();
    let batch = [
        arrival("one", NOW, vec![reading("cod", NOW, "40.1", "N"), reading("nh3n", NOW, "-0.02", "N")]),
        arrival("two", NOW + 30, vec![reading("cod", NOW + 30, "broken", "D")]),
        arrival("one", NOW, vec![reading("cod", NOW, "40.1", "N")]),
    ];
    let ingested = world.store.ingest(&batch, CAPS, &change()).unwrap();
    assert_eq!(ingested.done, [Done::New, Done::New, Done::Again]);
    assert_eq!((ingested.observations, ingested.corrections), (3, 0));
    let again = world.store.ingest(&batch, CAPS, &change()).unwrap();
    assert_eq!((again.done, again.observations), (vec![Done::Again; 3], 0));
    // A concentration below zero and a text that is no number are no values, but what was sent stays.
    let held = world.store.observations(&ObservationQuery::default()).unwrap();
    let told: Vec<(&str, Qualifier, bool)> = held.iter().map(|o| (o.text.as_str(), o.qualifier, o.value.is_some())).collect();
    let missing = Qualifier::Missing;
    assert_eq!(told, [("40.1", Qualifier::Value, true), ("broken", missing, false), ("-0.02", missing, false)]);
    assert!(held.iter().all(|o| o.known_at == NOW || o.known_at == NOW + 30));
    assert!(world.store.verify().unwrap().is_empty());
}

#[test]
fn whatever_is_changed_of_a_frame_is_found() {
    for change_of in [
        "UPDATE frame SET bytes = x'6f6e66' WHERE id = 1",
        "UPDATE frame SET state = 'refused' WHERE id = 1",
        "UPDATE frame SET received_at = received_at + 1 WHERE id = 2",
        "UPDATE frame SET data_time = NULL WHERE id = 2",
        "DELETE FROM frame WHERE id = 2",
    ] {
        let world = World::new();
        let batch = [arrival("one", NOW, vec![reading("cod", NOW, "40.1", "N")]), arrival("two", NOW + 30, Vec::new())];
        world.store.ingest(&batch, CAPS, &change()).unwrap();
        tamper(&world.store, change_of);
        let altered: Vec<String> = world.store.verify().unwrap().into_iter().map(|altered| altered.what).collect();
        assert!(altered.contains(&"frames 1 to 2".to_owned()), "{change_of}: {altered:?}");
    }
}

#[test]
fn what_is_set_aside_has_a_limit_for_each_address_and_for_all_of_a_day() {
    let world = World::new();
    let sent =
        [aside("1", "192.0.2.1"), aside("2", "192.0.2.1"), aside("3", "192.0.2.1"), aside("4", "192.0.2.2"), aside("5", "192.0.2.3")];
    let ingested = world.store.ingest(&sent, CAPS, &change()).unwrap();
    assert_eq!(ingested.done, [Done::New, Done::New, Done::Dropped, Done::New, Done::Dropped]);
    // A day later there is room again.
    let next = Arrival { received_at: (NOW + 86_500) * 1000, ..aside("6", "192.0.2.1") };
    assert_eq!(world.store.ingest(&[next], CAPS, &change()).unwrap().done, [Done::New]);
    assert!(world.store.verify().unwrap().is_empty());
}

#[test]
fn what_was_made_up_is_a_batch_of_its_own() {
    let world = World::new();
    let shown = Arrival { made_up: true, ..arrival("two", NOW, vec![reading("nh3n", NOW, "1", "N")]) };
    world.store.ingest(&[arrival("one", NOW, vec![reading("cod", NOW, "40", "N")]), shown], CAPS, &change()).unwrap();
    let held = world.store.observations(&ObservationQuery::default()).unwrap();
    let marks: Vec<(&str, bool)> = held.iter().map(|o| (o.item.as_str(), o.made_up)).collect();
    assert_eq!(marks, [("cod", false), ("nh3n", true)]);
    assert!(world.store.verify().unwrap().is_empty());
}

#[test]
fn times_of_a_source_are_those_of_all_its_items() {
    let world = World::new();
    let batch = [
        arrival("one", NOW, vec![reading("cod", NOW, "40", "N"), reading("nh3n", NOW, "1", "N")]),
        arrival("two", NOW + 60, vec![reading("nh3n", NOW + 60, "1", "N")]),
    ];
    world.store.ingest(&batch, CAPS, &change()).unwrap();
    assert_eq!(world.store.times_of("a", "hj212-rtd", NOW, NOW + 60).unwrap(), [NOW, NOW + 60]);
    assert!(world.store.times_of("a", "hj212-hour", NOW, NOW + 60).unwrap().is_empty());
}
