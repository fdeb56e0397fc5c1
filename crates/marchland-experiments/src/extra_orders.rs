//! A strategy that gives some orders before its own: how a player is made to do something without otherwise changing
//! how it plays.

use std::sync::Arc;

use marchland_game::{Choice, Decision, Draft, Memory, Order, Round, Stage, Strategy};

/// Gives `orders` in the first round of each turn of their range, where they are legal; what its own
/// strategy orders follows as far as it still fits.
pub struct ExtraOrders {
    pub own: Arc<dyn Strategy>,
    /// `(first turn, last turn, order)`.
    pub orders: Vec<(u32, u32, Order)>,
}

impl Strategy for ExtraOrders {
    fn decide(&self, at: &Decision<'_>, memory: &mut Memory) -> Choice {
        let mut choice = self.own.decide(at, memory);
        if at.moment.stage != Stage::Orders || at.moment.round != Round(0) {
            return choice;
        }
        let turn = at.moment.turn.0;
        let mut draft = Draft::default();
        let extra = self.orders.iter().filter(|(first, last, _)| (*first..=*last).contains(&turn));
        for order in extra.map(|(_, _, order)| *order).chain(choice.orders.iter().copied()) {
            // One that is not legal is left out, and moves nothing.
            let _ = draft.add(order, at);
        }
        choice.orders = draft.package();
        choice
    }

    fn memory(&self) -> Memory {
        self.own.memory()
    }

    fn looks_ahead(&self) -> bool {
        self.own.looks_ahead()
    }
}
