//! Equilibria near a point of a degenerate support, and how many directions they extend in.

use nalgebra::{DMatrix, DVector};

use crate::deviation::relative_regret;
use crate::game::Game;
use crate::number::{max, min};
use crate::profile::Profile;

use super::forms::{Evaluation, Forms};
use super::{REGRET, ZERO};

/// Rounds of the Gauss–Newton method; at singular solutions it halves the distance at each.
const ROUNDS: usize = 60;
/// Singular values below this share of the largest form count as zero: payoffs are of size one.
const FLAT: f64 = 1e-7;
/// The length of a step along a continuum. A singular solution that is isolated has regret above
/// [`REGRET`] so far away unless its equations vanish to the sixth order.
const STRIDE: f64 = 0.03;

/// Memory for looking at equilibria of a game with payoffs of size one.
pub(super) struct Sampler<'g> {
    game: &'g Game,
    normal: &'g Game,
    evaluation: Evaluation,
}

impl<'g> Sampler<'g> {
    /// `normal` is `game` with payoffs of size one.
    pub(super) fn new(game: &'g Game, normal: &'g Game) -> Sampler<'g> {
        Sampler { game, normal, evaluation: Evaluation::default() }
    }

    /// An equilibrium near a point of a support's face, by Gauss–Newton steps of least length; strategies
    /// that the steps would play with negative probability leave the support.
    pub(super) fn equilibrium_near(&mut self, supports: &[Vec<usize>], at: &[f64]) -> Option<Profile> {
        let mut supports = supports.to_vec();
        let mut x = at.to_vec();
        // Each round but the last takes a strategy out.
        for _ in 0..self.game.strategy_count() {
            let forms = Forms::new(self.normal, &supports);
            if !self.project(&forms, &mut x) {
                return None;
            }
            if x.iter().all(|p| *p >= ZERO) {
                let profile = self.profile(&supports, &x);
                return (relative_regret(self.game, &profile) <= REGRET).then_some(profile);
            }
            self.drop_negative(&mut supports, &mut x)?;
        }
        None
    }

    /// Takes strategies without positive probability out of the supports.
    fn drop_negative(&self, supports: &mut [Vec<usize>], x: &mut Vec<f64>) -> Option<()> {
        let mut rest = std::mem::take(x).into_iter();
        for support in supports {
            let mix: Vec<f64> = rest.by_ref().take(support.len()).collect();
            let kept: Vec<usize> = (0..mix.len()).filter(|&k| mix[k] >= ZERO).collect();
            let total: f64 = kept.iter().map(|&k| mix[k]).sum();
            if kept.is_empty() {
                return None;
            }
            x.extend(kept.iter().map(|&k| mix[k] / total));
            *support = kept.iter().map(|&k| support[k]).collect();
        }
        Some(())
    }

    fn profile(&self, supports: &[Vec<usize>], x: &[f64]) -> Profile {
        let mut flat = vec![0.0; self.game.strategy_count()];
        let mut rest = x;
        for (support, &start) in supports.iter().zip(self.game.offsets()) {
            let total: f64 = rest[..support.len()].iter().sum();
            for (a, p) in support.iter().zip(rest) {
                flat[start + a] = p / total;
            }
            rest = &rest[support.len()..];
        }
        Profile::from_flat(self.game, &flat)
    }

    /// Moves `x` to a solution of the equations; false if none is reached near the simplices.
    fn project(&mut self, forms: &Forms, x: &mut [f64]) -> bool {
        let width = forms.equations();
        if width == 0 {
            return true;
        }
        let mut before = f64::INFINITY;
        for _ in 0..ROUNDS {
            let (slopes, values) = self.equations(forms, x);
            let size = values.amax();
            if size <= 1e-15 || (size <= 1e-12 && size >= before) {
                return true;
            }
            before = size;
            let Ok(step) = slopes.svd(true, true).solve(&values, FLAT) else { return false };
            let (mut column, mut start) = (0, 0);
            for &count in &forms.counts {
                let mut moved = 0.0;
                for (p, s) in x[start..start + count - 1].iter_mut().zip(&step.as_slice()[column..]) {
                    *p -= s;
                    moved -= s;
                }
                x[start + count - 1] -= moved;
                start += count;
                column += count - 1;
            }
            if x.iter().any(|p| p.is_nan() || !(-1.0..=2.0).contains(p)) {
                return false;
            }
        }
        before <= REGRET
    }

    /// The equations' Jacobian in reduced coordinates, and their values.
    fn equations(&mut self, forms: &Forms, x: &[f64]) -> (DMatrix<f64>, DVector<f64>) {
        let width = forms.equations();
        self.evaluation.at(forms, x);
        let (mut slopes, mut values) = (Vec::with_capacity(width * width), Vec::with_capacity(width));
        let mut first = 0;
        for (&rows, &count) in forms.rows.iter().zip(&forms.counts) {
            values.extend_from_slice(&self.evaluation.values[first..first + count - 1]);
            slopes.extend_from_slice(&self.evaluation.slopes[first * width..(first + count - 1) * width]);
            first += rows;
        }
        (DMatrix::from_row_slice(width, width, &slopes), DVector::from_vec(values))
    }

    /// Directions in which the equations do not change to first order, in reduced coordinates.
    fn flat_directions(&mut self, forms: &Forms, x: &[f64]) -> Vec<DVector<f64>> {
        if forms.equations() == 0 {
            return Vec::new();
        }
        let (slopes, _) = self.equations(forms, x);
        let parts = slopes.svd(false, true);
        let rows = parts.v_t.expect("asked for");
        (0..rows.nrows()).filter(|&k| parts.singular_values[k] <= FLAT).map(|k| rows.row(k).transpose()).collect()
    }

    /// How many directions equilibria with this profile's support extend in around it, by walking a small
    /// step along each flat direction and back onto the equilibria.
    pub(super) fn dimension(&mut self, profile: &Profile) -> usize {
        let supports = profile.supports();
        let mut x = Vec::new();
        for (mix, support) in profile.0.iter().zip(&supports) {
            x.extend(support.iter().map(|&a| mix[a]));
        }
        let forms = Forms::new(self.normal, &supports);
        let directions = self.flat_directions(&forms, &x);
        let mut walked = 0;
        // Where two sheets cross there are more flat directions than at any point beside the crossing.
        let mut least = directions.len();
        for direction in &directions {
            for sign in [1.0, -1.0] {
                if let Some(flat) = self.walk(&forms, &supports, &x, direction, sign) {
                    walked += 1;
                    least = least.min(flat);
                    break;
                }
            }
        }
        least.min(walked)
    }

    /// One step along a direction and back onto the equilibria; the number of flat directions there.
    fn walk(
        &mut self,
        forms: &Forms,
        supports: &[Vec<usize>],
        x: &[f64],
        direction: &DVector<f64>,
        sign: f64,
    ) -> Option<usize> {
        let mut full = Vec::with_capacity(x.len());
        let mut rest = direction.as_slice();
        for &count in &forms.counts {
            full.extend_from_slice(&rest[..count - 1]);
            full.push(-rest[..count - 1].iter().sum::<f64>());
            rest = &rest[count - 1..];
        }
        let most = full.iter().fold(0.0, |most, d: &f64| max(most, d.abs()));
        let room = x.iter().zip(&full).filter(|(_, d)| sign * **d < 0.0);
        let room = room.map(|(p, d)| 0.5 * p / d.abs()).fold(STRIDE / most, min);
        if room * most < 0.1 * STRIDE {
            return None;
        }
        let mut y: Vec<f64> = x.iter().zip(&full).map(|(p, d)| p + sign * room * d).collect();
        if !self.project(forms, &mut y) || y.iter().any(|p| *p < ZERO) {
            return None;
        }
        let far = x.iter().zip(&y).fold(0.0, |far, (a, b)| max(far, (a - b).abs()));
        let profile = self.profile(supports, &y);
        if far < 0.5 * room * most || relative_regret(self.game, &profile) > REGRET {
            return None;
        }
        Some(self.flat_directions(forms, &y).len())
    }
}
