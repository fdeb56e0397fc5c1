//! `marchland batch`: one game many times.

use clap::Args;
use marchland_experiments::run::{Experiment, Lever, Plan};
use marchland_experiments::table::GAMES_PER_PART;

use crate::failure::Failure;
use crate::open::GameFlags;
use crate::sessions::{self, SessionFlags};

/// Play one game many times, and keep every result in a table.
///
/// Game r of a batch has a seed of its own, made of the batch's seed and r: `marchland run` with the
/// batch's flags and that seed plays it again.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    game: GameFlags,
    /// How many games.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1 << 32))]
    games: u64,
    #[command(flatten)]
    session: SessionFlags,
}

/// Runs the command.
///
/// # Errors
/// As the exit codes say.
pub fn run(options: &Options) -> Result<(), Failure> {
    let opened = options.game.open()?;
    let scenario = &opened.scenario;
    let catalogue = &scenario.catalogue;
    let experiment = Experiment {
        name: "batch".into(),
        scenario: catalogue.scenario.clone(),
        scenario_hash: scenario.hash.clone(),
        added: opened.added.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        seed: options.session.seed.unwrap_or(1),
        turns: opened.turns,
        design: None,
        factors: Vec::new(),
        set: options.game.set.clone(),
        levers: vec![Lever { name: "default".into(), strategies: options.game.strategies.clone() }],
        beliefs: vec![opened.variant.belief_name().unwrap_or_default().to_owned()],
        replications: options.games,
        measures: catalogue.measures.iter().map(|measure| measure.id.clone()).collect(),
        keep: options.session.keep(scenario, Vec::new()),
        games_per_part: options.session.games_per_part.unwrap_or(GAMES_PER_PART),
    };
    let plan = Plan::new(experiment, scenario, &opened.registry).map_err(Failure::Findings)?;
    sessions::play(&plan, &options.session, &options.game.scenario)
}
