//! A package in the making: orders are added one by one, each judged with those before it.

use crate::catalogue::Budget;
use crate::deal::{DealMove, DealRefusal};
use crate::decision::{Decision, Refusal};
use crate::ids::DealId;
use crate::order::{Note, Order, Package};

/// Orders of one decision as far as they are chosen. Every order in it is legal together with the
/// others: by its own condition, the player's number of orders, "one option of an action", "one
/// public position", and what the budgets hold. Allocates nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Draft {
    package: Package,
    spent: [f64; Budget::ALL.len()],
    position: bool,
}

impl Draft {
    /// Adds what it can of a list of orders, in their order; where the game is traced, says of each other why
    /// it is left out.
    pub fn add_all(&mut self, orders: &[Order], at: &Decision<'_>, notes: &mut Vec<Note>) {
        for order in orders {
            let Err(refusal) = self.add(*order, at) else { continue };
            if at.tracing {
                let why = format!("illegal because {}", refusal.text(order.action, at.catalogue));
                notes.push(Note { on: at.catalogue.order_name(*order), acted: false, why });
            }
        }
    }

    /// Adds an order.
    ///
    /// # Errors
    /// Why the order may not be given, alone or beside the orders already in the draft; the draft
    /// is then unchanged.
    pub fn add(&mut self, order: Order, at: &Decision<'_>) -> Result<(), Refusal> {
        let Some(action) = at.catalogue.actions.get(order.action.index()) else { return Err(Refusal::Unknown) };
        if usize::from(order.option) >= action.options.len() {
            return Err(Refusal::Unknown);
        }
        if self.package.iter().any(|other| other.action == order.action) {
            return Err(Refusal::AlreadyOrdered);
        }
        let deal_move = at.catalogue.deal_move(order.action);
        if deal_move.is_some_and(|answer| self.answers_otherwise(at, answer)) {
            return Err(Refusal::Deal(DealRefusal::Answered));
        }
        let player = &at.catalogue.players[at.player.index()];
        let full =
            deal_move.is_none() && at.catalogue.orders_counted(&self.package) >= usize::from(player.orders_per_turn);
        if full || self.package.len() >= crate::order::ORDERS {
            return Err(Refusal::TooManyOrders);
        }
        if action.public_position && self.position {
            return Err(Refusal::SecondPosition);
        }
        let cost = at.observation.legality(order)?;
        let mut spent = self.spent;
        for (at_budget, budget) in Budget::ALL.into_iter().enumerate() {
            spent[at_budget] += cost[at_budget];
            // What costs nothing more asks for no look at the budget.
            if cost[at_budget] <= 0.0 {
                continue;
            }
            if let Some(id) = player.budgets[at_budget] {
                let has = at.observation.estimate(id).value;
                // A hair's breadth for sums of decimal costs.
                if spent[at_budget] > has + 1e-9 {
                    return Err(Refusal::Budget { budget, needs: spent[at_budget], has });
                }
            }
        }
        self.spent = spent;
        self.position |= action.public_position;
        self.package.push(order);
        Ok(())
    }

    /// Whether the draft accepts what this rejects, or rejects what it accepts.
    fn answers_otherwise(&self, at: &Decision<'_>, (deal, what): (DealId, DealMove)) -> bool {
        let other = match what {
            DealMove::Accept => DealMove::Reject,
            DealMove::Reject => DealMove::Accept,
            DealMove::Offer | DealMove::Break => return false,
        };
        self.package.iter().any(|order| at.catalogue.deal_move(order.action) == Some((deal, other)))
    }

    /// The orders in the draft.
    #[must_use]
    pub fn package(&self) -> Package {
        self.package
    }
}
