//! `marchland response`: what an outcome event makes of its drivers.

use std::path::PathBuf;

use clap::Args;
use marchland_experiments::ablation::MOST_GAMES;
use marchland_experiments::hindcast::{ResponseOptions, respond};
use marchland_game::Diagnostic;
use marchland_strategies::Registry;

use crate::failure::{self, Failure};
use crate::format::{FigureFormats, Output};
use crate::open::{self, NOTICE};
use crate::sessions;

/// Drive parameters over their ranges, one at a time, in pairs and together: how often an outcome event happens, whether
/// some step rises and none is told to fall, which drivers are inert, and how well a simple emulator follows. Points meet
/// the same shocks.
#[derive(Args)]
pub struct Options {
    /// The scenario: a folder with a scenario.ron, or a single .ron file.
    scenario: PathBuf,
    /// Parameters, or paths of indicators, separated by commas; NAME=LOW..HIGH drives within these ends, and NAME over its
    /// declared range.
    #[arg(long, value_name = "DRIVERS", value_delimiter = ',', required = true)]
    over: Vec<String>,
    /// The outcome event; the scenario's first unless given.
    #[arg(long, value_name = "EVENT")]
    event: Option<String>,
    /// Months of a game.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..))]
    months: u32,
    /// Values of each driver, ends included.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u8).range(3..=50))]
    levels: u8,
    /// Games of each point.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(16..=MOST_GAMES))]
    games: u64,
    /// Points of the emulator, each of a sixteenth of the games; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 0)]
    emulate: u16,
    /// Drive pairs too.
    #[arg(long)]
    pairs: bool,
    /// Seed.
    #[arg(long, value_parser = open::seed, default_value_t = 1)]
    seed: u64,
    /// Threads; one per processor unless given. Results do not depend on it.
    #[arg(long, value_parser = open::threads())]
    threads: Option<u16>,
    #[command(flatten)]
    output: Output<FigureFormats>,
}

/// A driver with its ends, where they are written.
fn driver(text: &str) -> Result<(String, Option<(f64, f64)>), Failure> {
    let wrong = || Failure::Usage(format!("`{text}` should read NAME or NAME=LOW..HIGH, such as opposition=0..0.8"));
    let Some((name, ends)) = text.split_once('=') else { return Ok((text.trim().to_owned(), None)) };
    let (low, high) = ends.split_once("..").ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|x| x.is_finite()).ok_or_else(wrong);
    Ok((name.trim().to_owned(), Some((number(low)?, number(high)?))))
}

/// Runs the command.
///
/// # Errors
/// As the exit codes say.
pub fn run(options: &Options) -> Result<(), Failure> {
    let registry = Registry::standard();
    let scenario = open::scenario(&options.scenario, &registry)?;
    let events = &scenario.catalogue.outcome_events;
    let event = match &options.event {
        None if events.is_empty() => {
            let found = Diagnostic::error("no-outcome-event", "the scenario declares no outcome event");
            let hint = "declare one: outcome_events: [(id: \"…\", when: \"…\")]";
            return Err(Failure::Findings(vec![found.hint(hint)]));
        }
        None => 0,
        Some(name) => events.iter().position(|event| event.id == *name).ok_or_else(|| {
            let found = Diagnostic::error("unknown-event", format!("no outcome event is called `{name}`"));
            Failure::Findings(vec![found.choose(name, events.iter().map(|event| event.id.as_str()))])
        })?,
    };
    if options.months > scenario.calendar.horizon {
        let horizon = scenario.calendar.horizon;
        return Err(Failure::Usage(format!("--months may be 1 to {horizon}, the scenario's horizon")));
    }
    let how = ResponseOptions {
        over: options.over.iter().map(|text| driver(text)).collect::<Result<_, _>>()?,
        event,
        months: options.months,
        levels: usize::from(options.levels),
        games: options.games,
        emulated: u32::from(options.emulate),
        pairs: options.pairs,
        seed: options.seed,
        threads: options.threads.map_or_else(sessions::processors, usize::from),
    };
    let stop = sessions::stop_on_interrupt()?;
    let found = respond(&scenario, &registry, &how, stop, &()).map_err(Failure::Findings)?;
    let Some(report) = found else {
        return Err(Failure::Interrupted("nothing is kept of a response".into()));
    };
    if options.output.json() {
        let object = serde_json::json!({
            "notice": NOTICE, "scenario": scenario.catalogue.scenario, "hash": scenario.hash, "response": report,
        });
        return failure::print_json(&format!("{object:#}\n"));
    }
    failure::print(marchland_report::response::text(&report, NOTICE))
}
