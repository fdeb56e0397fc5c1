//! `marchland review`: a game looked back on.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use marchland_session::Replay;
use marchland_session::review::{FUTURES, Mark, Review};
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;

use crate::failure::{self, Failure};
use crate::open::NOTICE;
use crate::play::seating::failed;
use crate::wording::{Wording, number, upper_first};

/// Look back on a game: turning points, every person's decisions against their alternatives, beliefs
/// against the truth, causes, and all that happened.
#[derive(Args)]
pub struct Options {
    /// The game's file.
    file: PathBuf,
    /// Write the review as a page that any browser opens and prints.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print it as JSON.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print the decisions as comma-separated values, a row an alternative.
    #[arg(long)]
    csv: bool,
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
    /// Futures by which a decision is judged.
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
    let replay = Replay::open(&options.file, options.branch, &registry).map_err(failed)?;
    let scenario = std::sync::Arc::clone(&replay.course().source.scenario);
    let review = Review::of_replay(replay, &wanted, &registry).map_err(failed)?;
    if let Some(path) = &options.html {
        std::fs::write(path, review.page(&scenario, NOTICE)).map_err(|error| {
            Failure::Output(std::io::Error::new(error.kind(), format!("{}: {error}", path.display())))
        })?;
    }
    let mut text = Vec::new();
    if options.json {
        serde_json::to_writer(&mut text, &review).map_err(|error| Failure::Output(error.into()))?;
        text.push(b'\n');
    } else if options.csv {
        text.extend_from_slice(review.csv().as_bytes());
    } else {
        text.extend_from_slice(summary(&review, &scenario).as_bytes());
        if let Some(path) = &options.html {
            text.extend_from_slice(format!("The whole review is in {}\n", path.display()).as_bytes());
        }
    }
    failure::print(&text)
}

/// The review in a screenful.
fn summary(review: &Review, scenario: &Scenario) -> String {
    let wording = Wording::new(scenario);
    let mut text = String::new();
    let _ = writeln!(text, "{}: {} of {} turns played", review.title, review.turns_played, review.turns);
    if !review.over {
        let _ = writeln!(
            text,
            "The game is not finished: it stands in turn {}, and what follows is of the turns played.",
            review.turns_played + 1
        );
    }
    text += &review.lost.text();
    let exit =
        review.exit.as_ref().map_or_else(String::new, |(way, turn)| format!("; irregular exit ({way}) in turn {turn}"));
    let _ = writeln!(text, "Regime: {}{exit}\n", review.status);
    for seat in &review.seats {
        let own: Vec<_> = review.decisions.iter().filter(|one| one.player == seat.player).collect();
        if own.is_empty() {
            continue;
        }
        let marks = [Mark::Best, Mark::Good, Mark::Inaccurate, Mark::Blunder].map(|mark| {
            let count = own.iter().filter(|one| one.known.mark == Some(mark)).count();
            (count, mark.name())
        });
        let undecided = own.iter().filter(|one| one.known.mark.is_none()).count();
        let parts: Vec<String> = marks
            .into_iter()
            .chain([(undecided, "undecided")])
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{count} {name}"))
            .collect();
        let _ = writeln!(text, "{}: {} decisions: {}", upper_first(&seat.title), own.len(), parts.join(", "));
    }
    if review.decisions.is_empty() {
        let _ = writeln!(text, "No person took a decision; --all reviews those of strategies.");
    }
    if !review.turning_points.is_empty() {
        let _ = writeln!(text, "\nTurning points (payoff in hundredths of its range, decision less best alternative):");
    }
    for (rank, at) in review.turning_points.iter().enumerate() {
        let one = &review.decisions[*at];
        let catalogue = &scenario.catalogue;
        let span = catalogue.player(&one.player).map_or(1.0, |id| catalogue.players[id.index()].payoffs.span());
        let mark = one.known.mark.map_or("undecided", Mark::name);
        let _ = writeln!(
            text,
            "{:>3}. turn {:>2} {}: {} – {mark}",
            rank + 1,
            one.turn,
            upper_first(&wording.player(&one.player)),
            wording.decisions(&one.chosen)
        );
        if let Some(best) = one.known.alternatives.first()
            && let (Some(mean), Some(interval)) = (best.payoff.mean, best.payoff.interval)
        {
            let _ = writeln!(
                text,
                "     against {}: {} [{} to {}]",
                wording.decisions(&best.orders),
                number(100.0 * mean / span),
                number(100.0 * interval.low / span),
                number(100.0 * interval.high / span)
            );
        }
    }
    let _ = writeln!(text, "\n{} Judged by what each seat knew at the time.", review.notice);
    text
}
