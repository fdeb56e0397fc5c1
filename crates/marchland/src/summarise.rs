//! `marchland summarise`: three sentences, then the figures behind them.

use std::path::PathBuf;

use clap::Args;
use marchland_experiments::run::Results;
use marchland_experiments::sensitivity::rank;
use marchland_experiments::table::Column;
use marchland_report::picture::{Labels, SurvivalSeries, survival};
use marchland_statistics::{
    BootstrapOptions, Interval, bootstrap, convergence, kaplan_meier, mean, mean_interval, summary, weighted_mean,
    wilson,
};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::results_view::{ResultsFlags, heading, measured, slices, unit};

/// Say what came out: odds, what moves them, how much is chance; then every measure by lever, the survival
/// of the regime, and how many games are enough.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    results: ResultsFlags,
    /// Confidence of the intervals.
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    /// Write the survival curves as a picture.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// What the three sentences are about.
struct Headline {
    /// Column or event, in words.
    what: String,
    /// Whether it is a share of games.
    share: bool,
    /// One value per game; NaN without a result.
    values: Vec<f64>,
}

/// Runs the command.
///
/// # Errors
/// There are no results, or the level is none.
pub fn run(options: &Options) -> Result<(), Failure> {
    if !(options.level > 0.0 && options.level < 1.0) {
        return Err(Failure::Usage("--level lies between 0 and 1".into()));
    }
    let results = options.results.read()?;
    let level = options.level;
    let headline = headline(&results)?;
    let (odds, estimate, interval) = odds(&results, &headline, level);
    let (movers, moved) = movers(&results, &headline);
    let (chance, chance_share) = chance(&results, &headline);
    let mut text = format!("{odds} {movers} {chance}\n\n{}", heading(&results));
    let mut levers = Vec::new();
    let mut curves = Vec::new();
    for (lever, belief, name) in slices(&results, None, None)? {
        text += &format!("\n{name}\n");
        let mut measures = Vec::new();
        let width = measured(&results).iter().map(String::len).fold(0, usize::max);
        text += &format!(
            "  {:width$}  {:>10}  {:>23}  {:>10}  {:>10}  {:>10}  {:>10}\n",
            "", "mean", "interval", "sd", "5 %", "median", "95 %"
        );
        for column in measured(&results) {
            let values = results.design_order(&column, lever, belief).unwrap_or_default();
            let figures = summary(&values);
            let interval = interval_of_mean(&results, &values, level);
            let cell = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), number);
            let range = interval.map_or_else(|| "–".into(), |i| format!("{} to {}", number(i.low), number(i.high)));
            text += &format!(
                "  {column:width$}  {:>10}  {range:>23}  {:>10}  {:>10}  {:>10}  {:>10}\n",
                cell(figures.mean),
                cell(figures.standard_deviation),
                cell(figures.q05),
                cell(figures.median),
                cell(figures.q95)
            );
            let unit = unit(&results, &column);
            measures.push(json!({"column": column, "unit": unit, "summary": figures, "interval": interval}));
        }
        let (times, events) = lifetimes(&results, lever, belief);
        let mut object = json!({
            "lever": results.manifest.experiment.levers[lever].name,
            "belief": results.manifest.experiment.beliefs[belief],
            "measures": measures,
        });
        if has_regime(&results) {
            let curve = kaplan_meier(&times, &events, level);
            text += &format!("\n  survival of the regime\n{}", indent(&curve.text()));
            if let Some(map) = object.as_object_mut() {
                map.insert("survival".into(), json!(curve));
            }
            curves.push(SurvivalSeries { label: name, curve });
        }
        levers.push(object);
    }
    let units = independent(&results, &headline.values);
    let target = if headline.share { 0.01 } else { 0.05 * summary(&units).standard_deviation.unwrap_or(0.0) };
    let how_many = convergence(&units, level, target);
    text += &format!("\nhow many are enough, for {}\n", headline.what);
    text += &if target > 0.0 { indent(&how_many.text()) } else { "  one: it does not vary\n".to_owned() };
    if let Some(path) = &options.svg {
        if curves.is_empty() {
            return Err(Failure::Input("the scenario has no regime whose survival could be drawn".into()));
        }
        let labels = Labels { title: "Survival of the regime".into(), x: "turn".into(), y: "share in office".into() };
        crate::output::write(path, &survival(&labels, &curves).as_bytes())?;
    }
    let object = json!({
        "sentences": [odds, movers, chance],
        "headline": {"what": headline.what, "estimate": estimate, "interval": interval, "chance_share": chance_share, "movers": moved},
        "games": results.counts, "missing": results.missing, "slices": levers, "convergence": how_many,
    });
    options.results.print(&text, object)
}

fn indent(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("  {line}\n")).collect()
}

/// Whether the scenario tells a regime's fate: otherwise every outcome is `ended`.
fn has_regime(results: &Results) -> bool {
    matches!(results.games.column("outcome"), Some(Column::Text(outcomes))
        if outcomes.iter().any(|outcome| !outcome.is_empty() && outcome != "ended"))
}

fn headline(results: &Results) -> Result<Headline, Failure> {
    if has_regime(results)
        && let Some(Column::Text(exits)) = results.games.column("exit")
    {
        let exit = |game: usize| f64::from(u8::from(!exits[game].is_empty()));
        let values = (0..exits.len()).map(|game| if results.ok(game) { exit(game) } else { f64::NAN }).collect();
        return Ok(Headline { what: "an irregular loss of office".into(), share: true, values });
    }
    let column = measured(results).into_iter().next();
    let column = column.ok_or_else(|| Failure::Input("the results hold no measure and no payoff".into()))?;
    let values = results.numbers(&column).unwrap_or_default();
    Ok(Headline { what: column, share: false, values })
}

/// Independent values: one per game in a plain batch; one per replication, averaged over rows, where
/// there are at least as many replications as points; else one per row of a lever and belief set,
/// averaged over replications. Rows share their replications' shocks.
fn independent(results: &Results, values: &[f64]) -> Vec<f64> {
    let (points, replications) = results.extent();
    if points == 1
        && results.place(u64::MAX / 2).lever == 0
        && results.manifest.experiment.levers.len() == 1
        && results.manifest.experiment.beliefs.len() == 1
    {
        return values.to_vec();
    }
    let by_replication = replications >= points;
    let mut groups: Vec<Vec<f64>> = vec![Vec::new(); if by_replication { replications } else { points } as usize];
    for (game, value) in values.iter().enumerate() {
        let (row, replication) = results.run(game);
        let at = if by_replication { replication } else { results.place(row).point };
        groups[at as usize].push(*value);
    }
    groups.iter().map(|group| mean(group).unwrap_or(f64::NAN)).collect()
}

/// The interval of the mean over a design in design order.
fn interval_of_mean(results: &Results, values: &[f64], level: f64) -> Option<Interval> {
    let (points, replications) = results.extent();
    if points == 1 {
        return mean_interval(values, level).interval;
    }
    let by_replication = replications >= points;
    let mut groups: Vec<Vec<f64>> = vec![Vec::new(); if by_replication { replications } else { points } as usize];
    for (at, value) in values.iter().enumerate() {
        let (point, replication) = (at as u64 / replications, at as u64 % replications);
        groups[if by_replication { replication } else { point } as usize].push(*value);
    }
    let means: Vec<f64> = groups.iter().map(|group| mean(group).unwrap_or(f64::NAN)).collect();
    resampled(&means, level)
}

/// Resamples behind an interval.
const RESAMPLES: u32 = 1000;

fn resampled(means: &[f64], level: f64) -> Option<Interval> {
    let options = BootstrapOptions { resamples: RESAMPLES, level, ..BootstrapOptions::default() };
    bootstrap(means.len(), &options, |weights| weighted_mean(means, weights))
}

fn odds(results: &Results, headline: &Headline, level: f64) -> (String, Option<f64>, Option<Interval>) {
    let used: Vec<f64> = headline.values.iter().copied().filter(|value| value.is_finite()).collect();
    let n = used.len() as u64;
    let units = independent(results, &headline.values);
    let plain = units.len() == headline.values.len();
    let estimate = mean(&used);
    let interval = match (headline.share, plain) {
        (true, true) => Some(wilson(used.iter().filter(|value| **value > 0.5).count() as u64, n, level).interval),
        (false, true) => mean_interval(&used, level).interval,
        (_, false) => resampled(&units, level),
    };
    let Some(value) = estimate else {
        return (format!("No game has a result for {}.", headline.what), None, None);
    };
    let turns = results.manifest.experiment.turns;
    let percent = |x: f64| format!("{:.1} %", 100.0 * x);
    let sentence = if headline.share {
        let range = interval
            .map_or(String::new(), |i| format!(" ({} %: {} to {})", 100.0 * level, percent(i.low), percent(i.high)));
        format!(
            "In {}{range} of {n} games the head of government lost office irregularly within {turns} months.",
            percent(value)
        )
    } else {
        let range = interval
            .map_or(String::new(), |i| format!(" ({} %: {} to {})", 100.0 * level, number(i.low), number(i.high)));
        format!("Over {n} games {} averages {}{range}.", headline.what, number(value))
    };
    (sentence, estimate, interval)
}

fn movers(results: &Results, headline: &Headline) -> (String, Value) {
    let experiment = &results.manifest.experiment;
    let mut groups: Vec<(String, f64, f64)> = Vec::new();
    for (what, count) in [("the levers", experiment.levers.len()), ("the belief sets", experiment.beliefs.len())] {
        if count < 2 {
            continue;
        }
        let means: Vec<f64> = (0..count)
            .filter_map(|wanted| {
                let of = |game: usize| {
                    let place = results.place(results.run(game).0);
                    if what == "the levers" { place.lever } else { place.belief }
                };
                let values: Vec<f64> = (0..headline.values.len())
                    .filter(|&game| of(game) == wanted)
                    .map(|game| headline.values[game])
                    .collect();
                mean(&values)
            })
            .collect();
        let mut sorted = means.clone();
        sorted.sort_by(f64::total_cmp);
        if let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) {
            groups.push((what.to_owned(), low, high));
        }
    }
    let factors = results.factors();
    let mut ranked: Vec<(String, f64)> = Vec::new();
    if !factors.is_empty()
        && let Ok(report) = rank(&factors, &headline.values, 1, 0.95)
    {
        ranked = report.indices.iter().filter_map(|index| Some((index.factor.clone(), index.strength?))).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(3);
    }
    let object = json!({
        "factors": ranked.iter().map(|(name, strength)| json!({"factor": name, "strength": strength})).collect::<Vec<_>>(),
        "groups": groups.iter().map(|(what, low, high)| json!({"what": what, "low": low, "high": high})).collect::<Vec<_>>(),
    });
    let shown = |x: f64| if headline.share { format!("{:.1} %", 100.0 * x) } else { number(x) };
    let mut parts: Vec<String> = Vec::new();
    if !ranked.is_empty() {
        let list: Vec<String> =
            ranked.iter().map(|(name, strength)| format!("{name} (rank correlation {strength:.2})")).collect();
        parts.push(format!("of the parameters {}", list.join(", ")));
    }
    parts.extend(
        groups.iter().map(|(what, low, high)| format!("{what} move it between {} and {}", shown(*low), shown(*high))),
    );
    let sentence = if parts.is_empty() {
        "Nothing was varied; `marchland sweep` tells what moves it.".to_owned()
    } else {
        format!("What moves it most: {}.", parts.join("; "))
    };
    (sentence, object)
}

/// The share of chance: the variance between replications of a row within all variance (one-way analysis
/// of variance with random effects; Searle, Casella & McCulloch 1992, chapter 3).
fn chance(results: &Results, headline: &Headline) -> (String, Option<f64>) {
    let mut rows: std::collections::BTreeMap<u64, Vec<f64>> = std::collections::BTreeMap::new();
    for (game, value) in headline.values.iter().enumerate() {
        if value.is_finite() {
            rows.entry(results.run(game).0).or_default().push(*value);
        }
    }
    if rows.len() < 2 {
        return ("All of the spread between games is chance.".into(), (!rows.is_empty()).then_some(1.0));
    }
    let groups: Vec<&Vec<f64>> = rows.values().filter(|group| group.len() > 1).collect();
    if groups.len() < 2 {
        return ("With one replication a row every row met the same shocks: how much is chance cannot be told, and the odds are those of that one sequence.".into(), None);
    }
    let variance = |values: &[f64]| summary(values).standard_deviation.map(|sd| sd * sd);
    let within: Vec<f64> = groups.iter().filter_map(|group| variance(group)).collect();
    let within = mean(&within).unwrap_or(0.0);
    let means: Vec<f64> = groups.iter().filter_map(|group| mean(group)).collect();
    let size = groups.iter().map(|group| group.len() as f64).sum::<f64>() / groups.len() as f64;
    let between = marchland_game::number::max(variance(&means).unwrap_or(0.0) - within / size, 0.0);
    if within + between <= 0.0 {
        return ("Nothing varies, by chance or otherwise.".into(), None);
    }
    let share = within / (within + between);
    (format!("Chance carries {:.0} % of the spread, what was varied the rest.", 100.0 * share), Some(share))
}

/// Turns until exit, or until the end without one.
fn lifetimes(results: &Results, lever: usize, belief: usize) -> (Vec<f64>, Vec<bool>) {
    let turns = f64::from(results.manifest.experiment.turns);
    let exits = results.games.column("turn").map_or_else(Vec::new, Column::numbers);
    let (mut times, mut events) = (Vec::new(), Vec::new());
    for (game, exit) in exits.into_iter().enumerate() {
        let place = results.place(results.run(game).0);
        if place.lever == lever && place.belief == belief {
            events.push(exit.is_finite());
            times.push(match (results.ok(game), exit.is_finite()) {
                (false, _) => f64::NAN,
                (true, true) => exit,
                (true, false) => turns,
            });
        }
    }
    (times, events)
}

/// A number with four significant digits.
fn number(x: f64) -> String {
    let size = x.abs();
    let decimals =
        (0..8).find(|digits| size >= 1000.0 / [1.0, 10.0, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7][*digits]).unwrap_or(7);
    if size == 0.0 { "0".into() } else { format!("{x:.decimals$}") }
}
