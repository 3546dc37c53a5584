//! Kept runs of models: kept once, found by the beginning of their id, and missed where somebody alters them.
#![allow(clippy::unwrap_used)]

use facts::model_run::ModelRun;
use facts::{Change, Store};

fn run_of(id: &str, as_of: &str) -> ModelRun {
    ModelRun {
        id: id.to_owned(),
        kind: "capacity".to_owned(),
        program: "qingliu 0".to_owned(),
        as_of: as_of.to_owned(),
        inputs: "{}".to_owned(),
        result: "{\"zones\":[]}".to_owned(),
        made_up: true,
        recorded_at: 7,
    }
}

#[test]
fn a_run_is_kept_once_and_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("facts.db")).unwrap();
    let change = Change { who: "test".to_owned(), at: 7, why: "a run".to_owned() };
    let head = store.facts_head().unwrap();
    assert!(store.keep_model_run(&run_of("aa11", "2020-12-31"), &change).unwrap());
    assert!(!store.keep_model_run(&run_of("aa11", "2020-12-31"), &change).unwrap());
    assert!(store.keep_model_run(&run_of("ab22", "2021-03-31"), &change).unwrap());
    assert_eq!(store.model_run("aa").unwrap(), Some(run_of("aa11", "2020-12-31")));
    assert_eq!(store.model_run("a").unwrap(), None);
    let known = |day: &str| store.model_runs("capacity", day, 9).unwrap().into_iter().map(|run| run.id).collect::<Vec<_>>();
    assert_eq!(known("2021-03-30"), ["aa11"]);
    assert_eq!(known("2021-03-31"), ["ab22", "aa11"]);
    // Rules read kept runs, so a new one calls for another judgement.
    assert_ne!(store.facts_head().unwrap(), head);
    assert!(store.verify().unwrap().is_empty());
}
