//! `marchland ablate`: mechanisms switched off, drivers from calm to worst.

use std::path::PathBuf;

use clap::Args;
use marchland_experiments::ablation::{self, MOST_GAMES, Size};
use marchland_report::diagnostics;
use marchland_strategies::Registry;

use crate::failure::{self, Failure};
use crate::format::{FigureFormats, Output};
use crate::open::{self, NOTICE};

/// The file of ablations in a scenario's folder.
pub const FILE: &str = "ablation.ron";

/// Switch families of mechanisms off and drive causes from calm to worst: what becomes of an outcome event. The
/// scenario's ablation.ron says which; every arm meets the same shocks.
#[derive(Args)]
pub struct Options {
    /// The scenario: a folder with a scenario.ron and an ablation.ron.
    scenario: PathBuf,
    /// Games of each arm.
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u64).range(2..=MOST_GAMES))]
    games: u64,
    /// The first game's seed; the others follow.
    #[arg(long, value_name = "SEED", default_value_t = 1, value_parser = clap::value_parser!(u64).range(0..=1 << 52))]
    seed: u64,
    #[command(flatten)]
    output: Output<FigureFormats>,
}

/// Runs the command.
///
/// # Errors
/// As the exit codes say.
pub fn run(options: &Options) -> Result<(), Failure> {
    let registry = Registry::standard();
    let scenario = open::scenario(&options.scenario, &registry)?;
    let (text, path) = open::text_in(&options.scenario, FILE)?;
    let plan = ablation::read(&scenario, &registry, &path.display().to_string(), &text).map_err(|found| {
        let what = format!("the ablations of `{}`", options.scenario.display());
        Failure::Shown(diagnostics::unusable(&what, &found, |_| Some(text.as_str())))
    })?;
    let size = Size { games: options.games, seed: options.seed };
    let report = ablation::play(&scenario, &registry, &plan, size).map_err(Failure::Findings)?;
    if options.output.json() {
        let object = serde_json::json!({
            "notice": NOTICE, "scenario": scenario.catalogue.scenario, "hash": scenario.hash, "ablation": report,
        });
        failure::print_json(&format!("{object:#}\n"))
    } else {
        failure::print(marchland_report::ablation::text(&report, NOTICE))
    }
}
