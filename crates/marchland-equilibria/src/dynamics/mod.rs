//! Evolution and learning: where players end up who adjust rather than solve.
//!
//! Flows in continuous time ([`replicator`], [`logit`]) run from a profile for a time; learning in
//! rounds ([`fictitious_play`], [`regret_matching`]) returns average play. All say how far from
//! equilibrium the outcome is.

pub mod fictitious_play;
mod flow;
pub mod logit;
pub mod regret_matching;
pub mod replicator;
mod runge_kutta;

pub use flow::Flow;

use std::time::Duration;

use crate::solution::{Solution, Status};

/// Average play after some rounds of learning.
#[derive(Debug, Clone, PartialEq)]
pub struct Learning {
    /// Each player's average strategy, whose regret is the gap to a Nash equilibrium.
    pub average: Solution,
    /// What a player could have gained on average, at most, by one strategy throughout against what
    /// the others played: the gap of the joint play to a coarse correlated equilibrium. Negative if
    /// every fixed strategy would have lost.
    pub coarse_gap: f64,
    /// Rounds played.
    pub rounds: u64,
    /// Complete when all rounds asked for were played.
    pub status: Status,
    /// Wall-clock time.
    pub elapsed: Duration,
}
