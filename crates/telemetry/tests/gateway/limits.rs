//! What ends, what waits, and what survives.

use std::time::Duration;

use facts::instrument::Caps;
use telemetry::gateway::Settings;

use crate::world::{MN, Running, World, at_once, field, framed, upload};
use crate::{RTD, heard};

/// A commit that nobody will live to see.
const NEVER: Duration = Duration::from_secs(86_400);

fn numbered(n: u32) -> String {
    upload("2011", &format!("20160801080000{:03}", n % 1000), &format!("201608010{}{:02}{:02}", n / 3600, n / 60 % 60, n % 60), RTD)
}

async fn until(gateway: &Running, line: &str) {
    while !gateway.handle.metrics().lines().any(|own| own == line) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_was_received_but_not_committed_is_not_answered_and_comes_once_when_sent_again() {
    let world = World::new();
    let sent = numbered(1);
    let dying = world.gateway_with(Settings { gather: NEVER, ..Settings::default() }).await;
    let mut line = dying.connect().await;
    line.say(&sent).await;
    until(&dying, "qingliu_hj212_frames_waiting 1").await;
    dying.task.abort();
    assert_eq!((world.frames().len(), world.observations().len()), (0, 0));
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    assert_eq!(line.ask(&sent).await, "9014");
    assert_eq!((world.frames().len(), world.observations().len()), (1, 2));
    gateway.stop().await;
}

#[tokio::test]
async fn everything_that_was_answered_before_the_end_is_there_once() {
    let world = World::new();
    let gateway = world.gateway_with(Settings { batch: 7, ..at_once() }).await;
    let mut line = gateway.connect().await;
    let all: Vec<u8> = (0..300).flat_map(|n| framed(&numbered(n))).collect();
    line.send(&all).await;
    let mut answered = Vec::new();
    for _ in 0..50 {
        answered.push(field(&heard(&mut line).await, "QN").to_owned());
    }
    gateway.task.abort();
    while let Some(more) = line.hear().await {
        answered.push(field(&more, "QN").to_owned());
    }
    let held: Vec<String> = world.frames().iter().map(|frame| String::from_utf8_lossy(&frame.bytes).into_owned()).collect();
    for qn in &answered {
        assert_eq!(held.iter().filter(|frame| frame.contains(qn.as_str())).count(), 1, "{qn}");
    }
    assert!(world.store.verify().unwrap().is_empty());
}

#[tokio::test]
async fn where_the_writer_falls_behind_reading_stops() {
    let world = World::new();
    let settings = Settings { gather: NEVER, in_flight: 4, queue: 2, ..Settings::default() };
    let gateway = world.gateway_with(settings).await;
    let mut line = gateway.connect().await;
    let all: Vec<u8> = (0..2000).flat_map(|n| framed(&numbered(n))).collect();
    let sending = tokio::spawn(async move {
        line.send(&all).await;
        line
    });
    // One in the hands of the writer, two in the queue, one that waits to get in.
    until(&gateway, "qingliu_hj212_frames_waiting 4").await;
    for _ in 0..2000 {
        tokio::task::yield_now().await;
        assert!(gateway.handle.metrics().contains("\nqingliu_hj212_frames_waiting 4\n"));
    }
    sending.abort();
    gateway.task.abort();
}

#[tokio::test]
async fn frames_that_are_set_aside_cannot_fill_the_disk() {
    let world = World::new();
    let gateway = world.gateway_with(Settings { caps: Caps { per_address: 3, total: 100 }, ..at_once() }).await;
    let mut line = gateway.connect().await;
    for n in 0..5 {
        line.say(&numbered(n).replace(MN, "STRANGER")).await;
    }
    assert_eq!(line.ask(&numbered(9)).await, "9014");
    assert_eq!(world.states().iter().filter(|state| state.starts_with("quarantined")).count(), 3);
    assert!(gateway.handle.metrics().contains("frames_total{state=\"dropped\"} 2\n"));
    // A stranger has no row of its own.
    assert_eq!(world.store.devices(0).unwrap().len(), 2);
    gateway.stop().await;
}

#[tokio::test]
async fn connections_beyond_a_limit_are_turned_away() {
    for settings in [Settings { connections: 1, ..at_once() }, Settings { per_device: 1, ..at_once() }] {
        let world = World::new();
        let gateway = world.gateway_with(settings).await;
        let mut first = gateway.connect().await;
        assert_eq!(first.ask(&numbered(1)).await, "9014");
        let mut second = gateway.connect().await;
        if settings.per_device == 1 {
            second.say(&numbered(2)).await;
        }
        assert_eq!(second.hear().await, None);
        assert_eq!(first.ask(&numbered(3)).await, "9014");
        // The place is free again when the first has gone.
        drop(first);
        until(&gateway, "qingliu_hj212_connections_open 0").await;
        let mut third = gateway.connect().await;
        assert_eq!(third.ask(&numbered(4)).await, "9014");
        gateway.stop().await;
    }
}

#[tokio::test]
async fn a_half_open_connection_ends() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    assert_eq!(line.ask(&numbered(1)).await, "9014");
    tokio::time::pause();
    assert_eq!(line.hear().await, None);
    assert!(gateway.handle.metrics().contains("connections_silent_total 1\n"));
    tokio::time::resume();
    gateway.stop().await;
}

#[tokio::test]
async fn a_device_that_is_entered_while_the_gateway_runs_is_known_after_a_look() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    world.change_device(&[("password", "abc123")]);
    gateway.handle.refresh();
    line.say(&numbered(1)).await;
    assert_eq!(line.ask(&numbered(2).replace("123456", "abc123")).await, "9014");
    assert_eq!(world.states(), ["quarantined wrong-password", "kept"]);
    // Nobody reads the old password or the new one in what the program tells.
    assert!(!format!("{:?}", gateway.handle).contains("abc123"));
    gateway.stop().await;
}
