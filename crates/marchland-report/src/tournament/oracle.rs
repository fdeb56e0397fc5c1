//! What training policies against a tournament's equilibria found, in words.

use std::fmt::Write as _;

use marchland_experiments::empirical::oracle::{NamedMixture, TournamentOracle};
use marchland_statistics::PairedDifference;

use super::games;
use crate::number::number;

/// What training found, in words; nothing where none was asked for.
#[must_use]
pub fn trained(trained: &[TournamentOracle]) -> String {
    let mut text = String::new();
    for one in trained {
        let belief = if one.belief.is_empty() { "" } else { &format!(" under the belief {}", one.belief) };
        let heading = format!("How exploitable the strategies are{belief}");
        let _ = writeln!(text, "\n{heading}\n{}", "-".repeat(heading.chars().count()));
        let _ = writeln!(text, "Trained against: {}.", mixtures(&one.before));
        let mut found = 0;
        for exploit in &one.report.exploits {
            let player = &one.before[exploit.player].player;
            found += usize::from(exploit.gains);
            let verdict = if exploit.gains { "gains" } else { "gains nothing that is sure:" };
            let _ = writeln!(text, "A trained {player} {verdict} {}.", gain(&exploit.gain));
        }
        let answer = match found {
            0 => "No policy that training found beats the hand-written strategies.",
            _ => "The hand-written strategies can be beaten from outside the set; a trained gain is a lower bound.",
        };
        let _ = writeln!(text, "{answer}");
        for step in one.report.improvements.iter().filter(|step| step.round > 0) {
            let player = &one.before[step.response.player].player;
            let _ = writeln!(text, "Round {}: {player} {}.", step.round + 1, gain(&step.response.gain));
        }
        if !one.policies.is_empty() {
            let names: Vec<&str> = one.policies.iter().map(|policy| policy.name.as_str()).collect();
            let _ = writeln!(text, "Admitted: {}.", names.join(", "));
            let sure = if one.confirmed { "every deviation within the set loses" } else { "not confirmed" };
            let _ = writeln!(text, "Equilibrium with them ({sure}): {}.", mixtures(&one.after));
        }
        let end = if one.report.settled { "The last round admitted nothing." } else { "The rounds were used up." };
        let _ = writeln!(text, "{end} {} for training, {} for profiles.", games(one.report.games), one.games);
    }
    text
}

fn gain(gain: &PairedDifference) -> String {
    match (gain.mean, gain.interval) {
        (Some(mean), Some(i)) => {
            format!("{} ({} to {}, {} fresh games)", number(mean), number(i.low), number(i.high), gain.used)
        }
        (Some(mean), None) => match gain.refusal {
            Some(refusal) => format!("{} (no interval: {refusal})", number(mean)),
            None => number(mean),
        },
        _ => "without a result".into(),
    }
}

fn mixtures(all: &[NamedMixture]) -> String {
    let of = |one: &NamedMixture| {
        let used: Vec<String> = match &one.strategies[..] {
            [(name, _)] => vec![name.clone()],
            several => several.iter().map(|(name, p)| format!("{name} {p:.2}")).collect(),
        };
        format!("{} {}", one.player, used.join(" + "))
    };
    all.iter().map(of).collect::<Vec<_>>().join("; ")
}
