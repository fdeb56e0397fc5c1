//! How many games are enough.

use super::estimate::{Estimate, estimate_mean};
use super::independence::Independence;
use super::spread::spread;
use serde::{Deserialize, Serialize};

/// The estimate after a number of rows, or of games where there is one row.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConvergencePoint {
    /// Games so far, failed ones included.
    pub games: u64,
    /// What they say.
    pub estimate: Estimate,
}

/// An estimate of a mean as games accumulate, and how many it would need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Convergence {
    /// The estimate after 16, 32, 64, … rows (or games of the one row) and after all.
    pub points: Vec<ConvergencePoint>,
    /// The half-width that was asked for.
    pub target_half_width: f64,
    /// Whether the last interval is at least as narrow.
    pub reached: bool,
    /// Rows that would bring the half-width to the target if the spread stays as estimated; `None` where more
    /// rows would not help, or nothing is known of the spread.
    pub rows_needed: Option<u64>,
    /// Replications likewise.
    pub replications_needed: Option<u64>,
}

/// A kind of unit with less than this share of the variance would not narrow the interval.
const MATTERS: f64 = 0.1;

/// Follows the mean of a grid of games in the order of its rows. The intervals are those of a number of
/// games fixed in advance: stopping when one of them looks good enough is what the sequential test is
/// for.
///
/// # Panics
/// If there are not `how.games_count()` values.
#[must_use]
pub fn convergence(values: &[f64], how: &Independence, level: f64, target_half_width: f64) -> Convergence {
    let part = |count: usize| match how.rows {
        1 => Independence { replications: count, ..*how },
        _ => Independence { rows: count, ..*how },
    };
    let all = if how.rows == 1 { how.replications } else { how.rows };
    let point = |count: usize| {
        let of = part(count);
        let estimate = estimate_mean(&values[..of.games_count()], &of, level);
        ConvergencePoint { games: of.games_count() as u64, estimate }
    };
    let mut points = Vec::new();
    let mut count = super::independence::LEAST_UNITS;
    while count < all {
        points.push(point(count));
        count *= 2;
    }
    points.push(point(all));
    let half = points.last().and_then(|p| p.estimate.interval).map(|i| i.half_width());
    let reached = half.is_some_and(|half| half <= target_half_width);
    let (mut rows_needed, mut replications_needed) = (None, None);
    if let (Some(half), Ok(spread)) = (half.filter(|_| target_half_width > 0.0), spread(values, how)) {
        let times = (half / target_half_width) * (half / target_half_width);
        let more = |have: usize| Some((have as f64 * times).ceil() as u64);
        let whole = spread.row_variance + spread.replication_variance;
        if spread.row_variance > MATTERS * whole {
            rows_needed = more(how.rows);
        }
        if spread.replication_variance > MATTERS * whole {
            replications_needed = more(how.replications);
        }
    }
    Convergence { points, target_half_width, reached, rows_needed, replications_needed }
}

#[cfg(test)]
mod tests {
    use super::super::independence::Refusal;
    use super::*;

    fn alternating(n: usize) -> Vec<f64> {
        (0..n).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect()
    }

    #[test]
    fn doublings_and_the_number_needed() {
        // ±1 alternating: s² = 100 / 99, t(99) = 1.98422, so (1.98422 · √(1 / 99) / 0.1)² · 100 = 397.7.
        let values = alternating(100);
        let c = convergence(&values, &Independence::games(100), 0.95, 0.1);
        let games: Vec<u64> = c.points.iter().map(|p| p.games).collect();
        assert_eq!(games, [16, 32, 64, 100]);
        assert_eq!((c.rows_needed, c.replications_needed), (None, Some(398)));
        assert!(!c.reached);
        assert!(convergence(&values, &Independence::games(100), 0.95, 0.3).reached);
    }

    #[test]
    fn shared_shocks_ask_for_replications_and_fresh_rows_for_rows() {
        // All that varies is the replication: more rows would not help.
        let values: Vec<f64> = (0..32 * 16).map(|i| ((i % 16) * 37 % 16) as f64).collect();
        let shared = convergence(&values, &Independence::common(32, 16), 0.95, 0.1);
        assert!(shared.rows_needed.is_none() && shared.replications_needed.is_some(), "{shared:?}");
        let rows: Vec<f64> = (0..64 * 2).map(|i| ((i / 2) * 37 % 64) as f64).collect();
        let fresh = convergence(&rows, &Independence::fresh(64, 2), 0.95, 0.1);
        assert!(fresh.rows_needed.is_some() && fresh.replications_needed.is_none(), "{fresh:?}");
        let one = convergence(&rows, &Independence::common(128, 1), 0.95, 0.1);
        let last = one.points.last().expect("a point");
        assert!(matches!(last.estimate.refusal, Some(Refusal::OneShock { .. })), "{one:?}");
    }
}
