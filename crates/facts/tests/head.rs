//! Heads and proofs: what was handed on can be held against the ledger, and an observation against what was handed on.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "common/mod.rs"]
mod common;

use common::{World, options};
use facts::head::{Head, HeadError};
use facts::import::Silent;
use facts::proof::{Proof, ProofError};
use facts::{Change, ObservationQuery, merkle};
use proptest::prelude::*;
use rusqlite::{Connection, params};

/// Noon of 13 September 2020, in Shanghai: the day on which the world is made.
const NOON: i64 = 1_599_969_600;
const DAY: i64 = 86_400;

/// So many readings of two items, all at the same hour, taken in so many days after the world was made.
fn import(world: &World, day: i64, hour: usize, rows: usize) {
    let lines: String =
        (0..rows).map(|row| format!("a,2020-{:02}-{:02} {hour:02}:00,7.{row},0.{row}\n", row / 28 + 1, row % 28 + 1)).collect();
    let change = Change { who: "tester".to_owned(), at: NOON + day * DAY, why: "test".to_owned() };
    let csv = format!("section,time,ph,nh3n_mgl\n{lines}").into_bytes();
    assert!(world.store.import_bytes("a.csv", csv, &options(), &change, &Silent).unwrap().kept);
}

/// Two rows of the ledger on the first day, then a batch on three days with one between them.
fn world() -> World {
    let world = World::new();
    for (hour, day) in [1, 2, 4].into_iter().enumerate() {
        import(&world, day, hour, 5);
    }
    world
}

fn store(world: &World) -> Connection {
    Connection::open(world.folder.path().join("facts.db")).unwrap()
}

fn differing(world: &World, heads: &[Head]) -> Vec<String> {
    world.store.check_heads(heads).unwrap().iter().map(ToString::to_string).collect()
}

fn day(text: &str) -> jiff::civil::Date {
    text.parse().unwrap()
}

fn names(world: &World) -> Vec<String> {
    let query = ObservationQuery { all_versions: true, ..ObservationQuery::default() };
    world.store.observations(&query).unwrap().iter().map(facts::Observation::name).collect()
}

#[test]
fn every_day_with_rows_has_a_head_and_that_of_a_day_that_is_over_never_changes() {
    let world = world();
    let heads = world.store.heads().unwrap();
    let said: Vec<(String, i64, u64)> = heads.iter().map(|head| (head.day.to_string(), head.row, head.batches)).collect();
    let expected = [("2020-09-13", 2, 0), ("2020-09-14", 3, 1), ("2020-09-15", 4, 2), ("2020-09-17", 5, 3)];
    assert_eq!(said, expected.map(|(day, row, batches)| (day.to_owned(), row, batches)));
    assert_eq!(world.store.head(Some(day("2020-09-16"))).unwrap().as_ref(), heads.get(2), "the last before a day without rows");
    assert_eq!(world.store.head(Some(day("2020-09-12"))).unwrap(), None);

    // A later day, and then a clock that was set back.
    import(&world, 6, 10, 2);
    import(&world, 1, 11, 3);
    let later = world.store.heads().unwrap();
    assert_eq!(later[..4], heads[..]);
    assert_eq!((later.len(), later[4].row), (5, 7));
    assert_eq!(differing(&world, &heads), Vec::<String>::new());
}

#[test]
fn a_head_is_read_back_from_its_bytes_and_from_the_data_of_a_page() {
    let head = world().store.head(None).unwrap().unwrap();
    assert_eq!(Head::read(&head.canonical()).unwrap(), head);
    assert_eq!(Head::read(&serde_json::json!({"head": head, "digest": head.digest()}).to_string()).unwrap(), head);
    assert_eq!(merkle::sha256_hex(head.canonical().as_bytes()), head.digest());
    let keys = ["at", "batches", "day", "format", "row", "row_hash", "rows_root", "store"];
    let places = keys.map(|key| head.canonical().find(&format!("\"{key}\":")).unwrap());
    assert!(places.is_sorted(), "keys in order: {}", head.canonical());
    let other = head.canonical().replace("qingliu-head/1", "qingliu-head/9");
    assert!(matches!(Head::read(&other), Err(HeadError::Format(_))));
    assert!(matches!(Head::read("[]"), Err(HeadError::Unreadable(_))));
}

#[test]
fn a_ledger_that_was_rewritten_as_a_whole_is_found_by_heads_that_were_kept() {
    let world = world();
    let heads = world.store.heads().unwrap();
    let rows = world.store.ledger().unwrap();
    let store = store(&world);
    let mut before = rows[2].hash.clone();
    for row in &rows[3..] {
        let (seq, at, why) = (row.seq.to_be_bytes(), row.at.to_be_bytes(), "another reason");
        let texts = [&row.who, &row.action, &row.subject, &row.what].map(|text| text.as_bytes());
        let hash = merkle::hex(&merkle::leaf(&[&seq, &at, texts[0], texts[1], texts[2], texts[3], why.as_bytes(), before.as_bytes()]));
        let sql = "UPDATE ledger SET why = ?2, prev_hash = ?3, hash = ?4 WHERE seq = ?1";
        store.execute(sql, params![row.seq, why, before, hash]).unwrap();
        before = hash;
    }
    assert!(world.store.verify().unwrap().is_empty(), "by itself it cannot be told");
    assert_eq!(
        differing(&world, &heads),
        [
            "head of 2020-09-15: row 4 is not the one it states, and it is the first that differs",
            "head of 2020-09-17: row 5 is not the one it states; the first row that differs is one of 4 to 5"
        ]
    );
}

#[test]
fn a_head_says_what_no_longer_holds() {
    let (fresh, altered) = (world(), world());
    let heads = altered.store.heads().unwrap();
    store(&altered).execute_batch("UPDATE ledger SET why = 'x' WHERE seq = 4").unwrap();
    assert_eq!(
        differing(&altered, &heads[..3]),
        ["head of 2020-09-15: the first row that differs is ledger row 4 (observations batch/2): its content is not what its hash says"]
    );
    let heads = fresh.store.heads().unwrap();
    store(&fresh).execute_batch("DELETE FROM ledger WHERE seq = 5").unwrap();
    assert_eq!(differing(&fresh, &heads), ["head of 2020-09-17: the ledger has no row 5, which it states"]);
    let more = Head { batches: 9, ..heads[1].clone() };
    assert_eq!(
        differing(&fresh, &[more]),
        ["head of 2020-09-14: its day, time or number of batches is not that of its row, so the head itself was altered"]
    );
    let other = Head { store: "0".repeat(64), ..heads[1].clone() };
    assert_eq!(
        differing(&fresh, &[other]),
        ["head of 2020-09-14: ledger row 1 is another: a head of another store, or a ledger rewritten from its first row"]
    );
}

#[test]
fn an_observation_leads_to_every_head_since_it_came_and_to_no_other() {
    let world = world();
    let heads = world.store.heads().unwrap();
    let query = ObservationQuery { all_versions: true, ..ObservationQuery::default() };
    for row in world.store.observations(&query).unwrap() {
        for head in &heads {
            let seq = row.batch + 2;
            match world.store.prove(&row.name(), head) {
                Ok(proof) => {
                    assert!(seq <= head.row);
                    proof.check(head).unwrap();
                    proof.clone().public().check(head).unwrap();
                    assert!(heads.iter().filter(|other| *other != head).all(|other| proof.check(other).is_err()));
                    assert_eq!(proof.row.seq, seq);
                    assert!(!serde_json::to_string(&proof.public()).unwrap().contains("tester"), "nobody is named in public");
                }
                Err(ProofError::Later { .. }) => assert!(head.row < seq),
                Err(other) => panic!("{other}"),
            }
        }
    }
}

#[test]
fn a_byte_of_a_proof_that_is_altered_makes_it_fail() {
    let world = world();
    let head = world.store.head(None).unwrap().unwrap();
    let proof = world.store.prove(&names(&world)[7], &head).unwrap();
    for proof in [proof.clone(), proof.public()] {
        let bytes = serde_json::to_vec(&proof).unwrap();
        for place in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[place] ^= 1;
            let holds = serde_json::from_slice::<Proof>(&altered).is_ok_and(|altered| altered.check(&head).is_ok());
            assert!(!holds, "byte {place}: {}", String::from_utf8_lossy(&altered));
        }
    }
}

#[test]
fn what_was_altered_cannot_be_proved() {
    let world = world();
    let head = world.store.head(None).unwrap().unwrap();
    let name = &names(&world)[0];
    let said = |name: &str| world.store.prove(name, &head).unwrap_err().to_string();
    assert!(said("1-2").contains("names no observation"));
    assert_eq!(said("1-2-3"), "there is no observation `1-2-3`");
    store(&world).execute_batch("UPDATE observation SET text = '9.9'").unwrap();
    assert!(said(name).starts_with(&format!("observation {name} is not as the ledger says")), "{}", said(name));
    store(&world).execute_batch("UPDATE observation SET text = value; UPDATE batch SET leaves = zeroblob(length(leaves))").unwrap();
    assert!(said(name).contains("is not as the ledger says"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    #[test]
    fn in_a_batch_of_any_size_each_observation_is_proved_and_none_by_the_siblings_of_another(n in 1_usize..60) {
        let world = World::new();
        import(&world, 0, 0, n);
        let head = world.store.head(None).unwrap().unwrap();
        let proofs: Vec<Proof> = names(&world).iter().map(|name| world.store.prove(name, &head).unwrap()).collect();
        prop_assert_eq!(proofs.len(), 2 * n);
        for (place, proof) in proofs.iter().enumerate() {
            prop_assert!(proof.check(&head).is_ok());
            let other = &proofs[(place + 1) % proofs.len()];
            let mixed = Proof { leaf: other.leaf.clone(), ..proof.clone() };
            prop_assert!(mixed.check(&head).is_err());
        }
    }
}
