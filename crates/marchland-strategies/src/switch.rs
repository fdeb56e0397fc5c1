//! `Switch`: one strategy until a condition holds, then another.

use marchland_game::{ArgumentKind, ArgumentSchema, Choice, Decision, Expression, FamilySchema, Memory, Strategy};

use crate::arguments::Arguments;
use crate::registry::{Build, BuildResult, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Switch",
        meaning: "Plays `first` until `when` holds at one of its decisions, then `then`: for good, or only while it \
                  holds.",
        source: "our choice: trigger strategies, Friedman 1971, with any trigger",
        arguments: &[
            ArgumentSchema {
                name: "first",
                kind: ArgumentKind::Strategy,
                meaning: "the strategy before the condition holds",
            },
            ArgumentSchema {
                name: "then",
                kind: ArgumentKind::Strategy,
                meaning: "the strategy from then on; it begins with a fresh memory",
            },
            ArgumentSchema {
                name: "when",
                kind: ArgumentKind::Expression { default: None },
                meaning: "the condition, read from the player's own observation",
            },
            ArgumentSchema {
                name: "lasting",
                kind: ArgumentKind::Word { choices: &["once", "while"], default: Some("once") },
                meaning: "once: never goes back; while: goes back when the condition fails",
            },
        ],
        cohorts: false,
    },
    build: Build::Player(build),
};

fn build(from: &Arguments<'_>) -> BuildResult<dyn Strategy> {
    match (from.strategy("first"), from.strategy("then")) {
        (Ok(first), Ok(then)) => Ok(Box::new(Switch {
            strategies: [first, then],
            when: from.expression("when"),
            once: from.text("lasting") == "once",
        })),
        (first, then) => Err(first.err().into_iter().chain(then.err()).flatten().collect()),
    }
}

/// Memory: one word, 1 once switched; within, the memory of each strategy.
struct Switch {
    strategies: [Box<dyn Strategy>; 2],
    when: Expression,
    once: bool,
}

impl Strategy for Switch {
    fn decide(&self, at: &Decision<'_>, memory: &mut Memory) -> Choice {
        let stays = self.once && memory.words[0] == 1;
        let second = stays || self.when.holds(&at.observation);
        memory.words[0] = u64::from(second);
        let which = usize::from(second);
        self.strategies[which].decide(at, &mut memory.inner[which])
    }

    fn memory(&self) -> Memory {
        let inner = self.strategies.iter().map(|strategy| strategy.memory()).collect();
        Memory { words: vec![0], inner, ..Memory::default() }
    }

    fn looks_ahead(&self) -> bool {
        self.strategies.iter().any(|strategy| strategy.looks_ahead())
    }
}

#[cfg(test)]
mod tests {
    use crate::duel::{Duel, spec};
    use marchland_game::{ActionId, Expression, IndicatorId, Order, Value};

    #[test]
    fn the_condition_turns_it_once_or_while_it_holds() {
        let duel = Duel::chicken();
        let dare = vec![Order { action: ActionId(0), option: 0 }];
        let script = |turns: &[u32]| Value::Script(turns.iter().map(|turn| (*turn, dare.clone())).collect());
        let other = duel.build("Script", vec![script(&[2])]);
        let moves = |lasting: &str| -> Vec<usize> {
            let switch = duel.build(
                "Switch",
                vec![
                    Value::Strategy(Box::new(spec("Idle", vec![]))),
                    Value::Strategy(Box::new(spec("Script", vec![script(&[1, 2, 3, 4, 5])]))),
                    Value::Expression(Expression::indicator(IndicatorId(1))),
                    Value::Text(lasting.into()),
                ],
            );
            duel.play([&*switch, &*other], 5, 1).into_iter().map(|moves| moves[0]).collect()
        };
        assert_eq!(moves("once"), [0, 0, 1, 1, 1]);
        assert_eq!(moves("while"), [0, 0, 1, 0, 0]);
    }
}
