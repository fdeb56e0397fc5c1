//! Anchors: one component per kind of entity that requires all columns of the kind, so that an entity
//! goes into its table in one step.

use bevy_ecs::prelude::*;

/// Stands on every entity of the kind with this code: [`kind_code`] of its name.
#[doc(hidden)]
#[derive(Component, Clone, Copy, Default)]
#[component(clone_behavior = Ignore)]
pub struct Anchor<const KIND: u64>;

/// What stands on every entity of a kind, as a column names it; only [`Anchor`] does.
#[doc(hidden)]
pub trait StandsOnKind: Component + Default {}

impl<const KIND: u64> StandsOnKind for Anchor<KIND> {}

/// The code of a kind's name, which tells its anchor's type from those of other kinds (FNV-1a).
#[doc(hidden)]
#[must_use]
pub const fn kind_code(kind: &str) -> u64 {
    let bytes = kind.as_bytes();
    let mut code = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        code = (code ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    code
}

/// Spawns an entity of a column's kind, whose name has this hash.
pub(super) fn spawn<A: StandsOnKind>(world: &mut World, name: u64) {
    world.spawn((A::default(), NameHash { word: name }));
}

/// The hash of an entity's name, the key of its draws; of a cohort, its number.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
#[component(clone_behavior = Ignore)]
pub struct NameHash {
    /// [`marchland_game::stream::name_hash`] of the name.
    pub word: u64,
}
