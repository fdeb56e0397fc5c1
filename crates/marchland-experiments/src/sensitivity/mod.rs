//! What drives a measure: Sobol' indices, Morris elementary effects, PAWN and rank correlations.
//!
//! Outputs are columns in design order: `outputs[row × replications + replication]`. A value that is
//! not finite is a game without a result; what each analysis then leaves out (a base row, a pair, a
//! game) is said there and counted in its report.

mod morris;
mod pawn;
mod rank;
mod sobol;

pub use morris::{ElementaryEffects, MorrisReport, morris};
pub use pawn::{PawnIndex, PawnReport, pawn};
pub use rank::{RankIndex, RankReport, rank};
pub use sobol::{SecondOrder, SobolIndex, SobolOptions, SobolReport, sobol};

/// What is wrong with the input of an analysis.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SensitivityError {
    /// Another number of values than the design has.
    #[error("{what}: {found} values for a design of {expected}")]
    Length {
        /// Which column.
        what: &'static str,
        /// What the design says.
        expected: usize,
        /// What was given.
        found: usize,
    },
    /// A count that no analysis can use.
    #[error("{what} must be at least {least}")]
    Count {
        /// Which count.
        what: &'static str,
        /// The least.
        least: usize,
    },
}

fn length(what: &'static str, expected: usize, found: usize) -> Result<(), SensitivityError> {
    if expected == found { Ok(()) } else { Err(SensitivityError::Length { what, expected, found }) }
}
