//! Flows in continuous time, and what they return.

use std::time::Duration;

use crate::deviation::Contraction;
use crate::error::Error;
use crate::game::Game;
use crate::number::max;
use crate::profile::Profile;
use crate::solution::{Solution, Solver, Status};

use super::runge_kutta::Integrator;

/// Steps a flow may take between two times asked for.
const MAX_STEPS: u64 = 50_000_000;

/// Where a flow is at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// The time reached, in units of 1/payoff for the replicator.
    pub time: f64,
    /// The profile there; its regret is the gap to a Nash equilibrium.
    pub solution: Solution,
    /// Complete when the time asked for was reached.
    pub status: Status,
    /// Steps taken since the start.
    pub iterations: u64,
    /// Wall-clock time since the start.
    pub elapsed: Duration,
}

/// Checks what every flow is given.
pub(crate) fn check(game: &Game, start: &Profile, times: &[f64]) -> Result<(), Error> {
    start.validate(game)?;
    game.workable("the dynamic")?;
    let mut before = 0.0;
    for &time in times {
        if !(time.is_finite() && time >= before) {
            return Err(Error::Parameter {
                name: "time",
                value: time.to_string(),
                expected: "finite numbers from 0 on, not descending",
            });
        }
        before = time;
    }
    Ok(())
}

/// Runs a flow through the times, reading profiles off its state.
pub(crate) fn run(
    game: &Game,
    times: &[f64],
    solver: &mut Solver<'_>,
    mut integrator: Integrator,
    mut field: impl FnMut(&[f64], &mut [f64]),
    read: impl Fn(&[f64]) -> Vec<f64>,
) -> Vec<Flow> {
    let mut flows = Vec::with_capacity(times.len());
    for &time in times {
        let end = integrator.advance(time, MAX_STEPS, solver, &mut field);
        let status = match end {
            Ok(true) => Status::Complete,
            Ok(false) => Status::Incomplete(format!("{MAX_STEPS} steps reached time {}", integrator.time)),
            Err(stop) => stop.status(),
        };
        let stop = !status.is_complete();
        let profile = Profile::from_flat(game, &read(&integrator.state));
        flows.push(Flow {
            time: integrator.time,
            solution: Solution::certify(game, profile, None),
            status,
            iterations: solver.iterations(),
            elapsed: solver.elapsed(),
        });
        if stop {
            break;
        }
    }
    flows
}

/// The largest payoff range: the fastest rate of a flow.
pub(crate) fn fastest(game: &Game) -> f64 {
    (0..game.player_count()).fold(0.0, |wide, player| {
        let (low, high) = game.payoff_bounds(player);
        max(wide, high - low)
    })
}

/// Deviation payoffs of a game whose payoffs have been shifted to start at zero, so that a large
/// common payoff costs no digits.
pub(crate) struct Gains {
    game: Game,
    contraction: Contraction,
}

impl Gains {
    pub(crate) fn new(game: &Game) -> Gains {
        let tensors = (0..game.player_count())
            .map(|player| {
                let (low, _) = game.payoff_bounds(player);
                game.tensor(player).iter().map(|u| u - low).collect()
            })
            .collect();
        let game = Game::unnamed(game.counts(), tensors).expect("the game's own shape");
        Gains { contraction: Contraction::new(&game), game }
    }

    pub(crate) fn offsets(&self) -> &[usize] {
        self.game.offsets()
    }

    pub(crate) fn at(&mut self, x: &[f64], out: &mut [f64]) {
        self.contraction.all_deviations(&self.game, x, out);
    }
}
