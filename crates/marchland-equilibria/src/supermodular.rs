//! Whether strategies can be ordered so that doing more pays more the more the others do.
//!
//! In a supermodular game every player's strategies are ordered and its gain from a higher one never falls as another
//! player goes higher (Topkis 1979; Vives 1990; Milgrom and Roberts 1990): increasing differences. Best replies then
//! rise with the others', there is a largest and a smallest equilibrium in pure strategies, and iterated strict
//! dominance leaves what lies between them. Turning one player's order around turns strategic substitutes of two
//! players into complements, so that those count too.
//!
//! Strategies of a wargame have no natural order: one is looked for. For two strategies a, b of one player and c, d of
//! another the difference of differences must have one sign whatever the rest play; its sign ties the order of a and b
//! to that of c and d. Which orders hang together is a graph whose pieces can each be turned around; an order must
//! also be transitive.

use crate::game::Game;
use crate::number::max;

/// Pieces that may be turned around one by one, at most.
const MOST_PIECES: usize = 16;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Supermodularity {
    /// Differences increase along these orders, the lowest strategy first: players × strategies.
    Along(Vec<Vec<usize>>),
    /// They do in no order.
    None,
    /// Too many orders hang together with nothing to be tried one by one.
    Undecided,
}

/// Whether there are orders of all players' strategies along which differences increase. A difference of differences
/// of at most `tolerance`, as a share of the player's payoff range, counts as 0.
///
/// ```
/// use marchland_equilibria::game::Game;
/// use marchland_equilibria::supermodular::{Supermodularity, orders};
///
/// // A stag hunt: hunting together pays more the more hunt. Matching pennies have no such order.
/// let hunt = Game::bimatrix(&[vec![4.0, 0.0], vec![3.0, 3.0]], &[vec![4.0, 3.0], vec![0.0, 3.0]])?;
/// assert!(matches!(orders(&hunt, 0.0), Supermodularity::Along(_)));
/// let pennies = Game::bimatrix(&[vec![1.0, -1.0], vec![-1.0, 1.0]], &[vec![-1.0, 1.0], vec![1.0, -1.0]])?;
/// assert_eq!(orders(&pennies, 0.0), Supermodularity::None);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
#[must_use]
pub fn orders(game: &Game, tolerance: f64) -> Supermodularity {
    let players = game.player_count();
    // Every pair of strategies of a player is a sign: + where the second stands above the first.
    let offsets: Vec<usize> = (0..players)
        .scan(0, |from, player| {
            let at = *from;
            let count = game.counts()[player];
            *from += count * (count - 1) / 2;
            Some(at)
        })
        .collect();
    let pair = |player: usize, a: usize, b: usize| offsets[player] + b * (b - 1) / 2 + a;
    let all = offsets[players - 1] + game.counts()[players - 1] * (game.counts()[players - 1] - 1) / 2;
    let mut signs = Signs::new(all);
    for i in 0..players {
        let (low, high) = game.payoff_bounds(i);
        let least = max(tolerance, 1e-12) * (high - low);
        for j in (0..players).filter(|j| *j != i) {
            for b in 1..game.counts()[i] {
                for a in 0..b {
                    for d in 1..game.counts()[j] {
                        for c in 0..d {
                            match sign(game, i, (a, b), j, (c, d), least) {
                                Some(0) => {}
                                Some(sign) if signs.tie(pair(i, a, b), pair(j, c, d), sign < 0) => {}
                                _ => return Supermodularity::None,
                            }
                        }
                    }
                }
            }
        }
    }
    // Only what is tied to something has a direction; the rest follows from transitivity.
    let pieces = signs.pieces();
    if pieces.len() > MOST_PIECES {
        return Supermodularity::Undecided;
    }
    // The whole may be turned around, so the first piece need not be.
    let turns = if pieces.is_empty() { 1 } else { 1usize << (pieces.len() - 1) };
    for turn in 0..turns {
        let ordered: Option<Vec<Vec<usize>>> = (0..players)
            .map(|player| {
                order(game.counts()[player], |a, b| {
                    let (root, flipped) = signs.of(pair(player, a, b))?;
                    let at = pieces.iter().position(|piece| *piece == root)?;
                    Some(flipped ^ (at > 0 && turn >> (at - 1) & 1 == 1))
                })
            })
            .collect();
        if let Some(orders) = ordered {
            return Supermodularity::Along(orders);
        }
    }
    Supermodularity::None
}

/// The sign of [u_i(b, d) − u_i(a, d)] − [u_i(b, c) − u_i(a, c)] over all plays of the rest; none where it is not one.
fn sign(game: &Game, i: usize, (a, b): (usize, usize), j: usize, (c, d): (usize, usize), least: f64) -> Option<i8> {
    let (own, other) = (game.strides()[i], game.strides()[j]);
    let tensor = game.tensor(i);
    let mut found = 0;
    for base in game.lines(i).filter(|base| base / other % game.counts()[j] == 0) {
        let at = |x: usize, y: usize| tensor[base + x * own + y * other];
        let twice = (at(b, d) - at(a, d)) - (at(b, c) - at(a, c));
        let sign = if twice > least {
            1
        } else if twice < -least {
            -1
        } else {
            0
        };
        if sign != 0 && found != 0 && sign != found {
            return None;
        }
        if sign != 0 {
            found = sign;
        }
    }
    Some(found)
}

/// Strategies in an order that obeys `flipped(a, b)` (a < b; true: b stands below a) where it says something.
fn order(count: usize, flipped: impl Fn(usize, usize) -> Option<bool>) -> Option<Vec<usize>> {
    let below = |a: usize, b: usize| {
        if a < b { flipped(a, b) == Some(false) } else { flipped(b, a) == Some(true) }
    };
    let mut left: Vec<usize> = (0..count).collect();
    let mut out = Vec::with_capacity(count);
    while !left.is_empty() {
        let at = left.iter().position(|&a| !left.iter().any(|&b| b != a && below(b, a)))?;
        out.push(left.remove(at));
    }
    Some(out)
}

/// Signs tied to each other: a union-find with parity.
struct Signs {
    parent: Vec<usize>,
    flipped: Vec<bool>,
    tied: Vec<bool>,
}

impl Signs {
    fn new(count: usize) -> Self {
        Self { parent: (0..count).collect(), flipped: vec![false; count], tied: vec![false; count] }
    }

    fn root(&self, mut at: usize) -> (usize, bool) {
        let mut flipped = false;
        while self.parent[at] != at {
            flipped ^= self.flipped[at];
            at = self.parent[at];
        }
        (at, flipped)
    }

    /// Ties two signs as equal or opposite; false where they are tied the other way.
    fn tie(&mut self, a: usize, b: usize, opposite: bool) -> bool {
        let ((root_a, flip_a), (root_b, flip_b)) = (self.root(a), self.root(b));
        (self.tied[a], self.tied[b]) = (true, true);
        if root_a == root_b {
            return flip_a ^ flip_b == opposite;
        }
        self.parent[root_b] = root_a;
        self.flipped[root_b] = flip_a ^ flip_b ^ opposite;
        true
    }

    fn pieces(&self) -> Vec<usize> {
        let mut roots: Vec<usize> =
            (0..self.parent.len()).filter(|at| self.tied[*at]).map(|at| self.root(at).0).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    fn of(&self, at: usize) -> Option<(usize, bool)> {
        self.tied[at].then(|| self.root(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cournot's duopoly: outputs are substitutes, complements once one player's order is turned (Vives 1990).
    #[test]
    fn cournots_duopoly_is_supermodular_with_one_order_turned() {
        let profit = |own: usize, other: usize| {
            let (q, r) = (own as f64, other as f64);
            q * (12.0 - q - r) - 2.0 * q
        };
        let table = |of: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
            (0..4).map(|a| (0..4).map(|b| of(a, b)).collect()).collect()
        };
        let game = Game::bimatrix(&table(&profit), &table(&|a, b| profit(b, a))).unwrap();
        let Supermodularity::Along(found) = orders(&game, 0.0) else { panic!("it is") };
        assert_eq!(found[0], [0, 1, 2, 3]);
        assert_eq!(found[1], [3, 2, 1, 0]);
    }

    /// Three firms cannot all be turned against each other.
    #[test]
    fn cournots_oligopoly_of_three_is_not() {
        let mut payoffs = vec![Vec::new(); 3];
        for place in 0..27usize {
            let q: Vec<f64> = [place / 9, place / 3 % 3, place % 3].iter().map(|q| *q as f64).collect();
            for (of, own) in payoffs.iter_mut().zip(&q) {
                of.push(own * (12.0 - q.iter().sum::<f64>()));
            }
        }
        assert_eq!(orders(&Game::unnamed(&[3, 3, 3], payoffs).unwrap(), 0.0), Supermodularity::None);
    }

    /// Diamond's search game (1982) with scrambled names: the order is found again, up to turning all of it.
    #[test]
    fn a_scrambled_order_is_found() {
        let effort = [2.0, 0.0, 3.0, 1.0];
        let mut payoffs = vec![Vec::new(); 3];
        for place in 0..64usize {
            let at = [place / 16, place / 4 % 4, place % 4];
            for (player, of) in payoffs.iter_mut().enumerate() {
                let own = effort[at[player]];
                let others: f64 = (0..3).filter(|p| *p != player).map(|p| effort[at[p]]).sum();
                of.push(own * others - own * own * own);
            }
        }
        let Supermodularity::Along(found) = orders(&Game::unnamed(&[4, 4, 4], payoffs).unwrap(), 0.0) else {
            panic!("it is")
        };
        for order in &found {
            assert!(*order == [1, 3, 0, 2] || *order == [2, 0, 3, 1], "{found:?}");
        }
        assert!(found.windows(2).all(|two| two[0] == two[1]));
    }

    /// Every pair of the one's strategies agrees with the other's, but the signs make a circle: no order.
    #[test]
    fn an_order_must_be_transitive() {
        assert_eq!(order(3, |a, b| Some((a, b) == (0, 2))), None);
        assert_eq!(order(3, |_, _| None), Some(vec![0, 1, 2]));
        assert_eq!(order(2, |_, _| Some(true)), Some(vec![1, 0]));
    }
}
