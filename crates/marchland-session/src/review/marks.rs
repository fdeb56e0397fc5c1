//! What a decision was worth beside its alternatives, and the word for it where there is one.

use marchland_statistics::{PairedDifference, Refusal};
use serde::Serialize;

/// How a decision stands against its alternatives, at the confidence of [`LEVEL`] for all of them
/// together. A decision that the figures do not decide bears no mark.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Better than every alternative.
    Best,
    /// No alternative is better by more than [`MARGIN`].
    Good,
    /// An alternative is better by more than [`MARGIN`].
    Inaccurate,
    /// An alternative is better by more than [`BLUNDER`].
    Blunder,
}

impl Mark {
    /// The word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Good => "good",
            Self::Inaccurate => "inaccurate",
            Self::Blunder => "blunder",
        }
    }
}

/// Confidence with which a mark holds, for all alternatives of a decision together (Bonferroni).
pub const LEVEL: f64 = 0.95;
/// What is as good, as a share of the range of the game's payoff. Our choice: a month is one of two dozen,
/// and a tenth of the range of one month's payoff is 0.4 % of the game's.
pub const MARGIN: f64 = 0.002;
/// What is a blunder, as a share of the range of the game's payoff. Our choice: a quarter of the range of
/// one month's payoff in a game of two dozen.
pub const BLUNDER: f64 = 0.01;

/// The level of each interval that makes those of `alternatives` hold together, where `spent` of the doubt that
/// [`LEVEL`] leaves goes to this look at them (Bonferroni over both).
#[must_use]
pub fn together(alternatives: usize, spent: f64) -> f64 {
    // The interval is two-sided; marks read one side of it, and so are a little stricter than they say.
    1.0 - (1.0 - LEVEL) * spent / alternatives.max(1) as f64
}

/// The mark of a decision by its differences to its alternatives, in a payoff whose range is `span`.
#[must_use]
pub fn mark(differences: &[PairedDifference], span: f64) -> Option<Mark> {
    if differences.is_empty() {
        return None;
    }
    let ends: Vec<(f64, f64)> = differences
        .iter()
        .map(|one| match (one.interval, one.refusal) {
            (Some(i), _) => (i.low / span, i.high / span),
            // No future tells the two apart: as good, by the margin.
            (None, Some(Refusal::Constant)) => (0.0, 0.0),
            (None, _) => (f64::NEG_INFINITY, f64::INFINITY),
        })
        .collect();
    if ends.iter().any(|(_, high)| *high < -BLUNDER) {
        Some(Mark::Blunder)
    } else if ends.iter().any(|(_, high)| *high < -MARGIN) {
        Some(Mark::Inaccurate)
    } else if ends.iter().all(|(low, _)| *low > 0.0) {
        Some(Mark::Best)
    } else if ends.iter().all(|(low, _)| *low >= -MARGIN) {
        Some(Mark::Good)
    } else {
        None
    }
}

/// Whether an interval leaves no doubt about the sign.
#[must_use]
pub fn clear(difference: &PairedDifference) -> bool {
    difference.interval.is_some_and(|interval| interval.low > 0.0 || interval.high < 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use marchland_statistics::paired_difference;

    fn compare(taken: &[f64], others: &[Vec<f64>]) -> Vec<PairedDifference> {
        others.iter().map(|other| paired_difference(taken, other, together(others.len(), 1.0))).collect()
    }

    /// Payoffs around a mean with a spread, the same noise for all.
    fn payoffs(mean: f64, spread: f64) -> Vec<f64> {
        (0..64).map(|i| mean + spread * (f64::from(i % 8) - 3.5)).collect()
    }

    fn marked(taken: &[f64], others: &[Vec<f64>]) -> Option<Mark> {
        mark(&compare(taken, others), 1.0)
    }

    #[test]
    fn marks_follow_the_intervals() {
        let taken = payoffs(0.5, 0.01);
        assert_eq!(marked(&taken, &[payoffs(0.49, 0.01), payoffs(0.495, 0.01)]), Some(Mark::Best));
        assert_eq!(marked(&taken, &[payoffs(0.501, 0.01), payoffs(0.4, 0.01)]), Some(Mark::Good));
        assert_eq!(marked(&taken, &[payoffs(0.505, 0.01), payoffs(0.4, 0.01)]), Some(Mark::Inaccurate));
        assert_eq!(marked(&taken, &[payoffs(0.52, 0.01)]), Some(Mark::Blunder));
        assert_eq!(
            marked(&taken, std::slice::from_ref(&taken)),
            Some(Mark::Good),
            "what makes no difference is as good"
        );
    }

    #[test]
    fn what_the_interval_does_not_decide_bears_no_mark() {
        let taken = payoffs(0.5, 0.01);
        // Better by 0.02 on average, under noise of its own that hides it.
        let other: Vec<f64> = (0..64).map(|i| 0.52 + if i % 2 == 0 { 0.4 } else { -0.4 }).collect();
        assert_eq!(marked(&taken, &[other]), None);
        assert_eq!(marked(&taken, &[]), None);
        assert_eq!(marked(&[0.5], &[vec![0.1]]), None, "one future decides nothing");
    }

    #[test]
    fn more_alternatives_need_more_evidence() {
        let taken = payoffs(0.5, 0.01);
        let other: Vec<f64> = (0..64).map(|i| 0.4828 + if i % 2 == 0 { 0.05 } else { -0.05 }).collect();
        assert_eq!(marked(&taken, std::slice::from_ref(&other)), Some(Mark::Best));
        assert_eq!(marked(&taken, &vec![other; 20]), None);
    }
}
