//! `Script`: fixed orders by turn.

use marchland_game::{
    ArgumentKind, ArgumentSchema, Choice, Decision, Draft, FamilySchema, Memory, Order, Round, Stage, Strategy,
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
            draft.add_all(orders, at, &mut choice.notes);
        }
        choice.orders = draft.package();
        choice
    }
}

#[cfg(test)]
mod tests {
    use crate::duel::Duel;
    use marchland_game::{ActionId, Order, Value};

    #[test]
    fn orders_are_given_in_their_turns_and_refused_ones_noted() {
        let duel = Duel::chicken();
        let dare = Order { action: ActionId(0), option: 0 };
        let script = duel.build("Script", vec![Value::Script(vec![(2, vec![dare]), (4, vec![dare, dare])])]);
        let idle = duel.build("Idle", vec![]);
        let moves: Vec<usize> = duel.play([&*script, &*idle], 5, 1).into_iter().map(|moves| moves[0]).collect();
        assert_eq!(moves, [0, 1, 0, 1, 0]);
        let traced = duel.decide(&*script, &mut script.memory(), 0, &[[0, 0]; 3], 1, true);
        assert_eq!(traced.notes[0].why, "illegal because it was ordered already this turn");
    }
}
