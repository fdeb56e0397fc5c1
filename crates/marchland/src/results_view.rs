//! Results opened for a command: which folder, which columns, which lever.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use marchland_experiments::analysis::measured;
use marchland_experiments::run::{MANIFEST, Plan, ResultEvent, Results, RunError};
use marchland_report::figures::Words as _;
use marchland_report::number::counted;
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;
use serde_json::{Value, json};

use crate::failure::{self, Failure};
use crate::format::{FigureFormats, Output};
use crate::open::{self, NOTICE};
use crate::sessions::refused;

/// The flags of every command on a results folder.
#[derive(Args, Clone)]
pub struct ResultsFlags {
    /// The results folder.
    pub results: PathBuf,
    #[command(flatten)]
    pub output: Output<FigureFormats>,
}

impl ResultsFlags {
    /// Reads the results.
    ///
    /// # Errors
    /// There are none, or they are damaged.
    pub fn read(&self) -> Result<Results, Failure> {
        read(&self.results)
    }

    /// Prints the text, or the object with the notice.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn print(&self, text: &str, mut object: Value) -> Result<(), Failure> {
        if self.output.json() {
            if let Some(map) = object.as_object_mut() {
                map.insert("notice".into(), json!(NOTICE));
            }
            failure::print_json(&format!("{object:#}\n"))
        } else {
            failure::print(format!("{text}\n{NOTICE}\n"))
        }
    }
}

/// Reads a folder of results.
///
/// # Errors
/// There are none, or they are damaged. Of a folder that holds results one level down, such as a hindcast's, where.
pub fn read(folder: &Path) -> Result<Results, Failure> {
    Results::read(folder).map_err(|error| match error {
        RunError::NoResults { .. } if folder.join(GAMES).join(MANIFEST).is_file() => Failure::Input(format!(
            "{} holds no results itself; those of its games are in {}",
            folder.display(),
            folder.join(GAMES).display()
        )),
        other => refused(other),
    })
}

/// Where a hindcast keeps its games.
const GAMES: &str = "games";

/// What is missing of the results, before anything is said of them; empty where nothing is.
#[must_use]
pub fn partial(results: &Results) -> String {
    match results.missing {
        0 => String::new(),
        missing => {
            let there = results.counts.games();
            format!("{there} of {} games are here, and what follows is of those alone.\n\n", there + missing)
        }
    }
}

/// A line on what the results hold, and how games without a result are treated.
#[must_use]
pub fn heading(results: &Results) -> String {
    let counts = results.counts;
    let there = match results.missing {
        0 => counted(counts.games(), "game"),
        missing => format!("{} of {} games", counts.games(), counts.games() + missing),
    };
    let mut text = format!("{}: {there}", results.path.display());
    if counts.without_result() > 0 {
        text += &format!(
            "; {} without a result ({} error, {} panic, {} over limit, {} not finite, {} forfeited) are left out of every figure",
            counts.without_result(),
            counts.error,
            counts.panic,
            counts.over_limit,
            counts.non_finite,
            counts.forfeited
        );
    }
    text.push('\n');
    text + &results.lost().words()
}

/// The event of a name; the scenario's first one where none is given, and none where there is none.
///
/// # Errors
/// There is none of that name.
pub fn event(results: &Results, name: Option<&str>) -> Result<Option<ResultEvent>, Failure> {
    let events = results.events();
    let Some(name) = name else { return Ok(events.into_iter().next()) };
    if let Some(found) = events.iter().find(|event| event.id == name) {
        return Ok(Some(found.clone()));
    }
    let known: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
    let known =
        if known.is_empty() { "the results have none".into() } else { format!("there are {}", known.join(", ")) };
    Err(Failure::Input(format!("there is no event `{name}`; {known}")))
}

/// The full name of a column of results: `deaths` is `measure.deaths`, `russia` is `payoff.russia`.
///
/// # Errors
/// There is none of that name.
pub fn column(results: &Results, name: &str) -> Result<String, Failure> {
    for full in [name.to_owned(), format!("measure.{name}"), format!("payoff.{name}"), format!("event.{name}")] {
        if results.games.column(&full).is_some() {
            return Ok(full);
        }
    }
    let columns = measured(results);
    let short = |full: &str| full.split_once('.').map_or(full, |(_, name)| name).to_owned();
    let shorts: Vec<String> = columns.iter().map(|full| short(full)).collect();
    let known: Vec<&str> = columns.iter().chain(&shorts).map(String::as_str).collect();
    let near = marchland_game::nearest(name, &known).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    Err(Failure::Input(format!("there is no column `{name}`{near}\ncolumns: {}", columns.join(", "))))
}

/// The position of a lever.
///
/// # Errors
/// There is none of that name.
pub fn lever(results: &Results, name: &str) -> Result<usize, Failure> {
    let levers = &results.manifest.experiment.levers;
    position(levers.iter().map(|lever| lever.name.as_str()), name, "lever")
}

/// The position of a belief set.
///
/// # Errors
/// There is none of that name.
pub fn belief(results: &Results, name: &str) -> Result<usize, Failure> {
    position(results.manifest.experiment.beliefs.iter().map(String::as_str), name, "belief set")
}

fn position<'a>(names: impl Iterator<Item = &'a str>, wanted: &str, what: &str) -> Result<usize, Failure> {
    let names: Vec<&str> = names.collect();
    names.iter().position(|name| *name == wanted).ok_or_else(|| {
        let named: Vec<&str> = names.iter().copied().filter(|name| !name.is_empty()).collect();
        let rest = match named.as_slice() {
            [] => format!("there is one, without a name, which is taken where no {what} is asked for"),
            named => format!("there are {}", named.join(", ")),
        };
        Failure::Input(format!("the results have no {what} `{wanted}`; {rest}"))
    })
}

/// The plan of the results, against the scenario as it lies now.
///
/// # Errors
/// The scenario is not there, is wrong, or is not the one that was played; or its games were played by a
/// program, and `allow_external` does not permit to start it.
pub fn plan(
    results: &Results,
    scenario: Option<&PathBuf>,
    allow_external: bool,
) -> Result<(Plan, Arc<Scenario>, Registry), Failure> {
    let path = scenario.cloned().unwrap_or_else(|| PathBuf::from(&results.manifest.scenario_path));
    let registry = open::registry(std::time::Duration::from_secs(10));
    let experiment = &results.manifest.experiment;
    let scenario = open::scenario_with(&path, experiment.added.as_ref(), &registry, allow_external)?;
    let programs = open::programs(&scenario, &registry, &experiment.levers);
    if !programs.is_empty() && !allow_external {
        return Err(Failure::Findings(programs));
    }
    if !scenario.has_hash(&results.manifest.scenario_hash) {
        return Err(Failure::Input(format!(
            "the scenario `{}` has changed since these games were played (its hash is {}, theirs {})",
            path.display(),
            scenario.hash,
            results.manifest.scenario_hash
        )));
    }
    if results.manifest.version != env!("CARGO_PKG_VERSION") {
        let theirs = &results.manifest.version;
        return Err(Failure::Input(format!("these games were played by version {theirs} of this program")));
    }
    let plan = Plan::new(results.manifest.experiment.clone(), &scenario, &registry).map_err(Failure::Findings)?;
    Ok((plan, scenario, registry))
}
