//! What two levers differ by.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{measured, slices, unit};
use crate::run::Results;
use crate::statistics::{Difference, estimate_difference};

/// The difference of two levers in one measure, first less second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureDifference {
    /// The column of results.
    pub column: String,
    /// Its unit.
    pub unit: String,
    /// The difference over pairs with equal shocks, each pair averaged over belief sets.
    pub difference: Difference,
}

/// Compares two levers, by position, in every measure and payoff. A pair counts only where no game of it
/// is missing under any belief set: means over different games are no pair.
#[must_use]
pub fn differences(
    results: &Results,
    first: usize,
    second: usize,
    level: f64,
    margin: Option<f64>,
) -> Vec<MeasureDifference> {
    let (first, second) = (slices(results, Some(first), None), slices(results, Some(second), None));
    let columns = measured(results);
    columns
        .into_par_iter()
        .map(|column| {
            let average = |lever: &[super::Slice]| -> Vec<f64> {
                let each: Vec<Vec<f64>> = lever.iter().map(|slice| slice.values(results, &column)).collect();
                let n = each.len() as f64;
                // A NaN of any belief set makes the pair's average one.
                (0..each[0].len()).map(|at| each.iter().map(|values| values[at]).sum::<f64>() / n).collect()
            };
            let difference = estimate_difference(&average(&first), &average(&second), &first[0].how, level, margin);
            let unit = unit(results, &column);
            MeasureDifference { column, unit, difference }
        })
        .collect()
}
