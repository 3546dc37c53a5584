//! Puts a draft together: what was found, with its place in the source and its units.

use super::clean::Clean;
use super::consequences;
use super::dates::{self, Kind};
use super::deadlines;
use super::doubt::Doubt;
use super::duties;
use super::groups::Group;
use super::model::{
    Draft, DraftChapter, DraftConsequence, DraftDeadline, DraftDuty, DraftSection, DraftTarget, DraftTask, Ground, Head, Named, Sourced,
};
use super::outline::{Chapter, Outline};
use super::people::Person;
use super::pieces::{han_count, trim_breaks};
use super::read::Source;
use super::reading::Reading;
use super::split::Task;
use super::targets;
use super::titles::Title;
use super::units::{GOVERNMENT, NO_CITY, Units};
use super::words::{List, words};

/// Everything at hand while a draft is put together.
struct Maker<'r> {
    clean: &'r Clean,
    reading: &'r Reading<'r>,
    units: Units,
    /// Whether the plan says once that every county carries out every task.
    everywhere: bool,
}

/// Makes the draft.
pub(super) fn assemble(source: &Source, clean: &Clean, reading: &Reading<'_>, outline: Outline) -> Draft {
    let everywhere = reading.groups.iter().any(|group| group.everywhere.is_some());
    let mut maker = Maker { clean, reading, units: Units::new(&reading.places), everywhere };
    for county in reading.groups.iter().flat_map(|group| &group.counties) {
        maker.units.place(county);
    }
    let mut head = maker.head(source, &outline);
    let chapters: Vec<DraftChapter> = outline.chapters.into_iter().map(|chapter| maker.chapter(chapter)).collect();
    if head.issue_year.value == 0 {
        let years = chapters.iter().flat_map(|chapter| &chapter.tasks).flat_map(|task| &task.deadlines).map(|own| own.date.year());
        head.issue_year.value = years.min().unwrap_or_default();
    }
    Draft { name: source.name.clone(), blocks: source.blocks.clone(), head, units: maker.units.into_list(), chapters }
}

impl Maker<'_> {
    fn ground(&self, from: usize, to: usize, doubts: Vec<Doubt>) -> Ground {
        ground(self.clean, self.reading, from, to, doubts)
    }

    fn head(&self, source: &Source, outline: &Outline) -> Head {
        let reading = self.reading;
        let (begin, title) = &reading.title;
        let place = (!title.is_empty()).then(|| self.clean.place(*begin, begin + title.len()));
        let from_title = |doubt| Ground { place, quote: title.clone(), doubts: vec![doubt] };
        let part = |words: &'static List| outline.context.iter().find_map(|(name, from, to)| Some((words.at_start(name)?, *from, *to)));
        let headings = &words().headings;
        let goals = part(&headings.goals);
        // Where the number of the indicators is lost they stand among the goals.
        let among = goals.and_then(|(_, from, to)| {
            (from + 1..to).find(|piece| headings.indicators.at_start(reading.pieces[*piece].text).is_some()).map(|piece| (piece, to))
        });
        let indicators = part(&headings.indicators).map(|(_, from, to)| (from, to)).or(among);
        let goals = goals.map(|(word, from, to)| (word, from, among.map_or(to, |(piece, _)| without_number(reading, piece))));
        let default = reading.groups.iter().find_map(|group| Some((group.everywhere?, group.last + 1)));
        Head {
            title: Sourced { value: title.clone(), ground: from_title(Doubt::PlanTitle) },
            city: Sourced { value: reading.places.first().map_or(NO_CITY, String::as_str).to_owned(), ground: from_title(Doubt::City) },
            issue_year: Sourced { value: reading.year.unwrap_or_default(), ground: from_title(Doubt::IssueYear) },
            preamble: reading.sentence(reading.body, outline.begins.max(reading.body)),
            guiding: part(&headings.guiding).map_or_else(String::new, |(word, from, to)| own_text(reading, word, from, to)),
            goals_text: goals.map_or_else(String::new, |(word, from, to)| own_text(reading, word, from, to)),
            goals: goals.map_or_else(Vec::new, |(_, from, to)| goals_by_year(reading, from, to)),
            indicators_text: indicators.map_or_else(String::new, |(from, to)| {
                let word = headings.indicators.at_start(reading.pieces[from].text).unwrap_or_default();
                own_text(reading, word, from, to)
            }),
            default_responsible: default.map_or_else(String::new, |(from, to)| reading.slice(from, to).to_owned()),
            punctuation_trusted: !reading.random,
            readings: self.clean.readings,
            traditional: self.clean.traditional,
            lost: self.clean.lost,
            numbered_by_machine: source.numbered_by_machine,
        }
    }

    fn chapter(&mut self, chapter: Chapter) -> DraftChapter {
        let number = chapter.number;
        let title = self.title(&chapter.title);
        let sections = chapter.sections.into_iter().map(|own| DraftSection { id: format!("{number}.{}", own.number), title: own.title });
        DraftChapter {
            number,
            title,
            safeguard: chapter.safeguard,
            sections: sections.collect(),
            tasks: chapter.tasks.iter().map(|task| self.task(number, task)).collect(),
        }
    }

    fn title(&self, title: &Title) -> Sourced<String> {
        let to = if title.labelled { title.first + 1 } else { title.last };
        let doubts = if title.sure { Vec::new() } else { vec![Doubt::TitleEnd] };
        Sourced { value: title.text.clone(), ground: self.ground(title.first, to, doubts) }
    }

    fn task(&mut self, chapter: u32, task: &Task) -> DraftTask {
        let reading = self.reading;
        let group = task.group.and_then(|n| reading.groups.get(n));
        let numbers = [chapter].into_iter().chain(task.numbers.iter().copied());
        let first = task.heading.map_or(task.title.first.min(task.from), |heading| heading.piece);
        let last = group.map_or(task.to, |group| task.to.max(group.last + 1));
        let found = deadlines::deadlines(reading, task.from, task.to, &task.title.text);
        let named = |pick: fn(&Group) -> &Vec<Person>| group.map_or(&[][..], |group| pick(group).as_slice());
        let lead = self.people(named(|group| &group.lead));
        let who: Vec<String> = lead.iter().map(|own| own.unit.clone()).collect();
        let targets = targets::targets(reading, task.from, task.to, &found).into_iter().map(|own| self.target(own)).collect();
        DraftTask {
            id: numbers.map(|number| number.to_string()).collect::<Vec<_>>().join("."),
            title: self.title(&task.title),
            text: reading.sentence(task.from, task.to),
            ground: self.ground(first, last, task.doubts.clone()),
            lead,
            participants: self.people(named(|group| &group.participants)),
            assist: self.people(named(|group| &group.assist)),
            responsible_departments: self.people(named(|group| &group.responsible)),
            responsible: self.responsible(group),
            lead_phrase: group.map_or_else(String::new, |group| group.lead_word.clone()),
            responsibility_text: group.map_or_else(String::new, |group| said(reading, group)),
            deadlines: found.into_iter().map(|own| self.deadline(own)).collect(),
            targets,
            duties: duties::duties(reading, task.from, task.to).into_iter().map(|own| self.duty(own, &who)).collect(),
            consequences: consequences::consequences(reading, task.from, task.to).into_iter().map(|own| self.consequence(own)).collect(),
        }
    }

    fn people(&mut self, people: &[Person]) -> Vec<Named> {
        let (clean, reading) = (self.clean, self.reading);
        let named = |person: &Person| Named {
            unit: self.units.department(person),
            name: person.plain.clone(),
            ground: ground(clean, reading, person.piece, person.piece + 1, person.doubt.into_iter().collect()),
        };
        people.iter().map(named).collect()
    }

    fn responsible(&mut self, group: Option<&Group>) -> Vec<String> {
        let counties = group.map_or(&[][..], |group| group.counties.as_slice());
        if counties.is_empty() && self.everywhere {
            return vec!["all".to_owned()];
        }
        counties.iter().map(|county| self.units.place(county)).collect()
    }

    fn deadline(&mut self, own: deadlines::Deadline) -> DraftDeadline {
        let ground = self.ground(own.first, own.last + 1, own.doubts);
        let units = own.units.iter().map(|name| self.units.place(name)).collect();
        DraftDeadline { date: own.date, what: own.what, modality: own.modality, units, ground }
    }

    fn target(&self, own: targets::Target) -> DraftTarget {
        let ground = self.ground(own.piece, own.piece + 1, own.doubts);
        DraftTarget { name: own.name, year: own.year, op: own.op, value: own.value, unit: own.unit, candidates: own.candidates, ground }
    }

    fn duty(&self, own: duties::Duty, lead: &[String]) -> DraftDuty {
        let city = self.reading.places.first().map_or("市", String::as_str);
        let government =
            own.what.starts_with("市政府") || own.what.starts_with("市人民政府") || own.what.starts_with(&format!("{city}人民政府"));
        let who = if government { vec![GOVERNMENT.to_owned()] } else { lead.to_vec() };
        let ground = self.ground(own.first, own.last + 1, own.doubts);
        DraftDuty { what: own.what, who, period: own.period, from: own.from, publish: own.publish, ground }
    }

    fn consequence(&self, own: consequences::Consequence) -> DraftConsequence {
        let ground = self.ground(own.first, own.last + 1, own.doubts);
        DraftConsequence { trigger: own.trigger, action: own.action, text: own.text, ground }
    }
}

fn ground(clean: &Clean, reading: &Reading<'_>, from: usize, to: usize, doubts: Vec<Doubt>) -> Ground {
    let (first, last) = reading.span(from, to);
    Ground { place: (first < last).then(|| clean.place(first, last)), quote: reading.slice(from, to).to_owned(), doubts }
}

/// Who does it, as written, without the rule that holds for all tasks.
fn said(reading: &Reading<'_>, group: &Group) -> String {
    reading.slice(group.first, group.everywhere.unwrap_or(group.last + 1)).to_owned()
}

/// A part without the word that is its title.
fn own_text(reading: &Reading<'_>, word: &str, from: usize, to: usize) -> String {
    let text = reading.sentence(from, to);
    let own = trim_breaks(text.strip_prefix(word).unwrap_or(&text));
    if text.ends_with('。') { format!("{own}。") } else { own.to_owned() }
}

/// The piece before, where it is only the number of a heading.
fn without_number(reading: &Reading<'_>, piece: usize) -> usize {
    let before = piece.saturating_sub(1);
    let text = reading.pieces[before].text;
    if han_count(text) == 1 && text.chars().count() == 1 { before } else { piece }
}

/// Goals such as 到2020年,…, each until the next.
fn goals_by_year(reading: &Reading<'_>, from: usize, to: usize) -> Vec<(i16, String)> {
    let begins = |piece: usize| reading.dated(piece) || reading.pieces[piece].text.starts_with('到');
    let goal = |piece: usize| {
        let own = &reading.pieces[piece];
        let mark = dates::marks(own.text).into_iter().find(|mark| mark.kind == Kind::Until)?;
        let end = (piece + 1..to).find(|next| begins(*next)).unwrap_or(to);
        let text = reading.text.get(own.start + mark.end..reading.pieces[end - 1].end)?;
        Some((mark.year?, trim_breaks(text).to_owned()))
    };
    (from..to).filter_map(goal).filter(|(_, text)| !text.is_empty()).collect()
}
