//! Fictitious play.
//!
//! Brown (1951): in every round each player plays a best response to the frequencies of the others'
//! past play, all at once; the first of several. Frequencies converge to equilibrium in two-player zero-sum games
//! (Robinson 1951) and in potential games, but need not elsewhere (Shapley 1964), so read the gap.

use crate::error::Error;
use crate::game::Game;
use crate::profile::Profile;
use crate::solution::{Solution, Solver, Status};

use super::Learning;
use super::flow::Gains;

/// Plays `rounds` rounds. `start` counts as one round already seen.
///
/// ```
/// use marchland_equilibria::{dynamics::fictitious_play, game::Game, profile::Profile, solution::Solver};
///
/// let game = Game::bimatrix(
///     &[vec![1.0, -1.0], vec![-1.0, 1.0]],
///     &[vec![-1.0, 1.0], vec![1.0, -1.0]],
/// )?;
/// let start = "0.8,0.2;0.3,0.7".parse::<Profile>()?;
/// let learning = fictitious_play::run(&game, &start, 10_000, &mut Solver::new())?;
/// assert!(learning.average.regret < 0.05);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Profile`] if `start` is not a profile of the game.
pub fn run(game: &Game, start: &Profile, rounds: u64, solver: &mut Solver<'_>) -> Result<Learning, Error> {
    start.validate(game)?;
    let mut gains = Gains::new(game);
    let mut counts = start.flat();
    let mut mix = counts.clone();
    let mut payoffs = vec![0.0; counts.len()];
    // What each strategy would have earned against the others' actual play, less what was earned.
    let mut played = vec![0.0; counts.len()];
    let mut replies = vec![0.0; counts.len()];
    let mut regrets = vec![0.0; counts.len()];
    let mut seen = 0;
    let mut status = Status::Complete;
    while seen < rounds {
        if let Err(stop) = solver.big_step(0, Some(seen as f64 / rounds as f64)) {
            status = stop.status();
            break;
        }
        gains.at(&mix, &mut payoffs);
        played.fill(0.0);
        for block in game.offsets().windows(2) {
            let mut best = block[0];
            for a in block[0]..block[1] {
                if payoffs[a] > payoffs[best] {
                    best = a;
                }
            }
            counts[best] += 1.0;
            played[best] = 1.0;
        }
        gains.at(&played, &mut replies);
        super::regret_matching::accumulate(game, &played, &replies, &mut regrets);
        seen += 1;
        for (x, count) in mix.iter_mut().zip(&counts) {
            *x = count / (1 + seen) as f64;
        }
    }
    Ok(Learning {
        average: Solution::certify(game, Profile::from_flat(game, &mix), None),
        coarse_gap: super::regret_matching::average_regret(&regrets, seen),
        rounds: seen,
        status,
        elapsed: solver.elapsed(),
    })
}
