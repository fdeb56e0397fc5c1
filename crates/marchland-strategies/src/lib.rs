//! Strategies, one family a file, and rules by which populations choose.
//!
//! A scenario names strategies, each a family with arguments. The loader resolves the arguments by
//! the families' schemas ([`Registry::schemas`]) into a `StrategySpec`; [`build`] makes a strategy of
//! it, and there is no other way in. Callers who bring families of their own extend a [`Registry`]
//! value and build through it.
//!
//! Start reading at [`Registry`], then at a family: `Rules` for play by the book, `Quantal` for
//! play by expected payoff, `StageGame` for equilibrium play.
//!
//! Invariants:
//! - A strategy sees a `Decision` and its own `Memory`, never a world, a clock or an ambient
//!   generator; equal decisions and memories give equal choices. (`External` waits for a program
//!   under a deadline, and is the only exception.)
//! - λ multiplies payoff as a share of the player's `payoff_range`, in every family.
//! - Families choose orders and are silent in the stage *Ballots*, where the game then votes by the
//!   logit of the player's stake; `Rules` and `External` may vote.
//!
//! Deliberately absent: parsing, files, and any knowledge of how the world works.

#![forbid(unsafe_code)]

pub mod protocol;

mod arguments;
mod bargainer;
mod belief;
mod choice;
mod imagine;
mod registry;
mod selection;
mod weights;

mod idle;
mod random;
mod rules;
mod script;

mod linear;
mod mixture;
mod perceptron;
mod reciprocal;
mod switch;

mod best_reply;
mod cognitive_hierarchy;
mod level_k;
mod matrix;
mod quantal;
mod search;
mod stage_game;

mod external;

mod cohorts;

pub use arguments::Arguments;
pub use linear::{INDICATORS, WEIGHTS};
pub use registry::{Build, BuildResult, ExternalPermission, Family, Registry, build, build_cohort_rule};

#[cfg(test)]
mod duel;
#[cfg(test)]
mod family_tests;
