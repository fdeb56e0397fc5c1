//! Anchors: one component per kind of entity that requires all columns of the kind, so that an entity
//! goes into its table in one step.

use bevy_ecs::prelude::*;

/// Stands on every entity of the kind whose name has this hash ([`marchland_game::stream::name_hash`]).
#[doc(hidden)]
#[derive(Component, Clone, Copy, Default)]
#[component(clone_behavior = Ignore)]
pub struct Anchor<const KIND: u64>;

/// What stands on every entity of a kind, as a column names it; only [`Anchor`] does.
#[doc(hidden)]
pub trait StandsOnKind: Component + Default {}

impl<const KIND: u64> StandsOnKind for Anchor<KIND> {}

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
