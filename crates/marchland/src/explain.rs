//! `marchland explain`: a row of results as its story.

use std::path::PathBuf;

use clap::Args;
use marchland_experiments::design::Run;
use marchland_report::story::{Heading, whole};
use marchland_sim::turn::Engine;
use serde_json::json;

use crate::failure::{self, Failure};
use crate::format::{Output, StoryFormats};
use crate::game_json::{self, GameInputs};
use crate::open::NOTICE;
use crate::results_view;

/// Play one row of results again, bit for bit, and tell it with its causes.
#[derive(Args)]
pub struct Options {
    /// The results folder.
    results: PathBuf,
    #[command(flatten)]
    output: Output<StoryFormats>,
    /// The row.
    #[arg(long)]
    row: u64,
    /// Its replication.
    #[arg(long, default_value_t = 0)]
    replication: u64,
    /// The scenario, where it lies elsewhere now.
    #[arg(long, value_name = "PATH")]
    scenario: Option<PathBuf>,
    /// Start the programs that played these games: only results that you trust.
    #[arg(long)]
    allow_external: bool,
}

/// Runs the command.
///
/// # Errors
/// There is no such row; the scenario has changed; or the game replayed is not the game of the table.
pub fn run(options: &Options) -> Result<(), Failure> {
    let results = results_view::read(&options.results)?;
    let (plan, scenario, _) = results_view::plan(&results, options.scenario.as_ref(), options.allow_external)?;
    let wanted = (options.row, options.replication);
    let Some(at) = (0..results.games.rows()).find(|&game| results.run(game) == wanted) else {
        return Err(Failure::Input(format!(
            "there is no row {} with replication {}; rows go to {}, replications to {}",
            wanted.0,
            wanted.1,
            plan.rows() - 1,
            plan.experiment.replications - 1
        )));
    };
    let run = Run { row: options.row, replication: options.replication };
    let setup = plan.setup(run, true);
    let assumed = marchland_experiments::compose::assumed(&scenario, &marchland_strategies::Registry::standard())
        .map_err(Failure::Findings)?;
    let mut game = Engine::new(&scenario).with_assumed(assumed).start(&setup);
    game.set_work_limit(marchland_experiments::play::WORK_LIMIT);
    game.set_recording(true);
    let mut records = Vec::new();
    while !game.is_over() {
        game.step();
        records.push(game.last_record().clone());
    }
    let outcome = game.outcome();
    for (column, value) in plan
        .measures()
        .iter()
        .map(|&at| (format!("measure.{}", scenario.catalogue.measures[at].id), outcome.measures[at]))
    {
        let kept = results.games.column(&column).map_or(f64::NAN, |column| column.number(at));
        if results.ok(at) && kept.to_bits() != value.to_bits() && !(kept.is_nan() && value.is_nan()) {
            return Err(Failure::Input(format!(
                "the game replayed is not the game of the table: {column} is {value:?}, and the table has {kept:?}"
            )));
        }
    }
    let place = plan.place(run.row);
    let names = &plan.composed(place.lever).names;
    if options.output.json() {
        let played = GameInputs {
            variant: &setup.variant,
            seed: setup.seed,
            strategies: names,
            added: plan.experiment.added.as_ref(),
        };
        let further = vec![("row", json!(run.row)), ("replication", json!(run.replication))];
        let text = game_json::text(&played, further, &records, &outcome, true, NOTICE);
        return failure::print_json(&format!("{text}\n"));
    }
    let heading = Heading { seed: setup.seed, belief: setup.variant.belief_name(), strategies: names };
    let screen = whole(&scenario, &records, &outcome, &heading, NOTICE);
    crate::run::told(&screen, options.output.format, &scenario.title)
}
