//! Where exactly other branches cross.
//!
//! Next to a crossing Newton's method loses half its digits, while a little off it keeps them all: the
//! polynomial through eight points around is exact to its eighth power in their spacing.

use crate::number::min;

use super::corrector::{Corrector, Point};
use super::root::secant;
use super::segment::Segment;

/// How far from where it is suspected a crossing may lie, in log-probability and scaled λ, where the branch bends
/// over lengths of about one.
const REACH: f64 = 0.02;
/// As [`REACH`], over the distance between the ends: steps are short where the branch bends in less than that.
const REACH_PER_LENGTH: f64 = 10.0;
/// The spacing of the points around, in reaches.
const SPACING: f64 = 0.5;
/// Places of the points around, in spacings.
const NODES: [f64; 8] = [-4.0, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0];
/// How much steeper a straight fall to zero may look from close by. A value that stays above zero looks the
/// steeper the closer one is: branches that miss each other by less than 0.0007 are taken to cross.
const STRAIGHT: f64 = 1.2;
/// How many times as large as one spacing from where it passes zero the determinant may be at two: twice as
/// large if one branch crosses, eight times if three do.
const SIMPLE: f64 = 4.0;
/// How far off a crossing may be found.
const ROUNDING: f64 = 1e-6;

/// The crossing between two distances along a segment at which the bordered determinant, as a share of
/// e^`scale`, differs in sign: its distance and λ.
pub(crate) fn crossing(
    corrector: &mut Corrector,
    segment: &Segment<'_>,
    low: (f64, f64),
    high: (f64, f64),
    scale: f64,
) -> (f64, f64) {
    // Where even a step aside finds no point, the straight line between the ends will do to begin with.
    let line = low.0 + (high.0 - low.0) * low.1 / (low.1 - high.1);
    let found = segment.root(corrector, low, high, 1e-6, |point| height(point, scale));
    let near = found.as_ref().map_or(line, |(near, _)| *near);
    let slack = high.0 - low.0 + ROUNDING;
    // Close to a fold the branch bends too much for all but the closest points.
    let refined = [REACH, 0.1 * REACH, 0.01 * REACH].into_iter().find_map(|reach| {
        let found = match BranchNodes::new(corrector, segment, near, reach, |_, _, point| height(point, scale)) {
            Some(around) if around.is_simple() => around.zero(),
            _ => multiple(corrector, segment, near, reach),
        };
        found.filter(|(distance, _)| *distance >= low.0 - slack && *distance <= high.0 + slack)
    });
    refined.unwrap_or_else(|| (near, found.map_or_else(|| segment.lambda(near), |(_, point)| point.lambda())))
}

/// Crossings between two distances close together at which the bordered determinant has the same sign:
/// distances and λ. Those that several branches make at once may lie as far as [`reach`] from the middle.
pub(crate) fn even_crossings(corrector: &mut Corrector, segment: &Segment<'_>, low: f64, high: f64) -> Vec<(f64, f64)> {
    let (near, reach, scale) = (0.5 * (low + high), reach(low, high), segment.from.border.1);
    // A node that happens to lie at the crossing itself would have no point.
    let places = [near, near + 0.18 * reach, near - 0.11 * reach];
    let around = places
        .into_iter()
        .find_map(|place| BranchNodes::new(corrector, segment, place, reach, |_, _, point| height(point, scale)));
    let mut changes = around.map_or_else(Vec::new, |around| around.changes());
    // What lies further off must not be taken for a crossing here.
    let reach = if changes.is_empty() { reach } else { 0.1 * reach };
    // A crossing at an end belongs to one side only as far as rounding tells.
    changes.retain(|(distance, _)| (low - ROUNDING..=high + ROUNDING).contains(distance));
    if changes.is_empty() {
        changes.extend(multiple(corrector, segment, near, reach));
    }
    changes
}

/// How far from the middle of two distances close together crossings are looked for.
pub(crate) fn reach(low: f64, high: f64) -> f64 {
    min(REACH, REACH_PER_LENGTH * (high - low))
}

/// The crossing of several branches at once within `reach` of a distance: its own distance and λ.
///
/// The smallest singular value of the bordered matrix falls to zero there and rises again, in straight lines,
/// however many branches cross.
fn multiple(corrector: &mut Corrector, segment: &Segment<'_>, near: f64, reach: f64) -> Option<(f64, f64)> {
    let (mut place, mut slope) = (near, f64::INFINITY);
    for half in [2.0 * reach, 0.5 * reach, 0.05 * reach] {
        let [left, right] = [place - half, place + half].map(|distance| {
            let point = segment.around(corrector, distance)?;
            Some(corrector.smallest_singular(&point))
        });
        let (Some(left), Some(right)) = (left, right) else {
            // Only next to a crossing itself is there no point.
            if slope.is_finite() {
                break;
            }
            return None;
        };
        let mean = (left + right) / (2.0 * half);
        if mean > STRAIGHT * slope {
            return None;
        }
        slope = mean;
        place += half * (left - right) / (left + right);
    }
    let signed = |corrector: &mut Corrector, node: f64, point: &Point| {
        let least = corrector.smallest_singular(point);
        if node < 0.0 { -least } else { least }
    };
    BranchNodes::new(corrector, segment, place, reach, signed)?.zero()
}

/// The bordered determinant as a share of e^`scale`.
fn height(point: &Point, scale: f64) -> f64 {
    let (sign, log) = point.border;
    sign * libm::exp(log - scale)
}

/// The branch around a crossing: at [`NODES`], a value that vanishes where it is, and λ.
struct BranchNodes {
    near: f64,
    spacing: f64,
    values: [f64; 8],
    lambdas: [f64; 8],
}

impl BranchNodes {
    /// None if there is no point at a node.
    fn new(
        corrector: &mut Corrector,
        segment: &Segment<'_>,
        near: f64,
        reach: f64,
        value: impl Fn(&mut Corrector, f64, &Point) -> f64,
    ) -> Option<BranchNodes> {
        let mut around = BranchNodes { near, spacing: SPACING * reach, values: [0.0; 8], lambdas: [0.0; 8] };
        for (k, node) in NODES.into_iter().enumerate() {
            let point = segment.around(corrector, near + node * around.spacing)?;
            around.values[k] = value(corrector, node, &point);
            around.lambdas[k] = point.lambda();
        }
        Some(around)
    }

    /// The distance and λ where the value passes zero.
    fn zero(&self) -> Option<(f64, f64)> {
        let place = secant(|place| lagrange(&self.values, place), 0.0, 0.5);
        (place.abs() <= NODES[7]).then(|| self.place(place))
    }

    /// The distances and λ where the value passes zero between two nodes.
    fn changes(&self) -> Vec<(f64, f64)> {
        (NODES.windows(2).zip(self.values.windows(2)))
            .filter(|(_, values)| (values[0] > 0.0) != (values[1] > 0.0))
            .map(|(nodes, _)| self.place(secant(|place| lagrange(&self.values, place), nodes[0], nodes[1])))
            .collect()
    }

    /// Whether the determinant passes zero in the middle as one branch makes it.
    fn is_simple(&self) -> bool {
        let steep = |far: usize, near: usize| self.values[far].abs() > SIMPLE * self.values[near].abs();
        !(steep(2, 3) && steep(5, 4))
    }

    fn place(&self, place: f64) -> (f64, f64) {
        (self.near + place * self.spacing, lagrange(&self.lambdas, place))
    }
}

/// The value at `x` of the polynomial through values at [`NODES`].
fn lagrange(values: &[f64; 8], x: f64) -> f64 {
    let weight = |k: usize| -> f64 {
        let others = NODES.iter().enumerate().filter(|(j, _)| *j != k);
        others.map(|(_, node)| (x - node) / (NODES[k] - node)).product()
    };
    values.iter().enumerate().map(|(k, v)| v * weight(k)).sum()
}
