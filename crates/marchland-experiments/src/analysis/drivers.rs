//! What drives a measure, by the design that was played.

use serde::{Deserialize, Serialize};

use super::{Slice, Subject};
use crate::design::{Design, DesignError, Points};
use crate::run::Results;
use crate::sensitivity::{
    MorrisReport, PawnReport, RankReport, SensitivityError, SobolOptions, SobolReport, morris, pawn, rank, sobol,
};

/// Slices of the conditioning factor in PAWN (Pianosi & Wagener 2018 advise about 10).
const PAWN_SLICES: usize = 10;

/// Confidence of every interval.
const LEVEL: f64 = 0.95;

/// What drives a measure under one lever and belief set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drivers {
    /// Of a Saltelli design.
    Sobol(SobolReport),
    /// Of Morris trajectories.
    Morris(MorrisReport),
    /// Of any other design.
    Ranks {
        /// Rank correlations.
        rank: RankReport,
        /// PAWN indices.
        pawn: PawnReport,
    },
}

/// Why nothing can be said of what drives a measure.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DriversError {
    /// There is no design.
    #[error("nothing varies in these results; `marchland sweep` varies parameters")]
    NothingVaries,
    /// The design cannot be drawn again.
    #[error(transparent)]
    Design(#[from] DesignError),
    /// The columns do not fit the design.
    #[error(transparent)]
    Sensitivity(#[from] SensitivityError),
}

/// What drives a column of results, or whether an event happens, in a slice: by the indices of its design, or, `by_rank` or where it has
/// none of its own, by rank correlations and PAWN.
///
/// # Errors
/// [`DriversError`] without a design or factors.
pub fn drivers(results: &Results, slice: &Slice, subject: &Subject, by_rank: bool) -> Result<Drivers, DriversError> {
    let experiment = &results.manifest.experiment;
    let design = experiment.design.as_ref().ok_or(DriversError::NothingVaries)?;
    let varied: Vec<String> =
        experiment.factors.iter().filter(|f| f.distribution.varies()).map(|f| f.name.clone()).collect();
    let outputs = subject.values(results, slice);
    let how = &slice.how;
    match design {
        Design::Saltelli { second_order, .. } if !by_rank => {
            let options = SobolOptions { level: LEVEL, second_order: *second_order, sharing: how.sharing };
            Ok(Drivers::Sobol(sobol(&varied, &outputs, how.replications, &options)?))
        }
        Design::Morris { .. } if !by_rank => {
            let points = Points::new(design.clone(), experiment.factors.clone(), experiment.seed)?;
            let unit: Vec<f64> = (0..how.rows as u64).flat_map(|row| points.unit(row).unwrap_or_default()).collect();
            Ok(Drivers::Morris(morris(&varied, &unit, &outputs, how.replications, how.sharing, LEVEL, 1)?))
        }
        _ => {
            let factors = slice.factors(results);
            Ok(Drivers::Ranks {
                rank: rank(&factors, &outputs, how, LEVEL)?,
                pawn: pawn(&factors, &outputs, how.replications, PAWN_SLICES, 1)?,
            })
        }
    }
}
