//! What kind of game a tournament is, in words.

use std::fmt::Write as _;

use marchland_experiments::tournament::{BeliefReport, GameKind, PotentialFit, ReactionGain, TournamentReport};
use marchland_statistics::{PartsReport, VariancePart};

use crate::number::{counted, number};

/// Shares up to which a game is called near a kind, and from one less it on away from it (our choice).
const NEAR: f64 = 0.05;
/// Replies, cycles and profiles that are listed.
const LISTED: usize = 6;

/// The answer in a sentence or two, for the top of the report.
pub(super) fn announced(text: &mut String, report: &TournamentReport, belief: &BeliefReport) {
    let Some(kind) = &belief.kind else { return };
    let Some(solution) = &kind.solution else {
        if !kind.weakly_acyclic {
            let ways = kind.cycles.iter().filter(|cycle| cycle.closed).count();
            let _ = writeln!(
                text,
                "Best replies do not settle: {} of them, once entered, {} never left.",
                counted(ways as u64, "cycle"),
                if ways == 1 { "is" } else { "are" }
            );
        }
        return;
    };
    if kind.strategies.iter().all(|set| set.len() == 1) {
        let _ = writeln!(text, "The game{} has one profile: no player has anything else to do.", among(kind));
        return;
    }
    let _ = write!(
        text,
        "The game{} is dominance-solvable: striking out strictly dominated strategies, {}, leaves {} and no other \
         equilibrium",
        among(kind),
        if kind.eliminated.len() <= 1 { "once".to_owned() } else { format!("{} times over", kind.eliminated.len()) },
        profile(&report.players, solution)
    );
    if let Some(stability) = &kind.stability {
        let _ = write!(text, " (the same in {})", of_resamples(stability.same_solution, stability.resamples));
    }
    text.push_str(if kind.eliminated.len() <= 1 {
        ". What a player does there is best whatever the others do; the game is hardly one.\n"
    } else {
        ". What a player does there is best once nobody is taken to do what is dominated.\n"
    });
}

fn among(kind: &GameKind) -> String {
    if kind.whole {
        return String::new();
    }
    let sizes: Vec<String> = kind.strategies.iter().map(|set| set.len().to_string()).collect();
    format!(" among the {} strategies sampled together", sizes.join(" × "))
}

fn of_resamples(count: u64, all: u64) -> String {
    format!("{:.0} % of {all} resamples", 100.0 * count as f64 / all.max(1) as f64)
}

fn profile(players: &[String], strategies: &[String]) -> String {
    let of = |(player, strategy): (&String, &String)| format!("{player} {strategy}");
    players.iter().zip(strategies).map(of).collect::<Vec<_>>().join(", ")
}

fn part(of: &VariancePart) -> String {
    let Some(share) = of.share else { return "–".into() };
    match of.interval {
        Some(i) => format!("{:.1} % ({:.1} to {:.1})", 100.0 * share, 100.0 * i.low, 100.0 * i.high),
        None => format!("{:.1} %", 100.0 * share),
    }
}

/// The section on the kind of game.
pub(super) fn kind(text: &mut String, report: &TournamentReport, belief: &BeliefReport) {
    let Some(kind) = &belief.kind else {
        text.push_str("What kind of game it is cannot be told: no product of strategies was sampled whole.\n\n");
        return;
    };
    let _ = writeln!(text, "What kind of game it is{}", among(kind));
    variance(text, kind, report.level);
    dominated(text, kind);
    replies(text, kind);
    dynamics(text, kind);
    fits(text, kind);
    text.push('\n');
}

fn refusal(text: &mut String, of: &PartsReport) {
    if let Some(refusal) = of.refusal {
        let _ = writeln!(text, "    no intervals: {refusal}");
    }
}

fn variance(text: &mut String, kind: &GameKind, level: f64) {
    let _ = writeln!(
        text,
        "  What moves payoffs over all these profiles, in shares of the variance (unbiased; {:.0} % intervals over {}):",
        100.0 * level,
        counted(kind.variance.first().map_or(0, |one| one.shares.replications), "shared replication")
    );
    for one in &kind.variance {
        if let [own, others, both, noise] = &one.shares.parts[..] {
            let decided = one.decided.parts.get(1).map_or_else(|| "–".into(), part);
            let _ = writeln!(
                text,
                "    {}: own strategy {}, the others' {}, own × others' {}, chance {}; of what it can decide, own × \
                 others' is {decided}",
                one.player,
                part(own),
                part(others),
                part(both),
                part(noise)
            );
        }
    }
    if let Some(one) = kind.variance.first() {
        refusal(text, &one.shares);
    }
}

fn dominated(text: &mut String, kind: &GameKind) {
    if kind.dominated.is_empty() {
        text.push_str("  No strategy is strictly dominated.\n");
    }
    for (names, one) in kind.strategies.iter().zip(&kind.variance) {
        let own: Vec<String> = kind
            .dominated
            .iter()
            .filter(|of| of.player == one.player)
            .map(|of| {
                let by = of.by.as_deref().map_or_else(|| "a mixture".into(), |by| format!("`{by}`"));
                match of.stays {
                    Some(stays) if of.by.is_some() => {
                        format!("`{}` by {by} ({:.0} % of resamples)", of.strategy, 100.0 * stays)
                    }
                    _ => format!("`{}` by {by}", of.strategy),
                }
            })
            .collect();
        if !own.is_empty() {
            let _ = writeln!(
                text,
                "  Strictly dominated of {}: {} of {}: {}.",
                one.player,
                own.len(),
                names.len(),
                own.join(", ")
            );
        }
    }
}

fn replies(text: &mut String, kind: &GameKind) {
    text.push_str("  Best replies, and to how many plays of the others:\n");
    for (reply, names) in kind.replies.iter().zip(&kind.strategies) {
        let mut order: Vec<(usize, &String)> = reply.best_in.iter().copied().zip(names).filter(|of| of.0 > 0).collect();
        order.sort_by_key(|of| std::cmp::Reverse(of.0));
        let told: Vec<String> = order
            .iter()
            .take(LISTED)
            .map(|(count, name)| format!("`{name}` to {count} of {}", reply.rows.len()))
            .collect();
        let more = if order.len() > LISTED { format!(", and {} others", order.len() - LISTED) } else { String::new() };
        let _ = write!(text, "    {}: {}{more}", reply.player, told.join(", "));
        match &reply.reacting {
            None => text.push_str("; it has one reply to everything\n"),
            Some(ReactionGain { usual, against, gain }) => {
                let interval =
                    gain.interval.map_or_else(String::new, |i| format!(" ({} to {})", number(i.low), number(i.high)));
                let _ = writeln!(
                    text,
                    "; to {} `{}` earns {}{interval} more than `{usual}`, the most that reacting is worth",
                    against.join(", "),
                    gain.strategy,
                    gain.gain.map_or_else(|| "–".into(), number)
                );
            }
        }
    }
}

fn dynamics(text: &mut String, kind: &GameKind) {
    let _ = write!(
        text,
        "  {} in pure strategies",
        match kind.pure_equilibria.len() {
            0 => "No equilibrium".to_owned(),
            1 => "One equilibrium".to_owned(),
            n => format!("{n} equilibria"),
        }
    );
    if let Some(stability) = &kind.stability {
        let _ = write!(text, " (the same in {})", of_resamples(stability.same_equilibria, stability.resamples));
    }
    text.push_str(".\n");
    match (kind.cycles.is_empty(), kind.weakly_acyclic) {
        (true, _) => text.push_str("  Best replies lead to an equilibrium from everywhere, and never around.\n"),
        (false, true) => {
            text.push_str(
                "  From everywhere some best replies lead to an equilibrium, but they can also lead around.\n",
            );
        }
        (false, false) => text.push_str("  Best replies lead around without end in a part of the game.\n"),
    }
    for cycle in kind.cycles.iter().take(LISTED) {
        let way: Vec<String> = cycle.way.iter().take(2 * LISTED).map(|one| one.join(", ")).collect();
        let end = if cycle.way.len() > 2 * LISTED { " → …" } else { " → the first" };
        let _ = writeln!(
            text,
            "    {} cycle through {}: {}{end}",
            if cycle.closed { "closed" } else { "open" },
            counted(cycle.profiles as u64, "profile"),
            way.join(" → ")
        );
    }
    if kind.cycles.len() > LISTED {
        let _ = writeln!(text, "    … {} more in report.json", kind.cycles.len() - LISTED);
    }
}

fn fits(text: &mut String, kind: &GameKind) {
    if let Some(PotentialFit { shares, largest_difference, largest_gain, exact }) = &kind.potential
        && let Some(missed) = shares.parts.get(1)
    {
        let verdict = match (exact, missed.share, missed.interval.map(|i| i.high)) {
            (true, ..) => "A potential game",
            (_, Some(_), Some(high)) if high <= NEAR => "Near a potential game",
            (_, Some(share), None) if share <= NEAR => "Perhaps near a potential game",
            _ => "Not near a potential game",
        };
        let _ = writeln!(
            text,
            "  {verdict}: {} of what deviations gain, squared, fits no potential; at most {} of a gain, where the \
             largest is {}.",
            part(missed),
            number(*largest_difference),
            number(*largest_gain)
        );
    }
    if let [common, _] = &kind.interest.shares.parts[..] {
        let verdict = match (kind.interest.constant_sum, common.share, common.interval) {
            (true, ..) => "Payoffs add up to a constant: the game is zero-sum",
            (_, Some(_), Some(i)) if i.high <= NEAR => "Near zero-sum",
            (_, Some(_), Some(i)) if i.low >= 1.0 - NEAR => "Near common interest",
            _ => "Neither zero-sum nor of common interest",
        };
        let _ = writeln!(
            text,
            "  {verdict}: {} of how payoffs vary over profiles is common to all (0 % zero-sum, 100 % common interest).",
            part(common)
        );
    }
    match (&kind.supermodular, kind.supermodular_undecided) {
        (Some(orders), _) => {
            text.push_str(
                "  Supermodular, gains from a later strategy never falling as others go later, in the orders\n",
            );
            for (one, order) in kind.variance.iter().zip(orders) {
                let _ = writeln!(text, "    {}: {}", one.player, order.join(" < "));
            }
        }
        (None, true) => {
            text.push_str("  Whether it is supermodular in some order was not told: too many orders fit.\n")
        }
        (None, false) => text.push_str("  Supermodular in no order of the strategies.\n"),
    }
    if kind.solution.is_none() {
        text.push_str("  Not dominance-solvable");
        let left = kind.eliminated.iter().flatten().map(Vec::len).sum::<usize>();
        let all = kind.strategies.iter().map(Vec::len).sum::<usize>();
        if left > 0 {
            let _ = write!(text, ": elimination strikes out {left} of {all} strategies");
        }
        if let Some(stability) = &kind.stability {
            let _ = write!(text, " (solvable in {})", of_resamples(stability.solvable, stability.resamples));
        }
        text.push_str(".\n");
    }
}
