//! `marchland versus`: which of two strategies is better, by a test that may be stopped.

use std::sync::atomic::AtomicBool;

use clap::Args;
use marchland_experiments::run::{Experiment, Lever, Plan, Target, versus};
use marchland_experiments::sequential::{Decision, SequentialOptions};
use serde_json::json;

use crate::failure::{self, Failure};
use crate::format::{Figures, Output};
use crate::open::{self, GameFlags, NOTICE};

/// Compare two strategies of a player, pair by pair under equal seeds, until it is decided.
///
/// A paired sequential probability ratio test: H0, the mean difference of the first less the second is at
/// most 0; H1, it is at least the effect.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    game: GameFlags,
    /// The first strategy.
    first: String,
    /// The second strategy.
    second: String,
    /// Who plays them.
    #[arg(long)]
    player: String,
    /// `payoff`, or the name of a measure.
    #[arg(long, default_value = "payoff")]
    measure: String,
    /// Greatest probability of finding a difference where there is none.
    #[arg(long, default_value_t = 0.05)]
    alpha: f64,
    /// Greatest probability of missing a difference of the effect's size.
    #[arg(long, default_value_t = 0.05)]
    beta: f64,
    /// The smallest difference that matters: of payoffs, a share of the payoff range; of a measure, in
    /// its unit.
    #[arg(long, default_value_t = 0.02)]
    effect: f64,
    /// The most games, two a pair.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(128..))]
    max_games: u64,
    /// Seed of the pairs.
    #[arg(long, default_value_t = 1, value_parser = open::seed)]
    seed: u64,
    /// Threads; one per processor unless given. The result does not depend on it.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    #[command(flatten)]
    output: Output<Figures>,
}

/// Runs the command.
///
/// # Errors
/// A name is unknown, or the numbers make no test.
pub fn run(options: &Options) -> Result<(), Failure> {
    let opened = options.game.open()?;
    let scenario = &opened.scenario;
    let catalogue = &scenario.catalogue;
    let player = catalogue.players.iter().position(|player| player.id == options.player).ok_or_else(|| {
        let known: Vec<&str> = catalogue.players.iter().map(|player| player.id.as_str()).collect();
        Failure::Input(format!("there is no player `{}`; there are {}", options.player, known.join(", ")))
    })?;
    if options.game.strategies.iter().any(|(name, _)| *name == options.player) {
        return Err(Failure::Usage(format!("--strategy names {}, whose strategies are compared", options.player)));
    }
    let (target, effect, range, unit) = if options.measure == "payoff" {
        let (worst, best) = catalogue.players[player].payoffs.range;
        let span = best - worst;
        (Target::Payoff(marchland_game::PlayerId::from_index(player)), options.effect * span, Some(span), "payoff")
    } else {
        let at = catalogue.measures.iter().position(|measure| measure.id == options.measure).ok_or_else(|| {
            let known: Vec<&str> = catalogue.measures.iter().map(|measure| measure.id.as_str()).collect();
            Failure::Input(format!("there is no measure `{}`; there are payoff, {}", options.measure, known.join(", ")))
        })?;
        (Target::Measure(at), options.effect, None, catalogue.measures[at].unit.as_str())
    };
    let lever = |name: &str, strategy: &str| {
        let mut strategies = vec![(options.player.clone(), strategy.to_owned())];
        strategies.extend(options.game.strategies.iter().cloned());
        Lever { name: name.into(), strategies }
    };
    let experiment = Experiment {
        name: "versus".into(),
        scenario: catalogue.scenario.clone(),
        scenario_hash: scenario.hash.clone(),
        added: opened.added.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        seed: options.seed,
        turns: opened.turns,
        design: None,
        factors: Vec::new(),
        set: options.game.set.clone(),
        levers: vec![lever("first", &options.first), lever("second", &options.second)],
        beliefs: vec![opened.variant.belief_name().unwrap_or_default().to_owned()],
        replications: options.max_games / 2,
        measures: Vec::new(),
        keep: Vec::new(),
        games_per_part: 1024,
    };
    let plan = Plan::new(experiment, scenario, &opened.registry).map_err(Failure::Findings)?;
    let how =
        SequentialOptions { alpha: options.alpha, beta: options.beta, effect, range, max_pairs: options.max_games / 2 };
    let threads = options.threads.map_or(0, usize::from);
    let report = versus(&plan, target, how, threads, &AtomicBool::new(false))
        .map_err(|error| Failure::Input(error.to_string()))?;
    let others: Vec<String> = plan
        .composed(0)
        .names
        .iter()
        .filter(|(name, _)| *name != options.player)
        .map(|(name, strategy)| format!("{name} {strategy}"))
        .collect();
    if options.output.json() {
        let object = json!({
            "player": options.player, "first": options.first, "second": options.second,
            "measure": options.measure, "effect": effect, "unit": unit,
            "opponents": others, "belief": opened.variant.belief_name(), "seed": options.seed,
            "decided": report.decision.as_ref().map(|decision| format!("{decision:?}")),
            "games": 2 * report.pairs, "report": report, "notice": NOTICE,
        });
        return failure::print_json(&format!("{object:#}\n"));
    }
    let verdict = match &report.decision {
        Some(Decision::FirstBetter) => format!("`{}` is better than `{}`", options.first, options.second),
        Some(Decision::NotBetter) => {
            format!("`{}` is not better than `{}` by the effect", options.first, options.second)
        }
        Some(Decision::NoDifference) => format!("no difference between `{}` and `{}`", options.first, options.second),
        _ => format!("undecided after {} games", 2 * report.pairs),
    };
    let text = format!(
        "{verdict} for {} in {} (effect {effect} {unit}; {} games).\n{}\nOthers: {}.\n\n{NOTICE}\n",
        options.player,
        options.measure,
        2 * report.pairs,
        report.text().trim_end(),
        others.join("; "),
    );
    failure::print(text)
}
