//! Comparisons with one result in every build, and sums that keep their last digits.
//!
//! `f64::max` and `f64::min` differ on −0.0 between optimised and unoptimised builds; a lint bans both,
//! and these take their place.

/// The larger of two numbers; `a` where they are equal or `b` is not a number.
#[must_use]
#[inline]
pub fn max(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// The smaller of two numbers; `a` where they are equal or `b` is not a number.
#[must_use]
#[inline]
pub fn min(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

/// `x` moved into `[low, high]`; a NaN stays one.
#[must_use]
#[inline]
pub fn clamp(x: f64, low: f64, high: f64) -> f64 {
    // Two selections in a row, not one within another: each is a single instruction in vector code.
    let raised = if x < low { low } else { x };
    if raised > high { high } else { raised }
}

/// The sum in index order with Neumaier's compensation (Neumaier 1974), so that sums over a hundred
/// thousand games keep their last digits.
#[must_use]
pub fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
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
    fn comparisons_keep_the_first_of_equals() {
        assert!(max(0.0, -0.0).is_sign_positive());
        assert!(min(-0.0, 0.0).is_sign_negative());
        assert_eq!(clamp(2.0, 0.0, 1.0), 1.0);
        assert!(clamp(f64::NAN, 0.0, 1.0).is_nan());
    }

    #[test]
    fn small_terms_survive_beside_large_ones() {
        assert_eq!(sum([1e16, 1.0, -1e16]), 1.0);
        assert_eq!(sum([f64::MAX, f64::MAX]), f64::INFINITY);
    }
}
