//! Values that filters compare and lists are ordered by.

use std::cmp::Ordering;
use std::sync::Arc;

use facts::geometry::Geometry;
use serde_json::Value;
use standards::Decimal;

/// A value in a filter.
#[derive(Debug, Clone)]
pub(crate) enum Val {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(String),
    /// From a second to a second; an instant where they are the same.
    Time(i64, i64),
    /// A duration.
    Seconds(i64),
    Shape(Arc<Geometry>),
    /// An object or a list; such as a geometry that nothing has looked into yet.
    Json(Value),
}

impl Val {
    /// What a JSON value is.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(yes) => Self::Bool(*yes),
            Value::Number(number) => standards::decimal(&number.to_string()).map_or(Self::Null, Self::Number),
            Value::String(text) => Self::Text(text.clone()),
            other => Self::Json(other.clone()),
        }
    }

    /// An instant or an interval as it is written.
    pub(crate) fn time(text: &str) -> Self {
        let parts: Vec<Option<i64>> = text.split('/').map(super::query::instant).collect();
        match parts[..] {
            [Some(one)] => Self::Time(one, one),
            [Some(from), Some(to)] => Self::Time(from, to),
            _ => Self::Null,
        }
    }

    /// As a text, where it is one or a number.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.normalize().to_string()),
            Self::Bool(yes) => Some(yes.to_string()),
            _ => None,
        }
    }

    /// As a shape, where it is one or a GeoJSON geometry.
    pub(crate) fn shape(&self) -> Option<Arc<Geometry>> {
        match self {
            Self::Shape(shape) => Some(Arc::clone(shape)),
            Self::Json(value) => {
                let geometry = value.get("geometry").unwrap_or(value);
                Geometry::parse(&geometry.to_string()).ok().map(Arc::new)
            }
            _ => None,
        }
    }

    /// What it is, for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Time(..) => "a time",
            Self::Seconds(_) => "a duration",
            Self::Shape(_) => "a shape",
            Self::Json(_) => "an object",
        }
    }

    /// The key by which lists are ordered.
    pub(crate) fn key(&self) -> Key {
        match self {
            Self::Bool(yes) => Key::Number(Decimal::from(u8::from(*yes))),
            Self::Number(number) => Key::Number(*number),
            Self::Seconds(seconds) => Key::Number(Decimal::from(*seconds)),
            Self::Time(from, to) => Key::Time(*from, *to),
            Self::Text(text) => Key::Text(text.clone()),
            Self::Json(value) => Key::Text(value.to_string()),
            Self::Null | Self::Shape(_) => Key::Null,
        }
    }

    /// How two values of one kind lie to each other: whether the first is before, the same, or after the second.
    /// Intervals that overlap are neither.
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Null, Self::Null) => Some(Ordering::Equal),
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Number(a), Self::Number(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Seconds(a), Self::Seconds(b)) => Some(a.cmp(b)),
            (Self::Time(a, b), Self::Time(c, d)) => {
                if (a, b) == (c, d) {
                    Some(Ordering::Equal)
                } else if b <= c {
                    Some(Ordering::Less)
                } else if d <= a {
                    Some(Ordering::Greater)
                } else {
                    None
                }
            }
            // Results that are numbers in texts, and texts that stand for ids that are numbers.
            (Self::Number(a), Self::Text(b)) => standards::decimal(b).ok().map(|b| a.cmp(&b)),
            (Self::Text(a), Self::Number(b)) => standards::decimal(a).ok().map(|a| a.cmp(b)),
            _ => None,
        }
    }
}

/// A key of an order; what has none comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Null,
    Number(Decimal),
    Time(i64, i64),
    Text(String),
}

impl Key {
    /// As it stands in the link to the next page.
    pub(crate) fn write(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Number(number) => serde_json::json!({"n": number.to_string()}),
            Self::Time(from, to) => serde_json::json!([from, to]),
            Self::Text(text) => serde_json::json!(text),
        }
    }

    /// Read again.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => Self::Null,
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(parts) => match parts[..] {
                [ref from, ref to] => Self::Time(from.as_i64()?, to.as_i64()?),
                _ => return None,
            },
            Value::Object(parts) => Self::Number(standards::decimal(parts.get("n")?.as_str()?).ok()?),
            _ => return None,
        })
    }
}
