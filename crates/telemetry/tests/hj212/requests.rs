//! What the centre asks is what the standard prints.

use jiff::Timestamp;
use telemetry::hj212::{
    Address, AnswerTo, CrcDialect, Edition, EncodeError, Flag, Head, Pair, Request, Segment, UploadKind, answer_to, encode, instant,
    segment_text,
};

use crate::samples;

fn time(digits: &str) -> Timestamp {
    instant(digits).unwrap()
}

fn address(edition: Edition) -> Address {
    let mn = if edition == Edition::V2005 { "88888880000001" } else { "010000A8900016F000169DC0" };
    Address { edition, st: "32".to_owned(), pw: "123456".to_owned(), mn: mn.to_owned() }
}

fn history(kind: UploadKind, begin: &str, end: &str) -> Request {
    Request::History { kind, begin: time(begin), end: time(end) }
}

#[test]
fn requests_are_byte_for_byte_the_official_examples() {
    let of = Some("w01018".to_owned());
    let cases = [
        ("D001", Request::ReadRealTimeInterval),
        ("D002", Request::StopRealTime),
        ("D003", Request::StartState),
        ("D004", Request::StopState),
        ("D012", Request::ReadClock { of }),
        ("D015", Request::SetRealTimeInterval { seconds: 30 }),
        ("D016", Request::SetMinuteInterval { minutes: 10 }),
        ("D017", Request::SetTimeOut { over_time_s: 5, re_count: 3 }),
        ("D023", history(UploadKind::Day, "20160801000000", "20160801000000")),
        ("D025", history(UploadKind::Minute, "20160801084000", "20160801084000")),
    ];
    for (id, request) in cases {
        let segment = request.segment(&address(Edition::V2017), time("20160801085857223")).unwrap();
        assert_eq!(encode(&segment, CrcDialect::Strict).unwrap(), samples::by_id(id).bytes(), "{id}");
    }
}

#[test]
fn answers_are_byte_for_byte_the_official_examples() {
    let cases = [("D006", AnswerTo::Notification, None), ("D007", AnswerTo::Data, None), ("D010", AnswerTo::Request, Some(1))];
    for (id, to, result) in cases {
        let sample = samples::by_id(id);
        let asked = Head {
            qn: Some(sample.fields["QN"].clone().into()),
            pw: Some("123456".into()),
            mn: Some("010000A8900016F000169DC0".into()),
            flag: Some(Flag::new(Edition::V2017).wanting_answer()),
            ..Head::default()
        };
        assert_eq!(encode(&answer_to(&asked, to, result), CrcDialect::Strict).unwrap(), sample.bytes(), "{id}");
    }
}

/// The data area of a request, or why there is none.
fn area(request: &Request, edition: Edition) -> Result<String, String> {
    let segment = request.segment(&address(edition), time("20160801085857223")).map_err(|error| error.to_string())?;
    Ok(segment_text(&segment).unwrap().split("&&").nth(1).unwrap_or_default().to_owned())
}

#[test]
fn settings_are_in_the_words_of_the_edition() {
    let password = Request::SetPassword { new: "a1B2c3".to_owned() };
    assert_eq!(area(&password, Edition::V2005), Ok("PW=a1B2c3".to_owned()));
    assert_eq!(area(&password, Edition::V2017), Ok("NewPW=a1B2c3".to_owned()));
    let clock = Request::SetClock { of: None, at: time("20160801085857") };
    assert_eq!(area(&clock, Edition::V2025), Ok("SystemTime=20160801085857".to_owned()));
    let kept = history(UploadKind::RunningTime, "20160801000000", "20160802000000");
    assert_eq!(area(&kept, Edition::V2005), Ok("BeginTime=20160801000000;EndTime=20160802000000".to_owned()));
    assert_eq!(area(&Request::ReadMinuteInterval, Edition::V2017), Ok(String::new()));
    assert_eq!(area(&Request::StartRealTime, Edition::V2017), Ok(String::new()));
}

#[test]
fn what_the_edition_does_not_have_or_allow_is_refused_by_name() {
    let refused = |request: Request, edition| area(&request, edition).unwrap_err();
    assert_eq!(refused(Request::ReadMinuteInterval, Edition::V2005), "1063 is no command of HJ/T 212-2005");
    assert_eq!(refused(Request::SetRealTimeInterval { seconds: 29 }, Edition::V2017), "RtdInterval is 29, expected 30 to 3600");
    assert_eq!(
        refused(Request::SetMinuteInterval { minutes: 7 }, Edition::V2017),
        "MinInterval is 7, expected one of 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30"
    );
    assert_eq!(refused(Request::SetTimeOut { over_time_s: 0, re_count: 3 }, Edition::V2017), "OverTime is 0, expected 1 to 99");
    let password = refused(Request::SetPassword { new: "secret;".to_owned() }, Edition::V2017);
    assert!(!password.contains("secret"));
    let backwards = history(UploadKind::Hour, "20160802000000", "20160801000000");
    assert_eq!(refused(backwards, Edition::V2017), "EndTime is 20160801000000, expected BeginTime 20160802000000 or later");
    let live = history(UploadKind::RealTime, "20160801000000", "20160801000000");
    assert_eq!(refused(live, Edition::V2017), "CN is 2011, expected 2031, 2041, 2051 or 2061");
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    let with = |key: &'static str, value: &'static str| {
        let mut segment = Segment::default();
        segment.area.groups = vec![vec![Pair::new(key, value)]];
        encode(&segment, CrcDialect::Strict)
    };
    assert!(with("PolId", "w01018").is_ok());
    for (key, value) in [("a;b", "1"), ("a", "1;2"), ("a", "1,2"), ("a", "x=1"), ("a", "&&"), ("a", "1\r\n"), ("a", " 1"), ("a", "//x//")] {
        assert!(matches!(with(key, value), Err(EncodeError::Text { .. })), "{key} {value}");
    }
    let mut segment = Segment::default();
    segment.head.other = vec![("mn".into(), "1".into())];
    assert!(matches!(encode(&segment, CrcDialect::Strict), Err(EncodeError::FieldName { .. })));
    let mut segment = Segment::default();
    segment.area.groups = vec![vec![]];
    assert_eq!(encode(&segment, CrcDialect::Strict), Err(EncodeError::EmptyGroup));
}
