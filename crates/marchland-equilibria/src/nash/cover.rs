//! Covering the solutions of a degenerate support with small boxes, within a bound of pieces.
//!
//! Where [`super::isolate`] meets pieces that stay undecided however small they are, the support holds a
//! singular solution or a continuum. Its closed face is then cut level by level, widest piece first, by the
//! same proofs of emptiness: what is left encloses every equilibrium of the support. Level by level means
//! that memory is bounded by the bound of pieces, and that a bound met early leaves a coarser cover, not a
//! part of one.

use crate::number::{max, min};
use crate::solution::{Solver, Stop};

use super::forms::Forms;
use super::isolate::{Piece, ROUNDING, Search, TINY, Verdict};

/// Levels of cutting: more than the halvings that make a piece of thirty probabilities tiny.
const MOST_LEVELS: usize = 400;

/// A box in the coordinates of a support, flat over players, that may hold equilibria.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Region {
    /// Least probabilities.
    pub(super) low: Vec<f64>,
    /// Largest probabilities.
    pub(super) high: Vec<f64>,
}

impl Region {
    fn of(piece: &Piece) -> Region {
        let (mut low, mut high) = (Vec::new(), Vec::new());
        for (corners, &count) in piece.corners.iter().zip(&piece.forms.counts) {
            for k in 0..count {
                let column = (0..count).map(|v| corners[v * count + k]);
                low.push(column.clone().fold(f64::INFINITY, min));
                high.push(column.fold(f64::NEG_INFINITY, max));
            }
        }
        Region { low, high }
    }

    /// The widest side.
    pub(super) fn width(&self) -> f64 {
        self.low.iter().zip(&self.high).fold(0.0, |widest, (low, high)| max(widest, high - low))
    }
}

/// What encloses the equilibria of one support.
#[derive(Debug, Clone, Default)]
pub(super) struct Cover {
    /// Isolated solutions, proved to be alone in their piece, in the support's coordinates.
    pub(super) roots: Vec<Vec<f64>>,
    /// What else may hold solutions.
    pub(super) regions: Vec<Region>,
}

/// Covers the equilibria of a support by about `limit` regions at most.
///
/// # Errors
/// When the solver must stop.
pub(super) fn cover(forms: Forms, limit: usize, solver: &mut Solver<'_>, found: usize) -> Result<Cover, Stop> {
    let mut search = Search::new(&forms);
    let mut out = Cover::default();
    let mut level = vec![Piece::whole(forms)];
    for round in 0..MOST_LEVELS {
        // The last look only drops what is empty.
        let last = round + 1 == MOST_LEVELS || out.regions.len() + level.len() > limit;
        let mut next = Vec::new();
        for mut piece in level {
            solver.step(found + out.roots.len(), None)?;
            match search.decide(&mut piece) {
                Verdict::Empty => {}
                Verdict::Root(x) => {
                    let x = piece.global(&x);
                    let known = |root: &Vec<f64>| root.iter().zip(&x).all(|(a, b)| (a - b).abs() < 1e-8);
                    if !out.roots.iter().any(known) {
                        out.roots.push(x);
                    }
                }
                Verdict::Open if last || piece.side() < TINY || holds_only_equilibria(&piece.forms) => {
                    out.regions.push(Region::of(&piece));
                }
                Verdict::Open => next.extend(piece.halves()),
            }
        }
        level = next;
        if level.is_empty() {
            break;
        }
    }
    Ok(out)
}

/// Whether every profile of the piece is an equilibrium: all equations vanish throughout, and nothing
/// outside the support is better anywhere.
fn holds_only_equilibria(forms: &Forms) -> bool {
    (0..forms.counts.len()).all(|player| {
        (0..forms.rows[player]).all(|row| {
            let own = forms.row(player, row);
            match row < forms.counts[player] - 1 {
                true => own.iter().all(|u| u.abs() <= ROUNDING),
                false => own.iter().all(|u| *u <= ROUNDING),
            }
        })
    })
}
