//! Properties of solution concepts over random games of two to five players.

use std::time::Duration;

use marchland_equilibria::alpharank::{self, Alpha};
use marchland_equilibria::bimatrix;
use marchland_equilibria::correlated::{self, Concept, Objective};
use marchland_equilibria::deviation::{best_responses, relative_regret};
use marchland_equilibria::dominance::{Dominance, Dominator, Elimination, iterated};
use marchland_equilibria::dynamics::replicator;
use marchland_equilibria::game::Game;
use marchland_equilibria::profile::Profile;
use marchland_equilibria::solution::{Answer, Solver, Status};
use marchland_equilibria::{nash, nfg, pure, qre, security, tensor};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

fn config(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(5), failure_persistence: None, ..Config::default() }
}

/// Games whose payoffs are small integers, with ties, or fine-grained, without.
fn games(most_players: usize, most_profiles: usize) -> impl Strategy<Value = Game> {
    let counts = prop::collection::vec(2usize..=3, 2..=most_players);
    let fitting = counts.prop_filter("few profiles", move |counts| counts.iter().product::<usize>() <= most_profiles);
    (fitting, prop_oneof![Just(4i32), Just(1 << 20)]).prop_flat_map(|(counts, size)| {
        let profiles = counts.iter().product::<usize>();
        let payoffs = prop::collection::vec(prop::collection::vec(-size..=size, profiles), counts.len());
        payoffs.prop_map(move |payoffs| {
            let unit = if size > 4 { f64::from(size) / 4.0 } else { 1.0 };
            let payoffs = payoffs.iter().map(|tensor| tensor.iter().map(|&u| f64::from(u) / unit).collect()).collect();
            Game::unnamed(&counts, payoffs).expect("a valid game")
        })
    })
}

/// The game with each player's payoffs changed.
fn changed(game: &Game, change: impl Fn(usize, f64) -> f64) -> Game {
    let payoffs = (0..game.player_count())
        .map(|player| game.tensor(player).iter().map(|&u| change(player, u)).collect())
        .collect();
    Game::unnamed(game.counts(), payoffs).expect("still finite")
}

/// The game with players in reverse and each player's strategies rotated by one.
fn permuted(game: &Game) -> Game {
    let counts: Vec<usize> = game.counts().iter().rev().copied().collect();
    let mut payoffs = vec![vec![0.0; game.profile_count()]; counts.len()];
    let shape = Game::unnamed(&counts, payoffs.clone()).expect("a valid game");
    for profile in game.profiles() {
        let moved: Vec<usize> = profile.iter().zip(game.counts()).map(|(a, count)| (a + 1) % count).rev().collect();
        for player in 0..counts.len() {
            payoffs[counts.len() - 1 - player][shape.place(&moved)] = game.payoff(player, &profile);
        }
    }
    Game::unnamed(&counts, payoffs).expect("a valid game")
}

/// Where a profile of the game goes in the permuted game.
fn moved(profile: &Profile) -> Profile {
    let rotate = |mix: &Vec<f64>| {
        let mut mix = mix.clone();
        mix.rotate_right(1);
        mix
    };
    Profile(profile.0.iter().rev().map(rotate).collect())
}

/// The same profiles, in whatever order.
fn same(left: &[Profile], right: &[Profile]) -> bool {
    let within = |a: &[Profile], b: &[Profile]| a.iter().all(|p| b.iter().any(|q| p.distance(q) < 1e-7));
    left.len() == right.len() && within(left, right) && within(right, left)
}

fn profiles(answer: &Answer) -> Vec<Profile> {
    answer.solutions.iter().map(|solution| solution.profile.clone()).collect()
}

fn survivors(game: &Game) -> Vec<Elimination> {
    let kinds = [Dominance::Strict, Dominance::Weak].into_iter();
    kinds
        .flat_map(|kind| [Dominator::Pure, Dominator::Mixed].map(|by| (kind, by)))
        .map(|(kind, by)| iterated(game, kind, by, &mut Solver::new()).expect("programs solve"))
        .collect()
}

fn seconds(count: u64) -> Solver<'static> {
    Solver::new().time_limit(Duration::from_secs(count))
}

proptest! {
    #![proptest_config(config(48))]

    /// Every two-player list is complete and verifies; indices sum to +1 where all are regular.
    #[test]
    fn two_player_lists(game in games(2, 9)) {
        let found = bimatrix::all(&game, &mut Solver::new()).expect("two players").answer;
        prop_assert!(found.status.is_complete());
        prop_assert!(!found.solutions.is_empty());
        for solution in &found.solutions {
            prop_assert!(relative_regret(&game, &solution.profile) <= 1e-8);
        }
        if found.solutions.iter().all(|solution| solution.index != Some(0)) {
            prop_assert_eq!(found.index_sum, Some(1));
            prop_assert!(found.components.is_empty());
        }
        // A pure equilibrium is extreme, so it is in the list.
        for solution in pure::equilibria(&game, &mut Solver::new()).solutions {
            prop_assert!(found.solutions.iter().any(|other| other.profile == solution.profile));
        }
        let other = bimatrix::all(&permuted(&game), &mut Solver::new()).expect("two players").answer;
        let expected: Vec<Profile> = profiles(&found).iter().map(moved).collect();
        prop_assert!(same(&profiles(&other), &expected));
        let shifted = changed(&game, |player, u| u * (player + 2) as f64 + 1.0 + player as f64);
        let other = bimatrix::all(&shifted, &mut Solver::new()).expect("two players").answer;
        prop_assert!(same(&profiles(&other), &profiles(&found)));
    }

    /// Own positive factors and constants leave pure equilibria, dominance and best responses as they were.
    #[test]
    fn affine_changes_per_player(game in games(5, 48)) {
        // Powers of two change no bit of a payoff but its exponent.
        let other = changed(&game, |player, u| u * f64::from(1u32 << (player + 1)) + 8.0);
        let pure_of = |game: &Game| profiles(&pure::equilibria(game, &mut Solver::new()));
        prop_assert_eq!(pure_of(&other), pure_of(&game));
        prop_assert_eq!(survivors(&other), survivors(&game));
        let centroid = Profile::centroid(&game);
        prop_assert_eq!(best_responses(&other, &centroid, 1e-12), best_responses(&game, &centroid, 1e-12));
    }

    /// What is correlated in a game is correlated in its affine changes, and the best for a player alike.
    #[test]
    fn correlated_sets(game in games(4, 36)) {
        let other = changed(&game, |player, u| u * (3 + player) as f64 - 7.0);
        for concept in [Concept::Correlated, Concept::Coarse] {
            let best = |game: &Game| {
                correlated::solve(game, concept, Objective::Player(0), &mut Solver::new()).expect("a program")
            };
            let (here, there) = (best(&game), best(&other));
            prop_assert!(here.status.is_complete() && there.status.is_complete());
            let size = 1.0 + there.value.abs();
            prop_assert!((3.0 * here.value - 7.0 - there.value).abs() < 1e-6 * size);
            for (player, gain) in correlated::gains(&other, concept, &here.distribution).into_iter().enumerate() {
                prop_assert!(gain <= 2e-8 * (1.0 + other.payoff_scale(player)));
            }
            let last = permuted(&game).player_count() - 1;
            let swapped =
                correlated::solve(&permuted(&game), concept, Objective::Player(last), &mut Solver::new())
                    .expect("a program");
            prop_assert!((swapped.value - here.value).abs() < 1e-6 * (1.0 + here.value.abs()));
        }
    }

    /// Security levels follow affine changes and permutations, and no equilibrium pays less.
    #[test]
    fn security(game in games(4, 36)) {
        let levels = |game: &Game| security::levels(game, &mut Solver::new()).expect("a program").expect("no limit");
        let here = levels(&game);
        let there = levels(&changed(&game, |_, u| 2.0 * u + 1.0));
        let swapped = levels(&permuted(&game));
        let n = game.player_count();
        for player in 0..n {
            prop_assert!((2.0 * here.levels[player] + 1.0 - there.levels[player]).abs() < 1e-6);
            prop_assert!((here.levels[player] - swapped.levels[n - 1 - player]).abs() < 1e-6);
        }
        for solution in pure::equilibria(&game, &mut Solver::new()).solutions {
            for player in 0..n {
                prop_assert!(solution.payoffs[player] >= here.levels[player] - 1e-6);
            }
        }
    }

    /// What was written is read back, as a file and as an array.
    #[test]
    fn files_round_trip(game in games(5, 72)) {
        let back = nfg::read(&nfg::write(&game)).expect("what we write");
        let array = tensor::read(&tensor::write(&game)).expect("what we write");
        for player in 0..game.player_count() {
            prop_assert_eq!(back.tensor(player), game.tensor(player));
            prop_assert_eq!(array.tensor(player), game.tensor(player));
        }
    }
}

proptest! {
    #![proptest_config(config(16))]

    /// One equilibrium, and lists, of games of many players.
    #[test]
    fn many_players(game in games(5, 32)) {
        let one = nash::one(&game, &mut seconds(20));
        prop_assert_eq!(one.solutions.len(), 1);
        prop_assert!(relative_regret(&game, &one.solutions[0].profile) <= 1e-8);
        let all = nash::all(&game, &mut seconds(5));
        for solution in &all.solutions {
            prop_assert!(relative_regret(&game, &solution.profile) <= 1e-8);
        }
        if all.status == Status::Complete && all.index_sum.is_some() {
            prop_assert_eq!(all.index_sum, Some(1));
        }
        let other = nash::all(&permuted(&changed(&game, |player, u| u * (player + 2) as f64 + 3.0)), &mut seconds(5));
        if all.status == Status::Complete && other.status == Status::Complete {
            let expected: Vec<Profile> = profiles(&all).iter().map(moved).collect();
            prop_assert!(same(&profiles(&other), &expected), "{:?} {:?}", profiles(&other), expected);
        }
    }

    /// A common factor is undone by λ, α and time; so are constants and permutations.
    #[test]
    fn common_factor(game in games(4, 36)) {
        let factor = 8.0;
        let scaled = changed(&game, |player, u| factor * u + f64::from(1u32 << player));
        let at = |game: &Game, lambda: f64| {
            let report = qre::solve(game, &[lambda], &mut seconds(20)).expect("λ is positive");
            report.points[0].clone()
        };
        let (here, there) = (at(&game, 0.25), at(&scaled, 0.25 / factor));
        prop_assert!(here.residual < 1e-8 && there.residual < 1e-8);
        if here.before_first_bifurcation {
            prop_assert!(here.solution.profile.distance(&there.solution.profile) < 1e-7);
            let swapped = at(&permuted(&game), 0.25);
            prop_assert!(swapped.solution.profile.distance(&moved(&here.solution.profile)) < 1e-7);
        }
        let masses = |game: &Game, alpha: f64| {
            alpharank::rank(game, Alpha::Finite(alpha), 50, &mut Solver::new()).expect("α is positive").masses
        };
        for (p, q) in masses(&game, 1.0).iter().zip(masses(&scaled, 1.0 / factor)) {
            prop_assert!((p - q).abs() < 1e-9);
        }
        let end = |game: &Game, time: f64| {
            let start = Profile::centroid(game);
            replicator::run(game, &start, time, &mut seconds(20)).expect("a time").solution.profile
        };
        prop_assert!(end(&game, 1.0).distance(&end(&scaled, 1.0 / factor)) < 1e-7);
        prop_assert!(end(&permuted(&game), 1.0).distance(&moved(&end(&game, 1.0))) < 1e-7);
    }
}
