//! Reads cases and compares numbers.

use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// What a closed form must agree to, relative, where a case says nothing else.
pub(crate) const CLOSE: f64 = 1e-6;

pub(crate) fn read(text: &str) -> Table {
    text.parse().unwrap()
}

pub(crate) fn float(value: &Value) -> f64 {
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64)).unwrap()
}

pub(crate) fn number(table: &Table, key: &str) -> f64 {
    float(&table[key])
}

pub(crate) fn numbers(table: &Table, key: &str) -> Vec<f64> {
    table[key].as_array().unwrap().iter().map(float).collect()
}

pub(crate) fn rows(table: &Table, key: &str) -> Vec<Vec<f64>> {
    let rows = table[key].as_array().unwrap();
    rows.iter().map(|row| row.as_array().unwrap().iter().map(float).collect()).collect()
}

pub(crate) fn part<'a>(table: &'a Table, key: &str) -> &'a Table {
    table[key].as_table().unwrap()
}

pub(crate) fn tables<'a>(table: &'a Table, key: &str) -> Vec<&'a Table> {
    table[key].as_array().unwrap().iter().map(|value| value.as_table().unwrap()).collect()
}

pub(crate) fn text<'a>(table: &'a Table, key: &str) -> &'a str {
    table[key].as_str().unwrap()
}

pub(crate) fn typed<T: DeserializeOwned>(table: &Table, key: &str) -> T {
    table[key].clone().try_into().unwrap()
}

pub(crate) fn tolerance(table: &Table) -> f64 {
    table.get("tolerance").map_or(CLOSE, float)
}

/// Fails with what was expected and found, and by how much they differ.
pub(crate) fn near(what: &str, found: f64, expected: f64) {
    within(what, found, expected, CLOSE);
}

pub(crate) fn within(what: &str, found: f64, expected: f64, relative: f64) {
    let error = if expected == 0.0 { found.abs() } else { ((found - expected) / expected).abs() };
    assert!(error <= relative, "{what}: expected {expected}, found {found}, relative error {error:e}");
}
