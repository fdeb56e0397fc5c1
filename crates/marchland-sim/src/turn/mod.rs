//! The turn: observe, decide, resolve, apply, nature, record, in the one loop there is.

mod ballots;
mod deals;
mod effects;
mod engine;
mod game;
mod gather;
mod glance;
mod history;
mod inject;
mod laws;
mod lookahead;
mod nature;
mod outcome;
mod rulings;
mod snapshot;
mod stages;
mod state;
mod variant;

pub use ballots::passes;
pub use engine::Engine;
pub use game::Game;
pub use inject::InjectError;
pub use snapshot::{Snapshot, SnapshotError};
pub use state::{GatheredMeasure, GatheredPayoff, IssuedOrder, QueuedEffect, State};
pub use variant::{Setup, Variant, parameter_value, unknown_belief};

#[cfg(test)]
mod tests;
