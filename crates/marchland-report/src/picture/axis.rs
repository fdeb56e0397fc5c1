//! Scales and their ticks.

use marchland_game::number::{max, min};

use crate::number::tick;

/// A linear scale from data to pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Scale {
    /// A scale over finite values, widened to the next ticks; 0 to 1 without values.
    pub(super) fn around(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Scale {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for v in values.filter(|v| v.is_finite()) {
            low = min(low, v);
            high = max(high, v);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if low == high {
            let room = if low == 0.0 { 1.0 } else { 0.5 * low.abs() };
            (low, high) = (low - room, high + room);
        }
        let step = step(high - low);
        Scale { low: (low / step).floor() * step, high: (high / step).ceil() * step, from, to }
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Ticks with their labels.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let step = step(self.high - self.low);
        let first = (self.low / step - 1e-9).ceil();
        let count = ((self.high / step + 1e-9).floor() - first) as i64;
        // A step is at least a twelfth of the range.
        (0..=count).map(|i| (first + i as f64) * step).map(|v| (v, tick(v, step))).collect()
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that cuts a range into at most eight parts.
fn step(range: f64) -> f64 {
    let rough = range / 8.0;
    let power = libm::pow(10.0, libm::log10(rough).floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|f| f * power >= rough * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_values() {
        let labels = |low: f64, high: f64| -> Vec<String> {
            let scale = Scale::around([low, high].into_iter(), 0.0, 100.0);
            assert!(scale.at(low) >= 0.0 && scale.at(high) <= 100.0 + 1e-9);
            scale.ticks().into_iter().map(|t| t.1).collect()
        };
        assert_eq!(labels(0.03, 0.97), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(1.0, 24.0), ["0", "5", "10", "15", "20", "25"]);
        assert_eq!(labels(-12_000.0, 11_000.0)[0], "−15\u{2009}000");
        assert_eq!(labels(5.0, 5.0), ["2", "3", "4", "5", "6", "7", "8"]);
    }

    #[test]
    fn no_values_still_make_an_axis() {
        let scale = Scale::around([f64::NAN].into_iter(), 0.0, 1.0);
        assert_eq!((scale.low, scale.high), (0.0, 1.0));
    }
}
