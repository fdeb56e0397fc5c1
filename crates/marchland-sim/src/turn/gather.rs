//! What a game gathers at the end of every turn: measures, outcome events, payoffs.

use marchland_game::{Domain, PlayerId, Readings, Reduction, number};

use super::glance::Glance;
use super::state::{GatheredMeasure, GatheredPayoff};

/// Adds the turn to every measure.
pub(crate) fn measures(at: &Glance<'_>, gathered: &mut [GatheredMeasure]) {
    for (sum, measure) in gathered.iter_mut().zip(&at.catalogue.measures) {
        let value = measure.value.value(at);
        let first = sum.turns == 0;
        sum.last = value;
        sum.sum += value;
        sum.max = if first { value } else { number::max(sum.max, value) };
        sum.min = if first { value } else { number::min(sum.min, value) };
        if let Reduction::At(turn) = measure.over
            && at.state.turn <= turn
        {
            sum.at = value;
        }
        sum.turns += 1;
    }
}

/// Notes which outcome events have happened by the end of this turn, and did not before.
pub(crate) fn outcome_events(at: &Glance<'_>, first: &mut [u32]) {
    for (turn, event) in first.iter_mut().zip(&at.catalogue.outcome_events) {
        if *turn == 0 && event.when.holds(at) {
            *turn = at.state.turn;
        }
    }
}

/// Adds the turn's payoffs to what players have gathered, and leaves them in `of_turn`. A player counts
/// from the turn in which it first is in office.
pub(crate) fn payoffs(at: &Glance<'_>, gathered: &mut [GatheredPayoff], of_turn: &mut [f64]) {
    let noise = at.variant.parameter_or(at.scenario.payoff_noise, 0.0);
    for (seat, (gathered, of_turn)) in gathered.iter_mut().zip(of_turn).enumerate() {
        let player = PlayerId::from_index(seat);
        let mut payoff = payoff_terms(at, player, false);
        if noise > 0.0 {
            let hash = at.index.player_hash[seat];
            payoff += noise * at.state.root.stream(Domain::Payoff, at.round(), hash, 0).normal();
        }
        *of_turn = payoff;
        if gathered.turns > 0 || at.in_office(player) {
            gathered.sum += payoff;
            gathered.turns += 1;
        }
    }
}

/// The weighted sum of a player's terms on the board: those marked `at_end`, or the others.
pub(crate) fn payoff_terms(at: &Glance<'_>, player: PlayerId, at_end: bool) -> f64 {
    let table = &at.catalogue.players[player.index()].payoffs;
    let weights = &at.variant.weights[player.index()];
    let mut sum = 0.0;
    for (term, weight) in table.terms.iter().zip(weights) {
        if term.at_end == at_end {
            sum += weight * term.scaled(at.now(term.indicator));
        }
    }
    sum
}
