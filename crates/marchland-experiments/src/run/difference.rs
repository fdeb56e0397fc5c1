//! Which causes carry the difference of two levers: the ledgers of traced pairs.

use std::collections::BTreeMap;

use marchland_game::{Cause, IndicatorId, NamedCause};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::plan::Plan;
use crate::design::Run;
use crate::statistics::{MeanEstimate, mean_interval};

/// What one cause adds to the difference of an indicator at the end, first lever minus second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CauseShare {
    /// The cause's name.
    pub cause: String,
    /// The cause by its parts.
    pub cause_parts: NamedCause,
    /// The mean over the traced pairs of what it added under the first lever less what it added under the
    /// second, with its interval; in the indicator's unit.
    pub difference: MeanEstimate,
}

/// Replays pairs of runs with tracing and sums what every cause booked on an indicator. The differences
/// of all causes add up to the difference of the indicator at the end (the two start equal where the
/// levers differ in strategies alone). Causes by size of their mean difference, largest first. A pair of
/// which a game panics is left out.
#[must_use]
pub fn causes_of_difference(plan: &Plan, pairs: &[(Run, Run)], indicator: IndicatorId, level: f64) -> Vec<CauseShare> {
    let booked = |run: Run| -> Option<BTreeMap<Cause, f64>> {
        let setup = plan.setup(run, true);
        let traced = plan.players().with_game(&setup, |game| {
            let mut sums: BTreeMap<Cause, f64> = BTreeMap::new();
            game.set_recording(true);
            while !game.is_over() {
                game.step();
                let bookings = game.last_record().rounds.iter().flat_map(|round| &round.bookings);
                for booking in bookings.filter(|booking| booking.indicator == indicator) {
                    *sums.entry(booking.cause).or_default() += booking.after - booking.before;
                }
            }
            sums
        });
        traced.ok()
    };
    let differences: Vec<BTreeMap<Cause, f64>> = pairs
        .par_iter()
        .filter_map(|(first, second)| {
            let mut difference = booked(*first)?;
            for (cause, amount) in booked(*second)? {
                *difference.entry(cause).or_default() -= amount;
            }
            Some(difference)
        })
        .collect();
    let causes: std::collections::BTreeSet<&Cause> = differences.iter().flat_map(BTreeMap::keys).collect();
    let mut shares: Vec<CauseShare> = causes
        .into_iter()
        .map(|cause| {
            let values: Vec<f64> = differences.iter().map(|one| one.get(cause).copied().unwrap_or_default()).collect();
            let cause_parts = cause.named(&plan.scenario().catalogue);
            CauseShare { cause: cause_parts.to_string(), cause_parts, difference: mean_interval(&values, level) }
        })
        .collect();
    let size = |share: &CauseShare| share.difference.mean.map_or(0.0, f64::abs);
    shares.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.cause.cmp(&b.cause)));
    shares
}
