//! Policies trained against a tournament's equilibria: flags and files.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use marchland_experiments::compose;
use marchland_experiments::empirical::oracle::{OracleOptions, TournamentOracle, TrainingOptions, train_tournament};
use marchland_experiments::play::Players;
use marchland_experiments::run::RunError;
use marchland_experiments::run::write_whole;
use marchland_experiments::tournament::{Engine, Tournament, TournamentError};
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;

use super::progress::Progress;

/// Training.
#[derive(Args)]
pub struct Flags {
    /// Train policies against the equilibrium under each belief set and admit those that gain, until none
    /// does: how exploitable the strategies are. Policies are written to BELIEF/trained.ron, which
    /// --strategies reads.
    #[arg(long, conflicts_with = "shard")]
    pub oracle: bool,
    /// Train this player only; may be repeated. Militants are trained only when named here.
    #[arg(long, value_name = "PLAYER", requires = "oracle")]
    pub train: Vec<String>,
    /// Rounds of training at most.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub train_rounds: u32,
    /// Generations of each training.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub train_generations: u32,
    /// Indicators that a policy reads.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=12))]
    pub train_indicators: u32,
}

/// Trains under every belief set of a tournament; nothing unless asked for.
///
/// # Errors
/// As [`train_tournament`].
pub fn train(
    flags: &Flags,
    tournament: &Tournament,
    scenario: &Arc<Scenario>,
    registry: &Registry,
    engine: &Engine<'_>,
    progress: &Progress,
    stop: &AtomicBool,
) -> Result<Vec<TournamentOracle>, TournamentError> {
    if !flags.oracle {
        return Ok(Vec::new());
    }
    let options = OracleOptions {
        players: flags.train.clone(),
        rounds: flags.train_rounds,
        indicators: flags.train_indicators as usize,
        training: TrainingOptions {
            generations: flags.train_generations,
            seed: tournament.seed,
            level: tournament.level,
            ..TrainingOptions::default()
        },
    };
    let assumed = compose::assumed(scenario, registry).map_err(TournamentError::Findings)?;
    let workers = Arc::new(Players::new(scenario, Some(assumed)));
    let say = |what: &str| progress.say(what);
    let stopped = || stop.load(Ordering::Relaxed);
    let one = |belief: &String| {
        let run = || train_tournament(tournament, belief, scenario, registry, &workers, &options, &say, &stopped);
        engine.pool().install(run)
    };
    tournament.beliefs.iter().map(one).collect()
}

/// Writes each belief set's policies beneath a tournament's folder.
///
/// # Errors
/// A file cannot be written.
pub fn write(trained: &[TournamentOracle], out: &Path) -> Result<(), RunError> {
    for one in trained {
        let folder = if one.belief.is_empty() { "default" } else { one.belief.as_str() };
        write_whole(&out.join(folder).join("trained.ron"), one.strategies_file().as_bytes())?;
    }
    Ok(())
}
