//! What never changes once the laws of a world are built.

use std::ops::Deref;
use std::sync::Arc;

use bevy_ecs::prelude::*;

/// What never changes once the laws of a world are built: links between entities, keys of draws.
///
/// A resource of the world; a system takes it as its own, `cells: Local<Fixed<Cells>>`, found once when the system is
/// built and not in every step.
///
/// ```
/// use bevy_ecs::prelude::*;
/// use marchland_sim::world::Fixed;
/// struct Homes(Vec<usize>);
/// fn count(homes: Local<Fixed<Homes>>) -> usize {
///     homes.0.len()
/// }
/// let mut world = World::new();
/// Fixed::insert(&mut world, Homes(vec![2, 0, 1]));
/// assert_eq!(world.run_system_cached(count).expect("it runs"), 3);
/// ```
#[derive(Resource)]
pub struct Fixed<R: Send + Sync + 'static>(Arc<R>);

impl<R: Send + Sync + 'static> Fixed<R> {
    /// Inserts it into a world, for systems that are added after.
    pub fn insert(world: &mut World, what: R) {
        world.insert_resource(Self(Arc::new(what)));
    }
}

impl<R: Send + Sync + 'static> Deref for Fixed<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.0
    }
}

impl<R: Send + Sync + 'static> FromWorld for Fixed<R> {
    /// # Panics
    /// Where no law has inserted it.
    fn from_world(world: &mut World) -> Self {
        Self(Arc::clone(&world.resource::<Self>().0))
    }
}
