//! The table of an ablation.

use std::fmt::Write as _;

use marchland_experiments::ablation::{AblationReport, Row};

use crate::contrast::{contrast, percent};
use crate::number::counted;
use crate::wording::upper_first;

/// Families, drivers and interactions, a line each and horizon.
#[must_use]
pub fn text(report: &AblationReport, notice: &str) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}: {} games an arm, seeds {} to {}; every arm meets the same shocks. Intervals are of 95 %.",
        upper_first(&report.event_title),
        report.games,
        report.seed,
        report.seed + report.games - 1
    );
    for (months, share) in report.months.iter().zip(&report.baseline) {
        let _ = writeln!(text, "As it is, within {}: {}", counted(u64::from(*months), "month"), percent(share, 1));
    }
    section(
        &mut text,
        "Families of laws that stand still where they start, against the scenario as it is",
        &report.families,
        &report.months,
    );
    section(&mut text, "Drivers from calm to their worst documented value", &report.drivers, &report.months);
    if !report.interactions.is_empty() {
        let _ = writeln!(
            text,
            "\nInteractions on the log hazard within {} (above 0: each makes the other worse)",
            counted(u64::from(report.months[0]), "month")
        );
        for row in &report.interactions {
            let _ = writeln!(text, "  {} and {}: {}", row.drivers[0], row.drivers[1], contrast(&row.log_hazard, false));
        }
    }
    let inert: Vec<&str> =
        report.families.iter().chain(&report.drivers).filter(|row| row.inert).map(|row| row.title.as_str()).collect();
    if !inert.is_empty() {
        let _ = writeln!(text, "\nNot one game differed for: {}.", inert.join(", "));
    }
    let _ = writeln!(text, "\n{notice}");
    text
}

fn section(text: &mut String, heading: &str, rows: &[Row], months: &[u32]) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{heading}");
    for row in rows {
        let _ = writeln!(text, "  {}", row.title);
        for (at, months) in months.iter().enumerate() {
            let (before, after) = (&row.before[at], &row.after[at]);
            let points = match (before.share, after.share) {
                (Some(before), Some(after)) => format!("{:+.1} points", 100.0 * (after - before)),
                _ => "no games".into(),
            };
            let _ = writeln!(
                text,
                "    within {}: {} to {} ({points}); hazard {}",
                counted(u64::from(*months), "month"),
                percent(before, 1),
                percent(after, 1),
                contrast(&row.log_hazard[at], true)
            );
        }
        if let Some((low, high)) = row.stated {
            let verdict = match row.meets {
                Some(true) => "the interval meets it",
                Some(false) => "MISSED",
                None => "not decided",
            };
            let _ = writeln!(text, "    stated beforehand: × {low} to {high}; {verdict}");
        }
        if !row.source.is_empty() {
            let _ = writeln!(text, "    values and range: {}", row.source);
        }
    }
}
