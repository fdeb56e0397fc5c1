//! The two stages: orders become rulings, ballots become results, and both take effect.

use marchland_game::{
    Ballot, Cause, Choice, Domain, Observation, PlayerId, Readings, Refusal, Rule, Ruling, Short, Stage, View,
    Visibility, Vote, VoteRecord, number,
};

use super::effects::Source;
use super::game::Game;
use super::glance::Seen;
use super::state::Given;
use crate::ledger::Ledger;

impl Game {
    /// Rules on orders: legality, chance and draw, in the players' order. Writes nothing to the
    /// game. What a facilitator amends, it amends in `rulings`, before [`Self::apply`].
    pub fn resolve(&self, choices: &[Choice], rulings: &mut Vec<Ruling>) {
        rulings.clear();
        let catalogue = &self.scenario.catalogue;
        let moment = self.moment();
        for (at, choice) in choices.iter().enumerate() {
            let player = PlayerId::from_index(at);
            let seen = Seen { truth: self.glance(), viewer: player };
            let mut left = catalogue.players[at].budgets.map(|id| id.map(|id| seen.truth.now(id)));
            let mut given = self.state.orders_this_turn[at];
            let mut positioned = self.position_taken(player);
            let first = rulings.len();
            for order in choice.orders.iter().copied() {
                let mut refusal = seen.legality(order).err();
                let repeated = rulings[first..].iter().any(|r| r.order.action == order.action && r.legal())
                    || self.ordered_this_turn(player, order.action);
                if refusal.is_none() {
                    let action = &catalogue.actions[order.action.index()];
                    let cost = action.options[usize::from(order.option)].cost;
                    let short = marchland_game::Budget::ALL
                        .into_iter()
                        .zip(cost.into_iter().zip(left))
                        .find(|(_, (cost, left))| left.is_some_and(|left| *cost > left + 1e-9));
                    refusal = if repeated {
                        Some(Refusal::AlreadyOrdered)
                    } else if given >= catalogue.players[at].orders_per_turn {
                        Some(Refusal::TooManyOrders)
                    } else if action.public_position && positioned {
                        Some(Refusal::SecondPosition)
                    } else if let Some((budget, (needs, Some(has)))) = short {
                        Some(Refusal::Budget { budget, needs, has })
                    } else {
                        self.cannot_table(order)
                    };
                    if refusal.is_none() {
                        given += 1;
                        positioned |= action.public_position;
                        for (left, cost) in left.iter_mut().zip(cost) {
                            if let Some(left) = left {
                                *left -= cost;
                            }
                        }
                    }
                }
                rulings.push(self.rule(player, order, refusal, moment));
            }
        }
    }

    fn rule(
        &self,
        player: PlayerId,
        order: marchland_game::Order,
        refusal: Option<Refusal>,
        moment: marchland_game::Moment,
    ) -> Ruling {
        let mut ruling = Ruling {
            moment,
            player,
            order,
            refusal,
            probability: 0.0,
            draw: 0.0,
            success: false,
            leak_probability: 0.0,
            leaked: false,
        };
        if refusal.is_some() {
            return ruling;
        }
        let plan = &self.scenario.actions[order.action.index()];
        let action = &self.scenario.catalogue.actions[order.action.index()];
        let glance = self.glance().with_level(action.options[usize::from(order.option)].level);
        let stream = self.state.root.stream(
            Domain::Ruling,
            moment,
            self.player_hash(player.index()),
            self.index.action_hash[order.action.index()],
        );
        ruling.probability = number::clamp(plan.chance.value(&glance), 0.0, 1.0);
        ruling.draw = stream.uniform();
        ruling.success = ruling.draw < ruling.probability;
        if let Some(leak) = &plan.leak {
            ruling.leak_probability = number::clamp(leak.value(&glance), 0.0, 1.0);
            ruling.leaked = stream.at(1).uniform() < ruling.leak_probability;
        }
        ruling
    }

    fn cannot_table(&self, order: marchland_game::Order) -> Option<Refusal> {
        let option = &self.scenario.actions[order.action.index()].options[usize::from(order.option)];
        option.success.iter().filter_map(|effect| effect.kind.tables()).find_map(|motion| {
            let condition = self.scenario.motions[motion.index()].condition.as_ref();
            let open = condition.is_none_or(|condition| condition.holds(&self.glance()));
            (!open).then_some(Refusal::CannotTable(motion))
        })
    }

    fn ordered_this_turn(&self, player: PlayerId, action: marchland_game::ActionId) -> bool {
        self.given_this_turn(player).any(|given| given.action == action)
    }

    fn position_taken(&self, player: PlayerId) -> bool {
        let actions = &self.scenario.catalogue.actions;
        self.given_this_turn(player).any(|given| actions[given.action.index()].public_position)
    }

    fn given_this_turn(&self, player: PlayerId) -> impl Iterator<Item = &Given> {
        let turn = self.state.turn;
        self.state
            .orders
            .iter()
            .rev()
            .take_while(move |given| given.turn == turn)
            .filter(move |given| given.player == player)
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
            let mut seen_by = match &action.visibility {
                Visibility::Public => marchland_game::PlayerSet::EVERYBODY,
                Visibility::Private(players) => *players,
                Visibility::Covert => marchland_game::PlayerSet::NOBODY,
            };
            if ruling.leaked {
                seen_by = marchland_game::PlayerSet::EVERYBODY;
            }
            let known = seen_by.with(player);
            for (budget, cost) in scenario.catalogue.players[player.index()].budgets.iter().zip(option.cost) {
                if let Some(indicator) = budget
                    && cost != 0.0
                {
                    let left = self.world.get(*indicator) - cost;
                    self.write(*indicator, left, Cause::Cost(player, order), &[]);
                }
            }
            self.state.orders_this_turn[player.index()] += 1;
            self.state.orders.push(Given {
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

    /// Counts the ballots on what stands tabled: players' choices first, then logit of a player's
    /// stake where its choice is silent, then ideal points for members that are no players. Writes
    /// nothing to the game.
    pub fn count(&self, choices: &[Choice], votes: &mut Vec<VoteRecord>) {
        votes.clear();
        let catalogue = &self.scenario.catalogue;
        let moment = self.moment();
        for tabled in &self.state.tabled {
            let motion = &catalogue.motions[tabled.motion.index()];
            let institution = &catalogue.institutions[motion.institution.index()];
            let mut record =
                VoteRecord { moment, motion: tabled.motion, by: tabled.by, votes: Short::default(), passed: false };
            for (at, member) in institution.members.iter().enumerate() {
                let stream = self.state.root.stream(
                    Domain::Ballot,
                    moment,
                    self.index.member_hash[motion.institution.index()][at],
                    self.index.motion_hash[tabled.motion.index()],
                );
                let vote = match member.player.filter(|player| self.in_office(*player)) {
                    Some(player) => match cast(&choices[player.index()].ballots, tabled.motion) {
                        Some(vote) => vote,
                        None => {
                            let seen = Seen { truth: self.glance(), viewer: player };
                            let stake = Observation::new(&seen).stake(tabled.motion);
                            let share = stake / catalogue.players[player.index()].payoffs.span();
                            self.logit_vote(share, stream.uniform())
                        }
                    },
                    None => {
                        let appeal = motion.appeal.value(&self.glance().with_ideal(member.ideal));
                        self.logit_vote(appeal, stream.uniform())
                    }
                };
                record.votes.push(vote);
            }
            record.passed = passes(motion.rule, &record.votes, &institution.members);
            votes.push(record);
        }
    }

    /// A vote by logit of a stake, given as a share of the payoff range (McKelvey & Palfrey 1995);
    /// without any stake, an abstention.
    fn logit_vote(&self, share: f64, draw: f64) -> Vote {
        if share == 0.0 {
            return Vote::Abstain;
        }
        let sensitivity = self.setup.variant.parameter_or(self.scenario.vote_sensitivity, 10.0);
        if draw < number::logistic(sensitivity * share) { Vote::Yes } else { Vote::No }
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
        if self.recorder.recording {
            self.recorder.round.votes.extend_from_slice(votes);
            self.note_choices(choices);
        }
        // What a motion tables waits for the next round.
        self.end_round();
    }
}

fn cast(ballots: &[Ballot], motion: marchland_game::MotionId) -> Option<Vote> {
    ballots.iter().find(|ballot| ballot.motion == motion).map(|ballot| ballot.vote)
}

/// Whether a motion passes with these votes, in the members' order.
#[must_use]
pub fn passes(rule: Rule, votes: &[Vote], members: &[marchland_game::Member]) -> bool {
    let yes = votes.iter().filter(|vote| **vote == Vote::Yes).count();
    let vetoed = || votes.iter().zip(members).any(|(vote, member)| *vote == Vote::No && member.veto);
    match rule {
        Rule::Consensus => yes > 0 && !votes.contains(&Vote::No),
        Rule::Majority { yes: needed } => yes >= usize::from(needed),
        Rule::MajorityWithVeto { yes: needed } => yes >= usize::from(needed) && !vetoed(),
    }
}
