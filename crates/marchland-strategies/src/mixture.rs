//! `Mixture`: becomes one of several strategies at the start of a game.

use marchland_game::{ArgumentKind, ArgumentSchema, Choice, Decision, FamilySchema, Memory, Strategy};

use crate::arguments::Arguments;
use crate::choice::{self, Purpose, at_draw};
use crate::registry::{Build, BuildResult, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Mixture",
        meaning: "Draws one of its strategies at its first decision and plays it to the end of the game.",
        source: "mixed strategy over whole-game plans: von Neumann & Morgenstern 1944",
        arguments: &[ArgumentSchema {
            name: "strategies",
            kind: ArgumentKind::Strategies,
            meaning: "strategies with weights of 0 or more, which need not sum to 1",
        }],
        cohorts: false,
    },
    build: Build::Player(build),
};

fn build(from: &Arguments<'_>) -> BuildResult<dyn Strategy> {
    let parts = from.strategies("strategies");
    let total: f64 = parts.iter().map(|(_, weight)| weight).sum();
    let mut found = Vec::new();
    if !parts.iter().all(|(_, weight)| weight.is_finite() && *weight >= 0.0) || total <= 0.0 || !total.is_finite() {
        found.push(from.error("mixture-weights", "weights are 0 or more, and at least one is above 0"));
    }
    let mut strategies = Vec::new();
    for (spec, _) in parts {
        match from.registry.build(spec, from.catalogue) {
            Ok(strategy) => strategies.push(strategy),
            Err(wrong) => found.extend(wrong),
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    let probabilities = parts.iter().map(|(_, weight)| weight / total).collect();
    Ok(Box::new(Mixture { strategies, probabilities }))
}

/// Memory: one word, 1 + the strategy drawn, 0 before; within, the memory of each strategy.
struct Mixture {
    strategies: Vec<Box<dyn Strategy>>,
    probabilities: Vec<f64>,
}

impl Strategy for Mixture {
    fn decide(&self, at: &Decision<'_>, memory: &mut Memory) -> Choice {
        if memory.words[0] == 0 {
            memory.words[0] = 1 + at_draw(&self.probabilities, choice::draw(at.stream, Purpose::Become)) as u64;
        }
        let drawn = memory.words[0] as usize - 1;
        self.strategies[drawn].decide(at, &mut memory.inner[drawn])
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
    use marchland_game::{ActionId, Order, Value};

    #[test]
    fn one_strategy_is_drawn_and_kept() {
        let duel = Duel::chicken();
        let dare = vec![Order { action: ActionId(0), option: 0 }];
        let always = spec("Script", vec![Value::Script((1..=24).map(|turn| (turn, dare.clone())).collect())]);
        let parts = vec![(spec("Idle", vec![]), 3.0), (always, 1.0)];
        let mixture = duel.build("Mixture", vec![Value::Strategies(parts)]);
        let idle = duel.build("Idle", vec![]);
        let mut daring = 0;
        for seed in 0..2_000 {
            let history = duel.play([&*mixture, &*idle], 4, seed);
            assert!(history.iter().all(|moves| moves[0] == history[0][0]));
            daring += history[0][0];
        }
        // A quarter of 2,000, four standard deviations.
        assert!(daring.abs_diff(500) < 78, "{daring}");
    }

    #[test]
    fn weights_that_are_none_are_refused() {
        let duel = Duel::chicken();
        for weights in [vec![], vec![0.0], vec![-1.0, 2.0], vec![f64::NAN]] {
            let parts = weights.into_iter().map(|weight| (spec("Idle", vec![]), weight)).collect();
            let wrong = crate::build(&spec("Mixture", vec![Value::Strategies(parts)]), &duel.catalogue).err();
            assert_eq!(wrong.expect("refused")[0].code, "mixture-weights");
        }
    }
}
