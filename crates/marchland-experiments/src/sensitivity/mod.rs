//! What drives a measure: Sobol' indices, Morris elementary effects, PAWN and rank correlations.
//!
//! Outputs are columns in design order: `outputs[row × replications + replication]`. A value that is
//! not finite is a game without a result; what each analysis then leaves out (a base row, a pair, a
//! game) is said there and counted in its report.
//!
//! ```
//! use marchland_experiments::sensitivity::{pawn, rank};
//! use marchland_experiments::statistics::Independence;
//! use marchland_experiments::table::FactorColumn;
//!
//! // 64 rows of one game each: the first factor is all, the second nothing.
//! let rows: Vec<f64> = (0..64).map(f64::from).collect();
//! let factors = [
//!     FactorColumn::numbers("price", rows.clone()),
//!     FactorColumn::numbers("weather", rows.iter().map(|row| (row * 0.618).fract()).collect()),
//! ];
//! let outputs: Vec<f64> = rows.iter().map(|price| price * price).collect();
//! let ranks = rank(&factors, &outputs, &Independence::fresh(64, 1), 0.95)?;
//! assert_eq!(ranks.indices[0].spearman, Some(1.0));
//! let distances = pawn(&factors, &outputs, 1, 8, 7)?;
//! assert_eq!(distances.used, 64);
//! # Ok::<(), marchland_experiments::sensitivity::SensitivityError>(())
//! ```

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
