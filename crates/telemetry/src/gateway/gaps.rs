//! Gaps in a row of periods, which a device may be asked to fill.

/// The first and last missing period of each gap between times that are known and in order, the newest gaps last; at most so many, the
/// newest ones.
pub(super) fn gaps(times: &[i64], step: i64, at_most: usize) -> Vec<(i64, i64)> {
    let between = times.windows(2).filter_map(|pair| match pair {
        [before, after] if step < after - before => Some((before + step, after - step)),
        _ => None,
    });
    let mut found: Vec<(i64, i64)> = between.filter(|(begin, end)| begin <= end).collect();
    let older = found.len().saturating_sub(at_most);
    found.drain(..older);
    found
}

#[cfg(test)]
mod tests {
    use super::gaps;

    /// Times, and the gaps between them.
    type Case<'a> = (&'a [i64], &'a [(i64, i64)]);

    #[test]
    fn a_gap_lies_between_two_times_further_apart_than_a_step() {
        let cases: [Case<'_>; 5] = [
            (&[], &[]),
            (&[3600], &[]),
            (&[3600, 7200, 10800], &[]),
            (&[3600, 14400, 18000, 25200], &[(7200, 10800), (21600, 21600)]),
            // Closer than a step, or off the step: nothing whole is missing.
            (&[3600, 4000, 7300], &[]),
        ];
        for (times, expected) in cases {
            assert_eq!(gaps(times, 3600, 9), expected, "{times:?}");
        }
        assert_eq!(gaps(&[0, 3, 6, 9], 1, 2), [(4, 5), (7, 8)]);
    }
}
