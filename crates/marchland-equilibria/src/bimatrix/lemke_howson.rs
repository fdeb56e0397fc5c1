//! Paths of almost fully labelled vertices, from one equilibrium to another.

use std::collections::BTreeSet;

use num_bigint::BigInt;

use super::Pair;
use super::exact::Exact;
use super::integer::Integer;
use super::polytope::Polytope;
use crate::solution::{Solver, Stop};

/// The longest path followed, in pivots; paths can be exponentially long (Savani and von Stengel 2006).
const MOST_PIVOTS: usize = 1_000_000;

/// The equilibrium at the end of the first path from the artificial one that is short enough.
pub(super) fn first(polytopes: &[Polytope; 2], solver: &mut Solver<'_>) -> (Option<Pair>, Option<Stop>) {
    let labels = polytopes[0].columns + polytopes[1].columns;
    for label in 0..labels {
        match follow(polytopes, artificial(polytopes), label, solver) {
            Ok(Some(end)) => return (Some(end), None),
            Ok(None) => {}
            Err(stop) => return (None, Some(stop)),
        }
    }
    (None, None)
}

/// Every equilibrium that paths from the artificial one, and from those found, lead to: all labels are
/// dropped at each. In exact integers, with the lexicographic rule against cycling.
pub(super) fn reachable(polytopes: &[Polytope; 2], solver: &mut Solver<'_>) -> (Vec<Pair>, Option<Stop>) {
    let labels = polytopes[0].columns + polytopes[1].columns;
    let origin = artificial(polytopes);
    let mut seen = BTreeSet::from([origin]);
    let mut queue = vec![origin];
    let mut next = 0;
    while next < queue.len() {
        let from = queue[next];
        next += 1;
        for label in 0..labels {
            match follow(polytopes, from, label, solver) {
                Ok(Some(end)) if seen.insert(end) => queue.push(end),
                Ok(_) => {}
                Err(stop) => return (queue[1..].to_vec(), Some(stop)),
            }
        }
    }
    (queue[1..].to_vec(), None)
}

/// Both players at the origin: all labels are held, but nobody plays.
fn artificial(polytopes: &[Polytope; 2]) -> Pair {
    [bits(0..polytopes[0].columns), bits(0..polytopes[1].columns)]
}

/// Follows a path in machine integers, or in big ones where those do not suffice.
fn follow(polytopes: &[Polytope; 2], from: Pair, label: usize, solver: &mut Solver<'_>) -> Result<Option<Pair>, Stop> {
    if let Some(end) = path::<i128>(polytopes, from, label, solver)? {
        return Ok(end);
    }
    Ok(path::<BigInt>(polytopes, from, label, solver)?.expect("big integers always fit"))
}

fn bits(variables: std::ops::Range<usize>) -> u128 {
    variables.fold(0, |bits, v| bits | 1 << v)
}

/// The other end of the path on which `label` may be missing. The outer none: integers do not fit; the
/// inner: the path is longer than [`MOST_PIVOTS`].
#[allow(clippy::type_complexity, clippy::option_option)]
fn path<I: Integer>(
    polytopes: &[Polytope; 2],
    from: Pair,
    label: usize,
    solver: &mut Solver<'_>,
) -> Result<Option<Option<Pair>>, Stop> {
    let m = polytopes[0].columns;
    let labels = m + polytopes[1].columns;
    let variable = |side: usize, label: usize| if side == 0 { label } else { (label + labels - m) % labels };
    let label_of = |side: usize, variable: usize| if side == 0 { variable } else { (variable + m) % labels };
    let (Some(first), Some(second)) = (Exact::<I>::at(&polytopes[0], from[0]), Exact::<I>::at(&polytopes[1], from[1]))
    else {
        return Ok(None);
    };
    let mut sides = [first, second];
    let mut side = usize::from(from[0] >> label & 1 == 0);
    let mut entering = label;
    for _ in 0..MOST_PIVOTS {
        solver.step(0, None)?;
        let column = sides[side].cobasis.iter().position(|&v| v == variable(side, entering));
        let column = column.expect("the label to be dropped is held exactly once");
        let Some(row) = sides[side].leaving(column) else { return Ok(None) };
        let row = row.expect("a best-response polytope is bounded");
        let leaving = label_of(side, sides[side].basis[row]);
        if sides[side].pivot(row, column).is_none() {
            return Ok(None);
        }
        if leaving == label {
            let cobasis = |side: &Exact<I>| side.cobasis.iter().fold(0, |bits, &v| bits | 1 << v);
            return Ok(Some(Some([cobasis(&sides[0]), cobasis(&sides[1])])));
        }
        side = 1 - side;
        entering = leaving;
    }
    Ok(Some(None))
}
