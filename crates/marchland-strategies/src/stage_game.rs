//! `StageGame`: solves the turn as a game and plays its equilibrium.

use marchland_equilibria::dynamics::regret_matching::{self, Variant};
use marchland_equilibria::game::Game;
use marchland_equilibria::profile::Profile;
use marchland_equilibria::pure::{self, RiskDominance};
use marchland_equilibria::qre;
use marchland_equilibria::solution::Solver;
use marchland_game::{ArgumentKind, ArgumentSchema, Decision, FamilySchema, Lookahead, Package};

use crate::choice::{self, Purpose, at_draw};
use crate::imagine::{self, Belief, HORIZON, Imagine, SAMPLES, STAND_IN};
use crate::matrix::{FOCAL_PACKAGES, Frame, PLAYERS};
use crate::registry::{Build, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "StageGame",
        meaning: "Crosses the focal players' packages in imagined futures, payoffs as shares of each player's payoff \
                  range, solves the game and draws from the player's own equilibrium mixture.",
        source: "logit equilibrium: McKelvey & Palfrey 1995; regret matching: Hart & Mas-Colell 2000; risk dominance: \
                 Harsanyi & Selten 1988",
        arguments: &[
            PLAYERS,
            ArgumentSchema {
                name: "solver",
                kind: ArgumentKind::Word { choices: &["qre", "regret_matching", "pure"], default: Some("qre") },
                meaning: "qre: the logit equilibrium at `lambda` on the branch from uniform play; regret_matching: the \
                          average of 2,000 rounds; pure: the pure equilibrium that risk-dominates most others, ties by \
                          the larger sum of shares, and qre where there is none",
            },
            ArgumentSchema {
                name: "lambda",
                kind: ArgumentKind::Number { low: 0.0, high: 1e4, default: Some(30.0) },
                meaning: "precision λ of qre",
            },
            HORIZON,
            SAMPLES,
            FOCAL_PACKAGES,
            STAND_IN,
        ],
        cohorts: false,
    },
    build: Build::Player(|from| {
        let solver = match from.text("solver") {
            "regret_matching" => Concept::RegretMatching,
            "pure" => Concept::Pure,
            _ => Concept::Qre,
        };
        imagine::strategy(from, StageGame { solver, lambda: from.number("lambda"), frame: Frame::new(from)? }, false)
    }),
};

/// Rounds of regret matching.
const ROUNDS: u64 = 2_000;
/// Damped steps where the branch cannot be followed to λ.
const STEPS: usize = 1_000;

#[derive(Clone, Copy)]
enum Concept {
    Qre,
    RegretMatching,
    Pure,
}

struct StageGame {
    solver: Concept,
    lambda: f64,
    frame: Frame,
}

impl Imagine for StageGame {
    fn choose(&self, at: &Decision<'_>, look: &dyn Lookahead, _: &Belief<'_>) -> Package {
        let matrix = self.frame.build(at, look);
        let profile = match self.solver {
            Concept::Qre => logit(&matrix.game, self.lambda),
            Concept::RegretMatching => {
                let mut solver = Solver::new();
                regret_matching::run(&matrix.game, Variant::Plain, ROUNDS, &mut solver).average.profile
            }
            Concept::Pure => risk_dominant(&matrix.game).unwrap_or_else(|| logit(&matrix.game, self.lambda)),
        };
        matrix.packages[at_draw(&profile.0[matrix.own], choice::draw(at.stream, Purpose::Mix))]
    }
}

/// The logit equilibrium at λ.
fn logit(game: &Game, lambda: f64) -> Profile {
    let report = qre::solve(game, &[lambda], &mut Solver::new());
    if let Some(point) = report.ok().and_then(|report| report.points.into_iter().next()) {
        return point.solution.profile;
    }
    // Where the branch cannot be followed so far, damped logit replies from uniform play come close.
    let mut profile = Profile::centroid(game);
    for step in 0..STEPS {
        let reply = qre::response(game, &profile, lambda);
        let weight = 1.0 / (step + 2) as f64;
        for (p, q) in profile.0.iter_mut().flatten().zip(reply.0.iter().flatten()) {
            *p += weight * (q - *p);
        }
    }
    profile
}

/// The pure equilibrium that risk-dominates the most others; among equals the one with the larger
/// sum of shares, then the first. None where there is no pure equilibrium.
fn risk_dominant(game: &Game) -> Option<Profile> {
    let found = pure::equilibria(game, &mut Solver::new()).solutions;
    let pures: Vec<Vec<usize>> = found
        .iter()
        .map(|solution| solution.profile.supports().into_iter().map(|support| support[0]).collect())
        .collect();
    let mut best: Option<(usize, f64, usize)> = None;
    for (at, own) in pures.iter().enumerate() {
        let wins = pures
            .iter()
            .filter(|other| match (own[..].try_into(), other[..].try_into()) {
                (Ok(own), Ok(other)) => matches!(pure::risk_dominance(game, own, other), Ok(RiskDominance::First)),
                // Defined for two players: with more, the sum of shares decides.
                _ => false,
            })
            .count();
        let sum: f64 = found[at].payoffs.iter().sum();
        if best.is_none_or(|(most, highest, _)| wins > most || (wins == most && sum > highest)) {
            best = Some((wins, sum, at));
        }
    }
    best.map(|(_, _, at)| found[at].profile.clone())
}

#[cfg(test)]
mod tests {
    use crate::duel::{Duel, move_of, spec};
    use marchland_game::Value;

    fn strategy(duel: &Duel, solver: &str, lambda: f64, samples: u64) -> Box<dyn marchland_game::Strategy> {
        duel.build(
            "StageGame",
            vec![
                Value::Players(vec![]),
                Value::Text(solver.into()),
                Value::Number(lambda),
                Value::Integer(1),
                Value::Integer(samples),
                Value::Integer(6),
                Value::Strategy(Box::new(spec("Idle", vec![]))),
            ],
        )
    }

    fn dares(duel: &Duel, solver: &str, lambda: f64, samples: u64, n: u64) -> f64 {
        let own = strategy(duel, solver, lambda, samples);
        let count = (0..n)
            .filter(|seed| {
                let choice = duel.decide(&*own, &mut own.memory(), 0, &[], *seed, false);
                move_of(&choice.orders) == 1
            })
            .count();
        count as f64 / n as f64
    }

    /// The symmetric logit equilibrium of chicken in shares of the payoff range, by bisection:
    /// p = 1/(1 + e^(−λ (u_dare − u_swerve)/11)) with u_dare − u_swerve = (1 − 11p) − (−p) = 1 − 10p.
    fn analytic(lambda: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..200 {
            let p = 0.5 * (low + high);
            if marchland_game::number::logistic(lambda * (1.0 - 10.0 * p) / 11.0) > p { low = p } else { high = p }
        }
        0.5 * (low + high)
    }

    /// 10,000 decisions at each λ and noise: four standard errors are at most 0.02.
    #[test]
    fn the_mixture_is_the_analytic_logit_equilibrium() {
        for (lambda, noise) in [(1.0, 0.0), (5.0, 0.0), (5.0, 2.0)] {
            let mut duel = Duel::chicken();
            duel.noise = noise;
            let found = dares(&duel, "qre", lambda, 16, 10_000);
            assert!(
                (found - analytic(lambda)).abs() < 0.03,
                "λ {lambda}, noise {noise}: {found}, {}",
                analytic(lambda)
            );
        }
        assert!((dares(&Duel::chicken(), "qre", 0.0, 1, 10_000) - 0.5).abs() < 0.02);
    }

    #[test]
    fn risk_dominance_selects_among_pure_equilibria() {
        // The stag hunt: hunting pays 4, but hunting alone 0, and the hare is worth 3 for sure, so that
        // both hunting hares risk-dominates (3 · 3 against 1 · 1).
        let hunt: &[&[f64]] = &[&[4.0, 0.0], &[3.0, 3.0]];
        let duel = Duel::new(hunt, hunt, (0.0, 4.0));
        assert_eq!(dares(&duel, "pure", 30.0, 1, 50), 1.0);
        // Where the stag is safe enough it is hunted.
        let hunt: &[&[f64]] = &[&[4.0, 2.0], &[3.0, 3.0]];
        let duel = Duel::new(hunt, hunt, (0.0, 4.0));
        assert_eq!(dares(&duel, "pure", 30.0, 1, 50), 0.0);
    }

    #[test]
    fn without_a_pure_equilibrium_the_logit_equilibrium_is_played() {
        // Matching pennies: both mix evenly, whatever λ.
        let duel = Duel::new(&[&[1.0, 0.0], &[0.0, 1.0]], &[&[0.0, 1.0], &[1.0, 0.0]], (0.0, 1.0));
        for solver in ["pure", "regret_matching"] {
            let found = dares(&duel, solver, 10.0, 1, 4_000);
            assert!((found - 0.5).abs() < 0.04, "{solver}: {found}");
        }
    }

    #[test]
    fn too_many_profiles_are_refused() {
        let duel = Duel::chicken();
        let arguments = vec![
            Value::Players(vec![]),
            Value::Text("qre".into()),
            Value::Number(1.0),
            Value::Integer(1),
            Value::Integer(1),
            Value::Integer(65),
            Value::Strategy(Box::new(spec("Idle", vec![]))),
        ];
        assert!(crate::build(&spec("StageGame", arguments), &duel.catalogue).is_err());
    }
}
