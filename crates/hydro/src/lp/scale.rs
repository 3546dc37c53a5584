//! Factors that bring the numbers of a programme near one. They are powers of two, so nothing is rounded.

use serde::Serialize;

use super::model::Model;

/// How a programme was scaled.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scaling {
    /// What each row was multiplied with.
    pub rows: Vec<f64>,
    /// What each variable was divided by.
    pub columns: Vec<f64>,
    /// The smallest and the largest factor before; zero and zero where there is none.
    pub before: (f64, f64),
    /// The smallest and the largest factor after.
    pub after: (f64, f64),
}

/// Factors of geometric means, rows and columns in turn.
pub(super) fn scaling(model: &Model) -> Scaling {
    const N_ROUNDS: usize = 3;
    let mut rows = vec![1.0; model.rows.len()];
    let mut columns = vec![1.0; model.columns.len()];
    let before = range(model, &rows, &columns);
    for _ in 0..N_ROUNDS {
        let mut row_sizes = vec![(f64::INFINITY, 0.0_f64); rows.len()];
        for (i, _, factor) in factors(model, &vec![1.0; rows.len()], &columns) {
            row_sizes[i] = (row_sizes[i].0.min(factor), row_sizes[i].1.max(factor));
        }
        rows = row_sizes.into_iter().map(inverse_mean).collect();
        let mut column_sizes = vec![(f64::INFINITY, 0.0_f64); columns.len()];
        for (_, j, factor) in factors(model, &rows, &vec![1.0; columns.len()]) {
            column_sizes[j] = (column_sizes[j].0.min(factor), column_sizes[j].1.max(factor));
        }
        columns = column_sizes.into_iter().map(inverse_mean).collect();
    }
    let after = range(model, &rows, &columns);
    Scaling { rows, columns, before, after }
}

/// The power of two next to one over the geometric mean.
fn inverse_mean((least, most): (f64, f64)) -> f64 {
    if most <= 0.0 { 1.0 } else { (-0.5 * (least.log2() + most.log2())).round().exp2() }
}

fn factors<'a>(model: &'a Model, rows: &'a [f64], columns: &'a [f64]) -> impl Iterator<Item = (usize, usize, f64)> + 'a {
    let of_row = move |(i, row): (usize, &'a super::model::Row)| {
        row.terms.iter().map(move |(j, factor)| (i, *j, (factor * rows[i] * columns[*j]).abs()))
    };
    model.rows.iter().enumerate().flat_map(of_row).filter(|(_, _, factor)| 0.0 < *factor)
}

fn range(model: &Model, rows: &[f64], columns: &[f64]) -> (f64, f64) {
    let sizes = factors(model, rows, columns).map(|(_, _, factor)| factor);
    sizes
        .fold(None, |range: Option<(f64, f64)>, size| Some(range.map_or((size, size), |(least, most)| (least.min(size), most.max(size)))))
        .unwrap_or((0.0, 0.0))
}
