//! The command line of Marchland: arguments, files, progress, rendering, exit codes; no rules of
//! the game.

#![forbid(unsafe_code)]

mod batch;
mod check;
mod claims;
mod describe;
mod difference;
mod discover;
mod explain;
mod failure;
mod format;
mod game_json;
mod merge;
mod new;
mod open;
mod output;
mod play;
mod plot;
mod print;
mod reference;
mod results_view;
mod review;
mod robustness;
mod run;
mod sensitivity;
mod serve;
mod sessions;
mod solve;
mod summarise;
mod sweep;
mod tournament;
mod versus;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use failure::Failure;

/// A multi-agent, game-theoretic crisis wargame engine.
///
/// Exit codes: 0 done; 1 the scenario or another input is wrong; 2 the command is wrong; 3 the
/// output could not be written, the run was interrupted, or a game does not verify.
#[derive(Parser)]
#[command(name = "marchland", version, propagate_version = true, max_term_width = 100)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Play one game and tell it.
    Run(run::Options),
    /// Play one game many times, and keep every result in a table.
    Batch(batch::Options),
    /// Play an experiment: points of a design, under every lever and belief set.
    Sweep(sweep::Options),
    /// Gather the parts of shards in one results folder.
    Merge(merge::Options),
    /// Say what came out: odds, what moves them, how much is chance, and the figures behind.
    Summarise(summarise::Options),
    /// Which parameters drive a measure, and how much is chance.
    Sensitivity(sensitivity::Options),
    /// Find the conditions under which games come out in a way of interest.
    Discover(discover::Options),
    /// Compare the levers over all futures: regret, satisficing, worst case.
    Robustness(robustness::Options),
    /// Compare two levers under equal shocks, with the causes that carry the difference.
    Difference(difference::Options),
    /// Draw indicators by turn.
    Plot(plot::Options),
    /// Compare two strategies, pair by pair, until it is decided.
    Versus(versus::Options),
    /// Compare strategy sets as a game: what is stable, what beats it, how sure that is.
    Tournament(tournament::Options),
    /// Play one row of results again and tell it.
    Explain(explain::Options),
    /// Report every mistake of a scenario.
    Check(check::Options),
    /// Hold the scenario's source against the model, row by row.
    Claims(claims::Options),
    /// Look back on a game: turning points, decisions, beliefs, causes.
    Review(review::Options),
    /// Write briefing packs and order sheets to print.
    Print(print::Options),
    /// Print what a scenario holds.
    Describe(describe::Options),
    /// Write a commented scenario to begin with.
    New(new::Options),
    /// Print every key, effect, function and distribution of the scenario language.
    Reference(reference::Options),
    /// Solve a normal-form game for a solution concept, with a certificate.
    Solve(solve::Solve),
    /// Play a game with people in some seats.
    Play(play::Options),
    /// Play in browsers: a page for each seat, the chair and a projector.
    Serve(serve::Options),
    /// Continue a game, after whatever stopped it.
    Resume(play::Resume),
    /// Check a game's log and replay it.
    Verify(play::branch::Check),
    /// Copy a game of an older format into a new file of today's.
    Convert(play::branch::Convert),
    /// Go back to a turn of a game, in a new branch.
    Branch(play::branch::Begin),
    /// List the branches of a game.
    Branches(play::branch::List),
    /// Compare two games, or two branches of one.
    Divergence(play::branch::Compare),
    /// Print shell completions.
    Completions {
        /// For which shell.
        shell: clap_complete::Shell,
    },
    /// Print the man page.
    Man,
}

/// The commands, grouped by what people do.
const GROUPS: [(&str, &[&str]); 6] = [
    ("Play", &["run", "play", "serve", "resume", "print"]),
    ("Run many games", &["batch", "sweep", "merge", "versus", "tournament"]),
    ("Read results", &["summarise", "sensitivity", "discover", "robustness", "difference", "plot", "explain"]),
    ("Look back on a game", &["review", "verify", "branch", "branches", "divergence", "convert"]),
    ("Write a scenario", &["new", "check", "claims", "describe", "reference"]),
    ("Solve, and others", &["solve", "completions", "man"]),
];

/// The command line, its help grouped by what people do.
fn command_line() -> clap::Command {
    let command = CommandLine::command();
    let mut groups = String::new();
    for (heading, names) in GROUPS {
        groups += &format!("{heading}:\n");
        for name in names {
            let about = command.find_subcommand(name).and_then(clap::Command::get_about);
            groups += &format!("  {name:<12} {}\n", about.map(ToString::to_string).unwrap_or_default());
        }
        groups.push('\n');
    }
    command.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}Options:\n{{options}}{{after-help}}\n"
    ))
}

fn main() -> ExitCode {
    let matches = command_line().get_matches();
    let parsed = CommandLine::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let done = match parsed.command {
        Command::Run(options) => run::run(&options),
        Command::Batch(options) => batch::run(&options),
        Command::Sweep(options) => sweep::run(&options),
        Command::Merge(options) => merge::run(&options),
        Command::Summarise(options) => summarise::run(&options),
        Command::Sensitivity(options) => sensitivity::run(&options),
        Command::Discover(options) => discover::run(&options),
        Command::Robustness(options) => robustness::run(&options),
        Command::Difference(options) => difference::run(&options),
        Command::Plot(options) => plot::run(&options),
        Command::Versus(options) => versus::run(&options),
        Command::Tournament(options) => tournament::run(&options),
        Command::Explain(options) => explain::run(&options),
        Command::Check(options) => match check::run(&options) {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::from(1),
            Err(failure) => Err(failure),
        },
        Command::Claims(options) => match claims::run(&options) {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::from(1),
            Err(failure) => Err(failure),
        },
        Command::Review(options) => review::run(&options),
        Command::Print(options) => print::run(&options),
        Command::Describe(options) => describe::run(&options),
        Command::New(options) => new::run(&options),
        Command::Reference(options) => reference::run(&options),
        Command::Solve(question) => question.run(),
        Command::Play(options) => play::run(&options),
        Command::Serve(options) => serve::run(&options),
        Command::Resume(options) => play::resume(&options),
        Command::Verify(options) => match play::branch::check(&options) {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::from(3),
            Err(failure) => Err(failure),
        },
        Command::Convert(options) => play::branch::convert(&options),
        Command::Branch(options) => play::branch::begin(&options),
        Command::Branches(options) => play::branch::list(&options),
        Command::Divergence(options) => play::branch::compare(&options),
        Command::Completions { shell } => completions(shell),
        Command::Man => man(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command_line(), "marchland", &mut text);
    failure::raw(&String::from_utf8_lossy(&text))
}

fn man() -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(CommandLine::command()).render(&mut text).map_err(Failure::Output)?;
    failure::raw(&String::from_utf8_lossy(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_stands_in_one_group_of_the_help() {
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        grouped.sort_unstable();
        let command = CommandLine::command();
        let mut known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        known.sort_unstable();
        assert_eq!(grouped, known);
        command_line().debug_assert();
    }
}
