use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::*;

fn random(counts: &[usize], seed: u64) -> Game {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let profiles: usize = counts.iter().product();
    let mut tensor = || (0..profiles).map(|_| f64::from(rng.random_range(-100..=100)) / 10.0).collect();
    let tensors = counts.iter().map(|_| tensor()).collect();
    Game::unnamed(counts, tensors).unwrap()
}

#[test]
fn two_step_sizes_agree_at_every_lambda() {
    let shapes: [&[usize]; 6] = [&[2, 2], &[3, 3], &[4, 3], &[2, 2, 2], &[3, 2, 3], &[2, 2, 2, 2]];
    let lambdas = [0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0];
    let mut folds = 0;
    for shape in shapes {
        for seed in 0..60 {
            let game = random(shape, seed);
            let long = solve_with(&game, &lambdas, &mut Solver::new(), 1.0).unwrap();
            let short = solve_with(&game, &lambdas, &mut Solver::new(), 0.01).unwrap();
            folds += short.turning_points.len();
            assert_eq!((&long.status, &short.status), (&Status::Complete, &Status::Complete));
            assert_eq!(long.points.len(), lambdas.len());
            for (a, b) in long.points.iter().zip(&short.points) {
                let far = a.solution.profile.distance(&b.solution.profile);
                assert!(far < 1e-10, "{shape:?} {seed} at {}: {far:e}", a.lambda);
                assert_eq!(a.after_a_fold, b.after_a_fold, "{shape:?} {seed} at {}", a.lambda);
                assert!(a.residual < RESIDUAL && a.before_first_bifurcation);
            }
            for (a, b) in long.turning_points.iter().zip(&short.turning_points) {
                assert!((a - b).abs() < 1e-9 * a, "{shape:?} {seed}: fold at {a} or {b}");
            }
            assert_eq!(long.turning_points.len(), short.turning_points.len(), "{shape:?} {seed}");
        }
    }
    // Without folds among them the games would not test the hard part.
    assert!(folds > 10, "{folds}");
}

#[test]
fn matching_the_same_action_bifurcates_at_lambda_two() {
    // Two players, 1 for a match: p = 1/2 is a logit equilibrium at every λ, and the response's slope
    // there is λ/2, which passes 1 at λ = 2.
    let match_it = [vec![1.0, 0.0], vec![0.0, 1.0]];
    let game = Game::bimatrix(&match_it, &match_it).unwrap();
    let report = solve(&game, &[1.9, 2.1, 0.0], &mut Solver::new()).unwrap();
    assert_eq!(report.bifurcations.len(), 1);
    assert!((report.bifurcations[0] - 2.0).abs() < 1e-9, "{report:?}");
    assert!(report.turning_points.is_empty());
    let before: Vec<bool> = report.points.iter().map(|p| p.before_first_bifurcation).collect();
    assert_eq!(before, [true, false, true]);
    // The walk goes straight on along the symmetric branch.
    assert!((report.points[1].solution.profile.0[0][0] - 0.5).abs() < 1e-12);
}

#[test]
fn three_strategies_to_match_bifurcate_twice_at_once() {
    // By symmetry two eigenvalues pass 1 together, where the slope λ/3 does.
    let match_it: Vec<Vec<f64>> = (0..3).map(|a| (0..3).map(|b| f64::from(u8::from(a == b))).collect()).collect();
    let game = Game::bimatrix(&match_it, &match_it).unwrap();
    let report = solve(&game, &[2.9, 3.5, 8.0], &mut Solver::new()).unwrap();
    assert!((report.bifurcations[0] - 3.0).abs() < 1e-9, "{report:?}");
    let before: Vec<bool> = report.points.iter().map(|p| p.before_first_bifurcation).collect();
    assert_eq!(before, [true, false, false]);
}

#[test]
fn many_branches_at_once_are_one_bifurcation() {
    // Players who each gain `sign` where all choose the same of `actions`. At the centroid the response's slope
    // by one other player is sign · λ · actions^(1 − players), across every player's sums; its eigenvalues are
    // that times players − 1, where all move together, and minus that, where they make up for one another.
    let cases: [(usize, usize, f64, f64); 6] = [
        // Players, actions, sign, λ of the crossing; how many branches cross there.
        (2, 3, 1.0, 3.0),  // 2
        (2, 4, 1.0, 4.0),  // 3
        (2, 5, 1.0, 5.0),  // 4
        (3, 3, 1.0, 4.5),  // 2
        (3, 3, -1.0, 9.0), // 4
        (4, 2, -1.0, 8.0), // 3
    ];
    for (players, actions, sign, at) in cases {
        let counts = vec![actions; players];
        let same = |place: usize| (0..players as u32).all(|k| place / actions.pow(k) % actions == place % actions);
        let tensor: Vec<f64> = (0..actions.pow(players as u32)).map(|p| sign * f64::from(u8::from(same(p)))).collect();
        let game = Game::unnamed(&counts, vec![tensor; players]).unwrap();
        // A target just behind the crossing, another just before it, and none anywhere near it.
        for lambdas in [[0.5 * at, at + 0.01], [at - 0.01, 1.5 * at], [0.4 * at, 3.0 * at]] {
            let report = solve(&game, &lambdas, &mut Solver::new()).unwrap();
            assert_eq!(report.bifurcations.len(), 1, "{counts:?}: {report:?}");
            assert!((report.bifurcations[0] - at).abs() < 1e-8, "{counts:?}: {report:?}");
            assert!(report.turning_points.is_empty());
            let before: Vec<bool> = report.points.iter().map(|p| p.before_first_bifurcation).collect();
            assert_eq!(before, [true, false], "{counts:?} at {lambdas:?}");
        }
    }
}

#[test]
fn a_broken_symmetry_turns_the_branch_as_it_does_in_short_steps() {
    // Three players in one another's places, to 1e-5: where two branches would cross the symmetric one they
    // all but touch it, and the principal branch goes on along one or the other of them.
    let mut folds = 0;
    for seed in 0..40 {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let payoffs: Vec<f64> = (0..6).map(|_| f64::from(rng.random_range(-100..=100)) / 10.0).collect();
        let mut tensor = |player: usize| {
            let payoff = |place: usize| {
                let own = place >> (2 - player) & 1;
                payoffs[3 * own + place.count_ones() as usize - own]
            };
            (0..8).map(|place| payoff(place) + 1e-4 * rng.random_range(-1.0..1.0)).collect()
        };
        let game = Game::unnamed(&[2; 3], (0..3).map(&mut tensor).collect()).unwrap();
        let lambdas = [0.1, 0.5, 1.0, 3.0];
        let long = solve_with(&game, &lambdas, &mut Solver::new(), 1.0).unwrap();
        let short = solve_with(&game, &lambdas, &mut Solver::new(), 1e-4).unwrap();
        folds += short.turning_points.len();
        assert_eq!(long.turning_points.len(), short.turning_points.len(), "{seed}: {long:?} {short:?}");
        for (a, b) in long.turning_points.iter().zip(&short.turning_points) {
            assert!((a - b).abs() < 1e-8 * a, "{seed}: fold at {a} or {b}");
        }
        for (a, b) in long.points.iter().zip(&short.points) {
            let far = a.solution.profile.distance(&b.solution.profile);
            assert!(far < 1e-9, "{seed} at {}: {far:e}", a.lambda);
        }
    }
    assert!(folds > 10, "{folds}");
}

#[test]
fn lambda_must_be_a_number_from_zero() {
    let game = random(&[2, 2], 1);
    for lambda in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(solve(&game, &[lambda], &mut Solver::new()).is_err());
    }
}

#[test]
fn a_player_with_one_strategy_and_constant_payoffs_are_no_trouble() {
    let game = Game::unnamed(&[1, 2], vec![vec![3.0, 3.0], vec![0.0, 1.0]]).unwrap();
    let report = solve(&game, &[2.0], &mut Solver::new()).unwrap();
    let odds = &report.points[0].solution.profile.0[1];
    assert!((odds[1] / odds[0] - libm::exp(2.0)).abs() < 1e-12);
    let flat = Game::unnamed(&[2, 2], vec![vec![7.0; 4], vec![-1.0; 4]]).unwrap();
    assert!(solve(&flat, &[1.0], &mut Solver::new()).unwrap().status.is_complete());
}
