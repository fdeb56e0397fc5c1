//! Whether a game is a potential game, and how far from one.
//!
//! In an exact potential game one function φ of the profile moves, for every unilateral deviation, by what the
//! deviator gains (Monderer and Shapley 1996): best replies cannot cycle, and a profile with the largest φ is an
//! equilibrium. The nearest potential game here is that of Candogan, Menache, Ozdaglar and Parrilo (2011): φ whose
//! differences are least squares to the deviations' gains, every deviation of every player counting alike.
//!
//! On the product of the players' strategies the least squares problem has a closed form. With u_i,S the part of u_i
//! that belongs to the set S of players (see [`effects`](crate::effects)) and m_i the number of i's strategies,
//! φ_S = Σ_{i∈S} m_i u_i,S / Σ_{i∈S} m_i: the graph of deviations is a Hamming graph, whose Laplacian multiplies the
//! part of S by Σ_{i∈S} m_i.
//!
//! Payoffs are compared as they are: a game that is a potential game only after a player's payoffs are scaled
//! (a weighted potential game) has a distance here.

use crate::effects::{MOST_PLAYERS, part};
use crate::game::Game;
use crate::number::max;

/// The nearest exact potential game.
#[derive(Debug, Clone, PartialEq)]
pub struct NearestPotential {
    /// φ over the profiles, in payoff, with mean 0.
    pub potential: Vec<f64>,
    /// The share of the deviations' gains, squared and added up, that no potential explains: 0 for a potential game,
    /// 1 for a harmonic one such as matching pennies; 0 too where no deviation gains or loses anything.
    pub distance: f64,
    /// The most by which a deviation's gain differs from φ's, in payoff: an equilibrium of the nearest game is one of
    /// this game but for so much (Candogan, Ozdaglar and Parrilo 2013, their maximum pairwise difference).
    pub largest_difference: f64,
    /// The largest gain or loss of any deviation, in payoff.
    pub largest_gain: f64,
}

impl NearestPotential {
    /// Whether the game is a potential game, but for rounding.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.largest_difference <= 1e-9 * self.largest_gain
    }
}

/// The nearest potential game; none of a game of more than [`MOST_PLAYERS`] players.
///
/// ```
/// use marchland_equilibria::{game::Game, potential::nearest};
///
/// // The prisoner's dilemma: 4 - 3 = 1 - 0 for both, so φ rises by 1 with each defection.
/// let dilemma = Game::bimatrix(&[vec![3.0, 0.0], vec![4.0, 1.0]], &[vec![3.0, 4.0], vec![0.0, 1.0]])?;
/// let near = nearest(&dilemma).expect("two players");
/// assert!(near.is_exact());
/// assert_eq!(near.potential, [-1.0, 0.0, 0.0, 1.0]);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
#[must_use]
pub fn nearest(game: &Game) -> Option<NearestPotential> {
    let players = game.player_count();
    if players > MOST_PLAYERS {
        return None;
    }
    let size = game.profile_count();
    let mut potential = vec![0.0; size];
    for set in 1..1usize << players {
        let members: Vec<usize> = (0..players).filter(|player| set >> player & 1 == 1).collect();
        let all: f64 = members.iter().map(|&player| game.counts()[player] as f64).sum();
        for &player in &members {
            let weight = game.counts()[player] as f64 / all;
            for (phi, u) in potential.iter_mut().zip(part(game, game.tensor(player), set)) {
                *phi += weight * u;
            }
        }
    }
    let (mut missed, mut whole) = (0.0, 0.0);
    let (mut largest_difference, mut largest_gain) = (0.0, 0.0);
    for (gain, rise) in deviations(game, &potential) {
        let error = gain - rise;
        missed += error * error;
        whole += gain * gain;
        largest_difference = max(largest_difference, error.abs());
        largest_gain = max(largest_gain, gain.abs());
    }
    let distance = if whole > 0.0 { missed / whole } else { 0.0 };
    Some(NearestPotential { potential, distance, largest_difference, largest_gain })
}

/// What every unilateral deviation gains its player, and by how much the potential rises with it: player by player,
/// each pair of strategies once at each play of the others.
///
/// # Panics
/// If the potential has not one number per profile.
pub fn deviations<'a>(game: &'a Game, potential: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
    assert_eq!(potential.len(), game.profile_count(), "one number per profile");
    (0..game.player_count()).flat_map(move |player| {
        let (stride, count, tensor) = (game.strides()[player], game.counts()[player], game.tensor(player));
        let pairs = (1..count).flat_map(|b| (0..b).map(move |a| (a, b)));
        game.lines(player).flat_map(move |base| {
            pairs.clone().map(move |(a, b)| {
                let (from, to) = (base + a * stride, base + b * stride);
                (tensor[to] - tensor[from], potential[to] - potential[from])
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matching_pennies_is_harmonic() {
        let game = Game::bimatrix(&[vec![1.0, -1.0], vec![-1.0, 1.0]], &[vec![-1.0, 1.0], vec![1.0, -1.0]]).unwrap();
        let near = nearest(&game).unwrap();
        assert!((near.distance - 1.0).abs() < 1e-12 && (near.largest_difference - 2.0).abs() < 1e-12, "{near:?}");
        assert!(!near.is_exact());
    }

    #[test]
    fn a_congestion_game_is_exact_whatever_the_players_add_that_they_cannot_move() {
        // Rosenthal 1973: three drivers on two roads, a road with k drivers costs each of them c(k).
        let costs = [[1.0, 4.0, 9.0], [2.0, 5.0, 6.0]];
        let mut payoffs = vec![Vec::new(); 3];
        let mut rosenthal = Vec::new();
        for place in 0..8usize {
            let roads: Vec<usize> = (0..3).map(|i| place >> (2 - i) & 1).collect();
            let on = |road: usize| roads.iter().filter(|r| **r == road).count();
            for (player, of) in payoffs.iter_mut().enumerate() {
                let beyond = roads.iter().enumerate().filter(|(i, _)| *i != player).map(|(_, r)| 7.0 * *r as f64);
                of.push(-costs[roads[player]][on(roads[player]) - 1] + beyond.sum::<f64>());
            }
            rosenthal.push(-(0..2).map(|road| costs[road][..on(road)].iter().sum::<f64>()).sum::<f64>());
        }
        let game = Game::unnamed(&[2, 2, 2], payoffs).unwrap();
        let near = nearest(&game).unwrap();
        assert!(near.is_exact(), "{near:?}");
        let mean = rosenthal.iter().sum::<f64>() / 8.0;
        for (phi, expected) in near.potential.iter().zip(&rosenthal) {
            assert!((phi - (expected - mean)).abs() < 1e-12);
        }
    }

    /// The closed form meets the normal equations: at every profile the errors of the deviations cancel.
    #[test]
    fn it_is_the_least_squares_solution() {
        let random = |key: u64| -> Vec<f64> {
            (0..18).map(|at| ((at as u64 * 2_654_435_761 + key * 97) % 1009) as f64 / 100.0).collect()
        };
        let game = Game::unnamed(&[3, 2, 3], vec![random(1), random(2), random(3)]).unwrap();
        let near = nearest(&game).unwrap();
        assert!(near.distance > 0.0 && near.distance < 1.0);
        for place in 0..game.profile_count() {
            let mut sum = 0.0;
            for player in 0..3 {
                let (stride, count) = (game.strides()[player], game.counts()[player]);
                let own = place / stride % count;
                for other in 0..count {
                    let to = place + other * stride - own * stride;
                    let tensor = game.tensor(player);
                    sum += tensor[to] - tensor[place] - (near.potential[to] - near.potential[place]);
                }
            }
            assert!(sum.abs() < 1e-9, "{sum}");
        }
    }
}
