//! Branches of a game, two of them side by side, and what a check of a file found.

use marchland_session::{Branch, Divergence, Verified};

use crate::number::{number, trend};

/// Branches as text.
#[must_use]
pub fn listed(list: &[Branch]) -> String {
    let mut text = String::new();
    for branch in list {
        let begun = match (branch.from, branch.turn) {
            (Some(from), Some(turn)) => format!("left branch {from} at the start of turn {turn}"),
            _ => "the first".to_owned(),
        };
        let stands = if branch.over {
            format!("over after turn {}", branch.stands_in)
        } else {
            format!("stands in turn {}", branch.stands_in)
        };
        let mark = if branch.current { "*" } else { " " };
        text += &format!("{mark} {} {begun}, {stands}\n", branch.branch);
    }
    text
}

/// Where two games part, and how their indicators went.
#[must_use]
pub fn side_by_side(parted: &Divergence) -> String {
    let mut text = match parted.turn {
        None => format!("They are the same, as far as both go: {} and {} turns.\n", parted.turns.0, parted.turns.1),
        Some(turn) => format!("They part in turn {turn}.\n"),
    };
    for what in &parted.what {
        text += &format!("  {what}\n");
    }
    let common = parted.turns.0.min(parted.turns.1);
    if common > 0 {
        text += &format!("At the end of turn {common}, the first, the second, and their courses\n");
    }
    let width = parted.indicators.iter().map(|item| item.indicator.len()).max().unwrap_or(0);
    for item in &parted.indicators {
        if let Some((a, b)) = item.values.last() {
            let first: Vec<f64> = item.values.iter().map(|(a, _)| *a).collect();
            let second: Vec<f64> = item.values.iter().map(|(_, b)| *b).collect();
            text += &format!(
                "  {:<width$}  {:>8}  {:>8}  {}  {}\n",
                item.indicator,
                number(*a),
                number(*b),
                trend(&first),
                trend(&second)
            );
        }
    }
    text
}

/// What a check of a game's file found.
#[must_use]
pub fn verified(verified: &Verified) -> String {
    let counts = format!(
        "{} turns, {} decisions, {} entries in {} branch{}",
        verified.turns,
        verified.decisions,
        verified.entries,
        verified.branches,
        if verified.branches == 1 { "" } else { "es" }
    );
    match &verified.first_difference {
        None => format!("It holds: {counts}. Last hash {}.\n", verified.head),
        Some(difference) => format!("It does not hold: {difference}. ({counts})\n"),
    }
}
