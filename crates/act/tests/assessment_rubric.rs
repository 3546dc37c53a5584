//! A real rubric of a county for its departments, as data alone: `rubric/assessments/departments.toml` says where it is from.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;

use act::assessment::{UnitScore, check_assessments, score_year};
use facts::register::Draft;
use facts::{Change, Store};
use jiff::civil::date;
use judge::{Limits, Session, Verdict, judge};
use plan::{PackFiles, Plan};
use rust_decimal::Decimal;

fn pack() -> Plan {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rubric");
    let mut files = PackFiles::default();
    for folder in ["", "registers", "rules", "assessments"] {
        for entry in std::fs::read_dir(dir.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                files.insert(path.strip_prefix(&dir).unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    plan::load(&files).unwrap()
}

fn draft(id: String, fields: &[(&str, &str)]) -> Draft {
    let data = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    Draft { id, data, source: "test".to_owned(), ..Draft::default() }
}

/// Department, item and mark.
const MARKS: [(&str, &str, &str); 18] = [
    ("d01", "organisation", "8"),
    ("d01", "campaign", "5"),
    ("d02", "organisation", "8"),
    ("d02", "group", "1"),
    ("d02", "liaison", "2"),
    ("d02", "campaign", "7.5"),
    ("d02", "d02-1", "5"),
    ("d02", "d02-2", "4"),
    ("d02", "d02-3", "18"),
    ("d02", "d02-4", "5"),
    ("d02", "d02-5", "9"),
    ("d10", "organisation", "8"),
    ("d10", "group", "1"),
    ("d10", "liaison", "3"),
    ("d10", "campaign", "10"),
    ("d10", "d10-1", "20"),
    ("d10", "d10-2", "10"),
    ("d10", "d10-3", "10"),
];

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn of<'a>(units: &'a [UnitScore], id: &str) -> &'a UnitScore {
    units.iter().find(|unit| unit.unit == id).unwrap()
}

fn item(unit: &UnitScore, id: &str) -> Option<Decimal> {
    unit.sheets.iter().flat_map(|sheet| &sheet.items).chain(&unit.extra).find(|item| item.id == id).unwrap().score
}

#[tokio::test]
async fn a_real_rubric_needs_no_code() {
    let plan = pack();
    let problems = check_assessments(&plan).await.unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("facts.db")).unwrap();
    let change = Change { who: "tester".to_owned(), at: 0, why: "test".to_owned() };
    let marks: Vec<Draft> = MARKS
        .iter()
        .enumerate()
        .map(|(n, (unit, item, score))| draft(format!("m{n}"), &[("department", unit), ("year", "2018"), ("item", item), ("score", score)]))
        .collect();
    store.put_entries(&plan, "mark", &marks, &change).unwrap();
    let years = [
        draft(
            "y2".to_owned(),
            &[
                ("department", "d02"),
                ("year", "2018"),
                ("meetings_held", "2"),
                ("reports", "10"),
                ("meetings_missed", "1"),
                ("press_province", "0"),
                ("press_city", "2"),
                ("press_county", "0"),
                ("refusals", "0"),
                ("cases", "7"),
                ("praised_by_city", "true"),
            ],
        ),
        draft(
            "y10".to_owned(),
            &[
                ("department", "d10"),
                ("year", "2018"),
                ("meetings_held", "3"),
                ("reports", "12"),
                ("meetings_missed", "0"),
                ("press_province", "0"),
                ("press_city", "0"),
                ("press_county", "0"),
                ("refusals", "1"),
                ("rank", "1"),
            ],
        ),
    ];
    store.put_entries(&plan, "department_year", &years, &change).unwrap();

    let mut session = Session::open(&store, &plan, date(2019, 3, 1), Limits::default()).await.unwrap();
    let judgement = judge(&session, &plan, |_| {}).await.unwrap();
    let verdicts: Vec<&Verdict> = judgement.verdicts.iter().collect();
    session.with_verdicts(&plan, &verdicts).await.unwrap();
    let scored = score_year(&session, &plan, &plan.assessments[0], 2018, &verdicts).await.unwrap();

    // 8+1+2+7.5 by marks, 2 of 3 for meetings, 5 − 2×0.5, 2 − 0.5, two reports in the city's press, no refusal: 33.
    // 5+4+18+5+9 by marks and 15 × 7/10 for cases: 51.5. Praise of the city: 5.
    let second = of(&scored.units, "d02");
    assert_eq!([second.sheets[0].score, second.sheets[1].score], [Some(d("33")), Some(d("51.5"))]);
    assert_eq!((item(second, "d02-6"), item(second, "notice")), (Some(d("10.5")), Some(d("5"))));
    assert_eq!((second.score, second.grade.as_deref(), second.rank), (Some(d("89.50")), Some("good"), Some(2)));

    // 22 by marks, 3, 5, 2, nothing in the press, a refusal: 32. 40 of the 50 points that the document spells out: 48 of 60.
    // First in the province: 10.
    let tenth = of(&scored.units, "d10");
    assert_eq!([tenth.sheets[0].score, tenth.sheets[1].score], [Some(d("32")), Some(d("48"))]);
    assert_eq!((tenth.sheets[1].counted, item(tenth, "d10-rest")), (d("50"), None));
    assert_eq!((tenth.score, tenth.grade.as_deref(), tenth.rank), (Some(d("90.00")), Some("excellent"), Some(1)));

    // Marked in part and not at all: no grade.
    let first = of(&scored.units, "d01");
    assert_eq!((first.sheets[0].score, first.sheets[1].score, first.grade.as_deref()), (Some(d("28.89")), None, None));
    assert_eq!(of(&scored.units, "d03").score, None);

    // Every row that has a score rests on verdicts.
    for unit in &scored.units {
        for item in unit.sheets.iter().flat_map(|sheet| &sheet.items).chain(&unit.extra) {
            assert!(item.score.is_none() || !item.evidence.is_empty(), "{} {}", unit.unit, item.id);
        }
    }
}
