//! Chapters, sections and tasks out of headings and groups of people.
//!
//! A task is what ends with a group of people, or a heading with nothing below it. A part such as 主要任务 only holds
//! chapters; a part such as 总体要求 holds no tasks.

use super::counting;
use super::doubt::Doubt;
use super::headings::{self, Heading};
use super::pieces::han_count;
use super::reading::Reading;
use super::split::{Task, split};
use super::titles::{self, Title};
use super::words::words;

/// The fewest characters under a chapter without headings that make a task.
pub(super) const SHORTEST_TASK: usize = 20;

/// The most pieces of a title that is followed by a heading below it.
const LONGEST_TITLE: usize = 4;

/// Levels from here on are written 1 rather than 一.
const FIRST_DIGIT_LEVEL: u8 = 3;

/// A heading with its title, and the pieces of its own text.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) heading: Heading,
    pub(super) title: Title,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// What a text holds.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) chapters: Vec<Chapter>,
    /// The parts that hold no tasks: title, and pieces from the title on.
    pub(super) context: Vec<(String, usize, usize)>,
    /// The first piece that belongs to a heading; the first after the title where there is none.
    pub(super) begins: usize,
}

#[derive(Debug)]
pub(super) struct Chapter {
    pub(super) number: u32,
    pub(super) title: Title,
    pub(super) safeguard: bool,
    pub(super) sections: Vec<Section>,
    pub(super) tasks: Vec<Task>,
    heading: Option<Heading>,
}

#[derive(Debug)]
pub(super) struct Section {
    pub(super) number: u32,
    pub(super) title: String,
}

/// Reads the outline.
pub(super) fn outline(reading: &Reading<'_>) -> Outline {
    let heads = heads(reading);
    let mut outline = Outline { begins: heads.first().map_or(reading.body, |head| head.heading.piece), ..Outline::default() };
    let top = heads.iter().map(|head| head.heading.level).min();
    // Numbers of one level alone, 1, 2, 3, are tasks; 一, 二, 三 alone are chapters.
    let tasks_only = heads.iter().all(|head| Some(head.heading.level) == top && FIRST_DIGIT_LEVEL <= head.heading.level);
    if tasks_only {
        outline.chapters.push(one_chapter(reading, &heads));
    } else {
        walk(reading, &heads, top, &mut outline);
    }
    outline.chapters.retain(|chapter| !chapter.tasks.is_empty());
    number_chapters(reading, top, &mut outline.chapters);
    outline
}

fn heads(reading: &Reading<'_>) -> Vec<Head> {
    let after_task = |piece: usize| reading.groups.binary_search_by(|group| (group.last + 1).cmp(&piece)).is_ok();
    let found = if reading.random { counting::by_counting(&reading.pieces, after_task) } else { headings::by_marks(&reading.pieces) };
    let head = |(n, heading): (usize, &Heading)| {
        let next = found.get(n + 1);
        let to = next.map_or(reading.pieces.len(), |next| next.piece);
        let first = heading.piece + 1;
        let below = next.is_some_and(|next| heading.level < next.level);
        if reading.random && below && to <= first + LONGEST_TITLE {
            let text: String = reading.pieces[first..to].iter().map(|piece| piece.text).collect();
            let title = Title { text, first, last: to, sure: !reading.damaged(first, to), labelled: false };
            return Head { heading: *heading, title, from: to, to };
        }
        let title = titles::of_heading(reading, first, to);
        Head { heading: *heading, from: title.last, title, to }
    };
    found.iter().enumerate().map(head).collect()
}

/// A text with headings of one level, or none: one chapter.
fn one_chapter(reading: &Reading<'_>, heads: &[Head]) -> Chapter {
    let title = Title { text: reading.title.1.clone(), first: 0, last: reading.body, sure: false, labelled: false };
    let mut chapter = Chapter { number: 1, title, safeguard: false, sections: Vec::new(), tasks: Vec::new(), heading: None };
    if heads.is_empty() {
        chapter.tasks = split(reading, reading.body, reading.pieces.len(), None, false);
        chapter.tasks.retain(|task| task.group.is_some());
    }
    for head in heads {
        chapter.tasks.extend(split(reading, head.from, head.to, Some(head), false));
    }
    for (task, number) in chapter.tasks.iter_mut().zip(1..) {
        task.numbers = vec![number];
    }
    chapter
}

fn walk(reading: &Reading<'_>, heads: &[Head], top: Option<u8>, outline: &mut Outline) {
    let words = &words().headings;
    let mut context = false;
    let mut at = 0;
    while at < heads.len() {
        let head = &heads[at];
        let is_top = Some(head.heading.level) == top;
        if is_top {
            context = words.context.at_start(&head.title.text).is_some();
            let container = words.containers.at_start(&head.title.text).is_some() && !is_flat(reading, heads, at);
            if container {
                at += 1;
                continue;
            }
        }
        if context && (is_top || !names_people(reading, heads, at)) {
            outline.context.push((head.title.text.clone(), head.title.first, head.to));
            at += 1;
            continue;
        }
        let safeguard = is_top && words.safeguards.at_start(&head.title.text).is_some();
        let (chapter, next) = chapter(reading, heads, at, safeguard);
        outline.chapters.push(chapter);
        at = next;
    }
}

/// The heading after everything below one.
fn end_of(heads: &[Head], at: usize) -> usize {
    let level = heads[at].heading.level;
    heads.iter().skip(at + 1).position(|head| head.heading.level <= level).map_or(heads.len(), |n| at + 1 + n)
}

/// Whether what stands below a heading is of one level and names people once each at most: then it is tasks.
fn is_flat(reading: &Reading<'_>, heads: &[Head], at: usize) -> bool {
    let below = &heads[at + 1..end_of(heads, at)];
    let one_level = below.windows(2).all(|two| two[0].heading.level == two[1].heading.level);
    one_level && below.iter().all(|head| reading.groups_in(head.from, head.to).len() <= 1)
}

fn names_people(reading: &Reading<'_>, heads: &[Head], at: usize) -> bool {
    !reading.groups_in(heads[at].from, heads[end_of(heads, at) - 1].to).is_empty()
}

/// The chapter that begins with a heading, and the heading after it.
fn chapter(reading: &Reading<'_>, heads: &[Head], at: usize, safeguard: bool) -> (Chapter, usize) {
    let head = &heads[at];
    let end = end_of(heads, at);
    let mut chapter =
        Chapter { number: 0, title: head.title.clone(), safeguard, sections: Vec::new(), tasks: Vec::new(), heading: Some(head.heading) };
    let named = !reading.groups_in(head.from, head.to).is_empty();
    if named || (end == at + 1 && SHORTEST_TASK <= han_count(reading.slice(head.from, head.to))) {
        let heading = if named { None } else { Some(head) };
        chapter.tasks = split(reading, head.from, head.to, heading, safeguard);
        for (task, number) in chapter.tasks.iter_mut().zip(1..) {
            task.numbers = vec![number];
        }
    }
    let mut last = u32::try_from(chapter.tasks.len()).unwrap_or(u32::MAX);
    let mut next = at + 1;
    while next < end {
        let after = end_of(heads, next);
        last = if after == next + 1 {
            alone(reading, &heads[next], last, &mut chapter)
        } else {
            section(reading, &heads[next..after], last, &mut chapter)
        };
        next = after;
    }
    (chapter, end)
}

/// A heading of the second level with nothing below: a task that is its own section, or a section of several tasks.
fn alone(reading: &Reading<'_>, head: &Head, last: u32, chapter: &mut Chapter) -> u32 {
    let mut tasks = split(reading, head.from, head.to, Some(head), chapter.safeguard);
    if 1 < tasks.len() && !reading.random {
        chapter.sections.push(Section { number: last + 1, title: head.title.text.clone() });
        for (task, number) in tasks.iter_mut().zip(1..) {
            task.numbers = vec![last + 1, number];
        }
        chapter.tasks.append(&mut tasks);
        return last + 1;
    }
    let mut last = last;
    for mut task in tasks {
        last = follow(reading, last, &mut task);
        task.numbers = vec![last];
        chapter.sections.push(Section { number: last, title: task.title.text.clone() });
        chapter.tasks.push(task);
    }
    last
}

/// A heading of the second level with tasks below.
fn section(reading: &Reading<'_>, heads: &[Head], last: u32, chapter: &mut Chapter) -> u32 {
    let [head, below @ ..] = heads else { return last };
    let own = head.heading;
    let number = if reading.random { own.number.max(last + 1) } else { last + 1 };
    let doubtful = own.doubt.is_some() || (reading.random && own.number != last + 1);
    chapter.sections.push(Section { number, title: head.title.text.clone() });
    let mut last_task = 0;
    let mut at = 0;
    while at < below.len() {
        let after = end_of(below, at);
        for mut task in split(reading, below[at].from, below[after - 1].to, Some(&below[at]), chapter.safeguard) {
            last_task = follow(reading, last_task, &mut task);
            task.numbers = vec![number, last_task];
            if doubtful {
                task.doubts.push(Doubt::SectionNumber);
            }
            chapter.tasks.push(task);
        }
        at = after;
    }
    number
}

/// The number of a task after the last one; a number that does not follow is kept and doubted.
fn follow(reading: &Reading<'_>, last: u32, task: &mut Task) -> u32 {
    let Some(heading) = task.heading.filter(|_| reading.random) else { return last + 1 };
    if heading.number != last + 1 {
        task.doubts.push(Doubt::NumberSkipped);
    }
    heading.number.max(last + 1)
}

/// Chapters count through; inside a part that only holds chapters they have the numbers of the text.
fn number_chapters(reading: &Reading<'_>, top: Option<u8>, chapters: &mut [Chapter]) {
    let mut last = 0;
    for chapter in chapters {
        let own = chapter.heading.filter(|heading| reading.random && Some(heading.level) != top);
        if own.is_some_and(|own| own.number != last + 1 || own.doubt.is_some()) {
            chapter.tasks.iter_mut().for_each(|task| task.doubts.push(Doubt::ChapterNumber));
        }
        chapter.number = own.map_or(last + 1, |own| own.number.max(last + 1));
        last = chapter.number;
    }
}
