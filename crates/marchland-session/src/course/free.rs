//! Free actions: what is promised, what its dice say, and how it takes place.
//!
//! A promise changes nothing of the world: its price is counted beside the seat's orders wherever those are judged, so that
//! nothing is spent twice, and one that is taken back leaves no trace. Its dice fall with the rulings of the stage in which
//! it is promised. When that stage ends, rulings are made of the state before it; then free actions pay and take effect, by
//! number; then the rulings do, as they stand amended: what the facilitator looked at is what comes.

use marchland_game::{
    Budget, Decision, Domain, Draft, Moment, Nature, Order, PlayerId, Readings, Refusal, Ruling, Stage, stream,
};
use serde::{Deserialize, Serialize};

use super::injects::shift;
use super::{Course, Proposal, ProposalState};
use crate::entry::{Entry, FreeAction, free_action};
use crate::error::{SessionError, refused};
use crate::names;

/// What the dice say of a free action that is promised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FreeRuling {
    /// The number of its proposal, from 1.
    pub proposal: u32,
    /// The moment of the stage in which its dice fall.
    pub moment: Moment,
    /// Chance of success in [0, 1].
    pub chance: f64,
    /// The draw in [0, 1): success where it is below the chance.
    pub draw: f64,
    /// Whether it succeeds; false where it cannot be paid.
    pub success: bool,
    /// The first budget of its seat that does not hold its price beside the stage's orders; none where all do. What cannot
    /// be paid does not take place.
    pub unpaid: Option<Shortfall>,
}

/// A price that a seat cannot pay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shortfall {
    /// The budget, by its name.
    pub budget: String,
    /// What it costs, in the budget's unit.
    pub needs: f64,
    /// What is left beside the stage's orders, in the budget's unit.
    pub has: f64,
}

impl std::fmt::Display for Shortfall {
    /// A clause that reads after "because": `it costs 5 money and 3 is left`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let has = format!("{:.3}", marchland_game::number::max(self.has, 0.0));
        let has = has.trim_end_matches('0').trim_end_matches('.');
        write!(f, "it costs {} {} and {has} is left", self.needs, self.budget.replace('_', " "))
    }
}

type Amounts = [f64; Budget::ALL.len()];

/// A draft of orders beside what is set aside of the budgets: its orders are legal where the budgets hold both.
pub(crate) struct DraftBeside {
    draft: Draft,
    spent: Amounts,
}

impl DraftBeside {
    /// A draft of a player without orders yet.
    pub(crate) fn new(course: &Course, player: PlayerId) -> Self {
        Self { draft: Draft::default(), spent: course.set_aside(player) }
    }

    /// Adds an order.
    ///
    /// # Errors
    /// Why the order may not be given beside those in the draft and what is set aside.
    pub(crate) fn add(&mut self, order: Order, at: &Decision<'_>) -> Result<(), Refusal> {
        self.draft.add(order, at)?;
        let cost = at.catalogue.actions[order.action.index()].options[usize::from(order.option)].cost;
        let budgets = at.catalogue.players[at.player.index()].budgets;
        for (((budget, id), spent), cost) in Budget::ALL.into_iter().zip(budgets).zip(&mut self.spent).zip(cost) {
            *spent += cost;
            if let Some(id) = id.filter(|_| cost > 0.0) {
                let has = at.observation.estimate(id).value;
                // A hair's breadth for sums of decimal costs.
                if *spent > has + 1e-9 {
                    return Err(Refusal::Budget { budget, needs: *spent, has });
                }
            }
        }
        Ok(())
    }
}

impl Course {
    /// What of a player's budgets is set aside for free actions that are promised, in the order of [`Budget::ALL`].
    #[must_use]
    pub fn set_aside(&self, player: PlayerId) -> Amounts {
        self.set_aside_beside(player, 0)
    }

    /// The same beside one proposal, by its number.
    fn set_aside_beside(&self, player: PlayerId, beside: u32) -> Amounts {
        let mut sum = [0.0; Budget::ALL.len()];
        for (number, _, action) in self.promised().filter(|(_, of, _)| of.player == player) {
            if number != beside {
                for (sum, price) in sum.iter_mut().zip(price(action)) {
                    *sum += price;
                }
            }
        }
        sum
    }

    /// What a seat has left in each of its budgets for a free action: beside its orders of this stage, drafted or given, and
    /// beside others that are promised. By the budget's name.
    #[must_use]
    pub fn payable(&self, proposal: u32) -> Vec<(&'static str, f64)> {
        let Some(offered) = (proposal as usize).checked_sub(1).and_then(|at| self.proposals.get(at)) else {
            return Vec::new();
        };
        let player = offered.player;
        let catalogue = &self.source.scenario.catalogue;
        let held = self.held(player);
        let orders = match self.decided.is_empty() {
            true => &held.orders[..],
            false => &self.choices[player.index()].orders[..],
        };
        let mut spent = self.set_aside_beside(player, proposal);
        for order in orders {
            let cost = catalogue.actions[order.action.index()].options[usize::from(order.option)].cost;
            for (spent, cost) in spent.iter_mut().zip(cost) {
                *spent += cost;
            }
        }
        let budgets = Budget::ALL.into_iter().zip(catalogue.players[player.index()].budgets).zip(spent);
        budgets.filter_map(|((budget, id), spent)| Some((budget.name(), self.game.truth().now(id?) - spent))).collect()
    }

    /// Free actions that are promised: number, proposal, what is promised.
    pub fn promised(&self) -> impl Iterator<Item = (u32, &Proposal, &FreeAction)> {
        (1u32..).zip(&self.proposals).filter_map(|(number, proposal)| match &proposal.state {
            ProposalState::Promised(action) => Some((number, proposal, action)),
            _ => None,
        })
    }

    /// What the dice say of the free actions that are promised, by number, beside the rulings of the stage.
    pub(super) fn free_rulings(&self, rulings: &[Ruling]) -> Vec<FreeRuling> {
        let catalogue = &self.source.scenario.catalogue;
        let mut spent: Vec<Amounts> = vec![[0.0; Budget::ALL.len()]; self.seats.len()];
        for ruling in rulings.iter().filter(|ruling| ruling.legal()) {
            let order = ruling.order;
            let cost = catalogue.actions[order.action.index()].options[usize::from(order.option)].cost;
            for (spent, cost) in spent[ruling.player.index()].iter_mut().zip(cost) {
                *spent += cost;
            }
        }
        // One that was granted a moment ago has its price still to pay.
        for (player, action, _) in &self.falling {
            for (spent, price) in spent[player.index()].iter_mut().zip(price(action)) {
                *spent += price;
            }
        }
        let mut found = Vec::new();
        for (number, proposal, action) in self.promised() {
            let budgets = catalogue.players[proposal.player.index()].budgets;
            let own = &mut spent[proposal.player.index()];
            let price = price(action);
            let mut unpaid = None;
            for (((budget, id), needs), spent) in Budget::ALL.into_iter().zip(budgets).zip(price).zip(own.iter()) {
                let has = id.map_or(0.0, |id| self.game.truth().now(id)) - spent;
                if unpaid.is_none() && needs > 0.0 && needs > has + 1e-9 {
                    unpaid = Some(Shortfall { budget: budget.name().to_owned(), needs, has });
                }
            }
            if unpaid.is_none() {
                for (spent, price) in own.iter_mut().zip(price) {
                    *spent += price;
                }
            }
            let draw = self.draw_of(number, proposal.player);
            let success = unpaid.is_none() && draw < action.chance;
            let moment = self.game.moment();
            found.push(FreeRuling { proposal: number, moment, chance: action.chance, draw, success, unpaid });
        }
        found
    }

    /// The draw of a free action in the stage that the game stands at. Its key is the moment, the player and the number of
    /// the proposal: what else was said and done, and in which branch, moves no dice.
    fn draw_of(&self, proposal: u32, player: PlayerId) -> f64 {
        let key = stream::name_hash(&free_action(proposal));
        let entity = stream::name_hash(&self.source.scenario.catalogue.players[player.index()].draw_key);
        self.game.state().root.stream(Domain::Ruling, self.game.moment(), entity, key).uniform()
    }

    /// What becomes of free actions that are promised where the stage ends now, as the dice and the facilitator have it:
    /// entries that stand before that of the stage's end.
    pub(crate) fn falling(&self) -> Vec<Entry> {
        let mut rulings = Vec::new();
        if self.game.moment().stage == Stage::Orders && self.promised().next().is_some() {
            self.game.resolve(&self.choices, &mut rulings);
        }
        let fall = |ruling: FreeRuling| {
            let offered = &self.proposals[ruling.proposal as usize - 1];
            let ProposalState::Promised(action) = &offered.state else { return None };
            let (proposal, draw) = (ruling.proposal, ruling.draw);
            if let Some(unpaid) = ruling.unpaid {
                return Some(Entry::Refused { proposal, reason: format!("it could not be paid: {unpaid}") });
            }
            let amended = self.amendment(self.name(offered.player), &free_action(proposal));
            let success = amended.and_then(|amended| amended.success).unwrap_or(ruling.success);
            Some(Entry::Granted { proposal, action: action.clone(), draw, success })
        };
        self.free_rulings(&rulings).into_iter().filter_map(fall).collect()
    }

    /// What an entry says of a promise that the game does not bear out; none where it does, or says nothing of any. An action
    /// that was promised is granted as promised, with the draw of its stage.
    pub(crate) fn belied(&self, entry: &Entry) -> Option<String> {
        let Entry::Granted { proposal, .. } = entry else { return None };
        let offered = self.proposals.get((*proposal as usize).checked_sub(1)?)?;
        if !matches!(offered.state, ProposalState::Promised(_)) || self.falling().contains(entry) {
            return None;
        }
        Some(format!("free action {proposal} is granted otherwise than it was promised and its dice fell"))
    }

    pub(super) fn promise(&mut self, number: u32, action: &FreeAction) -> Result<(), SessionError> {
        self.forget_dice(number)?;
        let proposal = self.proposal_mut(number)?;
        if !proposal.is_pending() {
            return refused(format!("proposal {number} is answered already"));
        }
        proposal.state = ProposalState::Promised(action.clone());
        Ok(())
    }

    pub(super) fn take_back(&mut self, number: u32) -> Result<(), SessionError> {
        self.forget_dice(number)?;
        let proposal = self.proposal_mut(number)?;
        if !matches!(proposal.state, ProposalState::Promised(_)) {
            return refused(format!("proposal {number} is not promised"));
        }
        proposal.state = ProposalState::Open;
        Ok(())
    }

    pub(super) fn refuse(&mut self, number: u32, reason: &str) -> Result<(), SessionError> {
        self.forget_dice(number)?;
        let moment = self.game.moment();
        let proposal = self.proposal_mut(number)?;
        proposal.state = ProposalState::Refused(reason.to_owned());
        proposal.answered = Some(moment);
        Ok(())
    }

    /// Voids what was amended in this stage of the dice of a free action.
    fn forget_dice(&mut self, number: u32) -> Result<(), SessionError> {
        let moment = self.game.moment();
        let player = self.proposal_mut(number)?.player;
        let (player, on) = (self.name(player).to_owned(), free_action(number));
        self.amendments.retain(|(at, amended)| *at != moment || amended.player != player || amended.on != on);
        Ok(())
    }

    /// Lets a free action take place: at once, or with the end of the stage where it was promised.
    pub(super) fn grant(
        &mut self,
        number: u32,
        action: &FreeAction,
        draw: f64,
        success: bool,
    ) -> Result<(), SessionError> {
        let moment = self.game.moment();
        let proposal = self.proposal_mut(number)?;
        let player = proposal.player;
        let promised = matches!(proposal.state, ProposalState::Promised(_));
        proposal.state = ProposalState::Granted(action.clone(), draw, success);
        proposal.answered = Some(moment);
        // Its names are found now: what is written down can take effect.
        for (budget, _) in &action.cost {
            self.budget(player.index(), budget)?;
        }
        let catalogue = &self.source.scenario.catalogue;
        for effect in &action.effects {
            let id = names::indicator(catalogue, &effect.indicator)?;
            if catalogue.indicators[id.index()].nature == Nature::Derived || !effect.by.is_finite() {
                return refused(format!("`{}` cannot be changed by {}", effect.indicator, effect.by));
            }
        }
        if promised {
            self.falling.push((player, action.clone(), success));
            return Ok(());
        }
        self.take_place(player, action, success)
    }

    /// Lets free actions that fall with the stage pay and take effect, in order.
    pub(super) fn fall(&mut self) {
        for (player, action, success) in std::mem::take(&mut self.falling) {
            let done = self.take_place(player, &action, success);
            debug_assert!(done.is_ok(), "what was promised can take effect: {done:?}");
        }
    }

    fn take_place(&mut self, player: PlayerId, action: &FreeAction, success: bool) -> Result<(), SessionError> {
        for (budget, amount) in &action.cost {
            let id = self.budget(player.index(), budget)?;
            shift(&mut self.game, id, -amount)?;
        }
        if success {
            for effect in &action.effects {
                let id = names::indicator(&self.source.scenario.catalogue, &effect.indicator)?;
                shift(&mut self.game, id, effect.by)?;
            }
        }
        Ok(())
    }
}

/// What a free action costs, in the order of [`Budget::ALL`].
fn price(action: &FreeAction) -> Amounts {
    Budget::ALL.map(|budget| {
        let own = action.cost.iter().filter(|(name, _)| name == budget.name());
        own.map(|(_, amount)| amount).sum()
    })
}
