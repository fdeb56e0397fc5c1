//! How much of a variance two settings do not explain.

use serde::{Deserialize, Serialize};

use super::bootstrap::{BootstrapMethod, BootstrapOptions, bootstrap};
use super::independence::LEAST_UNITS;
use super::interval::{Interval, moments};

/// The share of a variance that lies within two settings of equal weight, in `[0, 1]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WithinShare {
    /// The share.
    pub share: f64,
    /// Its two-sided interval, from sixteen pairs on.
    pub interval: Option<Interval>,
}

/// Of two columns whose equal places met the same shocks: were half of all games played under the one setting and half
/// under the other, the part of the variance between all of them that games of one setting have among themselves. With
/// means m₁ and m₂ and variances s₁² and s₂² it is ½(s₁² + s₂²) / (½(s₁² + s₂²) + ¼(m₁ − m₂)²): one less the share that
/// the setting explains (the intraclass correlation of two groups; Searle, Casella & McCulloch 1992, chapter 3). It is 0
/// where the setting alone moves the value, and 1 where it does not move it.
///
/// The interval is BCa's over pairs ([`bootstrap`]), which are what is independent. A pair counts only if both values are
/// finite. None where nothing varies, or where fewer than two pairs are left.
///
/// # Panics
/// If the columns differ in length.
#[must_use]
pub fn within_share(first: &[f64], second: &[f64], level: f64) -> Option<WithinShare> {
    assert_eq!(first.len(), second.len(), "pairs need columns of one length");
    let pairs: Vec<(f64, f64)> =
        first.iter().copied().zip(second.iter().copied()).filter(|(a, b)| a.is_finite() && b.is_finite()).collect();
    let columns: [Vec<f64>; 2] = [pairs.iter().map(|pair| pair.0).collect(), pairs.iter().map(|pair| pair.1).collect()];
    let [(_, m1, v1, _), (_, m2, v2, _)] = columns.each_ref().map(|column| moments(column));
    let share = of_parts(0.5 * (v1 + v2), m1 - m2)?;
    // Games of a setting that are all alike are so in every resample, but for the rounding of sums.
    let alike = v1 + v2 == 0.0;
    let options = BootstrapOptions { level, method: BootstrapMethod::BiasCorrected, ..BootstrapOptions::default() };
    let interval = match (pairs.len() >= LEAST_UNITS, alike) {
        (false, _) => None,
        (true, true) => Some(Interval { low: share, high: share, level }),
        (true, false) => bootstrap(pairs.len(), &options, |weights| {
            let [(m1, v1), (m2, v2)] = columns.each_ref().map(|column| weighted_moments(column, weights));
            of_parts(0.5 * (v1 + v2), m1 - m2)
        }),
    };
    Some(WithinShare { share, interval })
}

/// The share of a variance within, and a distance of two means.
fn of_parts(within: f64, apart: f64) -> Option<f64> {
    let all = within + 0.25 * apart * apart;
    (all > 0.0).then(|| within / all)
}

/// Mean and sample variance under whole-numbered weights.
fn weighted_moments(values: &[f64], weights: &[f64]) -> (f64, f64) {
    let (mut sum, mut all) = (0.0, 0.0);
    for (value, weight) in values.iter().zip(weights) {
        sum += weight * value;
        all += weight;
    }
    let mean = sum / all;
    let squares: f64 = values.iter().zip(weights).map(|(value, weight)| weight * (value - mean) * (value - mean)).sum();
    (mean, squares / (all - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws;

    fn normals(n: usize, key: u64) -> Vec<f64> {
        (0..n).map(|at| draws::normal(draws::key(key, "within", &[at as u64]))).collect()
    }

    #[test]
    fn what_the_setting_alone_moves_has_no_share_and_what_it_does_not_has_all() {
        let only = within_share(&[0.7; 40], &[0.2; 40], 0.99).expect("it varies");
        assert_eq!((only.share, only.interval.map(|i| (i.low, i.high))), (0.0, Some((0.0, 0.0))));
        assert_eq!(within_share(&[0.7; 40], &[0.7; 40], 0.99), None);
        let noise = normals(200, 1);
        assert_eq!(within_share(&noise, &noise, 0.99).map(|found| found.share), Some(1.0));
        assert!(within_share(&noise[..15], &noise[..15], 0.99).is_some_and(|found| found.interval.is_none()));
    }

    #[test]
    fn a_shift_of_six_deviations_leaves_a_tenth() {
        // ½(1 + 1) / (1 + ¼ · 36) = 1/10, whether the games share their shocks or not: a study's share has a standard
        // deviation of .007 at most.
        let shares = (0..40).map(|study| {
            let noise = normals(400, 2 * study);
            let second = if study % 2 == 0 { noise.clone() } else { normals(400, 2 * study + 1) };
            let first: Vec<f64> = second.iter().map(|z| z + 6.0).collect();
            within_share(&first, &noise, 0.99).expect("it varies").share
        });
        let mean = shares.sum::<f64>() / 40.0;
        assert!((mean - 0.1).abs() < 0.005, "{mean}");
    }

    #[test]
    fn coverage_is_near_its_level() {
        // 400 studies of 100 pairs that share half of their variance, true share 1/(1 + 1/4·4) = ½: 95 % ± 4 standard
        // errors of 1.1 %.
        let hits = (0..400)
            .filter(|study| {
                let (shared, own, other) =
                    (normals(100, 7 + 3 * study), normals(100, 8 + 3 * study), normals(100, 9 + 3 * study));
                let column = |own: &[f64], shift: f64| -> Vec<f64> {
                    shared.iter().zip(own).map(|(a, b)| shift + (a + b) * 0.5_f64.sqrt()).collect()
                };
                let found = within_share(&column(&own, 2.0), &column(&other, 0.0), 0.95).expect("it varies");
                found.interval.expect("enough pairs").contains(0.5)
            })
            .count();
        assert!((363..=395).contains(&hits), "{hits} of 400");
    }
}
