//! What a Brier score is made of.

use super::{Forecast, number};
use crate::number::sum;
use serde::{Deserialize, Serialize};

/// Cases whose probabilities lie together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// How many cases.
    pub cases: u64,
    /// What they weigh together.
    pub weight: f64,
    /// Mean probability.
    pub probability: f64,
    /// Share in which it happened.
    pub share: f64,
}

/// A Brier score in parts: `brier = reliability − resolution + uncertainty + within`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decomposition {
    /// Mean squared distance of shares from the probabilities that announced them: 0 best.
    pub reliability: f64,
    /// Mean squared distance of shares from the share of all: the more, the better it tells cases apart.
    pub resolution: f64,
    /// Variance of what happened, which no forecast can help.
    pub uncertainty: f64,
    /// What is left because probabilities differ within a bin (Stephenson, Coelho & Jolliffe 2008).
    pub within: f64,
    /// The bins, by rising probability.
    pub bins: Vec<ReliabilityBin>,
}

/// The decomposition of Murphy (1973) over at most `bins` bins of as nearly equal weight as ties allow, with the terms
/// within bins, so that the parts sum to the Brier score whatever the bins.
#[must_use]
pub fn decomposition(forecast: &Forecast<'_>, bins: usize) -> Option<Decomposition> {
    let mut cases: Vec<(f64, bool, f64)> = forecast.cases().filter(|(p, ..)| p.is_finite()).collect();
    cases.sort_by(|a, b| a.0.total_cmp(&b.0));
    let weight = sum(cases.iter().map(|(.., w)| *w));
    if bins == 0 || cases.is_empty() || weight <= 0.0 {
        return None;
    }
    let share = sum(cases.iter().map(|(_, y, w)| w * number(*y))) / weight;
    let (mut reliability, mut resolution, mut within) = (0.0, 0.0, 0.0);
    let mut made = Vec::new();
    let (mut from, mut passed) = (0, 0.0);
    while from < cases.len() {
        let goal = weight * (made.len() + 1) as f64 / bins as f64;
        let mut to = from;
        let mut own = 0.0;
        // Cases of one probability stay together.
        while to < cases.len() && (to == from || passed + own < goal - 1e-12 * weight || cases[to].0 == cases[to - 1].0)
        {
            own += cases[to].2;
            to += 1;
        }
        let of = &cases[from..to];
        let probability = sum(of.iter().map(|(p, _, w)| w * p)) / own;
        let happened = sum(of.iter().map(|(_, y, w)| w * number(*y))) / own;
        reliability += own * (probability - happened) * (probability - happened);
        resolution += own * (happened - share) * (happened - share);
        // Spread of probabilities within the bin, less twice their covariance with what happened.
        within += sum(of.iter().map(|(p, y, w)| {
            let d = p - probability;
            w * (d * d - 2.0 * d * (number(*y) - happened))
        }));
        made.push(ReliabilityBin { cases: of.len() as u64, weight: own, probability, share: happened });
        passed += own;
        from = to;
    }
    Some(Decomposition {
        reliability: reliability / weight,
        resolution: resolution / weight,
        uncertainty: share * (1.0 - share),
        within: within / weight,
        bins: made,
    })
}
