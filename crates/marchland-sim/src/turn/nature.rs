//! Nature and the record: what happens after players have acted, and how a turn is closed.

use std::sync::Arc;

use marchland_game::{Cause, Domain, EventId, PlayerId, TurnRecord, number};

use super::game::Game;
use super::gather;
use super::glance::Glance;
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
        if self.state.round == 0 {
            self.keep_deals();
        }
        self.trigger_events();
        self.tell_deals();
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
        let mut fired = std::mem::take(&mut self.scratch.fired);
        due_events(&self.glance(), &mut fired);
        self.scratch.fired = fired;
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
        self.gather();
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

    /// Adds the turn to what measures, outcome events and payoffs have gathered.
    fn gather(&mut self) {
        let mut measures = std::mem::take(&mut self.state.measures);
        gather::measures(&self.glance(), &mut measures);
        self.state.measures = measures;
        let mut first = std::mem::take(&mut self.state.first_events);
        gather::outcome_events(&self.glance(), &mut first);
        self.state.first_events = first;
        let mut payoffs = std::mem::take(&mut self.state.payoffs);
        let mut of_turn = std::mem::take(&mut self.scratch.turn_payoffs);
        gather::payoffs(&self.glance(), &mut payoffs, &mut of_turn);
        self.scratch.turn_payoffs = of_turn;
        self.state.payoffs = payoffs;
    }

    /// The weighted sum of a player's terms on the board: those marked `at_end`, or the others.
    pub(crate) fn payoff_terms(&self, player: PlayerId, at_end: bool) -> f64 {
        gather::payoff_terms(&self.glance(), player, at_end)
    }
}

/// Lists the events whose time, condition or hazard has come.
fn due_events(at: &Glance<'_>, fired: &mut Vec<EventId>) {
    let rounds = f64::from(at.state.rounds);
    for (index, event) in at.scenario.events.iter().enumerate() {
        if !event.repeats && at.state.last_event[index] != 0 {
            continue;
        }
        let happens = match &event.trigger {
            Trigger::Scheduled(turn) => *turn == at.state.turn && at.state.round == 0,
            Trigger::When(condition) => condition.holds(at),
            Trigger::Hazard(monthly) => {
                let p = number::probability_over(monthly.value(at), 1.0 / rounds);
                let hash = at.index.event_hash[index];
                p > 0.0 && at.state.root.stream(Domain::Nature, at.round(), hash, 0).uniform() < p
            }
            Trigger::Manual => false,
        };
        if happens {
            fired.push(EventId::from_index(index));
        }
    }
}
