//! `Idle`: orders nothing. The baseline that any other strategy should beat.

use marchland_game::{Choice, Decision, FamilySchema, Memory, Strategy};

use crate::registry::{Build, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Idle",
        meaning: "Orders nothing and votes by its stakes.",
        source: "our choice: the baseline of doing nothing",
        arguments: &[],
        cohorts: false,
    },
    build: Build::Player(|_| Ok(Box::new(Idle))),
};

struct Idle;

impl Strategy for Idle {
    fn decide(&self, _: &Decision<'_>, _: &mut Memory) -> Choice {
        Choice::default()
    }
}
