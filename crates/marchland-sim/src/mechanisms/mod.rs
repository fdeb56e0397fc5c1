//! What a law of motion is, the registry of those there are, and the three that the engine itself
//! brings: exogenous paths, means and tracks. All others are handed in.

pub mod exogenous;

mod cohort_rules;
mod means;
mod needs;
mod tracks;

use std::fmt;

use bevy_ecs::prelude::*;
use bevy_ecs::system::BoxedSystem;

use crate::effects::{EffectSchema, STANDARD};
use crate::scenario::Scenario;
use crate::world::{ColumnSet, Topology};

pub use cohort_rules::CohortRules;
pub use exogenous::EXOGENOUS;
pub use means::{Income, MEANS, Means, Office};
pub use needs::{Needs, Presence};
pub use tracks::{TRACKS, Track};

/// From a parameter's name to its value in this game.
pub type Parameters<'a> = &'a dyn Fn(&str) -> f64;

/// A law of motion, as the registry lists it.
#[derive(Clone, Copy)]
pub struct Mechanism {
    /// Name, as scenarios list it: `unrest`.
    pub name: &'static str,
    /// What a reader calls its work, a noun phrase that reads after "by": `the drug trade`. Bookings that
    /// name no term of their own are told by it.
    pub called: &'static str,
    /// What it computes, one or two sentences.
    pub meaning: &'static str,
    /// Its equations in words or symbols.
    pub equations: &'static str,
    /// Author, year and equation; or "our choice" and why.
    pub source: &'static str,
    /// Parameters that it reads: every one must be declared by the scenario or its base.
    pub parameters: &'static [&'static str],
    /// Decisions that it asks populations for, by [`CohortRules::of`]: a scenario with cohorts has one population
    /// that says it `decides` each.
    pub populations: &'static [&'static str],
    /// The terms that it books, noun phrases: `Terms::ALL` of its [`terms!`](crate::terms); none where
    /// its name alone says what it does.
    pub terms: &'static [&'static str],
    /// Adds its columns to the world.
    pub columns: fn(&mut ColumnSet),
    /// Says what it cannot do without: other laws, their columns, entities, links and roles. A scenario
    /// that lacks any of it is refused.
    pub needs: fn(&mut Needs),
    /// Inserts its resources (constants, links) into the world and gives its systems, which run in
    /// the order given.
    pub build: fn(&mut Build<'_>),
    /// Rereads its constants when a game starts: parameters differ between games, never within.
    pub constants: fn(&mut World, Parameters<'_>),
    /// Brings its columns to their state at the start of a game, after the scenario's initial
    /// values were written: cohorts from their regions, derived numbers from stocks. What systems do
    /// at the start is added by [`Build::start`], and runs after this.
    pub start: fn(&mut World),
}

impl fmt::Debug for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mechanism").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a mechanism is built from.
pub struct Build<'a> {
    /// The world: entities stand, at their defaults.
    pub world: &'a mut World,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Links between entities, as rows.
    pub topology: &'a Topology,
    pub(crate) systems: &'a mut Vec<BoxedSystem>,
    pub(crate) starts: &'a mut Vec<BoxedSystem>,
}

impl Build<'_> {
    /// Adds a system, to run after all that were added before it, by this mechanism and others.
    pub fn system<M>(&mut self, system: impl IntoSystem<(), (), M>) {
        let system = self.ready(system);
        self.systems.push(system);
    }

    /// Adds a system that runs when a game starts, after the starts of the mechanisms before this one: it is made once for
    /// all games of a world.
    pub fn start<M>(&mut self, system: impl IntoSystem<(), (), M>) {
        let system = self.ready(system);
        self.starts.push(system);
    }

    fn ready<M>(&mut self, system: impl IntoSystem<(), (), M>) -> BoxedSystem {
        let mut system: BoxedSystem = Box::new(IntoSystem::into_system(system));
        system.initialize(self.world);
        system
    }
}

/// The laws of motion there are, in the order in which they run, and the kinds of effect. A value: a caller may extend it.
#[derive(Clone, Debug)]
pub struct Registry {
    mechanisms: Vec<Mechanism>,
    effects: Vec<EffectSchema>,
}

impl Registry {
    /// Laws of motion, in the order in which they run; of two with one name the last stands.
    #[must_use]
    pub fn new(mechanisms: &[Mechanism]) -> Self {
        mechanisms.iter().fold(Self { mechanisms: Vec::new(), effects: STANDARD.to_vec() }, |registry, mechanism| {
            registry.with(*mechanism)
        })
    }

    /// The laws that the engine itself brings: enough for a scenario of tracks, actions and events.
    #[must_use]
    pub fn engine() -> Self {
        Self::new(&[EXOGENOUS, MEANS, TRACKS])
    }

    /// With another law of motion, which runs after those before it.
    #[must_use]
    pub fn with(mut self, mechanism: Mechanism) -> Self {
        self.mechanisms.retain(|other| other.name != mechanism.name);
        self.mechanisms.push(mechanism);
        self
    }

    /// All, in order.
    #[must_use]
    pub fn mechanisms(&self) -> &[Mechanism] {
        &self.mechanisms
    }

    /// With another kind of effect; of two with one name the last stands.
    #[must_use]
    pub fn with_effect(mut self, effect: EffectSchema) -> Self {
        self.effects.retain(|other| other.name != effect.name);
        self.effects.push(effect);
        self
    }

    /// The kinds of effect that a scenario may use.
    #[must_use]
    pub fn effects(&self) -> &[EffectSchema] {
        &self.effects
    }

    /// The one of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Mechanism> {
        self.mechanisms.iter().find(|mechanism| mechanism.name == name)
    }
}

/// Declares the constants of a mechanism: a resource whose fields are read from parameters of the
/// scenario when a game starts. `Name::NAMES` lists the parameters and `Name::read` fills it.
#[macro_export]
macro_rules! constants {
    ($(#[$doc:meta])* $vis:vis struct $name:ident { $($(#[$field_doc:meta])+ $field:ident = $parameter:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(::bevy_ecs::resource::Resource, Clone, Copy, PartialEq, Debug)]
        $vis struct $name { $($(#[$field_doc])+ pub $field: f64,)+ }

        impl $name {
            /// Parameters that the constants are read from.
            $vis const NAMES: &'static [&'static str] = &[$($parameter),+];

            /// The constants, from a parameter's name to its value.
            #[must_use]
            $vis fn from_parameters(value: &dyn Fn(&str) -> f64) -> Self {
                Self { $($field: value($parameter),)+ }
            }

            /// Rereads the constants of a world.
            $vis fn read(world: &mut ::bevy_ecs::world::World, value: &dyn Fn(&str) -> f64) {
                let fresh = Self::from_parameters(value);
                match world.get_resource_mut::<Self>() {
                    Some(mut own) => *own = fresh,
                    None => world.insert_resource(fresh),
                }
            }
        }
    };
}
