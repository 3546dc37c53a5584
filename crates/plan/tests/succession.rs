//! One plan after another: what is carried on, what changed, what nobody decided; and units that end.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use plan::access::Person;
use plan::succession::{Succession, compare, finished, history};
use plan::{PackFiles, Plan, Power, load};

const UNITS: &str = r#"
city = "city"
issuer = "city"
issue_year = 2016
chapter = [{ number = 1, title = { zh = "章" } }, { number = 2021, title = { zh = "新章" } }]
"#;

const CITY: &str = "[[unit]]\nid = \"city\"\nkind = \"city\"\nname = { zh = \"市\" }\n";

/// A pack: its id, what stands under `[plan]`, and its tasks with their year, title and more.
fn pack(id: &str, plan: &str, tasks: &[(&str, i16, &str, &str)]) -> PackFiles {
    let mut files = PackFiles::default();
    files.insert("plan.toml", format!("schema = 1\nid = \"{id}\"\ntitle = {{ zh = \"方案\" }}\n{UNITS}\n{CITY}\n[plan]\n{plan}\n"));
    let task = |(id, year, title, more): &(&str, i16, &str, &str)| {
        format!(
            "[[task]]\nid = \"{id}\"\ntitle = {{ zh = \"{title}\" }}\ntext = \"{title}。\"\nresponsible = [\"all\"]\n{more}\n\
             [[task.deadline]]\ndate = {year}-12-31\nwhat = {{ zh = \"完成\" }}\nmodality = \"must\"\n"
        )
    };
    files.insert("tasks/01.toml", tasks.iter().map(task).collect::<Vec<_>>().join("\n"));
    files
}

/// The pack with the one before it below `earlier/`.
fn after(mut files: PackFiles, before: &PackFiles) -> PackFiles {
    for path in before.paths() {
        files.insert(format!("earlier/{path}"), before.get(path).unwrap());
    }
    files
}

const FIRST: [(&str, i16, &str, &str); 4] =
    [("1.1", 2017, "取缔", ""), ("1.2", 2018, "整治", ""), ("1.3", 2018, "监测", ""), ("1.4", 2017, "普查", "")];
const AMENDS: &str = "version = \"2\"\namends = { plan = \"first\", on = 2018-07-01, document = \"1号\" }";

fn first() -> PackFiles {
    pack("first", "", &FIRST)
}

/// The first plan amended: 1.2 has more time, 1.3 is 1.5 now, 1.4 is closed, 1.6 is new.
fn amended() -> PackFiles {
    let closed = "[[plan.closed]]\ntask = \"1.4\"\non = 2018-07-01\ndocument = \"2号\"";
    let tasks =
        [("1.1", 2017, "取缔", ""), ("1.2", 2019, "整治", ""), ("1.5", 2018, "监测", "carries = \"1.3\""), ("1.6", 2019, "新增", "")];
    after(pack("first", &format!("{AMENDS}\n{closed}"), &tasks), &first())
}

fn plan(files: &PackFiles) -> Plan {
    load(files).unwrap_or_else(|problems| panic!("{problems}"))
}

fn told(done: &Succession) -> String {
    let carried = done.carried.iter().map(|own| {
        let changes: Vec<&str> = own.changes.iter().map(|change| change.field).collect();
        format!("{}>{}[{}]", own.old, own.new, changes.join(","))
    });
    let lists = [&done.closed, &done.finished, &done.undecided, &done.new, &done.taken].map(|list| list.join(","));
    format!(
        "{} closed={} finished={} undecided={} new={} taken={}",
        carried.collect::<Vec<_>>().join(" "),
        lists[0],
        lists[1],
        lists[2],
        lists[3],
        lists[4]
    )
}

#[test]
fn an_amended_plan_keeps_its_numbers_and_says_what_changed() {
    let done = compare(&plan(&first()), &plan(&amended()), &BTreeSet::new()).unwrap();
    assert_eq!(told(&done), "1.1>1.1[] 1.2>1.2[deadline] 1.3>1.5[] closed=1.4 finished= undecided= new=1.6 taken=");
    assert!(done.holds());
    let change = &done.carried[1].changes[0];
    assert_eq!((change.before.as_str(), change.after.as_str()), ("2018-12-31 完成 (must)", "2019-12-31 完成 (must)"));
}

#[test]
fn a_plan_that_succeeds_another_carries_only_what_it_names() {
    let succeeds = "succeeds = { plan = \"first\", version = \"2\", on = 2021-01-01, document = \"3号\" }";
    let met = BTreeSet::from(["1.1-1", "1.6-1"].map(str::to_owned));
    let old = plan(&amended());
    let cases = [
        (
            vec![("2021.1", 2025, "整治", "carries = \"1.2\""), ("2021.2", 2025, "监测", "carries = \"1.5\"")],
            "1.2>2021.1[deadline] 1.5>2021.2[deadline] closed= finished=1.1,1.6 undecided= new= taken=",
        ),
        (vec![("2021.1", 2025, "整治", "carries = \"1.2\"")], "1.2>2021.1[deadline] closed= finished=1.1,1.6 undecided=1.5 new= taken="),
        // A number that meant something else would count the reports of that.
        (
            vec![("1.1", 2025, "整治", "carries = \"1.2\""), ("1.5", 2025, "宣传", "")],
            "1.2>1.1[deadline] closed= finished=1.1,1.6 undecided=1.5 new= taken=1.1,1.5",
        ),
    ];
    for (tasks, expected) in cases {
        let new = plan(&after(pack("second", succeeds, &tasks), &amended()));
        let done = compare(&old, &new, &finished(&old, &met)).unwrap();
        assert_eq!(told(&done), expected);
        assert_eq!(done.holds(), done.undecided.is_empty() && done.taken.is_empty());
    }
    assert!(compare(&plan(&first()), &plan(&first()), &BTreeSet::new()).unwrap_err().to_string().contains("comes after nothing"));
}

#[test]
fn a_task_is_finished_when_each_of_its_dates_is_met() {
    let old = plan(&first());
    assert!(finished(&old, &BTreeSet::new()).is_empty());
    assert_eq!(finished(&old, &BTreeSet::from(["1.2-1".to_owned()])), BTreeSet::from(["1.2".to_owned()]));
}

#[test]
fn the_history_of_a_task_goes_back_through_every_plan() {
    let succeeds = "succeeds = { plan = \"first\", version = \"2\", on = 2021-01-01, document = \"3号\" }";
    let new = plan(&after(pack("second", succeeds, &[("2021.1", 2025, "监测", "carries = \"1.5\"")]), &amended()));
    let past: Vec<String> = history(&new, new.task("2021.1").unwrap())
        .iter()
        .map(|past| format!("{} {} until {} {}", past.id, past.task.unwrap().deadline[0].date.0, past.until.on.0, past.amended))
        .collect();
    assert_eq!(past, ["1.5 2018-12-31 until 2021-01-01 false", "1.3 2018-12-31 until 2018-07-01 true"]);
    let plain = plan(&first());
    assert!(history(&plain, plain.task("1.1").unwrap()).is_empty());
}

#[test]
fn what_was_kept_of_the_plan_before_decides_no_judgement() {
    let bare = pack("first", AMENDS, &FIRST);
    assert_eq!(after(bare.clone(), &first()).digest(), bare.digest());
}

#[test]
fn a_succession_that_cannot_be_is_refused() {
    let cases = [
        (
            "carries without a plan before",
            pack("first", "", &[("1.1", 2017, "…", "carries = \"1.1\"")]),
            "carries: there is no plan before",
        ),
        (
            "carries what was not there",
            after(pack("first", AMENDS, &[("1.1", 2017, "…", "carries = \"1.9\"")]), &first()),
            "`1.9` is not defined (expected the id of a task of the plan before)",
        ),
        (
            "carried and closed",
            after(
                pack(
                    "first",
                    &format!("{AMENDS}\nclosed = [{{ task = \"1.2\", on = 2018-07-01, document = \"2号\" }}]"),
                    &[("1.7", 2017, "…", "carries = \"1.2\"")],
                ),
                &first(),
            ),
            "`1.2` is closed in plan.toml",
        ),
        ("amends another plan", pack("other", AMENDS, &FIRST), "another plan is succeeded"),
        (
            "succeeds itself",
            pack("first", "succeeds = { plan = \"first\", on = 2021-01-01, document = \"3号\" }", &FIRST),
            "is this plan itself",
        ),
        ("the plan before is another one", after(pack("first", AMENDS, &FIRST), &pack("else", "", &FIRST)), "earlier/plan.toml is `else`"),
    ];
    for (name, files, expected) in cases {
        let problems = load(&files).unwrap_err().to_string();
        assert!(problems.contains(expected), "{name}: {problems}");
    }
}

/// A pack with an old bureau and what became of it.
fn units(old: &str, new: &str) -> PackFiles {
    let mut files = PackFiles::default();
    let unit = |id: &str, more: &str| format!("[[unit]]\nid = \"{id}\"\nkind = \"department\"\nname = {{ zh = \"{id}\" }}\n{more}\n");
    files.insert(
        "plan.toml",
        format!("schema = 1\nid = \"x\"\ntitle = {{ zh = \"方案\" }}\n{UNITS}\n{CITY}\n{}\n{}", unit("old", old), unit("new", new)),
    );
    files.insert(
        "registers/well.toml",
        "kind = \"well\"\ntitle = { zh = \"井\" }\nowner = \"old\"\n[[field]]\nid = \"name_zh\"\ntype = \"text\"\nlabel = { zh = \"名称\" }\n",
    );
    files.insert("roles.toml", "[[role]]\nid = \"officer\"\ntitle = { zh = \"经办人\" }\nscope = \"own\"\ncan = [\"see\", \"edit\"]\n");
    files
}

#[test]
fn what_a_unit_kept_falls_to_its_successor_on_the_day_it_ends_and_not_before() {
    let mut plan = plan(&units("successor = \"new\"\nended = 2019-03-01", ""));
    let may = |plan: &Plan, unit: &str| {
        let person = Person { unit, role: "officer", subject: "" };
        person.may(plan, Power::Edit, plan.register("well").unwrap(), "w-1", &BTreeMap::new()).is_ok()
    };
    assert_eq!((may(&plan, "old"), may(&plan, "new")), (true, false), "without a day every unit is as written");
    plan.set_day(date(2019, 2, 28));
    assert_eq!((may(&plan, "old"), may(&plan, "new"), plan.unit_now("old")), (true, false, "old"));
    plan.set_day(date(2019, 3, 1));
    // People whose accounts are still of the old unit are of the new one.
    assert_eq!((may(&plan, "old"), may(&plan, "new"), may(&plan, "city")), (true, true, false));
    assert_eq!((plan.unit_now("old"), plan.unit_on("old", date(2018, 1, 1))), ("new", "old"));
}

#[test]
fn a_unit_that_ends_has_a_successor_and_never_itself() {
    let cases = [
        ("sound", "successor = \"new\"\nended = 2019-03-01", "", ""),
        ("a name alone, without a day", "successor = \"生态环境局\"", "", ""),
        ("nobody", "ended = 2019-03-01", "", "unit `old` ended on 2019-03-01 without one"),
        ("unknown", "successor = \"nobody\"\nended = 2019-03-01", "", "`nobody` is not defined"),
        ("itself", "successor = \"old\"\nended = 2019-03-01", "", "`old` is succeeded by itself"),
        ("a circle", "successor = \"new\"\nended = 2019-03-01", "successor = \"old\"", "`new` is succeeded by itself"),
    ];
    for (name, old, new, expected) in cases {
        let problems = load(&units(old, new)).err().map(|problems| problems.to_string()).unwrap_or_default();
        assert!(problems.contains(expected) && problems.is_empty() == expected.is_empty(), "{name}: {problems}");
    }
}
