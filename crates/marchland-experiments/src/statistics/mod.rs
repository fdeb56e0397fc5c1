//! Statistics of columns of results.
//!
//! Values that are not finite are games without a usable result. Every function leaves them out, counts
//! them, and returns `None` where what remains does not define the answer.

mod bootstrap;
mod convergence;
mod difference;
mod interval;
pub mod normal;
mod proportion;
mod quantile;
mod student;
mod survival;
mod tail;

pub use bootstrap::{BootstrapMethod, BootstrapOptions, bootstrap, replication_weights};
pub use convergence::{Convergence, ConvergencePoint, convergence};
pub use difference::{PairedDifference, paired_difference};
pub use interval::{Interval, MeanEstimate, mean, mean_interval, moments};
pub use proportion::{Proportion, wilson};
pub(crate) use quantile::quantile_of_sorted;
pub use quantile::{Summary, quantile, summary, weighted_mean, weighted_quantile};
pub(crate) use student::binomial_at_least;
pub use student::{student_distribution, student_quantile};
pub use survival::{Survival, SurvivalStep, kaplan_meier};
pub use tail::{Tail, conditional_value_at_risk};
