//! Quantiles and the summary of a distribution.

use super::interval::moments;
use crate::number::{clamp, sum};
use serde::{Deserialize, Serialize};

/// The finite values in rising order.
pub fn sorted_finite(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The quantile of a rising slice by linear interpolation between order statistics (Hyndman & Fan 1996,
/// type 7). `None` if it is empty.
pub fn quantile_of_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = clamp(p, 0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = if below < last { below + 1 } else { last };
    let share = place - below as f64;
    Some(sorted[below] * (1.0 - share) + sorted[above] * share)
}

/// The quantile `p`, in `[0, 1]`, of the finite values (Hyndman & Fan 1996, type 7: as NumPy, R and pandas
/// by default).
pub fn quantile(values: &[f64], p: f64) -> Option<f64> {
    quantile_of_sorted(&sorted_finite(values), p)
}

/// The mean of finite values with weights from 0 on; `None` if no weight lies on a finite value.
pub fn weighted_mean(values: &[f64], weights: &[f64]) -> Option<f64> {
    let usable = || values.iter().zip(weights).filter(|(v, w)| v.is_finite() && **w > 0.0);
    let total = sum(usable().map(|(_, &w)| w));
    (total > 0.0).then(|| sum(usable().map(|(&v, &w)| v * w)) / total)
}

/// The smallest finite value at or below which a share `p` of the weight lies (the inverse of the
/// weighted distribution function); `None` if no weight lies on a finite value.
pub fn weighted_quantile(values: &[f64], weights: &[f64], p: f64) -> Option<f64> {
    let mut pairs: Vec<(f64, f64)> =
        values.iter().copied().zip(weights.iter().copied()).filter(|(v, w)| v.is_finite() && *w > 0.0).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total = sum(pairs.iter().map(|p| p.1));
    let mut reached = 0.0;
    for &(value, weight) in &pairs {
        reached += weight;
        // Sums of weights miss round shares by a rounding error.
        if reached >= p * total * (1.0 - 1e-12) {
            return Some(value);
        }
    }
    pairs.last().map(|pair| pair.0)
}

/// The distribution of a measure in figures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Values used.
    pub used: u64,
    /// Values left out because they are not finite.
    pub left_out: u64,
    /// Mean.
    pub mean: Option<f64>,
    /// Sample standard deviation, from two values on.
    pub standard_deviation: Option<f64>,
    /// Smallest value.
    pub lowest: Option<f64>,
    /// 5 % quantile.
    pub q05: Option<f64>,
    /// Lower quartile.
    pub q25: Option<f64>,
    /// Median.
    pub median: Option<f64>,
    /// Upper quartile.
    pub q75: Option<f64>,
    /// 95 % quantile.
    pub q95: Option<f64>,
    /// Largest value.
    pub highest: Option<f64>,
}

/// The summary of the finite values.
pub fn summary(values: &[f64]) -> Summary {
    let (used, mean, variance, left_out) = moments(values);
    let sorted = sorted_finite(values);
    let q = |p| quantile_of_sorted(&sorted, p);
    Summary {
        used,
        left_out,
        mean: (used > 0).then_some(mean),
        standard_deviation: (used > 1).then_some(variance.sqrt()),
        lowest: q(0.0),
        q05: q(0.05),
        q25: q(0.25),
        median: q(0.5),
        q75: q(0.75),
        q95: q(0.95),
        highest: q(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_like_type_seven() {
        let values = [3.0, 1.0, f64::NAN, 2.0, 10.0];
        // numpy.quantile([1, 2, 3, 10], [0.1, 0.5, 0.9]) = 1.3, 2.5, 7.9
        for (p, q) in [(0.0, 1.0), (0.1, 1.3), (0.5, 2.5), (0.9, 7.9), (1.0, 10.0)] {
            assert!((quantile(&values, p).unwrap() - q).abs() < 1e-12);
        }
        assert_eq!(quantile(&[f64::NAN], 0.5), None);
        let s = summary(&values);
        assert_eq!((s.used, s.left_out, s.lowest, s.highest), (4, 1, Some(1.0), Some(10.0)));
    }

    #[test]
    fn whole_weights_equal_repeated_values() {
        let (values, weights) = ([1.0, 2.0, 4.0, f64::NAN], [3.0, 0.0, 1.0, 5.0]);
        assert_eq!(weighted_mean(&values, &weights), Some(7.0 / 4.0));
        assert_eq!(weighted_quantile(&values, &weights, 0.75), Some(1.0));
        assert_eq!(weighted_quantile(&values, &weights, 0.76), Some(4.0));
        assert_eq!(weighted_mean(&values, &[0.0; 4]), None);
    }
}
