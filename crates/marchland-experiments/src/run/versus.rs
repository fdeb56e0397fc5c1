//! Two strategies against each other, pair by pair until it is decided.

use std::sync::atomic::{AtomicBool, Ordering};

use marchland_game::PlayerId;
use rayon::prelude::*;

use super::folder::RunError;
use super::plan::Plan;
use crate::design::Run;
use crate::play::Status;
use crate::sequential::{BLOCK, Comparison, SequentialError, SequentialOptions, SequentialReport};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A player's payoff.
    Payoff(PlayerId),
    /// A measure, by its position in the catalogue.
    Measure(usize),
}

/// Why two strategies cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum VersusError {
    /// The error rates, the effect or the limit make no test.
    #[error(transparent)]
    Options(#[from] SequentialError),
    /// The worker threads could not be started.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Plays the first lever of a plan against its second, in blocks of pairs with equal seeds and in the
/// order of replications, until the test stops, its limit is reached or `stop` is set. What it decides
/// does not depend on threads. The plan must have one point and one belief set; row 0 is then the first
/// lever, row 1 the second.
///
/// # Errors
/// [`VersusError`] where the options make no test or threads cannot be started.
pub fn versus(
    plan: &Plan,
    target: Target,
    options: SequentialOptions,
    threads: usize,
    stop: &AtomicBool,
) -> Result<SequentialReport, VersusError> {
    let mut comparison = Comparison::new(options)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|at| format!("games-{at}"))
        .build()
        .map_err(|error| RunError::Threads(error.to_string()))?;
    let value = |row: u64, replication: u64| {
        let game = plan.play(Run { row, replication });
        match target {
            _ if game.status != Status::Ok => f64::NAN,
            Target::Payoff(player) => game.outcome.payoffs[player.index()].unwrap_or(f64::NAN),
            Target::Measure(at) => game.outcome.measures[at],
        }
    };
    let mut played = 0;
    while comparison.report().decision.is_none() && played < options.max_pairs && !stop.load(Ordering::Relaxed) {
        let pairs = (options.max_pairs - played).min(BLOCK as u64);
        let values: Vec<f64> = pool.install(|| {
            (0..2 * pairs as usize).into_par_iter().map(|at| value(at as u64 % 2, played + at as u64 / 2)).collect()
        });
        let differences: Vec<f64> = values.chunks_exact(2).map(|pair| pair[0] - pair[1]).collect();
        comparison.push(&differences);
        played += pairs;
    }
    Ok(comparison.report().clone())
}
