//! A response in words and tables.

use std::fmt::Write as _;

use marchland_experiments::hindcast::{Course, ResponseReport};

use crate::contrast::{contrast, percent};
use crate::hindcast::{from_engine, plain_table};
use crate::number::counted;
use crate::wording::upper_first;

/// Drivers, pairs, all together, and the emulator's error.
#[must_use]
pub fn text(report: &ResponseReport, notice: &str) -> String {
    let mut text = String::new();
    let title = upper_first(&report.title);
    let _ = writeln!(
        text,
        "{title} within {}: {} of each point, seed {}; points meet the same shocks. Intervals of 95 %.",
        counted(u64::from(report.months), "month"),
        counted(report.games, "game"),
        report.seed
    );
    if report.left_out > 0 {
        let shocks = counted(report.left_out, "shock");
        let _ = writeln!(text, "{shocks} left out of every point, since one came to no result under them.");
    }
    let _ = writeln!(text, "As it is: {}.\n", percent(&report.baseline, 2));
    let rows = report.drivers.iter().map(|driver| {
        let (first, last) =
            (driver.values.first().copied().unwrap_or(0.0), driver.values.last().copied().unwrap_or(0.0));
        let shares: Vec<String> =
            driver.shares.iter().map(|share| share.share.map_or("–".into(), |x| format!("{:.1}", 100.0 * x))).collect();
        let mut course = match driver.course {
            Course::Inert => "inert: not one game differs".to_owned(),
            Course::Undecided => "not told from no effect".to_owned(),
            Course::Rising => "rises, and is not told to fall".to_owned(),
            Course::Falling => "falls, and is not told to rise".to_owned(),
            Course::Mixed => "rises and falls".to_owned(),
        };
        if driver.saturated == Some(true) {
            course += ", saturated";
        }
        vec![driver.id.clone(), format!("{first} to {last}"), shares.join(" "), contrast(&driver.ends, true), course]
    });
    plain_table(&mut text, &["driver", "from, to", "per cent", "ratio of hazards", "course"], rows.collect());
    let quiet: Vec<&str> = report
        .drivers
        .iter()
        .filter(|driver| matches!(driver.course, Course::Inert | Course::Undecided))
        .map(|driver| driver.id.as_str())
        .collect();
    let _ = match quiet.len() {
        0 => writeln!(text, "\nNo driver is inert."),
        _ => writeln!(text, "\nInert, or not told from it: {}.", quiet.join(", ")),
    };
    if !report.pairs.is_empty() {
        let _ =
            writeln!(text, "\nPairs, on the log hazard beyond what each does (above 0: each makes the other worse)");
        let rows = report.pairs.iter().map(|pair| vec![pair.drivers.join(" and "), contrast(&pair.log_hazard, false)]);
        plain_table(&mut text, &["pair", "log hazard"], rows.collect());
    }
    let named = |of: &[(String, f64)]| of.iter().map(|(id, x)| format!("{id} {x}")).collect::<Vec<_>>().join(", ");
    let _ = writeln!(text, "\nAll at calm ({}): {}.", named(&report.joint.calm), percent(&report.joint.at_calm, 2));
    let _ = writeln!(text, "All at worst ({}): {}.", named(&report.joint.worst), percent(&report.joint.at_worst, 2));
    if let Some(error) = &report.emulator {
        let _ = writeln!(
            text,
            "\nA quadratic of the drivers on the log odds, fitted to {} games at {} points over their ranges, {}.",
            error.games,
            error.points,
            from_engine(error)
        );
    }
    let _ = writeln!(text, "\n{notice}");
    text
}
