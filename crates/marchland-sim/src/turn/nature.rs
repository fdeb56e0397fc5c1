//! Nature and the record: what happens after players have acted, and how a turn is closed.

use std::sync::Arc;

use marchland_game::{Cause, Domain, Over, PlayerId, Readings, TurnRecord, number};

use super::game::Game;
use crate::ledger::Ledger;
use crate::mechanisms::exogenous;
use crate::scenario::Trigger;

impl Game {
    /// Ends the round: queued effects, exogenous paths, events, laws of motion; then the record,
    /// where it was the month's last.
    pub(crate) fn end_round(&mut self) {
        if self.state.round == 0 {
            self.run_queue();
            self.follow_paths();
            self.fire_events();
        }
        self.settle_board();
        self.scratch.caps.clear();
        self.trigger_events();
        self.run_nature();
        self.refresh_board();
        self.close_round();
    }

    /// Moves the indicators that follow exogenous paths, once a month.
    fn follow_paths(&mut self) {
        let variant = Arc::clone(&self.setup.variant);
        let moment = marchland_game::Moment { stage: marchland_game::Stage::Orders, ..self.moment() };
        let turn = self.state.turn;
        for path in variant.paths.iter() {
            let last = self.world.get(path.indicator);
            // What the indicator was before the path began is no distance from it.
            let before = if turn > 1 { exogenous::at(&path.values, last, turn - 1) } else { last };
            let now = exogenous::at(&path.values, last, turn);
            let sd = variant.constant(&path.sd);
            let hash = self.index.indicator_hash[path.indicator.index()];
            let draw = if sd > 0.0 { self.state.root.stream(Domain::Nature, moment, hash, 0).normal() } else { 0.0 };
            let value = exogenous::next(before, now, last, variant.constant(&path.persistence), sd, draw);
            self.write(path.indicator, value, Cause::Path, &[]);
        }
    }

    /// Events whose time, condition or hazard has come.
    fn trigger_events(&mut self) {
        let scenario = Arc::clone(&self.scenario);
        let rounds = f64::from(self.state.rounds);
        let mut moment = self.moment();
        moment.stage = marchland_game::Stage::Orders;
        for (at, event) in scenario.events.iter().enumerate() {
            if !event.repeats && self.state.last_event[at] != 0 {
                continue;
            }
            let happens = match &event.trigger {
                Trigger::Scheduled(turn) => *turn == self.state.turn && self.state.round == 0,
                Trigger::When(condition) => condition.holds(&self.glance()),
                Trigger::Hazard(monthly) => {
                    let p = number::probability_over(monthly.value(&self.glance()), 1.0 / rounds);
                    p > 0.0
                        && self.state.root.stream(Domain::Nature, moment, self.index.event_hash[at], 0).uniform() < p
                }
                Trigger::Manual => false,
            };
            if happens {
                self.scratch.fired.push(marchland_game::EventId::from_index(at));
            }
        }
        self.fire_events();
    }

    fn close_round(&mut self) {
        if self.recorder.recording {
            let mut round = std::mem::take(&mut self.recorder.round);
            if self.setup.tracing {
                let mut ledger = self.world.ecs.resource_mut::<Ledger>();
                ledger.settle(Cause::Unexplained, &self.scratch.board);
                round.bookings = ledger.close();
            }
            if self.state.round == 0 {
                self.recorder.record.rounds.clear();
            }
            self.recorder.record.rounds.push(round);
        } else if self.setup.tracing {
            let _ = self.world.ecs.resource_mut::<Ledger>().close();
        }
        if self.state.round + 1 < self.state.rounds {
            self.state.round += 1;
            self.open_round();
        } else {
            self.close_turn();
        }
    }

    /// Closes the month: history, measures, payoffs, the record; then opens the next.
    fn close_turn(&mut self) {
        self.history.push(&self.scratch.board);
        self.gather_measures();
        self.note_outcome_events();
        self.gather_payoffs();
        if self.recorder.recording {
            let mut record = std::mem::take(&mut self.recorder.record);
            self.write_record(&mut record);
            self.recorder.record = record;
        }
        let ended = self.scenario.end.as_ref().is_some_and(|end| end.holds(&self.glance()));
        self.state.over = ended || self.state.turn >= self.setup.turns;
        self.state.turn += 1;
        if self.state.over {
            self.state.stage = marchland_game::Stage::Orders;
            self.state.round = 0;
        } else {
            self.open_turn();
        }
    }

    fn write_record(&self, record: &mut TurnRecord) {
        record.turn = self.state.turn;
        record.indicators.clear();
        record.indicators.extend(self.index.positions.iter().map(|at| self.scratch.board[*at as usize]));
        record.payoffs.clone_from(&self.scratch.turn_payoffs);
    }

    fn gather_measures(&mut self) {
        let mut gathered = std::mem::take(&mut self.state.measures);
        let glance = self.glance();
        for (sum, measure) in gathered.iter_mut().zip(&glance.catalogue.measures) {
            let value = measure.value.value(&glance);
            let first = sum.turns == 0;
            sum.last = value;
            sum.sum += value;
            sum.max = if first { value } else { number::max(sum.max, value) };
            sum.min = if first { value } else { number::min(sum.min, value) };
            if let Over::At(turn) = measure.over
                && self.state.turn <= turn
            {
                sum.at = value;
            }
            sum.turns += 1;
        }
        self.state.measures = gathered;
    }

    /// Notes which outcome events have happened by the end of this turn, and did not before.
    fn note_outcome_events(&mut self) {
        let mut first = std::mem::take(&mut self.state.first_events);
        let glance = self.glance();
        for (turn, event) in first.iter_mut().zip(&glance.catalogue.outcome_events) {
            if *turn == 0 && event.when.holds(&glance) {
                *turn = glance.state.turn;
            }
        }
        self.state.first_events = first;
    }

    fn gather_payoffs(&mut self) {
        let noise = self.setup.variant.parameter_or(self.scenario.payoff_noise, 0.0);
        let mut moment = self.moment();
        moment.stage = marchland_game::Stage::Orders;
        for at in 0..self.state.payoffs.len() {
            let player = PlayerId::from_index(at);
            let mut payoff = self.payoff_terms(player, false);
            if noise > 0.0 {
                let draw = self.state.root.stream(Domain::Payoff, moment, self.index.player_hash[at], 0).normal();
                payoff += noise * draw;
            }
            self.scratch.turn_payoffs[at] = payoff;
            let gathered = &self.state.payoffs[at];
            if gathered.turns > 0 || self.in_office(player) {
                self.state.payoffs[at].sum += payoff;
                self.state.payoffs[at].turns += 1;
            }
        }
    }

    /// The weighted sum of a player's terms on the board: those marked `at_end`, or the others.
    pub(crate) fn payoff_terms(&self, player: PlayerId, at_end: bool) -> f64 {
        let table = &self.scenario.catalogue.players[player.index()].payoffs;
        let weights = &self.setup.variant.weights[player.index()];
        let glance = self.glance();
        let mut sum = 0.0;
        for (term, weight) in table.terms.iter().zip(weights) {
            if term.at_end == at_end {
                sum += weight * term.scaled(glance.now(term.indicator));
            }
        }
        sum
    }
}
