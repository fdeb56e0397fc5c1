//! What drives a measure: Sobol' indices, Morris elementary effects, PAWN and rank correlations.
//!
//! Outputs are columns in design order: `outputs[row × replications + replication]`. A value that is
//! not finite is a game without a result; what each analysis then leaves out (a base row, a pair, a
//! game) is said there and counted in its report.

mod morris;
mod pawn;
mod rank;
#[cfg(test)]
mod sobol;

use crate::statistics::length;
pub use crate::statistics::{
    SecondOrder, ShapeError as SensitivityError, SobolIndex, SobolOptions, SobolReport, sobol,
};
pub use morris::{ElementaryEffects, MorrisReport, morris};
pub use pawn::{PawnIndex, PawnReport, pawn};
pub use rank::{RankIndex, RankReport, level_of_each, rank};
