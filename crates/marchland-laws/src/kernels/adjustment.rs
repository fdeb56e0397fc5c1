//! Partial adjustment and diminishing returns.

use marchland_game::number;

/// How far a number goes towards `target` in `months` if a month closes a share `monthly` of the
/// distance: partial adjustment that composes over weeks.
pub(crate) fn towards(now: f64, target: f64, monthly: f64, months: f64) -> f64 {
    if now == target {
        // Most of what fades has faded: no need to ask how fast.
        return number::plain_zero(now);
    }
    now + number::probability_over(monthly, months) * (target - now)
}

/// A gain with diminishing returns, x / (x + half): one half where `x` equals `half`.
pub(crate) fn saturating(x: f64, half: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { x / (x + half) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_weeks_of_adjustment_are_a_month() {
        let mut x = 0.2;
        for _ in 0..4 {
            x = towards(x, 1.0, 0.3, 0.25);
        }
        assert!((x - towards(0.2, 1.0, 0.3, 1.0)).abs() < 1e-15);
        assert_eq!(saturating(3.0, 3.0), 0.5);
        assert_eq!(saturating(-1.0, 3.0), 0.0);
    }
}
