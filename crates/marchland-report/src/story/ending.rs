//! How a story closes: measures and payoffs.

use marchland_game::Outcome;
use marchland_sim::scenario::Scenario;

use super::threads::month;
use crate::number::number;
use crate::screen::{BOLD, QUIET, Screen, WIDTH};
use crate::visible::line;
use crate::wording::{Wording, upper_first};

/// Characters of a full bar.
const BAR: usize = 20;

/// Writes what the game left.
pub fn write(to: &mut Screen, scenario: &Scenario, outcome: &Outcome) {
    measures(to, scenario, outcome);
    events(to, scenario, outcome);
    payoffs(to, scenario, outcome);
}

fn measures(to: &mut Screen, scenario: &Scenario, outcome: &Outcome) {
    let measures = &scenario.catalogue.measures;
    if measures.is_empty() {
        return;
    }
    to.end().styled(BOLD, "What is measured").end();
    // Meanings and values in two columns of their own, so that the eye runs down.
    let room = WIDTH - 24;
    for (measure, value) in measures.iter().zip(&outcome.measures) {
        let meaning = measure.meaning.strip_prefix("1 where ").map_or_else(|| measure.meaning.clone(), upper_first);
        let width = room.saturating_sub(meaning.chars().count());
        let dots = ".".repeat(width.saturating_sub(2));
        let value = match measure.reached(outcome.turns) {
            true => Wording::measured(*value, &measure.unit),
            false => "the game ended before".to_owned(),
        };
        to.plain(&format!("  {} ", line(&meaning))).styled(QUIET, &dots).plain(&format!(" {value}\n"));
    }
}

/// What happened and when first: in a scenario without a regime, whose fate the story tells.
fn events(to: &mut Screen, scenario: &Scenario, outcome: &Outcome) {
    let events = scenario.catalogue.outcome_events.iter().zip(&outcome.events);
    if scenario.regime.is_some() || scenario.catalogue.outcome_events.is_empty() {
        return;
    }
    to.end().styled(BOLD, "What was looked out for").end();
    for (event, first) in events {
        let when = match first {
            Some(turn) => format!("first in {}", month(scenario.calendar.start, *turn)),
            None => "never".to_owned(),
        };
        to.plain(&format!("  {}: {when}\n", line(&upper_first(&event.title))));
    }
}

/// Payoffs, each as its place between the worst and the best that the player could get.
fn payoffs(to: &mut Screen, scenario: &Scenario, outcome: &Outcome) {
    let players = &scenario.catalogue.players;
    let paid = || players.iter().zip(&outcome.payoffs).filter(|(player, _)| !player.payoffs.terms.is_empty());
    let Some(longest) = paid().map(|(player, _)| player.title.chars().count()).max() else { return };
    to.end().styled(BOLD, "Payoffs, from the worst a player could get to the best").end();
    for (player, payoff) in paid() {
        let title = upper_first(&player.title);
        let gap = " ".repeat(longest - player.title.chars().count());
        let Some(payoff) = payoff else {
            to.plain(&format!("  {}{gap}  ", line(&title))).styled(QUIET, "no whole month in office").end();
            continue;
        };
        let (worst, best) = player.payoffs.range;
        let span = best - worst;
        let share = if span > 0.0 { ((payoff - worst) / span).clamp(0.0, 1.0) } else { 0.0 };
        let full = (share * BAR as f64).round() as usize;
        to.plain(&format!("  {}{gap}  {}", line(&title), "█".repeat(full)))
            .styled(QUIET, &"░".repeat(BAR - full))
            .plain(&format!("  {} of {} to {}\n", number(*payoff), number(worst), number(best)));
    }
}
