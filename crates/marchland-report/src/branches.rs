//! Branches of a game, two of them side by side, and what a check of a file found.

use marchland_session::{Branch, Divergence, Ending, Verified};

use crate::number::{counted, number, trend};

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
        None => format!(
            "They are the same, as far as both go: {} and {}.\n",
            counted(parted.turns.0 as u64, "turn"),
            counted(parted.turns.1 as u64, "turn")
        ),
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
        "{}, {}, {} entr{} in {} branch{}",
        counted(verified.turns as u64, "turn"),
        counted(verified.decisions as u64, "decision"),
        verified.entries,
        if verified.entries == 1 { "y" } else { "ies" },
        verified.branches,
        if verified.branches == 1 { "" } else { "es" }
    );
    match &verified.first_difference {
        None => {
            let end = match verified.ending {
                Ending::Closed | Ending::Old => String::new(),
                Ending::Played => "It is being played at the moment.\n".to_owned(),
                Ending::Open { bytes: 0 } => {
                    "Its last sitting was not closed: the program was ended, or the end of the file is missing. \
                     A head that was written down (--head) tells which.\n"
                        .to_owned()
                }
                Ending::Open { bytes } => format!(
                    "Its last sitting was not closed, and {bytes} bytes at its end are the beginning of something \
                     that was not acknowledged, unless the end of the file is missing: --head tells which.\n"
                ),
            };
            format!(
                "It holds: {counts}. Last hash {}. That proves against accidents; against whoever may write to the \
                 file, compare a head written down (--head) or a signature (--key).\n{end}",
                verified.head
            )
        }
        Some(difference) => format!("It does not hold: {difference}. ({counts})\n"),
    }
}

/// Whether a head that was written down was found in the log of `entries` entries, and at which; nothing
/// where none was asked for.
#[must_use]
pub fn head_found(known: Option<Option<u64>>, entries: usize) -> String {
    match known {
        Some(Some(entry)) => {
            format!("Entry {entry} of {entries} has the head given: everything up to it is what it was then.\n")
        }
        Some(None) => {
            "No entry has the head given: what was entered up to then was changed or taken away.\n".to_owned()
        }
        None => String::new(),
    }
}

/// The signature of a game's head where there is one, and whether one that was kept was found, and at which of `entries`.
#[must_use]
pub fn signed(signature: Option<&String>, known: Option<Option<u64>>, entries: usize) -> String {
    let found = match known {
        Some(Some(entry)) => format!(
            "Entry {entry} of {entries} has the signature given: everything up to it is what was signed with this key.\n"
        ),
        Some(None) => {
            "No entry has the signature given: what was signed was changed or taken away, or the key is another.\n"
                .to_owned()
        }
        None => String::new(),
    };
    let signature =
        signature.map_or_else(String::new, |signature| format!("Signature of the head with this key: {signature}\n"));
    signature + &found
}
