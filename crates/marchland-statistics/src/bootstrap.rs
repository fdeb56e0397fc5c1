//! The bootstrap with one weight per replication.
//!
//! Games of one replication meet the same shocks, whatever the lever or design point; what is
//! independent is the replication. A resample therefore gives every *replication* a weight and all its
//! games share it. The whole statistic is computed anew under the weights.

use super::interval::Interval;
use super::normal;
use super::quantile::quantile_of_sorted;
use crate::draws;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How the interval is read off the resamples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BootstrapMethod {
    /// The quantiles of the resamples (Efron 1979).
    Percentile,
    /// Corrected for bias and for a spread that changes with the value (BCa; Efron 1987).
    BiasCorrected,
}

/// Options of [`bootstrap`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BootstrapOptions {
    /// Number of resamples, usually 1,000 to 10,000.
    pub resamples: u32,
    /// Confidence of the two-sided interval, in (0, 1).
    pub level: f64,
    /// How the interval is read off.
    pub method: BootstrapMethod,
    /// Seed of the weights.
    pub seed: u64,
}

impl Default for BootstrapOptions {
    fn default() -> Self {
        BootstrapOptions { resamples: 2000, level: 0.95, method: BootstrapMethod::BiasCorrected, seed: 1 }
    }
}

/// How many groups the jackknife of the acceleration uses at most: with more replications than this,
/// whole groups of them are left out at a time.
const JACKKNIFE_GROUPS: usize = 200;

/// Multinomial weights of one resample: how often each of `replications` was drawn, out of as many draws.
/// A function of the arguments alone, so that every statistic of a report can share its resamples.
pub fn replication_weights(seed: u64, resample: u64, replications: usize) -> Vec<f64> {
    let mut rng = draws::stream(draws::key(seed, "bootstrap", &[resample]));
    let mut weights = vec![0.0; replications];
    for _ in 0..replications {
        weights[draws::below(&mut rng, replications as u64) as usize] += 1.0;
    }
    weights
}

/// A bootstrap interval of a statistic of `replications` independent replications.
///
/// `statistic` gets one weight per replication (whole numbers from 0) and answers `None` where it is not
/// defined. Resamples without an answer are left out; with fewer than half of them answered, or fewer
/// than two replications, there is no interval. Resamples run in parallel and are folded by number.
pub fn bootstrap(
    replications: usize,
    options: &BootstrapOptions,
    statistic: impl Fn(&[f64]) -> Option<f64> + Sync,
) -> Option<Interval> {
    if replications < 2 {
        return None;
    }
    let estimate = statistic(&vec![1.0; replications]).filter(|e| e.is_finite())?;
    let answers: Vec<Option<f64>> = (0..u64::from(options.resamples))
        .into_par_iter()
        .map(|b| statistic(&replication_weights(options.seed, b, replications)))
        .collect();
    let mut sorted: Vec<f64> = answers.into_iter().flatten().filter(|v| v.is_finite()).collect();
    if sorted.is_empty() || sorted.len() * 2 < options.resamples as usize {
        return None;
    }
    sorted.sort_by(f64::total_cmp);
    let tail = 0.5 * (1.0 - options.level);
    let (low, high) = match options.method {
        BootstrapMethod::Percentile => (tail, 1.0 - tail),
        BootstrapMethod::BiasCorrected => {
            let acceleration = acceleration(replications, &statistic);
            corrected(&sorted, estimate, acceleration, tail)
        }
    };
    Some(Interval {
        low: quantile_of_sorted(&sorted, low)?,
        high: quantile_of_sorted(&sorted, high)?,
        level: options.level,
    })
}

/// The two levels at which BCa reads the resamples (Efron & Tibshirani 1993, equation 14.10).
fn corrected(sorted: &[f64], estimate: f64, acceleration: f64, tail: f64) -> (f64, f64) {
    // Ties count half, so that a discrete statistic is not called biased.
    let below = sorted.iter().filter(|&&v| v < estimate).count() as f64;
    let equal = sorted.iter().filter(|&&v| v == estimate).count() as f64;
    let n = sorted.len() as f64;
    let share = (below + 0.5 * equal) / n;
    // All resamples on one side of the estimate: the correction is held at half a resample.
    let share = crate::number::clamp(share, 0.5 / n, 1.0 - 0.5 / n);
    let bias = normal::quantile(share);
    let level = |z: f64| {
        let shifted = bias + z;
        normal::distribution(bias + shifted / (1.0 - acceleration * shifted))
    };
    (level(normal::quantile(tail)), level(normal::quantile(1.0 - tail)))
}

/// Skewness of the jackknife values over six (Efron & Tibshirani 1993, equation 14.15).
fn acceleration(replications: usize, statistic: &(impl Fn(&[f64]) -> Option<f64> + Sync)) -> f64 {
    let groups = if replications < JACKKNIFE_GROUPS { replications } else { JACKKNIFE_GROUPS };
    let left_out: Vec<Option<f64>> = (0..groups)
        .into_par_iter()
        .map(|g| {
            // Every `groups`-th replication, so that groups differ in size by one at most.
            let weights: Vec<f64> = (0..replications).map(|r| if r % groups == g { 0.0 } else { 1.0 }).collect();
            statistic(&weights)
        })
        .collect();
    let values: Vec<f64> = left_out.into_iter().flatten().filter(|v| v.is_finite()).collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let (mut squares, mut cubes) = (0.0, 0.0);
    for v in values {
        let d = mean - v;
        squares += d * d;
        cubes += d * d * d;
    }
    if squares > 0.0 { cubes / (6.0 * squares * squares.sqrt()) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{quantile::weighted_mean, student_quantile};

    fn skewed(n: usize, key: u64) -> Vec<f64> {
        let mut rng = draws::stream(draws::key(key, "skewed", &[]));
        (0..n).map(|_| -libm::log(draws::uniform(&mut rng))).collect()
    }

    #[test]
    fn the_interval_of_a_mean_is_near_its_closed_form() {
        let values = skewed(400, 3);
        let (n, mean, variance, _) = crate::moments(&values);
        let half = student_quantile(0.975, 399.0) * (variance / n as f64).sqrt();
        for method in [BootstrapMethod::Percentile, BootstrapMethod::BiasCorrected] {
            let options = BootstrapOptions { resamples: 4000, method, ..Default::default() };
            let i = bootstrap(400, &options, |w| weighted_mean(&values, w)).unwrap();
            assert!((i.low - (mean - half)).abs() < 0.15 * half, "{method:?}: {i:?}");
            assert!((i.high - (mean + half)).abs() < 0.15 * half, "{method:?}: {i:?}");
        }
    }

    #[test]
    fn bca_agrees_with_an_outside_implementation() {
        // scipy 1.17.1: stats.bootstrap((x,), np.mean, n_resamples=200000, method="BCa", rng=1) for these
        // twelve numbers gives (3.4167, 11.75), and (3.0, 9.25) for method="percentile".
        let x = [1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 5.0, 6.0, 8.0, 4.0, 24.0];
        let run = |method| {
            let options = BootstrapOptions { resamples: 20_000, method, ..Default::default() };
            bootstrap(x.len(), &options, |w| weighted_mean(&x, w)).unwrap()
        };
        let p = run(BootstrapMethod::Percentile);
        let b = run(BootstrapMethod::BiasCorrected);
        assert!((p.low - PERCENTILE[0]).abs() < 0.09 && (p.high - PERCENTILE[1]).abs() < 0.09, "{p:?}");
        assert!((b.low - BCA[0]).abs() < 0.09 && (b.high - BCA[1]).abs() < 0.4, "{b:?}");
    }

    const PERCENTILE: [f64; 2] = [3.0, 9.25];
    const BCA: [f64; 2] = [3.4167, 11.75];

    #[test]
    fn coverage_is_near_its_level_for_skewed_data() {
        // 400 studies of 60 exponential values, true mean 1, seed 9: 95 % ± 4 standard errors of 1.1 %.
        let options = BootstrapOptions { resamples: 400, ..Default::default() };
        let hits = (0..400)
            .filter(|&study| {
                let values = skewed(60, 9000 + study);
                bootstrap(60, &options, |w| weighted_mean(&values, w)).unwrap().contains(1.0)
            })
            .count();
        assert!((363..=392).contains(&hits), "{hits} of 400");
    }

    #[test]
    fn weights_of_a_resample_sum_to_the_replications_and_repeat() {
        let w = replication_weights(5, 17, 300);
        assert_eq!(w.iter().sum::<f64>(), 300.0);
        assert_eq!(w, replication_weights(5, 17, 300));
        assert_ne!(w, replication_weights(5, 18, 300));
    }

    #[test]
    fn undefined_statistics_give_no_interval() {
        let options = BootstrapOptions { resamples: 50, ..Default::default() };
        assert_eq!(bootstrap(10, &options, |_| None), None);
        assert_eq!(bootstrap(1, &options, |_| Some(1.0)), None);
        let constant = bootstrap(10, &options, |_| Some(2.0)).unwrap();
        assert_eq!((constant.low, constant.high), (2.0, 2.0));
    }
}
