//! What a filter says of a thing. A way to many things means any of them.

use std::cmp::Ordering;

use serde_json::Value;
use standards::Decimal;

use super::function;
use super::kind::{Kind, Way};
use super::query::{Expr, Op, paths};
use super::refusal::{Refusal, unreadable};
use super::value::Val;
use super::world::{Id, Led, Set, Thing, World};

/// Things a way may lead to inside a filter, and pairs of values that one comparison may have.
const WIDEST: usize = 5000;
const PAIRS: usize = 100_000;
/// What it costs to write down a thing to look at one of its properties.
const WRITTEN_DOWN: u64 = 50;

/// Refuses a filter that names what things of the kind do not have.
pub(crate) fn check(world: &World<'_>, expr: &Expr, kind: Kind, place: &str) -> Result<(), Refusal> {
    let mut found = Vec::new();
    paths(expr, &mut found);
    for (names, position) in found {
        let mut here = kind;
        let mut rest = names.iter();
        while let Some(name) = rest.next() {
            if let Some(way) = here.way(name, world.version) {
                if way.to == Kind::Observation {
                    return Err(unreadable(
                        place,
                        position,
                        &names.join("/"),
                        "a filter on Observations themselves, which leads back with Datastream/…",
                    ));
                }
                here = way.to;
                continue;
            }
            let own = here.properties(world.version);
            if own.contains(&name.as_str()) || (is_id(name) && rest.len() == 0) {
                break;
            }
            let ways: Vec<&str> = here.ways(world.version).map(|way: &Way| way.name).collect();
            let expected = format!("@iot.id, {} or {}", own.join(", "), ways.join(", "));
            return Err(unreadable(place, position, &names.join("/"), expected));
        }
    }
    Ok(())
}

fn is_id(name: &str) -> bool {
    matches!(name, "@iot.id" | "id" | "@id")
}

/// Whether a filter holds for a thing.
pub(crate) fn holds(world: &World<'_>, expr: &Expr, thing: &Thing) -> Result<bool, Refusal> {
    Ok(eval(world, expr, thing)?.iter().any(|value| matches!(value, Val::Bool(true))))
}

/// The one value of a key of an order.
pub(crate) fn key(world: &World<'_>, expr: &Expr, thing: &Thing) -> Result<Val, Refusal> {
    Ok(eval(world, expr, thing)?.into_iter().next().unwrap_or(Val::Null))
}

/// The values of an expression: one, unless a way leads to many things.
fn eval(world: &World<'_>, expr: &Expr, thing: &Thing) -> Result<Vec<Val>, Refusal> {
    world.spend(1)?;
    Ok(match expr {
        Expr::Value(value) => vec![value.clone()],
        Expr::Path(names, _) => resolve(world, names, thing)?,
        Expr::Not(inner) => vec![Val::Bool(!holds(world, inner, thing)?)],
        Expr::Negative(inner) => eval(world, inner, thing)?
            .into_iter()
            .map(|value| match value {
                Val::Number(number) => Val::Number(-number),
                Val::Seconds(seconds) => Val::Seconds(seconds.saturating_neg()),
                _ => Val::Null,
            })
            .collect(),
        Expr::Both(Op::Or, left, right) => vec![Val::Bool(holds(world, left, thing)? || holds(world, right, thing)?)],
        Expr::Both(Op::And, left, right) => vec![Val::Bool(holds(world, left, thing)? && holds(world, right, thing)?)],
        Expr::Both(op, left, right) => {
            let (left, right) = (eval(world, left, thing)?, eval(world, right, thing)?);
            pairs(world, left.len(), right.len())?;
            left.iter().flat_map(|one| right.iter().map(move |two| both(*op, one, two))).collect()
        }
        Expr::Call(name, arguments) => {
            let arguments: Vec<Vec<Val>> = arguments.iter().map(|argument| eval(world, argument, thing)).collect::<Result<_, Refusal>>()?;
            let mut given: Vec<Vec<Val>> = vec![Vec::new()];
            for values in arguments {
                pairs(world, given.len(), values.len())?;
                given = given
                    .iter()
                    .flat_map(|before| values.iter().map(move |value| [&before[..], std::slice::from_ref(value)].concat()))
                    .collect();
            }
            let now = world.portal.known_now();
            given.iter().map(|arguments| function::call(name, arguments, now)).collect()
        }
    })
}

/// Counts the pairs of two lists of values, and refuses too many.
fn pairs(world: &World<'_>, left: usize, right: usize) -> Result<(), Refusal> {
    let n = left.saturating_mul(right);
    if PAIRS < n {
        return Err(Refusal::Bad(format!("a comparison has more than {PAIRS} pairs of values (filter the collection itself)")));
    }
    world.spend(n as u64)
}

/// What a comparison or a sum of two values is.
fn both(op: Op, left: &Val, right: &Val) -> Val {
    let compared = left.compare(right);
    match op {
        Op::Eq => Val::Bool(compared == Some(Ordering::Equal)),
        Op::Ne => Val::Bool(compared != Some(Ordering::Equal)),
        Op::Lt => Val::Bool(orders(left, right) && compared == Some(Ordering::Less)),
        Op::Gt => Val::Bool(orders(left, right) && compared == Some(Ordering::Greater)),
        Op::Le => Val::Bool(orders(left, right) && matches!(compared, Some(Ordering::Less | Ordering::Equal))),
        Op::Ge => Val::Bool(orders(left, right) && matches!(compared, Some(Ordering::Greater | Ordering::Equal))),
        Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Mod => sum(op, left, right).unwrap_or(Val::Null),
        Op::Or | Op::And => Val::Null,
    }
}

/// What is missing is before and after nothing.
fn orders(left: &Val, right: &Val) -> bool {
    !matches!(left, Val::Null) && !matches!(right, Val::Null)
}

fn sum(op: Op, left: &Val, right: &Val) -> Option<Val> {
    Some(match (op, left, right) {
        (Op::Add, Val::Number(a), Val::Number(b)) => Val::Number(a.checked_add(*b)?),
        (Op::Sub, Val::Number(a), Val::Number(b)) => Val::Number(a.checked_sub(*b)?),
        (Op::Mul, Val::Number(a), Val::Number(b)) => Val::Number(a.checked_mul(*b)?),
        (Op::Div, Val::Number(a), Val::Number(b)) => Val::Number(a.checked_div(*b)?),
        (Op::Mod, Val::Number(a), Val::Number(b)) => Val::Number(a.checked_rem(*b)?),
        (Op::Add, Val::Time(from, to), Val::Seconds(by)) => Val::Time(from.checked_add(*by)?, to.checked_add(*by)?),
        (Op::Sub, Val::Time(from, to), Val::Seconds(by)) => Val::Time(from.checked_sub(*by)?, to.checked_sub(*by)?),
        (Op::Sub, Val::Time(a, _), Val::Time(b, _)) => Val::Seconds(a.checked_sub(*b)?),
        (Op::Add, Val::Seconds(a), Val::Seconds(b)) => Val::Seconds(a.checked_add(*b)?),
        (Op::Sub, Val::Seconds(a), Val::Seconds(b)) => Val::Seconds(a.checked_sub(*b)?),
        (Op::Mul, Val::Seconds(a), Val::Number(b)) => Val::Seconds(whole(Decimal::from(*a).checked_mul(*b)?)?),
        _ => return None,
    })
}

fn whole(number: Decimal) -> Option<i64> {
    i64::try_from(number.trunc().mantissa()).ok()
}

/// The values at the end of a path.
fn resolve(world: &World<'_>, names: &[String], thing: &Thing) -> Result<Vec<Val>, Refusal> {
    world.spend(1)?;
    let Some((name, rest)) = names.split_first() else { return Ok(vec![Val::Null]) };
    if let Some(way) = world.kind(thing).way(name, world.version) {
        if matches!(thing, Thing::Sensor(_) | Thing::Item(_)) {
            // Their series are looked for among all.
            world.spend(world.model.streams.len() as u64)?;
        }
        let next: Vec<Thing> = match world.lead(thing, way) {
            Led::One(next) => next.into_iter().collect(),
            Led::Many(Set::Listed(_, things)) => things,
            Led::Many(Set::Observations(_)) => Vec::new(),
        };
        if WIDEST < next.len() {
            return Err(Refusal::Bad(format!("`{name}` leads to more than {WIDEST} things (filter the collection itself)")));
        }
        let mut values = Vec::new();
        for next in &next {
            values.extend(resolve(world, rest, next)?);
            if PAIRS < values.len() {
                return Err(Refusal::Bad(format!("`{name}` leads to more than {PAIRS} values (filter the collection itself)")));
            }
        }
        return Ok(values);
    }
    if is_id(name) && rest.is_empty() {
        return Ok(vec![match world.id(thing) {
            Id::Number(number) => Val::Number(Decimal::from(number)),
            Id::Text(text) => Val::Text(text),
        }]);
    }
    let at_hand = matches!(thing, Thing::Observation(..)) && matches!(name.as_str(), "result" | "phenomenonTime" | "resultTime");
    world.spend(if at_hand { 2 } else { WRITTEN_DOWN })?;
    let mut value = world.property(thing, name).unwrap_or(Value::Null);
    for name in rest {
        value = value.get_mut(name.as_str()).map_or(Value::Null, Value::take);
    }
    let is_time = rest.is_empty() && matches!(name.as_str(), "phenomenonTime" | "resultTime" | "validTime" | "time")
        || rest.last().is_some_and(|last| last == "phenomenonTime");
    Ok(vec![match &value {
        Value::String(text) if is_time => Val::time(text),
        Value::Object(parts) if is_time => {
            let text = |key: &str| parts.get(key).and_then(Value::as_str);
            match (text("start"), text("end")) {
                (Some(start), Some(end)) => Val::time(&format!("{start}/{end}")),
                (Some(start), None) => Val::time(start),
                _ => Val::Null,
            }
        }
        other => Val::of(other),
    }])
}
