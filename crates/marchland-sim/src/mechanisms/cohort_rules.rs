//! The rules by which populations choose, by the law that asks them.

use std::sync::Arc;

use bevy_ecs::prelude::*;
use marchland_game::{CohortRule, CohortView};

/// The rules by which populations choose, from the game's lineup.
#[derive(Resource, Clone, Default)]
pub struct CohortRules {
    rules: Vec<(String, Arc<dyn CohortRule>)>,
}

/// A rule of no change, in force where no population decides.
struct Unchanged;

impl CohortRule for Unchanged {
    fn choose(&self, _: &CohortView<'_>, _: &mut [f64]) {}
}

impl CohortRules {
    /// The rule of the population that decides for a law; where none does, nobody changes.
    #[must_use]
    pub fn of(&self, law: &str) -> &dyn CohortRule {
        self.rules.iter().find(|(asks, _)| asks == law).map_or(&Unchanged, |(_, rule)| &**rule)
    }

    /// Puts a rule in force for the law that asks.
    pub(crate) fn put(&mut self, law: &str, rule: &Arc<dyn CohortRule>) {
        match self.rules.iter_mut().find(|(asks, _)| asks == law) {
            Some((_, own)) => *own = Arc::clone(rule),
            None => self.rules.push((law.to_owned(), Arc::clone(rule))),
        }
    }
}
