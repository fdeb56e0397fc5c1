//! `Script`: fixed orders by turn.

use marchland_game::{
    ArgumentKind, ArgumentSchema, Choice, Decision, Draft, FamilySchema, Memory, Note, Order, Round, Stage, Strategy,
};

use crate::registry::{Build, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Script",
        meaning: "Gives fixed orders in given turns, whatever happens; orders not legal by then are left out.",
        source: "our choice: a person's orders, replayed",
        arguments: &[ArgumentSchema {
            name: "orders",
            kind: ArgumentKind::Script,
            meaning: "turns with the orders of each, given in its first round",
        }],
        cohorts: false,
    },
    build: Build::Player(|from| Ok(Box::new(Script { turns: from.script("orders").to_vec() }))),
};

struct Script {
    turns: Vec<(u32, Vec<Order>)>,
}

impl Strategy for Script {
    fn decide(&self, at: &Decision<'_>, _: &mut Memory) -> Choice {
        let mut choice = Choice::default();
        if at.moment.stage != Stage::Orders || at.moment.round != Round(0) {
            return choice;
        }
        let mut draft = Draft::default();
        for (_, orders) in self.turns.iter().filter(|(turn, _)| *turn == at.moment.turn.0) {
            for order in orders {
                let refused = draft.add(*order, at).err();
                if let Some(refusal) = refused.filter(|_| at.tracing) {
                    choice.notes.push(Note {
                        on: at.catalogue.order_name(*order),
                        acted: false,
                        why: format!("illegal because {}", refusal.text(order.action, at.catalogue)),
                    });
                }
            }
        }
        choice.orders = draft.package();
        choice
    }
}
