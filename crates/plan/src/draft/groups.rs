//! Who leads, takes part and assists: the lists of departments that end a task.

use super::doubt::Doubt;
use super::people::{Context, Person, at_end, could_be_name, joined_people, people};
use super::pieces::Piece;
use super::places;
use super::words::words;

/// The longest list after a word such as 责任单位, in pieces.
const LONGEST_LIST: usize = 40;

/// A rule for all counties is at most this many pieces: 各县、区、人民政府负责落实.
const LONGEST_RULE: usize = 4;

/// Who does a task.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) lead: Vec<Person>,
    pub(super) participants: Vec<Person>,
    pub(super) assist: Vec<Person>,
    pub(super) responsible: Vec<Person>,
    pub(super) counties: Vec<String>,
    /// The word of leading.
    pub(super) lead_word: String,
    /// The first piece of the rule that every county carries it out, where it stands here.
    pub(super) everywhere: Option<usize>,
    /// Whether it says that the first of several leads.
    pub(super) first_leads: bool,
    /// First and last piece.
    pub(super) first: usize,
    pub(super) last: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Lead,
    Participant,
    Assist,
    Responsible,
}

/// One list with its word.
struct Listed {
    role: Role,
    word: &'static str,
    people: Vec<Person>,
    counties: Vec<String>,
    first: usize,
    last: usize,
}

/// Every group of a text.
pub(super) fn groups(pieces: &[Piece<'_>], context: Context<'_>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut floor = 0;
    let mut at = 0;
    while at < pieces.len() {
        let Some(list) = listed(pieces, at, floor, context) else {
            at += 1;
            continue;
        };
        let goes_on = groups.last().is_some_and(|group| group.last + 1 == list.first);
        if !goes_on {
            if !context.random && list.first != 0 && !stands_apart(&pieces[list.first]) {
                at += 1;
                continue;
            }
            groups.push(Group { first: list.first, ..Group::default() });
        }
        if let Some(group) = groups.last_mut() {
            group.last = list.last;
            take(group, list);
            closing(pieces, group);
            at = group.last + 1;
            floor = at;
        }
    }
    if groups.iter().any(|group| group.first_leads) {
        groups.iter_mut().for_each(first_leads);
    }
    groups
}

/// In a text with sound punctuation a list stands in brackets, on its own line or after a full stop.
fn stands_apart(piece: &Piece<'_>) -> bool {
    piece.before.contains(['（', '(', '【', '[', '〔', '。', '；', '\n', '：', ':'])
}

fn take(group: &mut Group, list: Listed) {
    let mut people = list.people;
    let role = match list.role {
        Role::Responsible if group.lead.is_empty() => {
            people.iter_mut().for_each(|person| person.doubt = Some(Doubt::ResponsibleUnit));
            Role::Lead
        }
        role => role,
    };
    if role == Role::Lead && group.lead_word.is_empty() {
        group.lead_word = list.word.to_owned();
    }
    match role {
        Role::Lead => group.lead.extend(people),
        Role::Participant => group.participants.extend(people),
        Role::Assist => group.assist.extend(people),
        Role::Responsible => group.responsible.extend(people),
    }
    group.counties.extend(list.counties);
}

/// Of several that are "responsible", the first leads and the others take part.
fn first_leads(group: &mut Group) {
    if 1 < group.lead.len() {
        let mut others = group.lead.split_off(1);
        others.append(&mut group.participants);
        group.participants = others;
    }
}

/// The list that a piece ends, or begins with a word such as 牵头单位.
fn listed(pieces: &[Piece<'_>], at: usize, floor: usize, context: Context<'_>) -> Option<Listed> {
    let words = &words().people;
    let labels = [
        (&words.lead_labels, Role::Lead),
        (&words.participant_labels, Role::Participant),
        (&words.assist_labels, Role::Assist),
        (&words.responsible_labels, Role::Responsible),
    ];
    let text = pieces[at].text;
    if let Some((word, role)) = labels.iter().find_map(|(list, role)| Some((list.at_start(text)?, *role))) {
        return after_label(pieces, at, word, role, context);
    }
    let roles = [
        (&words.lead_words, Role::Lead, true),
        (&words.lead_words_unsure, Role::Lead, false),
        (&words.participant_words, Role::Participant, true),
        (&words.assist_words, Role::Assist, true),
    ];
    let fitting = roles.iter().filter_map(|(list, role, sure)| Some((list.at_end(text)?, *role, *sure)));
    let (word, role, sure) = fitting.max_by_key(|(word, ..)| word.len())?;
    before_word(pieces, at, floor, word, sure, context).map(|mut list| {
        list.role = role;
        list
    })
}

/// A list in front of its word: 发改委、环保局等参与.
fn before_word(pieces: &[Piece<'_>], at: usize, floor: usize, word: &'static str, sure: bool, context: Context<'_>) -> Option<Listed> {
    let own = without_fillers(pieces[at].text.strip_suffix(word)?);
    let mut names = Vec::new();
    let mut first = at;
    let list = |people, first| Some(Listed { role: Role::Lead, word, people, counties: Vec::new(), first, last: at });
    if !own.is_empty() {
        match people(own, at, context).or_else(|| joined_people(own, at, context)) {
            Some(found) => names = found,
            None if context.random && sure => return at_end(own, at).and_then(|one| list(vec![one], at)),
            None => return None,
        }
    }
    for before in (floor..at).rev() {
        let text = pieces[before].text;
        let text = if own.is_empty() && before + 1 == at { without_fillers(text) } else { text };
        if let Some(mut found) = people(text, before, context) {
            found.append(&mut names);
            names = found;
            first = before;
            continue;
        }
        let ordinary = words().people.ordinary.at_end(text).is_some();
        if let Some(one) = (context.random && sure && !ordinary).then(|| at_end(text, before)).flatten() {
            names.insert(0, one);
            first = before;
        } else if could_be_name(text) {
            names.iter_mut().for_each(|name| name.doubt = name.doubt.or(Some(Doubt::ListBegins)));
        }
        break;
    }
    if !sure {
        names.iter_mut().for_each(|name| name.doubt = name.doubt.or(Some(Doubt::RoleWord)));
    }
    if names.is_empty() { None } else { list(names, first) }
}

/// A list behind its word: 责任单位:某县政府、水务局等.
fn after_label(pieces: &[Piece<'_>], at: usize, word: &'static str, role: Role, context: Context<'_>) -> Option<Listed> {
    let own = pieces[at].text.strip_prefix(word)?.trim_start_matches('为');
    let mut list = Listed { role, word, people: Vec::new(), counties: Vec::new(), first: at, last: at };
    let own = (!own.is_empty()).then_some((at, own));
    let following = pieces.iter().enumerate().skip(at + 1).take(LONGEST_LIST).map(|(n, piece)| (n, piece.text));
    for (n, text) in own.into_iter().chain(following) {
        let name = without_fillers(text);
        if let Some(county) = places::county(name) {
            list.counties.push(county.to_owned());
        } else if let Some(found) = people(name, n, context) {
            list.people.extend(found);
        } else {
            break;
        }
        list.last = n;
        if name != text {
            break;
        }
    }
    (!list.people.is_empty() || !list.counties.is_empty()).then_some(list)
}

/// Takes in what follows a list: the rule that every county carries it out, and words that close it.
fn closing(pieces: &[Piece<'_>], group: &mut Group) {
    let words = &words().people;
    loop {
        let next = group.last + 1;
        if let Some(end) = rule_end(pieces, next) {
            group.everywhere = group.everywhere.or(Some(next));
            group.last = end;
            continue;
        }
        let Some(piece) = pieces.get(next) else { return };
        if words.first_leads.holds(piece.text) {
            group.first_leads = true;
        } else if !words.closers.holds(piece.text) {
            return;
        }
        group.last = next;
    }
}

/// The last piece of a rule such as 以下均需各县、区、人民政府落实.
fn rule_end(pieces: &[Piece<'_>], from: usize) -> Option<usize> {
    let mut joined = String::new();
    let mut end = None;
    for (n, piece) in pieces.iter().enumerate().skip(from).take(LONGEST_RULE) {
        joined.push_str(piece.text);
        let own = joined.strip_prefix("以下均需").or_else(|| joined.strip_prefix('由')).unwrap_or(&joined);
        if words().people.everywhere.at_start(own).is_some() && ["落实", "实施", "负责"].iter().any(|word| own.ends_with(*word)) {
            end = Some(n);
        }
    }
    end
}

/// A name without 等, 等部门, 按职责分工 and the like.
fn without_fillers(text: &str) -> &str {
    let mut rest = text;
    while let Some(shorter) = words().people.fillers.at_end(rest).and_then(|filler| rest.strip_suffix(filler)) {
        rest = shorter;
    }
    rest
}
