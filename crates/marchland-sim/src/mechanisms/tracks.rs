//! Tracks: indicators that a scenario defines for itself, moved by effects alone.

use super::Mechanism;
use crate::columns;
use crate::world::Field;

columns! {
    /// A track: one number with a range of its own, given by the scenario.
    pub struct Track for "track" {
        /// A number that the scenario defines and that effects move.
        value = Field::stock("points", -1e9, 1e9),
    }
}

/// The law that adds tracks to a world; it moves nothing.
pub const TRACKS: Mechanism = Mechanism {
    name: "tracks",
    called: "the scenario",
    meaning: "Adds the scenario's own indicators; effects move them.",
    equations: "none: a track keeps its value until an effect changes it",
    source: "our choice, so that a matrix game needs no Rust",
    parameters: &[],
    populations: &[],
    terms: &[],
    columns: |set| set.add::<Track>(),
    needs: |_| {},
    build: |_| {},
    constants: |_, _| {},
    start: |_| {},
};
