//! Many games: designs, result tables, statistics, sensitivity, scenario discovery, robustness,
//! sequential comparison and tournaments: plain values, which `marchland-report` puts into words and pictures.
//!
//! Start with [`run`] (an experiment from its file to its results folder), [`design`] (which points are
//! played), [`table`] (how results are kept) and [`statistics`].
//!
//! **Invariants.** Equal inputs give equal bytes at any thread count: draws are keyed ([`draws`]),
//! transcendental functions are those of `libm`, sums fold in index order. Analyses are pure functions
//! on columns; nothing here prints or reads a clock.
//!
//! **Games without a result.** A game that ended in an error, a panic, over its limit or with a number
//! that is not finite enters an analysis as NaN. Every result counts the values it used and those it
//! left out, and stays defined without any: what cannot be computed is `None`.
//!
//! **Absent.** A scheduler of its own (shards are run by whatever runs jobs), and any plot that needs
//! more than a picture on paper.

#![forbid(unsafe_code)]

pub use marchland_play as play;
pub use marchland_play::compose;
pub use marchland_statistics as statistics;
pub use marchland_statistics::draws;
use marchland_statistics::number;

pub mod ablation;
pub mod analysis;
pub mod claims;
pub mod design;
pub mod discover;
pub mod empirical;
mod extra_orders;
pub mod facts;
pub mod hindcast;
pub mod matching;
mod parallel;
mod plausible;
mod reading;
pub mod robustness;
pub mod run;
pub mod sensitivity;
pub mod sequential;
pub mod table;
pub mod tournament;
