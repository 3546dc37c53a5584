//! Names of departments: known ones, and what has the shape of one.

use super::doubt::Doubt;
use super::pieces::is_han;
use super::words::{known, words};

/// The longest name of a department that is told by its shape, in characters.
const LONGEST_SHAPE: usize = 14;

/// The longest run in which names without a break between them are looked for, in characters.
const LONGEST_RUN: usize = 40;

/// What decides how a name is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'r> {
    pub(super) places: &'r [String],
    /// Whether the plan is that of a city, county or district.
    pub(super) city: bool,
    /// Whether the punctuation says nothing.
    pub(super) random: bool,
}

/// A department named in the text.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) written: String,
    /// Without a prefix such as 市.
    pub(super) plain: String,
    /// The piece it stands in.
    pub(super) piece: usize,
    pub(super) doubt: Option<Doubt>,
}

/// The departments a piece names and nothing else; several where the break between them is lost.
pub(super) fn people(text: &str, piece: usize, context: Context<'_>) -> Option<Vec<Person>> {
    without_breaks(text, piece).or_else(|| person(text, piece, context).map(|one| vec![one]))
}

/// The same for a list with 和, 与, 及 or 会同 between the names.
pub(super) fn joined_people(text: &str, piece: usize, context: Context<'_>) -> Option<Vec<Person>> {
    if LONGEST_RUN < text.chars().count() {
        return None;
    }
    let parts: Vec<&str> = text.split(['和', '与', '及']).flat_map(|part| part.split("会同")).collect();
    if parts.len() < 2 {
        return None;
    }
    let lists: Option<Vec<Vec<Person>>> = parts.into_iter().map(|part| people(part, piece, context)).collect();
    lists.map(|lists| lists.into_iter().flatten().collect())
}

/// The longest known name that the text ends with, where the break before it is lost.
pub(super) fn at_end(text: &str, piece: usize) -> Option<Person> {
    let name = starts(text).map(|at| &text[at..]).find(|name| 3 <= name.chars().count() && known(name).is_some())?;
    Some(Person { written: name.to_owned(), plain: name.to_owned(), piece, doubt: Some(Doubt::RunsTogether) })
}

/// Whether a piece that is no name could still be the end of one.
pub(super) fn could_be_name(text: &str) -> bool {
    let people = &words().people;
    holds_role(text) || (people.suffixes.at_end(text).is_some() && people.ordinary.at_end(text).is_none())
}

fn person(text: &str, piece: usize, context: Context<'_>) -> Option<Person> {
    let plain = without_prefix(text, context.places);
    let named = |doubt| Some(Person { written: text.to_owned(), plain: plain.to_owned(), piece, doubt });
    let Some(department) = known(plain) else {
        return if has_shape(text) { named(Some(Doubt::UnknownDepartment)) } else { None };
    };
    let whole = department.names.iter().any(|name| name == plain);
    let higher = context.city && !whole && words().people.higher.at_end(plain).is_some();
    named(higher.then_some(Doubt::HigherLevel))
}

/// The name without 市, 市政府 or the name of the city, where a known name is left.
fn without_prefix<'t>(text: &'t str, places: &[String]) -> &'t str {
    let prefixes = places.iter().map(String::as_str).chain(words().people.prefixes.iter());
    prefixes.filter_map(|prefix| text.strip_prefix(prefix)).find(|rest| known(rest).is_some()).unwrap_or(text)
}

fn has_shape(text: &str) -> bool {
    let people = &words().people;
    let length = text.chars().take(LONGEST_SHAPE + 1).count();
    let long_enough = 3 <= length || (length == 2 && people.short.at_end(text).is_some());
    long_enough
        && length <= LONGEST_SHAPE
        && people.suffixes.at_end(text).is_some()
        && people.ordinary.at_end(text).is_none()
        && text.chars().all(|c| is_han(c) && !people.not_in_names.contains(c))
        && !holds_role(text)
}

/// Whether a word such as 牵头 stands anywhere in it.
fn holds_role(text: &str) -> bool {
    let people = &words().people;
    let lists = [&people.lead_words, &people.participant_words, &people.assist_words];
    lists.into_iter().flat_map(|list| list.iter()).any(|word| word.chars().count() == 2 && text.contains(word))
}

/// Several known names without a break between them.
fn without_breaks(text: &str, piece: usize) -> Option<Vec<Person>> {
    if LONGEST_RUN < text.chars().take(LONGEST_RUN + 1).count() {
        return None;
    }
    let mut names = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let name = starts(rest).skip(1).chain([rest.len()]).map(|end| &rest[..end]).filter(|name| known(name).is_some()).last()?;
        names.push(Person { written: name.to_owned(), plain: name.to_owned(), piece, doubt: Some(Doubt::NoBreak) });
        rest = &rest[name.len()..];
    }
    (1 < names.len()).then_some(names)
}

/// The byte at which each of the last characters begins.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    let skipped = text.chars().count().saturating_sub(LONGEST_RUN);
    text.char_indices().map(|(at, _)| at).skip(skipped)
}

#[cfg(test)]
mod tests {
    use super::{Context, at_end, joined_people, people};
    use crate::draft::Doubt;

    const CITY: Context<'static> = Context { places: &[], city: true, random: true };

    fn names(text: &str) -> Vec<(String, Option<Doubt>)> {
        let found = people(text, 0, CITY).or_else(|| joined_people(text, 0, CITY)).unwrap_or_default();
        found.into_iter().map(|own| (own.plain, own.doubt)).collect()
    }

    #[test]
    fn known_departments_are_certain_and_others_are_not() {
        assert_eq!(names("市环保局"), [("环保局".to_owned(), None)]);
        assert_eq!(names("北大荒管理局"), [("北大荒管理局".to_owned(), Some(Doubt::UnknownDepartment))]);
        assert_eq!(names("教育部"), [("教育部".to_owned(), Some(Doubt::HigherLevel))]);
    }

    #[test]
    fn lists_are_taken_apart_and_words_that_end_alike_are_no_names() {
        assert_eq!(names("环保局和水务局").len(), 2);
        assert_eq!(names("环保局水务局"), [("环保局".to_owned(), Some(Doubt::NoBreak)), ("水务局".to_owned(), Some(Doubt::NoBreak))]);
        assert!(names("优化空间布局").is_empty());
        assert!(names("对造成损害的责任部").is_empty());
    }

    #[test]
    fn a_name_that_runs_into_the_text_is_found_and_doubted() {
        let found = at_end("严重污染水环境的生产项目环保局", 0).unwrap();
        assert_eq!((found.plain.as_str(), found.doubt), ("环保局", Some(Doubt::RunsTogether)));
    }
}
