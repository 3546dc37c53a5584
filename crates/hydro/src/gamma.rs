//! The gamma distribution and the normal one, to about twelve digits.

/// Below this shape the recurrence of ln Γ is used until Stirling's series holds to 1e-15.
const STIRLING_FROM: f64 = 10.0;

/// ln Γ(x) for x above zero: Stirling's series, after moving small x up by the recurrence.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    let mut moved = x;
    let mut product = 1.0;
    while moved < STIRLING_FROM {
        product *= moved;
        moved += 1.0;
    }
    let inverse = 1.0 / moved;
    let square = inverse * inverse;
    let tail = 691.0 / 360_360.0;
    let series =
        1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square * (1.0 / 1680.0 - square * (1.0 / 1188.0 - square * tail))));
    (moved - 0.5) * moved.ln() - moved + 0.5 * (2.0 * std::f64::consts::PI).ln() + inverse * series - product.ln()
}

/// The share of a gamma distribution of this shape (scale 1) that lies below x: the series for small x, Lentz's continued
/// fraction for large.
pub(crate) fn gamma_below(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = (shape * x.ln() - x - ln_gamma(shape)).exp();
    if x < shape + 1.0 {
        let mut term = 1.0 / shape;
        let mut sum = term;
        let mut n = shape;
        while 1e-17 * sum < term {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return (front * sum).min(1.0);
    }
    1.0 - front * above_fraction(shape, x)
}

/// The continued fraction of the upper tail, without its front factor.
fn above_fraction(shape: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const MOST_TERMS: u32 = 1_000_000;
    let kept_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / kept_from_zero(b);
    let mut fraction = d;
    for i in 1..MOST_TERMS {
        let i = f64::from(i);
        let a = -i * (i - shape);
        b += 2.0;
        d = 1.0 / kept_from_zero(a * d + b);
        c = kept_from_zero(b + a / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

/// The x below which this share of a gamma distribution lies, by bisection down to neighbouring floats.
pub(crate) fn gamma_quantile(shape: f64, probability: f64) -> f64 {
    let mut low = 0.0;
    let mut high = shape.max(1.0);
    while gamma_below(shape, high) < probability && high < f64::MAX / 4.0 {
        high *= 2.0;
    }
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || high <= middle {
            return middle;
        }
        if gamma_below(shape, middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The standard normal value below which this share lies. The square of a normal value is a gamma of shape ½, doubled.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    let size = |tail: f64| (2.0 * gamma_quantile(0.5, tail)).sqrt();
    if probability < 0.5 { -size(1.0 - 2.0 * probability) } else { size(2.0 * probability - 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (shape, x, share below): of shape 1 it is 1 − e^−x, of shape ½ the error function of √x, of 3 a polynomial.
    const BELOW: [(f64, f64, f64); 4] = [
        (1.0, 2.0, 0.864_664_716_763_387_3),
        (0.5, 1.0, 0.842_700_792_949_714_9),
        (3.0, 2.5, 0.456_186_884_116_670_4),
        (1.0, 0.25, 0.221_199_216_928_595_12),
    ];

    #[test]
    fn shares_below_agree_with_their_closed_forms() {
        for (shape, x, share) in BELOW {
            assert!((gamma_below(shape, x) - share).abs() < 1e-13, "{shape} {x}: {}", gamma_below(shape, x));
            assert!((gamma_quantile(shape, share) - x).abs() < 1e-11, "{shape} {share}");
        }
    }

    #[test]
    fn ln_gamma_agrees_with_factorials_and_the_root_of_pi() {
        assert!((ln_gamma(0.5) - 0.5 * std::f64::consts::PI.ln()).abs() < 1e-13);
        assert!((ln_gamma(11.0) - 3_628_800f64.ln()).abs() < 1e-13);
        assert!(ln_gamma(1.0).abs() < 1e-13);
    }

    #[test]
    fn normal_quantiles_are_those_of_the_tables() {
        for (probability, value) in [(0.5, 0.0), (0.1, -1.281_551_565_544_600_4), (0.975, 1.959_963_984_540_054)] {
            assert!((normal_quantile(probability) - value).abs() < 1e-11, "{probability}: {}", normal_quantile(probability));
        }
    }
}
