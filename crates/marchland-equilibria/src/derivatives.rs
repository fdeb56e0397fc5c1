//! Deviation payoffs with their derivatives, for Newton's method.

use crate::deviation::Contraction;
use crate::game::Game;

/// Deviation payoffs of every strategy at a flat profile, and their derivatives.
#[derive(Debug, Clone)]
pub(crate) struct Derivatives {
    contraction: Contraction,
    pair: Vec<f64>,
    /// The payoff of each strategy of each player against the others' mixtures, flat.
    pub(crate) payoffs: Vec<f64>,
    /// `slopes[r · width + c]` = ∂ payoff of strategy r / ∂ weight of strategy c; zero within a player's own
    /// block. `width` is the game's strategy count.
    pub(crate) slopes: Vec<f64>,
}

impl Derivatives {
    pub(crate) fn new(game: &Game) -> Derivatives {
        let width = game.strategy_count();
        let largest = game.counts().iter().copied().max().unwrap_or(1);
        Derivatives {
            contraction: Contraction::new(game),
            pair: vec![0.0; largest * largest],
            payoffs: vec![0.0; width],
            slopes: vec![0.0; width * width],
        }
    }

    /// Evaluates at `x`, which need not be probabilities.
    pub(crate) fn evaluate(&mut self, game: &Game, x: &[f64]) {
        let players = game.player_count();
        let width = game.strategy_count();
        let offsets = game.offsets();
        if players == 1 {
            self.payoffs.copy_from_slice(game.tensor(0));
            return;
        }
        for first in 0..players {
            for second in first + 1..players {
                let (rows, columns) = (game.counts()[first], game.counts()[second]);
                let pair = &mut self.pair[..rows * columns];
                let corner = offsets[first] * width + offsets[second];
                self.contraction.pair(game, x, first, first, second, pair);
                for (a, row) in pair.chunks_exact(columns).enumerate() {
                    self.slopes[corner + a * width..][..columns].copy_from_slice(row);
                }
                let corner = offsets[second] * width + offsets[first];
                self.contraction.pair(game, x, second, first, second, pair);
                for (a, row) in pair.chunks_exact(columns).enumerate() {
                    for (b, &slope) in row.iter().enumerate() {
                        self.slopes[corner + b * width + a] = slope;
                    }
                }
            }
        }
        for player in 0..players {
            let other = if player == 0 { 1 } else { 0 };
            let weights = offsets[other]..offsets[other + 1];
            for r in offsets[player]..offsets[player + 1] {
                let row = &self.slopes[r * width..][weights.clone()];
                self.payoffs[r] = row.iter().zip(&x[weights.clone()]).map(|(s, w)| s * w).sum();
            }
        }
    }
}
