//! Files come in whole or not at all, every refused cell is named, and what comes twice is known.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{World, change, options};
use facts::ObservationQuery;
use facts::import::{ImportOptions, ImportReport, Silent};
use proptest::prelude::*;

fn told(report: &ImportReport) -> String {
    let mut text = format!(
        "{} rows: {} new ({} missing, {} not measured), {} corrections, {} known, {} without time, {} passed over, {} refused, {}",
        report.rows,
        report.new,
        report.missing,
        report.not_measured,
        report.corrections,
        report.known,
        report.without_time,
        report.passed_over,
        report.refused_rows,
        if report.kept { "kept" } else { "not kept" }
    );
    for refusal in &report.refused {
        text.push_str(&format!("\n  {refusal}"));
    }
    text
}

/// What happens to a file in a fresh store.
fn imported(name: &str, bytes: impl Into<Vec<u8>>) -> String {
    let world = World::new();
    match world.import(name, bytes) {
        Ok(report) => {
            let kept = world.store.count_observations().unwrap();
            assert_eq!(kept, if report.kept { report.new + report.corrections } else { 0 });
            told(&report)
        }
        Err(error) => {
            assert_eq!(world.store.count_observations().unwrap(), 0);
            error.to_string()
        }
    }
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A workbook as an officer makes it: names in Chinese, times and values as typed cells, marks as text.
fn workbook() -> Vec<u8> {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, header) in (0..).zip(["断面名称", "监测时间", "溶解氧(mg/L)", "氨氮(mg/L)", "总磷(mg/L)"]) {
        sheet.write(0, column, header).unwrap();
    }
    let minute = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let time = ExcelDateTime::from_ymd(2020, 8, 3).unwrap().and_hms(8, 0, 0).unwrap();
    sheet.write(1, 0, "甲").unwrap();
    sheet.write_datetime_with_format(1, 1, &time, &minute).unwrap();
    sheet.write(1, 2, 8.1).unwrap();
    sheet.write(1, 3, 0.3).unwrap();
    sheet.write(1, 4, 0.145).unwrap();
    sheet.write(2, 0, "乙").unwrap();
    sheet.write(2, 1, "2020-08-03 12:00").unwrap();
    sheet.write(2, 2, "--").unwrap();
    sheet.write(2, 3, "*").unwrap();
    sheet.write(2, 4, "0.02L").unwrap();
    book.save_to_buffer().unwrap()
}

const WIDE: &str = "section,time,ph,do_mgl,nh3n_mgl,tp_mgl\na,2020-08-03T08:00+08:00,7.5,8.1,0.3,0.05\nb,2020-08-03 08:00,7.2,--,*,0.02L\n";

#[test]
fn files_of_every_kind_are_read_and_bad_ones_are_refused_with_the_place() {
    let mut damaged = gzip(WIDE.as_bytes());
    damaged.truncate(damaged.len() / 2);
    let cases: Vec<(&str, String)> = vec![
        ("wide CSV, marks told apart", imported("a.csv", WIDE)),
        ("the same in gzip", imported("a.csv.gz", gzip(WIDE.as_bytes()))),
        ("the same with a mark at the start", imported("a.csv", format!("\u{feff}{WIDE}"))),
        (
            "GBK with Chinese names",
            imported("a.csv", gbk("断面名称,监测时间,溶解氧(mg/L),氨氮(mg/L),水质类别\n甲,2020-08-03 08:00,8.1,0.3,Ⅱ\n")),
        ),
        (
            "long CSV",
            imported(
                "a.csv",
                "place,time,item,value,unit,method\na,2020-08-03 08:00,w21003,0.3,mg/L,HJ 535-2009\na,2020-08-03 08:00,chl_a,0.012,mg/L,\n",
            ),
        ),
        ("times without a year, with one in the name", imported("by_2021-04.csv", "section,time,ph\na,04-05 08:00,7.1\n")),
        ("times without a year", imported("a.csv", "section,time,ph\na,04-05 08:00,7.1\n")),
        ("a wrong unit in the header", imported("a.csv", "section,time,do_ntu\na,2020-08-03 08:00,8.1\n")),
        ("a wrong unit in a cell", imported("a.csv", "place,time,item,value,unit\na,2020-08-03 08:00,do,8.1,NTU\n")),
        (
            "a negative concentration",
            imported("a.csv", "section,time,nh3n_mgl,tp_mgl\na,2020-08-03 08:00,-0.3,0.1\nb,2020-08-03 08:00,0.3,0.1\n"),
        ),
        ("a class word that does not exist", imported("a.csv", "section,time,ph,class_official\na,2020-08-03 08:00,7,Ⅶ\n")),
        ("a section nobody knows", imported("a.csv", "section,time,ph\n丙,2020-08-03 08:00,7\n")),
        ("an item nobody knows", imported("a.csv", "place,time,item,value\na,2020-08-03 08:00,unobtainium,7\n")),
        ("a time that is none", imported("a.csv", "section,time,ph\na,yesterday,7\n")),
        ("a row that is too short", imported("a.csv", "section,time,ph,tp_mgl\na,2020-08-03 08:00,7\n")),
        ("the same column twice", imported("a.csv", "section,time,ph,w01001\na,2020-08-03 08:00,7,7\n")),
        ("no column for the place", imported("a.csv", "time,ph\n2020-08-03 08:00,7\n")),
        ("no column of readings", imported("a.csv", "section,time,remarks\na,2020-08-03 08:00,fine\n")),
        ("nothing", imported("a.csv", "")),
        ("zero bytes", imported("a.csv", vec![0_u8; 100_000])),
        ("zero bytes, compressed", imported("a.csv.gz", gzip(&vec![0_u8; 10_000_000]))),
        ("a line without end", imported("a.csv", vec![b'0'; 3_000_000])),
        ("a gzip that is cut off", imported("a.csv.gz", damaged)),
        ("an Excel file that is cut off", imported("a.xlsx", b"PK\x03\x04 and then nothing".to_vec())),
        ("JSON of something else", imported("a.json", "{\"rows\": []}")),
        ("a later part that is not UTF-8", imported("a.csv", [WIDE.as_bytes(), b"a,2020-08-04 08:00,7.1,8,\xff\xfe,0.1\n"].concat())),
    ];
    insta::assert_snapshot!(cases.into_iter().map(|(what, told)| format!("# {what}\n{told}")).collect::<Vec<_>>().join("\n\n"));
}

#[test]
fn a_workbook_gives_the_same_values_times_and_marks_as_text() {
    let world = World::new();
    let report = world.import("lab.xlsx", workbook()).unwrap();
    assert_eq!((report.rows, report.new, report.missing, report.not_measured, report.refused_rows), (2, 6, 1, 1, 0), "{}", told(&report));
    let mut rows: Vec<String> = world
        .store
        .observations(&ObservationQuery::default())
        .unwrap()
        .iter()
        .map(|row| format!("{} {} {} {}", row.place, facts::time::print(row.time), row.item, row.text))
        .collect();
    rows.sort();
    assert_eq!(
        rows,
        [
            "a 2020-08-03T08:00+08:00 do 8.1",
            "a 2020-08-03T08:00+08:00 nh3n 0.3",
            "a 2020-08-03T08:00+08:00 tp 0.145",
            "b 2020-08-03T12:00+08:00 do --",
            "b 2020-08-03T12:00+08:00 nh3n *",
            "b 2020-08-03T12:00+08:00 tp 0.02L",
        ]
    );
}

#[test]
fn the_stored_forms_of_the_national_stations_are_read_unchanged() {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/surface_water_cn/raw_fixtures");
    let world = World::new();
    let drafts = [
        common::draft("ty", &[("name_zh", "同江"), ("province", "黑龙江省")]),
        common::draft("jy", &[("name_zh", "嘉荫"), ("province", "黑龙江省")]),
        common::draft("jq", &[("name_zh", "画匠营子"), ("province", "内蒙古自治区")]),
    ];
    world.store.put_entries(&world.plan, "section", &drafts, &change()).unwrap();
    let import = |file: &str, only: &str| {
        let options = ImportOptions { only: vec![("断面名称".to_owned(), vec![only.to_owned()])], ..options() };
        told(&world.store.import(&fixtures.join(file), &options, &change(), &Silent).unwrap())
    };
    let reports = [
        import("by_section_2021-04_同江.csv", "同江"),
        import("by_section_2021-04_嘉荫.csv", "嘉荫"),
        import("api_2021-04-05.json", "画匠营子"),
        import("by_section_2021-04_同江.csv", "同江"),
    ];
    insta::assert_snapshot!(reports.join("\n"));
    let rows = world
        .store
        .observations(&ObservationQuery { place: Some("jq".to_owned()), items: vec!["nh3n".to_owned()], ..ObservationQuery::default() })
        .unwrap();
    assert!(rows.iter().any(|row| row.value != row.published), "the response holds unrounded values");
    assert!(world.store.verify().unwrap().is_empty());
}

#[test]
fn a_second_value_is_a_correction_that_keeps_the_first_and_running_again_is_harmless() {
    let world = World::new();
    let first = "place,time,item,value,known_at\na,2020-08-03 08:00,nh3n,0.30,2020-08-04\n";
    let second = "place,time,item,value,known_at,reason\na,2020-08-03 08:00,nh3n,0.50,2020-09-01,transcription\n";
    assert_eq!(world.import("1.csv", first).unwrap().new, 1);
    assert_eq!(world.import("2.csv", second).unwrap().corrections, 1);
    for (name, text) in [("1.csv", first), ("2.csv", second), ("1.csv", first)] {
        let again = world.import(name, text).unwrap();
        assert_eq!((again.new, again.corrections, again.known, again.kept), (0, 0, 1, false), "{name}");
    }
    let all = ObservationQuery { all_versions: true, ..ObservationQuery::default() };
    let texts: Vec<String> =
        world.store.observations(&all).unwrap().into_iter().map(|row| format!("{} v{}", row.text, row.version)).collect();
    assert_eq!(texts, ["0.30 v1", "0.50 v2"]);
    let as_of = |day: &str| {
        let known_at = facts::time::end_of(day.parse().unwrap());
        world
            .store
            .observations(&ObservationQuery { known_at: Some(known_at), ..ObservationQuery::default() })
            .unwrap()
            .iter()
            .map(|row| row.text.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(as_of("2020-08-03"), Vec::<String>::new());
    assert_eq!(as_of("2020-08-31"), ["0.30"]);
    assert_eq!(as_of("2020-09-01"), ["0.50"]);
}

#[test]
fn a_dry_run_tells_the_same_and_keeps_nothing_and_the_rest_can_be_accepted() {
    let world = World::new();
    let file = "section,time,nh3n_mgl\na,2020-08-03 08:00,0.3\nb,2020-08-03 08:00,-1.5\n";
    let run = |options: ImportOptions| world.store.import_bytes("a.csv", file.as_bytes().to_vec(), &options, &change(), &Silent).unwrap();
    let dry = run(ImportOptions { dry_run: true, accept_rest: true, ..options() });
    assert_eq!((dry.new, dry.refused_rows, dry.kept, world.store.count_observations().unwrap()), (1, 1, false, 0));
    let strict = run(options());
    assert_eq!((strict.kept, world.store.count_observations().unwrap()), (false, 0));
    let rest = run(ImportOptions { accept_rest: true, ..options() });
    assert_eq!((rest.kept, world.store.count_observations().unwrap()), (true, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_bytes_make_the_importer_panic_or_keep_half(bytes in proptest::collection::vec(any::<u8>(), 0..400), header in any::<bool>()) {
        let world = World::new();
        let file = if header { [b"section,time,ph,tp_mgl\n", bytes.as_slice()].concat() } else { bytes };
        let kept = world.import("x.csv", file).is_ok_and(|report| report.kept);
        prop_assert_eq!(world.store.count_observations().unwrap() != 0, kept);
        prop_assert!(world.store.verify().unwrap().is_empty());
    }

    #[test]
    fn every_value_survives_the_round_trip_with_its_digits(mantissa in 0_i64..1_000_000_000, scale in 0_u32..10) {
        let value = standards::Decimal::new(mantissa, scale);
        let world = World::new();
        world.import("x.csv", format!("place,time,item,value\na,2020-08-03 08:00,nh3n,{value}\n")).unwrap();
        let rows = world.store.observations(&ObservationQuery::default()).unwrap();
        prop_assert_eq!(rows[0].value.unwrap().to_string(), value.to_string());
        prop_assert_eq!(&rows[0].text, &value.to_string());
    }
}
