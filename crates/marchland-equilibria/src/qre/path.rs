//! Following the principal branch by arclength.

use crate::lu::Lu;
use crate::number::{max, min};
use crate::solution::{Solver, Stop};

use super::system::System;

/// The most steps along a branch.
const MAX_STEPS: usize = 200_000;
/// The most Newton iterations at one point.
const MAX_NEWTON: usize = 10;
/// How far the predictor may miss the branch, in log-probability.
const MISS: f64 = 0.03;
/// The last Newton step of a converged point is below this, relative to the point.
const CONVERGED: f64 = 1e-11;
/// The last Newton step of a point that only leads on is below this: the point itself is then off by about
/// its square.
const PASSED: f64 = 1e-4;
/// λ-slope below which a point that only leads on is converged all the same, for the sake of folds.
const NEAR_A_FOLD: f64 = 0.01;
/// The first step, in units of scaled λ.
const FIRST_STEP: f64 = 0.1;
/// The smallest step.
const SMALLEST_STEP: f64 = 1e-9;
/// The longest step over which the bordered determinant may change its sign.
const CROSSING_STEP: f64 = 1e-4;
/// Cosine below which two successive tangents are too far apart for the step to be trusted.
const TURN: f64 = 0.96;

/// A point of the branch: the logarithms followed by scaled λ, with the unit tangent.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    pub(crate) at: Vec<f64>,
    pub(crate) tangent: Vec<f64>,
    /// Sign and logarithm of the bordered determinant: its sign changes where branches cross.
    pub(crate) border: (f64, f64),
}

impl Point {
    pub(crate) fn lambda(&self) -> f64 {
        self.at[self.at.len() - 1]
    }

    pub(crate) fn lambda_slope(&self) -> f64 {
        self.tangent[self.tangent.len() - 1]
    }
}

/// Newton's method for points of the branch.
#[derive(Debug)]
pub(crate) struct Corrector {
    pub(crate) system: System,
    lu: Lu,
    matrix: Vec<f64>,
    step: Vec<f64>,
}

impl Corrector {
    pub(crate) fn new(system: System) -> Corrector {
        Corrector { system, lu: Lu::default(), matrix: Vec::new(), step: Vec::new() }
    }

    /// The centroid at λ = 0, with the tangent of growing λ.
    pub(crate) fn start(&mut self) -> Point {
        let mut at = self.system.centroid();
        at.push(0.0);
        let mut border = vec![0.0; at.len()];
        border[at.len() - 1] = 1.0;
        self.system.evaluate(&at);
        self.tangent_at(at, &border).expect("regular at λ = 0")
    }

    /// The tangent at a converged point that makes an acute angle with `border`.
    fn tangent_at(&mut self, at: Vec<f64>, border: &[f64]) -> Option<Point> {
        let size = at.len();
        self.matrix.clear();
        self.matrix.extend_from_slice(&self.system.jacobian);
        self.matrix.extend_from_slice(border);
        if !self.lu.factor(&self.matrix, size) {
            return None;
        }
        let (tangent, border) = self.tangent(size)?;
        Some(Point { at, tangent, border })
    }

    /// The unit tangent by the bordered matrix last factored, and its determinant.
    fn tangent(&self, size: usize) -> Option<(Vec<f64>, (f64, f64))> {
        let mut tangent = vec![0.0; size];
        tangent[size - 1] = 1.0;
        self.lu.solve(&mut tangent);
        let length = norm(&tangent);
        if !length.is_finite() {
            return None;
        }
        for t in &mut tangent {
            *t /= length;
        }
        Some((tangent, self.lu.determinant()))
    }

    /// Corrects `guess` onto the branch within the plane `border · (z − origin) = distance`.
    ///
    /// Returns the point and the length of the first correction, or none if Newton's method does not
    /// settle within `reach`.
    pub(crate) fn correct(
        &mut self,
        guess: Vec<f64>,
        border: &[f64],
        origin: &[f64],
        distance: f64,
        reach: f64,
    ) -> Option<(Point, f64)> {
        self.correct_to(guess, border, origin, distance, reach, 0.0)
    }

    /// As [`Self::correct`]; content with a last step of `passed`, whose tangent is that of the point before it.
    fn correct_to(
        &mut self,
        guess: Vec<f64>,
        border: &[f64],
        origin: &[f64],
        distance: f64,
        reach: f64,
        passed: f64,
    ) -> Option<(Point, f64)> {
        let size = guess.len();
        let mut at = guess;
        let mut first = 0.0;
        let mut before = f64::INFINITY;
        for round in 0..MAX_NEWTON {
            self.system.evaluate(&at);
            self.matrix.clear();
            self.matrix.extend_from_slice(&self.system.jacobian);
            self.matrix.extend_from_slice(border);
            if !self.lu.factor(&self.matrix, size) {
                return None;
            }
            self.step.clear();
            self.step.extend(self.system.rows.iter().map(|row| -row));
            let along: f64 = border.iter().zip(&at).zip(origin).map(|((b, z), o)| b * (z - o)).sum();
            self.step.push(distance - along);
            self.lu.solve(&mut self.step);
            let length = norm(&self.step);
            if round == 0 {
                first = length;
            }
            if !length.is_finite() || first > reach || (round > 0 && length > 0.5 * before && length > 1e-9) {
                return None;
            }
            for (z, s) in at.iter_mut().zip(&self.step) {
                *z += s;
            }
            let small = CONVERGED * (1.0 + norm(&at));
            if length <= passed {
                let (tangent, border) = self.tangent(size)?;
                if tangent[size - 1].abs() > NEAR_A_FOLD {
                    return Some((Point { at, tangent, border }, first));
                }
            }
            if length <= small || (round > 1 && length > 0.5 * before) {
                self.system.evaluate(&at);
                return self.tangent_at(at, border).map(|point| (point, first));
            }
            before = length;
        }
        None
    }

    /// Newton's method at fixed λ from `guess`, moving at most `reach`. Leaves the system evaluated there.
    pub(crate) fn fix(&mut self, guess: &[f64], lambda: f64, reach: f64) -> Option<Vec<f64>> {
        let width = self.system.width();
        let mut at = guess.to_vec();
        at[width] = lambda;
        let mut before = f64::INFINITY;
        let mut moved = 0.0;
        for round in 0..2 * MAX_NEWTON {
            self.system.evaluate(&at);
            self.matrix.clear();
            for row in self.system.jacobian.chunks_exact(width + 1) {
                self.matrix.extend_from_slice(&row[..width]);
            }
            if !self.lu.factor(&self.matrix, width) {
                return None;
            }
            self.step.clear();
            self.step.extend(self.system.rows.iter().map(|row| -row));
            self.lu.solve(&mut self.step);
            let length = norm(&self.step);
            moved += length;
            if !length.is_finite() || moved > reach {
                return None;
            }
            let settled = length <= 1e-14 * (1.0 + norm(&at)) || (round > 2 && length >= before && length < 1e-9);
            for (z, s) in at.iter_mut().zip(&self.step) {
                *z += s;
            }
            if settled {
                self.system.evaluate(&at);
                return Some(at);
            }
            before = length;
        }
        None
    }

    /// The point of the segment from `from` whose distance along `from`'s tangent is `distance`.
    pub(crate) fn between(&mut self, segment: &Segment<'_>, distance: f64) -> Option<Point> {
        let (from, to) = (segment.from, segment.to);
        let share = distance / segment.length;
        // A cubic through both ends and tangents misses by the fourth power of the segment's length.
        let (h00, h10, h01, h11) = hermite(share);
        let scale = segment.length;
        // The tangent of the far end, per unit of distance along the near end's tangent.
        let stretch: f64 = dot(&from.tangent, &to.tangent);
        let guess = (0..from.at.len())
            .map(|k| {
                h00 * from.at[k]
                    + h10 * scale * from.tangent[k]
                    + h01 * to.at[k]
                    + h11 * scale * to.tangent[k] / stretch
            })
            .collect();
        self.correct(guess, &from.tangent, &from.at, distance, 1.0).map(|(point, _)| point)
    }
}

/// A stretch of the branch between two points, measured along the tangent of the first.
#[derive(Debug)]
pub(crate) struct Segment<'a> {
    pub(crate) from: &'a Point,
    pub(crate) to: &'a Point,
    pub(crate) length: f64,
}

impl<'a> Segment<'a> {
    pub(crate) fn new(from: &'a Point, to: &'a Point) -> Segment<'a> {
        let length = from.tangent.iter().zip(&to.at).zip(&from.at).map(|((t, z), o)| t * (z - o)).sum();
        Segment { from, to, length }
    }

    /// Finds where `value` changes sign, by the Illinois variant of false position, between two distances
    /// at which its values are known. Returns the distance and the point.
    pub(crate) fn root(
        &self,
        corrector: &mut Corrector,
        mut low: (f64, f64),
        mut high: (f64, f64),
        precision: f64,
        mut value: impl FnMut(&Point) -> f64,
    ) -> Option<(f64, Point)> {
        let mut best: Option<(f64, Point, f64)> = None;
        let mut side = 0;
        for _ in 0..80 {
            let mut distance = low.0 + (high.0 - low.0) * low.1 / (low.1 - high.1);
            if !(distance > low.0 && distance < high.0) {
                distance = 0.5 * (low.0 + high.0);
            }
            let point = match corrector.between(self, distance) {
                Some(point) => point,
                None => {
                    // Newton's method fails only next to the crossing itself; step aside.
                    distance = 0.5 * (distance + if distance - low.0 > high.0 - distance { low.0 } else { high.0 });
                    match corrector.between(self, distance) {
                        Some(point) => point,
                        None => break,
                    }
                }
            };
            let f = value(&point);
            let better = best.as_ref().is_none_or(|(_, _, size)| f.abs() < *size);
            if better {
                best = Some((distance, point, f.abs()));
            }
            if f == 0.0 {
                break;
            }
            if (f > 0.0) == (low.1 > 0.0) {
                low = (distance, f);
                if side == 1 {
                    high.1 *= 0.5;
                }
                side = 1;
            } else {
                high = (distance, f);
                if side == 2 {
                    low.1 *= 0.5;
                }
                side = 2;
            }
            if f.abs() <= precision || high.0 - low.0 <= 1e-13 * (1.0 + self.length) {
                break;
            }
        }
        best.map(|(distance, point, _)| (distance, point))
    }

    /// The root of `value` near a distance where the branch itself is singular, and λ there.
    ///
    /// Next to a crossing Newton's method loses half its digits, while a little off it keeps them all: the
    /// polynomial through eight points around is exact to its eighth power in their spacing.
    pub(crate) fn interpolate(
        &self,
        corrector: &mut Corrector,
        near: f64,
        mut value: impl FnMut(&Point) -> f64,
    ) -> Option<(f64, f64)> {
        // In log-probability and scaled λ, where the branch bends over lengths of about one.
        let spacing = 0.01;
        let nodes = [-4.0, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0];
        let mut heights = [0.0; 8];
        let mut lambdas = [0.0; 8];
        for (k, node) in nodes.iter().enumerate() {
            let distance = near + node * spacing;
            let along = self.from.at.iter().zip(&self.from.tangent);
            let guess = along.map(|(z, t)| z + distance * t).collect();
            let (point, _) = corrector.correct(guess, &self.from.tangent, &self.from.at, distance, 1.0)?;
            heights[k] = value(&point);
            lambdas[k] = point.lambda();
        }
        let (mut past, mut now) = (0.0, 0.5);
        let mut before = lagrange(&nodes, &heights, past);
        for _ in 0..30 {
            let height = lagrange(&nodes, &heights, now);
            if height == 0.0 || height == before || now == past {
                break;
            }
            let next = now - height * (now - past) / (height - before);
            (past, before, now) = (now, height, next);
        }
        (now.abs() <= 4.0).then(|| (near + now * spacing, lagrange(&nodes, &lambdas, now)))
    }
}

/// Why the branch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The visitor had what it wanted.
    Done,
    /// The solver's deadline or listener.
    Stopped(Stop),
    /// No step, however small, led on.
    Stuck,
    /// More steps than are allowed.
    TooLong,
}

/// Walks the branch, handing each pair of successive points to `visit` until it returns false.
pub(crate) fn walk(
    corrector: &mut Corrector,
    solver: &mut Solver<'_>,
    caution: f64,
    mut visit: impl FnMut(&mut Corrector, &Point, &Point) -> bool,
) -> End {
    let mut here = corrector.start();
    let mut step = FIRST_STEP * caution;
    let mut bend: Option<(Vec<f64>, f64)> = None;
    for _ in 0..MAX_STEPS {
        if let Err(stop) = solver.big_step(0, None) {
            return End::Stopped(stop);
        }
        let (next, miss) = loop {
            if step < SMALLEST_STEP {
                return End::Stuck;
            }
            if let Some(found) = try_step(corrector, &here, bend.as_ref(), step, caution) {
                break found;
            }
            step *= 0.5;
        };
        if !visit(corrector, &here, &next) {
            return End::Done;
        }
        bend = Some((here.tangent, step));
        here = next;
        // The miss of a second-order predictor grows with the cube of the step.
        let growth = libm::cbrt(0.3 * MISS * caution / max(miss, 1e-12));
        step *= min(2.0, max(0.5, growth));
    }
    End::TooLong
}

/// One step along the branch; none if it must be shorter.
fn try_step(
    corrector: &mut Corrector,
    here: &Point,
    bend: Option<&(Vec<f64>, f64)>,
    step: f64,
    caution: f64,
) -> Option<(Point, f64)> {
    let mut guess: Vec<f64> = here.at.iter().zip(&here.tangent).map(|(z, t)| z + step * t).collect();
    if let Some((before, length)) = bend {
        let curl = 0.5 * step * step / length;
        for ((g, now), past) in guess.iter_mut().zip(&here.tangent).zip(before) {
            *g += curl * (now - past);
        }
    }
    let along: f64 = dot(&here.tangent, &guess) - dot(&here.tangent, &here.at);
    let reach = MISS * caution;
    let (next, miss) = corrector.correct_to(guess, &here.tangent, &here.at, along, reach, PASSED * caution)?;
    if dot(&here.tangent, &next.tangent) < TURN {
        return None;
    }
    // Two branches that all but touch look like a crossing to a long step, which would jump over.
    if next.border.0 != here.border.0 && step > CROSSING_STEP {
        return None;
    }
    Some((next, miss))
}

/// The value at `x` of the polynomial through the given points.
fn lagrange(nodes: &[f64], values: &[f64], x: f64) -> f64 {
    let weight = |k: usize| -> f64 {
        let others = nodes.iter().enumerate().filter(|(j, _)| *j != k);
        others.map(|(_, node)| (x - node) / (nodes[k] - node)).product()
    };
    values.iter().enumerate().map(|(k, v)| v * weight(k)).sum()
}

fn hermite(t: f64) -> (f64, f64, f64, f64) {
    let (t2, t3) = (t * t, t * t * t);
    (2.0 * t3 - 3.0 * t2 + 1.0, t3 - 2.0 * t2 + t, 3.0 * t2 - 2.0 * t3, t3 - t2)
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

pub(crate) fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}
