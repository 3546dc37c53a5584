//! How good a draft is: compared with the pack that people made of the same plan.
//!
//! Everything is counted: what the pack has, how much of it the draft has right, how much the draft says for certain, and
//! how much of that is wrong.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::model::{Draft, DraftDeadline, DraftTarget, DraftTask, DraftUnit, Named};
use super::pieces::is_han;
use crate::build::Plan;
use crate::schema::{Deadline, Op, TaskEntry, TaskTarget, Unit};

/// Two tasks are the same from this share of common pairs of characters on, taken half from the title and half from the
/// text. Different tasks of one plan share less than a third.
const SAME_TASK: f64 = 0.6;

/// Two dates are of the same thing from this share on.
const SAME_DATE: f64 = 0.4;

/// Two duties are the same from this share on; packs put them shortly.
const SAME_DUTY: f64 = 0.3;

/// What is counted of one kind of thing.
#[derive(Debug, Clone, Default)]
pub struct Score {
    /// How many the pack has.
    pub expected: usize,
    /// How many of these the draft has right.
    pub right: usize,
    /// How many the draft has.
    pub drafted: usize,
    /// How many of these it says for certain.
    pub sure: usize,
    /// What the pack has and the draft does not.
    pub missed: Vec<String>,
    /// What the draft has and the pack does not, in doubt.
    pub wrong: Vec<String>,
    /// What the draft says for certain and the pack does not have.
    pub sure_but_wrong: Vec<String>,
}

impl Score {
    /// Whether at least this many of a hundred are right.
    pub fn reaches(&self, percent: usize) -> bool {
        self.expected * percent <= self.right * 100
    }

    fn expect(&mut self, right: bool, name: impl FnOnce() -> String) {
        self.expected += 1;
        if right {
            self.right += 1;
        } else {
            self.missed.push(name());
        }
    }

    fn drafted(&mut self, right: bool, sure: bool, name: impl FnOnce() -> String) {
        self.drafted += 1;
        self.sure += usize::from(sure);
        match (right, sure) {
            (true, _) => {}
            (false, true) => self.sure_but_wrong.push(name()),
            (false, false) => self.wrong.push(name()),
        }
    }
}

/// A draft against a pack.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// Tasks, told by title and text.
    pub tasks: Score,
    /// Numbers of the tasks found.
    pub numbers: Score,
    /// Titles of the tasks found.
    pub titles: Score,
    /// Departments that lead.
    pub leads: Score,
    /// Departments that take part, assist or are responsible beside.
    pub participants: Score,
    /// Dates with their force.
    pub deadlines: Score,
    /// Numbers, without those in words only.
    pub targets: Score,
    /// Duties, told by period and words.
    pub duties: Score,
    /// Consequences, told by the act.
    pub consequences: Score,
}

impl Comparison {
    /// Every kind with its name.
    pub fn scores(&self) -> [(&'static str, &Score); 9] {
        [
            ("tasks", &self.tasks),
            ("numbers", &self.numbers),
            ("titles", &self.titles),
            ("leads", &self.leads),
            ("participants", &self.participants),
            ("deadlines", &self.deadlines),
            ("targets", &self.targets),
            ("duties", &self.duties),
            ("consequences", &self.consequences),
        ]
    }
}

/// Compares a draft with the pack of the same plan.
pub fn compare(draft: &Draft, plan: &Plan) -> Comparison {
    let mut scores = Comparison::default();
    let units = same_units(draft, plan);
    let drafted: Vec<(&DraftTask, Pairs, Pairs)> = draft.tasks().map(|task| (task, pairs(&task.title.value), pairs(&task.text))).collect();
    let mut used = BTreeSet::new();
    for task in &plan.tasks {
        let (title, text) = (pairs(&task.title.zh), pairs(&task.text));
        let likeness = |(_, own_title, own_text): &(&DraftTask, Pairs, Pairs)| (common(&title, own_title) + common(&text, own_text)) / 2.0;
        let free = drafted.iter().enumerate().filter(|(n, _)| !used.contains(n)).map(|(n, own)| (n, likeness(own)));
        let best = free.filter(|(_, share)| SAME_TASK <= *share).max_by(|a, b| a.1.total_cmp(&b.1));
        let found = best.map(|(n, _)| {
            used.insert(n);
            drafted[n].0
        });
        let id = task.id.get_ref();
        scores.tasks.expect(found.is_some(), || format!("{id} {}", task.title.zh));
        one_task(&mut scores, plan, task, found, &units);
    }
    for (n, (task, ..)) in drafted.iter().enumerate() {
        scores.tasks.drafted(used.contains(&n), task.ground.sure(), || format!("{} {}", task.id, task.title.value));
    }
    scores
}

fn one_task(scores: &mut Comparison, plan: &Plan, task: &TaskEntry, found: Option<&DraftTask>, units: &BTreeMap<&str, &str>) {
    let id = task.id.get_ref();
    if let Some(own) = found {
        let right = own.id == *id;
        scores.numbers.expect(right, || format!("{id} is {}", own.id));
        scores.numbers.drafted(right, own.ground.sure(), || format!("{id} is {}", own.id));
        let right = plain(&own.title.value) == plain(&task.title.zh);
        scores.titles.expect(right, || format!("{id} {} is {}", task.title.zh, own.title.value));
        scores.titles.drafted(right, own.title.ground.sure(), || format!("{id} {} is {}", task.title.zh, own.title.value));
    }
    let leads: Vec<&Named> = found.map_or_else(Vec::new, |own| own.lead.iter().collect());
    let others: Vec<&Named> =
        found.map_or_else(Vec::new, |own| [&own.participants, &own.assist, &own.responsible_departments].into_iter().flatten().collect());
    let expected_leads: Vec<&str> = task.lead.iter().map(|own| own.get_ref().as_str()).collect();
    let expected_others = [&task.participants, &task.assist, &task.responsible_departments].into_iter().flatten();
    let expected_others: Vec<&str> = expected_others.map(|own| own.get_ref().as_str()).collect();
    people(&mut scores.leads, id, &expected_leads, &leads, units);
    people(&mut scores.participants, id, &expected_others, &others, units);
    dates(&mut scores.deadlines, id, &task.deadline, found.map_or(&[][..], |own| own.deadlines.as_slice()));
    numbers(&mut scores.targets, id, &task.target, found.map_or(&[][..], |own| own.targets.as_slice()));
    duties(&mut scores.duties, plan, id, found);
    consequences(&mut scores.consequences, task, found);
}

fn people(score: &mut Score, id: &str, expected: &[&str], found: &[&Named], units: &BTreeMap<&str, &str>) {
    let unit = |own: &Named| units.get(own.unit.as_str()).copied();
    for own in expected {
        score.expect(found.iter().any(|named| unit(named) == Some(*own)), || format!("{id} {own}"));
    }
    for named in found {
        let right = unit(named).is_some_and(|unit| expected.contains(&unit));
        score.drafted(right, named.ground.sure(), || format!("{id} {}", named.name));
    }
}

fn dates(score: &mut Score, id: &str, expected: &[Deadline], found: &[DraftDeadline]) {
    let same = |own: &Deadline, drafted: &DraftDeadline| {
        let alone = expected.iter().filter(|other| other.date == own.date).count() == 1;
        let words = || SAME_DATE <= common(&pairs(&own.what.zh), &pairs(&drafted.what));
        own.date.0 == drafted.date && own.modality == drafted.modality && (alone || words())
    };
    for own in expected {
        let right = found.iter().any(|drafted| same(own, drafted));
        score.expect(right, || format!("{id} {} {}", own.date.0, own.what.zh));
    }
    for drafted in found {
        let right = expected.iter().any(|own| same(own, drafted));
        score.drafted(right, drafted.ground.sure(), || format!("{id} {} {}", drafted.date, drafted.what));
    }
}

fn numbers(score: &mut Score, id: &str, expected: &[TaskTarget], found: &[DraftTarget]) {
    let value = |text: &str| text.parse::<Decimal>().map_or_else(|_| text.to_owned(), |number| number.normalize().to_string());
    let same = |own: &TaskTarget, drafted: &DraftTarget| {
        let wanted = value(&own.value);
        // A value that the source lost is right if the readings proposed have it.
        let proposed = drafted.candidates.iter().flat_map(|reading| reading.split('、')).any(|reading| value(reading) == wanted);
        let equal = value(&drafted.value) == wanted || (drafted.value.is_empty() && proposed);
        equal && own.op == drafted.op && own.year == drafted.year && own.unit.as_deref().unwrap_or_default() == drafted.unit
    };
    let counted: Vec<&TaskTarget> = expected.iter().filter(|own| own.op != Op::Qualitative).collect();
    for own in &counted {
        score.expect(found.iter().any(|drafted| same(own, drafted)), || format!("{id} {:?} {}", own.op, own.value));
    }
    for drafted in found {
        let right = counted.iter().any(|own| same(own, drafted));
        score.drafted(right, drafted.ground.sure(), || format!("{id} {} {}", drafted.name, drafted.value));
    }
}

fn duties(score: &mut Score, plan: &Plan, id: &str, found: Option<&DraftTask>) {
    let expected: Vec<_> = plan.duties.iter().filter(|own| own.task.get_ref() == id).collect();
    let found = found.map_or(&[][..], |own| own.duties.as_slice());
    for own in &expected {
        let words = pairs(&own.what.zh);
        let right = found.iter().any(|drafted| drafted.period == own.period && SAME_DUTY <= common(&words, &pairs(&drafted.what)));
        score.expect(right, || format!("{id} {}", own.what.zh));
    }
    for drafted in found {
        let right = expected.iter().any(|own| own.period == drafted.period);
        score.drafted(right, drafted.ground.sure(), || format!("{id} {}", drafted.what));
    }
}

fn consequences(score: &mut Score, task: &TaskEntry, found: Option<&DraftTask>) {
    let id = task.id.get_ref();
    let found = found.map_or(&[][..], |own| own.consequences.as_slice());
    for own in &task.consequence {
        score.expect(found.iter().any(|drafted| drafted.action == own.action), || format!("{id} {} {}", own.action, own.text.zh));
    }
    for drafted in found {
        let right = task.consequence.iter().any(|own| own.action == drafted.action);
        score.drafted(right, drafted.ground.sure(), || format!("{id} {} {}", drafted.action, drafted.text));
    }
}

/// For each unit of the draft the unit of the pack with one of its names.
fn same_units<'a>(draft: &'a Draft, plan: &'a Plan) -> BTreeMap<&'a str, &'a str> {
    let named = |own: &DraftUnit, unit: &Unit| {
        let is = |name: &String| *name == own.name || own.aliases.contains(name);
        is(&unit.name.zh) || unit.aliases.iter().any(is)
    };
    let same = |own: &'a DraftUnit| {
        let unit = plan.head.unit.iter().find(|unit| named(own, unit))?;
        Some((own.id.as_str(), unit.id.get_ref().as_str()))
    };
    draft.units.iter().filter_map(same).collect()
}

/// Pairs of neighbouring characters.
type Pairs = BTreeSet<(char, char)>;

fn pairs(text: &str) -> Pairs {
    let plain: Vec<char> = text.chars().filter(|c| is_han(*c) || c.is_ascii_alphanumeric()).collect();
    plain.windows(2).map(|two| (two[0], two[1])).collect()
}

/// The share of the pairs of the shorter text that the other has too.
fn common(a: &Pairs, b: &Pairs) -> f64 {
    let shorter = a.len().min(b.len()).max(1);
    let both = a.intersection(b).count();
    f64::from(u32::try_from(both).unwrap_or(u32::MAX)) / f64::from(u32::try_from(shorter).unwrap_or(u32::MAX))
}

/// A title without its punctuation.
fn plain(text: &str) -> String {
    text.chars().filter(|c| is_han(*c)).collect()
}
