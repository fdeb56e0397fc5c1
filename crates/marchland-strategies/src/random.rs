//! `Random`: draws evenly from the packages that fit the turn. The baseline of acting blindly.

use marchland_game::{ArgumentKind, ArgumentSchema, Choice, Decision, FamilySchema, Memory, Stage, Strategy, packages};

use crate::registry::{Build, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Random",
        meaning: "Draws one of the packages of orders that fit the turn, each with the same probability.",
        source: "level 0 of Stahl & Wilson 1994",
        arguments: &[
            ArgumentSchema {
                name: "seed",
                kind: ArgumentKind::Integer { low: 0, high: (1 << 53) - 1, default: Some(0) },
                meaning: "added to the game's own key, so that two seats may draw differently",
            },
            ArgumentSchema {
                name: "packages",
                kind: ArgumentKind::Integer { low: 1, high: 1024, default: Some(64) },
                meaning: "the most packages to draw from",
            },
        ],
        cohorts: false,
    },
    build: Build::Player(|from| {
        Ok(Box::new(Random { seed: from.integer("seed"), packages: from.integer("packages") as usize }))
    }),
};

struct Random {
    seed: u64,
    packages: usize,
}

impl Strategy for Random {
    fn decide(&self, at: &Decision<'_>, _: &mut Memory) -> Choice {
        if at.moment.stage != Stage::Orders {
            return Choice::default();
        }
        let packages = packages(at, self.packages);
        let drawn = (at.stream.at(self.seed).uniform() * packages.len() as f64) as usize;
        Choice { orders: packages[drawn.min(packages.len() - 1)], ..Choice::default() }
    }
}

#[cfg(test)]
mod tests {
    use crate::duel::Duel;
    use marchland_game::Value;

    #[test]
    fn packages_are_drawn_evenly_and_by_the_seed() {
        let duel = Duel::chicken();
        let random = |seed| duel.build("Random", vec![Value::Integer(seed), Value::Integer(64)]);
        let idle = duel.build("Idle", vec![]);
        let dares = |seed| -> usize {
            let own = random(seed);
            (0..500).map(|game| duel.play([&*own, &*idle], 24, game).iter().map(|moves| moves[0]).sum::<usize>()).sum()
        };
        // 12,000 fair draws: four standard deviations are 219.
        assert!(dares(0).abs_diff(6_000) < 219, "{}", dares(0));
        assert_ne!(duel.play([&*random(0), &*idle], 24, 1), duel.play([&*random(1), &*idle], 24, 1));
        assert_eq!(duel.play([&*random(0), &*idle], 24, 1), duel.play([&*random(0), &*idle], 24, 1));
    }
}
