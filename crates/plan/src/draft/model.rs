//! A draft: what was found, where it stands, and what is doubtful about it.

use std::fmt;

use jiff::civil::Date;

use super::doubt::Doubt;
use crate::schema::{Every, Modality, Op, UnitKind};

/// A stretch of the source: paragraphs and characters in them, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The paragraph it begins in.
    pub block: usize,
    /// Its first character in that paragraph.
    pub from: usize,
    /// The paragraph it ends in.
    pub to_block: usize,
    /// Its last character in that one.
    pub to: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.block == self.to_block {
            write!(f, "第{}段第{}–{}字", self.block, self.from, self.to)
        } else {
            write!(f, "第{}段第{}字至第{}段第{}字", self.block, self.from, self.to_block, self.to)
        }
    }
}

/// What a thing found rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// Where it stands; nothing where it stands nowhere and was inferred.
    pub place: Option<Place>,
    /// The words there, cleaned.
    pub quote: String,
    /// What is doubtful about it.
    pub doubts: Vec<Doubt>,
}

impl Ground {
    /// Whether nothing is doubtful about it.
    pub fn sure(&self) -> bool {
        self.doubts.is_empty()
    }
}

/// A value with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// What it rests on.
    pub ground: Ground,
}

/// A draft of a pack.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The name of the source.
    pub name: String,
    /// The paragraphs of the source as they came.
    pub blocks: Vec<String>,
    /// What the plan says of itself.
    pub head: Head,
    /// Who the plan speaks to.
    pub units: Vec<DraftUnit>,
    /// Chapters with their tasks.
    pub chapters: Vec<DraftChapter>,
}

impl Draft {
    /// Every task, in the order of the plan.
    pub fn tasks(&self) -> impl Iterator<Item = &DraftTask> {
        self.chapters.iter().flat_map(|chapter| &chapter.tasks)
    }

    /// A unit by id.
    pub fn unit(&self, id: &str) -> Option<&DraftUnit> {
        self.units.iter().find(|unit| unit.id == id)
    }
}

/// What the plan says of itself.
#[derive(Debug, Clone)]
pub struct Head {
    /// Its title.
    pub title: Sourced<String>,
    /// The city.
    pub city: Sourced<String>,
    /// The year it was issued; 0 where nothing tells it.
    pub issue_year: Sourced<i16>,
    /// Opening words.
    pub preamble: String,
    /// Guiding thought, as written.
    pub guiding: String,
    /// Goals, as written.
    pub goals_text: String,
    /// Goals by year.
    pub goals: Vec<(i16, String)>,
    /// Main indicators, as written.
    pub indicators_text: String,
    /// Who is responsible where a clause does not say; empty where the text has no such rule.
    pub default_responsible: String,
    /// Whether the punctuation of the source could be trusted.
    pub punctuation_trusted: bool,
    /// Readings in brackets that were removed.
    pub readings: usize,
    /// Characters that were turned from their old form into the new one.
    pub traditional: usize,
    /// Places where characters are lost.
    pub lost: usize,
    /// Paragraphs whose number the word processor made, so that it is not in the text.
    pub numbered_by_machine: usize,
}

/// A unit.
#[derive(Debug, Clone)]
pub struct DraftUnit {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: String,
    /// Its name in general English; empty where it is not known.
    pub en: String,
    /// Other names the text uses.
    pub aliases: Vec<String>,
}

/// A chapter.
#[derive(Debug, Clone)]
pub struct DraftChapter {
    /// Its number.
    pub number: u32,
    /// Its title.
    pub title: Sourced<String>,
    /// Whether it is one of safeguards.
    pub safeguard: bool,
    /// Its sections.
    pub sections: Vec<DraftSection>,
    /// Its tasks.
    pub tasks: Vec<DraftTask>,
}

/// A section.
#[derive(Debug, Clone)]
pub struct DraftSection {
    /// Its number, such as `1.2`.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A department named for a task.
#[derive(Debug, Clone)]
pub struct Named {
    /// The unit.
    pub unit: String,
    /// As it is called, without a prefix such as 市.
    pub name: String,
    /// What that rests on.
    pub ground: Ground,
}

/// A task.
#[derive(Debug, Clone)]
pub struct DraftTask {
    /// Its number, such as `1.2.3`.
    pub id: String,
    /// Its title.
    pub title: Sourced<String>,
    /// The clause, cleaned.
    pub text: String,
    /// What the task and its number rest on.
    pub ground: Ground,
    /// Who leads.
    pub lead: Vec<Named>,
    /// Who takes part.
    pub participants: Vec<Named>,
    /// Who assists.
    pub assist: Vec<Named>,
    /// Departments named beside the counties.
    pub responsible_departments: Vec<Named>,
    /// Units responsible; `all` where a rule of the plan says every county.
    pub responsible: Vec<String>,
    /// The word of leading.
    pub lead_phrase: String,
    /// Who does it, as written.
    pub responsibility_text: String,
    /// Dates.
    pub deadlines: Vec<DraftDeadline>,
    /// Numbers.
    pub targets: Vec<DraftTarget>,
    /// Duties.
    pub duties: Vec<DraftDuty>,
    /// What follows from a failure.
    pub consequences: Vec<DraftConsequence>,
}

/// A date of a task.
#[derive(Debug, Clone)]
pub struct DraftDeadline {
    /// The last day.
    pub date: Date,
    /// What is due.
    pub what: String,
    /// How much force it has.
    pub modality: Modality,
    /// Units it holds for, where not for all.
    pub units: Vec<String>,
    /// What it rests on.
    pub ground: Ground,
}

/// A number of a task.
#[derive(Debug, Clone)]
pub struct DraftTarget {
    /// What is counted.
    pub name: String,
    /// By the end of this year.
    pub year: Option<i16>,
    /// How it is met.
    pub op: Op,
    /// The number; empty where the source lost it.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// Other readings.
    pub candidates: Vec<String>,
    /// What it rests on.
    pub ground: Ground,
}

/// Something to be done again and again, or published.
#[derive(Debug, Clone)]
pub struct DraftDuty {
    /// What.
    pub what: String,
    /// By whom.
    pub who: Vec<String>,
    /// How often.
    pub period: Every,
    /// From this year on.
    pub from: Option<i16>,
    /// Whether it is owed to the public.
    pub publish: bool,
    /// What it rests on.
    pub ground: Ground,
}

/// What follows from a failure.
#[derive(Debug, Clone)]
pub struct DraftConsequence {
    /// What sets it off.
    pub trigger: String,
    /// The kind of act.
    pub action: String,
    /// As written.
    pub text: String,
    /// What it rests on.
    pub ground: Ground,
}
