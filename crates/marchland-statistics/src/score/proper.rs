//! Proper scores: nobody does better by saying anything but what they believe.

use super::{Forecast, number};
use crate::number::clamp;

/// Mean squared error of the probabilities (Brier 1950, the half that counts the event alone): 0 best, 1 worst.
#[must_use]
pub fn brier(forecast: &Forecast<'_>) -> Option<f64> {
    forecast.mean(|p, y| (p - number(y)) * (p - number(y)))
}

/// Mean negative logarithm of the probability given to what happened (Good 1952), in nats: 0 best. Probabilities are
/// held at least `floor` away from 0 and 1, so that one case that was called impossible does not decide alone.
#[must_use]
pub fn log_score(forecast: &Forecast<'_>, floor: f64) -> Option<f64> {
    forecast.mean(|p, y| {
        let p = clamp(p, floor, 1.0 - floor);
        -libm::log(if y { p } else { 1.0 - p })
    })
}

/// The weighted share of cases in which it happened.
#[must_use]
pub fn climatology(outcomes: &[bool], weights: &[f64]) -> Option<f64> {
    Forecast::new(&vec![0.0; outcomes.len()], outcomes, weights).mean(|_, y| number(y))
}

/// Skill of a score against that of a reference: 1 perfect, 0 no better, below 0 worse. None where the reference is
/// perfect already.
#[must_use]
pub fn skill(score: f64, reference: f64) -> Option<f64> {
    (reference > 0.0).then(|| 1.0 - score / reference)
}
