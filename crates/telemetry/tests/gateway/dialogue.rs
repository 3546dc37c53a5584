//! What the gateway asks of devices: the clock, gaps in their history, what a person wants.

use telemetry::gateway::{AskError, Outcome};
use telemetry::hj212::Request;

use crate::world::{Line, MN, World, at_once, field, upload};
use crate::{RTD, heard};

const HOUR: &str = "w01018-Avg=40.5,w01018-Flag=N";

/// An answer to a request, with its number.
fn answer(request: &str, cn: &str, area: &str) -> String {
    format!("QN={};ST=91;CN={cn};PW=123456;MN={MN};Flag=4;CP=&&{area}&&", field(request, "QN"))
}

async fn known(line: &mut Line) {
    assert_eq!(line.ask(&upload("2011", "20160801085959123", "20160801085959", RTD)).await, "9014");
}

#[tokio::test]
async fn whoever_asks_for_the_time_is_told_it_after_the_answer() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    let wanted = format!("QN=20160801085500000;ST=32;CN=1013;PW=123456;MN={MN};Flag=5;CP=&&&&");
    assert_eq!(line.ask(&wanted).await, "9013");
    let request = heard(&mut line).await;
    assert_eq!(field(&request, "CN"), "1012");
    assert_eq!((field(&request, "ST"), field(&request, "PW")), ("32", "123456"));
    assert!(request.contains("CP=&&SystemTime=20160801090000&&"), "{request}");
    line.say(&answer(&request, "9011", "QnRtn=1")).await;
    line.say(&answer(&request, "9012", "ExeRtn=1")).await;
    // Its clock was five minutes slow.
    known(&mut line).await;
    assert_eq!(world.store.devices(0).unwrap()[0].skew_ms, Some(-877));
    assert_eq!(world.states(), ["kept"; 4]);
    gateway.stop().await;
}

#[tokio::test]
async fn a_gap_of_hours_is_fetched_when_the_device_comes_back() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let hour = |qn: &str, hour: u32| upload("2061", qn, &format!("201608010{hour}0000"), HOUR);
    let mut line = gateway.connect().await;
    assert_eq!(line.ask(&hour("20160801020000000", 1)).await, "9014");
    assert_eq!(line.ask(&hour("20160801030000000", 2)).await, "9014");
    drop(line);
    let mut line = gateway.connect().await;
    assert_eq!(line.ask(&hour("20160801060000000", 5)).await, "9014");
    let request = heard(&mut line).await;
    assert_eq!(field(&request, "CN"), "2061");
    assert!(request.contains("CP=&&BeginTime=20160801030000;EndTime=20160801040000&&"), "{request}");
    line.say(&answer(&request, "9011", "QnRtn=1")).await;
    // The data of a history have numbers of their own.
    assert_eq!(line.ask(&hour("20160801090000100", 3)).await, "9014");
    assert_eq!(line.ask(&hour("20160801090000200", 4)).await, "9014");
    line.say(&answer(&request, "9012", "ExeRtn=1")).await;
    known(&mut line).await;
    let hours = world.told().into_iter().filter(|line| line.contains("hj212-hour")).count();
    assert_eq!(hours, 5);
    gateway.stop().await;
}

#[tokio::test]
async fn a_person_hears_what_the_device_said() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    assert_eq!(gateway.handle.ask(MN, Request::ReadRealTimeInterval).await, Err(AskError::NotConnected));
    let mut line = gateway.connect().await;
    known(&mut line).await;
    assert_eq!(gateway.handle.connected(), [MN]);
    let cases = [
        (Request::ReadRealTimeInterval, "1061", 1, Some(1), true),
        (Request::SetMinuteInterval { minutes: 10 }, "1064", 1, Some(2), false),
        (Request::SetPassword { new: "abc123".to_owned() }, "1072", 3, None, false),
    ];
    for (request, cn, ready, done, well) in cases {
        let (handle, wanted) = (gateway.handle.clone(), request.clone());
        let asked = tokio::spawn(async move { handle.ask(MN, wanted).await });
        let request = heard(&mut line).await;
        assert_eq!(field(&request, "CN"), cn);
        line.say(&answer(&request, "9011", &format!("QnRtn={ready}"))).await;
        if let Some(done) = done {
            line.say(&answer(&request, "9012", &format!("ExeRtn={done}"))).await;
        }
        let outcome = asked.await.unwrap().unwrap();
        assert_eq!(outcome, Outcome { ready: Some(ready), done, data: 0 });
        assert_eq!(outcome.went_well(), well);
    }
    let refused = gateway.handle.ask(MN, Request::SetMinuteInterval { minutes: 7 }).await;
    assert!(matches!(refused, Err(AskError::Cannot(_))), "{refused:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn a_request_is_sent_again_with_its_number_and_then_the_link_is_given_up() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    known(&mut line).await;
    // From here on time runs as fast as nothing happens.
    tokio::time::pause();
    let handle = gateway.handle.clone();
    let asked = tokio::spawn(async move { handle.ask(MN, Request::ReadRealTimeInterval).await });
    let mut numbers = Vec::new();
    while let Some(request) = line.hear().await {
        numbers.push(field(&request, "QN").to_owned());
    }
    assert_eq!(numbers, vec!["20160801090000000"; 4]);
    assert_eq!(asked.await.unwrap(), Err(AskError::Silent));
    drop(line);
    gateway.stop().await;
}

#[tokio::test]
async fn a_device_that_was_ready_and_says_no_more_has_failed_but_stays() {
    let world = World::new();
    let gateway = world.gateway_with(at_once()).await;
    let mut line = gateway.connect().await;
    known(&mut line).await;
    let handle = gateway.handle.clone();
    let asked = tokio::spawn(async move { handle.ask(MN, Request::ReadRealTimeInterval).await });
    let request = heard(&mut line).await;
    let frames = world.frames().len();
    line.say(&answer(&request, "9011", "QnRtn=1")).await;
    while world.frames().len() == frames {
        tokio::task::yield_now().await;
    }
    tokio::time::pause();
    assert_eq!(asked.await.unwrap(), Err(AskError::TimedOut));
    tokio::time::resume();
    assert_eq!(line.ask(&upload("2011", "20160801090029000", "20160801090029", RTD)).await, "9014");
    gateway.stop().await;
}
