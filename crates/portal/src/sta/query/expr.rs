//! Filters as trees: what they are made of, and how they are read.

use super::lex::{Token, words};
use crate::sta::refusal::{Refusal, unreadable};
use crate::sta::value::Val;

/// How deep a filter may be nested, and how many parts it may have.
const DEPTH: usize = 30;
const PARTS: usize = 400;

/// A filter or a part of it.
#[derive(Debug, Clone)]
pub(crate) enum Expr {
    Value(Val),
    /// Names between slashes, with the place of the first.
    Path(Vec<String>, usize),
    Call(&'static str, Vec<Expr>),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    Both(Op, Box<Expr>, Box<Expr>),
}

/// What stands between two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Or,
    And,
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
    Add,
    Sub,
    Mul,
    Div,
    Mod,
}

/// Functions, with the fewest and the most arguments they take.
static FUNCTIONS: [(&str, usize, usize); 34] = [
    ("substringof", 2, 2),
    ("contains", 2, 2),
    ("startswith", 2, 2),
    ("endswith", 2, 2),
    ("length", 1, 1),
    ("indexof", 2, 2),
    ("substring", 2, 3),
    ("tolower", 1, 1),
    ("toupper", 1, 1),
    ("trim", 1, 1),
    ("concat", 2, 2),
    ("year", 1, 1),
    ("month", 1, 1),
    ("day", 1, 1),
    ("hour", 1, 1),
    ("minute", 1, 1),
    ("second", 1, 1),
    ("fractionalseconds", 1, 1),
    ("date", 1, 1),
    ("time", 1, 1),
    ("totaloffsetminutes", 1, 1),
    ("now", 0, 0),
    ("mindatetime", 0, 0),
    ("maxdatetime", 0, 0),
    ("before", 2, 2),
    ("after", 2, 2),
    ("during", 2, 2),
    ("overlaps", 2, 2),
    ("round", 1, 1),
    ("floor", 1, 1),
    ("ceiling", 1, 1),
    ("geo.intersects", 2, 2),
    ("st_intersects", 2, 2),
    ("st_disjoint", 2, 2),
];

/// Reads a filter, or a key of an order. `place` names the option, `offset` says where the text begins in it.
pub(crate) fn read(text: &str, place: &str, offset: usize) -> Result<Expr, Refusal> {
    let words = words(text, place, offset)?;
    let mut parser = Parser { words, at: 0, place, parts: 0 };
    let expr = parser.level(0, 0)?;
    match parser.peek() {
        (_, Token::End) => Ok(expr),
        (position, token) => Err(unreadable(place, position, &shown(&token), "an operator such as and, or the end")),
    }
}

struct Parser<'a> {
    words: Vec<(usize, Token)>,
    at: usize,
    place: &'a str,
    parts: usize,
}

/// Operators from the loosest to the tightest.
static LEVELS: [&[(&str, Op)]; 5] = [
    &[("or", Op::Or)],
    &[("and", Op::And)],
    &[("eq", Op::Eq), ("ne", Op::Ne), ("gt", Op::Gt), ("ge", Op::Ge), ("lt", Op::Lt), ("le", Op::Le)],
    &[("add", Op::Add), ("sub", Op::Sub)],
    &[("mul", Op::Mul), ("div", Op::Div), ("mod", Op::Mod)],
];

impl Parser<'_> {
    fn peek(&self) -> (usize, Token) {
        // The last word is always the end.
        self.words.get(self.at).or(self.words.last()).cloned().unwrap_or((0, Token::End))
    }

    fn take(&mut self) -> (usize, Token) {
        let word = self.peek();
        self.at += 1;
        word
    }

    fn refuse<T>(&self, position: usize, token: &Token, expected: impl Into<String>) -> Result<T, Refusal> {
        Err(unreadable(self.place, position, &shown(token), expected))
    }

    fn level(&mut self, level: usize, depth: usize) -> Result<Expr, Refusal> {
        let Some(operators) = LEVELS.get(level) else { return self.one(depth) };
        let mut left = self.level(level + 1, depth)?;
        loop {
            let (position, token) = self.peek();
            let Token::Name(name) = &token else { return Ok(left) };
            let Some((_, op)) = operators.iter().find(|(word, _)| word == name) else { return Ok(left) };
            self.count(position, &token, depth)?;
            self.at += 1;
            let right = self.level(level + 1, depth)?;
            left = Expr::Both(*op, Box::new(left), Box::new(right));
        }
    }

    fn count(&mut self, position: usize, token: &Token, depth: usize) -> Result<(), Refusal> {
        self.parts += 1;
        if PARTS < self.parts {
            return self.refuse(position, token, format!("a filter of at most {PARTS} parts"));
        }
        if DEPTH < depth {
            return self.refuse(position, token, format!("parentheses nested at most {DEPTH} deep"));
        }
        Ok(())
    }

    fn one(&mut self, depth: usize) -> Result<Expr, Refusal> {
        let (position, token) = self.take();
        self.count(position, &token, depth)?;
        match token {
            Token::Value(value) => Ok(Expr::Value(value)),
            Token::Minus => Ok(Expr::Negative(Box::new(self.one(depth + 1)?))),
            Token::Open => {
                let inner = self.level(0, depth + 1)?;
                self.close()?;
                Ok(inner)
            }
            Token::Name(name) if name == "not" => {
                // It binds tighter than every comparison only where it stands before parentheses or a function.
                let inner = self.level(2, depth + 1)?;
                Ok(Expr::Not(Box::new(inner)))
            }
            Token::Name(name) if matches!(self.peek().1, Token::Open) => self.call(position, &name, depth),
            Token::Name(name) => self.path(position, name),
            other => self.refuse(position, &other, "a property, a value, a function or a parenthesis"),
        }
    }

    fn close(&mut self) -> Result<(), Refusal> {
        match self.take() {
            (_, Token::Close) => Ok(()),
            (position, token) => self.refuse(position, &token, "a parenthesis )"),
        }
    }

    fn call(&mut self, position: usize, name: &str, depth: usize) -> Result<Expr, Refusal> {
        let Some((known, fewest, most)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
            let names: Vec<&str> = FUNCTIONS.iter().map(|(known, ..)| *known).collect();
            return self.refuse(position, &Token::Name(name.to_owned()), format!("one of the functions {}", names.join(", ")));
        };
        self.at += 1;
        let mut arguments = Vec::new();
        if matches!(self.peek().1, Token::Close) {
            self.at += 1;
        } else {
            loop {
                arguments.push(self.level(0, depth + 1)?);
                match self.take() {
                    (_, Token::Comma) => {}
                    (_, Token::Close) => break,
                    (position, token) => return self.refuse(position, &token, "a comma or a parenthesis )"),
                }
            }
        }
        if arguments.len() < *fewest || *most < arguments.len() {
            let found = format!("{name} with {} arguments", arguments.len());
            let expected = if fewest == most { fewest.to_string() } else { format!("{fewest} to {most}") };
            return Err(unreadable(self.place, position, &found, expected));
        }
        Ok(Expr::Call(known, arguments))
    }

    fn path(&mut self, position: usize, first: String) -> Result<Expr, Refusal> {
        let mut names = vec![first];
        while matches!(self.peek().1, Token::Slash) {
            self.at += 1;
            match self.take() {
                (_, Token::Name(name)) => names.push(name),
                // A key of `properties` may look like a number or a word that is a value elsewhere.
                (_, Token::Value(value @ (Val::Number(_) | Val::Bool(_)))) => names.push(value.text().unwrap_or_default()),
                (position, token) => return self.refuse(position, &token, "the name of a property after /"),
            }
        }
        Ok(Expr::Path(names, position))
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Name(name) => name.clone(),
        Token::Value(Val::Text(text)) => format!("'{text}'"),
        Token::Value(value) => value.text().unwrap_or_else(|| value.kind().to_owned()),
        Token::Slash => "/".to_owned(),
        Token::Open => "(".to_owned(),
        Token::Close => ")".to_owned(),
        Token::Comma => ",".to_owned(),
        Token::Minus => "-".to_owned(),
        Token::End => "the end".to_owned(),
    }
}
