//! `LevelK`: replies best to others who reason one step less.

use marchland_equilibria::profile::Profile;
use marchland_game::{ArgumentKind, ArgumentSchema, Decision, FamilySchema, Lookahead, Package};

use crate::choice::{self, Purpose, at_draw};
use crate::imagine::{self, Belief, HORIZON, Imagine, SAMPLES, STAND_IN};
use crate::matrix::{FOCAL_PACKAGES, Frame, PLAYERS, best_replies};
use crate::registry::{Build, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "LevelK",
        meaning: "Crosses the focal players' packages, with later turns under the assumed lineup, and plays level k: \
                  the best reply to level k − 1, level 0 playing every package alike. Nobody imagined looks ahead.",
        source: "Stahl & Wilson 1994; Nagel 1995",
        arguments: &[
            ArgumentSchema {
                name: "k",
                kind: ArgumentKind::Integer { low: 0, high: 32, default: Some(2) },
                meaning: "steps of reasoning; people mostly show 1 or 2",
            },
            PLAYERS,
            HORIZON,
            SAMPLES,
            FOCAL_PACKAGES,
            STAND_IN,
        ],
        cohorts: false,
    },
    build: Build::Player(|from| {
        imagine::strategy(from, LevelK { k: from.integer("k"), frame: Frame::new(from)? }, false)
    }),
};

struct LevelK {
    k: u64,
    frame: Frame,
}

impl Imagine for LevelK {
    fn choose(&self, at: &Decision<'_>, look: &dyn Lookahead, _: &Belief<'_>) -> Package {
        let matrix = self.frame.build(at, look);
        let mut profile = Profile::centroid(&matrix.game);
        for _ in 0..self.k {
            profile = best_replies(&matrix.game, &profile);
        }
        let mix = &profile.0[matrix.own];
        matrix.packages[at_draw(mix, choice::draw(at.stream, Purpose::Mix))]
    }
}

#[cfg(test)]
mod tests {
    use crate::duel::{Duel, spec};
    use marchland_game::Value;

    fn moves(duel: &Duel, k: u64) -> Vec<usize> {
        let level = duel.build(
            "LevelK",
            vec![
                Value::Integer(k),
                Value::Players(vec![]),
                Value::Integer(1),
                Value::Integer(1),
                Value::Integer(6),
                Value::Strategy(Box::new(spec("Idle", vec![]))),
            ],
        );
        let idle = duel.build("Idle", vec![]);
        duel.play([&*level, &*idle], 24, 3).into_iter().map(|moves| moves[0]).collect()
    }

    #[test]
    fn levels_alternate_in_chicken() {
        let duel = Duel::chicken();
        // Level 1 swerves from a coin, level 2 dares a swerver, level 3 swerves from a darer.
        assert_eq!(moves(&duel, 1), [0; 24]);
        assert_eq!(moves(&duel, 2), [1; 24]);
        assert_eq!(moves(&duel, 3), [0; 24]);
        assert!(moves(&duel, 0).contains(&0) && moves(&duel, 0).contains(&1));
    }

    #[test]
    fn levels_climb_down_a_ladder() {
        // Undercutting by one step pays: the best reply to move m is m − 1, to move 0 it is 0. Against
        // an even level 0 the best is move 1 of 0 … 3, as the payoffs below are made.
        let own: &[&[f64]] = &[&[1.0, 5.0, 0.0, 0.0], &[0.0, 1.0, 5.0, 1.0], &[0.0, 0.0, 1.0, 5.0], &[0.0; 4]];
        let duel = Duel::new(own, own, (0.0, 5.0));
        assert_eq!(moves(&duel, 1), [1; 24]);
        assert_eq!(moves(&duel, 2), [0; 24]);
        assert_eq!(moves(&duel, 3), [0; 24]);
    }
}
