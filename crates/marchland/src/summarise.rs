//! `marchland summarise`: three sentences, then the figures behind them.

use std::path::PathBuf;

use clap::Args;
use marchland_experiments::analysis::{Chance, Headline, Movers, SliceSummary, Subject, SummaryReport, summarise};
use marchland_experiments::plot::{Labels, SurvivalSeries, survival};
use marchland_experiments::run::Results;
use marchland_experiments::statistics::{Interval, Refusal, mean};
use serde_json::json;

use crate::failure::Failure;
use crate::results_view::{self, ResultsFlags, heading};

/// Say what came out: odds, what moves them, how much is chance; then every measure by lever, the survival
/// of the regime, and how many games are enough.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    results: ResultsFlags,
    /// Confidence of the intervals.
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    /// The event that odds and survival are of; the scenario's first one unless given.
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// Write the survival curves as a picture.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
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
    let event = results_view::event(&results, options.event.as_deref())?;
    let report = summarise(&results, event.as_ref(), options.level)
        .ok_or_else(|| Failure::Input("the results hold no measure and no payoff".into()))?;
    let sentences = [odds(&results, &report), movers(&report), chance(&report)];
    let mut text = format!("{}\n\n{}", sentences.join(" "), heading(&results));
    text += &with_forfeited(&results, &report);
    let mut curves = Vec::new();
    let mut objects = Vec::new();
    for slice in &report.slices {
        text += &format!("\n{}\n{}", slice.name, table(slice));
        let measures: Vec<_> = slice
            .measures
            .iter()
            .map(|one| {
                json!({
                    "column": one.column, "unit": one.unit, "summary": one.summary,
                    "interval": one.estimate.interval, "estimate": one.estimate,
                })
            })
            .collect();
        let mut object = json!({"lever": slice.lever, "belief": slice.belief, "measures": measures});
        if let Some(curve) = &slice.survival {
            text += &format!("\n  games without {}\n{}", report.subject.what(), indent(&curve.text()));
            if let Some(map) = object.as_object_mut() {
                map.insert("survival".into(), json!(curve));
            }
            curves.push(SurvivalSeries { label: slice.name.clone(), curve: curve.clone() });
        }
        objects.push(object);
    }
    text += &format!(
        "\nhow many are enough, for {} ({})\n{}",
        report.subject.what(),
        report.headlines[0].name,
        indent(&enough(&report))
    );
    if let Some(path) = &options.svg {
        if curves.is_empty() {
            return Err(Failure::Input("the scenario declares no outcome event whose absence could be drawn".into()));
        }
        let title = format!("Games without {}", report.subject.what());
        let labels = Labels { title, x: "turn".into(), y: "share of games".into() };
        results_view::write_svg(path, &survival(&labels, &curves))?;
    }
    let first = &report.headlines[0];
    let odds: Vec<_> = (report.headlines.iter().zip(&report.slices))
        .map(|(headline, slice)| {
            json!({
                "lever": slice.lever, "belief": slice.belief, "sentence": odds_of(&results, &report, headline),
                "estimate": headline.estimate.value, "interval": headline.estimate.interval,
            })
        })
        .collect();
    let object = json!({
        "sentences": sentences,
        "lost": results.lost(),
        "event": event,
        "odds": odds,
        "headline": {
            "what": report.subject.what(), "name": first.name, "estimate": first.estimate.value,
            "interval": first.estimate.interval, "refusal": first.estimate.refusal, "units": first.estimate.units,
            "chance_share": report.chance.share(), "movers": report.movers,
        },
        "headlines": report.headlines, "chance": report.chance, "shocks": results.manifest.experiment.shocks,
        "games": results.counts, "missing": results.missing, "slices": objects, "convergence": report.convergence,
    });
    options.results.print(&text, object)
}

/// The measures of a lever and belief set; how many games have a result stands where some have none.
fn table(slice: &SliceSummary) -> String {
    let width = slice.measures.iter().map(|one| one.column.chars().count()).fold(0, usize::max);
    let mut text = format!(
        "  {:width$}  {:>10}  {:>23}  {:>10}  {:>10}  {:>10}  {:>10}\n",
        "", "mean", "interval", "sd", "5 %", "median", "95 %"
    );
    let mut refusals: Vec<Refusal> = Vec::new();
    for one in &slice.measures {
        let (figures, estimate) = (&one.summary, &one.estimate);
        let digits = decimals(estimate.interval, figures.mean);
        let cell = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| number(x, digits));
        let range = match (estimate.interval, estimate.refusal) {
            (Some(i), _) => format!("{} to {}", number(i.low, digits), number(i.high, digits)),
            (None, Some(Refusal::Constant)) => "in every game".to_owned(),
            (None, _) => "–".to_owned(),
        };
        if let Some(refusal) = estimate.refusal.filter(|refusal| *refusal != Refusal::Constant)
            && !refusals.contains(&refusal)
        {
            refusals.push(refusal);
        }
        text += &format!(
            "  {:width$}  {:>10}  {range:>23}  {:>10}  {:>10}  {:>10}  {:>10}\n",
            one.column,
            cell(figures.mean),
            cell(figures.standard_deviation),
            cell(figures.q05),
            cell(figures.median),
            cell(figures.q95)
        );
        if figures.used < slice.games {
            let (there, games) = (figures.used, slice.games);
            text += &format!("  {:width$}  of {there} of {games} games: the others ended before\n", "");
        }
    }
    for refusal in refusals {
        text += &format!("  no interval: {refusal}\n");
    }
    text
}

fn enough(report: &SummaryReport) -> String {
    match &report.convergence {
        Some(convergence) => convergence.text(),
        None => match report.headlines[0].estimate.refusal {
            Some(Refusal::OneGame) => "one game does not tell how many are enough".to_owned(),
            Some(Refusal::NoResult) => "no game has a result".to_owned(),
            _ => format!(
                "it came out the same in all {} games, which does not tell how many would show another value",
                report.headlines[0].estimate.used
            ),
        },
    }
}

fn indent(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("  {line}\n")).collect()
}

/// The odds under every lever and belief set; several are never pooled.
fn odds(results: &Results, report: &SummaryReport) -> String {
    report.headlines.iter().map(|headline| odds_of(results, report, headline)).collect::<Vec<_>>().join("\n")
}

fn odds_of(results: &Results, report: &SummaryReport, headline: &Headline) -> String {
    let turns = results.manifest.experiment.turns;
    let estimate = &headline.estimate;
    let under = if report.headlines.len() > 1 { format!("Under {}: ", headline.name) } else { String::new() };
    let Some(value) = estimate.value else {
        return format!("{under}No game has a result for {}.", report.subject.what());
    };
    let shown = shown(headline);
    let range = match (estimate.interval, estimate.refusal) {
        (Some(i), _) => format!(" ({} %: {} to {})", percent_of(i.level), shown(i.low), shown(i.high)),
        (None, Some(Refusal::Constant)) => " in every one".to_owned(),
        _ => String::new(),
    };
    let why = match estimate.refusal {
        Some(refusal) if refusal != Refusal::Constant => format!(" There is no interval: {refusal}."),
        _ => String::new(),
    };
    let games = if estimate.used == 1 { "1 game".to_owned() } else { format!("{} games", estimate.used) };
    let sentence = match &report.subject {
        Subject::Event(event) => {
            format!("In {}{range} of {games} there was {} within {turns} months.", shown(value), article(&event.title))
        }
        Subject::Column(column) if estimate.used == 1 => format!("In 1 game {column} is {}.", shown(value)),
        Subject::Column(column) if estimate.refusal == Some(Refusal::Constant) => {
            format!("Over {games} {column} is {}{range}.", shown(value))
        }
        Subject::Column(column) if estimate.flag => format!("In {}{range} of {games} {column} is 1.", shown(value)),
        Subject::Column(column) => format!("Over {games} {column} averages {}{range}.", shown(value)),
    };
    format!("{under}{sentence}{why}")
}

/// A noun with its article.
fn article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// The headline with games that are forfeited, which every other figure leaves out; nothing where there are
/// none.
fn with_forfeited(results: &Results, report: &SummaryReport) -> String {
    if results.counts.forfeited == 0 {
        return String::new();
    }
    let (column, kept) = match &report.subject {
        Subject::Event(event) => (&event.column, results.happened(event)),
        Subject::Column(column) => (column, results.numbers(column).unwrap_or_default()),
    };
    let all = mean(&results.numbers_with_forfeited(column).unwrap_or_default());
    let figure = |x: Option<f64>| x.map_or_else(|| "no game".to_owned(), |x| number(x, decimals(None, Some(x))));
    let what = report.subject.what();
    format!("mean of {what} without forfeited games: {}; with them: {}\n", figure(mean(&kept)), figure(all))
}

/// How a headline's numbers are written: shares in per cent.
fn shown(headline: &Headline) -> impl Fn(f64) -> String {
    let digits = decimals(headline.estimate.interval, headline.estimate.value);
    let share = headline.share;
    move |x: f64| if share { format!("{:.1} %", 100.0 * x) } else { number(x, digits) }
}

/// A level as a number of per cent, without needless digits.
fn percent_of(level: f64) -> f64 {
    (1e6 * level).round() / 1e4
}

fn movers(report: &SummaryReport) -> String {
    let movers: &Movers = &report.movers;
    let first = &report.headlines[0];
    let shown = shown(first);
    let list = |names: &[String]| match names {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [head @ .., last] if names.len() <= NAMED => {
            format!("{} and `{last}`", head.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
        }
        _ => format!("{} factors", names.len()),
    };
    let was = |names: &[String]| if names.len() == 1 { "was" } else { "were" };
    let groups = movers.groups.iter().map(|group| match group.low < group.high {
        true => format!("{} move it between {} and {}", group.what, shown(group.low), shown(group.high)),
        false => format!("{} were varied and did not move it", group.what),
    });
    let mut parts: Vec<String> = Vec::new();
    let mut after = String::new();
    let constant = first.estimate.refusal == Some(Refusal::Constant) || report.chance == Chance::Constant;
    if movers.varied.is_empty() {
        // Levers and belief sets are all there is to name.
    } else if first.estimate.used == 0 {
        after = format!(" {} {} varied, and no game has a result.", list(&movers.varied), was(&movers.varied));
    } else if constant {
        after = format!(
            " {} {} varied and did not move it: all {} games gave the same.",
            list(&movers.varied),
            was(&movers.varied),
            first.estimate.used
        );
    } else if let Some(refusal) = movers.refusal {
        after = format!(
            " {} {} varied; what moves it is not ranked: {refusal}.",
            list(&movers.varied),
            was(&movers.varied)
        );
    } else {
        if !movers.factors.is_empty() {
            let ranked: Vec<String> = movers
                .factors
                .iter()
                .map(|mover| format!("{} (rank correlation {:.2})", mover.factor, mover.strength))
                .collect();
            parts.push(format!("of the parameters {}", ranked.join(", ")));
        }
        if !movers.unmoved.is_empty() {
            after =
                format!(" {} {} varied and did not move it measurably.", list(&movers.unmoved), was(&movers.unmoved));
        }
    }
    parts.extend(groups);
    match parts.is_empty() {
        false => format!("What moves it most: {}.{after}", parts.join("; ")),
        true if !after.is_empty() => after.trim_start().to_owned(),
        true => "Nothing was varied; `marchland sweep` tells what moves it.".to_owned(),
    }
}

/// Factors that are listed by name.
const NAMED: usize = 4;

fn chance(report: &SummaryReport) -> String {
    let games = report.headlines[0].estimate.used;
    match &report.chance {
        _ if games == 0 => "Nothing can be said of chance.".to_owned(),
        Chance::Constant => {
            let what = report.subject.what();
            match report.varying.as_slice() {
                [] => format!("Nothing varies between the {games} games, by chance or otherwise."),
                others => format!("Between the {games} games {what} does not vary; {} does.", others.join(", ")),
            }
        }
        Chance::All => "All of the spread between games is chance.".to_owned(),
        Chance::Share(components) => format!(
            "Chance carries {:.0} % of the spread, what was varied the rest.",
            100.0 * components.chance_share().unwrap_or(0.0)
        ),
        Chance::Unknown(Refusal::OneShock { .. }) => {
            "With one replication a row every row met the same shocks: how much \
            is chance cannot be told, and the odds are those of that one sequence."
                .to_owned()
        }
        Chance::Unknown(Refusal::OneGameARow) => {
            "With one game a row chance cannot be told from what was varied; more replications would tell.".to_owned()
        }
        Chance::Unknown(Refusal::OneGame) => "One game says nothing of chance.".to_owned(),
        Chance::Unknown(refusal) => format!("How much is chance cannot be told: {refusal}."),
    }
}

/// Decimals that the error deserves: two digits of the interval's half-width; four significant ones without.
fn decimals(interval: Option<Interval>, value: Option<f64>) -> usize {
    let scale = match (interval.map(|i| i.half_width()).filter(|half| *half > 0.0), value) {
        (Some(half), _) => half / 10.0,
        (None, Some(value)) if value != 0.0 => value.abs() / 1000.0,
        _ => return 1,
    };
    let mut step = 1.0;
    for decimals in 0..MOST_DECIMALS {
        if step <= scale {
            return decimals;
        }
        step /= 10.0;
    }
    MOST_DECIMALS
}

/// The most decimals of a number.
const MOST_DECIMALS: usize = 8;

/// A number with so many decimals.
fn number(x: f64, decimals: usize) -> String {
    if x == 0.0 { "0".to_owned() } else { format!("{x:.decimals$}") }
}
