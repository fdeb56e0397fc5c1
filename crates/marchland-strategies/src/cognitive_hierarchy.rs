//! `CognitiveHierarchy`: replies to a population of shallower thinkers.

use marchland_equilibria::profile::Profile;
use marchland_game::{ArgumentKind, ArgumentSchema, Decision, FamilySchema, Lookahead, Package};

use crate::choice::{self, Purpose, at_draw};
use crate::imagine::{self, Belief, HORIZON, Imagine, SAMPLES, STAND_IN};
use crate::matrix::{FOCAL_PACKAGES, Frame, PLAYERS, best_replies};
use crate::registry::{Build, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "CognitiveHierarchy",
        meaning: "Crosses the focal players' packages as LevelK does. A thinker of k steps replies best to levels 0 to \
                  k − 1 in their Poisson proportions; the player's own steps are drawn from the same Poisson \
                  distribution at each decision.",
        source: "Camerer, Ho & Chong 2004",
        arguments: &[
            ArgumentSchema {
                name: "tau",
                kind: ArgumentKind::Number { low: 0.0, high: 10.0, default: Some(1.5) },
                meaning: "mean number of steps of reasoning; 1.5 fits many games",
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
        imagine::strategy(from, CognitiveHierarchy { tau: from.number("tau"), frame: Frame::new(from)? }, false)
    }),
};

/// The deepest level considered; with τ at most 10, deeper ones hold less than one in 10⁵.
const LEVELS: usize = 26;

struct CognitiveHierarchy {
    tau: f64,
    frame: Frame,
}

/// The mixture of the whole population, each player's levels weighed by Poisson(τ) over 0 … LEVELS − 1.
fn population(game: &marchland_equilibria::game::Game, tau: f64) -> Profile {
    let mut frequency = libm::exp(-tau);
    let mut total = frequency;
    // Σ f(k) P_k over the levels so far; divided by Σ f(k), what the next level believes.
    let mut sum = Profile::centroid(game);
    scale(&mut sum, frequency);
    for level in 1..LEVELS {
        frequency *= tau / level as f64;
        if frequency <= 0.0 {
            break;
        }
        let mut believed = sum.clone();
        scale(&mut believed, 1.0 / total);
        let reply = best_replies(game, &believed);
        for (sum, reply) in sum.0.iter_mut().flatten().zip(reply.0.iter().flatten()) {
            *sum += frequency * reply;
        }
        total += frequency;
    }
    scale(&mut sum, 1.0 / total);
    sum
}

fn scale(profile: &mut Profile, factor: f64) {
    for probability in profile.0.iter_mut().flatten() {
        *probability *= factor;
    }
}

impl Imagine for CognitiveHierarchy {
    fn choose(&self, at: &Decision<'_>, look: &dyn Lookahead, _: &Belief<'_>) -> Package {
        let matrix = self.frame.build(at, look);
        let mix = population(&matrix.game, self.tau);
        matrix.packages[at_draw(&mix.0[matrix.own], choice::draw(at.stream, Purpose::Mix))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duel::{Duel, move_of, spec};
    use marchland_equilibria::game::Game;
    use marchland_game::Value;

    /// The market entry game of Camerer, Ho & Chong 2004 in its simplest form is chicken: level 1
    /// swerves; deeper levels dare while they believe daring to be rarer than once in ten.
    #[test]
    fn the_population_of_chicken_is_the_papers_recursion() {
        let own = [vec![0.0, -1.0], vec![1.0, -10.0]];
        let other = [vec![0.0, 1.0], vec![-1.0, -10.0]];
        let game = Game::bimatrix(&own, &other).expect("a game");
        for tau in [0.0, 0.5, 1.5, 3.9] {
            // By hand: the share that dares among levels below k decides what k does; 1 − d > −d − 9d.
            let mut frequency = libm::exp(-tau);
            let (mut total, mut daring) = (frequency, 0.5 * frequency);
            for level in 1..LEVELS {
                frequency *= tau / level as f64;
                daring += if daring / total < 0.1 { frequency } else { 0.0 };
                total += frequency;
            }
            let found = population(&game, tau);
            assert!((found.0[0][1] - daring / total).abs() < 1e-12, "τ {tau}");
            found.validate(&game).expect("a profile");
        }
    }

    #[test]
    fn it_plays_the_population() {
        let duel = Duel::chicken();
        let arguments = vec![
            Value::Number(1.5),
            Value::Players(vec![]),
            Value::Integer(1),
            Value::Integer(1),
            Value::Integer(6),
            Value::Strategy(Box::new(spec("Idle", vec![]))),
        ];
        let strategy = duel.build("CognitiveHierarchy", arguments);
        let own = [vec![0.0, -1.0], vec![1.0, -10.0]];
        let other = [vec![0.0, 1.0], vec![-1.0, -10.0]];
        let wanted = population(&Game::bimatrix(&own, &other).expect("a game"), 1.5).0[0][1];
        let dares = (0..4_000)
            .filter(|seed| {
                let choice = duel.decide(&*strategy, &mut strategy.memory(), 0, &[], *seed, false);
                move_of(&choice.orders) == 1
            })
            .count();
        // Four standard errors of 4,000 draws are at most 0.032.
        assert!((dares as f64 / 4_000.0 - wanted).abs() < 0.032, "{dares} of 4,000, {wanted}");
    }
}
