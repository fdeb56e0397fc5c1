//! Means and their intervals.

use super::estimate::estimate_mean;
use super::independence::{Independence, Refusal};
use crate::number::sum;
use serde::{Deserialize, Serialize};

/// A confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Confidence of the two-sided interval, in (0, 1).
    pub level: f64,
}

impl Interval {
    /// Whether a value lies in the interval, ends included.
    pub fn contains(&self, x: f64) -> bool {
        (self.low..=self.high).contains(&x)
    }

    /// Half of the width.
    pub fn half_width(&self) -> f64 {
        0.5 * (self.high - self.low)
    }
}

/// A spread below this share of the largest value is rounding.
const ROUNDING: f64 = 1e-12;

/// Count, mean and sample variance (divisor n − 1) of the finite values, and how many were not finite.
/// The mean is NaN without values, the variance NaN with fewer than two.
pub fn moments(values: &[f64]) -> (u64, f64, f64, u64) {
    let finite = || values.iter().copied().filter(|v| v.is_finite());
    let n = finite().count();
    let left_out = (values.len() - n) as u64;
    if n == 0 {
        return (0, f64::NAN, f64::NAN, left_out);
    }
    let mean = sum(finite()) / n as f64;
    let squares = sum(finite().map(|v| (v - mean) * (v - mean)));
    let variance = if n < 2 { f64::NAN } else { squares / (n - 1) as f64 };
    // One value in every game leaves rounding: of sums of it, or of the games that came to it by other ways.
    let scale = finite().fold(0.0, |most, v| super::number::max(most, v.abs()));
    let variance = if variance <= ROUNDING * ROUNDING * scale * scale { 0.0 } else { variance };
    (n as u64, mean, variance, left_out)
}

/// The mean of the finite values, if there are any.
pub fn mean(values: &[f64]) -> Option<f64> {
    let (n, mean, _, _) = moments(values);
    (n > 0).then_some(mean)
}

/// A mean with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanEstimate {
    /// Values used.
    pub used: u64,
    /// Values left out because they are not finite.
    pub left_out: u64,
    /// The mean.
    pub mean: Option<f64>,
    /// The sample standard deviation, from two values on.
    pub standard_deviation: Option<f64>,
    /// The two-sided interval of the mean, from sixteen values on.
    pub interval: Option<Interval>,
    /// Why there is no interval, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

impl MeanEstimate {
    /// A mean that is known without error, such as the difference of a thing from itself.
    #[must_use]
    pub const fn exact(mean: f64, level: f64) -> Self {
        Self {
            used: 0,
            left_out: 0,
            mean: Some(mean),
            standard_deviation: None,
            interval: Some(Interval { low: mean, high: mean, level }),
            refusal: None,
        }
    }
}

/// The mean of the finite values with its two-sided interval of confidence `level`, as [`estimate_mean`] has it for
/// games of one setting.
///
/// The values must be independent: one per replication.
pub fn mean_interval(values: &[f64], level: f64) -> MeanEstimate {
    let e = estimate_mean(values, &Independence::games(values.len()), level);
    MeanEstimate {
        used: e.used,
        left_out: e.left_out,
        mean: e.value,
        standard_deviation: e.standard_deviation,
        interval: e.interval,
        refusal: e.refusal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_textbook_interval() {
        // 1 to 17: mean 9, s = √25.5, t(16) = 2.1199053: 9 ± 2.1199053 · √(25.5 / 17) = 9 ± 2.5963431.
        let mut values: Vec<f64> = (1..18).map(f64::from).collect();
        values.extend([f64::NAN, f64::INFINITY]);
        let e = mean_interval(&values, 0.95);
        assert_eq!((e.used, e.left_out, e.mean), (17, 2, Some(9.0)));
        let i = e.interval.unwrap();
        assert!((i.low - (9.0 - 2.596_343_1)).abs() < 1e-5 && (i.high - 11.596_343_1).abs() < 1e-5, "{i:?}");
        let few = mean_interval(&values[..15], 0.95);
        assert_eq!((few.interval, few.refusal), (None, Some(Refusal::FewGames { games: 15, least: 16 })));
    }

    #[test]
    fn rounding_is_no_spread() {
        let third = 1.0 / 3.0;
        let values: Vec<f64> = (0..99).map(|i| if i % 2 == 0 { third } else { third + f64::EPSILON }).collect();
        let e = mean_interval(&values, 0.95);
        assert_eq!((e.standard_deviation, e.interval, e.refusal), (Some(0.0), None, Some(Refusal::Constant)));
        let apart: Vec<f64> = (0..99).map(|i| third + f64::from(i % 2) * 1e-9).collect();
        assert!(mean_interval(&apart, 0.95).interval.is_some());
    }

    #[test]
    fn too_few_values_leave_the_answer_open() {
        let none = mean_interval(&[f64::NAN], 0.95);
        assert_eq!((none.used, none.mean, none.interval), (0, None, None));
        let one = mean_interval(&[2.0], 0.95);
        assert_eq!((one.mean, one.standard_deviation, one.interval), (Some(2.0), None, None));
        assert_eq!(mean(&[]), None);
    }
}
