//! `Quantal`: better packages are likelier, none is certain.

use marchland_game::{ArgumentKind, ArgumentSchema};
use marchland_game::{Decision, FamilySchema, Lookahead, Package, packages};

use crate::choice::{self, Purpose, at_draw, softmax};
use crate::imagine::{self, AGAINST, Belief, HORIZON, Imagine, PACKAGES, RATE, SAMPLES, STAND_IN, Valuer};
use crate::registry::{Build, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Quantal",
        meaning: "Draws a package with probability proportional to e^(λ·u), u its expected payoff in imagined futures \
                  as a share of the player's payoff range.",
        source: "logit choice: Luce 1959; quantal response: McKelvey & Palfrey 1995",
        arguments: &[
            ArgumentSchema {
                name: "lambda",
                kind: ArgumentKind::Number { low: 0.0, high: 1e6, default: Some(30.0) },
                meaning: "precision λ: 0 draws evenly, a large one replies best",
            },
            HORIZON,
            ArgumentSchema {
                name: "depth",
                kind: ArgumentKind::Integer { low: 1, high: 60, default: Some(1) },
                meaning: "turns for which a package is imagined to be given again; afterwards the player is imagined \
                          to play as assumed",
            },
            SAMPLES,
            PACKAGES,
            AGAINST,
            RATE,
            STAND_IN,
        ],
        cohorts: false,
    },
    build: Build::Player(|from| {
        let family = Quantal {
            lambda: from.number("lambda"),
            horizon: from.integer("horizon") as u32,
            depth: from.integer("depth") as u32,
            samples: from.integer("samples"),
            packages: from.integer("packages") as usize,
        };
        imagine::strategy(from, family, true)
    }),
};

struct Quantal {
    lambda: f64,
    horizon: u32,
    depth: u32,
    samples: u64,
    packages: usize,
}

impl Imagine for Quantal {
    fn choose(&self, at: &Decision<'_>, look: &dyn Lookahead, belief: &Belief<'_>) -> Package {
        let packages = packages(at, self.packages);
        let mut valuer = Valuer::new(at, look, belief, self.horizon, self.depth);
        let values: Vec<f64> = packages.iter().map(|package| valuer.mean(package, self.samples)).collect();
        packages[at_draw(&softmax(&values, self.lambda), choice::draw(at.stream, Purpose::Mix))]
    }
}

#[cfg(test)]
mod tests {
    use crate::duel::{Duel, move_of, spec};
    use marchland_game::{ActionId, Order, Value};

    fn arguments(lambda: f64, samples: u64, against: &str) -> Vec<Value> {
        vec![
            Value::Number(lambda),
            Value::Integer(1),
            Value::Integer(1),
            Value::Integer(samples),
            Value::Integer(32),
            Value::Text(against.into()),
            Value::Number(0.3),
            Value::Strategy(Box::new(spec("Idle", vec![]))),
        ]
    }

    /// Shares of the three moves over `n` decisions.
    fn shares(duel: &Duel, lambda: f64, n: u64) -> Vec<f64> {
        let quantal = duel.build("Quantal", arguments(lambda, 64, "assumed"));
        let mut counts = [0.0; 3];
        for seed in 0..n {
            let choice = duel.decide(&*quantal, &mut quantal.memory(), 0, &[], seed, false);
            counts[move_of(&choice.orders)] += 1.0;
        }
        counts.iter().map(|count| count / n as f64).collect()
    }

    fn three() -> Duel {
        // Own payoff does not hang on the other's move, so that the values are exact: 0, 0.4, 1.
        let own: &[&[f64]] = &[&[-5.0; 3], &[-1.0; 3], &[5.0; 3]];
        Duel::new(own, &[&[0.0; 3][..]; 3], (-5.0, 5.0))
    }

    #[test]
    fn lambda_leads_from_uniform_to_best_reply() {
        let duel = three();
        // 4,000 draws: four standard errors of a share are at most 0.032.
        let mut last = 0.0;
        for lambda in [0.0, 1.0, 3.0, 10.0, 1e6] {
            let found = shares(&duel, lambda, 4_000);
            let wanted = crate::choice::softmax(&[0.0, 0.4, 1.0], lambda);
            for (found, wanted) in found.iter().zip(&wanted) {
                assert!((found - wanted).abs() < 0.032, "λ {lambda}: {found} is not {wanted}");
            }
            assert!(found[2] > last, "λ {lambda}");
            last = found[2];
        }
        assert_eq!(last, 1.0);
        assert_eq!(crate::choice::softmax(&[0.0, 0.4, 1.0], 0.0), [1.0 / 3.0; 3]);
    }

    #[test]
    fn beliefs_follow_what_the_other_does() {
        // Against the assumed coin, daring is bad; against one who always swerves, it is good as soon
        // as the other is believed to dare less than once in ten turns: 0.5 · 0.7^t < 0.1 from t = 5.
        let duel = Duel::chicken();
        let idle = duel.build("Idle", vec![]);
        let moves = |against: &str| -> Vec<usize> {
            let own = duel.build("Quantal", arguments(1e6, 1_000, against));
            duel.play([&*own, &*idle], 8, 5).into_iter().map(|moves| moves[0]).collect()
        };
        assert_eq!(moves("assumed"), [0; 8]);
        assert_eq!(moves("observed"), [0, 0, 0, 0, 0, 1, 1, 1]);
        let dare = (1..=24).map(|turn| (turn, vec![Order { action: ActionId(0), option: 0 }])).collect();
        let daring = duel.build("Script", vec![Value::Script(dare)]);
        let own = duel.build("Quantal", arguments(1e6, 100, "observed"));
        assert!(duel.play([&*own, &*daring], 8, 5).iter().all(|moves| moves[0] == 0));
    }

    #[test]
    fn without_futures_the_stand_in_plays() {
        let duel = Duel::chicken();
        let quantal = duel.build("Quantal", arguments(1e6, 8, "assumed"));
        let mut memory = quantal.memory();
        assert!(quantal.looks_ahead());
        assert!(duel.decide_blind(&*quantal, &mut memory).orders.is_empty());
    }
}
