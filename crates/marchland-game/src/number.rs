//! Comparisons and transcendentals that give the same bytes in every build and on every platform.
//!
//! `f64::max` and `f64::min` differ on −0.0 between optimised and unoptimised builds, and the
//! platform's `exp` and `ln` differ between platforms; lints ban both, and these take their place.

/// The larger of two numbers; `a` where they are equal or `b` is not a number.
#[must_use]
pub fn max(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// The smaller of two numbers; `a` where they are equal or `b` is not a number.
#[must_use]
pub fn min(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

/// `x` moved into `[low, high]`; a NaN stays one.
#[must_use]
pub fn clamp(x: f64, low: f64, high: f64) -> f64 {
    if x < low {
        low
    } else if x > high {
        high
    } else {
        x
    }
}

/// `x` with −0.0 written as 0.0, so that equal numbers have equal bytes.
#[must_use]
pub fn plain_zero(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x }
}

/// 1 / (1 + e^−x).
#[must_use]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// The probability of an event over `months` when its probability over one month is `monthly`,
/// at a constant hazard: 1 − (1 − p)^months.
///
/// Hazards compose as −ln(1 − p), so that steps of any length agree.
#[must_use]
pub fn probability_over(monthly: f64, months: f64) -> f64 {
    let p = clamp(monthly, 0.0, 1.0);
    if months == 1.0 {
        return p;
    }
    -libm::expm1(months * libm::log1p(-p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hazards_compose_over_four_weeks() {
        let week = probability_over(0.3, 0.25);
        let month = 1.0 - (1.0 - week) * (1.0 - week) * (1.0 - week) * (1.0 - week);
        assert!((month - 0.3).abs() < 1e-15);
        assert_eq!(probability_over(1.0, 0.25), 1.0);
        assert_eq!(probability_over(0.0, 3.0), 0.0);
    }

    #[test]
    fn comparisons_keep_the_first_of_equals() {
        assert!(max(0.0, -0.0).is_sign_positive());
        assert!(min(-0.0, 0.0).is_sign_negative());
        assert_eq!(clamp(2.0, 0.0, 1.0), 1.0);
        assert!(clamp(f64::NAN, 0.0, 1.0).is_nan());
    }
}
