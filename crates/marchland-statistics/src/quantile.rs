//! Quantiles and the summary of a distribution.

use super::interval::moments;
use crate::number::{clamp, max, min, sum};
use serde::{Deserialize, Serialize};

/// The finite values in rising order.
pub fn sorted_finite(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The quantile of a rising slice that is all there is, by linear interpolation between its values (Hyndman & Fan 1996,
/// type 7: the default of NumPy, R and pandas): for the ends of resampling intervals and for cutting a column into
/// slices. As an estimate of the distribution that a sample was drawn from it lies inside the tails; that is
/// [`quantile`]. `None` if the slice is empty.
pub fn quantile_of_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    Some(at_place(sorted, clamp(p, 0.0, 1.0) * last as f64))
}

/// The value in a place, from 0 to the last, of a rising slice that is not empty: between its neighbours in proportion.
fn at_place(sorted: &[f64], place: f64) -> f64 {
    let last = sorted.len() - 1;
    let below = place.floor() as usize;
    let above = if below < last { below + 1 } else { last };
    let share = place - below as f64;
    sorted[below] * (1.0 - share) + sorted[above] * share
}

/// The quantile `p`, in `[0, 1]`, of the distribution that the finite values are an independent sample of (Hyndman & Fan
/// 1996, type 8: the estimate lies above the quantile as often as below it, whatever the distribution; NumPy's
/// `method="median_unbiased"`). 0 and 1 are the smallest and the largest value.
pub fn quantile(values: &[f64], p: f64) -> Option<f64> {
    sample_quantile(&sorted_finite(values), p)
}

/// [`quantile`] of values in rising order.
pub(crate) fn sample_quantile(sorted: &[f64], p: f64) -> Option<f64> {
    let p = clamp(p, 0.0, 1.0);
    let n = sorted.len() as f64;
    // The k-th of n stands for the share (k - 1/3) / (n + 1/3).
    quantile_over(sorted, p + (2.0 * p - 1.0) / (6.0 * n), n)
}

/// The mean of the sample's quantile function over one `units`-th of it around the share `middle`; less of it where
/// an end is nearer, and one value at least.
///
/// With as many units as values that is the linear interpolation of Hyndman & Fan, each value in the middle of its step.
/// Where the games of a unit are alike, the function has steps of one unit's games, and the mean over one such step is
/// the same interpolation between units.
pub(crate) fn quantile_over(sorted: &[f64], middle: f64, units: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let n = sorted.len() as f64;
    let middle = clamp(middle * n, 0.5, n - 0.5);
    let half = min(min(0.5 * n / units, middle), n - middle);
    if half <= 0.5 {
        return Some(at_place(sorted, middle - 0.5));
    }
    let (from, to) = (middle - half, middle + half);
    let first = from.floor() as usize;
    let end = to.ceil() as usize;
    let end = if end > last { last + 1 } else { end };
    // From the lowest on, so that equal values stay what they are.
    let base = sorted[first];
    let parts = sorted[first..end].iter().enumerate().map(|(at, v)| {
        let start = (first + at) as f64;
        (min(to, start + 1.0) - max(from, start)) * (v - base)
    });
    Some(clamp(base + sum(parts) / (to - from), base, sorted[end - 1]))
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

/// The summary of the finite values; quantiles as [`quantile`] estimates them.
pub fn summary(values: &[f64]) -> Summary {
    let (used, mean, variance, left_out) = moments(values);
    let sorted = sorted_finite(values);
    let q = |p| sample_quantile(&sorted, p);
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
    fn quantiles_interpolate_like_types_seven_and_eight() {
        let values = [3.0, 1.0, f64::NAN, 2.0, 10.0];
        // numpy.quantile([1, 2, 3, 10], [0.1, 0.25, 0.5, 0.75, 0.9], method="median_unbiased")
        let eight = [(0.0, 1.0), (0.1, 1.0), (0.25, 17.0 / 12.0), (0.5, 2.5), (0.75, 85.0 / 12.0), (0.9, 10.0)];
        for (p, q) in eight {
            assert!((quantile(&values, p).unwrap() - q).abs() < 1e-12, "{p}: {:?}", quantile(&values, p));
        }
        // numpy.quantile([1, 2, 3, 10], [0.1, 0.5, 0.9])
        for (p, q) in [(0.0, 1.0), (0.1, 1.3), (0.5, 2.5), (0.9, 7.9), (1.0, 10.0)] {
            assert!((quantile_of_sorted(&sorted_finite(&values), p).unwrap() - q).abs() < 1e-12);
        }
        assert_eq!((quantile(&[f64::NAN], 0.5), quantile(&[4.0], 0.9)), (None, Some(4.0)));
        let s = summary(&values);
        assert_eq!((s.used, s.left_out, s.lowest, s.highest), (4, 1, Some(1.0), Some(10.0)));
    }

    #[test]
    fn games_that_repeat_their_unit_have_the_quantile_of_their_units() {
        let units: Vec<f64> = (0..40).map(|i| f64::from(i * i)).collect();
        let games: Vec<f64> = units.iter().flat_map(|v| [*v; 5]).collect();
        for p in [0.0, 0.01, 0.1, 0.33, 0.5, 0.77, 0.9, 0.99, 1.0] {
            let of_units = sample_quantile(&units, p).unwrap();
            let of_games = quantile_over(&games, p + (2.0 * p - 1.0) / (6.0 * 40.0), 40.0).unwrap();
            assert!((of_units - of_games).abs() < 1e-9, "{p}: {of_units}, {of_games}");
        }
        assert_eq!(quantile_over(&[0.1; 30], 0.63, 7.0), Some(0.1));
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
