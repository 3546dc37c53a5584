//! From corner to corner until no neighbour is better; then the next objective among what is left.

use super::basis::Inverse;
use super::model::{Account, Miss, Model, NoOptimum, Objective, Optimum};
use super::scale::{Scaling, scaling};

/// How far a bound may be missed, relative to one and the bound.
const FEASIBLE: f64 = 1e-9;
/// What a variable must at least save to be worth a step, relative to the greatest cost.
const WORTH: f64 = 1e-9;
/// From what saving on a variable counts as fixed by an objective.
const FIXED: f64 = 1e-7;
/// A pivot smaller than this is none.
const PIVOT: f64 = 1e-9;
/// Steps after which the inverse is made afresh.
const RENEW: usize = 100;
/// Steps without gain after which the first improving variable is taken, against going round in circles.
const PATIENCE: usize = 50;

/// The optimum of the first objective; of all such, that of the second; and so on.
pub fn solve(model: &Model, objectives: &[Objective]) -> Result<Optimum, NoOptimum> {
    model.check(objectives)?;
    let mut walk = Walk::new(model);
    walk.reach_feasible(model)?;
    let (mut found, mut prices): (Vec<&Objective>, Vec<Vec<f64>>) = (Vec::new(), Vec::new());
    for objective in objectives {
        let mut costs = vec![0.0; walk.columns.len()];
        for (column, cost) in &objective.costs {
            costs[*column] += cost * walk.scaling.columns[*column];
        }
        let size = costs.iter().fold(0.0_f64, |most, cost| most.max(cost.abs()));
        if 0.0 < size {
            costs.iter_mut().for_each(|cost| *cost /= size);
            walk.reach_best(&costs, &objective.name)?;
        }
        let y = walk.prices(&costs);
        walk.freeze(&costs, &y);
        prices.push(y.iter().zip(&walk.scaling.rows).map(|(price, row)| price * row * size).collect());
        found.push(objective);
    }
    let values = walk.values(model);
    let objectives: Vec<f64> =
        found.iter().map(|objective| objective.costs.iter().map(|(column, cost)| cost * values[*column]).sum()).collect();
    let tie_break = found.last().map_or_else(String::new, |objective| objective.name.clone());
    let prices_may_differ = walk.basis.iter().any(|j| walk.near(*j, walk.low[*j]) || walk.near(*j, walk.high[*j]));
    let account = Account { n_steps: walk.n_steps, tie_break, prices_may_differ, scaling: walk.scaling };
    Ok(Optimum { values, objectives, prices, account })
}

/// Variables, then a slack for each row: `Σ a·x − s = 0` with the row's bounds on s. All scaled.
struct Walk {
    n_rows: usize,
    scaling: Scaling,
    columns: Vec<Vec<(usize, f64)>>,
    low: Vec<f64>,
    high: Vec<f64>,
    x: Vec<f64>,
    basis: Vec<usize>,
    place: Vec<Option<usize>>,
    inverse: Inverse,
    frozen: Vec<bool>,
    n_steps: usize,
    since_renewed: usize,
}

/// What ends a step.
enum Stop {
    /// The variable reaches its other bound.
    OtherBound,
    /// The basic variable of a place reaches a bound.
    Basic { place: usize, bound: f64 },
}

impl Walk {
    fn new(model: &Model) -> Self {
        let scaling = scaling(model);
        let (n, n_rows) = (model.columns.len(), model.rows.len());
        let mut columns = vec![Vec::new(); n];
        for (i, row) in model.rows.iter().enumerate() {
            for (j, factor) in &row.terms {
                columns[*j].push((i, factor * scaling.rows[i] * scaling.columns[*j]));
            }
        }
        columns.extend((0..n_rows).map(|i| vec![(i, -1.0)]));
        let of_columns = |value: fn(&super::model::Column) -> f64| -> Vec<f64> {
            model.columns.iter().zip(&scaling.columns).map(|(column, scale)| value(column) / scale).collect()
        };
        let of_rows = |value: fn(&super::model::Row) -> f64| -> Vec<f64> {
            model.rows.iter().zip(&scaling.rows).map(|(row, scale)| value(row) * scale).collect()
        };
        let low = [of_columns(|column| column.low), of_rows(|row| row.low)].concat();
        let high = [of_columns(|column| column.high), of_rows(|row| row.high)].concat();
        let start = |(low, high): (&f64, &f64)| match (low.is_finite(), high.is_finite()) {
            (true, _) => *low,
            (false, true) => *high,
            (false, false) => 0.0,
        };
        let x = low.iter().zip(&high).map(start).collect();
        let place = (0..n + n_rows).map(|j| j.checked_sub(n)).collect();
        let mut walk = Self {
            n_rows,
            scaling,
            columns,
            low,
            high,
            x,
            basis: (n..n + n_rows).collect(),
            place,
            inverse: Inverse::of_slacks(n_rows),
            frozen: vec![false; n + n_rows],
            n_steps: 0,
            since_renewed: 0,
        };
        walk.set_basic();
        walk
    }

    /// Basic variables from the others.
    fn set_basic(&mut self) {
        let mut rest = vec![0.0; self.n_rows];
        for (j, column) in self.columns.iter().enumerate() {
            if self.place[j].is_none() {
                for (i, factor) in column {
                    rest[*i] -= factor * self.x[j];
                }
            }
        }
        for (place, j) in self.basis.iter().enumerate() {
            self.x[*j] = self.inverse.row(place).iter().zip(&rest).map(|(value, rest)| value * rest).sum();
        }
    }

    fn near(&self, j: usize, bound: f64) -> bool {
        bound.is_finite() && (self.x[j] - bound).abs() <= FEASIBLE * (1.0 + bound.abs())
    }

    /// By how much a variable is below (negative) or above its bounds; zero where it keeps them.
    fn miss(&self, j: usize) -> f64 {
        let x = self.x[j];
        if x < self.low[j] && !self.near(j, self.low[j]) {
            x - self.low[j]
        } else if self.high[j] < x && !self.near(j, self.high[j]) {
            x - self.high[j]
        } else {
            0.0
        }
    }

    fn reach_feasible(&mut self, model: &Model) -> Result<(), NoOptimum> {
        let mut idle = 0;
        loop {
            let weights: Vec<f64> =
                self.basis.iter().map(|j| self.miss(*j)).map(|miss| if 0.0 < miss.abs() { miss.signum() } else { 0.0 }).collect();
            if weights.iter().all(|weight| weight.abs() <= 0.0) {
                return Ok(());
            }
            let y = self.inverse.left(&weights);
            let Some((entering, up)) = self.entering(None, &y, PATIENCE < idle) else {
                return Err(NoOptimum::Infeasible { misses: self.misses(model) });
            };
            let length = self.step(entering, up, true, "the sum of what is missed")?;
            idle = if length <= 1e-12 { idle + 1 } else { 0 };
        }
    }

    fn reach_best(&mut self, costs: &[f64], name: &str) -> Result<(), NoOptimum> {
        let mut idle = 0;
        loop {
            let y = self.prices(costs);
            let Some((entering, up)) = self.entering(Some(costs), &y, PATIENCE < idle) else {
                return Ok(());
            };
            let length = self.step(entering, up, false, name)?;
            idle = if length <= 1e-12 { idle + 1 } else { 0 };
        }
    }

    /// What one more of each row would cost.
    fn prices(&self, costs: &[f64]) -> Vec<f64> {
        let weights: Vec<f64> = self.basis.iter().map(|j| costs[*j]).collect();
        self.inverse.left(&weights)
    }

    fn saving(&self, j: usize, cost: f64, y: &[f64]) -> f64 {
        cost - self.columns[j].iter().map(|(i, factor)| factor * y[*i]).sum::<f64>()
    }

    /// The variable that saves most by moving (the first that saves at all, if so wanted), and whether it goes up.
    fn entering(&self, costs: Option<&[f64]>, y: &[f64], first: bool) -> Option<(usize, bool)> {
        let mut best: Option<(usize, bool, f64)> = None;
        for j in 0..self.columns.len() {
            if self.place[j].is_some() || self.frozen[j] || self.high[j] <= self.low[j] {
                continue;
            }
            let saving = self.saving(j, costs.map_or(0.0, |costs| costs[j]), y);
            let up = saving < 0.0;
            let free = if up { self.x[j] < self.high[j] } else { self.low[j] < self.x[j] };
            if free && WORTH < saving.abs() && best.is_none_or(|(_, _, most)| most < saving.abs()) {
                best = Some((j, up, saving.abs()));
                if first {
                    break;
                }
            }
        }
        best.map(|(j, up, _)| (j, up))
    }

    /// Moves a variable until something stops it; gives how far.
    fn step(&mut self, entering: usize, up: bool, repairing: bool, name: &str) -> Result<f64, NoOptimum> {
        self.n_steps += 1;
        if 50 * (self.columns.len() + 200) < self.n_steps {
            return Err(NoOptimum::Steps { n_steps: self.n_steps });
        }
        let direction = self.inverse.times(&self.columns[entering]);
        let sign = if up { 1.0 } else { -1.0 };
        let mut length = self.high[entering] - self.low[entering];
        let mut stop = Stop::OtherBound;
        let mut pivot = 0.0_f64;
        for (place, along) in direction.iter().enumerate() {
            let moves = -sign * along;
            if moves.abs() < PIVOT {
                continue;
            }
            let j = self.basis[place];
            let miss = if repairing { self.miss(j) } else { 0.0 };
            // One that misses a bound may move on away from it, and stops where it meets it.
            let bound = match (miss < 0.0, 0.0 < miss, 0.0 < moves) {
                (true, _, true) => self.low[j],
                (_, true, false) => self.high[j],
                (true, _, false) | (_, true, true) => continue,
                (false, false, true) => self.high[j],
                (false, false, false) => self.low[j],
            };
            if bound.is_infinite() {
                continue;
            }
            let limit = ((bound - self.x[j]) / moves).max(0.0);
            let ties = limit <= length + 1e-12 && matches!(stop, Stop::Basic { .. }) && pivot.abs() < along.abs();
            if limit < length - 1e-12 || ties {
                length = length.min(limit);
                pivot = *along;
                stop = Stop::Basic { place, bound };
            }
        }
        if length.is_infinite() {
            return Err(NoOptimum::Unbounded { objective: name.to_owned() });
        }
        for (place, along) in direction.iter().enumerate() {
            self.x[self.basis[place]] -= sign * along * length;
        }
        match stop {
            Stop::OtherBound => self.x[entering] = if up { self.high[entering] } else { self.low[entering] },
            Stop::Basic { place, bound } => {
                self.x[entering] += sign * length;
                let leaving = self.basis[place];
                self.x[leaving] = bound;
                self.place[leaving] = None;
                self.place[entering] = Some(place);
                self.basis[place] = entering;
                self.inverse.replace(place, &direction);
                self.renew_sometimes()?;
            }
        }
        Ok(length)
    }

    fn renew_sometimes(&mut self) -> Result<(), NoOptimum> {
        self.since_renewed += 1;
        if self.since_renewed < RENEW {
            return Ok(());
        }
        self.since_renewed = 0;
        let basic: Vec<&[(usize, f64)]> = self.basis.iter().map(|j| self.columns[*j].as_slice()).collect();
        self.inverse = Inverse::of(&basic).ok_or(NoOptimum::Singular { n_steps: self.n_steps })?;
        self.set_basic();
        Ok(())
    }

    /// Fixes what would worsen this objective.
    fn freeze(&mut self, costs: &[f64], y: &[f64]) {
        for (j, cost) in costs.iter().enumerate().take(self.columns.len()) {
            if self.place[j].is_none() && FIXED < self.saving(j, *cost, y).abs() {
                self.frozen[j] = true;
            }
        }
    }

    /// The variables in their own units; one that all but meets a bound is put there.
    fn values(&self, model: &Model) -> Vec<f64> {
        let value = |(j, column): (usize, &super::model::Column)| {
            if self.near(j, self.low[j]) {
                column.low
            } else if self.near(j, self.high[j]) {
                column.high
            } else {
                self.x[j] * self.scaling.columns[j]
            }
        };
        model.columns.iter().enumerate().map(value).collect()
    }

    fn misses(&self, model: &Model) -> Vec<Miss> {
        let n = model.columns.len();
        let mut misses = Vec::new();
        for j in 0..self.columns.len() {
            let miss = self.miss(j);
            if miss.abs() <= 0.0 {
                continue;
            }
            misses.push(match j.checked_sub(n) {
                Some(i) => Miss { name: model.rows[i].name.clone(), by: miss / self.scaling.rows[i] },
                None => Miss { name: model.columns[j].name.clone(), by: miss * self.scaling.columns[j] },
            });
        }
        misses
    }
}
