//! Playing an experiment from the command line: estimate, progress, interruption, report. What batch and
//! sweep share.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use marchland_experiments::design::Shocks;
use marchland_experiments::run::{self, Folder, Host, Plan, RunError, RunReport, Session, Shard, Watch};
use marchland_experiments::table::{Decimal, PartError};
use marchland_report::figures::Words as _;
use marchland_report::number::{counted, duration};

use crate::failure::{self, Failure};
use crate::open::{self, NOTICE};

/// How the games of an experiment are played and kept.
#[derive(Args, Clone)]
pub struct SessionFlags {
    /// The results folder; `results/SCENARIO-NAME` unless given.
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Threads; one per processor unless given. Results do not depend on it.
    #[arg(long, value_parser = open::threads())]
    pub threads: Option<u16>,
    /// Continue the results in the folder, after whatever stopped them; more games or points than before
    /// are appended.
    #[arg(long)]
    pub resume: bool,
    /// Play a share of the parts only: those whose number leaves I when divided by N. `marchland merge`
    /// gathers them.
    #[arg(long, value_name = "I/N", value_parser = |text: &str| text.parse::<Shard>())]
    pub shard: Option<Shard>,
    /// Seed of the experiment, a whole number from 0 below 2^53; the experiment's own, or 1, unless given.
    #[arg(long, value_parser = open::seed)]
    pub seed: Option<u64>,
    /// Which points meet the same shocks: Fresh (every point has seeds of its own) or Common (all points
    /// share them); the experiment's own unless given.
    #[arg(long, value_name = "SHOCKS", value_parser = |text: &str| text.parse::<Shocks>())]
    pub shocks: Option<Shocks>,
    /// Keep indicators turn by turn: those named, separated by commas; those that a story shows where
    /// none is named.
    #[arg(long, value_name = "INDICATORS", num_args = 0..=1, default_missing_value = "")]
    pub turns_table: Option<String>,
    /// Games of one file of results, 1024 unless given.
    #[arg(long, value_name = "GAMES", value_parser = clap::value_parser!(u64).range(1..=1 << 20))]
    pub games_per_part: Option<u64>,
    /// Write the tables as CSV too.
    #[arg(long)]
    pub csv: bool,
    /// Numbers in the CSV with a decimal point, or a decimal comma and semicolons between cells.
    #[arg(long, value_name = "point|comma", requires = "csv", value_parser = |text: &str| text.parse::<Decimal>())]
    pub decimal: Option<Decimal>,
    /// Say nothing but errors.
    #[arg(long)]
    pub quiet: bool,
}

impl SessionFlags {
    /// The indicators to keep, by these flags: `own` where nothing is said.
    #[must_use]
    pub fn keep(&self, scenario: &marchland_sim::scenario::Scenario, own: Vec<String>) -> Vec<String> {
        match self.turns_table.as_deref() {
            None => own,
            Some("") if !own.is_empty() => own,
            Some("") => {
                scenario.shown.iter().map(|id| scenario.catalogue.indicators[id.index()].path.clone()).collect()
            }
            Some(list) => list.split(',').map(|path| path.trim().to_owned()).collect(),
        }
    }
}

/// Calibration plays at most this many games, and for at most this long.
const CALIBRATION_GAMES: u64 = 8;
const CALIBRATION: Duration = Duration::from_millis(700);

/// Plays what is missing of a plan and reports.
///
/// # Errors
/// The folder is refused, a part cannot be written, or the session was interrupted.
pub fn play(plan: &Plan, flags: &SessionFlags, scenario_path: &Path) -> Result<(), Failure> {
    let experiment = &plan.experiment;
    let out = flags
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from("results").join(format!("{}-{}", experiment.scenario, experiment.name)));
    let threads = flags.threads.map_or_else(processors, usize::from);
    let session = session(scenario_path, threads);
    let mut folder = Folder::open(&out, plan, &session, flags.shard, flags.resume).map_err(refused)?;
    let begun = Instant::now();
    let missing: Vec<_> = folder.parts().filter(|part| !folder.done.contains(&part.number)).collect();
    let games: u64 = missing.iter().map(|part| part.runs).sum();
    quiet_panics_once();
    if !flags.quiet {
        let mut err = anstream::stderr().lock();
        let estimate = missing.first().map(|part| {
            let (mut played, from) = (0, Instant::now());
            while played < part.runs.min(CALIBRATION_GAMES) && (played == 0 || from.elapsed() < CALIBRATION) {
                let _ = plan.play(part.run(played));
                played += 1;
            }
            from.elapsed().as_secs_f64() / played as f64 * games as f64 / threads as f64
        });
        let rows = plan.rows();
        let shape = if rows == 1 {
            String::new()
        } else {
            let (levers, beliefs) = (experiment.levers.len() as u64, experiment.beliefs.len() as u64);
            format!(
                ": {} × {} × {} × {}",
                counted(rows / levers / beliefs, "point"),
                counted(levers, "lever"),
                counted(beliefs, "belief set"),
                counted(experiment.replications, "replication"),
            )
        };
        let varied: Vec<&str> =
            experiment.factors.iter().filter(|f| f.distribution.varies()).map(|f| f.name.as_str()).collect();
        let varied = match varied.len() {
            0 => String::new(),
            n if n <= NAMED => format!("; varied: {}", varied.join(", ")),
            n => format!("; {n} parameters varied: {}, …", varied[..NAMED].join(", ")),
        };
        let left = match estimate {
            None => "nothing is left to play".to_owned(),
            Some(seconds) => format!("{} to play, about {}", counted(games, "game"), duration(seconds)),
        };
        writeln!(
            err,
            "{}{shape}{varied}; {left} on {}",
            counted(plan.games(), "game"),
            counted(threads as u64, "thread")
        )?;
    }
    let stop: &'static AtomicBool = stop_on_interrupt()?;
    let watch = Progress::new(games, flags.quiet);
    let played = run::run(plan, &mut folder, threads, stop, &watch);
    watch.close();
    folder.manifest.seconds += begun.elapsed().as_secs_f64();
    folder.manifest.ended_unix_s = Some(now());
    // The parts are what counts; a manifest that cannot be updated on a full disk must not hide that.
    let saved = folder.save();
    let ran = played.map_err(refused)?;
    saved.map_err(refused)?;
    report(plan, &folder, ran, begun.elapsed(), flags)
}

/// Who plays, and where: what a manifest says of a session that begins now.
#[must_use]
pub fn session(scenario_path: &Path, threads: usize) -> Session {
    Session {
        notice: NOTICE.to_owned(),
        command: std::env::args().collect(),
        scenario_path: scenario_path.canonicalize().unwrap_or_else(|_| scenario_path.to_owned()).display().to_string(),
        program_hash: std::env::current_exe().and_then(|path| run::file_hash(&path)).unwrap_or_default(),
        host: Host {
            system: std::env::consts::OS.to_owned(),
            architecture: std::env::consts::ARCH.to_owned(),
            processors: processors() as u64,
        },
        threads: threads as u64,
        now_unix_s: now(),
    }
}

fn report(plan: &Plan, folder: &Folder, ran: RunReport, spent: Duration, flags: &SessionFlags) -> Result<(), Failure> {
    let path = folder.path.display();
    if ran.interrupted {
        let there = folder.manifest.finished.games();
        return Err(Failure::Interrupted(format!(
            "{there} of {} games are in {path}; --resume plays the rest",
            plan.games()
        )));
    }
    if flags.csv {
        run::write_tables_as_csv(folder, flags.decimal.unwrap_or_default()).map_err(refused)?;
    }
    let counts = folder.manifest.finished;
    if flags.quiet {
        return unbroken(counts.panic, counts.games(), &plan.players().panics());
    }
    let mut text = format!("{} in {path}", counted(counts.games(), "game"));
    for (n, what) in [
        (counts.error, "could not be started"),
        (counts.panic, "were stopped by a broken invariant"),
        (counts.over_limit, "went over their limit of work"),
        (counts.non_finite, "have a result that is not a finite number"),
        (counts.forfeited, "are forfeited"),
    ] {
        if n > 0 {
            text += &format!("; {n} {what}");
        }
    }
    if ran.games > 0 {
        let rate = ran.games as f64 / spent.as_secs_f64();
        text += &format!(" ({} in {}, {rate:.0} a second)", counted(ran.games, "game"), duration(spent.as_secs_f64()));
    }
    text.push('\n');
    text += &ran.lost.words();
    failure::print(text)?;
    unbroken(counts.panic, counts.games(), &plan.players().panics())
}

/// Fails where games were stopped by a broken invariant: their rows are there, and tell the games' seeds.
fn unbroken(broken: u64, games: u64, said: &[String]) -> Result<(), Failure> {
    if broken == 0 {
        return Ok(());
    }
    let said: String = said.iter().map(|said| format!("\n  {said}")).collect();
    Err(Failure::Input(format!(
        "{broken} of {} were stopped by a broken invariant of the program: in the table their `status` is `panic`, and \
         `marchland run --seed` with the seed of one plays it again and shows where{said}",
        counted(games, "game")
    )))
}

/// What the system or the folder refused, as a failure of the command.
pub fn refused(error: RunError) -> Failure {
    match error {
        RunError::Io { source, .. } | RunError::Part(PartError::Io { source, .. })
            if source.kind() == io::ErrorKind::NotFound =>
        {
            Failure::Input(format!("{source}"))
        }
        RunError::Io { path, source } | RunError::Part(PartError::Io { path, source }) => {
            let text = format!("{}: {source}; what was finished before is kept", path.display());
            Failure::Output(io::Error::new(source.kind(), text))
        }
        damaged @ (RunError::Manifest { .. } | RunError::Part(PartError::Damaged { .. })) => {
            Failure::Damaged(damaged.to_string())
        }
        other => Failure::Input(other.to_string()),
    }
}

/// Processors that the program may use.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Now, in seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A broken invariant in a worker is a row of the table, and not noise on the screen.
pub fn quiet_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !std::thread::current().name().is_some_and(|name| name.starts_with("games-")) {
            default(panic);
        }
    }));
}

thread_local! {
    /// The flag of the host that this thread runs a command for.
    static HOST: std::cell::Cell<Option<&'static AtomicBool>> = const { std::cell::Cell::new(None) };
}

/// Runs `f` for a host that sets `stop` itself: no handler of interrupts takes the place of its own.
pub fn hosted<R>(stop: &'static AtomicBool, f: impl FnOnce() -> R) -> R {
    let before = HOST.replace(Some(stop));
    let result = f();
    HOST.set(before);
    result
}

/// The flag that stops a command which the system's own interrupt ends otherwise: a host's, or one that nobody sets.
pub fn stop_of_host() -> &'static AtomicBool {
    static NEVER: AtomicBool = AtomicBool::new(false);
    HOST.get().unwrap_or(&NEVER)
}

/// The same, once however often a host asks.
pub fn quiet_panics_once() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(quiet_panics);
}

/// A flag that an interrupt sets, or the host's own where there is one. A second interrupt ends the program at once.
///
/// # Errors
/// The system does not let interrupts be handled.
pub fn stop_on_interrupt() -> Result<&'static AtomicBool, Failure> {
    static STOP: AtomicBool = AtomicBool::new(false);
    if let Some(stop) = HOST.get() {
        return Ok(stop);
    }
    let handler = || {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(3);
        }
    };
    match ctrlc::set_handler(handler) {
        Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(&STOP),
        Err(error) => Err(Failure::Output(io::Error::other(error))),
    }
}

/// Parameters that are named among those varied.
const NAMED: usize = 8;

/// Lines come this often where no terminal shows a bar.
const LINES: Duration = Duration::from_secs(10);

enum Progress {
    Bar(ProgressBar),
    Lines { games: u64, played: AtomicU64, begun: Instant, last: Mutex<Instant> },
    Silent,
}

impl Progress {
    fn new(games: u64, quiet: bool) -> Self {
        if quiet || games == 0 {
            return Self::Silent;
        }
        if io::stderr().is_terminal() {
            let bar = ProgressBar::new(games);
            let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} games, {per_sec}, {eta} left");
            if let Ok(style) = style {
                bar.set_style(style);
            }
            return Self::Bar(bar);
        }
        let begun = Instant::now();
        Self::Lines { games, played: AtomicU64::new(0), begun, last: Mutex::new(begun) }
    }

    fn close(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

impl Watch for Progress {
    fn game(&self) {
        match self {
            Self::Bar(bar) => bar.inc(1),
            Self::Lines { played, .. } => {
                played.fetch_add(1, Ordering::Relaxed);
            }
            Self::Silent => {}
        }
    }

    fn part(&self, _: u64) {
        let Self::Lines { games, played, begun, last } = self else { return };
        let Ok(mut last) = last.lock() else { return };
        if last.elapsed() < LINES {
            return;
        }
        *last = Instant::now();
        let (played, spent) = (played.load(Ordering::Relaxed), begun.elapsed().as_secs_f64());
        let left = spent / played.max(1) as f64 * (games - played.min(*games)) as f64;
        let rate = played as f64 / spent;
        // Progress that cannot be shown is no reason to stop.
        let _ = writeln!(anstream::stderr(), "{played} of {games} games, {rate:.0} a second, {} left", duration(left));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Games that a broken invariant stopped fail the command, with how many and what was said; none do not.
    #[test]
    fn a_batch_in_which_games_panicked_exits_with_one() {
        assert!(unbroken(0, 50, &[]).is_ok());
        let failure = unbroken(50, 50, &["a fault in the law of prices".into()]).expect_err("it fails");
        // Which `Failure::report` answers with exit code 1.
        let Failure::Input(text) = &failure else { panic!("a finding of the input") };
        assert!(text.contains("50 of 50 games were stopped") && text.contains("law of prices"), "{text}");
        assert_eq!(failure.report(), 1);
    }
}
