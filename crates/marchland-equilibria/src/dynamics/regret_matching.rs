//! Regret matching.
//!
//! Hart and Mas-Colell (2000), against expected payoffs: each player plays strategies in proportion to
//! the positive parts of their cumulative regrets. The joint play converges to the coarse correlated
//! equilibria; in two-player zero-sum games the averages converge to equilibrium.

use crate::game::Game;
use crate::number::max;
use crate::profile::Profile;
use crate::solution::{Solution, Solver, Status};

use super::Learning;
use super::flow::Gains;

/// Which regrets are remembered, and how rounds are weighted in the average.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// All regrets; every round counts alike.
    Plain,
    /// Regret matching⁺ (Tammelin 2014): negative cumulative regrets are forgotten, players revise in
    /// turn and round t counts t times in the average. Its coarse gap is that of the plain average.
    Plus,
}

/// Plays `rounds` rounds from regrets of zero, that is from uniform play.
///
/// ```
/// use marchland_equilibria::{dynamics::regret_matching::{self, Variant}, game::Game, solution::Solver};
///
/// let game = Game::bimatrix(
///     &[vec![2.0, -1.0], vec![-1.0, 1.0]],
///     &[vec![-2.0, 1.0], vec![1.0, -1.0]],
/// )?;
/// let learning = regret_matching::run(&game, Variant::Plus, 2_000, &mut Solver::new());
/// assert!(learning.average.regret < 1e-2);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
pub fn run(game: &Game, variant: Variant, rounds: u64, solver: &mut Solver<'_>) -> Learning {
    let mut gains = Gains::new(game);
    let width = game.strategy_count();
    let mut remembered = vec![0.0; width];
    let mut regrets = vec![0.0; width];
    let mut sum = vec![0.0; width];
    let mut payoffs = vec![0.0; width];
    let mut mix = Profile::centroid(game).flat();
    let mut seen = 0;
    let mut status = Status::Complete;
    while seen < rounds {
        if let Err(stop) = solver.big_step(0, Some(seen as f64 / rounds as f64)) {
            status = stop.status();
            break;
        }
        seen += 1;
        match variant {
            Variant::Plain => {
                gains.at(&mix, &mut payoffs);
                accumulate(game, &mix, &payoffs, &mut regrets);
                add(&mut sum, &mix, 1.0);
                for block in game.offsets().windows(2) {
                    let own = block[0]..block[1];
                    propose(&regrets[own.clone()], &mut mix[own]);
                }
            }
            Variant::Plus => {
                for block in game.offsets().windows(2) {
                    let own = block[0]..block[1];
                    gains.at(&mix, &mut payoffs);
                    let mean = expected(&mix[own.clone()], &payoffs[own.clone()]);
                    for a in own.clone() {
                        remembered[a] = max(0.0, remembered[a] + payoffs[a] - mean);
                    }
                    propose(&remembered[own.clone()], &mut mix[own]);
                }
                gains.at(&mix, &mut payoffs);
                accumulate(game, &mix, &payoffs, &mut regrets);
                add(&mut sum, &mix, seen as f64);
            }
        }
    }
    let mut average = if seen == 0 { mix } else { sum };
    for block in game.offsets().windows(2) {
        let total: f64 = average[block[0]..block[1]].iter().sum();
        for p in &mut average[block[0]..block[1]] {
            *p /= total;
        }
    }
    Learning {
        average: Solution::certify(game, Profile::from_flat(game, &average), None),
        coarse_gap: average_regret(&regrets, seen),
        rounds: seen,
        status,
        elapsed: solver.elapsed(),
    }
}

/// Adds what each strategy would have earned more than the mixture.
pub(super) fn accumulate(game: &Game, mix: &[f64], payoffs: &[f64], regrets: &mut [f64]) {
    for block in game.offsets().windows(2) {
        let own = block[0]..block[1];
        let mean = expected(&mix[own.clone()], &payoffs[own.clone()]);
        for a in own {
            regrets[a] += payoffs[a] - mean;
        }
    }
}

/// The largest regret per round.
pub(super) fn average_regret(regrets: &[f64], rounds: u64) -> f64 {
    if rounds == 0 {
        return 0.0;
    }
    regrets.iter().copied().fold(f64::NEG_INFINITY, max) / rounds as f64
}

fn expected(mix: &[f64], payoffs: &[f64]) -> f64 {
    mix.iter().zip(payoffs).map(|(p, u)| p * u).sum()
}

fn add(sum: &mut [f64], mix: &[f64], weight: f64) {
    for (s, p) in sum.iter_mut().zip(mix) {
        *s += weight * p;
    }
}

/// Play in proportion to positive regrets; uniform without any.
fn propose(regrets: &[f64], mix: &mut [f64]) {
    let total: f64 = regrets.iter().map(|r| max(*r, 0.0)).sum();
    for (p, r) in mix.iter_mut().zip(regrets) {
        *p = if total > 0.0 { max(*r, 0.0) / total } else { 1.0 / regrets.len() as f64 };
    }
}
