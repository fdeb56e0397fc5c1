//! The generalised likelihood ratio of two means.

use crate::number::{max, min, sum};

/// log [ sup L(mean = `effect`) / sup L(mean = 0) ] of a sample: the differences that are not zero, and the
/// number of zeros.
///
/// The likelihood of a mean is maximised over all distributions on the observed values (Owen 1988,
/// empirical likelihood: the multinomial maximum of Van den Bergh 2016 for outcomes that are not
/// known beforehand), which follows skewed differences where a normal likelihood errs. Where one of
/// the two means lies outside the observed values no such distribution exists, and normal differences
/// of unknown variance take its place: n/2 · ln [(s² + d̄²) / (s² + (d̄ − δ)²)].
///
/// `None` if nothing differs from zero.
pub(super) fn log_ratio(nonzero: &[f64], zeros: u64, effect: f64) -> Option<f64> {
    if nonzero.is_empty() {
        return None;
    }
    if let (Some(null), Some(alternative)) = (empirical(nonzero, zeros, 0.0), empirical(nonzero, zeros, effect)) {
        return Some(null - alternative);
    }
    let n = nonzero.len() as f64 + zeros as f64;
    let mean = sum(nonzero.iter().copied()) / n;
    let square = (sum(nonzero.iter().map(|d| (d - mean) * (d - mean))) + zeros as f64 * mean * mean) / n;
    let (from_zero, from_effect) = (square + mean * mean, square + (mean - effect) * (mean - effect));
    if from_effect == 0.0 {
        return Some(f64::MAX);
    }
    Some(0.5 * n * libm::log(from_zero / from_effect))
}

/// −log of the empirical likelihood ratio of a mean: Σ log(1 + λ (d_i − mean)) with λ the root of
/// Σ (d_i − mean) / (1 + λ (d_i − mean)) = 0. `None` if the mean is not strictly inside the values.
fn empirical(nonzero: &[f64], zeros: u64, mean: f64) -> Option<f64> {
    let weight = zeros as f64;
    let n = nonzero.len() as f64 + weight;
    let start = if zeros > 0 { -mean } else { nonzero[0] - mean };
    let (lowest, highest) =
        nonzero.iter().fold((start, start), |(low, high), d| (min(low, d - mean), max(high, d - mean)));
    if lowest >= 0.0 || highest <= 0.0 {
        return None;
    }
    // Every probability is at most 1, so that 1 + λ d ≥ 1/n for every d.
    let (mut low, mut high) = ((1.0 / n - 1.0) / highest, (1.0 / n - 1.0) / lowest);
    let mut lambda = 0.0;
    // Newton's method kept within the bracket, at worst bisection; 100 steps use up a double.
    for _ in 0..100 {
        let (mut value, mut slope) = (0.0, 0.0);
        for d in nonzero {
            let term = (d - mean) / (1.0 + lambda * (d - mean));
            value += term;
            slope -= term * term;
        }
        let term = -mean / (1.0 - lambda * mean);
        value += weight * term;
        slope -= weight * term * term;
        // The sum falls as λ rises.
        if value > 0.0 {
            low = lambda;
        } else {
            high = lambda;
        }
        let newton = lambda - value / slope;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        let moved = (next - lambda).abs();
        lambda = next;
        if moved <= 1e-13 * (1.0 + lambda.abs()) {
            break;
        }
    }
    let of_zeros = if zeros > 0 { weight * libm::log1p(-lambda * mean) } else { 0.0 };
    Some(sum(nonzero.iter().map(|d| libm::log1p(lambda * (d - mean)))) + of_zeros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_outcomes_have_a_closed_form() {
        // 40 times +1, 30 times −1: a mean m needs p = (1 + m) / 2, so that the log ratio of m = 0.2
        // against 0 is 40 ln (0.6 / 0.5) + 30 ln (0.4 / 0.5).
        let sample: Vec<f64> = (0..70).map(|i| if i < 40 { 1.0 } else { -1.0 }).collect();
        let expected = 40.0 * libm::log(1.2) + 30.0 * libm::log(0.8);
        assert!((log_ratio(&sample, 0, 0.2).unwrap() - expected).abs() < 1e-9);
    }

    #[test]
    fn zeros_count_as_values() {
        let nonzero = [0.5, -1.0, 2.0, 0.3, -0.2];
        let all: Vec<f64> = nonzero.iter().copied().chain([1e-300; 20]).collect();
        let (a, b) = (log_ratio(&nonzero, 20, 0.1).unwrap(), log_ratio(&all, 0, 0.1).unwrap());
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }

    #[test]
    fn large_samples_approach_the_normal_form() {
        // Symmetric differences: both forms agree to order 1/n.
        let sample: Vec<f64> =
            (0..2000).map(|i| crate::statistics::normal::quantile((f64::from(i) + 0.5) / 2000.0) + 0.05).collect();
        let (_, mean, variance, _) = crate::statistics::moments(&sample);
        let normal = 1000.0 * libm::log((variance + mean * mean) / (variance + (mean - 0.1) * (mean - 0.1)));
        let found = log_ratio(&sample, 0, 0.1).unwrap();
        assert!((found - normal).abs() < 0.02, "{found} {normal}");
    }

    #[test]
    fn means_outside_the_sample_fall_back() {
        assert_eq!(log_ratio(&[], 100, 0.1), None);
        assert!(log_ratio(&[0.15, 0.2, 0.1], 0, 0.02).unwrap() > 0.0);
        assert_eq!(log_ratio(&[0.1; 5], 0, 0.1), Some(f64::MAX));
    }
}
