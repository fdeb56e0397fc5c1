//! What each player answers to each play of the others, and where following best replies leads.
//!
//! The graph has the pure profiles as nodes; from each an arrow leads wherever a player who does not yet reply best
//! would go by a best reply. Sinks of single profiles are the equilibria in pure strategies. A set of several profiles
//! that lead to one another and nowhere else is a cycle of best replies that play, once there, never leaves; a game
//! without such a set has a path of best replies to an equilibrium from everywhere: it is weakly acyclic (Young 1993).
//! A game without any cycle at all has the finite best-reply property (Milchtaich 1996; Monderer and Shapley 1996).

use crate::game::Game;

/// A player's best replies to one play of the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The place of the profile in which the player uses strategy 0: which play of the others it is.
    pub base: usize,
    /// Its best replies, in order; ties are several.
    pub best: Vec<usize>,
    /// How much the best earns more than the best of the others, in payoff; none where every strategy is best.
    pub margin: Option<f64>,
}

/// Best replies of a player to every play of the others, in the order of [`Game::lines`].
#[must_use]
pub fn map(game: &Game, player: usize) -> Vec<Reply> {
    let (stride, count, tensor) = (game.strides()[player], game.counts()[player], game.tensor(player));
    game.lines(player)
        .map(|base| {
            let line: Vec<usize> = (0..count).map(|a| base + a * stride).collect();
            let best: Vec<usize> = best_of(game, player, &line);
            let top = tensor[line[best[0]]];
            let rest = (0..count).filter(|a| !best.contains(a)).map(|a| top - tensor[line[a]]);
            let margin = rest.fold(None, |least: Option<f64>, gap| match least {
                Some(least) if least <= gap => Some(least),
                _ => Some(gap),
            });
            Reply { base, best, margin }
        })
        .collect()
}

fn best_of(game: &Game, player: usize, line: &[usize]) -> Vec<usize> {
    let mut best = vec![0];
    for a in 1..line.len() {
        match game.compare(player, line[a], line[best[0]]) {
            std::cmp::Ordering::Greater => best = vec![a],
            std::cmp::Ordering::Equal => best.push(a),
            std::cmp::Ordering::Less => {}
        }
    }
    best
}

/// Where best replies lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dynamics {
    /// Equilibria in pure strategies, by place.
    pub equilibria: Vec<usize>,
    /// Sets of profiles, by place and ascending, that best replies lead around in; more than one profile each.
    pub cycles: Vec<Cycle>,
}

/// Profiles that lead to one another by best replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// The profiles, by place, ascending.
    pub profiles: Vec<usize>,
    /// Whether no best reply leads out.
    pub closed: bool,
    /// A shortest way around that begins at the first of them, by place.
    pub way: Vec<usize>,
}

impl Dynamics {
    /// Whether from every profile a path of best replies leads to an equilibrium in pure strategies.
    #[must_use]
    pub fn is_weakly_acyclic(&self) -> bool {
        !self.cycles.iter().any(|cycle| cycle.closed)
    }

    /// Whether no path of best replies comes back.
    #[must_use]
    pub fn is_acyclic(&self) -> bool {
        self.cycles.is_empty()
    }
}

/// Where best replies of a game lead.
///
/// ```
/// use marchland_equilibria::{best_reply::dynamics, game::Game};
///
/// // Matching pennies lead around all four profiles; a stag hunt ends in one of two equilibria.
/// let pennies = Game::bimatrix(&[vec![1.0, -1.0], vec![-1.0, 1.0]], &[vec![-1.0, 1.0], vec![1.0, -1.0]])?;
/// let found = dynamics(&pennies);
/// assert_eq!(found.cycles[0].way.len(), 4);
/// assert!(!found.is_weakly_acyclic());
/// let hunt = Game::bimatrix(&[vec![4.0, 0.0], vec![3.0, 3.0]], &[vec![4.0, 3.0], vec![0.0, 3.0]])?;
/// assert_eq!(dynamics(&hunt).equilibria, [0, 3]);
/// assert!(dynamics(&hunt).is_acyclic());
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
#[must_use]
pub fn dynamics(game: &Game) -> Dynamics {
    let size = game.profile_count();
    let mut arrows: Vec<Vec<usize>> = vec![Vec::new(); size];
    for player in 0..game.player_count() {
        let stride = game.strides()[player];
        for reply in map(game, player) {
            for a in (0..game.counts()[player]).filter(|a| !reply.best.contains(a)) {
                arrows[reply.base + a * stride].extend(reply.best.iter().map(|b| reply.base + b * stride));
            }
        }
    }
    let equilibria = (0..size).filter(|place| arrows[*place].is_empty()).collect();
    let piece = pieces(&arrows);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); size];
    for (place, root) in piece.iter().enumerate() {
        members[*root].push(place);
    }
    let mut cycles: Vec<Cycle> = members
        .into_iter()
        .filter(|profiles| profiles.len() > 1)
        .map(|profiles| {
            let own = piece[profiles[0]];
            let closed = profiles.iter().all(|place| arrows[*place].iter().all(|to| piece[*to] == own));
            let way = around(profiles[0], &arrows, |place| piece[place] == own);
            Cycle { profiles, closed, way }
        })
        .collect();
    cycles.sort_by(|a, b| a.profiles.cmp(&b.profiles));
    Dynamics { equilibria, cycles }
}

/// The strongly connected piece of each node, named by one of its nodes (Tarjan 1972), without recursion.
fn pieces(arrows: &[Vec<usize>]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let size = arrows.len();
    let (mut number, mut low, mut piece) = (vec![NEW; size], vec![0; size], vec![NEW; size]);
    let (mut stack, mut next) = (Vec::new(), 0);
    for start in 0..size {
        if number[start] != NEW {
            continue;
        }
        let mut path = vec![(start, 0)];
        while let Some(&mut (node, ref mut arrow)) = path.last_mut() {
            if *arrow == 0 {
                (number[node], low[node]) = (next, next);
                next += 1;
                stack.push(node);
            }
            if let Some(&to) = arrows[node].get(*arrow) {
                *arrow += 1;
                if number[to] == NEW {
                    path.push((to, 0));
                } else if piece[to] == NEW && number[to] < low[node] {
                    low[node] = number[to];
                }
                continue;
            }
            path.pop();
            if let Some(&(parent, _)) = path.last()
                && low[node] < low[parent]
            {
                low[parent] = low[node];
            }
            if low[node] == number[node] {
                while let Some(of) = stack.pop() {
                    piece[of] = node;
                    if of == node {
                        break;
                    }
                }
            }
        }
    }
    piece
}

/// A shortest way from a node back to it within a piece, without the node at the end.
fn around(start: usize, arrows: &[Vec<usize>], inside: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut from = vec![None; arrows.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for &to in arrows[node].iter().filter(|to| inside(**to)) {
            if to == start {
                let mut way = vec![node];
                let mut at = node;
                while let Some(back) = from[at] {
                    way.push(back);
                    at = back;
                }
                way.reverse();
                return way;
            }
            if from[to].is_none() {
                from[to] = Some(node);
                queue.push_back(to);
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shapley's game (1964): best replies lead around six of nine profiles, and the other three lead there.
    #[test]
    fn shapleys_game_has_one_closed_cycle_of_six() {
        let a = [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]].map(Vec::from);
        let b = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]].map(Vec::from);
        let found = dynamics(&Game::bimatrix(&a, &b).unwrap());
        assert!(found.equilibria.is_empty() && !found.is_weakly_acyclic());
        assert_eq!(found.cycles.len(), 1);
        assert_eq!((found.cycles[0].profiles.len(), found.cycles[0].way.len()), (6, 6));
    }

    /// Pennies with a way out: the cycle is open, and the game weakly acyclic.
    #[test]
    fn a_cycle_that_can_be_left_is_open() {
        // Third strategies tie with the best reply in one corner and make an equilibrium together.
        let a = [[1.0, -1.0, -9.0], [-1.0, 1.0, -9.0], [1.0, -9.0, 5.0]].map(Vec::from);
        let b = [[-1.0, 1.0, -9.0], [1.0, -1.0, -9.0], [-9.0, -9.0, 5.0]].map(Vec::from);
        let found = dynamics(&Game::bimatrix(&a, &b).unwrap());
        assert_eq!(found.equilibria, [8]);
        assert_eq!(found.cycles.len(), 1, "{found:?}");
        assert!(!found.cycles[0].closed && found.is_weakly_acyclic() && !found.is_acyclic());
    }

    #[test]
    fn replies_say_what_is_best_and_by_how_much() {
        let hunt = Game::bimatrix(&[vec![4.0, 0.0], vec![3.0, 3.0]], &[vec![4.0, 3.0], vec![0.0, 3.0]]).unwrap();
        let replies = map(&hunt, 0);
        assert_eq!((&replies[0].best[..], replies[0].margin), (&[0][..], Some(1.0)));
        assert_eq!((&replies[1].best[..], replies[1].margin), (&[1][..], Some(3.0)));
        let flat = Game::bimatrix(&[vec![1.0], vec![1.0]], &[vec![0.0], vec![0.0]]).unwrap();
        assert_eq!((&map(&flat, 0)[0].best[..], map(&flat, 0)[0].margin), (&[0, 1][..], None));
    }
}
