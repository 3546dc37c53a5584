//! Numbers of a rule, each with its source, its mark and the day from which it holds.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Text, TomlDate};

/// A number a rule uses. A name can stand several times, each with the day from which its value holds, until the next does.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name, written `$name` in the SQL.
    pub name: String,
    /// Its value.
    pub value: Decimal,
    /// Where it comes from.
    pub source: Text,
    /// `checked`, `known` or `open`.
    pub sure: String,
    /// From this day on; from ever where there is none.
    #[serde(default, deserialize_with = "day")]
    pub from: Option<Date>,
}

impl Parameter {
    /// Whether nobody confirmed it.
    pub fn is_open(&self) -> bool {
        self.sure == "open"
    }
}

/// Days over which no number changes.
#[derive(Debug, Clone)]
pub struct Stretch<'a> {
    /// Its first day; none where it has no beginning.
    pub from: Option<Date>,
    /// The first day after it; none where it has no end.
    pub until: Option<Date>,
    /// The numbers that hold, one of each name.
    pub in_force: Vec<&'a Parameter>,
    /// Numbers of which no value holds yet: the first that will.
    pub not_yet: Vec<&'a Parameter>,
}

impl Stretch<'_> {
    /// Whether a day lies in it.
    pub fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }

    /// Whether every day lies in it: no number is dated.
    pub fn is_always(&self) -> bool {
        self.from.is_none() && self.until.is_none()
    }
}

/// The stretches of time in which the numbers stay as they are, from the earliest on. Each day lies in one of them.
pub fn stretches(parameters: &[Parameter]) -> Vec<Stretch<'_>> {
    let days: BTreeSet<Date> = parameters.iter().filter_map(|own| own.from).collect();
    let starts = std::iter::once(None).chain(days.iter().copied().map(Some));
    let ends = days.iter().copied().map(Some).chain(std::iter::once(None));
    let mut names: Vec<&str> = Vec::new();
    for own in parameters {
        if !names.contains(&own.name.as_str()) {
            names.push(&own.name);
        }
    }
    let of = |name: &str| {
        let mut values: Vec<&Parameter> = parameters.iter().filter(|own| own.name == name).collect();
        values.sort_by_key(|own| own.from);
        values
    };
    let stretch = |(from, until): (Option<Date>, Option<Date>)| {
        let mut stretch = Stretch { from, until, in_force: Vec::new(), not_yet: Vec::new() };
        for values in names.iter().map(|name| of(name)) {
            // No day at all is before every day, so that a value without one holds from the beginning.
            match values.iter().rev().find(|own| own.from <= from) {
                Some(own) => stretch.in_force.push(own),
                None => stretch.not_yet.extend(values.first()),
            }
        }
        stretch
    };
    starts.zip(ends).map(stretch).collect()
}

/// The numbers that hold on a day.
pub fn in_force(parameters: &[Parameter], day: Date) -> Vec<&Parameter> {
    stretches(parameters).into_iter().find(|stretch| stretch.holds(day)).map_or_else(Vec::new, |stretch| stretch.in_force)
}

/// A day, written as a TOML date or as a text.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    struct Written;

    impl<'de> Visitor<'de> for Written {
        type Value = Date;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a day such as 2024-05-01")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Date, E> {
            text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Date, A::Error> {
            TomlDate::deserialize(MapAccessDeserializer::new(map)).map(|day| day.0)
        }
    }

    deserializer.deserialize_any(Written).map(Some)
}
