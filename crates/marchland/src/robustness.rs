//! `marchland robustness`: which lever survives the unknowns.

use clap::Args;
use marchland_experiments::analysis::independence;
use marchland_experiments::robustness::{Better, Futures, Outcomes, robustness};
use marchland_experiments::run::Results;
use marchland_report::figures::Words as _;
use serde_json::json;

use crate::failure::Failure;
use crate::results_view::{ResultsFlags, column, heading};

/// Compare the levers over all futures: regret, satisficing, worst case, and the Pareto set.
///
/// A future is a design point under a belief set; a lever's value there is the mean of its replications.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    results: ResultsFlags,
    /// A measure with its good direction, and a threshold where some value is good enough: `deaths_civil=low`,
    /// `payoff.russia=high`, `'deaths_civil=low 100'`. May be repeated.
    #[arg(long = "measure", value_name = "NAME=low|high", required = true)]
    measures: Vec<String>,
    /// Confidence of the intervals.
    #[arg(long, default_value_t = 0.95)]
    level: f64,
}

/// Runs the command.
///
/// # Errors
/// There is one lever only, or no such measure.
pub fn run(options: &Options) -> Result<(), Failure> {
    if !(options.level > 0.0 && options.level < 1.0) {
        return Err(Failure::Usage("--level lies between 0 and 1".into()));
    }
    let results = options.results.read()?;
    let experiment = &results.manifest.experiment;
    if experiment.levers.len() < 2 {
        return Err(Failure::Input("the results have one lever only; a sweep with `levers` compares".into()));
    }
    let outcomes: Vec<Outcomes> =
        options.measures.iter().map(|text| outcome(&results, text)).collect::<Result<_, Failure>>()?;
    let (points, replications) = results.extent();
    let how = independence(experiment, points as usize, replications as usize);
    let meeting = Futures { how, beliefs: experiment.beliefs.len() };
    let futures = meeting.count();
    let names: Vec<String> = experiment.levers.iter().map(|lever| lever.name.clone()).collect();
    let report =
        robustness(&names, &meeting, &outcomes, options.level).map_err(|error| Failure::Input(error.to_string()))?;
    let text = format!("{}{futures} futures\n\n{}", heading(&results), report.words());
    options.results.print(&text, json!({"futures": futures, "robustness": report}))
}

fn outcome(results: &Results, text: &str) -> Result<Outcomes, Failure> {
    let wrong = || Failure::Usage(format!("`{text}` should read NAME=low or NAME=high, and a threshold after it"));
    let (name, rest) = text.split_once('=').ok_or_else(wrong)?;
    let mut words = rest.split_whitespace();
    let better = match words.next() {
        Some("low") => Better::Lower,
        Some("high") => Better::Higher,
        _ => return Err(wrong()),
    };
    let threshold = match words.next() {
        None => None,
        Some(word) => Some(word.parse::<f64>().map_err(|_| wrong())?),
    };
    let measure = column(results, name.trim())?;
    let experiment = &results.manifest.experiment;
    let (points, replications) = results.extent();
    let games = (points * replications) as usize;
    let mut values = Vec::new();
    for lever in 0..experiment.levers.len() {
        for belief in 0..experiment.beliefs.len() {
            let mut column = results.design_order(&measure, lever, belief).unwrap_or_default();
            column.resize(games, f64::NAN);
            values.extend(column);
        }
    }
    Ok(Outcomes { measure, better, threshold, values })
}
