//! Inputs that a server must survive: each has a defined result and leaves a trace.

use encoding_rs::GBK;
use telemetry::hj212::{Body, CrcDialect, Found, Frame, Framer, SEGMENT_HOLD, Suffix, crc, open};

use crate::{device, found, frame_of, frames};

const HEAD: &str = "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;";

/// A segment and the ids of the notices it must leave, all of them in their order.
const CASES: &[(&str, &[&str])] = &[
    ("", &["no-area", "field-missing", "field-missing", "field-missing", "field-missing"]),
    ("{HEAD}", &["no-area", "field-missing"]),
    ("{HEAD}CP=", &["area-not-opened", "area-not-closed", "field-missing"]),
    ("{HEAD}CP=&&", &["area-not-closed", "field-missing"]),
    ("{HEAD}CP=&&DataTime=20160801085857", &["area-not-closed"]),
    ("{HEAD}CP=&&DataTime=20160801085857&&x", &["behind-area"]),
    ("{HEAD}cp=&&DataTime=20160801085857&&", &["name-case"]),
    ("{HEAD}flag=5;CP=&&DataTime=20160801085857&&", &["name-case", "field-twice"]),
    ("{HEAD}ST=31;CP=&&DataTime=20160801085857&&", &["field-twice"]),
    ("{HEAD};A=1;CP=&&DataTime=20160801085857&&", &["token-empty", "field-unknown"]),
    ("{HEAD}word;CP=&&DataTime=20160801085857&&", &["token-without-value"]),
    ("{HEAD}PNUM=2;PNO=1;CP=&&DataTime=20160801085857&&", &["packet-numbers"]),
    ("{HEAD}PNUM=99999999;PNO=0;CP=&&DataTime=20160801085857&&", &["field-shape", "field-shape", "packet-numbers"]),
    ("{HEAD}CP=&&DataTime=20160230000000&&", &["time-unreadable"]),
    ("{HEAD}CP=&&DataTime=20160801240000&&", &["time-unreadable"]),
    ("{HEAD}CP=&&DataTime=201608010858&&", &["time-unreadable"]),
    ("{HEAD}CP=&&DataTime=&&", &["time-unreadable"]),
    ("{HEAD}CP=&&DataTime=20160801085857;;&&", &["token-empty", "token-empty"]),
    ("{HEAD}CP=&&DataTime=20160801085857;a=b=c&&", &["equals-in-value"]),
    ("{HEAD}CP=&&DataTime=20160801085857;w01018-Rtd=7,1&&", &["token-without-value"]),
    ("{HEAD}CP=&&DataTime=20160801085857;w01018-Rtd=&&", &["not-a-number"]),
    ("{HEAD}CP=&&DataTime=20160801085857;w01018-Rtd=NaN&&", &["not-a-number"]),
    ("{HEAD}CP=&&DataTime=20160801085857;w01018-Rtd=1e308&&", &["not-a-number"]),
    ("{HEAD}CP=&&DataTime=20160801085857;w01018-Rtd=0x1F&&", &["not-a-number"]),
    ("{HEAD}CP=&&DataTime=20160801085857;w01018-Rtd=-&&", &["not-a-number"]),
    ("{HEAD}CP=&&DataTime=20160801085857;w01018-td=1&&", &["suffix-unknown"]),
    ("{HEAD}CP=&&DataTime=20160801085857;w01018-ZsRtd=9999.99&&", &[]),
    (
        "ST=32;CN=2011;Flag=8;CP=&&DataTime=20160801085857;w01018-ZsRtd=9999.99&&",
        &["field-missing", "field-missing", "field-missing", "not-computed"],
    ),
    ("{HEAD}CP=&&DataTime=20160801085857;w01018-SampleType=1&&", &["not-known"]),
    ("{HEAD}CP=&&DataTime=20160801085857;w01018-Rtd=1\u{0}&&", &["control", "not-a-number"]),
    ("{HEAD}CP=&&DataTime=20160801085857;i11001-Info=//清洗;管路,a=1&&", &["text-not-closed", "token-without-value"]),
    ("QN=1;ST=3;CN=20;PW=1;MN=1;Flag=300;CP=&&&&", &["field-shape", "field-shape", "field-shape", "field-shape", "field-shape"]),
];

#[test]
fn each_oddity_leaves_its_trace() {
    for (segment, wanted) in CASES {
        let frame = frame_of(&segment.replace("{HEAD}", HEAD));
        let device = device(CrcDialect::Strict);
        let opened = open(&frame, &device);
        let parsed = opened.read(&device);
        assert!(parsed.accepted(), "{segment}");
        let ids: Vec<_> = parsed.notices.iter().map(|notice| notice.id()).collect();
        // Broken heads leave further notices behind those that are looked for here.
        assert!(ids.starts_with(wanted), "{segment}: {ids:?}, expected {wanted:?}");
        if segment.starts_with("{HEAD}") {
            assert_eq!(ids.len(), wanted.len(), "{segment}: {ids:?}");
        }
    }
}

/// The number that a real-time value of COD is read as.
fn number(text: &str) -> Option<String> {
    let frame = frame_of(&format!("{HEAD}CP=&&DataTime=20160801085857;w01018-Rtd={text}&&"));
    let device = device(CrcDialect::Strict);
    let opened = open(&frame, &device);
    let Body::Upload(upload) = opened.read(&device).value.body else { panic!("an upload") };
    let value = upload.factors[0].value(Suffix::Rtd).unwrap();
    assert_eq!(value.text, text);
    value.number.map(|number| number.to_string())
}

#[test]
fn numbers_keep_their_digits_and_nothing_else_is_a_number() {
    for plain in ["0", "7.10", "-0.4643", "234.190754142353", "9999.99"] {
        assert_eq!(number(plain).as_deref(), Some(plain));
    }
    assert_eq!(number("+7.1").as_deref(), Some("7.1"));
    let long = "1".repeat(400);
    for odd in ["", "-", ".", "NaN", "inf", "1e308", "1_000", "7.1.2", "--1", "１", long.as_str()] {
        assert_eq!(number(odd), None, "{odd}");
    }
}

#[test]
fn separators_inside_text_separate_nothing() {
    let text = "数据;异常,值=9999。##0087 && 其他";
    let frame = frame_of(&format!("{HEAD}CP=&&DataTime=20160801085857;i11001-Info=//{text}//;w01018-Rtd=1.1&&"));
    let bytes =
        [format!("##{:04}", frame.declared).as_bytes(), frame.segment.as_slice(), frame.crc.as_slice(), b"\r\n".as_slice()].concat();
    assert_eq!(found(&bytes), [Found::Frame(frame.clone())]);
    let device = device(CrcDialect::Strict);
    let opened = open(&frame, &device);
    let parsed = opened.read(&device);
    let Body::Upload(upload) = &parsed.value.body else { panic!("an upload") };
    assert_eq!(&*upload.factors[0].value(Suffix::Info).unwrap().text, text);
    assert_eq!(upload.factors.len(), 2);
    assert!(parsed.notices.is_empty());
}

/// What the text of a log entry given as bytes is read as, and what was noticed.
fn logged(text: &[u8]) -> (String, Vec<&'static str>) {
    let segment = [format!("{HEAD}CP=&&DataTime=20160801085857;i11001-Info=//").as_bytes(), text, b"//&&".as_slice()].concat();
    let frame = Frame { declared: segment.len(), crc: format!("{:04X}", crc(&segment)).into_bytes(), segment };
    let device = device(CrcDialect::Strict);
    let opened = open(&frame, &device);
    let parsed = opened.read(&device);
    let Body::Upload(upload) = &parsed.value.body else { panic!("an upload") };
    let text = upload.factors[0].value(Suffix::Info).unwrap().text.clone().into_owned();
    (text, parsed.notices.iter().map(|notice| notice.id()).collect())
}

#[test]
fn chinese_text_is_utf_8_or_gbk_and_what_is_neither_is_said_to_be_damaged() {
    assert_eq!(logged("清洗管路".as_bytes()), ("清洗管路".to_owned(), vec![]));
    let (gbk, _, _) = GBK.encode("清洗管路,时间校准");
    assert_eq!(logged(&gbk), ("清洗管路,时间校准".to_owned(), vec!["gbk"]));
    assert_eq!(logged("清洗管".as_bytes().split_last().unwrap().1), ("清洗\u{FFFD}".to_owned(), vec!["text-damaged"]));
}

#[test]
fn a_frame_of_ten_thousand_oddities_is_one_frame_with_a_hundred_notices() {
    let frame = frame_of(&format!("{HEAD}CP=&&{}&&", ",".repeat(4000)));
    let device = device(CrcDialect::Strict);
    let opened = open(&frame, &device);
    let notices = opened.segment().notices;
    assert!(notices.len() < 110);
    assert_eq!(notices.last().map(|notice| notice.id()), Some("more"));
}

#[test]
fn a_wrong_checksum_is_refused_named_and_kept_where_the_device_is_lenient() {
    let mut frame = frame_of(&format!("{HEAD}CP=&&DataTime=20160801085857&&"));
    for (crc, looks_like) in [("0759", None), ("zzzz", None), ("", None), ("1C8", None)] {
        frame.crc = crc.as_bytes().to_vec();
        let told = |dialect| {
            let device = device(dialect);
            let opened = open(&frame, &device);
            (opened.read(&device).accepted(), opened.notices[0].clone())
        };
        let (accepted, notice) = told(CrcDialect::Strict);
        assert!(!accepted && notice.refuses());
        let telemetry::hj212::Notice::CrcWrong { given, looks_like: found, .. } = &notice else { panic!("{notice}") };
        assert_eq!((given.as_str(), *found), (crc, looks_like));
        let (accepted, notice) = told(CrcDialect::Lenient);
        assert!(accepted && notice.id() == "crc-wrong");
    }
}

#[test]
fn heads_without_end_cost_no_more_time_than_other_bytes() {
    // Each of these half a million bytes is part of a head, whose frame would end beyond all others.
    let mut framer = Framer::new(SEGMENT_HOLD);
    let told = framer.push(&b"##5120".repeat(80_000));
    assert!(frames(told).is_empty());
    assert!(framer.held() <= framer.cap());
    // And these are frames whose checksum would have to be worked out for each head.
    let told = framer.push(&b"##5119&&ABCD\r\n".repeat(40_000));
    assert!(39_990 < frames(told).len());
    assert!(framer.held() <= framer.cap());
}
