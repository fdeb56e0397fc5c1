//! Means of an empirical game under random weights of its replications.

use std::collections::BTreeMap;

use marchland_equilibria::game::Game;
use serde::{Deserialize, Serialize};

use super::EmpiricalError;
use crate::draws;
use crate::number::{dot_in_four, sum};
use crate::statistics::{Interval, quantile_of_sorted};
use crate::tournament::Sample;

/// One weight per replication for one resample: independent standard exponential draws, so that the
/// normalised weights are uniform on the simplex (the Bayesian bootstrap; Rubin 1981).
///
/// Chosen over whole-number weights because no profile can be left without weight, however few its games,
/// and a resampled payoff moves smoothly. Against the sample variance the spread of a mean is smaller by
/// the factor (n − 1)/(n + 1): its standard error by 5 % at 20 replications, by 1 % at 100. A function of
/// the arguments alone; more replications leave the earlier weights as they are.
#[must_use]
pub fn exponential_weights(seed: u64, resample: u64, replications: usize) -> Vec<f64> {
    let mut rng = draws::stream(draws::key(seed, "empirical bootstrap", &[resample]));
    (0..replications).map(|_| -libm::log(draws::uniform(&mut rng))).collect()
}

/// A statistic over resamples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Resamples in which it is defined.
    pub used: u32,
    /// Its mean over them.
    pub mean: f64,
    /// The percentile interval (Efron 1979).
    pub interval: Interval,
    /// The one-sided upper percentile bound of the same confidence.
    pub upper: f64,
}

impl Spread {
    /// The spread of values in any order; none with fewer than two.
    pub(crate) fn of(mut values: Vec<f64>, level: f64) -> Option<Spread> {
        if values.len() < 2 {
            return None;
        }
        values.sort_by(f64::total_cmp);
        let mean = sum(values.iter().copied()) / values.len() as f64;
        let at = |p: f64| quantile_of_sorted(&values, p);
        let interval = Interval { low: at(0.5 - 0.5 * level)?, high: at(0.5 + 0.5 * level)?, level };
        Some(Spread { used: values.len() as u32, mean, interval, upper: at(level)? })
    }
}

/// The games of a sample as rows: a profile each, in the order of their numbers.
pub(crate) struct Rows<'s> {
    sample: &'s Sample,
    /// Which row holds a profile.
    pub(crate) row_of: BTreeMap<usize, usize>,
    /// The most replications of any profile.
    pub(crate) most: usize,
}

impl<'s> Rows<'s> {
    pub(crate) fn new(sample: &'s Sample) -> Rows<'s> {
        let row_of = sample.profiles.keys().copied().enumerate().map(|(row, place)| (place, row)).collect();
        let most = sample.profiles.values().map(|games| games.replications()).max().unwrap_or(0);
        Rows { sample, row_of, most }
    }

    pub(crate) fn players(&self) -> usize {
        self.sample.players.len()
    }

    /// The plain means: rows × players.
    pub(crate) fn means(&self) -> Vec<f64> {
        let mut means = Vec::with_capacity(self.row_of.len() * self.players());
        for games in self.sample.profiles.values() {
            means.extend(games.payoffs.iter().map(|row| sum(row.iter().copied()) / row.len() as f64));
        }
        means
    }

    /// The weighted means into `out`: rows × players. A profile of n games uses the first n weights.
    pub(crate) fn weighted(&self, weights: &[f64], out: &mut Vec<f64>) {
        // Few numbers of replications occur, so that their sums of weights are kept.
        let mut sums: Vec<(usize, f64)> = Vec::new();
        out.clear();
        for games in self.sample.profiles.values() {
            let n = games.replications();
            let total = match sums.iter().find(|(of, _)| *of == n) {
                Some((_, total)) => *total,
                None => {
                    let total = weights[..n].iter().sum();
                    sums.push((n, total));
                    total
                }
            };
            out.extend(games.payoffs.iter().map(|row| dot_in_four(row, weights) / total));
        }
    }

    /// The game among the kept strategies, by the means given.
    pub(crate) fn game(&self, keep: &[Vec<usize>], means: &[f64]) -> Result<Game, EmpiricalError> {
        let players = self.players();
        let mut rows = Vec::new();
        for place in self.sample.product(keep) {
            let row = self.row_of.get(&place);
            rows.push(*row.ok_or_else(|| EmpiricalError::Unsampled { profile: name_of(self.sample, place) })?);
        }
        let tensor = |player: usize| rows.iter().map(|row| means[row * players + player]).collect();
        let mut tensors: Vec<Vec<f64>> = (0..players).map(tensor).collect();
        if players == 2 {
            tensors.iter_mut().for_each(|tensor| coarsen(tensor));
        }
        let counts: Vec<usize> = keep.iter().map(Vec::len).collect();
        Ok(Game::unnamed(&counts, tensors)?)
    }
}

/// The strategies of a profile by name.
pub(crate) fn name_of(sample: &Sample, place: usize) -> String {
    let profile = sample.profile_at(place);
    let names = profile.iter().zip(&sample.strategies).map(|(&a, names)| names[a].as_str());
    names.collect::<Vec<_>>().join(" / ")
}

/// Rounds payoffs to 2⁻³⁰ of the largest: far below any sampling error, and few enough digits for the exact
/// arithmetic on two-player games to stay within machine words.
fn coarsen(payoffs: &mut [f64]) {
    let largest = payoffs.iter().fold(0.0, |most, u| crate::number::max(most, u.abs()));
    let (_, exponent) = libm::frexp(largest);
    let unit = libm::ldexp(1.0, exponent - 30);
    if unit > 0.0 {
        payoffs.iter_mut().for_each(|u| *u = (*u / unit).round() * unit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::empirical::synthetic::{Synthetic, sample};

    #[test]
    fn weights_are_exponential_and_extend_without_change() {
        let long = exponential_weights(3, 9, 20_000);
        assert_eq!(long[..50], exponential_weights(3, 9, 50)[..]);
        let mean = long.iter().sum::<f64>() / 20_000.0;
        let square = long.iter().map(|w| w * w).sum::<f64>() / 20_000.0;
        // Means 1 and 2, standard errors 0.0071 and 0.0316; four of each.
        assert!((mean - 1.0).abs() < 0.029 && (square - 2.0).abs() < 0.127, "{mean} {square}");
    }

    /// The spread of a resampled mean is s²(n − 1)/(n + 1)/n.
    #[test]
    fn resampled_means_have_the_variance_of_the_bayesian_bootstrap() {
        let sample = sample(&Synthetic::new(&[2, 1], 8), 60, 0);
        let rows = Rows::new(&sample);
        let mut out = Vec::new();
        let means: Vec<f64> = (0..4_000)
            .map(|b| {
                rows.weighted(&exponential_weights(1, b, 60), &mut out);
                out[2]
            })
            .collect();
        let (_, mean, variance, _) = crate::statistics::moments(&means);
        let (_, expected, spread, _) = crate::statistics::moments(&sample.profiles[&1].payoffs[0]);
        let ratio = variance / (spread / 60.0 * 59.0 / 61.0);
        assert!((mean - expected).abs() < 4.0 * (variance / 4_000.0).sqrt());
        // The standard error of a variance over 4,000 draws is 2.2 %; four of them.
        assert!((ratio - 1.0).abs() < 0.09, "{ratio}");
    }

    #[test]
    fn unequal_profiles_use_the_first_weights() {
        let mut sample = sample(&Synthetic::new(&[2, 1], 8), 7, 0);
        sample.profiles.get_mut(&1).unwrap().payoffs.iter_mut().for_each(|row| row.truncate(5));
        let rows = Rows::new(&sample);
        let weights = [1.0, 0.0, 2.0, 1.0, 0.0, 3.0, 1.0];
        let mut out = Vec::new();
        rows.weighted(&weights, &mut out);
        let row = &sample.profiles[&1].payoffs[0];
        assert!((out[2] - (row[0] + 2.0 * row[2] + row[3]) / 4.0).abs() < 1e-15);
        rows.weighted(&[1.0; 7], &mut out);
        for (a, b) in out.iter().zip(rows.means()) {
            assert!((a - b).abs() < 1e-14);
        }
        sample.profiles.remove(&0);
        let rows = Rows::new(&sample);
        let missing = rows.game(&[vec![0, 1], vec![0]], &rows.means());
        assert_eq!(missing.unwrap_err().to_string(), "profile 1 / 1 was not played, and no payoff is invented");
    }
}
