//! Reminders: who is to be told of which date, and when. Dates of the plan 180, 90 and 30 days ahead, steps of measures a
//! week ahead, both when they are late, and the city when they have been late for a month.
//!
//! A person who is away is told all the same, and so is the deputy. Every reminder has a key made of what it is about, so
//! that it is sent once however often the program runs or starts.

mod text;

use std::collections::{BTreeMap, BTreeSet};

use facts::outbox::Letter;
use facts::{Account, FactsError, Store};
use jiff::civil::Date;
use judge::{Outcome, Verdict};
use plan::schema::Name;
use plan::{Deadline, Modality, Plan, Power, Task, Text};
use serde::{Deserialize, Serialize};

use crate::clock::{LastRun, Reminder, ReminderKind, reminder_due};
use crate::measure;

/// Days ahead of a date of the plan (default of mechanism M01).
pub const DEADLINE_DAYS: [u32; 3] = [180, 90, 30];
/// Days ahead of the day by which a step of a measure is due: such steps are due within weeks, not years.
pub const STEP_DAYS: [u32; 1] = [7];
/// Days late after which the city is told (default of mechanism M01).
pub const ESCALATE_DAYS: u32 = 30;
/// The rule of the pack that judges dates of the plan.
const DEADLINE_RULE: &str = "deadline";
/// The setting that keeps what the last run knew.
const LAST_RUN: &str = "reminders_last_run";

/// Something with a day by which it is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// What it is: `deadline/1.1.1-1` or `measure/ID/3`.
    pub id: String,
    /// The same in keys of letters; a date that was moved has the new day behind it, and so reminders of its own.
    pub key: String,
    /// The day.
    pub due: Date,
    /// Days ahead on which a reminder falls.
    pub ahead: &'static [u32],
    /// Whether it can be late: an aim, or a date that is in doubt, cannot.
    pub strict: bool,
    /// What is due.
    pub title: Text,
    /// Where it is dealt with, behind the language.
    pub path: String,
    /// The names of the accounts it concerns.
    pub accounts: BTreeSet<String>,
}

/// When reminders were last worked out, and the due days as they were then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRuns {
    day: Option<Date>,
    due: BTreeMap<String, Date>,
}

impl LastRuns {
    /// What a run on a day leaves behind.
    pub fn after(day: Date, matters: &[Matter]) -> Self {
        Self { day: Some(day), due: matters.iter().map(|matter| (matter.id.clone(), matter.due)).collect() }
    }

    /// The last run as a matter saw it. Before the first run there was nothing to miss: it is taken for yesterday's.
    fn of(&self, matter: &Matter, today: Date) -> LastRun {
        let day = self.day.unwrap_or_else(|| today.yesterday().unwrap_or(today));
        LastRun { day, due: self.due.get(&matter.id).copied().unwrap_or(matter.due) }
    }
}

/// Queues the reminders of a day, once a day. `site` is the address of the portal, for links; it may be empty.
pub fn remind(store: &Store, plan: &Plan, site: &str, today: Date, now: i64) -> Result<usize, FactsError> {
    let last: LastRuns = store.setting(LAST_RUN)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    if last.day.is_some_and(|day| today <= day) {
        return Ok(0);
    }
    let accounts = store.accounts()?;
    let mut judged = BTreeMap::new();
    for stored in store.verdicts()?.into_iter().filter(|stored| stored.rule == DEADLINE_RULE) {
        let damaged = |error: serde_json::Error| FactsError::Damaged { what: format!("verdict {}", stored.id), why: error.to_string() };
        let verdict = Verdict::read(&stored.id, &stored.content).map_err(damaged)?;
        judged.insert(verdict.subject.clone(), verdict);
    }
    let mut matters = deadlines(plan, &accounts, &judged);
    matters.extend(steps(store, plan, &accounts)?);
    let queued = store.queue(&letters(plan, &accounts, &matters, &last, today, site), now)?;
    // Only now: where the program stops in between, the same letters are worked out again and known by their keys.
    let after = serde_json::to_string(&LastRuns::after(today, &matters)).unwrap_or_default();
    store.set_setting(LAST_RUN, &after)?;
    Ok(queued)
}

/// Dates of the plan that are not met, with the accounts of the units that lead or answer for them. `judged` are the
/// verdicts on them by id; they know of extensions and stops.
pub fn deadlines(plan: &Plan, accounts: &[Account], judged: &BTreeMap<String, Verdict>) -> Vec<Matter> {
    let mut matters = Vec::new();
    for task in &plan.tasks {
        for (place, deadline) in task.deadline.iter().enumerate().filter(|(_, deadline)| deadline.modality != Modality::Context) {
            let id = format!("{}-{}", task.id.get_ref(), place + 1);
            let verdict = judged.get(&id);
            let Some(due) = due_day(deadline, verdict) else { continue };
            let moved = if due == deadline.date.0 { String::new() } else { format!("@{due}") };
            let reason = verdict.and_then(|verdict| verdict.reason.as_deref());
            let concerned = |account: &&Account| acts(plan, account) && concerns(plan, task, deadline, &account.unit);
            matters.push(Matter {
                key: format!("deadline/{id}{moved}"),
                due,
                ahead: &DEADLINE_DAYS,
                strict: deadline.modality == Modality::Must
                    && !deadline.uncertain
                    && !deadline.past_at_issue
                    && matches!(reason, None | Some("not_due")),
                title: Text {
                    zh: format!("{} {}", task.id.get_ref(), deadline.what.get("zh")),
                    en: format!("{} {}", task.id.get_ref(), deadline.what.get("en")),
                },
                path: format!("plan/{}", task.id.get_ref()),
                accounts: accounts.iter().filter(concerned).map(|account| account.name.clone()).collect(),
                id: format!("deadline/{id}"),
            });
        }
    }
    matters
}

/// The day by which a date of the plan is due now; none where it is met, of no concern, or where its clock stands still.
fn due_day(deadline: &Deadline, verdict: Option<&Verdict>) -> Option<Date> {
    let planned = deadline.date.0;
    let Some(verdict) = verdict else { return Some(planned) };
    let over = matches!(verdict.outcome, Outcome::Pass | Outcome::NotApplicable) || verdict.reason.as_deref() == Some("stopped");
    if over {
        return None;
    }
    Some(verdict.facts.get("due").and_then(|day| day.parse().ok()).unwrap_or(planned))
}

/// Whether a unit leads a task or answers for it, as far as one of its dates goes; a successor does for the unit before it.
fn concerns(plan: &Plan, task: &Task, deadline: &Deadline, unit: &str) -> bool {
    let names = |list: &[Name], wanted: &str| list.iter().any(|name| plan.same_unit(name.get_ref(), wanted));
    let county = plan.counties().any(|county| county.id.get_ref() == plan.unit_now(unit));
    let named = names(&task.lead, unit)
        || names(&task.responsible, unit)
        || names(&task.responsible_departments, unit)
        || (county && names(&task.responsible, "all"));
    named && (!county || deadline.units.is_empty() || names(&deadline.units, unit))
}

/// Open measures whose next step is due on a day, with the accounts that may take it.
pub fn steps(store: &Store, plan: &Plan, accounts: &[Account]) -> Result<Vec<Matter>, FactsError> {
    let mut matters = Vec::new();
    for own in store.measures()?.into_iter().filter(|own| own.closed_at.is_none()) {
        let (Some(machine), Some(last)) = (plan.measure(&own.machine), store.measure_steps(&own.id)?.pop()) else { continue };
        let Some(due) = last.due.and_then(|day| day.parse().ok()) else { continue };
        let county = store.entry(&own.subject_kind, &own.subject)?.map_or_else(String::new, |entry| entry.get("county").to_owned());
        let may = |account: &&Account| {
            let person = measure::person(account);
            acts(plan, account) && measure::steps_from(machine, &own.state).any(|step| person.may_step(plan, step, &county).is_ok())
        };
        let id = format!("measure/{}/{}", own.id, last.seq);
        matters.push(Matter {
            key: id.clone(),
            id,
            due,
            ahead: &STEP_DAYS,
            strict: true,
            // Whom or what it is about is told behind the link, to those who may see it.
            title: machine.title.clone(),
            path: format!("measures/{}", own.id),
            accounts: accounts.iter().filter(may).map(|account| account.name.clone()).collect(),
        });
    }
    Ok(matters)
}

/// Whether an account is an officer's who can do something about a date.
fn acts(plan: &Plan, account: &Account) -> bool {
    let can = |role: &plan::Role| role.can.iter().any(|power| matches!(power, Power::Edit | Power::Accept | Power::Sign));
    !account.closed && account.subject.is_empty() && plan.role(&account.role).is_some_and(can)
}

/// The letters of a day.
pub fn letters(plan: &Plan, accounts: &[Account], matters: &[Matter], last: &LastRuns, today: Date, site: &str) -> Vec<Letter> {
    let city: BTreeSet<String> =
        accounts.iter().filter(|account| account.unit == plan.city() && acts(plan, account)).map(|account| account.name.clone()).collect();
    let mut letters = Vec::new();
    for matter in matters {
        let fallen = reminder_due(matter.due, last.of(matter, today), today, matter.ahead, ESCALATE_DAYS);
        let holds = |reminder: &&Reminder| match reminder.kind {
            ReminderKind::Before(_) => today <= matter.due,
            ReminderKind::Overdue | ReminderKind::Escalate(_) => matter.strict && matter.due < today,
        };
        let escalates = |reminder: &&Reminder| matches!(reminder.kind, ReminderKind::Escalate(_));
        // Where several fell while the program stood still, the last of them says it all.
        let to_units = fallen.iter().filter(holds).rfind(|reminder| !escalates(reminder));
        let to_city = fallen.iter().filter(holds).rfind(escalates);
        for (reminder, concerned) in [(to_units, &matter.accounts), (to_city, &city)] {
            let Some(reminder) = reminder else { continue };
            for account in recipients(accounts, concerned, today) {
                letters.push(Letter {
                    key: format!("reminder/{}/{}/{}", matter.key, mark(reminder.kind), account.name),
                    recipient: format!("mailto:{}", account.email.trim()),
                    subject: text::subject(matter, today),
                    body: text::body(matter, reminder.kind, today, site),
                });
            }
        }
    }
    letters
}

/// Which reminder it is, in its key: `T-90`, `T+1`, `T+30`.
fn mark(kind: ReminderKind) -> String {
    match kind {
        ReminderKind::Before(days) => format!("T-{days}"),
        ReminderKind::Overdue => "T+1".to_owned(),
        ReminderKind::Escalate(days) => format!("T+{days}"),
    }
}

/// Who gets what concerns some accounts: they themselves and, where somebody is away, whoever stands in. Without an
/// address of mail there is nothing to send to.
fn recipients<'a>(accounts: &'a [Account], concerned: &BTreeSet<String>, today: Date) -> Vec<&'a Account> {
    let find = |name: &str| accounts.iter().find(|account| account.name == name && !account.closed);
    let mut names = BTreeSet::new();
    let mut open: Vec<&Account> = concerned.iter().filter_map(|name| find(name)).collect();
    while let Some(account) = open.pop() {
        // Somebody who was met before is not followed again, so deputies of each other come to an end.
        if names.insert(account.name.as_str()) && account.is_away(today) {
            open.extend(find(&account.deputy));
        }
    }
    accounts.iter().filter(|account| names.contains(account.name.as_str()) && !account.email.trim().is_empty()).collect()
}
