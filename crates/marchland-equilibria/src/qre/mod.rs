//! Logit quantal response equilibria.
//!
//! McKelvey and Palfrey (1995): each player's mixed strategy is the logit response to the others',
//! `p_i(a) = exp(λ u_i(a, p₋ᵢ)) / Σ_b exp(λ u_i(b, p₋ᵢ))`, with λ in units of 1/payoff. At λ = 0 every
//! player mixes equally; from there one *principal branch* leads, for almost all games, to one Nash
//! equilibrium as λ grows. The branch is followed by its arclength (Turocy 2005): λ is not a monotone
//! parameter of it, so it turns back at folds, and other branches may cross it.
//!
//! Every answer is at exactly the λ asked for, at the first crossing counted from the centroid, with
//! the residual recomputed from the game's own payoffs. Where branches cross (in symmetric games a
//! symmetric branch goes on while two others leave it) the walk goes straight on: it keeps to the branch
//! whose tangent is continuous. Other programs may turn off there, so that points beyond the first
//! bifurcation are one convention among several; each point says on which side it is.

mod corrector;
mod crossing;
mod path;
mod root;
mod segment;
mod survey;
mod system;
mod touch;

pub(crate) use corrector::{Corrector, Point};
pub(crate) use path::{End, walk};
pub(crate) use system::System;

use std::time::Duration;

use crate::error::Error;
use crate::game::Game;
use crate::number::{Sum, max};
use crate::profile::Profile;
use crate::solution::{Solution, Solver, Status};

use survey::Survey;

/// The largest residual of a point that is returned.
pub const RESIDUAL: f64 = 1e-8;

/// A logit equilibrium of the principal branch.
#[derive(Debug, Clone, PartialEq)]
pub struct QrePoint {
    /// λ, exactly as asked for, in the game's own payoff units.
    pub lambda: f64,
    /// The profile, the expected payoffs and what the best deviation would gain; no index.
    pub solution: Solution,
    /// The largest |p − logit response to p|, recomputed from the game; below [`RESIDUAL`].
    pub residual: f64,
    /// Whether no other branch was crossed between the centroid and this point.
    pub before_first_bifurcation: bool,
    /// Whether the branch turned back at least once before this point.
    pub after_a_fold: bool,
}

/// What [`solve`] found along the principal branch.
#[derive(Debug, Clone, PartialEq)]
pub struct QreReport {
    /// One point for every λ asked for, in the order asked; missing ones are explained by the status.
    pub points: Vec<QrePoint>,
    /// λ where another branch crosses, in the order met, up to the last point.
    pub bifurcations: Vec<f64>,
    /// λ where the branch turns back, in the order met, up to the last point.
    pub turning_points: Vec<f64>,
    /// Complete when every λ has its point.
    pub status: Status,
    /// Steps along the branch.
    pub iterations: u64,
    /// Wall-clock time.
    pub elapsed: Duration,
}

/// The logit equilibria of the principal branch at the given λ.
///
/// ```
/// use marchland_equilibria::{game::Game, qre, solution::Solver};
///
/// // Matching pennies where the first player wins 9 rather than 1 on heads (Ochs 1995).
/// let game = Game::bimatrix(
///     &[vec![9.0, 0.0], vec![0.0, 1.0]],
///     &[vec![0.0, 1.0], vec![1.0, 0.0]],
/// )?;
/// let report = qre::solve(&game, &[1.0], &mut Solver::new())?;
/// let point = &report.points[0];
/// assert!(report.status.is_complete() && point.residual < 1e-12);
/// // Unlike in the Nash equilibrium, the first player plays heads more often than half the time.
/// assert!(point.solution.profile.0[0][0] > 0.5);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`] if a λ is negative or no number, or if λ times the largest payoff range is above 1e12.
pub fn solve(game: &Game, lambdas: &[f64], solver: &mut Solver<'_>) -> Result<QreReport, Error> {
    solve_with(game, lambdas, solver, 1.0)
}

/// The largest λ in units of 1/payoff range: a payoff is known to some 1e-16 of its range, and ten thousandths of a log
/// odds are the least that still means something.
const LARGEST: f64 = 1e12;

/// As [`solve`], with steps shortened by `caution` (at most 1), to confirm a result.
pub(crate) fn solve_with(
    game: &Game,
    lambdas: &[f64],
    solver: &mut Solver<'_>,
    caution: f64,
) -> Result<QreReport, Error> {
    let system = System::new(game);
    let unit = system.unit();
    for &lambda in lambdas {
        if !(lambda >= 0.0 && lambda * unit <= LARGEST) {
            return Err(Error::Parameter {
                name: "lambda",
                value: lambda.to_string(),
                expected: "from 0 to 1e12 over the largest payoff range: above, rounding decides",
            });
        }
    }
    let mut targets = lambdas.to_vec();
    targets.sort_by(f64::total_cmp);
    targets.dedup();
    let mut survey = Survey::new(game, unit, targets);
    let mut corrector = Corrector::new(system);
    let start = corrector.start();
    survey.take_zero(&start);
    let end = if survey.finished() {
        End::Done
    } else {
        walk(&mut corrector, solver, caution, |corrector, here, next| {
            survey.segment(corrector, here, next);
            !survey.finished()
        })
    };
    let status = survey.status(end);
    let points = lambdas
        .iter()
        .filter_map(|lambda| survey.points.iter().find(|point| point.lambda == *lambda))
        .cloned()
        .collect();
    Ok(QreReport {
        points,
        bifurcations: survey.bifurcations.iter().map(|l| l / unit).collect(),
        turning_points: survey.turning_points.iter().map(|l| l / unit).collect(),
        status,
        iterations: solver.iterations(),
        elapsed: solver.elapsed(),
    })
}

/// The logit response of every player to a profile: `exp(λ u_i(a, p₋ᵢ)) / Σ_b exp(λ u_i(b, p₋ᵢ))`.
///
/// Expected payoffs are summed over all pure profiles with compensation, sharing no code with the
/// solver.
///
/// # Panics
/// If the profile's shape is not the game's.
pub fn response(game: &Game, profile: &Profile, lambda: f64) -> Profile {
    let players = game.player_count();
    let mut sums: Vec<Vec<Sum>> = game.counts().iter().map(|&count| vec![Sum::default(); count]).collect();
    let floors: Vec<f64> = (0..players).map(|i| game.payoff_bounds(i).0).collect();
    for (place, pure) in game.profiles().enumerate() {
        for player in 0..players {
            let mut weight = 1.0;
            for other in (0..players).filter(|&other| other != player) {
                weight *= profile.0[other][pure[other]];
            }
            let above = game.tensor(player)[place] - floors[player];
            sums[player][pure[player]].add(weight * above);
        }
    }
    let softmax = |values: &Vec<Sum>| {
        let best = values.iter().map(|s| s.value()).fold(f64::NEG_INFINITY, max);
        let weights: Vec<f64> = values.iter().map(|s| libm::exp(lambda * (s.value() - best))).collect();
        let total: f64 = weights.iter().sum();
        weights.iter().map(|w| w / total).collect()
    };
    Profile(sums.iter().map(softmax).collect())
}

/// The largest |p − logit response to p|.
///
/// # Panics
/// If the profile's shape is not the game's.
pub fn residual(game: &Game, profile: &Profile, lambda: f64) -> f64 {
    profile.distance(&response(game, profile, lambda))
}

#[cfg(test)]
mod tests;
