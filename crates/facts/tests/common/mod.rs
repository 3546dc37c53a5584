//! A store with a small pack and two sections, for the tests of this crate.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use std::collections::BTreeMap;

use facts::import::{ImportError, ImportOptions, ImportReport, Silent};
use facts::register::Draft;
use facts::{Change, Store};
use plan::{PackFiles, Plan};
use tempfile::TempDir;

const PACK: &str = "schema = 1\nid = \"x\"\ntitle = { zh = \"测试\" }\ncity = \"city\"\nissuer = \"city\"\nissue_year = 2016\n\n[[unit]]\nid = \"city\"\nkind = \"city\"\nname = { zh = \"市\" }\n";
const SECTION: &str = r#"kind = "section"
title = { zh = "断面", en = "Sections" }
owner = "city"
duplicate = ["name_zh", "province"]
field = [
  { id = "name_zh", type = "text", label = { zh = "名称" }, required = true, public = true },
  { id = "province", type = "text", label = { zh = "省份" }, public = true },
  { id = "body", type = "choice", label = { zh = "类型" }, public = true, choices = [{ id = "river", label = { zh = "河" } }, { id = "lake", label = { zh = "湖" } }] },
  { id = "longitude", type = "longitude", label = { zh = "经度" }, public = true },
  { id = "upstream", type = "reference", ref = "section", label = { zh = "上游" }, public = true },
  { id = "contact", type = "text", label = { zh = "联系人" } },
]
"#;

/// A small world.
pub struct World {
    /// The pack.
    pub plan: Plan,
    /// The store.
    pub store: Store,
    /// Its folder, which goes when the world goes.
    pub folder: TempDir,
}

/// A change by the tests.
pub fn change() -> Change {
    Change { who: "tester".to_owned(), at: 1_600_000_000, why: "test".to_owned() }
}

/// An entry.
pub fn draft(id: &str, fields: &[(&str, &str)]) -> Draft {
    let data: BTreeMap<String, String> = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    Draft { id: id.to_owned(), data, made_up: false, source: "test".to_owned(), known_at: None }
}

/// How files are imported here.
pub fn options() -> ImportOptions {
    ImportOptions {
        source: "test".to_owned(),
        places: vec!["section".to_owned()],
        dry_run: false,
        accept_rest: false,
        year: None,
        made_up: false,
        only: Vec::new(),
        known_at: None,
    }
}

impl World {
    /// With sections `a` (甲) and `b` (乙).
    pub fn new() -> Self {
        let mut files = PackFiles::default();
        files.insert("plan.toml", PACK);
        files.insert("registers/section.toml", SECTION);
        let plan = plan::load(&files).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("facts.db")).unwrap();
        let drafts = [
            draft("a", &[("name_zh", "甲"), ("province", "黑龙江省")]),
            draft("b", &[("name_zh", "乙"), ("contact", "王小明 13800000000")]),
        ];
        store.put_entries(&plan, "section", &drafts, &change()).unwrap();
        Self { plan, store, folder }
    }

    /// Imports a text as if it were a file.
    pub fn import(&self, name: &str, bytes: impl Into<Vec<u8>>) -> Result<ImportReport, ImportError> {
        self.store.import_bytes(name, bytes.into(), &options(), &change(), &Silent)
    }
}
