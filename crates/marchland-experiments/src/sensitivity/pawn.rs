//! PAWN (Pianosi & Wagener 2015, 2018): how far the distribution of a measure moves when a factor is
//! known to lie in a slice of its range. For any design, and for any shape of distribution.
//!
//! No coverage is claimed: the index is a largest distance, biased upward by the number of games a slice
//! holds, and no interval is printed. What a factor without influence reaches is printed instead.

use super::{SensitivityError, length};
use crate::draws;
use crate::parallel;
use crate::statistics::{equal_slices, quantile, slice_distances};
use crate::table::{FactorColumn, FactorValues};
use serde::{Deserialize, Serialize};

/// The PAWN index of a factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PawnIndex {
    /// The factor.
    pub factor: String,
    /// Slices with at least one game.
    pub slices: u64,
    /// Smallest Kolmogorov–Smirnov distance of a slice.
    pub lowest: Option<f64>,
    /// Median distance: the index.
    pub median: Option<f64>,
    /// Mean distance.
    pub mean: Option<f64>,
    /// Largest distance: whether the factor matters anywhere.
    pub highest: Option<f64>,
}

/// PAWN indices of a measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PawnReport {
    /// Games used.
    pub used: u64,
    /// Games left out because their result, or one of their factors, is not finite.
    pub left_out: u64,
    /// The median distance that a factor without any influence stays below in 95 of 100 cases, from 100
    /// random slicings of the same games: an index below it says nothing.
    pub dummy: Option<f64>,
    /// A row per factor, in the order given.
    pub indices: Vec<PawnIndex>,
}

/// PAWN indices from factors (one value per design row) and `outputs[row × replications + replication]`.
///
/// A factor of numbers is cut into `slices` of equal frequency, or into its distinct values if there are
/// no more of them; names are slices of their own. Random slicings keep the games of a design row together.
///
/// # Errors
/// [`SensitivityError`] without factors, replications or two slices, or if lengths disagree.
pub fn pawn(
    factors: &[FactorColumn],
    outputs: &[f64],
    replications: usize,
    slices: usize,
    seed: u64,
) -> Result<PawnReport, SensitivityError> {
    let first = factors.first().ok_or(SensitivityError::Count { what: "the number of factors", least: 1 })?;
    if replications == 0 {
        return Err(SensitivityError::Count { what: "the number of replications", least: 1 });
    }
    if slices < 2 {
        return Err(SensitivityError::Count { what: "the number of slices", least: 2 });
    }
    for factor in factors {
        length("factors", first.len(), factor.len())?;
    }
    length("outputs", first.len() * replications, outputs.len())?;
    // Games in the order of their outputs, each with its design row.
    let mut games: Vec<(f64, usize)> = outputs
        .iter()
        .enumerate()
        .map(|(i, &y)| (y, i / replications))
        .filter(|&(y, row)| y.is_finite() && factors.iter().all(|f| f.usable(row)))
        .collect();
    games.sort_by(|a, b| a.0.total_cmp(&b.0));
    let used = games.len();
    let indices = parallel::each_of(factors, |factor| {
        let sliced = slice(factor, slices);
        let distances = slice_distances(&games, &sliced);
        PawnIndex {
            factor: factor.name.clone(),
            slices: distances.len() as u64,
            lowest: quantile(&distances, 0.0),
            median: quantile(&distances, 0.5),
            mean: crate::statistics::mean(&distances),
            highest: quantile(&distances, 1.0),
        }
    });
    let random = parallel::each(100, |b| {
        let mut rng = draws::stream(draws::key(seed, "pawn dummy", &[b as u64]));
        let mut sliced: Vec<u32> = (0..first.len()).map(|row| (row % slices) as u32).collect();
        draws::shuffle(&mut rng, &mut sliced);
        quantile(&slice_distances(&games, &sliced), 0.5)
    });
    let random: Vec<f64> = random.into_iter().flatten().collect();
    Ok(PawnReport {
        used: used as u64,
        left_out: (outputs.len() - used) as u64,
        dummy: quantile(&random, 0.95),
        indices,
    })
}

/// The slice of every design row.
fn slice(factor: &FactorColumn, slices: usize) -> Vec<u32> {
    match &factor.values {
        FactorValues::Names { codes, .. } => codes.clone(),
        FactorValues::Numbers(values) => equal_slices(values, slices),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_that_decides_alone_has_its_closed_form() {
        // y = x uniform: the slice [a, b] has distance max(a, 1 − b); with ten slices 0.9, 0.8, … 0.5 and
        // back, median 0.7, mean 0.7.
        let x: Vec<f64> = (0..1000).map(|i| (f64::from(i) + 0.5) / 1000.0).collect();
        let report = pawn(&[FactorColumn::numbers("x", x.clone())], &x, 1, 10, 1).unwrap();
        let i = &report.indices[0];
        assert_eq!(i.slices, 10);
        assert!((i.median.unwrap() - 0.7).abs() < 1e-9 && (i.mean.unwrap() - 0.7).abs() < 1e-9, "{i:?}");
        assert!((i.highest.unwrap() - 0.9).abs() < 1e-9 && (i.lowest.unwrap() - 0.5).abs() < 1e-9);
    }

    #[test]
    fn an_idle_factor_stays_below_the_dummy() {
        let n = 2000u64;
        let draw = |p: &str| -> Vec<f64> {
            (0..n).map(|i| draws::uniform(&mut draws::stream(draws::key(4, p, &[i])))).collect()
        };
        let (x, idle) = (draw("x"), draw("idle"));
        let y: Vec<f64> = x.iter().flat_map(|x| [*x, x + 0.1]).collect();
        let names: Vec<&str> = x.iter().map(|x| if *x < 0.3 { "low" } else { "high" }).collect();
        let factors = [
            FactorColumn::numbers("x", x.clone()),
            FactorColumn::numbers("idle", idle),
            FactorColumn { name: "named".into(), values: FactorValues::names(&names) },
        ];
        let report = pawn(&factors, &y, 2, 10, 1).unwrap();
        let dummy = report.dummy.unwrap();
        assert!(report.indices[0].median.unwrap() > 4.0 * dummy, "{report:?}");
        assert!(report.indices[1].median.unwrap() < 1.2 * dummy, "{report:?}");
        assert_eq!(report.indices[2].slices, 2);
        assert!(report.indices[2].median.unwrap() > 0.4);
    }

    #[test]
    fn nothing_usable_stays_defined() {
        let x = FactorColumn::numbers("x", vec![1.0, 2.0, f64::NAN]);
        let report = pawn(&[x], &[f64::NAN, f64::INFINITY, 1.0], 1, 10, 1).unwrap();
        assert_eq!((report.used, report.left_out, report.indices[0].median), (0, 3, None));
        assert!(pawn(&[], &[], 1, 10, 1).is_err());
    }
}
