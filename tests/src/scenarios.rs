//! The project's scenarios, loaded, for tests that hold for every one of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use marchland_experiments::compose::{self, NamedLineup};
use marchland_game::{Lineup, PlayerId, Seat, Strategy};
use marchland_sim::scenario::{self, LoadOptions, Scenario, files, load_files};
use marchland_sim::turn::{Engine, Setup, Variant};
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

/// A scenario of the project, loaded once for all tests.
pub fn load(name: &str) -> Arc<Scenario> {
    static LOADED: Mutex<BTreeMap<String, Arc<Scenario>>> = Mutex::new(BTreeMap::new());
    let load = || {
        let schemas = Registry::standard().schemas();
        match scenario::load(&folder().join(name), &LoadOptions::new(marchland_laws::standard(), &schemas)) {
            Ok(loaded) => Arc::new(loaded.scenario),
            Err(findings) => panic!("{name} does not load: {findings:#?}"),
        }
    };
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(loaded.entry(name.to_owned()).or_insert_with(load))
}

/// A scenario of the project with some lines exchanged: whatever line of its own files begins (blanks
/// apart) with the first text becomes the second.
pub fn changed(name: &str, changes: &[(&str, &str)]) -> Arc<Scenario> {
    let mut read = files::read(&folder().join(name)).expect("the scenario is there");
    for (from, to) in changes {
        let mut changed = 0;
        for layer in read.layers.iter_mut().filter(|layer| layer.own) {
            let lines: Vec<&str> = layer
                .text
                .lines()
                .map(|line| {
                    let hit = line.trim_start().starts_with(from);
                    changed += u32::from(hit);
                    if hit { to } else { line }
                })
                .collect();
            layer.text = lines.join("\n");
        }
        assert_eq!(changed, 1, "one line of {name} begins with `{from}`");
    }
    let schemas = Registry::standard().schemas();
    match load_files(&read, &LoadOptions::new(marchland_laws::standard(), &schemas)) {
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
    pub composed: NamedLineup,
}

impl Stage {
    /// The value of a parameter in it.
    pub fn parameter(&self, name: &str) -> f64 {
        let id = self.scenario.catalogue.parameter(name).unwrap_or_else(|| panic!("no parameter `{name}`"));
        self.variant.parameters[id.index()]
    }

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
        let loaded =
            scenario::load_text(name, text, &LoadOptions::new(marchland_laws::standard(), &registry.schemas()))
                .expect("a sound scenario");
        Self::around(&Arc::new(loaded.scenario))
    }

    /// A scenario already loaded, under its default belief, parameters and lineup.
    pub fn around(scenario: &Arc<Scenario>) -> Self {
        let variant = Variant::new(scenario, None, &[]).expect("its own parameters");
        let composed = compose::compose(scenario, &Registry::standard(), &[]).expect("a lineup");
        Self { variant: Arc::new(variant), scenario: Arc::clone(scenario), composed }
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
    pub fn engine(&self) -> Engine {
        let assumed = compose::assumed(&self.scenario, &Registry::standard()).expect("an assumed lineup");
        Engine::new(&self.scenario).with_assumed(assumed)
    }

    /// A player by its identifier.
    pub fn player(&self, id: &str) -> PlayerId {
        self.scenario.catalogue.player(id).expect("a player of the scenario")
    }

    /// A strategy of a player from its text.
    pub fn strategy(&self, player: &str, text: &str) -> Arc<dyn Strategy> {
        let registry = registry();
        let id = self.scenario.catalogue.player(player);
        let spec = scenario::strategy(&self.scenario, &registry.schemas(), text, id)
            .unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
        Arc::from(registry.build(&spec, &self.scenario.catalogue).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}")))
    }

    /// The lineup with one seat played otherwise.
    pub fn seated(&self, player: &str, strategy: &Arc<dyn Strategy>) -> Lineup {
        let mut lineup = self.composed.lineup.clone();
        lineup.players[self.player(player).index()] = Seat { name: "tested".into(), strategy: Arc::clone(strategy) };
        lineup
    }
}
