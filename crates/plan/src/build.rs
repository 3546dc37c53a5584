//! From what a pack says to what the engine uses: every name resolved, every file read or refused.

mod assessment;
mod numbers;
mod questions;
mod succession;
mod units;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::files::PackFiles;
use crate::lint;
use crate::problem::{Problem, Problems};
use crate::schema::{
    Assessment, Authority, DutiesFile, Duty, FieldType, IndicatorFile, Machine, Name, Op, PlanFile, Register, Role, RolesFile, RuleFile,
    Step, TaskEntry, TasksFile, Text, Unit, UnitKind, When,
};
use crate::succession::Earlier;

/// Version of the pack format that this crate reads.
const SCHEMA: i64 = 1;

/// Subjects a rule can speak of besides the entries of a register.
const BUILT_IN_SUBJECTS: [&str; 5] = ["task", "deadline", "duty", "basin", "unit"];

/// A plan whose every name stands for something.
#[derive(Debug)]
pub struct Plan {
    /// The head of the plan: title, units, documents, goals, chapters, marks.
    pub head: PlanFile,
    /// Tasks in the order of the plan.
    pub tasks: Vec<Task>,
    /// Duties in the order of the plan.
    pub duties: Vec<Duty>,
    /// Indicators by id.
    pub indicators: Vec<Indicator>,
    /// Rules by id.
    pub rules: Vec<Rule>,
    /// Register kinds by id.
    pub registers: Vec<Register>,
    /// Roles of people.
    pub roles: Vec<Role>,
    /// Measures by id.
    pub measures: Vec<Machine>,
    /// Yearly assessments by id.
    pub assessments: Vec<Assessment>,
    /// What came before it, where the pack keeps that.
    pub earlier: Option<Earlier>,
    /// The day it is looked at: units that ended by then are succeeded. Without one every unit is as written.
    pub day: Option<Date>,
    /// Digest of the pack.
    pub digest: String,
}

/// A task.
pub type Task = TaskEntry;
/// An indicator.
pub type Indicator = IndicatorFile;
/// A rule.
pub type Rule = RuleFile;

impl Plan {
    /// A unit by id.
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.head.unit.iter().find(|unit| unit.id.get_ref() == id)
    }

    /// The name of a unit in a language, or the id where it is none.
    pub fn unit_name<'a>(&'a self, id: &'a str, lang: &str) -> &'a str {
        self.unit(id).map_or(id, |unit| unit.name.get(lang))
    }

    /// The city.
    pub fn city(&self) -> &str {
        self.head.city.get_ref()
    }

    /// Counties and districts, in the order of the pack.
    pub fn counties(&self) -> impl Iterator<Item = &Unit> {
        self.head.unit.iter().filter(|unit| matches!(unit.kind, UnitKind::County | UnitKind::District))
    }

    /// A task by id.
    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id.get_ref() == id)
    }

    /// An indicator by id.
    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.id.get_ref() == id)
    }

    /// A rule by id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id.get_ref() == id)
    }

    /// Whether an id stands for something of the plan itself: a unit, a task, a deadline or a duty; `None` where the kind
    /// is none of those.
    pub fn has(&self, kind: &str, id: &str) -> Option<bool> {
        Some(match kind {
            "unit" => self.unit(id).is_some(),
            "task" => self.task(id).is_some(),
            "deadline" => self.deadline(id).is_some(),
            "duty" => self.duties.iter().any(|duty| duty.id.get_ref() == id),
            _ => return None,
        })
    }

    /// A date of a task by its id: the task's number and the place of the date in it, such as `1.1.2-1`.
    pub fn deadline(&self, id: &str) -> Option<&crate::schema::Deadline> {
        let (task, place) = id.rsplit_once('-')?;
        let place: usize = place.parse().ok()?;
        self.task(task)?.deadline.get(place.checked_sub(1)?)
    }

    /// A role by id.
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id.get_ref() == id)
    }

    /// A measure by id.
    pub fn measure(&self, id: &str) -> Option<&Machine> {
        self.measures.iter().find(|machine| machine.id.get_ref() == id)
    }

    /// An assessment by id.
    pub fn assessment(&self, id: &str) -> Option<&Assessment> {
        self.assessments.iter().find(|assessment| assessment.id.get_ref() == id)
    }

    /// Whether a unit is another one, or lies below it.
    pub fn is_within(&self, unit: &str, other: &str) -> bool {
        let other = self.unit_now(other);
        let mut here = Some(unit);
        // A circle of parents ends after as many steps as there are units.
        for _ in 0..=self.head.unit.len() {
            match here.map(|id| self.unit_now(id)) {
                Some(id) if id == other => return true,
                Some(id) => here = self.unit(id).and_then(|unit| unit.parent.as_ref()).map(|parent| parent.get_ref().as_str()),
                None => return false,
            }
        }
        false
    }

    /// A register kind by id.
    pub fn register(&self, kind: &str) -> Option<&Register> {
        self.registers.iter().find(|register| register.kind.get_ref() == kind)
    }
}

/// Reads a pack, or says everything that is wrong with it.
pub fn load(files: &PackFiles) -> Result<Plan, Problems> {
    let mut reader = Reader { problems: Vec::new() };
    for (file, found) in files.unreadable() {
        let message = format!("the text is {found} (expected UTF-8; save the file again in that encoding)");
        reader.problems.push(Problem { file: file.to_owned(), line: 0, key: String::new(), message });
    }
    let head = match files.get("plan.toml") {
        Some(text) => reader.read::<PlanFile>("plan.toml", text),
        None if files.unreadable().any(|(file, _)| file == "plan.toml") => None,
        None => {
            reader.problems.push(Problem {
                file: "plan.toml".to_owned(),
                line: 0,
                key: String::new(),
                message: "there is no such file (expected it at the top of the pack)".to_owned(),
            });
            None
        }
    };
    let tasks: Vec<(&str, TasksFile)> = reader.read_all(files, "tasks");
    let indicators: Vec<(&str, IndicatorFile)> = reader.read_all(files, "indicators");
    let rules: Vec<(&str, RuleFile)> = reader.read_all(files, "rules");
    let registers: Vec<(&str, Register)> = reader.read_all(files, "registers");
    let duties = files.get("duties.toml").and_then(|text| reader.read::<DutiesFile>("duties.toml", text));
    let measures: Vec<(&str, Machine)> = reader.read_all(files, "measures");
    let assessments: Vec<(&str, Assessment)> = reader.read_all(files, "assessments");
    let roles = files.get("roles.toml").and_then(|text| reader.read::<RolesFile>("roles.toml", text));
    let earlier = reader.earlier(files, "earlier");
    let Some(head) = head.filter(|_| reader.problems.is_empty()) else {
        return Err(reader.finish());
    };
    let duties = duties.map_or_else(Vec::new, |file| file.duty);
    let roles = roles.map_or_else(Vec::new, |file| file.role);

    let mut check = Check { files, problems: Vec::new() };
    check.head(&head);
    let units: BTreeSet<&str> = head.unit.iter().map(|unit| unit.id.get_ref().as_str()).collect();
    let objects: BTreeSet<&str> = head.object.iter().map(|object| object.id.get_ref().as_str()).collect();
    let task_ids = check.unique("task", tasks.iter().flat_map(|(file, list)| list.task.iter().map(move |task| (*file, &task.id))));
    let indicator_ids = check.unique("indicator", indicators.iter().map(|(file, indicator)| (*file, &indicator.id)));
    let kinds = check.unique("register", registers.iter().map(|(file, register)| (*file, &register.kind)));
    let rule_ids = check.unique("rule", rules.iter().map(|(file, rule)| (*file, &rule.id)));
    check.unique("role", roles.iter().map(|role| ("roles.toml", &role.id)));
    check.unique("measure", measures.iter().map(|(file, machine)| (*file, &machine.id)));
    check.unique("assessment", assessments.iter().map(|(file, assessment)| (*file, &assessment.id)));
    check.unique("duty", duties.iter().map(|duty| ("duties.toml", &duty.id)));
    let names = Names { units, objects, tasks: task_ids, indicators: indicator_ids, kinds, rules: rule_ids };
    check.head_names(&head, &names);
    check.units(&head);
    check.succession(&head, &tasks, earlier.as_ref());
    for (file, list) in &tasks {
        for task in &list.task {
            check.task(file, task, &names);
            let chapter = task.id.get_ref().split('.').next().unwrap_or_default();
            if !head.chapter.iter().any(|own| own.number.to_string() == chapter) {
                check.problem(
                    file,
                    &task.id,
                    "id",
                    format!("task `{}` is of chapter {chapter}, which plan.toml does not have", task.id.get_ref()),
                );
            }
        }
    }
    duties.iter().for_each(|duty| check.duty(duty, &names));
    indicators.iter().for_each(|(file, indicator)| check.indicator(file, indicator, &names));
    registers.iter().for_each(|(file, register)| check.register(file, register, &names));
    rules.iter().for_each(|(file, rule)| check.rule(file, rule, &names));
    check.questions(&rules);
    measures.iter().for_each(|(file, machine)| check.machine(file, machine, &names));
    assessments.iter().for_each(|(file, assessment)| check.assessment(file, assessment, &head, &names));
    if !check.problems.is_empty() {
        check.problems.sort();
        return Err(Problems(check.problems));
    }
    Ok(Plan {
        head,
        tasks: tasks.into_iter().flat_map(|(_, file)| file.task).collect(),
        duties,
        indicators: indicators.into_iter().map(|(_, indicator)| indicator).collect(),
        rules: rules.into_iter().map(|(_, rule)| rule).collect(),
        registers: registers.into_iter().map(|(_, register)| register).collect(),
        roles,
        assessments: assessments.into_iter().map(|(_, assessment)| assessment).collect(),
        measures: measures.into_iter().map(|(_, machine)| machine).collect(),
        earlier,
        day: None,
        digest: files.digest(),
    })
}

struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn read<T: DeserializeOwned>(&mut self, file: &str, text: &str) -> Option<T> {
        match toml::from_str(text) {
            Ok(read) => Some(read),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let line = error.span().map_or(0, |span| line_of(text, span.start));
                self.problems.push(Problem {
                    file: file.to_owned(),
                    line,
                    key: key_at(text, at),
                    message: error.message().trim().replace('\n', "; "),
                });
                None
            }
        }
    }

    fn read_all<'a, T: DeserializeOwned>(&mut self, files: &'a PackFiles, folder: &'a str) -> Vec<(&'a str, T)> {
        files.below(folder, ".toml").filter_map(|(path, text)| Some((path, self.read(path, text)?))).collect()
    }

    fn finish(mut self) -> Problems {
        self.problems.sort();
        Problems(self.problems)
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

/// The key on the line of an error, so that the message can name it.
fn key_at(text: &str, at: usize) -> String {
    let line = text.lines().nth(line_of(text, at) - 1).unwrap_or_default();
    let key = line.split('=').next().unwrap_or_default().trim();
    key.chars().take(60).collect()
}

/// What names can stand for.
struct Names<'a> {
    units: BTreeSet<&'a str>,
    objects: BTreeSet<&'a str>,
    tasks: BTreeMap<&'a str, &'a str>,
    indicators: BTreeMap<&'a str, &'a str>,
    kinds: BTreeMap<&'a str, &'a str>,
    rules: BTreeMap<&'a str, &'a str>,
}

struct Check<'a> {
    files: &'a PackFiles,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn problem<T>(&mut self, file: &str, at: &Spanned<T>, key: &str, message: String) {
        let line = self.files.get(file).map_or(0, |text| line_of(text, at.span().start));
        self.problems.push(Problem { file: file.to_owned(), line, key: key.to_owned(), message });
    }

    /// Ids with the file they stand in; a second one is a problem.
    fn unique<'n>(&mut self, what: &str, names: impl Iterator<Item = (&'n str, &'n Name)>) -> BTreeMap<&'n str, &'n str> {
        let mut seen = BTreeMap::new();
        for (file, name) in names {
            if let Some(first) = seen.insert(name.get_ref().as_str(), file) {
                self.problem(file, name, "id", format!("the {what} `{}` is defined a second time (first in {first})", name.get_ref()));
            }
        }
        seen
    }

    fn known<'n>(&mut self, file: &str, key: &str, names: impl IntoIterator<Item = &'n Name>, what: &str, is: impl Fn(&str) -> bool) {
        for name in names {
            if !is(name.get_ref()) {
                self.problem(file, name, key, format!("`{}` is not defined (expected the id of {what})", name.get_ref()));
            }
        }
    }

    fn head(&mut self, head: &PlanFile) {
        let file = "plan.toml";
        if *head.schema.get_ref() != SCHEMA {
            self.problem(file, &head.schema, "schema", format!("found {} (expected {SCHEMA})", head.schema.get_ref()));
        }
        self.unique("unit", head.unit.iter().map(|unit| (file, &unit.id)));
        self.unique("object", head.object.iter().map(|object| (file, &object.id)));
    }

    fn head_names(&mut self, head: &PlanFile, names: &Names<'_>) {
        let file = "plan.toml";
        let unit = |id: &str| names.units.contains(id);
        let task = |id: &str| names.tasks.contains_key(id) || head.section.iter().any(|section| section.id == id);
        self.known(file, "city", [&head.city], "a unit", unit);
        self.known(file, "issuer", [&head.issuer], "a unit", unit);
        for entry in &head.unit {
            self.known(file, "parent", &entry.parent, "a unit", unit);
        }
        for document in &head.document {
            self.known(file, "clauses", &document.clauses, "a task", task);
        }
        for object in &head.object {
            self.known(file, "clauses", &object.clauses, "a task", task);
            self.known(file, "unit", &object.unit, "a unit", unit);
        }
    }

    fn task(&mut self, file: &str, task: &TaskEntry, names: &Names<'_>) {
        let unit = |id: &str| names.units.contains(id);
        for (key, list) in [
            ("lead", &task.lead),
            ("participants", &task.participants),
            ("assist", &task.assist),
            ("responsible_departments", &task.responsible_departments),
        ] {
            self.known(file, key, list, "a unit", unit);
        }
        self.known(file, "responsible", &task.responsible, "a unit, or `all`", |id| id == "all" || unit(id));
        self.known(file, "objects", &task.objects, "an object of plan.toml", |id| names.objects.contains(id));
        for deadline in &task.deadline {
            self.known(file, "units", &deadline.units, "a unit", unit);
        }
        for target in &task.target {
            self.known(file, "indicator", &target.indicator, "an indicator", |id| names.indicators.contains_key(id));
        }
    }

    fn duty(&mut self, duty: &Duty, names: &Names<'_>) {
        let file = "duties.toml";
        self.known(file, "task", [&duty.task], "a task", |id| names.tasks.contains_key(id));
        self.known(file, "who", &duty.who, "a unit", |id| names.units.contains(id));
        self.known(file, "units", &duty.units, "a unit", |id| names.units.contains(id));
    }

    fn named_as_file(&mut self, file: &str, id: &Name) {
        let stem = file.rsplit('/').next().and_then(|name| name.strip_suffix(".toml")).unwrap_or(file);
        if stem != id.get_ref() {
            self.problem(file, id, "id", format!("`{}` is not the name of the file (expected `{stem}`)", id.get_ref()));
        }
    }

    fn indicator(&mut self, file: &str, indicator: &IndicatorFile, names: &Names<'_>) {
        self.named_as_file(file, &indicator.id);
        self.known(file, "owner", [&indicator.owner], "a unit", |id| names.units.contains(id));
        self.known(file, "tasks", &indicator.tasks, "a task", |id| names.tasks.contains_key(id));
        for target in &indicator.target {
            self.known(file, "units", &target.units, "a unit, or `all`", |id| id == "all" || names.units.contains(id));
            let numeric = matches!(target.op, Op::Ge | Op::Gt | Op::Le | Op::Eq | Op::Approx);
            if numeric && standards::decimal(&target.value).is_err() {
                self.problem(file, &indicator.id, "target.value", format!("`{}` is not a decimal number", target.value));
            }
            if target.op == Op::ClassAtLeast && !target.uncertain && target.value.parse::<standards::Class>().is_err() {
                let message = format!("`{}` is not a water-quality class (expected Ⅰ … Ⅴ, or uncertain = true)", target.value);
                self.problem(file, &indicator.id, "target.value", message);
            }
        }
        match (&indicator.sql, &indicator.missing_fact) {
            (Some(sql), _) => self.sql(file, "sql", sql),
            (None, None) => {
                self.problem(file, &indicator.id, "sql", "missing (expected a query, or missing_fact to say what it lacks)".to_owned());
            }
            (None, Some(_)) => {}
        }
    }

    fn register(&mut self, file: &str, register: &Register, names: &Names<'_>) {
        self.named_as_file(file, &register.kind);
        self.known(file, "owner", [&register.owner], "a unit", |id| names.units.contains(id));
        self.known(file, "editors", &register.editors, "a unit, or `county`", |id| id == "county" || names.units.contains(id));
        self.unique("field", register.field.iter().map(|field| (file, &field.id)));
        self.known(file, "duplicate", &register.duplicate, "a field of this register", |id| {
            register.field.iter().any(|field| field.id.get_ref() == id)
        });
        for field in &register.field {
            self.known(file, "seen_by", &field.seen_by, "a unit", |id| names.units.contains(id));
            self.known(file, "ref", &field.reference, "a register kind, or one of unit, task, deadline, duty", |id| {
                ["unit", "task", "deadline", "duty"].contains(&id) || names.kinds.contains_key(id)
            });
            let id = field.id.get_ref();
            let taken = ["id", "source", "made_up", "known_at", "crs", "entry_source"].contains(&id.as_str());
            if !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') || taken {
                self.problem(
                    file,
                    &field.id,
                    "id",
                    format!("`{id}` cannot name a column (expected small letters, digits and _; not id, source, made_up, known_at or crs)"),
                );
            }
            if (field.kind == FieldType::Choice) == field.choices.is_empty() {
                self.problem(file, &field.id, "choices", format!("field `{id}`: choices belong to a field of type choice, and only there"));
            }
            if (field.kind == FieldType::Reference) != field.reference.is_some() {
                self.problem(file, &field.id, "ref", format!("field `{id}`: ref belongs to a field of type reference, and only there"));
            }
        }
    }

    /// A machine must be one that can be walked: every state reached, and from every state a way to an end. What is the
    /// province's power can only be proposed, and nothing but a finding that passes leads to an end.
    fn machine(&mut self, file: &str, machine: &Machine, names: &Names<'_>) {
        self.named_as_file(file, &machine.id);
        self.unique("state", machine.state.iter().map(|state| (file, &state.id)));
        self.unique("step", machine.step.iter().map(|step| (file, &step.id)));
        let is_state = |id: &str| machine.state.iter().any(|state| state.id.get_ref() == id);
        let is_final = |id: &str| machine.state.iter().any(|state| state.r#final && state.id.get_ref() == id);
        self.known(file, "rules", &machine.rules, "a rule", |id| names.rules.contains_key(id));
        self.known(file, "start", [&machine.start], "a state of this measure", is_state);
        for step in &machine.step {
            let id = step.id.get_ref();
            self.known(file, "from", &step.from, "a state of this measure", is_state);
            self.known(file, "to", [&step.to], "a state of this measure", is_state);
            self.known(file, "by", &step.by, "a unit, or `county`", |id| id == "county" || names.units.contains(id));
            if step.authority == Authority::Province && !step.proposal {
                self.problem(file, &step.id, "proposal", format!("step `{id}` is the province's power (expected proposal = true)"));
            }
            if is_final(step.to.get_ref()) && step.when != When::Passing {
                self.problem(file, &step.id, "when", format!("step `{id}` ends the measure (expected when = \"passing\")"));
            }
            if let Some(from) = step.from.iter().find(|from| is_final(from.get_ref())) {
                self.problem(file, from, "from", format!("step `{id}` leaves the final state `{}`", from.get_ref()));
            }
        }
        let walk = |start: Vec<&str>, next: &dyn Fn(&Step, &str) -> Vec<String>| {
            let mut seen: BTreeSet<String> = start.iter().map(|id| (*id).to_owned()).collect();
            let mut open: Vec<String> = seen.iter().cloned().collect();
            while let Some(here) = open.pop() {
                for there in machine.step.iter().flat_map(|step| next(step, &here)) {
                    if seen.insert(there.clone()) {
                        open.push(there);
                    }
                }
            }
            seen
        };
        let leads = |step: &Step, from: &str| step.from.iter().any(|own| own.get_ref() == from);
        let reached = walk(vec![machine.start.get_ref()], &|step, here| {
            if leads(step, here) { vec![step.to.get_ref().clone()] } else { Vec::new() }
        });
        let ends = machine.state.iter().filter(|state| state.r#final).map(|state| state.id.get_ref().as_str()).collect();
        let ending = walk(ends, &|step, here| {
            if step.to.get_ref() == here { step.from.iter().map(|from| from.get_ref().clone()).collect() } else { Vec::new() }
        });
        for state in &machine.state {
            let id = state.id.get_ref();
            if !reached.contains(id) {
                self.problem(
                    file,
                    &state.id,
                    "state",
                    format!("no step leads to `{id}` (expected a way there from `{}`)", machine.start.get_ref()),
                );
            }
            if !ending.contains(id) {
                self.problem(
                    file,
                    &state.id,
                    "state",
                    format!("from `{id}` no step leads to an end (expected a way to a state with final = true)"),
                );
            }
        }
    }

    fn rule(&mut self, file: &str, rule: &RuleFile, names: &Names<'_>) {
        self.named_as_file(file, &rule.id);
        self.known(file, "tasks", &rule.tasks, "a task", |id| names.tasks.contains_key(id));
        self.known(file, "subject", [&rule.subject], "a register kind, or one of task, deadline, duty, basin, unit", |id| {
            names.kinds.contains_key(id) || BUILT_IN_SUBJECTS.contains(&id)
        });
        if rule.tasks.is_empty() && rule.clause.is_none() {
            self.problem(file, &rule.id, "tasks", "missing (expected the tasks whose words the rule applies, or a clause)".to_owned());
        }
        self.sure(file, &rule.id, "card.sure", &rule.card.sure);
        self.numbers(file, &rule.id, &rule.parameter);
        if !["info", "warning", "failure"].contains(&rule.severity.as_str()) {
            self.problem(file, &rule.id, "severity", format!("`{}` (expected info, warning or failure)", rule.severity));
        }
        self.sql(file, "sql", &rule.sql);
        if let Some(sql) = &rule.inputs_sql {
            self.sql(file, "inputs_sql", sql);
        }
        for (key, sql) in [("sql", Some(&rule.sql)), ("inputs_sql", rule.inputs_sql.as_ref())] {
            let Some(sql) = sql else { continue };
            for name in lint::parameters(sql.get_ref()).into_iter().filter(|name| !rule.parameter.iter().any(|own| own.name == *name)) {
                self.problem(file, sql, key, format!("uses `${name}`, which is no [[parameter]] of the rule"));
            }
        }
    }

    fn sql(&mut self, file: &str, key: &str, sql: &Spanned<String>) {
        if let Some(message) = lint::forbidden(sql.get_ref()) {
            self.problem(file, sql, key, message);
        }
    }
}

/// Text for the places that have none.
impl From<&str> for Text {
    fn from(zh: &str) -> Self {
        Self { zh: zh.to_owned(), en: String::new() }
    }
}
