//! Finding every solution of a support's equations, with proof, by branch and prune.
//!
//! The product of the players' simplices is cut into smaller products. A piece is dropped when it is
//! shown to hold no equilibrium of the support, or exactly one that is then known:
//!
//! * a supported strategy, or one outside, is better than another everywhere in the piece, by the
//!   entries of its multilinear form (Bernstein bounds, exact for such forms);
//! * the same for combinations of the forms, with the inverse Jacobian at the centre as weights, which
//!   makes them almost linear (Krawczyk's preconditioning; Neumaier 1990, chapter 5);
//! * such a combination also bounds a barycentric coordinate from below, which shrinks the piece;
//! * where the combined Jacobian stays within the unit ball around the identity the equations have at
//!   most one solution, and Newton's method finds it.
//!
//! A piece that stays undecided although it is tiny holds a singular solution or part of a continuum.

use crate::number::{max, min};
use crate::solution::{Solver, Stop};

use super::forms::Forms;
use super::newton::Newton;

/// How far the entries of a form may be off after the roundings of all cuts, for payoffs of size one.
pub(super) const ROUNDING: f64 = 1e-12;
/// Side below which an undecided piece is given up as singular.
pub(super) const TINY: f64 = 2e-4;
/// Undecided tiny pieces of a support after which it is left to [`super::cover`].
const MOST_SINGULAR: usize = 4;
/// How many times longer than the edge that is cut any edge of a piece may be.
const MOST_SLENDER: f64 = 32.0;
/// How far outside a piece its solution may lie by rounding, in the piece's own coordinates.
const EDGE: f64 = 1e-9;

/// What is known of one support.
#[derive(Debug, Clone, Default)]
pub(crate) struct SupportRoots {
    /// Solutions in barycentric coordinates, flat over players, in the order found.
    pub(crate) roots: Vec<Vec<f64>>,
    /// Centres of tiny pieces that stayed undecided.
    pub(crate) singular: Vec<Vec<f64>>,
    /// Whether the whole support was decided, but for `singular`.
    pub(crate) exhausted: bool,
    /// Pieces looked at.
    pub(crate) pieces: usize,
}

/// A product of simplices, and the forms over its corners.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) forms: Forms,
    /// Per player: corners × coordinates, in those of the support.
    pub(super) corners: Vec<Vec<f64>>,
}

/// Decides the support of `forms`, looking at no more than `budget` pieces.
///
/// # Errors
/// When the solver must stop; `out` keeps what was found.
pub(crate) fn isolate(
    forms: Forms,
    budget: usize,
    solver: &mut Solver<'_>,
    found: usize,
    out: &mut SupportRoots,
) -> Result<(), Stop> {
    let mut search = Search::new(&forms);
    let mut stack = vec![Piece::whole(forms)];
    while let Some(piece) = stack.pop() {
        solver.step(found + out.roots.len(), None)?;
        out.pieces += 1;
        if out.singular.len() >= MOST_SINGULAR {
            return Ok(());
        }
        if out.pieces > budget {
            return Ok(());
        }
        let mut piece = piece;
        match search.decide(&mut piece) {
            Verdict::Empty => {}
            Verdict::Root(x) => {
                let x = piece.global(&x);
                let known = |root: &Vec<f64>| root.iter().zip(&x).all(|(a, b)| (a - b).abs() < 1e-8);
                if !out.roots.iter().any(known) {
                    out.roots.push(x);
                }
            }
            Verdict::Open => {
                if piece.side() < TINY {
                    let centre = piece.forms.counts.iter().flat_map(|&c| vec![1.0 / c as f64; c]);
                    let centre: Vec<f64> = centre.collect();
                    out.singular.push(piece.global(&centre));
                } else {
                    let [first, second] = search.split(piece);
                    stack.push(second);
                    stack.push(first);
                }
            }
        }
    }
    out.exhausted = true;
    Ok(())
}

impl Piece {
    /// The whole of a support's simplices.
    pub(super) fn whole(forms: Forms) -> Piece {
        let unit = |&count: &usize| {
            let mut unit = vec![0.0; count * count];
            for v in 0..count {
                unit[v * count + v] = 1.0;
            }
            unit
        };
        let corners = forms.counts.iter().map(unit).collect();
        Piece { forms, corners }
    }

    /// Cuts the longest edge.
    pub(super) fn halves(self) -> [Piece; 2] {
        let (mut longest, mut cut) = (-1.0, (0, 0, 0));
        for (player, &count) in self.forms.counts.iter().enumerate() {
            for v in 0..count {
                for w in 0..v {
                    let length = edge(&self.corners[player], count, v, w);
                    if length > longest {
                        (longest, cut) = (length, (player, v, w));
                    }
                }
            }
        }
        self.cut(cut)
    }

    fn cut(self, (player, v, w): (usize, usize, usize)) -> [Piece; 2] {
        // Off the middle: symmetric games have their solutions there, and one on a cut is seen twice.
        let share = 0.484_375;
        let mut second = self.clone();
        let mut first = self;
        first.move_corner(player, v, w, share);
        second.move_corner(player, w, v, 1.0 - share);
        [first, second]
    }

    /// The longest edge of any simplex, in the support's coordinates.
    pub(super) fn side(&self) -> f64 {
        let mut longest = 0.0;
        for (corners, &count) in self.corners.iter().zip(&self.forms.counts) {
            for v in 0..count {
                for w in 0..v {
                    longest = max(longest, edge(corners, count, v, w));
                }
            }
        }
        longest
    }

    /// Barycentric coordinates of the piece in those of the support.
    pub(super) fn global(&self, x: &[f64]) -> Vec<f64> {
        let mut out = Vec::with_capacity(x.len());
        let mut start = 0;
        for (corners, &count) in self.corners.iter().zip(&self.forms.counts) {
            let mix = &x[start..start + count];
            for k in 0..count {
                out.push((0..count).map(|v| mix[v] * corners[v * count + k]).sum());
            }
            start += count;
        }
        out
    }

    fn shrink(&mut self, player: usize, low: &[f64]) {
        self.forms.shrink(player, low);
        let count = low.len();
        let left = 1.0 - low.iter().sum::<f64>();
        let corners = &mut self.corners[player];
        for k in 0..count {
            let anchor: f64 = (0..count).map(|v| low[v] * corners[v * count + k]).sum();
            for v in 0..count {
                corners[v * count + k] = anchor + left * corners[v * count + k];
            }
        }
    }

    fn move_corner(&mut self, player: usize, v: usize, w: usize, share: f64) {
        self.forms.move_corner(player, v, w, share);
        let count = self.forms.counts[player];
        let corners = &mut self.corners[player];
        for k in 0..count {
            let (a, b) = (corners[v * count + k], corners[w * count + k]);
            corners[v * count + k] = a + share * (b - a);
        }
    }
}

fn edge(corners: &[f64], count: usize, v: usize, w: usize) -> f64 {
    (0..count).fold(0.0, |far, k| max(far, (corners[v * count + k] - corners[w * count + k]).abs()))
}

/// What is known of a piece.
pub(super) enum Verdict {
    /// It holds no equilibrium of the support.
    Empty,
    /// It holds one solution at most, this one, in the piece's coordinates.
    Root(Vec<f64>),
    /// Neither could be shown.
    Open,
}

/// Memory shared by all pieces of a support.
pub(super) struct Search {
    newton: Newton,
    centre: Vec<f64>,
    inverse: Vec<f64>,
    /// Combined forms over all corners: equations × product of counts.
    combined: Vec<f64>,
    /// Rounding allowance of each combined form.
    slack: Vec<f64>,
    scratch: Vec<f64>,
    total: usize,
    /// Per player: corners of later players, the stride of its axis in `combined`.
    inner: Vec<usize>,
}

impl Search {
    /// Memory for the pieces of a support of this shape.
    pub(super) fn new(forms: &Forms) -> Search {
        let total = forms.counts.iter().product();
        let mut inner = vec![1; forms.counts.len()];
        for player in (0..forms.counts.len().saturating_sub(1)).rev() {
            inner[player] = inner[player + 1] * forms.counts[player + 1];
        }
        Search {
            newton: Newton::default(),
            centre: forms.counts.iter().flat_map(|&c| vec![1.0 / c as f64; c]).collect(),
            inverse: Vec::new(),
            combined: Vec::new(),
            slack: Vec::new(),
            scratch: Vec::new(),
            total,
            inner,
        }
    }

    /// Shrinks a piece as far as the proofs reach, and says what they show.
    pub(super) fn decide(&mut self, piece: &mut Piece) -> Verdict {
        for _ in 0..40 {
            if plainly_empty(&piece.forms) {
                return Verdict::Empty;
            }
            let centre = std::mem::take(&mut self.centre);
            let regular = self.newton.inverse(&piece.forms, &centre, &mut self.inverse);
            self.centre = centre;
            if !regular {
                return Verdict::Open;
            }
            self.combine(&piece.forms);
            if self.outsider_wins(&piece.forms) {
                return Verdict::Empty;
            }
            let mut kept = 1.0;
            let mut lows: Vec<Vec<f64>> = Vec::with_capacity(piece.forms.counts.len());
            for player in 0..piece.forms.counts.len() {
                let Some(low) = self.lows(&piece.forms, player) else {
                    return Verdict::Empty;
                };
                let left = 1.0 - low.iter().sum::<f64>();
                if left < -EDGE {
                    return Verdict::Empty;
                }
                kept = min(kept, left);
                lows.push(low);
            }
            if self.at_most_one(&piece.forms) {
                let mut x = self.centre.clone();
                if self.newton.settle(&piece.forms, &mut x, 30) && x.iter().all(|p| *p >= -EDGE) {
                    return Verdict::Root(x);
                }
            }
            if kept > 0.9 {
                return Verdict::Open;
            }
            for (player, low) in lows.iter_mut().enumerate() {
                let sum: f64 = low.iter().sum();
                if sum > 1.0 - 1e-6 {
                    // Rounding leaves a point; keep a sliver around it so that the simplex has an inside.
                    for l in low.iter_mut() {
                        *l *= (1.0 - 1e-6) / sum;
                    }
                }
                if low.iter().any(|l| *l > 0.0) {
                    piece.shrink(player, low);
                }
            }
            if piece.side() < 1e-11 {
                return Verdict::Open;
            }
        }
        Verdict::Open
    }

    /// Tables of `J⁻¹·F` over all corners.
    fn combine(&mut self, forms: &Forms) {
        let width = forms.equations();
        self.combined.clear();
        self.combined.resize(width * self.total, 0.0);
        self.slack.clear();
        for k in 0..width {
            let table = &mut self.combined[k * self.total..(k + 1) * self.total];
            let mut weight_sum = 0.0;
            let mut column = 0;
            for player in 0..forms.counts.len() {
                for row in 0..forms.counts[player] - 1 {
                    let weight = self.inverse[k * width + column];
                    weight_sum += weight.abs();
                    spread(forms.row(player, row), weight, forms.counts[player], self.inner[player], table);
                    column += 1;
                }
            }
            self.slack.push(ROUNDING * (1.0 + weight_sum));
        }
    }

    /// Whether a strategy outside the support is better throughout, once its form is made almost constant
    /// by subtracting multiples of the equations, all zero at an equilibrium.
    fn outsider_wins(&mut self, forms: &Forms) -> bool {
        let width = forms.equations();
        let mut first = 0;
        for player in 0..forms.counts.len() {
            for row in forms.counts[player] - 1..forms.rows[player] {
                let slopes = &self.newton.evaluation.slopes[(first + row) * width..(first + row + 1) * width];
                self.scratch.clear();
                self.scratch.resize(self.total, 0.0);
                spread(forms.row(player, row), 1.0, forms.counts[player], self.inner[player], &mut self.scratch);
                let mut slack = ROUNDING;
                for (k, slope) in slopes.iter().enumerate() {
                    slack += slope.abs() * self.slack[k];
                    let table = &self.combined[k * self.total..(k + 1) * self.total];
                    for (s, c) in self.scratch.iter_mut().zip(table) {
                        *s -= slope * c;
                    }
                }
                if self.scratch.iter().all(|s| *s > slack) {
                    return true;
                }
            }
            first += forms.rows[player];
        }
        false
    }

    /// Lower bounds of a player's barycentric coordinates at any solution; none if there is no solution.
    ///
    /// The combined form of coordinate v is about `x_v − root_v`. Where its negative is at least m > 0 on
    /// all corners but v and at least q < 0 on v, its value at x is at least `x_v q + (1 − x_v) m`, which
    /// is zero only for `x_v ≥ m / (m − q)`.
    fn lows(&mut self, forms: &Forms, player: usize) -> Option<Vec<f64>> {
        let count = forms.counts[player];
        let first: usize = forms.counts[..player].iter().map(|c| c - 1).sum();
        let inner = self.inner[player];
        let mut low = vec![0.0; count];
        for (v, low) in low.iter_mut().enumerate() {
            let mut slack = 0.0;
            self.scratch.clear();
            if v + 1 < count {
                let table = &self.combined[(first + v) * self.total..(first + v + 1) * self.total];
                self.scratch.extend(table.iter().map(|c| -c));
                slack += self.slack[first + v];
            } else {
                self.scratch.resize(self.total, 0.0);
                for k in first..first + count - 1 {
                    let table = &self.combined[k * self.total..(k + 1) * self.total];
                    for (s, c) in self.scratch.iter_mut().zip(table) {
                        *s += c;
                    }
                    slack += self.slack[k];
                }
            }
            let (mut rest, mut own, mut top) = (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY);
            for block in self.scratch.chunks_exact(count * inner) {
                for (w, run) in block.chunks_exact(inner).enumerate() {
                    let side = if w == v { &mut own } else { &mut rest };
                    for s in run {
                        *side = min(*side, *s);
                        top = max(top, *s);
                    }
                }
            }
            let (rest, own, top) = (rest - slack, own - slack, top + slack);
            if top < 0.0 || (rest > 0.0 && own > 0.0) {
                return None;
            }
            if count > 1 && rest > 0.0 {
                *low = rest / (rest - own) * (1.0 - 1e-12);
            }
        }
        Some(low)
    }

    /// Whether the combined Jacobian stays so close to the identity that the equations are one-to-one.
    fn at_most_one(&self, forms: &Forms) -> bool {
        let width = forms.equations();
        for k in 0..width {
            let table = &self.combined[k * self.total..(k + 1) * self.total];
            let mut sum = 0.0;
            let mut column = 0;
            for (player, &count) in forms.counts.iter().enumerate() {
                let inner = self.inner[player];
                for v in 0..count - 1 {
                    let target = if column == k { 1.0 } else { 0.0 };
                    let mut far = 0.0;
                    for block in table.chunks_exact(count * inner) {
                        let last = &block[(count - 1) * inner..];
                        for (a, b) in block[v * inner..(v + 1) * inner].iter().zip(last) {
                            far = max(far, (a - b - target).abs());
                        }
                    }
                    sum += far;
                    column += 1;
                    if sum > 0.9 {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Cuts the edge along which the forms change most.
    fn split(&self, piece: Piece) -> [Piece; 2] {
        let forms = &piece.forms;
        let players = forms.counts.len();
        let (mut best, mut cut) = (-1.0, (0, 0, 0));
        // Near a singular solution forms go on changing along an edge however short it is; cutting that one
        // again and again would never make the piece tiny.
        let least = piece.side() / MOST_SLENDER;
        for player in 0..players {
            let count = forms.counts[player];
            for v in 0..count {
                for w in 0..v {
                    if edge(&piece.corners[player], count, v, w) < least {
                        continue;
                    }
                    let mut change = 0.0;
                    for owner in (0..players).filter(|&owner| owner != player) {
                        let inner: usize = (player + 1..players)
                            .filter(|&axis| axis != owner)
                            .map(|axis| forms.counts[axis])
                            .product();
                        for row in 0..forms.counts[owner] - 1 {
                            let table = forms.row(owner, row);
                            let size = table.iter().fold(0.0, |s, u| max(s, u.abs()));
                            let mut most = 0.0;
                            for block in table.chunks_exact(count * inner) {
                                let a = &block[v * inner..(v + 1) * inner];
                                let b = &block[w * inner..(w + 1) * inner];
                                for (p, q) in a.iter().zip(b) {
                                    most = max(most, (p - q).abs());
                                }
                            }
                            if size > 0.0 {
                                change += most / size;
                            }
                        }
                    }
                    // Forms that do not change still leave a piece that must become small.
                    change *= 1.0 + edge(&piece.corners[player], count, v, w);
                    change += 1e-3 * edge(&piece.corners[player], count, v, w);
                    if change > best {
                        (best, cut) = (change, (player, v, w));
                    }
                }
            }
        }
        piece.cut(cut)
    }
}

/// Adds `weight` × a form over the opponents' corners to a table over all corners.
fn spread(row: &[f64], weight: f64, count: usize, inner: usize, table: &mut [f64]) {
    for (block, run) in table.chunks_exact_mut(count * inner).zip(row.chunks_exact(inner)) {
        for copy in block.chunks_exact_mut(inner) {
            for (t, u) in copy.iter_mut().zip(run) {
                *t += weight * u;
            }
        }
    }
}

/// Whether a strategy is better than a supported one at all corners, and so everywhere in the piece.
fn plainly_empty(forms: &Forms) -> bool {
    for player in 0..forms.counts.len() {
        let equations = forms.counts[player] - 1;
        for row in 0..forms.rows[player] {
            let own = forms.row(player, row);
            let above = own.iter().all(|u| *u > ROUNDING);
            if above || (row < equations && own.iter().all(|u| *u < -ROUNDING)) {
                return true;
            }
            for other in 0..equations.min(row) {
                let better = |sign: f64| {
                    let pairs = own.iter().zip(forms.row(player, other));
                    pairs.into_iter().all(|(a, b)| sign * (a - b) > ROUNDING)
                };
                if better(1.0) || (row < equations && better(-1.0)) {
                    return true;
                }
            }
        }
    }
    false
}
