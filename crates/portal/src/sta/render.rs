//! Things and collections as JSON, with what is expanded in them.

use serde_json::{Map, Value, json};

use super::kind::{Version, Way};
use super::page::{Page, page};
use super::query::{Options, write_token};
use super::refusal::{Refusal, unreadable};
use super::world::{Led, Set, Thing, World, utc};
use crate::view::water::encode;

/// The name of a remark beside a property, such as `@iot.count`.
pub(crate) fn remark(version: Version, name: &str) -> String {
    match version {
        Version::V1 => format!("@iot.{name}"),
        Version::V2 => format!("@{name}"),
    }
}

/// A thing with its name, links and properties.
pub(crate) fn thing(world: &World<'_>, thing: &Thing, options: &Options) -> Result<Map<String, Value>, Refusal> {
    world.write_one()?;
    let (kind, version) = (world.kind(thing), world.version);
    let mut own = world.own(thing);
    let properties = kind.properties(version);
    for (position, name) in &options.select {
        let known = properties.contains(&name.as_str()) || is_name(name) || kind.way(name, version).is_some();
        if !known {
            return Err(unreadable("$select", *position, name, format!("@iot.id, {}", properties.join(", "))));
        }
    }
    for expand in &options.expand {
        if kind.way(&expand.name, version).is_none() {
            let ways: Vec<&str> = kind.ways(version).map(|way| way.name).collect();
            return Err(unreadable("$expand", expand.position, &expand.name, format!("one of {}", ways.join(", "))));
        }
    }
    let chosen = |name: &str| options.select.is_empty() || options.select.iter().any(|(_, own)| own == name);
    let link = world.link(thing);
    let mut out = Map::new();
    if options.select.is_empty() || options.select.iter().any(|(_, name)| is_name(name)) {
        match version {
            Version::V1 => {
                out.insert("@iot.id".to_owned(), world.id(thing).json());
                out.insert("@iot.selfLink".to_owned(), json!(link));
            }
            Version::V2 => {
                out.insert("@id".to_owned(), json!(link));
                out.insert("id".to_owned(), world.id(thing).json());
            }
        }
    }
    for name in properties.iter().filter(|name| chosen(name)) {
        if let Some(value) = own.get_mut(*name) {
            out.insert((*name).to_owned(), value.take());
        }
    }
    for way in kind.ways(version) {
        match options.expand.iter().find(|expand| expand.name == way.name) {
            Some(expand) => follow(world, thing, way, &expand.options, &link, &mut out)?,
            None if chosen(way.name) => {
                let key = format!("{}{}", way.name, remark(version, "navigationLink"));
                out.insert(key, json!(format!("{link}/{}", way.name)));
            }
            None => {}
        }
    }
    Ok(out)
}

fn is_name(name: &str) -> bool {
    matches!(name, "@iot.id" | "id" | "@id" | "@iot.selfLink")
}

/// What a way leads to, in its place.
fn follow(world: &World<'_>, from: &Thing, way: &Way, options: &Options, link: &str, out: &mut Map<String, Value>) -> Result<(), Refusal> {
    match world.lead(from, way) {
        Led::One(one) => {
            let value = match one {
                Some(one) => Value::Object(thing(world, &one, options)?),
                None => Value::Null,
            };
            out.insert(way.name.to_owned(), value);
        }
        Led::Many(set) => {
            let found = page(world, &set, options)?;
            let things = things(world, &found, options)?;
            if let Some(count) = found.count {
                out.insert(format!("{}{}", way.name, remark(world.version, "count")), json!(count));
            }
            out.insert(way.name.to_owned(), Value::Array(things));
            if let Some(token) = &found.next {
                let mut given = options.given.clone();
                given.extend(world.as_of.map(|known_at| ("as_of".to_owned(), utc(known_at))));
                let next = next_link(&format!("{link}/{}", way.name), &given, token);
                out.insert(format!("{}{}", way.name, remark(world.version, "nextLink")), json!(next));
            }
        }
    }
    Ok(())
}

fn things(world: &World<'_>, page: &Page, options: &Options) -> Result<Vec<Value>, Refusal> {
    page.things.iter().map(|own| thing(world, own, options).map(Value::Object)).collect()
}

/// A page of a collection.
pub(crate) fn collection(world: &World<'_>, set: &Set, options: &Options, address: &str) -> Result<Map<String, Value>, Refusal> {
    let found = page(world, set, options)?;
    let mut out = Map::new();
    if let Some(count) = found.count {
        out.insert(remark(world.version, "count"), json!(count));
    }
    out.insert("value".to_owned(), Value::Array(things(world, &found, options)?));
    if let Some(token) = &found.next {
        out.insert(remark(world.version, "nextLink"), json!(next_link(address, &options.given, token)));
    }
    Ok(out)
}

/// The address of the next page: the question as it was, and where it takes up.
pub(crate) fn next_link(address: &str, given: &[(String, String)], token: &Value) -> String {
    let kept = given.iter().filter(|(name, _)| !matches!(name.trim_start_matches('$'), "skip" | "skiptoken"));
    let mut pairs: Vec<String> = kept.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    pairs.push(format!("$skiptoken={}", write_token(token)));
    format!("{address}?{}", pairs.join("&"))
}
