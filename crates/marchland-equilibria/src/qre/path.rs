//! Following the principal branch by arclength.

use crate::number::{max, min};
use crate::solution::{Solver, Stop};

use super::corrector::{Corrector, Plane, Point, dot, norm};
use super::segment::Segment;

/// The most steps along a branch.
const MAX_STEPS: usize = 200_000;
/// How far the predictor may miss the branch, in log-probability.
const MISS: f64 = 0.03;
/// The last Newton step of a point that only leads on is below this: the point itself is then off by about
/// its square.
const PASSED: f64 = 1e-4;
/// A step shorter than this, in log-probability and scaled λ, is taken next to a crossing. Points there have
/// lost digits, so that a cubic through two of them would be thrown far off; and tangents turn over lengths
/// like the step, so that points have to be the better.
const SHORT: f64 = 0.02;
/// As [`PASSED`], for short steps.
const PASSED_SHORT: f64 = 1e-9;
/// The first step, in units of scaled λ.
const FIRST_STEP: f64 = 0.1;
/// The smallest step.
const SMALLEST_STEP: f64 = 1e-9;
/// The longest step past a crossing where rounding leaves it this short.
const CROSSING_STEP: f64 = 1e-4;
/// The share of the way to where the bordered determinant seems to vanish that one step may go.
///
/// Where branches cross or all but touch a long step would go straight on, whatever they do.
const APPROACH: f64 = 0.6;
/// The share of the longest step past a crossing from which that step is taken: the next point is then further
/// off than the last one.
const LEAP: f64 = 0.25;
/// How far ahead the determinant may seem to vanish for rounding to be looked at.
const NEAR: f64 = 0.25;
/// Rounding of the equations relative to a point, over the share of a step that a point may be off.
const NOISE: f64 = 1.6e-9;
/// How far the logarithm of the bordered determinant may fall in one step.
const FALL: f64 = 2.5;
/// As [`FALL`], in a step past a crossing.
const FALL_CROSSING: f64 = 20.0;
/// Cosine below which two successive tangents are too far apart for the step to be trusted.
const TURN: f64 = 0.96;

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
    let mut before: Option<Point> = None;
    let mut step = FIRST_STEP * caution;
    // Whether `here` is as exact as long steps need it only.
    let mut rough = false;
    for _ in 0..MAX_STEPS {
        if let Err(stop) = solver.big_step(0, None) {
            return End::Stopped(stop);
        }
        let mut crossing = CROSSING_STEP;
        if let Some(before) = &before {
            let gap = gap(before, &here);
            if gap < NEAR {
                crossing = max(crossing, noise(corrector, &here, gap));
            }
            step = if gap > LEAP * crossing { min(step, APPROACH * gap) } else { crossing };
        }
        let (next, miss) = loop {
            if step < SMALLEST_STEP {
                return End::Stuck;
            }
            if let Some(found) = try_step(corrector, before.as_ref(), &here, step, crossing, caution) {
                break found;
            }
            step *= 0.5;
            if rough && step < SHORT {
                here = polished(corrector, here, caution);
                rough = false;
            }
        };
        rough = step >= SHORT;
        if !visit(corrector, &here, &next) {
            return End::Done;
        }
        before = Some(std::mem::replace(&mut here, next));
        // The miss of a cubic predictor grows with the fourth power of the step.
        let growth = (0.3 * MISS * caution / max(miss, 1e-12)).sqrt().sqrt();
        step *= min(2.0, max(0.5, growth));
    }
    End::TooLong
}

/// A point found at the end of a long step, good enough for a short one to start from.
fn polished(corrector: &mut Corrector, here: Point, caution: f64) -> Point {
    let plane = Plane { border: &here.tangent, origin: &here.at, distance: 0.0 };
    let found = corrector.correct(here.at.clone(), plane, MISS * caution, PASSED_SHORT * caution);
    found.map(|(point, _)| point).filter(|point| point.border.0 == here.border.0).unwrap_or(here)
}

/// One step along the branch, with the predictor's miss; none if it must be shorter. No step longer than
/// `crossing` may pass a crossing.
fn try_step(
    corrector: &mut Corrector,
    before: Option<&Point>,
    here: &Point,
    step: f64,
    crossing: f64,
    caution: f64,
) -> Option<(Point, f64)> {
    let guess = predict(before, here, step);
    let plane = Plane { border: &here.tangent, origin: &here.at, distance: step };
    let passed = if step < SHORT { PASSED_SHORT } else { PASSED };
    let (next, miss) = corrector.correct(guess, plane, MISS * caution, passed * caution)?;
    if dot(&here.tangent, &next.tangent) < TURN {
        return None;
    }
    // A step that happens to end at a crossing itself would go on in any direction.
    let most = if step > crossing { FALL } else { FALL_CROSSING };
    if next.border.1 < here.border.1 - most {
        return None;
    }
    // Two branches that all but touch look like a crossing to a long step, which would jump over.
    if next.border.0 != here.border.0 && step > crossing {
        return None;
    }
    Some((next, miss))
}

/// How far ahead the bordered determinant would be zero if its root went on to fall as from `before` to `here`.
fn gap(before: &Point, here: &Point) -> f64 {
    let length = -Segment::new(here, before).length;
    let ratio = libm::exp(0.5 * (before.border.1 - here.border.1));
    if ratio > 1.0 { length / (ratio - 1.0) } else { f64::INFINITY }
}

/// The shortest step past a crossing at a distance that rounding will not turn.
///
/// Rounding moves a point by its share of the equations over the smallest singular value of the bordered matrix,
/// which falls to zero in a straight line: half a step before the crossing and half a step behind it that must be
/// little beside the step.
fn noise(corrector: &mut Corrector, here: &Point, gap: f64) -> f64 {
    let slope = corrector.smallest_singular(here) / gap;
    (NOISE * (1.0 + norm(&here.at)) / slope).sqrt()
}

/// Where the branch will be at a distance along the tangent `here`.
fn predict(before: Option<&Point>, here: &Point, step: f64) -> Vec<f64> {
    let Some(before) = before else {
        return here.at.iter().zip(&here.tangent).map(|(z, t)| z + step * t).collect();
    };
    let past = Segment::new(here, before);
    if min(step, -past.length) >= SHORT {
        return past.guess(step);
    }
    let curl = -0.5 * step * step / past.length;
    let tangents = here.tangent.iter().zip(&before.tangent);
    here.at.iter().zip(tangents).map(|(z, (t, old))| z + step * t + curl * (t - old)).collect()
}
