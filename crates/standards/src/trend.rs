//! Trend over several periods: Spearman's rank correlation, as the method asks, and beside it the Mann-Kendall test
//! with Sen's slope, which does not mind gaps and ties.

use std::cmp::Ordering;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::data::DATA;

/// Spearman's rank correlation of values with time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spearman {
    /// Sum of squared rank differences.
    pub sum_d2: Decimal,
    /// The coefficient, not rounded.
    pub rs: Decimal,
    /// Critical values one-sided at 0.05 and 0.01, where the table has the number of periods.
    pub critical: Option<(Decimal, Decimal)>,
}

impl Spearman {
    /// Whether the trend is significant at 0.05; `None` where the table has no critical value for this number.
    pub fn significant(&self) -> Option<bool> {
        self.critical.map(|(p05, _)| p05 <= self.rs.abs())
    }
}

/// Spearman's coefficient of values in the order of time; ties take mean ranks. `None` of fewer than five periods.
pub fn spearman(values: &[Decimal]) -> Option<Spearman> {
    let n = values.len();
    if n < DATA.assessment.spearman.periods_min {
        return None;
    }
    let sum_d2: Decimal = ranks(values)
        .into_iter()
        .enumerate()
        .map(|(place, rank)| {
            let difference = rank - Decimal::from(place + 1);
            difference * difference
        })
        .sum();
    let count = Decimal::from(n);
    let rs = Decimal::ONE - Decimal::from(6) * sum_d2 / (count * count * count - count);
    let table = &DATA.assessment.spearman;
    let critical = table.n.iter().position(|row| *row == n).map(|row| (table.p05[row], table.p01[row]));
    Some(Spearman { sum_d2: sum_d2.normalize(), rs, critical })
}

fn ranks(values: &[Decimal]) -> Vec<Decimal> {
    values
        .iter()
        .map(|value| {
            let smaller = values.iter().filter(|other| *other < value).count();
            let equal = values.iter().filter(|other| *other == value).count();
            // The mean of the ranks smaller+1 … smaller+equal.
            Decimal::from(2 * smaller + equal + 1) / Decimal::TWO
        })
        .collect()
}

/// The Mann-Kendall test with Sen's slope.
#[derive(Debug, Clone, PartialEq)]
pub struct MannKendall {
    /// Pairs that rise minus pairs that fall.
    pub s: i64,
    /// Standard normal deviate of `s`, with the correction for ties, to four decimals.
    pub z: Decimal,
    /// The median slope per step of time.
    pub sen_slope: Decimal,
}

/// Mann-Kendall over values in the order of time, one per step. `None` of fewer than five periods.
pub fn mann_kendall(values: &[Decimal]) -> Option<MannKendall> {
    let n = values.len();
    if n < DATA.assessment.spearman.periods_min {
        return None;
    }
    let mut s = 0_i64;
    let mut slopes = Vec::with_capacity(n * (n - 1) / 2);
    for (place, earlier) in values.iter().enumerate() {
        for (steps, later) in values[place + 1..].iter().enumerate() {
            s += match later.cmp(earlier) {
                Ordering::Greater => 1,
                Ordering::Equal => 0,
                Ordering::Less => -1,
            };
            slopes.push((later - earlier) / Decimal::from(steps + 1));
        }
    }
    slopes.sort();
    let middle = slopes.len() / 2;
    let sen_slope = if slopes.len() % 2 == 1 { slopes[middle] } else { (slopes[middle - 1] + slopes[middle]) / Decimal::TWO };
    Some(MannKendall { s, z: deviate(s, values)?, sen_slope: sen_slope.normalize() })
}

fn deviate(s: i64, values: &[Decimal]) -> Option<Decimal> {
    let spread = |n: usize| Decimal::from(n) * Decimal::from(n - 1) * Decimal::from(2 * n + 5);
    let mut sorted = values.to_vec();
    sorted.sort();
    let ties: Decimal = sorted.chunk_by(|a, b| a == b).map(|group| spread(group.len())).sum();
    let variance = ((spread(values.len()) - ties) / Decimal::from(18)).to_f64()?;
    if s == 0 || variance <= 0.0 {
        return Some(Decimal::ZERO);
    }
    let corrected = f64::from(i32::try_from(s - s.signum()).ok()?);
    crate::mean::from_float(corrected / variance.sqrt(), 4)
}
