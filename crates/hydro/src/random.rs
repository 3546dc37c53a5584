//! Random numbers that come out the same everywhere: SplitMix64 (Steele, Lea and Flood, 2014). A seed is kept with every result.
//!
//! Good for drawing scenarios; not for secrets.

/// A stream of numbers from a seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The stream of a seed.
    pub fn seeded(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Evenly between zero and one, neither of them.
    pub fn unit(&mut self) -> f64 {
        // 53 bits fill a float; half a step keeps both ends out.
        ((self.bits() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    /// From the standard normal distribution, by Box and Muller.
    pub fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.unit(), self.unit());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }

    /// A factor around one with this coefficient of variation, log-normal with mean one.
    pub fn factor(&mut self, variation: f64) -> f64 {
        let variance = (variation * variation).ln_1p();
        (variance.sqrt() * self.normal() - 0.5 * variance).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_published_one() {
        let mut random = Random::seeded(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| random.bits()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn factors_have_mean_one() {
        let mut random = Random::seeded(7);
        let mean = (0..100_000).map(|_| random.factor(0.3)).sum::<f64>() / 100_000.0;
        assert!((mean - 1.0).abs() < 0.005, "{mean}");
    }
}
