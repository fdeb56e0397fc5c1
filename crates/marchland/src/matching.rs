//! `marchland match`: history matching.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::Args;
use marchland_experiments::ablation::MOST_GAMES;
use marchland_experiments::matching::{self, MOST_POINTS, Size, Stage, Watch};
use marchland_report::diagnostics;
use marchland_sim::scenario::files;
use marchland_strategies::Registry;

use crate::failure::{self, Failure};
use crate::format::{FigureFormats, Output};
use crate::open::{self, NOTICE};
use crate::{claims, output, sessions};

/// The file of targets in a scenario's folder.
pub const FILE: &str = "matching.ron";

/// Lines of progress come this often.
const LINES: Duration = Duration::from_secs(10);

/// History matching (Craig et al. 1997; Vernon, Goldstein & Bower 2010): constants over their declared ranges, points of
/// them held against figures on record with stated discrepancies, and what the model answers at all points that come within
/// reach of the figures, instead of at one that was fitted.
#[derive(Args)]
pub struct Options {
    /// The scenario whose constants are varied: a folder with a scenario.ron, or a single .ron file.
    scenario: PathBuf,
    /// The file of targets; the scenario's matching.ron unless given. `marchland reference "matching file"` tells its keys.
    #[arg(long, value_name = "FILE")]
    targets: Option<PathBuf>,
    /// Points of the first wave, a Latin hypercube.
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(2..=i64::from(MOST_POINTS)))]
    points: u32,
    /// Points of a second wave, drawn from those that emulators fitted to the first cannot rule out.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_POINTS)))]
    second: u32,
    /// Random points that the emulators look at for the second wave.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_POINTS)))]
    candidates: u32,
    /// Games of each arm at a point that the first games do not rule out.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u64).range(2..=MOST_GAMES))]
    games: u64,
    /// Games of each arm at every point; a quarter of --games unless given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=MOST_GAMES))]
    first_games: Option<u64>,
    /// Games of each arm of an answer at a point that matches.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u64).range(2..=MOST_GAMES))]
    answer_games: u64,
    /// Seed.
    #[arg(long, value_parser = open::seed, default_value_t = 1)]
    seed: u64,
    /// Threads; one per processor unless given. Results do not depend on it.
    #[arg(long, value_parser = open::threads())]
    threads: Option<u16>,
    /// Also write the whole report, every point and the constants of those that match, to this file as JSON.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// No progress on standard error.
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    output: Output<FigureFormats>,
}

/// Tells how far it is, on standard error.
struct Progress {
    quiet: bool,
    last: Mutex<Instant>,
}

impl Watch for Progress {
    fn point(&self, stage: Stage, done: u64, of: u64) {
        let Ok(mut last) = self.last.lock() else { return };
        if self.quiet || (done < of && last.elapsed() < LINES) {
            return;
        }
        *last = Instant::now();
        let what = match stage {
            Stage::First => "points of the first wave",
            Stage::Second => "points of the second wave",
            Stage::Answers => "points of the region asked",
            Stage::Claims => "points of the region held against claims",
        };
        // Progress that cannot be shown is no reason to stop.
        let _ = writeln!(anstream::stderr(), "{done} of {of} {what}");
    }
}

/// Runs the command.
///
/// # Errors
/// As the exit codes say.
pub fn run(options: &Options) -> Result<(), Failure> {
    let registry = Registry::standard();
    let scenario = open::scenario(&options.scenario, &registry)?;
    let path = options.targets.clone().unwrap_or_else(|| options.scenario.join(FILE));
    let text = files::read_text(&path)
        .map_err(|error| Failure::Input(format!("cannot read `{}`: {error}", path.display())))?;
    let contestable = if options.scenario.join(claims::FILE).is_file() {
        claims::of_folder(&options.scenario, &scenario, &registry)?
    } else {
        Vec::new()
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut load = |other: &str| open::scenario(&folder.join(other), &registry).map_err(|failure| failure.text());
    let shown = path.display().to_string();
    let plan = matching::read(&scenario, &registry, &shown, &text, &mut load, &contestable).map_err(|found| {
        Failure::Shown(diagnostics::unusable(&format!("the targets `{shown}`"), &found, |_| Some(text.as_str())))
    })?;
    let first_games = options.first_games.unwrap_or((options.games / 4).max(2));
    if first_games > options.games {
        let (first, all) = (first_games, options.games);
        return Err(Failure::Usage(format!("--first-games may be 2 to {all}, which --games says, and is {first}")));
    }
    let size = Size {
        points: options.points,
        second: options.second,
        candidates: options.candidates,
        games: options.games,
        first_games,
        answer_games: options.answer_games,
        seed: options.seed,
        threads: options.threads.map_or_else(sessions::processors, usize::from),
    };
    let stop = sessions::stop_on_interrupt()?;
    let watch = Progress { quiet: options.quiet, last: Mutex::new(Instant::now()) };
    let Some(report) = matching::play(&plan, &registry, size, stop, &watch).map_err(Failure::Findings)? else {
        return Err(Failure::Interrupted("nothing is kept of a matching".into()));
    };
    let object = serde_json::json!({
        "notice": NOTICE, "scenario": scenario.catalogue.scenario, "hash": scenario.hash, "match": report,
    });
    let json = format!("{object:#}\n");
    if let Some(out) = &options.out {
        output::write(out, json.as_bytes())?;
    }
    if options.output.json() {
        return failure::print_json(&json);
    }
    failure::print(marchland_report::matching::text(&report, NOTICE))
}
