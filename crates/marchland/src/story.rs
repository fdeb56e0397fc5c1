//! `marchland story`: a played game as a story.

use std::path::PathBuf;

use clap::Args;
use marchland_game::Diagnostic;
use marchland_report::story::audience::Audience;
use marchland_report::story::evening;
use marchland_report::story::evening::at_the_table;
use marchland_report::story::month::Teller;
use marchland_session::Replay;
use marchland_strategies::Registry;
use serde_json::json;

use crate::failure::{self, Failure};
use crate::format::{Format, Output, StoryFormats};
use crate::play::seating::failed;
use crate::run::told;

/// Tell a played game: its months, with orders, injects, overrides, grants and notes woven in.
#[derive(Args)]
pub struct Options {
    /// The game's file.
    file: PathBuf,
    /// For this seat: what it may know.
    #[arg(long, value_name = "PLAYER")]
    seat: Option<String>,
    /// The branch; the one that play goes on in unless given.
    #[arg(long, value_name = "NUMBER")]
    branch: Option<u32>,
    /// This turn alone.
    #[arg(long, value_name = "TURN")]
    turn: Option<u32>,
    #[command(flatten)]
    output: Output<StoryFormats>,
}

/// Runs the command.
///
/// # Errors
/// The file cannot be read or replays differently, there is no such seat or branch, or the output cannot be written.
pub fn run(options: &Options) -> Result<(), Failure> {
    let registry = Registry::standard().with(marchland_session::RECORDED);
    let mut replay = Replay::open(&options.file, options.branch, &registry).map_err(failed)?;
    while replay.next_stage().map_err(failed)?.is_some() {}
    let course = replay.course();
    let catalogue = &course.source.scenario.catalogue;
    let seat = match &options.seat {
        None => None,
        Some(name) => Some(catalogue.player(name).ok_or_else(|| {
            let players = catalogue.players.iter().map(|player| player.id.as_str());
            let found = Diagnostic::error("unknown-player", format!("there is no player `{name}`"));
            Failure::Findings(vec![found.choose(name, players)])
        })?),
    };
    let (told_of, over) = (course.records.len() as u32, course.game.is_over());
    let last = if over { told_of } else { told_of + 1 };
    if let Some(turn) = options.turn.filter(|turn| !(1..=last).contains(turn)) {
        let stands = match over {
            true => format!("it ended with turn {last}"),
            false => format!("it stands in turn {last}"),
        };
        return Err(Failure::Usage(format!("--turn {turn}: this game has no such turn; {stands}")));
    }
    if options.output.json() {
        let audience = seat.map_or(Audience::Everything, Audience::Seat);
        let months = Teller::to(audience, &course.game).months(&course.records);
        let wanted = months.iter().filter(|month| options.turn.is_none_or(|turn| turn == month.turn));
        let months: Vec<_> =
            wanted.map(|month| json!({"month": month, "table": at_the_table(course, seat, month.turn)})).collect();
        return failure::print_json(&format!("{}\n", json!({"months": months})));
    }
    if options.output.format == Format::Html && seat.is_none() && options.turn.is_none() {
        let told = evening(course, seat, options.turn);
        return failure::print(marchland_report::map::chronicle(&told, &course.game, &course.records));
    }
    told(&evening(course, seat, options.turn), options.output.format, &course.source.scenario.title)
}
