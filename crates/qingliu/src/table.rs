//! Rows of text for people: columns aligned, Chinese characters two cells wide.

use std::fmt::Write as _;

/// Width on a terminal.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| {
            if ('\u{1100}'..='\u{115f}').contains(&c)
                || ('\u{2e80}'..='\u{a4cf}').contains(&c)
                || ('\u{ac00}'..='\u{d7a3}').contains(&c)
                || ('\u{f900}'..='\u{faff}').contains(&c)
                || ('\u{fe30}'..='\u{fe6f}').contains(&c)
                || ('\u{ff00}'..='\u{ff60}').contains(&c)
            {
                2
            } else {
                1
            }
        })
        .sum()
}

/// A table with a header.
pub(crate) fn render(header: &[String], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = header.iter().map(|cell| width(cell)).collect();
    for row in rows {
        for (slot, cell) in widths.iter_mut().zip(row) {
            *slot = (*slot).max(width(cell));
        }
    }
    let mut text = String::new();
    let mut line = |cells: &[String]| {
        let mut out = String::new();
        for (place, (cell, slot)) in cells.iter().zip(&widths).enumerate() {
            if place != 0 {
                out.push_str("  ");
            }
            let _ = write!(out, "{cell}{}", " ".repeat(slot - width(cell)));
        }
        text.push_str(out.trim_end());
        text.push('\n');
    };
    line(header);
    line(&widths.iter().map(|slot| "─".repeat(*slot)).collect::<Vec<_>>());
    rows.iter().for_each(|row| line(row));
    text
}
