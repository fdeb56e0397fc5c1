//! A tournament's report in words: half a page that answers, then the figures behind it.

use std::fmt::Write as _;

use marchland_experiments::tournament::{
    BeliefReport, Carrier, Contrast, EquilibriumReport, Gain, Share, TournamentReport, VariationReport,
};
use marchland_play::{FORFEIT_SHARE, LostDecisions};
use marchland_sim::scenario::Scenario;
use marchland_statistics::{Interval, LEAST_UNITS, MeanEstimate, Proportion, Refusal};

use super::games;
use crate::figures::Words as _;
use crate::number::number;
use crate::visible::line;
use crate::wording::{Wording, upper_first};

/// Causes, deviations and rows that are listed.
const LISTED: usize = 8;
/// Profiles of the payoff table that are listed.
const ROWS: usize = 24;

/// The report.
#[must_use]
pub fn render(report: &TournamentReport, scenario: &Scenario) -> String {
    let mut text = String::new();
    if !report.title.is_empty() {
        let _ = writeln!(text, "{}", line(&report.title));
    }
    if !report.question.is_empty() {
        let _ = writeln!(text, "{}", line(&report.question));
    }
    text.push('\n');
    overall(&mut text, report);
    for belief in &report.beliefs {
        answer(&mut text, report, belief);
    }
    for belief in &report.beliefs {
        figures(&mut text, report, belief, &Wording::new(scenario));
    }
    text
}

/// Why a report answers nothing under some belief set: no equilibrium is confirmed there, for games are forfeited. A
/// sentence, lower case, no full stop; none where that is nowhere so.
#[must_use]
pub fn unanswered(report: &TournamentReport) -> Option<String> {
    let forfeited = |belief: &&BeliefReport| belief.confirmed().next().is_none() && belief.forfeited().is_some();
    let beliefs: Vec<&BeliefReport> = report.beliefs.iter().filter(forfeited).collect();
    let mut lost = LostDecisions::default();
    beliefs.iter().for_each(|belief| lost.add_all(&belief.lost));
    let names: Vec<&str> = beliefs.iter().map(|one| one.belief.as_str()).filter(|name| !name.is_empty()).collect();
    let under = if names.is_empty() { String::new() } else { format!(" under {}", names.join(", ")) };
    let seats = LostDecisions { forfeited: 0, ..lost.clone() }.words();
    let seats: Vec<&str> = seats.lines().collect();
    (!beliefs.is_empty()).then(|| {
        format!(
            "no equilibrium is confirmed{under}: {} of {} games are forfeited, as {}",
            lost.forfeited,
            lost.games,
            seats.join("; ")
        )
    })
}

fn heading(text: &mut String, words: &str) {
    let _ = writeln!(text, "{words}\n{}", "-".repeat(words.chars().count()));
}

fn under(belief: &BeliefReport) -> String {
    if belief.belief.is_empty() { "Answer".into() } else { format!("Under the belief {}", belief.belief) }
}

fn range(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |i| format!(" ({} to {})", number(i.low), number(i.high)))
}

fn share(proportion: &Proportion) -> String {
    proportion.share.map_or_else(|| "–".into(), |share| format!("{:.0} %", 100.0 * share))
}

fn mixture(players: &[String], shares: &[Vec<Share>]) -> String {
    let of = |(player, shares): (&String, &Vec<Share>)| {
        let used: Vec<String> = shares
            .iter()
            .map(|one| match shares.len() {
                1 => one.strategy.clone(),
                _ => format!("{} {:.2}{}", one.strategy, one.probability, range(one.interval)),
            })
            .collect();
        format!("{player} plays {}", used.join(" or "))
    };
    players.iter().zip(shares).map(of).collect::<Vec<_>>().join("; ")
}

/// Whether the answer holds under each belief set.
fn overall(text: &mut String, report: &TournamentReport) {
    let Some((player, strategy)) = &report.asked else { return };
    if report.beliefs.len() < 2 {
        return;
    }
    let played = |belief: &&BeliefReport| {
        belief.confirmed().any(|one| one.mixture.iter().flatten().any(|share| share.strategy == *strategy))
    };
    let inside: Vec<&str> = report.beliefs.iter().filter(played).map(|belief| belief.belief.as_str()).collect();
    let all = report.beliefs.len();
    let _ = write!(text, "`{strategy}` of {player} is an equilibrium choice under ");
    text.push_str(&match inside.len() {
        0 => format!("none of {all} belief sets"),
        n if n == all => format!("each of {all} belief sets"),
        n => format!("{n} of {all} belief sets ({})", inside.join(", ")),
    });
    let costs: Vec<String> = report
        .beliefs
        .iter()
        .filter_map(|belief| {
            let first = belief.equilibria.iter().position(|one| one.confirmed)?;
            let Gain { gain: Some(gain), interval, .. } = belief.asked.get(first)? else { return None };
            let contrast = belief.contrasts.first().filter(|one| one.from == *strategy)?;
            let cost = interval.map(|i| Interval { low: -i.high, high: -i.low, ..i });
            (*gain < 0.0).then(|| {
                format!("under {} `{}` earns {}{} more", belief.belief, contrast.to, number(-gain), range(cost))
            })
        })
        .collect();
    if costs.is_empty() {
        text.push_str(".\n\n");
    } else {
        let _ = writeln!(text, ". In payoff, at the first equilibrium: {}.\n", costs.join("; "));
    }
}

/// Answer, confidence, what would change it: a short paragraph each.
fn answer(text: &mut String, report: &TournamentReport, belief: &BeliefReport) {
    heading(text, &under(belief));
    let confirmed: Vec<(usize, &EquilibriumReport)> =
        belief.equilibria.iter().enumerate().filter(|(_, one)| one.confirmed).collect();
    match &confirmed[..] {
        [] if let Some((lost, of)) = belief.forfeited() => {
            let _ = writeln!(
                text,
                "No equilibrium is confirmed: {lost} of {of} games that it would rest on are forfeited, because the \
                 program of a seat lost more than {:.0} % of its decisions, and what played in its place is no \
                 strategy to judge. Mend the program, or take its strategy out of the set.",
                100.0 * FORFEIT_SHARE
            );
        }
        [] => {
            let _ = writeln!(
                text,
                "No equilibrium is confirmed: of every candidate some deviation gains, or was not sampled."
            );
        }
        [(_, one)] => {
            let _ = writeln!(text, "One equilibrium: {}.", mixture(&report.players, &one.mixture));
        }
        all => {
            let _ = writeln!(text, "{} equilibria.", all.len());
            for (at, one) in all.iter().take(3) {
                let _ = writeln!(text, "  {}. {}.", at + 1, mixture(&report.players, &one.mixture));
            }
            if all.len() > 3 {
                let _ = writeln!(text, "  The others stand below.");
            }
        }
    }
    if belief.lost.forfeited == 0 {
        super::kind::announced(text, report, belief);
    }
    if let Some((player, strategy)) = &report.asked {
        asked(text, belief, player, strategy, &confirmed);
    }
    confidence(text, report, belief, &confirmed);
    stability(text, report, belief, &confirmed);
    change(text, report, belief);
    text.push('\n');
}

fn asked(
    text: &mut String,
    belief: &BeliefReport,
    player: &str,
    strategy: &str,
    confirmed: &[(usize, &EquilibriumReport)],
) {
    let inside: Vec<usize> = confirmed
        .iter()
        .filter(|(_, one)| one.mixture.iter().flatten().any(|share| share.strategy == strategy))
        .map(|(at, _)| at + 1)
        .collect();
    if confirmed.is_empty() {
        return;
    }
    if inside.is_empty() {
        let _ = write!(text, "`{strategy}` of {player} is in none of them");
    } else {
        let numbers: Vec<String> = inside.iter().map(ToString::to_string).collect();
        let which = if confirmed.len() == 1 { "it".to_owned() } else { format!("number {}", numbers.join(", ")) };
        let _ = write!(text, "`{strategy}` of {player} is played in {which}");
    }
    if let Some((at, _)) = confirmed.first()
        && let Some(Gain { gain: Some(gain), interval, .. }) = belief.asked.get(*at)
        && *gain < 0.0
    {
        let cost = interval.map(|i| Interval { low: -i.high, high: -i.low, ..i });
        let _ = write!(text, ": against the first it costs {} of payoff{}", number(-gain), range(cost));
        if let Some(contrast) = belief.contrasts.first().filter(|one| one.from == strategy) {
            let _ = write!(text, ", and `{}` is best", contrast.to);
        }
    }
    text.push_str(".\n");
}

fn confidence(
    text: &mut String,
    report: &TournamentReport,
    belief: &BeliefReport,
    confirmed: &[(usize, &EquilibriumReport)],
) {
    let mut said = Vec::new();
    let resampled = belief.bootstrap.as_ref().zip(confirmed.first()).and_then(|(bootstrap, (first, _))| {
        let place = belief.resampled.iter().position(|at| at == first)?;
        bootstrap.equilibria.get(place)
    });
    if let Some(stability) = resampled {
        let stays = stability.kept.successes - u64::from(stability.refuted).min(stability.kept.successes);
        said.push(format!(
            "the first equilibrium comes back in {:.0} % of {} resamples",
            100.0 * stays as f64 / stability.kept.trials as f64,
            stability.kept.trials
        ));
    }
    if let Some(bound) = confirmed.first().and_then(|(_, one)| one.certified.as_ref()) {
        match bound.bound {
            Some(upper) => said.push(format!(
                "with fresh seeds no deviation from it gains {} at {:.0} % confidence{}",
                if upper > 0.0 { format!("more than {}", number(upper)) } else { "anything".into() },
                100.0 * bound.level,
                if upper <= report.epsilon {
                    String::new()
                } else {
                    format!(", above the {} asked for", report.epsilon)
                }
            )),
            None => said.push("its regret could not be bounded".into()),
        }
    }
    if said.is_empty() {
        return;
    }
    let _ = writeln!(text, "How sure: {}.", said.join("; "));
}

/// Each strategy of the first equilibrium, with the shares of resamples, of draws of all payoff weights and
/// of other circumstances in which it stays in a support: the only sense in which it is called stable.
fn stability(
    text: &mut String,
    report: &TournamentReport,
    belief: &BeliefReport,
    confirmed: &[(usize, &EquilibriumReport)],
) {
    let (Some((_, first)), Some(bootstrap)) = (confirmed.first(), &belief.bootstrap) else { return };
    let around: Vec<&VariationReport> = belief.lineups.iter().chain(&belief.along).collect();
    let mut said = Vec::new();
    for (player, name) in report.players.iter().enumerate() {
        for one in &first.mixture[player] {
            let set = belief.strategies.iter().filter(|other| other.player == *name);
            let Some(own) = set.map(|other| &other.strategy).position(|other| *other == one.strategy) else { continue };
            let is = |at: usize, strategy: usize| at == player && strategy == own;
            let mut shares = Vec::new();
            if let Some(found) = bootstrap.strategies.iter().find(|other| is(other.player, other.strategy)) {
                shares.push(format!("{} of resamples", share(&found.in_support)));
            }
            let weights = belief.reweighting.as_ref().map(|all| &all.strategies);
            if let Some(found) = weights.and_then(|all| all.iter().find(|other| is(other.player, other.strategy))) {
                shares.push(format!("{} of draws of all payoff weights", share(&found.in_support)));
            }
            if !around.is_empty() {
                let stays = |other: &&&VariationReport| {
                    other.equilibria.iter().flatten().flatten().any(|share| share.strategy == one.strategy)
                };
                shares.push(format!("{} of {} other circumstances", around.iter().filter(stays).count(), around.len()));
            }
            said.push(format!("{} in {}", one.strategy, shares.join(", ")));
        }
    }
    let _ = writeln!(text, "How stable, as the share in which it stays in a support: {}.", said.join("; "));
}

fn change(text: &mut String, report: &TournamentReport, belief: &BeliefReport) {
    let mut said = Vec::new();
    if let (Some(weights), Some((player, strategy))) = (&belief.reweighting, &report.asked) {
        let place = report.players.iter().position(|name| name == player);
        let set: Vec<_> = belief.strategies.iter().filter(|one| one.player == *player).collect();
        let own = set.iter().position(|one| one.strategy == *strategy);
        if let (Some(place), Some(own)) = (place, own)
            && let Some(found) = weights.strategies.iter().find(|one| one.player == place && one.strategy == own)
        {
            said.push(format!(
                "with all payoff weights drawn anew `{strategy}` is in a support in {} of {} draws",
                share(&found.in_support),
                found.in_support.trials
            ));
        }
    }
    let differs: Vec<&VariationReport> =
        belief.lineups.iter().chain(&belief.along).filter(|one| moved(belief, one)).collect();
    let all = belief.lineups.len() + belief.along.len();
    if all > 0 {
        let names: Vec<&str> = differs.iter().map(|one| one.name.as_str()).collect();
        said.push(match names.len() {
            0 => format!("the first equilibrium's support is the same under all {all} other line-ups and values"),
            n => format!("the equilibrium changes in {n} of {all} other line-ups and values ({})", names.join(", ")),
        });
    }
    match (belief.undecided.len(), belief.games_needed) {
        (0, _) => {}
        (n, Some(0)) => said.push(format!("{}, by little", left_open(n))),
        (n, Some(more)) => said.push(format!("{}, and about {} would decide it", left_open(n), games(more))),
        (n, None) => said.push(format!("{}, too near {} for any number of games", left_open(n), report.epsilon)),
    }
    if let Some(stopped) = &belief.stopped {
        said.push(format!("the search ended early: {stopped}"));
    }
    if !said.is_empty() {
        let _ = writeln!(text, "What would change it: {}.", said.join("; "));
    }
}

/// How many deviations are undecided.
fn left_open(n: usize) -> String {
    if n == 1 { "1 deviation is undecided".to_owned() } else { format!("{n} deviations are undecided") }
}

/// Whether no equilibrium elsewhere has the support of a confirmed one here.
fn moved(belief: &BeliefReport, elsewhere: &VariationReport) -> bool {
    let support = |shares: &Vec<Vec<Share>>| -> Vec<Vec<String>> {
        shares.iter().map(|own| own.iter().map(|share| share.strategy.clone()).collect()).collect()
    };
    let Some(first) = belief.confirmed().next() else { return false };
    !elsewhere.equilibria.iter().any(|one| support(one) == support(&first.mixture))
}

fn figures(text: &mut String, report: &TournamentReport, belief: &BeliefReport, wording: &Wording<'_>) {
    let name = if belief.belief.is_empty() { "Figures".into() } else { format!("Figures, belief {}", belief.belief) };
    text.push('\n');
    heading(text, &name);
    let _ = writeln!(
        text,
        "{} of {} profiles simulated ({}): {} to find the equilibria, {} with fresh seeds, {} under other line-ups and values; {} to {} a profile.",
        belief.profiles_played,
        belief.profiles,
        report.mode,
        games(belief.games),
        games(belief.fresh_games),
        games(belief.other_games),
        belief.replications.0,
        belief.replications.1
    );
    if (belief.replications.0 as usize) < LEAST_UNITS {
        let refusal = Refusal::FewGames { games: belief.replications.0 as usize, least: LEAST_UNITS };
        let _ =
            writeln!(text, "Where a profile has so few, payoffs and gains have no interval: {refusal} of a profile.");
    }
    if !belief.lost.is_none() {
        // What is forfeited is told below: here figures count it.
        let seats = LostDecisions { forfeited: 0, ..belief.lost.clone() };
        let _ = writeln!(text, "{}", upper_first(seats.words().trim_end()));
    }
    if belief.lost.forfeited > 0 {
        let _ = writeln!(
            text,
            "{} of {} games are forfeited: a seat lost more than {:.0} % of its decisions. Payoffs of profiles stand \
             without them and with them; equilibria, gains, rankings and the kind of game count them, and none of it \
             is confirmed.",
            belief.lost.forfeited,
            belief.lost.games,
            100.0 * FORFEIT_SHARE
        );
    }
    if let Some(found) = &belief.correlation {
        let _ = writeln!(
            text,
            "Equal seeds: payoffs of two strategies correlate by {:.2} on average over {} pairs of profiles; a difference has {:.0} % of the variance that independent seeds would give.",
            found.mean,
            found.pairs,
            100.0 * found.variance_share
        );
    }
    let _ = writeln!(
        text,
        "Equilibria are {} of game.nfg, the game of all reported supports; every payoff in it was sampled.\n",
        if belief.complete { "proved to be all" } else { "those found, not proved to be all," }
    );
    for component in &belief.components {
        let numbers: Vec<String> = component.iter().map(|at| (at + 1).to_string()).collect();
        let _ = writeln!(
            text,
            "Equilibria {} lie in one component: they are connected by equilibria.\n",
            numbers.join(", ")
        );
    }
    table(text, report, belief);
    for (at, one) in belief.equilibria.iter().enumerate() {
        equilibrium(text, report, at, one);
    }
    super::kind::kind(text, report, belief);
    ranking(text, belief);
    strategies(text, report, belief);
    contrasts(text, belief, wording);
    elsewhere(text, report, belief);
    undecided(text, belief);
}

fn table(text: &mut String, report: &TournamentReport, belief: &BeliefReport) {
    let _ = writeln!(text, "Payoffs: {} (mean, {:.0} % interval)", report.players.join(", "), 100.0 * report.level);
    let mut rows: Vec<_> = belief.table.iter().collect();
    // The most ranked first where all do not fit.
    if rows.len() > ROWS {
        rows.sort_by(|a, b| b.mass.unwrap_or(0.0).total_cmp(&a.mass.unwrap_or(0.0)));
    }
    for row in rows.iter().take(ROWS) {
        let list = |payoffs: &[MeanEstimate]| payoffs.iter().map(payoff).collect::<Vec<_>>().join("; ");
        let name = row.strategies.join(", ");
        let _ = match row.forfeited {
            0 => writeln!(text, "  {name}: {} [{}]", list(&row.payoffs), row.replications),
            lost => writeln!(
                text,
                "  {name}: {} [{}]; with {lost} forfeited: {} [{}]",
                list(&row.payoffs_kept),
                row.replications - lost,
                list(&row.payoffs),
                row.replications
            ),
        };
    }
    if rows.len() > ROWS {
        let _ = writeln!(text, "  … {} more in report.json", rows.len() - ROWS);
    }
    text.push('\n');
}

fn payoff(estimate: &MeanEstimate) -> String {
    estimate.mean.map_or_else(|| "–".into(), |mean| format!("{mean:.4}{}", fine(estimate.interval)))
}

/// An interval with as many digits as payoffs have.
fn fine(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |i| format!(" ({:.4} to {:.4})", i.low, i.high))
}

fn equilibrium(text: &mut String, report: &TournamentReport, at: usize, one: &EquilibriumReport) {
    let unsampled = one.deviations.iter().filter(|deviation| deviation.gain.is_none()).count();
    let word = if one.confirmed {
        "confirmed: every unilateral deviation was sampled, and none gains in the mean of the games played".to_owned()
    } else if unsampled > 0 {
        format!("not confirmed: {unsampled} deviations were not sampled")
    } else if one.forfeited.0 > 0 {
        format!("not confirmed: {} of {} games that it rests on are forfeited", one.forfeited.0, one.forfeited.1)
    } else {
        "refuted by a strategy left out".to_owned()
    };
    let _ = writeln!(text, "Equilibrium {} ({word})", at + 1);
    let _ = writeln!(text, "  {}", mixture(&report.players, &one.mixture));
    for (player, estimate) in report.players.iter().zip(&one.payoffs) {
        let _ = writeln!(text, "  payoff of {player}: {}", payoff(estimate));
    }
    if let Some(bound) = &one.certified {
        let upper = bound.bound.map_or_else(|| "unbounded".into(), |bound| format!("{bound:.4}"));
        let _ = writeln!(
            text,
            "  certified regret, fresh seeds: {:.4}, at most {upper} at {:.0} % ({} replications or more)",
            bound.estimate,
            100.0 * bound.level,
            bound.replications
        );
    }
    for gain in one.deviations.iter().take(LISTED) {
        let words =
            gain.gain.map_or_else(|| "not sampled".into(), |value| format!("{value:+.4}{}", fine(gain.interval)));
        let _ = writeln!(text, "  {} to {}: {words}", gain.player, gain.strategy);
    }
    for risk in &one.risks {
        if let (Some(high), Some(low)) = (&risk.high, &risk.low) {
            let _ = writeln!(
                text,
                "  {}: mean {}{}, worst tenth {} where large is bad ({} at worst), {} where small is bad ({} at worst)",
                risk.measure,
                number(high.mean),
                range(high.mean_spread.map(|spread| spread.interval)),
                number(high.tail_mean),
                number(high.worst),
                number(low.tail_mean),
                number(low.worst)
            );
        }
    }
    text.push('\n');
}

fn ranking(text: &mut String, belief: &BeliefReport) {
    let mut ranked: Vec<_> = belief.table.iter().filter(|row| row.mass.is_some()).collect();
    if ranked.len() < 2 {
        return;
    }
    ranked.sort_by(|a, b| b.mass.unwrap_or(0.0).total_cmp(&a.mass.unwrap_or(0.0)));
    let sizes: Vec<String> = belief.ranked.iter().map(|set| set.len().to_string()).collect();
    let _ = writeln!(
        text,
        "α-Rank over {} strategies, the largest product of sampled profiles around the supports",
        sizes.join(" × ")
    );
    // Masses that print as 0 say nothing.
    for row in ranked.iter().filter(|row| row.mass.is_some_and(|mass| mass >= 5e-4)).take(LISTED) {
        let _ = writeln!(
            text,
            "  {:.3}{}  {}",
            row.mass.unwrap_or(0.0),
            range(row.mass_interval),
            row.strategies.join(", ")
        );
    }
    text.push('\n');
}

fn strategies(text: &mut String, report: &TournamentReport, belief: &BeliefReport) {
    let _ = writeln!(
        text,
        "Strategies: regret against the first equilibrium; share of resamples, and of draws of all payoff weights, in whose supports it stays; domination"
    );
    for one in &belief.strategies {
        let player = report.players.iter().position(|name| *name == one.player);
        let set: Vec<_> = belief.strategies.iter().filter(|other| other.player == one.player).collect();
        let own = set.iter().position(|other| other.strategy == one.strategy);
        let regret = one.regrets.first().and_then(Option::as_ref).map_or_else(
            || "not sampled".to_owned(),
            |estimate| {
                let zero = estimate.mean == Some(0.0);
                if zero { "0 (best)".into() } else { payoff(estimate) }
            },
        );
        let resampled = belief.bootstrap.as_ref().and_then(|all| {
            all.strategies.iter().find(|other| Some(other.player) == player && Some(other.strategy) == own)
        });
        let drawn = belief.reweighting.as_ref().and_then(|all| {
            all.strategies.iter().find(|other| Some(other.player) == player && Some(other.strategy) == own)
        });
        let mut words = vec![
            format!("regret {regret}"),
            resampled.map_or_else(
                || "not resampled".into(),
                |found| format!("in {} of resamples", share(&found.in_support)),
            ),
            drawn
                .map_or_else(|| "not reweighted".into(), |found| format!("in {} of weights", share(&found.in_support))),
        ];
        if let (Some(by), Some(sure)) = (&one.dominated_by, one.dominated_confidence) {
            words.push(format!(
                "dominated by {by} against all {} plays of the others sampled with both ({:.0} % of resamples)",
                one.compared,
                100.0 * sure
            ));
        }
        let _ = writeln!(text, "  {} {}: {}", one.player, one.strategy, words.join("; "));
    }
    text.push('\n');
    if !belief.from_lineup.is_empty() {
        let _ = writeln!(text, "Who gains by leaving the scenario's own line-up");
        for gain in &belief.from_lineup {
            let value = gain.gain.unwrap_or(0.0);
            if value > 0.0 {
                let _ = writeln!(text, "  {} by {}: {value:+.4}{}", gain.player, gain.strategy, fine(gain.interval));
            } else {
                let _ = writeln!(text, "  {}: nothing", gain.player);
            }
        }
        text.push('\n');
    }
}

fn contrasts(text: &mut String, belief: &BeliefReport, wording: &Wording<'_>) {
    for Contrast { player, from, to, against, gain, terms, causes, events } in &belief.contrasts {
        let _ = writeln!(text, "What {player} gains by {to} instead of {from}, against {against}");
        let _ = writeln!(text, "  {} over {} traced pairs", payoff(gain), gain.used);
        let list = |text: &mut String, what: &str, carriers: &[Carrier], words: &dyn Fn(&Carrier) -> String| {
            if carriers.is_empty() {
                return;
            }
            let _ = writeln!(text, "  {what}");
            for carrier in carriers.iter().take(LISTED) {
                let mean = carrier.gain.mean.unwrap_or(0.0);
                let _ = writeln!(text, "    {mean:+.4}{}  {}", fine(carrier.gain.interval), words(carrier));
            }
        };
        list(text, "by the term of its payoff", terms, &|term| term.cause.replace('_', " "));
        list(text, "by cause", causes, &|carrier| match &carrier.cause_parts {
            Some(cause) => wording.named_cause(cause),
            None => carrier.cause.clone(),
        });
        for event in events.iter().take(4) {
            let _ = writeln!(
                text,
                "  “{}” happens in {:.0} % of games instead of {:.0} %",
                upper_first(&event.event),
                100.0 * event.second,
                100.0 * event.first
            );
        }
        text.push('\n');
    }
}

fn elsewhere(text: &mut String, report: &TournamentReport, belief: &BeliefReport) {
    for (what, all) in [("Other line-ups of the fixed players", &belief.lineups), ("Along a parameter", &belief.along)]
    {
        if all.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{what}");
        for one in all {
            let found = match &one.equilibria[..] {
                [] => "none confirmed".to_owned(),
                found => found.iter().map(|one| mixture(&report.players, one)).collect::<Vec<_>>().join(" | "),
            };
            let _ = write!(text, "  {}: {found}", one.name);
            if let (Some(asked), Some(Gain { strategy, gain: Some(gain), interval, .. })) =
                (one.asked_in_support, &one.asked_gain)
            {
                let inside = if asked { "is in a support" } else { "is in no support" };
                let _ = write!(text, "; {strategy} {inside}, {gain:+.4}{} against the first", fine(*interval));
            }
            if one.forfeited > 0 {
                let _ = write!(text, "; {} of {} games are forfeited", one.forfeited, one.games);
            }
            if let Some(stopped) = &one.stopped {
                let _ = write!(text, "; {stopped}");
            }
            let _ = writeln!(text, " [{}]", games(one.games));
        }
        text.push('\n');
    }
}

fn undecided(text: &mut String, belief: &BeliefReport) {
    if belief.undecided.is_empty() {
        return;
    }
    let _ = writeln!(text, "Undecided: whether these gain more than is acceptable");
    for one in belief.undecided.iter().take(LISTED) {
        let gain = one.gain.map_or_else(|| "not sampled".into(), |gain| format!("{gain:+.4}"));
        let more =
            one.games_needed.map_or_else(|| "too near to tell".into(), |n| format!("about {} would tell", games(n)));
        let _ = writeln!(text, "  equilibrium {}, {} to {}: {gain}; {more}", one.equilibrium, one.player, one.strategy);
    }
    if belief.undecided.len() > LISTED {
        let _ = writeln!(text, "  … {} more in report.json", belief.undecided.len() - LISTED);
    }
    text.push('\n');
}
