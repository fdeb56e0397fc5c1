//! The rules by which populations choose: handed from a game's lineup to the laws that ask them.

use std::sync::Arc;

use bevy_ecs::prelude::*;
use marchland_game::{CohortRule, CohortView, Lineup, Population};

use super::Mechanism;

/// The rule behind every decision that a law of motion asks a population for, from the game's lineup.
#[derive(Resource, Clone)]
pub struct CohortRules {
    rules: Vec<(&'static str, Arc<dyn CohortRule>)>,
}

impl CohortRules {
    /// The decisions that these laws ask for, each at a rule of no change until a lineup names one.
    pub(crate) fn new<'a>(laws: impl Iterator<Item = &'a Mechanism>) -> Self {
        let mut rules: Vec<(&'static str, Arc<dyn CohortRule>)> = Vec::new();
        for decision in laws.flat_map(|law| law.populations) {
            if rules.iter().all(|(other, _)| other != decision) {
                rules.push((decision, Arc::new(NoChange)));
            }
        }
        Self { rules }
    }

    /// Takes the rules of a lineup; a decision that no population takes keeps its own.
    pub(crate) fn take(&mut self, populations: &[Population], lineup: &Lineup) {
        for (population, seat) in populations.iter().zip(&lineup.populations) {
            if let Some((_, rule)) = self.rules.iter_mut().find(|(asked, _)| *asked == population.decides) {
                *rule = Arc::clone(&seat.rule);
            }
        }
    }

    /// The rule of the population that takes a decision.
    ///
    /// # Panics
    /// Where no law of the scenario lists the decision among its [`populations`](super::Mechanism::populations).
    #[must_use]
    pub fn of(&self, decision: &str) -> &dyn CohortRule {
        let found = self.rules.iter().find(|(asked, _)| *asked == decision);
        &*found.unwrap_or_else(|| panic!("no law lists the decision `{decision}`, which it asks for")).1
    }
}

/// A rule of no change, in force until the game's lineup names one.
struct NoChange;

impl CohortRule for NoChange {
    fn choose(&self, _: &CohortView<'_>, _: &mut [f64]) {}
}
