//! A record of months held against what must flow: kept, short, near, or missing.

use hydro::MonthMean;
use standards::Decimal;

use super::ecoflow::Shortfall;

/// How the record kept what was needed.
#[derive(Default)]
pub(super) struct Held {
    pub(super) n_judged: usize,
    pub(super) n_kept: usize,
    pub(super) n_missing: usize,
    pub(super) deficit_10k_m3: Decimal,
    pub(super) shortfalls: Vec<Shortfall>,
}

/// Holds each month against what is needed in it; `flows` are the same months as decimals.
pub(super) fn held(
    means: &[MonthMean],
    flows: &[(String, Decimal)],
    excluded: &[u8],
    warn_ratio: Decimal,
    required: impl Fn(u8) -> Option<Decimal>,
) -> Held {
    let mut held = Held::default();
    let counts = |month: u8| !excluded.contains(&month);
    let mut before: Option<i32> = None;
    for (mean, (month, flow)) in means.iter().zip(flows) {
        let number = mean.year * 12 + i32::from(mean.month) - 1;
        for gap in before.map_or(number, |before| before + 1)..number {
            held.n_missing += usize::from(counts((gap.rem_euclid(12) + 1) as u8));
        }
        before = Some(number);
        if !counts(mean.month) {
            continue;
        }
        if !mean.complete {
            held.n_missing += 1;
            continue;
        }
        let Some(needed) = required(mean.month) else { continue };
        held.n_judged += 1;
        let short = (needed - *flow).max(Decimal::ZERO);
        if short.is_zero() {
            held.n_kept += 1;
        }
        // 1 m³/s over a day is 8.64·10⁴ m³.
        held.deficit_10k_m3 += short * Decimal::from(mean.n_days) * Decimal::new(864, 2);
        if *flow < needed * warn_ratio {
            held.shortfalls.push(Shortfall { month: month.clone(), flow_m3_s: *flow, required_m3_s: needed, short_m3_s: short });
        }
    }
    held.shortfalls.reverse();
    held.deficit_10k_m3 = held.deficit_10k_m3.round_dp(2);
    held
}
