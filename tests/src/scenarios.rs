//! The project's scenarios, loaded, for tests that hold for every one of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use marchland_experiments::compose::{self, Composed};
use marchland_sim::scenario::{self, LoadOptions, Scenario};
use marchland_sim::turn::{Game, Setup, Variant};
use marchland_strategies::{ExternalPermission, Registry};

/// The folder of scenarios.
pub fn folder() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios")).to_owned()
}

/// Names of all scenarios, sorted; `base` is none.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .expect("there are scenarios")
        .map(|entry| entry.expect("a readable folder").file_name().into_string().expect("a plain name"))
        .filter(|name| name != "base" && !name.ends_with(".md"))
        .collect();
    names.sort();
    names
}

/// Loads a scenario of the project.
pub fn load(name: &str) -> Arc<Scenario> {
    let schemas = Registry::standard().schemas();
    match scenario::load(&folder().join(name), &LoadOptions::new(&schemas)) {
        Ok(loaded) => Arc::new(loaded.scenario),
        Err(findings) => panic!("{name} does not load: {findings:#?}"),
    }
}

/// The families of strategies, programs of these tests included.
pub fn registry() -> Registry {
    Registry::standard().allowing_external(ExternalPermission { timeout: Duration::from_secs(60) })
}

/// A loaded scenario with its default game.
pub struct Stage {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// Its parameters.
    pub variant: Arc<Variant>,
    /// Its default lineup.
    pub composed: Composed,
}

impl Stage {
    /// The scenario under its default belief, parameters and lineup.
    pub fn of(name: &str) -> Self {
        Self::with(name, None, &[], &[])
    }

    /// The same, with a belief set, parameters and strategies of its own.
    pub fn with(name: &str, belief: Option<&str>, set: &[(&str, &str)], strategies: &[(&str, &str)]) -> Self {
        let scenario = load(name);
        let set: Vec<(String, String)> = set.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let variant = Variant::new(&scenario, belief, &set).expect("a known belief set and parameters");
        let registry = registry();
        let schemas = registry.schemas();
        let changes: Vec<_> = strategies
            .iter()
            .map(|(player, text)| {
                let id = scenario.catalogue.player(player);
                let spec = scenario::strategy(&scenario, &schemas, text, id).expect("a known strategy");
                ((*player).to_owned(), spec)
            })
            .collect();
        let composed = compose::compose(&scenario, &registry, &changes).expect("a lineup");
        Self { variant: Arc::new(variant), scenario, composed }
    }

    /// A scenario of a test's own.
    pub fn of_text(name: &str, text: &str) -> Self {
        let registry = Registry::standard();
        let loaded = scenario::load_text(name, text, &LoadOptions::new(&registry.schemas())).expect("a sound scenario");
        let scenario = Arc::new(loaded.scenario);
        let variant = Variant::new(&scenario, None, &[]).expect("its own parameters");
        let composed = compose::compose(&scenario, &registry, &[]).expect("a lineup");
        Self { variant: Arc::new(variant), scenario, composed }
    }

    /// What starts a game of it.
    pub fn setup(&self, seed: u64, turns: u32, tracing: bool) -> Setup {
        Setup {
            variant: Arc::clone(&self.variant),
            lineup: self.composed.lineup.clone(),
            seed,
            turns: turns.min(self.scenario.calendar.horizon),
            tracing,
        }
    }

    /// A game, not started, whose players may look ahead.
    pub fn game(&self) -> Game {
        let assumed = compose::assumed(&self.scenario, &Registry::standard()).expect("an assumed lineup");
        Game::new(&self.scenario).with_assumed(assumed)
    }
}
