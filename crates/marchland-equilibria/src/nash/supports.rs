//! Walking through the supports that may carry an equilibrium, small and balanced ones first.
//!
//! Porter, Nudelman and Shoham (2008), algorithm 2: sizes in order of their sum and then of their
//! imbalance, supports of a size player by player, with strategies that are *conditionally dominated*
//! (by any strategy, given what the others may still play) struck out at every level.

use std::ops::ControlFlow;

use crate::game::Game;

/// Calls `visit` with every support left, one list of strategies per player, until it breaks; and with
/// none before every step of the walk, so that a long search for the next support can be broken off.
///
/// A support that is never visited has a strategy that is not a best response to anything the others
/// can do in it, and so carries no equilibrium.
pub(crate) fn walk<B>(game: &Game, mut visit: impl FnMut(Option<&[Vec<usize>]>) -> ControlFlow<B>) -> ControlFlow<B> {
    let counts = game.counts();
    let most: usize = counts.iter().sum();
    let all: Vec<Vec<usize>> = counts.iter().map(|&count| (0..count).collect()).collect();
    for sum in counts.len()..=most {
        let mut sizes = Vec::new();
        compose(counts, sum, &mut Vec::new(), &mut sizes);
        sizes.sort_by_key(|sizes: &Vec<usize>| spread(sizes));
        for sizes in &sizes {
            choose(game, sizes, 0, &all, &mut visit)?;
        }
    }
    ControlFlow::Continue(())
}

fn spread(sizes: &[usize]) -> usize {
    let most = sizes.iter().max().copied().unwrap_or(0);
    most - sizes.iter().min().copied().unwrap_or(0)
}

/// All size vectors with the given sum.
fn compose(counts: &[usize], sum: usize, head: &mut Vec<usize>, out: &mut Vec<Vec<usize>>) {
    let Some(&count) = counts.get(head.len()) else {
        if sum == 0 {
            out.push(head.clone());
        }
        return;
    };
    let later: usize = counts[head.len() + 1..].iter().sum();
    let fewest = counts.len() - head.len() - 1;
    for size in 1..=count {
        if size + fewest <= sum && sum <= size + later {
            head.push(size);
            compose(counts, sum - size, head, out);
            head.pop();
        }
    }
}

/// Fixes the supports of players from `player` on, given domains already pruned.
fn choose<B>(
    game: &Game,
    sizes: &[usize],
    player: usize,
    domains: &[Vec<usize>],
    visit: &mut impl FnMut(Option<&[Vec<usize>]>) -> ControlFlow<B>,
) -> ControlFlow<B> {
    if player == sizes.len() {
        return visit(Some(domains));
    }
    let mut picks: Vec<usize> = (0..sizes[player]).collect();
    if picks.len() > domains[player].len() {
        return ControlFlow::Continue(());
    }
    loop {
        let mut narrowed = domains.to_vec();
        narrowed[player] = picks.iter().map(|&k| domains[player][k]).collect();
        visit(None)?;
        if prune(game, sizes, player + 1, &mut narrowed) {
            choose(game, sizes, player + 1, &narrowed, visit)?;
        }
        if !advance(&mut picks, domains[player].len()) {
            return ControlFlow::Continue(());
        }
    }
}

/// The next combination in lexicographic order.
fn advance(picks: &mut [usize], count: usize) -> bool {
    let size = picks.len();
    for k in (0..size).rev() {
        if picks[k] < count - size + k {
            picks[k] += 1;
            for later in k + 1..size {
                picks[later] = picks[later - 1] + 1;
            }
            return true;
        }
    }
    false
}

/// Strikes out conditionally dominated strategies of players not yet fixed, until none is left; false
/// if a fixed player would lose one or an open player cannot fill its support.
fn prune(game: &Game, sizes: &[usize], fixed: usize, domains: &mut [Vec<usize>]) -> bool {
    loop {
        let mut changed = false;
        for player in 0..sizes.len() {
            let places = opponent_places(game, domains, player);
            let tensor = game.tensor(player);
            let stride = game.strides()[player];
            let dominated = |a: usize| {
                (0..game.counts()[player]).any(|b| {
                    b != a && places.iter().all(|place| tensor[place + b * stride] > tensor[place + a * stride])
                })
            };
            if player < fixed {
                if domains[player].iter().any(|&a| dominated(a)) {
                    return false;
                }
                continue;
            }
            let before = domains[player].len();
            domains[player].retain(|&a| !dominated(a));
            if domains[player].len() < sizes[player] {
                return false;
            }
            changed |= domains[player].len() < before;
        }
        if !changed {
            return true;
        }
    }
}

/// Places in a player's tensor of the others' domains, with its own strategy at 0.
pub(crate) fn opponent_places(game: &Game, domains: &[Vec<usize>], player: usize) -> Vec<usize> {
    let mut places = vec![0];
    for (other, domain) in domains.iter().enumerate().filter(|(other, _)| *other != player) {
        let stride = game.strides()[other];
        places = places.iter().flat_map(|place| domain.iter().map(move |b| place + b * stride)).collect();
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supports(game: &Game) -> Vec<Vec<Vec<usize>>> {
        let mut list = Vec::new();
        let _ = walk(game, |supports| -> ControlFlow<()> {
            list.extend(supports.map(<[_]>::to_vec));
            ControlFlow::Continue(())
        });
        list
    }

    #[test]
    fn a_game_without_dominance_visits_every_support_once() {
        let game = Game::unnamed(&[2, 3, 2], vec![vec![0.0; 12]; 3]).unwrap();
        let list = supports(&game);
        assert_eq!(list.len(), 3 * 7 * 3);
        let mut sorted = list.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(sorted.len(), list.len());
        let sum = |s: &Vec<Vec<usize>>| s.iter().map(Vec::len).sum::<usize>();
        assert!(list.windows(2).all(|pair| sum(&pair[0]) <= sum(&pair[1])));
    }

    #[test]
    fn the_prisoners_dilemma_leaves_one_support() {
        let game = Game::bimatrix(&[vec![3.0, 0.0], vec![5.0, 1.0]], &[vec![3.0, 5.0], vec![0.0, 1.0]]);
        assert_eq!(supports(&game.unwrap()), [vec![vec![1], vec![1]]]);
    }
}
