//! The way of an address: `Things('hg-heli')/Datastreams(12)/Observations`.

use super::kind::Kind;
use super::refusal::{Refusal, unreadable};
use super::world::{Id, Led, Set, Thing, World};

/// How many parts a way may have.
const LONGEST: usize = 12;

/// A name, with the id in parentheses behind it.
struct Step {
    position: usize,
    name: String,
    id: Option<Id>,
}

/// What an address stands for.
pub(crate) enum Target {
    Set(Set),
    One(Thing),
    /// Only the links of a set.
    Links(Set),
    /// Only how many there are.
    Count(Set),
    /// A property, and whether it is wanted bare.
    Property(Thing, String, bool),
}

/// Walks the way, and says its address as it is written properly.
pub(crate) fn walk(world: &World<'_>, way: &str) -> Result<(Target, String), Refusal> {
    let mut steps = steps(way)?.into_iter().peekable();
    let mut address = world.root.clone();
    let Some(first) = steps.next() else { return Err(Refusal::NotFound("address without a collection".to_owned())) };
    let kind = Kind::of_set(&first.name, world.version).ok_or_else(|| {
        let sets: Vec<&str> = Kind::ALL.into_iter().map(|kind| kind.set(world.version)).collect();
        Refusal::NotFound(format!("collection `{}` (there are {})", super::refusal::shorten(&first.name), sets.join(", ")))
    })?;
    let mut here = choose(world, world.all(kind), &first, &mut address)?;
    while let Some(step) = steps.next() {
        let last = steps.peek().is_none();
        here = match here {
            Target::Set(set) if last && step.name == "$ref" => Target::Links(set),
            Target::Set(set) if last && step.name == "$count" => Target::Count(set),
            Target::One(thing) => {
                let kind = world.kind(&thing);
                match kind.way(&step.name, world.version) {
                    Some(way) => match world.lead(&thing, way) {
                        Led::Many(set) => choose(world, set, &step, &mut address)?,
                        Led::One(Some(next)) if step.id.is_none() => {
                            address.push_str(&format!("/{}", step.name));
                            Target::One(next)
                        }
                        Led::One(_) => return Err(nothing(&step)),
                    },
                    None if kind.properties(world.version).contains(&step.name.as_str()) => {
                        let bare = steps.next_if(|next| next.name == "$value").is_some();
                        if let Some(next) = steps.next() {
                            return Err(nothing(&next));
                        }
                        return Ok((Target::Property(thing, step.name, bare), address));
                    }
                    None => return Err(nothing(&step)),
                }
            }
            _ => return Err(nothing(&step)),
        };
    }
    Ok((here, address))
}

fn nothing(step: &Step) -> Refusal {
    Refusal::NotFound(format!("`{}` here (position {})", super::refusal::shorten(&step.name), step.position))
}

/// The set, or the one of it that the step names.
fn choose(world: &World<'_>, set: Set, step: &Step, address: &mut String) -> Result<Target, Refusal> {
    address.push_str(&format!("/{}", step.name));
    let Some(id) = &step.id else { return Ok(Target::Set(set)) };
    address.push_str(&format!("({})", id.in_address()));
    let found = world.find(set.kind(), id)?;
    let inside = |thing: &Thing| match (&set, thing) {
        (Set::Observations(None), _) => true,
        (Set::Observations(Some(series)), Thing::Observation(_, row)) => series.contains(&row.series),
        (Set::Observations(_), _) => false,
        (Set::Listed(_, things), _) => things.iter().any(|own| world.id(own) == *id),
    };
    let named = || Refusal::NotFound(format!("{}({})", step.name, super::refusal::shorten(&id.in_address())));
    found.filter(inside).map(Target::One).ok_or_else(named)
}

fn steps(way: &str) -> Result<Vec<Step>, Refusal> {
    let chars: Vec<char> = way.chars().collect();
    let mut at = 0;
    let mut steps = Vec::new();
    while at < chars.len() {
        if chars.get(at) == Some(&'/') {
            at += 1;
            continue;
        }
        let position = at;
        let mut name = String::new();
        while let Some(c) = chars.get(at).filter(|c| !matches!(c, '/' | '(')) {
            name.push(*c);
            at += 1;
        }
        let id = if chars.get(at) == Some(&'(') { Some(id(&chars, &mut at)?) } else { None };
        steps.push(Step { position, name, id });
        if LONGEST < steps.len() {
            return Err(Refusal::Bad(format!("the address has more than {LONGEST} parts")));
        }
    }
    Ok(steps)
}

/// An id in parentheses: a number, or a text in quotes, in which two quotes stand for one.
fn id(chars: &[char], at: &mut usize) -> Result<Id, Refusal> {
    let open = *at;
    let refuse = |found: &str| unreadable("the address", open, found, "an id in parentheses, such as (12) or ('hg-heli')");
    *at += 1;
    let mut text = String::new();
    let quoted = chars.get(*at) == Some(&'\'');
    if quoted {
        *at += 1;
    }
    loop {
        let Some(&c) = chars.get(*at) else { return Err(refuse(&text)) };
        *at += 1;
        match c {
            '\'' if quoted && chars.get(*at) == Some(&'\'') => {
                *at += 1;
                text.push('\'');
            }
            '\'' if quoted && chars.get(*at) == Some(&')') => {
                *at += 1;
                return Ok(Id::Text(text));
            }
            ')' if !quoted => return text.parse().map(Id::Number).map_err(|_| refuse(&text)),
            other => text.push(other),
        }
    }
}
