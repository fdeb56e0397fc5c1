//! Turning values into choices: softmax, draws, and choices of one package.

use marchland_game::number::max;
use marchland_game::{Choice, Package, Stream};

/// The logit choice probabilities exp(λ u_a) / Σ_b exp(λ u_b): McKelvey & Palfrey 1995, eq. 2. At
/// λ = 0 they are equal. Shifted by the largest value, so that no λ overflows.
pub(crate) fn softmax(values: &[f64], lambda: f64) -> Vec<f64> {
    let best = values.iter().copied().fold(f64::NEG_INFINITY, max);
    let mut weights: Vec<f64> = values.iter().map(|value| libm::exp(lambda * (value - best))).collect();
    let total: f64 = weights.iter().sum();
    for weight in &mut weights {
        *weight /= total;
    }
    weights
}

/// The position that a uniform draw in [0, 1) falls on, under probabilities that sum to 1.
pub(crate) fn at_draw(probabilities: &[f64], draw: f64) -> usize {
    let mut below = 0.0;
    for (at, probability) in probabilities.iter().enumerate() {
        below += probability;
        if draw < below {
            return at;
        }
    }
    // Sums may end a rounding short of 1: the last that has any probability.
    probabilities.iter().rposition(|probability| *probability > 0.0).unwrap_or(0)
}

/// Purposes of a strategy's own draws at one decision, so that no two share a stream.
#[derive(Clone, Copy)]
#[repr(u64)]
pub(crate) enum Purpose {
    /// Which package a mixture falls on.
    Mix = 1 << 32,
    /// What others are believed to do in an imagined sample.
    Others,
    /// The order in which a tree grows.
    Widen,
    /// Which strategy a mixture becomes.
    Become,
    /// Whether a provocation is forgiven.
    Forgive,
}

/// A draw in [0, 1) for a purpose.
pub(crate) fn draw(stream: Stream, purpose: Purpose) -> f64 {
    stream.at(purpose as u64).uniform()
}

/// The choice of these orders.
pub(crate) fn of(orders: Package) -> Choice {
    Choice { orders, ..Choice::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_logit_and_draws_follow_them() {
        let mix = softmax(&[0.0, 1.0], 2.0);
        assert!((mix[1] - marchland_game::number::logistic(2.0)).abs() < 1e-15);
        assert_eq!(softmax(&[3.0, -1.0, 8.0, 0.0], 0.0), [0.25; 4]);
        assert!(softmax(&[0.0, 1e6], 1e6)[1] == 1.0);
        assert_eq!([0.0, 0.3, 0.99].map(|draw| at_draw(&[0.3, 0.7, 0.0], draw)), [0, 1, 1]);
        assert_eq!(at_draw(&[0.3, 0.7 - 1e-16, 0.0], 1.0 - 1e-16), 1);
    }
}
