//! The logit dynamics.
//!
//! Fudenberg and Levine (1998, chapter 4), the smoothed best-response dynamics with logit choice:
//! `dx_i/dt = L_i(x) − x_i`, where `L_i(x)` is the logit response with sensitivity λ. Its rest points
//! are the logit equilibria of [`crate::qre`].

use crate::error::Error;
use crate::game::Game;
use crate::number::max;
use crate::profile::Profile;
use crate::solution::Solver;

use super::flow::{self, Flow, Gains};
use super::runge_kutta::Integrator;

/// The state after `time` (a pure number: one unit lets a share of 1 − 1/e revise) from `start`, with
/// sensitivity `lambda` in units of 1/payoff.
///
/// ```
/// use marchland_equilibria::{dynamics::logit, game::Game, profile::Profile, qre, solution::Solver};
///
/// let game = Game::bimatrix(
///     &[vec![9.0, 0.0], vec![0.0, 1.0]],
///     &[vec![0.0, 1.0], vec![1.0, 0.0]],
/// )?;
/// let flow = logit::run(&game, &Profile::centroid(&game), 1.0, 100.0, &mut Solver::new())?;
/// assert!(qre::residual(&game, &flow.solution.profile, 1.0) < 1e-9);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Profile`] if `start` is not a profile of the game; [`Error::Parameter`] if the time or λ is
/// negative or not finite.
pub fn run(game: &Game, start: &Profile, lambda: f64, time: f64, solver: &mut Solver<'_>) -> Result<Flow, Error> {
    flow::check(game, start, &[time])?;
    let steepness = lambda * flow::fastest(game);
    if !(lambda >= 0.0 && steepness.is_finite()) {
        return Err(Error::Parameter {
            name: "lambda",
            value: lambda.to_string(),
            expected: "a finite number, 0 or more",
        });
    }
    let mut gains = Gains::new(game);
    let offsets = gains.offsets().to_vec();
    let field = |x: &[f64], out: &mut [f64]| {
        gains.at(x, out);
        for block in offsets.windows(2) {
            let own = &mut out[block[0]..block[1]];
            let best = own.iter().copied().fold(f64::NEG_INFINITY, max);
            let mut total = 0.0;
            for u in own.iter_mut() {
                *u = libm::exp(lambda * (*u - best));
                total += *u;
            }
            for (u, p) in own.iter_mut().zip(&x[block[0]..block[1]]) {
                *u = *u / total - p;
            }
        }
    };
    let integrator = Integrator::new(start.flat(), 0.01 / (1.0 + steepness));
    let read = |x: &[f64]| x.iter().map(|p| max(*p, 0.0)).collect();
    let mut flows = flow::run(game, &[time], solver, integrator, field, read);
    Ok(flows.pop().expect("one time"))
}
