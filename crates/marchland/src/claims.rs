//! `marchland claims`: every row of a scenario's source, held against the model.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use marchland_experiments::claims::{self, Check, Claim, Constants, Examination, Standing};
use marchland_report::diagnostics;
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;

use crate::failure::{self, Failure};
use crate::format::{FigureFormats, Output};
use crate::open::{self, NOTICE};

/// Lines of progress come this often.
const LINES: Duration = Duration::from_secs(10);

/// The file of claims in a scenario's folder.
pub const FILE: &str = "claims.ron";

/// What the words in the output and the exit code mean.
fn meanings() -> String {
    format!(
        "What the verdicts mean, of a row of `moves`:
{}
  The scale is the declared range, or what `scales` in the file states for amounts and sums. A row of `contestable` is \
         supported, not supported or undecided, under every belief set.

What a row of `moves` goes through, by the states that the file names between the change and what is compared:
{}

Exit code:
  1 where a row of any other kind fails, or where a row of `moves` that the file does not list as slight has bounds \
         below its size; 0 otherwise. Slight rows and paths are counted and named in any case.",
        marchland_report::claims::verdicts_of_moves(),
        marchland_report::claims::verdicts_of_paths(),
    )
}

/// Hold every row of the scenario's source against the model. Contestable rows are reported as supported,
/// not supported or undecided under every belief set; exit code 1 where another row fails.
#[derive(Args)]
#[command(after_long_help = meanings())]
pub struct Options {
    /// The scenario: a folder with a scenario.ron and a claims.ron.
    scenario: PathBuf,
    /// Play every row under this belief set, but those that name their own.
    #[arg(long, value_name = "NAME")]
    belief: Option<String>,
    /// Hold this row alone, by its number; may be repeated.
    #[arg(long = "row", value_name = "ID")]
    rows: Vec<String>,
    /// The first game's seed of every row, in place of the file's: the same rows held against other games.
    #[arg(long, value_parser = first_seed)]
    seed: Option<u64>,
    /// Draw every number of the scenario anew for each pair of games, over its stated distribution; choices, and what a
    /// belief set or a row sets, stay. Verdicts are then about the mean over plausible worlds, and not about the one
    /// world that stands in the files.
    #[arg(long)]
    drawn: bool,
    /// No progress on standard error.
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    output: Output<FigureFormats>,
}

/// A seed after which there is room for those of every pair.
fn first_seed(text: &str) -> Result<u64, String> {
    let seed = open::seed(text)?;
    open::seed(&(seed + claims::MOST_PAIRS).to_string()).map(|_| seed)
}

/// Reads the claims of a scenario's folder; none where it has no such file.
///
/// # Errors
/// The file cannot be read, or is wrong.
pub fn of_folder(folder: &std::path::Path, scenario: &Scenario, registry: &Registry) -> Result<Vec<Claim>, Failure> {
    let (text, path) = open::text_in(folder, FILE)?;
    let name = path.display().to_string();
    claims::read(scenario, registry, &name, &text).map_err(|found| {
        let what = format!("the claims of `{}`", folder.display());
        Failure::Shown(diagnostics::unusable(&what, &found, |_| Some(text.as_str())))
    })
}

/// Runs the command; false where a row fails, or is told to be below the size that the file declares it to reach.
///
/// # Errors
/// As the exit codes say.
pub fn run(options: &Options) -> Result<bool, Failure> {
    let registry = Registry::standard();
    let scenario = open::scenario(&options.scenario, &registry)?;
    let belief = open::belief(&scenario, options.belief.as_deref())?;
    let mut claims = of_folder(&options.scenario, &scenario, &registry)?;
    if let Some(unknown) = options.rows.iter().find(|id| claims.iter().all(|claim| claim.id != **id)) {
        let known: Vec<&str> = claims.iter().map(|claim| claim.id.as_str()).collect();
        let near = marchland_game::nearest(unknown, &known).map_or(String::new(), |id| format!("; did you mean {id}?"));
        return Err(Failure::Input(format!("there is no row `{unknown}` among the {} claims{near}", known.len())));
    }
    claims.retain(|claim| options.rows.is_empty() || options.rows.contains(&claim.id));
    if let Some(seed) = options.seed {
        for claim in &mut claims {
            if let Check::Moves(of) | Check::Contestable(of) = &mut claim.check {
                of.seed = seed;
            }
        }
    }
    let mut last = Instant::now();
    let told = |done: usize, of: usize| {
        if !options.quiet && (done == 0 || done == of || last.elapsed() >= LINES) {
            last = Instant::now();
            // Progress that cannot be shown is no reason to stop.
            let _ = writeln!(anstream::stderr(), "{done} of {of} settings played");
        }
    };
    let constants = if options.drawn { Constants::Drawn } else { Constants::Declared };
    let how = Examination { belief, contestable: true, constants };
    let reports = claims::examine_told(&scenario, &registry, &claims, how, told).map_err(Failure::Findings)?;
    if options.output.json() {
        let object = serde_json::json!({
            "notice": NOTICE, "scenario": scenario.catalogue.scenario, "hash": scenario.hash, "constants": constants,
            "claims": reports, "moves": Standing::of(&reports),
        });
        failure::print_json(&format!("{object:#}\n"))?;
    } else {
        failure::print(marchland_report::claims::text(&reports, constants, NOTICE))?;
    }
    Ok(reports.iter().all(|report| !report.is_error()))
}
