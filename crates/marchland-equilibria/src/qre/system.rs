//! The equations of the logit correspondence in log-probabilities.

use crate::derivatives::Derivatives;
use crate::game::Game;
use crate::number::max;

/// `H(y, λ) = 0`: per player one row `Σ exp y − 1`, and for every strategy but the base one
/// `y_a − y_base − λ·(u_a − u_base)` (Turocy 2005, section 3).
///
/// The base is each player's likeliest strategy, so that no row subtracts two large logarithms. The rows
/// of the sums, linearised, give each base from the *free* strategies, all the others; what is left to
/// solve has one unknown per free strategy, `y_a − y_base`, and λ. This elimination leaves the bordered
/// determinant what it would be with the row of a sum in the place of its base, the same for every base,
/// but for a factor of the sums themselves, which are 1 on the branch.
#[derive(Debug, Clone)]
pub(crate) struct System {
    unit: f64,
    derivatives: Derivatives,
    /// Probabilities at the last point evaluated.
    mix: Vec<f64>,
    blocks: Vec<Block>,
    free: Vec<usize>,
    /// `u_a − u_base` of the free strategies.
    gains: Vec<f64>,
}

/// A player's strategies at the last point evaluated.
#[derive(Debug, Clone, Copy)]
struct Block {
    start: usize,
    end: usize,
    /// The first of its free strategies among those of all players.
    first: usize,
    base: usize,
    /// `1 / Σ exp y`.
    inverse: f64,
    /// `1 − 1 / Σ exp y`.
    excess: f64,
}

impl System {
    /// Payoffs are shifted per player and divided by one common factor, the largest range: the
    /// correspondence stays as it is with λ multiplied by the factor.
    pub(crate) fn new(game: &Game) -> System {
        let bounds = (0..game.player_count()).map(|player| game.payoff_bounds(player));
        let half = bounds.fold(0.0, |wide, (low, high)| max(wide, high / 2.0 - low / 2.0));
        let half = if half > 0.0 { half } else { 0.5 };
        let block = |(player, ends): (usize, &[usize])| {
            let first = ends[0] - player;
            Block { start: ends[0], end: ends[1], first, base: ends[0], inverse: 1.0, excess: 0.0 }
        };
        System {
            unit: half * 2.0,
            derivatives: Derivatives::relative(game, half),
            mix: vec![0.0; game.strategy_count()],
            blocks: game.offsets().windows(2).enumerate().map(block).collect(),
            free: Vec::new(),
            gains: Vec::new(),
        }
    }

    /// The common factor taken out of the payoffs: λ here = unit × λ of the game.
    pub(crate) fn unit(&self) -> f64 {
        self.unit
    }

    /// The number of strategies of all players.
    pub(crate) fn width(&self) -> usize {
        self.mix.len()
    }

    /// The number of unknowns left: free strategies, and λ.
    pub(crate) fn size(&self) -> usize {
        self.width() - self.blocks.len() + 1
    }

    /// Logarithms of the centroid.
    pub(crate) fn centroid(&self) -> Vec<f64> {
        let mix = |block: &Block| {
            let count = block.end - block.start;
            std::iter::repeat_n(-libm::log(count as f64), count)
        };
        self.blocks.iter().flat_map(mix).collect()
    }

    /// Evaluates payoffs and their derivatives at `point`, the logarithms followed by λ.
    pub(crate) fn evaluate(&mut self, point: &[f64]) {
        for (p, y) in self.mix.iter_mut().zip(point) {
            *p = libm::exp(*y);
        }
        self.derivatives.evaluate(&self.mix);
        self.free.clear();
        self.gains.clear();
        for block in &mut self.blocks {
            let own = block.start..block.end;
            let mut sum = 0.0;
            block.base = block.start;
            for r in own.clone() {
                sum += self.mix[r];
                if point[r] > point[block.base] {
                    block.base = r;
                }
            }
            block.inverse = 1.0 / sum;
            block.excess = (sum - 1.0) / sum;
            let base = block.base;
            let payoffs = &self.derivatives.payoffs;
            self.free.extend(own.clone().filter(|&r| r != base));
            self.gains.extend(own.filter(|&r| r != base).map(|r| payoffs[r] - payoffs[base]));
        }
    }

    /// Writes the derivatives of the free rows by the unknowns at the last point evaluated, and as the last row
    /// those of `border · z`.
    ///
    /// Returns what the sums' excess over 1 adds to the last row's right-hand side.
    pub(crate) fn bordered(&self, lambda: f64, border: &[f64], matrix: &mut [f64]) -> f64 {
        let (width, size) = (self.width(), self.size());
        let slopes = &self.derivatives.slopes;
        let (rows, last) = matrix.split_at_mut((size - 1) * size);
        let mut shift = 0.0;
        for block in &self.blocks {
            let base = &slopes[block.base * width..][..width];
            for k in block.free() {
                let own = &slopes[self.free[k] * width..][..width];
                let row = &mut rows[k * size..][..size];
                let gain = self.gains[k];
                for column in &self.blocks {
                    // A payoff is the mean of its derivatives by an opponent's strategies: the last term is
                    // what the opponent's base loses.
                    let lost = gain * column.inverse;
                    for (entry, &c) in row[column.free()].iter_mut().zip(&self.free[column.free()]) {
                        *entry = -lambda * (own[c] - base[c] - lost) * self.mix[c];
                    }
                }
                row[block.free()].fill(0.0);
                row[k] = 1.0;
                row[size - 1] = -gain;
            }
            let total: f64 = border[block.start..block.end].iter().sum();
            shift += total * block.excess;
            for (entry, &c) in last[block.free()].iter_mut().zip(&self.free[block.free()]) {
                *entry = border[c] - total * block.inverse * self.mix[c];
            }
        }
        last[size - 1] = border[width];
        shift
    }

    /// Newton's right-hand side of the free rows at `point`, the last one evaluated.
    pub(crate) fn misses(&self, point: &[f64], out: &mut Vec<f64>) {
        let lambda = point[self.width()];
        let excess: f64 = self.blocks.iter().map(|block| block.excess).sum();
        out.clear();
        for block in &self.blocks {
            for k in block.free() {
                let reply = lambda * self.gains[k];
                out.push(reply * (1.0 - (excess - block.excess)) - (point[self.free[k]] - point[block.base]));
            }
        }
    }

    /// The step of all logarithms and λ from that of the unknowns; `whole` if it is to bring the sums to 1,
    /// else it keeps them.
    pub(crate) fn lift(&self, step: &[f64], whole: bool, out: &mut Vec<f64>) {
        let width = self.width();
        out.resize(width + 1, 0.0);
        for block in &self.blocks {
            let (own, free) = (&step[block.free()], &self.free[block.free()]);
            let gained: f64 = own.iter().zip(free).map(|(s, &c)| s * self.mix[c]).sum();
            let base = -block.inverse * gained - if whole { block.excess } else { 0.0 };
            out[block.base] = base;
            for (s, &c) in own.iter().zip(free) {
                out[c] = s + base;
            }
        }
        out[width] = step[step.len() - 1];
    }
}

impl Block {
    /// The places of its free strategies among those of all players.
    fn free(&self) -> std::ops::Range<usize> {
        self.first..self.first + (self.end - self.start - 1)
    }
}
