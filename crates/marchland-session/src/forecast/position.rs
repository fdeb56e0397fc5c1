//! A moment of a game, to look forward from.

use std::sync::Arc;

use marchland_game::{Memory, Moment, PlayerId, Root, Round, Turn};
use marchland_sim::turn::{Game, Setup, Snapshot, State};

use super::stand_in::StandIns;

/// A game between two stages: what started it, and where it stands.
///
/// Holds the true state; what a seat may learn of it is decided by whoever reads it through that seat's
/// observation.
#[derive(Clone)]
pub struct Position {
    /// What started the game.
    pub setup: Setup,
    /// Where it stands.
    pub snapshot: Snapshot,
}

impl Position {
    /// Where a game stands.
    #[must_use]
    pub fn of(game: &Game) -> Self {
        let setup = Setup {
            variant: Arc::clone(game.variant()),
            lineup: game.lineup().clone(),
            seed: game.state().seed,
            turns: game.turns(),
            tracing: false,
        };
        Self { setup, snapshot: game.snapshot() }
    }

    /// The state beside the columns.
    ///
    /// # Panics
    /// Where the snapshot is empty; [`Self::of`] makes none such.
    #[must_use]
    pub fn state(&self) -> &State {
        self.snapshot.state().expect("a position holds a game that was started")
    }

    /// The place of the next decision.
    #[must_use]
    pub fn moment(&self) -> Moment {
        let state = self.state();
        Moment { turn: Turn(state.turn), round: Round(state.round), stage: state.stage }
    }

    /// Turns that are left, the one being played included.
    #[must_use]
    pub fn turns_left(&self) -> u32 {
        if self.state().over { 0 } else { (self.setup.turns + 1).saturating_sub(self.state().turn) }
    }

    /// The streams of the `n`-th future of a purpose: apart from the game's own draws, and equal for
    /// whatever is compared.
    pub(crate) fn root(&self, purpose: &str, n: u64) -> Root {
        self.state().root.imagined(Game::name_hash(purpose), self.moment(), n)
    }

    /// Brings a game that was started with this position's setup to it. A position of a replay, which asks no strategy,
    /// knows only memories that were written down: the others are as they were at the start.
    pub(crate) fn bring(&self, game: &mut Game) {
        game.restore(&self.snapshot).expect("a snapshot of the same scenario");
        for (at, seat) in self.setup.lineup.players.iter().enumerate() {
            if self.state().memories[at] == Memory::default() {
                game.remember(PlayerId::from_index(at), &seat.strategy.memory());
            }
        }
    }

    /// The same, with stand-ins in the seats of those who cannot be asked; their memories start afresh.
    pub(crate) fn bring_with(&self, stand_ins: &StandIns, game: &mut Game) {
        self.bring(game);
        for (at, seat) in stand_ins.seats.iter().enumerate() {
            if let Some(seat) = seat {
                game.seat(PlayerId::from_index(at), seat.clone());
            }
        }
    }
}
