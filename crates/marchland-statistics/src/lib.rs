//! Distributions, quantiles, sums, intervals, resampling and the keyed draws behind them: the one set
//! that every other crate uses.
//!
//! Start with [`Independence`] (what is independent of what), [`estimate_mean`], and [`draws`] (where
//! chance comes from).
//!
//! What is independent decides what may be said. Sixteen games with shocks of their own have an interval; the same
//! numbers as sixteen rows that all met one shock have none, and the refusal says why:
//!
//! ```
//! use marchland_statistics::{Independence, estimate_mean};
//!
//! let values: Vec<f64> = (0..16).map(|game| f64::from(game % 5)).collect();
//! let fresh = estimate_mean(&values, &Independence::games(16), 0.95);
//! assert!(fresh.interval.is_some_and(|interval| interval.contains(1.9)));
//! let common = estimate_mean(&values, &Independence::common(16, 1), 0.95);
//! assert!(common.interval.is_none());
//! println!("no interval: {}", common.refusal.expect("the reason"));
//! ```
//!
//! **Invariants.** Equal inputs give equal bytes on every platform, in every build and at any thread
//! count: transcendental functions are those of `libm`, sums fold in index order, resamples are keyed by
//! number. [`draws`] and [`normal::quantile`] stand behind every draw of a game: their bytes are frozen.
//!
//! **Values that are not finite** are games without a usable result. Every function leaves them out,
//! counts them, and returns `None` where what remains does not define the answer.
//!
//! **Absent.** Words for people, files, and anything that knows what a game is.

#![forbid(unsafe_code)]

mod association;
mod bootstrap;
mod components;
mod convergence;
mod difference;
mod distribution;
pub mod draws;
mod estimate;
mod independence;
mod interval;
mod log_hazard;
pub mod normal;
pub mod number;
mod pairs;
mod proportion;
mod quantile;
mod score;
mod shape;
mod size;
mod slices;
mod sobol;
mod spearman;
mod spread;
mod student;
mod survival;
mod tail;
mod within;

pub use association::{RankAssociation, rank_association};
pub use bootstrap::{BootstrapMethod, BootstrapOptions, bootstrap, replication_weights};
pub use components::{Components, components};
pub use convergence::{Convergence, ConvergencePoint, convergence};
pub use difference::{Difference, DifferenceVerdict, PairedDifference, estimate_difference, paired_difference};
pub use distribution::Distribution;
pub use estimate::{Estimate, estimate_mean, estimate_quantile, is_flag};
pub use independence::{Independence, LEAST_UNITS, Refusal, Rows, Sharing};
pub use interval::{Interval, MeanEstimate, mean, mean_interval, moments};
pub use log_hazard::{LEAST_EVENTS, LogHazardContrast, NoContrast, log_hazard_contrast};
pub use pairs::{PartsReport, VariancePart, difference_sums, product_sums, variance_parts};
pub use proportion::{Proportion, score_interval, wilson};
pub use quantile::{Summary, quantile, quantile_of_sorted, sorted_finite, summary, weighted_mean, weighted_quantile};
pub use score::{
    Decomposition, Forecast, Logit, LogitCoefficient, ReliabilityBin, auc_pr, auc_roc, brier, climatology,
    decomposition, fit_logit, log_odds, log_score, skill,
};
pub use shape::{ShapeError, length};
pub use size::{SizeRule, SizedDifference, sized_difference};
pub use slices::{equal_slices, rising_order, slice_distances};
pub use sobol::{LEAST_BASE_ROWS, SecondOrder, SobolIndex, SobolOptions, SobolReport, sobol};
pub use spearman::{GameGrid, Ranks, centred_correlation, centred_ranks};
pub use spread::{Spread, spread};
pub use student::{binomial_at_least, binomial_tail, explained_by_chance, student_distribution, student_quantile};
pub use survival::{Survival, SurvivalStep, kaplan_meier};
pub use tail::{Tail, conditional_value_at_risk};
pub use within::{WithinShare, within_share};
