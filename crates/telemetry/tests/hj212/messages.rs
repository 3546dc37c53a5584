//! What messages are for.

use standards::unit;
use telemetry::hj212::{
    AnswerTo, Body, CrcDialect, Edition, Event, Message, Parsed, Report, Side, Suffix, Upload, UploadKind, Usable, answer, answer_wanted,
    digits14, encode, open,
};

use crate::{device, found, frame_of, frames, samples};

/// Reads a segment as from the field side and looks at the message.
fn read<T>(segment: &str, look: impl FnOnce(&Parsed<Message<'_>>) -> T) -> T {
    let frame = frame_of(segment);
    let device = device(CrcDialect::Strict);
    let opened = open(&frame, &device);
    look(&opened.read(&device))
}

/// The same for a sample.
fn sample<T>(id: &str, look: impl FnOnce(&Parsed<Message<'_>>) -> T) -> T {
    let frame = frames(found(&samples::by_id(id).bytes())).remove(0);
    let device = device(CrcDialect::Lenient);
    let opened = open(&frame, &device);
    look(&opened.read(&device))
}

fn upload<'m, 'a>(parsed: &'m Parsed<Message<'a>>) -> &'m Upload<'a> {
    let Body::Upload(upload) = &parsed.value.body else { panic!("{:?} is an upload", parsed.value.body) };
    upload
}

fn ids(parsed: &Parsed<Message<'_>>) -> Vec<&'static str> {
    parsed.notices.iter().map(|notice| notice.id()).collect()
}

#[test]
fn minute_data_have_items_units_numbers_and_marks() {
    sample("D036", |parsed| {
        let upload = upload(parsed);
        assert_eq!(upload.kind, UploadKind::Minute);
        assert_eq!(upload.data_time.as_ref().unwrap().at.unwrap().to_string(), "2016-08-01T00:40:00Z");
        let [flow, ph, cod] = upload.factors.as_slice() else { panic!("three factors") };
        assert_eq!((&*flow.code, flow.item.unwrap().id(), flow.unit, flow.total_unit), ("w00000", "flow", Some("L/s"), Some("m3")));
        assert_eq!((ph.item.unwrap().id(), ph.unit, ph.total_unit), ("ph", Some("1"), None));
        assert_eq!((cod.item.unwrap().id(), cod.unit, cod.total_unit), ("cod", Some("mg/L"), Some("kg")));
        let mean = cod.value(Suffix::Avg).unwrap();
        assert_eq!((&*mean.text, mean.number.unwrap().to_string()), ("40.1", "40.1".to_owned()));
        assert_eq!(cod.flag.as_ref().unwrap().usable(), Usable::Measurement);
        assert_eq!(ids(parsed), [] as [&str; 0]);
    });
}

#[test]
fn values_of_one_factor_belong_together_whatever_separates_them() {
    let head = "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&DataTime=20160801085857;";
    for area in [
        "w01018-Rtd=2.2,w01018-Flag=N,w01018-EFlag=A01,w01018-SampleTime=20160801070000",
        "w01018-Rtd=2.2;w01018-Flag=N;w01018-EFlag=A01;w01018-SampleTime=20160801070000",
        "w01018-SampleTime=20160801070000,w01018-EFlag=A01;w01018-Flag=N,w01018-Rtd=2.2",
    ] {
        read(&format!("{head}{area}&&"), |parsed| {
            let [cod] = upload(parsed).factors.as_slice() else { panic!("one factor") };
            assert_eq!(&*cod.value(Suffix::Rtd).unwrap().text, "2.2");
            assert_eq!(cod.eflag.as_deref(), Some("A01"));
            assert_eq!(digits14(cod.sample_time.as_ref().unwrap().at.unwrap()), "20160801070000");
        });
    }
}

#[test]
fn a_factor_sent_twice_keeps_both_values_and_a_code_without_its_letter_is_kept() {
    sample("D027", |parsed| {
        let values = &upload(parsed).factors[0].values;
        assert_eq!(values.iter().map(|value| &*value.text).collect::<Vec<_>>(), ["1.1", "2.2"]);
        assert!(ids(parsed).contains(&"key-twice"));
    });
    sample("D034", |parsed| {
        let codes: Vec<_> = upload(parsed).factors.iter().map(|factor| (&*factor.code, factor.item.map(|item| item.id()))).collect();
        assert_eq!(codes, [("w01001", Some("ph")), ("w01018", Some("cod")), ("01018", None)]);
        assert!(ids(parsed).contains(&"code-unknown"));
    });
}

/// A metal in an edition: its unit, and whether a notice says that it is not sure.
fn metal(flag: &str, code: &str) -> (Option<&'static str>, bool) {
    let segment = format!("ST=32;CN=2011;PW=123456;MN=88888880000001;{flag}CP=&&DataTime=20160801085857;{code}-Rtd=0.5&&");
    read(&segment, |parsed| {
        let factor = &upload(parsed).factors[0];
        assert_eq!(factor.item.unwrap().id(), "hg");
        (factor.unit, ids(parsed).contains(&"unit-unsure"))
    })
}

#[test]
fn the_unit_of_mercury_is_that_of_the_edition_and_never_a_guess() {
    assert_eq!(metal("", "020"), (Some("mg/L"), false));
    assert_eq!(metal("Flag=4;", "w20111"), (Some("μg/L"), false));
    assert_eq!(metal("Flag=8;", "W20111"), (Some("μg/L"), false));
    assert_eq!(metal("Flag=4;", "020"), (None, true));
    assert_eq!(metal("", "w20111"), (None, true));
    // A code that our items know, but no table of HJ 212 that was read.
    assert_eq!(metal("Flag=4;", "w20142"), (None, false));
    assert!(unit::convert("0.5".parse().unwrap(), "μg/L", "mg/L").is_ok());
}

#[test]
fn old_codes_of_the_same_unit_are_understood_in_new_messages() {
    let segment = "QN=20160801085857223;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=4;\
        CP=&&DataTime=20160801080000;011-Avg=40.1;060-Avg=1.2;101-Avg=0.3;B01-Cou=12&&";
    read(segment, |parsed| {
        let factors = &upload(parsed).factors;
        let items: Vec<_> = factors.iter().map(|factor| (factor.item.map(|item| item.id()), factor.unit)).collect();
        assert_eq!(
            items,
            [(Some("cod"), Some("mg/L")), (Some("nh3n"), Some("mg/L")), (Some("tp"), Some("mg/L")), (Some("flow"), Some("L/s"))]
        );
        // What 2005 adds up in tonnes, 2017 adds up in cubic metres.
        assert_eq!((factors[0].total_unit, factors[3].total_unit), (Some("kg"), None));
        assert_eq!(ids(parsed), ["code-of-other-edition"; 4]);
    });
}

#[test]
fn marks_are_of_the_edition_and_unknown_ones_are_kept() {
    let mark = |flag: &str, st: &str, mark: &str| {
        let segment = format!("ST={st};CN=2011;PW=1;MN=1;{flag}CP=&&DataTime=20160801085857;w01018-Rtd=1,w01018-Flag={mark}&&");
        read(&segment, |parsed| {
            let factor = &upload(parsed).factors[0];
            assert_eq!(&*factor.value(Suffix::Rtd).unwrap().text, "1");
            let flag = factor.flag.as_ref().unwrap();
            assert_eq!(flag.text, mark);
            (flag.meaning.map(|meaning| meaning.en.as_str()), flag.usable())
        })
    };
    assert_eq!(mark("Flag=4;", "32", "N"), (Some("normal"), Usable::Measurement));
    assert_eq!(mark("Flag=4;", "32", "B"), (Some("link broken"), Usable::No));
    assert_eq!(mark("", "32", "B"), (None, Usable::Judge));
    assert_eq!(mark("", "32", "P"), (Some("power failure"), Usable::No));
    assert_eq!(mark("", "22", "3"), (Some("normal"), Usable::Measurement));
    assert_eq!(mark("", "32", "3"), (None, Usable::Judge));
    assert_eq!(mark("Flag=4;", "32", "S"), (Some("set by hand"), Usable::Judge));
    assert_eq!(mark("Flag=4;", "32", "ZZ"), (None, Usable::Judge));
    // The table of 2025 was not obtained; N stands in its example.
    assert_eq!(mark("Flag=8;", "32", "N"), (Some("normal"), Usable::Measurement));
    assert_eq!(mark("Flag=8;", "32", "D"), (None, Usable::Judge));
}

#[test]
fn facilities_reports_events_and_answers_are_told_apart() {
    sample("D022", |parsed| {
        let upload = upload(parsed);
        assert_eq!((upload.kind, upload.factors.len()), (UploadKind::RunningTime, 0));
        let hours: Vec<_> = upload.facilities.iter().map(|one| (one.no, &*one.value(Suffix::Rt).unwrap().text)).collect();
        assert_eq!(hours, [(1, "1.1"), (2, "2.1")]);
    });
    sample("D030", |parsed| {
        let Body::Report(Report { about, factors, .. }) = &parsed.value.body else { panic!("a report") };
        assert_eq!((&*about[0], &*factors[0].code), ("w01018", "i11001"));
        assert_eq!(&*factors[0].value(Suffix::Info).unwrap().text, "清洗管路");
    });
    sample("D010", |parsed| {
        let Body::Answer(answer) = &parsed.value.body else { panic!("an answer") };
        assert_eq!((answer.to, answer.result, answer.qn.as_deref()), (AnswerTo::Request, Some(1), Some("20101110010101001")));
        assert_eq!(answer.meaning.unwrap().en, "ready to execute");
    });
    sample("D041", |parsed| {
        let Body::Answer(answer) = &parsed.value.body else { panic!("an answer") };
        assert_eq!((answer.to, answer.qn.as_deref()), (AnswerTo::Data, Some("20040516010101001")));
        assert_eq!((parsed.value.head.qn.as_deref(), parsed.value.head.cn.as_deref()), (None, Some("9014")));
    });
    let event = |segment: &str| read(segment, |parsed| format!("{:?}", std::mem::discriminant(&parsed.value.body)));
    assert_eq!(event("CN=1013;Flag=5;CP=&&&&"), event("CN=9015;Flag=9;CP=&&&&"));
    read("ST=21;CN=2081;Flag=5;CP=&&DataTime=20210409160126;RestartTime=20210409160125&&", |parsed| {
        let Body::Event(Event::PowerOn(Some(at))) = &parsed.value.body else { panic!("an event") };
        assert_eq!(at.text, "20210409160125");
    });
    read("ST=32;CN=2072;PW=123456;MN=88888880000001;CP=&&AlarmTime=20040516010101;101-Ala=1.1;AlarmType=1&&", |parsed| {
        let Body::Event(Event::Alarm { over, factors, .. }) = &parsed.value.body else { panic!("an alarm") };
        assert_eq!((*over, &*factors[0].value(Suffix::Ala).unwrap().text), (Some(true), "1.1"));
    });
}

#[test]
fn a_command_means_what_its_edition_and_sender_make_of_it() {
    let title = |flag: &str, cn: &str| {
        read(&format!("ST=32;CN={cn};{flag}CP=&&&&"), |parsed| (parsed.value.command.map(|command| command.en.as_str()), ids(parsed)))
    };
    assert_eq!(title("", "3014").0, Some("Set the sampling period"));
    assert_eq!(title("Flag=4;", "3014").0, Some("Comparison sampling"));
    assert!(title("Flag=8;", "3024").1.contains(&"not-known"));
    assert!(title("Flag=8;", "2072").1.contains(&"command-of-other-edition"));
    assert!(title("Flag=4;", "5015").1.contains(&"command-unknown"));
    assert!(title("Flag=4;", "1012").1.contains(&"wrong-side"));
    assert!(title("Flag=252;", "2011").1.contains(&"version-unknown"));

    let frame = frame_of("QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&&&");
    let mut centre = device(CrcDialect::Strict);
    centre.from = Side::Centre;
    assert_eq!(open(&frame, &centre).read(&centre).value.body, Body::Request);
    centre.from = Side::Field;
    assert!(matches!(open(&frame, &centre).read(&centre).value.body, Body::Upload(Upload { data_time: None, .. })));
}

#[test]
fn a_devices_setting_comes_before_what_its_flag_claims() {
    let frame = frames(found(&samples::by_id("D078").bytes())).remove(0);
    let mut station = device(CrcDialect::Strict);
    let opened = open(&frame, &station);
    let claimed = opened.read(&station);
    assert_eq!(claimed.value.edition, Some(Edition::V2025));
    assert!(claimed.notices.iter().any(|notice| notice.id() == "edition-unsure"));
    station.edition = Some(Edition::V2017);
    let set = opened.read(&station);
    assert_eq!(set.value.edition, Some(Edition::V2017));
    assert!(!set.notices.iter().any(|notice| notice.id() == "edition-unsure"));
}

/// What the centre answers, as text without its line end.
fn answered(segment: &str) -> Option<String> {
    read(segment, |parsed| {
        assert_eq!(answer(&parsed.value).is_some(), answer_wanted(&parsed.value).is_some());
        let bytes = encode(&answer(&parsed.value)?, CrcDialect::Strict).unwrap();
        Some(String::from_utf8(bytes).unwrap()[6..].split("&&").take(2).collect::<Vec<_>>().join("&&"))
    })
}

#[test]
fn answers_are_given_where_they_are_wanted_in_the_form_of_the_edition() {
    let head = "QN=20160801085857534;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0";
    let area = "CP=&&DataTime=20160801085857;w01018-Rtd=1.1&&";
    let to_head = "QN=20160801085857534;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0";
    assert_eq!(answered(&format!("{head};Flag=5;{area}")), Some(format!("{to_head};Flag=4;CP=&&")));
    assert_eq!(answered(&format!("{head};Flag=9;{area}")), Some(format!("{to_head};Flag=8;CP=&&")));
    assert_eq!(answered(&format!("{head};Flag=7;PNUM=2;PNO=1;{area}")), Some(format!("{to_head};Flag=4;CP=&&")));
    assert_eq!(answered(&format!("{head};Flag=4;{area}")), None);
    assert_eq!(answered(&format!("{head};{area}")), None);
    assert_eq!(
        answered("QN=20040516010101001;ST=32;CN=2051;PW=123456;MN=88888880000001;Flag=3;PNUM=2;PNO=1;CP=&&DataTime=20040516021000&&"),
        Some("ST=91;CN=9014;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20040516010101001;CN=2051;PNO=1;PNUM=2".to_owned())
    );
    // 2005 answers its notifications without being asked to.
    assert_eq!(
        answered("QN=20040516010101001;ST=32;CN=2072;PW=123456;MN=88888880000001;CP=&&AlarmTime=20040516010101&&"),
        Some("ST=91;CN=9013;PW=123456;MN=88888880000001;CP=&&QN=20040516010101001".to_owned())
    );
    let clock = "QN=20160801085857223;ST=32;CN=1013;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&&&";
    assert!(answered(clock).unwrap().contains("CN=9013"));
    // Nobody answers an answer.
    assert_eq!(answered("QN=20160801085857223;ST=91;CN=9013;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&&&"), None);
}
