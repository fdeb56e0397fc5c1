//! A scenario's facts held against its games.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table, presets};
use marchland_experiments::facts::{Joint, Report, Role};
use marchland_experiments::statistics::Proportion;

use crate::number::{number, percent};

/// A table of facts with their bands, and how often games meet several at once.
#[must_use]
pub fn text(report: &Report, notice: &str) -> String {
    let mut text = String::new();
    let belief = report.belief.as_deref().map_or_else(String::new, |belief| format!(" under `{belief}`"));
    let _ = writeln!(text, "{} games{belief}, seeds from {}", report.games, report.seed);
    if report.lost > 0 {
        let _ = writeln!(text, "{} games did not end well, and count as meeting nothing", report.lost);
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header([
        "fact",
        "role",
        "record",
        "met within",
        "games: median (5 to 95 %)",
        "meet it, %",
        "all others, %",
    ]);
    for fact in &report.facts {
        let band = fact.band.map_or_else(
            || "no game has a value".to_owned(),
            |[low, middle, high]| format!("{} ({} to {})", number(middle), number(low), number(high)),
        );
        table.add_row([
            fact.id.clone(),
            fact.role.text().to_owned(),
            number(fact.value),
            if fact.within.0 == fact.within.1 {
                number(fact.within.0)
            } else {
                format!("{} to {}", number(fact.within.0), number(fact.within.1))
            },
            band,
            share(&fact.met),
            fact.without.as_ref().map_or_else(String::new, share),
        ]);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let _ = writeln!(text, "\n{table}\n");
    let emergent = report.facts.iter().filter(|fact| fact.role == Role::Emergent).count();
    push_joint(&mut text, &format!("all {emergent} emergent facts"), &report.emergent);
    push_joint(&mut text, "those and what was fitted to", &report.with_fitted);
    if let Some(apart) = report.apart {
        let _ = writeln!(
            text,
            "Were the emergent ones independent of each other, {} % of games would meet all.",
            percent(apart, 0)
        );
    }
    let _ = writeln!(
        text,
        "`all others` is the share of games that meet every emergent fact but this one: where it is far above the share of \
         all, this fact is what games fail on. Shares have intervals of 95 % (Wilson).\n"
    );
    for fact in &report.facts {
        let known = if fact.known.is_empty() { String::new() } else { format!(" Known {}.", fact.known) };
        let _ = writeln!(
            text,
            "{}: {}. Read as {} at the end of turn {}.{known} Source: {}.",
            fact.id, fact.meaning, fact.of, fact.turn, fact.source
        );
    }
    let _ = writeln!(text, "\n{notice}");
    text
}

fn share(of: &Proportion) -> String {
    let Some(share) = of.share else { return "–".to_owned() };
    format!("{} ({} to {})", percent(share, 0), percent(of.interval.low, 0), percent(of.interval.high, 0))
}

fn push_joint(text: &mut String, what: &str, joint: &Joint) {
    let _ = write!(text, "{what}: {} % of {} games", share(&joint.all), joint.all.trials);
    if let Some(given) = &joint.given {
        let _ = write!(text, "; {} % of the {} that meet every condition", share(given), given.trials);
    }
    let _ = writeln!(text);
}
