//! The simulated study: how often intervals and bounds hold, over thousands of empirical games whose true
//! payoffs are known.
#![allow(clippy::print_stdout)]

use marchland_equilibria::deviation;
use marchland_equilibria::game::Game;
use marchland_equilibria::nash;
use marchland_equilibria::solution::Solver;
use rayon::prelude::*;

use super::allocation::{AllocationOptions, allocate};
use super::certify::{payoff_differences, regret_bound};
use super::synthetic::{Noise, Synthetic, sample};
use crate::tournament::Sample;

/// Studies per claim.
const STUDIES: u64 = 1_000;
/// Seed of the first study; study k has seed `SEED + k`.
const SEED: u64 = 20_100_400;

fn study(k: u64, counts: &[usize], noise: Noise) -> Synthetic {
    let mut one = Synthetic::new(counts, SEED + k);
    one.noise = noise;
    // Shares of common noise from none to nine tenths.
    one.common = 0.1 * (k % 10) as f64;
    one
}

fn every(sample: &Sample) -> Vec<Vec<usize>> {
    sample.counts().iter().map(|&n| (0..n).collect()).collect()
}

/// 1,000 games of 3 × 2 strategies with 25 replications, seed 20100400: of the 9,000 payoff differences,
/// 93 to 97 % of the 95 % intervals hold the true one, whether noise is normal or skewed.
#[test]
fn intervals_of_payoff_differences_cover() {
    for noise in [Noise::Normal, Noise::Skewed] {
        let hits: Vec<(usize, usize)> = (0..STUDIES)
            .into_par_iter()
            .map(|k| {
                let truth = study(k, &[3, 2], noise);
                let differences = payoff_differences(&sample(&truth, 25, 0), 0.95);
                let holds = differences.iter().filter(|one| {
                    let tensor = truth.game.tensor(one.player);
                    one.interval.is_some_and(|i| i.contains(tensor[one.first] - tensor[one.second]))
                });
                (holds.count(), differences.len())
            })
            .collect();
        let (held, all) = hits.iter().fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
        let share = held as f64 / all as f64;
        println!("{held} of {all} intervals of payoff differences hold the truth: {share:.4}");
        assert_eq!(all, 9_000);
        assert!((0.93..=0.97).contains(&share), "{share}");
    }
}

/// 1,000 games of 3 × 3 strategies, seed 20100400: an equilibrium found on one sample, its regret bounded
/// on fresh seeds. The one-sided 95 % bound holds in at least 93 % of them.
#[test]
fn the_certified_bound_holds_on_held_out_seeds() {
    for noise in [Noise::Normal, Noise::Skewed] {
        let held: usize = (0..STUDIES)
            .into_par_iter()
            .map(|k| {
                let truth = study(k, &[3, 3], noise);
                let found = sample(&truth, 25, 0);
                let game = found.game("", &every(&found)).unwrap();
                let profile = nash::one(&game, &mut Solver::new()).solutions.remove(0).profile;
                let fresh = sample(&truth, 30, 1_000_000);
                let bound = regret_bound(&fresh, &profile, 0.95).bound.unwrap();
                usize::from(bound >= deviation::regret(&truth.game, &profile))
            })
            .sum();
        let share = held as f64 / STUDIES as f64;
        println!("the certified bound holds in {held} of {STUDIES}: {share:.4}");
        assert!(share >= 0.93, "{share}");
    }
}

/// What fresh seeds are for: 1,000 games, seed 20100400, in which one of six strategies is the best and which
/// is played is chosen on the sample, grown until it looks decided. The bound from the seeds that chose is
/// too low where luck chose; the bound from fresh seeds keeps its promise.
#[test]
fn after_adaptive_stopping_fresh_seeds_keep_the_promise() {
    let rounds = 12;
    let outcomes: Vec<(bool, bool)> = (0..STUDIES)
        .into_par_iter()
        .map(|k| {
            let game = Game::unnamed(&[6, 1], vec![vec![0.15, 0.0, 0.0, 0.0, 0.0, 0.0], vec![0.0; 6]]).unwrap();
            let mut truth = Synthetic::of(game, SEED + k);
            truth.common = 0.0;
            let full = sample(&truth, 400, 0);
            let options = AllocationOptions { epsilon: 0.3, games: 200, most: 400, ..AllocationOptions::default() };
            let mut played = full.clone();
            let cut = |games: &mut crate::tournament::Games, whole: &crate::tournament::Games, n: usize| {
                for (row, whole) in games.payoffs.iter_mut().zip(&whole.payoffs) {
                    *row = whole[..n].to_vec();
                }
            };
            for (place, games) in &mut played.profiles {
                cut(games, &full.profiles[place], 20);
            }
            let mut profile = None;
            for _ in 0..rounds {
                let game = played.game("", &every(&played)).unwrap();
                let now = nash::one(&game, &mut Solver::new()).solutions.remove(0).profile;
                let allocation = allocate(&played, std::slice::from_ref(&now), &options);
                profile = Some(now);
                if allocation.settled() {
                    break;
                }
                for request in &allocation.requests {
                    let games = played.profiles.get_mut(&request.profile).unwrap();
                    cut(games, &full.profiles[&request.profile], request.replications);
                }
            }
            let profile = profile.unwrap();
            let regret = deviation::regret(&truth.game, &profile);
            let own = regret_bound(&played, &profile, 0.95).bound.unwrap();
            let fresh = regret_bound(&sample(&truth, 60, 1_000_000), &profile, 0.95).bound.unwrap();
            (own >= regret, fresh >= regret)
        })
        .collect();
    let own = outcomes.iter().filter(|(own, _)| *own).count();
    let fresh = outcomes.iter().filter(|(_, fresh)| *fresh).count();
    println!("after adaptive stopping: own seeds {own}, fresh seeds {fresh} of {STUDIES}");
    assert!(fresh as f64 >= 0.93 * STUDIES as f64, "{fresh}");
    assert!(own < fresh, "{own} {fresh}");
}
