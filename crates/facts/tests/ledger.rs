//! The ledger tells of every change, and whoever goes behind its back is found out.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "common/mod.rs"]
mod common;

use common::{World, change, draft};
use rusqlite::Connection;

fn world() -> World {
    let world = World::new();
    world.import("a.csv", "section,time,ph,nh3n_mgl,class_official\na,2020-08-03 08:00,7.5,0.3,Ⅱ\nb,2020-08-03 08:00,7.2,0.4,Ⅱ\n").unwrap();
    world
        .store
        .put_entries(&world.plan, "section", &[draft("a", &[("name_zh", "甲"), ("province", "黑龙江省"), ("body", "lake")])], &change())
        .unwrap();
    world
}

fn after(sql: &str) -> Vec<String> {
    let world = world();
    assert!(world.store.verify().unwrap().is_empty());
    Connection::open(world.folder.path().join("facts.db")).unwrap().execute_batch(sql).unwrap();
    world.store.verify().unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn everything_that_could_alter_an_answer_is_found_when_it_is_altered() {
    let cases = [
        ("a value", "UPDATE observation SET value = '0.1', published = '0.1' WHERE value = '0.3'"),
        ("when it became known", "UPDATE observation SET known_at = known_at - 1 WHERE value = '0.3'"),
        ("an observation gone", "DELETE FROM observation WHERE value = '0.4'"),
        (
            "an observation added",
            "INSERT INTO observation SELECT series, time + 3600, 1, text, unit, value, published, qualifier, flag, method, reason, known_at, batch FROM observation LIMIT 1",
        ),
        ("a whole batch gone", "DELETE FROM observation; DELETE FROM sample; DELETE FROM batch"),
        ("whose observation it is", "UPDATE series SET place = 'b' WHERE place = 'a' AND item = 'ph'; "),
        ("the class the source gave", "UPDATE sample SET official_class = 'Ⅰ' WHERE place = 'a'"),
        ("the mark of a batch", "UPDATE batch SET made_up = 1"),
        ("a field of an entry", "UPDATE entry SET data = json_set(data, '$.body', 'river') WHERE id = 'a' AND version = 2"),
        ("a private field", "UPDATE entry SET data = json_set(data, '$.contact', 'somebody else') WHERE id = 'b'"),
        ("an entry gone", "DELETE FROM entry WHERE id = 'a' AND version = 2"),
        ("a row of the ledger", "UPDATE ledger SET who = 'nobody' WHERE seq = 1"),
        ("a row of the ledger gone", "DELETE FROM ledger WHERE seq = 2"),
    ];
    let found = cases.map(|(what, sql)| {
        let sql = if what.starts_with("whose") { "UPDATE series SET source = 'other' WHERE item = 'ph'" } else { sql };
        let found = after(sql);
        assert!(!found.is_empty(), "{what}");
        format!("# {what}\n{}", found.join("\n"))
    });
    insta::assert_snapshot!(found.join("\n\n"));
}

#[test]
fn a_private_field_never_stands_in_the_ledger_and_can_be_erased() {
    let world = world();
    let ledger: String = world.store.ledger().unwrap().iter().map(|row| row.what.clone()).collect();
    assert!(!ledger.contains("13800000000") && !ledger.contains("王小明"));
    assert!(ledger.contains("salted_hash"));
    let store = Connection::open(world.folder.path().join("facts.db")).unwrap();
    store
        .execute_batch("UPDATE entry SET data = json_remove(data, '$.contact') WHERE id = 'b'; DELETE FROM private_salt WHERE id = 'b'")
        .unwrap();
    assert!(world.store.verify().unwrap().is_empty(), "what was erased is not an alteration");
}

#[test]
fn every_row_says_who_when_what_and_why() {
    let rows: Vec<String> = world()
        .store
        .ledger()
        .unwrap()
        .iter()
        .map(|row| format!("{} {} {} {} · {}", row.seq, row.who, row.action, row.subject, row.why))
        .collect();
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn entries_are_refused_with_the_field_and_what_was_expected() {
    let world = World::new();
    let put = |draft: facts::register::Draft| match world.store.put_entries(&world.plan, "section", &[draft], &change()) {
        Ok(n) => format!("{n} changed"),
        Err(error) => error.to_string(),
    };
    let cases = [
        put(draft("c", &[("name_zh", "丙")])),
        put(draft("c", &[("name_zh", "丙")])),
        put(draft("c", &[])),
        put(draft("c d", &[("name_zh", "丙")])),
        put(draft("d", &[("name_zh", "丁"), ("nmae", "x")])),
        put(draft("d", &[("name_zh", "丁"), ("body", "sea")])),
        put(draft("d", &[("name_zh", "丁"), ("longitude", "200")])),
        put(draft("d", &[("name_zh", "丁"), ("upstream", "nowhere")])),
        put(draft("d", &[("name_zh", "甲"), ("province", "黑龙江省")])),
    ];
    insta::assert_snapshot!(cases.join("\n"));
}

#[test]
fn a_store_of_a_newer_program_is_not_touched() {
    let world = World::new();
    let path = world.folder.path().join("facts.db");
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let said = facts::Store::open(&path).unwrap_err().to_string().replace(&path.display().to_string(), "facts.db");
    assert!(said.starts_with("facts.db: the store has schema 99, this program knows up to "), "{said}");
    assert!(said.ends_with(" (use a newer program)"), "{said}");
}
