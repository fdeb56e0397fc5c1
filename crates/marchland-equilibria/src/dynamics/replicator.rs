//! The replicator dynamics.
//!
//! Taylor and Jonker (1978), for several populations: `dx_ia/dt = x_ia (u_i(a, x₋ᵢ) − u_i(x))`. It is
//! integrated in logarithms, where strategies that nearly vanish keep their relative accuracy and a
//! fixed point on the boundary is approached along a straight line.

use crate::error::Error;
use crate::game::Game;
use crate::number::max;
use crate::profile::Profile;
use crate::solution::Solver;

use super::flow::{self, Flow, Gains};
use super::runge_kutta::Integrator;

/// The state after `time`, in units of 1/payoff, from `start`. Strategies at 0 stay at 0.
///
/// ```
/// use marchland_equilibria::{dynamics::replicator, game::Game, profile::Profile, solution::Solver};
///
/// // One player with payoffs 0 and 1: the odds of the better strategy grow as e^t.
/// let game = Game::unnamed(&[2], vec![vec![0.0, 1.0]])?;
/// let flow = replicator::run(&game, &Profile::centroid(&game), 3.0, &mut Solver::new())?;
/// let mix = &flow.solution.profile.0[0];
/// assert!((mix[1] / mix[0] - 3f64.exp()).abs() < 1e-9);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Profile`] if `start` is not a profile of the game; [`Error::Parameter`] if the time is
/// negative or not finite.
pub fn run(game: &Game, start: &Profile, time: f64, solver: &mut Solver<'_>) -> Result<Flow, Error> {
    let mut flows = trajectory(game, start, &[time], solver)?;
    Ok(flows.pop().expect("one time"))
}

/// The states at several times, not descending; fewer if the solver must stop, the last one then where
/// it did.
///
/// # Errors
/// As [`run`]; also if the times descend.
pub fn trajectory(game: &Game, start: &Profile, times: &[f64], solver: &mut Solver<'_>) -> Result<Vec<Flow>, Error> {
    flow::check(game, start, times)?;
    let mut gains = Gains::new(game);
    let offsets = game.offsets().to_vec();
    let width = game.strategy_count();
    let alive: Vec<bool> = start.flat().iter().map(|p| *p > 0.0).collect();
    let logs = start.flat().iter().map(|p| if *p > 0.0 { libm::log(*p) } else { 0.0 }).collect();
    let read = |y: &[f64]| {
        let mut x = vec![0.0; y.len()];
        shares(y, &alive, &offsets, &mut x);
        x
    };
    let mut x = vec![0.0; width];
    let field = |y: &[f64], out: &mut [f64]| {
        shares(y, &alive, &offsets, &mut x);
        gains.at(&x, out);
        for block in offsets.windows(2) {
            let own = block[0]..block[1];
            let mean: f64 = own.clone().map(|a| x[a] * out[a]).sum();
            for a in own {
                out[a] = if alive[a] { out[a] - mean } else { 0.0 };
            }
        }
    };
    // The first step is small against the fastest growth; the error estimate takes over from there.
    let integrator = Integrator::new(logs, 0.01 / max(flow::fastest(game), f64::MIN_POSITIVE));
    Ok(flow::run(game, times, solver, integrator, field, read))
}

/// Shares from logarithms, each player's divided by their sum, against the drift of rounding. The largest logarithm is
/// taken off first: over a long time all of a player's drift together, beyond what an exponential holds.
fn shares(y: &[f64], alive: &[bool], offsets: &[usize], x: &mut [f64]) {
    for block in offsets.windows(2) {
        let own = block[0]..block[1];
        let mut total = 0.0;
        let most = own.clone().filter(|a| alive[*a]).map(|a| y[a]).fold(f64::NEG_INFINITY, max);
        for a in own.clone() {
            x[a] = if alive[a] { libm::exp(y[a] - most) } else { 0.0 };
            total += x[a];
        }
        for share in &mut x[own] {
            *share /= total;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_survive_logarithms_that_no_exponential_holds() {
        let mut x = [0.0; 5];
        shares(&[-900.0, -900.0, -2000.0, 800.0, 0.0], &[true, true, true, true, false], &[0, 3, 5], &mut x);
        assert_eq!(x, [0.5, 0.5, 0.0, 1.0, 0.0]);
    }
}
