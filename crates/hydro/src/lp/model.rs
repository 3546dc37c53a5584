//! Programmes and their answers.

use serde::Serialize;

use super::scale::Scaling;

/// A variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The least it may be.
    pub low: f64,
    /// The most it may be.
    pub high: f64,
}

/// A sum of variables with bounds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// The least it may be.
    pub low: f64,
    /// The most it may be.
    pub high: f64,
    /// Variables with their factors.
    pub terms: Vec<(usize, f64)>,
}

/// Variables and rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Model {
    /// The variables.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// What is made as small as can be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Objective {
    /// Its name.
    pub name: String,
    /// Variables with what one of each costs.
    pub costs: Vec<(usize, f64)>,
}

/// An optimum.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Optimum {
    /// The variables.
    pub values: Vec<f64>,
    /// Each objective.
    pub objectives: Vec<f64>,
    /// For each objective what one more of each row's bound would change it by, the objectives before it held.
    pub prices: Vec<Vec<f64>>,
    /// How it was found.
    pub account: Account,
}

/// How an optimum was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Account {
    /// Factors of rows and columns.
    pub scaling: Scaling,
    /// The objective that broke ties: the last one.
    pub tie_break: String,
    /// Steps from corner to corner.
    pub n_steps: usize,
    /// Whether another set of prices would do as well, because more bounds meet in the corner than are needed.
    pub prices_may_differ: bool,
}

/// A bound that is missed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Miss {
    /// Row or column.
    pub name: String,
    /// By how much at least, if the sum of all misses is to be smallest; above zero where too much, below where too little.
    pub by: f64,
}

/// Why there is no optimum.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoOptimum {
    /// No values keep all bounds.
    #[error("cannot be met: {}", listed(.misses))]
    Infeasible {
        /// What is missed.
        misses: Vec<Miss>,
    },
    /// An objective without end.
    #[error("objective `{objective}` has no least value")]
    Unbounded {
        /// The objective.
        objective: String,
    },
    /// A number that cannot be.
    #[error("`{name}`: {what}")]
    Input {
        /// Row, column or objective.
        name: String,
        /// What is wrong.
        what: &'static str,
    },
    /// It went round in circles.
    #[error("no optimum after {n_steps} steps")]
    Steps {
        /// How many were taken.
        n_steps: usize,
    },
    /// The numbers are too far apart.
    #[error("the basis has become singular after {n_steps} steps")]
    Singular {
        /// How many were taken.
        n_steps: usize,
    },
}

fn listed(misses: &[Miss]) -> String {
    let one = |miss: &Miss| format!("`{}` is missed by {}", miss.name, miss.by);
    misses.iter().map(one).collect::<Vec<_>>().join(", ")
}

impl Objective {
    /// An objective.
    pub fn new(name: &str, costs: Vec<(usize, f64)>) -> Self {
        Self { name: name.to_owned(), costs }
    }
}

impl Model {
    /// Adds a variable; gives its position.
    pub fn column(&mut self, name: impl Into<String>, low: f64, high: f64) -> usize {
        self.columns.push(Column { name: name.into(), low, high });
        self.columns.len() - 1
    }

    /// Adds a row; gives its position.
    pub fn row(&mut self, name: impl Into<String>, low: f64, high: f64, terms: Vec<(usize, f64)>) -> usize {
        self.rows.push(Row { name: name.into(), low, high, terms });
        self.rows.len() - 1
    }

    /// Whether all numbers can be.
    pub(super) fn check(&self, objectives: &[Objective]) -> Result<(), NoOptimum> {
        let refuse = |name: &str, what| Err(NoOptimum::Input { name: name.to_owned(), what });
        let columns = self.columns.iter().map(|column| (&column.name, column.low, column.high));
        for (name, low, high) in columns.chain(self.rows.iter().map(|row| (&row.name, row.low, row.high))) {
            if low.is_nan() || high.is_nan() || f64::MAX < low || high < f64::MIN {
                return refuse(name, "its bounds are no numbers");
            }
            if high < low {
                return refuse(name, "its upper bound is below its lower bound");
            }
        }
        let rows = self.rows.iter().map(|row| (&row.name, &row.terms));
        for (name, terms) in rows.chain(objectives.iter().map(|objective| (&objective.name, &objective.costs))) {
            for (column, factor) in terms {
                if !factor.is_finite() {
                    return refuse(name, "a factor is no number");
                }
                if self.columns.len() <= *column {
                    return refuse(name, "it names a variable that is not there");
                }
            }
        }
        Ok(())
    }
}
