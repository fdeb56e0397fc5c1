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

/// [`sum`] of a slice.
#[must_use]
#[inline(never)]
pub fn sum_of(values: &[f64]) -> f64 {
    sum(values.iter().copied())
}

/// [`sum`] of the products of two slices' values.
#[must_use]
#[inline(never)]
pub fn sum_of_products(a: &[f64], b: &[f64]) -> f64 {
    sum(a.iter().zip(b).map(|(a, b)| a * b))
}

/// The sum of products, in index order. As with every loop over columns of results, it stands here and is no inline
/// function because this crate is optimised in every build, and those that call it are not.
#[must_use]
#[inline(never)]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The sum of products in four running sums, so that the additions need not wait for each other; always the same four.
#[must_use]
#[inline(never)]
pub fn dot_in_four(values: &[f64], weights: &[f64]) -> f64 {
    let mut sums = [0.0f64; 4];
    let quads = values.chunks_exact(4).zip(weights.chunks_exact(4));
    for (v, w) in quads {
        for ((sum, v), w) in sums.iter_mut().zip(v).zip(w) {
            *sum += v * w;
        }
    }
    let done = values.len() / 4 * 4;
    let rest: f64 = values[done..].iter().zip(&weights[done..]).map(|(v, w)| v * w).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
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
