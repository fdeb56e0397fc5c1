//! `marchland sweep`: an experiment, from its file or from flags.

use std::path::Path;

use clap::Args;
use marchland_experiments::run::{Lever, Plan, Question, read_experiment};
use marchland_report::diagnostics;
use marchland_sim::scenario::Scenario;

use crate::failure::Failure;
use crate::open::{self, GameFlags};
use crate::sessions::{self, SessionFlags};

/// Play an experiment: points of a design, under every lever and belief set.
///
/// The experiment is a file in the scenario's folder `experiments`, or one of flags. Flags given with a
/// file make a variant of it: each takes the place of the file's own key.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    game: GameFlags,
    /// The experiment: a file, or the name of one in the scenario's folder `experiments`.
    experiment: Option<String>,
    /// The design, as in a file: `'Sobol(rows: 256)'`.
    #[arg(long)]
    design: Option<String>,
    /// The factors, as in a file: `All`, `'["plots_base"]'` or `'{"plots_base": Uniform(0.002, 0.01)}'`. Choices of
    /// structure are varied besides, but for those that --set fixes and where the experiment's file says `structure:
    /// false`.
    #[arg(long)]
    factors: Option<String>,
    /// The levers, as in a file: `'{"russia": ["r1-memo-portfolio", "r2-status-quo-backing"]}'`.
    #[arg(long)]
    levers: Option<String>,
    /// The belief sets, as in a file: `All` or `'["memo"]'`.
    #[arg(long)]
    beliefs: Option<String>,
    /// Games of every row.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1 << 32))]
    replications: Option<u64>,
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
    let shocks = options.session.shocks.map(|shocks| shocks.name().to_owned());
    let written: Vec<(&str, &str)> = [
        ("design", &options.design),
        ("factors", &options.factors),
        ("levers", &options.levers),
        ("beliefs", &options.beliefs),
        ("shocks", &shocks),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key, value.as_deref()?)))
    .collect();
    let question = match &options.experiment {
        Some(name) => {
            let path = open::beside(&options.game.scenario, "experiment", name)?;
            let question = read(&path, &written, scenario)?;
            let programs = open::programs(scenario, &opened.registry, &question.experiment.levers);
            if !programs.is_empty() && !options.game.allow_external {
                return Err(Failure::Findings(programs));
            }
            question
        }
        None => {
            if written.iter().all(|(key, _)| *key == "shocks") {
                return Err(Failure::Usage("name an experiment, or give --design or --levers".into()));
            }
            let version = env!("CARGO_PKG_VERSION");
            read_experiment("flags", "()", "the flags", &written, Path::new("."), scenario, version).map_err(
                |found| {
                    let of = "the experiment of these flags";
                    Failure::Shown(diagnostics::unusable(of, &found, |name| text_of(name, &written)))
                },
            )?
        }
    };
    let mut experiment = question.experiment;
    experiment.added = opened.added.clone();
    if let Some(replications) = options.replications {
        experiment.replications = replications;
    }
    if let Some(seed) = options.session.seed {
        experiment.seed = seed;
    }
    if options.game.turns.is_some() {
        experiment.turns = opened.turns;
    }
    if let Some(games) = options.session.games_per_part {
        experiment.games_per_part = games;
    }
    if let Some(belief) = &options.game.belief {
        experiment.beliefs = vec![belief.clone()];
    }
    for (name, value) in &options.game.set {
        experiment.factors.retain(|factor| factor.name != *name);
        experiment.set.retain(|(other, _)| other != name);
        experiment.set.push((name.clone(), value.clone()));
    }
    if let Some((player, _)) = options.game.strategies.iter().find(|(player, _)| {
        let varies = |lever: &Lever| lever.strategies.iter().any(|(other, _)| other == player);
        !experiment.levers.is_empty() && experiment.levers.iter().all(varies)
    }) {
        return Err(Failure::Usage(format!("--strategy names {player}, whose strategies the levers change")));
    }
    for lever in &mut experiment.levers {
        for (player, strategy) in &options.game.strategies {
            if !lever.strategies.iter().any(|(other, _)| other == player) {
                lever.strategies.push((player.clone(), strategy.clone()));
            }
        }
    }
    experiment.keep = options.session.keep(scenario, experiment.keep);
    let plan = Plan::new(experiment, scenario, &opened.registry).map_err(Failure::Findings)?;
    sessions::play(&plan, &options.session, &options.game.scenario)
}

/// Reads an experiment's file, with the values of some keys in place of the file's own.
///
/// # Errors
/// It cannot be read, or is wrong.
pub fn read(path: &Path, changes: &[(&str, &str)], scenario: &Scenario) -> Result<Question, Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    open::file_of(path, "experiment", changes, |name, text, shown| {
        read_experiment(name, text, shown, changes, folder, scenario, env!("CARGO_PKG_VERSION"))
    })
}

/// The text of a flag, by the name that it has in findings.
pub fn text_of<'t>(name: &str, flags: &[(&str, &'t str)]) -> Option<&'t str> {
    flags.iter().find(|(key, _)| name.strip_prefix("--") == Some(key)).map(|(_, text)| *text)
}
