//! Crossings that no sign shows.
//!
//! Where two branches cross the walk at once, as symmetry makes them, or one soon after the other, the
//! bordered determinant has the same sign before and after. It touches zero there: its root, taken with the
//! sign that makes it smooth, passes through zero. So between points whose roots lie on one smooth curve
//! only if signs change, the determinant is probed until it is plain that it stays away from zero, or a
//! place is found where it does not.
//!
//! Eigenvalues would not do: two complex ones that meet on the real axis beyond 1 look like two that have
//! passed 1, though nothing crosses.

use crate::number::{max, min};

use super::corrector::{Corrector, Point};
use super::crossing::{crossing, even_crossings, reach};
use super::segment::Segment;

/// The most probes of one search.
const PROBES: usize = 64;
/// How close, in log-probability and scaled λ, a search comes to a zero before the points around it decide.
const NARROW: f64 = 0.02;
/// Below this reach it probes the branch itself, not the cubic through the ends.
const CLOSE: f64 = 0.2;
/// How much less bent the roots must be with one sign than with a change of sign to exclude the change.
const PLAIN: f64 = 0.3;
/// The share of the root in the middle below which one at an end has no plain sign.
const FAINT: f64 = 0.5;

/// Crossings with an even number of branches between `before` and `next`: distances along the segment from
/// `here` to `next`, negative before it, and scaled λ, in order.
///
/// The segment is probed if `thorough`, else only if the three points leave it open. `searched` is how far beyond
/// `here` the points around a suspected zero have decided already; it is moved on.
pub(crate) fn touches(
    corrector: &mut Corrector,
    before: Option<&Point>,
    here: &Point,
    next: &Point,
    thorough: bool,
    searched: &mut f64,
) -> Vec<(f64, f64)> {
    // Where the sign changed the crossing is known.
    let past = before.filter(|before| before.border.0 == here.border.0).map(|before| Segment::new(before, here));
    let scale = here.border.1;
    let segment = Segment::new(here, next);
    let mut hunt = Hunt { past, segment, scale, probes: PROBES, searched: *searched, found: Vec::new() };
    let (low, high) = (knot(0.0, here.border, scale), knot(hunt.segment.length, next.border, scale));
    let mut open = (false, thorough);
    let start = hunt.past.as_ref().map(|past| knot(-past.length, past.from.border, scale));
    if let Some(start) = start {
        if low.is_lowest(start, high) {
            hunt.descend(corrector, start, low, high);
        }
        let (first, second) = doubts(start, low, high);
        open = (first, second || open.1);
        if first {
            hunt.between(corrector, start, low);
        }
    }
    if open.1 {
        hunt.between(corrector, low, high);
    }
    *searched = hunt.searched;
    hunt.found.sort_by(|a, b| a.0.total_cmp(&b.0));
    hunt.found
}

/// The bordered determinant, as a share of a common scale, at a distance.
#[derive(Debug, Clone, Copy)]
struct Knot {
    distance: f64,
    height: f64,
}

fn knot(distance: f64, (sign, log): (f64, f64), scale: f64) -> Knot {
    Knot { distance, height: sign * libm::exp(log - scale) }
}

impl Knot {
    fn root(self) -> f64 {
        self.height.abs().sqrt()
    }

    fn is_lowest(self, a: Knot, c: Knot) -> bool {
        self.height.abs() < min(a.height.abs(), c.height.abs())
    }
}

/// Whether the root may change its sign between the first two of three successive knots, and between the
/// last two.
fn doubts(a: Knot, b: Knot, c: Knot) -> (bool, bool) {
    let (x, y, z) = (a.root(), b.root(), c.root());
    let bend = |y: f64, z: f64| ((z - y) / (c.distance - b.distance) - (y - x) / (b.distance - a.distance)).abs();
    let smooth = bend(y, z);
    (smooth > PLAIN * bend(-y, -z), smooth > PLAIN * bend(y, -z))
}

/// A search along one segment and the one before it.
struct Hunt<'a> {
    past: Option<Segment<'a>>,
    segment: Segment<'a>,
    scale: f64,
    probes: usize,
    searched: f64,
    found: Vec<(f64, f64)>,
}

impl<'a> Hunt<'a> {
    /// The segment on which a distance lies, and what its own distances are greater by.
    fn part(&self, distance: f64) -> (&Segment<'a>, f64) {
        match &self.past {
            Some(past) if distance < 0.0 => (past, past.length),
            _ => (&self.segment, 0.0),
        }
    }

    /// The determinant at a distance, between knots no more than `reach` apart; none at a crossing itself.
    fn probe(&mut self, corrector: &mut Corrector, distance: f64, reach: f64) -> Option<Knot> {
        self.probes = self.probes.checked_sub(1)?;
        let (segment, shift) = self.part(distance);
        // The cubic is off by no more than the predictor, but that may move a zero by as much.
        let point = if reach < CLOSE { segment.between(corrector, distance + shift) } else { None };
        let border = match point {
            Some(point) => point.border,
            None => corrector.determinant(&segment.guess(distance + shift), &segment.from.tangent)?,
        };
        Some(knot(distance, border, self.scale))
    }

    /// Searches between two knots.
    fn between(&mut self, corrector: &mut Corrector, low: Knot, high: Knot) {
        let length = high.distance - low.distance;
        if high.distance <= self.searched {
            return;
        }
        if length < NARROW {
            self.settle(corrector, low.distance, high.distance);
            return;
        }
        let places = [0.484_375, 0.6].map(|share| low.distance + share * length);
        let Some(middle) = places.into_iter().find_map(|place| self.probe(corrector, place, length)) else {
            return;
        };
        if self.passes(corrector, low, middle) {
            self.passes(corrector, middle, high);
            return;
        }
        if middle.is_lowest(low, high) {
            self.descend(corrector, low, middle, high);
            return;
        }
        let (first, second) = doubts(low, middle, high);
        // A zero next to an end leaves a root there too small to tell its sign from so far.
        if first || low.root() < FAINT * middle.root() {
            self.between(corrector, low, middle);
        }
        if second || high.root() < FAINT * middle.root() {
            self.between(corrector, middle, high);
        }
    }

    /// Looks for a zero around the lowest of three knots, on either side of it.
    fn descend(&mut self, corrector: &mut Corrector, mut a: Knot, mut b: Knot, mut c: Knot) {
        while doubts(a, b, c) != (false, false) {
            // Were the zero behind b, the root would fall from a through it as steeply as to b.
            let (left, right) = (b.distance - a.distance, c.distance - b.distance);
            let ahead = min(b.root() * left / (a.root() - b.root()), 0.5 * right);
            let back = min(b.root() * right / (c.root() - b.root()), 0.5 * left);
            if max(ahead, back) < 0.5 * NARROW {
                let (low, high) = (max(a.distance, b.distance - NARROW), min(c.distance, b.distance + NARROW));
                self.settle(corrector, low, high);
                return;
            }
            let Some(p) = self.probe(corrector, b.distance - back, max(ahead, back)) else { return };
            let Some(q) = self.probe(corrector, b.distance + ahead, max(ahead, back)) else { return };
            let knots = [a, p, b, q, c];
            let mut passed = false;
            for pair in knots.windows(2) {
                passed |= self.passes(corrector, pair[0], pair[1]);
            }
            if passed {
                return;
            }
            let lowest = if q.is_lowest(p, b) {
                3
            } else if p.is_lowest(b, q) {
                1
            } else {
                2
            };
            (a, b, c) = (knots[lowest - 1], knots[lowest], knots[lowest + 1]);
        }
    }

    /// Finds the crossing between two knots if the determinant differs in sign; returns whether it does.
    fn passes(&mut self, corrector: &mut Corrector, low: Knot, high: Knot) -> bool {
        let passes = (low.height > 0.0) != (high.height > 0.0);
        if passes {
            let (segment, shift) = self.part(0.5 * (low.distance + high.distance));
            let ends = [low, high].map(|knot| (knot.distance + shift, knot.height));
            let (distance, lambda) = crossing(corrector, segment, ends[0], ends[1], self.scale);
            self.found.push((distance - shift, lambda));
        }
        passes
    }

    /// Decides by the points around two distances close together.
    fn settle(&mut self, corrector: &mut Corrector, low: f64, high: f64) {
        if high <= self.searched {
            return;
        }
        let (segment, shift) = self.part(0.5 * (low + high));
        let found = even_crossings(corrector, segment, low + shift, high + shift);
        // What lies beyond the segment is for the next one to find.
        let end = self.segment.length;
        let own = found.into_iter().map(|(distance, lambda)| (distance - shift, lambda));
        self.found.extend(own.filter(|(distance, _)| *distance <= end));
        self.searched = max(self.searched, min(end, 0.5 * (low + high) + reach(low, high)));
    }
}
