//! How many games are enough.

use super::interval::{Interval, mean_interval};
use super::normal;
use serde::{Deserialize, Serialize};

/// The estimate after a number of games.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConvergencePoint {
    /// Games so far, failed ones included.
    pub games: u64,
    /// Games used.
    pub used: u64,
    /// Mean so far.
    pub mean: Option<f64>,
    /// Its interval.
    pub interval: Option<Interval>,
}

/// An estimate of a mean as games accumulate, and how many more it would need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Convergence {
    /// The estimate after 2, 4, 8, … and after all games.
    pub points: Vec<ConvergencePoint>,
    /// The half-width that was asked for.
    pub target_half_width: f64,
    /// Whether the last interval is at least as narrow.
    pub reached: bool,
    /// Games, failed ones included at the rate seen so far, that would bring the half-width to the target
    /// if the spread stays as estimated; `None` with fewer than two usable games.
    pub games_needed: Option<u64>,
}

impl Convergence {
    /// How many games are enough, in one sentence.
    pub fn text(&self) -> String {
        let played = self.points.last().map_or(0, |p| p.games);
        match (self.reached, self.games_needed) {
            (true, _) => format!("{played} games give the half-width of {} that was asked for", self.target_half_width),
            (false, Some(needed)) => {
                format!("{played} games are too few: a half-width of {} needs about {needed}", self.target_half_width)
            }
            (false, None) => format!("{played} games do not tell how many are enough"),
        }
    }
}

/// Follows the mean of values in the order in which they were played, one per replication. The intervals
/// are those of a number of games fixed in advance: stopping when one of them looks good enough is
/// what the sequential test is for.
pub fn convergence(values: &[f64], level: f64, target_half_width: f64) -> Convergence {
    let point = |games: usize| {
        let e = mean_interval(&values[..games], level);
        ConvergencePoint { games: games as u64, used: e.used, mean: e.mean, interval: e.interval }
    };
    let mut points = Vec::new();
    let mut games = 2;
    while games < values.len() {
        points.push(point(games));
        games *= 2;
    }
    points.push(point(values.len()));
    let all = mean_interval(values, level);
    let z = normal::quantile(0.5 + 0.5 * level);
    let games_needed = all.standard_deviation.filter(|_| target_half_width > 0.0).map(|s| {
        let usable = z * s / target_half_width;
        let share = all.used as f64 / values.len() as f64;
        (usable * usable / share).ceil() as u64
    });
    let reached = all.interval.is_some_and(|i| i.half_width() <= target_half_width);
    Convergence { points, target_half_width, reached, games_needed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doublings_and_the_number_needed() {
        // ±1 alternating: s² = n / (n − 1), so (1.96 s / 0.1)² ≈ 384.15 · 100 / 99.
        let values: Vec<f64> = (0..100).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let c = convergence(&values, 0.95, 0.1);
        let games: Vec<u64> = c.points.iter().map(|p| p.games).collect();
        assert_eq!(games, [2, 4, 8, 16, 32, 64, 100]);
        assert_eq!(c.games_needed, Some(389));
        assert!(!c.reached);
        assert_eq!(c.text(), "100 games are too few: a half-width of 0.1 needs about 389");
        assert!(convergence(&values, 0.95, 0.3).reached);
    }

    #[test]
    fn failures_raise_the_number_needed() {
        let values: Vec<f64> = (0..100)
            .map(|i| match i % 4 {
                0 => 1.0,
                1 => -1.0,
                _ => f64::NAN,
            })
            .collect();
        let c = convergence(&values, 0.95, 0.1);
        // s² = 50 / 49 over 50 usable of 100.
        assert_eq!(c.games_needed, Some(784));
        assert_eq!(convergence(&[], 0.95, 0.1).games_needed, None);
    }
}
