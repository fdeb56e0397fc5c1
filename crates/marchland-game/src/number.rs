//! Comparisons and transcendentals that give the same bytes in every build and on every platform.
//!
//! `f64::max` and `f64::min` differ on −0.0 between optimised and unoptimised builds, and the
//! platform's `exp` and `ln` differ between platforms; lints ban both, and these take their place.

pub use marchland_statistics::number::{clamp, max, min};

/// `x` with −0.0 written as 0.0, so that equal numbers have equal bytes.
#[must_use]
#[inline]
pub fn plain_zero(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x }
}

/// The whole number nearest to a code, halves away from zero; 0 for what is below 0 or not a number. Without a call
/// of `round`, which older processors have no instruction for.
#[must_use]
#[inline]
pub fn nearest_whole(x: f64) -> usize {
    let whole = x as usize;
    if x - whole as f64 >= 0.5 { whole.saturating_add(1) } else { whole }
}

/// 1 / (1 + e^−x).
#[must_use]
#[inline]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// The largest relative error of [`fast_exp`].
pub const FAST_EXP_ERROR: f64 = 5e-13;

/// e^x by a polynomial, for hot columns only: relative error below [`FAST_EXP_ERROR`] within
/// ±708, beyond which x is taken for ±708. A NaN gives a NaN.
///
/// Cody–Waite reduction to ±ln 2 / 2 and a Taylor polynomial of degree 10: additions,
/// multiplications and moves of bits, without a branch, so that a loop over a column becomes vector
/// code and every platform gives the same bytes.
#[must_use]
#[inline]
pub fn fast_exp(x: f64) -> f64 {
    // Adding 1.5 · 2^52 rounds to a whole number and leaves that number in the lowest bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    // ln 2 in two parts, the first with zeros enough that its product with a whole number is exact.
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = clamp(x, -708.0, 708.0);
    let shifted = x * core::f64::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let r = (x - whole * LN2_HIGH) - whole * LN2_LOW;
    let mut p = 1.0 / 3_628_800.0;
    p = p * r + 1.0 / 362_880.0;
    p = p * r + 1.0 / 40_320.0;
    p = p * r + 1.0 / 5_040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    // p lies in [0.7, 1.42] and the whole number in ±1022, so that the exponent stays normal.
    f64::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 52))
}

/// 1 / (1 + e^−x) with [`fast_exp`], for hot columns only.
#[must_use]
#[inline]
pub fn fast_logistic(x: f64) -> f64 {
    1.0 / (1.0 + fast_exp(-x))
}

/// The probability of an event over `months` when its probability over one month is `monthly`,
/// at a constant hazard: 1 − (1 − p)^months.
///
/// Hazards compose as −ln(1 − p), so that steps of any length agree.
#[must_use]
#[inline]
pub fn probability_over(monthly: f64, months: f64) -> f64 {
    let p = clamp(monthly, 0.0, 1.0);
    if months == 1.0 || p == 0.0 {
        return p;
    }
    -libm::expm1(months * libm::log1p(-p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_whole_number_is_that_of_round() {
        let below_half = 0.499_999_999_999_999_94;
        for x in [0.0, -0.0, -0.4, -3.0, below_half, 0.5, 0.7, 1.0, 1.5, 2.499_999, 1e15 + 0.5, 7e30, f64::NAN] {
            assert_eq!(nearest_whole(x), x.round() as usize, "{x}");
        }
    }

    #[test]
    fn hazards_compose_over_four_weeks() {
        let week = probability_over(0.3, 0.25);
        let month = 1.0 - (1.0 - week) * (1.0 - week) * (1.0 - week) * (1.0 - week);
        assert!((month - 0.3).abs() < 1e-15);
        assert_eq!(probability_over(1.0, 0.25), 1.0);
        assert_eq!(probability_over(0.0, 3.0), 0.0);
    }

    #[test]
    fn the_fast_exponential_keeps_its_stated_error() {
        let mut worst = 0.0;
        for step in 0..=2_000_000 {
            let x = f64::from(step - 1_000_000) * 7.08e-4;
            let error = (fast_exp(x) / libm::exp(x) - 1.0).abs();
            worst = max(worst, error);
        }
        assert!(worst < FAST_EXP_ERROR, "largest relative error {worst}");
        assert_eq!(fast_exp(0.0), 1.0);
        assert_eq!(fast_exp(1e9), fast_exp(708.0));
        assert!(fast_exp(-1e9) > 0.0 && fast_exp(f64::NAN).is_nan());
        // The reference bytes: any platform or build that differs is at fault.
        assert_eq!(fast_exp(1.0).to_bits(), 4_613_303_445_314_885_218);
    }
}
