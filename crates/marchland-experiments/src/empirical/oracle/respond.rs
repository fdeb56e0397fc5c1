//! One player's trained response to an equilibrium, tested on fresh seeds.

use std::ops::Range;

use marchland_equilibria::profile::Profile;
use serde::{Deserialize, Serialize};

use super::train::{TrainingOptions, TrainingResult, train};
use crate::draws;
use crate::empirical::EmpiricalError;
use crate::statistics::{PairedDifference, paired_difference};

/// Replications for training are numbered from here, above those of any sample and of fresh seeds.
const FIRST: u64 = 1 << 40;
/// Replications that one response may use.
const ROOM: u64 = 1 << 26;

/// Which replications a response uses: none are shared between rounds or players, and none with a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seeds {
    /// The round, from 0.
    pub round: u32,
    /// The player, by its place.
    pub player: usize,
}

impl Seeds {
    /// The first replication for training.
    fn training(self) -> u64 {
        // At most 2¹² players a round: their numbers cannot meet.
        FIRST + ((u64::from(self.round) << 12) + self.player as u64) * ROOM
    }

    /// The first replication for the test.
    fn test(self) -> u64 {
        self.training() + ROOM / 2
    }
}

/// A trained response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BestResponse {
    /// The player, by its place.
    pub player: usize,
    /// What training found.
    pub trained: TrainingResult,
    /// Its payoff less that of the player's own equilibrium strategy, on the same fresh replications.
    pub gain: PairedDifference,
    /// Whether the one-sided lower bound of the gain exceeds what is worth admitting.
    pub gains: bool,
}

/// Trains a response and tests it.
///
/// `evaluate` is as in [`train`]; `baseline` gives the payoff of the player's own equilibrium strategy in a
/// range of replications. Both must let the same opponents play in a replication, see [`opponents`]: then
/// the two meet the same shocks and the same drawn opponents, and their difference is paired. The test uses
/// replications that training never met.
///
/// # Errors
/// As [`train`].
pub fn best_response(
    dimension: usize,
    seeds: Seeds,
    options: &TrainingOptions,
    evaluate: &(impl Fn(&[f64], Range<u64>) -> Vec<f64> + Sync),
    baseline: impl Fn(Range<u64>) -> Vec<f64>,
) -> Result<BestResponse, EmpiricalError> {
    let expected = ROOM / 2;
    let wanted = u64::from(options.generations).saturating_mul(options.games).saturating_add(options.validation);
    if wanted > expected || options.test > expected || options.test < 2 {
        return Err(EmpiricalError::Option {
            name: "games",
            value: format!("{wanted} for training, {} for the test", options.test),
            expected: "at most 2^25 replications each, and 2 or more for the test",
        });
    }
    let trained = train(dimension, seeds.training(), options, evaluate)?;
    let test = seeds.test()..seeds.test() + options.test;
    let gain = paired_difference(&evaluate(&trained.weights, test.clone()), &baseline(test), options.level);
    let gains = gain.lower_bound.is_some_and(|bound| bound > options.gain);
    Ok(BestResponse { player: seeds.player, trained, gain, gains })
}

/// The pure profile that a mixed one draws in a replication: a function of seed, player and replication
/// alone, so that every candidate meets the same opponents there.
///
/// # Panics
/// If a player has no strategies.
#[must_use]
pub fn opponents(profile: &Profile, seed: u64, replication: u64) -> Vec<usize> {
    let draw = |(player, mix): (usize, &Vec<f64>)| {
        let key = draws::key(seed, "oracle opponents", &[replication, player as u64]);
        let u = draws::uniform(&mut draws::stream(key));
        let mut reached = 0.0;
        let used = || mix.iter().enumerate().filter(|(_, p)| **p > 0.0);
        let hit = used().find(|(_, p)| {
            reached += **p;
            u < reached
        });
        // Probabilities may sum to a rounding less than 1.
        hit.or_else(|| used().next_back()).map(|(strategy, _)| strategy).expect("a mixture of some strategy")
    };
    profile.0.iter().enumerate().map(draw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opponents_are_drawn_by_their_mixture_and_repeat() {
        let profile = Profile(vec![vec![0.2, 0.0, 0.8], vec![0.0, 1.0]]);
        let drawn: Vec<Vec<usize>> = (0..10_000).map(|r| opponents(&profile, 4, r)).collect();
        let first = drawn.iter().filter(|one| one[0] == 0).count() as f64 / 10_000.0;
        // Four standard errors are 0.016.
        assert!((first - 0.2).abs() < 0.016, "{first}");
        assert!(drawn.iter().all(|one| one[0] != 1 && one[1] == 1));
        assert_eq!(opponents(&profile, 4, 77), drawn[77]);
    }

    /// The policy's one weight is its payoff up to 1; the player's own strategy earns 0.8, then 1.
    #[test]
    fn a_gain_counts_only_when_fresh_seeds_show_it() {
        let options = TrainingOptions { generations: 25, games: 4, test: 300, ..TrainingOptions::default() };
        let noise = |r: u64| draws::uniform(&mut draws::stream(draws::key(2, "noise", &[r]))) - 0.5;
        let own = |r: u64| draws::uniform(&mut draws::stream(draws::key(3, "noise", &[r]))) - 0.5;
        let policy = |weights: &[f64], replications: Range<u64>| -> Vec<f64> {
            let value = crate::number::min(weights[0], 1.0);
            replications.map(|r| value + noise(r) + 0.1 * own(r)).collect()
        };
        let respond = |earns: f64, player| {
            let baseline = |replications: Range<u64>| replications.map(|r| earns + noise(r)).collect();
            best_response(1, Seeds { round: 0, player }, &options, &policy, baseline).unwrap()
        };
        let good = respond(0.8, 0);
        assert!(good.gains && good.gain.interval.unwrap().contains(0.2), "{:?}", good.gain);
        // Against what already earns the most, the gain's interval holds 0.
        let none = respond(1.0, 1);
        assert!(!none.gains && none.gain.interval.unwrap().contains(0.0), "{:?}", none.gain);
    }
}
