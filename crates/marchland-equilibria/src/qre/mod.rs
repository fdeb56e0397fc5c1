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

mod path;
mod system;

pub(crate) use path::{Corrector, End, Point, walk};
pub(crate) use system::System;

use std::time::Duration;

use crate::error::Error;
use crate::game::Game;
use crate::number::{Sum, max};
use crate::profile::Profile;
use crate::solution::{Solution, Solver, Status};

use path::Segment;

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
/// [`Error::Parameter`] if a λ is negative or not finite, or if λ times the largest payoff range overflows.
pub fn solve(game: &Game, lambdas: &[f64], solver: &mut Solver<'_>) -> Result<QreReport, Error> {
    solve_with(game, lambdas, solver, 1.0)
}

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
        if !(lambda >= 0.0 && (lambda * unit).is_finite()) {
            return Err(Error::Parameter {
                name: "lambda",
                value: lambda.to_string(),
                expected: "a finite number, 0 or more",
            });
        }
    }
    let mut targets = lambdas.to_vec();
    targets.sort_by(f64::total_cmp);
    targets.dedup();
    let mut survey = Survey {
        game,
        unit,
        targets,
        next: 0,
        before: None,
        points: Vec::new(),
        failed: Vec::new(),
        bifurcations: Vec::new(),
        turning_points: Vec::new(),
    };
    let mut corrector = Corrector::new(system);
    let start = corrector.start();
    survey.take_zero(&mut corrector, &start);
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

/// What has been seen of the branch.
struct Survey<'g> {
    game: &'g Game,
    unit: f64,
    targets: Vec<f64>,
    next: usize,
    before: Option<Point>,
    points: Vec<QrePoint>,
    failed: Vec<f64>,
    bifurcations: Vec<f64>,
    turning_points: Vec<f64>,
}

impl Survey<'_> {
    fn finished(&self) -> bool {
        self.next == self.targets.len()
    }

    fn status(&self, end: End) -> Status {
        if let Some(lambda) = self.failed.first() {
            return Status::Incomplete(format!(
                "at lambda {lambda} the residual of the nearest double-precision profile is {RESIDUAL:e} or more"
            ));
        }
        match end {
            End::Done => Status::Complete,
            End::Stopped(stop) => stop.status(),
            End::Stuck => {
                Status::Incomplete(format!("the branch could not be followed to lambda {}", self.targets[self.next]))
            }
            End::TooLong => Status::Incomplete(format!(
                "lambda {} was not reached within the most steps allowed",
                self.targets[self.next]
            )),
        }
    }

    fn take_zero(&mut self, corrector: &mut Corrector, start: &Point) {
        if !self.finished() && self.targets[self.next] == 0.0 {
            self.take(corrector, start);
        }
    }

    /// Looks for folds, crossing branches and targets between two successive points.
    fn segment(&mut self, corrector: &mut Corrector, here: &Point, next: &Point) {
        let segment = Segment::new(here, next);
        let rising = here.lambda_slope() > 0.0;
        let fold = (rising != (next.lambda_slope() > 0.0))
            .then(|| {
                let ends = ((0.0, here.lambda_slope()), (segment.length, next.lambda_slope()));
                segment.root(corrector, ends.0, ends.1, 1e-12, Point::lambda_slope)
            })
            .flatten();
        let mut crossing = self.crossing(corrector, &segment);
        // λ reaches new heights only where it rises: before a fold that turns it back, or after one
        // that turns it forward again.
        let mut low = (0.0, here.lambda());
        let mut high = (segment.length, next.lambda());
        if let Some((distance, point)) = &fold {
            let at = (*distance, point.lambda());
            if rising { high = at } else { low = at }
        }
        while !self.finished() && self.targets[self.next] * self.unit <= high.1 {
            let target = self.targets[self.next] * self.unit;
            let (from, to) = ((low.0, low.1 - target), (high.0, high.1 - target));
            let precision = 1e-7 * (1.0 + target);
            let found = segment.root(corrector, from, to, precision, |point| point.lambda() - target);
            let Some((distance, point)) = found else {
                self.fail();
                continue;
            };
            if crossing.is_none() {
                crossing = self.double_crossing(corrector, here, &point);
            }
            self.pass(&mut crossing, distance);
            let folds = self.turning_points.len();
            if let Some((at, turn)) = fold.as_ref().filter(|(at, _)| *at < distance) {
                debug_assert!(*at >= 0.0);
                self.turning_points.push(turn.lambda());
            }
            self.take(corrector, &point);
            // Told again below, once for the whole segment, unless this was the last target.
            if !self.finished() {
                self.turning_points.truncate(folds);
            } else {
                return;
            }
        }
        if crossing.is_none() {
            crossing = self.dip(corrector, here, next);
        }
        self.pass(&mut crossing, f64::INFINITY);
        if let Some((_, turn)) = fold {
            self.turning_points.push(turn.lambda());
        }
        self.before = Some(here.clone());
    }

    /// Lists a crossing that lies at most `distance` along the segment.
    fn pass(&mut self, crossing: &mut Option<(f64, f64)>, distance: f64) {
        let Some((_, lambda)) = crossing.take_if(|(at, _)| *at <= distance) else {
            return;
        };
        // A double crossing may be seen once for a target and once at the end of its dip.
        let known = |last: &f64| (last - lambda).abs() <= 1e-7 * (1.0 + lambda);
        if !self.bifurcations.last().is_some_and(known) {
            self.bifurcations.push(lambda);
        }
    }

    /// Another branch across the segment: the bordered determinant changes sign.
    fn crossing(&self, corrector: &mut Corrector, segment: &Segment<'_>) -> Option<(f64, f64)> {
        let (from, to) = (segment.from.border, segment.to.border);
        if from.0 == to.0 {
            return None;
        }
        let size = |(sign, log): (f64, f64)| sign * libm::exp(log - from.1);
        let ends = ((0.0, size(from)), (segment.length, size(to)));
        let (near, point) = segment.root(corrector, ends.0, ends.1, 1e-6, |p| size(p.border))?;
        let refined = segment.interpolate(corrector, near, |p| size(p.border));
        Some(refined.unwrap_or((near, point.lambda())))
    }

    /// Two branches at once, as symmetric games have them, leave the determinant's sign as it was; but it
    /// dips to zero, and near a dip the eigenvalues tell.
    fn dip(&self, corrector: &mut Corrector, here: &Point, next: &Point) -> Option<(f64, f64)> {
        let before = self.before.as_ref()?;
        if here.border.1 < before.border.1 && here.border.1 < next.border.1 {
            return self.double_between(corrector, before, here).or_else(|| self.double_between(corrector, here, next));
        }
        None
    }

    /// A double crossing before a target, in the segment before or in this one up to `point`.
    ///
    /// A target is told whether it lies before the first crossing, so it cannot wait for the dip to end; but
    /// where the determinant has only grown there is none.
    fn double_crossing(&self, corrector: &mut Corrector, here: &Point, point: &Point) -> Option<(f64, f64)> {
        let before = self.before.as_ref().unwrap_or(here);
        if before.border.1 <= here.border.1 && here.border.1 <= point.border.1 {
            return None;
        }
        let earlier = self.before.as_ref().and_then(|before| self.double_between(corrector, before, here));
        match earlier {
            Some((_, lambda)) => Some((0.0, lambda)),
            None => self.double_between(corrector, here, point),
        }
    }

    /// An even number of eigenvalues passing 1 between two points; by bisection.
    fn double_between(&self, corrector: &mut Corrector, here: &Point, next: &Point) -> Option<(f64, f64)> {
        let count = |corrector: &mut Corrector, point: &Point| {
            corrector.system.evaluate(&point.at);
            corrector.system.eigenvalues_above_one(point.lambda())
        };
        let (first, last) = (count(corrector, here)?, count(corrector, next)?);
        if first.abs_diff(last) < 2 {
            return None;
        }
        let segment = Segment::new(here, next);
        let (mut low, mut high) = ((0.0, here.lambda()), (segment.length, next.lambda()));
        for _ in 0..60 {
            // Next to the crossing itself Newton's method fails; then other places between will do.
            let places = [0.484_375, 0.3, 0.7].map(|share| low.0 + share * (high.0 - low.0));
            let found =
                places.into_iter().find_map(|place| corrector.between(&segment, place).map(|point| (place, point)));
            let Some((place, point)) = found else {
                break;
            };
            let end = if count(corrector, &point)?.abs_diff(first) >= 2 { &mut high } else { &mut low };
            *end = (place, point.lambda());
        }
        Some((0.5 * (low.0 + high.0), 0.5 * (low.1 + high.1)))
    }

    fn fail(&mut self) {
        self.failed.push(self.targets[self.next]);
        self.next += 1;
    }

    /// Newton's method at exactly the next target, from a point of the branch close by.
    fn take(&mut self, corrector: &mut Corrector, near: &Point) {
        let lambda = self.targets[self.next];
        let at = corrector.fix(&near.at, lambda * self.unit, 0.05).unwrap_or_else(|| near.at.clone());
        let width = corrector.system.width();
        let mut weights: Vec<f64> = at[..width].iter().map(|y| libm::exp(*y)).collect();
        for block in self.game.offsets().windows(2) {
            let total: f64 = weights[block[0]..block[1]].iter().sum();
            for w in &mut weights[block[0]..block[1]] {
                *w /= total;
            }
        }
        let profile = Profile::from_flat(self.game, &weights);
        let residual = residual(self.game, &profile, lambda);
        if residual.is_nan() || residual >= RESIDUAL {
            self.fail();
            return;
        }
        self.points.push(QrePoint {
            lambda,
            solution: Solution::certify(self.game, profile, None),
            residual,
            before_first_bifurcation: self.bifurcations.is_empty(),
            after_a_fold: !self.turning_points.is_empty(),
        });
        self.next += 1;
    }
}

#[cfg(test)]
mod tests;
