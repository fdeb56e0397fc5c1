//! Shares: how often something happened.

use super::interval::Interval;
use super::normal;
use crate::number::{clamp, max, min};
use serde::{Deserialize, Serialize};

/// A share with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proportion {
    /// How often it happened.
    pub successes: u64,
    /// In how many games.
    pub trials: u64,
    /// The share, if there were any games.
    pub share: Option<f64>,
    /// Wilson's score interval (Wilson 1927); `[0, 1]` without games.
    pub interval: Interval,
}

/// The share of successes with Wilson's two-sided score interval of confidence `level`, in (0, 1). It
/// stays within `[0, 1]` and has a width even at 0 and n successes.
///
/// # Panics
/// If there are more successes than trials.
pub fn wilson(successes: u64, trials: u64, level: f64) -> Proportion {
    assert!(successes <= trials, "{successes} successes in {trials} trials");
    if trials == 0 {
        let interval = Interval { low: 0.0, high: 1.0, level };
        return Proportion { successes, trials, share: None, interval };
    }
    let p = successes as f64 / trials as f64;
    let interval = score_interval(p, trials as f64, level);
    Proportion { successes, trials, share: Some(p), interval }
}

/// Wilson's score interval of a share `p` seen in `n` games, which need not be a whole number.
///
/// Up to three successes its lower end is that of a Poisson count at the whole error (Brown, Cai & DasGupta 2001,
/// section 4.1.1), as its upper end is up to three failures: Wilson's own excludes too much there, so that a share
/// of one in a hundred would be held in 85 of 100 samples of 16.
#[must_use]
pub fn score_interval(p: f64, n: f64, level: f64) -> Interval {
    let z = normal::quantile(0.5 + 0.5 * level);
    let centre = (n * p + 0.5 * z * z) / (n + z * z);
    let half = z / (n + z * z) * (n * p * (1.0 - p) + 0.25 * z * z).sqrt();
    let least = |count: f64| if count <= FEW + ROUNDING { fewest_expected(count, 1.0 - level) / n } else { 1.0 };
    let (low, high) = (min(centre - half, least(n * p)), max(centre + half, 1.0 - least(n * (1.0 - p))));
    Interval {
        // Rounding must not take the ends away from 0 and 1, which they meet exactly.
        low: if p <= 0.0 { 0.0 } else { clamp(low, 0.0, 1.0) },
        high: if p >= 1.0 { 1.0 } else { clamp(high, 0.0, 1.0) },
        level,
    }
}

/// Successes, or failures, up to which the nearer end is Poisson's.
const FEW: f64 = 3.0;

/// How far a number of games times a share may be from the whole number that it is.
const ROUNDING: f64 = 1e-9;

/// The expectation at which a Poisson count reaches `count` with probability `error`; between whole counts, of
/// effective games, on the line that joins theirs.
fn fewest_expected(count: f64, error: f64) -> f64 {
    let whole = |count: u32| {
        // P(N >= count) grows with the expectation: halve between 0 and 16, where it is 1 to seven digits.
        let (mut low, mut high) = (0.0, if count == 0 { 0.0 } else { 16.0 });
        for _ in 0..60 {
            let mid = 0.5 * (low + high);
            let (mut term, mut below) = (libm::exp(-mid), 0.0);
            for k in 0..count {
                below += term;
                term *= mid / f64::from(k + 1);
            }
            if 1.0 - below < error { low = mid } else { high = mid }
        }
        low
    };
    let floor = (count + ROUNDING).floor();
    let (from, to) = (whole(floor as u32), whole(floor as u32 + 1));
    from + max(count - floor, 0.0) * (to - from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_agrees_with_published_intervals() {
        // Newcombe 1998, Table I: 81/263, 15/148, 0/20, 1/29 at 95 %; the lower end of the last is Poisson's,
        // -log 0.95 / 29 (Brown, Cai & DasGupta 2001).
        for (k, n, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.00177, 0.1718)]
        {
            let i = wilson(k, n, 0.95).interval;
            assert!((i.low - low).abs() < 6e-5 && (i.high - high).abs() < 6e-5, "{k}/{n}: {i:?}");
        }
        assert_eq!(wilson(20, 20, 0.95).interval.high, 1.0);
        // The quantiles of chi-squared with 4 and 6 degrees of freedom at 5 %, halved: 0.35536, 0.81769.
        for (k, expected) in [(2, 0.355_36), (3, 0.817_69)] {
            let low = wilson(k, 100, 0.95).interval.low;
            assert!((100.0 * low - expected).abs() < 1e-4, "{k}: {low}");
            let mirrored = wilson(100 - k, 100, 0.95).interval.high;
            assert!((1.0 - mirrored - low).abs() < 1e-12, "{k}: {mirrored}");
        }
    }

    #[test]
    fn no_games_say_nothing() {
        let p = wilson(0, 0, 0.95);
        assert_eq!((p.share, p.interval.low, p.interval.high), (None, 0.0, 1.0));
    }
}
