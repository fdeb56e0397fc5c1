//! Newton's method for points of the principal branch.

use crate::lu::Lu;

use super::system::System;

/// The most Newton iterations at one point.
const MAX_NEWTON: usize = 10;
/// The last Newton step of a converged point is below this, relative to the point.
const CONVERGED: f64 = 1e-11;
/// As [`CONVERGED`], of a point that is an answer.
const FIXED: f64 = 1e-14;
/// The length of a Newton step below which the factors of the matrix before it are used again.
const CHORD: f64 = 1e-5;
/// Newton steps that no longer shrink but are below this are rounding.
const STALLED: f64 = 1e-9;
/// The largest miss of the equations, relative to the point, that is rounding: next to a crossing Newton steps
/// remain many times as long.
const EXACT: f64 = 1e-14;
/// λ-slope below which a point that only leads on is converged all the same, for the sake of folds.
const NEAR_A_FOLD: f64 = 0.01;

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

/// The plane across the branch on which a point is sought: `border · (z − origin) = distance`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plane<'a> {
    pub(crate) border: &'a [f64],
    pub(crate) origin: &'a [f64],
    pub(crate) distance: f64,
}

impl Plane<'_> {
    /// How far the plane lies ahead of a point.
    fn ahead(&self, at: &[f64]) -> f64 {
        let along: f64 = self.border.iter().zip(at).zip(self.origin).map(|((b, z), o)| b * (z - o)).sum();
        self.distance - along
    }
}

/// Newton's method with its memory.
#[derive(Debug)]
pub(crate) struct Corrector {
    pub(crate) system: System,
    lu: Lu,
    unknowns: Vec<f64>,
    step: Vec<f64>,
    /// The length of the last right-hand side.
    miss: f64,
}

impl Corrector {
    pub(crate) fn new(system: System) -> Corrector {
        Corrector { system, lu: Lu::default(), unknowns: Vec::new(), step: Vec::new(), miss: 0.0 }
    }

    /// The centroid at λ = 0, with the tangent of growing λ.
    pub(crate) fn start(&mut self) -> Point {
        let mut at = self.system.centroid();
        at.push(0.0);
        let mut border = vec![0.0; at.len()];
        border[at.len() - 1] = 1.0;
        let (tangent, border) = self.factor(&at, &border).and_then(|_| self.tangent()).expect("regular at λ = 0");
        Point { at, tangent, border }
    }

    /// Evaluates at a point and factors the bordered matrix there. Returns the last row's addition to its
    /// right-hand side.
    fn factor(&mut self, at: &[f64], border: &[f64]) -> Option<f64> {
        self.system.evaluate(at);
        let matrix = self.lu.room(self.system.size());
        let shift = self.system.bordered(at[at.len() - 1], border, matrix);
        self.lu.eliminate().then_some(shift)
    }

    /// The unit tangent by the bordered matrix last factored, and its determinant.
    fn tangent(&mut self) -> Option<(Vec<f64>, (f64, f64))> {
        let size = self.system.size();
        self.unknowns.clear();
        self.unknowns.resize(size, 0.0);
        self.unknowns[size - 1] = 1.0;
        self.lu.solve(&mut self.unknowns);
        let mut tangent = Vec::new();
        self.system.lift(&self.unknowns, false, &mut tangent);
        let length = norm(&tangent);
        if !length.is_finite() {
            return None;
        }
        for t in &mut tangent {
            *t /= length;
        }
        Some((tangent, self.lu.determinant()))
    }

    /// Sign and logarithm of the bordered determinant at a point near the branch.
    pub(crate) fn determinant(&mut self, at: &[f64], border: &[f64]) -> Option<(f64, f64)> {
        self.factor(at, border)?;
        Some(self.lu.determinant())
    }

    /// The smallest singular value of the matrix bordered by the tangent at a point.
    pub(crate) fn smallest_singular(&mut self, point: &Point) -> f64 {
        self.system.evaluate(&point.at);
        let size = self.system.size();
        let matrix = self.lu.room(size);
        self.system.bordered(point.lambda(), &point.tangent, matrix);
        nalgebra::DMatrix::from_row_slice(size, size, matrix).singular_values().min()
    }

    /// Newton's step at `at`, the point last evaluated, by the matrix last factored; its length. `last` is the
    /// right-hand side of the last row.
    fn newton(&mut self, at: &mut [f64], last: f64) -> f64 {
        self.system.misses(at, &mut self.unknowns);
        self.unknowns.push(last);
        self.miss = norm(&self.unknowns);
        self.lu.solve(&mut self.unknowns);
        self.system.lift(&self.unknowns, true, &mut self.step);
        for (z, s) in at.iter_mut().zip(&self.step) {
            *z += s;
        }
        norm(&self.step)
    }

    /// Corrects `guess` onto the branch within the plane.
    ///
    /// Content with a last step of `passed`, whose tangent is that of the point before it, unless λ all but
    /// stands still there. Next to a crossing, where no better one can be had, also with a point that rounding
    /// keeps Newton's method from coming closer to. Returns the point and the length of the first correction, or
    /// none if Newton's method does not settle within `reach`.
    pub(crate) fn correct(
        &mut self,
        guess: Vec<f64>,
        plane: Plane<'_>,
        reach: f64,
        passed: f64,
    ) -> Option<(Point, f64)> {
        let mut at = guess;
        let mut first = 0.0;
        let mut before = f64::INFINITY;
        for round in 0..MAX_NEWTON {
            let shift = self.factor(&at, plane.border)?;
            let last = plane.ahead(&at) + shift;
            let length = self.newton(&mut at, last);
            if round == 0 {
                first = length;
            }
            let stalls = round > 0 && length > 0.5 * before;
            let exact = self.miss <= EXACT * (1.0 + norm(&at));
            if !length.is_finite() || first > reach || (stalls && length > STALLED && !exact) {
                return None;
            }
            let settled = length <= CONVERGED * (1.0 + norm(&at)) || (round > 1 && stalls);
            if settled || length <= passed {
                let (tangent, border) = self.tangent()?;
                let point = Point { at, tangent, border };
                if settled || point.lambda_slope().abs() > NEAR_A_FOLD {
                    return Some((point, first));
                }
                at = point.at;
            }
            before = length;
        }
        None
    }

    /// The point at exactly `lambda`, by Newton's method from `guess`, moving at most `reach`.
    pub(crate) fn fix(&mut self, guess: &[f64], lambda: f64, reach: f64) -> Option<Vec<f64>> {
        let width = self.system.width();
        let mut at = guess.to_vec();
        at[width] = lambda;
        let mut across = vec![0.0; width + 1];
        across[width] = 1.0;
        let mut before = f64::INFINITY;
        let mut moved = 0.0;
        let mut chord = false;
        for round in 0..2 * MAX_NEWTON {
            if chord {
                self.system.evaluate(&at);
            } else {
                self.factor(&at, &across)?;
            }
            let length = self.newton(&mut at, 0.0);
            moved += length;
            if !length.is_finite() || moved > reach {
                return None;
            }
            if length <= FIXED * (1.0 + norm(&at)) || (round > 2 && length >= before && length < STALLED) {
                return Some(at);
            }
            // So close to the branch the last factors will do, unless it is all but singular there.
            chord = length < CHORD && (!chord || length <= 0.1 * before);
            before = length;
        }
        None
    }
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

pub(crate) fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}
