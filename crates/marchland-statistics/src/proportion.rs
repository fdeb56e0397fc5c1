//! Shares: how often something happened.

use super::interval::Interval;
use super::normal;
use crate::number::clamp;
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
#[must_use]
pub fn score_interval(p: f64, n: f64, level: f64) -> Interval {
    let z = normal::quantile(0.5 + 0.5 * level);
    let centre = (n * p + 0.5 * z * z) / (n + z * z);
    let half = z / (n + z * z) * (n * p * (1.0 - p) + 0.25 * z * z).sqrt();
    Interval {
        // Rounding must not take the ends away from 0 and 1, which they meet exactly.
        low: if p <= 0.0 { 0.0 } else { clamp(centre - half, 0.0, 1.0) },
        high: if p >= 1.0 { 1.0 } else { clamp(centre + half, 0.0, 1.0) },
        level,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_agrees_with_published_intervals() {
        // Newcombe 1998, Table I: 81/263, 15/148, 0/20, 1/29 at 95 %.
        for (k, n, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let i = wilson(k, n, 0.95).interval;
            assert!((i.low - low).abs() < 6e-5 && (i.high - high).abs() < 6e-5, "{k}/{n}: {i:?}");
        }
        assert_eq!(wilson(20, 20, 0.95).interval.high, 1.0);
    }

    #[test]
    fn no_games_say_nothing() {
        let p = wilson(0, 0, 0.95);
        assert_eq!((p.share, p.interval.low, p.interval.high), (None, 0.0, 1.0));
    }
}
