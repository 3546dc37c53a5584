//! From one version of a plan to the next: which tasks are carried on and how they changed, which end, which are new, and
//! which nobody decided on.
//!
//! An amended plan is the same plan: a task of the same number is the same task. A plan that succeeds another carries a task
//! over only where the new one says so (`carries`). The pack keeps the plan before it in `earlier/`, for the history of tasks.

use std::collections::BTreeSet;

use crate::build::{Plan, Task};
use crate::schema::{Before, Deadline, Modality, Name, PlanFile, PlanVersion, TaskTarget};

/// The plan before, as far as history needs it.
#[derive(Debug)]
pub struct Earlier {
    /// Its head.
    pub head: PlanFile,
    /// Its tasks.
    pub tasks: Vec<Task>,
    /// What came before that.
    pub before: Option<Box<Self>>,
}

impl Earlier {
    /// A task by id.
    pub fn task(&self, id: &str) -> Option<&Task> {
        find(&self.tasks, id)
    }
}

impl PlanVersion {
    /// What came before: the version it amends or the plan it succeeds.
    pub fn before(&self) -> Option<&Before> {
        self.amends.as_ref().or(self.succeeds.as_ref())
    }
}

/// What became of the tasks of a plan in the one that comes after.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Succession {
    /// Tasks carried on, in the order of the new plan.
    pub carried: Vec<Carried>,
    /// Tasks closed by a document.
    pub closed: Vec<String>,
    /// Tasks that were finished and end with the old plan.
    pub finished: Vec<String>,
    /// Unfinished tasks that are neither carried on nor closed.
    pub undecided: Vec<String>,
    /// Tasks that are new.
    pub new: Vec<String>,
    /// New tasks under the number of an old one that they do not carry on: its reports would count for them.
    pub taken: Vec<String>,
}

/// A task that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// Its number before.
    pub old: String,
    /// Its number now.
    pub new: String,
    /// What changed of it; nothing where it goes on as it was.
    pub changes: Vec<Change>,
}

/// What changed of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The key in its file.
    pub field: &'static str,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

impl Succession {
    /// Whether the new plan can take the place of the old one.
    pub fn holds(&self) -> bool {
        self.undecided.is_empty() && self.taken.is_empty()
    }
}

/// Why two packs are not one after the other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the new pack comes after {found} (expected [plan] amends or succeeds to name `{plan}` version `{version}`)")]
pub struct NotAfter {
    /// What it says it comes after.
    pub found: String,
    /// Id of the old plan.
    pub plan: String,
    /// Its version.
    pub version: String,
}

/// Compares a plan with the one that comes after it. `finished` are tasks of the old plan that are done.
pub fn compare(old: &Plan, new: &Plan, finished: &BTreeSet<String>) -> Result<Succession, NotAfter> {
    let version = &old.head.plan.version;
    let before = new.head.plan.before();
    if before.is_none_or(|before| *before.plan.get_ref() != old.head.id || before.version != *version) {
        let found = before.map_or_else(|| "nothing".to_owned(), |own| format!("`{}` version `{}`", own.plan.get_ref(), own.version));
        return Err(NotAfter { found, plan: old.head.id.clone(), version: version.clone() });
    }
    let mut done = Succession::default();
    let mut kept: BTreeSet<&str> = BTreeSet::new();
    for task in &new.tasks {
        let id = task.id.get_ref();
        let carried = carried(&new.head, &new.tasks, task, &old.tasks);
        let Some(was) = carried else {
            match find(&old.tasks, id) {
                Some(_) => done.taken.push(id.clone()),
                None => done.new.push(id.clone()),
            }
            continue;
        };
        kept.insert(was.id.get_ref());
        // Another task of the old plan had this number: what was reported on it would count here.
        if was.id.get_ref() != id && find(&old.tasks, id).is_some() {
            done.taken.push(id.clone());
        }
        done.carried.push(Carried { old: was.id.get_ref().clone(), new: id.clone(), changes: changes(was, task) });
    }
    for task in old.tasks.iter().filter(|task| !kept.contains(task.id.get_ref().as_str())) {
        let id = task.id.get_ref();
        let closed = new.head.plan.closed.iter().any(|closed| closed.task.get_ref() == id);
        let list = match (closed, finished.contains(id)) {
            (true, _) => &mut done.closed,
            (false, true) => &mut done.finished,
            (false, false) => &mut done.undecided,
        };
        list.push(id.clone());
    }
    Ok(done)
}

/// Tasks all of whose dates are met: `met` are ids of dates. A task without a date of its own is never finished by that.
pub fn finished(plan: &Plan, met: &BTreeSet<String>) -> BTreeSet<String> {
    let is_met = |task: &&Task| {
        let mut own = task.deadline.iter().enumerate().filter(|(_, deadline)| deadline.modality != Modality::Context).peekable();
        own.peek().is_some() && own.all(|(place, _)| met.contains(&format!("{}-{}", task.id.get_ref(), place + 1)))
    };
    plan.tasks.iter().filter(is_met).map(|task| task.id.get_ref().clone()).collect()
}

/// What a task was in a plan before.
#[derive(Debug)]
pub struct Past<'a> {
    /// How the plan before ended.
    pub until: &'a Before,
    /// Whether it was a version of the same plan.
    pub amended: bool,
    /// Head of the plan before, where the pack keeps it.
    pub head: Option<&'a PlanFile>,
    /// The task's number there.
    pub id: &'a str,
    /// The task there, where the pack keeps it.
    pub task: Option<&'a Task>,
    /// What changed of it afterwards.
    pub changes: Vec<Change>,
}

/// What a task was before, newest first; empty where it is new or the pack tells of nothing before.
pub fn history<'a>(plan: &'a Plan, task: &'a Task) -> Vec<Past<'a>> {
    let mut past = Vec::new();
    let (mut head, mut tasks, mut task, mut earlier) = (&plan.head, &plan.tasks, task, plan.earlier.as_ref());
    while let Some(until) = head.plan.before() {
        let amended = head.plan.amends.is_some();
        let Some(kept) = earlier else {
            // Without the plan before, only what the task itself says is known.
            let named = task.carries.as_ref().map(|name| name.get_ref().as_str());
            past.extend(named.map(|id| Past { until, amended, head: None, id, task: None, changes: Vec::new() }));
            break;
        };
        let Some(was) = carried(head, tasks, task, &kept.tasks) else { break };
        past.push(Past { until, amended, head: Some(&kept.head), id: was.id.get_ref(), task: Some(was), changes: changes(was, task) });
        (head, tasks, task, earlier) = (&kept.head, &kept.tasks, was, kept.before.as_deref());
    }
    past
}

fn find<'a>(tasks: &'a [Task], id: &str) -> Option<&'a Task> {
    tasks.iter().find(|task| task.id.get_ref() == id)
}

/// The task of the plan before that a task carries on: the one it names or, in an amended plan, that of its number, unless
/// another task names that one or it was closed.
fn carried<'a>(head: &PlanFile, tasks: &[Task], task: &Task, before: &'a [Task]) -> Option<&'a Task> {
    if let Some(name) = &task.carries {
        return find(before, name.get_ref());
    }
    let id = task.id.get_ref();
    let is = |name: &Name| name.get_ref() == id;
    let free = !tasks.iter().any(|other| other.carries.as_ref().is_some_and(is)) && !head.plan.closed.iter().any(|own| is(&own.task));
    if head.plan.amends.is_some() && free { find(before, id) } else { None }
}

/// What changed of a task, in the order of its file.
fn changes(before: &Task, after: &Task) -> Vec<Change> {
    let names = |list: &[Name]| list.iter().map(|name| name.get_ref().as_str()).collect::<Vec<_>>().join(", ");
    let words = |task: &Task| -> Vec<(&'static str, String)> {
        vec![
            ("title", task.title.zh.clone()),
            ("text", task.text.clone()),
            ("lead", names(&task.lead)),
            ("participants", names(&task.participants)),
            ("assist", names(&task.assist)),
            ("responsible", names(&task.responsible)),
            ("responsible_departments", names(&task.responsible_departments)),
            ("deadline", task.deadline.iter().map(date).collect::<Vec<_>>().join("; ")),
            ("target", task.target.iter().map(target).collect::<Vec<_>>().join("; ")),
        ]
    };
    let pairs = words(before).into_iter().zip(words(after));
    let differ = pairs.filter(|((_, before), (_, after))| before != after);
    differ.map(|((field, before), (_, after))| Change { field, before, after }).collect()
}

fn date(deadline: &Deadline) -> String {
    let units = deadline.units.iter().map(|name| format!(" {}", name.get_ref())).collect::<String>();
    let modality = format!("{:?}", deadline.modality).to_lowercase();
    format!("{} {} ({modality}){units}", deadline.date.0, deadline.what.zh)
}

fn target(target: &TaskTarget) -> String {
    let name = target.indicator.as_ref().map(|name| name.get_ref().as_str()).or(target.name.as_deref()).unwrap_or_default();
    let year = target.year.map(|year| format!(" {year}")).unwrap_or_default();
    let unit = target.unit.as_deref().unwrap_or_default();
    let op = format!("{:?}", target.op).to_lowercase();
    format!("{name}{year} {op} {}{unit}", target.value)
}
