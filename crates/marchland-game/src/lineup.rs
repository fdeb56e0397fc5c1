//! Who plays whom in one game.

use std::sync::Arc;

use crate::cohort::CohortRule;
use crate::strategy::Strategy;

/// The strategies of a game: one per player and one rule per population, in the catalogue's order.
/// Cheap to copy; strategies are shared, since they are immutable.
#[derive(Clone)]
pub struct Lineup {
    /// By `PlayerId`.
    pub players: Vec<Seat>,
    /// By position in `Catalogue::populations`.
    pub populations: Vec<PopulationSeat>,
}

/// A player's place in a lineup.
#[derive(Clone)]
pub struct Seat {
    /// The strategy's name, for records.
    pub name: String,
    /// The strategy.
    pub strategy: Arc<dyn Strategy>,
}

/// A population's place in a lineup.
#[derive(Clone)]
pub struct PopulationSeat {
    /// The rule's name, for records.
    pub name: String,
    /// The rule.
    pub rule: Arc<dyn CohortRule>,
}
