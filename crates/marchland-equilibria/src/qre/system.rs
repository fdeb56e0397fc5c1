//! The equations of the logit correspondence in log-probabilities.

use crate::derivatives::Derivatives;
use crate::game::Game;
use crate::number::max;

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
        self.derivatives.evaluate(&self.game, &self.mix);
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
    /// branches.
    /// None if the eigenvalue iteration does not settle.
    pub(crate) fn eigenvalues_above_one(&self, lambda: f64) -> Option<usize> {
        let width = self.width;
        let slopes = &self.derivatives.slopes;
        let mut response = nalgebra::DMatrix::<f64>::zeros(width, width);
        for block in self.game.offsets().windows(2) {
            let own = block[0]..block[1];
            for c in 0..width {
                let mean: f64 = own.clone().map(|r| self.mix[r] * slopes[r * width + c]).sum();
                for r in own.clone() {
                    // Similar to the Jacobian in p by the scaling with √p, which keeps entries near
                    // vanishing probabilities from being badly scaled.
                    let weight = (self.mix[r] * self.mix[c]).sqrt();
                    response[(r, c)] = lambda * weight * (slopes[r * width + c] - mean);
                }
            }
            for c in own.clone() {
                for r in own.clone() {
                    response[(r, c)] = 0.0;
                }
            }
        }
        let real = |z: &&nalgebra::Complex<f64>| z.re > 1.0 && z.im.abs() <= 1e-6 * z.re;
        let schur = nalgebra::linalg::Schur::try_new(response, f64::EPSILON, 60 * width)?;
        Some(schur.complex_eigenvalues().iter().filter(real).count())
    }
}
