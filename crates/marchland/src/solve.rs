//! `marchland solve`: solution concepts of normal-form games.

mod ask;
mod input;
mod watch;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Parser, ValueEnum};
use marchland_equilibria::game::Game;
use marchland_equilibria::solution::{Progress, Solver};

use crate::failure::{self, Failure};
use crate::format::{FigureFormats, Output};

/// What `marchland solve` is asked.
#[derive(Debug, Clone, Args)]
pub struct Solve {
    /// A Gambit .nfg file, or an OpenSpiel payoff tensor (.npy); GAME.names.json beside GAME.nfg or GAME.npy names players and strategies
    file: PathBuf,
    /// The solution concept
    #[arg(long, value_enum)]
    concept: Concept,
    /// All equilibria, not one (nash)
    #[arg(long)]
    all: bool,
    /// The λ of the logit response, in 1/payoff of the file; several by commas (qre)
    #[arg(long, value_delimiter = ',', value_name = "λ", allow_negative_numbers = true)]
    lambda: Vec<f64>,
    /// Selection pressure in 1/payoff of the file: a number, auto or inf (alpharank; auto if not given)
    #[arg(long, value_name = "X|auto|inf")]
    alpha: Option<String>,
    /// Size of each population (alpharank; 50 if not given)
    #[arg(long, value_name = "M")]
    population: Option<u32>,
    /// The profile to start from, written '0.2,0.8;0.5,0.5' (replicator)
    #[arg(long, value_name = "PROFILE")]
    from: Option<String>,
    /// How long to run, in units of 1/payoff of the file (replicator)
    #[arg(long, value_name = "T")]
    time: Option<f64>,
    /// What to maximise: max-welfare, min-welfare, max-min, max-entropy or player:NAME (correlated, coarse)
    #[arg(long)]
    objective: Option<String>,
    /// Stop after this many seconds with what was found
    #[arg(long, value_name = "S")]
    time_limit: Option<f64>,
    #[command(flatten)]
    output: Output<FigureFormats>,
}

/// The objectives without an argument.
const OBJECTIVES: [&str; 4] = ["max-welfare", "min-welfare", "max-min", "max-entropy"];

/// The concepts the command line offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Concept {
    /// Nash equilibria in pure strategies, all of them
    Pure,
    /// Nash equilibria: one, or with --all all of them
    Nash,
    /// Logit quantal response equilibria on the principal branch
    Qre,
    /// A correlated equilibrium that is best by the objective
    Correlated,
    /// A coarse correlated equilibrium that is best by the objective
    Coarse,
    /// α-Rank: how much time evolution spends at each pure profile
    Alpharank,
    /// The replicator dynamic from a profile for a time
    Replicator,
    /// Dominated strategies and what their iterated elimination leaves
    Dominance,
    /// What each player can guarantee itself against opponents who may correlate
    Security,
}

impl Concept {
    /// The name as it is written on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().expect("no concept is hidden").get_name().into()
    }
}

/// A question written as the options of the command, `["--concept", "nash", "--all"]`.
#[derive(Parser)]
#[command(name = "solve", no_binary_name = true)]
struct Question {
    #[command(flatten)]
    solve: Solve,
}

/// Answers what the command would be asked with `options`, of a game in memory: the object that the command prints
/// with `--json`. `listener` hears of progress, and breaks to stop with what was found until then.
///
/// # Errors
/// The options are wrong, or the game has no answer of this kind.
pub fn solve(
    game: &Game,
    options: &[String],
    listener: impl FnMut(&Progress) -> ControlFlow<()>,
) -> Result<serde_json::Value, Failure> {
    let words = std::iter::once("memory").chain(options.iter().map(String::as_str));
    let question = Question::try_parse_from(words).map_err(|error| Failure::Usage(error.to_string()))?.solve;
    question.check()?;
    let mut solver = Solver::new().listener(listener);
    if let Some(limit) = question.time_limit {
        solver = solver.time_limit(Duration::from_secs_f64(limit));
    }
    let answer = ask::ask(&question, game, &mut solver).map_err(|error| Failure::Input(error.to_string()))?;
    Ok(ask::to_json(&answer, game, question.concept))
}

impl Solve {
    /// Reads, solves and prints.
    pub fn run(self) -> Result<(), Failure> {
        self.check()?;
        // Shared, since a game may be as large as memory allows for one.
        let game = Arc::new(input::read(&self.file)?);
        let limit = self.time_limit.map(Duration::from_secs_f64);
        let (answer, interrupted) = {
            let (question, game) = (self.clone(), Arc::clone(&game));
            watch::run(limit, move |solver| ask::ask(&question, &game, solver))?
        };
        let answer = answer?;
        if self.output.json() {
            let object = ask::to_json(&answer, &game, self.concept);
            failure::print_json(&format!("{object}\n"))?;
        } else {
            failure::print(marchland_report::solve::render(&answer, &game, &self.concept.name()))?;
        }
        if interrupted { Err(Failure::Interrupted("what was found until then is printed".into())) } else { Ok(()) }
    }

    /// An option that the concept has no use for is a mistake, and so is a missing one.
    fn check(&self) -> Result<(), Failure> {
        use Concept::{Alpharank, Coarse, Correlated, Nash, Qre, Replicator};
        let belongs: [(&str, bool, &[Concept]); 7] = [
            ("--all", self.all, &[Nash]),
            ("--lambda", !self.lambda.is_empty(), &[Qre]),
            ("--alpha", self.alpha.is_some(), &[Alpharank]),
            ("--population", self.population.is_some(), &[Alpharank]),
            ("--from", self.from.is_some(), &[Replicator]),
            ("--time", self.time.is_some(), &[Replicator]),
            ("--objective", self.objective.is_some(), &[Correlated, Coarse]),
        ];
        for (option, given, concepts) in belongs {
            if given && !concepts.contains(&self.concept) {
                let names: Vec<String> = concepts.iter().map(|concept| concept.name()).collect();
                return Err(Failure::Usage(format!(
                    "{option} belongs to --concept {}, not to {}",
                    names.join(" or "),
                    self.concept.name()
                )));
            }
        }
        let missing = |option: &str| Failure::Usage(format!("--concept {} needs {option}", self.concept.name()));
        if self.concept == Qre && self.lambda.is_empty() {
            return Err(missing("--lambda, such as --lambda 0.5,1,2"));
        }
        if self.concept == Replicator && self.from.is_none() {
            return Err(missing("--from, a profile such as '0.2,0.8;0.5,0.5'"));
        }
        if self.concept == Replicator && self.time.is_none() {
            return Err(missing("--time"));
        }
        let number = |text: &str| text.parse::<f64>().is_ok();
        if self.alpha.as_deref().is_some_and(|alpha| !(alpha == "auto" || alpha == "inf" || number(alpha))) {
            return Err(Failure::Usage("--alpha is a number, auto or inf".into()));
        }
        let known = |objective: &str| OBJECTIVES.contains(&objective) || objective.starts_with("player:");
        if self.objective.as_deref().is_some_and(|objective| !known(objective)) {
            return Err(Failure::Usage(format!("--objective is {} or player:NAME", OBJECTIVES.join(", "))));
        }
        if self.time_limit.is_some_and(|limit| !(limit > 0.0 && limit <= 1e9)) {
            return Err(Failure::Usage("--time-limit needs a positive number of seconds, up to 1e9".into()));
        }
        Ok(())
    }
}
