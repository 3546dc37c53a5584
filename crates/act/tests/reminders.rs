//! Reminders: which falls on which day, to whom, and that none is sent twice or to somebody it does not concern.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::path::Path;

use act::reminders::{LastRuns, Matter, deadlines, letters, remind, steps};
use facts::{Account, Change, Measure, MeasureStep, NewAccount, Store};
use jiff::civil::Date;
use judge::{Outcome, Verdict};
use plan::{PackFiles, Plan};

const HEAD: &str = r#"
schema = 1
id = "x"
title = { zh = "测试" }
city = "city"
issuer = "city"
issue_year = 2016
chapter = [{ number = 1, title = { zh = "章" } }]
unit = [
  { id = "city", kind = "city", name = { zh = "市" } },
  { id = "epb", kind = "department", name = { zh = "环保局" } },
  { id = "water", kind = "department", name = { zh = "水务局" } },
  { id = "east", kind = "county", name = { zh = "东县" }, parent = "city" },
  { id = "west", kind = "county", name = { zh = "西县" }, parent = "city" },
]
"#;

const ROLES: &str = r#"
role = [
  { id = "officer", title = { zh = "经办人" }, scope = "own", can = ["see", "edit", "accept", "sign"] },
  { id = "city_office", title = { zh = "市政府办公室" }, scope = "all", can = ["see", "accept", "sign"] },
  { id = "enterprise", title = { zh = "企业" }, scope = "subject", can = ["see", "edit"] },
  { id = "administrator", title = { zh = "管理员" }, scope = "own", can = ["administer"] },
]
"#;

const TASKS: &str = r#"
[[task]]
id = "1.1"
title = { zh = "任务甲", en = "Task A" }
text = "…"
lead = ["epb"]
responsible = ["east"]
[[task.deadline]]
date = 2018-12-31
what = { zh = "完成改造", en = "Finish the retrofit" }
modality = "must"

[[task]]
id = "1.2"
title = { zh = "任务乙", en = "Task B" }
text = "…"
lead = ["water"]
responsible = ["all"]
[[task.deadline]]
date = 2018-12-31
what = { zh = "力争完成", en = "Strive to finish" }
modality = "aim"
units = ["west"]
[[task.deadline]]
date = 2020-12-31
what = { zh = "全省完成", en = "The province finishes" }
modality = "context"
"#;

fn small_plan() -> Plan {
    let mut files = PackFiles::default();
    files.insert("plan.toml", HEAD);
    files.insert("roles.toml", ROLES);
    files.insert("tasks/1.toml", TASKS);
    plan::load(&files).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn account(name: &str, unit: &str, role: &str) -> Account {
    let subject = if role == "enterprise" { "enterprise/firm-1" } else { "" };
    Account {
        name: name.to_owned(),
        display: name.to_owned(),
        unit: unit.to_owned(),
        role: role.to_owned(),
        subject: subject.to_owned(),
        email: format!("{name}@example.org"),
        totp: false,
        deputy: String::new(),
        away_from: String::new(),
        away_to: String::new(),
        closed: false,
    }
}

fn people() -> Vec<Account> {
    vec![
        account("admin", "city", "administrator"),
        account("east", "east", "officer"),
        account("epb", "epb", "officer"),
        account("firm", "east", "enterprise"),
        account("office", "city", "city_office"),
        account("water", "water", "officer"),
        account("west", "west", "officer"),
    ]
}

fn verdict(id: &str, outcome: Outcome, reason: Option<&str>, due: Option<&str>) -> (String, Verdict) {
    let facts = due.map(|due| ("due".to_owned(), due.to_owned())).into_iter().collect();
    let verdict = Verdict {
        id: "v".to_owned(),
        rule: "deadline".to_owned(),
        rule_digest: String::new(),
        standards_digest: String::new(),
        subject_kind: "deadline".to_owned(),
        subject: id.to_owned(),
        period: "2018-10-01".to_owned(),
        outcome,
        reason: reason.map(str::to_owned),
        would_be: None,
        made_up: false,
        facts,
        inputs: Vec::new(),
    };
    (id.to_owned(), verdict)
}

/// The keys of the letters of a day, without what they all begin with.
fn keys(accounts: &[Account], matters: &[Matter], last: &LastRuns, today: &str) -> String {
    let letters = letters(&small_plan(), accounts, matters, last, day(today), "");
    let key = |letter: &facts::outbox::Letter| letter.key.strip_prefix("reminder/deadline/").unwrap().to_owned();
    letters.iter().map(key).collect::<Vec<_>>().join(" ")
}

/// The same where the program ran on the day before.
fn daily(accounts: &[Account], matters: &[Matter], today: &str) -> String {
    keys(accounts, matters, &LastRuns::after(day(today).yesterday().unwrap(), matters), today)
}

fn no_verdicts() -> BTreeMap<String, Verdict> {
    BTreeMap::new()
}

#[test]
fn each_day_has_its_reminders() {
    let matters = deadlines(&small_plan(), &people(), &no_verdicts());
    let cases = [
        ("2018-07-03", ""),
        // An aim concerns the water bureau and the one county it names.
        ("2018-07-04", "1.1-1/T-180/east 1.1-1/T-180/epb 1.2-1/T-180/water 1.2-1/T-180/west"),
        ("2018-07-05", ""),
        ("2018-10-02", "1.1-1/T-90/east 1.1-1/T-90/epb 1.2-1/T-90/water 1.2-1/T-90/west"),
        ("2018-12-01", "1.1-1/T-30/east 1.1-1/T-30/epb 1.2-1/T-30/water 1.2-1/T-30/west"),
        // Due today is on time.
        ("2018-12-31", ""),
        // An aim is never late.
        ("2019-01-01", "1.1-1/T+1/east 1.1-1/T+1/epb"),
        ("2019-01-02", ""),
        // Then the city is told: its office, and not whoever looks after the accounts.
        ("2019-01-30", "1.1-1/T+30/office"),
        ("2019-01-31", ""),
    ];
    for (today, expected) in cases {
        assert_eq!(daily(&people(), &matters, today), expected, "{today}");
    }
}

#[test]
fn what_fell_while_the_program_stood_still_is_told_once_by_the_last_of_it() {
    let matters = deadlines(&small_plan(), &people(), &no_verdicts());
    let last = LastRuns::after(day("2018-06-01"), &matters);
    assert_eq!(keys(&people(), &matters[..1], &last, "2018-12-05"), "1.1-1/T-30/east 1.1-1/T-30/epb");
    assert_eq!(keys(&people(), &matters, &last, "2019-03-01"), "1.1-1/T+1/east 1.1-1/T+1/epb 1.1-1/T+30/office");
    // Before the first run nothing was missed.
    assert_eq!(keys(&people(), &matters, &LastRuns::default(), "2019-03-01"), "");
    assert_eq!(keys(&people(), &matters[..1], &LastRuns::default(), "2018-10-02"), "1.1-1/T-90/east 1.1-1/T-90/epb");
}

#[test]
fn a_date_that_was_moved_has_reminders_of_its_own() {
    let plan = small_plan();
    let before = deadlines(&plan, &people(), &no_verdicts());
    let extended = BTreeMap::from([verdict("1.1-1", Outcome::Undetermined, Some("not_due"), Some("2019-03-31"))]);
    let after = deadlines(&plan, &people(), &extended);
    assert_eq!(after[0].due, day("2019-03-31"));
    // On the day of the extension there is nothing to tell, and on the old date nobody is late.
    assert_eq!(keys(&people(), &after[..1], &LastRuns::after(day("2018-12-19"), &before), "2018-12-20"), "");
    assert_eq!(daily(&people(), &after[..1], "2019-01-01"), "");
    assert_eq!(daily(&people(), &after[..1], "2018-12-31"), "1.1-1@2019-03-31/T-90/east 1.1-1@2019-03-31/T-90/epb");
    assert_eq!(daily(&people(), &after[..1], "2019-04-01"), "1.1-1@2019-03-31/T+1/east 1.1-1@2019-03-31/T+1/epb");
}

#[test]
fn what_is_met_or_stands_still_is_not_reminded_of_and_what_waits_for_acceptance_is_not_late() {
    let plan = small_plan();
    for (outcome, reason) in [(Outcome::Pass, None), (Outcome::Undetermined, Some("stopped")), (Outcome::NotApplicable, Some("context"))] {
        let judged = BTreeMap::from([verdict("1.1-1", outcome, reason, None)]);
        let ids: Vec<String> = deadlines(&plan, &people(), &judged).into_iter().map(|matter| matter.id).collect();
        assert_eq!(ids, ["deadline/1.2-1"], "{outcome} {reason:?}");
    }
    let waiting = BTreeMap::from([verdict("1.1-1", Outcome::Undetermined, Some("not_accepted"), Some("2018-12-31"))]);
    assert_eq!(daily(&people(), &deadlines(&plan, &people(), &waiting), "2019-01-01"), "");
    let late = BTreeMap::from([verdict("1.1-1", Outcome::Fail, None, Some("2018-12-31"))]);
    assert_eq!(daily(&people(), &deadlines(&plan, &people(), &late), "2019-01-01"), "1.1-1/T+1/east 1.1-1/T+1/epb");
}

#[test]
fn a_deputy_gets_what_the_absent_gets_and_nobody_gets_anything_without_an_address() {
    let mut people = people();
    let absent = |account: &mut Account, deputy: &str| {
        account.deputy = deputy.to_owned();
        account.away_from = "2018-09-28".to_owned();
        account.away_to = "2018-10-08".to_owned();
    };
    // Deputies of each other, both away.
    absent(&mut people[2], "water");
    absent(&mut people[5], "epb");
    let matters = deadlines(&small_plan(), &people, &no_verdicts());
    assert_eq!(daily(&people, &matters[..1], "2018-10-02"), "1.1-1/T-90/east 1.1-1/T-90/epb 1.1-1/T-90/water");
    assert_eq!(daily(&people, &matters[..1], "2018-12-01"), "1.1-1/T-30/east 1.1-1/T-30/epb");
    people[1].email = " ".to_owned();
    people[2].closed = true;
    let matters = deadlines(&small_plan(), &people, &no_verdicts());
    assert_eq!(daily(&people, &matters[..1], "2018-10-02"), "");
}

#[test]
fn a_letter_says_what_is_due_in_chinese_and_then_in_english() {
    let matters = deadlines(&small_plan(), &people(), &no_verdicts());
    let written = |today: &str| {
        let last = LastRuns::after(day(today).yesterday().unwrap(), &matters);
        letters(&small_plan(), &people(), &matters[..1], &last, day(today), "https://plan.example.org/").remove(0)
    };
    let letter = written("2018-10-02");
    assert_eq!(letter.recipient, "mailto:east@example.org");
    assert_eq!(letter.subject, "期限提醒:2018-12-31,还有90天 / Reminder: due 2018-12-31, 90 days left");
    let lines: Vec<&str> = letter.body.lines().collect();
    assert_eq!(
        lines[..7],
        [
            "1.1 完成改造",
            "期限:2018-12-31,还有90天。",
            "查看与办理:https://plan.example.org/zh/plan/1.1",
            "",
            "1.1 Finish the retrofit",
            "Due 2018-12-31: 90 days left.",
            "See and act: https://plan.example.org/en/plan/1.1",
        ]
    );
    assert!(written("2019-01-01").body.contains("已逾期1天。") && written("2019-01-01").body.contains("1 day late."));
    assert!(written("2019-01-30").body.contains("逾期已满30天"));
    let shown = format!("{}{}{}", letter.key, letter.subject, letter.body);
    assert!(!shown.contains("@example.org"), "the address stands in the recipient alone");
}

#[test]
fn a_day_is_reminded_of_once_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("facts.db");
    let store = Store::create(&path).unwrap();
    let change = Change { who: "tester".to_owned(), at: 1_500_000_000, why: "test".to_owned() };
    for own in people().into_iter().filter(|own| ["epb", "east"].contains(&own.name.as_str())) {
        let new =
            NewAccount { name: own.name, display: own.display, unit: own.unit, role: own.role, subject: own.subject, email: own.email };
        store.add_account(&new, "a long enough password", &change).unwrap();
    }
    let plan = small_plan();
    let run = |store: &Store, today: &str| remind(store, &plan, "", day(today), 1_538_400_000).unwrap();
    assert_eq!(run(&store, "2018-10-01"), 0);
    assert_eq!(run(&store, "2018-10-02"), 2);
    assert_eq!(run(&store, "2018-10-02"), 0);
    drop(store);
    let store = Store::open(&path).unwrap();
    assert_eq!((run(&store, "2018-10-02"), run(&store, "2018-10-01"), run(&store, "2018-10-03")), (0, 0, 0));
    // The program stopped after it had queued and before it had noted so: the keys are known.
    store.set_setting("reminders_last_run", r#"{"day":"2018-10-01","due":{}}"#).unwrap();
    assert_eq!((run(&store, "2018-10-02"), store.outbox(10).unwrap().len()), (0, 2));
    let ledger = format!("{:?}", store.ledger().unwrap());
    assert!(!ledger.contains("@example.org"), "no address in the ledger");
}

fn pack() -> Plan {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plans/hegang");
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
    plan::load(&files).unwrap()
}

#[test]
fn whoever_may_take_the_next_step_of_a_measure_is_reminded_of_it() {
    let plan = pack();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("facts.db")).unwrap();
    let change = Change { who: "tester".to_owned(), at: 1_617_600_000, why: "test".to_owned() };
    let measure = Measure {
        id: "accountability-1".to_owned(),
        machine: "accountability".to_owned(),
        rule: "no-inferior-v".to_owned(),
        subject_kind: "section".to_owned(),
        subject: "s-1".to_owned(),
        verdict: "v".to_owned(),
        state: "interviewed".to_owned(),
        made_up: false,
        opened_at: change.at,
        closed_at: None,
    };
    let step = MeasureStep {
        seq: 1,
        step: "interview".to_owned(),
        to_state: "interviewed".to_owned(),
        on_day: "2021-04-05".to_owned(),
        due: Some("2021-05-05".to_owned()),
        ..MeasureStep::default()
    };
    store.open_measure(&measure, &step, &change).unwrap();
    let people = [account("epb", "epb", "officer"), account("office", "city", "city_office"), account("water", "water", "officer")];
    let matters = steps(&store, &plan, &people).unwrap();
    let keys = |today: &str| {
        let last = LastRuns::after(day(today).yesterday().unwrap(), &matters);
        let letters = letters(&plan, &people, &matters, &last, day(today), "");
        letters.iter().map(|letter| letter.key.clone()).collect::<Vec<_>>()
    };
    let key = |mark: &str, name: &str| format!("reminder/measure/accountability-1/1/{mark}/{name}");
    assert_eq!(keys("2021-04-28"), [key("T-7", "epb"), key("T-7", "office")]);
    assert_eq!(keys("2021-05-05"), Vec::<String>::new());
    assert_eq!(keys("2021-05-06"), [key("T+1", "epb"), key("T+1", "office")]);
    assert_eq!(keys("2021-06-04"), [key("T+30", "office")]);
}
