//! The counties of the bundled pack, from facts to a published edition; then one observation is corrected.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../../judge/tests/common/mod.rs"]
mod common;

use act::assessment::{PublishError, Scored, UnitScore, difference, edition_id, publish, score_year};
use common::{RECORDS, World, change, world};
use facts::import::{ImportOptions, Silent};
use facts::{Account, Change};
use jiff::civil::date;
use judge::{Limits, Outcome, Session, Verdict, judge_by, verdict_id};
use rust_decimal::Decimal;

/// The rules whose verdicts there are facts for in this world.
const RULES: [&str; 3] = ["section-attainment-year", "groundwater-point", "assessment-ready"];

async fn result(world: &World) -> (Scored, Vec<Verdict>) {
    let mut session = Session::open(&world.store, &world.plan, date(2021, 3, 31), Limits::default()).await.unwrap();
    let verdicts = judge_by(&session, &world.plan, |rule| RULES.contains(&rule)).await.unwrap().verdicts;
    let all: Vec<&Verdict> = verdicts.iter().collect();
    session.with_verdicts(&world.plan, &all).await.unwrap();
    let assessment = world.plan.assessments.iter().find(|own| own.id.get_ref() == "county").unwrap();
    let scored = score_year(&session, &world.plan, assessment, 2020, &all).await.unwrap();
    (scored, verdicts)
}

fn of<'a>(scored: &'a Scored, unit: &str) -> &'a UnitScore {
    scored.units.iter().find(|own| own.unit == unit).unwrap()
}

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn account(role: &str) -> Account {
    Account {
        name: "somebody".to_owned(),
        display: "somebody".to_owned(),
        unit: "city".to_owned(),
        role: role.to_owned(),
        subject: String::new(),
        email: String::new(),
        totp: false,
        deputy: String::new(),
        away_from: String::new(),
        away_to: String::new(),
        closed: false,
    }
}

#[tokio::test]
async fn a_county_is_assessed_published_and_assessed_again_after_a_correction() {
    let world = world(&RECORDS);
    let (scored, verdicts) = result(&world).await;
    assert_eq!(scored.units.len(), 8);
    // Five of five sections attain: 48. Two of them better than the year before, none worse: 12 × 0.9. Its groundwater point is
    // in order: 10. Drinking water and black-odorous waters have no data here: 68.8 of 70 points.
    let dongshan = of(&scored, "dongshan");
    let points: Vec<Option<Decimal>> = dongshan.sheets[0].items.iter().map(|item| item.score).collect();
    assert_eq!(points, [Some(d("48")), Some(d("10.8")), None, None, Some(d("10"))]);
    assert_eq!((dongshan.score, dongshan.grade.as_deref(), dongshan.assumed), (Some(d("98.29")), Some("excellent"), true));
    // Districts without a section or point are not graded.
    assert_eq!(of(&scored, "xiangyang").grade, None);

    let assessment = &world.plan.assessments[0];
    let found = |rule: &str, unit: &str, year: &str| {
        let id = verdict_id(rule, unit, year);
        verdicts.iter().find(|verdict| verdict.id == id).map(|verdict| verdict.outcome)
    };
    let ready = |_: &str, _: &str, _: &str| Some(Outcome::Pass);
    let by = |why: &str| Change { why: why.to_owned(), ..change() };
    let office = account("city_office");
    // Not by everybody, and not before the counties were heard.
    let denied = publish(&world.store, &world.plan, assessment, &scored, ready, &account("auditor"), &by(""));
    assert!(matches!(denied, Err(PublishError::Denied(_))), "{denied:?}");
    let early = publish(&world.store, &world.plan, assessment, &scored, found, &office, &by(""));
    assert!(matches!(&early, Err(PublishError::NotReady(missing)) if missing.len() == 8), "{early:?}");
    assert_eq!(publish(&world.store, &world.plan, assessment, &scored, ready, &office, &by("")).unwrap(), 1);
    let again = publish(&world.store, &world.plan, assessment, &scored, ready, &office, &by(""));
    assert!(matches!(again, Err(PublishError::Same)), "{again:?}");
    let frozen = world.store.editions(&edition_id("county", 2020)).unwrap();

    // The phosphorus of one sample was a hundred times what was entered.
    let text = "section,time,item,value,unit,source,method,known_at\n\
                hg-heli,2020-06-10T13:15+08:00,tp,22,mg/L,demo-manual,GB 11893-89,2021-03-01T12:00+08:00\n";
    let options = ImportOptions { made_up: true, ..ImportOptions::of(&world.plan, "demo-manual") };
    let report = world.store.import_bytes("correction.csv", text.as_bytes().to_vec(), &options, &change(), &Silent).unwrap();
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    let (corrected, _) = result(&world).await;

    let changed = difference(&scored, &corrected);
    let [unit] = &changed.units[..] else { panic!("{changed:?}") };
    assert_eq!((unit.unit.as_str(), unit.score.before, unit.score.after), ("dongshan", Some(d("98.29")), Some(d("77.71"))));
    assert_eq!((unit.grade.before.as_deref(), unit.grade.after.as_deref()), (Some("excellent"), Some("passed")));
    let items: Vec<_> = unit.items.iter().map(|item| (item.item.as_str(), item.score.before, item.score.after)).collect();
    let expected = [("surface-base", Some(d("48")), Some(d("38.4"))), ("surface-change", Some(d("10.8")), Some(d("6")))];
    assert_eq!(items, expected);
    let heli = verdict_id("section-attainment-year", "hg-heli", "2020");
    for item in &unit.items {
        let [own] = &item.verdicts[..] else { panic!("{item:?}") };
        assert_eq!((own.verdict.as_str(), own.said.before, own.said.after), (heli.as_str(), Some(Outcome::Pass), Some(Outcome::Fail)));
    }

    // The first edition stays as it was; a correction says why.
    let silent = publish(&world.store, &world.plan, assessment, &corrected, ready, &office, &by(" "));
    assert!(matches!(silent, Err(PublishError::NoReason)), "{silent:?}");
    assert_eq!(publish(&world.store, &world.plan, assessment, &corrected, ready, &office, &by("总磷更正")).unwrap(), 2);
    let editions = world.store.editions(&edition_id("county", 2020)).unwrap();
    assert_eq!(editions[0], frozen[0]);
    assert_eq!((editions.len(), editions[1].note.as_str()), (2, "总磷更正"));
    assert!(world.store.verify().unwrap().is_empty());
}
