//! A judgement of the bundled pack: the same facts give the same verdicts, corrections change what they should, and
//! private fields are out of reach.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "common/mod.rs"]
mod common;

use std::collections::BTreeMap;

use common::{RECORDS, World, change, world};
use jiff::civil::{Date, date};
use judge::{Judgement, Limits, Outcome, Session, explain, verdict_id};

const AS_OF: Date = date(2021, 4, 5);

async fn judged(world: &World, as_of: Date) -> (Session, Judgement) {
    let session = Session::open(&world.store, &world.plan, as_of, Limits::default()).await.unwrap();
    let judgement = judge::judge(&session, &world.plan, |_| {}).await.unwrap();
    (session, judgement)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_facts_give_the_same_verdicts_byte_for_byte() {
    let [sections, corrections, groundwater] = RECORDS;
    let (one, other) = (world(&RECORDS), world(&[groundwater, sections, corrections]));
    let contents =
        |judgement: &Judgement| judgement.verdicts.iter().map(|verdict| (verdict.id.clone(), verdict.content())).collect::<Vec<_>>();
    let (_, first) = judged(&one, AS_OF).await;
    let (_, again) = judged(&one, AS_OF).await;
    let (_, elsewhere) = judged(&other, AS_OF).await;
    assert!(500 < first.verdicts.len());
    assert_eq!(contents(&first), contents(&again));
    assert_eq!(contents(&first), contents(&elsewhere), "the order in which files came in never shows");
    assert_eq!(first.values, elsewhere.values);
}

#[tokio::test(flavor = "multi_thread")]
async fn outcomes_by_rule_and_values_of_indicators() {
    let world = world(&RECORDS);
    let (_, judgement) = judged(&world, AS_OF).await;
    let mut counts: BTreeMap<(&str, Outcome), usize> = BTreeMap::new();
    for verdict in &judgement.verdicts {
        *counts.entry((&verdict.rule, verdict.outcome)).or_default() += 1;
        assert!(verdict.reason.is_some() == matches!(verdict.outcome, Outcome::Undetermined | Outcome::NotApplicable), "{verdict:?}");
        assert!(verdict.would_be.is_none() || verdict.reason.as_deref() == Some("unconfirmed_target"));
    }
    let counts = counts.iter().map(|((rule, outcome), n)| format!("{rule} {outcome} {n}"));
    let values = judgement
        .values
        .iter()
        .map(|value| format!("{} {} {} {}", value.indicator, value.unit, value.period, value.value.as_deref().unwrap_or("–")));
    insta::assert_snapshot!(counts.chain(values).collect::<Vec<_>>().join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_changes_its_verdicts_and_as_of_brings_the_old_ones_back() {
    let world = world(&RECORDS[..1]);
    let id = verdict_id("section-attainment-month", "hg-wutong-mouth", "2020-07");
    let value = |judgement: &Judgement| {
        let verdict = judgement.verdicts.iter().find(|verdict| verdict.id == id).unwrap();
        verdict.inputs.iter().find(|input| input["item"] == "codmn").unwrap()["value"].clone()
    };
    let (session, before) = judged(&world, AS_OF).await;
    let kept = before.keep(&world.store, &world.plan, &session, &change()).unwrap();
    assert_eq!((kept.new, kept.changed), (before.verdicts.len(), 0));
    let again = before.keep(&world.store, &world.plan, &session, &change()).unwrap();
    assert_eq!((again.new, again.changed), (0, 0), "a new version only where the content changed");

    let options = facts::import::ImportOptions::of(&world.plan, "demo-manual");
    let bytes = world.files.get(RECORDS[1]).unwrap().as_bytes().to_vec();
    let report = world.store.import_bytes("corrections.csv", bytes, &options, &change(), &facts::import::Silent).unwrap();
    assert_eq!((report.corrections, report.known), (1, 2));
    let (session, after) = judged(&world, AS_OF).await;
    let kept = after.keep(&world.store, &world.plan, &session, &change()).unwrap();
    assert!(0 < kept.changed && kept.changed < 10, "{kept:?}");
    assert_eq!((value(&before).as_str(), value(&after).as_str()), ("6.9", "6.4"));
    assert_eq!(world.store.verdict_versions(&id).unwrap().len(), 2);
    let (_, then) = judged(&world, date(2020, 8, 1)).await;
    assert_eq!(value(&then), "6.9", "what was known then");
    assert!(world.store.verify().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_explains_itself_down_to_the_observation_and_the_table() {
    let world = world(&RECORDS);
    let (session, judgement) = judged(&world, AS_OF).await;
    judgement.keep(&world.store, &world.plan, &session, &change()).unwrap();
    let id = verdict_id("section-attainment-year", "hg-heli", "2019");
    let stored = world.store.verdict(&id).unwrap().unwrap();
    let verdict = judge::Verdict::read(&stored.id, &stored.content).unwrap();
    let why = explain(&world.store, &world.plan, verdict, AS_OF).unwrap();
    let nh3n = why.inputs.iter().find(|input| input.cells["item"] == "nh3n").unwrap();
    let cite = why.citations.iter().find(|own| own.item == "nh3n").unwrap();
    let told = [
        why.sentence.zh.clone(),
        why.sentence.en.clone(),
        format!("{:?}", nh3n.cells),
        nh3n.observations.iter().map(|row| format!("{} {} {} {}", row.time, row.text, row.unit, row.source)).collect::<Vec<_>>().join("\n"),
        format!(
            "{} table {} no. {}: {:?} verified {}",
            cite.citation.standard, cite.citation.table, cite.citation.no, cite.limits, cite.citation.verified
        ),
        why.clauses.iter().map(|clause| clause.task.clone().unwrap_or_default()).collect::<Vec<_>>().join(" "),
    ];
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn private_fields_can_be_reached_by_no_query() {
    let world = world(&RECORDS[..1]);
    let mut draft =
        facts::register::Draft { id: "st-x".to_owned(), made_up: true, source: "test".to_owned(), ..facts::register::Draft::default() };
    for (field, value) in [("name_zh", "试验站"), ("section", "hg-heli"), ("kind", "manual"), ("contact", "王小明 13800000000")] {
        draft.data.insert(field.to_owned(), value.to_owned());
    }
    world.store.put_entries(&world.plan, "station", &[draft], &change()).unwrap();
    let session = Session::open(&world.store, &world.plan, AS_OF, Limits::default()).await.unwrap();
    let error = session.sql("SELECT contact FROM station").await.unwrap_err().to_string();
    assert!(error.contains("contact"), "{error}");
    for table in session.catalogue() {
        let answer = session.sql(&format!("SELECT * FROM {}", table.name)).await.unwrap();
        let leaked = answer.rows.iter().flatten().flatten().any(|cell| cell.contains("13800000000") || cell.contains("王小明"));
        assert!(!leaked, "{}", table.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pack_s_queries_can_all_be_planned_and_a_broken_one_is_named() {
    let files = common::pack();
    let plan = plan::load(&files).unwrap();
    assert_eq!(judge::check_pack(&plan).await.unwrap(), []);
    let mut broken = files.clone();
    let text = files.get("rules/duty.toml").unwrap().replace("d.task, d.who", "d.task, d.whom").replace("AS outcome,", "AS result,");
    broken.insert("rules/duty.toml", text);
    let problems = judge::check_pack(&plan::load(&broken).unwrap()).await.unwrap();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].to_string().starts_with("rules/duty.toml: sql: ") && problems[0].message.contains("whom"), "{}", problems[0]);
}

async fn asked(session: &Session, sql: &str) -> Vec<String> {
    let answer = session.sql(sql).await.unwrap();
    answer.rows.iter().map(|row| row.iter().map(|cell| cell.as_deref().unwrap_or("NULL")).collect::<Vec<_>>().join(" ")).collect()
}

/// Three sections of a basin, so that their means decide; two sources at one of them, so that its first one decides.
#[tokio::test(flavor = "multi_thread")]
async fn few_sections_are_judged_by_their_means_and_the_first_source_goes_first() {
    let world = world(&[]);
    let section = |id: &str, first: Option<&str>| {
        let fields = [("name_zh", id), ("body", "river"), ("monitoring", "manual"), ("basin", "small")];
        let data = fields.into_iter().chain(first.map(|first| ("first_source", first)));
        facts::register::Draft {
            id: id.to_owned(),
            data: data.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
            ..Default::default()
        }
    };
    let drafts = [section("a", Some("city")), section("b", None), section("c", None)];
    world.store.put_entries(&world.plan, "section", &drafts, &change()).unwrap();
    let csv = "place,time,item,value,source\n".to_owned()
        + &[("a", "0.5", "city"), ("a", "9.0", "province"), ("b", "1.0", "city"), ("c", "2.4", "city")]
            .map(|(place, nh3n, source)| {
                [("nh3n", nh3n), ("ph", "7"), ("do", "8"), ("codmn", "3")]
                    .map(|(item, value)| format!("{place},2020-07-10 08:00,{item},{value},{source}\n"))
                    .concat()
            })
            .concat();
    let options = facts::import::ImportOptions::of(&world.plan, "city");
    let report = world.store.import_bytes("two.csv", csv.into_bytes(), &options, &change(), &facts::import::Silent).unwrap();
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    let session = Session::open(&world.store, &world.plan, date(2020, 8, 1), Limits::default()).await.unwrap();
    // (0.5 + 1.0 + 2.4) / 3 = 1.3: class IV; with the second source of `a` it would have been more.
    let found = asked(
        &session,
        "SELECT sections, i_iii, method, class, status, main_pollutants FROM basin_classes WHERE basin = 'small' AND grain = 'month'",
    )
    .await;
    assert_eq!(found, ["3 2 means IV light nh3n(0.3)"]);
    let found = asked(&session, "SELECT value FROM section_items WHERE section = 'a' AND item = 'nh3n' AND grain = 'month'").await;
    assert_eq!(found, ["0.50"]);
    let found = asked(&session, "SELECT count(*) FROM observations WHERE place = 'a' AND item = 'nh3n'").await;
    assert_eq!(found, ["2"], "both records stay");
}
