//! Pages of collections. A page goes on behind the last thing of the page before, whatever was added meanwhile.

use std::cmp::Ordering;

use facts::series::Walk;
use serde_json::{Value, json};

use super::eval::{check, holds, key};
use super::kind::Kind;
use super::query::{Expr, Op, Options, bound, conjuncts, paths};
use super::refusal::{Refusal, unreadable};
use super::value::{Key, Val};
use super::world::{Id, ROW, Set, Thing, World};

/// Things on a page that does not say, and on the longest.
pub(crate) const USUAL: usize = 100;
pub(crate) const LONGEST: usize = 1000;
/// Observations that are sorted by something else than their time.
const SORTED: usize = 20_000;

/// A page.
pub(crate) struct Page {
    pub(crate) things: Vec<Thing>,
    pub(crate) count: Option<u64>,
    /// Where the next page takes up, where there is one.
    pub(crate) next: Option<Value>,
}

/// The page of a set that the options ask for.
pub(crate) fn page(world: &World<'_>, set: &Set, options: &Options) -> Result<Page, Refusal> {
    let kind = set.kind();
    if let Some(filter) = &options.filter {
        check(world, filter, kind, "$filter")?;
    }
    for (key, _) in &options.orderby {
        check(world, key, kind, "$orderby")?;
    }
    match set {
        Set::Listed(_, things) => listed(world, things.clone(), options),
        Set::Observations(series) => observations(world, series.as_deref(), options),
    }
}

fn limit(options: &Options) -> usize {
    options.top.unwrap_or(USUAL).min(LONGEST)
}

fn wrong_token() -> Refusal {
    unreadable("$skiptoken", 0, "a token of another question", "the token of a nextLink, unchanged")
}

/// A page of things that are at hand: those that fit, in the order asked for, and after that by id.
fn listed(world: &World<'_>, things: Vec<Thing>, options: &Options) -> Result<Page, Refusal> {
    let mut kept: Vec<(Vec<Key>, Id, Thing)> = Vec::new();
    for thing in things {
        let fits = match &options.filter {
            Some(filter) => holds(world, filter, &thing)?,
            None => true,
        };
        if fits {
            let keys: Vec<Key> = options
                .orderby
                .iter()
                .map(|(expr, _)| key(world, expr, &thing).map(|value| value.key()))
                .collect::<Result<_, Refusal>>()?;
            kept.push((keys, world.id(&thing), thing));
        }
    }
    let order = |a: (&[Key], &Id), b: (&[Key], &Id)| -> Ordering {
        let by_keys =
            a.0.iter().zip(b.0).zip(&options.orderby).map(|((a, b), (_, descending))| if *descending { b.cmp(a) } else { a.cmp(b) });
        by_keys.fold(Ordering::Equal, Ordering::then).then_with(|| a.1.cmp(b.1))
    };
    kept.sort_by(|a, b| order((a.0.as_slice(), &a.1), (b.0.as_slice(), &b.1)));
    let count = options.count.then_some(kept.len() as u64);
    let start = match &options.after {
        None => options.skip,
        Some(token) => {
            let (keys, id) = place_of(token).filter(|(keys, _)| keys.len() == options.orderby.len()).ok_or_else(wrong_token)?;
            kept.partition_point(|own| order((own.0.as_slice(), &own.1), (keys.as_slice(), &id)) != Ordering::Greater)
        }
    };
    let limit = limit(options);
    let more = start.saturating_add(limit) < kept.len() && 0 < limit;
    let shown: Vec<(Vec<Key>, Id, Thing)> = kept.into_iter().skip(start).take(limit).collect();
    let next =
        shown.last().filter(|_| more).map(|(keys, id, _)| json!({"k": keys.iter().map(Key::write).collect::<Vec<_>>(), "i": id.json()}));
    Ok(Page { things: shown.into_iter().map(|(_, _, thing)| thing).collect(), count, next })
}

fn place_of(token: &Value) -> Option<(Vec<Key>, Id)> {
    let keys: Option<Vec<Key>> = token.get("k")?.as_array()?.iter().map(Key::read).collect();
    let id = match token.get("i")? {
        Value::String(text) => Id::Text(text.clone()),
        number => Id::Number(number.as_i64()?),
    };
    Some((keys?, id))
}

/// What a filter of observations asks for: which series, which times, and what only the single rows tell.
struct Sifted<'f> {
    series: Option<Vec<i64>>,
    from: i64,
    to: i64,
    rest: Vec<&'f Expr>,
}

fn observations(world: &World<'_>, series: Option<&[i64]>, options: &Options) -> Result<Page, Refusal> {
    let parts = conjuncts(options.filter.as_ref());
    if let Some(id) = parts.iter().find_map(|part| id_asked(part)) {
        let found = world.find(Kind::Observation, &Id::Text(id.to_owned()))?;
        let inside = |thing: &Thing| match thing {
            Thing::Observation(_, row) => series.is_none_or(|series| series.contains(&row.series)),
            _ => false,
        };
        return listed(world, found.into_iter().filter(inside).collect(), options);
    }
    let sifted = sift(world, series, parts)?;
    let count = if options.count { Some(count(world, &sifted)?) } else { None };
    let Some(newest_first) = by_time(options) else { return sorted(world, &sifted, options, count) };
    let after = match &options.after {
        None => None,
        Some(token) => {
            let part = |name: &str| token.get(name).and_then(Value::as_i64);
            Some(part("t").zip(part("s")).ok_or_else(wrong_token)?)
        }
    };
    let limit = limit(options);
    let mut page = Page { things: Vec::new(), count, next: None };
    if limit == 0 {
        return Ok(page);
    }
    let mut skip = if after.is_some() { 0 } else { options.skip };
    let mut last = after;
    each(world, &sifted, newest_first, after, limit + 1, |thing, place| {
        if 0 < skip {
            skip -= 1;
        } else if page.things.len() == limit {
            page.next = last.map(|(time, series)| json!({"t": time, "s": series}));
            return false;
        } else {
            page.things.push(thing);
        }
        last = Some(place);
        // Rather a short page with a link than a long wait.
        if world.is_tired() && !page.things.is_empty() {
            page.next = Some(json!({"t": place.0, "s": place.1}));
            return false;
        }
        true
    })?;
    Ok(page)
}

/// The id that a part of a filter asks for.
fn id_asked(part: &Expr) -> Option<&str> {
    let Expr::Both(Op::Eq, left, right) = part else { return None };
    match (left.as_ref(), right.as_ref()) {
        (Expr::Path(names, _), Expr::Value(Val::Text(id))) | (Expr::Value(Val::Text(id)), Expr::Path(names, _)) => {
            matches!(names.as_slice(), [name] if matches!(name.as_str(), "@iot.id" | "id" | "@id")).then_some(id.as_str())
        }
        _ => None,
    }
}

/// Whether the order is that of the walk, and then whether it goes back in time.
fn by_time(options: &Options) -> Option<bool> {
    let Some((first, descending)) = options.orderby.first() else { return Some(false) };
    let walks = |expr: &Expr, names: &[&str]| matches!(expr, Expr::Path(path, _) if matches!(path.as_slice(), [name] if names.contains(&name.as_str())));
    let rest = options.orderby.iter().skip(1).all(|(expr, _)| walks(expr, &["@iot.id", "id", "@id"]));
    (walks(first, &["phenomenonTime", "@iot.id", "id", "@id"]) && rest).then_some(*descending)
}

fn sift<'f>(world: &World<'_>, series: Option<&[i64]>, parts: Vec<&'f Expr>) -> Result<Sifted<'f>, Refusal> {
    let mut sifted = Sifted { series: series.map(<[i64]>::to_vec), from: i64::MIN, to: i64::MAX, rest: Vec::new() };
    let mut of_series = Vec::new();
    for part in parts {
        let mut found = Vec::new();
        paths(part, &mut found);
        let leads_away = |names: &[String]| names.first().is_some_and(|name| Kind::Observation.way(name, world.version).is_some());
        if !found.is_empty() && found.iter().all(|(names, _)| leads_away(names)) {
            of_series.push(part);
            continue;
        }
        let time = match bound(part) {
            Some(("phenomenonTime", op, other)) => match key(world, other, &Thing::AnyOf(0))? {
                Val::Time(from, to) if from == to => Some((op, from)),
                _ => None,
            },
            _ => None,
        };
        match time {
            Some((Op::Ge, time)) => sifted.from = sifted.from.max(time),
            Some((Op::Gt, time)) => sifted.from = sifted.from.max(time.saturating_add(1)),
            Some((Op::Le, time)) => sifted.to = sifted.to.min(time),
            Some((Op::Lt, time)) => sifted.to = sifted.to.min(time.saturating_sub(1)),
            Some((Op::Eq, time)) => (sifted.from, sifted.to) = (sifted.from.max(time), sifted.to.min(time)),
            _ => sifted.rest.push(part),
        }
    }
    if !of_series.is_empty() {
        // What holds for one observation of a series holds for all of them.
        let model = world.model;
        let candidates: Vec<usize> = match &sifted.series {
            Some(series) => series.iter().filter_map(|id| model.stream(*id)).collect(),
            None => (0..model.streams.len()).collect(),
        };
        let mut fitting = Vec::new();
        for no in candidates {
            let mut fits = true;
            for part in &of_series {
                fits = fits && holds(world, part, &Thing::AnyOf(no))?;
            }
            if fits {
                fitting.push(no);
            }
        }
        sifted.series = Some(model.series(fitting.into_iter()));
    }
    Ok(sifted)
}

fn count(world: &World<'_>, sifted: &Sifted<'_>) -> Result<u64, Refusal> {
    if !sifted.rest.is_empty() {
        let mut n = 0;
        each(world, sifted, false, None, LONGEST, |_, _| {
            n += 1;
            true
        })?;
        return Ok(n);
    }
    let model = world.model;
    if world.as_of.is_none() && sifted.from == i64::MIN && sifted.to == i64::MAX {
        // The summaries of the series know.
        let n = |no: usize| model.streams.get(no).map_or(0, |stream| stream.series.n);
        return Ok(match &sifted.series {
            Some(series) => series.iter().filter_map(|id| model.stream(*id)).map(n).sum(),
            None => (0..model.streams.len()).map(n).sum(),
        });
    }
    let walk = Walk { series: sifted.series.as_deref(), from: sifted.from, to: sifted.to, known_at: world.known_at(), ..Walk::default() };
    Ok(world.portal.store.count_walk(&walk)?)
}

/// Observations by something else than their time; only so many.
fn sorted(world: &World<'_>, sifted: &Sifted<'_>, options: &Options, count: Option<u64>) -> Result<Page, Refusal> {
    let mut things = Vec::new();
    each(world, sifted, false, None, LONGEST, |thing, _| {
        things.push(thing);
        things.len() <= SORTED
    })?;
    if SORTED < things.len() {
        let what = format!(
            "more than {SORTED} observations would have to be sorted (ask for a Datastream or for times from and to, or order by phenomenonTime)"
        );
        return Err(Refusal::Bad(what));
    }
    let without = Options { filter: None, count: false, ..options.clone() };
    Ok(Page { count, ..listed(world, things, &without)? })
}

/// Every observation that fits with its time and series, until the taker has enough.
fn each(
    world: &World<'_>,
    sifted: &Sifted<'_>,
    newest_first: bool,
    after: Option<(i64, i64)>,
    wanted: usize,
    mut take: impl FnMut(Thing, (i64, i64)) -> bool,
) -> Result<(), Refusal> {
    let limit = wanted.clamp(1, LONGEST + 1);
    let mut after = after;
    loop {
        let walk = Walk {
            series: sifted.series.as_deref(),
            from: sifted.from,
            to: sifted.to,
            known_at: world.known_at(),
            newest_first,
            after,
            limit,
        };
        let rows = world.portal.store.walk(&walk)?;
        let ended = rows.len() < limit;
        for row in rows {
            world.spend(ROW)?;
            let place = (row.time, row.series);
            after = Some(place);
            let Some(stream) = world.model.stream(row.series) else { continue };
            let thing = Thing::Observation(stream, Box::new(row));
            let mut fits = true;
            for part in &sifted.rest {
                fits = fits && holds(world, part, &thing)?;
            }
            if fits && !take(thing, place) {
                return Ok(());
            }
        }
        if ended {
            return Ok(());
        }
    }
}
