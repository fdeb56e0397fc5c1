//! What must hold for any game of 2 to 5 players: answers verify, and follow the game through shifts,
//! scales and permutations.

use marchland_equilibria::alpharank::{self, Alpha};
use marchland_equilibria::deviation::relative_regret;
use marchland_equilibria::dynamics::replicator;
use marchland_equilibria::game::Game;
use marchland_equilibria::profile::Profile;
use marchland_equilibria::solution::{Answer, Solver, Status};
use marchland_equilibria::{nash, qre};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const SHAPES: [&[usize]; 9] =
    [&[2, 2], &[3, 4], &[2, 2, 2], &[3, 2, 3], &[2, 3, 4], &[3, 3, 3], &[2, 2, 2, 2], &[3, 2, 2, 2], &[2, 2, 2, 2, 2]];

/// Games whose payoffs are continuous, so that almost none is degenerate.
fn games() -> impl Strategy<Value = Game> {
    prop::sample::select(SHAPES.to_vec()).prop_flat_map(|counts| {
        let size = counts.iter().product::<usize>();
        let tensor = prop::collection::vec(-10.0..10.0f64, size);
        prop::collection::vec(tensor, counts.len()).prop_map(move |tensors| Game::unnamed(counts, tensors).unwrap())
    })
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(2008), failure_persistence: None, ..ProptestConfig::default() }
}

/// The game with each player's payoffs mapped by its own function.
fn mapped(game: &Game, map: impl Fn(usize, f64) -> f64) -> Game {
    let tensor = |player| game.tensor(player).iter().map(|u| map(player, *u)).collect();
    Game::unnamed(game.counts(), (0..game.player_count()).map(tensor).collect()).unwrap()
}

/// The game with players in reverse order and everyone's strategies reversed.
fn reversed(game: &Game) -> Game {
    let counts: Vec<usize> = game.counts().iter().rev().copied().collect();
    let shape = Game::unnamed(&counts, vec![vec![0.0; game.profile_count()]; counts.len()]).unwrap();
    let players = game.player_count();
    let tensors = (0..players)
        .map(|player| {
            let old = |pure: Vec<usize>| {
                let back: Vec<usize> = pure.iter().zip(&counts).rev().map(|(a, count)| count - 1 - a).collect();
                game.payoff(players - 1 - player, &back)
            };
            shape.profiles().map(old).collect()
        })
        .collect();
    Game::unnamed(&counts, tensors).unwrap()
}

fn reversed_profile(profile: &Profile) -> Profile {
    let mix = |mix: &Vec<f64>| mix.iter().rev().copied().collect();
    Profile(profile.0.iter().rev().map(mix).collect())
}

fn all(game: &Game) -> Answer {
    nash::all(game, &mut Solver::new())
}

/// Whether two lists hold the same profiles with the same indices, in any order.
fn same(first: &Answer, second: &Answer, change: impl Fn(&Profile) -> Profile) -> bool {
    let matched = |one: &marchland_equilibria::solution::Solution| {
        let profile = change(&one.profile);
        second.solutions.iter().any(|other| other.profile.distance(&profile) < 1e-7 && other.index == one.index)
    };
    first.solutions.len() == second.solutions.len() && first.solutions.iter().all(matched)
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn all_equilibria_verify_and_their_indices_sum_to_one(game in games()) {
        let answer = all(&game);
        prop_assert_eq!(&answer.status, &Status::Complete);
        prop_assert!(answer.solutions.iter().all(|s| relative_regret(&game, &s.profile) < 1e-9));
        prop_assert_eq!(answer.index_sum, Some(1));
        // An odd number (Wilson 1971).
        prop_assert_eq!(answer.solutions.len() % 2, 1);
    }

    #[test]
    fn one_equilibrium_is_among_all(game in games()) {
        let one = nash::one(&game, &mut Solver::new());
        prop_assert_eq!(&one.status, &Status::Complete);
        let profile = &one.solutions[0].profile;
        prop_assert!(relative_regret(&game, profile) < 1e-9);
        let known = all(&game).solutions.iter().any(|s| s.profile.distance(profile) < 1e-7);
        prop_assert!(known, "{}", profile);
    }

    #[test]
    fn equilibria_ignore_shifts_and_scales_and_follow_permutations(
        game in games(), shift in -100.0..100.0f64, scale in 0.01..100.0f64,
    ) {
        let list = all(&game);
        let other = mapped(&game, |player, u| (1.0 + player as f64) * scale * u + shift);
        prop_assert!(same(&list, &all(&other), Profile::clone));
        prop_assert!(same(&list, &all(&reversed(&game)), reversed_profile));
    }

    #[test]
    fn logit_equilibria_scale_with_lambda_and_follow_permutations(
        game in games(), lambda in 0.01..2.0f64, shift in -100.0..100.0f64, scale in 0.001..1000.0f64,
    ) {
        let solve = |game: &Game, lambda: f64| {
            let report = qre::solve(game, &[lambda], &mut Solver::new()).unwrap();
            assert_eq!(report.status, Status::Complete);
            report.points[0].clone()
        };
        let point = solve(&game, lambda);
        prop_assert!(qre::residual(&game, &point.solution.profile, lambda) < 1e-8);
        prop_assert_eq!(point.lambda, lambda);
        let profile = &point.solution.profile;
        let scaled = solve(&mapped(&game, |_, u| scale * u), lambda / scale);
        prop_assert!(scaled.solution.profile.distance(profile) < 1e-8);
        let shifted = solve(&mapped(&game, |player, u| u + (1.0 + player as f64) * shift), lambda);
        prop_assert!(shifted.solution.profile.distance(profile) < 1e-8);
        let turned = solve(&reversed(&game), lambda);
        prop_assert!(turned.solution.profile.distance(&reversed_profile(profile)) < 1e-8);
    }

    #[test]
    fn alpha_rank_scales_with_alpha_and_follows_permutations(
        game in games(), alpha in 0.01..100.0f64, scale in 0.001..1000.0f64, shift in -100.0..100.0f64,
    ) {
        let masses = |game: &Game, alpha: f64| {
            alpharank::rank(game, Alpha::Finite(alpha), 50, &mut Solver::new()).unwrap().masses
        };
        let plain = masses(&game, alpha);
        prop_assert!((plain.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let near = |other: &[f64]| plain.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-8);
        prop_assert!(near(&masses(&mapped(&game, |_, u| scale * u), alpha / scale)));
        prop_assert!(near(&masses(&mapped(&game, |_, u| u + shift), alpha)));
        // Reversing players and strategies reverses neither the order of the tensors nor leaves it.
        let turned = reversed(&game);
        let back = masses(&turned, alpha);
        for (place, pure) in game.profiles().enumerate() {
            let image: Vec<usize> = pure.iter().zip(game.counts()).rev().map(|(a, count)| count - 1 - a).collect();
            prop_assert!((plain[place] - back[turned.place(&image)]).abs() < 1e-9);
        }
    }

    #[test]
    fn the_limit_of_alpha_rank_is_approached(game in games()) {
        let limit = alpharank::rank(&game, Alpha::Infinite, 50, &mut Solver::new()).unwrap();
        let outside: f64 = limit.masses.iter().enumerate()
            .filter(|(place, _)| !limit.sinks.iter().flatten().any(|member| member == place))
            .map(|(_, mass)| mass)
            .sum();
        prop_assert_eq!(outside, 0.0);
        let near = alpharank::rank(&game, Alpha::Finite(1e6), 50, &mut Solver::new()).unwrap();
        let far = limit.masses.iter().zip(&near.masses).map(|(a, b)| (a - b).abs()).sum::<f64>();
        prop_assert!(far < 1e-6, "{}", far);
    }

    #[test]
    fn the_replicator_scales_with_time_and_follows_permutations(
        game in games(), time in 0.0..2.0f64, scale in 0.01..100.0f64, shift in -100.0..100.0f64,
    ) {
        let state = |game: &Game, start: &Profile, time: f64| {
            let flow = replicator::run(game, start, time, &mut Solver::new()).unwrap();
            assert_eq!(flow.status, Status::Complete);
            flow.solution.profile
        };
        let lean = |&count: &usize| {
            let total = (count * (count + 1) / 2) as f64;
            (1..=count).map(|a| a as f64 / total).collect()
        };
        let start = Profile(game.counts().iter().map(lean).collect());
        let end = state(&game, &start, time);
        let scaled = state(&mapped(&game, |_, u| scale * u), &start, time / scale);
        prop_assert!(scaled.distance(&end) < 1e-8);
        prop_assert!(state(&mapped(&game, |_, u| u + shift), &start, time).distance(&end) < 1e-8);
        let turned = state(&reversed(&game), &reversed_profile(&start), time);
        prop_assert!(turned.distance(&reversed_profile(&end)) < 1e-8);
    }
}
