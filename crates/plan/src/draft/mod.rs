//! A draft of a pack out of a plan document: chapters, tasks, who leads and takes part, dates, numbers, duties, consequences.
//!
//! A document is bytes; the draft is files. Nothing is taken as certain that is not: each thing found carries its place in
//! the source and what is doubtful about it, and whatever is in doubt is written as such.
//!
//! ```text
//! bytes ─▶ read ─▶ clean ─▶ pieces ─▶ groups of people ─▶ headings ─▶ outline ─▶ dates, numbers, … ─▶ Draft ─▶ files
//! ```
//!
//! A text whose punctuation can be trusted is read by its marks: `一、`, `（一）`, `1.`, `（1）`. Copies from the web often have
//! lost theirs; such a text is read by what no copy loses: who leads and who takes part stand at the end of a task, and
//! numbers count up.
//!
//! ```
//! let text = "某某市水污染防治工作方案\n一、控制污染物排放\n1.取缔小型企业。2016年底前，全部取缔不符合产业政策的项目。（市环保局牵头，市发改委参与）";
//! let source = plan::draft::read("plan.txt", text.as_bytes())?;
//! let draft = plan::draft::draft(&source);
//! assert_eq!(draft.tasks().next().unwrap().lead[0].name, "环保局");
//! # Ok::<(), plan::draft::DraftError>(())
//! ```

mod assemble;
mod clean;
mod consequences;
mod counting;
mod dates;
mod deadlines;
mod docx;
mod doubt;
mod duties;
mod evaluate;
mod groups;
mod headings;
mod html;
mod items;
mod model;
mod outline;
mod pack;
mod people;
mod pieces;
mod places;
mod read;
mod reading;
mod review;
mod split;
mod targets;
mod titles;
mod units;
mod words;

pub use doubt::Doubt;
pub use evaluate::{Comparison, Score, compare};
pub use items::{Item, ItemKind};
pub use model::{
    Draft, DraftChapter, DraftConsequence, DraftDeadline, DraftDuty, DraftSection, DraftTarget, DraftTask, DraftUnit, Ground, Head, Named,
    Place, Sourced,
};
pub use read::{DraftError, Kind, Source, read};

/// Reads a plan out of a document. What cannot be read is missing, what is not sure says why.
pub fn draft(source: &Source) -> Draft {
    let clean = clean::clean(&source.blocks);
    let reading = reading::Reading::new(&clean.text);
    let outline = outline::outline(&reading);
    assemble::assemble(source, &clean, &reading, outline)
}
