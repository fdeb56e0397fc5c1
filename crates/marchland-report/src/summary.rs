//! What came out of many games: three sentences, then the figures behind them.

use marchland_experiments::analysis::{Chance, Headline, MeasureSummary, Movers, SliceSummary, Subject, SummaryReport};
use marchland_experiments::run::Results;
use marchland_statistics::{Refusal, Survival};

use crate::figures::Words as _;
use crate::number::{counted, decimals, plain};
use crate::wording::upper_first;

/// Three sentences: the odds, what moves them, how much is chance.
#[must_use]
pub fn sentences(results: &Results, report: &SummaryReport) -> [String; 3] {
    [odds(results, report), movers(report), chance(results, report)]
}

/// The measures of a lever and belief set; how many games have a result stands where some have none.
#[must_use]
pub fn table(slice: &SliceSummary) -> String {
    let games = |one: &MeasureSummary| one.summary.used + one.summary.left_out;
    let counted = slice.measures.iter().any(|one| one.summary.used < games(one));
    let width = slice.measures.iter().map(|one| one.column.chars().count()).fold(0, usize::max);
    let n = |text: &str| if counted { format!("  {text:>8}") } else { String::new() };
    let mut text = format!(
        "  {:width$}{}  {:>10}  {:>23}  {:>10}  {:>10}  {:>10}  {:>10}\n",
        "",
        n("n"),
        "mean",
        "interval",
        "sd",
        "5 %",
        "median",
        "95 %"
    );
    let mut refusals: Vec<Refusal> = Vec::new();
    for one in &slice.measures {
        if !one.states.is_empty() {
            let share = |games: u64| 100.0 * games as f64 / one.summary.used as f64;
            let states: Vec<String> =
                one.states.iter().map(|(code, games)| format!("{code}: {:.1} %", share(*games))).collect();
            let used = n(&one.summary.used.to_string());
            text += &format!("  {:width$}{used}  states by code: {}\n", one.column, states.join(", "));
            continue;
        }
        let (figures, estimate) = (&one.summary, &one.estimate);
        let digits = decimals(estimate.interval, figures.mean);
        let cell = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| plain(x, digits));
        let range = match (estimate.interval, estimate.refusal) {
            (Some(i), _) => format!("{} to {}", plain(i.low, digits), plain(i.high, digits)),
            (None, Some(Refusal::Constant)) => "in every game".to_owned(),
            (None, _) => "–".to_owned(),
        };
        if let Some(refusal) = estimate.refusal.filter(|refusal| *refusal != Refusal::Constant)
            && !refusals.contains(&refusal)
        {
            refusals.push(refusal);
        }
        text += &format!(
            "  {:width$}{}  {:>10}  {range:>23}  {:>10}  {:>10}  {:>10}  {:>10}\n",
            one.column,
            n(&figures.used.to_string()),
            cell(figures.mean),
            cell(figures.standard_deviation),
            cell(figures.q05),
            cell(figures.median),
            cell(figures.q95)
        );
    }
    for refusal in refusals {
        text += &format!("  no interval: {refusal}\n");
    }
    // Of those with a result, games without the figure: those of the slice count as having one.
    let lacks =
        |kind: &str| slice.measures.iter().any(|one| one.column.starts_with(kind) && one.summary.used < slice.games);
    if lacks("payoff.") {
        text += "  a player that was out of the game in every turn has no payoff: means are of the n other games\n";
    }
    if lacks("measure.") {
        text += "  a game that ended before the turn asked for has no such measure: means are of the n other games\n";
    }
    text
}

/// How long games go without the event.
#[must_use]
pub fn survival(report: &SummaryReport, curve: &Survival) -> String {
    format!("\n  games without {}\n{}", report.subject.what(), indent(&curve.words()))
}

/// How many games are enough.
#[must_use]
pub fn enough(report: &SummaryReport) -> String {
    format!("\nhow many are enough, for {}\n{}", report.subject.what(), indent(&how_many(report)))
}

fn how_many(report: &SummaryReport) -> String {
    match &report.convergence {
        Some(convergence) => convergence.words(),
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

/// Levers and belief sets up to which the odds are sentences of one paragraph; of more each has a line.
const IN_A_PARAGRAPH: usize = 3;

/// The odds under every lever and belief set; several are never pooled.
#[must_use]
pub fn odds(results: &Results, report: &SummaryReport) -> String {
    if report.headlines.len() <= IN_A_PARAGRAPH {
        return report
            .headlines
            .iter()
            .map(|headline| odds_of(results, report, headline))
            .collect::<Vec<_>>()
            .join(" ");
    }
    // What they have in common stands once, above them.
    let width = report.headlines.iter().map(|headline| headline.name.chars().count()).max().unwrap_or(0);
    let mut text = match &report.subject {
        Subject::Event(event) => format!("{}:", within(results, &event.title)),
        Subject::Column(column) => format!("{column}:"),
    };
    for headline in &report.headlines {
        let own = match &report.subject {
            Subject::Event(_) => figure(report, headline),
            Subject::Column(_) => sentence(results, report, headline),
        };
        text += &format!("\n  {:width$}  {own}", headline.name);
    }
    text
}

/// The odds under one lever and belief set.
#[must_use]
pub fn odds_of(results: &Results, report: &SummaryReport, headline: &Headline) -> String {
    let under = if report.headlines.len() > 1 { format!("Under {}: ", headline.name) } else { String::new() };
    under + &sentence(results, report, headline)
}

/// An event and the months within which it is counted: `Irregular exit within 24 months`.
fn within(results: &Results, title: &str) -> String {
    format!("{} within {}", upper_first(title), counted(u64::from(results.manifest.experiment.turns), "month"))
}

/// The odds under one lever and belief set, without its name.
fn sentence(results: &Results, report: &SummaryReport, headline: &Headline) -> String {
    let estimate = &headline.estimate;
    match (&report.subject, estimate.value) {
        (_, None) => figure(report, headline),
        (Subject::Event(event), Some(_)) => format!("{}: {}", within(results, &event.title), figure(report, headline)),
        (Subject::Column(column), Some(value)) => {
            let (value, range, games) = (shown(headline)(value), range(headline), counted(estimate.used, "game"));
            let said = if estimate.used == 1 {
                format!("In {games} {column} is {value}.")
            } else if estimate.refusal == Some(Refusal::Constant) {
                format!("Over {games} {column} is {value}{range}.")
            } else if estimate.flag {
                format!("In {value}{range} of {games} {column} is 1.")
            } else {
                format!("Over {games} {column} averages {value}{range}.")
            };
            said + &why(headline)
        }
    }
}

/// A headline's value, its interval and its games: `29.7 % (95 %: 24.8 % to 35.1 %) of 300 games.`
fn figure(report: &SummaryReport, headline: &Headline) -> String {
    let Some(value) = headline.estimate.value else {
        return format!("No game has a result for {}.", report.subject.what());
    };
    let games = counted(headline.estimate.used, "game");
    format!("{}{} of {games}.{}", shown(headline)(value), range(headline), why(headline))
}

fn range(headline: &Headline) -> String {
    let shown = shown(headline);
    match (headline.estimate.interval, headline.estimate.refusal) {
        (Some(i), _) => format!(" ({} %: {} to {})", percent_of(i.level), shown(i.low), shown(i.high)),
        (None, Some(Refusal::Constant)) => " in every one".to_owned(),
        _ => String::new(),
    }
}

/// Why there is no interval, where there is none.
fn why(headline: &Headline) -> String {
    match headline.estimate.refusal {
        Some(refusal) if refusal != Refusal::Constant => format!(" There is no interval: {refusal}."),
        _ => String::new(),
    }
}

/// How a headline's numbers are written: shares in per cent.
fn shown(headline: &Headline) -> impl Fn(f64) -> String {
    let digits = decimals(headline.estimate.interval, headline.estimate.value);
    let share = headline.share;
    move |x: f64| if share { format!("{:.1} %", 100.0 * x) } else { plain(x, digits) }
}

/// A level as a number of per cent, without needless digits.
fn percent_of(level: f64) -> f64 {
    (1e6 * level).round() / 1e4
}

fn movers(report: &SummaryReport) -> String {
    let movers: &Movers = &report.movers;
    let first = &report.headlines[0];
    // Factors are ranked under the first lever and belief set alone.
    let (under, of) = match report.headlines.len() {
        1 => (String::new(), String::new()),
        _ => (format!("Under {} ", first.name), format!(" under {}", first.name)),
    };
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
    let mut parts: Vec<String> = Vec::new();
    let mut after = String::new();
    let constant = first.estimate.refusal == Some(Refusal::Constant) || report.chance == Chance::Constant;
    if movers.varied.is_empty() {
        // Levers and belief sets are all there is to name.
    } else if first.estimate.used == 0 {
        after = format!(" {under}{} {} varied, and no game has a result.", list(&movers.varied), was(&movers.varied));
    } else if constant {
        after = format!(
            " {under}{} {} varied and did not move it: all {} games gave the same.",
            list(&movers.varied),
            was(&movers.varied),
            first.estimate.used
        );
    } else if let Some(refusal) = movers.refusal {
        after = format!(
            " {under}{} {} varied; what moves it is not ranked: {refusal}.",
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
            let tried = match movers.varied.len() {
                1 => String::new(),
                n => format!(" ({n} were tried, which the test allows for)"),
            };
            parts.push(format!("of the parameters{of} {}{tried}", ranked.join(", ")));
        }
        if !movers.unmoved.is_empty() {
            after = format!(
                " {under}{} {} varied and did not move it measurably in one direction.",
                list(&movers.unmoved),
                was(&movers.unmoved)
            );
        }
    }
    for group in &movers.groups {
        let between = format!("between {} and {}", shown(group.low), shown(group.high));
        let what = upper_first(&group.what);
        match (group.low < group.high, group.apart, group.refusal) {
            (false, ..) => after += &format!(" {what} were varied and did not move it."),
            (true, true, _) => parts.push(format!("{} move it {between}", group.what)),
            (true, false, Some(refusal)) => {
                after += &format!(" {what} lie {between}; whether by chance is not told: {refusal}.");
            }
            (true, false, None) => {
                after += &format!(" {what} lie {between}, no further apart than chance may bring them.");
            }
        }
    }
    match parts.is_empty() {
        false => format!("What moves it most: {}.{after}", parts.join("; ")),
        true if !after.is_empty() => after.trim_start().to_owned(),
        true => "Nothing was varied; `marchland sweep` tells what moves it.".to_owned(),
    }
}

/// Factors that are listed by name.
const NAMED: usize = 4;

fn chance(results: &Results, report: &SummaryReport) -> String {
    let games = report.headlines[0].estimate.used;
    let experiment = &results.manifest.experiment;
    let several = report.headlines.len() > 1;
    if several && report.chance == Chance::All {
        let each = match (experiment.levers.len() > 1, experiment.beliefs.len() > 1) {
            (true, true) => "each lever and belief set",
            (true, false) => "each lever",
            _ => "each belief set",
        };
        return format!("Under {each} by itself all of the spread between games is chance.");
    }
    let of_one = chance_of_first(report, games);
    if several && games > 0 { format!("Under {}: {of_one}", report.headlines[0].name) } else { of_one }
}

/// How much is chance under the first lever and belief set.
fn chance_of_first(report: &SummaryReport, games: u64) -> String {
    match &report.chance {
        _ if games == 0 => "Nothing can be said of chance.".to_owned(),
        Chance::Constant => {
            let what = report.subject.what();
            match report.varying.as_slice() {
                [] => format!("Nothing varies between the {games} games, by chance or otherwise."),
                [other] => format!("Between the {games} games {what} does not vary; {other} does."),
                others => format!("Between the {games} games {what} does not vary; {} do.", others.join(", ")),
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
