//! What two levers differ by.

use serde::{Deserialize, Serialize};

use super::{STATE, measured, slices, unit};
use crate::parallel;
use crate::run::Results;
use crate::statistics::{Difference, estimate_difference};

/// The difference of two levers in one measure under one belief set, first less second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureDifference {
    /// The belief set's name; empty for none.
    #[serde(default)]
    pub belief: String,
    /// The column of results.
    pub column: String,
    /// Its unit.
    pub unit: String,
    /// The difference over pairs with equal shocks.
    pub difference: Difference,
}

/// Compares two levers, by position, in every measure and payoff, under each belief set or the one at `belief`. Belief
/// sets are never pooled: they say what the world is like, and no design says how likely each of them is. Coded states have no
/// differences.
#[must_use]
pub fn differences(
    results: &Results,
    first: usize,
    second: usize,
    belief: Option<usize>,
    level: f64,
    margin: Option<f64>,
) -> Vec<MeasureDifference> {
    let (first, second) = (slices(results, Some(first), belief), slices(results, Some(second), belief));
    let mut columns = measured(results);
    columns.retain(|column| unit(results, column) != STATE);
    let each: Vec<_> = first.iter().zip(&second).flat_map(|pair| columns.iter().map(move |one| (pair, one))).collect();
    parallel::each_of(&each, |((first, second), column)| {
        let (a, b) = (first.values(results, column), second.values(results, column));
        MeasureDifference {
            belief: results.manifest.experiment.beliefs[first.belief].clone(),
            column: (*column).clone(),
            unit: unit(results, column),
            difference: estimate_difference(&a, &b, &first.how, level, margin),
        }
    })
}
