//! Weighted sums of mean payoffs, and how sure they are.

use std::collections::BTreeMap;

use marchland_equilibria::profile::Profile;
use serde::{Deserialize, Serialize};

use crate::number::sum;
use crate::statistics::{Interval, LEAST_UNITS, Spread};
use crate::tournament::Sample;

/// A weighted sum of one player's mean payoffs over profiles: an expected payoff, or what a deviation gains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Combination {
    /// The player, by its place in the sample.
    pub player: usize,
    /// Numbers of profiles, ascending, with their weights, none of them 0.
    pub weights: Vec<(usize, f64)>,
}

/// The estimate of a [`Combination`] from a sample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Σ weight × mean payoff.
    pub value: f64,
    /// Its standard error, which counts what profiles of one replication have in common; none where a
    /// profile has a single replication.
    pub standard_error: Option<f64>,
    /// Skewness of its distribution.
    #[serde(default)]
    pub skewness: f64,
    /// Fewest replications of any profile in the sum; 0 for an empty one, whose value is exactly 0.
    pub replications: usize,
}

impl Combination {
    /// What `player` gains, in expectation, by playing `strategy` instead of its mixture while the others
    /// keep to `profile`.
    ///
    /// # Panics
    /// If the profile's shape is not the sample's, or the strategy is out of range.
    #[must_use]
    pub fn deviation(sample: &Sample, profile: &Profile, player: usize, strategy: usize) -> Combination {
        let mut mix: Vec<f64> = profile.0[player].iter().map(|p| -p).collect();
        mix[strategy] += 1.0;
        Combination::of(sample, profile, player, &mix)
    }

    /// The expected payoff of `player` under a mixed profile.
    ///
    /// # Panics
    /// If the profile's shape is not the sample's.
    #[must_use]
    pub fn payoff(sample: &Sample, profile: &Profile, player: usize) -> Combination {
        Combination::of(sample, profile, player, &profile.0[player])
    }

    /// The payoff of `player` at one pure profile less that at another, by their numbers.
    #[must_use]
    pub fn difference(player: usize, first: usize, second: usize) -> Combination {
        let weights = match first.cmp(&second) {
            std::cmp::Ordering::Less => vec![(first, 1.0), (second, -1.0)],
            std::cmp::Ordering::Equal => Vec::new(),
            std::cmp::Ordering::Greater => vec![(second, -1.0), (first, 1.0)],
        };
        Combination { player, weights }
    }

    /// The player's strategies weighted by `own`, the others by their mixtures.
    fn of(sample: &Sample, profile: &Profile, player: usize, own: &[f64]) -> Combination {
        let counts = sample.counts();
        assert_eq!(profile.0.len(), counts.len(), "one mixture per player");
        let mut places = vec![(0usize, 1.0f64)];
        for (other, (mix, &count)) in profile.0.iter().zip(&counts).enumerate() {
            assert_eq!(mix.len(), count, "one probability per strategy");
            let mix = if other == player { own } else { mix };
            let used: Vec<(usize, f64)> = mix.iter().copied().enumerate().filter(|(_, p)| *p != 0.0).collect();
            places = places
                .iter()
                .flat_map(|&(place, weight)| used.iter().map(move |&(a, p)| (place * count + a, weight * p)))
                .collect();
        }
        places.retain(|(_, weight)| *weight != 0.0);
        Combination { player, weights: places }
    }

    /// The profiles in the sum that were not played.
    #[must_use]
    pub fn missing(&self, sample: &Sample) -> Vec<usize> {
        self.weights.iter().map(|(place, _)| *place).filter(|place| sample.replications(*place) == 0).collect()
    }

    /// The estimate; none where a profile was not played.
    ///
    /// The standard error comes from one influence value per replication, the sum over the profiles that
    /// were played with it of weight / n × (payoff − mean): the infinitesimal jackknife (Jaeckel 1972;
    /// Efron 1982, chapter 6). With equal numbers of replications it is the paired standard error; with
    /// unequal ones, Cov(ū_p, ū_q) = C_pq / max(n_p, n_q) follows by itself from their nesting.
    #[must_use]
    pub fn estimate(&self, sample: &Sample) -> Option<Estimate> {
        if self.weights.is_empty() {
            return Some(Estimate { value: 0.0, standard_error: Some(0.0), skewness: 0.0, replications: 0 });
        }
        let mut columns = Vec::with_capacity(self.weights.len());
        for &(place, weight) in &self.weights {
            columns.push((weight, &sample.games(place)?.payoffs[self.player][..]));
        }
        let fewest = columns.iter().map(|(_, values)| values.len()).min().filter(|n| *n > 0)?;
        let most = columns.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
        let mut influence = vec![0.0; most];
        let mut terms = Vec::with_capacity(columns.len());
        for (weight, values) in columns {
            let n = values.len() as f64;
            let mean = sum(values.iter().copied()) / n;
            terms.push(weight * mean);
            for (total, value) in influence.iter_mut().zip(values) {
                *total += weight / n * (value - mean);
            }
        }
        let standard_error = (fewest > 1).then(|| {
            // The jackknife's usual correction for the degree of freedom that the mean takes.
            let inflation = fewest as f64 / (fewest - 1) as f64;
            (sum(influence.iter().map(|i| i * i)) * inflation).sqrt()
        });
        let skewness = match standard_error {
            Some(error) if error > 0.0 && fewest > 2 => {
                let n = fewest as f64;
                let cubes = sum(influence.iter().map(|i| i * i * i)) * n * n / ((n - 1.0) * (n - 2.0));
                cubes / (error * error * error)
            }
            _ => 0.0,
        };
        Some(Estimate { value: sum(terms), standard_error, skewness, replications: fewest })
    }

    /// The same sum of other means, by the row of each profile.
    pub(crate) fn value(&self, row_of: &BTreeMap<usize, usize>, means: &[f64], players: usize) -> f64 {
        self.weights.iter().map(|(place, weight)| weight * means[row_of[place] * players + self.player]).sum()
    }
}

impl Estimate {
    /// The two-sided interval of confidence `level`, as [`Spread`] has it; with unequal replications an
    /// approximation with the degrees of freedom of the least-played profile. None below sixteen replications.
    #[must_use]
    pub fn interval(&self, level: f64) -> Option<Interval> {
        Some(self.spread()?.interval(level))
    }

    /// The one-sided upper bound of confidence `level`.
    #[must_use]
    pub fn upper(&self, level: f64) -> Option<f64> {
        Some(self.spread()?.upper(level))
    }

    /// The one-sided lower bound of confidence `level`.
    #[must_use]
    pub fn lower(&self, level: f64) -> Option<f64> {
        Some(self.spread()?.lower(level))
    }

    fn spread(&self) -> Option<Spread> {
        match self.standard_error? {
            0.0 => Some(Spread::of_units(self.value, 0.0, 0.0, LEAST_UNITS)),
            _ if self.replications < LEAST_UNITS => None,
            error => Some(Spread::of_units(self.value, error * error, self.skewness, self.replications)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::empirical::synthetic::{Synthetic, sample};
    use crate::statistics::paired_difference;

    #[test]
    fn a_difference_of_two_profiles_is_the_paired_one() {
        let sample = sample(&Synthetic::new(&[2, 2], 3), 40, 0);
        let (a, b) = (&sample.profiles[&0].payoffs[1], &sample.profiles[&3].payoffs[1]);
        let paired = paired_difference(a, b, 0.95);
        let estimate = Combination::difference(1, 0, 3).estimate(&sample).unwrap();
        assert!((estimate.value - paired.mean.unwrap()).abs() < 1e-12);
        assert!((estimate.standard_error.unwrap() - paired.standard_error.unwrap()).abs() < 1e-12);
        let (mine, theirs) = (estimate.interval(0.95).unwrap(), paired.interval.unwrap());
        assert!((mine.low - theirs.low).abs() < 1e-12 && (mine.high - theirs.high).abs() < 1e-12);
        assert!((estimate.upper(0.95).unwrap() - paired.upper_bound.unwrap()).abs() < 1e-12);
    }

    /// Nested samples of unequal length: the variance is that of the definition, Σ_pq w_p w_q C_pq / max(n).
    #[test]
    fn unequal_replications_follow_their_nesting() {
        let mut sample = sample(&Synthetic::new(&[2, 1], 5), 4_000, 0);
        let short = sample.profiles.get_mut(&1).unwrap();
        short.payoffs.iter_mut().for_each(|row| row.truncate(1_000));
        let estimate = Combination::difference(0, 0, 1).estimate(&sample).unwrap();
        let (long, short) = (&sample.profiles[&0].payoffs[0], &sample.profiles[&1].payoffs[0]);
        let spread = |a: &[f64], b: &[f64]| {
            let n = a.len().min(b.len());
            let mean = |v: &[f64]| v[..n].iter().sum::<f64>() / n as f64;
            let (x, y) = (mean(a), mean(b));
            a.iter().zip(b).map(|(a, b)| (a - x) * (b - y)).sum::<f64>() / (n - 1) as f64
        };
        let expected =
            spread(long, long) / 4_000.0 + spread(short, short) / 1_000.0 - 2.0 * spread(long, short) / 4_000.0;
        let ratio = libm::pow(estimate.standard_error.unwrap(), 2.0) / expected;
        assert!((ratio - 1.0).abs() < 0.02, "{ratio}");
        assert_eq!(estimate.replications, 1_000);
    }

    #[test]
    fn a_deviation_weighs_the_others_and_one_not_played_is_named() {
        let mut sample = sample(&Synthetic::new(&[2, 2], 1), 5, 0);
        let profile = Profile(vec![vec![0.25, 0.75], vec![0.5, 0.5]]);
        let gain = Combination::deviation(&sample, &profile, 0, 0);
        assert_eq!(gain.weights, [(0, 0.375), (1, 0.375), (2, -0.375), (3, -0.375)]);
        let pure = Profile(vec![vec![1.0, 0.0], vec![0.0, 1.0]]);
        assert_eq!(Combination::deviation(&sample, &pure, 1, 1).estimate(&sample).unwrap().value, 0.0);
        sample.profiles.remove(&2);
        assert_eq!(gain.missing(&sample), [2]);
        assert_eq!(gain.estimate(&sample), None);
        assert_eq!(Combination::payoff(&sample, &pure, 1).weights, [(1, 1.0)]);
    }
}
