//! What stands behind the question mark: options of a collection, and of each collection that is expanded in it.

mod expr;
mod lex;
mod wkt;

pub(crate) use expr::{Expr, Op};
pub(crate) use lex::instant;

use crate::sta::refusal::{Refusal, unreadable};

/// How long what stands behind the question mark may be, in bytes.
const LONGEST: usize = 16 << 10;
/// How deep collections may be expanded in each other, and how many in all.
const DEEPEST: usize = 6;
const EXPANDED: usize = 40;
/// How many keys an order may have.
const KEYS: usize = 8;

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Form {
    #[default]
    Json,
    DataArray,
    Csv,
    Geojson,
}

/// Options of a collection or of one thing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pub(crate) filter: Option<Expr>,
    pub(crate) expand: Vec<Expand>,
    /// Names of properties, with their places.
    pub(crate) select: Vec<(usize, String)>,
    pub(crate) orderby: Vec<(Expr, bool)>,
    pub(crate) top: Option<usize>,
    pub(crate) skip: usize,
    pub(crate) count: bool,
    pub(crate) form: Form,
    /// What was known at this second.
    pub(crate) as_of: Option<i64>,
    /// Where the page before ended.
    pub(crate) after: Option<serde_json::Value>,
    /// Everything as it was given, for the link to the next page.
    pub(crate) given: Vec<(String, String)>,
}

/// A collection that is expanded.
#[derive(Debug, Clone)]
pub(crate) struct Expand {
    pub(crate) name: String,
    pub(crate) position: usize,
    pub(crate) options: Options,
}

/// Reads what stands behind the question mark.
pub(crate) fn read(query: &str) -> Result<Options, Refusal> {
    if LONGEST < query.len() {
        return Err(Refusal::Bad(format!("the address has {} bytes behind the question mark (expected at most {LONGEST})", query.len())));
    }
    let given: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|error| Refusal::Bad(format!("the address cannot be read: {error}")))?;
    let mut options = Options::default();
    let mut budget = EXPANDED;
    for (name, text) in &given {
        options.set(name, text, 0, 0, &mut budget)?;
    }
    options.given = given;
    Ok(options)
}

impl Options {
    /// Takes one option. Its names are known with and without the sign.
    fn set(&mut self, name: &str, text: &str, offset: usize, depth: usize, budget: &mut usize) -> Result<(), Refusal> {
        let plain = name.strip_prefix('$').unwrap_or(name);
        let place = format!("${plain}");
        match plain {
            "filter" if text.trim().is_empty() => {}
            "filter" => {
                let next = expr::read(text, &place, offset)?;
                // Clients add one of their own to one that is there.
                self.filter = Some(match self.filter.take() {
                    Some(before) => Expr::Both(Op::And, Box::new(before), Box::new(next)),
                    None => next,
                });
            }
            "expand" => {
                for (at, part) in split(text, &[',']) {
                    self.expand_one(part, offset + at, depth, budget)?;
                }
            }
            "select" => {
                for (at, part) in split(text, &[',']) {
                    if !part.trim().is_empty() {
                        self.select.push((offset + at, part.trim().to_owned()));
                    }
                }
            }
            "orderby" => {
                for (at, part) in split(text, &[',']) {
                    let (key, descending) = match part.trim_end() {
                        whole if whole.ends_with(" desc") => (whole.trim_end_matches(" desc"), true),
                        whole => (whole.strip_suffix(" asc").unwrap_or(whole), false),
                    };
                    self.orderby.push((expr::read(key, &place, offset + at)?, descending));
                }
                if KEYS < self.orderby.len() {
                    return Err(unreadable(&place, offset, text, format!("at most {KEYS} keys")));
                }
            }
            "top" => self.top = Some(number(text, &place, offset)?),
            "skip" => self.skip = number(text, &place, offset)?,
            "count" => {
                self.count = match text.trim() {
                    "true" => true,
                    "false" => false,
                    other => return Err(unreadable(&place, offset, other, "true or false")),
                };
            }
            "resultFormat" if depth == 0 => {
                self.form = match text.to_ascii_lowercase().as_str() {
                    "json" => Form::Json,
                    "dataarray" => Form::DataArray,
                    "csv" => Form::Csv,
                    "geojson" => Form::Geojson,
                    _ => return Err(unreadable(&place, offset, text, "dataArray, CSV, GeoJSON or json")),
                };
            }
            "skiptoken" => self.after = Some(token(text).ok_or_else(|| unreadable(&place, offset, text, "the token of a nextLink"))?),
            "as_of" if depth == 0 => {
                self.as_of =
                    Some(moment(text).ok_or_else(|| unreadable("as_of", 0, text, "a day such as 2020-05-08 or a time with its offset"))?);
            }
            _ => {
                let known =
                    "$filter, $expand, $select, $orderby, $top, $skip, $count, $skiptoken, and outside of $expand $resultFormat and as_of";
                return Err(unreadable(
                    if name.is_empty() { "the address" } else { name },
                    offset,
                    name,
                    format!("one of the options {known}"),
                ));
            }
        }
        Ok(())
    }

    fn expand_one(&mut self, part: &str, at: usize, depth: usize, budget: &mut usize) -> Result<(), Refusal> {
        let part = part.trim();
        if part.is_empty() {
            return Ok(());
        }
        let too_many = || unreadable("$expand", at, part, format!("at most {EXPANDED} collections, at most {DEEPEST} in each other"));
        *budget = budget.checked_sub(1).ok_or_else(too_many)?;
        if DEEPEST <= depth {
            return Err(too_many());
        }
        // `A/B` means `A($expand=B)`; options in parentheses belong to the last.
        let open = part.find('(').unwrap_or(part.len());
        let (names, rest) = part.split_at(open);
        let mut inner = Options::default();
        let name = match names.split_once('/') {
            Some((name, more)) => {
                inner.expand_one(&format!("{more}{rest}"), at + name.chars().count() + 1, depth + 1, budget)?;
                name
            }
            None => {
                if !rest.is_empty() {
                    let bare = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
                    let bare = bare.ok_or_else(|| unreadable("$expand", at, part, "a parenthesis ) at the end of its options"))?;
                    let start = at + names.chars().count() + 1;
                    for (place, option) in split(bare, &[';', '&']) {
                        if option.trim().is_empty() {
                            continue;
                        }
                        let Some((key, value)) = option.split_once('=') else {
                            return Err(unreadable("$expand", start + place, option, "an option such as $top=10"));
                        };
                        inner.set(key.trim(), value, start + place + key.chars().count() + 1, depth + 1, budget)?;
                        inner.given.push((key.trim().to_owned(), value.to_owned()));
                    }
                }
                names
            }
        };
        if inner.given.is_empty() && names.contains('/') {
            let (_, more) = names.split_once('/').unwrap_or_default();
            inner.given.push(("$expand".to_owned(), format!("{more}{rest}")));
        }
        let name = name.trim();
        match self.expand.iter_mut().find(|own| own.name == name) {
            // `A/B,A/C` expands both in A.
            Some(own) => {
                own.options.expand.extend(inner.expand);
                own.options.given.extend(inner.given);
            }
            None => self.expand.push(Expand { name: name.to_owned(), position: at, options: inner }),
        }
        Ok(())
    }
}

/// Parts between signs that stand in no parentheses and no quotes, each with its place.
fn split<'a>(text: &'a str, signs: &[char]) -> Vec<(usize, &'a str)> {
    let (mut parts, mut depth, mut quoted) = (Vec::new(), 0_usize, false);
    let (mut start, mut start_at) = (0, 0);
    for (at, (byte, c)) in text.char_indices().enumerate() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ if !quoted && depth == 0 && signs.contains(&c) => {
                parts.push((start_at, text.get(start..byte).unwrap_or_default()));
                (start, start_at) = (byte + 1, at + 1);
            }
            _ => {}
        }
    }
    parts.push((start_at, text.get(start..).unwrap_or_default()));
    parts
}

fn number(text: &str, place: &str, offset: usize) -> Result<usize, Refusal> {
    let n: Option<u32> = text.trim().parse().ok();
    n.and_then(|n| usize::try_from(n).ok()).ok_or_else(|| unreadable(place, offset, text, "a whole number of zero or more"))
}

/// The last second of a day in Shanghai, or an instant.
pub(crate) fn moment(text: &str) -> Option<i64> {
    let text = text.trim();
    match text.parse::<jiff::civil::Date>() {
        Ok(day) if text.len() == 10 => Some(facts::time::end_of(day)),
        // A `+` that was not escaped arrives as a blank.
        _ => instant(&text.replace(' ', "+")),
    }
}

/// A place between two pages, as it stands in a link: JSON in hexadecimal digits.
pub(crate) fn write_token(place: &serde_json::Value) -> String {
    facts::merkle::hex(place.to_string().as_bytes())
}

fn token(text: &str) -> Option<serde_json::Value> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let bytes: Vec<u8> = digits?.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + digit)).collect();
    serde_json::from_slice(&bytes).ok()
}

/// The parts of a filter that must all hold.
pub(crate) fn conjuncts(filter: Option<&Expr>) -> Vec<&Expr> {
    let mut ahead: Vec<&Expr> = filter.into_iter().collect();
    let mut parts = Vec::new();
    while let Some(expr) = ahead.pop() {
        match expr {
            Expr::Both(Op::And, left, right) => ahead.extend([right.as_ref(), left.as_ref()]),
            other => parts.push(other),
        }
    }
    parts
}

/// Every path of a filter.
pub(crate) fn paths<'a>(expr: &'a Expr, found: &mut Vec<(&'a [String], usize)>) {
    match expr {
        Expr::Value(_) => {}
        Expr::Path(names, position) => found.push((names.as_slice(), *position)),
        Expr::Call(_, arguments) => arguments.iter().for_each(|argument| paths(argument, found)),
        Expr::Not(inner) | Expr::Negative(inner) => paths(inner, found),
        Expr::Both(_, left, right) => {
            paths(left, found);
            paths(right, found);
        }
    }
}

/// `(property, operator, what it is compared with)` where a part compares a property with something that no property
/// enters, such as a time or `now() sub duration'P1D'`.
pub(crate) fn bound(expr: &Expr) -> Option<(&str, Op, &Expr)> {
    let Expr::Both(op, left, right) = expr else { return None };
    let fixed = |expr: &Expr| {
        let mut found = Vec::new();
        paths(expr, &mut found);
        found.is_empty()
    };
    let flipped = match op {
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        other => *other,
    };
    match (left.as_ref(), right.as_ref()) {
        (Expr::Path(names, _), other) if names.len() == 1 && fixed(other) => Some((names.first()?.as_str(), *op, other)),
        (other, Expr::Path(names, _)) if names.len() == 1 && fixed(other) => Some((names.first()?.as_str(), flipped, other)),
        _ => None,
    }
}
