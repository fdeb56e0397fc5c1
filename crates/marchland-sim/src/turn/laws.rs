//! The laws of motion of a game: each with its systems, run in order, and named by whatever goes wrong
//! in it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use bevy_ecs::prelude::World;
use bevy_ecs::system::BoxedSystem;
use marchland_game::LawId;

use super::variant::Variant;
use crate::ledger::{self, RunningLaw};
use crate::mechanisms::{Build, Mechanism};
use crate::scenario::Scenario;
use crate::world::{ColumnSet, Topology};

/// The laws that run in a world, in order.
pub(crate) struct Laws {
    laws: Vec<Law>,
    /// The variant whose constants they hold: the games of a batch share one.
    held: Option<Arc<Variant>>,
}

struct Law {
    declared: Mechanism,
    running: RunningLaw,
    systems: Vec<BoxedSystem>,
    /// What runs when a game starts.
    starts: Vec<BoxedSystem>,
    /// Whether the variant in force lets it run.
    runs: bool,
}

impl Laws {
    /// Builds the scenario's laws into a world whose entities stand.
    ///
    /// # Panics
    /// Where a system of a law touches a column that no law of the registry declares: rows that are not
    /// there would read as zeros, and nobody would notice.
    pub fn new(scenario: &Scenario, world: &mut World) -> Self {
        let topology = Topology::of(&scenario.entities);
        let laws = scenario.laws().enumerate().map(|(at, law)| {
            let (mut systems, mut starts) = (Vec::new(), Vec::new());
            let (systems_of, starts_of) = (&mut systems, &mut starts);
            let mut build =
                Build { world: &mut *world, scenario, topology: &topology, systems: systems_of, starts: starts_of };
            within(law.name, || (law.build)(&mut build));
            let running = RunningLaw { id: LawId::from_index(at), name: law.name, terms: law.terms };
            Law { declared: *law, running, systems, starts, runs: true }
        });
        let laws = laws.collect();
        let mut declared = ColumnSet::default();
        for law in scenario.registry.mechanisms() {
            (law.columns)(&mut declared);
        }
        assert!(
            declared.cover(world),
            "a law of motion among {:?} touches a column that no law declares: add it to that law's `columns`",
            scenario.mechanisms
        );
        Self { laws, held: None }
    }

    /// Whether the laws hold the constants of this variant.
    pub fn hold(&self, variant: &Arc<Variant>) -> bool {
        self.held.as_ref().is_some_and(|held| Arc::ptr_eq(held, variant))
    }

    /// Lets every law reread its constants, where it does not hold this variant's.
    pub fn reread(&mut self, world: &mut World, variant: &Arc<Variant>) {
        if self.hold(variant) {
            return;
        }
        let catalogue = &variant.scenario.catalogue;
        let value = |name: &str| catalogue.parameter(name).map_or(0.0, |id| variant.parameters[id.index()]);
        for law in &mut self.laws {
            law.runs = !variant.stopped.contains(&law.running.id);
            within(law.running.name, || (law.declared.constants)(world, &value));
        }
        self.held = Some(Arc::clone(variant));
    }

    /// Lets every law bring its columns to their state at the start of a game.
    ///
    /// # Panics
    /// As [`Self::run`].
    pub fn start(&mut self, world: &mut World) {
        for law in &mut self.laws {
            let (declared, starts) = (law.declared, &mut law.starts);
            within(law.running.name, || {
                (declared.start)(world);
                run_all(starts, world);
            });
        }
    }

    /// Runs every law once; `traced` lets the ledger know whose step it is.
    ///
    /// # Panics
    /// Where a law panics, with its name before the message, or where a system lacks what it reads.
    pub fn run(&mut self, world: &mut World, traced: bool) {
        for law in self.laws.iter_mut().filter(|law| law.runs) {
            let (running, systems) = (law.running, &mut law.systems);
            within(running.name, || {
                if traced {
                    ledger::begin(world, running);
                }
                run_all(systems, world);
                if traced {
                    ledger::settle(world, running.id);
                }
            });
        }
    }
}

fn run_all(systems: &mut [BoxedSystem], world: &mut World) {
    for system in systems {
        if let Err(error) = system.run((), world) {
            panic!("a system cannot run: {error}");
        }
    }
}

/// Does something of a law; a panic goes on with the law's name before its message.
fn within<R>(law: &str, what: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(what)).unwrap_or_else(|panic| {
        resume_unwind(Box::new(format!("the law of motion `{law}` panicked: {}", message(&*panic))))
    })
}

/// What a panic says.
fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_goes_on_with_the_name_of_its_law() {
        let panic = catch_unwind(|| within("unrest", || panic!("{} is not a share", 1.5))).expect_err("it panics");
        assert_eq!(message(&*panic), "the law of motion `unrest` panicked: 1.5 is not a share");
        assert_eq!(within("unrest", || 2), 2);
    }
}
