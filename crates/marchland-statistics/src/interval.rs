//! Means and their intervals.

use super::student::student_quantile;
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
    // A value equal to all others has no variance, to the last bit.
    let squares = sum(finite().map(|v| (v - mean) * (v - mean)));
    let variance = if n < 2 { f64::NAN } else { squares / (n - 1) as f64 };
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
    /// The two-sided t interval of the mean, from two values on.
    pub interval: Option<Interval>,
}

/// The mean of the finite values with its two-sided Student interval of confidence `level`.
///
/// The values must be independent: one per replication.
pub fn mean_interval(values: &[f64], level: f64) -> MeanEstimate {
    let (used, mean, variance, left_out) = moments(values);
    let spread = (used >= 2).then_some(variance.sqrt());
    let interval = spread.map(|s| {
        let half = student_quantile(0.5 + 0.5 * level, (used - 1) as f64) * s / (used as f64).sqrt();
        Interval { low: mean - half, high: mean + half, level }
    });
    MeanEstimate { used, left_out, mean: (used > 0).then_some(mean), standard_deviation: spread, interval }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_textbook_interval() {
        // Mean 3, s = √2.5, n = 5: 3 ± 2.7764451 · √(2.5 / 5) = 3 ± 1.9632432.
        let e = mean_interval(&[1.0, 2.0, 3.0, 4.0, 5.0, f64::NAN, f64::INFINITY], 0.95);
        assert_eq!((e.used, e.left_out, e.mean), (5, 2, Some(3.0)));
        let i = e.interval.unwrap();
        assert!((i.low - (3.0 - 1.963_243_2)).abs() < 1e-6 && (i.high - 4.963_243_2).abs() < 1e-6);
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
