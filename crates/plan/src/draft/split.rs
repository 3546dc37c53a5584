//! The tasks in one stretch of text: one for every group of people.

use super::doubt::Doubt;
use super::headings::Heading;
use super::outline::{Head, SHORTEST_TASK};
use super::pieces::han_count;
use super::reading::Reading;
use super::titles::{self, Title};

/// The fewest characters behind a group, on its line, that still belong to the task.
const SHORTEST_REST: usize = 4;

/// A task in pieces `from` up to `to`.
#[derive(Debug)]
pub(super) struct Task {
    /// Its number below the chapter.
    pub(super) numbers: Vec<u32>,
    pub(super) title: Title,
    pub(super) from: usize,
    pub(super) to: usize,
    /// The group of people, by its place in the text.
    pub(super) group: Option<usize>,
    /// The heading it has of its own.
    pub(super) heading: Option<Heading>,
    pub(super) doubts: Vec<Doubt>,
}

/// The tasks between two pieces. The first has the heading, the others have none of their own.
pub(super) fn split(reading: &Reading<'_>, from: usize, to: usize, head: Option<&Head>, safeguard: bool) -> Vec<Task> {
    let groups = reading.groups_in(from, to);
    let first_group = reading.groups.partition_point(|group| group.first < from);
    let mut tasks = Vec::new();
    let mut at = from;
    for (n, group) in groups.iter().enumerate() {
        let rest = rest_of_line(reading, group.last + 1, to, groups.get(n + 1).map(|next| next.first));
        let end = rest.unwrap_or(group.first);
        let mut task = match head.filter(|_| n == 0) {
            Some(head) => with_heading(head, at, end),
            None => without_heading(reading, at, group.first, end),
        };
        task.group = Some(first_group + n);
        tasks.push(task);
        at = rest.unwrap_or(group.last + 1);
    }
    match head.filter(|_| groups.is_empty()) {
        Some(head) => tasks.push(with_heading(head, from, to)),
        None if SHORTEST_TASK <= han_count(reading.slice(at, to)) => tasks.push(without_heading(reading, at, to, to)),
        None => {}
    }
    // The chapter of safeguards speaks to everybody.
    for task in tasks.iter_mut().filter(|task| task.group.is_none() && !(safeguard && task.heading.is_some())) {
        task.doubts.push(Doubt::NobodyNamed);
    }
    tasks
}

fn with_heading(head: &Head, from: usize, to: usize) -> Task {
    let doubts = head.heading.doubt.into_iter().collect();
    Task { numbers: Vec::new(), title: head.title.clone(), from, to, group: None, heading: Some(head.heading), doubts }
}

/// A task whose title is the first words before its group.
fn without_heading(reading: &Reading<'_>, from: usize, group: usize, to: usize) -> Task {
    let mut title = titles::of_heading(reading, from, group);
    title.sure = title.sure && title.labelled;
    let begins = if title.last < group && !title.labelled { title.last } else { from };
    let doubts = if reading.random { vec![Doubt::NoHeading] } else { Vec::new() };
    Task { numbers: Vec::new(), title, from: begins, to, group: None, heading: None, doubts }
}

/// The end of the line after a group, where words stand there that are no task of their own.
fn rest_of_line(reading: &Reading<'_>, from: usize, to: usize, next_group: Option<usize>) -> Option<usize> {
    if reading.random {
        return None;
    }
    let end = (from..to).find(|piece| reading.begins_line(*piece)).unwrap_or(to);
    let own = next_group.is_none_or(|next| end <= next);
    (own && SHORTEST_REST <= han_count(reading.slice(from, end))).then_some(end)
}
