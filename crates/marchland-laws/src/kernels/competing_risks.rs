//! Competing risks: which of several things that may happen does, by one draw.

use marchland_game::number::clamp;

/// Which of several competing risks strikes within a step, if any, by one uniform draw. Monthly
/// chances become hazards −ln(1 − p), which add up over causes and over time, so that steps of any
/// length compose.
#[must_use]
pub fn competing<const N: usize>(monthly: &[f64; N], months: f64, draw: f64) -> Option<usize> {
    let mut hazards = [0.0; N];
    let mut total = 0.0;
    for (hazard, chance) in hazards.iter_mut().zip(monthly) {
        // A certain event has a hazard so large that it happens within any step.
        *hazard = if *chance <= 0.0 { 0.0 } else { -libm::log1p(-clamp(*chance, 0.0, 1.0 - 1e-15)) };
        total += *hazard;
    }
    if total <= 0.0 {
        return None;
    }
    let strikes = -libm::expm1(-total * months);
    if draw >= strikes {
        return None;
    }
    // Given that something strikes, the draw is uniform below `strikes`: it also says what.
    let mut left = draw / strikes * total;
    for (at, hazard) in hazards.iter().enumerate() {
        if left < *hazard {
            return Some(at);
        }
        left -= hazard;
    }
    hazards.iter().rposition(|hazard| *hazard > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use marchland_game::Stream;

    #[test]
    fn causes_strike_in_proportion_to_their_hazards() {
        let monthly = [0.05, 0.0, 0.2];
        let n = 100_000;
        let mut counts = [0.0_f64; 4];
        for i in 0..n {
            let draw = (f64::from(i) + 0.5) / f64::from(n);
            counts[competing(&monthly, 1.0, draw).unwrap_or(3)] += 1.0;
        }
        let (first, third) = (-libm::log1p(-0.05), -libm::log1p(-0.2));
        let any = 1.0 - 0.95 * 0.8;
        assert!((counts[0] / f64::from(n) - any * first / (first + third)).abs() < 1e-4);
        assert_eq!(counts[1], 0.0);
        assert!((counts[3] / f64::from(n) - 0.95 * 0.8).abs() < 1e-4);
    }

    #[test]
    fn four_weeks_are_a_month() {
        // 40,000 months by weeks, seed 1: the share without an exit within four standard errors.
        let monthly = [0.03, 0.1];
        let n = 40_000_u64;
        let quiet = (0..n)
            .filter(|i| {
                (0..4).all(|week| competing(&monthly, 0.25, Stream::from_word(1).at(4 * i + week).uniform()).is_none())
            })
            .count();
        let (expected, n) = (0.97 * 0.9, n as f64);
        let error = libm::sqrt(expected * (1.0 - expected) / n);
        assert!((quiet as f64 / n - expected).abs() < 4.0 * error);
    }

    #[test]
    fn a_certain_exit_happens() {
        assert_eq!(competing(&[0.0, 1.0], 1.0, 0.999_999), Some(1));
        assert_eq!(competing(&[0.0, 0.0], 1.0, 0.0), None);
    }
}
