//! Payoffs taken apart by who moves them: the functional decomposition of a table over sets of players.
//!
//! A table u over pure profiles is a sum of parts, one for each set S of players, that depend on the strategies of S
//! alone and have mean 0 over each of them: the analysis of variance of a full factorial with one observation a cell
//! (Fisher 1925; as a decomposition of a function, Hoeffding 1948), every profile counting alike. Parts of different
//! sets are orthogonal, so that their mean squares add up to the variance.

use crate::game::Game;

/// Players of a game that is taken apart, at most: there are 2ⁿ parts.
pub const MOST_PLAYERS: usize = 12;

/// Shares of one player's payoff variance over pure profiles, in squared payoff.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VarianceParts {
    /// What the own strategy moves whatever the others do.
    pub own: f64,
    /// What the others move whatever the player does.
    pub others: f64,
    /// What the own strategy does more or less of because of the others'.
    pub interaction: f64,
}

/// The variance of a player's payoff over pure profiles by who moves it.
///
/// ```
/// use marchland_equilibria::{effects::variance, game::Game};
///
/// // Matching pennies is all interaction; in the prisoner's dilemma with these payoffs none of it is.
/// let pennies = Game::bimatrix(&[vec![1.0, -1.0], vec![-1.0, 1.0]], &[vec![-1.0, 1.0], vec![1.0, -1.0]])?;
/// let parts = variance(&pennies, 0);
/// assert_eq!((parts.own, parts.others, parts.interaction), (0.0, 0.0, 1.0));
/// let dilemma = Game::bimatrix(&[vec![3.0, 0.0], vec![4.0, 1.0]], &[vec![3.0, 4.0], vec![0.0, 1.0]])?;
/// let parts = variance(&dilemma, 0);
/// assert_eq!((parts.own, parts.others, parts.interaction), (0.25, 2.25, 0.0));
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
#[must_use]
pub fn variance(game: &Game, player: usize) -> VarianceParts {
    let mean_square = |effect: &[f64]| effect.iter().map(|x| x * x).sum::<f64>() / effect.len() as f64;
    let parts = moved(game, player);
    VarianceParts {
        own: mean_square(&parts.own),
        others: mean_square(&parts.others),
        interaction: mean_square(&parts.interaction),
    }
}

/// What moves one player's payoff, in payoff.
#[derive(Debug, Clone, PartialEq)]
pub struct MovedParts {
    /// What each own strategy adds on average: by strategy.
    pub own: Vec<f64>,
    /// What each play of the others adds on average: by line of the player, as [`Game::lines`] orders them.
    pub others: Vec<f64>,
    /// What is left: by place in the payoff table.
    pub interaction: Vec<f64>,
}

/// A player's payoff taken apart by who moves it; the mean is left out.
#[must_use]
pub fn moved(game: &Game, player: usize) -> MovedParts {
    let tensor = game.tensor(player);
    let own = main_effect(game, player, tensor);
    let mut interaction = centred_over(game, player, tensor);
    let grand = tensor.iter().sum::<f64>() / tensor.len() as f64;
    let (stride, count) = (game.strides()[player], game.counts()[player]);
    // What is left of a payoff once the own strategy's differences are averaged out.
    let others = game.lines(player).map(|base| tensor[base] - interaction[base] - grand).collect();
    for (place, rest) in interaction.iter_mut().enumerate() {
        *rest -= own[place / stride % count];
    }
    MovedParts { own, others, interaction }
}

/// The mean of a table for each strategy of a player, less the grand mean.
fn main_effect(game: &Game, player: usize, table: &[f64]) -> Vec<f64> {
    let (stride, count) = (game.strides()[player], game.counts()[player]);
    let mut means = vec![0.0; count];
    for (place, u) in table.iter().enumerate() {
        means[place / stride % count] += u * count as f64 / table.len() as f64;
    }
    let grand = means.iter().sum::<f64>() / count as f64;
    means.iter().map(|mean| mean - grand).collect()
}

/// A table less its mean over a player's strategies at each play of the others.
pub(crate) fn centred_over(game: &Game, player: usize, table: &[f64]) -> Vec<f64> {
    let mut out = table.to_vec();
    centre(game, player, &mut out);
    out
}

fn centre(game: &Game, player: usize, table: &mut [f64]) {
    let (stride, count) = (game.strides()[player], game.counts()[player]);
    for base in game.lines(player) {
        let mean = (0..count).map(|a| table[base + a * stride]).sum::<f64>() / count as f64;
        for a in 0..count {
            table[base + a * stride] -= mean;
        }
    }
}

/// The part of a table that belongs to a set of players, given as bits.
pub(crate) fn part(game: &Game, table: &[f64], set: usize) -> Vec<f64> {
    let mut out = table.to_vec();
    for player in 0..game.player_count() {
        if set >> player & 1 == 1 {
            centre(game, player, &mut out);
        } else {
            let (stride, count) = (game.strides()[player], game.counts()[player]);
            for base in game.lines(player) {
                let mean = (0..count).map(|a| out[base + a * stride]).sum::<f64>() / count as f64;
                for a in 0..count {
                    out[base + a * stride] = mean;
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_and_stand_at_right_angles() {
        let payoffs: Vec<f64> = (0..24).map(|at| f64::from((at * 7919 + 13) % 31)).collect();
        let game = Game::unnamed(&[2, 3, 4], vec![payoffs.clone(), payoffs.clone(), payoffs.clone()]).unwrap();
        let parts: Vec<Vec<f64>> = (0..8).map(|set| part(&game, &payoffs, set)).collect();
        for (place, u) in payoffs.iter().enumerate() {
            assert!((parts.iter().map(|of| of[place]).sum::<f64>() - u).abs() < 1e-12);
        }
        for (a, first) in parts.iter().enumerate() {
            for second in &parts[..a] {
                assert!(first.iter().zip(second).map(|(x, y)| x * y).sum::<f64>().abs() < 1e-9);
            }
        }
        let energy = |keep: &dyn Fn(usize) -> bool| -> f64 {
            parts.iter().enumerate().filter(|(set, _)| keep(*set)).flat_map(|(_, of)| of).map(|x| x * x / 24.0).sum()
        };
        let of = variance(&game, 1);
        assert!((of.own - energy(&|set| set == 2)).abs() < 1e-12);
        assert!((of.others - energy(&|set| set != 0 && set & 2 == 0)).abs() < 1e-12);
        assert!((of.interaction - energy(&|set| set & 2 == 2 && set != 2)).abs() < 1e-12);
    }
}
