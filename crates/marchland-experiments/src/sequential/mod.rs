//! Which of two levers is better, in as few games as it takes: a sequential test.
//!
//! Looking at an ordinary interval after every batch of games and stopping when it leaves zero finds
//! differences where there are none (at a nominal 5 %, with 100 looks, about two times in five). A
//! sequential probability ratio test (Wald 1945) may be looked at after every block. This is its
//! generalised form for a mean of an unknown distribution, as chess engines are tested (Van den Bergh
//! 2016, "A practical introduction to the GSPRT"; fishtest): after n paired differences, the likelihoods
//! of "the mean is 0" and "the mean is the effect" are each maximised over what they leave open (see
//! `likelihood`), and the test stops when the log of their ratio leaves
//! (ln β/(1 − α), ln (1 − β)/α).
//!
//! The error rates hold asymptotically. Hence at least [`MIN_PAIRS`] pairs, and no decision before
//! [`MIN_DIFFERING`] pairs differ at all or so many were played that an effect would have made them
//! differ. They are not guaranteed when the mean hangs on events so rare that the pairs played do not
//! hold one: nothing that has not been seen is tested.

mod likelihood;

use crate::number::sum;
use serde::{Deserialize, Serialize};

/// Pairs played before the first look.
pub const MIN_PAIRS: usize = 64;

/// Pairs played between two looks.
pub const BLOCK: usize = 64;

/// Pairs that must differ before the ratio decides, or `PATIENCE` times the pairs that would show
/// that none does.
pub const MIN_DIFFERING: u64 = 10;

/// With this many times the pairs in which an effect shows at least once with probability 1 − β, it
/// shows [`MIN_DIFFERING`] times with nearly the same probability (Poisson: 18 expected at β = 0.05).
const PATIENCE: u64 = 6;

/// Error rates, effect and limit of a sequential comparison.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SequentialOptions {
    /// Probability of finding the first better when its mean difference is 0, in (0, 0.5).
    pub alpha: f64,
    /// Probability of missing a mean difference of `effect`, in (0, 0.5).
    pub beta: f64,
    /// The smallest difference that matters, above 0, in the measure's unit.
    pub effect: f64,
    /// The largest possible difference of one pair in absolute value (the payoff range), if there is
    /// one. It says when pairs without any difference have shown that there is none.
    pub range: Option<f64>,
    /// Pairs after which the comparison ends undecided; at least [`MIN_PAIRS`].
    pub max_pairs: u64,
}

/// What is wrong with [`SequentialOptions`].
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{what} must be {allowed}, not {found}")]
pub struct SequentialError {
    what: &'static str,
    allowed: &'static str,
    found: f64,
}

/// How a comparison ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// The mean difference is above 0: the first is better.
    FirstBetter,
    /// The mean difference is below the effect: the first is not better by as much as matters.
    NotBetter,
    /// Every pair came out equal, in so many pairs that a mean difference of the effect is ruled out.
    NoDifference,
    /// The maximum of pairs was played without a decision.
    Undecided,
}

/// The state of a comparison after a block.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Pairs played so far, failed ones included.
    pub pairs: u64,
    /// Log likelihood ratio of the effect against no difference; `None` while no pair differs.
    pub log_likelihood_ratio: Option<f64>,
}

/// The outcome of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SequentialReport {
    /// How it ended; `None` while it goes on.
    pub decision: Option<Decision>,
    /// Pairs played, failed ones included.
    pub pairs: u64,
    /// Pairs left out because one of the two games has no finite result.
    pub left_out: u64,
    /// Pairs without any difference.
    pub zero: u64,
    /// Mean difference of the pairs played. After stopping it is biased away from the boundary: large
    /// differences stop a test sooner. An estimate needs a fresh batch.
    pub mean_difference: Option<f64>,
    /// Root mean square deviation of the differences.
    pub standard_deviation: Option<f64>,
    /// Lower and upper boundary of the log likelihood ratio.
    pub bounds: (f64, f64),
    /// Every look.
    pub looks: Vec<Look>,
    /// The options.
    pub options: SequentialOptions,
}

/// A running comparison. Differences (first minus second, equal seeds) are pushed in blocks, in the order
/// of replications; what it decides depends on nothing else.
///
/// ```
/// use marchland_experiments::sequential::{BLOCK, Comparison, Decision, SequentialOptions};
/// let options = SequentialOptions { alpha: 0.05, beta: 0.05, effect: 0.02, range: Some(1.0), max_pairs: 10_000 };
/// let mut test = Comparison::new(options)?;
/// let mut replication = 0..;
/// while test.report().decision.is_none() {
///     // Stands for 64 pairs of games.
///     let block: Vec<f64> = replication.by_ref().take(BLOCK).map(|r| if r % 3 == 0 { 0.3 } else { 0.0 }).collect();
///     test.push(&block);
/// }
/// assert_eq!(test.report().decision, Some(Decision::FirstBetter));
/// # Ok::<(), marchland_experiments::sequential::SequentialError>(())
/// ```
pub struct Comparison {
    report: SequentialReport,
    /// The finite differences that are not zero.
    differing: Vec<f64>,
    /// Pairs without difference that rule the effect out.
    zeros_enough: u64,
}

impl Comparison {
    /// A comparison before its first pair.
    ///
    /// # Errors
    /// [`SequentialError`] for error rates outside (0, 0.5), an effect or range that is not positive, an
    /// effect beyond the range, and a maximum below [`MIN_PAIRS`].
    pub fn new(options: SequentialOptions) -> Result<Comparison, SequentialError> {
        let wrong = |what, allowed, found| Err(SequentialError { what, allowed, found });
        for (what, rate) in [("alpha", options.alpha), ("beta", options.beta)] {
            if !(rate > 0.0 && rate < 0.5) {
                return wrong(what, "between 0 and 0.5", rate);
            }
        }
        if !options.effect.is_finite() || options.effect <= 0.0 {
            return wrong("the effect", "above 0", options.effect);
        }
        if let Some(range) = options.range
            && (!range.is_finite() || range <= options.effect)
        {
            return wrong("the range", "above the effect", range);
        }
        if options.max_pairs < MIN_PAIRS as u64 {
            return wrong("the maximum of pairs", "at least 64", options.max_pairs as f64);
        }
        let (a, b) = (options.alpha, options.beta);
        let bounds = (libm::log(b / (1.0 - a)), libm::log((1.0 - b) / a));
        let report = SequentialReport {
            decision: None,
            pairs: 0,
            left_out: 0,
            zero: 0,
            mean_difference: None,
            standard_deviation: None,
            bounds,
            looks: Vec::new(),
            options,
        };
        Ok(Comparison { report, differing: Vec::new(), zeros_enough: zeros_enough(&options) })
    }

    /// Adds the next block of paired differences and looks, if at least [`MIN_PAIRS`] are there. NaN and
    /// infinite differences count as played and are otherwise left out. Once decided, nothing changes.
    pub fn push(&mut self, block: &[f64]) {
        if self.report.decision.is_some() {
            return;
        }
        let room = self.report.options.max_pairs - self.report.pairs;
        let block = if (block.len() as u64) > room { &block[..room as usize] } else { block };
        let report = &mut self.report;
        report.pairs += block.len() as u64;
        for &d in block {
            if !d.is_finite() {
                report.left_out += 1;
                continue;
            }
            if d == 0.0 {
                report.zero += 1;
            } else {
                self.differing.push(d);
            }
        }
        let zeros = report.zero as f64;
        let n = self.differing.len() as f64 + zeros;
        if n > 0.0 {
            let mean = sum(self.differing.iter().copied()) / n;
            let squares = sum(self.differing.iter().map(|d| (d - mean) * (d - mean)));
            report.mean_difference = Some(mean);
            report.standard_deviation = Some(((squares + zeros * mean * mean) / n).sqrt());
        }
        if report.pairs < MIN_PAIRS as u64 {
            return;
        }
        let differing = self.differing.len() as u64;
        let usable = differing + report.zero;
        let ratio = if usable < MIN_PAIRS as u64 {
            None
        } else {
            likelihood::log_ratio(&self.differing, report.zero, report.options.effect)
        };
        report.looks.push(Look { pairs: report.pairs, log_likelihood_ratio: ratio });
        let ripe = differing >= MIN_DIFFERING || usable >= PATIENCE.saturating_mul(self.zeros_enough);
        report.decision = match ratio {
            Some(llr) if ripe && llr >= report.bounds.1 => Some(Decision::FirstBetter),
            Some(llr) if ripe && llr <= report.bounds.0 => Some(Decision::NotBetter),
            None if report.zero >= self.zeros_enough => Some(Decision::NoDifference),
            _ if report.pairs >= report.options.max_pairs => Some(Decision::Undecided),
            _ => None,
        };
    }

    /// The state so far.
    pub fn report(&self) -> &SequentialReport {
        &self.report
    }
}

/// Pairs that, all without difference, rule a mean difference of the effect out with probability 1 − β:
/// a mean of δ with differences up to R needs a share δ/R of pairs that differ, and (1 − δ/R)^n ≤ β.
/// Without a range, 256 (a share of 1.2 % would have shown). Never below [`MIN_PAIRS`].
fn zeros_enough(options: &SequentialOptions) -> u64 {
    let needed = match options.range {
        None => 256,
        Some(range) => {
            let n = libm::log(options.beta) / libm::log1p(-options.effect / range);
            // An effect far below the range would ask for more pairs than there are.
            if n < options.max_pairs as f64 { n.ceil() as u64 } else { options.max_pairs }
        }
    };
    if needed < MIN_PAIRS as u64 { MIN_PAIRS as u64 } else { needed }
}

#[cfg(test)]
mod tests;
