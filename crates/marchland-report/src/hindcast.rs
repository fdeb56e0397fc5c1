//! A hindcast in words and tables.

use std::fmt::Write as _;

use crate::csv::Table;
use marchland_experiments::hindcast::{
    CaseOdds, Cases, DifferenceRow, EventScores, HindcastReport, Measured, ModeScores, Model, Rule,
};

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
    if report.blind {
        let _ = writeln!(text, "No outcome stands in the table: the hindcast is blind, and nothing is scored.");
    } else {
        let times = if report.looks == 1 { "once".to_owned() } else { format!("{} times", report.looks) };
        let _ = writeln!(text, "Outcomes of this folder have been looked at {times}.");
    }
    columns(&mut text, report);
    fit(&mut text, report, style);
    for event in &report.events {
        scores(&mut text, event, report, style);
    }
    if let Some(modes) = &report.modes {
        self::modes(&mut text, modes);
    }
    let _ =
        writeln!(text, "\nA hindcast is not a forecast: it says how the rule would have done on these cases. {notice}");
    text
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
}

fn fit(text: &mut String, report: &HindcastReport, style: Style) {
    let Some(fit) = &report.fit else { return };
    let _ = writeln!(
        text,
        "\nFitted to `{}` in {} train rows ({} with it), at the peak of the posterior; log score of train rows {:.4} \
         before and {:.4} after. The emulator, {} games at {} points, is {:.4} away from the engine where its \
         probabilities spread by {:.4}.",
        fit.event,
        fit.cases,
        fit.events,
        fit.before,
        fit.after,
        fit.emulator.games,
        fit.emulator.points,
        fit.emulator.distance,
        fit.emulator.spread
    );
    let rows = fit.constants.iter().map(|own| {
        let bound = if own.at_bound { ", at a bound" } else { "" };
        vec![
            own.id.clone(),
            format!("{:.3} ± {:.3}", own.prior, own.prior_sd),
            format!("{:.3} [{:.3}, {:.3}]{bound}", own.value, own.interval.0, own.interval.1),
        ]
    });
    table(text, &["constant", "prior", "fitted, 95 %"], rows.collect(), style);
}

fn scores(text: &mut String, event: &EventScores, report: &HindcastReport, style: Style) {
    let mark = if style == Style::Markdown { "## " } else { "" };
    let _ = writeln!(text, "\n{mark}{}\n", capital(&event.title));
    let shared = match event.groups_in_train {
        0 => String::new(),
        n => format!(", {n} of which have train rows too: these scores are not out of sample for groups"),
    };
    let _ = writeln!(
        text,
        "{} cases scored in {} groups{shared}; it happened in {}. Share {}; mean probability of the engine {}, from {:.2} % \
         to {:.2} %.",
        event.cases,
        event.groups,
        event.events,
        percent(event.share),
        percent(event.mean_probability),
        100.0 * event.range.0,
        100.0 * event.range.1
    );
    let fitted = if report.train.is_some() { "on train rows" } else { "on other groups, by folds" };
    let few = event.models.first().is_some_and(|own| own.log.interval.is_none());
    let intervals =
        if few { "Too few groups for intervals: 16 are needed." } else { "Intervals of 95 % by resampling groups." };
    let _ = writeln!(
        text,
        "Rivals, recalibration and stacks are fitted {fitted}. {intervals} Log scores hold probabilities {} away from 0 \
         and 1.\n",
        report.floor
    );
    let rows = event.models.iter().map(|own| {
        vec![
            name(&own.model),
            own.cases.to_string(),
            plain(&own.roc, 3),
            plain(&own.pr, 3),
            plain(&own.log, 4),
            share(&own.log_skill),
            plain(&own.brier, 4),
        ]
    });
    let heads = ["", "cases", "AUC ROC", "AUC PR", "log score", "its skill", "Brier"];
    table(text, &heads, rows.collect(), style);
    let _ = writeln!(text, "\nPaired differences, above 0 where the first is better:\n");
    let rows = event.differences.iter().map(|row| {
        vec![
            format!("{} against {}", name(&row.of), name(&row.against)),
            signed(&row.roc, 3),
            signed(&row.log, 4),
            told(row),
        ]
    });
    table(text, &["", "AUC ROC", "log score", ""], rows.collect(), style);
    if let Some(parts) = &event.reliability {
        let _ = writeln!(
            text,
            "\nThe engine's Brier score is reliability {:.5} − resolution {:.5} + uncertainty {:.5} + within bins {:+.5}; \
             {:.5} of it is the finite number of games.",
            parts.reliability, parts.resolution, parts.uncertainty, parts.within, event.simulation
        );
        let bins: Vec<String> = parts
            .bins
            .iter()
            .map(|bin| format!("{:.1} → {:.1} ({})", 100.0 * bin.probability, 100.0 * bin.share, bin.cases))
            .collect();
        let _ = writeln!(text, "Said → seen, per cent (cases): {}.", bins.join("; "));
    }
    if let Some(own) = &event.recalibration {
        let sure = match own.slope {
            slope if slope < 0.8 => "too sure",
            slope if slope > 1.25 => "not sure enough",
            _ => "about as sure as it should be",
        };
        let _ = writeln!(
            text,
            "Recalibration: log odds = {:+.2} + {:.2} × the engine's: {sure}.",
            own.intercept, own.slope
        );
    }
}

fn modes(text: &mut String, modes: &ModeScores) {
    let _ = writeln!(
        text,
        "\nHow it came about, in {} cases: log score {:.3} by the engine, {:.3} by the shares of the record; difference {}.",
        modes.cases,
        modes.engine,
        modes.shares,
        signed(&modes.difference, 3)
    );
    let rows: Vec<String> =
        modes.table.iter().map(|(called, seen, said)| format!("{called}: {seen} seen, {said:.1} said")).collect();
    let _ = writeln!(text, "{}.", rows.join("; "));
    if !modes.unread.is_empty() {
        let _ = writeln!(text, "Left out, since the rule gives them no code: {}.", modes.unread.join(", "));
    }
}

/// Every case with its odds, as comma-separated values.
#[must_use]
pub fn csv(rule: &Rule, cases: &Cases, odds: &[CaseOdds]) -> String {
    let mut heads: Vec<String> = ["case", "group", "year", "train"].map(String::from).to_vec();
    for outcome in &rule.outcomes {
        heads.extend(["probability", "error", "events", "games"].map(|what| format!("{}.{what}", outcome.event)));
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
fn told(row: &DifferenceRow) -> String {
    let side = |of: &Measured| match &of.interval {
        Some(interval) if interval.low > 0.0 => Some("better"),
        Some(interval) if interval.high < 0.0 => Some("worse"),
        _ => None,
    };
    match (side(&row.roc), side(&row.log)) {
        (None, None) => "not told apart".into(),
        (Some(ranks), Some(says)) if ranks == says => ranks.into(),
        (Some(ranks), None) => format!("ranks {ranks}"),
        (None, Some(says)) => format!("{says} by log score"),
        (Some(ranks), Some(says)) => format!("ranks {ranks}, {says} by log score"),
    }
}

fn plain(of: &Measured, digits: usize) -> String {
    let Some(value) = of.value else { return "–".into() };
    match &of.interval {
        Some(interval) => format!("{value:.digits$} [{:.digits$}, {:.digits$}]", interval.low, interval.high),
        None => format!("{value:.digits$}"),
    }
}

fn signed(of: &Measured, digits: usize) -> String {
    let Some(value) = of.value else { return "–".into() };
    match &of.interval {
        Some(interval) => format!("{value:+.digits$} [{:+.digits$}, {:+.digits$}]", interval.low, interval.high),
        None => format!("{value:+.digits$}"),
    }
}

fn share(of: &Measured) -> String {
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

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
