//! `marchland describe`: what a scenario holds, as text or as JSON.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use marchland_report::describe as lists;
use marchland_report::describe::Row;
use marchland_sim::scenario::{self, LoadOptions};
use marchland_strategies::Registry;
use serde_json::Value;

use crate::failure::{self, Failure};
use crate::format::{Format, Output, RowFormats};
use crate::{ablate, claims, facts, matching};

/// Print what a scenario holds.
#[derive(Args)]
pub struct Options {
    /// The scenario: a folder with a scenario.ron, or a single .ron file.
    scenario: PathBuf,
    /// Which list; an overview unless given.
    #[arg(value_enum)]
    list: Option<List>,
    /// A file that adds strategies to the scenario's, as for `run`.
    #[arg(long, value_name = "FILE")]
    strategies: Option<PathBuf>,
    #[command(flatten)]
    output: Output<RowFormats>,
}

/// What may be described.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum List {
    /// Who decides.
    Players,
    /// What each player plays for.
    Payoffs,
    /// What may be ordered.
    Actions,
    /// What happens.
    Events,
    /// Every number of the world.
    Indicators,
    /// Every uncertain number with its source.
    Parameters,
    /// Named ways to play.
    Strategies,
    /// Bodies that vote, and what they may be asked.
    Institutions,
    /// Results of a game.
    Measures,
    /// Claims that the scenario checks against itself.
    Claims,
    /// The ODD protocol.
    Odd,
}

/// Runs the command.
///
/// # Errors
/// The scenario is wrong, or the output cannot be written.
pub fn run(options: &Options) -> Result<(), Failure> {
    let registry = Registry::standard();
    let schemas = registry.schemas();
    let mut files = scenario::files::read(&options.scenario).map_err(Failure::Findings)?;
    if let Some(more) = &options.strategies {
        files.add_strategies(more).map_err(Failure::Findings)?;
    }
    let loaded = scenario::load_files(&files, &LoadOptions::new(marchland_laws::standard(), &schemas))
        .map_err(|found| crate::open::unusable(&found, &files))?;
    let scenario = &loaded.scenario;
    let rows = match options.list {
        None => {
            let row = lists::overview(scenario);
            return match options.output.format {
                Format::Json => json(&row),
                _ => print(&[row], &options.output),
            };
        }
        Some(List::Odd) => {
            let protocol = lists::protocol(scenario, &schemas, &options.scenario, &evidence(&options.scenario));
            let row = Row(protocol.iter().map(|(key, _, text)| (*key, Value::from(text.as_str()))).collect());
            return match options.output.format {
                Format::Json => json(&row),
                Format::Csv => print(&[row], &options.output),
                _ => failure::print(lists::protocol_text(&protocol)),
            };
        }
        Some(List::Players) => lists::players(scenario),
        Some(List::Payoffs) => lists::payoffs(scenario),
        Some(List::Actions) => lists::actions(scenario),
        Some(List::Events) => lists::events(scenario),
        Some(List::Indicators) => lists::indicators(scenario),
        Some(List::Parameters) => lists::parameters(scenario),
        Some(List::Strategies) => lists::strategies(scenario, &schemas),
        Some(List::Institutions) => lists::institutions(scenario),
        Some(List::Measures) => lists::measures(scenario),
        Some(List::Claims) if options.scenario.join(claims::FILE).is_file() => {
            lists::claims(&claims::of_folder(&options.scenario, scenario, &registry)?)
        }
        Some(List::Claims) => Vec::new(),
    };
    match options.output.format {
        Format::Json => json(&rows),
        _ => print(&rows, &options.output),
    }
}

/// The files of a scenario's folder that commands run.
fn evidence(folder: &Path) -> Vec<lists::Evidence> {
    let mut found = Vec::new();
    for (kind, command) in [("experiments", "sweep"), ("tournaments", "tournament")] {
        let entries = std::fs::read_dir(folder.join(kind)).into_iter().flatten().flatten();
        let name = |entry: std::fs::DirEntry| Some(entry.file_name().to_str()?.strip_suffix(".ron")?.to_owned());
        let mut names: Vec<String> = entries.filter_map(name).collect();
        names.sort_unstable();
        let of = |name: String| lists::Evidence { command, file: format!("{kind}/{name}.ron"), name };
        found.extend(names.into_iter().map(of));
    }
    for (file, command) in
        [(claims::FILE, "claims"), (facts::FILE, "facts"), (ablate::FILE, "ablate"), (matching::FILE, "match")]
    {
        if folder.join(file).is_file() {
            found.push(lists::Evidence { command, name: String::new(), file: file.to_owned() });
        }
    }
    found
}

fn print(rows: &[Row], output: &Output<RowFormats>) -> Result<(), Failure> {
    match output.format {
        Format::Csv => failure::print(marchland_report::csv::local(&lists::csv(rows), output.decimal)),
        _ => failure::print(lists::text(rows)),
    }
}

fn json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::Output(std::io::Error::other(error)))?;
    failure::print_json(&(text + "\n"))
}
