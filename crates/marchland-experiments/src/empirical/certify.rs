//! The certified bound of a profile's regret, and payoff differences with their intervals.

use marchland_equilibria::profile::Profile;
use serde::{Deserialize, Serialize};

use super::combination::{Combination, Estimate};
use crate::number::max;
use crate::parallel;
use crate::statistics::Interval;
use crate::tournament::Sample;

/// What one deviation gains, by a sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviationEstimate {
    /// The player, by its place.
    pub player: usize,
    /// The strategy deviated to.
    pub strategy: usize,
    /// The gain; none where a profile it needs was not played.
    pub gain: Option<Estimate>,
    /// Its two-sided interval.
    pub interval: Option<Interval>,
    /// Its one-sided upper bound.
    pub upper: Option<f64>,
}

/// A bound of a profile's regret: how much the best deviation of any player may gain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegretBound {
    /// The largest estimated gain, at least 0, over the deviations sampled.
    pub estimate: f64,
    /// The one-sided upper confidence bound of the regret, at least 0; none while a deviation is not
    /// sampled, or has a single replication.
    pub bound: Option<f64>,
    /// Its confidence.
    pub level: f64,
    /// Fewest replications of any profile it rests on.
    pub replications: usize,
    /// The deviation whose upper bound is largest: player and strategy.
    pub worst: Option<(usize, usize)>,
    /// Every deviation: players, then strategies, in order.
    pub deviations: Vec<DeviationEstimate>,
    /// Deviations that no bound can speak of, because a profile they need was not played.
    pub unsampled: Vec<(usize, usize)>,
}

/// Bounds the regret of a mixed profile: the largest one-sided upper Student bound, each of confidence
/// `level`, over all deviations.
///
/// Regret is the largest of the true gains. Whichever deviation attains it, the bound falls below the
/// regret only if that one deviation's own bound does, so that no correction for their number is needed:
/// an intersection–union argument (Berger 1982). The bound holds with confidence `level` **if the profile
/// was chosen without these seeds**: a profile found on a sample, or a sample grown until it looked
/// decided, must be given a sample of fresh replications.
///
/// # Panics
/// If the profile's shape is not the sample's.
#[must_use]
pub fn regret_bound(sample: &Sample, profile: &Profile, level: f64) -> RegretBound {
    let counts = sample.counts();
    let all: Vec<(usize, usize)> =
        counts.iter().enumerate().flat_map(|(player, &n)| (0..n).map(move |a| (player, a))).collect();
    let deviations: Vec<DeviationEstimate> = parallel::each_of(&all, |&(player, strategy)| {
        let gain = Combination::deviation(sample, profile, player, strategy).estimate(sample);
        DeviationEstimate {
            player,
            strategy,
            gain,
            interval: gain.and_then(|gain| gain.interval(level)),
            upper: gain.and_then(|gain| gain.upper(level)),
        }
    });
    let gains = || deviations.iter().filter_map(|d| d.gain);
    let unsampled: Vec<(usize, usize)> =
        deviations.iter().filter(|d| d.gain.is_none()).map(|d| (d.player, d.strategy)).collect();
    let mut worst: Option<(f64, (usize, usize))> = None;
    for deviation in &deviations {
        if let Some(upper) = deviation.upper
            && worst.is_none_or(|(most, _)| upper > most)
        {
            worst = Some((upper, (deviation.player, deviation.strategy)));
        }
    }
    let bounded = deviations.iter().all(|d| d.upper.is_some());
    RegretBound {
        estimate: gains().fold(0.0, |most, gain| max(most, gain.value)),
        bound: worst.filter(|_| bounded).map(|(upper, _)| max(upper, 0.0)),
        level,
        replications: gains().map(|gain| gain.replications).filter(|n| *n > 0).min().unwrap_or(0),
        worst: worst.map(|(_, at)| at),
        deviations,
        unsampled,
    }
}

/// How two strategies of a player compare at one profile of the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PayoffDifference {
    /// The player, by its place.
    pub player: usize,
    /// The number of the first profile.
    pub first: usize,
    /// The number of the second, which differs in the player's strategy alone.
    pub second: usize,
    /// First minus second.
    pub difference: Estimate,
    /// Its two-sided interval.
    pub interval: Option<Interval>,
}

/// The paired difference of every two played profiles that differ in one player's strategy alone, for that
/// player; by player, then by profile. `level` is the confidence of each interval on its own.
#[must_use]
pub fn payoff_differences(sample: &Sample, level: f64) -> Vec<PayoffDifference> {
    let counts = sample.counts();
    let mut pairs = Vec::new();
    for player in 0..counts.len() {
        let stride: usize = counts[player + 1..].iter().product();
        for &first in sample.profiles.keys() {
            let own = first / stride % counts[player];
            for other in own + 1..counts[player] {
                let second = first + (other - own) * stride;
                if sample.profiles.contains_key(&second) {
                    pairs.push((player, first, second));
                }
            }
        }
    }
    let told = parallel::each_of(&pairs, |&(player, first, second)| {
        let difference = Combination::difference(player, first, second).estimate(sample)?;
        let interval = difference.interval(level);
        Some(PayoffDifference { player, first, second, difference, interval })
    });
    told.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::empirical::synthetic::{Synthetic, sample};

    #[test]
    fn the_bound_is_the_largest_upper_bound_of_any_deviation() {
        let mut sample = sample(&Synthetic::new(&[3, 2], 11), 30, 0);
        let profile = Profile(vec![vec![0.5, 0.5, 0.0], vec![1.0, 0.0]]);
        let bound = regret_bound(&sample, &profile, 0.95);
        let by_hand = |player: usize, strategy: usize| {
            Combination::deviation(&sample, &profile, player, strategy).estimate(&sample).unwrap().upper(0.95).unwrap()
        };
        let all = [by_hand(0, 0), by_hand(0, 1), by_hand(0, 2), by_hand(1, 0), by_hand(1, 1)];
        assert_eq!(bound.bound.unwrap(), all.into_iter().fold(0.0, max));
        assert_eq!(bound.deviations.len(), 5);
        assert_eq!(bound.replications, 30);
        // The deviation to strategy 2 of the first player needs profile (2, 0).
        sample.profiles.remove(&4);
        let open = regret_bound(&sample, &profile, 0.95);
        assert_eq!((open.bound, open.unsampled), (None, vec![(0, 2)]));
    }

    #[test]
    fn differences_are_between_strategies_of_one_player() {
        let mut sample = sample(&Synthetic::new(&[2, 3], 2), 10, 0);
        let all = payoff_differences(&sample, 0.95);
        // Three pairs for the first player, and three for the second at each of two strategies of the first.
        assert_eq!(all.len(), 3 + 6);
        sample.profiles.remove(&5);
        let pairs: Vec<(usize, usize, usize)> =
            payoff_differences(&sample, 0.95).iter().map(|d| (d.player, d.first, d.second)).collect();
        assert_eq!(pairs, [(0, 0, 3), (0, 1, 4), (1, 0, 1), (1, 0, 2), (1, 1, 2), (1, 3, 4)]);
    }
}
