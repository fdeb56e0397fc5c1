//! What a player comes to believe about others' conduct, by adaptive expectation.

use marchland_game::{ActionId, Catalogue, Decision, ForcedMove, Memory, Order, Package, PlayerId, Readings};

use crate::choice::Purpose;

/// Belief that each other player orders each action in a turn, as far as orders are seen:
/// x ← x + γ (seen − x) once a turn (Cagan 1956; fictitious play with a constant gain, Fudenberg &
/// Levine 1998). It starts from the public `assumed` lineup, whose weight (1 − γ)^t is kept beside.
///
/// Memory: numbers[0] is the weight of the assumed lineup, numbers[1 + player · actions + action]
/// the weight of an action; words[0] is the turn of the last update.
#[derive(Clone, Copy)]
pub(crate) struct Conduct {
    /// γ in [0, 1].
    pub(crate) rate: f64,
}

impl Conduct {
    /// Length of the belief's numbers.
    pub(crate) fn size(catalogue: &Catalogue) -> usize {
        1 + catalogue.players.len() * catalogue.actions.len()
    }

    /// Takes in what the last turn showed.
    pub(crate) fn update(self, at: &Decision<'_>, memory: &mut Memory) {
        let turn = u64::from(at.moment.turn.0);
        // In the first turn nothing was seen; in later rounds of a turn it is too early.
        if turn <= 1 || memory.words[0] >= turn {
            memory.words[0] = memory.words[0].max(turn);
            return;
        }
        memory.words[0] = turn;
        memory.numbers[0] *= 1.0 - self.rate;
        let actions = at.catalogue.actions.len();
        for (index, believed) in memory.numbers[1..].iter_mut().enumerate() {
            let (player, action) = (PlayerId::from_index(index / actions), ActionId::from_index(index % actions));
            if player == at.player || !at.catalogue.actions[action.index()].owners.contains(player) {
                continue;
            }
            // Two turns hold the last one and the present one, in which nothing is ordered yet.
            let seen = if at.observation.ordered(player, action, 2) > 0.0 { 1.0 } else { 0.0 };
            *believed += self.rate * (seen - *believed);
        }
    }

    /// Makes each other player, in each turn of a sample, either follow the assumed lineup, with the
    /// weight left to it, or order each action with its believed probability.
    pub(crate) fn force(
        self,
        at: &Decision<'_>,
        memory: &Memory,
        sample: u64,
        turns: u32,
        forced: &mut Vec<ForcedMove>,
    ) {
        let weight = memory.numbers[0];
        if weight >= 1.0 {
            return;
        }
        let actions = at.catalogue.actions.len();
        let root = at.stream.at(Purpose::Others as u64).at(sample);
        for player in 0..at.catalogue.players.len() {
            if player == at.player.index() {
                continue;
            }
            let own = &memory.numbers[1 + player * actions..1 + (player + 1) * actions];
            let stream = root.at(player as u64);
            for ahead in 0..turns {
                let stream = stream.at(u64::from(ahead));
                if stream.uniform() < weight {
                    continue;
                }
                let mut orders = Package::default();
                for (index, believed) in own.iter().enumerate() {
                    // An action never seen needs no draw.
                    if *believed <= 0.0 {
                        continue;
                    }
                    let draw = stream.at(index as u64);
                    if draw.uniform() < believed / (1.0 - weight) {
                        // Which option was ordered is not seen: each counts alike.
                        let options = at.catalogue.actions[index].options.len();
                        let option = (draw.at(1).uniform() * options as f64) as u8;
                        orders.push(Order { action: ActionId::from_index(index), option });
                    }
                }
                forced.push(ForcedMove { player: PlayerId::from_index(player), ahead, orders, ballots: None });
            }
        }
    }
}
