//! However many threads look, they find the same, in the same order.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "common/mod.rs"]
mod common;

use std::num::NonZeroUsize;
use std::sync::Mutex;

use common::World;
use rusqlite::Connection;

const BATCHES: usize = 24;

fn world() -> World {
    let world = World::new();
    for day in 1..=BATCHES {
        world
            .import(
                &format!("{day}.csv"),
                format!("section,time,ph,nh3n_mgl\na,2020-07-{day:02} 08:00,7.5,0.{day:02}\nb,2020-07-{day:02} 08:00,7.2,0.4\n"),
            )
            .unwrap();
    }
    world
}

fn found(world: &World, threads: usize) -> Vec<String> {
    let threads = NonZeroUsize::new(threads).unwrap();
    world.store.verify_on(threads, &|_, _| {}).unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_found_and_its_order_do_not_depend_on_the_number_of_threads() {
    let world = world();
    assert!(found(&world, 3).is_empty());
    let cases = [
        "UPDATE observation SET value = '0.01' WHERE batch IN (3, 11, 20) AND value <> '7.5'",
        "UPDATE batch SET source = 'other' WHERE id = 17",
        "DELETE FROM observation WHERE batch = 5; DELETE FROM batch WHERE id = 5",
        "UPDATE ledger SET why = 'another' WHERE seq = 9",
    ];
    for sql in cases {
        Connection::open(world.folder.path().join("facts.db")).unwrap().execute_batch(sql).unwrap();
        let one = found(&world, 1);
        assert!(!one.is_empty(), "{sql}");
        for threads in [2, 7, 64] {
            assert_eq!(found(&world, threads), one, "{threads} threads after {sql}");
        }
    }
    assert!(found(&world, 4)[0].starts_with("ledger row 9 "), "the chain comes first: {:?}", found(&world, 4));
}

#[test]
fn every_batch_is_told_of_once() {
    let world = world();
    let told = Mutex::new(Vec::new());
    let tell = |done: usize, total: usize| told.lock().unwrap().push((done, total));
    world.store.verify_on(NonZeroUsize::new(4).unwrap(), &tell).unwrap();
    let mut told = told.into_inner().unwrap();
    told.sort_unstable();
    assert_eq!(told, (1..=BATCHES).map(|done| (done, BATCHES)).collect::<Vec<_>>());
}
