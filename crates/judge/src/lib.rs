//! SQL over facts, with the standards as functions: verdicts with evidence.
//!
//! A [`Session`] is DataFusion over a store, a plan pack and the standards, as of a day. Rules and indicators are SQL in
//! the pack; [`judge`] runs them and gives a [`Verdict`] for every subject in scope: pass, fail, undetermined (and why) or
//! not applicable, with what it rests on. The same facts give the same verdict, byte for byte.
//!
//! ```text
//! facts (as of) ─┐
//! plan pack ─────┼─▶ tables ─▶ views (means, classes) ─▶ rules ─▶ verdicts ─▶ explanation
//! standards ─────┘                                        indicators ─▶ values
//! ```
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let session = judge::Session::without_store().unwrap();
//! let answer = session.sql("SELECT gb3838_class('nh3n', '1.015', 'river', 'published') AS class").await.unwrap();
//! assert_eq!(answer.rows[0][0].as_deref(), Some("IV"));
//! # });
//! ```

mod aggregate;
mod answer;
pub mod catalogue;
mod explain;
pub mod functions;
mod given;
pub mod river;
mod rules;
mod run;
mod session;
mod tables;
mod verdict;
mod verdict_table;

pub use answer::Answer;
pub use explain::{
    Explanation, InputRow, ItemCitation, Names, ObservationRow, Step, class_word, explain, outcome_word, reason_text, sentences,
};
pub use given::Given;
pub use rules::{Judgement, check_pack, judge, judge_by};
pub use run::{Counts, judge_and_keep, made_with};
pub use session::{JudgeError, Limits, Session};
pub use verdict::{Outcome, Verdict, verdict_id};
