//! Anchors: one component per kind of entity that requires all columns of the kind, so that an entity
//! goes into its table in one step.

use bevy_ecs::prelude::*;

use super::column::Column;

/// The most kinds of entity that laws of motion may declare, cohorts included.
pub(super) const KINDS: usize = 24;

/// Stands on every entity of the `KIND`-th kind.
#[derive(Component, Clone, Copy)]
struct Anchor<const KIND: usize>;

fn require<C: Column, const KIND: usize>(world: &mut World) {
    world.register_required_components::<Anchor<KIND>, C>();
}

fn spawn_kind<const KIND: usize>(world: &mut World, name: u64) {
    world.spawn((Anchor::<KIND>, NameHash { word: name }));
}

/// What makes a column one of a kind, by the kind's number.
pub(super) fn requirements<C: Column>() -> [fn(&mut World); KINDS] {
    [
        require::<C, 0>,
        require::<C, 1>,
        require::<C, 2>,
        require::<C, 3>,
        require::<C, 4>,
        require::<C, 5>,
        require::<C, 6>,
        require::<C, 7>,
        require::<C, 8>,
        require::<C, 9>,
        require::<C, 10>,
        require::<C, 11>,
        require::<C, 12>,
        require::<C, 13>,
        require::<C, 14>,
        require::<C, 15>,
        require::<C, 16>,
        require::<C, 17>,
        require::<C, 18>,
        require::<C, 19>,
        require::<C, 20>,
        require::<C, 21>,
        require::<C, 22>,
        require::<C, 23>,
    ]
}

/// Spawns an entity of the `kind`-th kind.
///
/// # Panics
/// Where there are more kinds than [`KINDS`].
pub(super) fn spawn(world: &mut World, kind: usize, name: u64) {
    const SPAWN: [fn(&mut World, u64); KINDS] = [
        spawn_kind::<0>,
        spawn_kind::<1>,
        spawn_kind::<2>,
        spawn_kind::<3>,
        spawn_kind::<4>,
        spawn_kind::<5>,
        spawn_kind::<6>,
        spawn_kind::<7>,
        spawn_kind::<8>,
        spawn_kind::<9>,
        spawn_kind::<10>,
        spawn_kind::<11>,
        spawn_kind::<12>,
        spawn_kind::<13>,
        spawn_kind::<14>,
        spawn_kind::<15>,
        spawn_kind::<16>,
        spawn_kind::<17>,
        spawn_kind::<18>,
        spawn_kind::<19>,
        spawn_kind::<20>,
        spawn_kind::<21>,
        spawn_kind::<22>,
        spawn_kind::<23>,
    ];
    SPAWN[kind](world, name);
}

/// The hash of an entity's name, the key of its draws; of a cohort, its number.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
pub struct NameHash {
    /// [`marchland_game::stream::name_hash`] of the name.
    pub word: u64,
}
