//! Comparisons with one result in every build.
//!
//! `f64::max` and `f64::min` may return either zero of a pair of differently signed zeros, and
//! debug and release builds have been seen to choose differently; these choose by rule.

/// The larger of two numbers; the first of two that compare equal, and the other one when one is NaN.
pub(crate) fn max(a: f64, b: f64) -> f64 {
    if b > a || a.is_nan() { b } else { a }
}

/// The smaller of two numbers; the first of two that compare equal, and the other one when one is NaN.
pub(crate) fn min(a: f64, b: f64) -> f64 {
    if b < a || a.is_nan() { b } else { a }
}

/// `x` held within `[low, high]`; NaN stays NaN.
pub(crate) fn clamp(x: f64, low: f64, high: f64) -> f64 {
    if x < low {
        low
    } else if x > high {
        high
    } else {
        x
    }
}

/// The sum in index order with Neumaier's compensation (Neumaier 1974), so that sums over a hundred
/// thousand games keep their last digits.
pub(crate) fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0f64, 0.0f64);
    for v in values {
        let t = total + v;
        lost += if total.abs() >= v.abs() { (total - t) + v } else { (v - t) + total };
        total = t;
    }
    // An overflow leaves NaN in the compensation; the plain total says "infinite" more truly.
    if lost.is_finite() { total + lost } else { total }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_and_nan_have_one_answer() {
        assert!(max(-0.0, 0.0).is_sign_negative());
        assert!(min(0.0, -0.0).is_sign_positive());
        assert_eq!(max(f64::NAN, 1.0), 1.0);
        assert_eq!(min(1.0, f64::NAN), 1.0);
        assert_eq!(clamp(2.0, 0.0, 1.0), 1.0);
    }

    #[test]
    fn small_terms_survive_beside_large_ones() {
        assert_eq!(sum([1e16, 1.0, -1e16]), 1.0);
        assert_eq!(sum([f64::MAX, f64::MAX]), f64::INFINITY);
    }
}
