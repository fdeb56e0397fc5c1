//! Every concept against the reference answers, scored as the games' README says.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use marchland_equilibria::alpharank::{self, Alpha};
use marchland_equilibria::correlated::{self, Concept, Objective};
use marchland_equilibria::deviation::{self, regret_by_enumeration};
use marchland_equilibria::dominance::{Dominance, Dominator, iterated};
use marchland_equilibria::dynamics::replicator;
use marchland_equilibria::game::Game;
use marchland_equilibria::profile::Profile;
use marchland_equilibria::solution::{Solution, Solver};
use marchland_equilibria::{bimatrix, nash, pure, qre, security};

use super::reference::{Case, cases, named};

/// Whether two numbers agree to a relative 1e-6, absolute below 1.
fn close(a: f64, b: f64) -> bool {
    let size = if b.abs() > 1.0 { b.abs() } else { 1.0 };
    (a - b).abs() <= 1e-6 * size
}

/// Regret at most 1e-8 of the payoff scale, for every player, recomputed here from the game.
fn verify(id: &str, game: &Game, solution: &Solution) {
    let (payoffs, regrets) = regret_by_enumeration(game, &solution.profile);
    for (player, regret) in regrets.into_iter().enumerate() {
        assert!(regret <= 1e-8 * game.payoff_scale(player), "{id}: {} has regret {regret}", solution.profile);
        assert!(close(payoffs[player], solution.payoffs[player]), "{id}: payoffs of {}", solution.profile);
    }
}

/// How many of the reference equilibria are among the solutions, within 1e-6.
fn recalled(case: &Case, solutions: &[Solution]) -> usize {
    let found = |profile: &Profile| solutions.iter().any(|solution| solution.profile.distance(profile) <= 1e-6);
    case.answers.nash.equilibria.iter().filter(|reference| found(&reference.profile)).count()
}

#[test]
fn pure_equilibria_and_welfare() {
    for Case { id, game, answers } in cases() {
        let answer = pure::equilibria(&game, &mut Solver::new());
        let found: Vec<Vec<usize>> = answer
            .solutions
            .iter()
            .map(|solution| solution.profile.supports().into_iter().map(|support| support[0]).collect())
            .collect();
        assert_eq!(found, answers.pure_ne, "{id}");
        assert!(answer.status.is_complete());
        assert!(answer.solutions.iter().all(|solution| solution.regret == 0.0), "{id}");
        let (value, profiles) = pure::best_welfare(&game);
        assert!(close(value, answers.max_welfare_pure.value), "{id}");
        assert_eq!(profiles, answers.max_welfare_pure.profiles, "{id}");
    }
}

#[test]
fn iterated_strict_dominance_by_pure_strategies() {
    for Case { id, game, answers } in cases() {
        let left = iterated(&game, Dominance::Strict, Dominator::Pure, &mut Solver::new()).expect("no program");
        assert_eq!(left.survivors, answers.iesds_pure_strict_survivors, "{id}");
        // Mixtures dominate whatever pure strategies do, and equilibria survive.
        let mixed = iterated(&game, Dominance::Strict, Dominator::Mixed, &mut Solver::new()).expect("programs solve");
        for player in 0..game.player_count() {
            let (mixed, pure) = (&mixed.survivors[player], &left.survivors[player]);
            assert!(mixed.iter().all(|strategy| pure.contains(strategy)), "{id}");
            for equilibrium in &answers.nash.equilibria {
                let support = &equilibrium.profile.supports()[player];
                assert!(support.iter().all(|strategy| mixed.contains(strategy)), "{id}");
            }
        }
    }
}

#[test]
fn regrets_deviations_and_best_responses() {
    for Case { id, game, answers } in cases() {
        for check in answers.regret_checks {
            let text = check.profile_exact.iter().map(|mix| mix.join(",")).collect::<Vec<_>>().join(";");
            let profile: Profile = text.parse().expect("fractions");
            let (payoffs, regrets) = regret_by_enumeration(&game, &profile);
            let quick = deviation::regrets(&game, &profile);
            for player in 0..game.player_count() {
                assert!(close(payoffs[player], check.payoffs[player]), "{id}");
                assert!(close(regrets[player], check.player_regrets[player]), "{id}");
                assert!(close(quick[player], check.player_regrets[player]), "{id}");
                let deviations = &deviation::deviation_payoffs(&game, &profile)[player];
                for (u, v) in deviations.iter().zip(&check.deviation_payoffs[player]) {
                    assert!(close(*u, *v), "{id}");
                }
            }
            assert!(close(deviation::nash_conv(&game, &profile), check.sum_regret_nashconv), "{id}");
            assert_eq!(deviation::best_responses(&game, &profile, 1e-12), check.best_responses, "{id}");
        }
    }
}

#[test]
fn all_equilibria_of_two_players_exactly() {
    for case in cases().into_iter().filter(|case| case.game.player_count() == 2) {
        let id = &case.id;
        let answers = &case.answers.nash;
        let found = bimatrix::all(&case.game, &mut Solver::new()).expect("two players");
        assert!(found.answer.status.is_complete(), "{id}");
        found.answer.solutions.iter().for_each(|solution| verify(id, &case.game, solution));
        let text = |mix: &Vec<_>| mix.iter().map(ToString::to_string).collect::<Vec<String>>();
        let ours: BTreeSet<Vec<Vec<String>>> = found.exact.iter().map(|pair| pair.iter().map(text).collect()).collect();
        let theirs: BTreeSet<Vec<Vec<String>>> =
            answers.equilibria.iter().map(|one| one.exact.clone().expect("two players")).collect();
        assert_eq!(ours, theirs, "{id}");
        match answers.completeness.as_str() {
            "isolated_all" => {
                assert_eq!(found.answer.index_sum, answers.index_sum, "{id}");
                assert!(found.answer.components.is_empty(), "{id}");
            }
            "extreme_points_of_components" => assert!(!found.answer.components.is_empty(), "{id}"),
            other => panic!("{id}: {other}"),
        }
        for one in &answers.equilibria {
            let ours = found.answer.solutions.iter().find(|s| s.profile.distance(&one.profile) <= 1e-9);
            let ours = ours.expect("the exact lists agree");
            assert_eq!(ours.index, Some(one.index), "{id}: {}", one.profile);
            assert!(ours.payoffs.iter().zip(&one.payoffs).all(|(u, v)| close(*u, *v)), "{id}");
        }
        // Lemke–Howson finds some of them, at least one.
        let paths = bimatrix::lemke_howson(&case.game, &mut Solver::new()).expect("two players");
        assert!(!paths.exact.is_empty() && paths.exact.iter().all(|one| found.exact.contains(one)), "{id}");
        let one = bimatrix::one(&case.game, &mut Solver::new()).expect("two players");
        assert!(one.answer.status.is_complete() && found.exact.contains(&one.exact[0]), "{id}");
    }
}

#[test]
fn equilibria_of_many_players() {
    let (mut known, mut recall) = (0, 0);
    for case in cases() {
        let start = Instant::now();
        let answer = nash::all(&case.game, &mut Solver::new().time_limit(Duration::from_secs(60)));
        assert!(start.elapsed() < Duration::from_secs(65), "{}", case.id);
        answer.solutions.iter().for_each(|solution| verify(&case.id, &case.game, solution));
        if case.answers.nash.completeness.starts_with("isolated_all") {
            known += case.answers.nash.equilibria.len();
            recall += recalled(&case, &answer.solutions);
            assert_eq!(answer.index_sum, Some(1), "{}: {}", case.id, answer.status);
        }
        let one = nash::one(&case.game, &mut Solver::new().time_limit(Duration::from_secs(60)));
        assert_eq!(one.solutions.len(), 1, "{}", case.id);
        verify(&case.id, &case.game, &one.solutions[0]);
    }
    assert!(known > 30 && recall as f64 >= 0.95 * known as f64, "recalled {recall} of {known}");
}

#[test]
fn correlated_and_coarse_values() {
    for Case { id, game, answers } in cases() {
        for (concept, values) in
            [(Concept::Correlated, &answers.correlated.ce), (Concept::Coarse, &answers.correlated.cce)]
        {
            let mut questions =
                vec![(Objective::MaxWelfare, values.max_welfare), (Objective::MinWelfare, values.min_welfare)];
            let players = values.max_payoff_per_player.iter().enumerate();
            questions.extend(players.map(|(player, &value)| (Objective::Player(player), value)));
            for (objective, value) in questions {
                let found = correlated::solve(&game, concept, objective, &mut Solver::new()).expect("a program");
                assert!(found.status.is_complete(), "{id} {concept:?} {objective:?}: {}", found.status);
                assert!(close(found.value, value), "{id} {concept:?} {objective:?}: {} is not {value}", found.value);
                let gains = correlated::gains(&game, concept, &found.distribution);
                for (player, gain) in gains.into_iter().enumerate() {
                    assert!(gain <= 1e-8 * game.payoff_scale(player), "{id} {concept:?} {objective:?}: {gain}");
                }
            }
            // The fairest equilibrium is at least as good for the worst-off as any other found.
            let fair = correlated::solve(&game, concept, Objective::MaxMin, &mut Solver::new()).expect("a program");
            assert!(fair.status.is_complete(), "{id}");
            let best = correlated::solve(&game, concept, Objective::MaxWelfare, &mut Solver::new()).expect("a program");
            let worst_off = best.payoffs.iter().copied().fold(f64::INFINITY, |a, b| if b < a { b } else { a });
            assert!(fair.value >= worst_off - 1e-6 * worst_off.abs(), "{id}");
            // The most random one has at least the entropy of that.
            let random =
                correlated::solve(&game, concept, Objective::MaxEntropy, &mut Solver::new()).expect("a program");
            let entropy: f64 = best.distribution.iter().map(|&p| if p > 0.0 { -p * libm::log(p) } else { 0.0 }).sum();
            assert!(random.status.is_complete(), "{id}: {}", random.status);
            assert!(random.value >= entropy - 1e-6, "{id}");
        }
    }
}

#[test]
fn security_levels_and_values() {
    for Case { id, game, answers } in cases() {
        let found = security::levels(&game, &mut Solver::new()).expect("a program").expect("no limit");
        for (level, reference) in found.levels.iter().zip(&answers.security_levels_vs_correlated_opponents) {
            assert!(close(*level, *reference), "{id}");
        }
        match answers.zero_sum_value_p1 {
            Some(value) => {
                let found = security::zero_sum(&game, &mut Solver::new()).expect("zero-sum").expect("no limit");
                assert!(close(found.levels[0], value), "{id}");
                let solution = Solution::certify(&game, found.strategies, None);
                verify(&id, &game, &solution);
            }
            None => assert!(!security::is_constant_sum(&game) || id == "2p_asym_matching_pennies", "{id}"),
        }
    }
}

#[test]
fn logit_equilibria() {
    for Case { id, game, answers } in cases() {
        let reference = &answers.qre_logit_principal_branch;
        let lambdas: Vec<f64> = reference.points.iter().map(|point| point.lambda).collect();
        let report = qre::solve(&game, &lambdas, &mut Solver::new()).expect("λ are positive");
        assert!(report.status.is_complete(), "{id}: {}", report.status);
        for (point, expected) in report.points.iter().zip(&reference.points) {
            assert_eq!(point.lambda, expected.lambda, "{id}");
            let residual = qre::residual(&game, &point.solution.profile, expected.lambda);
            assert!(residual < 1e-8 && point.residual < 1e-8, "{id}: residual {residual}");
            assert_eq!(point.before_first_bifurcation, expected.before_first_bifurcation, "{id} at {}", point.lambda);
            if expected.before_first_bifurcation {
                let distance = point.solution.profile.distance(&expected.profile);
                assert!(distance <= 1e-7, "{id} at {}: {distance}", point.lambda);
            }
        }
        let most = lambdas.iter().copied().fold(0.0, |a, b| if b > a { b } else { a });
        if let Some(lambda) = reference.bifurcation_lambda.filter(|lambda| *lambda < most) {
            let first = report.bifurcations.first().unwrap_or_else(|| panic!("{id}: no bifurcation"));
            assert!((first - lambda).abs() <= 1e-6 * lambda, "{id}: {first} is not {lambda}");
        }
        assert!(reference.turning_points_lambda.is_empty(), "{id}: compare turning points too");
    }
}

#[test]
fn alpha_rank_at_every_alpha() {
    let mut checked = 0;
    for Case { id, game, answers } in cases() {
        for reference in answers.alpharank {
            let ranking =
                alpharank::rank(&game, Alpha::Finite(reference.alpha), reference.m, &mut Solver::new()).expect("α > 0");
            for (profile, mass) in reference.profiles.iter().zip(&reference.pi) {
                let ours = ranking.masses[game.place(profile)];
                assert!((ours - mass).abs() <= 1e-9, "{id} α {}: {ours} is not {mass}", reference.alpha);
            }
            checked += 1;
        }
    }
    assert_eq!(checked, 55);
}

#[test]
fn replicator_ends() {
    for Case { id, game, answers } in cases() {
        let flow = replicator::run(&game, &answers.replicator.x0, answers.replicator.time, &mut Solver::new())
            .expect("a profile and a time");
        let distance = flow.solution.profile.distance(&answers.replicator.end);
        assert!(distance <= 1e-6, "{id}: {distance}");
    }
}

/// A million times the payoffs, ten million added: the same answers, up to that change.
#[test]
fn scaled_chicken_is_chicken() {
    let (plain, scaled) = (named("2p_chicken").game, named("2p_scaled_chicken").game);
    let both = [&plain, &scaled];
    let [a, b] = both.map(|game| bimatrix::all(game, &mut Solver::new()).expect("two players"));
    assert_eq!(a.exact, b.exact);
    for (one, other) in a.answer.solutions.iter().zip(&b.answer.solutions) {
        assert_eq!(one.index, other.index);
        for (u, v) in one.payoffs.iter().zip(&other.payoffs) {
            assert!((1e6 * u + 1e7 - v).abs() < 1e-3);
        }
    }
    for concept in [Concept::Correlated, Concept::Coarse] {
        let [a, b] = both.map(|game| {
            correlated::solve(game, concept, Objective::MinWelfare, &mut Solver::new()).expect("a program").value
        });
        assert!((1e6 * a + 2e7 - b).abs() < 1.0);
    }
    let points = [(&plain, 0.4), (&scaled, 0.4e-6)].map(|(game, lambda)| {
        let report = qre::solve(game, &[lambda], &mut Solver::new()).expect("λ is positive");
        report.points[0].solution.profile.clone()
    });
    assert!(points[0].distance(&points[1]) < 1e-9);
}
