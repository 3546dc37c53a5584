//! The gateway as devices meet it: a real listener, a real store, and a clock that stands where the test puts it.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod dialogue;
mod limits;
mod world;

use telemetry::hj212::{CrcDialect, Edition};
use telemetry::simulate::{Instrument, Load, run};
use world::{Line, MN, OLD_MN, World, at_once, field, framed, upload};

const RTD: &str = "w01018-Rtd=40.1,w01018-Flag=N;w21003-Rtd=1.25,w21003-Flag=D";

async fn heard(line: &mut Line) -> String {
    line.hear().await.unwrap()
}

#[tokio::test]
async fn an_answer_means_that_the_rows_are_there() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    line.say(&upload("2011", "20160801085959123", "20160801085959", RTD)).await;
    let answer = heard(&mut line).await;
    assert_eq!((field(&answer, "CN"), field(&answer, "QN")), ("9014", "20160801085959123"));
    // Looked at from another connection of the store, so it was committed.
    let other = facts::Store::open(world.store.path()).unwrap();
    assert_eq!(other.frames(0, 9).unwrap().len(), 1);
    assert_eq!(world.told(), ["o1 cod hj212-rtd v1 40.1 N", "o1 nh3n hj212-rtd v1 1.25 D"]);
    let device = world.store.devices(world::time("20160801090000").as_millisecond()).unwrap().remove(0);
    assert_eq!((device.frames, device.observations, device.skew_ms), (1, 2, Some(-877)));
    assert_eq!(device.availability.map(|day| (day.received, day.expected)), Some((1, 2880)));
    assert!(world.store.verify().unwrap().is_empty());
    gateway.stop().await;
}

#[tokio::test]
async fn a_frame_that_is_sent_again_changes_nothing_and_is_answered_again() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    let sent = upload("2011", "20160801085959123", "20160801085959", RTD);
    for _ in 0..3 {
        assert_eq!(line.ask(&sent).await, "9014");
    }
    // After an outage the same record comes under another number: another frame, no other observation.
    assert_eq!(line.ask(&upload("2011", "20160801090000000", "20160801085959", RTD)).await, "9014");
    assert_eq!((world.frames().len(), world.observations().len()), (2, 2));
    assert_eq!(world.store.devices(0).unwrap()[0].again, 2);
    // Another value for the same time is a correction with its reason, and the first stays.
    let other = upload("2011", "20160801090001000", "20160801085959", "w01018-Rtd=41,w01018-Flag=N");
    assert_eq!(line.ask(&other).await, "9014");
    let cod: Vec<(i64, String)> = world.observations().into_iter().filter(|o| o.item == "cod").map(|o| (o.version, o.reason)).collect();
    assert_eq!(cod, [(1, String::new()), (2, "the device sent another value".to_owned())]);
    gateway.stop().await;
    assert!(world.store.verify().unwrap().is_empty());
}

#[tokio::test]
async fn frames_are_found_however_the_bytes_are_cut() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    let frames: Vec<Vec<u8>> =
        (0..5).map(|n| framed(&upload("2011", &format!("2016080108595{n}000"), &format!("2016080108595{n}"), RTD))).collect();
    // Two glued, then one byte by byte, then noise before one, then one in halves.
    line.send(&frames[..2].concat()).await;
    for byte in &frames[2] {
        line.send(&[*byte]).await;
    }
    line.send(b"REG 123\r\n").await;
    line.send(&frames[3]).await;
    let (one, two) = frames[4].split_at(60);
    line.send(one).await;
    line.send(two).await;
    for n in 0..5 {
        assert_eq!(field(&heard(&mut line).await, "QN"), format!("2016080108595{n}000"));
    }
    assert_eq!((world.frames().len(), world.observations().len()), (5, 10));
    gateway.stop().await;
}

#[tokio::test]
async fn what_is_not_kept_is_set_aside_with_its_reason_and_not_answered() {
    let world = World::new();
    world.change_device(&[("active_from", "2016-01-01")]);
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    let good = upload("2011", "20160801085959123", "20160801085959", RTD);
    line.say(&good.replace(MN, "999999999999999999999999")).await;
    line.say(&good.replace("PW=123456", "PW=654321")).await;
    let mut damaged = framed(&good);
    let at = damaged.len() - 9;
    damaged[at] ^= 1;
    line.send(&damaged).await;
    // Only the sound one is answered; it was stored last.
    assert_eq!(line.ask(&good).await, "9014");
    assert_eq!(world.states(), ["quarantined unknown-device", "quarantined wrong-password", "refused crc-wrong", "kept"]);
    let device = world.store.devices(0).unwrap().remove(0);
    assert_eq!((device.frames, device.quarantined, device.refused), (1, 1, 1));
    let aside: Vec<String> = world.store.set_aside(0, 9).unwrap().into_iter().map(|aside| aside.reason).collect();
    assert_eq!(aside.len(), 3);
    // The password stands nowhere but in the bytes and in the register.
    let shown = format!("{:?} {:?}", world.store.devices(0).unwrap(), world.store.set_aside(0, 9).unwrap());
    assert!(!shown.contains("123456") && !shown.contains("127.0.0.1"), "{shown}");
    assert!(!gateway.handle.metrics().contains(MN));
    gateway.stop().await;
}

#[tokio::test]
async fn data_of_no_use_are_kept_aside_but_answered() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    let ahead = upload("2011", "20160801085959123", "20160802090000", RTD);
    assert_eq!(line.ask(&ahead).await, "9014");
    assert_eq!(line.ask(&upload("2011", "20160801085959124", "20160230000000", RTD)).await, "9014");
    assert_eq!(world.states(), ["quarantined time-ahead", "quarantined no-time"]);
    assert_eq!(world.told(), Vec::<String>::new());
    gateway.stop().await;
}

#[tokio::test]
async fn a_device_sends_only_from_its_addresses_and_while_it_is_in_use() {
    for (fields, reason) in
        [(&[("addresses", "10.0.0.0/8")][..], "wrong-address"), (&[("addresses", "127.0.0.1"), ("active_to", "2016-07-31")], "not-active")]
    {
        let world = World::new();
        world.change_device(fields);
        let gateway = world.gateway_with(at_once()).await;
        let mut line = gateway.connect().await;
        line.say(&upload("2011", "20160801085959123", "20160801085959", RTD)).await;
        drop(line);
        while world.frames().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(world.states(), [format!("quarantined {reason}")]);
        gateway.stop().await;
    }
}

#[tokio::test]
async fn kinds_of_data_are_series_of_their_own() {
    let world = World::new();
    world.set_clock("20160802010000000");
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    let period = "w01018-Min=30,w01018-Avg=40.5,w01018-Max=60,w01018-Cou=12,w01018-Flag=N";
    for (n, (cn, items)) in [("2011", RTD), ("2051", period), ("2061", period), ("2031", period)].into_iter().enumerate() {
        assert_eq!(line.ask(&upload(cn, &format!("2016080200595{n}000"), "20160801000000", items)).await, "9014");
    }
    let cod: Vec<String> = world.told().into_iter().filter(|line| line.contains(" cod ")).collect();
    assert_eq!(
        cod,
        ["o1 cod hj212-rtd v1 40.1 N", "o1 cod hj212-min v1 40.5 N", "o1 cod hj212-hour v1 40.5 N", "o1 cod hj212-day v1 40.5 N"]
    );
    let methods: Vec<String> = world.observations().into_iter().map(|o| o.method).collect();
    assert!(methods.contains(&"HJ 212-2017 2061 Avg".to_owned()), "{methods:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn a_device_of_2005_has_no_number_and_is_answered_in_its_way() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    let sent = format!("ST=32;CN=2011;PW=123456;MN={OLD_MN};Flag=1;CP=&&DataTime=20160801085930;011-Rtd=35.2,011-Flag=N&&");
    line.say(&sent).await;
    let answer = heard(&mut line).await;
    assert!(answer.contains("CN=9014;") && answer.contains("CP=&&CN=2011&&"), "{answer}");
    assert_eq!(world.told(), ["o2 cod hj212-rtd v1 35.2 N"]);
    let old = world.store.devices(0).unwrap().remove(1);
    assert_eq!(old.skew_ms, Some(-30_000));
    gateway.stop().await;
}

#[tokio::test]
async fn an_answer_without_a_password_opens_no_ear() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    let bare = format!("QN=20160801090000000;ST=91;CN=9011;MN={OLD_MN};Flag=0;CP=&&QnRtn=1&&");
    line.say(&bare).await;
    let mut other = gateway.connect().await;
    assert_eq!(other.ask(&upload("2011", "20160801085959123", "20160801085959", RTD)).await, "9014");
    assert_eq!(gateway.handle.connected(), [MN]);
    // Once the device has given its password on this connection, its answers count.
    let sent = format!("ST=32;CN=2011;PW=123456;MN={OLD_MN};Flag=1;CP=&&DataTime=20160801085930;011-Rtd=35.2,011-Flag=N&&");
    assert_eq!(line.ask(&sent).await, "9014");
    assert_eq!(gateway.handle.connected(), [MN, OLD_MN]);
    let bare: Vec<String> = world.states().into_iter().filter(|state| state != "kept").collect();
    assert_eq!(bare, ["quarantined wrong-password"]);
    gateway.stop().await;
}

#[tokio::test]
async fn packets_are_answered_one_by_one_and_give_one_record() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let packet = |n: u32, items: &str| {
        format!("QN=2016080108595900{n};ST=32;CN=2011;PW=123456;MN={MN};Flag=7;PNUM=2;PNO={n};CP=&&DataTime=20160801085959;{items}&&")
    };
    let mut line = gateway.connect().await;
    assert_eq!(line.ask(&packet(1, "w01018-Rtd=40.1,w01018-Flag=N")).await, "9014");
    // The link breaks between the packets; nothing that was answered is lost.
    drop(line);
    let mut line = gateway.connect().await;
    assert_eq!(line.ask(&packet(2, "w21003-Rtd=1.25,w21003-Flag=N")).await, "9014");
    assert_eq!(world.told(), ["o1 cod hj212-rtd v1 40.1 N", "o1 nh3n hj212-rtd v1 1.25 N"]);
    gateway.stop().await;
}

#[tokio::test]
async fn made_up_instruments_are_answered_to_the_last_frame() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let of = |mn: &str, edition| Instrument { mn: mn.to_owned(), password: "123456".to_owned(), edition, crc: CrcDialect::Strict };
    let load = Load {
        instruments: vec![of(MN, Edition::V2017), of(OLD_MN, Edition::V2005)],
        frames: 40,
        every: std::time::Duration::from_micros(1),
        start: world::time("20160801080000"),
        step_s: 30,
        in_flight: 8,
        wait: std::time::Duration::from_secs(60),
    };
    let report = run(gateway.addr, load).await;
    assert_eq!((report.sent, report.acknowledged, report.broken), (80, 80, 0));
    assert_eq!(report.waits_us.len(), 80);
    gateway.stop().await;
    assert_eq!(world.frames().len(), 80);
    assert!(world.store.verify().unwrap().is_empty());
}
