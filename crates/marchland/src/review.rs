//! `marchland review`: a game looked back on.

use std::path::PathBuf;

use clap::Args;
use marchland_report::review as report;
use marchland_session::Replay;
use marchland_session::review::{FUTURES, Review};
use marchland_strategies::Registry;

use crate::failure::{self, Failure};
use crate::format::{Format, Output, ReviewFormats};
use crate::open::NOTICE;
use crate::output;
use crate::play::seating::failed;

/// Look back on a game: turning points, every person's decisions against their alternatives, beliefs
/// against the truth, causes, and all that happened.
#[derive(Args)]
pub struct Options {
    /// The game's file.
    file: PathBuf,
    /// Write the review as a page that any browser opens and prints; `--format html` prints it instead.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write all that happened as a CSV: events, orders with their rulings, votes, injects, messages and notes, with titles.
    #[arg(long, value_name = "FILE")]
    happened: Option<PathBuf>,
    #[command(flatten)]
    output: Output<ReviewFormats>,
    /// Leave out what people typed, and the seed. Seats are known by their office in any case.
    #[arg(long)]
    anonymise: bool,
    /// Review the decisions of every seat, those of strategies too.
    #[arg(long)]
    all: bool,
    /// Judge decisions by the truth too: for the facilitator.
    #[arg(long, conflicts_with = "seat")]
    hindsight: bool,
    /// For this seat: its own decisions, and what it may know.
    #[arg(long, value_name = "PLAYER", conflicts_with = "all")]
    seat: Option<String>,
    /// The branch; the one that play goes on in unless given.
    #[arg(long, value_name = "NUMBER")]
    branch: Option<u32>,
    /// The most futures by which a decision is judged: fewer where it is plain, or where more would hardly decide it.
    #[arg(long, value_name = "N", default_value_t = FUTURES, value_parser = clap::value_parser!(u64).range(8..=100_000))]
    futures: u64,
}

/// Runs the command.
///
/// # Errors
/// The file cannot be read or replays differently, there is no such seat or branch, or the output cannot
/// be written.
pub fn run(options: &Options) -> Result<(), Failure> {
    let registry = Registry::standard().with(marchland_session::RECORDED);
    let wanted = marchland_session::review::Options {
        all: options.all,
        hindsight: options.hindsight,
        seat: options.seat.clone(),
        anonymise: options.anonymise,
        branch: options.branch,
        futures: options.futures,
    };
    let page = options.html.is_some() || options.output.format == Format::Html;
    let played = if page { played(options, &registry)? } else { Vec::new() };
    let replay = Replay::open(&options.file, options.branch, &registry).map_err(failed)?;
    let scenario = std::sync::Arc::clone(&replay.course().source.scenario);
    let review = Review::of_replay(replay, &wanted, &registry).map_err(failed)?;
    if let Some(path) = &options.html {
        output::write(path, report::page_by_month(&review, &scenario, NOTICE, &played).as_bytes())?;
    }
    if let Some(path) = &options.happened {
        let table = marchland_report::csv::local(&report::happened(&review, &scenario), options.output.decimal);
        output::write(path, table.as_bytes())?;
    }
    match options.output.format {
        Format::Json => {
            let text = serde_json::to_string(&review).map_err(|error| Failure::Output(error.into()))?;
            return failure::print_json(&(text + "\n"));
        }
        Format::Csv => {
            let table = marchland_report::csv::local(&report::csv(&review), options.output.decimal);
            return failure::print(table);
        }
        Format::Markdown => return failure::print(report::markdown(&review, &scenario, NOTICE)),
        Format::Html => return failure::print(report::page_by_month(&review, &scenario, NOTICE, &played)),
        _ => {}
    }
    let mut text = report::summary(&review, &scenario);
    if let Some(path) = &options.html {
        text += &format!("The whole review is in {}\n", path.display());
    }
    failure::print(text)
}

/// The months that were played, as the page tells them. What people said at the table is left out where they are to stay
/// unnamed.
fn played(options: &Options, registry: &Registry) -> Result<Vec<report::PlayedMonth>, Failure> {
    let mut replay = Replay::open(&options.file, options.branch, registry).map_err(failed)?;
    while replay.next_stage().map_err(failed)?.is_some() {}
    let course = replay.course();
    let seat = options.seat.as_ref().map(|seat| course.player(seat)).transpose().map_err(failed)?;
    Ok(report::months(course, seat, !options.anonymise))
}
