//! The response graph and its sink components.

use crate::game::Game;

/// The sink strongly connected components of the response graph: sets of pure profiles, by place in
/// the tensors, each ascending, in order of their first members.
///
/// An edge leads from a profile to every other in which one player has switched to a strategy that
/// pays it at least as much. Omidshafiei et al. (2019, section 3.4) call the sinks Markov–Conley
/// chains: where the dynamics of α → ∞ stay for ever.
pub fn sink_components(game: &Game) -> Vec<Vec<usize>> {
    let count = game.profile_count();
    let mut components = Components {
        game,
        order: vec![0; count],
        low: vec![0; count],
        component: vec![UNSEEN; count],
        next: 0,
        stack: Vec::new(),
        members: Vec::new(),
    };
    for start in 0..count {
        components.visit(start);
    }
    let mut sink = vec![true; components.members.len()];
    for place in 0..count {
        let own = components.component[place];
        let leaves = |to: usize| components.component[to] != own;
        if sink[own] && responses(game, place).any(leaves) {
            sink[own] = false;
        }
    }
    let mut sinks: Vec<Vec<usize>> =
        components.members.into_iter().zip(sink).filter_map(|(members, sink)| sink.then_some(members)).collect();
    for members in &mut sinks {
        members.sort_unstable();
    }
    sinks.sort_unstable();
    sinks
}

/// The profiles one player reaches from a place without losing, player by player.
fn responses(game: &Game, place: usize) -> impl Iterator<Item = usize> + '_ {
    (0..game.player_count()).flat_map(move |player| {
        let (count, stride) = (game.counts()[player], game.strides()[player]);
        let first = place - place / stride % count * stride;
        let tensor = game.tensor(player);
        (0..count).map(move |b| first + b * stride).filter(move |&to| to != place && tensor[to] >= tensor[place])
    })
}

const UNSEEN: usize = usize::MAX;

/// Tarjan's algorithm (1972), with its recursion unrolled.
struct Components<'g> {
    game: &'g Game,
    /// Order of discovery from 1; 0 before.
    order: Vec<usize>,
    low: Vec<usize>,
    component: Vec<usize>,
    next: usize,
    stack: Vec<usize>,
    members: Vec<Vec<usize>>,
}

impl Components<'_> {
    fn visit(&mut self, start: usize) {
        if self.order[start] > 0 {
            return;
        }
        let mut calls = vec![(start, self.open(start))];
        while let Some((place, ways)) = calls.last_mut() {
            let place = *place;
            if let Some(to) = ways.pop() {
                if self.order[to] == 0 {
                    let ways = self.open(to);
                    calls.push((to, ways));
                } else if self.component[to] == UNSEEN {
                    self.low[place] = self.low[place].min(self.order[to]);
                }
                continue;
            }
            calls.pop();
            if let Some((parent, _)) = calls.last() {
                self.low[*parent] = self.low[*parent].min(self.low[place]);
            }
            if self.low[place] == self.order[place] {
                self.close(place);
            }
        }
    }

    fn open(&mut self, place: usize) -> Vec<usize> {
        self.next += 1;
        self.order[place] = self.next;
        self.low[place] = self.next;
        self.stack.push(place);
        responses(self.game, place).collect()
    }

    fn close(&mut self, root: usize) {
        let mut members = Vec::new();
        while let Some(place) = self.stack.pop() {
            self.component[place] = self.members.len();
            members.push(place);
            if place == root {
                break;
            }
        }
        self.members.push(members);
    }
}
