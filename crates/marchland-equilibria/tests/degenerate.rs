//! Players with one strategy, and games whose equilibria are singular or hang together.

use std::time::Duration;

use marchland_equilibria::correlated::{self, Objective};
use marchland_equilibria::dominance::{self, Dominance, Dominator};
use marchland_equilibria::dynamics::replicator;
use marchland_equilibria::game::Game;
use marchland_equilibria::profile::Profile;
use marchland_equilibria::solution::{Answer, Solver, Status};
use marchland_equilibria::{alpharank, bimatrix, nash, nfg, pure, qre, security, tensor};
use rand::{RngExt as _, SeedableRng as _};

/// A game whose payoffs are drawn from −1 to 1.
fn random(counts: &[usize], seed: u64) -> Game {
    let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
    let profiles: usize = counts.iter().product();
    let payoffs = counts.iter().map(|_| (0..profiles).map(|_| rng.random_range(-1.0..1.0)).collect()).collect();
    Game::unnamed(counts, payoffs).expect("a valid game")
}

/// A game of three players with two strategies each, from what each gains by its second strategy, a function
/// of the others' probabilities of their second ones that is linear in each: values at 00, 01, 10, 11.
fn binary(gains: [[f64; 4]; 3]) -> Game {
    let tensor = |player: usize| {
        let gain = gains[player];
        let others: Vec<usize> = (0..3).filter(|&other| other != player).collect();
        let payoff = |place: usize| {
            let bit = |i: usize| place >> (2 - i) & 1;
            bit(player) as f64 * gain[2 * bit(others[0]) + bit(others[1])]
        };
        (0..8).map(payoff).collect()
    };
    Game::unnamed(&[2, 2, 2], vec![tensor(0), tensor(1), tensor(2)]).expect("a valid game")
}

fn within(game: &Game) -> Answer {
    let limit = Duration::from_secs(60);
    let answer = nash::all(game, &mut Solver::new().time_limit(limit));
    assert!(answer.elapsed < limit, "{:?}", answer.status);
    assert!(answer.solutions.iter().all(|solution| solution.regret < 1e-8));
    answer
}

/// Every concept takes players without a choice, and gives the others what the game without them gives.
#[test]
fn players_with_one_strategy_have_no_say() {
    for (counts, seed) in [(&[2, 2][..], 1), (&[3, 2], 2), (&[2, 3, 2], 3), (&[3], 4)] {
        let game = random(counts, seed);
        for place in 0..=counts.len() {
            let mut wider = counts.to_vec();
            wider.insert(place, 1);
            let mut payoffs: Vec<Vec<f64>> = (0..counts.len()).map(|i| game.tensor(i).to_vec()).collect();
            payoffs.insert(place, vec![0.5; game.profile_count()]);
            let wider = Game::unnamed(&wider, payoffs).expect("a valid game");
            let wider = nfg::read(&nfg::write(&wider)).expect("a player with one strategy is read");
            assert_eq!(tensor::read(&tensor::write(&wider)).expect("and as a tensor").counts(), wider.counts());
            let new = || Solver::new();
            let without = |mut profile: Profile| {
                assert_eq!(profile.0.remove(place), [1.0]);
                profile
            };
            let (all, before) = (nash::all(&wider, &mut new()), nash::all(&game, &mut new()));
            assert_eq!((&all.status, all.solutions.len()), (&Status::Complete, before.solutions.len()));
            for solution in all.solutions {
                let profile = without(solution.profile);
                assert!(before.solutions.iter().any(|known| known.profile.distance(&profile) < 1e-9));
            }
            assert!(nash::one(&wider, &mut new()).status.is_complete());
            assert_eq!(
                pure::equilibria(&wider, &mut new()).solutions.len(),
                pure::equilibria(&game, &mut new()).solutions.len()
            );
            let (logit, plain) = (qre::solve(&wider, &[2.0], &mut new()), qre::solve(&game, &[2.0], &mut new()));
            let (logit, plain) = (logit.expect("λ is valid"), plain.expect("λ is valid"));
            let near = without(logit.points[0].solution.profile.clone()).distance(&plain.points[0].solution.profile);
            assert!(near < 1e-7, "{near}");
            for concept in [correlated::Concept::Correlated, correlated::Concept::Coarse] {
                for objective in [Objective::MaxWelfare, Objective::MaxEntropy] {
                    let found = correlated::solve(&wider, concept, objective, &mut new()).expect("a program");
                    assert!(found.regret < 1e-6, "{}", found.regret);
                }
            }
            let ranking = alpharank::rank(&wider, alpharank::Alpha::Finite(1.0), 10, &mut new()).expect("a chain");
            let shorter = alpharank::rank(&game, alpharank::Alpha::Finite(1.0), 10, &mut new()).expect("a chain");
            assert!(ranking.masses.iter().zip(&shorter.masses).all(|(a, b)| (a - b).abs() < 1e-9));
            let start = Profile::centroid(&wider);
            replicator::run(&wider, &start, 1.0, &mut new()).expect("a flow");
            dominance::iterated(&wider, Dominance::Strict, Dominator::Mixed, &mut new()).expect("an elimination");
            security::levels(&wider, &mut new()).expect("programs").expect("no limit");
        }
    }
}

#[test]
fn a_game_without_any_choice_is_solved() {
    for counts in [&[1][..], &[1, 1], &[1, 1, 1]] {
        let game = random(counts, 5);
        let new = || Solver::new();
        assert_eq!(nash::all(&game, &mut new()).solutions.len(), 1);
        assert!(nash::one(&game, &mut new()).status.is_complete());
        assert_eq!(pure::equilibria(&game, &mut new()).solutions.len(), 1);
        assert_eq!(qre::solve(&game, &[1.0], &mut new()).expect("λ is valid").points.len(), 1);
        for concept in [correlated::Concept::Correlated, correlated::Concept::Coarse] {
            let found = correlated::solve(&game, concept, Objective::MaxWelfare, &mut new()).expect("a program");
            assert_eq!(found.distribution, [1.0]);
        }
        for alpha in [alpharank::Alpha::Auto, alpharank::Alpha::Infinite, alpharank::Alpha::Finite(1.0)] {
            let ranking = alpharank::rank(&game, alpha, 10, &mut new()).expect("a chain");
            assert_eq!(ranking.masses, [1.0]);
        }
        replicator::run(&game, &Profile::centroid(&game), 1.0, &mut new()).expect("a flow");
        dominance::iterated(&game, Dominance::Weak, Dominator::Mixed, &mut new()).expect("an elimination");
        security::levels(&game, &mut new()).expect("programs").expect("no limit");
    }
}

/// With x, y, z the probabilities of the second strategies, the gains are y − z, z − x and x − y: the diagonal
/// x = y = z is a curve of equilibria.
#[test]
fn a_curve_of_equilibria_is_one_component() {
    let game = binary([[0.0, -1.0, 1.0, 0.0], [0.0, 1.0, -1.0, 0.0], [0.0, -1.0, 1.0, 0.0]]);
    let answer = within(&game);
    assert!(matches!(answer.status, Status::Enclosed { components: 1, .. }), "{}", answer.status);
    let component = &answer.components[0];
    assert_eq!((component.dimension, component.index), (Some(1), Some(1)));
    assert!((2..=8).contains(&component.members.len()), "{component:?}");
    for &member in &component.members {
        let mixes = &answer.solutions[member].profile.0;
        assert!((mixes[0][0] - mixes[1][0]).abs() < 1e-6 && (mixes[0][0] - mixes[2][0]).abs() < 1e-6);
    }
    assert_eq!(answer.solutions.len(), component.members.len(), "nothing but the curve");
}

/// The gains of a bent curve: y = z/(1 + z), x = z and what follows of x and y.
#[test]
fn a_bent_curve_beside_an_isolated_equilibrium() {
    // x: y + yz − z. y: z − x. z: y + xy − x.
    let game = binary([[0.0, -1.0, 1.0, 1.0], [0.0, 1.0, -1.0, 0.0], [0.0, 1.0, -1.0, 1.0]]);
    let answer = within(&game);
    assert!(!answer.components.is_empty(), "{}", answer.status);
    let curve = answer.components.iter().find(|component| component.dimension == Some(1)).expect("a curve");
    for &member in &curve.members {
        assert!(answer.solutions[member].regret < 1e-9);
    }
}

/// A third player whose choice pays nobody anything: three equilibria of the other two, each times an edge.
#[test]
fn an_idle_third_player_makes_three_components() {
    let coordinate = |place: usize| f64::from(u8::from(place >> 2 == (place >> 1 & 1)));
    let tensor: Vec<f64> = (0..8).map(coordinate).collect();
    let game = Game::unnamed(&[2, 2, 2], vec![tensor.clone(), tensor, vec![0.0; 8]]).expect("a valid game");
    let answer = within(&game);
    assert!(matches!(answer.status, Status::Enclosed { components: 3, .. }), "{}", answer.status);
    assert!(answer.components.iter().all(|component| component.dimension == Some(1)));
}

#[test]
fn a_game_of_zeros_is_one_component_of_full_dimension() {
    let game = Game::unnamed(&[2, 3, 2], vec![vec![0.0; 12]; 3]).expect("a valid game");
    let answer = within(&game);
    assert_eq!(answer.components.len(), 1, "{}", answer.status);
    assert_eq!((answer.components[0].dimension, answer.components[0].index), (Some(4), Some(1)));
    let two = bimatrix::all(
        &Game::bimatrix(&[vec![0.0; 2], vec![0.0; 2]], &[vec![0.0; 2], vec![0.0; 2]]).expect("valid"),
        &mut Solver::new(),
    );
    let two = two.expect("two players").answer;
    assert_eq!((two.components[0].dimension, two.components[0].index), (Some(2), Some(1)));
}

/// Three players coordinate on one of three prizes: thirteen equilibria, of which the six where all differ are
/// singular, each by itself; and games of a team that wants to meet where the last player is not.
#[test]
fn coordination_and_teams_are_enclosed_in_seconds() {
    let tensor = |prize: &dyn Fn(&[usize]) -> f64, counts: &[usize]| -> Vec<f64> {
        let zeros = Game::unnamed(counts, vec![vec![0.0; counts.iter().product()]; counts.len()]).expect("valid");
        zeros.profiles().map(|profile| prize(&profile)).collect()
    };
    let met = |profile: &[usize]| profile.iter().all(|&a| a == profile[0]);
    let counts = [3, 3, 3];
    let prize = |profile: &[usize]| if met(profile) { (profile[0] + 1) as f64 } else { 0.0 };
    let game = Game::unnamed(&counts, vec![tensor(&prize, &counts); 3]).expect("a valid game");
    let answer = within(&game);
    assert!(matches!(answer.status, Status::Enclosed { components: 6, .. }), "{}", answer.status);
    assert_eq!(answer.solutions.len(), 13);
    assert!(answer.components.iter().all(|c| c.dimension == Some(0) && c.members.len() == 1));
    let regular: i32 = answer.solutions.iter().filter_map(|solution| solution.index).sum();
    assert_eq!(regular, 1);
    for players in [4, 5] {
        let counts = vec![2; players];
        let team = |profile: &[usize]| f64::from(u8::from(met(profile)));
        let watcher = |profile: &[usize]| if met(profile) { 1.0 - players as f64 } else { 1.0 };
        let mut payoffs = vec![tensor(&team, &counts); players - 1];
        payoffs.push(tensor(&watcher, &counts));
        let answer = within(&Game::unnamed(&counts, payoffs).expect("a valid game"));
        assert!(matches!(answer.status, Status::Enclosed { .. }), "{}", answer.status);
        assert!(answer.components.iter().all(|component| component.dimension == Some(players - 3)));
    }
}

#[test]
fn a_time_limit_is_kept_and_told() {
    let game = Game::unnamed(&[4, 4, 4, 4], vec![vec![0.0; 256]; 4]).expect("a valid game");
    let limit = Duration::from_millis(200);
    let answer = nash::all(&game, &mut Solver::new().time_limit(limit));
    assert_eq!(answer.status, Status::TimeLimit);
    assert!(answer.elapsed < Duration::from_secs(5), "{:?}", answer.elapsed);
}

/// A game in which the second column, and then the second row, is best whatever the other does: payoffs of one, five and
/// many orders of magnitude. What a program's tolerance would let through beside large payoffs it must not.
#[test]
fn small_payoffs_count_beside_large_ones() {
    let of = |large: f64| {
        Game::bimatrix(&[vec![large, 0.0], vec![5.0, 1.0]], &[vec![3.0, 5.0], vec![-large, 1.0]]).expect("a game")
    };
    for large in [10.0, 1e4, 1e6, 1e9, 1e12, 1e16] {
        let game = of(large);
        for concept in [correlated::Concept::Correlated, correlated::Concept::Coarse] {
            let found = correlated::solve(&game, concept, Objective::MaxWelfare, &mut Solver::new()).expect("solved");
            if concept == correlated::Concept::Correlated {
                assert!((found.value - 2.0).abs() < 1e-6, "{large:e}: {}", found.value);
                assert_eq!(found.regret, 0.0);
            }
        }
        let found = security::levels(&game, &mut Solver::new()).expect("a program").expect("in time");
        assert!(found.levels.iter().all(|level| (level - 1.0).abs() < 1e-6), "{large:e}: {:?}", found.levels);
    }
    let game = of(1e308);
    let refused = [
        correlated::solve(&game, correlated::Concept::Coarse, Objective::MaxWelfare, &mut Solver::new()).is_err(),
        security::levels(&game, &mut Solver::new()).is_err(),
        replicator::run(&game, &Profile::centroid(&game), 1.0, &mut Solver::new()).is_err(),
    ];
    assert_eq!(refused, [true, true, true]);
}
