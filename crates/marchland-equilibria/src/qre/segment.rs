//! A stretch of the branch between two points, and what is sought on it.

use crate::number::min;

use super::corrector::{Corrector, Plane, Point, dot};
use super::root::false_position;

/// How far a point at a given λ may lie from the cubic, in log-probability.
const NEAR: f64 = 0.03;
/// A cubic through two points closer than this, in log-probability and scaled λ, holds between them only.
const SHORT: f64 = 0.01;
/// λ's slope on the cubic, as a share of the ends', below which two folds may hide.
const FLAT: f64 = 0.3;

/// A stretch of the branch between two points, measured along the tangent of the first.
#[derive(Debug)]
pub(crate) struct Segment<'a> {
    pub(crate) from: &'a Point,
    pub(crate) to: &'a Point,
    pub(crate) length: f64,
    /// The cosine between the tangents: the second's distance along the first per unit of arclength.
    cosine: f64,
}

impl<'a> Segment<'a> {
    pub(crate) fn new(from: &'a Point, to: &'a Point) -> Segment<'a> {
        let length = from.tangent.iter().zip(&to.at).zip(&from.at).map(|((t, z), o)| t * (z - o)).sum();
        Segment { from, to, length, cosine: dot(&from.tangent, &to.tangent) }
    }

    /// The cubic through both ends and tangents, at a distance: between the ends or beyond it misses the
    /// branch by the fourth power of the lengths.
    pub(crate) fn guess(&self, distance: f64) -> Vec<f64> {
        let weights = self.weights(distance);
        (0..self.from.at.len()).map(|k| self.cubic(weights, k)).collect()
    }

    /// Hermite's weights of the ends and their tangents.
    fn weights(&self, distance: f64) -> [f64; 4] {
        let t = distance / self.length;
        let (t2, t3) = (t * t, t * t * t);
        let [first, last] = [t3 - 2.0 * t2 + t, t3 - t2].map(|weight| weight * self.length);
        [2.0 * t3 - 3.0 * t2 + 1.0, first, 3.0 * t2 - 2.0 * t3, last / self.cosine]
    }

    fn cubic(&self, [a, b, c, d]: [f64; 4], k: usize) -> f64 {
        let (from, to) = (self.from, self.to);
        a * from.at[k] + b * from.tangent[k] + c * to.at[k] + d * to.tangent[k]
    }

    fn plane(&self, distance: f64) -> Plane<'a> {
        Plane { border: &self.from.tangent, origin: &self.from.at, distance }
    }

    /// The point at a distance.
    pub(crate) fn between(&self, corrector: &mut Corrector, distance: f64) -> Option<Point> {
        corrector.correct(self.guess(distance), self.plane(distance), 1.0, 0.0).map(|(point, _)| point)
    }

    /// A point inside where λ turns although at both ends it rises, or falls; none if there is none.
    ///
    /// Two folds may lie so close that a step leads past both, but then the cubic all but stands still.
    pub(crate) fn hidden_turn(&self, corrector: &mut Corrector) -> Option<Point> {
        let rising = self.from.lambda_slope() > 0.0;
        let (mut low, mut high) = (self.from.clone(), self.to.clone());
        for _ in 0..8 {
            let (share, slope) = Segment::new(&low, &high).flattest()?;
            if slope >= FLAT {
                return None;
            }
            let part = Segment::new(&low, &high);
            let point = part.between(corrector, share * part.length)?;
            if (point.lambda_slope() > 0.0) != rising {
                return Some(point);
            }
            let after = Segment::new(&point, &high).flattest().is_some_and(|(_, slope)| slope < FLAT);
            if after { low = point } else { high = point }
        }
        None
    }

    /// Where between the ends λ's slope on the cubic is closest to changing its sign, as a share of the length,
    /// and that slope as a share of the smaller one at the ends; none if the slope is least at an end.
    fn flattest(&self) -> Option<(f64, f64)> {
        let (first, last) = (self.from.lambda_slope(), self.to.lambda_slope() / self.cosine);
        let mean = (self.to.lambda() - self.from.lambda()) / self.length;
        // The slope is a t² + b t + first.
        let (a, b) = (3.0 * (first + last) - 6.0 * mean, 6.0 * mean - 4.0 * first - 2.0 * last);
        let share = -0.5 * b / a;
        let slope = (first + 0.5 * b * share) * first.signum();
        (share > 0.0 && share < 1.0 && a * first > 0.0).then(|| (share, slope / min(first.abs(), last.abs())))
    }

    /// The point at exactly `lambda` between two distances where λ is known, if it lies so close to the
    /// cubic that it cannot be another's; with its distance.
    pub(crate) fn at_lambda(
        &self,
        corrector: &mut Corrector,
        low: (f64, f64),
        high: (f64, f64),
        lambda: f64,
    ) -> Option<(f64, Vec<f64>)> {
        let cubic = |distance: f64| (self.lambda(distance) - lambda, ());
        let ends = ((low.0, low.1 - lambda), (high.0, high.1 - lambda));
        let (near, ()) = false_position(ends.0, ends.1, 1e-9 * (1.0 + lambda), |distance| Some(cubic(distance)))?;
        let point = corrector.fix(&self.guess(near), lambda, NEAR)?;
        let distance = dot(&self.from.tangent, &point) - dot(&self.from.tangent, &self.from.at);
        (distance >= low.0 && distance <= high.0).then_some((distance, point))
    }

    /// Finds where `value` changes sign between two distances at which its values are known. Returns the
    /// distance and the point.
    pub(crate) fn root(
        &self,
        corrector: &mut Corrector,
        low: (f64, f64),
        high: (f64, f64),
        precision: f64,
        mut value: impl FnMut(&Point) -> f64,
    ) -> Option<(f64, Point)> {
        false_position(low, high, precision, |distance| {
            let point = self.between(corrector, distance)?;
            Some((value(&point), point))
        })
    }

    /// The point at a distance near the segment, which may lie beyond its ends.
    pub(crate) fn around(&self, corrector: &mut Corrector, distance: f64) -> Option<Point> {
        if self.length > SHORT {
            return self.between(corrector, distance);
        }
        // The cubic of a short segment would be carried too far.
        let guess = self.from.at.iter().zip(&self.from.tangent).map(|(z, t)| z + distance * t).collect();
        corrector.correct(guess, self.plane(distance), 1.0, 0.0).map(|(point, _)| point)
    }

    /// λ on the cubic at a distance.
    pub(crate) fn lambda(&self, distance: f64) -> f64 {
        self.cubic(self.weights(distance), self.from.at.len() - 1)
    }
}
