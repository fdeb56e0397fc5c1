//! What a law of motion knows of time and chance.

use bevy_ecs::prelude::*;
use marchland_game::{Domain, Moment, Root, Round, Stage, Stream, Turn};

/// The step being computed.
#[derive(Resource, Clone, Copy, PartialEq, Debug)]
pub struct Clock {
    /// Turn and round; the stage is always *Orders*, so that nature's keys do not depend on whether
    /// anything was tabled.
    pub moment: Moment,
    /// Length of the step in months: 1, or 0.25 on the crisis clock.
    pub months: f64,
    /// Rounds in this month: 1, or 4 on the crisis clock.
    pub rounds: u8,
    /// Calendar month, 1 to 12.
    pub calendar_month: u32,
    /// The game's streams.
    pub root: Root,
}

impl Clock {
    /// The stream of a purpose for a named entity in this step.
    #[must_use]
    #[inline]
    pub fn stream(&self, entity: u64, purpose: u64) -> Stream {
        self.root.stream(Domain::Nature, self.moment, entity, purpose)
    }

    /// Whether this is the first step of its month: what happens monthly, whatever the clock,
    /// happens then.
    #[must_use]
    pub fn first_of_month(&self) -> bool {
        self.moment.round.0 == 0
    }

    /// Whether this is the last step of its month.
    #[must_use]
    pub fn last_of_month(&self) -> bool {
        self.moment.round.0 + 1 >= self.rounds
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            moment: Moment { turn: Turn(1), round: Round(0), stage: Stage::Orders },
            months: 1.0,
            rounds: 1,
            calendar_month: 1,
            root: Root::of_game(0),
        }
    }
}
