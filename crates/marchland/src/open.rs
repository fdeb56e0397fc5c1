//! Opening a scenario and composing a game from a command's flags: what run, batch, tournament and
//! play share.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use marchland_experiments::compose::{self, Composed};
use marchland_game::stream::SEED_BOUND;
use marchland_game::{Diagnostic, Lineup, StrategySpec, Value};
use marchland_sim::scenario::{self, LoadOptions, Scenario};
use marchland_sim::turn::Variant;
use marchland_strategies::{ExternalPermission, Registry};

use crate::failure::Failure;

/// The notice that every chronicle, manifest and result bears.
pub const NOTICE: &str = "Analytical and educational model of public roles. Simulated conduct and odds are hypothetical; \
                          not evidence about any person, group or future event.";

/// Which game: the flags that run, batch and play have in common.
#[derive(Args, Clone)]
pub struct GameFlags {
    /// The scenario: a folder with a scenario.ron, or a single .ron file.
    pub scenario: PathBuf,
    /// Turns (months) to play; the scenario's horizon unless fewer.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub turns: Option<u32>,
    /// The belief set in force; the scenario's default unless given.
    #[arg(long, value_name = "NAME")]
    pub belief: Option<String>,
    /// A strategy for a player or population, by name or written in place:
    /// `russia=r1-memo-portfolio`, `'russia=Quantal(lambda: 3)'`, `russia=log:GAME` for the decisions that a
    /// game's file has recorded of the player. May be repeated.
    #[arg(long = "strategy", value_name = "PLAYER=NAME", value_parser = seated)]
    pub strategies: Vec<(String, String)>,
    /// A file that adds strategies to the scenario's: `(strategies: [...])`, written as there.
    #[arg(long = "strategies", value_name = "FILE")]
    pub more_strategies: Option<PathBuf>,
    /// A parameter's value, or the name of a choice. May be repeated.
    #[arg(long = "set", value_name = "PARAMETER=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// The longest wait for one decision of an outside program, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    pub timeout: f64,
}

/// A flag of the form NAME=VALUE.
///
/// # Errors
/// Where the text is none.
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(format!("`{text}` should read NAME=VALUE")),
    }
}

/// A flag of the form PLAYER=STRATEGY, with `log:FILE` written out.
///
/// # Errors
/// Where the text is none.
pub fn seated(text: &str) -> Result<(String, String), String> {
    pair(text).map(|(player, strategy)| (player, marchland_session::written_out(&strategy)))
}

/// The families of strategies that a command line may name: outside programs and games' files among them,
/// since here a user names them himself.
#[must_use]
pub fn registry(timeout: Duration) -> Registry {
    Registry::standard().with(marchland_session::RECORDED).allowing_external(ExternalPermission { timeout })
}

/// A seed: an integer from 0 below 2^53.
///
/// # Errors
/// Where the text is none.
pub fn seed(text: &str) -> Result<u64, String> {
    let wrong = || format!("a seed is a whole number from 0 to {}", SEED_BOUND - 1);
    text.parse::<u64>().ok().filter(|seed| *seed < SEED_BOUND).ok_or_else(wrong)
}

/// A scenario with everything that a game of it needs.
pub struct Opened {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// The scenario with its parameters.
    pub variant: Arc<Variant>,
    /// Who plays whom.
    pub composed: Composed,
    /// What look-ahead imagines others to play.
    pub assumed: Lineup,
    /// The families of strategies.
    pub registry: Registry,
    /// Turns to play.
    pub turns: u32,
}

/// Loads a scenario.
///
/// # Errors
/// Where it is wrong, or not there, or names a program to run.
pub fn scenario(path: &Path, registry: &Registry) -> Result<Arc<Scenario>, Failure> {
    scenario_with(path, None, registry)
}

/// Loads a scenario, with a file of further strategies where there is one.
///
/// # Errors
/// Where one of the two is wrong, or not there, or names a program to run.
pub fn scenario_with(path: &Path, strategies: Option<&Path>, registry: &Registry) -> Result<Arc<Scenario>, Failure> {
    let schemas = registry.schemas();
    let options = LoadOptions::new(&schemas);
    let mut files = scenario::files::read(path).map_err(Failure::Findings)?;
    if let Some(more) = strategies {
        files.add_strategies(more).map_err(Failure::Findings)?;
    }
    let loaded =
        scenario::load_files(&files, &options).map_err(|found| crate::diagnostics::unusable(&found, &files))?;
    let programs: Vec<Diagnostic> =
        loaded.scenario.strategies.iter().filter(|spec| starts(spec)).map(refused).collect();
    if programs.is_empty() { Ok(Arc::new(loaded.scenario)) } else { Err(Failure::Findings(programs)) }
}

/// Whether a strategy, or one within it, is played by a program, or read from a file.
fn starts(spec: &StrategySpec) -> bool {
    spec.family == "External"
        || spec.family == marchland_session::RECORDED.schema.name
        || spec.arguments.iter().any(|value| match value {
            Value::Strategy(inner) => starts(inner),
            Value::Strategies(inner) => inner.iter().any(|(spec, _)| starts(spec)),
            _ => false,
        })
}

fn refused(spec: &StrategySpec) -> Diagnostic {
    let message = format!("the strategy `{}` names a program or a file, and scenarios may not", spec.name);
    Diagnostic::error("external-not-allowed", message)
        .hint("name it on the command line: --strategy 'PLAYER=External(command: \"...\")'")
}

impl GameFlags {
    /// Opens the scenario and composes the game.
    ///
    /// # Errors
    /// Where the scenario, a strategy, a belief set or a parameter is wrong.
    pub fn open(&self) -> Result<Opened, Failure> {
        if !(self.timeout > 0.0 && self.timeout <= 3600.0) {
            return Err(Failure::Usage("--timeout is a number of seconds above 0, at most 3600".into()));
        }
        let registry = registry(Duration::from_secs_f64(self.timeout));
        let scenario = scenario_with(&self.scenario, self.more_strategies.as_deref(), &registry)?;
        let variant = Variant::new(&scenario, self.belief.as_deref(), &self.set).map_err(Failure::Findings)?;
        let schemas = registry.schemas();
        let mut changes = Vec::new();
        let mut wrong = Vec::new();
        for (name, text) in &self.strategies {
            let player = scenario.catalogue.player(name);
            match scenario::strategy(&scenario, &schemas, text, player) {
                Ok(spec) => changes.push((name.clone(), spec)),
                Err(findings) => wrong.extend(findings),
            }
        }
        if !wrong.is_empty() {
            return Err(Failure::Findings(wrong));
        }
        let composed = compose::compose(&scenario, &registry, &changes).map_err(Failure::Findings)?;
        let assumed = compose::assumed(&scenario, &registry).map_err(Failure::Findings)?;
        let turns = self.turns.unwrap_or(scenario.calendar.horizon).min(scenario.calendar.horizon);
        Ok(Opened { variant: Arc::new(variant), scenario, composed, assumed, registry, turns })
    }
}
