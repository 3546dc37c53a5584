//! Progress bars, on a terminal only.

use std::cell::RefCell;
use std::io::IsTerminal as _;

use facts::import::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar for each file that is read.
#[derive(Default)]
pub(crate) struct Bars {
    bar: RefCell<Option<ProgressBar>>,
}

/// Whether somebody watches.
pub(crate) fn watched() -> bool {
    std::io::stderr().is_terminal()
}

impl Progress for Bars {
    fn start(&self, file: &str, bytes: u64) {
        if !watched() {
            return;
        }
        let bar = ProgressBar::new(bytes);
        if let Ok(style) = ProgressStyle::with_template("{msg:40!} {bar:30} {bytes}/{total_bytes} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message(file.to_owned());
        self.bar.replace(Some(bar));
    }

    fn at(&self, bytes: u64) {
        if let Some(bar) = self.bar.borrow().as_ref() {
            bar.set_position(bytes);
        }
    }

    fn finish(&self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// A bar over the batches that are looked at.
pub(crate) fn batches() -> ProgressBar {
    if !watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("batches {bar:30} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

/// A line that tells which rule runs.
pub(crate) fn spinner(total: usize) -> ProgressBar {
    if !watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total as u64);
    if let Ok(style) = ProgressStyle::with_template("judging {msg:30!} {bar:30} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    bar
}
