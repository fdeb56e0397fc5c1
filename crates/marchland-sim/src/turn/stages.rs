//! The two stages: orders become rulings, ballots become results, and both take effect.

use marchland_game::{Cause, Choice, PlayerId, Ruling, Stage, VoteRecord};

use super::effects::Source;
use super::game::Game;
use super::state::IssuedOrder;
use super::{ballots, rulings};
use crate::ledger::Ledger;

impl Game {
    /// Rules on orders: legality, chance and draw, in the players' order. Writes nothing to the
    /// game. What a facilitator amends, it amends in `rulings`, before [`Self::apply`].
    pub fn resolve(&self, choices: &[Choice], rulings: &mut Vec<Ruling>) {
        rulings::resolve(&self.glance(), choices, rulings);
    }

    /// Counts the ballots on what stands tabled: players' choices first, then logit of a player's
    /// stake where its choice is silent, then ideal points for members that are no players. Writes
    /// nothing to the game.
    pub fn count(&self, choices: &[Choice], votes: &mut Vec<VoteRecord>) {
        ballots::count(&self.glance(), choices, votes);
    }

    /// Lets rulings take effect, and opens the stage *Ballots* or, where nothing is tabled, ends the
    /// round. `choices` are recorded beside them.
    ///
    /// # Panics
    /// Where the stage is not *Orders*.
    pub fn apply(&mut self, choices: &[Choice], rulings: &[Ruling]) {
        assert_eq!(self.state.stage, Stage::Orders, "orders are applied in their stage");
        self.scratch.caps.clear();
        self.count_decisions(choices);
        // What lasted until this month ends before the month's own orders take effect: an order given
        // again then counts in full, whatever the range.
        if self.state.round == 0 {
            self.run_queue();
        }
        let scenario = std::sync::Arc::clone(&self.scenario);
        for ruling in rulings.iter().filter(|ruling| ruling.legal()) {
            let (player, order) = (ruling.player, ruling.order);
            let action = &scenario.catalogue.actions[order.action.index()];
            let option = &action.options[usize::from(order.option)];
            let seen_by = action.visibility.seen_by(ruling.leaked);
            let known = seen_by.with(player);
            for (budget, cost) in scenario.catalogue.players[player.index()].budgets.iter().zip(option.cost) {
                if let Some(indicator) = budget
                    && cost != 0.0
                {
                    let left = self.world.get(*indicator) - cost;
                    self.write(*indicator, left, Cause::Cost(player, order), &[]);
                }
            }
            if scenario.catalogue.deal_move(order.action).is_none() {
                self.state.orders_this_turn[player.index()] += 1;
            }
            self.issue(IssuedOrder {
                turn: self.state.turn,
                player,
                action: order.action,
                option: order.option,
                seen_by,
            });
            let plan = &scenario.actions[order.action.index()].options[usize::from(order.option)];
            let source =
                Source { cause: Cause::Order(player, order), level: option.level, seen_by: known, by: Some(player) };
            self.take_effect(if ruling.success { &plan.success } else { &plan.failure }, source);
            if ruling.leaked {
                self.take_effect(&plan.leak, Source { cause: Cause::Leak(player, order), ..source });
            }
        }
        self.fire_events();
        self.tell_deals();
        if self.recorder.recording {
            self.recorder.round.rulings.extend_from_slice(rulings);
            self.note_choices(choices);
        }
        if self.state.tabled.is_empty() {
            self.end_round();
        } else {
            self.state.stage = Stage::Ballots;
            self.settle_board();
            if self.setup.tracing {
                let moment = self.moment();
                self.world.ecs.resource_mut::<Ledger>().stage(moment);
            }
        }
    }

    /// Counts decisions, and those that were lost. Counted where a stage takes effect and not where a strategy is asked, so that a replay, which asks
    /// none, counts the same.
    fn count_decisions(&mut self, choices: &[Choice]) {
        for (at, choice) in choices.iter().enumerate() {
            let asked = self.decides(PlayerId::from_index(at));
            if let Some(count) = self.state.forfeits.get_mut(at) {
                *count += u32::from(choice.forfeit.is_some());
            }
            if let Some(count) = self.state.decisions.get_mut(at) {
                *count += u32::from(asked);
            }
        }
    }

    fn note_choices(&mut self, choices: &[Choice]) {
        for (at, choice) in choices.iter().enumerate() {
            let player = PlayerId::from_index(at);
            self.recorder.round.notes.extend(choice.notes.iter().map(|note| (player, note.clone())));
            self.recorder.round.forfeits.extend(choice.forfeit.map(|forfeit| (player, forfeit)));
        }
    }

    /// Lets the results of votes take effect and ends the round.
    ///
    /// # Panics
    /// Where the stage is not *Ballots*.
    pub fn enact(&mut self, choices: &[Choice], votes: &[VoteRecord]) {
        assert_eq!(self.state.stage, Stage::Ballots, "ballots are counted in their stage");
        self.scratch.caps.clear();
        self.count_decisions(choices);
        let scenario = std::sync::Arc::clone(&self.scenario);
        self.state.tabled.clear();
        for vote in votes {
            let plan = &scenario.motions[vote.motion.index()];
            let source = Source {
                cause: Cause::Motion(vote.motion),
                level: 1.0,
                seen_by: scenario.catalogue.motions[vote.motion.index()].seen_by,
                by: vote.by,
            };
            self.take_effect(if vote.passed { &plan.passed } else { &plan.failed }, source);
        }
        self.fire_events();
        self.tell_deals();
        if self.recorder.recording {
            self.recorder.round.votes.extend_from_slice(votes);
            self.note_choices(choices);
        }
        // What a motion tables waits for the next round.
        self.end_round();
    }
}
