//! A hindcast in words and tables.

mod page;

use std::fmt::Write as _;

use crate::csv::Table;
use marchland_experiments::hindcast::{
    CaseOdds, Cases, DifferenceRow, DrawnRange, EmulatorError, EmulatorVerdict, EventScores, FitReport, HindcastReport,
    ModeScores, Model, ModelScores, NoInterval, Rule, ScoreEstimate, Terms, WaysReport,
};
use marchland_statistics::Decomposition;

use crate::number::counted;
use crate::wording::upper_first;

pub use page::{Parts, page};

/// Whether tables are of Markdown, or of aligned columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Plain,
    Markdown,
}

/// The report for a terminal.
#[must_use]
pub fn text(report: &HindcastReport, notice: &str) -> String {
    whole(report, notice, Style::Plain)
}

/// The report for a document.
#[must_use]
pub fn markdown(report: &HindcastReport, notice: &str) -> String {
    whole(report, notice, Style::Markdown)
}

fn whole(report: &HindcastReport, notice: &str, style: Style) -> String {
    let mut text = String::new();
    let heading = if report.title.is_empty() { "Hindcast" } else { &report.title };
    let mark = if style == Style::Markdown { "# " } else { "" };
    let _ = writeln!(text, "{mark}{heading}\n");
    opening(&mut text, report);
    columns(&mut text, report);
    if let Some(own) = &report.fit {
        fit(&mut text, own, style);
    }
    for event in &report.events {
        scores(&mut text, event, report, style);
    }
    if let Some(modes) = &report.modes {
        self::modes(&mut text, modes);
    }
    let _ = writeln!(text, "\n{} {notice}", NO_FORECAST);
    text
}

/// What a hindcast is not.
const NO_FORECAST: &str = "A hindcast is not a forecast: it says how the rule would have done on these cases.";

/// What was played, by which rule, and how often outcomes were looked at.
fn opening(text: &mut String, report: &HindcastReport) {
    let rows = match report.train {
        Some(train) => format!("{} cases, of which {train} train rows", report.cases),
        None => format!("{} cases, none marked as train rows", report.cases),
    };
    let _ = writeln!(
        text,
        "{rows}; {} months and {} games each, seed {}. Rule {}, frozen before any outcome was read.",
        report.months,
        report.games,
        report.seed,
        &report.rule_hash[..12.min(report.rule_hash.len())]
    );
    if !report.sources.is_empty() {
        let _ = writeln!(text, "Sources of the rule: {}.", report.sources.join("; ").trim_end_matches('.'));
    }
    if report.without_result > 0 {
        let games = counted(report.without_result, "game");
        let _ = writeln!(text, "{games} came to no result, or are not there, and are left out.");
    }
    if report.simulated > 0 {
        let which = if report.simulated == report.cases {
            "Every case is simulated".to_owned()
        } else {
            format!("{} of the {} cases are simulated", report.simulated, report.cases)
        };
        let _ = writeln!(
            text,
            "{which}, not of any record: what they score says whether the scoring works, and nothing about the world. Where they were drawn from this scenario by this rule, the engine is the truth, and wins by that alone where it does."
        );
    }
    if report.blind {
        let _ = writeln!(text, "No outcome stands in the table: the hindcast is blind, and nothing is scored.");
        calibration(text, report);
    } else {
        let times = if report.looks == 1 { "once".to_owned() } else { format!("{} times", report.looks) };
        let _ = writeln!(text, "Outcomes of this folder have been looked at {times}.");
    }
    if let Some(range) = &report.range {
        drawn(text, range);
    }
}

/// What is known of how well the rule does, for whoever reads odds of cases whose outcome nobody knows.
fn calibration(text: &mut String, report: &HindcastReport) {
    if report.record.is_empty() {
        let _ = writeln!(
            text,
            "The rule's file has no record of how it did where outcomes are known: nothing is known of its calibration."
        );
    } else {
        let _ = writeln!(text, "Calibration, by the rule's file: {}.", report.record.join("; ").trim_end_matches('.'));
    }
}

/// How far odds vary with the constants.
fn drawn(text: &mut String, range: &DrawnRange) {
    let said: Vec<String> = range
        .events
        .iter()
        .map(|own| {
            let (low, high) = own.interval(0.05);
            format!("`{}` {:.1} to {:.1} %", own.event, 100.0 * low, 100.0 * high)
        })
        .collect();
    let _ = writeln!(
        text,
        "How far odds may be off by the rule's constants: under {} draws of the {} that have a stated doubt ({} of every case \
         in each, dice taken off), what is said to be 5 % ranges over {} in 95 of 100. That is the doubt of the constants \
         alone, taken as independent: not of the rule's form, nor of the columns.",
        range.draws,
        range.drawn,
        counted(range.games, "game"),
        said.join(", ")
    );
}

fn columns(text: &mut String, report: &HindcastReport) {
    let absent: Vec<&str> = report.columns.iter().filter(|of| !of.present).map(|of| of.name.as_str()).collect();
    if !absent.is_empty() {
        let _ = writeln!(text, "Columns that the table lacks, filled as the rule says: {}.", absent.join(", "));
    }
    let few: Vec<&str> = report.columns.iter().filter(|of| of.too_few).map(|of| of.name.as_str()).collect();
    if !few.is_empty() {
        let _ = writeln!(text, "Columns known too rarely to be scaled, filled as the rule says: {}.", few.join(", "));
    }
    let holes: Vec<String> = report
        .columns
        .iter()
        .filter(|of| of.present && !of.too_few && of.missing > 0)
        .map(|of| format!("{} {}", of.name, of.missing))
        .collect();
    if !holes.is_empty() {
        let _ = writeln!(text, "Missing values, filled as the rule says: {}.", holes.join(", "));
    }
    let unread: Vec<&str> = report.columns.iter().filter(|of| !of.read).map(|of| of.name.as_str()).collect();
    if !unread.is_empty() {
        let _ = writeln!(text, "Columns that the rule names and no setting reads: {}.", unread.join(", "));
    }
}

/// Words under heads, for whoever prints them in lines or in a page.
struct WordTable {
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl WordTable {
    fn new(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Self {
        Self { heads: heads.iter().map(|head| (*head).to_owned()).collect(), rows: rows.collect() }
    }

    fn print(self, text: &mut String, style: Style) {
        table(text, &self.heads.iter().map(String::as_str).collect::<Vec<_>>(), self.rows, style);
    }
}

fn fit(text: &mut String, fit: &FitReport, style: Style) {
    let _ = writeln!(text);
    about_fit(text, fit);
    constants(fit).print(text, style);
    if let Some(ways) = &fit.ways {
        let _ = writeln!(text);
        about_ways(text, ways, fit);
        fitted_ways(ways).print(text, style);
    }
}

fn about_fit(text: &mut String, fit: &FitReport) {
    let how = fit.ways.as_ref().map_or_else(String::new, |ways| format!(" and how it came about, `{}`,", ways.measure));
    let _ = writeln!(
        text,
        "Fitted to `{}`{how} in {} train rows ({} with it), at the peak of the posterior. By the emulator, not by the engine, \
         the log score of those rows is {:.4} before and {:.4} after. The emulator, {} games at {} points, {}; intervals take \
         it as if it were the engine.",
        fit.event,
        fit.cases,
        fit.events,
        fit.before,
        fit.after,
        fit.emulator.games,
        fit.emulator.points,
        from_engine(&fit.emulator)
    );
}

/// How far an emulator is from the engine, after its name.
pub(crate) fn from_engine(error: &EmulatorError) -> String {
    let EmulatorError { kept_back, distance, apart, spread, bias, .. } = error;
    match error.verdict() {
        EmulatorVerdict::TooFewPoints => format!(
            "was held against {} that it did not see, too few to say how far it is from the engine",
            counted(*kept_back, "point")
        ),
        EmulatorVerdict::WithinChance => format!(
            "is {apart:.4} away from what was played at {kept_back} points that it did not see, no more than chance in so \
             many games explains (its probabilities spread by {spread:.4} there, bias {bias:+.4})"
        ),
        EmulatorVerdict::Away => format!(
            "is {distance:.4} away from the engine at {kept_back} points that it did not see, where its probabilities spread \
             by {spread:.4} (bias {bias:+.4})"
        ),
    }
}

fn constants(fit: &FitReport) -> WordTable {
    let rows = fit.constants.iter().map(|own| {
        let bound = if own.at_bound { ", at a bound" } else { "" };
        vec![
            own.id.clone(),
            format!("{:.3} ± {:.3}", own.prior, own.prior_sd),
            format!("{:.3} [{:.3}, {:.3}]{bound}", own.value, own.interval.0, own.interval.1),
            own.source.clone(),
        ]
    });
    let fitted = if fit.by_groups {
        format!("fitted, 95 % by {} groups", fit.groups)
    } else {
        "95 % of the posterior, rows taken as independent".to_owned()
    };
    WordTable::new(&["constant", "prior", &fitted, "where the prior is from"], rows)
}

fn about_ways(text: &mut String, ways: &WaysReport, fit: &FitReport) {
    let _ = writeln!(
        text,
        "The way is known in {} of the {} train rows with the outcome; the others count by the outcome alone. Rows expected \
         are by the emulator, of all train rows, under the priors and as fitted.",
        ways.known, fit.events
    );
}

fn fitted_ways(ways: &WaysReport) -> WordTable {
    let terms = |of| match of {
        Terms::Linear => "linear",
        Terms::Squares => "with squares",
        Terms::Products => "with squares and products",
    };
    let rows = ways.ways.iter().map(|way| {
        vec![
            if way.label.is_empty() { "any other".to_owned() } else { way.label.clone() },
            way.rows.to_string(),
            format!("{:.1}, {:.1}", way.before, way.after),
            way.games.to_string(),
            match way.emulator.verdict() {
                EmulatorVerdict::TooFewPoints => "too few points".to_owned(),
                EmulatorVerdict::WithinChance => format!("within chance, {:.4}", way.emulator.spread),
                EmulatorVerdict::Away => format!("{:.4}, {:.4}", way.emulator.distance, way.emulator.spread),
            },
            terms(way.terms).to_owned(),
        ]
    });
    WordTable::new(&["way", "seen", "expected", "games with it", "emulator: distance, spread", "its terms"], rows)
}

fn scores(text: &mut String, event: &EventScores, report: &HindcastReport, style: Style) {
    let mark = if style == Style::Markdown { "## " } else { "" };
    let _ = writeln!(text, "\n{mark}{}\n", upper_first(&event.title));
    about(text, event, report);
    let _ = writeln!(text);
    models(event).print(text, style);
    if event.models.iter().any(|own| own.pr.refused == Some(NoInterval::Refitted)) {
        let _ = writeln!(text, "No AUC PR where {}.", reason(NoInterval::Refitted));
    }
    let _ = writeln!(text, "\nPaired differences, above 0 where the first is better:\n");
    differences(event).print(text, style);
    if let Some(parts) = &event.reliability {
        let _ = writeln!(text);
        brier_parts(text, parts, event);
        let bins: Vec<String> = parts
            .bins
            .iter()
            .map(|bin| format!("{:.1} → {:.1} ({})", 100.0 * bin.probability, 100.0 * bin.share, bin.cases))
            .collect();
        let _ = writeln!(text, "Said → seen, per cent (cases): {}.", bins.join("; "));
    }
    recalibration(text, event);
}

fn models(event: &EventScores) -> WordTable {
    let row = |own: &ModelScores| {
        vec![
            name(&own.model),
            own.cases.to_string(),
            plain(&own.roc, 3),
            plain(&own.pr, 3),
            plain(&own.log, 4),
            share(&own.log_skill),
            plain(&own.brier, 4),
        ]
    };
    let heads = ["", "cases", "AUC ROC", "AUC PR", "log score", "its skill", "Brier"];
    WordTable::new(&heads, event.models.iter().map(row))
}

fn differences(event: &EventScores) -> WordTable {
    let row = |row: &DifferenceRow| {
        vec![
            format!("{} against {}", name(&row.of), name(&row.against)),
            signed(&row.roc, 3),
            signed(&row.log, 4),
            match told(row) {
                Told::NotJudged => "not judged".into(),
                Told::NotApart => "not told apart".into(),
                Told::Apart(how) => how,
            },
        ]
    };
    WordTable::new(&["", "AUC ROC", "log score", ""], event.differences.iter().map(row))
}

fn brier_parts(text: &mut String, parts: &Decomposition, event: &EventScores) {
    let whole = parts.reliability - parts.resolution + parts.uncertainty + parts.within;
    let of_it =
        if event.simulation < whole { format!("{:.5} of it", event.simulation) } else { "about all of it".to_owned() };
    let _ = writeln!(
        text,
        "The engine's Brier score is reliability {:.5} − resolution {:.5} + uncertainty {:.5} + within bins {:+.5}; {of_it} is \
         the finite number of games.",
        parts.reliability, parts.resolution, parts.uncertainty, parts.within
    );
}

/// How many cases were scored, what was said and seen of all of them, and how rivals were fitted.
fn about(text: &mut String, event: &EventScores, report: &HindcastReport) {
    let shared = match event.groups_in_train {
        0 => String::new(),
        n => format!(", {n} of which have train rows too: these scores are not out of sample for groups"),
    };
    let _ = writeln!(
        text,
        "{} cases scored in {} groups{shared}; it happened in {}. Share {}; share of the engine's games {}, by case from {:.2} % \
         to {:.2} %.",
        event.cases,
        event.groups,
        event.events,
        percent(event.share),
        percent(event.mean_probability),
        100.0 * event.range.0,
        100.0 * event.range.1
    );
    let fitted = match event.before_train {
        _ if report.train.is_none() => {
            "on other groups, by folds, so that AUC ROC compares cases of one fold only; climatology is the share of the \
             cases scored, which no constant beats. Time is not held out"
        }
        Some(n) if n > 0 => {
            &format!("on train rows. {n} of the cases scored are earlier than a train row: time is not held out")
        }
        _ => "on train rows",
    };
    let why = event.models.first().and_then(|own| own.log.refused);
    let intervals = why.map_or_else(
        || {
            "Intervals of 95 % by resampling groups; they take what was fitted as given, and with so many of them one in \
             twenty misses"
                .to_owned()
        },
        |why| format!("No intervals: {}", reason(why)),
    );
    let _ = writeln!(
        text,
        "Rivals, recalibration and stacks are fitted {fitted}. {intervals}. Log scores hold probabilities {} away from 0 \
         and 1, and count half a game more on either side.",
        report.floor
    );
}

/// What the logit of the outcome on the engine's log odds says: a verdict where the interval of its slope leaves out 1.
fn recalibration(text: &mut String, event: &EventScores) {
    if let Some(own) = &event.recalibration {
        let sure = match &own.slope.interval {
            Some(interval) if interval.high < 1.0 => "it is too sure".to_owned(),
            Some(interval) if interval.low > 1.0 => "it is not sure enough".to_owned(),
            Some(_) => "neither too sure nor not sure enough is told from right".to_owned(),
            None => format!("no interval: {}", own.slope.refused.map_or(String::new(), reason)),
        };
        let _ = writeln!(
            text,
            "Recalibration, in the {} cases scored: log odds = {} + {} × the engine's: {sure}.",
            event.cases,
            signed(&own.intercept, 2),
            plain(&own.slope, 2)
        );
    }
}

fn modes(text: &mut String, modes: &ModeScores) {
    let _ = writeln!(
        text,
        "\nHow it came about, in {} cases, by `{}` of the games in which it did ({}): log score {:.3} by the engine, {:.3} \
         by the shares of the record; difference {}.",
        modes.cases,
        modes.measure,
        modes.meaning,
        modes.engine,
        modes.shares,
        signed(&modes.difference, 3)
    );
    let rows: Vec<String> =
        modes.table.iter().map(|(called, seen, said)| format!("{called}: {seen} seen, {said:.1} said")).collect();
    let _ = writeln!(text, "{}.", rows.join("; "));
    if modes.unplayed > 0 {
        let _ = writeln!(
            text,
            "In no game of {} of these cases did it come about: nothing is said of them.",
            modes.unplayed
        );
    }
    if let Some(why) = modes.difference.refused {
        let _ = writeln!(text, "No interval: {}.", reason(why));
    }
    if !modes.unread.is_empty() {
        let _ = writeln!(text, "Left out, since the rule gives them no code: {}.", modes.unread.join(", "));
    }
}

/// Every case with its odds, as comma-separated values.
#[must_use]
pub fn csv(rule: &Rule, cases: &Cases, odds: &[CaseOdds], range: Option<&DrawnRange>) -> String {
    let mut heads: Vec<String> = ["case", "group", "year", "train"].map(String::from).to_vec();
    for outcome in &rule.outcomes {
        heads.extend(["probability", "error", "events", "games"].map(|what| format!("{}.{what}", outcome.event)));
    }
    for own in range.iter().flat_map(|range| &range.events) {
        heads.extend(["low", "high"].map(|end| format!("{}.{end}", own.event)));
    }
    let mut table = Table::new(&heads.iter().map(String::as_str).collect::<Vec<_>>());
    for (case, odds) in odds.iter().enumerate() {
        let mut row = vec![
            cases.labels[case].clone(),
            cases.group_names[cases.groups[case]].clone(),
            cases.years.as_ref().map_or(String::new(), |years| years[case].to_string()),
            cases.train.as_ref().map_or(String::new(), |train| u8::from(train[case]).to_string()),
        ];
        for own in &odds.events {
            row.extend([format!("{:?}", own.probability), format!("{:?}", own.error)]);
            row.extend([own.events.to_string(), own.games.to_string()]);
        }
        for (own, odds) in range.iter().flat_map(|range| &range.events).zip(&odds.events) {
            let (low, high) = own.interval(odds.probability);
            row.extend([format!("{low:?}"), format!("{high:?}")]);
        }
        table.row(row);
    }
    table.finish()
}

/// Columns of words under heads.
pub(crate) fn plain_table(text: &mut String, heads: &[&str], rows: Vec<Vec<String>>) {
    table(text, heads, rows, Style::Plain);
}

fn table(text: &mut String, heads: &[&str], rows: Vec<Vec<String>>, style: Style) {
    if style == Style::Markdown {
        let _ = writeln!(text, "| {} |", heads.join(" | "));
        let _ = writeln!(text, "|{}", "---|".repeat(heads.len()));
        for row in rows {
            let _ = writeln!(text, "| {} |", row.join(" | "));
        }
        return;
    }
    let width = |at: usize| {
        let cells = rows.iter().map(|row| row[at].chars().count());
        cells.chain([heads[at].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let mut line = |cells: Vec<&str>| {
        let padded: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())))
            .collect();
        let _ = writeln!(text, "  {}", padded.join("  ").trim_end());
    };
    line(heads.to_vec());
    for row in &rows {
        line(row.iter().map(String::as_str).collect());
    }
}

fn name(model: &Model) -> String {
    match model {
        Model::Engine => "engine".into(),
        Model::Recalibrated => "engine, recalibrated".into(),
        Model::Rival => "logit on the rule's settings".into(),
        Model::Stack => "logit and engine stacked".into(),
        Model::Climatology => "climatology".into(),
        Model::Baseline(name) => format!("baseline {name}"),
        Model::StackOn(name) => format!("baseline {name} and engine stacked"),
    }
}

/// What a difference says by its interval of the log score and of the ranking.
enum Told {
    /// There is no interval to judge by.
    NotJudged,
    NotApart,
    /// How the first does against the second.
    Apart(String),
}

fn told(row: &DifferenceRow) -> Told {
    let side = |of: &ScoreEstimate| match &of.interval {
        Some(interval) if interval.low > 0.0 => Some("better"),
        Some(interval) if interval.high < 0.0 => Some("worse"),
        _ => None,
    };
    Told::Apart(match (side(&row.roc), side(&row.log)) {
        (None, None) if row.log.interval.is_none() => return Told::NotJudged,
        (None, None) => return Told::NotApart,
        (Some(ranks), Some(says)) if ranks == says => ranks.into(),
        (Some(ranks), None) => format!("ranks {ranks}"),
        (None, Some(says)) => format!("{says} by log score"),
        (Some(ranks), Some(says)) => format!("ranks {ranks}, {says} by log score"),
    })
}

fn plain(of: &ScoreEstimate, digits: usize) -> String {
    let Some(value) = of.value else { return "–".into() };
    match &of.interval {
        Some(interval) => format!("{value:.digits$} [{:.digits$}, {:.digits$}]", interval.low, interval.high),
        None => format!("{value:.digits$}"),
    }
}

fn signed(of: &ScoreEstimate, digits: usize) -> String {
    let Some(value) = of.value else { return "–".into() };
    match &of.interval {
        Some(interval) => format!("{value:+.digits$} [{:+.digits$}, {:+.digits$}]", interval.low, interval.high),
        None => format!("{value:+.digits$}"),
    }
}

fn share(of: &ScoreEstimate) -> String {
    let Some(value) = of.value else { return "–".into() };
    match &of.interval {
        Some(interval) => {
            format!("{:+.1} % [{:+.1}, {:+.1}]", 100.0 * value, 100.0 * interval.low, 100.0 * interval.high)
        }
        None => format!("{:+.1} %", 100.0 * value),
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or("–".into(), |share| format!("{:.2} %", 100.0 * share))
}

fn reason(why: NoInterval) -> String {
    match why {
        NoInterval::Undefined => "the number is not defined".into(),
        NoInterval::FewGroups { groups, least } => {
            format!("{} are too few, {least} are needed", counted(groups, "group"))
        }
        NoInterval::FewEvents { events, least } => {
            let cases = counted(events, "case");
            format!("{cases} with the event, or without it, are too few: {least} are needed")
        }
        NoInterval::Undrawn { resamples, of } => {
            format!("events lie in so few groups that {resamples} of {of} resamples hold none, or tell none apart")
        }
        NoInterval::Refitted => "a model is fitted anew in every fold: its cases of two folds cannot be ranked".into(),
    }
}
