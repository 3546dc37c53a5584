//! The words of a filter, each with its place.

use std::sync::Arc;

use facts::geometry::Geometry;
use standards::Decimal;

use super::wkt;
use crate::sta::refusal::{Refusal, unreadable};
use crate::sta::value::Val;

/// A word of a filter.
#[derive(Debug, Clone)]
pub(crate) enum Token {
    /// A name, such as `phenomenonTime`, `geo.intersects` or `@iot.id`.
    Name(String),
    /// A value.
    Value(Val),
    Slash,
    Open,
    Close,
    Comma,
    Minus,
    End,
}

/// Reads every word. `place` names the option, `offset` says where the text begins in it.
pub(crate) fn words(text: &str, place: &str, offset: usize) -> Result<Vec<(usize, Token)>, Refusal> {
    let chars: Vec<char> = text.chars().collect();
    let mut reader = Reader { chars: &chars, at: 0, place, offset };
    let mut words = Vec::new();
    loop {
        while reader.peek().is_some_and(char::is_whitespace) {
            reader.at += 1;
        }
        let at = reader.at + offset;
        let token = reader.token()?;
        let end = matches!(token, Token::End);
        words.push((at, token));
        if end {
            return Ok(words);
        }
    }
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
    place: &'a str,
    offset: usize,
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '@' | '$')
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn refuse(&self, at: usize, found: &str, expected: impl Into<String>) -> Refusal {
        unreadable(self.place, at + self.offset, found, expected)
    }

    fn run(&mut self, fits: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(&fits) {
            self.at += 1;
        }
        self.chars.get(start..self.at).unwrap_or_default().iter().collect()
    }

    fn token(&mut self) -> Result<Token, Refusal> {
        let Some(first) = self.peek() else { return Ok(Token::End) };
        let one = match first {
            '/' => Some(Token::Slash),
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            ',' => Some(Token::Comma),
            '-' => Some(Token::Minus),
            _ => None,
        };
        if let Some(token) = one {
            self.at += 1;
            return Ok(token);
        }
        if first == '\'' {
            return self.quoted().map(|text| Token::Value(Val::Text(text)));
        }
        if first.is_ascii_digit() {
            return self.number_or_time();
        }
        if in_name(first) {
            return self.name();
        }
        Err(self.refuse(self.at, &first.to_string(), "a name, a value, an operator such as eq, or a parenthesis"))
    }

    /// A text in quotes; two quotes stand for one.
    fn quoted(&mut self) -> Result<String, Refusal> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            if c != '\'' {
                text.push(c);
            } else if self.peek() == Some('\'') {
                self.at += 1;
                text.push('\'');
            } else {
                return Ok(text);
            }
        }
        Err(self.refuse(start, &text, "a quote ' at the end of the text"))
    }

    fn name(&mut self) -> Result<Token, Refusal> {
        let start = self.at;
        let name = self.run(in_name);
        if self.peek() != Some('\'') {
            return Ok(match name.as_str() {
                "true" => Token::Value(Val::Bool(true)),
                "false" => Token::Value(Val::Bool(false)),
                "null" => Token::Value(Val::Null),
                _ => Token::Name(name),
            });
        }
        let text = self.quoted()?;
        match name.as_str() {
            "geography" | "geometry" => {
                let json = wkt::to_geojson(&text).map_err(|expected| self.refuse(start, &text, expected))?;
                let shape = Geometry::parse(&json).map_err(|error| self.refuse(start, &text, format!("a shape in degrees: {error}")))?;
                Ok(Token::Value(Val::Shape(Arc::new(shape))))
            }
            "duration" => match duration(&text) {
                Some(seconds) => Ok(Token::Value(Val::Seconds(seconds))),
                None => Err(self.refuse(start, &text, "a duration such as P1D, PT6H or P1DT12H")),
            },
            other => Err(self.refuse(start, other, "geography, geometry or duration before a text in quotes")),
        }
    }

    fn number_or_time(&mut self) -> Result<Token, Refusal> {
        let start = self.at;
        let text = self.instant_text();
        if !text.contains(['T', ':']) && text.matches('-').count() < 2 {
            let number: Option<Decimal> = standards::decimal(&text).ok();
            return number.map(|number| Token::Value(Val::Number(number))).ok_or_else(|| self.refuse(start, &text, "a number"));
        }
        let from = self.instant(start, &text)?;
        let interval = self.peek() == Some('/') && self.chars.get(self.at + 1).is_some_and(char::is_ascii_digit);
        if !interval {
            return Ok(Token::Value(Val::Time(from, from)));
        }
        self.at += 1;
        let second = self.at;
        let text = self.instant_text();
        let to = self.instant(second, &text)?;
        if to < from {
            return Err(self.refuse(start, &text, "an interval whose end is not before its beginning"));
        }
        Ok(Token::Value(Val::Time(from, to)))
    }

    /// The characters of a number or a time. A `+` of an offset that was not escaped arrives as a blank.
    fn instant_text(&mut self) -> String {
        let mut text = self.run(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '-' | '+'));
        let offset: Vec<char> = self.chars.iter().skip(self.at).take(6).copied().collect();
        let lost_plus = text.contains('T')
            && !has_offset(&text)
            && matches!(offset[..], [' ', a, b, ':', c, d] if [a, b, c, d].iter().all(char::is_ascii_digit));
        if lost_plus {
            text.push('+');
            text.extend(offset.iter().skip(1));
            self.at += 6;
        }
        text
    }

    fn instant(&self, at: usize, text: &str) -> Result<i64, Refusal> {
        instant(text)
            .ok_or_else(|| self.refuse(at, text, "a time with its offset, such as 2020-05-08T15:00:00+08:00 (%2B in an address) or …Z"))
    }
}

fn has_offset(text: &str) -> bool {
    let Some((_, clock)) = text.split_once('T') else { return false };
    clock.ends_with(['Z', 'z']) || clock.contains(['+', '-'])
}

/// A time that says its offset; one that does not is none.
pub(crate) fn instant(text: &str) -> Option<i64> {
    if has_offset(text) { facts::time::parse(text, None) } else { None }
}

/// Days, hours, minutes and seconds of an ISO duration, in seconds.
fn duration(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let rest = text.strip_prefix('P')?;
    let (days, clock) = rest.split_once('T').unwrap_or((rest, ""));
    let mut total = 0_i64;
    for (part, units) in [(days, &[('W', 604_800), ('D', 86_400)][..]), (clock, &[('H', 3600), ('M', 60), ('S', 1)][..])] {
        let mut digits = String::new();
        for c in part.chars() {
            if c.is_ascii_digit() {
                digits.push(c);
                continue;
            }
            let (_, seconds) = units.iter().find(|(unit, _)| *unit == c)?;
            let n: i64 = digits.parse().ok()?;
            total = total.checked_add(n.checked_mul(*seconds)?)?;
            digits.clear();
        }
        if !digits.is_empty() {
            return None;
        }
    }
    (!days.is_empty() || !clock.is_empty()).then_some(sign * total)
}
