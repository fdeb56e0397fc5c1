//! The rules by which populations choose: handed from a game's lineup to the laws that ask them.

use std::sync::Arc;

use bevy_ecs::prelude::*;
use marchland_game::{CohortRule, CohortView, Lineup};

use crate::scenario::Scenario;

/// The rule of every population that a law of motion asks, from the game's lineup.
#[derive(Resource, Clone)]
pub struct CohortRules {
    rules: Vec<(&'static str, Arc<dyn CohortRule>)>,
}

impl CohortRules {
    /// The populations that these laws ask, each at a rule of no change until a lineup names one.
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let mut rules: Vec<(&'static str, Arc<dyn CohortRule>)> = Vec::new();
        for population in scenario.laws().flat_map(|law| law.populations) {
            if rules.iter().all(|(other, _)| other != population) {
                rules.push((population, Arc::new(Unchanged)));
            }
        }
        Self { rules }
    }

    /// Takes the rules of a lineup; a population that it leaves out keeps its own.
    pub(crate) fn take(&mut self, scenario: &Scenario, lineup: &Lineup) {
        for (population, seat) in scenario.catalogue.populations.iter().zip(&lineup.populations) {
            if let Some((_, rule)) = self.rules.iter_mut().find(|(asked, _)| *asked == population.id) {
                *rule = Arc::clone(&seat.rule);
            }
        }
    }

    /// The rule of a population.
    ///
    /// # Panics
    /// Where no law of the scenario lists the population among its [`populations`](super::Mechanism::populations).
    #[must_use]
    pub fn of(&self, population: &str) -> &dyn CohortRule {
        let found = self.rules.iter().find(|(asked, _)| *asked == population);
        &*found.unwrap_or_else(|| panic!("no law lists the population `{population}`, which it asks")).1
    }
}

/// A rule of no change, in force until the game's lineup names one.
struct Unchanged;

impl CohortRule for Unchanged {
    fn choose(&self, _: &CohortView<'_>, _: &mut [f64]) {}
}
