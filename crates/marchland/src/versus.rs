//! `marchland versus`: which of two strategies is better, by a test that may be stopped.

use clap::Args;
use marchland_experiments::design::Shocks;
use marchland_experiments::run::{Experiment, Lever, Plan, Target, VersusReport, versus};
use marchland_experiments::sequential::{Decision, SequentialOptions, SequentialReport};
use marchland_game::Better;
use marchland_report::figures::{Words as _, stopped};
use serde_json::json;

use crate::failure::{self, Failure};
use crate::format::{FigureFormats, Output};
use crate::open::{self, GameFlags, NOTICE};
use crate::sessions;

/// Compare two strategies of a player, pair by pair under equal seeds, until it is decided.
///
/// A paired sequential probability ratio test: H0, the mean difference of the first less the second is at
/// most 0; H1, it is at least the effect. Of a measure or event of which less is better, of the second less
/// the first.
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
    /// Compare how often an event of the scenario happens, instead of a measure.
    #[arg(long, value_name = "NAME", conflicts_with = "measure")]
    event: Option<String>,
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
    #[arg(long, value_parser = open::threads())]
    threads: Option<u16>,
    #[command(flatten)]
    output: Output<FigureFormats>,
}

/// The share of pairs without a figure above which nothing is said of the others (our choice).
const MOST_LEFT_OUT: f64 = 0.01;

/// Why a game may have no figure.
fn why_left_out(target: Target) -> &'static str {
    match target {
        Target::Payoff(_) => " (a player that was out of the game in every turn has no payoff)",
        Target::Measure(_) => " (a game that ended before the turn asked for has no such measure)",
        Target::Event(_) => "",
    }
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
    let (target, effect, range, unit) = if let Some(name) = &options.event {
        let at = catalogue.outcome_events.iter().position(|event| event.id == *name).ok_or_else(|| {
            let known: Vec<&str> = catalogue.outcome_events.iter().map(|event| event.id.as_str()).collect();
            let known = if known.is_empty() { "none".into() } else { known.join(", ") };
            Failure::Input(format!("there is no event `{name}`; the scenario has {known}"))
        })?;
        (Target::Event(at), options.effect, None, "share of games")
    } else if options.measure == "payoff" {
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
        rule: None,
        name: "versus".into(),
        scenario: catalogue.scenario.clone(),
        scenario_hash: scenario.hash.clone(),
        scenario_text_hash: scenario.text_hash.clone(),
        added: opened.added.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        seed: options.seed,
        turns: opened.turns,
        design: None,
        shocks: Shocks::Common,
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
    let better = match target {
        Target::Payoff(_) => Some(Better::Higher),
        Target::Measure(at) => catalogue.measures[at].better,
        Target::Event(at) => catalogue.outcome_events[at].better,
    };
    let compared = match target {
        Target::Event(at) => format!("{} (share of games)", catalogue.outcome_events[at].title),
        _ => options.measure.clone(),
    };
    let lower = better == Some(Better::Lower);
    let VersusReport { report, second_better, lost, with_forfeited } =
        versus(&plan, target, lower, how, threads, sessions::stop_of_host())
            .map_err(|error| Failure::Input(error.to_string()))?;
    if report.left_out == report.pairs {
        return Err(Failure::Input(format!("no pair of games has a result\n{}", lost.words().trim_end())));
    }
    // Pairs without a figure are no random part of the pairs: a verdict on the others would be one on other games.
    let decidable = report.left_out as f64 <= MOST_LEFT_OUT * report.pairs as f64;
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
            "measure": compared, "better": better, "effect": effect, "unit": unit,
            "opponents": others, "belief": opened.variant.belief_name(), "seed": options.seed,
            "decided": report.decision.as_ref().filter(|_| decidable).map(|decision| format!("{decision:?}")),
            "second_better": second_better, "undecidable": (!decidable).then_some("too many pairs left out"),
            "games": 2 * report.pairs, "report": report, "lost": lost, "with_forfeited": with_forfeited, "notice": NOTICE,
        });
        return failure::print_json(&format!("{object:#}\n"));
    }
    let (first, second) = (&options.first, &options.second);
    let by = match better {
        Some(_) => "better",
        None => "larger",
    };
    let verdict = match &report.decision {
        _ if !decidable => format!(
            "no verdict on `{first}` and `{second}`: more than {} % of the pairs have no figure, and the others are no \
             sample of all",
            100.0 * MOST_LEFT_OUT
        ),
        Some(Decision::NotBetter) if second_better => format!("`{second}` is {by} than `{first}`"),
        Some(Decision::FirstBetter) => format!("`{first}` is {by} than `{second}`"),
        Some(Decision::NotBetter) => format!("`{first}` is not {by} than `{second}` by the effect"),
        Some(Decision::NoDifference) => format!("no pair of games tells `{first}` from `{second}`"),
        _ => format!("undecided after {} games", 2 * report.pairs),
    };
    let way = match better {
        Some(Better::Higher) => "the higher, the better",
        Some(Better::Lower) => "the lower, the better",
        None => "the scenario does not say which way is better",
    };
    let less = if lower { "second less first" } else { "first less second" };
    let of = |report: &SequentialReport| {
        let left_out = match report.left_out {
            0 => String::new(),
            n => format!(", {n} of them left out{}", why_left_out(target)),
        };
        let mean = report
            .mean_difference
            .map_or(String::new(), |mean| format!("; mean difference ({less}) {mean:.6}{}", stopped(report)));
        format!("{} pairs{left_out}{mean}", report.pairs)
    };
    let mut text = format!(
        "{verdict} for {} in {compared} ({way}; effect {effect} {unit}; {} games).\n{}\n",
        options.player,
        2 * report.pairs,
        of(&report),
    );
    if let Some(with) = &with_forfeited {
        let decision = match &with.decision {
            Some(Decision::FirstBetter) => format!("the first is {by}"),
            Some(Decision::NotBetter) => format!("the first is not {by} by the effect"),
            Some(Decision::NoDifference) => "no pair differs".into(),
            _ => "undecided".into(),
        };
        text += &format!("With forfeited games: {decision}; {}.\n", of(with));
    }
    text += &format!("{}Others: {}.\n\n{NOTICE}\n", lost.words(), others.join("; "));
    failure::print(text)
}
