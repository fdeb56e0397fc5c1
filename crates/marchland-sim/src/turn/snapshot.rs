//! Snapshots: a game as a plain value, taken between any two stages.

use serde::{Deserialize, Serialize};

use super::game::Game;
use super::history::History;
use super::state::State;
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

    /// A hash of the whole state (SHA-256 over its numbers), for logs that compare replays.
    #[must_use]
    pub fn state_hash(&self) -> [u8; 32] {
        use sha2::{Digest, Sha256};
        let mut hash = Sha256::new();
        let mut columns = vec![0.0; self.world.width()];
        self.world.save(&mut columns);
        for number in &columns {
            hash.update(number.to_bits().to_le_bytes());
        }
        let state = ron::to_string(&self.hashed_state()).unwrap_or_default();
        hash.update(state.as_bytes());
        hash.finalize().into()
    }

    /// The state without memories, of which a replay that runs no strategy knows what was written down alone,
    /// and without the counts of decisions and the turns of outcome events, which move nothing.
    fn hashed_state(&self) -> State {
        State {
            memories: Vec::new(),
            forfeits: Vec::new(),
            decisions: Vec::new(),
            first_events: Vec::new(),
            ..self.state.clone()
        }
    }
}

/// The finding that a snapshot is of another world.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the snapshot is of another scenario or version")]
pub struct SnapshotError;
