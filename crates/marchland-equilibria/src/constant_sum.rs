//! Whether players' payoffs add up to the same everywhere, and how far they are at one or at odds.
//!
//! The variance of a payoff vector over pure profiles splits into what moves the sum and what moves payoffs against
//! each other: a game is the sum of a game of common interest, in which everybody gets the mean payoff, and one in
//! which payoffs add up to 0 (for two players the cooperative–competitive decomposition of Kalai and Kalai 2013).
//! Payoffs that their players' own deviations do not move count too: what one gains by another's act is at stake.

use crate::game::Game;
use crate::number::max;

/// How far payoffs go together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CommonInterest {
    /// The share of the players' payoff variance that is common: 0 where payoffs add up to a constant, 1 where all
    /// payoffs move as one, 1 / n where they move independently; none where no payoff moves.
    pub share: Option<f64>,
    /// The most by which the sum of payoffs differs from its mean, in payoff.
    pub largest_difference: f64,
    /// The largest range of a payoff.
    pub largest_range: f64,
}

impl CommonInterest {
    /// Whether payoffs add up to a constant, but for rounding: a zero-sum game after a shift (von Neumann and
    /// Morgenstern 1944).
    #[must_use]
    pub fn is_constant_sum(&self) -> bool {
        self.largest_difference <= 1e-9 * self.largest_range
    }
}

/// How far the payoffs of a game go together.
///
/// ```
/// use marchland_equilibria::{constant_sum::common_interest, game::Game};
///
/// let pennies = Game::bimatrix(&[vec![1.0, -1.0], vec![-1.0, 1.0]], &[vec![-1.0, 1.0], vec![1.0, -1.0]])?;
/// assert!(common_interest(&pennies).is_constant_sum());
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
#[must_use]
pub fn common_interest(game: &Game) -> CommonInterest {
    let players = game.player_count();
    let (shared, apart) = interests(game);
    let common = shared.iter().map(|x| x * x).sum::<f64>() * players as f64;
    let all = common + apart.iter().map(|x| x * x).sum::<f64>();
    let largest_difference = shared.iter().map(|x| x.abs() * players as f64).fold(0.0, max);
    let ranges = (0..players).map(|player| game.payoff_bounds(player)).map(|(low, high)| high - low);
    let largest_range = ranges.fold(0.0, max);
    CommonInterest { share: (largest_range > 0.0).then(|| common / all), largest_difference, largest_range }
}

/// What all players gain alike in each profile, and what each gains beyond that (profiles × players): payoffs less
/// their means, taken apart.
#[must_use]
pub fn interests(game: &Game) -> (Vec<f64>, Vec<f64>) {
    let (players, profiles) = (game.player_count(), game.profile_count());
    let mean = |player: usize| game.tensor(player).iter().sum::<f64>() / profiles as f64;
    let means: Vec<f64> = (0..players).map(mean).collect();
    let (mut shared, mut apart) = (Vec::with_capacity(profiles), Vec::with_capacity(profiles * players));
    for place in 0..profiles {
        let moved = || (0..players).map(|player| game.tensor(player)[place] - means[player]);
        let common = moved().sum::<f64>() / players as f64;
        shared.push(common);
        apart.extend(moved().map(|x| x - common));
    }
    (shared, apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_and_the_middle() {
        let a = vec![vec![1.0, 5.0], vec![2.0, 3.0]];
        let common = common_interest(&Game::bimatrix(&a, &a).unwrap());
        assert!((common.share.unwrap() - 1.0).abs() < 1e-12 && !common.is_constant_sum());
        let against: Vec<Vec<f64>> = a.iter().map(|row| row.iter().map(|u| 10.0 - u).collect()).collect();
        let against = common_interest(&Game::bimatrix(&a, &against).unwrap());
        assert!(against.share.unwrap().abs() < 1e-12 && against.is_constant_sum());
        // The row player's payoff follows the row, the column player's the column: no covariance.
        let apart = Game::bimatrix(&[vec![0.0, 0.0], vec![1.0, 1.0]], &[vec![0.0, 1.0], vec![0.0, 1.0]]).unwrap();
        assert!((common_interest(&apart).share.unwrap() - 0.5).abs() < 1e-12);
        let flat = Game::bimatrix(&[vec![2.0]], &[vec![3.0]]).unwrap();
        assert_eq!(common_interest(&flat).share, None);
    }
}
