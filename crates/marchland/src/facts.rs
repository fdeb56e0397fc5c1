//! `marchland facts`: a scenario's games held against what followed.

use std::path::PathBuf;

use clap::Args;
use marchland_experiments::facts;
use marchland_report::diagnostics;
use marchland_strategies::Registry;

use crate::failure::{self, Failure};
use crate::format::{FigureFormats, Output};
use crate::open::{self, NOTICE};

/// The file of facts in a scenario's folder.
pub const FILE: &str = "facts.ron";

/// Hold a scenario's games against what followed: each fact of its facts.ron with the band that games give it, and how
/// often games meet all of them at once, without and with what is taken as given. A fact that the scenario was given, or
/// that something was fitted to, says so and counts for nothing by itself.
#[derive(Args)]
pub struct Options {
    /// The scenario: a folder with a scenario.ron and a facts.ron.
    scenario: PathBuf,
    /// Games.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u64).range(16..=1_000_000))]
    games: u64,
    /// The first game's seed; the next games have the next.
    #[arg(long, default_value_t = 1, value_parser = open::seed)]
    seed: u64,
    /// Play under this belief set in place of the file's.
    #[arg(long, value_name = "NAME")]
    belief: Option<String>,
    #[command(flatten)]
    output: Output<FigureFormats>,
}

/// Runs the command.
///
/// # Errors
/// As the exit codes say.
pub fn run(options: &Options) -> Result<(), Failure> {
    open::seed(&(options.seed.saturating_add(options.games)).to_string()).map_err(Failure::Input)?;
    let registry = Registry::standard();
    let scenario = open::scenario(&options.scenario, &registry)?;
    let (text, path) = open::text_in(&options.scenario, FILE)?;
    let (facts, own) = facts::read(&scenario, &registry, &path.display().to_string(), &text).map_err(|found| {
        let what = format!("the facts of `{}`", options.scenario.display());
        Failure::Shown(diagnostics::unusable(&what, &found, |_| Some(text.as_str())))
    })?;
    let belief = open::belief(&scenario, options.belief.as_deref())?.or(own);
    let report =
        facts::examine(&scenario, &registry, &facts, belief, options.games, options.seed).map_err(Failure::Findings)?;
    if options.output.json() {
        let object = serde_json::json!({
            "notice": NOTICE, "scenario": scenario.catalogue.scenario, "hash": scenario.hash, "report": report,
        });
        failure::print_json(&format!("{object:#}\n"))
    } else {
        failure::print(marchland_report::facts::text(&report, NOTICE))
    }
}
