//! Comparisons with one result in every build, and sums that keep their last digits.

pub(crate) use marchland_game::number::{clamp, max, min};

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
    fn small_terms_survive_beside_large_ones() {
        assert_eq!(sum([1e16, 1.0, -1e16]), 1.0);
        assert_eq!(sum([f64::MAX, f64::MAX]), f64::INFINITY);
    }
}
