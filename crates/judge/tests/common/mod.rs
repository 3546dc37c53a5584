//! The bundled pack over a store with the demonstration's registers and made-up records.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use std::path::{Path, PathBuf};

use facts::import::{ImportOptions, Silent};
use facts::{Change, Store};
use plan::{PackFiles, Plan};
use tempfile::TempDir;

pub fn pack_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plans/hegang")
}

pub fn pack() -> PackFiles {
    let dir = pack_dir();
    let mut files = PackFiles::default();
    let mut folders = vec![dir.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                files.insert(path.strip_prefix(&dir).unwrap().to_string_lossy().into_owned(), text);
            }
        }
    }
    files
}

pub struct World {
    pub plan: Plan,
    pub files: PackFiles,
    pub store: Store,
    pub folder: TempDir,
}

pub fn change() -> Change {
    Change { who: "tester".to_owned(), at: 1_617_600_000, why: "test".to_owned() }
}

/// Files in the order given, so that a test can turn it round.
pub fn world(files_in_order: &[&str]) -> World {
    let files = pack();
    let plan = plan::load(&files).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("facts.db")).unwrap();
    for (kind, file, made_up) in [
        ("water_body", "register-data/water_body.csv", false),
        ("section", "register-data/section.csv", false),
        ("section", "demo/section.csv", true),
        ("station", "register-data/station.csv", false),
        ("section_target", "demo/section_target.csv", true),
        ("function_zone", "demo/function_zone.csv", true),
        ("groundwater_point", "demo/groundwater_point.csv", true),
    ] {
        let bytes = files.get(file).unwrap().as_bytes().to_vec();
        let read = facts::entry_table::read(plan.register(kind).unwrap(), file, bytes, made_up, file).unwrap();
        assert!(read.refused.is_empty(), "{:?}", read.refused);
        let drafts: Vec<facts::register::Draft> = read.drafts.into_iter().map(|(_, draft)| draft).collect();
        store.put_entries(&plan, kind, &drafts, &change()).unwrap();
    }
    for file in files_in_order {
        let options = ImportOptions { made_up: true, ..ImportOptions::of(&plan, "demo-manual") };
        let bytes = files.get(file).unwrap().as_bytes().to_vec();
        let report = store.import_bytes(file, bytes, &options, &change(), &Silent).unwrap();
        assert!(report.refused.is_empty(), "{:?}", report.refused);
    }
    World { plan, files, store, folder }
}

pub const RECORDS: [&str; 3] = ["demo/observations_sections.csv", "demo/observations_corrections.csv", "demo/observations_groundwater.csv"];
