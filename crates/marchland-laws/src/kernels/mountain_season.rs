//! The season in the mountains: how far snow closes the passes.

/// How far the month before deep winter, and the month after it, close what deep winter closes: the season's shape. How
/// far that is on a segment is the segment's own `snow`.
const SHOULDER: f64 = 0.5;

/// How much of a segment's crossing the month leaves: 1 in summer, 1 − snow in deep winter.
#[must_use]
pub fn season(calendar_month: u32, snow: f64) -> f64 {
    let winter = match calendar_month {
        12 | 1 | 2 => 1.0,
        11 | 3 => SHOULDER,
        _ => 0.0,
    };
    1.0 - snow * winter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_close_in_deep_winter_only() {
        assert_eq!(season(7, 0.8), 1.0);
        assert!((season(1, 0.8) - 0.2).abs() < 1e-15);
        assert!((season(11, 0.8) - 0.6).abs() < 1e-15);
    }
}
