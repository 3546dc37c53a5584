//! The files of a draft: a pack as the rest of this crate reads it, the places of everything in it, and a page to review it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;

use super::items::Item;
use super::model::{Draft, DraftChapter, DraftTask, Named};
use super::review;
use super::units::{CITY, GOVERNMENT};

/// Said at the top of every file.
const TOP: &str = "# 草稿:由方案文档自动生成,须逐条核对 review.html 后使用。\n# A draft, made from a document: to be checked against review.html before use.\n\n";

impl Draft {
    /// Every file of the draft: its place in the folder and its text.
    pub fn files(&self) -> Vec<(String, String)> {
        let mut files = vec![("plan.toml".to_owned(), plan_file(self)), ("duties.toml".to_owned(), duties_file(self))];
        files.extend(self.chapters.iter().map(|chapter| (format!("tasks/{:02}.toml", chapter.number), tasks_file(self, chapter))));
        files.push(("draft/places.toml".to_owned(), items_file("place", &self.items())));
        files.push(("draft/unsure.toml".to_owned(), items_file("unsure", &self.unsure())));
        files.push(("review.html".to_owned(), review::page(self)));
        files
    }
}

/// Lines of TOML.
struct Lines(String);

impl Lines {
    fn new() -> Self {
        Self(TOP.to_owned())
    }

    fn table(&mut self, name: &str) {
        let _ = writeln!(self.0, "\n[[{name}]]");
    }

    fn raw(&mut self, key: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "{key} = {value}");
    }

    fn string(&mut self, key: &str, value: &str) {
        self.raw(key, quoted(value));
    }

    /// A string that is left out where it is empty.
    fn some(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.string(key, value);
        }
    }

    fn text(&mut self, key: &str, zh: &str, en: &str) {
        let en = if en.is_empty() { String::new() } else { format!(", en = {}", quoted(en)) };
        self.raw(key, format!("{{ zh = {}{en} }}", quoted(zh)));
    }

    /// A list that is left out where it is empty.
    fn list<'a>(&mut self, key: &str, values: impl IntoIterator<Item = &'a str>) {
        let values: Vec<String> = values.into_iter().map(quoted).collect();
        if !values.is_empty() {
            self.raw(key, format!("[{}]", values.join(", ")));
        }
    }

    /// A mark that is left out where it does not hold.
    fn mark(&mut self, key: &str, holds: bool) {
        if holds {
            self.raw(key, true);
        }
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The word of the pack's format for one of several.
fn word(value: impl Serialize) -> String {
    toml::Value::try_from(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn plan_file(draft: &Draft) -> String {
    let head = &draft.head;
    let mut lines = Lines::new();
    lines.raw("schema", 1);
    lines.string("id", "draft");
    lines.text("title", &head.title.value, "");
    lines.string("city", CITY);
    lines.string("issuer", GOVERNMENT);
    lines.string("issuer_note", "推定,需核对");
    lines.raw("issue_year", head.issue_year.value);
    lines.string("issue_year_note", "由标题、文号或首个期限推定,需核对");
    let years: BTreeSet<i16> = draft.tasks().flat_map(|task| &task.deadlines).map(|own| own.date.year()).collect();
    lines.raw("horizon", format!("[{}]", years.iter().map(i16::to_string).collect::<Vec<_>>().join(", ")));
    lines.text("preamble", &head.preamble, "");
    lines.some("guiding_text", &head.guiding);
    lines.text("goals_text", &head.goals_text, "");
    lines.text("indicators_text", &head.indicators_text, "");
    lines.some("default_responsible_text", &head.default_responsible);
    for unit in &draft.units {
        lines.table("unit");
        lines.string("id", &unit.id);
        lines.string("kind", &word(unit.kind));
        lines.text("name", &unit.name, &unit.en);
        if unit.id != CITY && unit.id != GOVERNMENT {
            lines.string("parent", CITY);
        }
        lines.list("aliases", unit.aliases.iter().map(String::as_str));
    }
    for (year, text) in &head.goals {
        lines.table("goal");
        lines.raw("year", year);
        lines.text("text", text, "");
    }
    for chapter in &draft.chapters {
        lines.table("chapter");
        lines.raw("number", chapter.number);
        lines.text("title", &chapter.title.value, "");
        if chapter.safeguard {
            lines.string("kind", "safeguard");
        }
    }
    for section in draft.chapters.iter().flat_map(|chapter| &chapter.sections) {
        lines.table("section");
        lines.string("id", &section.id);
        lines.text("title", &section.title, "");
    }
    lines.0
}

fn tasks_file(draft: &Draft, chapter: &DraftChapter) -> String {
    let mut lines = Lines::new();
    for task in &chapter.tasks {
        task_table(&mut lines, draft, task);
    }
    lines.0
}

fn task_table(lines: &mut Lines, draft: &Draft, task: &DraftTask) {
    let units = |named: &[Named]| named.iter().map(|own| own.unit.clone()).collect::<BTreeSet<_>>();
    let people = [
        ("lead", &task.lead),
        ("participants", &task.participants),
        ("assist", &task.assist),
        ("responsible_departments", &task.responsible_departments),
    ];
    lines.table("task");
    lines.string("id", &task.id);
    lines.text("title", &task.title.value, "");
    lines.string("text", &task.text);
    for (key, named) in people {
        // In the order of the text, each once.
        let mut left = units(named);
        lines.list(key, named.iter().map(|own| own.unit.as_str()).filter(|unit| left.remove(*unit)));
    }
    let responsible: Vec<String> = task.responsible.iter().map(|unit| quoted(unit)).collect();
    lines.raw("responsible", format!("[{}]", responsible.join(", ")));
    lines.some("lead_phrase", &task.lead_phrase);
    lines.some("responsibility_text", &task.responsibility_text);
    let doubtful = people.iter().flat_map(|(_, named)| named.iter()).any(|own| !own.ground.sure());
    lines.mark("uncertain", doubtful || !task.ground.sure() || !task.title.ground.sure());
    for own in &task.deadlines {
        lines.table("task.deadline");
        lines.raw("date", own.date);
        lines.text("what", &own.what, "");
        lines.string("modality", &word(own.modality));
        lines.list("units", own.units.iter().map(String::as_str));
        lines.mark("past_at_issue", own.date.year() < draft.head.issue_year.value);
        lines.mark("uncertain", !own.ground.sure());
    }
    for own in &task.targets {
        lines.table("task.target");
        lines.string("name", &own.name);
        if let Some(year) = own.year {
            lines.raw("year", year);
        }
        lines.string("op", &word(own.op));
        lines.string("value", &own.value);
        lines.some("unit", &own.unit);
        lines.mark("uncertain", !own.ground.sure());
        lines.list("candidates", own.candidates.iter().map(String::as_str));
    }
    // The format has no mark of doubt for consequences: doubtful ones stay in draft/unsure.toml until someone takes them over.
    for own in task.consequences.iter().filter(|own| own.ground.sure()) {
        lines.table("task.consequence");
        lines.text("trigger", &own.trigger, "");
        lines.string("action", &own.action);
        lines.text("text", &own.text, "");
    }
}

fn duties_file(draft: &Draft) -> String {
    let mut lines = Lines::new();
    for task in draft.tasks() {
        for (own, n) in task.duties.iter().zip(1..) {
            lines.table("duty");
            lines.string("id", &format!("{}-{n}", task.id));
            lines.string("task", &task.id);
            lines.text("what", &own.what, "");
            lines.raw("who", format!("[{}]", own.who.iter().map(|unit| quoted(unit)).collect::<Vec<_>>().join(", ")));
            lines.string("period", &word(own.period));
            if let Some(from) = own.from {
                lines.raw("from", from);
            }
            lines.mark("publish", own.publish);
            lines.mark("period_uncertain", !own.ground.sure());
        }
    }
    lines.0
}

/// What was found, where, and what is doubtful about it.
fn items_file(table: &str, items: &[Item<'_>]) -> String {
    let mut lines = Lines::new();
    for item in items {
        lines.table(table);
        lines.some("of", &item.of);
        lines.string("kind", item.kind.id());
        lines.string("value", &item.value);
        lines.raw("sure", item.ground.sure());
        if let Some(place) = &item.ground.place {
            lines.string("place", &place.to_string());
        }
        lines.some("quote", &item.ground.quote);
        lines.list("doubts", item.ground.doubts.iter().map(|doubt| doubt.zh()));
        lines.list("doubts_en", item.ground.doubts.iter().map(|doubt| doubt.en()));
    }
    lines.0
}
