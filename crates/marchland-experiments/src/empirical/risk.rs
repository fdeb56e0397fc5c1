//! The bad end of a measure under a mixed profile.

use marchland_equilibria::profile::Profile;
use serde::{Deserialize, Serialize};

use super::combination::Combination;
use super::resample::{Spread, exponential_weights};
use crate::number::sum;
use crate::statistics::Tail;
use crate::tournament::Sample;

/// Options of [`mixture_risk`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskOptions {
    /// The share of the games that counts as the bad end, in (0, 1].
    pub share: f64,
    /// Which end is bad.
    pub tail: Tail,
    /// Resamples of the intervals.
    pub resamples: u32,
    /// Their confidence.
    pub level: f64,
    /// Their seed.
    pub seed: u64,
}

impl Default for RiskOptions {
    fn default() -> Self {
        RiskOptions { share: 0.1, tail: Tail::High, resamples: 1_000, level: 0.95, seed: 1 }
    }
}

/// A measure under a mixed profile, as the game itself would draw it: a pure profile by the mixtures, then
/// one of its games.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Risk {
    /// The mean.
    pub mean: f64,
    /// Its bootstrap spread.
    pub mean_spread: Option<Spread>,
    /// The worst value of any game of a profile in the mixture.
    pub worst: f64,
    /// The mean of the bad end (conditional value at risk; Rockafellar & Uryasev 2002).
    pub tail_mean: f64,
    /// Its bootstrap spread.
    pub tail_spread: Option<Spread>,
    /// Games it rests on.
    pub games: u64,
}

/// The risk in a measure, by its place in the sample, under a mixed profile; a pure profile is one too.
/// None where a profile in the mixture was not played, the share is no share or there is no such measure.
///
/// # Panics
/// If the profile's shape is not the sample's.
#[must_use]
pub fn mixture_risk(sample: &Sample, profile: &Profile, measure: usize, options: &RiskOptions) -> Option<Risk> {
    if measure >= sample.measures.len() || !(options.share > 0.0 && options.share <= 1.0) {
        return None;
    }
    // Any player's expected payoff carries the probability of each pure profile.
    let mixture = Combination::payoff(sample, profile, 0).weights;
    let mut games: Vec<Game> = Vec::new();
    let mut lengths = Vec::new();
    for (at, &(place, probability)) in mixture.iter().enumerate() {
        let values = sample.games(place)?.measures.get(measure)?;
        games.extend(values.iter().enumerate().map(|(replication, &value)| Game { value, at, replication }));
        lengths.push((probability, values.len()));
    }
    let most = lengths.iter().map(|(_, n)| *n).max().filter(|n| *n > 0)?;
    let bad_first = |a: &Game, b: &Game| match options.tail {
        Tail::Low => a.value.total_cmp(&b.value),
        Tail::High => b.value.total_cmp(&a.value),
    };
    games.sort_by(|a, b| bad_first(a, b).then(a.at.cmp(&b.at)).then(a.replication.cmp(&b.replication)));
    let read = |weights: &[f64]| {
        let totals: Vec<f64> = lengths.iter().map(|(_, n)| sum(weights[..*n].iter().copied())).collect();
        let weight = |game: &Game| lengths[game.at].0 * weights[game.replication] / totals[game.at];
        (sum(games.iter().map(|game| weight(game) * game.value)), tail_mean(&games, weight, options.share))
    };
    let (mean, bad) = read(&vec![1.0; most]);
    let draws: Vec<(f64, f64)> = match most {
        0 | 1 => Vec::new(),
        _ => (0..u64::from(options.resamples)).map(|b| read(&exponential_weights(options.seed, b, most))).collect(),
    };
    Some(Risk {
        mean,
        mean_spread: Spread::of(draws.iter().map(|draw| draw.0).collect(), options.level),
        worst: games.first()?.value,
        tail_mean: bad,
        tail_spread: Spread::of(draws.iter().map(|draw| draw.1).collect(), options.level),
        games: games.len() as u64,
    })
}

/// One game's value.
struct Game {
    value: f64,
    /// Which profile of the mixture.
    at: usize,
    replication: usize,
}

/// The weighted mean of the first `share` of the weight; the game at the edge counts in part.
fn tail_mean(games: &[Game], weight: impl Fn(&Game) -> f64, share: f64) -> f64 {
    let (mut held, mut total) = (0.0, 0.0);
    for game in games {
        let weight = weight(game);
        let taken = if held + weight < share { weight } else { share - held };
        total += taken * game.value;
        held += taken;
        if held >= share {
            break;
        }
    }
    // Weights that sum to 1 but for rounding may end just short of a share of 1.
    total / held
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::empirical::synthetic::{Synthetic, sample};
    use crate::statistics::conditional_value_at_risk;

    #[test]
    fn a_pure_profile_is_the_plain_tail() {
        let sample = sample(&Synthetic::new(&[2, 2], 4), 60, 0);
        let pure = Profile(vec![vec![0.0, 1.0], vec![1.0, 0.0]]);
        for tail in [Tail::Low, Tail::High] {
            let options = RiskOptions { tail, share: 0.13, ..RiskOptions::default() };
            let risk = mixture_risk(&sample, &pure, 0, &options).unwrap();
            let values = &sample.profiles[&2].measures[0];
            let expected = conditional_value_at_risk(values, 0.13, tail).unwrap();
            assert!((risk.tail_mean - expected).abs() < 1e-12);
            assert!(risk.tail_spread.unwrap().interval.contains(expected));
            assert_eq!(risk.games, 60);
        }
    }

    /// Half the time 0 and half the time 0 or 10 with equal chances: the worst quarter is all tens.
    #[test]
    fn a_mixture_weighs_its_profiles() {
        let mut sample = sample(&Synthetic::new(&[2, 1], 4), 4, 0);
        sample.profiles.get_mut(&0).unwrap().measures = vec![vec![0.0; 4]];
        sample.profiles.get_mut(&1).unwrap().measures = vec![vec![10.0, 0.0]];
        let half = Profile(vec![vec![0.5, 0.5], vec![1.0]]);
        let risk = |share| mixture_risk(&sample, &half, 0, &RiskOptions { share, ..RiskOptions::default() }).unwrap();
        assert_eq!((risk(0.25).mean, risk(0.25).worst), (2.5, 10.0));
        assert!((risk(0.25).tail_mean - 10.0).abs() < 1e-12 && (risk(0.5).tail_mean - 5.0).abs() < 1e-12);
        assert!((risk(1.0).tail_mean - 2.5).abs() < 1e-12);
        sample.profiles.remove(&1);
        assert!(mixture_risk(&sample, &half, 0, &RiskOptions::default()).is_none());
    }
}
