//! Quasi-p-values (Bryant & Lempert 2010, appendix A).

use super::boxes::Limits;
use crate::statistics::binomial_tail;
use crate::table::FactorColumn;
use serde::{Deserialize, Serialize};

/// How likely it is that a restriction owes its gain to chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuasiP {
    /// The restricted factor.
    pub factor: String,
    /// Of the lower end (of a set of options as a whole), if it restricts.
    pub low: Option<f64>,
    /// Of the upper end, if it restricts.
    pub high: Option<f64>,
}

/// The quasi-p-value of every restriction of a box: with the restriction dropped, the box would hold T
/// games, H of them of interest; if its games were drawn at random from those, the probability of at
/// least as many of interest as it has is a binomial tail with p = H / T. "Quasi", because the box was
/// chosen for having many: no coverage is claimed.
///
/// `games_per_unit` is how many games count as one piece of evidence: the replications of a row met one
/// point of the factors, and rows that shared shocks fewer pieces still. Counts are divided by it.
pub fn quasi_p(
    factors: &[FactorColumn],
    interest: &[bool],
    rows: &[usize],
    limits: &[Limits],
    whole: &[Limits],
    games_per_unit: f64,
) -> Vec<QuasiP> {
    // What restricts nothing holds every row.
    let restricted: Vec<usize> = (0..limits.len()).filter(|at| limits[*at] != whole[*at]).collect();
    let count = |limits: &[Limits]| {
        let inside = rows.iter().filter(|&&r| restricted.iter().all(|&at| limits[at].holds(&factors[at], r)));
        inside.fold((0u64, 0u64), |(n, hits), &r| (n + 1, hits + u64::from(interest[r])))
    };
    let (n, hits) = count(limits);
    let of = |freed: Limits, place: usize| {
        let mut wider = limits.to_vec();
        wider[place] = freed;
        let (all, all_hits) = count(&wider);
        let per = |games: u64| games as f64 / games_per_unit;
        if all == 0 { 1.0 } else { binomial_tail(per(hits), per(n), all_hits as f64 / all as f64) }
    };
    let mut out = Vec::new();
    for (place, (now, before)) in limits.iter().zip(whole).enumerate() {
        if now == before {
            continue;
        }
        let (low, high) = match (now, before) {
            (Limits::Range { low, high }, Limits::Range { low: l, high: h }) => (
                (low > l).then(|| of(Limits::Range { low: *l, high: *high }, place)),
                (high < h).then(|| of(Limits::Range { low: *low, high: *h }, place)),
            ),
            _ => (Some(of(before.clone(), place)), None),
        };
        out.push(QuasiP { factor: factors[place].name.clone(), low, high });
    }
    out
}
