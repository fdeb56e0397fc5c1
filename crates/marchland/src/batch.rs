//! `marchland batch`: one game many times.

use std::path::PathBuf;

use clap::Args;
use marchland_experiments::design::Shocks;
use marchland_experiments::run::{Experiment, Lever, Plan, points_of_table, read_points};
use marchland_experiments::table::GAMES_PER_PART;

use crate::failure::Failure;
use crate::open::GameFlags;
use crate::sessions::{self, SessionFlags};

/// Play one game many times, and keep every result in a table.
///
/// Game r of a batch has a seed of its own, made of the batch's seed and r: `marchland run` with the
/// batch's flags and that seed plays it again. With --points, every row of a table is played.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    game: GameFlags,
    /// How many games.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1 << 32))]
    games: u64,
    /// Play every row of a table instead, CSV or Parquet, one column a parameter: --games games of each.
    /// Of a table of results, the columns `set.PARAMETER` are read.
    #[arg(long, value_name = "FILE")]
    points: Option<PathBuf>,
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
    let (factors, design) = match &options.points {
        None => (Vec::new(), None),
        Some(path) => {
            let refuse = |reason: String| Failure::Input(format!("{}: {reason}", path.display()));
            let table = read_points(path).map_err(refuse)?;
            let (factors, design) =
                points_of_table(&table, scenario).map_err(|found| Failure::Findings(vec![found]))?;
            (factors, Some(design))
        }
    };
    let experiment = Experiment {
        rule: None,
        name: "batch".into(),
        scenario: catalogue.scenario.clone(),
        scenario_hash: scenario.hash.clone(),
        scenario_text_hash: scenario.text_hash.clone(),
        added: opened.added.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        seed: options.session.seed.unwrap_or(1),
        turns: opened.turns,
        shocks: options.session.shocks.unwrap_or_else(|| Shocks::default_of(design.as_ref())),
        design,
        factors,
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
