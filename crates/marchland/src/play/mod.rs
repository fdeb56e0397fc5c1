//! `marchland play` and `marchland resume`: a game with people in it.

pub mod branch;
pub mod seating;

mod cards;
mod chair;
mod command;
#[cfg(unix)]
mod editor;
mod input;
mod json;
mod line;
mod look_ahead;
mod questions;
mod reply;
mod room;
mod seat;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use marchland_session::{Party, SessionError, Source, Table};
use marchland_strategies::Registry;

use crate::failure::Failure;
use crate::format::{FigureFormats, Output};
use crate::open;
use look_ahead::LookAhead;
use room::Room;

/// Play a game with people in some seats.
#[derive(Args)]
#[command(after_long_help = format!("Who is trusted:\n  {}", command::TRUST))]
pub struct Options {
    /// The scenario: a folder with a scenario.ron, or a single .ron file.
    pub scenario: PathBuf,
    /// Seats for so many people, as the scenario's preset has them.
    #[arg(long)]
    pub people: Option<u32>,
    /// Who holds a seat: `human`, or a strategy by name or written in place. May be repeated.
    #[arg(long = "seat", value_name = "PLAYER=human|STRATEGY", value_parser = open::seated)]
    pub seats: Vec<(String, String)>,
    /// The game's seed, a whole number from 0 below 2^53.
    #[arg(long, default_value_t = 1, value_parser = open::seed)]
    pub seed: u64,
    /// The game's file, which must not exist; SCENARIO.march unless given.
    #[arg(long, value_name = "GAME")]
    pub file: Option<PathBuf>,
    /// A facilitator sits at the table: rulings are proposed and not applied, and nothing goes on unless
    /// the facilitator steps.
    #[arg(long)]
    pub facilitator: bool,
    /// With JSON, lines both ways instead of text.
    #[command(flatten)]
    pub output: Output<FigureFormats>,
    /// Turns (months) to play; the scenario's horizon unless fewer.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub turns: Option<u32>,
    /// The belief set in force; the scenario's default unless given.
    #[arg(long, value_name = "NAME")]
    pub belief: Option<String>,
    /// A parameter's value, or the name of a choice. May be repeated.
    #[arg(long = "set", value_name = "PARAMETER=VALUE", value_parser = open::pair)]
    pub set: Vec<(String, String)>,
    /// A file that adds strategies to the scenario's: `(strategies: [...])`, written as there.
    #[arg(long, value_name = "FILE")]
    pub strategies: Option<PathBuf>,
    /// The longest wait for one decision of an outside program, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    pub timeout: f64,
    /// Do not clear the screen between seats.
    #[arg(long)]
    pub no_clear: bool,
}

/// Continue a game, after whatever stopped it.
#[derive(Args)]
#[command(after_long_help = format!("Who is trusted:\n  {}", command::TRUST))]
pub struct Resume {
    /// The game's file.
    pub file: PathBuf,
    /// With JSON, lines both ways instead of text.
    #[command(flatten)]
    pub output: Output<FigureFormats>,
    /// Start the outside programs that the file names: only for files that are your own.
    #[arg(long)]
    pub allow_programs: bool,
    /// Take away every PIN, where one was forgotten: the log says so.
    #[arg(long)]
    pub forget_pins: bool,
    /// The longest wait for one decision of an outside program, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    pub timeout: f64,
    /// Do not clear the screen between seats.
    #[arg(long)]
    pub no_clear: bool,
}

/// Opens a new game and plays it.
///
/// # Errors
/// The scenario or a flag is wrong, or the game's file or the output cannot be written.
pub fn run(options: &Options) -> Result<(), Failure> {
    let registry = asking(options.timeout)?;
    let mut found = open::read(&options.scenario)?;
    if let Some(more) = &options.strategies {
        found.add_strategies(more).map_err(Failure::Findings)?;
    }
    // A scenario that names a program is refused here, with its excerpts.
    match &options.strategies {
        None => open::scenario(&options.scenario, &registry).map(drop)?,
        Some(more) => open::scenario_and_file(&options.scenario, more, &registry, false).map(drop)?,
    }
    let source = Source::load(found, &registry).map_err(seating::failed)?;
    let opening = seating::opening(options, &source)?;
    let path = seating::file(options, &opening.scenario);
    let table = Table::create(&path, &source, &opening).map_err(seating::failed)?;
    enter(table, options.output.json(), !options.no_clear)
}

/// Continues a game.
///
/// # Errors
/// The file is no game that can be continued, or it or the output cannot be written.
pub fn resume(options: &Resume) -> Result<(), Failure> {
    let registry = if options.allow_programs {
        asking(options.timeout)?
    } else {
        Registry::standard().with(marchland_session::RECORDED)
    };
    let mut table = Table::open(&options.file, &registry).map_err(seating::failed)?;
    if options.forget_pins {
        forget_pins(&mut table).map_err(seating::failed)?;
    }
    enter(table, options.output.json(), !options.no_clear)
}

fn forget_pins(table: &mut Table) -> Result<(), SessionError> {
    let players = &table.course().source.scenario.catalogue.players;
    let seats: Vec<Party> = players.iter().map(|player| Party::Seat(player.id.clone())).collect();
    for party in seats.into_iter().chain([Party::Chair]) {
        if table.sitting().has_pin(&party) {
            table.set_pin(party, None)?;
        }
    }
    Ok(())
}

fn enter(table: Table, json: bool, clears: bool) -> Result<(), Failure> {
    let ahead = LookAhead::new(&table).map_err(seating::failed)?;
    let mut room = Room::new(table, ahead, clears);
    if json { json::play(&mut room) } else { line::play(&mut room) }
}

/// The families of strategies, outside programs among them: on the command line a user names them himself.
fn asking(timeout: f64) -> Result<Registry, Failure> {
    if !(timeout > 0.0 && timeout <= 3600.0) {
        return Err(Failure::Usage("--timeout is a number of seconds above 0, at most 3600".into()));
    }
    Ok(open::registry(Duration::from_secs_f64(timeout)))
}
