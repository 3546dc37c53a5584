//! What an analyst can ask: every table, view, column and function, with a sentence each. `docs/sql.md` is made of it.

use std::fmt::Write as _;

use crate::functions::{FUNCTIONS, Kind, Returns};

/// A table or view.
#[derive(Debug, Clone)]
pub struct TableDoc {
    /// Its name.
    pub name: String,
    /// What a row of it is.
    pub doc: String,
    /// Its columns.
    pub columns: Vec<ColumnDoc>,
}

/// A column.
#[derive(Debug, Clone)]
pub struct ColumnDoc {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: String,
    /// What it holds.
    pub doc: String,
}

/// A view as its file tells it: name, sentence, columns, query.
#[derive(Debug)]
pub(crate) struct ViewText {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) columns: Vec<(String, String)>,
    pub(crate) sql: String,
}

const VIEW_FILES: [&str; 3] =
    [include_str!("../views/10_means.sql"), include_str!("../views/20_sections.sql"), include_str!("../views/30_devices.sql")];

/// The views, in the order in which they build on one another.
pub(crate) fn views() -> Vec<ViewText> {
    let mut views: Vec<ViewText> = Vec::new();
    for line in VIEW_FILES.iter().flat_map(|text| text.lines()) {
        if let Some((name, doc)) = line.strip_prefix("-- view ").and_then(|rest| rest.split_once(": ")) {
            views.push(ViewText { name: name.to_owned(), doc: doc.to_owned(), columns: Vec::new(), sql: String::new() });
            continue;
        }
        let Some(view) = views.last_mut() else { continue };
        match line.strip_prefix("-- ").and_then(|rest| rest.split_once(": ")) {
            Some((column, doc)) if view.sql.is_empty() => view.columns.push((column.to_owned(), doc.to_owned())),
            _ => {
                view.sql.push_str(line.trim_end_matches(';'));
                view.sql.push('\n');
            }
        }
    }
    views
}

/// Aggregate functions and what they say.
const AGGREGATES: [(&str, &str, &str); 2] = [
    (
        "exact_mean(value)",
        "decimal, 18 places",
        "Arithmetic mean: exact sum and count, then one rounding, half to even. The engine's own AVG is refused in rules.",
    ),
    (
        "item_mean(item, value)",
        "decimal, 18 places",
        "The mean as the monitoring rules want it: pH over the hydrogen-ion concentration (four places), every other item arithmetic.",
    ),
];

/// The documentation as Markdown.
pub fn markdown(tables: &[TableDoc]) -> String {
    let mut page = String::from(
        "# SQL\n\nRules, indicators and `qingliu sql` ask DataFusion over these tables and functions. Everything is read-only and as of a day \
         (`--as-of`); private fields of registers are not there at all. Literals with a point are decimal, not float.\n\n\
         This page is made from the program (`UPDATE_DOCS=1 cargo test -p judge --test docs`); a test fails when it is not up to date.\n\n## Tables and views\n",
    );
    for table in tables {
        let _ = write!(page, "\n### `{}`\n\n{}\n\n| column | type | what |\n|---|---|---|\n", table.name, table.doc);
        for column in &table.columns {
            let _ = writeln!(page, "| `{}` | {} | {} |", column.name, column.kind, column.doc.replace('|', "\\|"));
        }
    }
    page.push_str("\n## Functions\n\nA value is a text (which keeps its digits and may carry a below-detection mark) or a decimal; binary floats are refused.\n\n| function | gives | what |\n|---|---|---|\n");
    for function in FUNCTIONS {
        let required = function.args.len() - function.optional;
        let args: Vec<String> = function
            .args
            .iter()
            .enumerate()
            .map(|(place, (name, kind))| {
                let name = if *kind == Kind::Value { (*name).to_owned() } else { format!("*{name}*") };
                if required <= place { format!("[{name}]") } else { name }
            })
            .collect();
        let gives = match function.returns {
            Returns::Text => "text".to_owned(),
            Returns::Integer => "whole number".to_owned(),
            Returns::Boolean => "truth value".to_owned(),
            Returns::Decimal(places) => format!("decimal, {places} places"),
        };
        let _ = writeln!(page, "| `{}`({}) | {gives} | {} |", function.name, args.join(", "), function.doc);
    }
    page.push_str("\nAggregate functions:\n\n| function | gives | what |\n|---|---|---|\n");
    for (name, gives, doc) in AGGREGATES {
        let _ = writeln!(page, "| `{name}` | {gives} | {doc} |");
    }
    page.push_str("\nArguments in *italics* are words, the others values; those in brackets may be left out.\n");
    page
}
