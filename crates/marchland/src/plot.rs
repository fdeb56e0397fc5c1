//! `marchland plot`: how indicators spread over the turns.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use marchland_experiments::analysis::{slices, summarise};
use marchland_experiments::run::Results;
use marchland_experiments::table::Column;
use marchland_report::number::number;
use marchland_report::picture::{FanPoint, FanSeries, Labels, SurvivalSeries, fan, survival};
use marchland_report::summary;
use marchland_statistics::quantile;
use serde_json::json;

use crate::failure::Failure;
use crate::results_view::{self, ResultsFlags};

/// What tells fans apart.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FanGrouping {
    /// One fan a lever.
    Lever,
    /// One fan a belief set.
    Belief,
}

/// Draw the fan of indicators by turn, from the table of turns: median, quartiles, 5 to 95 %; with --event how many
/// games go without an event.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    results: ResultsFlags,
    /// The indicators, by path; all that were kept unless given.
    indicators: Vec<String>,
    /// One fan for each of these; unless given, one for each lever under each belief set.
    #[arg(long, value_enum)]
    by: Option<FanGrouping>,
    /// Draw how many games go without this outcome event by turn, too: of each lever and belief, with intervals. The
    /// name is that of `summarise --event`.
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// Where the pictures go: a folder, one SVG an indicator; the results folder unless given.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// The scenario, where it lies elsewhere now: its observed paths are drawn too.
    #[arg(long, value_name = "PATH")]
    scenario: Option<PathBuf>,
}

/// How many games were still played at the last turn that any of them reached, where some had ended.
fn survivors(by_turn: &[Vec<f64>]) -> String {
    let games = by_turn.first().map_or(0, Vec::len);
    let last = by_turn.iter().rev().map(Vec::len).find(|games| *games > 0).unwrap_or(0);
    if last == games { String::new() } else { format!("; of {last} of {games} games: the others had ended") }
}

/// Endings of a file that somebody may mean by `--out`.
const PICTURES: [&str; 6] = ["svg", "png", "pdf", "jpg", "jpeg", "html"];

/// Confidence of the intervals around a curve.
const LEVEL: f64 = 0.95;

/// The games that go without an event: a picture, its numbers in words and as an object.
fn without(options: &Options, results: &Results, name: &str) -> Result<(String, serde_json::Value), Failure> {
    let event = results_view::event(results, Some(name))?;
    let report = summarise(results, event.as_ref(), LEVEL)
        .ok_or_else(|| Failure::Input("the results hold no measure and no payoff".into()))?;
    let mut text = String::new();
    let (mut curves, mut objects) = (Vec::new(), Vec::new());
    for slice in &report.slices {
        let Some(curve) = &slice.survival else { continue };
        let _ = write!(text, "{}\n{}", slice.name, summary::survival(&report, curve));
        objects.push(json!({"lever": slice.lever, "belief": slice.belief, "survival": curve}));
        curves.push(SurvivalSeries { label: slice.name.clone(), curve: curve.clone() });
    }
    if curves.is_empty() {
        return Err(Failure::Input("no game has a result".into()));
    }
    let file = plain(name).map(|name| folder(options).join(format!("without-{name}.svg")))?;
    std::fs::create_dir_all(folder(options))?;
    let title = format!("Games without {}", report.subject.what());
    let labels = Labels { title, x: "turn".into(), y: "share of games".into() };
    crate::output::write(&file, survival(&labels, &curves).as_bytes())?;
    let text = format!("{name}: {}\n{text}", file.display());
    Ok((text, json!({"event": event, "slices": objects, "file": file.display().to_string()})))
}

fn folder(options: &Options) -> &PathBuf {
    options.out.as_ref().unwrap_or(&options.results.results)
}

/// A name from the folder's manifest, which may be anybody's: it names a file in the folder only.
fn plain(name: &str) -> Result<&str, Failure> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.starts_with('.') || !name.chars().all(plain) {
        return Err(Failure::Input(format!(
            "`{name}` is not the name of an indicator; the manifest is damaged or foreign"
        )));
    }
    Ok(name)
}

/// Runs the command.
///
/// # Errors
/// There is no event of that name, no table of turns was kept, it lacks an indicator, or a picture cannot be written.
pub fn run(options: &Options) -> Result<(), Failure> {
    if let Some(out) = &options.out
        && let Some(ending) = out.extension().and_then(|ending| ending.to_str())
        && (out.is_file() || PICTURES.contains(&ending.to_lowercase().as_str()))
    {
        let out = out.display();
        return Err(Failure::Usage(format!("--out is a folder, in which every picture has its name, and not `{out}`")));
    }
    let results = options.results.read()?;
    let (mut text, event) = match &options.event {
        Some(name) => without(options, &results, name)?,
        None => (String::new(), serde_json::Value::Null),
    };
    text.insert_str(0, &results_view::partial(&results));
    let object = |indicators: Vec<serde_json::Value>| match &event {
        serde_json::Value::Null => json!({"indicators": indicators, "missing": results.missing}),
        event => json!({"indicators": indicators, "missing": results.missing, "without": event}),
    };
    let experiment = &results.manifest.experiment;
    if options.event.is_some() && options.indicators.is_empty() && experiment.keep.is_empty() {
        return options.results.print(&text, object(Vec::new()));
    }
    let turns = results
        .turns()
        .map_err(crate::sessions::refused)?
        .ok_or_else(|| Failure::Input("no indicator was kept turn by turn; play with --turns-table".into()))?;
    let wanted = if options.indicators.is_empty() { &experiment.keep } else { &options.indicators };
    let observed = results_view::plan(&results, options.scenario.as_ref(), false).map(|(_, scenario, _)| scenario).ok();
    let unsigned = |name: &str| match turns.column(name) {
        Some(Column::Unsigned(values)) => Ok(values),
        _ => Err(Failure::Input(format!("the table of turns has no column `{name}`; it is damaged or foreign"))),
    };
    let (rows, replications, months) = (unsigned("row")?, unsigned("replication")?, unsigned("turn")?);
    // Games without a result are left out here as in every other figure.
    let games = 0..results.games.rows();
    let whole: HashSet<(u64, u64)> = games.filter(|&game| results.ok(game)).map(|game| results.run(game)).collect();
    let beliefs = experiment.beliefs.len();
    // Unless asked for, neither levers nor belief sets are thrown together.
    let names: Vec<String> = match options.by {
        None => slices(&results, None, None).into_iter().map(|slice| slice.name).collect(),
        Some(FanGrouping::Lever) => experiment.levers.iter().map(|lever| lever.name.clone()).collect(),
        Some(FanGrouping::Belief) => experiment.beliefs.clone(),
    };
    let group = |row: u64| match (options.by, results.place(row)) {
        (None, place) => place.lever * beliefs + place.belief,
        (Some(FanGrouping::Lever), place) => place.lever,
        (Some(FanGrouping::Belief), place) => place.belief,
    };
    let mut objects = Vec::new();
    for path in wanted {
        let Some(values) = turns.column(path) else {
            return Err(Failure::Input(format!("`{path}` was not kept; there are {}", experiment.keep.join(", "))));
        };
        let mut cells: Vec<Vec<Vec<f64>>> = vec![vec![Vec::new(); experiment.turns as usize]; names.len()];
        for (at, &row) in rows.iter().enumerate().filter(|(at, row)| whole.contains(&(**row, replications[*at]))) {
            let by_turn = cells.get_mut(group(row));
            let cell = by_turn.and_then(|turns| turns.get_mut((months[at] as usize).checked_sub(1)?));
            let Some(cell) = cell else {
                return Err(Failure::Damaged(format!("row {row} of the table of turns is of turn {}", months[at])));
            };
            cell.push(values.number(at));
        }
        let series: Vec<FanSeries> = names
            .iter()
            .zip(&cells)
            .map(|(name, by_turn)| FanSeries {
                label: name.clone(),
                points: by_turn
                    .iter()
                    .enumerate()
                    .map(|(at, values)| {
                        let q = |p: f64| quantile(values, p).unwrap_or(f64::NAN);
                        FanPoint {
                            turn: at as f64 + 1.0,
                            q05: q(0.05),
                            q25: q(0.25),
                            median: q(0.5),
                            q75: q(0.75),
                            q95: q(0.95),
                        }
                    })
                    .collect(),
            })
            .collect();
        let seen: Vec<(f64, f64)> = observed
            .as_ref()
            .and_then(|scenario| {
                let id = scenario.catalogue.indicator(path)?;
                scenario.observed.iter().find(|(other, _)| *other == id)
            })
            .map_or_else(Vec::new, |(_, path)| {
                path.iter().enumerate().filter_map(|(at, value)| Some((at as f64 + 1.0, (*value)?))).collect()
            });
        let unit = turns.fields().iter().find(|field| field.name == *path).map_or("", |field| field.unit.as_str());
        let labels = Labels { title: path.clone(), x: "turn".into(), y: unit.to_owned() };
        std::fs::create_dir_all(folder(options))?;
        let file = folder(options).join(format!("{}.svg", plain(path)?));
        crate::output::write(&file, fan(&labels, &series, &seen).as_bytes())?;
        let _ = writeln!(text, "{path}: {}", file.display());
        for (one, by_turn) in series.iter().zip(&cells) {
            // The last turn that any game reached.
            let last = one.points.iter().rev().find(|point| point.median.is_finite());
            if let Some(last) = last {
                let _ = writeln!(
                    text,
                    "  {}, turn {}: median {} (quartiles {} to {}, 5 to 95 %: {} to {}){}",
                    one.label,
                    last.turn,
                    number(last.median),
                    number(last.q25),
                    number(last.q75),
                    number(last.q05),
                    number(last.q95),
                    survivors(by_turn)
                );
            }
        }
        let points = |one: &FanSeries| -> Vec<serde_json::Value> {
            one.points
                .iter()
                .map(|p| json!({"turn": p.turn, "q05": p.q05, "q25": p.q25, "median": p.median, "q75": p.q75, "q95": p.q95}))
                .collect()
        };
        let fans: Vec<serde_json::Value> = series
            .iter()
            .zip(&cells)
            .map(|(one, by_turn)| {
                let games: Vec<usize> = by_turn.iter().map(Vec::len).collect();
                json!({"label": one.label, "points": points(one), "games": games})
            })
            .collect();
        objects.push(json!({"indicator": path, "unit": unit, "fans": fans, "observed": seen, "file": file.display().to_string()}));
    }
    options.results.print(&text, object(objects))
}
