//! What each sample frame gives.

use telemetry::hj212::{
    CrcDialect, EncodeError, Found, Frame, Framer, Key, Opened, Parsed, SEGMENT_HOLD, SealedLength, Segment, encode, encode_sealed, open,
};

use crate::samples::{self, Sample};
use crate::{device, found, frames};

/// The dialect that a sample's checksum is in.
fn dialect(checksum: &str) -> CrcDialect {
    match checksum {
        "modbus-high-first" => CrcDialect::ModbusHighFirst,
        "modbus-low-first" => CrcDialect::ModbusLowFirst,
        _ => CrcDialect::Strict,
    }
}

/// The notice that a departure must leave, where it must leave one.
fn notice_of(departure: &str) -> Option<&'static str> {
    let table = [
        ("MN is ", "field-shape"),
        ("QN not 17 digits", "field-shape"),
        ("ST not 2 digits", "field-"),
        ("Flag bit1 set but no PNUM/PNO", "packet-numbers"),
        ("no QN", "field-missing"),
        ("no ';' before CP", "no-separator"),
        ("extra head fields", "field-unknown"),
        ("space inside CP", "spaces"),
        ("trailing separator in CP", "token-empty"),
        ("data segment longer than 1024", "segment-long"),
        ("length field counts the plaintext", "length-of-plain-text"),
        ("length field ", "length-wrong"),
    ];
    table.iter().find(|(start, _)| departure.starts_with(start)).map(|(_, id)| *id)
}

/// What is wrong with how a sample was read; nothing, if all is well.
fn complaints(sample: &Sample) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut check = |what: &str, got: String, wanted: String| {
        if got != wanted {
            wrong.push(format!("{}: {what} is {got}, expected {wanted}", sample.id));
        }
    };
    let all = found(&sample.bytes());
    check("number of things found", all.len().to_string(), "1".to_owned());
    let Some(frame) = frames(all).pop() else { return vec![format!("{}: no frame", sample.id)] };

    let accepted = |dialect: CrcDialect| open(&frame, &device(dialect)).read(&device(dialect)).accepted();
    let strict = matches!(sample.verdict.as_str(), "accept" | "syntax" | "sealed");
    check("accepted", accepted(CrcDialect::Strict).to_string(), strict.to_string());
    let as_set = sample.verdict != "refuse";
    check("accepted in its dialect", accepted(dialect(&sample.checksum)).to_string(), as_set.to_string());
    check("accepted leniently", accepted(CrcDialect::Lenient).to_string(), "true".to_owned());

    let device = device(dialect(&sample.checksum));
    let opened = open(&frame, &device);
    let Parsed { value: message, notices } = opened.read(&device);
    let head = &message.head;
    let wanted = |name: &str| sample.fields.get(name).cloned().unwrap_or_default();
    let text = |value: &Option<std::borrow::Cow<'_, str>>| value.as_deref().unwrap_or_default().to_owned();
    check("QN", text(&head.qn), wanted("QN"));
    check("ST", text(&head.st), wanted("ST"));
    check("CN", text(&head.cn), wanted("CN"));
    check("PW", text(&head.pw), wanted("PW"));
    check("MN", text(&head.mn), wanted("MN"));
    check("Flag", head.flag.map(|flag| flag.0.to_string()).unwrap_or_default(), wanted("Flag"));
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    check("PNUM", number(head.pnum), wanted("PNUM").trim_start_matches('0').to_owned());
    check("PNO", number(head.pno), wanted("PNO").trim_start_matches('0').to_owned());
    check("DataTime", message.area.get("DataTime").map(|time| time.to_string()).unwrap_or_default(), wanted("DataTime"));
    let edition = message.edition.map(|edition| edition.code().rsplit('-').next().unwrap_or_default().to_owned());
    check("edition", edition.unwrap_or_default(), sample.edition.clone());

    check("pairs", message.area.pairs().count().to_string(), sample.pairs.to_string());
    let mut codes: Vec<String> = Vec::new();
    for (code, _) in message.area.pairs().filter_map(|pair| pair.key.split_once('-')) {
        if !codes.iter().any(|known| known == code) {
            codes.push(code.to_owned());
        }
    }
    let mut expected = sample.codes.clone();
    if expected.last().is_some_and(|last| last == "...") {
        expected.pop();
        codes.truncate(expected.len());
    }
    check("codes", codes.join(","), expected.join(","));

    for departure in &sample.departs {
        let Some(id) = notice_of(departure) else { continue };
        let noticed = notices.iter().any(|notice| notice.id().starts_with(id));
        check(departure, format!("noticed: {noticed}"), "noticed: true".to_owned());
    }
    wrong
}

#[test]
fn every_sample_gives_what_is_written_with_it() {
    let samples = samples::all();
    assert_eq!(samples.len(), 231);
    let wrong: Vec<String> = samples.iter().flat_map(complaints).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_samples_on_one_line_are_found_in_their_order() {
    let stream: Vec<u8> = samples::all().iter().flat_map(Sample::bytes).collect();
    let alone: Vec<_> = samples::all().iter().flat_map(|sample| frames(found(&sample.bytes()))).collect();
    let together = found(&stream);
    assert!(together.iter().all(|found| matches!(found, Found::Frame(_))), "no noise");
    assert_eq!(frames(together), alone);
}

#[test]
fn every_sample_that_can_be_written_is_read_back_as_it_was() {
    let mut refused = Vec::new();
    for sample in samples::all() {
        let frame = frames(found(&sample.bytes())).remove(0);
        let lenient = device(CrcDialect::Lenient);
        let opened = open(&frame, &lenient);
        let segment = opened.segment().value;
        match encode(&segment, CrcDialect::Strict) {
            Ok(bytes) => {
                let again = frames(found(&bytes)).remove(0);
                let opened = open(&again, &lenient);
                assert_eq!(opened.segment().value, segment, "{}", sample.id);
            }
            Err(error) => refused.push((sample.id, error)),
        }
    }
    let refused: Vec<_> = refused.iter().map(|(id, error)| (id.as_str(), matches!(error, EncodeError::TooLong { .. }))).collect();
    // A QN with a comma and an equals sign in it; and 1,025 bytes.
    assert_eq!(refused, [("D038", false), ("D109", true)]);
}

/// The only place in this test that knows how plain frames are opened.
fn opened(frame: &Frame) -> Opened<'_> {
    open(frame, &device(CrcDialect::Strict))
}

#[test]
fn the_official_encrypted_example_opens_to_the_official_plain_one_and_back() {
    let (sealed, plain) = (samples::by_id("D040"), samples::by_id("D065"));
    let (sealed_frame, plain_frame) = (frames(found(&sealed.bytes())).remove(0), frames(found(&plain.bytes())).remove(0));
    let sealed_opened = opened(&sealed_frame);
    assert_eq!(sealed_opened.text, opened(&plain_frame).text);
    assert_eq!(sealed_opened.notices.iter().map(|notice| notice.id()).collect::<Vec<_>>(), ["length-of-plain-text"]);

    let plain_opened = opened(&plain_frame);
    let segment: Segment<'_> = plain_opened.segment().value;
    let written = encode_sealed(&segment, &Key::new([b'0'; 16]), SealedLength::Plain).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), String::from_utf8(sealed.bytes()).unwrap());
}

#[test]
fn an_encrypted_frame_without_its_key_is_refused_and_says_whose_it_is() {
    let sample = samples::by_id("D040");
    let frame = frames(found(&sample.bytes())).remove(0);
    let mut keyless = device(CrcDialect::Lenient);
    keyless.key = None;
    let opened = open(&frame, &keyless);
    let parsed = opened.read(&keyless);
    assert!(!parsed.accepted());
    assert_eq!(parsed.notices[0].id(), "no-key");
    assert_eq!(parsed.value.head.mn.as_deref(), Some("010000A8900016F000169DC0"));

    let mut wrong_key = device(CrcDialect::Strict);
    wrong_key.key = Some(Key::new([7; 16]));
    assert!(!open(&frame, &wrong_key).read(&wrong_key).accepted());
}

#[test]
fn bytes_of_other_protocols_are_noise_and_do_not_hide_frames() {
    let good = samples::by_id("D001").bytes();
    let before: [(&[u8], &str); 7] = [
        (b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", "foreign"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "foreign"),
        (b"\x01\x03\x00\x00\x00\x0a\xc5\xcd", "foreign"),
        (b"DTU=13800000000;\r\n#", "foreign"),
        (b"##12QN=2016;", "foreign"),
        (b"##0087QN=20160801085857223;ST=32;CN=10", "cut-short"),
        (b"##9999QN=20160801085857223;", "oversized"),
    ];
    for (noise, kind) in before {
        let all = found(&[noise, good.as_slice()].concat());
        let Found::Noise(first) = &all[0] else { panic!("{:?} is noise", String::from_utf8_lossy(noise)) };
        assert_eq!((first.kind.id(), first.len), (kind, noise.len()));
        assert_eq!(frames(all).len(), 1);
    }
}

#[test]
fn a_missing_or_odd_line_end_is_noticed_and_loses_nothing() {
    let sample = samples::by_id("D001");
    for tail in ["", "\n", "\r", "\n\r", "\r\n\r\n", " \r\n"] {
        let stream = [sample.frame.as_slice(), tail.as_bytes(), sample.bytes().as_slice()].concat();
        let all = found(&stream);
        assert_eq!(all.iter().filter(|found| matches!(found, Found::Noise(noise) if noise.kind.id() == "tail")).count(), 1, "{tail:?}");
        assert_eq!(frames(all).len(), 2, "{tail:?}");
    }
}

#[test]
fn a_length_that_is_much_too_large_does_not_hold_up_the_frame_behind_it() {
    let mut framer = Framer::new(SEGMENT_HOLD);
    let good = samples::by_id("D001").bytes();
    let stream = [b"##5000QN=20160801085857223;ST=32;".as_slice(), good.as_slice()].concat();
    assert_eq!(frames(framer.push(&stream)).len(), 1);
}

#[test]
fn noise_without_end_is_told_in_pieces() {
    let mut framer = Framer::new(SEGMENT_HOLD);
    let told = framer.push(&[b'x'; 100_000]);
    assert_eq!(told.len(), 24);
    assert!(framer.held() < 6);
}
