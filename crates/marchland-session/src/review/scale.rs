//! Scales of tracks.

/// The ends of a scale that has room for what comes: the indicator's range where that is a scale of its
/// own, else from nothing to twice the largest value known.
#[must_use]
pub fn scale(range: (f64, f64), known: &[f64]) -> (f64, f64) {
    if range.1 - range.0 <= 10.0 {
        return range;
    }
    let largest = known.iter().map(|value| value.abs()).fold(0.0, marchland_game::number::max);
    if largest == 0.0 {
        (0.0, 1.0)
    } else {
        (if known.iter().any(|v| *v < 0.0) { -2.0 * largest } else { 0.0 }, 2.0 * largest)
    }
}
