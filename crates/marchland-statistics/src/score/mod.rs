//! Scores of probabilities against what happened, and the small regressions that a forecast is held against.
//!
//! Start with [`Forecast`]. Every score takes weights, so that case-control samples and the bootstrap by groups need
//! no functions of their own; cases without weight do not count. What is not defined is `None`.

mod logit;
mod proper;
mod ranking;
mod reliability;

pub use logit::{Logit, LogitCoefficient, fit_logit, log_odds};
pub use proper::{brier, climatology, log_score, skill};
pub use ranking::{auc_pr, auc_roc};
pub use reliability::{Decomposition, ReliabilityBin, decomposition};

/// Probabilities, what happened, and what each case weighs: three slices of one length.
#[derive(Clone, Copy, Debug)]
pub struct Forecast<'a> {
    /// Probability of the event, in [0, 1].
    pub probabilities: &'a [f64],
    /// Whether it happened.
    pub outcomes: &'a [bool],
    /// Weight of the case, at least 0.
    pub weights: &'a [f64],
}

impl<'a> Forecast<'a> {
    /// A forecast of cases.
    ///
    /// # Panics
    /// Where the slices differ in length.
    #[must_use]
    pub fn new(probabilities: &'a [f64], outcomes: &'a [bool], weights: &'a [f64]) -> Self {
        assert_eq!(probabilities.len(), outcomes.len(), "a probability for each outcome");
        assert_eq!(weights.len(), outcomes.len(), "a weight for each outcome");
        Self { probabilities, outcomes, weights }
    }

    /// Probability, whether it happened, and weight of every case that counts.
    pub fn cases(&self) -> impl Iterator<Item = (f64, bool, f64)> + '_ {
        let cases = self.probabilities.iter().zip(self.outcomes).zip(self.weights);
        cases.map(|((p, y), w)| (*p, *y, *w)).filter(|(.., w)| *w > 0.0)
    }

    /// The weighted mean of a quantity over cases; none without any weight, or where it is not finite.
    fn mean(&self, of: impl Fn(f64, bool) -> f64) -> Option<f64> {
        let weight = crate::number::sum(self.cases().map(|(.., w)| w));
        let total = crate::number::sum(self.cases().map(|(p, y, w)| w * of(p, y)));
        (weight > 0.0).then(|| total / weight).filter(|mean| mean.is_finite())
    }
}

/// 1 where it happened, else 0.
const fn number(happened: bool) -> f64 {
    if happened { 1.0 } else { 0.0 }
}

#[cfg(test)]
mod tests;
