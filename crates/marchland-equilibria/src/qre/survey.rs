//! What is looked for along the branch: the points asked for, folds and crossings.

use crate::game::Game;
use crate::number::max;
use crate::profile::Profile;
use crate::solution::{Solution, Status};

use super::corrector::{Corrector, Point};
use super::crossing::crossing;
use super::path::End;
use super::segment::Segment;
use super::touch::touches;
use super::{QrePoint, RESIDUAL, residual};

/// λ-slope at which a fold is found: λ itself is off by about its square.
const FOLD: f64 = 1e-9;
/// How far a point at a given λ may lie from one whose λ is almost that, in log-probability.
const CLOSE: f64 = 0.05;
/// Crossings no further apart than this, in log-probability and scaled λ, are the same one: it may be seen from
/// several segments, and where several branches cross at once rounding changes the determinant's sign around it.
const SAME: f64 = 5e-4;

/// What has been seen of the branch.
#[derive(Debug)]
pub(super) struct Survey<'g> {
    game: &'g Game,
    unit: f64,
    targets: Vec<f64>,
    next: usize,
    before: Option<Point>,
    /// The length of the branch up to the point at hand.
    travelled: f64,
    /// The length up to which even crossings have been decided.
    searched: f64,
    /// The lengths at which other branches cross.
    crossed: Vec<f64>,
    pub(super) points: Vec<QrePoint>,
    failed: Vec<f64>,
    pub(super) bifurcations: Vec<f64>,
    pub(super) turning_points: Vec<f64>,
}

impl<'g> Survey<'g> {
    /// Of a game whose λ times `unit` is the walk's, for λ in rising order.
    pub(super) fn new(game: &'g Game, unit: f64, targets: Vec<f64>) -> Survey<'g> {
        Survey {
            game,
            unit,
            targets,
            next: 0,
            before: None,
            travelled: 0.0,
            searched: 0.0,
            crossed: Vec::new(),
            points: Vec::new(),
            failed: Vec::new(),
            bifurcations: Vec::new(),
            turning_points: Vec::new(),
        }
    }

    pub(super) fn finished(&self) -> bool {
        self.next == self.targets.len()
    }

    pub(super) fn status(&self, end: End) -> Status {
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

    pub(super) fn take_zero(&mut self, start: &Point) {
        if !self.finished() && self.targets[self.next] == 0.0 {
            self.take(&start.at);
        }
    }

    /// Looks for folds, crossing branches and targets between two successive points.
    pub(super) fn segment(&mut self, corrector: &mut Corrector, here: &Point, next: &Point) {
        let segment = Segment::new(here, next);
        let rising = here.lambda_slope() > 0.0;
        let turned = rising != (next.lambda_slope() > 0.0);
        if !turned && let Some(turn) = segment.hidden_turn(corrector) {
            self.segment(corrector, here, &turn);
            if !self.finished() {
                self.segment(corrector, &turn, next);
            }
            return;
        }
        let fold = turned
            .then(|| {
                let ends = ((0.0, here.lambda_slope()), (segment.length, next.lambda_slope()));
                segment.root(corrector, ends.0, ends.1, FOLD, Point::lambda_slope)
            })
            .flatten();
        let target = !self.finished() && self.targets[self.next] * self.unit <= max(here.lambda(), next.lambda());
        let mut crossings = self.crossings(corrector, &segment, target);
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
            let Some((distance, point)) = at_target(corrector, &segment, low, high, target) else {
                self.fail();
                continue;
            };
            self.pass(&mut crossings, distance);
            let folds = self.turning_points.len();
            if let Some((at, turn)) = fold.as_ref().filter(|(at, _)| *at < distance) {
                debug_assert!(*at >= 0.0);
                self.turning_points.push(turn.lambda());
            }
            self.take(&point);
            // Told again below, once for the whole segment, unless this was the last target.
            if !self.finished() {
                self.turning_points.truncate(folds);
            } else {
                return;
            }
        }
        self.pass(&mut crossings, f64::INFINITY);
        if let Some((_, turn)) = fold {
            self.turning_points.push(turn.lambda());
        }
        self.travelled += segment.length;
        self.before = Some(here.clone());
    }

    /// Lists the crossings that lie at most `distance` along the segment.
    fn pass(&mut self, crossings: &mut Vec<(f64, f64)>, distance: f64) {
        let passed = crossings.iter().take_while(|(at, _)| *at <= distance).count();
        for (distance, lambda) in crossings.drain(..passed) {
            let place = self.travelled + distance;
            if !self.crossed.iter().any(|other| (other - place).abs() < SAME) {
                self.crossed.push(place);
                self.bifurcations.push(lambda);
            }
        }
    }

    /// Other branches across the segment or the one before: distances and λ, in order. If there is a `target`
    /// on the segment they cannot wait to be seen from the next one.
    fn crossings(&mut self, corrector: &mut Corrector, segment: &Segment<'_>, target: bool) -> Vec<(f64, f64)> {
        let (from, to) = (segment.from.border, segment.to.border);
        if from.0 == to.0 {
            let before = self.before.as_ref();
            let mut searched = self.searched - self.travelled;
            let found = touches(corrector, before, segment.from, segment.to, target, &mut searched);
            self.searched = self.travelled + searched;
            return found;
        }
        let (low, high) = ((0.0, from.0), (segment.length, to.0 * libm::exp(to.1 - from.1)));
        vec![crossing(corrector, segment, low, high, from.1)]
    }

    fn fail(&mut self) {
        self.failed.push(self.targets[self.next]);
        self.next += 1;
    }

    /// Keeps the point at the next target if its residual is small enough.
    fn take(&mut self, point: &[f64]) {
        let lambda = self.targets[self.next];
        let logs = &point[..self.game.strategy_count()];
        let mut weights: Vec<f64> = logs.iter().map(|y| libm::exp(*y)).collect();
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

/// The point at scaled λ `target`, between two distances where λ is known; with its distance.
fn at_target(
    corrector: &mut Corrector,
    segment: &Segment<'_>,
    low: (f64, f64),
    high: (f64, f64),
    target: f64,
) -> Option<(f64, Vec<f64>)> {
    segment.at_lambda(corrector, low, high, target).or_else(|| {
        // Next to a fold λ leaves the point open; the distance does not.
        let (from, to) = ((low.0, low.1 - target), (high.0, high.1 - target));
        let precision = 1e-7 * (1.0 + target);
        let (distance, near) = segment.root(corrector, from, to, precision, |point| point.lambda() - target)?;
        let exact = corrector.fix(&near.at, target, CLOSE);
        Some((distance, exact.unwrap_or(near.at)))
    })
}
