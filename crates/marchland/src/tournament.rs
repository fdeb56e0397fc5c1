//! `marchland tournament`: strategy sets compared as a game.

mod oracle;
mod progress;

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use marchland_experiments::run::{Shard, write_whole};
use marchland_experiments::tournament::{
    Engine, Stop, Tournament, TournamentError, TournamentSession, open_tournament, read_tournament,
    save_tournament_manifest,
};
use marchland_report::number::duration;
use marchland_report::tournament as words;
use marchland_report::visible::visible;
use marchland_sim::scenario::Scenario;
use marchland_strategies::{ExternalPermission, Registry};
use serde_json::json;

use crate::failure::{self, Failure};
use crate::format::{FigureFormats, Output};
use crate::open::{self, NOTICE};
use crate::sessions::{self, refused};
use progress::Progress;

/// Compare strategy sets as a game: which are stable, what beats them, and how sure that is.
///
/// Games are played as they are needed, kept in a folder, and never played twice. The folder holds the
/// report (report.txt, report.json), and for each belief set the game of the reported supports (game.nfg,
/// which `marchland solve` reads), pictures, and every game with its seed.
#[derive(Args)]
pub struct Options {
    /// The scenario: a folder with a scenario.ron, or a single .ron file.
    scenario: PathBuf,
    /// The tournament: a file, or the name of one in the scenario's folder `tournaments`.
    tournament: String,
    /// The folder of games and report; `results/SCENARIO-NAME` unless given.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Seed of the tournament in place of its file's: the same question asked of other games.
    #[arg(long, value_parser = open::seed)]
    seed: Option<u64>,
    /// Threads; one per processor unless given. Results do not depend on it.
    #[arg(long, value_parser = open::threads())]
    threads: Option<u16>,
    /// Go on with the games in the folder, after whatever stopped them.
    #[arg(long)]
    resume: bool,
    /// Play a share of the parts of each round only: those whose number leaves I when divided by N.
    /// `marchland merge` gathers them; then --resume goes on to the next round.
    #[arg(long, value_name = "I/N", value_parser = |text: &str| text.parse::<Shard>())]
    shard: Option<Shard>,
    /// Play at most so many games in all, belief sets sharing them evenly, and report what is undecided.
    #[arg(long, value_name = "GAMES", value_parser = clap::value_parser!(u64).range(1..))]
    max_games: Option<u64>,
    #[command(flatten)]
    output: Output<FigureFormats>,
    /// Say nothing but errors.
    #[arg(long)]
    quiet: bool,
    /// A file that adds strategies to the scenario's: `(strategies: [...])`, written as there.
    #[arg(long = "strategies", value_name = "FILE")]
    more_strategies: Option<PathBuf>,
    #[command(flatten)]
    oracle: oracle::Flags,
    /// Let the tournament and the file of strategies name programs to run: only files that you trust.
    #[arg(long)]
    allow_external: bool,
}

/// Runs the command.
///
/// # Errors
/// As the exit codes say. Where no equilibrium is confirmed because games are forfeited, the report is written and
/// printed all the same.
pub fn run(options: &Options) -> Result<(), Failure> {
    // Without the permission a program that the file names is refused with its place.
    let registry = if options.allow_external {
        open::families().allowing_external(ExternalPermission { timeout: std::time::Duration::from_secs(10) })
    } else {
        open::families()
    };
    let (scenario, added) = match &options.more_strategies {
        None => (open::scenario(&options.scenario, &registry)?, None),
        Some(more) => open::scenario_and_file(&options.scenario, more, &registry, options.allow_external)
            .map(|(scenario, added)| (scenario, Some(added)))?,
    };
    let file = open::beside(&options.scenario, "tournament", &options.tournament)?;
    let mut tournament = Tournament { added, ..read(&file, &scenario, &registry)? };
    tournament.seed = options.seed.unwrap_or(tournament.seed);
    let out = options
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from("results").join(format!("{}-{}", tournament.scenario, tournament.name)));
    let threads = options.threads.map_or_else(sessions::processors, usize::from);
    let session = sessions::session(&options.scenario, threads);
    let mut manifest = open_tournament(&out, &tournament, &session, options.shard, options.resume).map_err(refused)?;
    sessions::quiet_panics_once();
    let stop = sessions::stop_on_interrupt()?;
    let begun = Instant::now();
    let progress = Progress::new(options.quiet);
    let engine = Engine::new(threads, options.shard, stop, &progress).map_err(refused)?;
    let say = |what: &str| progress.say(what);
    let played = TournamentSession::new(&out, &tournament, &scenario, &registry, &engine, options.max_games, &say)
        .and_then(|session| session.run());
    let played = played.and_then(|report| {
        let trained = oracle::train(&options.oracle, &tournament, &scenario, &registry, &engine, &progress, stop)?;
        Ok((report, trained))
    });
    progress.close();
    // What was played before an error is kept all the same.
    let closed = engine.close();
    let (report, trained) = match played {
        Ok(both) => both,
        Err(TournamentError::Stop(Stop::Interrupted)) => {
            closed.map_err(refused)?;
            return Err(Failure::Interrupted(format!("{} is kept; --resume plays the rest", progress.games_text())));
        }
        Err(TournamentError::Stop(Stop::Waiting)) => {
            closed.map_err(refused)?;
            let shard = options.shard.map_or_else(|| "a shard".to_owned(), |shard| format!("shard {shard}"));
            let text = format!(
                "{shard} has played its share of this round ({}); gather the shards with `marchland merge`, and go on with --resume\n",
                progress.games_text()
            );
            return if options.quiet { Ok(()) } else { failure::print(text) };
        }
        Err(TournamentError::Findings(found)) => return Err(Failure::Findings(found)),
        Err(TournamentError::Run(error) | TournamentError::Stop(Stop::Run(error))) => return Err(refused(error)),
        Err(error) => return Err(Failure::Input(error.to_string())),
    };
    closed.map_err(refused)?;
    let text = words::render(&report, &scenario) + &words::trained(&trained);
    let mut object = json!(report);
    oracle::write(&trained, &out).map_err(refused)?;
    if let Some(map) = object.as_object_mut() {
        if options.oracle.oracle {
            map.insert("oracle".into(), json!(trained));
        }
        map.insert("notice".into(), json!(NOTICE));
    }
    let object = format!("{object:#}\n");
    // What others wrote into the scenario is obeyed no more where a file is shown than at the terminal.
    let whole = visible(&format!("{text}\n{NOTICE}\n")).into_owned();
    write_whole(&out.join("report.txt"), whole.as_bytes()).map_err(refused)?;
    write_whole(&out.join("report.json"), object.as_bytes()).map_err(refused)?;
    for belief in &report.beliefs {
        for (name, svg) in words::draw(&report, belief) {
            let folder = if belief.belief.is_empty() { "default" } else { belief.belief.as_str() };
            write_whole(&out.join(folder).join(name), svg.as_bytes()).map_err(refused)?;
        }
    }
    manifest.ended_unix_s = Some(sessions::now());
    save_tournament_manifest(&out, &manifest).map_err(refused)?;
    if options.output.json() {
        failure::print_json(&object)?;
    } else if !options.quiet {
        let spent = begun.elapsed().as_secs_f64();
        let tail = format!("{} in {}; all of it is in {}\n", progress.games_text(), duration(spent), out.display());
        failure::print(whole + &tail)?;
    }
    // The report is there to be read, and no script takes it for an answer.
    match words::unanswered(&report) {
        Some(why) => Err(Failure::Input(format!("{why}; the report is in {}", out.display()))),
        None => Ok(()),
    }
}

/// Reads a tournament's file.
fn read(path: &Path, scenario: &Scenario, registry: &Registry) -> Result<Tournament, Failure> {
    open::file_of(path, "tournament", &[], |name, text, shown| {
        read_tournament(name, text, shown, scenario, registry, env!("CARGO_PKG_VERSION"))
    })
}
