//! How a number is spread.

use serde::{Deserialize, Serialize};

use crate::normal;
use crate::number::clamp;

/// Standard deviations above the mean from which a cut normal distribution is computed by its mirror image.
const MIRRORED: f64 = 5.0;

/// How a number is spread: of an uncertain parameter, or of an initial value drawn once a game. All are
/// bounded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// This value alone.
    Constant(f64),
    /// Even between two bounds.
    Uniform {
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// Even in the logarithm between two positive bounds.
    LogUniform {
        /// Lower bound, above 0.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// Triangular.
    Triangular {
        /// Lower bound.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// Upper bound.
        high: f64,
    },
    /// Normal, cut off at two bounds.
    TruncatedNormal {
        /// Mean before the cut.
        mean: f64,
        /// Standard deviation before the cut.
        sd: f64,
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// One of the parameter's named choices, each equally likely: values 0 … n − 1.
    Choice {
        /// How many choices.
        count: u32,
    },
}

impl Distribution {
    /// The most standard deviations that the range of a truncated normal may lie from its mean: beyond, the mass of a tail
    /// leaves the range of a double.
    pub const FARTHEST: f64 = 35.0;

    /// Smallest and largest value.
    #[must_use]
    pub fn bounds(&self) -> (f64, f64) {
        match *self {
            Self::Constant(x) => (x, x),
            Self::Uniform { low, high }
            | Self::LogUniform { low, high }
            | Self::Triangular { low, high, .. }
            | Self::TruncatedNormal { low, high, .. } => (low, high),
            Self::Choice { count } => (0.0, f64::from(count.saturating_sub(1))),
        }
    }

    /// The value below which a share `p` of the distribution lies; `p` is held to `[0, 1]`, and 0 and 1 give
    /// the two ends exactly. The exact inverse of the distribution function, so that a stratified `p` gives
    /// stratified values. A choice of n cuts `[0, 1]` into n equal parts.
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        let p = clamp(p, 0.0, 1.0);
        let (lowest, highest) = self.bounds();
        if p == 0.0 {
            return lowest;
        }
        if p == 1.0 {
            return highest;
        }
        match *self {
            Self::Constant(x) => x,
            Self::Uniform { low, high } => clamp(low + p * (high - low), low, high),
            Self::LogUniform { low, high } => {
                clamp(libm::exp(libm::log(low) + p * (libm::log(high) - libm::log(low))), low, high)
            }
            Self::Triangular { low, mode, high } => {
                let width = high - low;
                if width <= 0.0 {
                    return low;
                }
                let split = (mode - low) / width;
                let x = if p < split {
                    low + libm::sqrt(p * width * (mode - low))
                } else {
                    high - libm::sqrt((1.0 - p) * width * (high - mode))
                };
                clamp(x, low, high)
            }
            Self::TruncatedNormal { mean, sd, low, high } => {
                if sd <= 0.0 {
                    return clamp(mean, low, high);
                }
                if low > mean + MIRRORED * sd {
                    // Both cuts in the far upper tail: the mirror image keeps the digits that 1 − Φ loses.
                    let mirror = Self::TruncatedNormal { mean: -mean, sd, low: -high, high: -low };
                    return -mirror.quantile(1.0 - p);
                }
                let below = |x: f64| 0.5 * libm::erfc(-(x - mean) / (sd * core::f64::consts::SQRT_2));
                let (from, to) = (below(low), below(high));
                let q = from + p * (to - from);
                if q <= 0.0 {
                    return low;
                }
                if q >= 1.0 {
                    return high;
                }
                clamp(mean + sd * normal::quantile(q), low, high)
            }
            Self::Choice { count } => {
                let n = f64::from(count.max(1));
                clamp(libm::floor(p * n), 0.0, n - 1.0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_have_closed_forms() {
        assert_eq!(Distribution::Uniform { low: -2.0, high: 6.0 }.quantile(0.25), 0.0);
        let log = Distribution::LogUniform { low: 1.0, high: 10_000.0 };
        assert!((log.quantile(0.5) - 100.0).abs() < 1e-10);
        // F(x) = (x − a)² / ((b − a)(c − a)) below the mode: F(2) = 4 / (10 · 4) = 0.1.
        let triangle = Distribution::Triangular { low: 0.0, mode: 4.0, high: 10.0 };
        assert!((triangle.quantile(0.1) - 2.0).abs() < 1e-12);
        // Above it 1 − F(x) = (b − x)² / ((b − a)(b − c)): 1 − F(7) = 9 / 60.
        assert!((triangle.quantile(0.85) - 7.0).abs() < 1e-12);
        let cut = Distribution::TruncatedNormal { mean: 1.0, sd: 2.0, low: -1.0, high: 3.0 };
        assert!((cut.quantile(0.5) - 1.0).abs() < 1e-12);
        // scipy.stats.truncnorm.ppf(0.9, -1, 1, loc=1, scale=2): Φ⁻¹(0.15866 + 0.9 · 0.68269).
        let expected = 1.0 + 2.0 * normal::quantile(0.158_655_253_931_457_05 + 0.9 * 0.682_689_492_137_085_9);
        assert!((cut.quantile(0.9) - expected).abs() < 1e-12);
        assert_eq!(Distribution::Choice { count: 3 }.quantile(0.67), 2.0);
    }

    #[test]
    fn a_cut_in_the_far_upper_tail_keeps_its_digits() {
        let upper = Distribution::TruncatedNormal { mean: 0.0, sd: 1.0, low: 10.0, high: 12.0 };
        let lower = Distribution::TruncatedNormal { mean: 0.0, sd: 1.0, low: -12.0, high: -10.0 };
        // Mills: the median excess over 10 is close to ln 2 / 10.2.
        assert!((upper.quantile(0.5) - 10.068).abs() < 1e-3, "{}", upper.quantile(0.5));
        assert_eq!(lower.quantile(0.5), -upper.quantile(0.5));
    }

    #[test]
    fn both_ends_are_met_exactly() {
        for d in [
            Distribution::Uniform { low: 0.1, high: 0.7 },
            Distribution::LogUniform { low: 0.1, high: 0.7 },
            Distribution::Triangular { low: 0.1, mode: 0.1, high: 0.7 },
            Distribution::TruncatedNormal { mean: 0.3, sd: 0.1, low: 0.1, high: 0.7 },
        ] {
            assert_eq!((d.quantile(0.0), d.quantile(1.0)), (0.1, 0.7), "{d:?}");
        }
    }
}
