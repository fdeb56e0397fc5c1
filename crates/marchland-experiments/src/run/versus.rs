//! Two strategies against each other, pair by pair until it is decided.

use std::sync::atomic::{AtomicBool, Ordering};

use marchland_game::PlayerId;
use marchland_play::LostDecisions;

use super::folder::RunError;
use super::plan::{GameRow, Plan};
use crate::design::Run;
use crate::parallel;
use crate::play::Status;
use crate::sequential::{BLOCK, Comparison, Decision, SequentialError, SequentialOptions, SequentialReport};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A player's payoff.
    Payoff(PlayerId),
    /// A measure, by its position in the catalogue.
    Measure(usize),
    /// Whether an outcome event happens, by its position in the catalogue.
    Event(usize),
}

/// What a comparison came to.
#[derive(Clone, Debug)]
pub struct VersusReport {
    /// The test, without pairs of which a game is forfeited.
    pub report: SequentialReport,
    /// Whether the same test the other way round found the second better by then.
    pub second_better: bool,
    /// Decisions that outside programs lost.
    pub lost: LostDecisions,
    /// The same test over all pairs, where some are forfeited.
    pub with_forfeited: Option<SequentialReport>,
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
/// does not depend on threads. Differences are of the first less the second; where `lower_is_better`, of the
/// second less the first, so that a larger one always speaks for the first. The plan must have one point and one belief set; row 0 is then the first
/// lever, row 1 the second.
///
/// # Errors
/// [`VersusError`] where the options make no test or threads cannot be started.
pub fn versus(
    plan: &Plan,
    target: Target,
    lower_is_better: bool,
    options: SequentialOptions,
    threads: usize,
    stop: &AtomicBool,
) -> Result<VersusReport, VersusError> {
    let mut comparison = Comparison::new(options)?;
    let mut with_forfeited = Comparison::new(options)?;
    let mut reverse = Comparison::new(options)?;
    let mut lost = LostDecisions::default();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|at| format!("games-{at}"))
        .build()
        .map_err(|error| RunError::Threads(error.to_string()))?;
    let value = |game: &GameRow| match target {
        _ if !matches!(game.status, Status::Ok | Status::Forfeited) => f64::NAN,
        Target::Payoff(player) => game.outcome.payoffs[player.index()].unwrap_or(f64::NAN),
        Target::Measure(at) => game.outcome.measures[at],
        Target::Event(at) => f64::from(u8::from(game.outcome.events[at].is_some())),
    };
    let mut played = 0;
    while comparison.report().decision.is_none() && played < options.max_pairs && !stop.load(Ordering::Relaxed) {
        let pairs = (options.max_pairs - played).min(BLOCK as u64);
        let run = |at: usize| Run { row: at as u64 % 2, replication: played + at as u64 / 2 };
        let games: Vec<GameRow> = pool.install(|| parallel::each(2 * pairs as usize, |at| plan.play(run(at))));
        for game in &games {
            lost.add(plan.scenario().catalogue.players.iter().map(|player| player.id.as_str()), &game.outcome);
        }
        let difference = |pair: &[GameRow]| {
            let less = value(&pair[0]) - value(&pair[1]);
            if lower_is_better { -less } else { less }
        };
        let whole = |pair: &[GameRow]| pair.iter().all(|game| game.status != Status::Forfeited);
        let all: Vec<f64> = games.chunks_exact(2).map(difference).collect();
        let kept = games.chunks_exact(2).map(|pair| if whole(pair) { difference(pair) } else { f64::NAN });
        let kept: Vec<f64> = kept.collect();
        comparison.push(&kept);
        reverse.push(&kept.iter().map(|difference| -difference).collect::<Vec<f64>>());
        with_forfeited.push(&all);
        played += pairs;
    }
    let with_forfeited = (lost.forfeited > 0).then(|| with_forfeited.report().clone());
    let second_better = reverse.report().decision == Some(Decision::FirstBetter);
    Ok(VersusReport { report: comparison.report().clone(), second_better, lost, with_forfeited })
}
