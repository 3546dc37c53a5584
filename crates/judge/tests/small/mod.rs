//! A pack of one register and a few rules, over a store with one entry: `a`, whose amount is 5.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use facts::register::Draft;
use facts::{Change, Store};
use jiff::civil::{Date, date};
use judge::{JudgeError, Judgement, Limits, Session};
use plan::{PackFiles, Plan};
use tempfile::TempDir;

pub const AS_OF: Date = date(2021, 6, 30);

const HEAD: &str = r#"schema = 1
id = "small"
title = { zh = "小方案" }
city = "city"
issuer = "city"
issue_year = 2016
[[unit]]
id = "city"
kind = "city"
name = { zh = "市" }
[[chapter]]
number = 1
title = { zh = "章" }
"#;

const TASKS: &str = r#"[[task]]
id = "1.1"
title = { zh = "关闭", en = "Closing" }
text = "…"
responsible = ["all"]
[[task]]
id = "1.2"
title = { zh = "逐步关闭", en = "Closing by and by" }
text = "…"
responsible = ["all"]
"#;

const REGISTER: &str = r#"kind = "thing"
title = { zh = "事物" }
owner = "city"
[[field]]
id = "name_zh"
type = "text"
label = { zh = "名称" }
public = true
[[field]]
id = "amount"
type = "decimal"
label = { zh = "数量" }
public = true
"#;

const REST: &str = r#"
[card]
what = { zh = "…" }
why = { zh = "…" }
example = { zh = "…" }
limits = { zh = "…" }
sure = "known"
[sentence]
pass = { zh = "…" }
fail = { zh = "…" }
undetermined = { zh = "…" }
"#;

/// A rule of things by year: what stands before its query, the query, and its numbers.
pub struct Rule<'a> {
    pub id: &'a str,
    pub head: &'a str,
    pub sql: &'a str,
    pub numbers: &'a str,
}

pub fn pack(rules: &[Rule<'_>]) -> PackFiles {
    let mut files = PackFiles::default();
    files.insert("plan.toml", HEAD);
    files.insert("tasks/01.toml", TASKS);
    files.insert("registers/thing.toml", REGISTER);
    for Rule { id, head, sql, numbers } in rules {
        let text = format!(
            "id = \"{id}\"\ntitle = {{ zh = \"规则\" }}\nsubject = \"thing\"\ngrain = \"year\"\n{head}\nsql = \"\"\"\n{sql}\n\"\"\"\n{REST}\n{numbers}"
        );
        files.insert(format!("rules/{id}.toml"), text);
    }
    files
}

pub struct World {
    pub plan: Plan,
    pub store: Store,
    pub folder: TempDir,
}

pub fn world(rules: &[Rule<'_>]) -> World {
    let plan = plan::load(&pack(rules)).unwrap_or_else(|problems| panic!("{problems}"));
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("facts.db")).unwrap();
    let change = Change { who: "tester".to_owned(), at: 1_617_600_000, why: "test".to_owned() };
    let data = [("name_zh", "甲"), ("amount", "5")].map(|(field, value)| (field.to_owned(), value.to_owned()));
    let draft = Draft { id: "a".to_owned(), data: data.into_iter().collect(), source: "test".to_owned(), ..Draft::default() };
    store.put_entries(&plan, "thing", &[draft], &change).unwrap();
    World { plan, store, folder }
}

pub async fn judged(world: &World) -> Result<Judgement, JudgeError> {
    let session = Session::open(&world.store, &world.plan, AS_OF, Limits::default()).await.unwrap();
    judge::judge(&session, &world.plan, |_| {}).await
}

/// What was found, one after the other: period, outcome, and the reason and what it would be where there are any.
pub fn told(judgement: &Judgement) -> String {
    let line = |verdict: &judge::Verdict| {
        let reason = verdict.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        let would_be = verdict.would_be.map(|outcome| format!(" would be {outcome}")).unwrap_or_default();
        format!("{} {}{reason}{would_be}", verdict.period, verdict.outcome)
    };
    judgement.verdicts.iter().map(line).collect::<Vec<_>>().join("; ")
}
