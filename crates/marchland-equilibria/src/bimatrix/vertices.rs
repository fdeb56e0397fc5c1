//! All vertices of a polytope by reverse search (Avis and Fukuda 1992).
//!
//! Bland's rule would lead from every vertex to the origin; walking that tree backwards meets each
//! lexicographically feasible basis once, without remembering any. Doubles decide each step where their
//! error bounds leave no doubt, exact integers everywhere else, so the list is complete by proof.

use num_bigint::BigInt;

use super::approximate::Approximate;
use super::exact::Exact;
use super::polytope::Polytope;
use crate::solution::{Solver, Stop};

/// A vertex of a polytope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Vertex {
    /// Every variable that is zero there, as bits; it determines the vertex.
    pub(super) zeros: u128,
    /// One cobasis of it.
    pub(super) cobasis: u128,
}

/// A vertex on the way to where the search is, with the children still to visit.
struct Frame {
    dictionary: Approximate,
    children: Vec<(usize, usize)>,
}

/// The most vertices listed for one polytope; half a gigabyte.
const MOST_VERTICES: usize = 1 << 24;

/// The most vertices of an unfinished list that are still matched.
const MOST_MATCHED: usize = 1 << 20;

/// Why a search ended before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interruption {
    Stopped(Stop),
    TooMany,
}

/// The vertices found, sorted by their zeros; and why the search ended early, if it did.
pub(super) fn vertices(polytope: &Polytope, solver: &mut Solver<'_>) -> (Vec<Vertex>, Option<Interruption>) {
    let mut list = Vec::new();
    let mut cut = None;
    let mut stack = vec![arrive(polytope, Approximate::origin(polytope), &mut list)];
    while let Some(frame) = stack.last_mut() {
        let Some((row, column)) = frame.children.pop() else {
            stack.pop();
            continue;
        };
        if let Err(stop) = solver.step(0, None) {
            cut = Some(Interruption::Stopped(stop));
            break;
        }
        if list.len() >= MOST_VERTICES {
            cut = Some(Interruption::TooMany);
            break;
        }
        let next = frame.dictionary.pivoted(polytope, row, column);
        stack.push(arrive(polytope, next, &mut list));
    }
    if cut.is_some() && list.len() > MOST_MATCHED {
        // The time is up, and matching so many labels would take seconds.
        return (Vec::new(), cut);
    }
    // Several bases share a degenerate vertex; any of them will do, the first by number is kept.
    list.sort_unstable_by_key(|vertex: &Vertex| (vertex.zeros, vertex.cobasis));
    list.dedup_by_key(|vertex| vertex.zeros);
    (list, cut)
}

/// Notes a vertex and what to visit from it, in exact integers where doubles leave a doubt.
fn arrive(polytope: &Polytope, mut dictionary: Approximate, list: &mut Vec<Vertex>) -> Frame {
    let cobasis = dictionary.cobasis_bits();
    // Twice at most: with the bounds at hand, then with the tightest there are.
    for _ in 0..2 {
        if let (Some(zeros), Some(children)) = (dictionary.zeros(), dictionary.children()) {
            list.push(Vertex { zeros, cobasis });
            return Frame { dictionary, children };
        }
        if !dictionary.tighten(polytope) {
            break;
        }
    }
    let small = polytope.words.is_some().then(|| settle::<i128>(polytope, &mut dictionary)).flatten();
    let (zeros, children) =
        small.or_else(|| settle::<BigInt>(polytope, &mut dictionary)).expect("big integers always fit");
    list.push(Vertex { zeros, cobasis });
    Frame { dictionary, children }
}

fn settle<I: super::integer::Integer>(
    polytope: &Polytope,
    dictionary: &mut Approximate,
) -> Option<(u128, Vec<(usize, usize)>)> {
    let exact = Exact::<I>::at(polytope, dictionary.cobasis_bits())?;
    let children = exact.children()?;
    dictionary.refresh(polytope, exact.doubles(&polytope.bound), &exact.basis, &exact.cobasis);
    Some((exact.zeros(), children))
}
