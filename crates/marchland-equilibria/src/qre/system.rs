//! The equations of the logit correspondence in log-probabilities.

use crate::derivatives::Derivatives;
use crate::game::Game;
use crate::number::max;

/// A strategy whose √p times λ is below this moves nobody.
const VANISHED: f64 = 1e-9;

/// `H(y, λ) = 0`: per player one row `Σ exp y − 1`, and for every strategy but the base one
/// `y_a − y_base − λ·(u_a − u_base)` (Turocy 2005, section 3).
///
/// The base is each player's likeliest strategy, so that no row subtracts two large logarithms; the
/// row of the sum stands at the base's place, which keeps the determinant the same for every base.
#[derive(Debug, Clone)]
pub(crate) struct System {
    game: Game,
    unit: f64,
    width: usize,
    derivatives: Derivatives,
    base: Vec<usize>,
    /// Probabilities at the last point evaluated.
    pub(crate) mix: Vec<f64>,
    /// Values of the rows at the last point evaluated.
    pub(crate) rows: Vec<f64>,
    /// Derivatives of the rows: strategies × (strategies + 1), the last column by λ.
    pub(crate) jacobian: Vec<f64>,
}

impl System {
    /// Payoffs are shifted per player and divided by one common factor, the largest range: the
    /// correspondence stays as it is with λ multiplied by the factor.
    pub(crate) fn new(game: &Game) -> System {
        let bounds: Vec<(f64, f64)> = (0..game.player_count()).map(|player| game.payoff_bounds(player)).collect();
        let half = bounds.iter().fold(0.0, |wide, (low, high)| max(wide, high / 2.0 - low / 2.0));
        let half = if half > 0.0 { half } else { 0.5 };
        let tensors = bounds
            .iter()
            .enumerate()
            .map(|(player, (low, _))| {
                let scale = |u: &f64| (u / 2.0 - low / 2.0) / half;
                game.tensor(player).iter().map(scale).collect()
            })
            .collect();
        let scaled = Game::unnamed(game.counts(), tensors).expect("the game's own shape");
        let width = game.strategy_count();
        System {
            derivatives: Derivatives::new(&scaled),
            game: scaled,
            unit: half * 2.0,
            width,
            base: vec![0; game.player_count()],
            mix: vec![0.0; width],
            rows: vec![0.0; width],
            jacobian: vec![0.0; width * (width + 1)],
        }
    }

    /// The common factor taken out of the payoffs: λ here = unit × λ of the game.
    pub(crate) fn unit(&self) -> f64 {
        self.unit
    }

    /// The number of strategies of all players.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Logarithms of the centroid.
    pub(crate) fn centroid(&self) -> Vec<f64> {
        let mix = |&count: &usize| std::iter::repeat_n(-libm::log(count as f64), count);
        self.game.counts().iter().flat_map(mix).collect()
    }

    /// Evaluates rows and Jacobian at `point`, the logarithms followed by λ.
    pub(crate) fn evaluate(&mut self, point: &[f64]) {
        let width = self.width;
        let lambda = point[width];
        for (p, y) in self.mix.iter_mut().zip(point) {
            *p = libm::exp(*y);
        }
        self.derivatives.evaluate(&self.mix);
        let Derivatives { payoffs, slopes, .. } = &self.derivatives;
        for (player, block) in self.game.offsets().windows(2).enumerate() {
            let mut base = block[0];
            for r in block[0]..block[1] {
                if point[r] > point[base] {
                    base = r;
                }
            }
            self.base[player] = base;
            for r in block[0]..block[1] {
                let row = &mut self.jacobian[r * (width + 1)..(r + 1) * (width + 1)];
                if r == base {
                    row.fill(0.0);
                    let mut sum = -1.0;
                    for (c, p) in self.mix.iter().enumerate().take(block[1]).skip(block[0]) {
                        sum += p;
                        row[c] = *p;
                    }
                    self.rows[r] = sum;
                    continue;
                }
                let gain = payoffs[r] - payoffs[base];
                self.rows[r] = point[r] - point[base] - lambda * gain;
                let own = &slopes[r * width..(r + 1) * width];
                let other = &slopes[base * width..(base + 1) * width];
                for c in 0..width {
                    row[c] = -lambda * (own[c] - other[c]) * self.mix[c];
                }
                row[block[0]..block[1]].fill(0.0);
                row[r] = 1.0;
                row[base] = -1.0;
                row[width] = -gain;
            }
        }
    }

    /// The number of real eigenvalues above 1 of the response's Jacobian at the last point evaluated.
    ///
    /// The response is `p ↦ exp(λ u(p)) / Σ`; where an eigenvalue crosses 1 the correspondence folds or
    /// branches. Scaled by √p, which keeps entries near vanishing probabilities from being badly scaled, a
    /// player's block of the Jacobian is a projection along its √p; in the coordinates across it nothing
    /// but the other eigenvalues is left.
    /// None if the eigenvalue iteration does not settle.
    pub(crate) fn eigenvalues_above_one(&self, lambda: f64) -> Option<usize> {
        let width = self.width;
        let slopes = &self.derivatives.slopes;
        let blocks = self.game.offsets().windows(2);
        let kept: Vec<Vec<usize>> = blocks
            .map(|block| (block[0]..block[1]).filter(|&r| self.mix[r].sqrt() * max(lambda, 1.0) > VANISHED).collect())
            .collect();
        let across: usize = kept.iter().map(|own| own.len().saturating_sub(1)).sum();
        let mut response = nalgebra::DMatrix::<f64>::zeros(across, across);
        let mut first = 0;
        for rows in &kept {
            let mut left = 0;
            for columns in &kept {
                if rows != columns {
                    let mut block = nalgebra::DMatrix::from_fn(rows.len(), columns.len(), |r, c| {
                        let (r, c) = (rows[r], columns[c]);
                        lambda * (self.mix[r] * self.mix[c]).sqrt() * slopes[r * width + c]
                    });
                    let (down, over) = (self.mirror(rows), self.mirror(columns));
                    block -= &down * (down.transpose() * &block);
                    block -= (&block * &over) * over.transpose();
                    let (down, over) = (down.len().saturating_sub(1), over.len().saturating_sub(1));
                    response.view_mut((first, left), (down, over)).copy_from(&block.view((0, 0), (down, over)));
                }
                left += columns.len().saturating_sub(1);
            }
            first += rows.len().saturating_sub(1);
        }
        // No eigenvalue is larger than the norm.
        if response.norm() < 1.0 {
            return Some(0);
        }
        let real = |z: &&nalgebra::Complex<f64>| z.re > 1.0 && z.im.abs() <= 1e-6 * z.re;
        let schur = nalgebra::linalg::Schur::try_new(response, f64::EPSILON, 60 * width)?;
        Some(schur.complex_eigenvalues().iter().filter(real).count())
    }

    /// √2 times the unit vector v of the reflection `I − 2 v vᵀ` that turns a player's √p to its last axis.
    fn mirror(&self, own: &[usize]) -> nalgebra::DVector<f64> {
        let mut v = nalgebra::DVector::from_iterator(own.len(), own.iter().map(|&r| self.mix[r].sqrt()));
        let length = v.norm();
        if let Some(last) = v.iter_mut().last() {
            *last += length;
        }
        v.normalize() * std::f64::consts::SQRT_2
    }
}
