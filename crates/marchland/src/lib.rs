//! The command line of Marchland: arguments, files, progress, rendering, exit codes; no rules of
//! the game.
//!
//! [`main`] is the command, for its own binary and for hosts that carry it along. A host that would rather have a
//! command's answer than its output asks [`answer`]; [`open`] composes games as the commands do, so that a host's
//! errors are theirs.

#![forbid(unsafe_code)]

mod ablate;
mod batch;
mod check;
mod claims;
mod describe;
mod difference;
mod discover;
mod explain;
mod facts;
pub mod failure;
mod format;
pub mod game_json;
mod hindcast;
mod matching;
mod merge;
mod new;
pub mod open;
mod output;
mod play;
mod plot;
mod print;
mod reference;
mod response;
mod results_view;
mod review;
mod robustness;
mod run;
mod sensitivity;
mod serve;
pub mod sessions;
pub mod solve;
mod story;
mod summarise;
mod sweep;
mod tournament;
mod versus;

use std::io::Write as _;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use failure::Failure;
use marchland_report::visible::visible;

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
    /// Hold games against what followed: bands of facts, and all at once.
    Facts(facts::Options),
    /// Switch mechanisms off and drive causes from calm to worst.
    Ablate(ablate::Options),
    /// Hold the scenario against history: cases by a rule, scored.
    Hindcast(hindcast::Options),
    /// Find the constants that the record allows, and what the model says over all of them.
    Match(matching::Options),
    /// Drive parameters over their ranges: what an outcome event makes of each, of pairs, of all.
    Response(response::Options),
    /// Tell a played game as a story.
    Story(story::Options),
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
    /// Continue a game, after whatever stopped it.
    Resume(play::Resume),
    /// Play in browsers: a page for each seat, the chair and a projector.
    Serve(serve::Options),
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
    ("Look back on a game", &["story", "review", "verify", "branch", "branches", "divergence", "convert"]),
    (
        "Write a scenario",
        &["new", "check", "claims", "facts", "ablate", "response", "hindcast", "match", "describe", "reference"],
    ),
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
    // `-3` is a number that is refused as one, and no flag.
    let command = command.mut_subcommands(|command| command.allow_negative_numbers(true));
    command.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}Options:\n{{options}}{{after-help}}\n"
    ))
}

/// Runs the command: `args` begin with the name that it was called by. Returns the exit code.
pub fn main<T: Into<std::ffi::OsString> + Clone>(args: impl IntoIterator<Item = T>) -> u8 {
    let args: Vec<std::ffi::OsString> = args.into_iter().map(Into::into).collect();
    // Words of others may stand in a command, pasted or in a file's name.
    let odd = args.iter().any(|word| {
        let word = word.to_string_lossy();
        visible(&word) != word
    });
    let parsed = match command_line().try_get_matches_from(args).and_then(|found| CommandLine::from_arg_matches(&found))
    {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and versions are errors too, with code 0. Where nobody reads, there is nobody left to tell.
            let _ = if odd {
                anstream::stderr().write_all(visible(&error.render().to_string()).as_bytes())
            } else {
                error.print()
            };
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    match run_command(parsed.command) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

/// What a command said, for hosts that run it in their own process.
pub struct CommandOutput {
    /// Its exit code.
    pub code: u8,
    /// What it wrote to standard output, without styles.
    pub out: String,
    /// What it failed with, without styles; empty where it did not.
    pub error: String,
}

/// Runs a command as [`main`] does and returns what it says instead of printing it. `args` begin with the command's
/// own name. No handler of signals is set: once `stop` is set, what can be interrupted finishes what it is at.
/// Progress, where a command shows any, still goes to standard error; `--quiet` keeps it back.
pub fn answer<T: Into<std::ffi::OsString> + Clone>(
    args: impl IntoIterator<Item = T>,
    stop: &'static std::sync::atomic::AtomicBool,
) -> CommandOutput {
    let words = std::iter::once(std::ffi::OsString::from("marchland")).chain(args.into_iter().map(Into::into));
    let parsed = command_line().try_get_matches_from(words).and_then(|found| CommandLine::from_arg_matches(&found));
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            let text = visible(&error.render().to_string()).into_owned();
            let (out, error) = if code == 0 { (text, String::new()) } else { (String::new(), text) };
            return CommandOutput { code, out, error };
        }
    };
    let (done, out) = failure::heard(|| sessions::hosted(stop, || run_command(parsed.command)));
    match done {
        Ok(code) => CommandOutput { code, out, error: String::new() },
        Err(failure) => CommandOutput { code: failure.code(), out, error: failure.text() },
    }
}

/// Runs a parsed command; the exit code where it does not fail.
fn run_command(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Run(options) => run::run(&options).map(|()| 0),
        Command::Batch(options) => batch::run(&options).map(|()| 0),
        Command::Sweep(options) => sweep::run(&options).map(|()| 0),
        Command::Merge(options) => merge::run(&options).map(|()| 0),
        Command::Summarise(options) => summarise::run(&options).map(|()| 0),
        Command::Sensitivity(options) => sensitivity::run(&options).map(|()| 0),
        Command::Discover(options) => discover::run(&options).map(|()| 0),
        Command::Robustness(options) => robustness::run(&options).map(|()| 0),
        Command::Difference(options) => difference::run(&options).map(|()| 0),
        Command::Plot(options) => plot::run(&options).map(|()| 0),
        Command::Versus(options) => versus::run(&options).map(|()| 0),
        Command::Tournament(options) => tournament::run(&options).map(|()| 0),
        Command::Explain(options) => explain::run(&options).map(|()| 0),
        Command::Check(options) => match check::run(&options) {
            Ok(true) => Ok(0),
            Ok(false) => Ok(1),
            Err(failure) => Err(failure),
        },
        Command::Claims(options) => match claims::run(&options) {
            Ok(true) => Ok(0),
            Ok(false) => Ok(1),
            Err(failure) => Err(failure),
        },
        Command::Facts(options) => facts::run(&options).map(|()| 0),
        Command::Ablate(options) => ablate::run(&options).map(|()| 0),
        Command::Hindcast(options) => hindcast::run(&options).map(|()| 0),
        Command::Match(options) => matching::run(&options).map(|()| 0),
        Command::Response(options) => response::run(&options).map(|()| 0),
        Command::Story(options) => story::run(&options).map(|()| 0),
        Command::Review(options) => review::run(&options).map(|()| 0),
        Command::Print(options) => print::run(&options).map(|()| 0),
        Command::Describe(options) => describe::run(&options).map(|()| 0),
        Command::New(options) => new::run(&options).map(|()| 0),
        Command::Reference(options) => reference::run(&options).map(|()| 0),
        Command::Solve(question) => question.run().map(|()| 0),
        Command::Play(options) => play::run(&options).map(|()| 0),
        Command::Resume(options) => play::resume(&options).map(|()| 0),
        Command::Serve(options) => serve::run(&options).map(|()| 0),
        Command::Verify(options) => match play::branch::check(&options) {
            Ok(true) => Ok(0),
            Ok(false) => Ok(3),
            Err(failure) => Err(failure),
        },
        Command::Convert(options) => play::branch::convert(&options).map(|()| 0),
        Command::Branch(options) => play::branch::begin(&options).map(|()| 0),
        Command::Branches(options) => play::branch::list(&options).map(|()| 0),
        Command::Divergence(options) => play::branch::compare(&options).map(|()| 0),
        Command::Completions { shell } => completions(shell).map(|()| 0),
        Command::Man => man().map(|()| 0),
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

    #[test]
    fn a_host_hears_what_a_command_says() {
        static STOP: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
        let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/chicken.ron");
        let said = answer(["describe", scenario, "players", "--json"], &STOP);
        assert_eq!((said.code, said.error.as_str()), (0, ""));
        let players: serde_json::Value = serde_json::from_str(&said.out).expect("JSON alone");
        assert_eq!(players.as_array().map(Vec::len), Some(2));
        let wrong = answer(["describe", "nowhere.ron"], &STOP);
        assert_eq!((wrong.code, wrong.out.as_str()), (1, ""));
        assert!(wrong.error.contains("cannot open `nowhere.ron`"), "{}", wrong.error);
        assert_eq!(answer(["describe", scenario, "--nonsense"], &STOP).code, 2);
        assert!(answer(["--version"], &STOP).out.contains(env!("CARGO_PKG_VERSION")));
    }

    #[test]
    fn a_host_stops_a_batch_between_parts() {
        static STOP: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(true);
        let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/chicken.ron");
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("results").display().to_string();
        let said = answer(["batch", scenario, "--games", "4", "--quiet", "--out", &out], &STOP);
        assert_eq!(said.code, 3);
        assert!(said.error.contains("0 of 4 games"), "{}", said.error);
    }
}
