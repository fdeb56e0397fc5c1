//! Snapshots: a game as a plain value, taken between any two stages.

use marchland_game::Turn;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::game::Game;
use super::history::History;
use super::state::{IssuedOrder, State};
use crate::world::Clock;

/// A game between two stages: columns, rings, and the state beside them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    columns: Vec<f64>,
    history: History,
    state: Option<State>,
}

impl Snapshot {
    /// The state beside the columns; none before anything was saved.
    #[must_use]
    pub fn state(&self) -> Option<&State> {
        self.state.as_ref()
    }

    /// Gives the last order to another player.
    #[cfg(test)]
    pub(super) fn forge_last_order(&mut self) {
        if let Some(last) = self.state.as_mut().and_then(|state| state.orders.last_mut()) {
            last.player.0 += 1;
        }
    }
}

impl Game {
    /// Saves the game into a snapshot, whose allocations are reused.
    pub fn save(&self, into: &mut Snapshot) {
        into.columns.resize(self.world.width(), 0.0);
        self.world.save(&mut into.columns);
        into.history.assign(&self.history);
        match &mut into.state {
            Some(state) => state.assign(&self.state),
            None => into.state = Some(self.state.clone()),
        }
    }

    /// A new snapshot of the game.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        self.save(&mut snapshot);
        snapshot
    }

    /// Continues from a snapshot of a game of the same scenario, variant and lineup: those must
    /// have been started here before. Allocates nothing once buffers have grown.
    ///
    /// # Errors
    /// Where the snapshot is of another shape of world, or empty; nothing is changed then.
    pub fn restore(&mut self, from: &Snapshot) -> Result<(), SnapshotError> {
        let Some(state) = &from.state else { return Err(SnapshotError) };
        let fits = from.columns.len() == self.world.width()
            && state.payoffs.len() == self.state.payoffs.len()
            && state.measures.len() == self.state.measures.len()
            && state.last_event.len() == self.state.last_event.len();
        if !fits {
            return Err(SnapshotError);
        }
        self.forget_imagined();
        self.scratch.deal_news.clear();
        self.world.restore(&from.columns);
        self.history.assign(&from.history);
        self.state.assign(state);
        self.reread_orders();
        self.refresh_board();
        let clock = Clock {
            moment: marchland_game::Moment { stage: marchland_game::Stage::Orders, ..self.moment() },
            months: 1.0 / f64::from(self.state.rounds),
            rounds: self.state.rounds,
            calendar_month: self.calendar_month(),
            root: self.state.root,
        };
        *self.world.ecs.resource_mut::<Clock>() = clock;
        if self.setup.tracing {
            let moment = self.moment();
            let mut ledger = self.world.ecs.resource_mut::<crate::ledger::Ledger>();
            ledger.open(moment, &self.scratch.board);
        }
        Ok(())
    }

    /// A hash of the whole state (SHA-256 over its numbers). It takes a time that grows with the game; see
    /// [`Self::hash_after`].
    #[must_use]
    pub fn state_hash(&self) -> [u8; 32] {
        self.hashed(Sha256::new(), &self.state.orders)
    }

    /// A hash of the state that follows `before`, the hash where `turn` or a later turn began or a stage of it ended:
    /// of the orders given so far it covers those since that turn, the others being covered by `before`. For logs that
    /// compare replays stage by stage, in a time that does not grow with the game.
    #[must_use]
    pub fn hash_after(&self, before: &str, turn: Turn) -> [u8; 32] {
        let since = self.state.orders.partition_point(|given| given.turn < turn.0);
        self.hashed(Sha256::new().chain_update(before), &self.state.orders[since..])
    }

    fn hashed(&self, mut hash: Sha256, orders: &[IssuedOrder]) -> [u8; 32] {
        let mut columns = vec![0.0; self.world.width()];
        self.world.save(&mut columns);
        for number in &columns {
            hash.update(number.to_bits().to_le_bytes());
        }
        let state = ron::to_string(&self.hashed_state(orders)).unwrap_or_default();
        hash.update(state.as_bytes());
        hash.finalize().into()
    }

    /// The state without memories, of which a replay that runs no strategy knows what was written down alone,
    /// and without the counts of decisions and the turns of outcome events, which move nothing.
    fn hashed_state(&self, orders: &[IssuedOrder]) -> State {
        let state = &self.state;
        State {
            memories: Vec::new(),
            forfeits: Vec::new(),
            decisions: Vec::new(),
            first_events: Vec::new(),
            seed: state.seed,
            root: state.root,
            turn: state.turn,
            round: state.round,
            rounds: state.rounds,
            stage: state.stage,
            over: state.over,
            queue: state.queue.clone(),
            orders: orders.to_vec(),
            orders_this_turn: state.orders_this_turn.clone(),
            last_event: state.last_event.clone(),
            tabled: state.tabled.clone(),
            measures: state.measures.clone(),
            payoffs: state.payoffs.clone(),
        }
    }
}

/// The finding that a snapshot is of another world.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the snapshot is of another scenario or version")]
pub struct SnapshotError;
