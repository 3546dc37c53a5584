//! The inverse of a basis, dense, renewed now and then.

/// Rows of the inverse, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Inverse {
    n: usize,
    values: Vec<f64>,
}

impl Inverse {
    /// Of the basis of all slacks, whose columns are minus one.
    pub(super) fn of_slacks(n: usize) -> Self {
        let mut values = vec![0.0; n * n];
        for i in 0..n {
            values[i * n + i] = -1.0;
        }
        Self { n, values }
    }

    /// Of these columns; nothing where they are not independent. Gauss and Jordan with the greatest pivot of each column.
    pub(super) fn of(columns: &[&[(usize, f64)]]) -> Option<Self> {
        const LEAST_PIVOT: f64 = 1e-13;
        let n = columns.len();
        let mut matrix = vec![0.0; n * n];
        for (j, column) in columns.iter().enumerate() {
            for (i, factor) in *column {
                matrix[i * n + j] += factor;
            }
        }
        let mut values = vec![0.0; n * n];
        for i in 0..n {
            values[i * n + i] = 1.0;
        }
        for j in 0..n {
            let pivot = (j..n).max_by(|a, b| matrix[a * n + j].abs().total_cmp(&matrix[b * n + j].abs()))?;
            if matrix[pivot * n + j].abs() < LEAST_PIVOT {
                return None;
            }
            for k in 0..n {
                matrix.swap(pivot * n + k, j * n + k);
                values.swap(pivot * n + k, j * n + k);
            }
            let over = 1.0 / matrix[j * n + j];
            for k in 0..n {
                matrix[j * n + k] *= over;
                values[j * n + k] *= over;
            }
            let (pivot_row, pivot_values) = (matrix[j * n..(j + 1) * n].to_vec(), values[j * n..(j + 1) * n].to_vec());
            for i in (0..n).filter(|i| *i != j) {
                let factor = matrix[i * n + j];
                if factor.abs() <= 0.0 {
                    continue;
                }
                for (value, pivot) in matrix[i * n..(i + 1) * n].iter_mut().zip(&pivot_row) {
                    *value -= factor * pivot;
                }
                for (value, pivot) in values[i * n..(i + 1) * n].iter_mut().zip(&pivot_values) {
                    *value -= factor * pivot;
                }
            }
        }
        Some(Self { n, values })
    }

    /// A row of it.
    pub(super) fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.n..(i + 1) * self.n]
    }

    /// It times a sparse column.
    pub(super) fn times(&self, column: &[(usize, f64)]) -> Vec<f64> {
        (0..self.n).map(|i| column.iter().map(|(k, factor)| self.values[i * self.n + k] * factor).sum()).collect()
    }

    /// A row vector times it.
    pub(super) fn left(&self, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.n];
        for (i, weight) in weights.iter().enumerate() {
            if 0.0 < weight.abs() {
                for (sum, value) in sums.iter_mut().zip(self.row(i)) {
                    *sum += weight * value;
                }
            }
        }
        sums
    }

    /// Replaces the basic column of a place by one for which the inverse times it is `direction`.
    pub(super) fn replace(&mut self, place: usize, direction: &[f64]) {
        let over = 1.0 / direction[place];
        let n = self.n;
        let pivot: Vec<f64> = self.row(place).iter().map(|value| value * over).collect();
        self.values[place * n..(place + 1) * n].copy_from_slice(&pivot);
        for (i, factor) in direction.iter().enumerate() {
            if i != place && 0.0 < factor.abs() {
                for (value, pivot) in self.values[i * n..(i + 1) * n].iter_mut().zip(&pivot) {
                    *value -= factor * pivot;
                }
            }
        }
    }
}
