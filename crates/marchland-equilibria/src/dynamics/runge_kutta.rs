//! The adaptive Runge–Kutta method of order five of Dormand and Prince (1980).

use crate::number::{max, min};
use crate::solution::{Solver, Stop};

/// Error allowed per step and coordinate: `ABSOLUTE + RELATIVE · |y|`.
const ABSOLUTE: f64 = 1e-12;
const RELATIVE: f64 = 1e-13;

const A: [&[f64]; 6] = [
    &[1.0 / 5.0],
    &[3.0 / 40.0, 9.0 / 40.0],
    &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
    &[19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0],
    &[9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0],
    &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0],
];

/// The weights of order five less those of order four.
const ERROR: [f64; 7] =
    [71.0 / 57600.0, 0.0, -71.0 / 16695.0, 71.0 / 1920.0, -17253.0 / 339200.0, 22.0 / 525.0, -1.0 / 40.0];

/// Integrates an autonomous equation forward from one time to the next.
#[derive(Debug, Clone)]
pub(crate) struct Integrator {
    /// The state.
    pub(crate) state: Vec<f64>,
    /// The time reached.
    pub(crate) time: f64,
    step: f64,
    slopes: [Vec<f64>; 7],
    trial: Vec<f64>,
    fresh: bool,
}

impl Integrator {
    /// Starts at time 0, with a guess of the first step.
    pub(crate) fn new(state: Vec<f64>, step: f64) -> Integrator {
        let zero = vec![0.0; state.len()];
        Integrator { slopes: std::array::from_fn(|_| zero.clone()), trial: zero, state, time: 0.0, step, fresh: true }
    }

    /// Advances to `until`, at most `most` steps. Returns whether it got there.
    ///
    /// # Errors
    /// When the solver must stop; the state is that of the time reached.
    pub(crate) fn advance(
        &mut self,
        until: f64,
        most: u64,
        solver: &mut Solver<'_>,
        mut field: impl FnMut(&[f64], &mut [f64]),
    ) -> Result<bool, Stop> {
        for _ in 0..most {
            if self.time >= until {
                return Ok(true);
            }
            solver.big_step(0, Some(self.time / until))?;
            if self.fresh {
                field(&self.state, &mut self.slopes[0]);
                self.fresh = false;
            }
            let left = until - self.time;
            let last = self.step >= left;
            let step = if last { left } else { self.step };
            for (stage, row) in A.iter().enumerate() {
                for (k, trial) in self.trial.iter_mut().enumerate() {
                    let slopes = row.iter().zip(&self.slopes);
                    let sum: f64 = slopes.map(|(a, slope)| a * slope[k]).sum();
                    *trial = self.state[k] + step * sum;
                }
                field(&self.trial, &mut self.slopes[stage + 1]);
            }
            let mut error = 0.0;
            for (k, y) in self.trial.iter().enumerate() {
                let sum: f64 = ERROR.iter().zip(&self.slopes).map(|(e, slope)| e * slope[k]).sum();
                let allowed = ABSOLUTE + RELATIVE * max(y.abs(), self.state[k].abs());
                error = max(error, (step * sum).abs() / allowed);
            }
            let growth = if error > 0.0 { 0.9 * libm::pow(error, -0.2) } else { 5.0 };
            let accepted = error <= 1.0;
            if accepted {
                self.time = if last { until } else { self.time + step };
                std::mem::swap(&mut self.state, &mut self.trial);
                self.slopes.swap(0, 6);
            }
            // A step cut short by the end says nothing about the next one, unless it failed.
            if !(last && accepted) || growth < 1.0 {
                self.step = step * min(5.0, max(0.2, growth));
            }
        }
        Ok(self.time >= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_closes() {
        let mut circle = Integrator::new(vec![1.0, 0.0], 0.1);
        let field = |y: &[f64], out: &mut [f64]| {
            out[0] = -y[1];
            out[1] = y[0];
        };
        let turn = 2.0 * std::f64::consts::PI;
        let there = circle.advance(turn, 100_000, &mut Solver::new(), field);
        assert_eq!(there, Ok(true));
        assert!((circle.state[0] - 1.0).abs() < 1e-10, "{:?}", circle.state);
        assert!(circle.state[1].abs() < 1e-10, "{:?}", circle.state);
    }
}
