//! `marchland hindcast`: a scenario held against history.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use clap::Args;
use marchland_experiments::hindcast::{
    self, Cases, Commitment, Constant, DrawnRange, FitOptions, FitReport, FreezeRecord, HindcastReport, Outcomes,
    Roles, Rule, ScoreOptions, SealedOutcomes, read_rule,
};
use marchland_experiments::run::{Plan, Shard, read_points, text_if_there};
use marchland_report::hindcast::Parts;
use marchland_report::number::counted;
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;
use serde::{Deserialize, Serialize};

use crate::failure::{self, Failure};
use crate::format::{Format, Output, ReviewFormats};
use crate::open::{self, NOTICE};
use crate::output;
use crate::sessions::{self, SessionFlags, refused};

/// Draws of constants in a blind hindcast, unless told otherwise: the spread of twenty is known to a sixth.
const DRAWS: u64 = 20;
/// The fewest games of a case in a draw.
const LEAST_DRAWN: u64 = 10;

/// Hold a scenario against history: every row of a table of cases is played by one rule, and what happened is scored.
///
/// The rule's hash is frozen into the folder before outcomes are looked at; a folder keeps one rule. Without outcomes the
/// hindcast is blind: the folder's odds.csv has what the games say of each case. --fit moves named constants of the rule
/// by train rows alone; train rows are never scored.
#[derive(Args)]
pub struct Options {
    /// The scenario: a folder with a scenario.ron, or a single .ron file.
    scenario: PathBuf,
    /// The table of cases, CSV or Parquet by its ending.
    #[arg(long, value_name = "FILE")]
    cases: PathBuf,
    /// The rule: a file, or the name of one in the scenario's folder `rules`.
    #[arg(long, value_name = "RULE")]
    rule: String,
    /// Games of every case.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=1 << 24))]
    games: u64,
    /// The column that marks train rows: 1 or `train`, 0 or `test`.
    #[arg(long, value_name = "COLUMN")]
    train: Option<String>,
    /// Constants of the rule to fit, separated by commas; `all` for all that have a prior.
    #[arg(long, value_name = "CONSTANTS", value_delimiter = ',', requires = "train")]
    fit: Vec<String>,
    /// The column of groups, which are resampled and kept together in folds; the rule's unless given.
    #[arg(long, value_name = "COLUMN")]
    group: Option<String>,
    /// The column of years; the rule's unless given.
    #[arg(long, value_name = "COLUMN")]
    year: Option<String>,
    /// The column of an outcome, in place of the rule's. May be repeated.
    #[arg(long = "outcome", value_name = "EVENT=COLUMN", value_parser = open::pair)]
    outcomes: Vec<(String, String)>,
    /// A column of probabilities to be held against. May be repeated.
    #[arg(long = "baseline", value_name = "EVENT=COLUMN", value_parser = open::pair)]
    baselines: Vec<(String, String)>,
    /// The folder of the hindcast.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Write the hindcast as a page with pictures that any browser opens and prints; `--format html` prints it instead.
    #[arg(long, value_name = "FILE", conflicts_with = "shard")]
    html: Option<PathBuf>,
    /// Threads; one per processor unless given. Results do not depend on it.
    #[arg(long, value_parser = open::threads())]
    threads: Option<u16>,
    /// Draws of the rule's constants from their stated doubt, which say how far odds may be off; 20 where the hindcast is blind,
    /// else none. They play about as many games as the cases themselves.
    #[arg(long, value_name = "N", value_parser = draws, conflicts_with = "shard")]
    draws: Option<u64>,
    /// Continue the games in the folder, after whatever stopped them; more games than before are appended.
    #[arg(long)]
    resume: bool,
    /// Play a share of the games only: `marchland merge` gathers the folders' `games`, and --resume scores them.
    #[arg(long, value_name = "I/N", value_parser = |text: &str| text.parse::<Shard>())]
    shard: Option<Shard>,
    /// Seed, a whole number from 0 below 2^53.
    #[arg(long, value_parser = open::seed, default_value_t = 1)]
    seed: u64,
    /// Say nothing but the report and errors.
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    output: Output<ReviewFormats>,
}

/// What fitting leaves in the folder.
#[derive(Serialize, Deserialize)]
struct Fitted {
    rule_hash: String,
    cases_hash: String,
    fitted_on: String,
    constants: Vec<f64>,
    report: FitReport,
}

/// How often outcomes were looked at.
#[derive(Default, Serialize, Deserialize)]
struct Looks {
    looks: u64,
}

/// Runs the command.
///
/// # Errors
/// As the exit codes say.
pub fn run(options: &Options) -> Result<(), Failure> {
    let registry = Registry::standard();
    let scenario = open::scenario(&options.scenario, &registry)?;
    let path = open::beside(&options.scenario, "rule", &options.rule)?;
    let rule = open::file_of(&path, "rule", &[], |_, text, shown| read_rule(&scenario, shown, text))?;
    let to_fit = rule.to_fit(&options.fit).map_err(|found| Failure::Findings(vec![found]))?;
    let (cases, sealed) = read_cases(options, &rule)?;
    let size = (options.games, options.seed);
    let plan = |constants: &[f64], fitted_on: Option<String>| {
        let settings = hindcast::settings(&rule, &cases, constants, &scenario).map_err(Failure::Findings)?;
        let asked = hindcast::experiment(&rule, &cases, &settings, constants, fitted_on, &scenario, size);
        Plan::new(asked, &scenario, &registry).map_err(Failure::Findings).map(|plan| (settings, plan))
    };
    // What cannot be played is not frozen: a folder keeps its rule, and would be lost to one with a mistake.
    let written = plan(&rule.defaults(), None)?;
    let frozen = FreezeRecord::new(&rule, &cases, &sealed, &scenario, options.seed, &to_fit);
    let commitment = hindcast::freeze(&options.out, &frozen).map_err(refused)?;
    let fitted = if to_fit.is_empty() {
        None
    } else {
        Some(fit(options, &scenario, &registry, &rule, &cases, &sealed, &commitment, &to_fit)?)
    };
    let constants = fitted.as_ref().map_or_else(|| rule.defaults(), |fitted| fitted.constants.clone());
    let (settings, plan) = match &fitted {
        None => written,
        Some(fitted) => plan(&constants, Some(fitted.fitted_on.clone()))?,
    };
    let games = options.out.join("games");
    sessions::play(&plan, &flags(options, &games), &options.scenario)?;
    if options.shard.is_some() {
        return Ok(());
    }
    let odds = hindcast::odds(&rule, &cases, &games).map_err(refused)?;
    let draws = options.draws.unwrap_or(if sealed.blind() { DRAWS } else { 0 });
    let range = if draws == 0 {
        None
    } else {
        // What was fitted is in the doubt of the fit, all else in that of the rule.
        let own = |constant: &Constant| {
            let of =
                fitted.as_ref().and_then(|fitted| fitted.report.constants.iter().find(|own| own.id == constant.id));
            of.map_or(constant.sd, |own| Some(own.sd))
        };
        let doubts: Vec<Option<f64>> = rule.constants.iter().map(own).collect();
        Some(drawn(options, &scenario, &registry, &rule, &cases, (&constants, &doubts), draws)?)
    };
    let table = marchland_report::hindcast::csv(&rule, &cases, &odds, range.as_ref());
    output::write(&options.out.join("odds.csv"), table.as_bytes())?;
    let (mut events, mut modes, mut looks) = (Vec::new(), None, 0);
    let mut outcomes = None;
    if !sealed.blind() {
        let outcomes = outcomes.insert(sealed.open(&commitment, &rule, &cases, false).map_err(Failure::Findings)?);
        looks = look(&options.out)?;
        (events, modes) = hindcast::score(&rule, &cases, &settings, &odds, outcomes, &ScoreOptions::default());
    }
    let report = HindcastReport {
        title: rule.title.clone(),
        sources: rule.sources.clone(),
        rule_hash: rule.hash.clone(),
        cases: cases.len() as u64,
        train: cases.train.as_ref().map(|train| train.iter().filter(|mark| **mark).count() as u64),
        months: rule.months,
        games: options.games,
        without_result: odds.iter().map(|case| options.games.saturating_sub(case.games())).sum(),
        seed: options.seed,
        simulated: cases.simulated.iter().filter(|mark| **mark).count() as u64,
        outcomes_hash: outcomes.as_ref().map(|outcomes| outcomes.hash.clone()),
        looks,
        blind: sealed.blind(),
        record: rule.record.clone(),
        range,
        constants: rule.constants.iter().map(|own| own.id.clone()).zip(constants).collect(),
        columns: cases.columns.clone(),
        fit: fitted.map(|fitted| fitted.report),
        floor: rule.floor,
        events,
        modes,
    };
    let object = serde_json::json!({ "notice": NOTICE, "hindcast": report });
    let json = format!("{object:#}\n");
    write(&options.out.join("scores.json"), &json)?;
    let page = || {
        let parts = Parts { report: &report, rule: &rule, cases: &cases, odds: &odds, outcomes: outcomes.as_ref() };
        marchland_report::hindcast::page(parts, NOTICE)
    };
    if let Some(path) = &options.html {
        output::write(path, page().as_bytes())?;
    }
    match options.output.format {
        Format::Json => failure::print_json(&json),
        Format::Csv => failure::raw(&marchland_report::csv::local(&table, options.output.decimal)),
        Format::Html => failure::print(page()),
        Format::Markdown => failure::print(marchland_report::hindcast::markdown(&report, NOTICE)),
        _ => failure::print(marchland_report::hindcast::text(&report, NOTICE)),
    }
}

/// How a folder of the hindcast is played.
fn flags(options: &Options, folder: &Path) -> SessionFlags {
    SessionFlags {
        out: Some(folder.to_owned()),
        threads: options.threads,
        // A folder that was frozen and never played has no games to continue.
        resume: options.resume && folder.join("manifest.json").exists(),
        shard: options.shard,
        seed: None,
        shocks: None,
        turns_table: None,
        games_per_part: None,
        csv: false,
        decimal: None,
        quiet: options.quiet || options.output.format != Format::Text,
    }
}

/// A number of draws.
fn draws(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(1) => Err("one draw says nothing of a range; take 0 for none, or 2 to 1000".into()),
        Ok(draws @ 0..=1000) => Ok(draws),
        _ => Err("draws are a whole number, 0 to 1000".into()),
    }
}

/// Plays the cases under drawn constants, in a folder of its own beside the games.
fn drawn(
    options: &Options,
    scenario: &std::sync::Arc<Scenario>,
    registry: &Registry,
    rule: &Rule,
    cases: &Cases,
    (constants, doubts): (&[f64], &[Option<f64>]),
    draws: u64,
) -> Result<DrawnRange, Failure> {
    // As many games in all draws together as of the cases themselves, but enough of each to tell dice from constants.
    let games = options.games.div_ceil(draws).max(LEAST_DRAWN);
    let size = (games, options.seed);
    let asked = hindcast::drawn_experiment(rule, cases, (constants, doubts), scenario, draws, size);
    let plan = Plan::new(asked, scenario, registry).map_err(Failure::Findings)?;
    let folder = options.out.join("drawn");
    sessions::play(&plan, &flags(options, &folder), &options.scenario)?;
    hindcast::range(rule, cases, doubts, draws, games, &folder).map_err(refused)
}

fn read_cases(options: &Options, rule: &Rule) -> Result<(Cases, SealedOutcomes), Failure> {
    let refuse = |reason: String| Failure::Input(format!("{}: {reason}", options.cases.display()));
    let table = read_points(&options.cases).map_err(refuse)?;
    let roles = Roles {
        group: options.group.clone(),
        year: options.year.clone(),
        train: options.train.clone(),
        outcomes: options.outcomes.clone(),
        baselines: options.baselines.clone(),
    };
    hindcast::take(rule, &table, &roles).map_err(Failure::Findings)
}

/// Fits, or takes what was fitted before by the same rule to the same train rows.
#[allow(clippy::too_many_arguments, reason = "a study is of these parts")]
fn fit(
    options: &Options,
    scenario: &std::sync::Arc<Scenario>,
    registry: &Registry,
    rule: &Rule,
    cases: &Cases,
    sealed: &SealedOutcomes,
    commitment: &Commitment,
    to_fit: &[usize],
) -> Result<Fitted, Failure> {
    let outcomes: Outcomes = sealed.open(commitment, rule, cases, true).map_err(Failure::Findings)?;
    let path = options.out.join("fit.json");
    if let Some(known) = read::<Fitted>(&path)? {
        let same = known.rule_hash == rule.hash && known.cases_hash == cases.hash && known.fitted_on == outcomes.hash;
        if same && known.constants.len() == rule.constants.len() {
            return Ok(known);
        }
        return Err(Failure::Input(format!("{} is of another rule, other cases or other outcomes", path.display())));
    }
    let how = FitOptions {
        seed: options.seed,
        threads: options.threads.map_or_else(sessions::processors, usize::from),
        ..FitOptions::default()
    };
    if !options.quiet && options.output.format == Format::Text {
        use std::io::Write as _;
        let games = 2 * how.points as u64 * how.games;
        let rows = cases.train.as_ref().map_or(0, |train| train.iter().filter(|mark| **mark).count());
        let names = to_fit.iter().map(|at| rule.constants[*at].id.as_str()).collect::<Vec<_>>().join(", ");
        let rows = counted(rows as u64, "train row");
        writeln!(anstream::stderr(), "fitting {names} to {rows} by {}", counted(games, "game"))?;
    }
    let stop: &'static AtomicBool = sessions::stop_on_interrupt()?;
    let done = hindcast::fit(scenario, registry, rule, cases, &outcomes, to_fit, &how, stop, &());
    let Some((constants, report)) = done.map_err(Failure::Findings)? else {
        return Err(Failure::Interrupted("nothing was fitted yet; --resume begins with that".into()));
    };
    let fitted = Fitted {
        rule_hash: rule.hash.clone(),
        cases_hash: cases.hash.clone(),
        fitted_on: outcomes.hash,
        constants,
        report,
    };
    let text = serde_json::to_string_pretty(&fitted).map_err(std::io::Error::other)?;
    write(&path, &(text + "\n"))?;
    Ok(fitted)
}

/// Counts one more look at outcomes.
fn look(folder: &Path) -> Result<u64, Failure> {
    let path = folder.join("looks.json");
    let looks = Looks { looks: read::<Looks>(&path)?.unwrap_or_default().looks + 1 };
    let text = serde_json::to_string(&looks).map_err(std::io::Error::other)?;
    write(&path, &(text + "\n"))?;
    Ok(looks.looks)
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Option<T>, Failure> {
    let Some(text) = text_if_there(path).map_err(refused)? else { return Ok(None) };
    let damaged = |error| Failure::Damaged(format!("{} cannot be read: {error}", path.display()));
    serde_json::from_str(&text).map(Some).map_err(damaged)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    marchland_experiments::run::write_whole(path, text.as_bytes()).map_err(refused)
}
